"""Dates as ints: months and their ends by table, ISO text in and out."""

from __future__ import annotations

import functools
import re
from datetime import date
from typing import Final

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

LAST_DAY: Final = date.max.toordinal()
_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_MONTHS_IN: Final = {"month": 1, "quarter": 3, "year": 12}


class _MonthOf(dict[int, int]):
    """day -> month, counted from January of the year 0; filled as days are asked for."""

    def __missing__(self, day: int) -> int:
        at = date.fromordinal(day)
        self[day] = month = at.year * 12 + at.month - 1
        return month


class _FirstOf(dict[int, int]):
    """month -> its first day; filled as months are asked for."""

    def __missing__(self, month: int) -> int:
        self[month] = first = date(month // 12, month % 12 + 1, 1).toordinal()
        return first


MONTH_OF: Final = _MonthOf()
FIRST_OF: Final = _FirstOf({date.max.year * 12 + 12: LAST_DAY + 1})  # so that the last month of all has an end


def add_months(day: int, n: int) -> int:
    """The same day of the month n months later (n < 0: earlier), or that month's last day if it is shorter.

    31 January + 1 is 28 or 29 February. Raises ValueError past the year 9999.
    """
    month = MONTH_OF[day]
    target = month + n
    moved = FIRST_OF[target] + day - FIRST_OF[month]
    last = FIRST_OF[target + 1] - 1
    if moved > last:
        return last
    return moved


def month_end(day: int) -> int:
    """The last day of the month that a day lies in."""
    return FIRST_OF[MONTH_OF[day] + 1] - 1


def end_of(day: int, unit: str, *, next: bool = False) -> int:  # noqa: A002 - the rule's word: "end of next month"
    """The last day of the week (a Sunday), month, quarter or year that holds a day, or of the next one."""
    ahead = 1 if next else 0
    if unit == "day":
        return day + ahead
    if unit == "week":
        return day + -day % 7 + 7 * ahead
    if unit not in _MONTHS_IN:
        raise ValueError(f"expected the end of a day, week, month, quarter or year, found {unit!r}")
    size = _MONTHS_IN[unit]
    month = MONTH_OF[day]
    return FIRST_OF[month - month % size + size * (1 + ahead)] - 1


def weekday_of(day: int) -> int:
    """0 for Monday to 6 for Sunday."""
    return (day - 1) % 7


def parse_day(text: str) -> int:
    """The day of a date written as 2026-03-20, and in no other way. Raises ValueError."""
    if len(text) != len("2026-03-20") or text[4] != "-" or text[7] != "-":
        raise ValueError(f"expected a date like 2026-03-20, found {text[:40]!r}")
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        raise ValueError(f"expected a date like 2026-03-20, found {text!r}, which is no day of any year") from None


@functools.lru_cache(maxsize=8192)
def format_day(day: int) -> str:
    """A day as 2026-03-20."""
    return date.fromordinal(day).isoformat()


def parse_clock(text: str) -> int:
    """The minute of the day of 14:05. Raises ValueError."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(f"expected a time of day like 14:05, found {text[:40]!r}")
    return int(found[1]) * 60 + int(found[2])


def format_clock(minute: int) -> str:
    """A minute of the day as 14:05."""
    return f"{minute // 60:02}:{minute % 60:02}"


def parse_moment(text: str) -> tuple[int, int]:
    """Day and minute of 2026-03-20T14:05; of 2026-03-20, the day and -1. Raises ValueError."""
    date_text, t, clock = text.partition("T")
    try:
        return parse_day(date_text), parse_clock(clock) if t else -1
    except ValueError as error:
        raise ValueError(f"{error} (in {text[:40]!r}; expected 2026-03-20 or 2026-03-20T14:05)") from None


def format_moment(day: int, minute: int) -> str:
    """A moment as 2026-03-20T14:05, or as 2026-03-20 when its hour is missing (minute -1)."""
    return format_day(day) if minute < 0 else f"{format_day(day)}T{format_clock(minute)}"
