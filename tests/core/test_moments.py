"""Moments that start and move things: reached, told later, told again, and what they are counted from."""

from __future__ import annotations

from icpm_engine.calendars import parse_day
from tests.core.packs import asked, case, duty, pack, states, story

ABSENCE = """
lifecycles:
  absence:
    label: Absence
    initial: here
    states: {here: {label: Here}, away: {label: Away}, missing: {label: Missing}}
    transitions:
      - {on: left, from: here, to: away}
      - {on: done, from: [away, missing], to: here}
      - {at: 24 hours after absence.away, from: away, to: missing}
"""


def test_a_moment_that_is_told_late_starts_its_run_at_the_moment() -> None:
    rules = duty("starts: {at: 3 days after day_told, when: {not: {on: done}}}, due: {within: 2 days}, met: done")
    told = story(("2026-03-02", "opened"), ("2026-03-06", "told", {"day": parse_day("2026-03-02")}))
    (found,) = asked(rules, told, "2026-03-06")
    assert (found.due, found.id) == ("2026-03-07", "C1/d/2-0")


def test_a_moment_that_is_told_again_is_reached_again() -> None:
    rules = duty("starts: {at: day_told, when: {not: {on: done}}}, due: {within: 2 days}, met: done")
    told = story(
        ("2026-03-02", "told", {"day": parse_day("2026-03-03")}),
        ("2026-03-06", "told", {"day": parse_day("2026-03-05")}),
    )
    assert [one.due for one in asked(rules, told, "2026-03-06")] == ["2026-03-05", "2026-03-07"]


def test_an_event_s_name_looks_back_where_a_moment_is_reached() -> None:
    rules = duty("starts: {at: 3 days after left, when: {not: {on: done}}}, due: {within: 2 days}, met: done")
    told = story(("2026-03-02", "left"), ("2026-03-04", "left"))
    assert states(rules, told, "2026-03-06") == []
    assert [one.due for one in asked(rules, told, "2026-03-07")] == ["2026-03-09"]


def test_hours_after_an_hour_that_is_missing_are_over_when_they_surely_are() -> None:
    told = story(("2026-03-02", "left"))
    rules = pack(ABSENCE)
    assert case(rules, told, "2026-03-02").state("absence") == "away"
    assert case(rules, told, "2026-03-03").state("absence") == "missing"
    assert case(rules, story(("2026-03-02T09:00", "left")), "2026-03-03").state("absence") == "missing"


def test_what_a_state_that_time_has_brought_starts_goes_back_to_the_event_behind_it() -> None:
    rules = duty("starts: {becomes: absence.missing}, due: {within: 2 hours}, met: done", ABSENCE)
    told = story(("2026-03-02", "opened"), ("2026-03-02T09:00", "left"), ("2026-03-02", "told"))
    (found,) = asked(rules, told, "2026-03-03")
    assert (found.id, found.due) == ("C1/d/2-0", "2026-03-03T11:00")


def test_by_a_due_moment_that_is_not_settled_is_unknown() -> None:
    rules = pack(
        "\nchoices: {limit_of: {label: L, type: span, authority: letter}}\n"
        "duties: {d: {label: D, starts: began, due: {within: limit_of}, met: {on: done, by: due}}}"
    )
    (found,) = asked(rules, story(("2026-03-02", "began"), ("2026-03-03", "done")), "2026-03-03")
    assert (found.state, found.waits_for) == ("undetermined", ("limit_of",))


def test_how_another_duty_was_met_is_judged_as_it_stood_before_the_event() -> None:
    """The same event meets both, whichever stands first in the file."""
    first = "first: {label: First, starts: opened, due: {within: 3 days}, met: done, repeats: from met}"
    second = "second: {label: Second, starts: opened, due: {within: 9 days}, met: {on: done, after: first.met}}"
    told = story(("2026-03-02", "opened"), ("2026-03-03", "done"), ("2026-03-04", "done"))
    for order in (f"{first}, {second}", f"{second}, {first}"):
        rules = pack(f"\nduties: {{{order}}}")
        found = {one.duty: one.state for one in asked(rules, told, "2026-03-04") if one.run == 0}
        assert found == {"first": "met", "second": "met"}


def test_a_state_that_is_entered_after_its_moment_is_left_at_once() -> None:
    rules = pack(
        """
lifecycles:
  plan:
    label: Plan
    initial: none
    states: {none: {label: None}, made: {label: Made}, due: {label: Due}}
    transitions: [{on: began, from: [none, due], to: made}, {at: day_told, from: made, to: due}]
"""
    )
    told = story(("2026-03-02", "told", {"day": parse_day("2026-03-01")}), ("2026-03-03", "began"))
    assert case(rules, told, "2026-03-03").state("plan") == "due"


def test_a_state_that_time_has_brought_goes_back_to_its_own_event_not_to_the_last_recorded() -> None:
    rules = duty("starts: {becomes: absence.missing}, due: {within: 2 days}, met: told", ABSENCE)
    told = story(("2026-03-04", "left"), ("2026-03-03", "done"), ("2026-03-02", "left"))
    found = asked(rules, told, "2026-03-06")
    assert [one.id for one in found] == ["C1/d/1-0"]


def test_a_moment_that_tells_a_date_gives_its_day_and_a_date_that_tells_a_moment_has_no_hour() -> None:
    duties = """
duties:
  a_day: {label: A day, starts: opened, due: {by: by_day}, met: done}
  an_hour: {label: An hour, starts: opened, due: {by: by_hour}, met: done}
"""
    values = {"moment": (parse_day("2026-03-09"), 540), "day": parse_day("2026-03-09")}
    found = case(pack(duties), story(("2026-03-02", "opened"), ("2026-03-03", "told", values)), "2026-03-03")
    assert [one.due for one in found.obligations] == ["2026-03-09", "2026-03-08"]
