"""The status of a case and what a hearing is to look at, asked of the engine for a reader and printed."""

from __future__ import annotations

from icpm_engine.cli.opening import asked_day
from icpm_engine.cli.options import SheetForm
from icpm_engine.cli.printing import as_json
from icpm_engine.cli.sheets import Asked, Wanted, give, show
from icpm_engine.engine import Engine
from icpm_engine.sheets import catalogue, hearing_sheet, status_sheet


def status(engine: Engine, asked: Asked, wanted: Wanted) -> None:
    """Print where the help for a child is on a day."""
    on = asked_day(engine, asked.on)
    answer = engine.status(asked.case, on=on, known_at=asked.known_at, reader=asked.reader)
    if wanted.form is SheetForm.JSON:
        give(as_json(answer), wanted.out)
    else:
        show(status_sheet(answer, asked.reader, catalogue(wanted.language), known_at=asked.known_at), wanted)


def hearing(engine: Engine, asked: Asked, date: str, wanted: Wanted) -> None:
    """Print what a hearing on a day is to look at."""
    answer = engine.hearing(asked.case, date, on=asked.on, known_at=asked.known_at, reader=asked.reader)
    if wanted.form is SheetForm.JSON:
        give(as_json(answer), wanted.out)
    else:
        show(hearing_sheet(answer, asked.reader, catalogue(wanted.language), known_at=asked.known_at), wanted)
