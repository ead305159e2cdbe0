"""The calendar files themselves: their form, their days, and what one must know that another does not."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from icpm_engine.calendars import WEEKDAYS, format_day, parse_day
from tests.calendars.files import NAMES, calendar, content

PUBLISHED_BY_COURTS = {
    2024: "1/1 1/15 2/12 2/19 4/1 5/27 6/19 7/4 9/2 9/27 11/11 11/28 11/29 12/25",
    2025: "1/1 1/20 2/12 2/17 3/31 5/26 6/19 7/4 9/1 9/26 11/11 11/27 11/28 12/25",
    2026: "1/1 1/19 2/12 2/16 3/31 5/25 6/19 7/3 9/7 9/25 11/11 11/26 11/27 12/25",
}
# (month, weekday, which one of the month; -1 is the last)
FEDERAL_MONDAYS_AND_THANKSGIVING = [(1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4)]
FEDERAL_DATES = [(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)]


def nth_weekday(year: int, month: int, weekday: int, which: int) -> date:
    days = [date(year, month, 1) + timedelta(n) for n in range(31)]
    fitting = [day for day in days if day.month == month and day.weekday() == weekday]
    return fitting[which - 1 if which > 0 else which]


def observed(day: date) -> date:
    return day + timedelta({5: -1, 6: 1}.get(day.weekday(), 0))


def federal_holidays(first: int, last: int) -> set[date]:
    years = range(first, last + 2)  # New Year's Day of the year after may be kept in the last year
    mondays = {nth_weekday(year, *rule) for year in years for rule in FEDERAL_MONDAYS_AND_THANKSGIVING}
    dates = {observed(date(year, month, day)) for year in years for month, day in FEDERAL_DATES}
    return {day for day in mondays | dates if first <= day.year <= last}


def closed_days(name: str) -> set[date]:
    return {date.fromordinal(day) for day in calendar(name).reasons}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_the_agreed_form(name: str) -> None:
    data = content(name)
    assert list(data) == ["about", "name", "title", "source", "open", "covers", "closed"]
    assert data["name"] == name
    assert list(data["source"]) == ["title", "link", "checked", "seen"]
    assert data["source"]["seen"] in {"seen", "secondary", "background"}
    assert data["source"]["link"].startswith("https://")
    assert parse_day(data["source"]["checked"]) <= parse_day("2026-11-21")
    assert data["open"] == list(WEEKDAYS[:5])
    assert list(data["closed"]) == sorted(data["closed"])


@pytest.mark.parametrize("name", NAMES)
def test_no_holiday_is_listed_on_a_weekend_or_left_without_a_year(name: str) -> None:
    read = calendar(name)
    first, last = date.fromordinal(read.first_day), date.fromordinal(read.last_day)
    assert (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    assert {day for day in closed_days(name) if day.weekday() > 4} == set()
    assert {day.year for day in closed_days(name)} == set(range(first.year, last.year + 1))


def test_court_holidays_are_those_that_courts_publish() -> None:
    published = {
        date(year, *map(int, day.split("/"))) for year, days in PUBLISHED_BY_COURTS.items() for day in days.split()
    }
    assert len(published) == 14 * 3
    assert closed_days("california-courts") == published


def test_federal_holidays_follow_the_law() -> None:
    assert closed_days("us-federal") == federal_holidays(2024, 2027)
    assert len(closed_days("us-federal")) == 11 * 4 + 1
    assert calendar("us-federal").reasons[parse_day("2027-12-31")] == "New Year's Day (observed)"


def test_the_friday_after_thanksgiving_is_the_only_difference_of_the_wider_federal_calendar() -> None:
    wider, plain = calendar("us-federal-and-day-after-thanksgiving"), calendar("us-federal")
    more = {day: why for day, why in wider.reasons.items() if day not in plain.reasons}
    fridays = [nth_weekday(year, 11, 3, 4) + timedelta(1) for year in range(2024, 2028)]
    assert more == {day.toordinal(): "Day after Thanksgiving" for day in fridays}
    assert plain.reasons.items() <= wider.reasons.items()


def test_a_county_without_its_own_calendar_closes_on_no_day_that_is_not_common() -> None:
    county, federal = closed_days("california-county-business"), closed_days("us-federal-and-day-after-thanksgiving")
    assert county <= federal
    open_here = {(day.month, day.day) for day in federal - county if day.year == 2026}
    assert open_here == {(6, 19), (10, 12)}  # Juneteenth and Columbus Day: not in every county list


@pytest.mark.parametrize("name", NAMES)
def test_reasons_are_named_alike_in_every_year(name: str) -> None:
    reasons = calendar(name).reasons
    names = [
        {why.removesuffix(" (observed)") for day, why in reasons.items() if format_day(day)[:4] == year}
        for year in sorted({format_day(day)[:4] for day in reasons})
    ]
    assert all(these == names[0] for these in names)
