"""Counting spans from days and from instants: order of the parts, both directions, first days, hours, proofs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icpm_engine.calendars import (
    Calendar,
    Citation,
    Span,
    Zone,
    day_adder,
    format_day,
    format_instant,
    instant_adder,
    parse_day,
    parse_moment,
    skipped,
)
from icpm_engine.errors import CalendarEnds, UnknownName
from tests.calendars.files import calendar
from tests.calendars.test_dates import naive_add_months

COURT = calendar("california-courts")
CALENDARS = {"court": COURT, "federal": calendar("us-federal")}
ZONE = Zone("America/Los_Angeles")
HOUR = 3600


def end(start: str, text: str, *, back: bool = False, first_day_counted: bool = False) -> str:
    span = Span.parse(text, CALENDARS)
    return format_day(day_adder(span, CALENDARS, back=back, first_day_counted=first_day_counted)(parse_day(start)))


def instant_end(start: str, text: str, *, back: bool = False) -> str:
    adder = instant_adder(Span.parse(text, CALENDARS), CALENDARS, ZONE, back=back)
    return format_instant(adder(ZONE.instant(*parse_moment(start))), ZONE)


@pytest.mark.parametrize(
    ("start", "span", "ahead", "back"),
    [
        ("2026-03-20", "0 days", "2026-03-20", "2026-03-20"),
        ("2026-03-20", "1 day", "2026-03-21", "2026-03-19"),
        ("2026-03-20", "2 weeks", "2026-04-03", "2026-03-06"),
        ("2026-03-20", "2 weeks 1 day", "2026-04-04", "2026-03-05"),
        ("2026-03-31", "1 month", "2026-04-30", "2026-02-28"),
        ("2026-01-31", "1 month 1 day", "2026-03-01", "2025-12-30"),
        ("2026-08-31", "1 year 6 months", "2028-02-29", "2025-02-28"),  # together: not 2027-08-31, then six months
        ("2024-02-29", "1 year 12 months", "2026-02-28", "2022-02-28"),
        ("2024-02-29", "4 years", "2028-02-29", "2020-02-29"),
        ("2026-01-16", "1 court day", "2026-01-20", "2026-01-15"),
        ("2025-12-31", "1 month 1 court day", "2026-02-02", "2025-11-26"),
        ("2026-03-20", "same day", "2026-03-20", "2026-03-20"),
        ("2026-03-20", "immediately", "2026-03-20", "2026-03-20"),
    ],
)
def test_days(start: str, span: str, ahead: str, back: str) -> None:
    assert end(start, span) == ahead
    assert end(start, span, back=True) == back


@pytest.mark.parametrize(
    ("start", "span", "ahead", "back"),
    [
        ("2026-03-20", "1 day", "2026-03-20", "2026-03-20"),
        ("2025-06-02", "20 days", "2025-06-21", "2025-05-14"),
        ("2026-03-01", "1 month", "2026-03-31", "2026-02-02"),
        ("2026-03-20", "1 week", "2026-03-26", "2026-03-14"),
        ("2026-01-16", "1 court day", "2026-01-16", "2026-01-16"),
        ("2026-01-16", "2 court days", "2026-01-20", "2026-01-15"),
        ("2026-01-17", "1 court day", "2026-01-20", "2026-01-16"),  # a Saturday: there is no first day to count
        ("2026-03-20", "same day", "2026-03-20", "2026-03-20"),
        ("2026-03-20", "0 days", "2026-03-20", "2026-03-20"),
    ],
)
def test_days_with_the_first_day_counted(start: str, span: str, ahead: str, back: str) -> None:
    assert end(start, span, first_day_counted=True) == ahead
    assert end(start, span, first_day_counted=True, back=True) == back


def test_the_first_covered_day_can_be_counted() -> None:
    assert end("2024-01-01", "1 court day", first_day_counted=True) == "2024-01-02"
    assert end("2026-12-31", "1 court day", first_day_counted=True, back=True) == "2026-12-31"


def naive(day: int, months: int, days: int, court_days: int) -> int:
    day = naive_add_months(day, months) + days
    step = 1 if court_days > 0 else -1
    while court_days:
        day += step
        court_days -= step * COURT.is_open(day)
    return day


@given(
    st.integers(parse_day("2025-03-01"), parse_day("2025-10-01")),
    st.tuples(st.integers(0, 6), st.integers(0, 4), st.integers(0, 40), st.integers(0, 40)),
    st.sampled_from([1, -1]),
)
def test_mixed_spans_against_walking(day: int, counts: tuple[int, int, int, int], sign: int) -> None:
    months, weeks, days, court = counts
    span = Span.parse(f"{months} months {weeks} weeks {days} days {court} court days", CALENDARS)
    expected = naive(day, sign * months, sign * (7 * weeks + days), sign * court)
    assert day_adder(span, CALENDARS, back=sign < 0)(day) == expected


@pytest.mark.parametrize(
    ("start", "span", "ahead", "back"),
    [
        ("2026-03-20T14:05", "48 hours", "2026-03-22T14:05", "2026-03-18T14:05"),
        ("2026-03-20T14:05", "90 minutes", "2026-03-20T15:35", "2026-03-20T12:35"),
        ("2026-03-20T14:05", "1 hour 30 minutes", "2026-03-20T15:35", "2026-03-20T12:35"),
        ("2026-03-20T14:05", "0 hours", "2026-03-20T14:05", "2026-03-20T14:05"),
        # Hours are elapsed hours: 23 of them on 8 March, 25 on 1 November.
        ("2026-03-07T14:00", "24 hours", "2026-03-08T15:00", "2026-03-06T14:00"),
        ("2026-10-31T14:00", "24 hours", "2026-11-01T13:00", "2026-10-30T14:00"),
        ("2026-03-08T14:00", "24 hours", "2026-03-09T14:00", "2026-03-07T13:00"),
        # Days in a mixed span keep the time of day, across the change of clocks too.
        ("2026-03-07T14:00", "1 day 2 hours", "2026-03-08T16:00", "2026-03-06T12:00"),
        ("2026-03-07T02:30", "1 day 0 hours", "2026-03-08T03:30", "2026-03-06T02:30"),
        ("2026-01-31T10:00", "1 month 1 hour", "2026-02-28T11:00", "2025-12-31T09:00"),
        ("2026-01-16T10:00", "1 court day 2 hours", "2026-01-20T12:00", "2026-01-15T08:00"),
        # Open hours leave closed days out; 19 January is a court holiday, a Monday.
        ("2026-01-16T10:00", "48 court hours", "2026-01-21T10:00", "2026-01-14T10:00"),
        ("2026-01-17T10:00", "24 court hours", "2026-01-21T00:00", "2026-01-16T00:00"),
        ("2026-01-16T10:00", "14 court hours", "2026-01-17T00:00", "2026-01-15T20:00"),  # ends with the Friday
        ("2026-01-20T10:00", "10 court hours", "2026-01-20T20:00", "2026-01-20T00:00"),
        ("2026-01-16T10:00", "90 court minutes", "2026-01-16T11:30", "2026-01-16T08:30"),
        ("2026-01-16T10:00", "1 court day 24 court hours", "2026-01-21T10:00", "2026-01-14T10:00"),
    ],
)
def test_instants(start: str, span: str, ahead: str, back: str) -> None:
    assert instant_end(start, span) == ahead
    assert instant_end(start, span, back=True) == back


def test_open_hours_on_an_open_day_on_which_clocks_change() -> None:
    every_day = Calendar.from_parts("all", "All", Citation("x"), range(7), {}, COURT.first_day, COURT.last_day)
    day = parse_day("2026-03-08")
    adder = instant_adder(Span.parse("23 all hours", {"all"}), {"all": every_day}, ZONE)
    assert adder(ZONE.midnight[day]) == ZONE.midnight[day + 1]


def test_seconds_within_the_minute_are_kept() -> None:
    last_second = ZONE.midnight[parse_day("2026-01-17")] - 1
    for text in ("1 day 0 hours", "24 hours", "0 days 24 hours"):
        adder = instant_adder(Span.parse(text), {}, ZONE)
        assert adder(last_second) == ZONE.midnight[parse_day("2026-01-18")] - 1


def walk_hours(instant: int, hours: int) -> int:
    """Open hours by looking at every hour, from a full hour on."""
    step = HOUR if hours > 0 else -HOUR
    while hours:
        through = instant if step > 0 else instant + step  # when the hour that is walked through begins
        hours -= COURT.is_open(ZONE.day_of(through)) * (1 if step > 0 else -1)
        instant += step
    return instant


@settings(max_examples=50)
@given(
    st.integers(parse_day("2026-02-01"), parse_day("2026-11-05")),
    st.integers(0, 22),
    st.integers(-60, 60).filter(bool),
)
def test_open_hours_against_walking(day: int, hour: int, hours: int) -> None:
    start = ZONE.midnight[day] + hour * HOUR
    adder = instant_adder(Span.parse(f"{abs(hours)} court hours", CALENDARS), CALENDARS, ZONE, back=hours < 0)
    assert adder(start) == walk_hours(start, hours)


def test_open_hours_end_with_the_calendar() -> None:
    adder = instant_adder(Span.parse("48 court hours", CALENDARS), CALENDARS, ZONE)
    assert adder(ZONE.midnight[parse_day("2026-12-30")]) == ZONE.midnight[parse_day("2027-01-01")]
    with pytest.raises(CalendarEnds, match="up to 2026-12-31"):
        adder(ZONE.midnight[parse_day("2026-12-30")] + 1)
    with pytest.raises(CalendarEnds, match="up to 2026-12-31"):
        adder(ZONE.midnight[parse_day("2027-01-01")])
    back = instant_adder(Span.parse("48 court hours", CALENDARS), CALENDARS, ZONE, back=True)
    with pytest.raises(CalendarEnds, match="from 2024-01-01 on"):
        back(ZONE.midnight[parse_day("2024-01-03")])
    with pytest.raises(CalendarEnds, match="from 2024-01-01 on"):
        adder(ZONE.midnight[parse_day("2023-12-31")])


def test_a_span_is_counted_from_what_it_needs() -> None:
    with pytest.raises(ValueError, match="'48 hours' ends at an hour"):
        day_adder(Span.parse("48 hours"), {})
    for text in ("3 days", "same day"):
        with pytest.raises(ValueError, match=f"'{text}' ends with a day"):
            instant_adder(Span.parse(text), {}, ZONE)


def test_a_calendar_that_is_not_given() -> None:
    span = Span.parse("3 business days", {"business"})
    with pytest.raises(
        UnknownName, match=r"'3 business days' counts by the calendar 'business'; known here are \['court"
    ):
        day_adder(span, CALENDARS)


WEEKEND, HOLIDAY = "01-17..01-18 weekend", "01-19..01-19 Martin Luther King, Jr. Day"


def left_out(text: str, start: str, last: str, *, first_day_counted: bool = False) -> list[str]:
    span = Span.parse(text, CALENDARS)
    ranges = skipped(span, CALENDARS, parse_day(start), parse_day(last), first_day_counted=first_day_counted)
    return [f"{format_day(a)[5:]}..{format_day(b)[5:]} {why}" for a, b, why in ranges]


@pytest.mark.parametrize(
    ("text", "start", "last", "expected"),
    [
        ("30 days", "2026-01-01", "2026-01-31", []),
        ("same day", "2026-01-17", "2026-01-17", []),
        ("1 court day", "2026-01-15", "2026-01-16", []),
        ("1 court day", "2026-01-17", "2026-01-20", ["01-18..01-18 weekend", HOLIDAY]),
        ("1 court day", "2026-01-20", "2026-01-16", [WEEKEND, HOLIDAY]),
        ("24 court hours", "2026-01-17", "2026-01-21", [WEEKEND, HOLIDAY]),
        ("14 court hours", "2026-01-16", "2026-01-17", []),
        ("24 court hours", "2026-01-18", "2026-01-16", [WEEKEND]),
        ("1 month 1 court day", "2025-12-31", "2026-02-02", ["02-01..02-01 weekend"]),
        ("1 court day 30 hours", "2026-01-15", "2026-01-17", []),  # the elapsed hours run through the weekend
        ("1 court day 30 hours", "2026-01-20", "2026-01-14", [WEEKEND, HOLIDAY]),
    ],
)  # fmt: skip
def test_what_a_count_left_out(text: str, start: str, last: str, expected: list[str]) -> None:
    assert left_out(text, start, last) == expected


def test_what_a_count_left_out_with_the_first_day_counted() -> None:
    assert left_out("1 court day", "2026-01-17", "2026-01-20", first_day_counted=True) == [
        WEEKEND,
        HOLIDAY,
    ]
    assert left_out("1 court day", "2026-01-18", "2026-01-16", first_day_counted=True) == [WEEKEND]


@given(
    st.integers(parse_day("2024-06-01"), parse_day("2026-06-01")),
    st.integers(1, 60),
    st.booleans(),
    st.booleans(),
)
def test_days_counted_and_days_left_out_fill_the_time_between(day: int, n: int, back: bool, counted: bool) -> None:
    span = Span.parse(f"{n} court days", CALENDARS)
    last = day_adder(span, CALENDARS, back=back, first_day_counted=counted)(day)
    out = sum(b - a + 1 for a, b, _ in skipped(span, CALENDARS, day, last, first_day_counted=counted))
    if last != day:
        assert abs(last - day) + counted == n + out
