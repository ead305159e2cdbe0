"""Plan: the one case plan, its signatures and changes, its lines, and the plans that are woven into it.

A line of the plan has an id (`line_id`) by which others speak of it. Recorded again under the same id, it is said anew:
what it said before stays in the journal. It is read by its own side (`by`), and by everybody on the team once shared.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from icpm_engine.vocabulary.events import CaseEvent, Day, Moment, Number, Texts, about, common, event, needed
from icpm_engine.vocabulary.service import ServiceType
from icpm_engine.vocabulary.team import Side

Signer: TypeAlias = Literal["parent", "guardian", "indian_custodian", "child", "caregiver", "worker", "other"]

Part: TypeAlias = Literal[
    "circumstances",
    "placement",
    "education",
    "health",
    "visits_with_parents",
    "visits_with_siblings",
    "reunification",
    "concurrent_permanency",
    "residential_program",
    "transition_services",
    "independent_living",
    "leaving_care",
    "aftercare",
]
Domain: TypeAlias = Literal[
    "safety",
    "living_situation",
    "family",
    "relationships",
    "emotions",
    "trauma",
    "health",
    "school",
    "culture",
    "daily_life",
    "independence",
    "other",
]

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


# --- the lines of the plan --------------------------------------------------------------------------------------------

_HOLDS = "WIC 16501.1: what the case plan holds; Integrated Core Practice Model overview, area 2: a single plan"
_PARTNERS = "Integrated Core Practice Model overview, area 3: families as true partners"

_LINE = "which line of the plan"


@common
class PlanLine(CaseEvent):
    """What every line of the plan says; said again under the same id, it is said anew."""

    line_id: str = needed(_LINE)
    text: str = needed("what it says, in the words in which it was said")
    by: Side | None = about("which side says it")
    words_of: str | None = about("whose words these are, where they are a person's own: the mother, the youth, ...")
    shared: bool | None = about("whether the whole team reads it, the family among them")
    plan_id: str | None = about("the agency's own plan that it came in with")


@common
class PlanWork(PlanLine):
    """What every line says of what somebody does."""

    goals: Texts | None = about("the lines of the goals that it serves")
    owner: str | None = about("who sees to it")
    times_a_week: Number | None = about("how many appointments a week it asks of the family")
    how_often: str | None = about("how often, in words")
    from_day: Day | None = about("from when")
    until: Day | None = about("until when")


@event("Integrated Core Practice Model overview, area 2: the agencies' own plans are integrated into a single one")
class AgencyPlanReceived(CaseEvent):
    """An agency's or program's own plan came in, to be woven into the one plan; its lines follow as they are."""

    plan_id: str = needed("which plan")
    by: Side | None = about("which side it comes from")
    title: str | None = about("what it is called")


@event(_HOLDS)
class StrengthNamed(PlanLine):
    """A strength of the child or family was named."""


@event(_HOLDS)
class NeedNamed(PlanLine):
    """Something that the child or family needs was named."""

    domain: Domain | None = about("what it is about")


@event(_HOLDS)
class GoalSet(PlanLine):
    """A goal was set: what is to be different, and how anybody will see it."""

    needs: Texts | None = about("the lines of the needs that it answers")
    measure: str | None = about("what is measured")
    baseline: str | None = about("how it stands at the beginning")
    target: str | None = about("how it is meant to stand")
    target_date: Day | None = about("by when")
    owner: str | None = about("who keeps an eye on it")


@event(_HOLDS)
class GoalMeasured(CaseEvent):
    """Somebody looked how a goal stands."""

    line_id: str = needed("which goal")
    reading: str = needed("how it stands, in the terms of its measure")
    by: Side | None = about("which side looked")


@event(_PARTNERS)
class GoalAnswered(CaseEvent):
    """The family or youth said what they think of a goal."""

    line_id: str = needed("which goal")
    answer: Literal["accepts", "changes", "declines"] = needed("what they said")
    words: str | None = about("in their own words")
    who: str | None = about("who answered")


@event(_HOLDS)
class ServicePlanned(PlanWork):
    """A service was put into the plan."""

    service_id: str | None = about("the service in the county's count of services, once there is one")
    type: ServiceType | None = about("kind of service")
    provider: str | None = about("who gives it")
    authorized_by: str | None = about("who authorized it")


@event(_HOLDS)
class TaskAgreed(PlanWork):
    """Somebody took something on."""


@event(_HOLDS)
class VisitsPlanned(PlanWork):
    """It was agreed how the child and somebody see each other."""

    with_whom: str | None = about("whom the child sees")


@event(_HOLDS)
class PlanPartWritten(PlanLine):
    """A part that the law asks of a plan was written: about the placement, school, a youth's next steps, ..."""

    part: Part = needed("which part")
    owner: str | None = about("who sees to it")
    until: Day | None = about("until when it holds")


@event(_PARTNERS)
class OptionsLaidOut(CaseEvent):
    """The family was shown what there is to choose from, and chose."""

    line_id: str = needed("the line of the plan that this is about")
    options: Texts = needed("what there was to choose from")
    chosen: str | None = about("what the family or youth chose")


@event(_HOLDS)
class PlanLineReasoned(CaseEvent):
    """It was said why a need has no goal, a goal no service, or a line no date just now."""

    line_id: str = needed(_LINE)
    reason: str = needed("why")
    by: Side | None = about("which side says it")


@event("WIC 832; Integrated Core Practice Model overview, area 2: how information is shared")
class PlanLineShared(CaseEvent):
    """A line was shared with the whole team, or taken back."""

    line_id: str = needed(_LINE)
    shared: bool = needed("whether the whole team reads it from now on")


@event(_HOLDS)
class PlanLineEnded(CaseEvent):
    """A line of the plan is over."""

    line_id: str = needed(_LINE)
    reason: Literal["reached", "done", "changed", "declined", "not_available", "moved", "no_longer_needed", "other"] = (
        needed("why")
    )
    words: str | None = about("in whose words, if somebody's own")


@event("Integrated Core Practice Model overview, area 2: the agencies' own plans are integrated into a single one")
class PlanLinesWoven(CaseEvent):
    """The team found that several lines say the same, and made one of them; the others stay readable in it."""

    line_id: str = needed("the line that stays")
    others: Texts = needed("the lines that it stands for")


@event("Integrated Core Practice Model overview: minimal duplication and no competing demands by the agencies")
class PlanFindingAnswered(CaseEvent):
    """Somebody answered what was found in the plan: it is meant so, and why."""

    finding_id: str = needed("which finding, as the plan names it")
    words: str = needed("the answer: the family wants both, ...")
    by: Side | None = about("which side answers")


@event(_PARTNERS)
class FamilyCapacityTold(CaseEvent):
    """The family said how much they can carry in a week."""

    appointments_a_week: Number = needed("how many appointments a week")
    words: str | None = about("in their own words")


@event(_PARTNERS)
class AppointmentPlanned(CaseEvent):
    """An appointment for the child or family was given a time; recorded again when the time moves."""

    appointment_id: str = needed("which appointment")
    date: Moment = needed("when it begins")
    minutes: Number | None = about("how long it takes, with the way there where that was counted")
    line_id: str | None = about("the line of the plan that it belongs to")
    who: Texts | None = about("who is to be there: child, mother, caregiver, ...")


@event(_PARTNERS)
class PlanDisagreementStated(PlanLine):
    """Somebody does not agree with the plan or with a line of it; it stands in the plan in their own words."""

    words_of: str = needed("whose words these are")
    about_line: str | None = about("the line that they do not agree with; of the whole plan, none")


@event(_PARTNERS)
class PlanDisagreementAnswered(CaseEvent):
    """Somebody answered a disagreement with the plan; it stands in the plan all the same, with the answer beside it."""

    line_id: str = needed("the disagreement")
    answer: str = needed("what was answered; a no says why")
    by: str | None = about("who answered")


@event(_PLAN)
class PlanParticipantNamed(CaseEvent):
    """Somebody took part in making the plan."""

    who: str = needed("who took part: a member's id, child, mother, caregiver, clinician, ...")
    by: Side | None = about("for which side")


@event(_PLAN)
class PlanAbsenceExplained(CaseEvent):
    """It was said why somebody who belongs to the plan took no part in it."""

    who: str = needed("who took no part")
    reason: str = needed("why")
