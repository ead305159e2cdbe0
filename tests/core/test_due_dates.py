"""Due dates: grids, rolling, ranges of hours, rows that a fact leaves open."""

from __future__ import annotations

from icpm_engine.calendars import parse_day
from tests.core.packs import asked, duty, story


def test_a_grid_counts_all_its_intervals_from_the_origin() -> None:
    rules = duty("starts: began, due: {within: 1 month}, repeats: from due, met: done")
    found = asked(rules, story(("2025-12-31", "began")), "2026-03-30")
    assert [one.due for one in found] == ["2026-01-31", "2026-02-28", "2026-03-31"]


def test_a_grid_with_several_intervals_adds_them_up() -> None:
    rules = duty("starts: began, due: {within: [3 days, 2 days]}, repeats: from due, met: done")
    found = asked(rules, story(("2026-03-02", "began")), "2026-03-08")
    assert [one.due for one in found] == ["2026-03-05", "2026-03-07", "2026-03-09"]


def test_a_grid_s_run_takes_no_evidence_of_the_old_due_date_s_own_day() -> None:
    rules = duty("starts: began, due: {within: 7 days}, repeats: from due, met: done")
    told = story(("2026-03-02", "began"), ("2026-03-09", "done"), ("2026-03-09", "done"))
    assert [one.state for one in asked(rules, told, "2026-03-10")] == ["met", "running"]


def test_a_chain_counts_from_the_date_before_it_was_rolled() -> None:
    rules = duty(
        "starts: began, due: {by: [5 days after start, 5 days after previous.due], rolls: next business day}, "
        "repeats: from due, met: done"
    )
    found = asked(rules, story(("2026-03-02", "began")), "2026-03-10")  # Saturday the 7th rolls to Monday the 9th
    assert [one.due for one in found] == ["2026-03-09", "2026-03-12"]


def test_before_a_day_rolls_from_the_day_before_it() -> None:
    rules = duty("starts: began, due: {before: day_told, rolls: previous business day}, met: done")
    told = story(("2026-03-02", "began"), ("2026-03-02", "told", {"day": parse_day("2026-03-14")}))
    assert [one.due for one in asked(rules, told, "2026-03-02")] == ["2026-03-13"]  # Friday, not Thursday


def test_hours_from_a_date_give_a_range() -> None:
    rules = duty("starts: began, due: {within: 30 hours}, met: done")
    (found,) = asked(rules, story(("2026-03-02", "began")), "2026-03-03")
    assert (found.possible, found.overdue) == (("2026-03-03T06:00", "2026-03-04T05:59"), False)
    (late,) = asked(rules, story(("2026-03-02", "began")), "2026-03-04")
    assert late.overdue


def test_hours_before_a_moment_without_its_hour_give_a_range_too() -> None:
    rules = duty("starts: began, due: {by: 12 hours before moment}, met: done")
    told = story(("2026-03-02", "began"), ("2026-03-02", "told", {"moment": (parse_day("2026-03-10"), -1)}))
    (found,) = asked(rules, told, "2026-03-02")
    assert found.possible == ("2026-03-09T12:00", "2026-03-10T11:59")


def test_a_row_pinned_while_a_fact_was_unknown_stays_open_when_the_fact_is_told() -> None:
    rules = duty("starts: began, due: [{when: {sort_told: a}, within: 3 days}, {within: 7 days}], met: done")
    told = story(("2026-03-02", "began"), ("2026-03-03", "told", {"sort": "b"}))
    (found,) = asked(rules, told, "2026-03-03")
    assert (found.state, found.waits_for) == ("undetermined", ("sort_told",))
    assert found.possible == ("2026-03-05", "2026-03-09")


def test_every_row_with_when_is_asked_at_the_start_even_if_another_came_first() -> None:
    rows = "[{while: {sort_told: a}, within: 2 days}, {when: {flag: yes}, within: 4 days}, {within: 7 days}]"
    rules = duty(f"starts: began, due: {rows}, met: done")
    told = story(
        ("2026-03-01", "told", {"sort": "a"}),
        ("2026-03-02", "began"),
        ("2026-03-03", "told", {"sort": "b", "flag": False}),
    )
    (found,) = asked(rules, told, "2026-03-03")
    assert (found.waits_for, found.possible) == (("flag",), ("2026-03-06", "2026-03-09"))
