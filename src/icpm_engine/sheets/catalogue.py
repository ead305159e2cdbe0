"""The words of the sheets: one file per language, all with the same keys (languages/en.toml says how one joins).

What the shipped rule packs name has its plain words in a second file of each language (languages/rules/), which a
language may do without: then it is shown in the words of the rules.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

import attrs
import msgspec

from icpm_engine.errors import EventError
from icpm_engine.rules.words import hint

_FOLDER: Final = resources.files("icpm_engine.sheets") / "languages"
RECORDED: Final = "en"
"""The language in which professionals write, unless somebody says otherwise."""
_NOON: Final = 12
UNDETERMINED: Final = "und"
"""What HTML calls a language that nobody knows: a person's own words may be in any."""


def languages() -> tuple[str, ...]:
    """The languages that there is a catalogue for, by their codes."""
    names = (file.name.removesuffix(".toml") for file in _FOLDER.iterdir() if file.name.endswith(".toml"))
    return tuple(sorted(names))


@attrs.frozen
class Catalogue:
    """The words of one language: groups of keys, each with a text that may hold {names}."""

    language: str
    groups: Mapping[str, Mapping[str, str]] = attrs.field(repr=False)

    def __call__(self, group: str, key: str, /, **values: object) -> str:
        """A text, with values in the places of its {names}. Raises KeyError."""
        text = self.groups[group][key]
        return text.format(**values) if values else text

    def named(self, group: str, key: str) -> str | None:
        """The text of a key; None for one that a rule pack added and no catalogue knows."""
        return self.groups.get(group, {}).get(key)

    def date(self, day: str) -> str:
        """A day, written 2026-03-04, as people of this language write it."""
        year, month, number = day[:10].split("-")
        return self("language", "date", year=year, month=self("month", str(int(month))), day=int(number))

    def moment(self, told: str) -> str:
        """A day, with its hour where there is one, written 2026-03-04T16:00."""
        day, _, clock = told.partition("T")
        if not clock:
            return self.date(day)
        hour, minute = clock.split(":")[:2]
        half = self("half", "pm" if int(hour) >= _NOON else "am")
        return self(
            "language", "moment", day=self.date(day), hour=(int(hour) - 1) % _NOON + 1, minute=minute, half=half
        )


@cache
def catalogue(language: str) -> Catalogue:
    """The words of a language. Raises EventError for one that nobody has written words for."""
    known = languages()
    if language not in known:
        raise EventError(f"language: found '{language}', expected one of {', '.join(known)}{hint(language, known)}")
    told = _read(_FOLDER / f"{language}.toml")
    of_rules = _FOLDER / "rules" / f"{language}.toml"
    return Catalogue(language, {**told, **(_read(of_rules) if of_rules.is_file() else {})})


def _read(file: Traversable) -> dict[str, dict[str, str]]:
    return msgspec.convert(tomllib.loads(file.read_text("utf-8")), dict[str, dict[str, str]])
