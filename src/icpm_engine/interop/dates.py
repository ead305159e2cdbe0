"""Dates as extracts write them: strict forms such as %m/%d/%y, compiled once, never guessed.

A form is made of the directives %Y %y %m %d %b %H %I %p %M %S %f %z and literal characters. Days and months may have
one digit or two where something stands between them and their neighbours, two where nothing does (%Y%m%d). Which
hundred years a two-digit year lies in has to be stated.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

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
_HOURS = {"H": range(24), "I": range(1, 13)}
_EXAMPLES = (dt.datetime(2026, 3, 4, 14, 5, 9), dt.datetime(2011, 12, 10, 12, 11, 10))  # noqa: DTZ001 - only shown


class Stamp(NamedTuple):
    """A day, the minute of it (-1: no hour), its second, and the offset from UTC in seconds if one is written."""

    day: int
    minute: int
    second: int = 0
    offset: int | None = None


class DateForm:
    """One way to write a date; `timed` if it has an hour. Raises ValueError for a form that does not name one day."""

    def __init__(self, form: str, century_from: int | None = None) -> None:
        self.form = form
        self._pieces = _pieces(form)
        self._letters = [letter for letter, _ in self._pieces if letter]
        self._century_from = century_from
        self.timed = "H" in self._letters or "I" in self._letters
        self._refuse_unclear()
        self._match = re.compile(self._pattern()).fullmatch
        self._at = {letter: place for place, letter in enumerate(self._letters)}

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
        parts = found.groups()
        at = self._at
        month = _MONTHS.index(parts[at["b"]].lower()) + 1 if "b" in at else int(parts[at["m"]])
        day = dt.date(self._year(parts), month, int(parts[at["d"]])).toordinal()
        if not self.timed:
            return Stamp(day, -1)
        second = int(parts[at["S"]]) if "S" in at else 0
        return Stamp(day, self._minute(parts), second, _offset(parts[at["z"]]) if "z" in at else None)

    def _year(self, parts: Sequence[str]) -> int:
        if "Y" in self._at:
            year = int(parts[self._at["Y"]])
        else:
            start = self._century_from or 0
            year = start + (int(parts[self._at["y"]]) - start) % 100
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(f"a year from {FIRST_YEAR} to {LAST_YEAR} is expected")
        return year

    def _minute(self, parts: Sequence[str]) -> int:
        at = self._at
        minute = int(parts[at["M"]]) if "M" in at else 0
        letter = "H" if "H" in at else "I"
        hour = int(parts[at[letter]])
        if hour not in _HOURS[letter]:
            raise ValueError("no such hour")
        if letter == "I":
            hour = hour % 12 + (12 if parts[at["p"]].lower() == "pm" else 0)
        return hour * 60 + minute

    def _pattern(self) -> str:
        return "".join(
            f"({self._one_or_two(place)})" if letter else re.escape(text)
            for place, (letter, text) in enumerate(self._pieces)
        )

    def _one_or_two(self, place: int) -> str:
        """The pattern of a directive: exactly two digits when another directive touches it."""
        pattern = _PATTERNS[self._pieces[place][0]]
        return pattern.replace("{1,2}", "{2}") if self._touched(place) else pattern

    def _touched(self, place: int) -> bool:
        return any(0 <= near < len(self._pieces) and self._pieces[near][0] for near in (place - 1, place + 1))

    def _written(self, place: int, when: dt.datetime) -> str:
        letter = self._pieces[place][0]
        if letter in {"m", "d", "H", "I"} and not self._touched(place):
            return str({"m": when.month, "d": when.day, "H": when.hour, "I": when.hour % 12 or 12}[letter])
        fixed = {"": "", "z": "-08:00", "f": "000", "b": _MONTHS[when.month - 1].title()}
        return fixed[letter] if letter in fixed else when.strftime(f"%{letter}")

    def _refuse_unclear(self) -> None:
        letters = self._letters
        for letter in letters:
            if letters.count(letter) > 1:
                raise ValueError(f"'{self.form}' has %{letter} twice")
        for group, what in (("Yy", "a year (%Y or %y)"), ("mb", "a month (%m or %b)"), ("d", "a day (%d)")):
            if sum(letter in group for letter in letters) != 1:
                raise ValueError(f"'{self.form}' does not name a day: expected {what}, once")
        if "H" in letters and "I" in letters:
            raise ValueError(f"'{self.form}' has two hours (%H and %I)")
        if ("I" in letters) != ("p" in letters):
            raise ValueError(f"'{self.form}': %I (twelve hours) and %p (AM or PM) go together")
        if any(letter in letters for letter in "MSfz") and not self.timed:
            raise ValueError(f"'{self.form}' has minutes, seconds or a zone but no hour (%H, or %I with %p)")
        if "y" in letters and self._century_from is None:
            raise ValueError(
                f"'{self.form}' has a year of two digits: say which hundred years are meant, "
                "such as two_digit_years_from: 1950 (50 is 1950, 49 is 2049)"
            )


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
        for one, other in itertools.combinations(self.forms, 2):
            if one.could_be(other):
                raise ValueError(f"a text such as {one.example} could be '{one.form}' or '{other.form}'; keep one")

    def read(self, text: str) -> Stamp:
        """The stamp that a text writes. Raises ValueError saying what was expected."""
        for form in self.forms:
            try:
                stamp = form.read(text)
            except ValueError as error:
                known = str(error) if "expected" in str(error) else "there is no such day or hour"
                raise ValueError(known) from None
            if stamp is not None:
                return stamp
        raise ValueError(f"expected a date like {' or '.join(form.example for form in self.forms)}")
