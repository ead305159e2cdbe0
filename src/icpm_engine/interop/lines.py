"""From the bytes of an extract to its rows, whatever is in them; what is wrong with a row is said beside it.

A block of bytes is decoded at once; only in a block that does not decode is each line looked at. A broken row never
swallows its neighbours: if an unclosed quotation mark ran on over several lines, the first line alone is set aside and
the others are read again.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Protocol, TypeAlias

import msgspec

from icpm_engine.errors import MappingError
from icpm_engine.interop.mapping import ImportMapping
from icpm_engine.interop.set_aside import Cause, Misfit
from icpm_engine.rules.words import shown

BLOCK = 16 * 1024
"""Bytes decoded at once: small enough that one bad byte slows down few of its neighbours."""
MAX_LINE = 1024 * 1024
LIST_MARK = "\x1f"
"""Ends each item of a JSON list that has become a cell, and stands alone for an empty list, which is no empty cell."""

_UNREADABLE = re.compile("[\udc80-\udcff\0]")
_CODECS = {"utf-8": "utf-8", "windows-1252": "cp1252"}

Row: TypeAlias = tuple[int, list[str], Misfit | None]
"""Row number, cells, and what is wrong with the row as a row."""


class ByteStream(Protocol):
    """Anything that bytes can be read from: a file opened for reading bytes, a pipe."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


class Lines:
    """The lines of a stream of bytes as text.

    `raw` are those given out since `begin`; `bad` says that one of them holds bytes that are no text (they become lone
    surrogates), or a NUL.
    """

    def __init__(self, stream: ByteStream, mapping: ImportMapping) -> None:
        self.raw: list[str] = []
        self.bad = False
        self._read = stream.read
        self._codec = _CODECS[mapping.encoding]
        self._fallback = _CODECS[mapping.fallback] if mapping.fallback else None
        self._again: deque[str] = deque()
        self._rest = self._decoded_lines()

    def begin(self) -> None:
        """A new row begins."""
        self.raw.clear()
        self.bad = False

    def push_back(self) -> str:
        """Keeps the first line of the row in hand and gives it; the others will be read again."""
        first, *others = self.raw
        self._again.extendleft(reversed(others))
        return first

    def __iter__(self) -> Iterator[str]:
        keep = self.raw.append
        while self._again:
            line = self._again.popleft()
            self.bad = self.bad or _UNREADABLE.search(line) is not None
            keep(line)
            yield line
        for line in self._rest:
            keep(line)
            yield line

    def _decoded_lines(self) -> Iterator[str]:
        for block in self._blocks():
            try:
                text = block.decode(self._codec)
                clean = "\0" not in text
            except UnicodeDecodeError:
                clean = False
            if clean:
                yield from io.StringIO(text, newline="\n")
                continue
            for line in io.BytesIO(block):
                text = self._decoded(line)
                self.bad = self.bad or _UNREADABLE.search(text) is not None
                yield text

    def _decoded(self, line: bytes) -> str:
        for codec in (self._codec, self._fallback):
            try:
                if codec:
                    return line.decode(codec)
            except UnicodeDecodeError:
                continue
        return line.decode(self._codec, "surrogateescape")

    def _blocks(self) -> Iterator[bytes]:
        """Blocks that end with a line, but for the very last one; a line longer than MAX_LINE is cut there."""
        rest = self._beginning()
        while True:
            end = rest.rfind(b"\n") + 1
            if end:
                yield rest[:end]
                rest = rest[end:]
            elif len(rest) > MAX_LINE:
                yield rest[:MAX_LINE] + b"\0\n"
                rest = self._next_line()
            data = self._read(BLOCK)
            if not data:
                break
            rest += data
        if rest:
            yield rest

    def _next_line(self) -> bytes:
        while data := self._read(BLOCK):
            start = data.find(b"\n") + 1
            if start:
                return data[start:]
        return b""

    def _beginning(self) -> bytes:
        """The first bytes, without a byte-order mark."""
        data = self._read(BLOCK)
        while len(data) < len(codecs.BOM_UTF8) and (more := self._read(BLOCK)):
            data += more  # a pipe may give a byte at a time
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise MappingError(
                "the extract begins with the mark of UTF-16; expected utf-8 or windows-1252: save it as UTF-8"
            )
        if not data.startswith(codecs.BOM_UTF8):
            return data
        if self._codec != "utf-8":
            raise MappingError("the extract begins with the mark of UTF-8, but the mapping says windows-1252")
        return data[len(codecs.BOM_UTF8) :]


class CsvRows:
    """The rows of a CSV extract; `header` are the names in its first row."""

    def __init__(self, stream: ByteStream, mapping: ImportMapping) -> None:
        self._lines = Lines(stream, mapping)
        self._delimiter = mapping.delimiter
        self._mapping = mapping
        self._number = 1
        self._reader = self._new_reader()
        self.header = self._read_header()

    def _new_reader(self) -> Any:  # noqa: ANN401 - the csv module does not name the type of its reader
        return csv.reader(self._lines, delimiter=self._delimiter, strict=True)

    def _read_header(self) -> list[str]:
        try:
            names = next(self._reader)
        except StopIteration:
            raise MappingError("the extract is empty; expected a first row with the names of the columns") from None
        except csv.Error as error:
            raise MappingError(f"the first row, with the names of the columns, cannot be read: {error}") from None
        return [name.strip() for name in names]

    def __iter__(self) -> Iterator[Row]:
        lines, width = self._lines, len(self.header)
        while True:
            lines.begin()
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                self._number += 1
                yield self._number, [], self._broken(error)
                continue
            self._number += 1
            if len(lines.raw) > 1 and self._swallowed():
                yield self._number, [], self._broken(csv.Error("unexpected end of data"))
            elif len(cells) == width and not lines.bad:
                yield self._number, cells, None
            elif cells:
                yield self._number, cells, self._misfit(cells)

    def _swallowed(self) -> bool:
        """Whether a text that runs over lines holds one that looks like a whole row: its quotation mark is astray."""
        others = self._lines.raw[1:]
        return any(line.count(self._delimiter) == len(self.header) - 1 for line in others)

    @property
    def raw(self) -> str:
        """The row given last, as it stands in the file."""
        return "".join(self._lines.raw).rstrip("\r\n")

    def _first_line_only(self) -> str:
        """Sets aside the first line of the row in hand; the lines that it swallowed are read again."""
        lines = self._lines
        if len(lines.raw) > 1:
            first = lines.push_back()
            lines.raw[:] = [first]
            self._reader = self._new_reader()
        return lines.raw[0] if lines.raw else ""

    def _broken(self, error: csv.Error) -> Misfit:
        line = self._first_line_only()
        if not line.endswith("\n"):
            return Misfit(Cause.CUT, "the last line is cut: it ends inside a quoted text")
        problem = str(error)
        if "unexpected end" in problem or "limit" in problem:
            problem = "a quotation mark is opened and not closed"
        elif "expected after" in problem:
            problem = "text stands after a closing quotation mark; a quotation mark inside a text is written twice"
        elif "new-line" in problem:
            problem = "a line end (CR) stands in the middle of the row"
        return Misfit(Cause.BROKEN, problem)

    def _misfit(self, cells: list[str]) -> Misfit:
        if len(cells) == len(self.header):
            return unreadable(cells, self.header, self._mapping)
        found, expected = len(cells), len(self.header)
        line = self._first_line_only()
        if found < expected and not line.endswith("\n"):
            return Misfit(Cause.CUT, f"the last line is cut: found {found} columns, expected {expected}")
        return Misfit(Cause.COLUMNS, f"found {found} columns, expected {expected} as in the first row")


class JsonRows:
    """The rows of a JSON Lines extract as cells, in the order of `header`, the columns that the mapping names.

    A value becomes the text of a cell: null and a missing key nothing, true and false words, numbers their digits.
    `seen` are the keys that at least one row had.
    """

    def __init__(self, stream: ByteStream, mapping: ImportMapping) -> None:
        self._lines = Lines(stream, mapping)
        self._mapping = mapping
        self._decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
        self.header = [column.name for column in mapping.columns]
        self.seen: set[str] = set()

    @property
    def raw(self) -> str:
        """The row given last, as it stands in the file."""
        return "".join(self._lines.raw).rstrip("\r\n")

    def __iter__(self) -> Iterator[Row]:
        lines = self._lines
        for number, line in enumerate(lines, 1):
            if not line.isspace():
                yield (number, *self._row(line))
            lines.begin()

    def _row(self, line: str) -> tuple[list[str], Misfit | None]:
        if self._lines.bad:
            return [], unreadable([line], ["the row"], self._mapping)
        try:
            values = self._decode(line)
            self.seen.update(values)
            return [_cell(name, values.get(name)) for name in self.header], None
        except (msgspec.DecodeError, RecursionError, ValueError, ArithmeticError) as error:
            if line.endswith("\n"):
                return [], Misfit(Cause.BROKEN, f"not one JSON object: {shown(str(error))}")
            return [], Misfit(Cause.CUT, "the last line is cut: it ends inside a JSON object")
        except Misfit as misfit:
            return [], misfit


def _cell(name: str, value: object) -> str:
    """A JSON value as the text of a cell. Raises Misfit for an object."""
    if type(value) is str:
        if LIST_MARK in value or "\0" in value:
            raise Misfit(Cause.BYTES, f"{name} holds a control character")
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, list):
        return "".join(_cell(name, item) + LIST_MARK for item in value) or LIST_MARK
    raise Misfit(Cause.VALUE, f"{name} holds an object in braces; expected a text, a number, true, false or a list")


def unreadable(cells: list[str], header: list[str], mapping: ImportMapping) -> Misfit:
    """Which byte in which column is no text."""
    for name, cell in zip(header, cells, strict=True):
        if found := _UNREADABLE.search(cell):
            return Misfit(Cause.BYTES, _what(found[0], name, mapping))
    return Misfit(Cause.BYTES, f"the row is longer than {MAX_LINE:,} bytes, or holds bytes that are no text")


def _what(character: str, name: str, mapping: ImportMapping) -> str:
    if character == "\0":
        return f"{name} holds a NUL byte, which no text has, or the line is longer than {MAX_LINE:,} bytes"
    byte = ord(character) - 0xDC00
    said = f"{name} holds the byte 0x{byte:02X}, which is not {mapping.encoding}"
    if mapping.encoding != "utf-8" or mapping.fallback:
        return said
    other = bytes([byte]).decode("cp1252", "replace")
    if not other.isprintable() or other == "\ufffd":
        return said
    return f"{said}; in windows-1252 it is {other}: if that is meant, the mapping has to say encoding or fallback"
