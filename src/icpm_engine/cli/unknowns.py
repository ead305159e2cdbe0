"""What nobody has told or settled, asked of the engine and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs
from rich.console import Console
from rich.table import Table
from rich.text import Text

from icpm_engine.cli.listing import check_filters
from icpm_engine.cli.opening import asked_day
from icpm_engine.cli.options import Form
from icpm_engine.cli.printing import lines, publish, table, text
from icpm_engine.engine import Engine
from icpm_engine.history.unknowns import Unknown
from icpm_engine.rules.wording import plain

COLUMNS: Final = tuple(field.name for field in attrs.fields(Unknown))


@attrs.frozen
class Answered:
    """What is unknown on a day, as it is printed."""

    county: str
    pack: str
    pack_version: str
    on: str
    known_at: str | None
    rows: tuple[Unknown, ...]


def show(engine: Engine, on: str | None, known_at: str | None, only: Mapping[str, str | None], form: Form) -> None:
    """Ask and print. Raises BadParameter for a filter that names nothing, NotFound for no such case."""
    day = asked_day(engine, on)
    rows = engine.unknown(day, known_at=known_at, **only)
    if not rows:
        check_filters(engine, only)
    answered = Answered(engine.county, engine.pack.name, engine.pack.version, day, known_at, rows)
    publish(form, answered, COLUMNS, rows, lambda console: _words(answered, console))


def _words(answered: Answered, console: Console) -> None:
    console.print(text(f"Unknown on {answered.on}, {answered.county}: {len(answered.rows) or 'nothing'}", "bold"))
    if answered.rows:
        console.print(_table(answered.rows))


def _table(rows: Sequence[Unknown]) -> Table:
    made = table("Holds", "Overdue?", "Earliest", "What is missing, and what would tell", kept=("Earliest",))
    for row in rows:
        earliest = row.earliest or "no date"
        made.add_row(str(row.holds), str(row.could_be_overdue or ""), text(earliest), lines(*_what(row)))
    return made


def _what(row: Unknown) -> tuple[Text, ...]:
    held = ", ".join(f"{plain(duty)} ({number})" for duty, number in row.duties.items())
    return (
        text(f"{row.label} [{row.name}]" if row.kind == "choice" else row.label, "yellow"),
        text(_settled_by(row) if row.kind == "choice" else _told_by(row)),
        text(f"holds: {held}", "dim"),
    )


def _settled_by(row: Unknown) -> str:
    what = f"one of: {', '.join(map(plain, row.options))}" if row.options else f"a {row.type}"
    return f"to be settled: {what}; {row.authority}{' (exists, but was not seen)' if row.unread else ''}"


def _told_by(row: Unknown) -> str:
    return f"told by: {' or '.join(row.told_by)}" if row.told_by else ""
