"""Versions that take over what is open: rules made up of many keys, one of which changes, or several."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, note, reject
from hypothesis import strategies as st

from icpm_engine.errors import PackError
from tests.stateful import stories
from tests.stateful.both import Both, Told, clinic
from tests.stateful.effort import effort
from tests.stateful.stories import told_events
from tests.stateful.subsets import Settled, both_of, cut, kinds_named
from tests.stateful.test_fold_against_oracle import agree

pytestmark = pytest.mark.slow

KEYS: dict[str, list[Any]] = {
    "due": [
        {"within": "4 days"},
        {"within": "12 days"},
        {"within": "5 business days"},
        {"within": "30 hours"},
        {"within": "answer_limit"},
        {"by": "6 days after origin"},
        {"before": "visit_planned"},
        {"by": "end of week"},
        {"earliest": [{"within": "9 days"}, {"by": "3 days after agreed"}]},
        [{"when": {"level": "high"}, "within": "3 days"}, {"within": "8 days"}],
        [{"while": {"level": "high"}, "within": "3 days"}, {"within": "8 days"}],
        [{"when": {"count_from": "start"}, "within": "2 days"}, {"within": "7 days"}],
        [{"while": "high_risk", "by": "review_on"}, {"within": "10 days"}],
        {"within": ["3 days", "6 days"]},
        "open",
    ],
    "met": [
        "visited",
        "agreed",
        ["visited", "agreed"],
        {"on": "visited", "by": "due"},
        {"on": "visited", "where": {"mode": "in_person"}},
        {"on": "visited", "times": "2"},
        {"on": "visited", "since": "3 days before start"},
        {"on": "visited", "with": [{"present": {"includes": ["child"]}}]},
        {"all": ["visited", "agreed"]},
        {"becomes": "absence.away"},
        {"ceases": {"level": "high"}, "since": "5 days before start"},
        {"any": ["agreed", {"at": "review_on", "when": {"level": "high"}, "since": "3 days before start"}]},
    ],
    "while": ["clinic.open", {"level": "high"}, {"not": {"level": "low"}}],
    "force": ["should", "may", [{"while": {"level": "high"}, "is": "must"}, {"is": "should"}]],
    "repeats": ["from met", "from due"],
    "excused": ["withdrawn", {"on": "withdrawn", "by": "ever"}, {"becomes": {"level": "low"}}],
    "cancelled": [
        "closed",
        "withdrawn",
        {"all": ["left", "withdrawn"]},
        {"ceases": "clinic.open"},
        {"at": "review_on"},
    ],
    "paused_while": ["absence.away", {"not": "absence.here"}, {"level": "high"}],
    "substitute": ["agreed", {"on": "visited", "where": {"mode": "phone"}}],
    "owner": ["nurse", "desk"],
    "again": ["restarts", "ignored"],
}
SETTLED: list[Settled] = [
    (),
    (("answer_limit", ((None, "3 days"),)), ("count_from", ((None, "last"),))),
    (("answer_limit", (("2026-03-07", "2 business days"),)), ("count_from", (("2026-03-05", "start"),))),
]


@st.composite
def texts(draw: st.DrawFn, *, least: int = 0) -> dict[str, Any]:
    """Some keys of a duty, most of them no more than one or two."""
    names = draw(st.lists(st.sampled_from(sorted(KEYS)), min_size=least, max_size=3, unique=True))
    return {name: draw(st.sampled_from(KEYS[name])) for name in names}


@st.composite
def crossing_stories(draw: st.DrawFn) -> tuple[Both, list[Told]]:
    """One duty with one version or two that take its runs over, and a journal of the kinds that it names."""
    first = {"due": draw(st.sampled_from(KEYS["due"])), "met": draw(st.sampled_from(KEYS["met"])), **draw(texts())}
    days = draw(st.sampled_from([["2026-03-08"], ["2026-03-12"], ["2026-03-08", "2026-03-14"]]))
    rule = {
        "label": "Taken over",
        "starts": "assessed",
        **first,
        "crossover": draw(st.sampled_from(["from_start", "from_effective_day", "earliest"])),
        "versions": [{"from": day, **draw(texts(least=1))} for day in days],
    }
    data = cut({**clinic(), "duties": {"taken_over": rule}, "bars": {}}, ["taken_over"])
    text = yaml.safe_dump(data, sort_keys=False, width=10_000)
    settled = tuple(one for one in draw(st.sampled_from(SETTLED)) if f"  {one[0]}:" in text)
    told = draw(told_events(stories.CLINIC, kinds_named(data), most=8))
    note(yaml.safe_dump({"rule": rule, "settled": [list(one) for one in settled]}, sort_keys=False))
    both = both_of(text, settled)
    try:
        _ = both.rules
    except PackError:  # a series that stands still, a list where nothing repeats
        reject()
    return both, told


@effort(300)
@given(crossing_stories())
def test_versions_that_take_runs_over(story: tuple[Both, list[Told]]) -> None:
    both, told = story
    agree(both, told, stories.asked(told, 14))
