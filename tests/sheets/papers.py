"""Reading a PDF in tests: its text, its tags in the order in which they are read out, and its letters."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

FOOT = 64
"""Above this, in points, nothing of a page's foot is printed; below it, nothing else."""


class Paper:
    """A PDF, read back."""

    def __init__(self, made: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(made), strict=True)
        self.root = self.reader.root_object

    @property
    def pages(self) -> list[str]:
        return [page.extract_text() for page in self.reader.pages]

    @property
    def text(self) -> str:
        """All of it on one line, without the running foot of each page."""
        return in_line(" ".join(_above_the_foot(page) for page in self.reader.pages))

    def tags(self) -> Iterator[DictionaryObject]:
        """Every element of its structure, in the order in which it is read out."""
        yield from _below(self.root["/StructTreeRoot"])

    def named(self, *names: str) -> list[DictionaryObject]:
        return [tag for tag in self.tags() if tag["/S"] in names]

    def fonts(self) -> Iterator[DictionaryObject]:
        for page in self.reader.pages:
            for font in _plain(_plain(page["/Resources"])["/Font"]).values():
                yield _plain(_plain(_plain(font)["/DescendantFonts"])[0])["/FontDescriptor"].get_object()


def _above_the_foot(page: PageObject) -> str:
    found: list[str] = []

    def look(text: str, to: list[float], by: list[float], *_: object) -> None:
        if by[4] * to[1] + by[5] * to[3] + to[5] > FOOT:
            found.append(text)

    page.extract_text(visitor_text=look)
    return "".join(found)


def in_line(text: str) -> str:
    """A text without what depends on where its lines are broken."""
    return "".join(text.replace("\N{ZERO WIDTH SPACE}", "").split())


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a PDF holds
    return value.get_object() if isinstance(value, IndirectObject) else value


def _below(value: Any) -> Iterator[DictionaryObject]:  # noqa: ANN401 - as above
    held = _plain(value)
    if isinstance(held, list):
        for one in held:
            yield from _below(one)
    elif isinstance(held, DictionaryObject):
        if "/S" in held:
            yield held
        if "/K" in held:
            yield from _below(held["/K"])
