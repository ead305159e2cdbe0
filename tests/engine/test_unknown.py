"""`unknown`: what nobody has told or settled, by how many clocks wait for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from icpm_engine import Engine
from icpm_engine.calendars import Zone
from icpm_engine.errors import EventError
from icpm_engine.history.unknowns import Unknown, unknowns
from icpm_engine.rules.loading import load_texts
from icpm_engine.store import Waiting
from icpm_engine.vocabulary import CaseOpened, CustodyEntered, HearingSet, PlacementStarted, ScreeningCompleted

RULES = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker, agency: Agency}
choices:
  limit: {label: How soon a referral is sent, type: span, authority: letter, unread: yes}
  counted_from: {label: Counted from which event, options: [entry, screen], authority: letter}
facts:
  placement_type: {type: text, told: {on: placement_started, take: type}}
  hearing: {type: moment, told: {on: hearing_set, where: {kind: disposition}, take: date}}
defaults: {authority: letter, owner: worker}
duties:
  refer:
    label: Refer
    starts: {on: screening_completed, where: {result: positive}}
    again: opens
    due: {within: limit}
    met: referral_sent
  rescreen:
    label: Screen again
    force: should
    starts: screening_completed
    again: ignored
    due:
      - {when: {counted_from: entry}, within: 10 days}
      - {when: {counted_from: screen}, within: 20 days}
    met: mh_joined
  meet:
    label: Meet
    owner: agency
    per: custody_id
    starts: custody_entered
    due: [{while: {placement_type: strtp}, within: 30 days}, {within: 60 days}]
    met: cft_held
  ready:
    label: Be ready for the hearing
    starts: custody_entered
    while: {hearing: {since: now}}
    again: ignored
    due: open
    met: cft_held
"""
ZONE = Zone("America/Los_Angeles")
JUNE = int(dt.datetime(2026, 6, 1, tzinfo=dt.UTC).timestamp())


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Two screens that found a need, and three entries into care; of one child it is known where it lives."""
    rules = load_texts({"rules.yaml": RULES})
    with Engine(f"sqlite:///{tmp_path}/county.db", rules, clock=lambda: JUNE) as engine:
        for case in ("C-1", "C-2"):
            screen = ScreeningCompleted(case=case, occurred="2026-03-02", tool="PSC-35", result="positive")
            engine.record(CaseOpened(case=case, occurred="2026-03-01"), screen, by="w:1")
        for case, day in (("C-1", "2026-03-10"), ("C-3", "2026-05-20"), ("C-4", "2026-05-20")):
            entered = CustodyEntered(case=case, occurred=day, custody_id=f"S-{case}", out_of_home=True)
            engine.record(CaseOpened(case=case, occurred=day), entered, by="w:1")
        found = PlacementStarted(case="C-4", occurred="2026-05-21", placement_id="P-4", type="relative")
        hearing = HearingSet(case="C-4", occurred="2026-05-21", hearing_id="H", kind="disposition", date="2026-06-20")
        engine.record(found, hearing, by="w:1")
        yield engine


def told(found: tuple[Unknown, ...]) -> list[tuple[str, int, int, int, str | None]]:
    return [(one.name, one.holds, one.could_be_overdue, one.undated, one.earliest) for one in found]


def test_what_holds_the_most_comes_first(engine: Engine) -> None:
    assert told(engine.unknown("2026-05-31")) == [
        ("placement_type", 2, 1, 0, "2026-04-09"),  # 30 days after 10 March; the other child has until 19 June
        ("counted_from", 2, 0, 0, "2026-03-12"),  # passed as well, but what should be done is never overdue
        ("hearing", 2, 0, 2, None),
        ("limit", 2, 0, 2, None),
    ]


def test_each_says_what_it_is_and_what_would_tell(engine: Engine) -> None:
    found = {one.name: one for one in engine.unknown("2026-05-31")}
    limit, counted = found["limit"], found["counted_from"]
    assert (limit.kind, limit.label, limit.options, limit.type) == ("choice", "How soon a referral is sent", (), "span")
    assert (limit.authority, limit.unread, limit.told_by) == ("A letter", True, ())
    assert (counted.options, counted.type, counted.unread) == (("entry", "screen"), None, False)
    assert (found["placement_type"].kind, found["placement_type"].told_by) == ("fact", ("placement started",))
    assert found["hearing"].told_by == ("hearing set where kind is disposition",)
    assert found["hearing"].duties == {"ready": 2}
    assert {one.county for one in found.values()} == {"rules"}


def test_it_is_asked_for_a_day(engine: Engine) -> None:
    assert told(engine.unknown("2026-03-05")) == [("counted_from", 2, 0, 0, "2026-03-12"), ("limit", 2, 0, 2, None)]
    assert engine.unknown("2026-02-01") == ()


def test_it_is_asked_as_it_was_once_known(engine: Engine) -> None:
    before = engine.unknown("2026-05-31")
    instant = engine.now()
    later = iter(range(JUNE + 86_400, JUNE + 10 * 86_400, 86_400))
    with Engine(engine.store.database._engine, engine.pack, clock=lambda: next(later)) as host:
        found = PlacementStarted(case="C-1", occurred="2026-03-11", placement_id="P-1", type="strtp")
        host.record(found, by="w:1")
        assert told(host.unknown("2026-05-31"))[-1] == ("placement_type", 1, 0, 0, "2026-06-19")
        assert host.unknown("2026-05-31", known_at=instant) == before
        theirs = host.unknown("2026-05-31", known_at=instant, case="C-1")
        assert [(one.name, one.holds) for one in theirs if one.name == "placement_type"] == [("placement_type", 1)]
        assert host.unknown("2026-05-31", known_at=instant - 1) == ()


def test_filters_are_those_of_the_lists(engine: Engine) -> None:
    day = "2026-05-31"
    assert [one.name for one in engine.unknown(day, owner="agency")] == ["placement_type"]
    assert [one.name for one in engine.unknown(day, duty="refer")] == ["limit"]
    assert engine.unknown(day, area="rules") == engine.unknown(day)
    assert engine.unknown(day, area="other") == ()
    assert [(one.name, one.holds) for one in engine.unknown(day, case="C-3")] == [("placement_type", 1), ("hearing", 1)]
    assert engine.unknown(day, assigned_to="w:1") == ()
    with pytest.raises(EventError, match="there is no filter colour"):
        engine.unknown(day, colour="red")


def test_telling_it_settles_what_waited(engine: Engine) -> None:
    engine.record(PlacementStarted(case="C-1", occurred="2026-05-30", placement_id="P-1", type="strtp"), by="w:1")
    assert ("placement_type", 1, 0, 0, "2026-06-19") in told(engine.unknown("2026-05-31"))
    assert ("placement_type", 2, 1, 0, "2026-04-09") in told(engine.unknown("2026-05-29"))  # what was true then


def test_hours_and_fields_are_told_by_their_event() -> None:
    pack = load_texts({"rules.yaml": RULES})
    names = ("the hour of hearing_set", "screening_completed.result", "start.due_on", "court")
    found = unknowns([Waiting(names, "meet", 3, 1, 0, 0), Waiting(names[:1], "refer", 1, 0, 1, None)], pack, ZONE)
    assert [(one.kind, one.told_by, one.holds) for one in found] == [
        ("hour", ("hearing set, with its hour",), 4),
        ("other", (), 3),
        ("field", ("screening completed, with its result",), 3),
        ("field", ("the event that started it, with its due on",), 3),
    ]
    assert found[0].duties == {"meet": 3, "refer": 1}
