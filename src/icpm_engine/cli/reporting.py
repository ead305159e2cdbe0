"""The status of a case and what a hearing is to look at, asked of the engine for a reader and printed."""

from __future__ import annotations

from icpm_engine.cli.opening import asked_day
from icpm_engine.cli.sheets import Asked, Wanted, present
from icpm_engine.engine import Engine
from icpm_engine.sheets import hearing_sheet, status_sheet


def status(engine: Engine, asked: Asked, wanted: Wanted) -> None:
    """Print where the help for a child is on a day."""
    on = asked_day(engine, asked.on)
    found = engine.status(asked.case, on=on, known_at=asked.known_at, reader=asked.reader)
    present(found, status_sheet, asked, wanted)


def hearing(engine: Engine, asked: Asked, date: str, wanted: Wanted) -> None:
    """Print what a hearing on a day is to look at."""
    found = engine.hearing(asked.case, date, on=asked.on, known_at=asked.known_at, reader=asked.reader)
    present(found, hearing_sheet, asked, wanted)
