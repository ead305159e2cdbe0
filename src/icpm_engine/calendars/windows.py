"""Windows: hours of the day, weekdays and seasons, for conditions such as "between 07:00 and 19:00"."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

import attrs

from icpm_engine.calendars.dates import WEEKDAYS, format_clock, parse_clock, parse_day, weekday_of

_MIDNIGHT: Final = 1440
_LEAP_YEAR: Final = 2024
_LONGEST_WAIT: Final = 8 * 366  # days, from one 29 February to the next over a year like 2100


@attrs.frozen
class Window:
    """Hours, weekdays and a season that must all hold; whatever is None does not matter. Made by `from_parts`."""

    hours: tuple[int, int] | None = None  # first minute that is open, first minute that is not
    weekdays: tuple[int, ...] | None = None  # Monday is 0
    season: tuple[tuple[int, int], tuple[int, int]] | None = None  # (month, day), both within it

    @classmethod
    def from_parts(
        cls, hours: str | None = None, weekdays: Collection[int] | None = None, season: str | None = None
    ) -> Window:
        """A window from hours like "07:00-19:00" or "22:00-06:00" and a season like "06-01 to 08-31".

        A season may cross the new year; one to 02-29 ends with February. Raises ValueError.
        """
        if hours is None and weekdays is None and season is None:
            raise ValueError("a window names hours, weekdays or a season, found none of them")
        days = None if weekdays is None else tuple(sorted(set(weekdays)))
        if days is not None and not (days and set(days) <= set(range(7))):
            raise ValueError(f"a window is open on some weekday from 0 (Monday) to 6, found {days}")
        return cls(None if hours is None else _hours(hours), days, None if season is None else _season(season))

    def __str__(self) -> str:
        parts = []
        if self.hours:
            parts.append("-".join(map(format_clock, self.hours)))
        if self.weekdays:
            parts.append(", ".join(WEEKDAYS[day] for day in self.weekdays))
        if self.season:
            parts.append(" to ".join(f"{month:02}-{day:02}" for month, day in self.season))
        return "; ".join(parts)

    def is_open(self, day: int, minute: int) -> bool | None:
        """Whether a local moment lies in the window; None if that hangs on an hour that is missing (minute -1).

        The closing minute is no longer in it. Hours that cross midnight belong to the day on which they begin.
        """
        if self.hours is None:
            return self._holds(day)
        first, end = self.hours
        today = self._holds(day)
        overnight = end < first and self._holds(day - 1)
        if not (today or overnight):
            return False
        if minute < 0:
            return None
        if end < first:
            return (today and minute >= first) or (overnight and minute < end)
        return first <= minute < end

    def next_change(self, day: int, minute: int) -> tuple[int, int] | None:
        """The first moment after a local moment at which the window opens or closes, or None if it never does."""
        now = self.is_open(day, minute)
        edges = sorted({0, *(edge % _MIDNIGHT for edge in self.hours or ())})
        for ahead in range(day, day + _LONGEST_WAIT):
            for edge in edges:
                if (ahead, edge) > (day, minute) and self.is_open(ahead, edge) is not now:
                    return ahead, edge
        return None

    def _holds(self, day: int) -> bool:
        """Whether weekday and season hold."""
        if self.weekdays is not None and weekday_of(day) not in self.weekdays:
            return False
        if self.season is None:
            return True
        at = date.fromordinal(day)
        first, last = self.season
        begun, not_over = first <= (at.month, at.day), (at.month, at.day) <= last
        return (begun and not_over) if first <= last else (begun or not_over)


def _hours(text: str) -> tuple[int, int]:
    first_text, _, end_text = text.partition("-")
    try:
        first = parse_clock(first_text.strip())
        end = 0 if end_text.strip() == "24:00" else parse_clock(end_text.strip())
    except ValueError:
        raise ValueError(f"expected hours like '07:00-19:00', found {text[:40]!r}") from None
    if first == end:
        raise ValueError(f"hours are a part of the day, found {text!r}; leave them out for a whole day")
    return first, end or _MIDNIGHT


def _season(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    first, _, last = text.partition(" to ")
    try:
        return _day_of_year(first.strip()), _day_of_year(last.strip())
    except ValueError:
        raise ValueError(f"expected a season like '06-01 to 08-31', found {text[:40]!r}") from None


def _day_of_year(text: str) -> tuple[int, int]:
    at = date.fromordinal(parse_day(f"{_LEAP_YEAR}-{text}"))
    return at.month, at.day
