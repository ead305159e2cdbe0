"""A sheet as plain text, for a terminal or a letter."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from icpm_engine.sheets.catalogue import Catalogue, catalogue
from icpm_engine.sheets.model import Detail, Entry, Said, Section, Sheet, Table

WIDTH: Final = 80


def as_text(sheet: Sheet) -> str:
    """A sheet as lines of at most 80 signs."""
    words = catalogue(sheet.language)
    return "\n".join(_lines(sheet, words)) + "\n"


def _lines(sheet: Sheet, words: Catalogue) -> Iterator[str]:
    yield from _heading(sheet.title, "=")
    for fact in sheet.facts:
        yield from _detail(fact, words, "")
    for note in (*sheet.notes, *((words("page", "not_translated_why"),) if sheet.untranslated else ())):
        yield from textwrap.wrap(note, WIDTH)
    for section in sheet.sections:
        yield ""
        yield from _section(section, words, "-")
    yield ""
    for note in sheet.closing:
        yield from textwrap.wrap(note, WIDTH)


def _heading(text: str, line: str) -> Iterator[str]:
    yield text
    yield line * min(len(text), WIDTH)


def _section(section: Section, words: Catalogue, line: str) -> Iterator[str]:
    yield from _heading(section.heading, line)
    if section.intro:
        yield from textwrap.wrap(section.intro, WIDTH)
    for entry in section.entries:
        yield from _entry(entry, words)
    if section.table is not None:
        yield from _table(section.table, words, "")
    for part in section.parts:
        yield ""
        yield from _section(part, words, ".")


def _entry(entry: Entry, words: Catalogue) -> Iterator[str]:
    yield from textwrap.wrap(_said(entry.said, words), WIDTH, initial_indent="* ", subsequent_indent="  ")
    for detail in entry.details:
        yield from _detail(detail, words, "  ")
    if entry.table is not None:
        yield f"  {entry.table.caption}:"
        yield from _table(entry.table, words, "  ")


def _detail(detail: Detail, words: Catalogue, indent: str) -> Iterator[str]:
    said = "; ".join(_said(one, words) for one in detail.said)
    text = f"{detail.label}: {said}"
    yield from textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")


def _table(table: Table, words: Catalogue, indent: str) -> Iterator[str]:
    for row in table.rows:
        cells = (f"{head}: {_said(cell, words)}" for head, cell in zip(table.heads, row, strict=True) if cell)
        yield from textwrap.wrap("; ".join(cells), WIDTH, initial_indent=f"{indent}- ", subsequent_indent=f"{indent}  ")


def _said(said: Said, words: Catalogue) -> str:
    text = words("language", "quote", words=said.text) if said.quoted else said.text
    return f"{text} ({words('page', 'not_translated')})" if said.untranslated else text
