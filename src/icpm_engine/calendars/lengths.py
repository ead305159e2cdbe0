"""How long one span is beside another, as far as that is sure: a week is longer than three days."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from math import inf
from typing import Final

from icpm_engine.calendars.spans import Span

_MINUTES: Final = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 7 * 1440}  # clock changes aside
_MONTHS: Final = {"months": 1, "years": 12}
_CYCLE: Final = 400 * 12  # months after which the calendar begins anew


def difference(one: Span, other: Span) -> tuple[float, float]:
    """By how many minutes one span is longer than another, at the least and at the most.

    Months last as many days as they do, whenever they begin. Open days last at least as many days, and nobody knows
    how many more; those of one calendar are compared with one another by their number.
    """
    minutes, months = 0, 0
    open_time: dict[tuple[str, str], int] = {}
    for span, sign in ((one, 1), (other, -1)):
        for part in span.parts:
            if part.calendar is not None:
                key = (part.unit, part.calendar)
                open_time[key] = open_time.get(key, 0) + sign * part.count
            elif part.unit in _MONTHS:
                months += sign * part.count * _MONTHS[part.unit]
            else:
                minutes += sign * part.count * _MINUTES[part.unit]
    ranges = [_of_months(months), *(_of_open_time(unit, count) for (unit, _), count in open_time.items())]
    return minutes + sum(least for least, _ in ranges), minutes + sum(most for _, most in ranges)


def _of_months(months: int) -> tuple[float, float]:
    if months == 0:
        return 0, 0
    least, most = _days_of(abs(months))
    return (least * 1440, most * 1440) if months > 0 else (-most * 1440, -least * 1440)


def _of_open_time(unit: str, count: int) -> tuple[float, float]:
    if count == 0:
        return 0, 0
    least = count * _MINUTES[unit]
    return (least, inf) if count > 0 else (-inf, least)


@cache
def _days_of(months: int) -> tuple[int, int]:
    """The fewest and the most days that so many months can have."""
    firsts = _first_days()
    lengths = {
        (firsts[(begin + months) % _CYCLE] + (begin + months) // _CYCLE * firsts[_CYCLE]) - firsts[begin]
        for begin in range(_CYCLE)
    }
    return min(lengths), max(lengths)


@cache
def _first_days() -> tuple[int, ...]:
    """The first days of the months of a whole cycle, counted from its own first day."""
    days = [date(year, month, 1).toordinal() for year in range(2000, 2400) for month in range(1, 13)]
    days.append(date(2400, 1, 1).toordinal())
    return (0, *(day - days[0] for _, day in pairwise(days)))


def _at_least(least: float, most: float) -> bool | None:
    return True if least >= 0 else False if most < 0 else None


def _over(least: float, most: float) -> bool | None:
    return True if least > 0 else False if most <= 0 else None


def _equal(least: float, most: float) -> bool | None:
    return True if least == most == 0 else False if least > 0 or most < 0 else None


_SURE: Final[Mapping[str, Callable[[float, float], bool | None]]] = {
    "at_least": _at_least,
    "over": _over,
    "at_most": lambda least, most: _at_least(-most, -least),
    "under": lambda least, most: _over(-most, -least),
    "is": _equal,
}


def compare(op: str, one: Span, other: Span) -> bool | None:
    """Whether a span is `at_least`, `over`, `at_most`, `under` or just as long (`is`) as another; None: it depends."""
    return _SURE[op](*difference(one, other))
