"""Spans of time as rules write them: `90 days`, `3 business days`, `48 court hours`, `2 years 6 months`, `same day`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterable
from typing import Final, NoReturn

import attrs

UNITS: Final = ("minutes", "hours", "days", "weeks", "months", "years")
WORDS: Final = ("same day", "immediately")

CLOCK_UNITS: Final = frozenset({"minutes", "hours"})
_OPEN_UNITS: Final = CLOCK_UNITS | {"days"}
_MOST_YEARS: Final = 150
_MOST: Final = {
    "minutes": _MOST_YEARS * 366 * 1440,
    "hours": _MOST_YEARS * 366 * 24,
    "days": _MOST_YEARS * 366,
    "weeks": _MOST_YEARS * 53,
    "months": _MOST_YEARS * 12,
    "years": _MOST_YEARS,
}
_FORMS: Final = {form: unit for unit in UNITS for form in (unit, unit.removesuffix("s"))}
_PART: Final = re.compile(rf"([0-9]+) (?:([A-Za-z][A-Za-z0-9_-]*) )?({'|'.join(_FORMS)})(?: |$)")
_LIKE: Final = "'90 days', '3 business days' or '2 years 6 months'"


class _AnyCalendar:
    def __contains__(self, name: object) -> bool:
        return True


ANY_CALENDAR: Final[Container[str]] = _AnyCalendar()  # for `Span.parse` where no pack is at hand to know the calendars


@attrs.frozen
class SpanPart:
    """So many of one unit; `calendar` is the adjective of open time ("business"). Raises ValueError."""

    count: int
    unit: str
    calendar: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"expected one of {', '.join(UNITS)}, found {self.unit!r}")
        if self.calendar is not None and self.unit not in _OPEN_UNITS:
            raise ValueError(f"open time is counted in days, hours or minutes, found '{self}'")
        if not 0 <= self.count <= _MOST[self.unit]:
            raise ValueError(f"a span is at least 0 and at most {_MOST_YEARS} years, found '{self}'")

    def __str__(self) -> str:
        unit = self.unit.removesuffix("s") if self.count == 1 else self.unit
        return f"{self.count} {self.calendar} {unit}" if self.calendar else f"{self.count} {unit}"


def _largest_first(parts: Iterable[SpanPart]) -> tuple[SpanPart, ...]:
    """The order in which parts are counted, so that "6 months 2 years" is the same span as "2 years 6 months"."""
    return tuple(sorted(parts, key=lambda part: (-UNITS.index(part.unit), part.calendar or "")))


@attrs.frozen(cache_hash=True)
class Span:
    """A length of time: its parts, largest first, or a word (`same day`, `immediately`) instead. Raises ValueError."""

    parts: tuple[SpanPart, ...] = attrs.field(converter=_largest_first)
    word: str | None = None
    timed: bool = attrs.field(init=False, eq=False, repr=False)
    """Whether it ends at an hour (any part in hours or minutes) rather than with a day."""
    _text: str = attrs.field(init=False, eq=False, repr=False)

    @timed.default
    def _is_timed(self) -> bool:
        return any(part.unit in CLOCK_UNITS for part in self.parts)

    @_text.default
    def _to_text(self) -> str:
        return self.word or " ".join(map(str, self.parts))

    def __attrs_post_init__(self) -> None:
        if (self.word is None) != bool(self.parts) or self.word not in {None, *WORDS}:
            raise ValueError(f"a span has either parts or one of the words {WORDS}, found '{self}' and {self.word!r}")
        kinds = [(part.unit, part.calendar) for part in self.parts]
        if len(kinds) != len(set(kinds)):
            raise ValueError(f"a unit stands twice in the span '{self}'; add its numbers up")
        if len(self.calendars) > 1:
            raise ValueError(f"a span counts by one calendar, found {' and '.join(self.calendars)} in '{self}'")
        if len({part.calendar for part in self.parts if part.unit in CLOCK_UNITS}) > 1:
            raise ValueError(f"hours and minutes are either all open time or all elapsed time, found '{self}'")

    def __str__(self) -> str:
        return self._text

    @classmethod
    def parse(cls, text: str, calendars: Container[str] = ()) -> Span:
        """The span that a text says; `calendars` are the adjectives that may stand before a unit. Raises ValueError."""
        line = " ".join(text.split())
        if line in WORDS:
            return cls((), line)
        parts: list[SpanPart] = []
        at = 0
        while at < len(line) or not parts:
            found = _PART.match(line, at)
            if found is None:
                _refuse(line, line[at:])
            count, adjective, unit = found.groups()
            if adjective is not None and adjective not in calendars:
                _refuse_calendar(line, adjective, calendars)
            parts.append(SpanPart(_whole(count, line), _FORMS[unit], adjective))
            at = found.end()
        return cls(tuple(parts))

    @property
    def calendars(self) -> tuple[str, ...]:
        """The adjectives that it counts open time by: none or one."""
        return tuple(dict.fromkeys(part.calendar for part in self.parts if part.calendar is not None))


def _whole(digits: str, line: str) -> int:
    if len(digits) > len(str(_MOST["minutes"])):
        raise ValueError(f"a span is at most {_MOST_YEARS} years, found '{line[:60]}'")
    return int(digits)


def _refuse(line: str, rest: str) -> NoReturn:
    """Says what a span looks like and, if the mistake is a common one, what would be right."""
    where = f" in the span '{line[:60]}'" if rest != line else ""
    raise ValueError(f"expected a span like {_LIKE}, found '{rest[:60]}'{where}{_advice(rest)}")


def _advice(rest: str) -> str:
    head, _, tail = rest.partition(" ")
    if rest.startswith(("-", "+", "\N{MINUS SIGN}")):
        return "; a span has no sign, say 'before' or 'after' it"
    if re.match(r"[0-9]+[.,/][0-9]", rest):
        return "; only whole numbers are counted, so say '90 minutes' and not '1.5 hours'"
    if re.match(r"[0-9]+[A-Za-z]", head):
        return "; put a space after the number"
    if not re.match(r"[0-9]", rest):
        near = difflib.get_close_matches(rest, WORDS, n=1, cutoff=0.8)
        return f"; did you mean '{near[0]}'?" if near else "; a span begins with a number in digits"
    units = [close for word in tail.split()[:2] for close in difflib.get_close_matches(word, _FORMS, n=1)]
    return f"; did you mean '{units[0]}'?" if units else f"; units are {', '.join(UNITS)}"


def _refuse_calendar(line: str, adjective: str, calendars: Container[str]) -> NoReturn:
    known = sorted(calendars) if isinstance(calendars, Iterable) else []
    near = difflib.get_close_matches(adjective, known, n=1)
    if adjective == "calendar":
        advice = "; calendar days are plain 'days'"
    elif near:
        advice = f"; did you mean '{near[0]}'?"
    else:
        advice = (
            f"; known calendars are {', '.join(known)}" if known else "; none is bound to any word (under calendars:)"
        )
    raise ValueError(f"unknown calendar '{adjective}' in the span '{line[:60]}'{advice}")
