"""Days, hours, spans and moments, counted the slow way: one day at a time, with nothing looked up in a table."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
UNIT = r"(minute|hour|day|week|month|year)s?"
PART = re.compile(rf"(\d+)\s+(?:([A-Za-z][\w-]*)\s+)?{UNIT}(?:\s+|$)")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class CalendarEndsError(Exception):
    """A count needs a day that the calendar does not cover; `name` is the calendar's adjective."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the calendar {name!r} does not cover the day that is asked for")
        self.name = name


@dataclass(frozen=True)
class OpenDays:
    """Closed dates, and Saturdays and Sundays unless the calendar says `weekends: open`."""

    name: str
    closed: frozenset[date]
    first: date = date.min
    last: date = date.max
    weekends_open: bool = False
    known: tuple[tuple[date, date], ...] = ()  # closed days that became known only on some day, with that day

    def known_on(self, day: date) -> OpenDays:
        """The same without the closed days of which nobody knew yet."""
        unheard = {closed for closed, since in self.known if since > day}
        return replace(self, closed=self.closed - unheard) if unheard else self

    def is_open(self, day: date) -> bool:
        """Whether the office is open; raises CalendarEndsError outside the days that the calendar covers."""
        if not self.first <= day <= self.last:
            raise CalendarEndsError(self.name)
        return day not in self.closed and (self.weekends_open or day.weekday() < 5)


@dataclass(frozen=True)
class Span:
    """Parts of (count, unit, adjective), or a word (`same day`, `immediately`)."""

    parts: tuple[tuple[int, str, str], ...]
    word: str = ""

    @property
    def timed(self) -> bool:
        """Whether any part counts minutes or hours."""
        return any(unit in ("minute", "hour") for _, unit, _ in self.parts)


@cache
def read_span(text: str) -> Span | None:
    """The span that a text says, or None when the text is something else (a name, for example)."""
    if text in ("same day", "immediately"):
        return Span((), text)  # semantics 10: `immediately` is counted as the same local day
    parts, place = [], 0
    while match := PART.match(text, place):
        parts.append((int(match[1]), match[3], match[2] or ""))
        place = match.end()
    return Span(tuple(parts)) if parts and place == len(text) else None


def longer_by(one: Span, other: Span) -> tuple[float, float]:
    """By how many minutes one span is longer than another, at least and at most; an open day is a day or longer."""
    at_least = at_most = 0.0
    counts: dict[tuple[str, str], int] = {}
    for sign, span in ((1, one), (-1, other)):
        for count, unit, adjective in span.parts:
            key = ("month" if unit == "year" else unit, adjective)
            counts[key] = counts.get(key, 0) + sign * count * (12 if unit == "year" else 1)
    for (unit, adjective), count in counts.items():
        if unit == "month":
            days = month_days(abs(count))
            least, most = min(days) * 1440.0, max(days) * 1440.0
        else:
            least = most = abs(count) * {"minute": 1.0, "hour": 60.0, "day": 1440.0, "week": 10080.0}[unit]
        if adjective and count:
            most = float("inf")
        at_least += least if count > 0 else -most
        at_most += most if count > 0 else -least
    return at_least, at_most


@cache
def month_days(months: int) -> frozenset[int]:
    """All the numbers of days that so many months can have, by whatever month they begin with."""
    firsts = [date(year, month, 1) for year in range(1999, 2400) for month in range(1, 13)]
    return frozenset((add_months(first, months) - first).days for first in firsts)


@cache
def utc(zone: str, day: date, minute: int) -> datetime:
    """UTC instant of a minute of a zone's day."""
    hour, rest = divmod(minute, 60)
    return datetime(day.year, day.month, day.day, hour, rest, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True)
class Zone:
    """Local time of one county."""

    name: str

    def instant(self, day: date, minute: int) -> datetime:
        """UTC instant of a local minute; a skipped minute moves forward, an ambiguous one is the first."""
        return utc(self.name, day, minute)

    def midnight(self, day: date) -> datetime:
        """First instant of a local day."""
        return self.instant(day, 0)

    def end(self, day: date) -> datetime:
        """Last second of a local day."""
        return self.midnight(day + DAY) - SECOND

    def day_of(self, instant: datetime) -> date:
        """Local day of an instant."""
        return instant.astimezone(ZoneInfo(self.name)).date()

    def local(self, instant: datetime) -> datetime:
        """Local wall time of an instant, without its zone."""
        return instant.astimezone(ZoneInfo(self.name)).replace(tzinfo=None)


@dataclass(frozen=True)
class Moment:
    """A point in time as well as it is known: it lies between `first` and `last` (UTC), both included.

    `whole`: a date, so the whole day is meant. `event`: the place of the event whose time this is (semantics 3).
    `root`: the root id of the event that it was read from.
    """

    day: date
    first: datetime
    last: datetime
    whole: bool = False
    event: float | None = None
    root: str | None = field(default=None, compare=False)

    @property
    def exact(self) -> bool:
        """Whether the instant is known."""
        return self.first == self.last


def whole_day(zone: Zone, day: date, root: str | None = None) -> Moment:
    """A date."""
    return Moment(day, zone.midnight(day), zone.end(day), whole=True, root=root)


def timed(zone: Zone, instant: datetime, root: str | None = None) -> Moment:
    """An instant."""
    return Moment(zone.day_of(instant), instant, instant, root=root)


def on_day(zone: Zone, day: date, minute: int | None, root: str | None = None) -> Moment:
    """A moment of a day whose hour may be missing."""
    if minute is None:
        return Moment(day, zone.midnight(day), zone.end(day), root=root)
    return timed(zone, zone.instant(day, minute), root)


def as_date(zone: Zone, moment: Moment) -> Moment:
    """The whole day of a moment."""
    return replace(whole_day(zone, moment.day), root=moment.root)


def earlier(one: Moment, other: Moment) -> bool | None:
    """Whether one moment lies strictly before another; None when the hours that would tell are missing."""
    if one.event is not None and one.event == other.event:
        return False  # semantics 3: an event is neither before nor after itself
    # semantics 4: a date is a whole day, so that strictly before it means the day before, strictly after it the day
    # after; a moment without its hour makes the other days sure and its own day undetermined
    least, most = (one.last, one.last) if one.whole else (one.first, one.last)
    edge_least, edge_most = (other.first, other.first) if other.whole else (other.first, other.last)
    if most < edge_least:
        return True
    if least >= edge_most:
        return False
    return None


def add_months(day: date, months: int) -> date:
    """Calendar months, clamped to the end of the month (31 January, 28 February, 31 March from one origin)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_open_days(day: date, count: int, days: OpenDays) -> date:
    """So many open days ahead, or back if negative, walked one day at a time; the day itself is not counted."""
    step = DAY if count > 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while not days.is_open(day):
            day += step
    return day


def add_day_parts(day: date, span: Span, sign: int, calendars: dict[str, OpenDays]) -> date:
    """The parts of a span that count days or more. Years and months that stand side by side are counted at once."""
    months = 0
    for count, unit, adjective in span.parts:
        if unit in ("month", "year"):
            months += sign * count * (12 if unit == "year" else 1)
            continue
        day, months = add_months(day, months), 0
        if adjective and unit == "day":
            day = add_open_days(day, sign * count, calendars[adjective])
        elif unit in ("day", "week"):
            day += sign * count * DAY * (7 if unit == "week" else 1)
    return add_months(day, months)


def add_hours(instant: datetime, span: Span, sign: int, calendars: dict[str, OpenDays], zone: Zone) -> datetime:
    """The minutes and hours of a span: elapsed time (semantics 38); with an adjective only time on open days counts."""
    for count, unit, adjective in span.parts:
        minutes = count * (60 if unit == "hour" else 1) if unit in ("minute", "hour") else 0
        if not adjective:
            instant += sign * timedelta(minutes=minutes)
        elif minutes:
            instant = walk_open_minutes(instant, sign * minutes, calendars[adjective], zone)
    return instant


@cache
def walk_open_minutes(instant: datetime, minutes: int, days: OpenDays, zone: Zone) -> datetime:
    """Minute by minute, counting only those that lie on open days."""
    step = timedelta(minutes=1 if minutes > 0 else -1)
    left = abs(minutes)
    while left:
        passed = min(instant, instant + step)  # the minute that is being lived through
        instant += step
        left -= days.is_open(zone.day_of(passed))
    return instant


def shift(moment: Moment, span: Span, sign: int, calendars: dict[str, OpenDays], zone: Zone) -> Moment:
    """A span after (sign 1) or before (-1) a moment: a whole day for spans in days, else an instant or a range."""
    if not span.timed:
        return replace(whole_day(zone, add_day_parts(moment.day, span, sign, calendars)), root=moment.root)
    ends = []
    for instant in (moment.first, moment.last):
        day = zone.day_of(instant)
        moved = add_day_parts(day, span, sign, calendars)
        wall = zone.local(instant)
        start = instant if moved == day else zone.instant(moved, wall.hour * 60 + wall.minute)
        ends.append(add_hours(start, span, sign, calendars, zone))
    return Moment(zone.day_of(ends[1]), ends[0], ends[1], root=moment.root)


def roll(day: date, ahead: bool, days: OpenDays) -> date:
    """The day itself if it is open, else the next (or previous) open one."""
    while not days.is_open(day):
        day += DAY if ahead else -DAY
    return day


def end_of(day: date, unit: str, following: bool) -> date:
    """Last day of the day's week, month, quarter or year (or of the following one). A week ends on Sunday."""
    if unit == "day":
        return day + DAY if following else day
    if unit == "week":
        return day + DAY * (6 - day.weekday() + (7 if following else 0))
    size = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = date(day.year, (day.month - 1) // size * size + 1, 1)
    return add_months(first, size * (2 if following else 1)) - DAY
