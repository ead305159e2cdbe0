"""The California pack with Shasta's overlay, its choices settled, and invented cases under it."""

from __future__ import annotations

import datetime as dt
import functools
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

RECENT = 60
"""Days before the last invented day in which the last event of a case lies."""
SPARE = {"contact_made", "referral_contact_attempted", "member_joined"}
"""Kinds of event that a story may lack."""

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


SETTLED_SINCE = {
    "consents_are": "merged",
    "consent_before": "sending_the_referral",
    "counted_back_to_a_holiday": "the_court_day_before",
    "month_of_entry": "not_owed",
    "packet_items": ["cover_sheet", "consent"],
    "review_limit": "5 business days",
    "contact_limit": "10 business days",
    "telling_limit": "5 business days",
}
"""Choices that California's rules have gained since."""
RULES = Path(__file__).with_name("rules")


@functools.cache
def pack() -> RulePack:
    """California's first five areas as Shasta County would have them once it had settled every choice.

    A copy that stays as it is (benchmarks/rules), so that figures can be compared over the years.
    """
    return RulePack.load(RULES / "california", county="shasta", settles=SETTLED)


@functools.cache
def whole_pack() -> RulePack:
    """All of California's rules as they are now, for the same county."""
    return RulePack.load("california", county="shasta", settles=SETTLED | SETTLED_SINCE)


def opened(place: Path, rules: RulePack | None = None) -> Engine:
    """An engine on a SQLite file; everything is recorded at one instant."""
    return Engine(f"sqlite:///{place}/county.db", rules or pack(), clock=lambda: NOW)


def stories(length: int, number: int) -> Iterator[tuple[str, list[Event]]]:
    """So many open cases of exactly so many events, the last of them recent, each with its id."""
    invented = Caseload(events=10**9, seed=7, per_case=round(length * 1.2))
    recent = invented.last.toordinal() - RECENT
    for story in invented.stories():
        told = _cut(story, length)
        if told is not None and told[-1].day >= recent and all(one.kind != "case_closed" for one in told):
            yield next(one.subject_id for one in told if one.subject_kind == "case"), [event_of(one) for one in told]
            number -= 1
        if number == 0:
            return


def _cut(story: list[Simulated], length: int) -> list[Simulated] | None:
    """A story without the earliest of what may lack, so that so many events are left; None if that is too little."""
    surplus = len(story) - length
    spare = [place for place, one in enumerate(story) if one.kind in SPARE][: max(surplus, 0)]
    if len(spare) != surplus:
        return None
    gone = set(spare)
    return [one for place, one in enumerate(story) if place not in gone]


def event_of(told: Simulated) -> Event:
    """An invented event as a host would make it."""
    kind = STANDARD[told.kind]
    day = format_day(told.day)
    occurred = day if told.minute < 0 else f"{day}T{told.minute // 60:02}:{told.minute % 60:02}"
    return make(kind, told.subject_id, occurred, kind.payload(told.values))
