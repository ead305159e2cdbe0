"""A sheet as a PDF that everybody can read: tagged (PDF/UA-1), its fonts inside, for paper and for a screen reader.

The layout (layout/sheet.typ) gets every text as data and never as markup. The same sheet makes the same bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from types import ModuleType
from typing import Final

import msgspec

from icpm_engine.errors import SheetError
from icpm_engine.sheets.catalogue import Catalogue, catalogue
from icpm_engine.sheets.model import Entry, Section, Sheet

_LAYOUT: Final = resources.files("icpm_engine.sheets") / "layout" / "sheet.typ"
_STANDARD: Final = "ua-1"
_WITHOUT_LETTER: Final = re.compile(r'error: .*the text `"(.+?)"` could not be displayed')


def as_pdf(sheet: Sheet, *, large_print: bool = False) -> bytes:
    """A sheet as PDF. Raises SheetError without the extra `pdf`, or where a sign of the text is in no font."""
    typst = _typst()
    told = _told(sheet, catalogue(sheet.language), large_print=large_print)
    try:
        return _compiled(typst, told, fonts_of_machine=False)
    except typst.TypstError:  # a name in other letters than those of the fonts that come along
        return _with_more_fonts(typst, told)


def _with_more_fonts(typst: ModuleType, told: str) -> bytes:
    try:
        return _compiled(typst, told, fonts_of_machine=True)
    except typst.TypstError as error:
        lacking = sorted(set(_WITHOUT_LETTER.findall(str(error.diagnostic))))
        if not lacking:
            raise
        raise SheetError(
            f"pdf: found signs that no font on this machine has ({', '.join(lacking)}); "
            "install a font that has them, or ask for --format html"
        ) from error


def _typst() -> ModuleType:
    try:
        import typst  # noqa: PLC0415 - an extra; who needs no PDF does without it
    except ImportError as error:
        raise SheetError("a PDF needs the package typst: pip install 'icpm-engine[pdf]'") from error
    return typst


def _compiled(typst: ModuleType, told: str, *, fonts_of_machine: bool) -> bytes:
    compiler = typst.Compiler(_layout(), ignore_system_fonts=not fonts_of_machine, sys_inputs={"told": told})
    made: bytes = compiler.compile(format="pdf", pdf_standards=[_STANDARD])
    return made


@cache
def _layout() -> bytes:
    return _LAYOUT.read_bytes()


def _told(sheet: Sheet, words: Catalogue, *, large_print: bool) -> str:
    """All that the layout is told, as JSON."""
    opening, closing = words("language", "quote").split("{words}")
    not_translated = (words("page", "not_translated_why"),) if sheet.untranslated else ()
    said = {
        "sheet": sheet,
        "notes": (*sheet.notes, *not_translated),
        "large_print": large_print,
        "anchors": _anchors(sheet),
        "running": [fact for fact in sheet.facts if fact.label in {words("page", "case"), words("page", "day")}],
        "words": {
            "opening": opening,
            "closing": closing,
            "numbered": words("page", "numbered"),
            "not_translated": words("page", "not_translated"),
        },
    }
    return msgspec.json.encode(said).decode()


def _anchors(sheet: Sheet) -> list[str]:
    """Names of entries to which something points; one that stands there twice is no place to point to."""
    there = Counter(entry.anchor for entry in _entries(sheet.sections) if entry.anchor is not None)
    pointed = {said.to for said in sheet.said}
    return [anchor for anchor, times in there.items() if times == 1 and anchor in pointed]


def _entries(sections: Iterable[Section]) -> Iterator[Entry]:
    for section in sections:
        yield from section.entries
        yield from _entries(section.parts)
