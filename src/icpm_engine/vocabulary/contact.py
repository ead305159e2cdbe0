"""Contact: visits and talks with the child, the family and the caregiver, and what they were told."""

from __future__ import annotations

from typing import Literal

from icpm_engine.vocabulary.events import CaseEvent, Texts, about, event, needed

_VISITS = "WIC 16501.1; 16516.5: the worker's monthly visit"


@event(_VISITS)
class ContactMade(CaseEvent):
    """The worker met or talked with somebody about the case."""

    contact_id: str | None = about("which contact")
    kind: Literal["visit", "talk", "message", "other"] | None = about("what kind of contact")
    mode: Literal["in_person", "video", "phone", "text", "email", "letter"] | None = about("how")
    who: Texts | None = about("with whom: child, parent, caregiver, sibling, provider, school, tribe, ...")
    where: Literal["placement", "home", "office", "school", "court", "other"] | None = about("where")
    alone: bool | None = about("whether the worker saw the child alone")


@event(_VISITS)
class ContactTried(CaseEvent):
    """The worker tried to reach somebody and did not."""

    contact_id: str | None = about("which contact")
    who: Texts | None = about("whom")
    mode: Literal["in_person", "video", "phone", "text", "email", "letter"] | None = about("how")


@event("WIC 16501.1: visits with parents and siblings")
class FamilyVisitHeld(CaseEvent):
    """The child visited with parents, siblings or others who matter to the child."""

    visit_id: str | None = about("which visit")
    who: Texts | None = about("with whom: parent, sibling, relative, ...")
    supervised: bool | None = about("whether somebody watched over it")


@event("WIC 16501.1: rights are explained every six months and at each move")
class RightsExplained(CaseEvent):
    """The child's rights in care were explained."""

    to: Literal["child", "youth", "parent", "caregiver"] | None = about("to whom")


@event("Integrated Core Practice Model overview, area 2: family-friendly written materials")
class MaterialsGiven(CaseEvent):
    """The family, child or youth was given written information."""

    what: str = needed("which material: cft_leaflet, rights, grievance, ...")
    to: Literal["child", "youth", "parent", "caregiver", "family"] | None = about("to whom")
    language: str | None = about("in which language")
