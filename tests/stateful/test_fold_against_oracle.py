"""The fold held against the oracle: random journals under published protocols and under an invented clinic's rules."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from icpm_engine.history import fold
from icpm_engine.history.answers import rows_at
from icpm_engine.history.declined import not_started
from icpm_engine.history.proofs import proof_of
from icpm_engine.history.reckoned import due_text
from tests.stateful import stories
from tests.stateful.both import Both, Told, When, clinic, days_standing, differences, encoding, never_owed
from tests.stateful.effort import effort
from tests.stateful.stories import told_events
from tests.stateful.subsets import Settled, both_of, clinic_of

pytestmark = pytest.mark.slow
RULES = [*clinic()["duties"], *clinic()["bars"], *clinic()["decisions"]]
SETTLED: list[Settled] = [
    (),
    (("answer_limit", ((None, "3 days"),)), ("count_from", ((None, "last"),))),
    (("answer_limit", (("2026-03-07", "2 business days"),)), ("count_from", (("2026-03-05", "start"),))),
]
NEED: list[Settled] = [(("need_means", ((None, value),)),) for value in ("by_level", "by_score")]


def agree(both: Both, told: Sequence[Told], when: Sequence[When]) -> None:
    """Engine and oracle say the same on every day that is asked for; the engine is given the journal in any order."""
    if not when:
        return
    for one in told:
        note(str(one))
    same(both, told, when)


def same(both: Both, told: Sequence[Told], when: Sequence[When]) -> None:
    """The comparison itself."""
    delivered = list(told)
    random.Random(len(told)).shuffle(delivered)  # noqa: S311 (no secret)
    engine, oracle = both.engine(delivered, when), both.oracle(told, when)
    for day in when:
        found = differences(engine[day], oracle[day])
        assert not found, f"on {day}:\n" + "\n".join(found)


# --- the invented clinic ----------------------------------------------------------------------------------------------


@st.composite
def clinic_stories(draw: st.DrawFn, most_rules: int, most: int) -> tuple[Both, list[Told]]:
    """Some rules of the clinic, choices settled or not, and a journal of the kinds that these rules name."""
    names = draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=most_rules, unique=True))
    text, kinds = clinic_of(names)
    settled = tuple(one for one in draw(st.sampled_from(SETTLED)) if f"  {one[0]}:" in text)
    if "becomes: in_need" in text:  # a lifecycle on an open choice is not run once for each reading
        settled = (*settled, *draw(st.sampled_from(NEED)))
    told = draw(told_events(stories.CLINIC, [*kinds, "noticed"], most=most))
    note(f"{sorted(names)} {settled}")
    return both_of(text, settled), told


@effort(300)
@given(clinic_stories(most_rules=2, most=8))
def test_a_few_rules_of_the_clinic(story: tuple[Both, list[Told]]) -> None:
    both, told = story
    agree(both, told, stories.asked(told, 14))


@effort(20)
@given(clinic_stories(most_rules=30, most=14))
def test_many_rules_of_the_clinic_together(story: tuple[Both, list[Told]]) -> None:
    both, told = story
    agree(both, told, stories.asked(told, 14))


@effort(150)
@given(clinic_stories(most_rules=3, most=8))
def test_what_started_nothing(story: tuple[Both, list[Told]]) -> None:
    """Starts by events whose condition did not hold: the oracle has a row for each, the engine finds them on demand."""
    both, told = story
    for day in stories.asked(told, 14)[-1:]:
        entries = [both.entry(one) for one in told]
        found = not_started(both.rules, entries, both.instant(day))
        answer = both.answers(told, [day])[day]
        never = [run for run in answer.runs if run.false_start and never_owed(run) and _by_event(both, run.duty)]
        assert sorted((one.duty, one.instance or "", str(one.entry)) for one in found if _by_event(both, one.duty)) == (
            sorted((run.duty, run.instance or "", str(run.start_root)) for run in never)
        )


def _by_event(both: Both, duty: str) -> bool:
    """Whether plain lines about events start it: of a list with bounds the oracle has no row for what it leaves out."""
    lines = both.data["duties"][duty]["starts"]
    return isinstance(lines, str) or all("on" in line for line in (lines if isinstance(lines, list) else [lines]))


# --- past the end of a calendar ---------------------------------------------------------------------------------------

ROLLS = """
zone: America/Los_Angeles
roles: {clinician: Clinician}
calendars: {california-courts: california-courts}
sources: {manual: {title: Manual}}
events: {opened: {sorts: first}, visited: {}, left: {}, returned: {}}
lifecycles:
  absence:
    label: Absence
    initial: here
    states: {here: {label: Here}, away: {label: Away}}
    transitions: [{on: left, from: here, to: away}, {on: returned, from: away, to: here}]
defaults: {authority: manual, owner: clinician, starts: opened, met: visited}
duties:
  ahead: {label: Ahead, due: {within: 10 days, rolls: next california-courts day}, repeats: from met}
  back: {label: Back, due: {by: 10 days after start, rolls: previous california-courts day}}
  first: {label: First, due: {earliest: [{within: 10 days, rolls: next california-courts day}, {within: 20 days}]}}
  last: {label: Last, due: {latest: [{within: 10 days}, {within: 8 days}], rolls: next california-courts day}}
  grid: {label: Grid, due: {within: 10 days, rolls: next california-courts day}, repeats: from due}
  eve: {label: The day before, due: {before: 10 days after start, rolls: next california-courts day}}
  still: {label: Still, due: {within: 10 days, rolls: next california-courts day}, paused_while: absence.away}
"""


@pytest.mark.parametrize("visited", ["2027-01-05", "2027-01-09", "2027-01-12"])
@pytest.mark.parametrize("away", [(), ("left 2026-12-31",), ("left 2026-12-31", "returned 2027-01-03")])
def test_what_rolls_past_the_end_of_a_calendar(visited: str, away: tuple[str, ...]) -> None:
    told: list[Told] = [
        {"entry": str(number), "kind": kind, "day": day, "minute": None, "values": {}}
        for number, (kind, day) in enumerate(map(str.split, ("opened 2026-12-30", *away, f"visited {visited}")), 1)
    ]
    days = ("2026-12-30", "2027-01-02", "2027-01-09", "2027-01-10", "2027-01-15", "2027-03-01")
    same(both_of(ROLLS, ()), told, [date.fromisoformat(day) for day in days])


# --- published protocols ----------------------------------------------------------------------------------------------

SHASTA: list[Settled] = [
    (),
    (("annual_from", ((None, "entry"),)), ("young_child_interval", ((None, "6 months"),))),
    (("over_five_means", ((None, "turned_six"),)), ("annual_from", (("2026-03-10", "last_screen"),))),
]


@effort(5)
@given(told_events(stories.SHASTA, list(stories.SHASTA), most=10, span=300), st.sampled_from(SHASTA))
def test_shasta(told: list[Told], settled: Settled) -> None:
    agree(both_of(encoding("ca-shasta"), settled), told, later(told, 20, 90, 91, 365, 366, 400))


@effort(40)
@given(told_events(stories.CFT_FIRST, list(stories.CFT_FIRST), most=12, span=60))
def test_first_team_meeting(told: list[Told]) -> None:
    agree(both_of(encoding("ca-cft-first")), told, later(told, 1, 30, 31, 60, 61))


DISPUTE: list[Settled] = [(), (("other_route_within", ((None, "7 days"),)),)]


@effort(40)
@given(told_events(stories.DISPUTE, list(stories.DISPUTE), most=10), st.sampled_from(DISPUTE))
def test_a_right_that_suspends_a_duty(told: list[Told], settled: Settled) -> None:
    agree(both_of(encoding("oh-dispute"), settled), told, later(told, 1, 7, 8, 20))


def later(told: Sequence[Told], *steps: int) -> list[When]:
    """The days of a story, and some after its last one."""
    found = stories.asked(told, 0)
    happened = days_standing(told)
    return [*found, *(happened[-1] + timedelta(days=step) for step in steps if happened)]


# --- what holds of any journal ----------------------------------------------------------------------------------------


def seen(both: Both, told: Sequence[Told], when: Sequence[When]) -> list[Any]:
    """What the engine says, in the form in which it is compared."""
    found = both.engine(told, when)
    return [found[day] for day in when]


@effort(21)
@given(clinic_stories(most_rules=6, most=12), st.randoms(use_true_random=False))
def test_the_order_of_delivery_makes_no_difference(story: tuple[Both, list[Told]], chance: random.Random) -> None:
    both, told = story
    when = stories.asked(told, 10)
    delivered = list(told)
    chance.shuffle(delivered)
    assert seen(both, delivered, when) == seen(both, told, when)


@effort(21)
@given(clinic_stories(most_rules=6, most=12), stories.days())
def test_what_happens_later_moves_nothing_earlier(story: tuple[Both, list[Told]], day: str) -> None:
    """So that no due date depends on when one asks."""
    both, told = story
    plain = [one for one in told if not {"corrects", "retracts"} & set(one)]
    until_then = [one for one in plain if one["day"] <= day]
    if until_then:
        when = [date.fromisoformat(day)]
        assert seen(both, until_then, when) == seen(both, plain, when)


@effort(21)
@given(clinic_stories(most_rules=6, most=12), stories.days())
def test_an_event_that_no_rule_names_moves_nothing(story: tuple[Both, list[Told]], day: str) -> None:
    both, told = story
    when = [one for one in stories.asked(told, 10) if not isinstance(one, datetime)]
    first = min(days_standing(told), default=None)
    noticed = {"entry": str(len(told) + 1), "kind": "noticed", "day": day, "minute": None, "values": {}}
    if first is not None and first.isoformat() <= day:
        assert seen(both, [*told, noticed], when) == seen(both, told, when)


@effort(21)
@given(clinic_stories(most_rules=6, most=12))
def test_every_date_has_a_proof_that_says_the_same(story: tuple[Both, list[Told]]) -> None:
    both, told = story
    folding = fold(both.rules, [both.entry(one) for one in told])
    for day in stories.asked(told, 10):
        for row in rows_at(folding.rows, both.instant(day)):
            proof = proof_of(row, both.rules)
            assert proof.due == due_text(row.due_at, both.rules.zone)
            assert proof.due is None or proof.due in str(proof)
