"""The team as it is asked for: of a day, for a reader, with the meetings that safety bars."""

from __future__ import annotations

import attrs

from icpm_engine.errors import EventError
from icpm_engine.plan import SIDES, PlanAnswer
from icpm_engine.rules.words import hint
from icpm_engine.safety import Around
from icpm_engine.team.building import all_known, team_of
from icpm_engine.team.model import Team
from icpm_engine.team.safety import Barred, barred, for_reader


@attrs.frozen
class TeamAnswer:
    """A team as of a day, and its meetings that are barred; `reader`: for whom, None for all of it."""

    team: Team
    barred: tuple[Barred, ...]
    reader: str | None = None


@attrs.frozen(kw_only=True)
class Journal:
    """What a team is made from: what was told of its case and around it by then, and all that is known `today`."""

    case: str
    then: Around
    now: Around
    today: int


def team_answer(journal: Journal, day: int, reader: str | None, plan: PlanAnswer | None) -> TeamAnswer:
    """The team at the end of a day, beside the plan as its reader reads it. Raises EventError for an unknown reader.

    A member alone reads no plan (None): what is said and found in it is for the readers of its lines.
    """
    team, people = team_of(journal.case, journal.then, day), journal.then.people(day)
    if reader is not None:
        known = all_known(journal.case, journal.now, journal.today)
        team = for_reader(team, _read_as(reader, team, known), known, journal.now.people())
    if plan is not None:
        found = tuple(one for one in plan.findings if one.answer is None)
        team = attrs.evolve(team, found=found, disagreements=plan.plan.disagreements)
    return TeamAnswer(team, barred(team, people), reader)


def _read_as(reader: str, team: Team, known: Team) -> str:
    """The side, or the member, as whom somebody reads."""
    readers = dict.fromkeys((*SIDES, *(one.id for one in (*team.members, *known.members))))
    if reader not in readers:
        raise EventError(f"reader: found '{reader}', expected one of {', '.join(readers)}{hint(reader, readers)}")
    return SIDES.get(reader, reader)
