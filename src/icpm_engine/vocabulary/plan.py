"""Plan: the one case plan, its signatures and changes, and the plans that are folded into it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from icpm_engine.vocabulary.events import CaseEvent, Texts, about, event, needed

Signer: TypeAlias = Literal["parent", "guardian", "indian_custodian", "child", "caregiver", "worker", "other"]

_PLAN = "WIC 16501.1: the case plan, its contents, updates and signatures"


@event(_PLAN)
class CasePlanCompleted(CaseEvent):
    """The first case plan was completed."""

    parts: Texts | None = about("what it holds: transition_services, independent_living, strtp, reunification, ...")
    follows_team: bool | None = about("whether it follows what the child and family team recommended")
    departures_explained: bool | None = about("whether it says why it departs from that")
    voluntary: bool | None = about("whether it is a plan for voluntary services")


@event(_PLAN)
class CasePlanUpdated(CaseEvent):
    """The case plan was brought up to date."""

    parts: Texts | None = about("what it holds: transition_services, independent_living, strtp, reunification, ...")
    follows_team: bool | None = about("whether it follows what the child and family team recommended")
    departures_explained: bool | None = about("whether it says why it departs from that")


@event("WIC 16501.1: a change between reviews is approved by the supervisor, not by the court")
class CasePlanChanged(CaseEvent):
    """The case plan was changed between two reviews."""

    change_id: str = needed("which change")


@event("WIC 16501.1: a change between reviews is approved by the supervisor, not by the court")
class CasePlanChangeApproved(CaseEvent):
    """A supervisor approved a change of the case plan."""

    change_id: str = needed("which change")


@event(_PLAN)
class CasePlanSigned(CaseEvent):
    """Somebody reviewed the case plan and signed it."""

    by: Signer = needed("who signed")


@event(_PLAN)
class CasePlanSignatureDeclined(CaseEvent):
    """Somebody reviewed the case plan and did not sign it."""

    by: Signer = needed("who did not sign")
    reason: str | None = about("why, in their own words")


@event(_PLAN)
class CasePlanGiven(CaseEvent):
    """Somebody was given a copy of the case plan."""

    to: Signer = needed("who was given it")


@event("WIC 16501.1: personal transition plan in the last 90 days before the 18th birthday")
class TransitionPlanMade(CaseEvent):
    """The youth made a personal plan for leaving care."""


@event("BHIN 23-068: plans that are still required; DHCS Medi-Cal manual for ICC, IHBS and TFC")
class ServicePlanWritten(CaseEvent):
    """A provider wrote down the plan of one service; it may stand in the notes."""

    service_id: str = needed("for which service")


@event("DHCS Medi-Cal manual for ICC, IHBS and TFC")
class ServicePlanReviewed(CaseEvent):
    """The plan of one service was reviewed."""

    service_id: str = needed("for which service")
