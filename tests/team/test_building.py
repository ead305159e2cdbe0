"""The team as of a day: who is on it, how its meetings went, what still stands in the way."""

from __future__ import annotations

from icpm_engine.team import Decision, Member
from icpm_engine.team.model import Feedback, Guest, MeetingRequest
from tests.team.stories import MOTHER, WORKER, invited, scheduled, team


def test_who_belongs_to_the_team_and_who_left() -> None:
    events = (
        ("2026-03-01", "team_formed", {"family_asked": True, "supports_asked": False}),
        (
            "2026-03-01",
            "member_joined",
            {"member_id": "ada", "role": "aunt", "side": "family", "chosen_by_family": True},
        ),
        ("2026-03-09", "mh_joined", {"clinician": "lou", "licensed": True}),
        ("2026-03-20", "member_left", {"member_id": "ada", "reason": "moved away"}),
        ("2026-06-01", "team_ended", {}),
    )
    early, late = team("2026-03-10", *events), team("2026-06-01", *events)
    assert (early.formed, early.family_asked, early.supports_asked, early.ended) == ("2026-03-01", True, False, None)
    ada = Member(id="ada", joined="2026-03-01", role="aunt", side="family", chosen_by_family=True)
    lou = Member(id="lou", joined="2026-03-09", role="clinician", side="mental_health", licensed=True)
    assert early.members == (ada, lou)
    assert (late.members[0].left, late.members[0].why, late.ended) == ("2026-03-20", "moved away", "2026-06-01")


def test_a_clinician_who_is_told_of_as_a_member_joins_once() -> None:
    lou = ("2026-03-01", "member_joined", {"member_id": "lou", "role": "clinician", "side": "mental_health"})
    assert len(team("2026-03-10", lou, ("2026-03-02", "mh_joined", {"clinician": "lou"})).members) == 1


def test_a_meeting_from_the_request_to_the_feedback() -> None:
    events = (
        MOTHER,
        WORKER,
        ("2026-03-09", "cft_requested", {"request_id": "r1", "by": "rosa", "purpose": "requested"}),
        scheduled("M", request_id="r1", place="library", place_asked=True, invite=["rosa", "kim", "teacher"]),
        ("2026-03-11", "cft_notice_given", {"meeting_id": "M", "to": "rosa"}),
        invited("M", "teacher"),
        ("2026-03-12", "cft_invitation_answered", {"meeting_id": "M", "by": "teacher", "coming": False}),
        (
            "2026-04-01",
            "cft_held",
            {"meeting_id": "M", "present": ["rosa", "kim"], "declined": ["teacher"], "strengths": ["He asks for help"]},
        ),
        (
            "2026-04-01",
            "team_decided",
            {"decision_id": "d", "what": "A tutor", "decided_by": ["rosa"], "against": ["kim"], "meeting_id": "M"},
        ),
        ("2026-04-02", "meeting_feedback_given", {"meeting_id": "M", "by": "family", "heard": True, "helped": False}),
        ("2026-04-03", "action_plan_written", {"meeting_id": "M"}),
        ("2026-04-20", "action_plan_filed", {"meeting_id": "M", "hearing_id": "H"}),
    )
    before, after = team("2026-03-31", *events), team("2026-05-01", *events)
    (ahead,), (met,) = before.meetings, after.meetings
    assert (ahead.stage, ahead.date, ahead.place, ahead.people) == (
        *("scheduled", "2026-04-01T10:00", "library"),
        ("rosa", "kim"),
    )
    assert ahead.guests == (
        Guest("rosa", must=True, told="2026-03-11"),
        Guest("kim", must=True),
        Guest("teacher", must=True, invited="2026-03-11", coming=False),
    )
    assert before.requests == (MeetingRequest("r1", "2026-03-09", "rosa", "requested", "M"),)
    assert (met.stage, met.held, met.people, met.declined) == ("held", "2026-04-01", ("rosa", "kim"), ("teacher",))
    assert met.strengths == ("He asks for help",)
    decided = Decision(id="d", what="A tutor", on="2026-04-01", decided_by=("rosa",), against=("kim",), meeting_id="M")
    assert met.decisions == (decided,)
    assert met.feedback == (Feedback("2026-04-02", "family", True, None, False, None),)
    assert (met.action_plan, met.filed) == ("2026-04-03", ("H",))


def test_a_meeting_that_is_moved_keeps_its_place_and_is_asked_about_anew() -> None:
    first = scheduled("M", place="library", place_asked=True, place_chosen=True, kept_apart=["ivo"])
    (moved,) = team("2026-03-12", first, scheduled("M", "2026-03-11", date="2026-04-08T09:00")).meetings
    assert (moved.date, moved.place, moved.kept_apart) == ("2026-04-08T09:00", "library", ("ivo",))
    assert (moved.place_asked, moved.place_chosen) == (None, None)


def test_a_decision_beside_a_meeting_stands_on_the_team() -> None:
    decided = ("2026-03-09", "team_decided", {"decision_id": "d", "what": "Call weekly", "decided_by": ["child"]})
    assert [one.id for one in team("2026-03-10", decided).decisions] == ["d"]


def test_what_has_no_answer_comes_back_on_the_agenda() -> None:
    events = (
        ("2026-03-02", "family_asked", {"request_id": "q", "what": "May she keep her school?", "by": "family"}),
        ("2026-03-01", "barrier_raised", {"barrier_id": "b", "kind": "transport", "what": "No bus", "owner": "kim"}),
        ("2026-03-09", "barrier_escalated", {"barrier_id": "b", "to": "point_person", "step": "point_people"}),
        ("2026-03-12", "family_answered", {"request_id": "q", "answer": "Yes, she may", "by": "kim"}),
        ("2026-03-20", "barrier_removed", {"barrier_id": "b", "how": "a pass"}),
    )
    assert team("2026-03-03", *events).agenda == ("b", "q")
    (barrier,) = team("2026-03-12", *events).barriers
    assert (barrier.owner, barrier.step, barrier.since, barrier.step_since) == (
        *("point_person", "point_people", "2026-03-01", "2026-03-09"),
    )
    late = team("2026-03-20", *events)
    assert late.agenda == ()
    assert (late.barriers[0].removed, late.questions[0].answer) == ("2026-03-20", "Yes, she may")


def test_a_barrier_has_no_field_for_whose_fault_it_is() -> None:
    (barrier,) = team("2026-03-03", ("2026-03-01", "barrier_raised", {"barrier_id": "b"})).barriers
    assert set(type(barrier).__slots__) - {"__weakref__"} == {
        *("id", "since", "kind", "what", "owner", "step", "step_since", "removed", "how"),
    }
