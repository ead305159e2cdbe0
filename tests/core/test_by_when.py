"""By when: every unit and form of a due date, what waits, what is undetermined, and what is overdue either way."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from icpm_engine.calendars import Span
from icpm_engine.history import compile_pack
from icpm_engine.rules.model import Settlement
from tests.core.told import Told, day, duty


def due(body: str, *events: tuple[Any, ...], on: str = "2026-12-31", **settles: object) -> str | None:
    """The date of a duty that starts with a referral."""
    return Told(duty(f"starts: referred, met: answered, {body}", **settles), *events).one(on).due


@pytest.mark.parametrize(
    ("span", "start", "expected"),
    [
        ("10 days", "2026-03-02", "2026-03-12"),
        ("2 weeks", "2026-03-02", "2026-03-16"),
        ("1 month", "2026-01-31", "2026-02-28"),
        ("2 years 6 months", "2024-08-31", "2027-02-28"),
        ("3 court days", "2026-03-27", "2026-04-02"),  # 31 March is closed (Cesar Chavez Day), and so is the weekend
        ("1 month 2 court days", "2026-01-31", "2026-03-03"),
        ("same day", "2026-03-02", "2026-03-02"),
        ("immediately", "2026-03-02T15:00", "2026-03-02"),
        ("90 minutes", "2026-03-02T15:00", "2026-03-02T16:30"),
        ("24 hours", "2026-03-07T16:00", "2026-03-08T17:00"),  # the clocks go forward in between
        ("24 hours", "2026-10-31T16:00", "2026-11-01T15:00"),  # and back
        ("1 day 2 hours", "2026-03-07T16:00", "2026-03-08T18:00"),
        ("8 court hours", "2026-03-30T20:00", "2026-04-01T04:00"),
    ],
)
def test_every_unit(span: str, start: str, expected: str) -> None:
    assert due(f"due: {{within: {span}}}", (start, "referred"), on=start) == expected


def test_a_limit_in_days_counts_from_the_day_whatever_its_hour_and_is_due_at_its_end() -> None:
    story = Told(duty("starts: referred, met: answered, due: {within: 10 days}"), ("2026-03-02T09:00", "referred"))
    assert (story.one("2026-03-12").due, story.one("2026-03-12").overdue) == ("2026-03-12", False)
    assert story.one("2026-03-12T23:59").overdue is False
    assert story.one("2026-03-13T00:00").overdue is True


def test_a_limit_in_hours_is_overdue_after_its_hour_and_not_at_it() -> None:
    story = Told(duty("starts: referred, met: answered, due: {within: 4 hours}"), ("2026-03-02T09:00", "referred"))
    assert [story.one(f"2026-03-02T{clock}").overdue for clock in ("13:00", "13:01")] == [False, True]


def test_hours_from_a_day_are_a_range_and_overdue_only_after_its_end() -> None:
    """Semantics 38."""
    story = Told(duty("starts: referred, met: answered, due: {within: 36 hours}"), ("2026-03-02", "referred"))
    assert story.one("2026-03-02").possible == ("2026-03-03T12:00", "2026-03-04T11:59")
    assert [story.one(on).overdue for on in ("2026-03-03", "2026-03-04")] == [False, True]


@pytest.mark.parametrize(
    ("more", "start", "expected"),
    [
        ("first_day: counted", "2026-03-02", "2026-03-11"),
        ("rolls: next court day", "2026-03-04", "2026-03-16"),
        ("rolls: previous court day", "2026-03-04", "2026-03-13"),
        ("rolls: next weekday", "2026-03-04", "2026-03-16"),
        ("rolls: next court day", "2026-03-21", "2026-04-01"),
    ],
)
def test_the_first_day_may_count_and_a_closed_day_may_roll(more: str, start: str, expected: str) -> None:
    assert due(f"due: {{within: 10 days, {more}}}", (start, "referred")) == expected


def test_of_open_days_the_first_counts_only_if_it_is_open() -> None:
    counted = "due: {within: 2 court days, first_day: counted}"
    assert due(counted, ("2026-03-06", "referred")) == "2026-03-09"
    assert due(counted, ("2026-03-07", "referred")) == "2026-03-10"


# --- moments ----------------------------------------------------------------------------------------------------------

SET = ("2026-03-03", "hearing_set", {"hearing_id": "h", "date": "2026-04-22T14:00"})
SET_VAGUE = ("2026-03-03", "hearing_set", {"hearing_id": "h", "date": "2026-04-22"})
PLAN = ("2026-03-03", "plan_made", {"until": "2026-04-22", "limit": "5 days"})
REFERRED = ("2026-03-02", "referred", {"referral_id": "r"})


@pytest.mark.parametrize(
    ("form", "event", "expected"),
    [
        ("by: plan_until", PLAN, "2026-04-22"),
        ("before: plan_until", PLAN, "2026-04-21"),
        ("by: hearing", SET, "2026-04-22T14:00"),
        ("before: hearing", SET, "2026-04-22T13:59"),
        ("by: hearing", SET_VAGUE, "2026-04-21"),  # the day before is sure (semantics 4)
        ("before: hearing", SET_VAGUE, "2026-04-21"),
        ("by: 10 days before hearing", SET, "2026-04-12"),
        ("by: 10 court days before hearing", SET, "2026-04-08"),
        ("by: 48 hours before hearing", SET, "2026-04-20T14:00"),
        ("by: 2 weeks after 3 days before plan_until", PLAN, "2026-05-03"),
        ("by: 2026-05-01", PLAN, "2026-05-01"),
        ("by: end of month", PLAN, "2026-03-31"),
        ("by: end of next quarter", PLAN, "2026-06-30"),
        ("by: {earliest: [2026-05-01, plan_until]}", PLAN, "2026-04-22"),
        ("by: {latest: [2026-05-01, plan_until]}", PLAN, "2026-05-01"),
        ("by: 5 days after plan_made", PLAN, "2026-03-08"),
        ("within: limit", PLAN, "2026-03-07"),
    ],
)
def test_moments(form: str, event: tuple[Any, ...], expected: str) -> None:
    assert due(f"due: {{{form}}}", REFERRED, event) == expected


def test_a_field_of_the_start_is_a_moment() -> None:
    story = Told(duty("starts: plan_made, met: answered, due: {by: 7 days before start.until}"), PLAN)
    assert story.one("2026-03-03").due == "2026-04-15"


def test_a_moment_that_is_not_told_is_open_until_it_is_and_moves_when_it_is_told_again() -> None:
    """Semantics 31: told as none it is open again, not cancelled."""
    story = Told(
        duty("starts: referred, met: answered, due: {before: hearing}"),
        REFERRED,
        ("2026-03-10", "hearing_set", {"hearing_id": "h", "date": "2026-04-22T09:00"}),
        ("2026-03-20", "hearing_set", {"hearing_id": "h", "date": "2026-05-20T09:00"}),
        ("2026-03-30", "hearing_vacated", {"hearing_id": "h"}),
    )
    seen = [story.one(on) for on in ("2026-03-09", "2026-03-10", "2026-03-20", "2026-03-30")]
    assert [(one.state, one.due) for one in seen] == [
        ("running", None),
        ("running", "2026-04-22T08:59"),
        ("running", "2026-05-20T08:59"),
        ("running", None),
    ]


def test_earliest_leaves_out_what_is_not_known_and_latest_waits_for_all() -> None:
    """Semantics 30."""
    legs = "[{within: 60 days}, {before: hearing}]"
    earliest = Told(duty(f"starts: referred, met: answered, due: {{earliest: {legs}}}"), REFERRED, SET)
    assert [earliest.one(on).due for on in ("2026-03-02", "2026-03-03")] == ["2026-05-01", "2026-04-22T13:59"]
    latest = Told(duty(f"starts: referred, met: answered, due: {{latest: {legs}}}"), REFERRED, SET)
    assert [latest.one(on).due for on in ("2026-03-02", "2026-03-03")] == [None, "2026-05-01"]


def test_earliest_and_latest_roll_last() -> None:
    legs = "[{within: 60 days}, {by: plan_until}]"
    plan = ("2026-03-03", "plan_made", {"until": "2026-04-25"})
    assert due(f"due: {{earliest: {legs}, rolls: next court day}}", REFERRED, plan) == "2026-04-27"


# --- no date ----------------------------------------------------------------------------------------------------------


def test_open_is_never_overdue_and_is_not_undetermined() -> None:
    story = Told(duty("starts: referred, met: answered, due: {open: as soon as possible}"), REFERRED)
    found = story.one("2027-12-31")
    assert (found.state, found.due, found.overdue, found.waits_for) == ("running", None, False, ())


LIMIT = "choices: {days_to_answer: {label: How long, type: span, authority: letter}}"


def test_a_choice_that_no_county_has_settled_is_undetermined_and_named() -> None:
    """Semantics 28: listed with what it waits for, never overdue."""
    rules = duty("starts: referred, met: answered, due: {within: days_to_answer}", LIMIT)
    found = Told(rules, REFERRED).one("2027-12-31")
    assert (found.state, found.due, found.overdue, found.waits_for) == (
        "undetermined",
        None,
        False,
        ("days_to_answer",),
    )
    settled = duty(
        "starts: referred, met: answered, due: {within: days_to_answer}", LIMIT, days_to_answer="3 court days"
    )
    assert Told(settled, REFERRED).one("2026-03-02").due == "2026-03-05"


def test_an_undetermined_leg_leaves_the_other_as_the_latest_possible_date() -> None:
    rules = duty(
        "starts: referred, met: answered, due: {earliest: [{within: days_to_answer}, {within: 30 days}]}", LIMIT
    )
    story = Told(rules, REFERRED)
    assert (story.one("2026-04-01").state, story.one("2026-04-01").overdue) == ("undetermined", False)
    assert (story.one("2026-04-02").state, story.one("2026-04-02").overdue) == ("undetermined", True)


def test_a_count_past_the_end_of_a_calendar_is_undetermined_and_names_it() -> None:
    """Never a silent guess, and never a refused event."""
    story = Told(duty("starts: referred, met: answered, due: {within: 10 court days}"), ("2026-12-30", "referred"))
    found = story.one("2026-12-31")
    assert (found.state, found.waits_for) == ("undetermined", ("calendar california-courts after 2026-12-31",))
    early = Told(duty("starts: referred, met: answered, due: {by: 400 court days before plan_until}"),
        ("2024-03-01", "referred"), ("2024-03-01", "plan_made", {"until": "2024-06-01"}))  # fmt: skip
    assert early.one("2024-03-01").waits_for == ("calendar california-courts before 2024-01-01",)


def test_a_day_that_would_roll_past_the_end_of_a_calendar_is_listed_from_the_unrolled_day_on() -> None:
    """It may be due on that day, and later; it is never overdue while nobody knows."""
    rules = duty("starts: referred, met: answered, due: {within: 10 days, rolls: next court day}")
    story = Told(rules, ("2026-12-30", "referred"))
    found = story.one("2027-03-01")
    assert (found.state, found.due, found.overdue) == ("undetermined", "2027-01-09", False)
    assert found.waits_for == ("calendar california-courts after 2026-12-31",)
    proof = story.proof("2027-03-01")
    assert "Possible dates: 2027-01-09" in str(proof)
    met = Told(rules, ("2026-12-30", "referred"), ("2027-01-09", "answered")).one("2027-01-09")
    assert (met.state, met.marks) == ("met", ())


def test_a_calendar_that_ends_for_one_leg_leaves_the_other_as_the_latest_possible_date() -> None:
    rules = duty("starts: referred, met: answered, due: {earliest: [{within: 10 court days}, {within: 30 days}]}")
    found = Told(rules, ("2026-12-30", "referred")).one("2027-01-30")
    assert (found.state, found.overdue) == ("undetermined", True)
    assert found.waits_for == ("calendar california-courts after 2026-12-31",)


# --- rows -------------------------------------------------------------------------------------------------------------

TWO = ("2026-03-01", "status_told", {"level": "two"})
ONE_LATER = ("2026-03-04", "status_told", {"level": "one"})


@pytest.mark.parametrize(("word", "expected"), [("when", "2026-03-12"), ("while", "2026-04-01")])
def test_when_asks_at_the_start_and_while_asks_always(word: str, expected: str) -> None:
    """Semantics 20."""
    body = f"due: [{{{word}: {{level: two}}, within: 10 days}}, {{within: 30 days}}]"
    assert due(body, TWO, REFERRED, ONE_LATER) == expected


def test_a_row_that_cannot_be_judged_leaves_both_dates_possible_and_overdue_after_the_last() -> None:
    """Semantics 27."""
    rules = duty("starts: referred, met: answered, due: [{while: {level: two}, within: 10 days}, {within: 30 days}]")
    story = Told(rules, REFERRED)
    found = story.one("2026-04-01")
    assert (found.state, found.due, found.overdue) == ("undetermined", "2026-03-12", False)
    assert (found.possible, found.waits_for) == (("2026-03-12", "2026-04-01"), ("level",))
    assert story.one("2026-04-02").overdue is True


def test_a_row_pinned_while_its_fact_was_unknown_stays_undetermined() -> None:
    """What is told later answers another question than `when`."""
    rules = duty("starts: referred, met: answered, due: [{when: {level: two}, within: 10 days}, {within: 30 days}]")
    found = Told(rules, REFERRED, ONE_LATER).one("2026-03-05")
    assert (found.state, found.waits_for) == ("undetermined", ("level",))


def test_rows_that_come_to_the_same_date_need_no_answer() -> None:
    rules = duty("starts: referred, met: answered, due: [{while: {level: two}, within: 2 weeks}, {within: 14 days}]")
    assert Told(rules, REFERRED).states("2026-03-02") == [("running", "2026-03-16")]


def test_a_row_turns_with_an_age_without_any_event() -> None:
    rules = duty(
        "starts: referred, met: answered, due: [{while: {age: {under: 6 years}}, within: 30 days}, {within: 90 days}]"
    )
    story = Told(rules, ("2026-03-01", "birth_date_told", {"born": "2020-03-20"}), REFERRED)
    assert [story.one(on).due for on in ("2026-03-19", "2026-03-20")] == ["2026-04-01", "2026-05-31"]


# --- lists for a series -----------------------------------------------------------------------------------------------


def test_a_list_gives_each_run_its_own_limit_and_the_last_one_to_all_later_ones() -> None:
    story = Told(
        duty("starts: referred, met: answered, repeats: from met, due: {within: [3 days, 10 days, 1 month]}"),
        REFERRED,
        *[(on, "answered") for on in ("2026-03-03", "2026-03-04", "2026-03-05")],
    )
    assert [one.due for one in story.all("2026-03-05")] == ["2026-03-05", "2026-03-13", "2026-04-04", "2026-04-05"]


def test_a_list_of_moments_may_rest_on_the_origin_and_on_the_run_before() -> None:
    form = "due: {by: [90 days after origin, 12 months after origin, 12 months after previous.due]}"
    story = Told(
        duty(f"starts: referred, met: answered, repeats: from met, {form}"),
        ("2025-03-03", "referred"),
        *[(on, "answered") for on in ("2025-05-28", "2026-02-01")],
    )
    assert [one.due for one in story.all("2026-02-01")] == ["2025-06-01", "2026-03-03", "2027-03-03"]


@pytest.mark.parametrize(
    ("form", "dates"),
    [
        ("within: 1 month", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("within: [1 month, 2 months]", ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("within: 20 days", ["2026-01-20", "2026-02-09", "2026-03-01", "2026-03-21", "2026-04-10"]),
        (
            "within: 20 days, rolls: next court day",
            ["2026-01-20", "2026-02-09", "2026-03-02", "2026-03-23", "2026-04-10"],
        ),
        ("within: 30 court days", ["2026-02-17", "2026-04-01"]),
        ("by: end of month", ["2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("by: [end of next month, end of month]", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("by: 1 month after start", ["2026-01-31", "2026-02-28", "2026-03-28", "2026-04-28"]),
    ],
)
def test_a_grid_is_counted_from_its_origin(form: str, dates: list[str]) -> None:
    """31 January, 28 February, 31 March (semantics 32); nothing rolled is chained from (37)."""
    rules = duty(f"starts: referred, met: answered, repeats: from due, due: {{{form}}}")
    story = Told(rules, ("2025-12-31", "referred"))
    assert [one.due for one in story.all("2026-03-31")] == dates[: len(story.all("2026-03-31"))]
    assert len(story.all("2026-03-31")) >= len([one for one in dates if one < "2026-03-31"])


def test_a_grid_in_hours_counts_from_its_origin_too() -> None:
    rules = duty("starts: referred, met: answered, repeats: from due, due: {within: 12 hours}")
    story = Told(rules, ("2026-03-07T20:00", "referred"))
    assert [one.due for one in story.all("2026-03-09T00:00")] == [
        "2026-03-08T09:00",
        "2026-03-08T21:00",
        "2026-03-09T09:00",
    ]


def test_a_grid_whose_span_changes_counts_on_from_there() -> None:
    """Age bands: monthly while under six, then every two months."""
    form = "due: [{when: {age: {under: 6 years}}, within: 1 month}, {within: 2 months}]"
    rules = duty(f"starts: referred, met: answered, repeats: from due, {form}")
    story = Told(rules, ("2025-12-30", "birth_date_told", {"born": "2020-02-15"}), ("2025-12-31", "referred"))
    assert [one.due for one in story.all("2026-07-01")] == [
        "2026-01-31",
        "2026-02-28",
        "2026-04-28",
        "2026-06-28",
        "2026-08-28",
    ]


# --- spans unsettled from a day ---------------------------------------------------------------------------------------


def test_a_settled_choice_holds_from_its_day_on_for_starts_from_then_on() -> None:
    """Semantics 29."""
    loaded = duty("starts: referred, met: answered, due: {within: days_to_answer}", LIMIT).pack
    settlements = tuple(
        Settlement("days_to_answer", Span.parse(span), day(on))
        for on, span in (("2026-03-05", "5 days"), ("2026-04-01", "3 days"))
    )
    rules = compile_pack(attrs.evolve(loaded, settles={"days_to_answer": settlements}))
    story = Told(rules, *[(on, "referred") for on in ("2026-03-04", "2026-03-05", "2026-04-01")])
    assert story.states("2026-04-01") == [("undetermined", None), ("running", "2026-03-10"), ("running", "2026-04-04")]
