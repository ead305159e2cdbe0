"""What holds of every plan: no order of recording, no reader and no version says anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.calendars import format_day, parse_day
from icpm_engine.plan import SIDES, Line, Plan, PlanAnswer, Told, plan_answer, plan_of, versions
from icpm_engine.rules.loading import load_texts
from icpm_engine.working import Entry
from tests.plan.stories import ZONE, told

FIRST = parse_day("2026-03-02")
DAYS = 8
PACK = load_texts({"rules.yaml": "zone: America/Los_Angeles\nroles: {worker: Worker}\n"})

IDS = st.sampled_from([f"L{number}" for number in range(7)])
SOME = st.lists(IDS, min_size=1, max_size=3, unique=True)
TEXTS = st.sampled_from(["sleep through the night", "sleeping the night through", "no sleep at night", "a friend"])
ENDS = st.sampled_from(["done", "changed"])
OWN = {
    "by": st.sampled_from([*SIDES.values()]),
    "shared": st.booleans(),
    "plan_id": st.sampled_from(["P1", "P2"]),
}
Event = tuple[str, str, dict[str, Any]]


def line(kind: str, **more: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """A line of the plan that is said."""
    optional = {name: one for name, one in OWN.items() if name != "words_of"} | more
    return st.tuples(st.just(kind), st.fixed_dictionaries({"line_id": IDS, "text": TEXTS}, optional=optional))


def said(kind: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    """Something else that is said of the plan."""
    return st.tuples(st.just(kind), st.fixed_dictionaries(fields))


WHAT = st.one_of(
    line("need_named"),
    line("need_named"),
    line("goal_set", needs=SOME),
    line("goal_set", needs=SOME),
    line("task_agreed", goals=SOME, times_a_week=st.sampled_from([1, 3])),
    said("service_planned", line_id=IDS, text=TEXTS, goals=SOME, by=OWN["by"], type=st.just("therapy")),
    said("plan_disagreement_stated", line_id=IDS, text=TEXTS, words_of=st.just("the youth"), about_line=IDS),
    said("plan_disagreement_answered", line_id=IDS, answer=TEXTS),
    said("agency_plan_received", plan_id=OWN["plan_id"], by=OWN["by"]),
    said("plan_lines_woven", line_id=IDS, others=SOME),
    said("plan_lines_woven", line_id=IDS, others=SOME),
    said("plan_line_shared", line_id=IDS, shared=st.booleans()),
    said("plan_line_ended", line_id=IDS, reason=ENDS),
    said("goal_answered", line_id=IDS, answer=st.sampled_from(["accepts", "changes", "declines"])),
    said("plan_finding_answered", finding_id=st.sampled_from(["said_twice:L1+L2"]), words=st.just("both L1 and L2")),
    said("family_capacity_told", appointments_a_week=st.just(2)),
    said("appointment_planned", appointment_id=st.sampled_from(["A1", "A2"]), date=st.just("2026-03-20"), line_id=IDS),
)
EVENTS = st.lists(st.tuples(st.integers(0, DAYS - 1), WHAT), max_size=25)


@st.composite
def journals(draw: st.DrawFn) -> list[Entry]:
    """The journal of a case, with corrections and retractions, in the order of recording."""
    events: list[Event] = [(format_day(FIRST + day), kind, fields) for day, (kind, fields) in draw(EVENTS)]
    entries = told(*events)
    for entry in list(entries):
        what = draw(st.sampled_from(["stands"] * 8 + ["corrected", "retracted"]))
        number = len(entries) + 1
        if what == "corrected":
            day = FIRST + draw(st.integers(0, DAYS - 1))
            values, corrects = dict(entry.values), entry.entry
            entries.append(Entry(kind=entry.kind, day=day, minute=-1, values=values, entry=number, corrects=corrects))
        elif what == "retracted":
            entries.append(
                Entry(kind=entry.kind, day=entry.day, minute=-1, values={}, entry=number, retracts=entry.entry)
            )
    return entries


def whole(lines: Iterator[Line] | tuple[Line, ...]) -> Iterator[Line]:
    """Lines with all that was woven into them."""
    for one in lines:
        yield one
        yield from whole(one.woven)


def answer(entries: list[Entry], day: int, reader: str | None = None) -> PlanAnswer:
    return plan_answer(Told(case="C-1", own=entries, beside=(), pack=PACK, zone=ZONE), day, reader)


@given(journals(), st.randoms(use_true_random=False), st.integers(0, DAYS))
def test_the_order_in_which_entries_are_given_does_not_matter(entries: list[Entry], random: Any, ahead: int) -> None:  # noqa: ANN401 - a random generator of Hypothesis's own
    mixed = list(entries)
    random.shuffle(mixed)
    assert answer(mixed, FIRST + ahead) == answer(entries, FIRST + ahead)


@given(journals(), st.integers(0, DAYS))
def test_what_happens_later_changes_nothing_before(entries: list[Entry], ahead: int) -> None:
    if any(one.corrects or one.retracts for one in entries):
        return
    early = [one for one in entries if one.day <= FIRST + ahead]
    assert plan_of("C-1", early, ZONE, FIRST + ahead) == plan_of("C-1", entries, ZONE, FIRST + ahead)


@given(journals(), st.sampled_from([*SIDES]))
def test_a_reader_gets_no_line_of_another_side_and_none_of_its_names(entries: list[Entry], reader: str) -> None:
    every = answer(entries, FIRST + DAYS).plan
    read = answer(entries, FIRST + DAYS, reader)
    allowed = {one.id for one in whole((*every.lines, *every.ended)) if one.shared or one.side == SIDES[reader]}
    assert {one.id for one in whole((*read.plan.lines, *read.plan.ended))} == allowed
    named = repr(read)
    assert set(re.findall(r"\bL\d\b", named)) <= allowed
    ours = {one.plan_id for one in whole((*read.plan.lines, *read.plan.ended))}
    ours |= {one.id for one in every.agency_plans if one.side == SIDES[reader]}
    assert set(re.findall(r"\bP\d\b", named)) <= ours


@given(journals(), st.sampled_from([None, *SIDES]))
def test_each_line_stands_where_its_kind_does_and_once(entries: list[Entry], reader: str | None) -> None:
    plan = answer(entries, FIRST + DAYS, reader).plan
    ids = [one.id for one in whole((*plan.lines, *plan.ended))]
    assert len(ids) == len(set(ids))
    assert all(one.ended is None for one in plan.lines)
    assert all(one.ended is not None for one in plan.ended)
    assert all(one.kind == above.kind for above in whole((*plan.lines, *plan.ended)) for one in above.woven)


@given(journals())
def test_the_changes_of_all_versions_lead_to_the_plan(entries: list[Entry]) -> None:
    stands: set[str] = set()
    for version in versions("C-1", entries, ZONE):
        for change in version.changes:
            if change.what in {"new", "back"}:
                stands.add(change.line)
            elif change.what in {"ended", "woven"}:
                stands.discard(change.line)
    last: Plan = plan_of("C-1", entries, ZONE, FIRST + DAYS)
    assert stands == {one.id for one in last.lines}
    assert [one.number for one in versions("C-1", entries, ZONE)] == list(range(1, last.version + 1))
