"""The one plan of a case: as it stands, for a reader, with what is found in it, and how it came about."""

from __future__ import annotations

from icpm_engine.engine.around import around_case
from icpm_engine.engine.county import County
from icpm_engine.engine.subjects import About, standing_of
from icpm_engine.engine.times import When
from icpm_engine.errors import EventError
from icpm_engine.plan import SIDES, PlanAnswer, Told, Version, plan_answer, versions
from icpm_engine.rules.words import hint

__all__ = ["PlanAnswer", "history", "the_plan"]


def the_plan(county: County, case: str, on: When | None, known_at: When | None, reader: str | None) -> PlanAnswer:
    """The plan of a case. Raises NotFound; EventError for a reader that nobody is."""
    _check(reader)
    day = county.zone.day_of(county.clock() if on is None else county.instant(on))
    with county.reading(known_at) as reading:
        made, standing = county.made_with(reading, standing_of(county, reading, About("case", case)))
        then = around_case(county, reading, case)
    with county.reading() as reading:
        now = around_case(county, reading, case)
    own, *others = standing.journals.values()
    beside = [entry for entries in others for entry in entries]
    told = Told(case=case, own=own, beside=beside, pack=made.pack, zone=county.zone, around=then, now=now)
    return plan_answer(told, day, reader)


def _check(reader: str | None) -> None:
    if reader is not None and reader not in SIDES:
        raise EventError(f"reader: found '{reader}', expected one of {', '.join(SIDES)}{hint(reader, SIDES)}")


def history(county: County, case: str, known_at: When | None, reader: str | None) -> tuple[Version, ...]:
    """Every version of a case's plan, and what changed with it, for a reader. Raises NotFound; EventError as above."""
    _check(reader)
    with county.reading(known_at) as reading:
        standing = standing_of(county, reading, About("case", case))
        then = around_case(county, reading, case)
    with county.reading() as reading:
        now = around_case(county, reading, case)
    return versions(case, standing.journals[standing.key], county.zone, reader, (then, now))
