"""The table that is printed while the benchmarks run, and the file that is left."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.measuring import Row, cores

WIDTHS = (22, 12, 9, 12, 7, 12, 8)
WHOLE_FROM = 100  # figures from here on have no decimals
HEADINGS = ("name", "value", "unit", "limit", "ratio", "promised", "kept")


class Table:
    """A table for people, a row as soon as it is known, each with what it ran on below it."""

    def __init__(self) -> None:
        print(machine())
        self._line(HEADINGS)

    def add(self, row: Row) -> None:
        """Print a row."""
        kept = {None: "", True: "yes", False: "NO"}[row.reached]
        promised = "" if row.at_least is None else _number(row.at_least)
        limit = "" if row.limit is None else _number(row.limit)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        self._line((row.name, _number(row.value), row.unit, limit, ratio, promised, kept))
        print(f"    {row.ran_on}", flush=True)

    def _line(self, cells: Iterable[str]) -> None:
        aligned = [
            cell.ljust(width) if place in {0, 2} else cell.rjust(width) for place, (cell, width) in _placed(cells)
        ]
        print(" ".join(aligned).rstrip(), flush=True)


def _placed(cells: Iterable[str]) -> Iterable[tuple[int, tuple[str, int]]]:
    return enumerate(zip(cells, WIDTHS, strict=True))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= WHOLE_FROM else f"{value:.3g}"


def machine() -> str:
    """What the figures were measured with."""
    names = [f"{platform.python_implementation()} {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    return ", ".join([*names, processor(), f"{os.cpu_count()} cores, benchmarks on core {max(cores())}"])


def processor() -> str:
    """The processor's name, where the system tells it."""
    told = Path("/proc/cpuinfo")
    for line in told.read_text(encoding="utf-8").splitlines() if told.exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def save(rows: Iterable[Row], path: Path) -> None:
    """Write the rows as JSON."""
    data = msgspec.json.format(msgspec.json.encode([_told(row) for row in rows]), indent=2)
    path.write_bytes(data + b"\n")


def _told(row: Row) -> dict[str, Any]:
    return {
        "name": row.name,
        "value": _rounded(row.value),
        "unit": row.unit,
        "limit": _rounded(row.limit),
        "ratio": _rounded(row.ratio),
        "at_least": _rounded(row.at_least),
        "reached": row.reached,
        "ran_on": row.ran_on,
        "machine": machine(),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
