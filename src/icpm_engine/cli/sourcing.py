"""The register of sources, asked of a pack and printed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

import attrs
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from icpm_engine.calendars import Zone, format_day
from icpm_engine.cli.options import Form
from icpm_engine.cli.printing import lines, publish, table, text
from icpm_engine.rules.loading import load_pack
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.register import Registered, register
from icpm_engine.rules.wording import plain
from icpm_engine.rules.words import parse_date, shown

COLUMNS: Final = tuple(field.name for field in attrs.fields(Registered))


@attrs.frozen
class Answered:
    """The register of a pack on a day: `overdue` counts the agreements that are past their term or review."""

    pack: str
    county: str | None
    pack_version: str
    on: str
    overdue: int
    rows: tuple[Registered, ...]


def show(name: str, county: str | None, on: str | None, form: Form, *, past: bool) -> None:
    """Load, ask and print. Raises PackError, and BadParameter for what is no day."""
    pack = load_pack(name, county)
    day = today_or(on, pack)
    rows = tuple(row for row in register(pack, day) if row.overdue or not past)
    late = sum(1 for row in rows if row.overdue)
    found = Answered(pack.name, pack.county, pack.version, format_day(day), late, rows)
    publish(form, found, COLUMNS, rows, lambda console: _words(found, console))


def today_or(on: str | None, pack: RulePack) -> int:
    """The day asked about; today where the rules hold, where none was given. Raises BadParameter."""
    if on is None:
        return Zone(pack.zone).day_of(int(time.time()))
    day = parse_date(on)
    if day is None:
        raise typer.BadParameter(f"found --on {shown(on)}, expected a day like 2026-04-01")
    return day


def _words(found: Answered, console: Console) -> None:
    county = f", {found.county} county" if found.county else ""
    console.print(text(f"Sources of {found.pack}{county}, {found.on}: {len(found.rows)}", "bold"))
    console.print(_table(found.rows))
    late = "1 is" if found.overdue == 1 else f"{found.overdue} are"
    console.print(text(f"of the agreements, {late} past the term or the review", "bold red" if found.overdue else ""))


def _table(rows: Sequence[Registered]) -> Table:
    made = table("Source", "Seen", "What it is, and what rests on it", kept=("Seen",))
    for row in rows:
        seen = lines(text(row.seen), text(row.checked or "", "dim"))
        made.add_row(lines(text(row.name), text(_kind(row), "dim")), seen, lines(*_what(row)))
    return made


def _kind(row: Registered) -> str:
    return " ".join(filter(None, (plain(row.kind or ""), row.section)))


def _what(row: Registered) -> tuple[Text, ...]:
    review = " ".join(filter(None, (row.review_by and f"by {row.review_by}", row.review_duty)))
    return (
        text(row.title),
        text(row.link or "", "dim"),
        text(f"between {' and '.join(row.parties)}" if row.parties else ""),
        text(f"term: {row.term_from or 'no first day'} to {row.term_until or 'no last day'}" if _termed(row) else ""),
        text(f"review: {review}" if review else ""),
        *(text(words, "bold red") for words in row.overdue),
        text(f"cited by: {', '.join(row.cited_by) or 'no rule'}", "dim"),
    )


def _termed(row: Registered) -> bool:
    return row.term_from is not None or row.term_until is not None
