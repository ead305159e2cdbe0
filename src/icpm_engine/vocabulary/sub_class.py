"""Sub-class: for whom the settlement meant intensive services, how that was found, and spells of membership."""

from __future__ import annotations

from typing import Literal, TypeAlias

from icpm_engine.vocabulary.events import CaseEvent, PersonEvent, Texts, about, event, needed

_SETTLEMENT = "Katie A. v. Bonta settlement, sub-class test (Young Minds Advocacy 2013; Los Angeles DMH slides)"
_SHASTA = "Shasta County HHSA, Pathways to Well-Being"
_OVERVIEW = "Integrated Core Practice Model overview, area 1: transitions out of the sub-class and re-referrals into it"

Intensive: TypeAlias = Literal["icc", "ihbs", "tfc"]


@event(_SETTLEMENT)
class SubClassFound(CaseEvent):
    """Somebody found that the child meets the sub-class criteria."""

    grounds: Texts | None = about(
        "which criteria: wraparound, tfc, special_rate, intensive_epsdt, group_home, hospital, moves, ..."
    )
    by: str | None = about("who found it")


@event(_SETTLEMENT)
class SubClassNotMet(CaseEvent):
    """Somebody judged the sub-class criteria and found that the child does not meet them."""

    missing: Texts | None = about("which criteria failed")


@event(_SETTLEMENT)
class SpecialRateSet(CaseEvent):
    """A special care rate was set for the child."""

    for_behavior: bool | None = about("whether because of the child's behavior")


@event(_OVERVIEW)
class SubClassEntered(PersonEvent):
    """A spell of sub-class membership began; a re-entry is a new spell."""

    spell_id: str = needed("which spell")
    grounds: Texts | None = about("which criteria were met")


@event(_OVERVIEW)
class SubClassLeft(PersonEvent):
    """A spell of sub-class membership ended."""

    spell_id: str = needed("which spell")
    reason: (
        Literal[
            "case_closed",
            "age",
            "medi_cal_ended",
            "criteria_not_met",
            "moved_out_of_state",
            "declined",
            "died",
            "other",
        ]
        | None
    ) = about("why")


@event(_SHASTA)
class CoordinatorReferred(CaseEvent):
    """The child was referred to the county's Pathways coordinator."""

    to: str | None = about("the coordinator")


@event(_SHASTA)
class CoordinatorFoundEligible(CaseEvent):
    """The coordinator found the child eligible for intensive services."""

    services: Texts | None = about("for which: icc, ihbs, tfc")


@event(_SHASTA)
class CoordinatorFoundIneligible(CaseEvent):
    """The coordinator found the child not eligible for intensive services."""

    reason: str | None = about("why")


@event(_SHASTA)
class PlanHolds(CaseEvent):
    """The treatment plan holds these services."""

    services: Texts = needed("services on the plan: icc, ihbs, ...")


@event("DHCS Medi-Cal manual for ICC, IHBS and TFC; MHSUDS IN 16-004 (2016): no longer only for the sub-class")
class IntensiveNeedJudged(CaseEvent):
    """Somebody judged whether the child needs an intensive service."""

    service: Intensive = needed("which service")
    need: bool = needed("whether the child needs it")
    by: str | None = about("who judged")


@event(_OVERVIEW)
class SubClassReferredAgain(CaseEvent):
    """A child who had left the sub-class was referred to it again."""

    grounds: Texts | None = about("which criteria")
