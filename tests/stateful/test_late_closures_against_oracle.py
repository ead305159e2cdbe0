"""Closed days that became known only on some day: spans, rolls, windows, pauses and conditions that count open days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
import yaml
from hypothesis import given, note, reject
from hypothesis import strategies as st

from icpm_engine.calendars import Calendar, Citation, parse_day
from icpm_engine.errors import PackError
from icpm_engine.rules.model import RulePack
from tests.stateful import stories
from tests.stateful.both import Both, Told, clinic
from tests.stateful.effort import effort
from tests.stateful.stories import told_events
from tests.stateful.subsets import cut, kinds_named
from tests.stateful.test_fold_against_oracle import agree

pytestmark = pytest.mark.slow

FIRST, LAST = parse_day("2026-01-01"), parse_day("2026-12-31")
KEYS: dict[str, list[Any]] = {
    "due": [
        {"within": "3 business days"},
        {"within": "6 business days"},
        {"within": "20 business hours"},
        {"within": "1 week 2 business days"},
        {"within": "7 days", "rolls": "next business day"},
        {"by": "3 business days after origin", "rolls": "previous business day"},
        {"by": "2 business days before review_on"},
        {"before": "4 business days after agreed"},
        {"within": "grace"},
        {"earliest": [{"within": "6 business days"}, {"by": "9 days after start"}], "rolls": "next business day"},
        {"within": "3 business days", "first_day": "counted"},
        [{"when": {"level": "high"}, "within": "2 business days"}, {"within": "5 business days"}],
    ],
    "met": [
        "visited",
        {"on": "visited", "by": "due"},
        {"on": "visited", "by": "3 business days after start"},
        {"on": "visited", "since": "3 business days before start"},
        {"on": "visited", "times": "2", "by": "due"},
    ],
    "while": ["clinic.open", {"open": "business"}],
    "force": ["may", "should"],
    "repeats": ["from met", "from due"],
    "cancelled": ["closed"],
    "excused": ["withdrawn"],
    "paused_while": ["absence.away", {"level": "high"}],
    "starts": [
        "opened",
        {"becomes": {"all": ["clinic.open", {"open": "business"}]}},
        {"at": "2 business days after review_on"},
    ],
    "crossover": ["from_start", "from_effective_day", "earliest"],
}
VERSIONS = [{"from": "2026-03-09", "due": {"within": "4 business days"}}]
MORE = ["while", "force", "repeats", "cancelled", "excused", "paused_while", "starts", "crossover"]


def offices(closed: dict[str, str]) -> Calendar:
    """Mondays to Fridays but for some days, each known since a day."""
    days = {parse_day(day): f"Closed, as was known on {known}" for day, known in closed.items()}
    known = {parse_day(day): parse_day(since) for day, since in closed.items()}
    return Calendar.from_parts("business", "Open days", Citation("Invented"), range(5), days, FIRST, LAST, known=known)


@attrs.frozen(eq=False, repr=False, slots=False)
class BothLate(Both):
    """A pack for both, with closed days that became known late."""

    closed: dict[str, str] = attrs.Factory(dict)

    @property
    def pack(self) -> RulePack:  # type: ignore[override]
        """The engine's."""
        pack = super().pack
        return attrs.evolve(pack, calendars={**pack.calendars, "business": offices(self.closed)})


@st.composite
def closures(draw: st.DrawFn) -> dict[str, str]:
    """Some days of the story, each with the day on which it became known that it is closed: before, on it, or after."""
    days = draw(st.lists(st.integers(1, 20), min_size=1, max_size=3, unique=True))
    first = date(2026, 3, 2)
    return {
        (first + timedelta(days=day)).isoformat(): (first + timedelta(days=day + draw(st.integers(-4, 5)))).isoformat()
        for day in days
    }


@st.composite
def late_stories(draw: st.DrawFn) -> tuple[Both, list[Told]]:
    """One duty that counts open days, some closures, and a journal."""
    rule = {"label": "It", "starts": "assessed"}
    for name in ["due", "met", *draw(st.lists(st.sampled_from(MORE), max_size=3, unique=True))]:
        rule[name] = draw(st.sampled_from(KEYS[name]))
    if "crossover" in rule:
        rule["versions"] = VERSIONS  # type: ignore[assignment]
    data = cut({**clinic(), "duties": {"it": rule}, "bars": {}}, ["it"])
    closed = draw(closures())
    both = BothLate(yaml.safe_dump(data, sort_keys=False, width=10_000), {}, closed)
    note(yaml.safe_dump({"rule": rule, "closed": closed}, sort_keys=False))
    try:
        _ = both.rules
    except PackError:  # a series that stands still
        reject()
    return both, draw(told_events(stories.CLINIC, kinds_named(data), most=8))


@effort(250)
@given(late_stories())
def test_closed_days_that_were_learned_late(story: tuple[Both, list[Told]]) -> None:
    both, told = story
    agree(both, told, stories.asked(told, 14))
