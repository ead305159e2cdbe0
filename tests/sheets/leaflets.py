"""Leaflets of the counties that have rules."""

from __future__ import annotations

from functools import cache

from icpm_engine import RulePack
from icpm_engine.calendars import parse_day
from icpm_engine.rules.leaflets import Leaflet, leaflet
from icpm_engine.rules.packs import county_names, pack_names
from icpm_engine.sheets import Sheet, catalogue, leaflet_sheet

ON = "2026-11-20"
EVERYWHERE = [(pack, county) for pack in pack_names() for county in county_names(pack)]
"""Every county that has rules, with its pack."""


@cache
def rules(pack: str, county: str | None) -> RulePack:
    """The rules of a county, loaded once."""
    return RulePack.load(pack, county)


def told(county: str, on: str = ON, **settles: object) -> Leaflet:
    """What a leaflet of a county tells by the rules of a day."""
    pack = RulePack.load("california", county, settles=settles) if settles else rules("california", county)
    return leaflet(pack, parse_day(on))


def sheet(county: str, language: str) -> Sheet:
    """The leaflet of a county in a language."""
    return leaflet_sheet(told(county), catalogue(language))
