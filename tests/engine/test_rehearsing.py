"""What other rules would change, told before anybody adopts them; the quick way and the slow one say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from icpm_engine import Engine, RulePack
from icpm_engine.calendars import Calendar, format_day, format_moment, parse_day
from icpm_engine.errors import PackError, PastHorizon
from icpm_engine.rehearsal.answers import Rehearsal
from icpm_engine.rules.loading import load_texts
from icpm_engine.vocabulary import make
from tests.engine.adopter import NOW

HEAD = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker, clinic: Clinic}
calendars: {business: us-federal}
defaults: {owner: worker, authority: letter}
choices:
  call_limit: {label: How soon to call, type: span, authority: letter}
events:
  began: {id: text}
  asked: {id: text}
  called: {id: text}
  seen: {id: text}
  left: {}
  back: {}
lifecycles:
  place:
    label: Where
    initial: here
    states: {here: {label: Here}, away: {label: Away}}
    transitions: [{on: left, from: here, to: away}, {on: back, from: away, to: here}]
"""
DUTIES = """
duties:
  call: {label: Call, starts: asked, due: {within: call_limit}, met: called}
  see: {label: See, per: id, owner: clinic, starts: asked, due: {within: SEE}, met: seen}
  visit: {label: Visit, starts: asked, while: place.here, due: {within: VISIT}, met: seen, cancelled: called}
  look: {label: Look in, starts: began, repeats: from met, due: {within: [LOOK, SEE]}, met: seen}
  plan: {label: Plan, starts: began, again: restarts, due: {within: PLAN, rolls: next business day}, met: called}
  tell: {label: Tell, force: should, starts: {becomes: place.away}, due: {within: TELL}, met: called}
"""
GROWN = """
decisions:
  grown: {label: Three years without, authority: letter, not: {on: seen, since: 3 years before now}}
"""
NUMBERS = {
    "CALL": ["2 days", "3 days", "3 business days"],
    "SEE": ["10 days", "6 days", "2 weeks"],
    "VISIT": ["5 days", "8 business days", "1 month"],
    "LOOK": ["7 days", "1 day"],
    "PLAN": ["30 days", "1 month", "3 weeks"],
    "TELL": ["24 hours", "3 days", "48 hours"],
}
"""What stands in the rules in each place; the first is what the county goes by."""
FIRST = parse_day("2026-02-02")
DAYS = 60
MORE = """
  join: {label: Join, owner: clinic, starts: asked, due: {by: 3 days after start}, met: seen}
"""


def rules(numbers: dict[str, str] | None = None, duties: str = DUTIES, head: str = HEAD) -> RulePack:
    text, said = head + duties, {name: (numbers or {}).get(name, known[0]) for name, known in NUMBERS.items()}
    for name, number in said.items():
        text = text.replace(name, number)
    return load_texts({"rules.yaml": text}, standard=False, settles={"call_limit": said["CALL"]})


PACK = rules()


def told(kind: str, case: str, when: str, **values: str) -> Any:  # noqa: ANN401 - an event
    return make(PACK.events[kind], case, when, values)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    with Engine(url, PACK, clock=lambda: NOW) as found:
        for number, day in enumerate(("2026-03-30", "2026-04-01", "2026-04-03"), 1):
            found.record(told("asked", f"C-{number}", day, id="a"), by="worker:1")
        found.record(told("called", "C-2", "2026-04-02"), by="worker:1")
        yield found


def without_way(found: Rehearsal) -> Rehearsal:
    return attrs.evolve(found, way="folded", why="", folded=0)


def test_a_day_closed_all_along_moves_what_is_over_and_that_is_said(engine: Engine) -> None:
    business = PACK.calendars["business"]
    march = parse_day("2026-03-31")
    for known, said in ({}, 1), ({march: march}, 0):
        told = (business.name, business.title, business.source, business.weekdays_open)
        closed = Calendar.from_parts(
            *told, {**business.reasons, march: "Storm"}, business.first_day, business.last_day, known=known
        )
        pack = attrs.evolve(PACK, calendars={"business": closed}, version=f"closed {said}")
        found = engine.rehearse(pack, on="2026-04-06").remarks
        assert (len(found), engine.remarks(pack)) == (said, found)
        assert all(
            ": 2026-03-31 (Storm). Clocks that have ended" in one and "otherwise, too (plan)." in one for one in found
        )
    assert engine.rehearse(PACK, on="2026-04-06").remarks == ()


# --- what is told -----------------------------------------------------------------------------------------------------


def test_what_moves_and_who_is_late_on_day_one(engine: Engine) -> None:
    found = engine.rehearse(rules({"SEE": "6 days"}), on="2026-04-06")
    assert (found.way, found.why, found.folded) == ("re-dated", "only numbers are other, of see, look", 0)
    assert (found.counts.before, found.counts.after, found.counts.moves) == (7, 7, 3)
    assert (found.counts.earlier, found.counts.later) == (3, 0)
    assert (found.counts.overdue_before, found.counts.overdue, found.counts.newly_overdue) == (3, 4, 1)
    (group,) = found.groups
    assert (group.county, group.owner, group.duty, group.label) == (engine.county, "Clinic", "see", "See")
    assert group.counts.newly_overdue == 1
    first = found.examples[0]
    assert (first.what, first.subject, first.duty) == ("moves", "C-1", "see")
    assert first.before is not None
    assert first.after is not None
    assert (first.before.due, first.before.overdue, first.after.due, first.after.overdue) == (
        *("2026-04-09", False),
        *("2026-04-05", True),
    )
    assert "10 days counted from 2026-03-30 comes to 2026-04-09" in str(first.before.proof)
    assert "6 days counted from 2026-03-30 comes to 2026-04-05" in str(first.after.proof)
    assert first.after.proof.pack_version == found.pack_version


def test_what_appears_and_vanishes(engine: Engine) -> None:
    found = engine.rehearse(rules(duties=DUTIES.replace("  call:", "  ring:") + MORE), on="2026-04-06", examples=1)
    assert (found.way, found.why) == ("folded", "3 of 7 duties, since one pack alone has call, join, ring")
    assert {group.duty: (group.counts.appears, group.counts.vanishes) for group in found.groups} == {
        "call": (0, 2),
        "join": (3, 0),
        "ring": (2, 0),
    }
    assert Counter(example.what for example in found.examples) == {"appears": 2, "vanishes": 1}
    assert found.folded == found.subjects == 3
    vanishes = next(example for example in found.examples if example.what == "vanishes")
    assert vanishes.after is None
    assert vanishes.before is not None


def test_a_clock_that_starts_from_another_event_moves(engine: Engine) -> None:
    engine.record(told("began", "C-1", "2026-03-28"), by="worker:1")
    found = engine.rehearse(
        rules(duties=DUTIES.replace("starts: asked, due: {within: call", "starts: began, due: {within: call")),
        on="2026-04-06",
    )
    group = next(group for group in found.groups if group.duty == "call")
    assert (group.counts.moves, group.counts.vanishes, group.counts.appears) == (1, 1, 0)


def test_an_owner_who_changes_is_a_change(engine: Engine) -> None:
    found = engine.rehearse(rules(duties=DUTIES.replace("owner: clinic", "owner: worker")), on="2026-04-06")
    assert [(group.owner, group.duty, group.counts.changes) for group in found.groups] == [("Worker", "see", 3)]
    assert (found.counts.before, found.counts.after, found.counts.moves) == (7, 7, 0)


def test_a_day_of_which_the_lists_are_not_complete_is_refused() -> None:
    aging = DUTIES + "  late: {label: Late, starts: {becomes: grown}, due: {within: 9 days}, met: seen}\n"
    known = rules(duties=aging + GROWN)
    with Engine("sqlite://", known, clock=lambda: NOW) as engine:
        engine.record(make(known.events["seen"], "C-1", "2026-04-03", {}), by="worker:1")
        assert engine.rehearse(PACK, on="2028-03-01").folded == 1
        with pytest.raises(PastHorizon, match="complete up to 2028-0"):
            engine.rehearse(PACK, on="2028-08-01")


def test_a_calendar_that_is_other_moves_what_counts_its_days(engine: Engine) -> None:
    courts = HEAD.replace("business: us-federal", "business: california-courts")  # closed on 31 March
    engine.adopt(rules({"CALL": "3 business days"}), author="supervisor:1")
    found = engine.rehearse(rules({"CALL": "3 business days"}, head=courts), on="2026-04-06")
    assert found.why == "2 of 6 duties, since more than numbers is other: calendars"
    assert [(group.duty, group.counts.moves) for group in found.groups] == [("call", 1)]
    (example,) = found.examples
    assert example.after is not None
    assert "Cesar Chavez" in str(example.after.proof)


def test_nothing_is_written(engine: Engine) -> None:
    with engine.store.reading() as reading:
        before = reading.commit_at(2**60), [reading.standing("case", case) for case in reading.subjects("case")]
    engine.rehearse(rules({"SEE": "6 days"}), on="2026-04-06")
    engine.rehearse(rules({"SEE": "6 days"}), on="2026-04-06", fold=True)
    with engine.store.reading() as reading:
        assert (
            reading.commit_at(2**60),
            [reading.standing("case", case) for case in reading.subjects("case")],
        ) == before
    assert len(engine.adoptions()) == 1


def test_rules_of_other_counties_are_refused(engine: Engine) -> None:
    with pytest.raises(PackError, match="expected rules of"):
        engine.rehearse(RulePack.load("california", county="shasta"), on="2026-04-06")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("starts: began, again", "starts: asked, again"), "more than the numbers of plan is other"),
        (("transitions: [{on: left, ", "transitions: [{on: seen, "), "more than numbers is other: lifecycles"),
        (("force: should", "force: may"), "more than the numbers of tell is other"),
    ],
)
def test_more_than_numbers_is_folded_and_says_why(engine: Engine, change: tuple[str, str], why: str) -> None:
    found = engine.rehearse(rules(duties=DUTIES.replace(*change), head=HEAD.replace(*change)), on="2026-04-06")
    assert found.way == "folded"
    assert found.why.endswith(f"duties, since {why}")


@pytest.mark.parametrize(
    ("duties", "why"),
    [
        (
            "met: seen}\n  last: {label: Last, starts: {on: asked, when: see.overdue}, due: open, met: left}",
            "last asks how see stands",
        ),
        (
            "met: seen, force: may}",
            "the due date of see decides more than itself: it ends the clock, or starts the next",
        ),
        ("met: seen, excused: called}", "the due date of see decides more than itself: it may be excused until then"),
        ("met: {on: seen, by: due}}", "the due date of see decides more than itself: other lines count from it"),
        (
            "met: seen, escalates: [{at: due, tell: clinic}]}",
            "the due date of see decides more than itself: somebody is told by it",
        ),
        (
            "met: seen, paused_while: place.away}",
            "the due date of see decides more than itself: the clock may stand still",
        ),
    ],
)
def test_a_date_that_decides_more_than_itself_is_folded(url: str, duties: str, why: str) -> None:
    whole = DUTIES.replace("met: seen}", duties, 1)
    with Engine(url, rules(duties=whole), clock=lambda: NOW) as engine:
        engine.record(told("asked", "C-1", "2026-03-30", id="a"), by="worker:1")
        found = engine.rehearse(rules({"SEE": "6 days"}, duties=whole), on="2026-04-06")
        assert found.way == "folded"
    assert found.why.endswith(f"duties, since {why}")


def test_while_an_adoption_is_under_way_all_is_folded(engine: Engine) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.adopt(rules({"SEE": "6 days"}), author="supervisor:1", progress=stop)
    found = engine.rehearse(rules({"SEE": "2 weeks"}), on="2026-04-06")
    assert "an adoption is under way" in found.why


# --- the quick way and the slow one -----------------------------------------------------------------------------------

CHANGES = [
    ("starts: asked, while", "starts: began, while"),
    ("again: restarts, ", ""),
    ("while: place.here", "while: place.away"),
    ("met: seen, cancelled: called", "met: seen"),
    ("force: should, ", "force: may, "),
    ("{becomes: place.away}", "{on: left}"),
    ("{on: back, from: away", "{on: called, from: away"),
    ("business: us-federal", "business: california-courts"),
    ("  tell:", "  say:"),
    ("events:", "events:\n  other: {}"),
]
EVENTS = st.tuples(
    st.sampled_from(["C-1", "C-2", "C-3"]),
    st.sampled_from(["began", "asked", "called", "seen", "left", "back"]),
    st.integers(FIRST, FIRST + DAYS),
    st.sampled_from([-1, -1, 9 * 60, 15 * 60 + 30]),
    st.sampled_from(["a", "b", None]),
)


@contextmanager
def recorded(events: list[tuple[str, str, int, int, str | None]]) -> Iterator[Engine]:
    with Engine("sqlite://", PACK, clock=lambda: NOW) as engine:
        for case, kind, day, minute, value in events:
            values = {"id": value} if value is not None and "id" in PACK.events[kind].fields else {}
            engine.record(told(kind, case, format_moment(day, minute), **values), by="worker:1")
        yield engine


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(events=st.lists(EVENTS, max_size=25), changes=st.sets(st.sampled_from(CHANGES), min_size=1, max_size=2))
def test_a_fold_by_what_a_change_can_reach_is_one_by_all_rules(
    events: list[tuple[str, str, int, int, str | None]], changes: set[tuple[str, str]]
) -> None:
    head, duties = HEAD, DUTIES
    for old, new in changes:
        assert old in head + duties
        head, duties = head.replace(old, new), duties.replace(old, new)
    changed, day = rules(duties=duties, head=head), format_day(FIRST + DAYS)
    with recorded(events) as engine:
        some, all_ = engine.rehearse(changed, on=day), engine.rehearse(changed, on=day, fold=True)
        assert without_way(some) == without_way(all_)
        engine.adopt(changed, author="supervisor:1")
        assert engine.due_count(day) == some.counts.after
        assert engine.overdue_count(day) == some.counts.overdue


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    events=st.lists(EVENTS, max_size=25),
    numbers=st.fixed_dictionaries({}, optional={name: st.sampled_from(known) for name, known in NUMBERS.items()}),
    on=st.integers(FIRST, FIRST + DAYS + 60),
)
def test_dates_made_from_what_is_kept_are_those_of_a_fold(
    events: list[tuple[str, str, int, int, str | None]], numbers: dict[str, str], on: int
) -> None:
    changed, day = rules(numbers), format_day(on)
    with recorded(events) as engine:
        quick = engine.rehearse(changed, on=day)
        slow = engine.rehearse(changed, on=day, fold=True)
        assert quick.way == "re-dated"
        assert without_way(quick) == without_way(slow)
        engine.adopt(changed, author="supervisor:1")
        assert engine.due_count(day) == quick.counts.after
        assert engine.overdue_count(day) == quick.counts.overdue
        listed = {row.id: row.due for row in engine.due(day, limit=1_000)}
        for example in quick.examples:
            assert example.after is not None
            assert listed[example.id] == example.after.due
