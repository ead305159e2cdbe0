"""The leaflet of a county, made from its rules and printed."""

from __future__ import annotations

from collections.abc import Sequence

from icpm_engine.cli.options import SheetForm, settlements
from icpm_engine.cli.printing import as_json
from icpm_engine.cli.sheets import Wanted, give
from icpm_engine.cli.sheets import show as show_sheet
from icpm_engine.cli.sourcing import today_or
from icpm_engine.rules.leaflets import leaflet
from icpm_engine.rules.loading import load_pack
from icpm_engine.sheets import catalogue, leaflet_sheet


def show(rules: str, county: str | None, settle: Sequence[str] | None, on: str | None, wanted: Wanted) -> None:
    """Load, ask and print. Raises PackError, and BadParameter for what is no day."""
    pack = load_pack(rules, county, settles=settlements(settle))
    told = leaflet(pack, today_or(on, pack))
    if wanted.form is SheetForm.JSON:
        give(as_json(told), wanted.out)
    else:
        show_sheet(leaflet_sheet(told, catalogue(wanted.language)), wanted)
