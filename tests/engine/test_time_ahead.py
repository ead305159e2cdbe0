"""What comes by time alone, as far ahead as anybody asks; and what a strict lifecycle takes or refuses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from icpm_engine import Engine
from icpm_engine.errors import EventError, NotFound, PastHorizon, RefusedEvent
from icpm_engine.rules.loading import load_texts
from icpm_engine.vocabulary import BirthDateTold, CaseClosed, CaseOpened, PersonLinked, ScreeningCompleted
from tests.interop.practice import NOW, opened

RULES = """
zone: America/Los_Angeles
roles: {worker: Worker}
sources: {manual: {title: Manual}}
defaults: {owner: worker, authority: manual}
lifecycles:
  case:
    label: Case
    initial: none
    strict: yes
    states: {none: {label: None}, open: {label: Open}, closed: {label: Closed}}
    transitions: [{on: case_opened, from: [none, closed], to: open}, {on: case_closed, from: open, to: closed}]
duties:
  again: {label: Again, starts: {on: case_opened, when: {on: case_closed}}, due: open, met: plan_holds}
  sixteen: {label: Sixteen, starts: {becomes: {age: {at_least: 16 years}}}, due: {within: 30 days}, met: plan_holds}
  eighteen: {label: Eighteen, starts: {becomes: {age: {at_least: 18 years}}}, due: {within: 30 days}, met: plan_holds}
"""
BORN = "2011-07-10"  # sixteen on 10 July 2027, eighteen on 10 July 2029; the clock stands at 30 June 2026


@pytest.fixture
def engine() -> Iterator[Engine]:
    with opened("sqlite://", load_texts({"rules.yaml": RULES})) as engine:
        engine.record(
            CaseOpened(case="C-1", occurred="2026-03-02"),
            PersonLinked(case="C-1", occurred="2026-03-02", person="P-1"),
            BirthDateTold(person="P-1", occurred="2026-03-02", born=BORN),
            by="test",
        )
        yield engine


def due(engine: Engine, on: str) -> list[tuple[str, str | None]]:
    return [(one.duty, one.due) for one in engine.due(on=on)]


def test_a_birthday_that_nobody_records_is_on_the_list_of_its_day(engine: Engine) -> None:
    assert due(engine, "2027-07-09") == []
    assert due(engine, "2027-07-10") == [("sixteen", "2027-08-09")]
    assert [one.duty for one in engine.overdue(on="2027-08-10")] == ["sixteen"]


def test_lists_end_at_the_horizon_and_one_case_can_be_asked_beyond_it(engine: Engine) -> None:
    assert due(engine, "2028-06-01") == [("sixteen", "2027-08-09")]
    with pytest.raises(PastHorizon, match="complete up to 2028-06"):  # 24 months after the last recording
        engine.due(on="2028-07-01")
    states = {one.duty: one.due for one in engine.case("C-1", on="2029-07-10").obligations}
    assert states == {"sixteen": "2027-08-09", "eighteen": "2029-08-09"}
    assert "eighteen" not in {one.duty for one in engine.case("C-1", on="2029-07-09").obligations}


def test_a_case_with_nothing_to_come_is_complete_for_ever() -> None:
    with opened("sqlite://", load_texts({"rules.yaml": RULES})) as engine:
        engine.record(CaseOpened(case="C-1", occurred="2026-03-02"), by="test")
        assert list(engine.due(on="2090-01-01")) == []


def test_what_has_not_happened_yet_is_refused_and_what_happened_today_is_not(engine: Engine) -> None:
    engine.record(ScreeningCompleted(case="C-1", occurred="2026-06-30", tool="x"), by="test")
    for day in ("2026-07-01", "2052-06-30"):
        with pytest.raises(EventError, match="after it is recorded on 2026-06-30"):
            engine.record(ScreeningCompleted(case="C-1", occurred=day, tool="x"), by="test")


def test_a_late_entry_that_makes_a_later_one_impossible_is_taken_only_if_one_insists(engine: Engine) -> None:
    """The later one is kept, and listed as an anomaly."""
    engine.record(CaseClosed(case="C-1", occurred="2026-05-04"), by="test")
    late = CaseClosed(case="C-1", occurred="2026-04-01")
    with pytest.raises(RefusedEvent, match="of 2026-05-04 would have no place in Case any more"):
        engine.record(late, by="test")
    outcome = engine.record(late, by="test", accept_anomalies=True)
    assert [(finding.kind, finding.entry) for finding in outcome.findings] == [("anomaly", 4)]
    assert [(one.kind, one.entry) for one in engine.case("C-1").findings] == [("anomaly", 4)]
    engine.record(ScreeningCompleted(case="C-1", occurred="2026-06-01", tool="x"), by="test")  # known by now


def test_why_a_child_has_no_clock_can_be_asked(engine: Engine) -> None:
    (one,) = engine.not_started("C-1")
    assert (one.duty, one.day, one.event, one.entry) == ("again", "2026-03-02", "case_opened", 1)
    assert str(one).startswith(
        "Again: case opened on 2026-03-02 (entry 1) started nothing.\ncase_closed happened: false"
    )
    assert engine.not_started("C-1", on="2026-03-01") == ()
    with pytest.raises(NotFound, match="no case C-9"):
        engine.not_started("C-9")


def test_the_clock_of_these_tests_stands_where_they_say() -> None:
    with opened("sqlite://") as engine:
        assert engine.instant("2026-06-30") >= NOW
