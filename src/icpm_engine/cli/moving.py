"""Extracts, taken in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from icpm_engine.cli.codes import Code
from icpm_engine.cli.options import Form
from icpm_engine.cli.printing import publish, table, text
from icpm_engine.engine import Engine
from icpm_engine.interop import load_mapping
from icpm_engine.interop.importing import ImportReport, import_extract


@attrs.frozen
class Cause:
    """How many rows were set aside for one sort of reason."""

    cause: str
    rows: int


CAUSES: Final = tuple(field.name for field in attrs.fields(Cause))


def take_in(
    engine: Engine,
    file: Path,
    mapping: Path,
    set_aside: Path | None,
    by: str | None,
    form: Form,
    *,
    strict: bool,
) -> Code:
    """Import an extract, print what became of its rows, and say how to exit."""
    if set_aside is not None and set_aside.resolve() in (file.resolve(), mapping.resolve()):
        raise typer.BadParameter(f"--set-aside {set_aside} would be written over the file that is read")
    read = load_mapping(mapping, engine.pack.events)
    with progress(file.name) as told:
        report = import_extract(
            engine, read, file, by=by or f"import:{read.system}", set_aside=set_aside, progress=told
        )
    data = {
        "county": engine.county,
        "extract": str(file),
        "set_aside_file": None if set_aside is None else str(set_aside),
        "report": report,
    }
    causes = [Cause(str(cause), rows) for cause, rows in report.causes.items()]
    publish(form, data, CAUSES, causes, lambda console: outcome(report, file.name, set_aside, console))
    return Code.REFUSED if strict and report.set_aside else Code.FINE


def outcome(report: ImportReport, name: str, set_aside: Path | None, console: Console) -> None:
    """Say what became of an extract's rows."""
    console.print(text(f"{name}: {report.rows:,} rows", "bold"))
    made = table("Rows", "What became of them")
    made.columns[0].justify = "right"
    made.add_row(text(f"{report.taken:,}"), text(f"taken, as {report.entries:,} entries of the journal"))
    for number, what in ((report.known, "known: recorded before, unchanged"), (report.duplicates, "duplicates")):
        if number:
            made.add_row(text(f"{number:,}"), text(what))
    style = "yellow" if report.set_aside else ""
    made.add_row(text(f"{report.set_aside:,}", style), text("set aside", style))
    for cause, rows in sorted(report.causes.items(), key=lambda one: (-one[1], one[0])):
        made.add_row(text(f"{rows:,}", "dim"), text(f"  {cause}", "dim"))
    console.print(made)
    if report.versions:
        console.print(text(f"Known as entered, at {report.versions:,} moments of the past"))
    if report.too_late:
        console.print(
            text(f"Entered before the county's last commit, so known from now on: {report.too_late:,} entries")
        )
    if report.unknown_columns:
        console.print(text(f"Columns that the mapping does not name: {', '.join(report.unknown_columns)}"))
    if report.set_aside:
        where = f"Set aside, row by row with the reason: {set_aside}" if set_aside else "--set-aside FILE keeps them"
        console.print(text(where), soft_wrap=True)


@contextmanager
def progress(name: str, what: str = "rows read") -> Iterator[Callable[[int], None] | None]:
    """What to tell how far an import, or something else that takes long, has come; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:,.0f}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(f"{name}: {what}", total=None)
        before = 0

        def tell(number: int) -> None:
            nonlocal before
            if number < before:  # first the rows that were read are told, then the entries that were written
                shown.update(task, description=f"{name}: entries written")
            before = number
            shown.update(task, completed=number)

        yield tell
