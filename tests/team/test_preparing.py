"""What the next meeting is prepared from: who is named for it, who is not, and whom to check first."""

from __future__ import annotations

from icpm_engine.plan import Plan, PlanAnswer
from icpm_engine.reports import Owing
from icpm_engine.team import Invitee, MeetingAnswer, TeamAnswer, barred, preparation
from tests.team.stories import FATHER, FLAG, MOTHER, WORKER, Told, invited, scheduled, team

NOTHING = PlanAnswer(Plan(case="C-1", on="2026-03-20", version=0), ())
JOE: Told = ("2026-03-01", "member_joined", {"member_id": "joe", "side": "natural_support"})


def prepared(side: str | None, *events: Told) -> MeetingAnswer:
    made = team("2026-03-20", MOTHER, WORKER, *events)
    return preparation(TeamAnswer(made, barred(made)), NOTHING, Owing("C-1", "2026-03-20", (), ()), side)


def test_who_belongs_to_the_team_and_was_not_named_is_said_to_the_agencies() -> None:
    told = (scheduled("M", invite=["rosa"]), invited("M", "rosa"))
    rosa = Invitee("rosa", must=True, invited="2026-03-11")
    assert prepared("child_welfare", *told).invitees == (rosa, Invitee("kim", asked=False))
    assert prepared("family", *told).invitees == (rosa,)
    assert prepared(None, scheduled("M", invite=["rosa"], kept_apart=["kim"])).invitees == (Invitee("rosa", must=True),)


def test_whoever_may_have_to_be_kept_apart_is_checked_first() -> None:
    found = prepared("mental_health", FATHER, FLAG, scheduled("M", invite=["kim"])).invitees
    assert {one.who: one.check for one in found} == {"kim": False, "rosa": True, "ivo": True}
    unknown = (FLAG[0], FLAG[1], {**FLAG[2], "from_whom": "a man she knows"})
    found = prepared(None, JOE, unknown, scheduled("M", invite=["rosa"])).invitees
    assert {one.who for one in found if one.check} == {"joe"}


def test_the_next_meeting_is_the_first_that_is_not_over() -> None:
    over = scheduled("A", date="2026-03-19T10:00")
    later, first = scheduled("B", date="2026-04-09"), scheduled("C", date="2026-03-20T08:00")
    found = prepared(None, over, later, first)
    assert found.meeting is not None
    assert (found.meeting.id, found.last) == ("C", None)
    assert [one.id for one in found.not_told] == ["A"]
    assert prepared(None, over).meeting is None


def test_a_flag_that_is_over_on_the_day_of_the_meeting_keeps_nobody_away() -> None:
    flag = (FLAG[0], FLAG[1], {**FLAG[2], "until": "2026-03-31"})
    assert prepared(None, flag, scheduled("M")).flags == ()
    assert [one.id for one in prepared(None, flag).flags] == ["f1"]
    assert prepared("family", flag).flags == ()
