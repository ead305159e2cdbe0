"""The one plan of a case: as it stands, for a reader, with what is found in it, and how it came about."""

from __future__ import annotations

import attrs

from icpm_engine.engine.county import County
from icpm_engine.engine.subjects import About, standing_of
from icpm_engine.engine.times import When
from icpm_engine.errors import EventError
from icpm_engine.plan import SIDES, Found, Plan, Version, circumstances, findings, plan_of, versions
from icpm_engine.rules.words import hint


@attrs.frozen
class PlanAnswer:
    """A plan as of a day, and what a team should look at in it; `reader`: for whom, None for all of it."""

    plan: Plan
    findings: tuple[Found, ...]
    reader: str | None = None


def the_plan(county: County, case: str, on: When | None, known_at: When | None, reader: str | None) -> PlanAnswer:
    """The plan of a case. Raises NotFound; EventError for a reader that nobody is."""
    _check(reader)
    day = county.zone.day_of(county.clock() if on is None else county.instant(on))
    with county.reading(known_at) as reading:
        made, standing = county.made_with(reading, standing_of(county, reading, About("case", case)))
    plan = plan_of(case, standing.journals[standing.key], county.zone, day)
    found = findings(plan, circumstances(standing.entries, made.pack, county.zone, day))
    if reader is None:
        return PlanAnswer(plan, found)
    read = plan.for_reader(reader)
    return PlanAnswer(read, tuple(one for one in found if _shown(one, read, reader)), reader)


def _check(reader: str | None) -> None:
    if reader is not None and reader not in SIDES:
        raise EventError(f"reader: found '{reader}', expected one of {', '.join(SIDES)}{hint(reader, SIDES)}")


def _shown(found: Found, read: Plan, reader: str) -> bool:
    """What is found in lines is for those who read them all; what is found beside them is for the two agencies."""
    return read.holds(found.lines) if found.lines else reader in {"social_worker", "clinician"}


def history(county: County, case: str, known_at: When | None, reader: str | None) -> tuple[Version, ...]:
    """Every version of a case's plan, and what changed with it, for a reader. Raises NotFound; EventError as above."""
    _check(reader)
    with county.reading(known_at) as reading:
        standing = standing_of(county, reading, About("case", case))
    return versions(case, standing.journals[standing.key], county.zone, reader)
