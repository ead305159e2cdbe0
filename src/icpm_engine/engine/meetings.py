"""The preparation of a team's next meeting: team, plan and what is owed, each as its reader reads it."""

from __future__ import annotations

from icpm_engine.engine import plans, reports, teams
from icpm_engine.engine.county import County
from icpm_engine.engine.times import When
from icpm_engine.plan import SIDES
from icpm_engine.team import MeetingAnswer, preparation

__all__ = ["MeetingAnswer", "the_meeting"]


def the_meeting(county: County, case: str, on: When | None, known_at: When | None, reader: str | None) -> MeetingAnswer:
    """What the next meeting is prepared from. Raises NotFound; EventError for a reader that nobody is."""
    plan = plans.the_plan(county, case, on, known_at, reader)
    team = teams.the_team(county, case, on, known_at, reader)
    owing = reports.owing(county, case, on, known_at, reader)
    return preparation(team, plan, owing, None if reader is None else SIDES[reader])
