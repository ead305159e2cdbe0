"""Dates as extracts write them: strict forms such as %m/%d/%y, compiled once, never guessed.

A form is made of the directives %Y %y %m %d %b %H %I %p %M %S %f %z and literal characters. Days and months may have
one digit or two where something stands between them and their neighbours, two where nothing does (%Y%m%d). Which
hundred years a two-digit year lies in has to be stated.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from icpm_engine.interop.memo import Memo

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""The years that the vocabulary accepts."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PATTERNS = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "[0-9]{1,2}",
    "d": "[0-9]{1,2}",
    "b": "[A-Za-z]{3}",
    "H": "[0-9]{1,2}",
    "I": "[0-9]{1,2}",
    "p": "[AaPp][Mm]",
    "M": "[0-5][0-9]",
    "S": "[0-5][0-9]",
    "f": "[0-9]{1,9}",
    "z": "Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9]",
}
_CLOCK = frozenset("HIpMSfz")
_HOURS = {"H": range(24), "I": range(1, 13)}
_EXAMPLES = (dt.datetime(2026, 3, 4, 14, 5, 9), dt.datetime(2011, 12, 10, 12, 11, 10))  # noqa: DTZ001 - only shown


class Stamp(NamedTuple):
    """A day, the minute of it (-1: no hour), its second, and the offset from UTC in seconds if one is written."""

    day: int
    minute: int
    second: int = 0
    offset: int | None = None


class DateForm:
    """One way to write a date; `timed` if it has an hour. Raises ValueError for a form that does not name one day.

    The day comes first, then the hour. Days and hours are remembered apart, since together they hardly come twice.
    """

    def __init__(self, form: str, century_from: int | None = None) -> None:
        self.form = form
        self._pieces = _pieces(form)
        self._century_from = century_from
        letters = [letter for letter, _ in self._pieces if letter]
        self.timed = "H" in letters or "I" in letters
        _refuse_unclear(form, letters, century_from)
        hour = next((place for place, (letter, _) in enumerate(self._pieces) if letter in _CLOCK), len(self._pieces))
        self._day_match, day = self._part(0, hour)
        self._clock_match, clock = self._part(hour, len(self._pieces))
        self._match = re.compile(f"({day})({clock})").fullmatch
        self._days = Memo(self._day)
        self._clocks = Memo(self._clock)

    @property
    def example(self) -> str:
        """4 March 2026, five past two, in this form."""
        return self.write(_EXAMPLES[0])

    def could_be(self, other: DateForm) -> bool:
        """Whether some text has this form and the other one too."""
        return any(self._match(other.write(when)) or other._match(self.write(when)) for when in _EXAMPLES)

    def write(self, when: dt.datetime) -> str:
        """A moment in this form."""
        return "".join(self._written(place, when) or text for place, (_, text) in enumerate(self._pieces))

    def read(self, text: str) -> Stamp | None:
        """The stamp that the text writes; None if it does not have this form, ValueError if there is no such day."""
        found = self._match(text)
        if found is None:
            return None
        day = self._days[found[1]]
        return Stamp(day, *self._clocks[found[2]]) if self.timed else Stamp(day, -1)

    def _day(self, text: str) -> int:
        parts = self._day_match(text)
        month = _MONTHS.index(parts["b"].lower()) + 1 if "b" in parts else int(parts["m"])
        return dt.date(self._year(parts), month, int(parts["d"])).toordinal()

    def _year(self, parts: Mapping[str, str]) -> int:
        if "Y" in parts:
            year = int(parts["Y"])
        else:
            start = self._century_from or 0
            year = start + (int(parts["y"]) - start) % 100
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR} is expected")
        return year

    def _clock(self, text: str) -> tuple[int, int, int | None]:
        parts = self._clock_match(text)
        letter = "H" if "H" in parts else "I"
        hour = int(parts[letter])
        if hour not in _HOURS[letter]:
            raise ValueError("no such hour")
        if letter == "I":
            hour = hour % 12 + (12 if parts["p"].lower() == "pm" else 0)
        offset = _offset(parts["z"]) if "z" in parts else None
        return hour * 60 + int(parts.get("M", 0)), int(parts.get("S", 0)), offset

    def _part(self, start: int, end: int) -> tuple[Callable[[str], dict[str, str]], str]:
        """A reader of the letters of some pieces, and their pattern without groups."""
        places = range(start, end)
        named = re.compile("".join(self._pattern(place, "(?P<%s>%s)") for place in places)).fullmatch

        def read(text: str) -> dict[str, str]:
            found = named(text)
            return found.groupdict() if found else {}

        return read, "".join(self._pattern(place) for place in places)

    def _pattern(self, place: int, group: str = "") -> str:
        """The pattern of a piece; a number has exactly two digits when another directive touches it."""
        letter, text = self._pieces[place]
        if not letter:
            return re.escape(text)
        pattern = _PATTERNS[letter]
        if self._touched(place):
            pattern = pattern.replace("{1,2}", "{2}")
        return group % (letter, pattern) if group else f"(?:{pattern})"

    def _touched(self, place: int) -> bool:
        return any(0 <= near < len(self._pieces) and self._pieces[near][0] for near in (place - 1, place + 1))

    def _written(self, place: int, when: dt.datetime) -> str:
        letter = self._pieces[place][0]
        if letter in {"m", "d", "H", "I"} and not self._touched(place):
            return str({"m": when.month, "d": when.day, "H": when.hour, "I": when.hour % 12 or 12}[letter])
        fixed = {"": "", "z": "-08:00", "f": "000", "b": _MONTHS[when.month - 1].title()}
        return fixed[letter] if letter in fixed else when.strftime(f"%{letter}")


def _refuse_unclear(form: str, letters: Sequence[str], century_from: int | None) -> None:
    for letter in letters:
        if letters.count(letter) > 1:
            raise ValueError(f"'{form}' has %{letter} twice")
    for group, what in (("Yy", "a year (%Y or %y)"), ("mb", "a month (%m or %b)"), ("d", "a day (%d)")):
        if sum(letter in group for letter in letters) != 1:
            raise ValueError(f"'{form}' does not name a day: expected {what}, once")
    clock = [letter in _CLOCK for letter in letters]
    if sorted(clock) != clock:
        raise ValueError(f"'{form}': the day comes first, then the hour")
    _refuse_unclear_clock(form, letters)
    if "y" in letters and century_from is None:
        raise ValueError(
            f"'{form}' has a year of two digits: say which hundred years are meant, "
            "such as two_digit_years_from: 1950 (50 is 1950, 49 is 2049)"
        )


def _refuse_unclear_clock(form: str, letters: Sequence[str]) -> None:
    if "H" in letters and "I" in letters:
        raise ValueError(f"'{form}' has two hours (%H and %I)")
    if ("I" in letters) != ("p" in letters):
        raise ValueError(f"'{form}': %I (twelve hours) and %p (AM or PM) go together")
    if any(letter in letters for letter in "MSfz") and not {"H", "I"} & set(letters):
        raise ValueError(f"'{form}' has minutes, seconds or a zone but no hour (%H, or %I with %p)")


def _pieces(form: str) -> list[tuple[str, str]]:
    """The form in pieces: (directive letter, "") or ("", literal character)."""
    pieces: list[tuple[str, str]] = []
    characters = iter(form)
    for character in characters:
        if character != "%":
            pieces.append(("", character))
            continue
        letter = next(characters, "")
        if letter not in _PATTERNS:
            known = " ".join(f"%{known}" for known in _PATTERNS)
            raise ValueError(f"'{form}': %{letter} is not known; known are {known}")
        pieces.append((letter, ""))
    return pieces


def _offset(text: str) -> int:
    if text == "Z":
        return 0
    seconds = int(text[1:3]) * 3600 + int(text[-2:]) * 60
    return -seconds if text[0] == "-" else seconds


class DateForms:
    """Several forms, of which at most one can fit a text. Raises ValueError when two could."""

    def __init__(self, forms: Sequence[DateForm]) -> None:
        self.forms = tuple(forms)
        self.timed = any(form.timed for form in forms)
        self._latest = self.forms[0]
        for one, other in itertools.combinations(self.forms, 2):
            if one.could_be(other):
                raise ValueError(f"a text such as {one.example} could be '{one.form}' or '{other.form}'; keep one")

    def read(self, text: str) -> Stamp:
        """The stamp that a text writes. Raises ValueError saying what was expected."""
        try:
            stamp = self._latest.read(text)  # most often the next text has the form of the last one
            if stamp is None:
                stamp = self._find(text)
        except ValueError as error:
            known = str(error) if "expected" in str(error) else "there is no such day or hour"
            raise ValueError(known) from None
        return stamp

    def _find(self, text: str) -> Stamp:
        for form in self.forms:
            stamp = form.read(text)
            if stamp is not None:
                self._latest = form
                return stamp
        raise ValueError(f"expected a date like {' or '.join(form.example for form in self.forms)}")
