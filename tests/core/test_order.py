"""In which order a day's events count (semantics 1), and what corrections and retractions leave of them."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.history import CompiledRules, Entry, fold
from icpm_engine.history.order import arrange, arranged_of, standing
from tests.core.told import CASE, FACTS, Told, duty, entries, entry, pack

RULES = pack(FACTS, CASE)
DAY = "2026-03-02"


def order(*events: tuple[Any, ...]) -> list[int]:
    """The entries in the order in which they count, told in the order of recording."""
    return [one.entry for one in arrange(entries(RULES, *events), RULES.zone, RULES.rank)]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([("2026-03-03", "moved"), ("2026-03-02", "moved")], [2, 1]),
        ([(DAY, "screened"), (DAY, "case_opened")], [2, 1]),
        ([(f"{DAY}T08:00", "screened"), (f"{DAY}T09:00", "case_opened")], [2, 1]),
        ([(DAY, "case_closed"), (DAY, "screened")], [2, 1]),
        ([(f"{DAY}T08:00", "case_closed"), (f"{DAY}T09:00", "screened")], [2, 1]),
        ([(f"{DAY}T10:00", "referred"), (f"{DAY}T09:00", "answered")], [2, 1]),
        ([(f"{DAY}T10:00", "referred"), (DAY, "answered")], [1, 2]),
        ([(DAY, "answered"), (f"{DAY}T10:00", "referred")], [1, 2]),
        ([(f"{DAY}T10:00", "moved"), (DAY, "moved"), (f"{DAY}T09:00", "moved")], [3, 1, 2]),
        ([(DAY, "moved"), (f"{DAY}T10:00", "moved"), (f"{DAY}T09:00", "moved"), (DAY, "moved")], [1, 3, 2, 4]),
        ([(DAY, "moved"), (DAY, "moved"), (DAY, "moved")], [1, 2, 3]),
        ([("2026-03-02", "case_closed"), ("2026-03-03", "case_opened")], [1, 2]),
    ],
)
def test_one_day_s_events_count_in_this_order(events: list[tuple[Any, ...]], expected: list[int]) -> None:
    """Opening kinds first, closing kinds last, between them by the hour; without an hour where recording puts them."""
    assert order(*events) == expected


@pytest.mark.parametrize("clock", ["", "T15:00"])
def test_a_child_has_its_age_from_the_beginning_of_the_day_on_which_it_is_told(clock: str) -> None:
    """Else whatever asks for the age at the opening would never have an answer."""
    rules = duty(
        "starts: case_opened, met: answered, due: [{when: {age: {under: 3 years}}, within: 5 days}, {within: 9 days}]",
        CASE,
    )
    opened, born = (f"{DAY}T08:00", "case_opened"), (f"{DAY}{clock}", "birth_date_told", {"born": "2024-01-01"})
    for told in ((opened, born), (born, opened)):
        assert Told(rules, *told).one(DAY).due == "2026-03-07"
    assert Told(rules, opened, ("2026-03-03", *born[1:])).one("2026-03-03").possible == ("2026-03-07", "2026-03-11")


def test_what_was_sent_at_ten_is_not_acknowledged_before_it_was_sent() -> None:
    """The acknowledgement was recorded after it and has no hour; nor do two things of one hour turn round."""
    assert order((f"{DAY}T10:00", "referred"), (DAY, "answered"), (f"{DAY}T10:00", "screened")) == [1, 2, 3]


def test_each_event_has_its_instant_and_none_lies_before_the_one_that_counts_before_it() -> None:
    told = arrange(
        entries(RULES, (f"{DAY}T10:00", "referred"), (DAY, "answered"), (f"{DAY}T23:00", "moved")),
        RULES.zone,
        RULES.rank,
    )
    ten, late = RULES.zone.instant(told[0].day, 600), RULES.zone.instant(told[0].day, 1380)
    assert [one.t for one in told] == [ten, ten, late]


# --- what stands ------------------------------------------------------------------------------------------------------


def change(number: int, of: int, when: str = "", kind: str = "moved", values: dict[str, str] | None = None) -> Entry:
    """A correction of an entry, or without a day a retraction of it."""
    if not when:
        return Entry(kind="entry_retracted", day=1, minute=-1, values={}, entry=number, retracts=of)
    made = entry(RULES, number, when, kind, values)
    made.corrects = of
    return made


def stands(*changes: Entry) -> list[tuple[int, int, int]]:
    """(root, entry, day of March) of what stands of two entries and their changes."""
    told = [*entries(RULES, ("2026-03-01", "moved"), ("2026-03-02", "moved")), *changes]
    base = entry(RULES, 1, "2026-03-01", "moved").day - 1
    return [(one.root, one.entry, one.day - base) for one in arrange(told, RULES.zone, RULES.rank)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([change(3, 1, "2026-03-05")], [(2, 2, 2), (1, 3, 5)]),
        ([change(3, 1, "2026-03-05"), change(4, 3, "2026-03-06")], [(2, 2, 2), (1, 4, 6)]),
        ([change(3, 1, "2026-03-05"), change(4, 1, "2026-03-06")], [(2, 2, 2), (1, 4, 6)]),
        ([change(3, 1)], [(2, 2, 2)]),
        ([change(3, 1, "2026-03-05"), change(4, 3)], [(1, 1, 1), (2, 2, 2)]),
        ([change(3, 1, "2026-03-05"), change(4, 3, "2026-03-06"), change(5, 4)], [(2, 2, 2), (1, 3, 5)]),
        ([change(3, 1, "2026-03-05"), change(4, 3, "2026-03-06"), change(5, 3)], [(2, 2, 2), (1, 4, 6)]),
        ([change(3, 1, "2026-03-05"), change(4, 1)], [(2, 2, 2)]),
        ([change(3, 1), change(4, 3)], [(1, 1, 1), (2, 2, 2)]),
        ([change(3, 1), change(4, 3), change(5, 4)], [(2, 2, 2)]),
        ([change(3, 1), change(4, 1, "2026-03-05")], [(2, 2, 2)]),
        ([change(3, 1), change(4, 2)], []),
    ],
    ids=[
        "corrected",
        "its correction corrected",
        "corrected twice",
        "retracted",
        "the correction retracted",
        "the correction of the correction retracted",
        "the first of two corrections retracted",
        "corrected and retracted",
        "the retraction retracted",
        "the retraction of the retraction retracted",
        "corrected after it was retracted",
        "all retracted",
    ],
)
def test_what_corrections_and_retractions_leave(changes: list[Entry], expected: list[tuple[int, int, int]]) -> None:
    assert stands(*changes) == expected


def test_looking_at_some_of_the_entries_changes_none_for_who_looks_at_all() -> None:
    """A correction of an event of another kind finds no root among those of its own kind."""
    told = [
        *entries(RULES, ("2026-03-01", "referred"), ("2026-03-02", "screened")),
        change(3, 1, "2026-03-05", "moved"),
    ]
    for before, after in ((told, told[::-1]), (told[::-1], told)):
        whole = arrange(before, RULES.zone, RULES.rank)
        assert [one.entry for one in arranged_of(after, {"moved"}, RULES.zone)] == [3]
        assert [one.entry for one in arrange([told[2]], RULES.zone, RULES.rank)] == [3]
        assert [(one.entry, one.root) for one in whole] == [(2, 2), (3, 1)]
    assert arranged_of(told, {"answered"}, RULES.zone) == []


def test_a_corrected_event_keeps_its_place_in_the_order_of_recording() -> None:
    """The hour of neither is known; the first one was recorded first, whenever its text was corrected."""
    assert stands(change(3, 1, "2026-03-02")) == [(1, 3, 2), (2, 2, 2)]


def test_a_correction_moves_an_obligation_and_does_not_replace_it() -> None:
    """Semantics 49: the same identity."""
    rules = duty("starts: referred, due: {within: 10 days}, met: answered")
    told = entries(rules, ("2026-03-02", "referred"))
    corrected = change(2, 1, "2026-03-04", "referred")
    before, after = fold(rules, told).rows, fold(rules, [*told, corrected]).rows
    assert [row.identity for row in before] == [row.identity for row in after]
    assert before[0].due_at != after[0].due_at


def test_a_mistyped_instance_is_corrected_and_its_runs_stay_the_same() -> None:
    rules = duty("per: referral_id, starts: referred, due: {within: 10 days}, met: answered")
    told = entries(rules, ("2026-03-02", "referred", {"referral_id": "Q"}))
    corrected = change(2, 1, "2026-03-02", "referred", {"referral_id": "R"})
    before, after = fold(rules, told).rows, fold(rules, [*told, corrected]).rows
    assert [row.identity for row in before] == [row.identity for row in after]


def test_a_retracted_start_leaves_nothing_and_retracted_evidence_leaves_the_run_open() -> None:
    rules = duty("starts: referred, due: {within: 10 days}, met: answered")
    told = entries(rules, ("2026-03-02", "referred"), ("2026-03-05", "answered"))
    assert fold(rules, [*told, change(3, 1)]).rows == []
    (row,) = fold(rules, [*told, change(3, 2)]).rows
    assert row.state == 0


def test_of_nothing_that_stands_nothing_follows() -> None:
    told = entries(RULES, ("2026-03-02", "case_opened"))
    folding = fold(RULES, [*told, change(2, 1)])
    assert (folding.rows, folding.states, folding.findings, folding.facts, folding.last) == ([], [], [], {}, 0)


# --- nothing else does ------------------------------------------------------------------------------------------------

MANY = """
duties:
  answer: {label: A, starts: referred, met: answered, due: {within: 3 days}, again: restarts, cancelled: case_closed}
  apiece: {label: A, per: referral_id, starts: referred, met: [answered, withdrawn], due: {within: 5 days},
    while: case.open}
  often: {label: Often, starts: case_opened, met: screened, due: {within: 4 days}, repeats: from met, while: case.open}
  monthly: {label: M, starts: case_opened, met: moved, due: {by: end of month}, repeats: from due,
    cancelled: case_closed}
  behind: {label: Back, starts: referred, met: {on: screened, since: 9 days before start}, due: {within: 2 days}}
  turned: {label: T, starts: {becomes: answer.overdue}, met: withdrawn, due: {within: 2 days}, while: {eligible: yes}}
bars:
  closed: {label: Closed, forbids: {on: answered, when: {not: case.open}}}
"""
STORIES = pack(MANY, FACTS, CASE)

happenings = st.lists(
    st.tuples(
        st.integers(0, 25),
        st.sampled_from([-1, -1, 540, 600]),
        st.sampled_from(
            ["case_opened", "case_closed", "referred", "answered", "withdrawn", "screened", "moved", "status_told"]
        ),
        st.sampled_from(["A", "B"]),
        st.sampled_from([None, None, None, "corrects", "retracts"]),
        st.integers(1, 12),
    ),
    min_size=1,
    max_size=14,
)


def journal(rules: CompiledRules, given: list[tuple[Any, ...]]) -> list[Entry]:
    """Entries, some of which correct or retract earlier ones."""
    first, made = entry(rules, 1, "2026-03-01", "moved").day, []
    for number, (offset, minute, kind, which, change_, of) in enumerate(given, 1):
        values: dict[str, Any] = {"eligible": which == "A"} if kind == "status_told" else {}
        values |= {"referral_id": which} if kind in ("referred", "answered", "withdrawn") else {}
        back = {change_: (of - 1) % (number - 1) + 1} if change_ is not None and number > 1 else {}
        if back and change_ == "corrects" and made[back["corrects"] - 1].retracts is not None:
            back = {}
        made.append(Entry(kind=kind, day=first + offset, minute=minute, values=values, entry=number, **back))
    return made


@given(happenings, st.randoms(use_true_random=False))
def test_the_order_of_delivery_makes_no_difference(given: list[tuple[Any, ...]], random: Random) -> None:
    """A store may hand entries over as it likes; what they come to is the same to the last byte."""
    expected = fold(STORIES, journal(STORIES, given))
    shuffled = journal(STORIES, given)
    random.shuffle(shuffled)
    assert fold(STORIES, shuffled) == expected


@given(happenings)
def test_folding_again_gives_the_same_and_changes_no_entry(given: list[tuple[Any, ...]]) -> None:
    told = journal(STORIES, given)
    first = fold(STORIES, told)
    assert [one for one in told if one.values != journal(STORIES, given)[one.entry - 1].values] == []
    assert fold(STORIES, told) == first


@given(happenings)
def test_what_was_corrected_comes_to_what_would_have_come_of_it_had_it_been_right(given: list[tuple[Any, ...]]) -> None:
    """Folding the journal is folding what stands, each under the root of its first text."""
    told = journal(STORIES, given)
    plain = [
        Entry(kind=one.kind, day=one.day, minute=one.minute, values=one.values, entry=one.root)
        for one in standing(journal(STORIES, given))
        if one.kind != "entry_retracted"
    ]
    mine, other = fold(STORIES, told), fold(STORIES, plain)
    assert [row[:-1] for row in mine.rows] == [row[:-1] for row in other.rows]
    assert [row[:-1] for row in mine.states] == [row[:-1] for row in other.states]


@given(happenings)
def test_each_obligation_has_one_row_for_each_instant_since_it_opened(given: list[tuple[Any, ...]]) -> None:
    """Periods of one identity follow on one another without a gap; the last one is open."""
    by_identity: dict[tuple[Any, ...], list[Any]] = {}
    for row in fold(STORIES, journal(STORIES, given)).rows:
        by_identity.setdefault(row.identity, []).append(row)
    for rows in by_identity.values():
        assert [row.valid_until for row in rows[:-1]] == [row.valid_from for row in rows[1:]]
        assert rows[-1].valid_until == 2**62
        assert all(one[6:] != other[6:] for one, other in pairwise(rows))


def test_a_story_is_told_in_any_order_of_recording_if_every_hour_is_known() -> None:
    events = [
        ("2026-03-01T09:00", "case_opened"),
        ("2026-03-02T09:00", "referred", {"referral_id": "A"}),
        ("2026-03-02T11:00", "screened"),
        ("2026-03-08T10:00", "answered", {"referral_id": "A"}),
        ("2026-03-09T10:00", "case_closed"),
    ]
    there, back = Told(STORIES, *events), Told(STORIES, *reversed(events))
    for on in ("2026-03-02", "2026-03-07", "2026-03-08", "2026-03-10"):
        assert sorted((one.duty, one.state, one.due) for one in there.on(on).obligations) == sorted(
            (one.duty, one.state, one.due) for one in back.on(on).obligations
        )
