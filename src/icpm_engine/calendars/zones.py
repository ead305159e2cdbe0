"""Local days and hours: a table of midnights, filled as days are asked for, instead of a time zone in every sum."""

from __future__ import annotations

import difflib
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from icpm_engine.calendars.dates import LAST_DAY, format_moment

DAY: Final = 86_400  # seconds of a day on which no clock is changed
_EPOCH: Final = date(1970, 1, 1).toordinal()


class _Midnights(dict[int, int]):
    """day -> instant at which the local day begins."""

    def __init__(self, rules: ZoneInfo) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, day: int) -> int:
        if day == LAST_DAY + 1:  # the end of 9999-12-31, which some systems write for "open"
            self[day] = instant = self[LAST_DAY] + DAY
        else:
            self[day] = instant = _wall(self._rules, day, 0)
        return instant


class Zone:
    """A time zone of the tz database, by name. `midnight[day]` is the instant at which a local day begins.

    Raises ValueError for a name that the database does not hold.
    """

    __slots__ = ("_offset", "_rules", "midnight", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._rules = _rules(name)
        self.midnight = _Midnights(self._rules)
        # For a first guess at a day any offset of the zone will do: its loops mend the guess.
        day = date(2026, 1, 1).toordinal()
        self._offset = (day - _EPOCH) * DAY - self.midnight[day]

    def __repr__(self) -> str:
        return f"Zone({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return self.name == other.name if isinstance(other, Zone) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)

    def day_of(self, instant: int) -> int:
        """The local day that an instant lies in."""
        midnight = self.midnight
        day = (instant + self._offset) // DAY + _EPOCH
        while midnight[day] > instant:
            day -= 1
        while midnight[day + 1] <= instant:
            day += 1
        return day

    def local(self, instant: int) -> tuple[int, int]:
        """The local day and the minute that its clocks show."""
        day = self.day_of(instant)
        start = self.midnight[day]
        if self.midnight[day + 1] - start == DAY:
            return day, (instant - start) // 60
        clock = datetime.fromtimestamp(instant, self._rules)
        return day, clock.hour * 60 + clock.minute

    def instant(self, day: int, minute: int) -> int:
        """The instant at which the local clocks show a minute of a day.

        A minute that the spring change leaves out is moved forward by that change; of one that comes twice in autumn
        it is the first. Raises ValueError if the hour is missing (minute -1): the day is then a range, not an instant.
        """
        if minute < 0:
            raise ValueError(f"{format_moment(day, minute)} has no hour, so it is a whole day and not an instant")
        start = self.midnight[day]
        if self.midnight[day + 1] - start == DAY:
            return start + minute * 60
        return _wall(self._rules, day, minute)


def format_instant(instant: int, zone: Zone) -> str:
    """An instant in local time, as 2026-03-20T14:05."""
    return format_moment(*zone.local(instant))


def _wall(rules: ZoneInfo, day: int, minute: int) -> int:
    at = date.fromordinal(day)
    clock = datetime(at.year, at.month, at.day, minute // 60, minute % 60, tzinfo=rules)
    return int((clock - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())


def _rules(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = difflib.get_close_matches(name.replace(" ", "_"), available_timezones(), n=1)
        advice = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"expected a time zone like 'America/Los_Angeles', found {name[:40]!r}{advice}") from None
