"""Calendars of open days: which days count, over which years that is known, and why a day does not count."""

from __future__ import annotations

import functools
import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping
from typing import Final, Literal

import attrs

from icpm_engine.calendars.dates import WEEKDAYS, format_day, parse_day, weekday_of
from icpm_engine.errors import CalendarEnds

Adder = Callable[[int], int]
DayRange = tuple[int, int, str]  # first day, last day, why
_WEEKEND: Final = frozenset({5, 6})


@attrs.frozen
class Citation:
    """What a calendar rests on.

    `seen`: its text was read (seen), read in somebody else's words (secondary), or not checked (background).
    """

    title: str
    link: str | None = None
    checked: str | None = None  # ISO date of the last check
    seen: Literal["seen", "secondary", "background"] = "background"


@attrs.frozen(eq=False, repr=False)
class Calendar:
    """The open days of an office, from a first to a last day that its data cover. Made by `from_parts`.

    A closed day may be known only from some day on: an emergency, a holiday that was learned late. The calendar itself
    is that of somebody who knows all, and `known_on` gives that of a day.

    Counting rests on two tables: the open days by number (1 is the first of all), and the running count of open days
    through each day. Whatever leaves the covered days raises CalendarEnds; nothing is ever guessed.
    """

    name: str
    title: str
    source: Citation
    weekdays_open: tuple[int, ...]  # Monday is 0
    reasons: Mapping[int, str]  # day -> why it is closed, beside the closed weekdays
    first_day: int
    last_day: int
    digest: str  # hash of all of the above
    nth: Mapping[int, int]  # number -> open day
    through: Mapping[int, int]  # day -> how many open days there are from the first covered day through it
    known: Mapping[int, int] = attrs.Factory(dict)  # closed day -> from which day on that was known
    news: tuple[int, ...] = ()  # the days on which a closed day became known
    _stages: dict[int, Calendar] = attrs.field(init=False, factory=dict)

    @classmethod
    def from_parts(
        cls,
        name: str,
        title: str,
        source: Citation,
        weekdays_open: Collection[int],
        closed: Mapping[int, str],
        first_day: int,
        last_day: int,
        *,
        known: Mapping[int, int] | None = None,
    ) -> Calendar:
        """A calendar from its data: open weekdays (Monday is 0), closed days with reasons, first and last day covered.

        `known`: from which day on it was known of a closed day. Raises ValueError if they contradict each other.
        """
        weekdays = tuple(sorted(set(weekdays_open)))
        _check(name, weekdays, closed, first_day, last_day)
        days = range(first_day, last_day + 1)
        open_days = [day for day in days if weekday_of(day) in weekdays and day not in closed]
        through = {first_day - 1: 0}  # so that the day before the first may start a count
        nth = dict(enumerate(open_days, 1))
        is_open = set(open_days)
        count = 0
        for day in days:
            through[day] = count = count + (day in is_open)
        reasons = dict(sorted(closed.items()))
        since = dict(sorted((known or {}).items()))
        digest = _digest(name, title, source, weekdays, reasons, first_day, last_day, *([since] if since else []))
        news = tuple(sorted(set(since.values())))
        return cls(name, title, source, weekdays, reasons, first_day, last_day, digest, nth, through, since, news)

    def known_on(self, day: int) -> Calendar:
        """The calendar as it was known on a day: without the closed days that became known later."""
        stage = bisect_right(self.news, day)
        if stage == len(self.news):
            return self
        found = self._stages.get(stage)
        if found is None:
            closed = {one: why for one, why in self.reasons.items() if self.known.get(one, day) <= day}
            known = {one: since for one, since in self.known.items() if one in closed}
            told = (self.name, self.title, self.source, self.weekdays_open, closed, self.first_day, self.last_day)
            found = self._stages[stage] = Calendar.from_parts(*told, known=known)
        return found

    def __repr__(self) -> str:
        return f"Calendar({self.name!r}, {format_day(self.first_day)}..{format_day(self.last_day)})"

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Calendar) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def is_open(self, day: int) -> bool:
        """Whether a day counts. Raises CalendarEnds for a day that is not covered."""
        try:
            return self.through[day] != self.through[day - 1]
        except KeyError:
            raise self.ends(before=day < self.first_day) from None

    def add(self, day: int, n: int) -> int:
        """The n-th open day after a day (before it, if n < 0); the day itself is never counted. Raises CalendarEnds."""
        try:
            if n > 0:
                return self.nth[self.through[day] + n]
            if n < 0:
                return self.nth[self.through[day - 1] + 1 + n]
        except KeyError:
            raise self._left(day, n) from None
        return day

    def adder(self, n: int) -> Adder:
        """`add` for one n, with the tables bound."""
        nth, through = self.nth, self.through

        def ahead(day: int) -> int:
            try:
                return nth[through[day] + n]
            except KeyError:
                raise self._left(day, n) from None

        def back(day: int) -> int:
            try:
                return nth[through[day - 1] + 1 + n]
            except KeyError:
                raise self._left(day, n) from None

        return ahead if n > 0 else back if n < 0 else _same

    def next_open(self, day: int) -> int:
        """The day itself if it is open, else the next open day. Raises CalendarEnds."""
        return self.add(day - 1, 1)

    def previous_open(self, day: int) -> int:
        """The day itself if it is open, else the last open day before it. Raises CalendarEnds."""
        return self.add(day + 1, -1)

    def closed(self, first: int, last: int) -> list[DayRange]:
        """The closed days from first to last, as ranges (first, last, reason). Raises CalendarEnds."""
        ranges: list[DayRange] = []
        for day in range(first, last + 1):
            if self.is_open(day):
                continue
            why = self.why_closed(day)
            if ranges and ranges[-1][1:] == (day - 1, why):
                ranges[-1] = (ranges[-1][0], day, why)
            else:
                ranges.append((day, day, why))
        return ranges

    def why_closed(self, day: int) -> str:
        """Why a closed day is closed: the holiday's name, `weekend`, or the name of a weekday that is never open."""
        weekday = weekday_of(day)
        weekend = weekday in _WEEKEND and _WEEKEND.isdisjoint(self.weekdays_open)
        why = self.reasons.get(day) or ("weekend" if weekend else WEEKDAYS[weekday].capitalize())
        return f"{why}, known since {format_day(self.known[day])}" if day in self.known else why

    def ends(self, *, before: bool) -> CalendarEnds:
        """The error to raise for a day before the first covered one, or for one past the last."""
        first = format_day(self.first_day) if before else None
        return CalendarEnds(self.name, format_day(self.last_day), first_day=first)

    def _left(self, day: int, n: int) -> CalendarEnds:
        return self.ends(before=day + 1 < self.first_day if n > 0 else day - 1 <= self.last_day)


def _same(day: int) -> int:
    return day


@functools.cache
def monday_to_friday() -> Calendar:
    """Every Monday to Friday, without any holiday: for rolls that name no calendar."""
    source = Citation("Monday to Friday by definition; no holidays")
    first, last = parse_day("1980-01-01"), parse_day("2069-12-31")
    return Calendar.from_parts("monday-to-friday", "Monday to Friday", source, range(5), {}, first, last)


def _check(name: str, weekdays: tuple[int, ...], closed: Mapping[int, str], first_day: int, last_day: int) -> None:
    if not weekdays or not set(weekdays) <= set(range(7)):
        raise ValueError(f"the calendar {name} must be open on some weekday from 0 (Monday) to 6, found {weekdays}")
    if first_day > last_day:
        raise ValueError(f"the calendar {name} covers no day: {format_day(first_day)} to {format_day(last_day)}")
    for day, reason in closed.items():
        if not first_day <= day <= last_day:
            covered = f"{format_day(first_day)} to {format_day(last_day)}"
            raise ValueError(f"the calendar {name} covers {covered}, but closes {format_day(day)}")
        if not reason.strip():
            raise ValueError(f"the calendar {name} does not say why {format_day(day)} is closed")


def _digest(name: str, title: str, source: Citation, *parts: object) -> str:
    """Hash of a calendar's content in one canonical form, for due dates to name the calendar they were counted by."""
    content = json.dumps([name, title, attrs.astuple(source), *parts], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()
