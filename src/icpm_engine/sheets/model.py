"""A sheet as a value: what it says and in which language, before it is laid out as text or as a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

import attrs

_TURNING: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that nobody sees and that turn the direction of what follows them: one text must not disorder another."""
_UNSEEN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})


def clean(text: str) -> str:
    """A text on one line, without what would steer a terminal or disorder a page."""
    if text.isprintable():
        return text
    line = " ".join(text.replace("\N{SOFT HYPHEN}", "").split())  # a hint where to break, which is the layout's matter
    return "".join("\N{REPLACEMENT CHARACTER}" if _bad(sign) else sign for sign in line)


def _bad(sign: str) -> bool:
    return sign in _TURNING or unicodedata.category(sign) in _UNSEEN


@attrs.frozen
class Said:
    """A piece of text. `language` is given where it is not the sheet's own (or may not be), `to` the entry it names.

    `quoted`: a person's own words. `untranslated`: words of a professional in another language than the sheet's.
    """

    text: str = attrs.field(converter=clean)
    language: str | None = None
    quoted: bool = False
    untranslated: bool = False
    to: str | None = None


@attrs.frozen
class Detail:
    """Something that there is to say of an entry, and what it is; `key` is the label's name in the catalogue."""

    label: str
    said: tuple[Said, ...]
    key: str | None = None


@attrs.frozen
class Table:
    """Rows under headings."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Said | None, ...], ...]


@attrs.frozen
class Entry:
    """One line of the plan, or one point; `anchor` is the name by which others point to it."""

    said: Said
    details: tuple[Detail, ...] = ()
    table: Table | None = None
    anchor: str | None = None


@attrs.frozen
class Section:
    """Entries under a heading. `intro` says what they are, or that there are none; `parts` are sections below it."""

    anchor: str
    heading: str
    intro: str | None = None
    entries: tuple[Entry, ...] = ()
    parts: tuple[Section, ...] = ()
    table: Table | None = None

    @property
    def said(self) -> Iterator[Said]:
        """Every piece of text in it, in the order in which it is read."""
        for entry in self.entries:
            yield entry.said
            yield from _of_details(entry.details)
            yield from _of_table(entry.table)
        yield from _of_table(self.table)
        for part in self.parts:
            yield from part.said


@attrs.frozen
class Sheet:
    """A whole sheet, in one language."""

    language: str
    title: str
    facts: tuple[Detail, ...]
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]

    @property
    def untranslated(self) -> bool:
        """Whether anything on it is in another language than its own because nobody translated it."""
        return any(said.untranslated for said in self.said)

    @property
    def said(self) -> Iterator[Said]:
        """Every piece of text that is not of the sheet's own making."""
        yield from _of_details(self.facts)
        for section in self.sections:
            yield from section.said


def _of_details(details: tuple[Detail, ...]) -> Iterator[Said]:
    for detail in details:
        yield from detail.said


def _of_table(table: Table | None) -> Iterator[Said]:
    for row in () if table is None else table.rows:
        yield from (cell for cell in row if cell is not None)
