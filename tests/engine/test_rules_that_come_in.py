"""A closure announced in the morning and a shortened limit, adopted by a county that is at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.vocabulary import CaseOpened, ContactMade, ScreeningCompleted
from tests.engine.clock import Clock

CALENDAR = """
about: Open days of an invented office.
name: office
title: Office days
source: {title: Notice at the door}
open: [monday, tuesday, wednesday, thursday, friday]
covers: {from: 2026-01-01, until: 2027-12-31}
closed:
  2026-07-03: Independence Day
"""
RULES = """
zone: America/Los_Angeles
calendars: {office: office}
roles: {worker: Worker}
sources: {letter: {title: A letter}}
defaults: {owner: worker, authority: letter, starts: case_opened}
duties:
  screening: {label: Screening, due: {within: 5 office days}, met: screening_completed}
  contact: {label: Contact, due: {within: 60 days}, met: contact_made}
"""
SMOKE = CALENDAR + "  2026-08-12: {why: Smoke, known: 2026-08-12}\n"
SHORTER = RULES.replace(
    "within: 60 days}",
    "within: 60 days}, crossover: from_effective_day, versions: [{from: 2026-08-12, due: {within: 10 days}}]",
)
Load = Callable[[str, str], RulePack]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """The rules of a county with its calendar, in a folder of its own."""

    def loaded(rules: str, calendar: str) -> RulePack:
        folder = tmp_path / str(abs(hash((rules, calendar)))) / "practice"
        (folder / "calendars").mkdir(parents=True, exist_ok=True)
        (folder / "rules.yaml").write_text(rules, "utf-8")
        (folder / "calendars" / "office.yaml").write_text(calendar, "utf-8")
        return RulePack.load(folder)

    return loaded


def at(time: str) -> int:
    """The instant of a time in UTC."""
    return int(datetime.fromisoformat(time).replace(tzinfo=UTC).timestamp())


@pytest.fixture
def at_work(url: str, load: Load) -> Iterator[tuple[Engine, Clock]]:
    """Two cases with five office days, of which one has been screened by 11 August."""
    clock = Clock(at("2026-08-05T18:00"), ticks=1)
    with Engine(url, load(RULES, CALENDAR), clock=clock) as engine:
        for case in ("C-1", "C-2"):
            engine.record(CaseOpened(case=case, occurred="2026-08-05"), by="worker:1")
        clock.now = at("2026-08-11T18:00")
        engine.record(ScreeningCompleted(case="C-2", occurred="2026-08-11"), by="worker:1")
        yield engine, clock


def due(engine: Engine, case: str, duty: str, on: str, known_at: str | None = None) -> tuple[str, str | None]:
    """State and date of a duty."""
    (found,) = [one for one in engine.case(case, on=on, known_at=known_at).obligations if one.duty == duty]
    return found.state, found.due


def test_an_emergency_closure_moves_what_runs_and_nothing_else(at_work: tuple[Engine, Clock], load: Load) -> None:
    engine, clock = at_work
    assert due(engine, "C-1", "screening", "2026-08-12") == ("running", "2026-08-12")
    clock.now = at("2026-08-12T15:00")
    engine.adopt(load(RULES, SMOKE), author="supervisor:1", note="Closed by smoke")
    assert due(engine, "C-1", "screening", "2026-08-11") == ("running", "2026-08-12")
    assert due(engine, "C-1", "screening", "2026-08-12") == ("running", "2026-08-13")
    assert due(engine, "C-2", "screening", "2026-08-12") == ("met", "2026-08-12")
    assert due(engine, "C-1", "screening", "2026-08-12", known_at="2026-08-11") == ("running", "2026-08-12")


def test_a_version_that_takes_over_moves_what_runs(at_work: tuple[Engine, Clock], load: Load) -> None:
    engine, clock = at_work
    engine.record(ContactMade(case="C-2", occurred="2026-08-11"), by="worker:1")
    clock.now = at("2026-08-12T15:00")
    engine.adopt(load(SHORTER, CALENDAR), author="supervisor:1", note="Ten days")
    assert due(engine, "C-1", "contact", "2026-08-11") == ("running", "2026-10-04")
    assert due(engine, "C-1", "contact", "2026-08-12") == ("running", "2026-08-22")
    assert due(engine, "C-2", "contact", "2026-08-12") == ("met", "2026-10-04")
    obligation = next(one for one in engine.case("C-1", on="2026-08-12").obligations if one.duty == "contact")
    assert "The version from 2026-08-12 came in and took it over" in str(engine.explain(obligation.id, on="2026-08-12"))


def test_a_timeline_says_what_came_in(at_work: tuple[Engine, Clock], load: Load) -> None:
    engine, clock = at_work
    clock.now = at("2026-08-20T15:00")
    engine.adopt(load(SHORTER, SMOKE), author="supervisor:1", note="Both")
    engine.record(ScreeningCompleted(case="C-1", occurred="2026-08-19"), by="worker:1")
    lines = [line.what for line in engine.timeline("C-1") if line.day == "2026-08-12"]
    assert lines == [
        "Contact: moved, due 2026-08-22, since the version from 2026-08-12 came in",
        "Screening: moved, due 2026-08-13, since closed on 2026-08-12 (Smoke, known since 2026-08-12)",
    ]


def test_a_rehearsal_says_why_a_clock_would_move(at_work: tuple[Engine, Clock], load: Load) -> None:
    engine, clock = at_work
    clock.now = at("2026-08-12T15:00")
    found = engine.rehearse(load(SHORTER, SMOKE), on="2026-08-12")
    assert {(one.subject, one.duty, one.why) for one in found.examples} == {
        ("C-1", "screening", "closed on 2026-08-12 (Smoke, known since 2026-08-12)"),
        ("C-1", "contact", "the version from 2026-08-12 came in"),
        ("C-2", "contact", "the version from 2026-08-12 came in"),
    }
    assert engine.rehearse(load(SHORTER, SMOKE), on="2026-08-11").counts.moves == 0
    assert engine.rehearse(load(RULES, SMOKE), on="2026-08-12").counts.moves == 1
