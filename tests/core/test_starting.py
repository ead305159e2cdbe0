"""What starts a run: events, conditions that turn, moments, versions; and what a start does to runs that are open."""

from __future__ import annotations

from typing import Any

import pytest

from icpm_engine.errors import PackError
from icpm_engine.history import Entry, fold
from icpm_engine.history.proofs import proof_of
from tests.core.told import CASE, FACTS, Told, day, duty, pack

WITHIN = "due: {within: 10 days}, met: answered"


def test_several_lines_may_start_a_run_each_for_itself() -> None:
    rules = duty(f"starts: [referred, {{on: screened, where: {{result: positive}}}}], {WITHIN}")
    story = Told(
        rules,
        ("2026-03-02", "referred"),
        ("2026-03-03", "screened", {"result": "positive"}),
        ("2026-03-04", "screened", {"result": "negative"}),
    )
    assert story.states("2026-03-04") == [("running", "2026-03-12"), ("running", "2026-03-13")]


def test_of_two_lines_on_one_event_the_second_starts_where_the_first_does_not_apply() -> None:
    lines = "[{on: referred, when: {level: two}}, {on: referred, when: {eligible: yes}}]"
    rules = duty(f"starts: {lines}, {WITHIN}")
    told = {"level": "one", "eligible": True}
    assert len(Told(rules, ("2026-03-01", "status_told", told), ("2026-03-02", "referred")).all("2026-03-02")) == 1
    both = {"level": "two", "eligible": True}
    assert len(Told(rules, ("2026-03-01", "status_told", both), ("2026-03-02", "referred")).all("2026-03-02")) == 1
    neither = {"level": "one", "eligible": False}
    assert Told(rules, ("2026-03-01", "status_told", neither), ("2026-03-02", "referred")).all("2026-03-02") == []


def test_a_start_whose_condition_is_unknown_is_undetermined_never_overdue_and_can_be_met() -> None:
    """Semantics 23: why has this child no clock?"""
    rules = duty(f"starts: {{on: referred, when: {{level: two}}}}, {WITHIN}")
    story = Told(rules, ("2026-03-02", "referred"), ("2026-04-01", "answered"))
    found = story.one("2026-03-31")
    assert (found.state, found.due, found.overdue, found.waits_for) == ("undetermined", "2026-03-12", False, ("level",))
    assert story.one("2026-04-01").state == "met"


def test_a_start_that_does_not_say_what_is_asked_of_it_is_undetermined_too() -> None:
    rules = duty(f"starts: {{on: screened, when: {{event.result: positive}}}}, {WITHIN}")
    found = Told(rules, ("2026-03-02", "screened")).one("2026-03-02")
    assert (found.state, found.waits_for) == ("undetermined", ("event.result",))


def test_what_is_told_later_does_not_change_a_start_but_a_late_entry_does() -> None:
    """`when` asks once, at its own moment."""
    rules = duty(f"starts: {{on: referred, when: {{level: two}}}}, {WITHIN}")
    later = Told(rules, ("2026-03-02", "referred"), ("2026-03-03", "status_told", {"level": "two"}))
    assert later.one("2026-03-03").state == "undetermined"
    late_entry = Told(rules, ("2026-03-02", "referred"), ("2026-03-01", "status_told", {"level": "two"}))
    assert late_entry.one("2026-03-02").state == "running"


# --- again ------------------------------------------------------------------------------------------------------------


def test_another_start_opens_another_run_unless_the_rule_says_otherwise() -> None:
    story = Told(duty(f"starts: referred, {WITHIN}"), ("2026-03-02", "referred"), ("2026-03-04", "referred"))
    assert story.states("2026-03-04") == [("running", "2026-03-12"), ("running", "2026-03-14")]


def test_another_start_restarts_the_clock() -> None:
    story = Told(
        duty(f"starts: referred, again: restarts, {WITHIN}"), ("2026-03-02", "referred"), ("2026-03-04", "referred")
    )
    assert story.states("2026-03-04") == [("cancelled", "2026-03-12"), ("running", "2026-03-14")]


def test_restarting_an_overdue_clock_does_not_wash_it_clean() -> None:
    """Semantics 42."""
    story = Told(
        duty(f"starts: referred, again: restarts, {WITHIN}"), ("2026-03-02", "referred"), ("2026-03-13", "referred")
    )
    assert story.states("2026-03-13") == [("missed", "2026-03-12"), ("running", "2026-03-23")]


def test_a_restart_that_meets_the_old_run_leaves_it_met() -> None:
    rules = duty("starts: screened, again: restarts, due: {within: 10 days}, met: screened")
    story = Told(rules, ("2026-03-02", "screened"), ("2026-03-04", "screened"))
    assert story.states("2026-03-04") == [("met", "2026-03-12"), ("running", "2026-03-14")]


def test_a_series_that_is_restarted_by_what_met_it_leaves_no_run_of_no_length() -> None:
    rules = duty("starts: screened, again: restarts, due: {within: 10 days}, repeats: from met, met: screened")
    story = Told(rules, ("2026-03-02", "screened"), ("2026-03-04", "screened"))
    assert story.states("2026-03-04") == [("met", "2026-03-12"), ("running", "2026-03-14")]


def test_a_start_that_perhaps_was_none_does_not_end_what_runs() -> None:
    rules = duty(f"starts: {{on: referred, when: {{event.urgent: yes}}}}, again: restarts, {WITHIN}")
    story = Told(rules, ("2026-03-02", "referred", {"urgent": True}), ("2026-03-04", "referred"))
    assert [one.state for one in story.all("2026-03-04")] == ["running", "undetermined"]


def test_ignored_starts_count_only_if_they_applied() -> None:
    """Semantics 55: not eligible at first, eligible later; after that nothing more, for good."""
    rules = duty(f"starts: {{on: referred, when: {{eligible: yes}}}}, again: ignored, {WITHIN}")
    story = Told(
        rules,
        ("2026-03-01", "status_told", {"eligible": False}),
        ("2026-03-02", "referred"),
        ("2026-03-03", "status_told", {"eligible": True}),
        ("2026-03-04", "referred"),
        ("2026-03-05", "answered"),
        ("2026-03-06", "referred"),
    )
    assert story.states("2026-03-06") == [("met", "2026-03-14")]


def test_ignored_is_for_the_instance() -> None:
    rules = duty(f"per: referral_id, starts: referred, again: ignored, {WITHIN}")
    story = Told(rules, *[(f"2026-03-0{n}", "referred", {"referral_id": one}) for n, one in enumerate("aaba", 1)])
    assert [(one.name, one.due) for one in story.all("2026-03-04")] == [
        ("it[a]", "2026-03-11"),
        ("it[b]", "2026-03-13"),
    ]


def test_again_may_depend_on_rows() -> None:
    rows = "[{when: {event.urgent: yes}, is: restarts}, {is: opens}]".replace("event", "start")
    rules = duty(f"starts: referred, again: {rows}, {WITHIN}")
    story = Told(rules, *[("2026-03-02", "referred", {"urgent": urgent}) for urgent in (False, False, True)])
    assert [one.state for one in story.all("2026-03-02")] == ["cancelled", "cancelled", "running"]


# --- instances --------------------------------------------------------------------------------------------------------


def test_each_instance_has_its_own_runs_and_a_common_event_concerns_them_all() -> None:
    """Semantics 47."""
    rules = duty(f"per: referral_id, starts: referred, {WITHIN}, cancelled: [withdrawn, case_closed]")
    story = Told(
        rules,
        *[("2026-03-02", "referred", {"referral_id": one}) for one in "abcd"],
        ("2026-03-03", "answered", {"referral_id": "b"}),
        ("2026-03-04", "withdrawn", {"referral_id": "c"}),
        ("2026-03-05", "case_closed"),
    )
    assert [(one.instance, one.state) for one in story.all("2026-03-05")] == [
        ("a", "cancelled"),
        ("b", "met"),
        ("c", "cancelled"),
        ("d", "cancelled"),
    ]
    assert story.one("2026-03-03", "it[c]").state == "running"


def test_what_does_not_say_which_instance_concerns_none_and_is_found() -> None:
    """Semantics 47."""
    rules = duty(f"per: referral_id, starts: referred, {WITHIN}, cancelled: withdrawn")
    opened = [("2026-03-02", "referred", {"referral_id": one}) for one in "ab"]
    story = Told(rules, *opened, ("2026-03-03", "answered", {}), ("2026-03-04", "withdrawn", {}))
    assert [one.state for one in story.all("2026-03-04")] == ["running", "running"]
    found = [(one.kind, one.rule, one.missing) for one in story.folding.findings]
    assert found == [
        ("undetermined", "it", ("answered.referral_id",)),
        ("undetermined", "it", ("withdrawn.referral_id",)),
    ]


def test_a_common_event_starts_a_run_for_every_instance_that_is_known() -> None:
    rules = duty(f"per: referral_id, starts: case_closed, {WITHIN}")
    story = Told(
        rules, *[("2026-03-02", "referred", {"referral_id": one}) for one in "ab"], ("2026-03-04", "case_closed")
    )
    assert [one.name for one in story.all("2026-03-04")] == ["it[a]", "it[b]"]


def test_a_condition_in_a_rule_with_instances_sees_only_its_own_events() -> None:
    rules = duty(f"per: referral_id, starts: referred, while: {{not: {{on: withdrawn}}}}, {WITHIN}")
    story = Told(
        rules,
        *[("2026-03-02", "referred", {"referral_id": one}) for one in "ab"],
        ("2026-03-03", "withdrawn", {"referral_id": "a"}),
    )
    assert [one.state for one in story.all("2026-03-03")] == ["not owed", "running"]


def test_facts_of_an_instance_are_its_own() -> None:
    more = "facts: {service: {per: referral_id, type: text, told: {on: referred, take: service}}}"
    rows = "due: [{when: {service: urgent}, within: 2 days}, {within: 10 days}]"
    rules = pack(f"duties: {{it: {{label: It, per: referral_id, starts: referred, {rows}, met: answered}}}}", more)
    story = Told(
        rules,
        ("2026-03-02", "referred", {"referral_id": "a", "service": "urgent"}),
        ("2026-03-02", "referred", {"referral_id": "b", "service": "care"}),
    )
    assert [one.due for one in story.all("2026-03-02")] == ["2026-03-04", "2026-03-12"]


# --- conditions and moments -------------------------------------------------------------------------------------------


def test_a_run_starts_when_a_condition_becomes_true_and_its_cause_is_the_event_that_turned_it() -> None:
    """Semantics 50."""
    rules = duty(f"starts: {{becomes: {{level: two}}}}, {WITHIN}")
    story = Told(
        rules,
        *[
            (f"2026-03-0{n}", "status_told", {"level": level})
            for n, level in enumerate(["one", "two", "two", "one", "two"], 1)
        ],
    )
    assert story.states("2026-03-05") == [("running", "2026-03-12"), ("running", "2026-03-15")]
    assert [row.start_root for row in story.folding.rows] == [2, 5]


def test_a_run_starts_when_a_condition_ceases_and_not_while_it_is_merely_unknown() -> None:
    rules = duty(f"starts: {{ceases: {{hearing: {{after: 2026-04-01}}}}}}, {WITHIN}")
    story = Told(
        rules,
        ("2026-03-02", "hearing_set", {"date": "2026-04-22"}),
        ("2026-03-04", "hearing_set", {"date": "2026-03-22"}),
        ("2026-03-06", "hearing_vacated"),
    )
    assert story.states("2026-03-10") == [("running", "2026-03-14")]


def test_a_run_starts_at_a_moment_and_counts_from_it() -> None:
    rules = duty(f"starts: {{at: 3 months after plan_made_on, when: {{not: {{on: answered}}}}}}, {WITHIN}")
    story = Told(rules, ("2026-01-31", "plan_made"), ("2026-04-30", "answered"))
    assert story.all("2026-04-29") == []
    found = story.one("2026-04-30")
    assert (found.state, found.opened, story.folding.rows[0].start_root) == ("met", "2026-04-30", 1)


def test_a_moment_that_has_passed_when_it_is_told_starts_the_run_from_then() -> None:
    rules = duty(f"starts: {{at: plan_until, when: {{not: {{on: answered}}}}}}, {WITHIN}")
    story = Told(rules, ("2026-03-20", "plan_made", {"until": "2026-03-05"}))
    found = story.one("2026-03-20")
    assert (found.opened, found.due, found.overdue) == ("2026-03-20", "2026-03-15", True)


def test_a_moment_is_asked_for_its_condition_when_it_is_reached() -> None:
    rules = duty(f"starts: {{at: 2026-04-01, when: {{eligible: yes}}}}, {WITHIN}")
    yes = Told(rules, ("2026-03-01", "status_told", {"eligible": True}))
    no = Told(rules, ("2026-03-01", "status_told", {"eligible": False}))
    assert (yes.states("2026-04-01"), no.all("2026-04-01")) == ([("running", "2026-04-11")], [])


def test_one_event_that_starts_a_rule_in_two_ways_starts_it_once() -> None:
    rules = duty(f"starts: [status_told, {{becomes: {{level: two}}}}], {WITHIN}")
    assert len(Told(rules, ("2026-03-02", "status_told", {"level": "two"})).all("2026-03-02")) == 1


def test_a_condition_that_time_turns_twice_makes_two_runs_that_are_told_apart() -> None:
    """The cause of both is the fact that the edges are computed from; they differ in their number."""
    rules = pack(
        "duties: {it: {label: It, starts: {becomes: {open: summer}}, due: {within: 10 days}, met: answered}}",
    )
    story = Told(rules, ("2026-03-02", "moved"), ("2027-03-02", "moved"))
    assert [(one.opened, one.run) for one in story.all("2028-02-01")] == [("2026-06-01", 0), ("2027-06-01", 1)]


def test_a_run_starts_for_each_instance_by_its_own_condition_even_if_the_instance_came_later() -> None:
    rules = duty("per: referral_id, starts: {becomes: {age: {at_least: 6 years}}}, due: open, met: answered")
    story = Told(
        rules,
        ("2026-03-01", "birth_date_told", {"born": "2020-04-10"}),
        ("2026-03-02", "referred", {"referral_id": "a"}),
    )
    assert [(one.name, one.opened) for one in story.all("2026-05-01")] == [("it[a]", "2026-04-10")]


def test_one_duty_starts_when_another_is_met_and_a_third_when_it_is_overdue() -> None:
    text = """
duties:
  first: {label: First, starts: referred, due: {within: 10 days}, met: answered}
  then: {label: Then, starts: {becomes: first.met}, due: {within: 5 days}, met: screened}
  late: {label: Late, starts: {becomes: first.overdue}, due: {within: 5 days}, met: screened}
"""
    met = Told(pack(text), ("2026-03-02", "referred"), ("2026-03-04", "answered"))
    assert (met.states("2026-04-01", "then"), met.all("2026-04-01", "late")) == ([("running", "2026-03-09")], [])
    late = Told(pack(text), ("2026-03-02", "referred"))
    assert late.states("2026-04-01", "late") == [("running", "2026-03-18")]
    assert late.row("2026-04-01", "late").start_root == 1


def test_what_should_be_done_is_never_overdue_and_starts_nothing_by_being_so() -> None:
    text = """
duties:
  first: {label: First, force: should, starts: referred, due: {within: 10 days}, met: answered}
  late: {label: Late, starts: {becomes: first.overdue}, due: open, met: screened}
"""
    story = Told(pack(text), ("2026-03-02", "referred"))
    assert (story.one("2026-04-01", "first").overdue, story.all("2026-04-01", "late")) == (False, [])


def test_a_clock_that_is_moved_forward_turns_overdue_at_its_new_moment() -> None:
    text = """
duties:
  first: {label: First, starts: referred, due: {by: hearing}, met: answered}
  late: {label: Late, starts: {becomes: first.overdue}, due: open, met: screened}
"""
    story = Told(
        pack(text, FACTS),
        ("2026-03-02", "referred"),
        ("2026-03-03", "hearing_set", {"date": "2026-04-22T09:00"}),
        ("2026-03-04", "hearing_set", {"date": "2026-03-20T09:00"}),
    )
    assert story.one("2026-05-01", "late").opened == "2026-03-20"


# --- in force, versions -----------------------------------------------------------------------------------------------


def test_a_rule_starts_nothing_before_it_is_in_force_nor_after() -> None:
    """Semantics 53; both days included."""
    rules = duty(f"starts: referred, in_force: {{from: 2026-03-02, until: 2026-03-03}}, {WITHIN}")
    story = Told(rules, *[(f"2026-03-0{n}", "referred") for n in range(1, 5)])
    assert [row.start_root for row in story.folding.rows] == [2, 3]


def test_a_rule_is_in_force_from_the_earlier_of_two_days() -> None:
    rules = duty(f"starts: referred, in_force: {{from: {{earliest: [2026-03-05, 2026-03-03]}}}}, {WITHIN}")
    story = Told(rules, *[(f"2026-03-0{n}", "referred") for n in range(1, 5)])
    assert [row.start_root for row in story.folding.rows] == [3, 4]


VERSIONED = f"starts: referred, {WITHIN}, versions: [{{from: 2026-03-10, owner: nurse, due: {{within: 5 days}}}}]"


def test_the_version_is_chosen_by_the_day_of_the_start_and_stays_with_the_run() -> None:
    """Semantics 52."""
    story = Told(duty(VERSIONED), ("2026-03-09T23:59", "referred"), ("2026-03-10T00:00", "referred"))
    assert [(one.owner, one.due) for one in story.all("2026-03-12")] == [
        ("Worker", "2026-03-19"),
        ("Nurse", "2026-03-15"),
    ]


def test_each_run_of_a_series_and_each_restart_chooses_its_version_anew() -> None:
    series = Told(duty(f"{VERSIONED}, repeats: from met"), ("2026-03-02", "referred"), ("2026-03-11", "answered"))
    assert [(one.owner, one.due) for one in series.all("2026-03-11")] == [
        ("Worker", "2026-03-12"),
        ("Nurse", "2026-03-16"),
    ]
    restarts = Told(duty(f"{VERSIONED}, again: restarts"), ("2026-03-02", "referred"), ("2026-03-11", "referred"))
    assert [(one.owner, one.state) for one in restarts.all("2026-03-11")] == [
        ("Worker", "cancelled"),
        ("Nurse", "running"),
    ]


def test_a_version_may_start_by_other_events() -> None:
    rules = duty(f"starts: referred, {WITHIN}, versions: [{{from: 2026-03-10, starts: screened}}]")
    story = Told(rules, *[(on, kind) for on in ("2026-03-09", "2026-03-10") for kind in ("referred", "screened")])
    assert [row.start_root for row in story.folding.rows] == [1, 4]


def test_a_rule_that_is_off_does_nothing() -> None:
    assert Told(duty(f"starts: referred, off: draft, {WITHIN}"), ("2026-03-02", "referred")).all("2026-03-02") == []


# --- owner and force --------------------------------------------------------------------------------------------------


def test_the_owner_may_depend_and_when_keeps_its_answer_while_while_follows() -> None:
    for word, owners in (("when", ["Nurse", "Nurse"]), ("while", ["Nurse", "Worker"])):
        text = f"starts: referred, owner: [{{{word}: {{level: two}}, is: nurse}}, {{is: worker}}], {WITHIN}"
        story = Told(
            duty(text),
            ("2026-03-01", "status_told", {"level": "two"}),
            ("2026-03-02", "referred"),
            ("2026-03-05", "status_told", {"level": "one"}),
        )
        assert [story.one(on).owner for on in ("2026-03-02", "2026-03-05")] == owners


def test_the_owner_turns_with_an_age() -> None:
    rows = "[{while: {age: {under: 6 years}}, is: nurse}, {is: clinician}]"
    story = Told(
        duty(f"starts: referred, owner: {rows}, {WITHIN}"),
        ("2026-03-01", "birth_date_told", {"born": "2020-03-05"}),
        ("2026-03-02", "referred"),
    )
    assert [story.one(on).owner for on in ("2026-03-04", "2026-03-05")] == ["Nurse", "Clinician"]


def test_several_roles_owe_it_jointly() -> None:
    story = Told(duty(f"starts: referred, owner: [nurse, clinician], {WITHIN}"), ("2026-03-02", "referred"))
    assert story.one("2026-03-02").owner == "Nurse and Clinician"


def test_what_may_only_be_a_should_is_not_overdue() -> None:
    """Overdue means overdue under every reading (semantics 27)."""
    rows = "[{while: {level: two}, is: should}, {is: must}]"
    rules = duty(f"starts: referred, force: {rows}, {WITHIN}")
    assert Told(rules, ("2026-03-02", "referred")).one("2026-03-20").overdue is False
    told = ("2026-03-01", "status_told", {"level": "one"})
    assert Told(rules, told, ("2026-03-02", "referred")).one("2026-03-20").overdue is True


# --- series that rest -------------------------------------------------------------------------------------------------

UNTIL = (("2026-03-01", "plan_made", {"until": "2026-03-05"}), ("2026-03-02", "referred"))


def test_a_series_that_would_stand_still_rests() -> None:
    """Semantics 34: what the loader cannot see shows in a case, and stops nobody from recording."""
    rows = "[{when: {level: one}, by: previous.due}, {within: 3 days}]"
    rules = duty(f"starts: referred, again: restarts, repeats: from due, due: {rows}, met: answered")
    told = [("2026-03-01", "status_told", {"level": "two"}), ("2026-03-04", "status_told", {"level": "one"})]
    still = (told[0], ("2026-03-02", "referred"), told[1])
    ended = Told(rules, *still).all("2027-03-01")
    assert len(ended) < 5
    assert len(Told(rules, *still, ("2026-04-01", "referred")).all("2027-03-01")) > len(ended)


@pytest.mark.parametrize(
    ("due", "second", "told_anew"),
    [
        ("{by: plan_until}", None, "2026-06-30"),
        ("{earliest: [{within: 6 months}, {by: plan_until}]}", "2026-09-05", "2026-06-30"),
        ("{by: 10 days after plan_until}", None, "2026-07-10"),
        ("{before: plan_until, rolls: next court day}", None, "2026-06-29"),
    ],
)
def test_the_next_run_waits_for_a_later_date_than_that_of_the_run_before(
    due: str, second: str | None, told_anew: str
) -> None:
    """Semantics 34: a date that is told, like that of the next hearing, is over for the series when it has passed."""
    rules = duty(f"starts: referred, repeats: from due, due: {due}, met: answered")
    told = Told(rules, *UNTIL)
    assert [one.due for one in told.all("2026-04-01")][1:] == [second]
    assert "a later" in str(proof_of(told.folding.rows[-1], rules))
    later = Told(rules, *UNTIL, ("2026-04-02", "plan_made", {"until": "2026-06-30"}))
    assert [one.due for one in later.all("2026-04-02")][1] == told_anew


def test_rules_that_turn_one_another_without_end_are_refused() -> None:
    text = """
lifecycles:
  a:
    label: A
    initial: x
    states: {x: {label: X}, y: {label: Y}}
    transitions: [{becomes: b.y, from: y, to: x}, {ceases: b.y, from: x, to: y}, {on: moved, from: x, to: y}]
  b:
    label: B
    initial: x
    states: {x: {label: X}, y: {label: Y}}
    transitions: [{becomes: a.y, from: x, to: y}, {ceases: a.y, from: y, to: x}]
"""
    story = [Entry(kind="moved", day=day("2026-03-02"), minute=-1, values={}, entry=1)]
    with pytest.raises(PackError, match="without end"):
        fold(pack(text), story)


def test_the_case_is_open_or_not_as_its_events_have_it() -> None:
    rules = pack(f"duties: {{it: {{label: It, starts: referred, while: case.open, {WITHIN}}}}}", CASE)
    events: list[tuple[Any, ...]] = [
        ("2026-03-01", "case_opened"),
        ("2026-03-02", "referred"),
        ("2026-03-05", "case_closed"),
    ]
    story = Told(rules, *events)
    assert [story.one(on).state for on in ("2026-03-02", "2026-03-05")] == ["running", "not owed"]
    assert FACTS
