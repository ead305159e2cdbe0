"""Assignment: who is in charge, from when until when. Reassigning moves no date of any obligation."""

from __future__ import annotations

from typing import Literal

from icpm_engine.vocabulary.events import CaseEvent, CountyEvent, Day, about, event, needed

_WHO = "Integrated Core Practice Model overview, area 1: who sends, who receives, how it is assigned"


@event(_WHO)
class PersonInChargeAssigned(CaseEvent):
    """Somebody took over a role for this case; whoever had the role before is relieved of it."""

    role: str = needed("the role, as the rule pack names it")
    worker: str = needed("id of who fills it")
    unit: str | None = about("unit the worker belongs to")


@event(_WHO)
class PersonInChargeEnded(CaseEvent):
    """Somebody no longer fills a role for this case, and nobody has followed yet."""

    role: str = needed("the role")
    worker: str | None = about("id of who filled it")


@event(_WHO)
class UnitAssigned(CaseEvent):
    """A unit or agency took over a role for this case; who in it does the work is not said."""

    role: str = needed("the role")
    unit: str = needed("id of the unit")


@event(_WHO)
class UnitEnded(CaseEvent):
    """A unit or agency no longer fills a role for this case."""

    role: str = needed("the role")
    unit: str | None = about("id of the unit")


@event(_WHO)
class CoverAssigned(CaseEvent):
    """Somebody covers for whoever is in charge, for some days."""

    role: str = needed("the role")
    worker: str = needed("id of who covers")
    until: Day | None = about("last day of the cover")


@event(_WHO)
class WorkerCovered(CountyEvent):
    """A worker is away and another covers for all their cases."""

    worker: str = needed("id of the worker who is away")
    by: str = needed("id of who covers")
    until: Day | None = about("last day of the cover")


@event(_WHO)
class WorkerJoinedUnit(CountyEvent):
    """A worker belongs to a unit from now on."""

    worker: str = needed("id of the worker")
    unit: str = needed("id of the unit")
    role: Literal["worker", "supervisor", "manager", "point_person"] | None = about("what the worker is there")


@event(_WHO)
class WorkerLeftUnit(CountyEvent):
    """A worker no longer belongs to a unit."""

    worker: str = needed("id of the worker")
    unit: str = needed("id of the unit")
