"""Counting a span from a day or an instant: closures with their tables bound, made once for each rule.

Leave out the first day, count the last. Years and months go first and together, then weeks and days, then open days,
then hours and minutes. Counting back mirrors it. Nothing rolls of itself.
"""

from __future__ import annotations

import functools
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

from icpm_engine.calendars.dates import add_months
from icpm_engine.calendars.opendays import Adder, Calendar, DayRange
from icpm_engine.calendars.spans import CLOCK_UNITS, Span, SpanPart
from icpm_engine.calendars.zones import Zone
from icpm_engine.errors import UnknownName

_MONTHS: Final = {"years": 12, "months": 1}
_DAYS: Final = {"weeks": 7, "days": 1}
_SECONDS: Final = {"hours": 3600, "minutes": 60}


def day_adder(
    span: Span, calendars: Mapping[str, Calendar], *, back: bool = False, first_day_counted: bool = False
) -> Adder:
    """Day -> the last day of the span after it (before it, if `back`).

    With `first_day_counted` the start is day one if it counts at all: of open days only an open one. The adder raises
    CalendarEnds. Raises ValueError for a span in hours, UnknownName for a calendar that is not given.
    """
    if span.timed:
        raise ValueError(f"'{span}' ends at an hour; count it from an instant, not from a day")
    return _chain(_day_steps(span, calendars, back=back, first_day_counted=first_day_counted))


def instant_adder(span: Span, calendars: Mapping[str, Calendar], zone: Zone, *, back: bool = False) -> Adder:
    """Instant -> the instant at the end of the span after it (before it, if `back`).

    Hours are elapsed hours; days before them keep the time of day; in open hours ("48 court hours") closed days are
    left out from midnight to midnight. The adder raises CalendarEnds. Raises ValueError for a span without hours,
    UnknownName for a calendar that is not given.
    """
    if not span.timed:
        raise ValueError(f"'{span}' ends with a day; count it from a day, not from an instant")
    sign = -1 if back else 1
    steps = [_at_same_time(step, zone) for step in _day_steps(span, calendars, back=back)]
    seconds = sign * _total(span, _SECONDS, open_time=False)
    if seconds:
        steps.append(_plus(seconds))
    open_seconds = sign * _total(span, _SECONDS, open_time=True)
    if open_seconds:
        steps.append(open_seconds_adder(_calendar(span, calendars), zone, open_seconds))
    return _chain(steps)


def skipped(
    span: Span,
    calendars: Mapping[str, Calendar],
    anchor_day: int,
    end_day: int,
    *,
    first_day_counted: bool = False,
) -> list[DayRange]:
    """The days that a count of open time from one day to another left out, as ranges (first, last, why), for proofs.

    `end_day` is the day before any rolling; if it lies before the anchor, the count went back. Raises CalendarEnds.
    """
    if not span.calendars:
        return []
    calendar = _calendar(span, calendars)
    back = end_day < anchor_day
    start = _chain(_day_steps(span, calendars, back=back, open_days=False))(anchor_day)
    hours = [part for part in span.parts if part.unit in CLOCK_UNITS]
    if hours and hours[0].calendar is None:  # elapsed hours come after the open days, and leave nothing out
        open_days = _total(span, _DAYS, open_time=True)
        end_day = calendar.add(start, -open_days if back else open_days)
    elif hours:  # an hour count leaves its first day out only if that is closed, and ends in an open day or as it ends
        return calendar.closed(end_day, start) if back else calendar.closed(start, end_day - 1)
    left_out = 0 if first_day_counted else 1
    return calendar.closed(end_day, start - left_out) if back else calendar.closed(start + left_out, end_day)


def roll(day: int, calendar: Calendar, direction: str) -> int:
    """The day itself if it is open, else the `next` or `previous` open day. Raises CalendarEnds."""
    if direction == "next":
        return calendar.next_open(day)
    if direction == "previous":
        return calendar.previous_open(day)
    raise ValueError(f"expected a roll to the next or the previous open day, found {direction!r}")


def _day_steps(
    span: Span,
    calendars: Mapping[str, Calendar],
    *,
    back: bool,
    first_day_counted: bool = False,
    open_days: bool = True,
) -> list[Adder]:
    """The counting of a span's days, one adder for each kind of unit in it."""
    sign = -1 if back else 1
    steps = []
    months = _total(span, _MONTHS, open_time=False)
    if months:
        steps.append(_months_adder(sign * months))
    days = _total(span, _DAYS, open_time=False)
    counted = _total(span, _DAYS, open_time=True) if open_days else 0
    if first_day_counted and (months or days or counted):
        days -= 1  # the count begins as if one day earlier
    if days:
        steps.append(_plus(sign * days))
    if counted:
        steps.append(_calendar(span, calendars).adder(sign * counted))
    return steps


def _total(span: Span, sizes: Mapping[str, int], *, open_time: bool) -> int:
    """The sum of the span's parts in some units, either of open time or of plain time."""

    def wanted(part: SpanPart) -> bool:
        return part.unit in sizes and (part.calendar is not None) is open_time

    return sum(part.count * sizes[part.unit] for part in span.parts if wanted(part))


def _calendar(span: Span, calendars: Mapping[str, Calendar]) -> Calendar:
    (name,) = span.calendars
    if name not in calendars:
        raise UnknownName(f"'{span}' counts by the calendar '{name}'; known here are {sorted(calendars)}")
    return calendars[name]


def _chain(steps: Sequence[Adder]) -> Adder:
    if len(steps) == 1:
        return steps[0]

    def chain(value: int) -> int:
        for step in steps:
            value = step(value)
        return value

    return chain


def _plus(n: int) -> Adder:
    def plus(value: int) -> int:
        return value + n

    return plus


def _months_adder(n: int) -> Adder:
    def months(day: int) -> int:
        return add_months(day, n)

    return months


def _at_same_time(add: Adder, zone: Zone) -> Adder:
    def same_time(instant: int) -> int:
        day, minute = zone.local(instant)
        return zone.instant(add(day), minute) + instant % 60

    return same_time


def open_seconds_adder(calendar: Calendar, zone: Zone, n: int) -> Adder:
    """Instant -> the instant n open seconds after it (before it, if n < 0). The adder raises CalendarEnds."""

    def add(instant: int) -> int:
        starts, before = _open_seconds(calendar, zone)
        target = open_seconds_before(calendar, zone, instant) + n
        if not 0 <= target <= before[-1]:
            raise calendar.ends(before=n < 0)
        # On the border of two open days a count ahead has ended with the first, a count back with the second.
        at = (bisect_left(before, target) if n > 0 else bisect_right(before, target)) - 1
        return starts[at] + target - before[at]

    return add


def open_seconds_before(calendar: Calendar, zone: Zone, instant: int) -> int:
    """How many open seconds lie between the first covered day and an instant. Raises CalendarEnds."""
    day = zone.day_of(instant)
    try:
        number = calendar.through[day - 1]
        opened = calendar.through[day] != number
    except KeyError:
        raise calendar.ends(before=day < calendar.first_day) from None
    return _open_seconds(calendar, zone)[1][number] + (instant - zone.midnight[day] if opened else 0)


@functools.lru_cache(maxsize=64)
def _open_seconds(calendar: Calendar, zone: Zone) -> tuple[list[int], list[int]]:
    """When each open day begins; how many open seconds lie before it and, as one entry more, in all of the cover."""
    midnight = zone.midnight
    starts = [midnight[day] for day in calendar.nth.values()]
    lengths = (midnight[day + 1] - midnight[day] for day in calendar.nth.values())
    return starts, [0, *accumulate(lengths)]
