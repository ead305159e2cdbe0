"""An import that believes entry stamps: what is known at each stamp is what recording on that day would have told."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import attrs
import pytest
from hypothesis import example, given, settings

from icpm_engine import Engine, RulePack
from icpm_engine.errors import PastHorizon
from icpm_engine.store import JournalRow, NewEntry, epochs
from icpm_engine.vocabulary import CaseOpened, ScreeningCompleted
from tests.engine.clock import Clock
from tests.interop.mappings import row
from tests.interop.practice import LINKED, NOW, anew, check, journals, opened, practice, take
from tests.interop.test_import_order import MAPPING, Told, events, written
from tests.interop.test_import_over_cases import RULES as OVER_CASES

DAYS = ("2026-03-04", "2026-03-20", "2026-06-01", "2026-07-15")
QUESTIONS = ("due", "overdue", "unknown", "escalations")


def recorded_live(engine: Engine, clock: Clock, rows: list[JournalRow]) -> Iterator[int]:
    """Record what an import has written, stamp after stamp, as if somebody had done so at the time."""
    listed = sorted(rows, key=lambda one: (_known(rows, one), one.commit_no, one.entry))
    for at, group in groupby(listed, key=lambda one: _known(rows, one)):
        clock.now = at
        with engine.importing(by="test", at=at, note="", entries=1) as (_, recorder):
            for one in group:
                new = NewEntry(one.kind, one.day, one.minute, one.payload, one.recorded)
                recorder.append(one.subject_kind, one.subject_id, new)
            recorder.derive(accept_anomalies=True, compare=False)
        yield at


def _known(rows: list[JournalRow], one: JournalRow) -> int:
    """What ends on the day on which it began is known no earlier than its beginning."""
    key = (one.source_key or "").removesuffix("\tend")
    return max(other.recorded for other in rows if other.source_key in (key, one.source_key))


def answers(engine: Engine, **known: int) -> dict[str, Any]:
    """All that can be asked, without the numbers of entries."""
    found: dict[str, Any] = {}
    for day in DAYS:
        for question in QUESTIONS:
            told = getattr(engine, question)(day, **known)
            found[f"{question} {day}"] = sorted(map(_plain, told))
        for kind in ("case", "person"):
            with engine.store.reading() as reading:
                subjects = reading.subjects(kind)
            for subject in subjects:
                found[f"{subject} {day}"] = _of(engine, kind, subject, on=day, **known)
    return found


def _of(engine: Engine, kind: str, subject: str, **asked: Any) -> Any:  # noqa: ANN401 - as the engine takes it
    try:
        told = engine.subject(kind, subject, **asked)
    except LookupError:
        return None
    held = engine.ledger(subject, about=kind, **asked)
    return sorted(told.states, key=repr), told.facts, sorted(map(_plain, told.obligations)), held


def _plain(one: Any) -> str:  # noqa: ANN401 - an Obligation, or what is unknown
    return repr(attrs.evolve(one, id="")) if hasattr(one, "id") else repr(one)


def as_known(told: list[Told], rules: RulePack, mapping: str = MAPPING) -> None:
    rows = [written(number, one, stamped=True) for number, one in enumerate(told)]
    clock = Clock(NOW)
    with Engine("sqlite://", rules, clock=lambda: NOW) as ours, Engine("sqlite://", rules, clock=clock) as theirs:
        made = take(ours, *rows, mapping=mapping)
        assert (made.set_aside, made.too_late) == (0, 0)
        listed = journals(ours)
        for at in recorded_live(theirs, clock, listed):
            now = answers(theirs)
            assert answers(ours, known_at=at) == {key: now.get(key) for key in answers(ours, known_at=at)}
        assert take(ours, *rows, mapping=mapping).commit is None


BORN_LATE: list[Told] = [
    ("LNK", "C-1", "K-1", 2, 0, None),
    ("OPN", "C-1", "K-1", 2, 0, None),
    ("LNK", "C-2", "K-1", 2, 0, None),
    ("BRN", "C-1", "K-1", 3, 0, None),
    ("OPN", "C-2", "K-1", 3, 0, None),
    ("LNK", "C-1", "K-2", 4, 0, None),
    ("OLD", "C-1", "K-1", 5, 0, None),
]


@settings(max_examples=40)
@given(events)
@example(BORN_LATE)
def test_each_stamp_is_a_version(told: list[Told]) -> None:
    as_known(told, practice())


@settings(max_examples=25)
@given(events)
@example(BORN_LATE)
def test_of_rules_over_several_cases_too(told: list[Told]) -> None:
    as_known(told, OVER_CASES)


def stamped(number: int, entered: str, **cells: str) -> str:
    return row(ROW=str(number), ENTERED=entered, **cells)


THREE_YEARS = [
    stamped(1, "7/3/24 9:00", CODE="OPN", DATE="7/1/24"),
    stamped(2, "7/20/24 9:00", DATE="7/10/24", RESULT="P"),
    stamped(3, "9/5/25 9:00", CODE="CFT", REF="M-1", DATE="7/16/24", WHO="CH"),  # entered a year late
    stamped(4, "2/1/26 9:00", CODE="OPN", DATE="1/5/26", CASE="C-105"),
]
BELIEVED = LINKED.replace("believed_from: 2026-01-01", "believed_from: 2024-01-01")


def duties(engine: Engine, which: str, on: str, known_at: str | None = None) -> list[tuple[str, str, str | None]]:
    found = getattr(engine, which)(on, known_at=known_at)
    return [(one.subject, one.duty, one.due) for one in found]


def test_three_years_of_history_answer_as_the_county_would_have_known(url: str) -> None:
    with opened(url) as engine:
        made = take(engine, *THREE_YEARS, mapping=BELIEVED)
        assert (made.versions, made.commit, made.too_late, made.entries) == (4, 5, 0, 4)
        check(engine)
        follow_up = ("C-104", "follow_up", "2024-07-17")
        assert ("C-104", "first_screening", "2024-07-31") in duties(engine, "due", "2024-07-15", "2024-07-15")
        assert follow_up not in duties(engine, "due", "2024-07-15", "2024-07-15")  # the screen is not yet entered
        assert follow_up in duties(engine, "overdue", "2024-08-01", "2024-08-01")
        assert follow_up in duties(engine, "overdue", "2024-08-01", "2025-09-04")
        assert follow_up not in duties(engine, "overdue", "2024-08-01", "2025-09-05")  # it had been met all the time
        assert duties(engine, "overdue", "2024-08-01") == duties(engine, "overdue", "2024-08-01", "2026-06-30")
        assert duties(engine, "due", "2024-07-15", "2024-07-02") == []
        assert ("C-104", "follow_up", "2024-07-17") in duties(engine, "overdue", "2025-03-01", "2025-03-01")
        with pytest.raises(PastHorizon, match="lists are complete up to 2025-12-06"):
            engine.due("2026-01-01", known_at="2025-03-01")
        assert engine.case("C-104", on="2024-07-15", known_at="2024-07-15").facts == {}
        assert duties(engine, "due", "2026-02-03", "2026-01-31") == []
        assert ("C-105", "first_screening", "2026-02-04") in duties(engine, "due", "2026-02-03", "2026-02-01")


def test_the_same_extract_twice_changes_nothing_and_a_longer_one_adds(url: str) -> None:
    with opened(url) as engine:
        first = take(engine, *THREE_YEARS[:2], mapping=BELIEVED)
        before = duties(engine, "due", "2024-07-15", "2026-06-30T17:59")
    with opened(url, now=NOW + 86_400) as engine:
        assert take(engine, *THREE_YEARS[:2], mapping=BELIEVED).commit is None
        more = take(engine, *THREE_YEARS, stamped(5, "6/30/26 20:00", DATE="6/30/26", RESULT="N"), mapping=BELIEVED)
        # What was entered before the first import was not in anybody's answer until the second.
        assert (more.known, more.entries, more.versions, more.too_late) == (2, 3, 1, 2)
        assert (first.commit, more.commit) == (3, 5)
        assert duties(engine, "due", "2024-07-15", "2026-06-30T17:59") == before
        check(engine)
        with engine.store.reading() as reading:
            ats = [engine.rules.zone.local(reading.commit(number).at) for number in range(1, 6)]
            assert [minute for _, minute in ats] == [9 * 60, 9 * 60, 18 * 60, 20 * 60, 18 * 60]
            told = {reading.commit(number).note for number in range(1, 6)}
        assert told == {"import from cms", "import from cms, as entered"}


def test_what_was_recorded_by_hand_is_never_changed_for_an_answer_that_was_given(url: str) -> None:
    clock = Clock(NOW - 10 * 86_400)
    with Engine(url, practice(), clock=clock) as engine:
        engine.record(CaseOpened(case="C-104", occurred="2026-06-15"), by="w:1")
        screened = ScreeningCompleted(case="C-104", occurred="2026-06-16", tool="PSC-35", result="positive")
        engine.record(screened, by="w:1")
        given = engine.case("C-104", known_at=clock.now), engine.due("2026-06-30", known_at=clock.now)
        clock.now = NOW
        early = stamped(1, "6/17/26", CODE="CFT", REF="M-1", DATE="6/17/26", WHO="CH")
        late = stamped(2, "6/25/26", CODE="CON", DATE="6/24/26")
        made = take(engine, early, late, mapping=MAPPING)
        assert (made.versions, made.too_late) == (1, 1)
        assert (
            engine.case("C-104", known_at=NOW - 10 * 86_400),
            engine.due("2026-06-30", known_at=NOW - 10 * 86_400),
        ) == given
        assert "follow_up" in {one.duty for one in engine.due("2026-06-30", known_at="2026-06-29")}
        assert "follow_up" not in {one.duty for one in engine.due("2026-06-30")}
        check(engine)


def test_stamps_without_an_hour_are_known_at_the_end_of_their_day(url: str) -> None:
    with opened(url) as engine:
        take(engine, stamped(1, "3/5/26", CODE="OPN", DATE="3/2/26"))
        assert duties(engine, "due", "2026-03-06", "2026-03-04") == []
        assert duties(engine, "due", "2026-03-06", "2026-03-05T23:58") == []
        assert duties(engine, "due", "2026-03-06", "2026-03-05") != []


def test_a_team_s_and_a_person_s_news_reach_cases_that_have_none_of_their_own(url: str, monkeypatch: Any) -> None:  # noqa: ANN401
    monkeypatch.setattr(epochs, "LENGTH", 86_400)
    with opened(url) as engine:
        cases = [stamped(n, "3/2/26 9:00", CODE="OPN", DATE="3/2/26", CASE=f"C-{n}") for n in (1, 2)]
        links = [stamped(n + 2, "3/2/26 9:01", CODE="LNK", DATE="3/2/26", CASE=f"C-{n}", REF="K-1") for n in (1, 2)]
        born = stamped(5, "3/4/26 9:00", CODE="BRN", WHEN="3/1/22", DATE="3/4/26", CHILD="K-1", CASE="")
        told = stamped(6, "3/6/26 9:00", CODE="BRN", WHEN="3/1/12", DATE="3/5/26", CHILD="K-1", CASE="")
        take(engine, *cases, *links, born, told, mapping=MAPPING)
        for known, expected in (("2026-03-03", "undetermined"), ("2026-03-05", "running"), ("2026-03-07", None)):
            found = [one for one in engine.due("2026-03-08", known_at=known) if one.duty == "young_child"]
            assert [one.state for one in found] == [expected] * (2 if expected else 0)
        check(engine)


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_rows_makes_no_difference_to_what_was_known(order: int) -> None:
    with anew() as engine:
        take(engine, *THREE_YEARS[::order], mapping=BELIEVED)
        found = [_plain(one) for at in DAYS for one in engine.due("2026-03-01", known_at=at)]
    with anew() as engine:
        take(engine, *sorted(THREE_YEARS), mapping=BELIEVED)
        assert found == [_plain(one) for at in DAYS for one in engine.due("2026-03-01", known_at=at)]
