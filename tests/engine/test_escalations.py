"""Who is to be told that something is still open: in the list, page by page, and in the answers about one case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from icpm_engine import Engine
from icpm_engine.rules.loading import load_texts
from icpm_engine.vocabulary import CaseOpened, PlacementStarted, ScreeningCompleted

RULES = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker, boss: Supervisor, chief: Chief}
defaults: {owner: worker, authority: letter}
duties:
  screen:
    label: Screen
    starts: case_opened
    due: {within: 5 days}
    met: screening_completed
    escalates: [{at: due, tell: boss}, {at: 7 days after due, tell: chief}]
  visit:
    label: Visit
    starts: placement_started
    due: {within: 3 days}
    met: contact_made
    escalates: {at: 1 day after due, tell: boss}
  quiet: {label: Nobody is told, starts: case_opened, due: {within: 1 day}, met: screening_completed}
"""
JUNE = int(dt.datetime(2026, 6, 1, tzinfo=dt.UTC).timestamp())


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Five cases opened on five days of March, with a placement each; the third child has been screened."""
    rules = load_texts({"rules.yaml": RULES})
    with Engine(f"sqlite:///{tmp_path}/county.db", rules, clock=lambda: JUNE) as engine:
        for number in range(1, 6):
            case, day = f"C-{number}", f"2026-03-0{number}"
            engine.record(CaseOpened(case=case, occurred=day), by="w:1")
            engine.record(PlacementStarted(case=case, occurred=day, placement_id=f"P-{number}"), by="w:1")
        engine.record(ScreeningCompleted(case="C-3", occurred="2026-03-06", tool="PSC-35", result="negative"), by="w:1")
        yield engine


def test_the_list_holds_what_has_come_by_then(engine: Engine) -> None:
    found = [(one.subject, one.duty, *map(str, one.escalations)) for one in engine.escalations("2026-03-07")]
    assert found == [
        ("C-1", "screen", "Supervisor from 2026-03-06"),
        ("C-2", "screen", "Supervisor from 2026-03-07"),
        ("C-1", "visit", "Supervisor from 2026-03-05"),
        ("C-2", "visit", "Supervisor from 2026-03-06"),
        ("C-3", "visit", "Supervisor from 2026-03-07"),
    ]


def test_it_goes_on_page_by_page_over_the_rules(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("icpm_engine.engine.lists._AT_ONCE", 2)
    whole = engine.escalations("2026-03-20").rows
    assert len(whole) == 9
    pages, after = [], None
    while True:
        page = engine.escalations("2026-03-20", after=after, limit=2)
        pages += page.rows
        after = page.next
        if after is None:
            break
        assert len(page) == 2
    assert tuple(pages) == whole


def test_it_is_asked_as_it_was_once_known(engine: Engine) -> None:
    before, instant = engine.escalations("2026-03-20").rows, engine.now()
    with Engine(engine.store.database._engine, engine.pack, clock=lambda: JUNE + 86_400) as host:
        host.record(ScreeningCompleted(case="C-1", occurred="2026-03-02", tool="ASQ", result="negative"), by="w:1")
        assert len(host.escalations("2026-03-20")) == len(before) - 1
        assert host.escalations("2026-03-20", known_at=instant).rows == before
        assert host.escalations("2026-03-20", known_at=instant - 1).rows == ()


def test_a_role_sees_what_it_is_to_be_told_of(engine: Engine) -> None:
    assert [one.subject for one in engine.escalations("2026-03-14", tell="chief")] == ["C-1", "C-2"]
    assert [one.subject for one in engine.escalations("2026-03-14", tell="chief", case="C-2")] == ["C-2"]
    assert len(engine.escalations("2026-03-14", tell="worker")) == 0


def test_the_other_lists_and_the_proof_say_it_too(engine: Engine) -> None:
    (row,) = engine.overdue("2026-03-13", case="C-1", duty="screen")
    assert [(one.role, one.label, one.since) for one in row.escalations] == [
        ("boss", "Supervisor", "2026-03-06"),
        ("chief", "Chief", "2026-03-13"),
    ]
    assert "To be told: Supervisor from 2026-03-06; Chief from 2026-03-13." in str(engine.explain(row.id))
