"""The California pack with Shasta's overlay, its choices settled, and invented cases under it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from icpm_engine.calendars import format_day
from icpm_engine.engine import Engine
from icpm_engine.rules.model import RulePack
from icpm_engine.simulate import Caseload, Simulated
from icpm_engine.vocabulary import STANDARD
from icpm_engine.vocabulary.events import Event, make

ON = "2026-07-01"
NOW = int(dt.datetime(2026, 7, 1, 19, tzinfo=dt.UTC).timestamp())
"""The instant at which everything is recorded: the noon after the last invented day. Lists are asked for that day."""

SETTLED = {
    "over_five_means": "turned_six",
    "annual_from": "entry",
    "young_child_interval": "6 months",
    "annual_floor_from": "last_screen",
    "annual_floor_window": "1 month",
    "referral_limit": "5 business days",
    "access_clock_from": "referral_sent",
    "assessment_limit": "60 days",
    "assessment_limit_from": "referral_received",
    "mental_health_joins_on": "screen",
}


def pack() -> RulePack:
    """California's rules as Shasta County would have them once it had settled every choice."""
    return RulePack.load("california", county="shasta", settles=SETTLED)


def opened(place: Path) -> Engine:
    """An engine on a SQLite file; everything is recorded at one instant."""
    return Engine(f"sqlite:///{place}/county.db", pack(), clock=lambda: NOW)


def stories(length: int, number: int) -> Iterator[tuple[str, list[Event]]]:
    """So many cases of exactly so many events, each with its id."""
    wanted = Caseload(events=10**9, seed=7, per_case=round(length * 1.5) + 10)
    for story in wanted.stories():
        if len(story) >= length:
            case = next(told.subject_id for told in story if told.subject_kind == "case")
            yield case, [event_of(told) for told in story[:length]]
            number -= 1
        if number == 0:
            return


def event_of(told: Simulated) -> Event:
    """An invented event as a host would make it."""
    kind = STANDARD[told.kind]
    day = format_day(told.day)
    occurred = day if told.minute < 0 else f"{day}T{told.minute // 60:02}:{told.minute % 60:02}"
    return make(kind, told.subject_id, occurred, kind.payload(told.values))
