"""What is to be said of changed rules beside what they do to the clocks that run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from icpm_engine.calendars import Calendar, format_day
from icpm_engine.rehearsal.narrowing import counting_in
from icpm_engine.rules.model import RulePack

NAMED: Final = 5
"""So many days are named, the latest ones; of more it is said how many."""


def remarks(before: RulePack, after: RulePack, day: int) -> tuple[str, ...]:
    """Remarks on passing over on a day from some rules to others; none where there is nothing to say."""
    return tuple(_closed_all_along(before, after, day))


def _closed_all_along(before: RulePack, after: RulePack, day: int) -> Iterator[str]:
    """Days that are closed now and do not say since when that is known: they move what is over, too."""
    for name in sorted(before.calendars.keys() & after.calendars.keys()):
        closed = _closed_anew(before.calendars[name], after.calendars[name], day)
        duties = ", ".join(sorted(counting_in(after, {name}))) if closed else ""
        if duties:
            more = f" and {len(closed) - NAMED} more" if len(closed) > NAMED else ""
            yield (
                f"Closed from now on in the calendar {name}, without a word since when that is known: "
                f"{', '.join(closed[-NAMED:])}{more}. Clocks that have ended and counted such a day are dated "
                f"otherwise, too ({duties}). With known: DATE at the day, those that ended before it keep theirs."
            )


def _closed_anew(before: Calendar, after: Calendar, until: int) -> list[str]:
    """The days up to one, each with its reason, that were open before."""
    days = (day for day in sorted(after.reasons) if day <= until and day not in after.known)
    return [f"{format_day(day)} ({after.reasons[day]})" for day in days if _is_open(before, day)]


def _is_open(calendar: Calendar, day: int) -> bool:
    return calendar.first_day <= day <= calendar.last_day and calendar.is_open(day)
