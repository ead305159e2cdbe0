from __future__ import annotations

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.calendars import (
    add_months,
    end_of,
    format_day,
    format_moment,
    month_end,
    parse_day,
    parse_moment,
)

days = st.dates(date(1900, 1, 1), date(2150, 12, 31)).map(date.toordinal)


def naive_add_months(day: int, n: int) -> int:
    at = date.fromordinal(day)
    year, month = divmod(at.year * 12 + at.month - 1 + n, 12)
    return date(year, month + 1, min(at.day, monthrange(year, month + 1)[1])).toordinal()


@given(days, st.integers(-1800, 1800))
def test_months_against_the_standard_calendar(day: int, n: int) -> None:
    assert add_months(day, n) == naive_add_months(day, n)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-01-31", 2, "2026-03-31"),  # counted from the origin, so nothing is lost in February
        ("2026-08-31", 6, "2027-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-15", -1, "2025-12-15"),
        ("1900-01-31", 1, "1900-02-28"),
        ("2000-01-31", 1, "2000-02-29"),
        ("9999-11-30", 1, "9999-12-30"),
        ("9999-12-31", 0, "9999-12-31"),
    ],
)
def test_months_are_clamped_to_the_end_of_the_month(start: str, months: int, expected: str) -> None:
    assert format_day(add_months(parse_day(start), months)) == expected


def test_months_past_the_last_year_are_refused() -> None:
    with pytest.raises(ValueError, match="10000"):
        add_months(parse_day("9999-12-31"), 1)


@given(days)
def test_month_end(day: int) -> None:
    at = date.fromordinal(day)
    assert month_end(day) == date(at.year, at.month, monthrange(at.year, at.month)[1]).toordinal()


@pytest.mark.parametrize(
    ("unit", "this", "following"),
    [
        ("day", "2026-05-14", "2026-05-15"),
        ("week", "2026-05-17", "2026-05-24"),
        ("month", "2026-05-31", "2026-06-30"),
        ("quarter", "2026-06-30", "2026-09-30"),
        ("year", "2026-12-31", "2027-12-31"),
    ],
)
def test_end_of(unit: str, this: str, following: str) -> None:
    day = parse_day("2026-05-14")  # a Thursday
    assert format_day(end_of(day, unit)) == this
    assert format_day(end_of(day, unit, next=True)) == following
    assert end_of(end_of(day, unit), unit) == end_of(day, unit)
    assert end_of(end_of(day, unit) + 1, unit) == end_of(day, unit, next=True)


@given(days)
def test_a_week_ends_on_sunday(day: int) -> None:
    assert date.fromordinal(end_of(day, "week")).isoweekday() == 7
    assert day <= end_of(day, "week") < day + 7


def test_end_of_an_unknown_unit() -> None:
    with pytest.raises(ValueError, match="found 'fortnight'"):
        end_of(parse_day("2026-05-14"), "fortnight")


@given(st.dates())
def test_days_go_out_and_come_back(day: date) -> None:
    assert format_day(day.toordinal()) == day.isoformat()
    assert parse_day(day.isoformat()) == day.toordinal()


@given(days, st.integers(-1, 1439))
def test_moments_go_out_and_come_back(day: int, minute: int) -> None:
    assert parse_moment(format_moment(day, minute)) == (day, minute)


def test_a_moment_with_and_without_its_hour() -> None:
    assert parse_moment("2026-03-20T14:05") == (parse_day("2026-03-20"), 14 * 60 + 5)
    assert parse_moment("2026-03-20") == (parse_day("2026-03-20"), -1)


@pytest.mark.parametrize(
    "text",
    ["", "2026-3-20", "20260320", "2026-W12-5", "2026-02-30", "0000-01-01", "2026-03-20 ", " 2026-03-20", "03/20/2026",
     "2026-03-20T10:00", "\u0662026-03-20", "2026-03-2\u0665", "not a date"],
)  # fmt: skip
def test_dates_in_any_other_form_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a date like 2026-03-20, found '"):
        parse_day(text)


@pytest.mark.parametrize(
    "text",
    ["2026-03-20T", "2026-03-20T24:00", "2026-03-20T9:00", "2026-03-20T09:60", "2026-03-20T09:00:00",
     "2026-03-20 09:00", "2026-03-20T09:00Z", "2026-02-30T09:00", "T09:00"],
)  # fmt: skip
def test_moments_in_any_other_form_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected 2026-03-20 or 2026-03-20T14:05"):
        parse_moment(text)


@given(st.text(max_size=20))
def test_any_text_is_a_moment_or_a_value_error(text: str) -> None:
    try:
        day, minute = parse_moment(text)
    except ValueError:
        return
    assert format_moment(day, minute) == text
