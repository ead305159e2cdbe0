"""The team as of a day: who is on it, how its meetings went, what still stands in the way."""

from __future__ import annotations

from icpm_engine.team import AgendaItem, Decision, Member
from icpm_engine.team.model import Feedback, Guest, MeetingRequest
from tests.team.stories import MOTHER, WORKER, invited, read, scheduled, team


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
    assert [one.id for one in team("2026-03-03", *events).agenda] == ["b", "q"]
    (barrier,) = team("2026-03-12", *events).barriers
    assert (barrier.owner, barrier.step, barrier.since, barrier.step_since) == (
        *("point_person", "point_people", "2026-03-01", "2026-03-09"),
    )
    late = team("2026-03-20", *events)
    assert late.agenda == ()
    assert (late.barriers[0].removed, late.questions[0].answer) == ("2026-03-20", "Yes, she may")


def test_each_thing_on_the_agenda_says_what_it_is_and_who_has_it_in_hand() -> None:
    events = (
        ("2026-03-01", "barrier_raised", {"barrier_id": "b", "what": "No bus", "owner": "kim"}),
        ("2026-03-02", "family_asked", {"request_id": "q", "what": "May she keep her school?", "kind": "question"}),
        ("2026-03-03", "family_asked", {"request_id": "r", "what": "A tutor"}),
        ("2026-03-04", "disagreement_stated", {"dispute_id": "d", "between": "agency_and_family", "matter": "visits"}),
        ("2026-03-05", "team_decided", {"decision_id": "a", "what": "Call", "decided_by": ["ro"], "owner": "kim"}),
        ("2026-03-06", "team_decided", {"decision_id": "c", "what": "She stays", "decided_by": ["ro"]}),
        ("2026-03-09", "disagreement_escalated", {"dispute_id": "d", "to": "support_team"}),
    )
    assert team("2026-03-09", *events).agenda == (
        AgendaItem(kind="barrier", id="b", since="2026-03-01", what="No bus", owner="kim"),
        AgendaItem(kind="question", id="q", since="2026-03-02", what="May she keep her school?"),
        AgendaItem(kind="request", id="r", since="2026-03-03", what="A tutor"),
        AgendaItem(kind="disagreement", id="d", since="2026-03-04", what="visits", step="support_team"),
        AgendaItem(kind="action", id="a", since="2026-03-05", what="Call", owner="kim"),
    )


def test_what_is_withdrawn_settled_or_done_does_not_come_back() -> None:
    events = (
        ("2026-03-02", "family_asked", {"request_id": "r", "what": "A tutor"}),
        ("2026-03-04", "disagreement_stated", {"dispute_id": "d"}),
        ("2026-03-04", "disagreement_stated", {"dispute_id": "e"}),
        (
            "2026-03-05",
            "team_decided",
            {"decision_id": "a", "what": "Call", "decided_by": ["ro"], "until": "2026-03-31"},
        ),
        ("2026-03-09", "disagreement_answered", {"dispute_id": "d", "settled": False, "answer": "not yet"}),
        ("2026-03-10", "family_request_withdrawn", {"request_id": "r", "words": "She has one at school"}),
        ("2026-03-11", "action_ended", {"decision_id": "a", "outcome": "done"}),
        ("2026-03-12", "disagreement_answered", {"dispute_id": "d", "settled": True, "answer": "twice a week"}),
        ("2026-03-13", "disagreement_withdrawn", {"dispute_id": "e"}),
    )
    left = {"2026-03-09": "rdea", "2026-03-10": "dea", "2026-03-11": "de", "2026-03-12": "e", "2026-03-13": ""}
    for on, ids in left.items():
        assert [one.id for one in team(on, *events).agenda] == list(ids)
    last = team("2026-03-13", *events)
    assert [one.answer for one in last.conflicts] == ["twice a week", None]
    assert (last.decisions[0].ended, last.decisions[0].outcome) == ("2026-03-11", "done")


def test_a_conflict_with_the_family_is_read_by_the_family_and_one_between_agencies_by_the_agencies() -> None:
    events = (
        ("2026-03-04", "disagreement_stated", {"dispute_id": "d", "between": "agency_and_family"}),
        ("2026-03-04", "disagreement_stated", {"dispute_id": "e", "between": "agencies"}),
    )
    found = {side: [one.id for one in read(side, "2026-03-09", *events).agenda] for side in ("family", "legal")}
    assert found == {"family": ["d"], "legal": []}
    assert [one.id for one in read("mental_health", "2026-03-09", *events).agenda] == ["d", "e"]


def test_what_is_told_of_something_that_nobody_raised_says_nothing() -> None:
    events = (
        ("2026-03-09", "action_ended", {"decision_id": "a"}),
        ("2026-03-09", "barrier_taken_up", {"barrier_id": "b"}),
        ("2026-03-09", "family_request_withdrawn", {"request_id": "q"}),
        ("2026-03-09", "disagreement_answered", {"dispute_id": "d"}),
    )
    assert team("2026-03-09", *events) == team("2026-03-09")


def test_a_barrier_has_no_field_for_whose_fault_it_is() -> None:
    (barrier,) = team("2026-03-03", ("2026-03-01", "barrier_raised", {"barrier_id": "b"})).barriers
    assert set(type(barrier).__slots__) - {"__weakref__"} == {
        *("id", "since", "kind", "what", "owner", "step", "step_since", "taken_up", "removed", "how"),
    }
