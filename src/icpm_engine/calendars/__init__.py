"""Days: which are open, how a limit is counted, when a local day begins (the lowest layer but errors).

A day is an int (`date.toordinal()`), a minute of the day runs from 0 to 1439 (-1: the hour is missing), an instant is
an int of UTC seconds since 1970. Counting is done on tables: ten court days is one look-up, "90 days" an addition.

A calendar file says which days are open, and names its source (rules/calendars/):

    about: One sentence that says whose days these are.
    name: california-courts
    title: Court days of California
    source: {title: CCP 135, link: https://..., checked: 2026-11-21, seen: seen}
    open: [monday, tuesday, wednesday, thursday, friday]
    covers: {from: 2024-01-01, until: 2026-12-31}
    closed:
      2024-01-01: New Year's Day
"""

from __future__ import annotations

from icpm_engine.calendars.adding import day_adder, instant_adder, roll, skipped
from icpm_engine.calendars.dates import (
    WEEKDAYS,
    add_months,
    end_of,
    format_day,
    format_moment,
    month_end,
    parse_day,
    parse_moment,
)
from icpm_engine.calendars.lengths import compare, difference
from icpm_engine.calendars.opendays import Adder, Calendar, Citation, monday_to_friday
from icpm_engine.calendars.pausing import NEVER, NO_STOPS, Count, PausableSpan, Stops, clock_words
from icpm_engine.calendars.spans import ANY_CALENDAR, UNITS, WORDS, Span, SpanPart
from icpm_engine.calendars.windows import Window
from icpm_engine.calendars.zones import DAY, Zone, format_instant

__all__ = [
    "ANY_CALENDAR",
    "DAY",
    "NEVER",
    "NO_STOPS",
    "UNITS",
    "WEEKDAYS",
    "WORDS",
    "Adder",
    "Calendar",
    "Citation",
    "Count",
    "PausableSpan",
    "Span",
    "SpanPart",
    "Stops",
    "Window",
    "Zone",
    "add_months",
    "clock_words",
    "compare",
    "day_adder",
    "difference",
    "end_of",
    "format_day",
    "format_instant",
    "format_moment",
    "instant_adder",
    "monday_to_friday",
    "month_end",
    "parse_day",
    "parse_moment",
    "roll",
    "skipped",
]
