"""What a hearing is to look at: what was due since the one before, done when, why that day, known when."""

from __future__ import annotations

import pytest

from icpm_engine.reports import Due, Hearing
from icpm_engine.vocabulary import CasePlanCompleted, HearingContinued, HearingVacated
from tests.reports.stories import CASE, DAY, apart, kept, told

DATE = "2026-05-20"


@pytest.fixture(scope="module")
def hearing() -> Hearing:
    return kept().hearing(CASE, DATE, reader="judge")


def due(hearing: Hearing, duty: str) -> Due:
    return next(one for one in hearing.due if one.owed.obligation.duty == duty)


def test_it_looks_back_to_the_hearing_before_else_to_the_entry_into_care(hearing: Hearing) -> None:
    assert (hearing.date, hearing.hearing_id, hearing.kind) == (DATE, "H1", "review_6_month")
    assert (hearing.since, hearing.since_what) == ("2026-03-05", "hearing")
    first = kept().hearing(CASE, "2026-03-05")
    assert (first.since, first.since_what, first.kind) == ("2026-03-02", "entry", "detention")
    before = kept().hearing(CASE, "2026-03-01")
    assert (before.since, before.since_what, before.hearing_id) == ("2026-03-01", "beginning", None)


def test_what_was_done_says_when_and_when_it_was_due(hearing: Hearing) -> None:
    meeting = due(hearing, "first_team_meeting")
    assert (meeting.owed.obligation.due, meeting.done, meeting.days_late) == ("2026-04-01", "2026-03-27", None)
    assert due(hearing, "send_referral").done == "2026-03-12"
    assert due(kept().hearing(CASE, "2026-03-05"), "intake_screening").done is None


def test_what_was_done_late_and_what_is_late_say_by_how_many_days() -> None:
    engine, clock = apart()
    clock.now += 40 * DAY  # 9 May
    assert due(engine.hearing(CASE, DATE), "case_plan").days_late == 8
    engine.record(CasePlanCompleted(case=CASE, occurred="2026-05-04"), by="w")
    plan = due(engine.hearing(CASE, DATE), "case_plan")
    assert (plan.done, plan.days_late, plan.owed.obligation.state) == ("2026-05-04", 3, "met")
    assert [(one.kind, one.happened, one.entered, one.late) for one in plan.known] == [
        ("custody_entered", "2026-03-02", "2026-03-30", 28),
        ("case_plan_completed", "2026-05-04", "2026-05-09", 5),
    ]
    then = due(engine.hearing(CASE, DATE, on="2026-05-09", known_at="2026-05-08"), "case_plan")
    assert (then.done, then.owed.obligation.overdue) == (None, True)


def test_why_that_day_has_its_start_its_rule_and_its_count(hearing: Hearing) -> None:
    plan = due(hearing, "case_plan")
    assert (plan.start, plan.proof.start_day, plan.owed.counted_from, plan.owed.span) == (
        "custody_entered",
        "2026-03-02",
        "2026-03-02",
        "60 days",
    )
    assert "16501.1" in plan.proof.authority.title


def test_what_is_not_known_says_what_must_be_found_out(hearing: Hearing) -> None:
    cans = due(hearing, "ip_cans")
    assert (cans.owed.obligation.state, cans.missing, cans.days_late) == ("undetermined", ("indian child",), None)
    assert due(hearing, "petition").missing == ("custody entered, its how",)
    assert due(hearing, "answer_referral").missing == (
        "How soon mental health answers or assigns a referral that it has received",
    )


def test_what_is_due_after_the_hearing_and_rights_are_not_its_matter(hearing: Hearing) -> None:
    duties = {one.owed.obligation.duty for one in hearing.due}
    assert "rights_every_six_months" not in duties
    assert {one.owed.obligation.force for one in hearing.due} <= {"must", "should"}


def test_a_hearing_ahead_stands_as_of_today(hearing: Hearing) -> None:
    assert hearing.on == "2026-03-30"
    assert kept().hearing(CASE, "2026-03-20").on == "2026-03-20"
    assert kept().hearing(CASE, DATE, on="2026-03-10").hearing_id is None  # it was set on the 20th


def test_a_hearing_that_is_moved_or_taken_off_is_no_more_on_its_day() -> None:
    moved = HearingContinued(case=CASE, occurred="2026-03-28", hearing_id="H1", date="2026-06-10T09:30")
    case = told(moved)
    assert kept().hearing(case, DATE).hearing_id is None
    later = kept().hearing(case, "2026-06-10")
    assert (later.hearing_id, later.kind) == ("H1", "review_6_month")
    case = told(HearingVacated(case=CASE, occurred="2026-03-28", hearing_id="H1"))
    assert kept().hearing(case, DATE).hearing_id is None


def test_the_plan_holds_what_the_reader_may_read_of_it(hearing: Hearing) -> None:
    assert [line.id for line in hearing.plan.work] == ["s1", "v1"]
    assert [line.id for line in kept().hearing(CASE, DATE, reader="clinician").plan.work] == ["s1", "s2", "v1"]
