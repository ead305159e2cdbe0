"""The moments that a caller asks about, in each of the ways in which they may be told."""

from __future__ import annotations

import re
from datetime import date, datetime

import pendulum

from icpm_engine.calendars import Zone
from icpm_engine.errors import EventError
from icpm_engine.history.answers import day_end

When = str | date | datetime | int
"""A day ("2026-04-01", a date), a local time ("2026-04-01T14:00", a datetime), or an instant (UTC seconds)."""

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def instant_of(when: When, zone: Zone) -> int:
    """An asked-for moment as an instant: a day means its end. Raises EventError."""
    if isinstance(when, int):
        return when
    if isinstance(when, datetime):
        if when.tzinfo is not None:
            return int(when.timestamp())
        return zone.instant(when.toordinal(), when.hour * 60 + when.minute)
    if isinstance(when, date):
        return day_end(zone, when.toordinal())
    if not isinstance(when, str):
        raise EventError(f"found {when!r} as a day, expected one like 2026-04-01")
    return instant_of(_parsed(when, zone.name), zone)


def _parsed(text: str, zone: str) -> date | datetime:
    """A day or a moment from text. Raises EventError."""
    try:
        # only what begins with a date: the parser would read "now" or "10:00" off a clock
        found = pendulum.parse(text, exact=True, tz=zone) if _DATED.match(text) else None
    except ValueError:
        found = None
    if not isinstance(found, date):
        raise EventError(f"found '{text}' as a day, expected one like 2026-04-01 or 2026-04-01T14:00")
    return found
