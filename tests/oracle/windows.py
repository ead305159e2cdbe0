"""Opening hours, weekdays and seasons (grammar 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tests.oracle.dates import WEEKDAYS


@dataclass(frozen=True)
class Window:
    """`hours: 22:00-06:00` belong to the day on which they begin; `season: 11-01 to 02-28` holds both its days."""

    hours: tuple[int, int] | None
    weekdays: tuple[str, ...] | None
    season: tuple[str, str] | None

    def day_counts(self, day: date) -> bool:
        """Whether weekday and season are right."""
        if self.weekdays is not None and WEEKDAYS[day.weekday()].lower() not in self.weekdays:
            return False
        if self.season is None:
            return True
        first, last = self.season
        here = f"{day.month:02}-{day.day:02}"
        return first <= here <= last if first <= last else here >= first or here <= last

    def open_at(self, day: date, minute: int) -> bool:
        """Whether it is open in one minute."""
        if self.hours is None:
            return self.day_counts(day)
        first, end = self.hours
        if first < end:
            return self.day_counts(day) and first <= minute < end
        evening = self.day_counts(day) and minute >= first
        return evening or (self.day_counts(day - timedelta(days=1)) and minute < end)


def read_window(given: Mapping[str, Any]) -> Window:
    """A window as a pack writes it."""
    hours, season = given.get("hours"), given.get("season")
    ends = [minutes(part) for part in hours.split("-")] if hours else None
    days = tuple(given["weekdays"]) if "weekdays" in given else None
    return Window((ends[0], ends[1]) if ends else None, days, tuple(season.split(" to ")) if season else None)


def minutes(clock: str) -> int:
    """Minutes since midnight."""
    hour, _, minute = clock.strip().partition(":")
    return int(hour) * 60 + int(minute)
