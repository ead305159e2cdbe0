"""What goes wrong in real extracts, done to invented ones on purpose, and counted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from icpm_engine.simulate.extracts import AT, COLUMNS, Row

BOM = b"\xef\xbb\xbf"
POOL = 4_000
"""Rows that wait to be written, in any order: about those of a hundred cases."""

OFTEN = 4
"""How much more often rows are spoilt of which there are few, so that a small extract shows their mess, too."""

Spoil: TypeAlias = Callable[[list[str], random.Random], bytes]
"""The cells of a row to a spoilt line."""


class Mess:
    """Turns rows into the lines of a file, a share of which is spoilt.

    `made` counts what was done, by name; `rows` all rows; `events` those that the rows left whole tell.
    """

    def __init__(self, chance: random.Random, share: float) -> None:
        self.made: Counter[str] = Counter()
        self.rows = 0
        self.events = 0
        self._chance = chance
        self._share = share

    def lines(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """A byte-order mark, the names of the columns, rows in any order, a cut last line; without mess, only rows."""
        if not self._share:
            yield _line(COLUMNS)
            for row in rows:
                yield self._whole(row)
            return
        yield BOM + _line(COLUMNS)
        for row in self._in_any_order(rows):
            yield from self._messy(row)
        self.made["cut last line"] += 1
        self.rows += 1
        yield _line([*COLUMNS[:1], "cut"])[:-1]

    def _in_any_order(self, rows: Iterable[Row]) -> Iterator[Row]:
        pool: list[Row] = []
        for row in rows:
            pool.append(row)
            if len(pool) > POOL:
                yield self._out_of(pool)
        while pool:
            yield self._out_of(pool)

    def _out_of(self, pool: list[Row]) -> Row:
        place = int(self._chance.random() * len(pool))
        pool[place], pool[-1] = pool[-1], pool[place]
        return pool.pop()

    def _messy(self, row: Row) -> Iterator[bytes]:
        own = _OF_CODE.get(row.cells[AT["EVT_CD"]])
        if self._chance.random() >= self._share * (1 if own is None else OFTEN):
            yield self._whole(row)
            return
        name, spoil = own if own and self._chance.randrange(2) else self._chance.choice(_MESS)
        spoilt = spoil(row.cells, self._chance)
        if name in _BESIDE:
            yield self._whole(row)
        self.made[name] += 1
        self.rows += 1
        yield spoilt

    def _whole(self, row: Row) -> bytes:
        self.rows += 1
        self.events += row.events
        return _line(row.cells)


def _line(cells: Iterable[str]) -> bytes:
    return (",".join(cells) + "\n").encode()


def _put(cells: list[str], **texts: str) -> str:
    spoilt = list(cells)
    for name, text in texts.items():
        spoilt[AT[name]] = text
    return ",".join(spoilt) + "\n"


def _one_of(*texts: dict[str, str]) -> Spoil:
    """Writes one of some texts over the cells."""

    def spoil(cells: list[str], chance: random.Random) -> bytes:
        return _put(cells, **chance.choice(texts)).encode()

    return spoil


def _twice(cells: list[str], _: random.Random) -> bytes:
    return _line(cells)


def _typed_again(cells: list[str], _: random.Random) -> bytes:
    return _put(cells, EVT_DT="1/2/24", TOOL="typed again").encode()


def _wrong_century(cells: list[str], _: random.Random) -> bytes:
    return _put(cells, EVT_DT=cells[AT["EVT_DT"]].split()[0][:-2] + "48").encode()


def _windows(cells: list[str], chance: random.Random) -> bytes:
    """The name of a tool as Windows writes its apostrophes and dashes."""
    name = chance.choice(["Children\u2019s Trauma Screen", "Parent checklist \u2013 short"])
    return _put(cells, TOOL=name).encode("cp1252")


_MESS: tuple[tuple[str, Spoil], ...] = (
    ("duplicate", _twice),
    ("duplicate", _twice),
    ("same key, other content", _typed_again),
    ("unknown code", _one_of(*({"EVT_CD": code} for code in ("ZZZZ", "SCR", "99", "OTHR")))),
    (
        "impossible date",
        _one_of(*({"EVT_DT": date} for date in ("2/30/25", "13/4/25", "00/00/00", "3-4-2025", "soon"))),
    ),
    ("missing id", _one_of({"CASE_ID": "", "CLIENT_ID": ""})),
    ("entered before it happened", _one_of({"ENTRY_TS": "1/3/91 9:00"})),
    ("wrong century", _wrong_century),
    ("Windows-1252", _windows),
    ("comma in a text", _one_of({"TOOL": "screen, short form"})),
    ("unclosed quotation mark", _one_of({"TOOL": '"the short form'})),
)
_OF_CODE: dict[str, tuple[str, Spoil]] = {
    "PLCE": ("end before start", _one_of({"END_DT": "1/3/91"})),
    "SCRN": ("no number", _one_of({"SCORE": "n/a"})),
}
"""Mess that can only be made of rows with this code."""
_BESIDE = {"duplicate", "same key, other content"}
"""Mess that stands beside the good row; all other mess stands in its place."""
