"""Repeating duties and starts that recur: what opens next, counted from where, and which run an event meets."""

from __future__ import annotations

from typing import Any

import pytest

from icpm_engine.errors import PackError
from tests.core.told import CASE, Told, day, duty

REFERRED = ("2026-03-02", "referred")
UNTIL = {"until": "2026-06-30"}


def series(body: str, *events: tuple[Any, ...], more: str = "") -> Told:
    """A duty that starts with a referral and repeats."""
    return Told(duty(f"starts: referred, met: answered, {body}", more), REFERRED, *events)


def runs(story: Told, on: str, name: str = "it") -> list[tuple[int, str, str | None]]:
    """Number, state and date of each run."""
    return [(one.run, one.state, one.due) for one in story.all(on, name)]


def test_the_next_run_counts_from_the_evidence() -> None:
    story = series("due: {within: 10 days}, repeats: from met", ("2026-03-05", "answered"), ("2026-03-20", "answered"))
    assert runs(story, "2026-03-05") == [(0, "met", "2026-03-12"), (1, "running", "2026-03-15")]
    assert runs(story, "2026-03-20")[1:] == [(1, "met", "2026-03-15"), (2, "running", "2026-03-30")]
    assert story.all("2026-03-20")[1].marks == ("late",)


def test_a_series_from_the_evidence_opens_nothing_while_a_run_is_overdue() -> None:
    story = series("due: {within: 10 days}, repeats: from met")
    assert runs(story, "2026-12-01") == [(0, "running", "2026-03-12")]


def test_the_next_run_counts_from_the_date_of_evidence_that_lies_before_its_own_start() -> None:
    """Semantics 33: assessed on 1 March, referred on the 2nd; the next one is due by the 11th."""
    story = Told(
        duty(
            "starts: referred, met: {on: answered, since: 30 days before start}, due: {within: 10 days}, "
            "repeats: from met"
        ),
        ("2026-03-01", "answered"),
        REFERRED,
    )
    assert runs(story, "2026-03-02") == [(0, "met", "2026-03-12"), (1, "running", "2026-03-11")]
    assert story.all("2026-03-02")[0].marks == ("looked back",)


def test_a_grid_opens_its_next_run_when_a_due_day_has_passed_whatever_became_of_it() -> None:
    story = series("due: {within: 10 days}, repeats: from due", ("2026-03-20", "answered"))
    assert runs(story, "2026-03-12") == [(0, "running", "2026-03-12")]
    assert runs(story, "2026-03-13") == [(0, "running", "2026-03-12"), (1, "running", "2026-03-22")]
    assert runs(story, "2026-03-20") == [(0, "met", "2026-03-12"), (1, "running", "2026-03-22")]


def test_one_event_meets_only_the_oldest_run_of_a_series() -> None:
    """Semantics 15: three are open, three events are needed."""
    events = [("2026-04-05", "answered"), ("2026-04-05", "answered"), ("2026-04-06", "answered")]
    story = series("due: {within: 10 days}, repeats: from due", *events)
    assert [state for _, state, _ in runs(story, "2026-04-04")] == ["running"] * 4
    assert [state for _, state, _ in runs(story, "2026-04-05")] == ["met", "met", "running", "running"]
    assert [state for _, state, _ in runs(story, "2026-04-06")] == ["met", "met", "met", "running"]


def test_a_grid_run_that_is_met_early_opens_the_next_at_once_and_its_evidence_begins_after_the_old_date() -> None:
    """Semantics 32."""
    story = series("due: {within: 10 days}, repeats: from due", ("2026-03-05", "answered"), ("2026-03-12", "answered"))
    assert runs(story, "2026-03-12") == [(0, "met", "2026-03-12"), (1, "running", "2026-03-22")]
    later = series("due: {within: 10 days}, repeats: from due", ("2026-03-05", "answered"), ("2026-03-13", "answered"))
    assert runs(later, "2026-03-13")[1] == (1, "met", "2026-03-22")


def test_a_monthly_grid_from_the_last_of_january_keeps_to_the_ends_of_months() -> None:
    """Semantics 32: 31 January, 28 February, 31 March, 30 April."""
    story = Told(
        duty("starts: referred, met: answered, due: {within: 1 month}, repeats: from due"), ("2025-12-31", "referred")
    )
    dues = [due for _, _, due in runs(story, "2026-04-10")]
    assert dues == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_end_of_month_on_a_grid_begins_the_day_after_the_old_date() -> None:
    story = Told(
        duty("starts: referred, met: answered, due: {by: end of month}, repeats: from due"), ("2026-01-15", "referred")
    )
    assert [due for _, _, due in runs(story, "2026-03-10")] == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_lists_give_each_run_its_own_span_and_the_last_one_to_all_later() -> None:
    story = series(
        "due: {within: [3 days, 10 days, 30 days]}, repeats: from met",
        *[(f"2026-03-0{number}", "answered") for number in (4, 5, 6)],
    )
    assert [due for _, _, due in runs(story, "2026-03-06")] == ["2026-03-05", "2026-03-14", "2026-04-04", "2026-04-05"]


def test_a_series_goes_on_from_the_due_date_of_a_run_that_was_settled_not_owed() -> None:
    """Semantics 22: otherwise the child is never screened again."""
    story = Told(
        duty("starts: referred, met: answered, due: {within: 10 days}, repeats: from met, while: {eligible: yes}"),
        ("2026-03-01", "status_told", {"eligible": False}),
        REFERRED,
        ("2026-03-20", "status_told", {"eligible": True}),
    )
    assert runs(story, "2026-03-13") == [(0, "not owed", "2026-03-12"), (1, "not owed", "2026-03-22")]
    assert runs(story, "2026-03-20") == [(0, "not owed", "2026-03-12"), (1, "running", "2026-03-22")]


def test_a_series_goes_on_from_the_due_date_of_a_run_that_was_excused_or_missed() -> None:
    excused = series("due: {within: 10 days}, repeats: from met, excused: withdrawn", ("2026-03-05", "withdrawn"))
    assert runs(excused, "2026-03-05") == [(0, "excused", "2026-03-12"), (1, "running", "2026-03-22")]
    rules = duty("starts: referred, met: {on: answered, by: due}, due: {within: 10 days}, repeats: from met")
    missed = Told(rules, REFERRED)
    assert runs(missed, "2026-03-13") == [(0, "missed", "2026-03-12"), (1, "running", "2026-03-22")]


def test_what_cancels_ends_the_series() -> None:
    story = series(
        "due: {within: 10 days}, repeats: from due, cancelled: case_closed",
        ("2026-03-15", "case_closed"),
    )
    assert runs(story, "2027-03-15") == [(0, "missed", "2026-03-12"), (1, "cancelled", "2026-03-22")]


def test_leaving_the_population_lets_a_series_run_on_unseen() -> None:
    """Every due date that passes meanwhile is settled, so that the series is at the right place when it comes back."""
    story = Told(
        duty("starts: case_opened, met: answered, due: {within: 10 days}, repeats: from met, while: case.open", CASE),
        ("2026-03-02", "case_opened"),
        ("2026-03-05", "answered"),
        ("2026-03-06", "case_closed"),
    )
    assert runs(story, "2026-04-01") == [
        (0, "met", "2026-03-12"),
        (1, "not owed", "2026-03-15"),
        (2, "not owed", "2026-03-25"),
        (3, "not owed", "2026-04-04"),
    ]


def test_a_series_of_two_rows_by_run_may_look_at_the_date_before() -> None:
    story = series(
        "repeats: from met, due: {by: [10 days after origin, 30 days after origin, 30 days after previous.due]}",
        ("2026-03-05", "answered"),
        ("2026-03-15", "answered"),
        ("2026-03-16", "answered"),
    )
    assert [due for _, _, due in runs(story, "2026-03-16")] == ["2026-03-12", "2026-04-01", "2026-05-01", "2026-05-31"]


def test_a_series_may_look_at_how_the_run_before_was_met() -> None:
    story = series(
        "repeats: from met, due: {by: [10 days after start, 7 days after previous.met]}", ("2026-03-05", "answered")
    )
    assert runs(story, "2026-03-05")[1] == (1, "running", "2026-03-12")


def test_a_series_whose_dates_do_not_advance_is_an_error_of_the_pack() -> None:
    """Semantics 34."""
    with pytest.raises(PackError, match="each run of this series would be due on one date"):
        series("due: {by: 10 days after origin}, repeats: from due")
    story = series("due: {by: 10 days before plan_until}, repeats: from due", ("2026-03-03", "plan_made", UNTIL))
    assert runs(story, "2027-01-01")[1:] == [(1, "running", None)]  # a date that is told may be told anew


def test_repeats_by_rows_pins_or_follows() -> None:
    rows = "[{while: {eligible: yes}, is: from met}, {is: from due}]"
    rules = duty(f"starts: referred, met: answered, due: {{within: 10 days}}, repeats: {rows}")
    told = ("2026-03-01", "status_told", {"eligible": True})
    not_told = ("2026-03-01", "status_told", {"eligible": False})
    assert len(runs(Told(rules, told, REFERRED), "2026-03-20")) == 1
    assert len(runs(Told(rules, not_told, REFERRED), "2026-03-20")) == 2


def test_each_start_of_a_duty_that_opens_again_is_a_run_of_its_own() -> None:
    story = Told(
        duty("starts: referred, met: answered, due: {within: 10 days}"),
        REFERRED,
        ("2026-03-04", "referred"),
        ("2026-03-05", "answered"),
    )
    assert runs(story, "2026-03-04") == [(0, "running", "2026-03-12"), (0, "running", "2026-03-14")]
    assert {state for _, state, _ in runs(story, "2026-03-05")} == {"met"}, "one event meets all that it fits (15)"


def test_again_ignored_takes_only_the_first_start_for_good() -> None:
    story = Told(
        duty("starts: referred, met: answered, due: {within: 10 days}, again: ignored"),
        REFERRED,
        ("2026-03-04", "answered"),
        ("2026-05-04", "referred"),
    )
    assert runs(story, "2026-05-04") == [(0, "met", "2026-03-12")]


def test_a_start_whose_condition_was_false_does_not_use_up_the_one_chance() -> None:
    """Semantics 55."""
    story = Told(
        duty("starts: {on: referred, when: {eligible: yes}}, met: answered, due: {within: 10 days}, again: ignored"),
        ("2026-03-01", "status_told", {"eligible": False}),
        REFERRED,
        ("2026-03-15", "status_told", {"eligible": True}),
        ("2026-03-16", "referred"),
        ("2026-03-20", "referred"),
    )
    assert [one for one in runs(story, "2026-03-20") if one[1] != "not owed"] == [(0, "running", "2026-03-26")]


def test_a_restart_that_is_also_evidence_meets_the_run_that_it_ends() -> None:
    story = Told(
        duty("starts: [referred, screened], met: screened, due: {within: 10 days}, again: restarts"),
        REFERRED,
        ("2026-03-05", "screened"),
        ("2026-03-08", "referred"),
    )
    assert runs(story, "2026-03-05") == [(0, "met", "2026-03-12"), (0, "running", "2026-03-15")]
    assert [state for _, state, _ in runs(story, "2026-03-08")] == ["met", "cancelled", "running"]


def test_again_by_rows_is_asked_of_the_new_start() -> None:
    rules = duty(
        "starts: referred, met: answered, due: {within: 10 days}, "
        "again: [{when: {start.urgent: yes}, is: restarts}, {is: ignored}]"
    )
    calm = Told(rules, REFERRED, ("2026-03-05", "referred", {"urgent": False}))
    urgent = Told(rules, REFERRED, ("2026-03-05", "referred", {"urgent": True}))
    assert [state for _, state, _ in runs(calm, "2026-03-05")] == ["running"]
    assert [state for _, state, _ in runs(urgent, "2026-03-05")] == ["cancelled", "running"]


def test_what_a_start_does_to_others_matters_only_where_there_are_others() -> None:
    """The first one is surely there, urgent or not; what the second one does is not known."""
    rules = duty(
        "starts: referred, met: answered, due: {within: 10 days}, "
        "again: [{when: {start.urgent: yes}, is: restarts}, {is: ignored}]"
    )
    story = Told(rules, REFERRED, ("2026-03-05", "referred"))
    assert [(one.state, one.waits_for) for one in story.all("2026-03-05")] == [
        ("running", ()),
        ("undetermined", ("start.urgent",)),
    ]


def test_each_value_of_a_field_has_its_own_runs() -> None:
    rules = duty("per: referral_id, starts: referred, met: answered, due: {within: 10 days}, again: restarts")
    story = Told(
        rules,
        ("2026-03-02", "referred", {"referral_id": "A"}),
        ("2026-03-03", "referred", {"referral_id": "B"}),
        ("2026-03-04", "referred", {"referral_id": "A"}),
        ("2026-03-05", "answered", {"referral_id": "B"}),
    )
    assert runs(story, "2026-03-05", "it[A]") == [(0, "cancelled", "2026-03-12"), (0, "running", "2026-03-14")]
    assert runs(story, "2026-03-05", "it[B]") == [(0, "met", "2026-03-13")]


def test_an_event_that_carries_no_instance_concerns_every_one() -> None:
    """Semantics 47: the end of the case ends them all."""
    rules = duty("per: referral_id, starts: referred, met: answered, due: {within: 10 days}, cancelled: case_closed")
    story = Told(
        rules,
        ("2026-03-02", "referred", {"referral_id": "A"}),
        ("2026-03-03", "referred", {"referral_id": "B"}),
        ("2026-03-05", "case_closed"),
    )
    assert [state for _, state, _ in runs(story, "2026-03-05")] == ["cancelled", "cancelled"]


def test_a_series_of_each_instance_meets_the_oldest_run_of_each() -> None:
    rules = duty(
        "per: referral_id, starts: referred, met: [answered, screened], due: {within: 10 days}, repeats: from due"
    )
    story = Told(
        rules,
        ("2026-03-02", "referred", {"referral_id": "A"}),
        ("2026-03-03", "referred", {"referral_id": "B"}),
        ("2026-03-20", "screened"),
    )
    assert [state for _, state, _ in runs(story, "2026-03-20", "it[A]")] == ["met", "running"]
    assert [state for _, state, _ in runs(story, "2026-03-20", "it[B]")] == ["met", "running"]


def test_the_date_that_judges_an_event_is_the_one_that_stood_just_before_it() -> None:
    """Semantics 18: what an event moves by itself would never be late."""
    rules = duty("starts: referred, met: plan_made, due: {by: 10 days after plan_made_on}")
    story = Told(rules, ("2026-03-02", "plan_made"), ("2026-03-03", "referred"), ("2026-04-01", "plan_made"))
    found = story.one("2026-04-01")
    assert (found.state, found.due, found.marks) == ("met", "2026-03-12", ("late",))


def test_look_back_takes_the_latest_evidence_and_forward_evidence_the_earliest() -> None:
    """Semantics 17."""
    back = Told(
        duty("starts: referred, due: {within: 10 days}, met: {on: answered, since: 30 days before start}"),
        ("2026-02-20", "answered"),
        ("2026-02-25", "answered"),
        REFERRED,
    )
    assert back.row("2026-03-02").start_root == 3
    assert back.proof("2026-03-02").evidence == (2,)
    forward = Told(
        duty("starts: referred, due: {within: 10 days}, met: answered"),
        ("2026-03-02", "answered"),
        ("2026-03-02", "answered"),
        REFERRED,
    )
    assert forward.proof("2026-03-02").evidence == (1,)


def test_look_back_of_a_series_never_reaches_behind_the_evidence_of_the_run_before() -> None:
    story = Told(
        duty(
            "starts: referred, due: {within: 10 days}, repeats: from met, "
            "met: {on: answered, since: 30 days before start}"
        ),
        ("2026-02-20", "answered"),
        ("2026-02-25", "answered"),
        REFERRED,
    )
    assert runs(story, "2026-03-02") == [(0, "met", "2026-03-12"), (1, "running", "2026-03-07")]
    assert day("2026-03-07") - day("2026-02-25") == 10


def test_what_lies_behind_the_evidence_of_the_run_before_leaves_nothing_wanting() -> None:
    """Semantics 17: the first try was not enough, the second met the oldest run; the next one has not been tried."""
    rules = duty(
        "starts: referred, due: {within: 4 days}, repeats: from due, met: {on: answered, with: [{in_writing: yes}]}"
    )
    story = Told(
        rules,
        ("2026-03-08", "referred"),
        ("2026-03-14", "answered", {"in_writing": False}),
        ("2026-03-14", "answered", {"in_writing": True}),
    )
    assert [(one.state, one.wanting) for one in story.all("2026-03-14")] == [("met", ()), ("running", ())]
