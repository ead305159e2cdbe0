"""The team and its next meeting, asked of the engine for a reader and printed."""

from __future__ import annotations

from icpm_engine.cli.opening import asked_day
from icpm_engine.cli.options import SheetForm
from icpm_engine.cli.printing import as_json
from icpm_engine.cli.sheets import Asked, Wanted, give, show
from icpm_engine.engine import Engine
from icpm_engine.sheets import catalogue, meeting_sheet, team_sheet


def team(engine: Engine, asked: Asked, wanted: Wanted) -> None:
    """Print a case's team as it stands on a day."""
    on = asked_day(engine, asked.on)
    answer = engine.team_of(asked.case, on=on, known_at=asked.known_at, reader=asked.reader)
    if wanted.form is SheetForm.JSON:
        give(as_json(answer), wanted.out)
    else:
        show(team_sheet(answer, asked.reader, catalogue(wanted.language), known_at=asked.known_at), wanted)


def meeting(engine: Engine, asked: Asked, wanted: Wanted) -> None:
    """Print the preparation of the next meeting of a case's team."""
    on = asked_day(engine, asked.on)
    answer = engine.meeting(asked.case, on=on, known_at=asked.known_at, reader=asked.reader)
    if wanted.form is SheetForm.JSON:
        give(as_json(answer), wanted.out)
    else:
        show(meeting_sheet(answer, asked.reader, catalogue(wanted.language), known_at=asked.known_at), wanted)
