"""Counting a span while the clock may stand still: what is left of it when a pause begins goes on when that ends.

A day is paused if the clock stands still at its end (semantics 35), so that plain days count only days that are not
paused, open days only open ones of these; months and years become days from the start and move by the number of paused
days. Hours and minutes are counted to the second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from icpm_engine.calendars.adding import day_adder, open_seconds_adder, open_seconds_before
from icpm_engine.calendars.opendays import Calendar
from icpm_engine.calendars.spans import CLOCK_UNITS, Span, SpanPart
from icpm_engine.calendars.zones import Zone

NEVER: Final = 2**62
"""The end of a pause that goes on."""
_SECONDS: Final = {"hours": 3600, "minutes": 60}


class Stops(NamedTuple):
    """When a clock stands still, in order: days (first, last), and to the second (from, until); NEVER if it goes on."""

    days: tuple[tuple[int, int], ...] = ()
    seconds: tuple[tuple[int, int], ...] = ()


NO_STOPS: Final = Stops()


class Count(NamedTuple):
    """The day or instant that a count comes to; while the clock stands still, as if it went on from there.

    `left` says how much is left of it then, in its own units; it is empty where the clock does not stand still.
    """

    end: int
    left: str = ""


class PausableSpan:
    """One span of a rule, ready to be counted past pauses. Counting raises CalendarEnds."""

    def __init__(
        self, span: Span, calendars: Mapping[str, Calendar], zone: Zone, *, first_day_counted: bool = False
    ) -> None:
        plain = tuple(part for part in span.parts if part.calendar is None and part.unit not in CLOCK_UNITS)
        clock = [part for part in span.parts if part.unit in CLOCK_UNITS]
        self.span = span
        self.zone = zone
        self.calendar = calendars[span.calendars[0]] if span.calendars else None
        self.first = 1 if first_day_counted and span.parts and not span.timed else 0
        self.plain = day_adder(Span(plain), {}) if plain else None
        self.open_days = sum(part.count for part in span.parts if part.calendar and part.unit == "days")
        self.elapsed = sum(part.count * _SECONDS[part.unit] for part in clock if part.calendar is None)
        self.open_seconds = sum(part.count * _SECONDS[part.unit] for part in clock if part.calendar is not None)

    def day(self, day: int, stops: Stops) -> Count:
        """The last day of the span after a day."""
        return _through(day, self._of_days(day, stops.days))

    def instant(self, instant: int, stops: Stops) -> Count:
        """The instant at the end of the span after an instant; days before hours keep the time of day."""
        day, minute = self.zone.local(instant)
        moved = self.day(day, stops)
        begin = instant if moved.end == day else self.zone.instant(moved.end, minute) + instant % 60
        if moved.left:
            rest = begin + self.elapsed
            if self.open_seconds:
                rest = self._open(self.open_seconds)(rest)
            return Count(rest, _and(moved.left, clock_words(self.elapsed or self.open_seconds, self._adjective)))
        return _through(begin, self._of_seconds(stops.seconds))

    @property
    def _adjective(self) -> str:
        return f"{self.span.calendars[0]} " if self.open_seconds else ""

    def _of_days(self, day: int, stops: tuple[tuple[int, int], ...]) -> Iterator[Step]:
        """The parts in the order in which they are counted: calendar days first, then open days."""
        open_words = str(SpanPart(self.open_days, "days", self.span.calendars[0])) if self.open_days else ""
        if self.plain is not None:
            length = self.plain(day) - day
            yield lambda at: _days_past(at - self.first, length, stops, open_words)
        if self.open_days and self.calendar is not None:
            calendar, first = self.calendar, self.first if self.plain is None else 0
            yield lambda at: self._open_days_past(at - first, calendar, stops)

    def _open_days_past(self, at: int, calendar: Calendar, stops: tuple[tuple[int, int], ...]) -> Count:
        left = self.open_days
        end = calendar.add(at, left)
        for first, last in stops:
            begin = max(first, at + 1)
            if begin > end:
                break
            if last < begin:
                continue
            left -= calendar.through[begin - 1] - calendar.through[at]
            if last == NEVER:
                return Count(end, str(SpanPart(left, "days", self.span.calendars[0])))
            at = last
            end = calendar.add(at, left)
        return Count(end)

    def _of_seconds(self, stops: tuple[tuple[int, int], ...]) -> Iterator[Step]:
        if self.elapsed:
            yield lambda at: _seconds_past(at, self.elapsed, stops)
        if self.open_seconds:
            yield lambda at: self._open_seconds_past(at, stops)

    def _open(self, seconds: int) -> Callable[[int], int]:
        if self.calendar is None:
            raise ValueError(f"'{self.span}' counts no open time")
        return open_seconds_adder(self.calendar, self.zone, seconds)

    def _open_seconds_past(self, at: int, stops: tuple[tuple[int, int], ...]) -> Count:
        calendar, left = self.calendar, self.open_seconds
        end = self._open(left)(at)
        for begin, until in stops:
            stop = max(begin, at)
            if stop >= end:
                break
            if until <= stop or calendar is None:
                continue
            passed = open_seconds_before(calendar, self.zone, stop) - open_seconds_before(calendar, self.zone, at)
            left -= passed
            if until == NEVER:
                return Count(end, clock_words(left, self._adjective))
            at = until
            end = self._open(left)(at)
        return Count(end)


Step: TypeAlias = Callable[[int], Count]


def _through(start: int, steps: Iterator[Step]) -> Count:
    """One step after the other; what stands still in one of them stands still."""
    end, left = start, ""
    for step in steps:
        found = step(end)
        end, left = found.end, left or found.left
    return Count(end, left)


def _days_past(at: int, length: int, stops: tuple[tuple[int, int], ...], after: str) -> Count:
    end = at + length
    for first, last in stops:
        begin = max(first, at + 1)
        if begin > end:
            break
        if last == NEVER:
            return Count(end, _and(str(SpanPart(end - begin + 1, "days")), after))
        if last >= begin:
            end += last - begin + 1
    return Count(end)


def _seconds_past(at: int, length: int, stops: tuple[tuple[int, int], ...]) -> Count:
    end = at + length
    for begin, until in stops:
        stop = max(begin, at)
        if stop >= end:
            break
        if until == NEVER:
            return Count(end, clock_words(end - stop))
        if until > stop:
            end += until - stop
    return Count(end)


def clock_words(seconds: int, adjective: str = "") -> str:
    """A length of time in hours and minutes, as spans are written; below a minute it is rounded down."""
    hours, minutes = divmod(seconds // 60, 60)
    parts = [(hours, "hour"), (minutes, "minute")]
    said = [f"{count} {adjective}{unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(said) or f"0 {adjective}minutes"


def _and(one: str, other: str) -> str:
    return f"{one} {other}".strip()
