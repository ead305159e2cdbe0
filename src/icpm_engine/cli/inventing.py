"""Extracts, invented."""

from __future__ import annotations

from pathlib import Path

import attrs
import typer
from rich.console import Console

from icpm_engine.cli.options import Form
from icpm_engine.cli.printing import publish, text
from icpm_engine.simulate import INVENTED, Caseload


@attrs.frozen
class Invented:
    """What was written."""

    note: str
    extract: str
    mapping: str
    rows: int
    events: int
    mess: dict[str, int]


def invent(folder: Path, events: int, seed: int, mess: float, form: Form, *, force: bool) -> None:
    """Write an invented extract and its mapping into a folder, and print what is in them."""
    for name in ("extract.csv", "mapping.yaml"):
        if (folder / name).exists() and not force:
            raise typer.BadParameter(f"{folder / name} is there already; --force writes over it")
    written = Caseload(events=events, seed=seed, mess=mess).write(folder)
    found = Invented(
        INVENTED, str(written.extract), str(written.mapping), written.rows, written.events, dict(written.made)
    )
    columns = [field.name for field in attrs.fields(Invented)]
    publish(form, found, columns, [found], lambda console: _invented(found, console))


def _invented(found: Invented, console: Console) -> None:
    console.print(text(f"{found.note.capitalize()}: {found.rows:,} rows that tell {found.events:,} events", "bold"))
    for place in (found.extract, found.mapping):
        console.print(text(f"  {place}"), soft_wrap=True)
    if found.mess:
        spoilt = ", ".join(f"{number} {what}" for what, number in sorted(found.mess.items()))
        console.print(text(f"Spoilt on purpose: {spoilt}"))
    console.print(text(f"icpm import {found.extract} --mapping {found.mapping}", "dim"), soft_wrap=True)
