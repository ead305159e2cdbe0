"""The team of a case, asked of an engine: as of a day, for a reader, and never round a safety flag."""

from __future__ import annotations

import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.errors import EventError, NotFound
from icpm_engine.vocabulary import (
    CaseOpened,
    CftInvitationSent,
    CftScheduled,
    MemberJoined,
    NeedNamed,
    PlanFindingAnswered,
    SafetyFlagRaised,
)
from tests.engine.clock import Clock

PACK = RulePack.load("california", county="shasta")


@pytest.fixture
def engine(clock: Clock) -> Engine:
    engine = Engine("sqlite://", PACK, clock=clock)
    engine.record(CaseOpened(case="C-1", occurred="2026-03-01"), by="w")
    engine.record(
        MemberJoined(case="C-1", occurred="2026-03-01", member_id="rosa", role="mother", side="family"),
        MemberJoined(case="C-1", occurred="2026-03-01", member_id="ivo", role="father", side="family"),
        CftScheduled(case="C-1", occurred="2026-03-10", meeting_id="M", date="2026-04-06T10:00", place="library"),
        CftInvitationSent(case="C-1", occurred="2026-03-10", meeting_id="M", to="rosa"),
        CftInvitationSent(case="C-1", occurred="2026-03-11", meeting_id="M", to="ivo"),
        by="w",
    )
    return engine


def flag(engine: Engine) -> None:
    kept = {"flag_id": "f", "kind": "no_contact_order", "protects": "rosa", "from_whom": "ivo"}
    engine.record(SafetyFlagRaised(case="C-1", occurred="2026-03-31", **kept), by="w")


def test_it_is_asked_for_a_day(engine: Engine) -> None:
    assert engine.team_of("C-1", on="2026-03-09").team.meetings == ()
    (meeting,) = engine.team_of("C-1").team.meetings
    assert (meeting.people, meeting.place) == (("rosa", "ivo"), "library")


def test_a_flag_bars_what_is_planned_and_the_agencies_are_told(engine: Engine, clock: Clock) -> None:
    assert engine.team_of("C-1").barred == ()
    clock.now += 86_400
    flag(engine)
    assert [one.id for one in engine.team_of("C-1").barred] == ["joins_against_safety:M+f"]
    assert [one.id for one in engine.team_of("C-1", reader="social_worker").barred] == ["joins_against_safety:M+f"]
    assert engine.team_of("C-1", reader="rosa").barred == ()


def test_neither_an_earlier_day_nor_what_was_known_then_shows_the_meeting(engine: Engine, clock: Clock) -> None:
    assert engine.team_of("C-1", reader="ivo").team.meetings != ()
    clock.now += 86_400
    flag(engine)
    for on, known_at in ((None, None), ("2026-03-20", None), ("2026-03-20", "2026-03-30"), ("2027-01-01", None)):
        assert engine.team_of("C-1", on=on, known_at=known_at, reader="ivo").team.meetings == ()
    assert engine.team_of("C-1", on="2026-03-20", known_at="2026-03-30").team.meetings != ()


def test_a_reader_and_a_case_that_nobody_knows_are_named(engine: Engine) -> None:
    with pytest.raises(EventError, match=r"found 'rossa', expected one of family, .*'rosa'"):
        engine.team_of("C-1", reader="rossa")
    with pytest.raises(NotFound, match="there is no case C-9"):
        engine.team_of("C-9")


def test_what_the_plan_holds_comes_back_too_for_those_who_read_its_lines(engine: Engine) -> None:
    def found(reader: str | None = None) -> list[str]:
        return [one.id for one in engine.team_of("C-1", reader=reader).team.agenda]

    named = NeedNamed(case="C-1", occurred="2026-03-12", line_id="n", text="To sleep", by="mental_health")
    engine.record(named, by="w")
    assert found() == found("clinician") == ["need_without_goal:n"]
    assert found("family") == found("rosa") == []
    answered = {"finding_id": "need_without_goal:n", "words": "the next meeting looks at it"}
    engine.record(PlanFindingAnswered(case="C-1", occurred="2026-03-13", **answered), by="w")
    assert found() == []
