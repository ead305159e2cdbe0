"""Dates worked out by hand from the published court holidays of 2026, and from a county's business days of 2025."""

from __future__ import annotations

import pytest

from icpm_engine.calendars import Calendar, Span, day_adder, format_day, parse_day, roll, skipped
from tests.calendars.files import calendar

CALENDARS = {
    "court": calendar("california-courts"),
    "county": calendar("california-county-business"),
    "federal": calendar("us-federal"),
    "federal_and_friday": calendar("us-federal-and-day-after-thanksgiving"),
}


def end(start: str, text: str, *, back: bool = False) -> str:
    adder = day_adder(Span.parse(text, CALENDARS), CALENDARS, back=back)
    return format_day(adder(parse_day(start)))


def rolled(day: str, direction: str, by: Calendar = CALENDARS["court"]) -> str:
    return format_day(roll(parse_day(day), by, direction))


@pytest.mark.parametrize(
    ("start", "span", "expected"),
    [
        ("2026-01-05", "15 court days", "2026-01-27"),
        ("2026-11-25", "3 court days", "2026-12-02"),
        ("2026-11-25", "3 county days", "2026-12-02"),
        ("2026-02-09", "5 court days", "2026-02-18"),
        ("2026-02-09", "5 county days", "2026-02-17"),  # Lincoln's Birthday closes courts only
        ("2026-06-15", "7 court days", "2026-06-25"),
        # Decided on a Friday before Labor Day; then on the Wednesday before Thanksgiving, in two kinds of county.
        ("2025-08-29", "3 federal days", "2025-09-04"),
        ("2025-08-29", "2 federal days", "2025-09-03"),
        ("2025-11-26", "3 federal days", "2025-12-02"),
        ("2025-11-26", "3 federal_and_friday days", "2025-12-03"),
        ("2025-05-14", "14 federal days", "2025-06-04"),  # over Memorial Day
        ("2025-10-10", "1 federal day", "2025-10-14"),  # over Columbus Day
        ("2025-05-23", "2 federal days", "2025-05-28"),
    ],
)
def test_open_days(start: str, span: str, expected: str) -> None:
    assert end(start, span) == expected


@pytest.mark.parametrize(
    ("start", "span", "raw", "after_rolling"),
    [
        ("2026-02-06", "10 days", "2026-02-16", "2026-02-17"),
        ("2026-03-01", "30 days", "2026-03-31", "2026-04-01"),
        ("2026-09-27", "60 days", "2026-11-26", "2026-11-30"),
        ("2026-10-01", "60 days", "2026-11-30", "2026-11-30"),
    ],
)
def test_calendar_days_rolled_as_section_12a_says(start: str, span: str, raw: str, after_rolling: str) -> None:
    assert end(start, span) == raw
    assert rolled(raw, "next") == after_rolling


def test_back_from_a_hearing() -> None:
    assert end("2026-12-14", "10 days", back=True) == "2026-12-04"
    assert end("2026-12-07", "10 days", back=True) == "2026-11-27"
    assert rolled("2026-11-27", "previous") == "2026-11-25"


def test_the_proof_names_the_days_left_out() -> None:
    start, span = parse_day("2026-01-05"), Span.parse("15 court days", CALENDARS)
    last = day_adder(span, CALENDARS)(start)
    left_out = [(format_day(a), format_day(b), why) for a, b, why in skipped(span, CALENDARS, start, last)]
    assert left_out == [
        ("2026-01-10", "2026-01-11", "weekend"),
        ("2026-01-17", "2026-01-18", "weekend"),
        ("2026-01-19", "2026-01-19", "Martin Luther King, Jr. Day"),
        ("2026-01-24", "2026-01-25", "weekend"),
    ]
