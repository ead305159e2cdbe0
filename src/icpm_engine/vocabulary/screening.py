"""Screening: is there possibly a mental health need, at intake, every year, and when something changes."""

from __future__ import annotations

from typing import Literal

from icpm_engine.vocabulary.events import CaseEvent, Number, Texts, about, event, needed

_FLOOR = "ACL 15-11, as told by Los Angeles DCFS 0070-548.26; Integrated Core Practice Model overview, area 1"


@event(_FLOOR)
class ScreeningCompleted(CaseEvent):
    """A screen for possible mental health need was completed; the county chooses the instrument."""

    tool: str | None = about("instrument, by the county's own name: PSC-35, MHST, CSSP, ...")
    result: Literal["positive", "negative"] | None = about("whether it found a possible need")
    score: Number | None = about("score, where the instrument has one")
    acute: bool | None = about("whether it found a danger to the child or to others")
    screener: Literal["social_worker", "public_health_nurse", "clinician", "screening_team", "other"] | None = about(
        "who screened"
    )
    visit_id: str | None = about("the visit or examination in which it was done")


@event(_FLOOR)
class ScreeningNotDone(CaseEvent):
    """A screen that was owed could not be done, and the reason was recorded."""

    reason: Literal["family_declined", "child_missing", "already_in_services", "not_reached", "other"] = needed("why")


@event("Shasta County HHSA, Pathways to Well-Being: the nurse's questionnaire for the youngest")
class DevelopmentalScreened(CaseEvent):
    """A young child's development was screened."""

    tool: str | None = about("instrument: asq, asq_se, ...")
    result: Literal["on_track", "monitor", "refer"] | None = about("what it found")


@event("DHCS-approved trauma screens; WIC 14184.402(d)")
class TraumaScreened(CaseEvent):
    """The child was screened for trauma, apart from or within another screen."""

    tool: str | None = about("instrument")
    high_risk: bool | None = about("whether the score says high risk")
    score: Number | None = about("score")


@event("WIC 14184.402(h); DHCS BHIN 25-020")
class StandardToolCompleted(CaseEvent):
    """The state's standard tool sent a first request to the county plan or to the managed-care plan."""

    to: Literal["county_plan", "managed_care_plan"] = needed("where the score sends the child")
    overridden: bool | None = about("whether a clinician set the score aside")
    reason: str | None = about("the clinician's reason")


@event("LACDMH 302.07: a danger leaves the routine queue")
class CrisisResponded(CaseEvent):
    """Somebody answered an acute finding: the child was seen or made safe the same day."""

    by: Literal["mobile_crisis", "hospital", "clinician", "law_enforcement", "other"] | None = about("who answered")
    outcome: Literal["safe", "hospital", "safety_plan", "other"] | None = about("how it ended")


@event("Los Angeles County DHS, Medical Hubs; 42 CFR 441 subpart B")
class MedicalExamCompleted(CaseEvent):
    """The child had a comprehensive medical examination."""

    visit_id: str | None = about("which visit")
    includes: Texts | None = about("what it included: mh_screen, developmental_screen, dental, ...")
