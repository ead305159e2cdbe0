"""Assessment: what the child needs and what is strong, on the mental health side and with the IP-CANS."""

from __future__ import annotations

from typing import Literal

from icpm_engine.vocabulary.events import CaseEvent, Day, Number, Texts, about, event, needed

_OVERVIEW = "Integrated Core Practice Model overview, area 1: psychosocial assessment with a trauma screen"
_CANS = "WIC 16560(c) as amended by SB 119 (2025), from 1 Jan 2026; ACL 25-69"


@event(_OVERVIEW)
class MhAssessmentStarted(CaseEvent):
    """A mental health clinician began an assessment."""

    assessment_id: str | None = about("which assessment")
    referral_id: str | None = about("in answer to which referral")
    instrument: str | None = about("instrument or form")


@event(_OVERVIEW)
class MhAssessmentCompleted(CaseEvent):
    """A mental health clinician completed an assessment."""

    assessment_id: str | None = about("which assessment")
    referral_id: str | None = about("in answer to which referral")
    instrument: str | None = about("instrument or form")
    need: bool | None = about("whether mental health services are needed")
    medical_necessity: bool | None = about("whether specialty services are medically necessary")
    trauma_screen: bool | None = about("whether it included a screen for trauma")
    trauma_found: bool | None = about("whether it found trauma that calls for an answer")
    intensive_need: bool | None = about("whether intensive services are needed")


@event(_OVERVIEW)
class MhAssessmentStopped(CaseEvent):
    """An assessment ended before it was complete."""

    assessment_id: str | None = about("which assessment")
    referral_id: str | None = about("in answer to which referral")
    reason: Literal["declined_by_family", "not_reached", "moved", "already_assessed", "other"] | None = about("why")


@event("WIC 14717.1, 4096(g)(3)(B): an assessment that exists is accepted or used again")
class AssessmentReused(CaseEvent):
    """A recent assessment was used again in place of a new one."""

    assessment_id: str | None = about("which assessment")
    referral_id: str | None = about("in answer to which referral")
    made_on: Day | None = about("when it had been completed")
    instrument: str | None = about("instrument or form")


@event(_CANS)
class IpCansCompleted(CaseEvent):
    """The placing agency completed an IP-CANS, informed by the child and family team."""

    entered: bool | None = about("whether it is in the state's system")
    cft_informed: bool | None = about("whether the team's input is in it")
    tier: Literal["1", "2", "3", "3+"] | None = about("rate tier that follows from it")
    kind: Literal["initial", "update", "closing"] | None = about("which one of the series")


@event(_CANS)
class IpCansEntered(CaseEvent):
    """A completed IP-CANS was entered in the state's system, where that is recorded apart."""


@event("Integrated Core Practice Model overview: changed needs call for a new look")
class NeedsChanged(CaseEvent):
    """The child's needs were seen to have changed, so that an assessment should be made anew."""

    what: str | None = about("what changed")


@event(_OVERVIEW)
class TraumaFound(CaseEvent):
    """A trauma that calls for an answer was found."""

    finding_id: str = needed("which finding")
    source: Literal["screen", "assessment", "cans", "report", "child", "other"] | None = about("where it was found")


@event("Integrated Core Practice Model overview: a trauma-informed system answers what it finds")
class TraumaAnswered(CaseEvent):
    """A trauma finding was carried into the plan, or answered with a reason why not."""

    finding_id: str = needed("which finding")
    how: Literal["in_plan", "in_treatment", "family_declined", "watched", "other"] | None = about("how it was answered")


@event("DHCS MHSUDS IN 17-052: mental health side instruments")
class MhInstrumentCompleted(CaseEvent):
    """A clinician completed a functional instrument on the mental health side."""

    instrument: Literal["cans", "psc_35", "other"] = needed("which instrument")
    at: Literal["start", "interval", "end"] | None = about("at which point of services")
    score: Number | None = about("score")


@event("Los Angeles DCFS 0600-500.05 and like programs")
class AssessmentFindingsShared(CaseEvent):
    """What an assessment found was brought to the child and family team."""

    assessment_id: str | None = about("which assessment")
    meeting_id: str | None = about("the meeting")
    to: Texts | None = about("who received them")
