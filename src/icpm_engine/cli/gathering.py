"""The team and its next meeting, asked of the engine for a reader and printed."""

from __future__ import annotations

from icpm_engine.cli.opening import asked_day
from icpm_engine.cli.sheets import Asked, Wanted, present
from icpm_engine.engine import Engine
from icpm_engine.sheets import meeting_sheet, team_sheet


def team(engine: Engine, asked: Asked, wanted: Wanted) -> None:
    """Print a case's team as it stands on a day."""
    on = asked_day(engine, asked.on)
    found = engine.team_of(asked.case, on=on, known_at=asked.known_at, reader=asked.reader)
    present(found, team_sheet, asked, wanted)


def meeting(engine: Engine, asked: Asked, wanted: Wanted) -> None:
    """Print the preparation of the next meeting of a case's team."""
    on = asked_day(engine, asked.on)
    found = engine.meeting(asked.case, on=on, known_at=asked.known_at, reader=asked.reader)
    present(found, meeting_sheet, asked, wanted)
