"""When a clock stands still, and counting past it (semantics 35, 36): day by day, and hours by what is left of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tests.oracle import conditions
from tests.oracle.case import NO, NOBODY, Ask, Names, Run, Truth
from tests.oracle.dates import DAY, Moment, OpenDays, Span, add_months, timed, whole_day
from tests.oracle.pack import Yaml

MINUTE = timedelta(minutes=1)
PATIENCE = 60_000  # days or minutes of one count


def stands_still(run: Run, ask: Ask) -> Truth:
    """Whether the clock of a run stands still just now."""
    if "paused_while" not in run.text:
        return NO
    return conditions.holds(run.text["paused_while"], replace(ask.about(run), event=None))


@dataclass(frozen=True)
class Stood:
    """How the clock stood after one step of the walk: when that was, its moment, and whether it stood still."""

    instant: datetime
    moment: Moment
    truth: Truth


def stood(run: Run, ask: Ask) -> list[Stood]:
    """How the clock of a run stood after each step since the first run of its series opened, and how it stands now.

    Before that there was no clock to stand still.
    """
    steps: dict[float, Stood] = {}
    for number, case in enumerate(ask.past):
        if run.clock <= case.place < ask.case.place:
            if case.place not in run.stood:
                run.stood[case.place] = stands_still(run, replace(ask, case=case, past=ask.past[:number]))
            steps[case.place] = Stood(case.instant, case.now, run.stood[case.place])
    steps[ask.case.place] = Stood(ask.case.instant, ask.case.now, stands_still(run, ask))
    return [steps[place] for place in sorted(steps)]


@dataclass(frozen=True)
class Count:
    """To where a span was counted: at the earliest, at the latest (None: no end is to be seen); whether the clock
    stands still before it is over; what would tell whether it did."""

    sure: Moment
    possible: Moment | None
    standing: bool
    names: Names


def count(start: Moment, span: Span, run: Run, ask: Ask, first_day_counted: bool = False) -> Count:
    """A span after a moment, past the pauses of a run."""
    steps = stood(run, ask)
    short, long = Clock(steps, run, ask, unsure=False), Clock(steps, run, ask, unsure=True)
    if not span.timed:
        first = short.days(start.day, span, first_day_counted)
        last = long.days(start.day, span, first_day_counted)
        sure = replace(whole_day(ask.zone, first), root=start.root)
        possible = replace(whole_day(ask.zone, last), root=start.root)
    else:
        sure = timed(ask.zone, short.hours(start.first, span), start.root)
        possible = timed(ask.zone, long.hours(start.last, span), start.root)
    doubtful = long.names
    apart = long.standing != short.standing or (not long.standing and sure.last != possible.last)
    known = span.timed and not doubtful
    names = doubtful if apart and not known and not short.standing else NOBODY
    return Count(sure, None if long.standing else possible, short.standing, names)


class Clock:
    """One count under one reading of what is unknown: `unsure` pauses count as pauses, or not."""

    def __init__(self, steps: list[Stood], run: Run, ask: Ask, *, unsure: bool) -> None:
        self.ask = ask
        self.steps = [(step.instant, step.moment, self.still(step, unsure)) for step in steps]
        self.waits = [step.truth[1] if step.truth[0] is None else NOBODY for step in steps]
        self.unsure = unsure
        self.standing = False
        self.names: Names = NOBODY
        # from when on it has stood still without a break until now; then nobody knows for how long
        self.since: int | None = None
        for number, (_, _, still) in reversed(list(enumerate(self.steps))):
            if not still:
                break
            self.since = number
        # it stood still when the clock began: from the start itself on, unless that lies before
        first = self.steps[0]
        self.from_start = run.clock_from_start and first[2]

    @staticmethod
    def still(step: Stood, unsure: bool) -> bool:
        """Whether a step counts as standing still."""
        return step.truth[0] is True or (unsure and step.truth[0] is None)

    # --- days ---

    def days(self, day: date, span: Span, first_day_counted: bool) -> date:
        """The parts of a span that count days, each day once; a paused day does not count."""
        if first_day_counted and span.parts:
            day -= DAY
        months = 0
        for number, unit, adjective in (*span.parts, (0, "end", "")):
            if unit in ("month", "year"):
                months += number * (12 if unit == "year" else 1)
                continue
            if months:
                begin = day + DAY if first_day_counted else day
                day, months = self.walk((add_months(begin, months) - begin).days, day, None), 0
                first_day_counted = False
            if unit in ("day", "week"):
                calendar = self.ask.pack.calendars[adjective] if adjective else None
                day = self.walk(number * (7 if unit == "week" else 1), day, calendar)
        return day

    def walk(self, left: int, day: date, calendar: OpenDays | None) -> date:
        """So many days further that count; while the clock stands still now, as if it went on."""
        for _ in range(PATIENCE):
            if not left:
                return day
            day += DAY
            left -= self.counts(day) and (calendar is None or calendar.is_open(day))
        raise AssertionError("a count without end")

    def counts(self, day: date) -> bool:
        """Semantics 35: a day is paused if the clock stands still at its end."""
        end = self.ask.zone.end(day)
        so_far = [number for number, step in enumerate(self.steps) if step[0] <= end]
        if not so_far:
            return True
        number = so_far[-1]
        self.names |= self.waits[number]
        if self.since is not None and number >= self.since:
            self.standing = True
            return True
        return not self.steps[number][2]

    # --- hours ---

    def hours(self, instant: datetime, span: Span) -> datetime:
        """Days keep the time of day; then hours and minutes, elapsed or open, while the clock does not stand still."""
        zone = self.ask.zone
        self.names = self.names.union(*self.waits)
        day = zone.day_of(instant)
        moved = self.days(day, span, False)
        wall = zone.local(instant)
        if moved != day:
            instant = zone.instant(moved, wall.hour * 60 + wall.minute)
        for number, unit, adjective in span.parts:
            if unit in ("hour", "minute"):
                length = number * MINUTE * (60 if unit == "hour" else 1)
                calendar = self.ask.pack.calendars[adjective] if adjective else None
                instant = self.pass_time(instant, length, calendar)
        return instant

    def pass_time(self, instant: datetime, left: timedelta, calendar: OpenDays | None) -> datetime:
        """Time that passes only outside of pauses and, with a calendar, only on open days."""
        for begin, end in self.pauses():
            until = self.passing(instant, left, calendar)
            if max(begin, instant) >= until or (end is not None and end <= max(begin, instant)):
                continue
            if end is None:
                self.standing = True
                break
            left -= self.passed(instant, max(begin, instant), calendar)
            instant = end
        return self.passing(instant, left, calendar)

    def pauses(self) -> Iterator[tuple[datetime, datetime | None]]:
        """Every pause to the second: as short as it may have been, or as long if it is unsure."""
        begin: Moment | None = None
        for number, (_, moment, still) in enumerate(self.steps):
            if still and begin is None:
                begin = moment
                if number == 0 and self.from_start:
                    begin = timed(self.ask.zone, datetime.min.replace(year=1990, tzinfo=moment.first.tzinfo))
            elif not still and begin is not None:
                yield (begin.first, moment.last) if self.unsure else (begin.last, moment.first)
                begin = None
        if begin is not None:
            yield (begin.first if self.unsure else begin.last), None

    def passing(self, instant: datetime, left: timedelta, calendar: OpenDays | None) -> datetime:
        """When so much time has passed without any pause."""
        if calendar is None:
            return instant + left
        for first, last in self.open_stretches(instant, calendar):
            if left <= last - first:
                return first + left
            left -= last - first
        raise AssertionError("a count without end")

    def passed(self, begin: datetime, end: datetime, calendar: OpenDays | None) -> timedelta:
        """How much time has passed between two instants."""
        if calendar is None:
            return end - begin
        total = timedelta(0)
        for first, last in self.open_stretches(begin, calendar):
            if first >= end:
                break
            total += min(last, end) - first
        return total

    def open_stretches(self, instant: datetime, calendar: OpenDays) -> Iterator[tuple[datetime, datetime]]:
        """The open time from an instant on, one open day after another."""
        zone = self.ask.zone
        day = zone.day_of(instant)
        for _ in range(PATIENCE):
            if calendar.is_open(day):
                yield max(instant, zone.midnight(day)), zone.midnight(day + DAY)
            day += DAY


def moving(text: Yaml) -> tuple[str, str] | None:
    """The span and the anchor of `SPAN after start`, and of the run's other own moments; other dates do not move."""
    if not isinstance(text, str):
        return None
    span, found, own = text.partition(" after ")
    return (span, own) if found and own in ("start", "origin", "previous.due", "previous.met") else None
