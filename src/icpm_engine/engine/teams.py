"""The child and family team of a case: as it stands, for a reader, with the meetings that safety bars."""

from __future__ import annotations

from icpm_engine.engine import plans
from icpm_engine.engine.around import around_case
from icpm_engine.engine.county import County
from icpm_engine.engine.subjects import About, standing_of
from icpm_engine.engine.times import When
from icpm_engine.plan import SIDES
from icpm_engine.team import Journal, TeamAnswer, team_answer

__all__ = ["TeamAnswer", "the_team"]


def the_team(county: County, case: str, on: When | None, known_at: When | None, reader: str | None) -> TeamAnswer:
    """The team of a case. Raises NotFound; EventError for a reader that nobody is."""
    journal = _journal(county, case, known_at)
    day = journal.today if on is None else county.zone.day_of(county.instant(on))
    reads = reader is None or reader in SIDES
    return team_answer(journal, day, reader, plans.the_plan(county, case, on, known_at, reader) if reads else None)


def _journal(county: County, case: str, known_at: When | None) -> Journal:
    """What is told of a case as known at a moment, and as known now: a flag counts from when it is known."""
    with county.reading(known_at) as reading:
        standing_of(county, reading, About("case", case))
        then = around_case(county, reading, case)
    with county.reading() as reading:
        now = then if known_at is None else around_case(county, reading, case)
    return Journal(case=case, then=then, now=now, today=county.zone.day_of(county.clock()))
