"""The preparation of a team's next meeting: team, plan and what is owed, each as its reader reads it."""

from __future__ import annotations

from icpm_engine.engine import plans, subjects, teams
from icpm_engine.engine.county import County
from icpm_engine.engine.subjects import About
from icpm_engine.engine.times import When
from icpm_engine.history.answers import Obligation
from icpm_engine.plan import SIDES
from icpm_engine.team import People, preparation
from icpm_engine.team.model import AGENCIES
from icpm_engine.team.preparing import MeetingAnswer

__all__ = ["MeetingAnswer", "the_meeting"]


def the_meeting(county: County, case: str, on: When | None, known_at: When | None, reader: str | None) -> MeetingAnswer:
    """What the next meeting is prepared from. Raises NotFound; EventError for a reader that nobody is."""
    plan = plans.the_plan(county, case, on, known_at, reader)
    team = teams.the_team(county, case, on, known_at, reader)
    side = None if reader is None else SIDES[reader]
    answer = subjects.answer(county, About("case", case, on, known_at))
    owed = tuple(one for one in answer.obligations if one.state in _OPEN and _reads(side, one))
    return preparation(team, plan, owed, side)


_OPEN = frozenset({"running", "paused", "undetermined"})


def _reads(side: str | None, owed: Obligation) -> bool:
    """Until releases are built: the agencies read all that is owed; anybody else what their own side owes.

    What is owed for one meeting or request may tell of a meeting that a reader must not know of.
    """
    if side is None or side in AGENCIES:
        return True
    return owed.instance is None and People(()).side(owed.owner) == side
