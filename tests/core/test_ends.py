"""What ends a run: windows that close, cancelling, excuses, restarts."""

from __future__ import annotations

import pytest

from tests.core.packs import asked, duty, states, story

WITHIN = "due: {within: 5 days}"


def test_a_window_that_has_closed_ends_the_run_as_missed() -> None:
    rules = duty(f"starts: began, {WITHIN}, met: {{on: done, before: left}}")
    told = story(("2026-03-02", "began"), ("2026-03-04", "left"))
    assert states(rules, told, "2026-03-03") == ["running"]
    assert states(rules, told, "2026-03-04") == ["missed"]


def test_of_several_windows_the_last_one_decides() -> None:
    lines = "[{on: done, by: due}, {on: told, by: 9 days after start}]"
    rules = duty(f"starts: began, {WITHIN}, met: {lines}")
    told = story(("2026-03-02", "began"))
    assert states(rules, told, "2026-03-11") == ["running"]
    assert states(rules, told, "2026-03-12") == ["missed"]


def test_a_run_that_opens_after_its_window_has_closed_is_missed_at_once() -> None:
    rules = duty("starts: began, due: {by: day_told}, met: {on: done, by: due}")
    day = story(("2026-03-01", "began"))[0].day
    told = story(("2026-03-02", "told", {"day": day}), ("2026-03-03", "began"))
    assert states(rules, told, "2026-03-03") == ["missed"]


def test_a_run_that_opens_after_its_due_day_and_is_not_owed_is_settled_so() -> None:
    rules = duty("starts: began, due: {by: day_told}, while: {flag: yes}, met: done")
    day = story(("2026-03-01", "began"))[0].day
    told = story(
        ("2026-03-02", "told", {"day": day, "flag": False}),
        ("2026-03-03", "began"),
        ("2026-03-04", "told", {"flag": True}),
    )
    assert states(rules, told, "2026-03-04") == ["not owed"]


def test_what_cancels_ends_every_run_of_a_series() -> None:
    rules = duty(f"starts: began, {WITHIN}, repeats: from due, met: done, cancelled: left")
    told = story(("2026-03-02", "began"), ("2026-03-09", "left"))
    assert states(rules, told, "2026-03-09") == ["missed", "cancelled"]


def test_what_cancels_ends_a_grid_s_run_before_its_evidence_begins() -> None:
    rules = duty(f"starts: began, {WITHIN}, repeats: from due, met: done, cancelled: left")
    told = story(("2026-03-02", "began"), ("2026-03-03", "done"), ("2026-03-04", "left"))
    assert states(rules, told, "2026-03-04") == ["met", "cancelled"]


def test_cancelling_takes_no_notice_of_hours() -> None:
    rules = duty(f"starts: began, {WITHIN}, met: done, cancelled: closed")
    told = story(("2026-03-02T15:00", "began"), ("2026-03-02T09:00", "closed"))
    assert states(rules, told, "2026-03-02") == ["cancelled"]


def test_evidence_of_an_hour_before_the_start_s_own_does_not_count() -> None:
    rules = duty(f"starts: opened, {WITHIN}, met: done")  # an opening comes first whatever its hour
    told = story(("2026-03-02T15:00", "opened"), ("2026-03-02T09:00", "done"))
    assert states(rules, told, "2026-03-02") == ["running"]


def test_an_excuse_is_no_evidence_and_evidence_no_excuse() -> None:
    rules = duty(
        f"starts: began, {WITHIN}, met: {{on: done, with: [{{sort: a}}]}}, excused: {{on: left, where: {{id: x}}}}"
    )
    told = story(
        ("2026-03-02", "began"),
        ("2026-03-03", "done", {"sort": "b"}),
        ("2026-03-04", "left", {"id": "y"}),
        ("2026-03-05", "done", {"sort": "a"}),
    )
    assert states(rules, told, "2026-03-04") == ["running"]
    assert states(rules, told, "2026-03-05") == ["met"]


@pytest.mark.parametrize(
    ("bound", "state"), [("", "running"), (", by: ever", "excused"), (", since: start", "running")]
)
def test_an_excuse_is_dated_by_the_due_moment_unless_the_rule_says_otherwise(bound: str, state: str) -> None:
    rules = duty(f"starts: began, {WITHIN}, met: done, excused: {{on: left{bound}}}")
    told = story(("2026-03-02", "began"), ("2026-03-09", "left"))
    assert states(rules, told, "2026-03-09") == [state]


def test_evidence_that_several_of_a_series_have_seen_is_used_once() -> None:
    rules = duty("starts: began, due: {within: 2 days}, repeats: from due, met: {on: done, times: 2}")
    told = story(("2026-03-02", "began"), ("2026-03-06", "done"), ("2026-03-07", "done"), ("2026-03-08", "done"))
    found = asked(rules, told, "2026-03-08")
    assert [(one.state, one.wanting) for one in found] == [
        ("met", ()),
        ("running", ("1 more of done",)),
        ("running", ("1 more of done",)),
    ]


def test_the_event_that_turns_a_condition_is_no_evidence_for_what_it_starts() -> None:
    rules = duty(
        "starts: {becomes: needed}, due: {within: 2 days}, met: told",
        "decisions: {needed: {label: N, authority: letter, flag: yes}}",
    )
    told = story(("2026-03-02", "told", {"flag": True}), ("2026-03-03", "told", {"flag": True}))
    assert states(rules, told, "2026-03-02") == ["running"]
    assert states(rules, told, "2026-03-03") == ["met"]


def test_another_start_line_is_asked_where_the_first_does_not_apply() -> None:
    rules = duty(
        f"starts: [{{on: began, when: {{flag: yes}}}}, {{on: began, where: {{sort: a}}}}], {WITHIN}, met: done"
    )
    told = story(("2026-03-01", "told", {"flag": False}), ("2026-03-02", "began", {"sort": "a"}))
    assert states(rules, told, "2026-03-02") == ["running"]


def test_evidence_counts_from_the_day_on_which_it_was_recorded() -> None:
    rules = duty(f"starts: began, {WITHIN}, met: {{on: done, dated: recorded}}")
    told = story(("2026-03-02", "began"), ("2026-03-04", "done"))
    told[1].recorded = rules.zone.instant(told[1].day + 5, 600)
    (found,) = asked(rules, told, "2026-03-08")
    assert found.overdue
    (met,) = asked(rules, told, "2026-03-09")
    assert (met.state, met.marks) == ("met", ("late",))


def test_an_excuse_of_the_start_s_own_day_counts_whatever_the_order_of_recording() -> None:
    rules = duty(f"starts: began, {WITHIN}, met: done, excused: allowed")
    told = story(("2026-03-02", "allowed"), ("2026-03-02", "began"))
    assert states(rules, told, "2026-03-02") == ["excused"]


def test_a_condition_that_turned_at_an_hour_before_the_start_s_own_does_not_count() -> None:
    decision = "decisions: {needed: {label: N, authority: letter, flag: yes}}"
    rules = duty(f"starts: opened, {WITHIN}, met: {{becomes: needed}}", decision)
    told = story(("2026-03-02T09:00", "opened"), ("2026-03-02T08:00", "told", {"flag": True}))
    assert states(rules, told, "2026-03-02") == ["running"]
