"""The child and family team of a case: as it stands, for a reader, with the meetings that safety bars."""

from __future__ import annotations

import attrs

from icpm_engine.engine import plans
from icpm_engine.engine.county import County
from icpm_engine.engine.subjects import About, standing_of
from icpm_engine.engine.times import When
from icpm_engine.errors import EventError
from icpm_engine.plan import SIDES, Found
from icpm_engine.rules.words import hint
from icpm_engine.team import Barred, Team, all_known, barred, for_reader, team_of


@attrs.frozen
class TeamAnswer:
    """A team as of a day, and its meetings that are barred; `reader`: for whom, None for all of it."""

    team: Team
    barred: tuple[Barred, ...]
    reader: str | None = None


def the_team(county: County, case: str, on: When | None, known_at: When | None, reader: str | None) -> TeamAnswer:
    """The team of a case. Raises NotFound; EventError for a reader that nobody is."""
    today = county.zone.day_of(county.clock())
    day = today if on is None else county.zone.day_of(county.instant(on))
    with county.reading(known_at) as reading:
        standing = standing_of(county, reading, About("case", case))
    team = team_of(case, standing.journals[standing.key], county.zone, day)
    if reader is None:
        team = attrs.evolve(team, found=_unanswered(county, case, on, known_at, None))
        return TeamAnswer(team, barred(team))
    with county.reading(None) as reading:  # a flag counts from when it is known, whichever past is asked about
        now = standing_of(county, reading, About("case", case))
    known = all_known(case, now.journals[now.key], county.zone, today)
    readers = dict.fromkeys((*SIDES, *(one.id for one in (*team.members, *known.members))))
    if reader not in readers:
        raise EventError(f"reader: found '{reader}', expected one of {', '.join(readers)}{hint(reader, readers)}")
    read = for_reader(team, SIDES.get(reader, reader), known)
    if reader in SIDES:  # a member alone reads no plan: what is found in it is for the readers of its lines
        read = attrs.evolve(read, found=_unanswered(county, case, on, known_at, reader))
    return TeamAnswer(read, barred(read), reader)


def _unanswered(
    county: County, case: str, on: When | None, known_at: When | None, reader: str | None
) -> tuple[Found, ...]:
    """What is found in the plan, as far as a reader reads it, and nobody has answered."""
    return tuple(one for one in plans.the_plan(county, case, on, known_at, reader).findings if one.answer is None)
