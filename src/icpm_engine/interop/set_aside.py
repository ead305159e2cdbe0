"""Rows that an import could not take: why, and the file in which they are handed back."""

from __future__ import annotations

import csv
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self, TextIO


class Cause(StrEnum):
    """The sort of reason for which a row is set aside; the reason itself is a sentence."""

    BYTES = "bytes that are no text"
    BROKEN = "broken row"
    CUT = "cut last line"
    COLUMNS = "wrong number of columns"
    CODE = "unknown code"
    MISSING = "something missing"
    ID = "unusable id"
    DATE = "unreadable date"
    VALUE = "unusable value"
    ORDER = "dates in the wrong order"
    CONFLICT = "same key, other content"
    REFUSED = "refused by the journal"


class SetAside(NamedTuple):
    """A row that was not taken: its number as a spreadsheet counts (the header is row 1), why, and the row itself."""

    row_number: int
    reason: str
    raw: str
    cause: Cause


class Misfit(Exception):
    """A row does not fit the mapping."""

    def __init__(self, cause: Cause, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause
        self.reason = reason


def readable(raw: str) -> str:
    """Raw text that every program can open: undecodable bytes and NULs are written as their numbers."""
    return raw.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace").replace("\0", "\\x00")


class SetAsideFile:
    """Writes rows set aside as CSV (row, cause, reason, raw row), as they come. A context manager."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.written = 0
        self._stream: TextIO | None = None

    def __enter__(self) -> Self:
        self._stream = self.path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream)
        self._writer.writerow(("row", "cause", "reason", "raw row"))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._stream:
            self._stream.close()

    def write(self, row: SetAside) -> None:
        """Adds one row."""
        self._writer.writerow((row.row_number, row.cause.value, readable(row.reason), readable(row.raw)))
        self.written += 1

    def flush(self) -> None:
        """Brings what was written to the disk's keeping. Raises OSError where there is no room for it."""
        if self._stream:
            self._stream.flush()
