"""Whom a duty is for, all the time; what a run comes to when its due moment passes; must, should and may."""

from __future__ import annotations

import pytest

from tests.core.told import CASE, Told, duty

YES, NO = {"eligible": True}, {"eligible": False}
WITHIN = "starts: referred, due: {within: 10 days}, met: answered"
REFERRED = ("2026-03-02", "referred")
OPEN = ("2026-03-02", "status_told", YES)
EVERY_FORCE = ("must", "should", "may")


def eligible(*events: tuple[object, ...], more: str = "") -> Told:
    """A duty of 10 days that is owed while the child is eligible."""
    return Told(duty(f"{WITHIN}, while: {{eligible: yes}}{more}"), OPEN, REFERRED, *events)


def test_a_run_that_is_not_owed_for_a_while_keeps_counting_and_comes_back() -> None:
    """Semantics 21: the clock is not set back."""
    story = eligible(("2026-03-05", "status_told", NO), ("2026-03-09", "status_told", YES))
    days = ["2026-03-04", "2026-03-06", "2026-03-10", "2026-03-13"]
    assert [(story.one(on).state, story.one(on).due, story.one(on).overdue) for on in days] == [
        ("running", "2026-03-12", False),
        ("not owed", "2026-03-12", False),
        ("running", "2026-03-12", False),
        ("running", "2026-03-12", True),
    ]


def test_a_run_whose_due_moment_passes_while_it_is_not_owed_is_settled_so_for_good() -> None:
    story = eligible(("2026-03-05", "status_told", NO), ("2026-03-20", "status_told", YES))
    assert story.states("2026-03-25") == [("not owed", "2026-03-12")]
    assert story.one("2026-03-25").marks == ("settled",)
    assert story.one("2026-03-12").marks == ()


def test_what_comes_back_on_the_very_day_on_which_the_limit_runs_out_is_owed() -> None:
    """Semantics 7: the due day has not ended."""
    story = eligible(("2026-03-05", "status_told", NO), ("2026-03-12", "status_told", YES))
    assert story.one("2026-03-12").state == "running"
    assert story.one("2026-03-13").overdue


def test_what_comes_back_at_the_edge_at_which_the_due_moment_passes_is_settled_not_owed() -> None:
    """It was not owed at its due moment; a birthday on the day after brings nothing back."""
    rules = duty(f"{WITHIN}, while: {{plan_until: {{before: now}}}}")
    story = Told(rules, REFERRED, ("2026-03-02", "plan_made", {"until": "2026-03-12"}))
    assert story.states("2026-03-12") == [("not owed", "2026-03-12")]
    assert story.states("2026-03-13") == [("not owed", "2026-03-12")]


def test_a_run_without_a_date_always_comes_back() -> None:
    rules = duty("starts: referred, due: {by: hearing}, met: answered, while: {eligible: yes}")
    story = Told(
        rules,
        OPEN,
        REFERRED,
        ("2026-03-05", "status_told", NO),
        ("2026-09-05", "status_told", YES),
    )
    assert [story.one(on).state for on in ("2026-08-01", "2026-09-05")] == ["not owed", "running"]


@pytest.mark.parametrize(
    ("left", "state", "marks"), [("2026-03-12", "not owed", ()), ("2026-03-13", "missed", ())], ids=["on", "after"]
)
def test_leaving_the_population_after_the_due_moment_is_a_miss(left: str, state: str, marks: tuple[str, ...]) -> None:
    """Semantics 42: on the due day it still ends as not owed."""
    found = eligible((left, "status_told", NO)).one(left)
    assert (found.state, found.marks, found.overdue) == (state, marks, False)


def test_a_run_that_opens_while_it_is_not_owed_is_shown_so_and_can_still_come_in() -> None:
    story = Told(
        duty(f"{WITHIN}, while: {{eligible: yes}}"),
        REFERRED,
        ("2026-03-02", "status_told", NO),
        ("2026-03-06", "status_told", YES),
    )
    assert [story.one(on).state for on in ("2026-03-03", "2026-03-06")] == ["not owed", "running"]


def test_evidence_while_a_run_is_not_owed_meets_it() -> None:
    """The act was done; whether it was owed on that day makes it no less done."""
    story = eligible(("2026-03-05", "status_told", NO), ("2026-03-06", "answered"))
    assert story.states("2026-03-20") == [("met", "2026-03-12")]


def test_a_population_that_nobody_knows_leaves_it_undetermined_and_never_overdue() -> None:
    story = Told(duty(f"{WITHIN}, while: {{eligible: yes}}"), REFERRED)
    found = story.one("2026-03-20")
    assert (found.state, found.waits_for, found.due, found.overdue) == (
        "undetermined",
        ("eligible",),
        "2026-03-12",
        False,
    )


@pytest.mark.parametrize(("told", "state", "overdue"), [(YES, "running", True), (NO, "not owed", False)])
def test_a_population_that_is_told_after_the_due_moment_settles_it(
    told: dict[str, bool], state: str, overdue: bool
) -> None:
    story = Told(duty(f"{WITHIN}, while: {{eligible: yes}}"), REFERRED, ("2026-03-20", "status_told", told))
    found = story.one("2026-03-20")
    assert (found.state, found.overdue) == (state, overdue)


@pytest.mark.parametrize("force", EVERY_FORCE)
def test_only_what_must_be_done_is_overdue_and_only_a_right_lapses(force: str) -> None:
    """Semantics 39, 41."""
    story = Told(duty(f"{WITHIN}, force: {force}"), REFERRED)
    found = story.one("2026-03-13")
    assert (found.state, found.overdue, found.force) == {
        "must": ("running", True, "must"),
        "should": ("running", False, "should"),
        "may": ("missed", False, "may"),
    }[force]


@pytest.mark.parametrize(("force", "expected"), [("must", "met"), ("should", "met"), ("may", "missed")])
def test_what_is_done_late_counts_as_late_except_as_a_right(force: str, expected: str) -> None:
    story = Told(duty(f"{WITHIN}, force: {force}"), REFERRED, ("2026-03-20", "answered"))
    found = story.one("2026-03-20")
    assert (found.state, found.marks) == (expected, ("late",) if expected == "met" else ())


def test_a_right_without_a_date_never_lapses() -> None:
    story = Told(duty("starts: referred, due: open, force: may, met: answered"), REFERRED)
    assert story.states("2028-01-01") == [("running", None)]


@pytest.mark.parametrize(("answered", "state"), [("2026-03-12", "met"), ("2026-03-13", "missed")])
def test_evidence_that_counts_only_up_to_the_due_moment_makes_the_miss_final(answered: str, state: str) -> None:
    """Semantics 41."""
    story = Told(
        duty("starts: referred, due: {within: 10 days}, met: {on: answered, by: due}"), REFERRED, (answered, "answered")
    )
    assert story.states("2026-03-20") == [(state, "2026-03-12")]


def test_a_miss_comes_without_an_event_on_the_day_after() -> None:
    story = Told(duty("starts: referred, due: {within: 10 days}, met: {on: answered, by: due}"), REFERRED)
    assert [story.one(on).state for on in ("2026-03-12", "2026-03-13")] == ["running", "missed"]


@pytest.mark.parametrize("ends", ["cancelled: case_closed", "while: case.open"])
@pytest.mark.parametrize(
    ("closed", "during"), [("2026-03-12", "before"), ("2026-03-13", "after")], ids=["by due", "after due"]
)
def test_whatever_ends_a_run_after_its_due_moment_ends_it_as_missed(ends: str, closed: str, during: str) -> None:
    story = Told(duty(f"{WITHIN}, {ends}", CASE), ("2026-03-02", "case_opened"), REFERRED, (closed, "case_closed"))
    before = "cancelled" if ends.startswith("cancelled") else "not owed"
    assert story.one(closed).state == (before if during == "before" else "missed")


def test_restarting_an_overdue_clock_does_not_wash_it_clean() -> None:
    rules = duty(f"{WITHIN}, again: restarts")
    story = Told(rules, REFERRED, ("2026-03-20", "referred"))
    assert story.states("2026-03-20") == [("missed", "2026-03-12"), ("running", "2026-03-30")]
    early = Told(rules, REFERRED, ("2026-03-10", "referred"))
    assert early.states("2026-03-10") == [("cancelled", "2026-03-12"), ("running", "2026-03-20")]


def test_a_run_that_is_not_owed_is_cancelled_after_its_due_moment_and_not_missed() -> None:
    story = Told(
        duty(f"{WITHIN}, while: {{eligible: yes}}, cancelled: withdrawn"),
        ("2026-03-02", "status_told", NO),
        REFERRED,
        ("2026-03-10", "withdrawn"),
    )
    assert story.one("2026-03-12").state == "cancelled"


def test_cancelling_looks_only_after_the_start() -> None:
    """Semantics 25."""
    rules = duty(f"{WITHIN}, cancelled: withdrawn")
    assert Told(rules, ("2026-03-01", "withdrawn"), REFERRED).one("2026-03-20").state == "running"


@pytest.mark.parametrize(
    ("excused", "by", "state"),
    [
        ("2026-03-12", "", "excused"),
        ("2026-03-13", "", "running"),
        ("2026-06-13", ", by: ever", "excused"),
        ("2026-03-04", ", by: 2 days after start", "excused"),
        ("2026-03-05", ", by: 2 days after start", "running"),
    ],
)
def test_an_excuse_counts_by_its_own_bound_and_else_by_the_due_moment(excused: str, by: str, state: str) -> None:
    """Semantics 44."""
    story = Told(duty(f"{WITHIN}, excused: {{on: withdrawn{by}}}"), REFERRED, (excused, "withdrawn"))
    assert story.one(excused).state == state


def test_a_substitute_meets_it_and_is_marked_so() -> None:
    story = Told(duty(f"{WITHIN}, substitute: screened"), REFERRED, ("2026-03-20", "screened"))
    assert (story.one("2026-03-20").state, story.one("2026-03-20").marks) == ("met", ("late", "substitute"))


def test_an_event_that_both_meets_and_cancels_meets() -> None:
    """Semantics 13: met before cancelled."""
    story = Told(duty(f"{WITHIN}, cancelled: [withdrawn, answered]"), REFERRED, ("2026-03-05", "answered"))
    assert story.one("2026-03-05").state == "met"


@pytest.mark.parametrize(("on", "owner"), [("2026-03-03", "Nurse"), ("2026-03-06", "Clinician")])
def test_who_owes_it_by_rows_follows_the_case(on: str, owner: str) -> None:
    rules = duty(f"{WITHIN}, owner: [{{while: {{eligible: yes}}, is: nurse}}, {{is: clinician}}]")
    story = Told(rules, OPEN, REFERRED, ("2026-03-05", "status_told", NO))
    assert story.one(on).owner == owner


def test_who_owed_it_at_the_start_stays_with_it() -> None:
    rules = duty(f"{WITHIN}, owner: [{{when: {{eligible: yes}}, is: [nurse, worker]}}, {{is: clinician}}]")
    story = Told(rules, OPEN, REFERRED, ("2026-03-05", "status_told", NO))
    assert story.one("2026-03-06").owner == "Nurse and Worker"


def test_a_force_that_follows_the_case_is_overdue_only_while_it_binds() -> None:
    rules = duty(f"{WITHIN}, force: [{{while: {{eligible: yes}}, is: must}}, {{is: should}}]")
    story = Told(rules, OPEN, REFERRED, ("2026-03-20", "status_told", NO), ("2026-03-25", "status_told", YES))
    assert [story.one(on).overdue for on in ("2026-03-19", "2026-03-20", "2026-03-25")] == [True, False, True]
