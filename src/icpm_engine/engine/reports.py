"""What a reader is told of a case: what is owed, where the help for the child is, what a hearing is to look at."""

from __future__ import annotations

from icpm_engine.engine import plans
from icpm_engine.engine.around import around_case
from icpm_engine.engine.county import County
from icpm_engine.engine.subjects import About, folded_with, standing_of, without_limit
from icpm_engine.engine.times import When
from icpm_engine.history.assignments import covers_of
from icpm_engine.plan import Plan
from icpm_engine.reports import Folded, Hearing, Owing, Status, Told, hearing_of, owing_of, reads, status_of

__all__ = ["Hearing", "Owing", "Status", "hearing", "owing", "status"]


def owing(county: County, case: str, on: When | None, known_at: When | None, reader: str | None) -> Owing:
    """What is owed in a case. Raises NotFound; EventError for a reader that nobody is."""
    return owing_of(_told(county, case, on, known_at, reader)[0])


def status(county: County, case: str, on: When | None, known_at: When | None, reader: str | None) -> Status:
    """Where the help for a child is. Raises NotFound; EventError for a reader that nobody is."""
    return status_of(*_told(county, case, on, known_at, reader))


def hearing(
    county: County, case: str, date: When, on: When | None, known_at: When | None, reader: str | None
) -> Hearing:
    """What a hearing is to look at, as it stands on its day, or today if that is ahead. Raises as above."""
    at = min(county.clock(), county.instant(date)) if on is None else county.instant(on)
    return hearing_of(*_told(county, case, at, known_at, reader), county.zone.day_of(county.instant(date)))


def _told(county: County, case: str, on: When | None, known_at: When | None, reader: str | None) -> tuple[Told, Plan]:
    """All that is told of a case, and what the reader reads of its plan."""
    at = county.clock() if on is None else county.instant(on)
    plan = plans.the_plan(county, case, at, known_at, reader).plan
    about = About("case", case, at, known_at)
    with county.reading(known_at) as reading:
        made, standing = county.made_with(reading, standing_of(county, reading, about))
        folded = folded_with(county, about, reading, made, standing)
        unverified = tuple(without_limit(reading, made, standing, at))
        assignments = reading.assignments(case)
        covers = covers_of(reading.standing("county", county.name).entries, county.zone)
        entries = list(around_case(county, reading, case).told)
    for key, theirs in standing.journals.items():
        if (
            key != standing.key and key[0] != "team"
        ):  # its own, and what its teams tell of the days they serve, is there
            entries += theirs
    with county.reading() as reading:  # what a reader must not know counts from when it is known
        now = standing_of(county, reading, About("case", case)).entries
        kept_safe = around_case(county, reading, case).keeps_safe()
    told = Told(
        case=case,
        at=at,
        zone=county.zone,
        folded=[Folded(one.folding.rows, one.folding.states, one.rules, one.subject) for one in folded],
        unverified=unverified,
        entries=entries,
        assignments=assignments,
        covers=covers,
        reads=reads(reader, now, plan, kept_safe=kept_safe),
    )
    return told, plan
