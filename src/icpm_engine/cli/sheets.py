"""The plan, asked of the engine for a reader; and every sheet, printed in the form that is wanted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import typer

from icpm_engine.cli.opening import asked_day
from icpm_engine.cli.options import SheetForm, refuse_unknown
from icpm_engine.cli.printing import as_json, plain_data
from icpm_engine.engine import Engine
from icpm_engine.sheets import Sheet, as_html, as_pdf, as_text, catalogue, changes_sheet, languages, plan_sheet

IN_LETTERS = (SheetForm.HTML, SheetForm.PDF)
"""The forms in which letters have a size."""


@attrs.frozen
class Asked:
    """Whose plan is wanted, for whom, and as of when."""

    case: str
    reader: str
    on: str | None
    known_at: str | None


@attrs.frozen
class Wanted:
    """In which form, language and print a sheet is wanted, and the file that it goes to."""

    form: SheetForm
    language: str
    large_print: bool = attrs.field(kw_only=True)
    out: Path | None = attrs.field(kw_only=True)


def check(wanted: Wanted) -> None:
    """Refuse what does not go together before anything is opened. Raises BadParameter."""
    refuse_unknown("language", wanted.language, languages())
    form = wanted.form
    if wanted.large_print and form not in IN_LETTERS:
        raise typer.BadParameter(f"found --large-print with --format {form}, expected --format html or pdf")
    if form is SheetForm.PDF and wanted.out is None and at_a_terminal():
        raise typer.BadParameter("found --format pdf on a terminal, expected --out FILE, or > FILE")


def at_a_terminal() -> bool:
    """Whether what is printed is shown on a screen."""
    return sys.stdout.isatty()


def present(found: object, make: Callable[..., Sheet], asked: Asked, wanted: Wanted) -> None:
    """Print an answer of the engine as JSON, or as the sheet that is made of it for its reader."""
    if wanted.form is SheetForm.JSON:
        give(as_json(found), wanted.out)
    else:
        show(make(found, asked.reader, catalogue(wanted.language), known_at=asked.known_at), wanted)


def show(sheet: Sheet, wanted: Wanted) -> None:
    """Print a sheet, or write it to the file that was named. Raises SheetError and OSError."""
    if wanted.form is SheetForm.PDF:
        give(as_pdf(sheet, large_print=wanted.large_print), wanted.out)
    else:
        give(_page(sheet, wanted) if wanted.form is SheetForm.HTML else as_text(sheet), wanted.out)


def give(made: str | bytes, out: Path | None) -> None:
    """Write what was made to a file, or to standard output."""
    if out is not None:
        out.write_bytes(made.encode() if isinstance(made, str) else made)
    elif isinstance(made, str):
        sys.stdout.write(made)
    else:
        sys.stdout.buffer.write(made)


def _page(sheet: Sheet, wanted: Wanted) -> str:
    """The page in ASCII alone: what a terminal or file makes of other letters cannot change it."""
    page = as_html(sheet, large_print=wanted.large_print)
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


# --- the plan ---------------------------------------------------------------------------------------------------------


def plan(engine: Engine, asked: Asked, wanted: Wanted) -> None:
    """Print a case's plan as it stands on a day."""
    on = asked_day(engine, asked.on)
    answer = engine.plan(asked.case, on=on, known_at=asked.known_at, reader=asked.reader)
    owing = engine.owing(asked.case, on=on, known_at=asked.known_at, reader=asked.reader)
    if wanted.form is SheetForm.JSON:
        without = [plain_data(one) for one in owing.without_limit]
        give(as_json({**plain_data(answer), "no_verified_limit": without}), wanted.out)
        return
    words, known = catalogue(wanted.language), asked.known_at
    show(plan_sheet(answer.plan, answer.findings, asked.reader, words, owing=owing, known_at=known), wanted)


def versions(engine: Engine, asked: Asked, wanted: Wanted) -> None:
    """Print what changed with each version of a case's plan, up to a day."""
    on = asked_day(engine, asked.on)
    told = engine.plan_versions(asked.case, known_at=asked.known_at, reader=asked.reader)
    rows = tuple(one for one in told if one.on <= on[:10])
    if wanted.form is SheetForm.JSON:
        data = {"case": asked.case, "county": engine.county, "on": on, "reader": asked.reader, "rows": rows}
        give(as_json(data), wanted.out)
        return
    days = [one.on for one in rows]
    plans = [engine.plan(asked.case, on=day, known_at=asked.known_at, reader=asked.reader).plan for day in days]
    words = catalogue(wanted.language)
    show(changes_sheet(asked.case, plans, asked.reader, words, on=on, known_at=asked.known_at), wanted)
