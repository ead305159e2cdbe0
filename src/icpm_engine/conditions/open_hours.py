"""`open: CALENDAR`: the moment in hand falls in opening hours, on a weekday, in a season, on an open day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from icpm_engine.calendars import Window
from icpm_engine.checks import Truth
from icpm_engine.conditions.cond import Cond, compiles
from icpm_engine.errors import CalendarEnds
from icpm_engine.moments import Scope
from icpm_engine.rules import model
from icpm_engine.working import Case, Entry, Run

_LONGEST = 60
"""Days in a row that a calendar is open, or closed, at the most."""


@compiles(model.IsOpen)
def _is_open(node: model.IsOpen, scope: Scope) -> Cond:
    """Asked of the event in hand, else of now."""
    words = node.label or f"{node.calendar} is open"
    window = scope.windows.get(node.calendar)
    return _days(node.calendar, scope, words) if window is None else _hours(window, words)


def _hours(window: Window, words: str) -> Cond:
    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        return window.is_open(ev.day, ev.minute) if ev is not None else window.is_open(*case.zone.local(case.now))

    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        found = window.next_change(*case.zone.local(case.now))
        return None if found is None else case.zone.instant(*found)

    def names(case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
        return (f"the hour of {ev.kind}" if ev is not None else "the hour",)

    return Cond(asked, words, edge=edge, names=names)


def _days(name: str, scope: Scope, words: str) -> Cond:
    """Whole days, so that no hour is missed; beyond the days that the calendar covers nobody knows."""
    calendar = scope.calendars[name]

    def opens(case: Case, day: int) -> Truth:
        try:
            return calendar.known_on(case.news_day).is_open(day)
        except CalendarEnds:
            return None

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        return opens(case, case.day if ev is None else ev.day)

    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        now = opens(case, case.day)
        days: Iterator[int] = iter(range(case.day + 1, case.day + _LONGEST))
        if now is None:
            days = iter((calendar.first_day,) if case.day < calendar.first_day else ())
        found = next((day for day in days if opens(case, day) is not now), None)
        return None if found is None else case.zone.midnight[found]

    def names(case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
        try:
            calendar.is_open(case.day if ev is None else ev.day)
        except CalendarEnds as ends:
            yield ends.lacking

    reads = frozenset({f"calendar.{name}"} if calendar.news else ())
    return Cond(asked, words, reads, edge, names=names)
