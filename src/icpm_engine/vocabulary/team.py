"""Team: the child and family team, its members, its meetings, and what comes of them.

What a team that several cases share does is recorded once, about the team; what is of one child alone, about its case.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from icpm_engine.vocabulary.events import CaseEvent, CaseOrTeamEvent, Day, Moment, Texts, about, event, needed

Side: TypeAlias = Literal[
    "child",
    "family",
    "natural_support",
    "peer_partner",
    "caregiver",
    "child_welfare",
    "mental_health",
    "probation",
    "tribe",
    "legal",
    "education",
    "other",
]
MeetingPurpose: TypeAlias = Literal[
    "first",
    "regular",
    "placement_preservation",
    "placement_change",
    "intensive_services",
    "case_plan",
    "crisis",
    "transition",
    "requested",
    "other",
]

Mode: TypeAlias = Literal["in_person", "video", "mixed", "phone"]

_WHO = "WIC 16501(a)(4): who belongs to the child and family team"
_MEETING = "WIC 16501(a)(4)-(5); ACL 22-35; ACL 16-84"
_OVERVIEW = "Integrated Core Practice Model overview, area 2: creating and keeping the team"


@event(_OVERVIEW)
class TeamFormed(CaseOrTeamEvent):
    """The child welfare worker formed the child and family team."""

    family_asked: bool | None = about("whether the family was asked who should belong")
    supports_asked: bool | None = about("whether the family was asked about natural supports")


@event(_OVERVIEW)
class TeamWishesAsked(CaseOrTeamEvent):
    """The family was asked whom it wants on its team and at the first meeting."""

    members: bool | None = about("whether it was asked who should be there")
    supports: bool | None = about("whether it was asked about natural supports")


@event(_OVERVIEW)
class TeamEnded(CaseOrTeamEvent):
    """The team ended with the last service."""


@event(_WHO)
class MemberJoined(CaseOrTeamEvent):
    """Somebody joined the team."""

    member_id: str = needed("which member")
    role: str | None = about("role: parent, caregiver, clinician, attorney, tribe, casa, ffa_representative, ...")
    side: Side | None = about("which side the member stands for")
    licensed: bool | None = about("whether a licensed clinician")
    chosen_by_family: bool | None = about("whether the family chose this member")
    chosen_by_child: bool | None = about("whether the child or youth chose this member")


@event(_WHO)
class MemberLeft(CaseOrTeamEvent):
    """Somebody left the team; an authorization to share given as a member ends with it (WIC 832)."""

    member_id: str = needed("which member")
    reason: str | None = about("why")


@event("Integrated Core Practice Model overview: vision 2 (on the screen) and area 2 (on the assessment)")
class MhJoined(CaseOrTeamEvent):
    """A mental health clinician joined the child and family team."""

    clinician: str | None = about("who joined")
    licensed: bool | None = about("whether licensed, as a residential program or a treatment agency requires")


@event("Integrated Core Practice Model overview, area 2: regular contact between the agencies")
class AgenciesConferred(CaseOrTeamEvent):
    """Child welfare and mental health talked about the child between meetings."""

    how: Literal["meeting", "phone", "email", "other"] | None = about("by what means")


@event("WIC 16501(a)(4)-(5): any member may ask for a meeting")
class CftRequested(CaseOrTeamEvent):
    """A member asked for a meeting."""

    request_id: str = needed("which request")
    by: str | None = about("who asked")
    purpose: MeetingPurpose | None = about("what for")


@event(_MEETING)
class CftScheduled(CaseOrTeamEvent):
    """A meeting was given a time; recorded again when the time moves."""

    meeting_id: str = needed("which meeting")
    date: Moment = needed("when it is to be held")
    purpose: MeetingPurpose | None = about("what for")
    request_id: str | None = about("the request that it answers, where somebody asked for it")
    place: str | None = about("where it is to be held, in words")
    place_asked: bool | None = about("whether the family was asked where and when suits it")
    place_chosen: bool | None = about("whether the place and time are those that the family chose")
    mode: Mode | None = about("how they are to meet")
    interpreter: bool | None = about("whether an interpreter is arranged")
    transport: bool | None = about("whether the way there and back is arranged for whoever needs it")
    invite: Texts | None = about("who must be invited: members' ids, child, parents, caregiver, ...")
    guests_chosen: bool | None = about("whether the family chose who is to be there, as it does for the first meeting")
    kept_apart: Texts | None = about("who is not to be at this one, since they must not meet somebody who is")


@event("WIC 16501(a)(5); Los Angeles DCFS 0070-548.01: notice upon scheduling")
class CftNoticeGiven(CaseOrTeamEvent):
    """Somebody was told of the time and place of a meeting."""

    meeting_id: str = needed("which meeting")
    to: str = needed("who was told: child, parent, caregiver, ...")


@event("ACL 22-35, as told by Advokids")
class CftInvitationSent(CaseOrTeamEvent):
    """Somebody was invited to a meeting."""

    meeting_id: str = needed("which meeting")
    to: str = needed("who was invited: child, parents, caregiver, caseworker, mental_health, tribe, ...")


@event("WIC 16501(a)(4)-(5); Family Code 6218; WIC 213.5: orders that keep one person away from another")
class CftInvitationWithheld(CaseOrTeamEvent):
    """Somebody on the list is neither told of a meeting nor invited, so that somebody else is kept safe."""

    meeting_id: str = needed("which meeting")
    to: str = needed(
        "whom of the list it is about, as the list calls them: parents, also where only one of them is meant"
    )
    flag_id: str | None = about("the flag that it rests on")


@event(_MEETING)
class CftInvitationAnswered(CaseOrTeamEvent):
    """Somebody who was invited answered."""

    meeting_id: str = needed("which meeting")
    by: str = needed("who answered")
    coming: bool = needed("whether they will come")


@event(_MEETING)
class CftHeld(CaseOrTeamEvent):
    """A meeting of the child and family team was held."""

    meeting_id: str = needed("which meeting")
    present: Texts | None = about("who was there: child, parents, caregiver, caseworker, mental_health, ...")
    declined: Texts | None = about("who was invited and did not come")
    purpose: MeetingPurpose | None = about("what for")
    mode: Mode | None = about("how they met")
    strengths_heard: bool | None = about("whether strengths were named")
    concerns_heard: bool | None = about("whether challenges and concerns were named")
    strengths: Texts | None = about("the strengths that were named, in the words used")
    needs: Texts | None = about("the needs that were named, in the words used")
    concerns: Texts | None = about("the challenges and concerns that were named, in the words used")
    sharing_settled: bool | None = about("whether it was settled how information is shared")
    preservation_discussed: bool | None = about("whether keeping the placement was discussed")
    school_discussed: bool | None = about("whether staying in the school of origin was discussed")
    next_date: Moment | None = about("when they meet next")


@event("WIC 16501(a)(4)-(5); Integrated Core Practice Model overview, area 3: families as true partners")
class TeamDecided(CaseOrTeamEvent):
    """The team decided something, and who of it did."""

    decision_id: str = needed("which decision")
    what: str = needed("what was decided")
    decided_by: Texts = needed("who decided: members' ids, child, parents, caregiver, ...")
    against: Texts | None = about("who did not agree")
    meeting_id: str | None = about("at which meeting")
    owner: str | None = about("who sees to it")
    until: Day | None = about("by when it is to be done")


@event("Integrated Core Practice Model overview, area 2: a single plan, with who is responsible for what")
class ActionEnded(CaseOrTeamEvent):
    """What the team decided was done, or is not to be done any more."""

    decision_id: str = needed("which decision")
    outcome: Literal["done", "changed", "dropped"] | None = about("what became of it")
    words: str | None = about("in whose words, if somebody's own")


@event(_MEETING)
class CftCancelled(CaseOrTeamEvent):
    """A meeting that had a time was called off."""

    meeting_id: str = needed("which meeting")
    reason: str | None = about("why")


@event("WIC 16501(a)(5), 358.2, 366.2: action plan on the state's form, from 1 Jan 2026")
class ActionPlanWritten(CaseOrTeamEvent):
    """The action plan of a meeting was written down."""

    meeting_id: str = needed("which meeting")


@event("WIC 16501(a)(5), 358.2, 366.2")
class ActionPlanFiled(CaseEvent):
    """A redacted copy of the action plan was attached to a court report."""

    meeting_id: str = needed("which meeting")
    hearing_id: str | None = about("for which hearing")


@event(_OVERVIEW)
class MeetingFeedbackGiven(CaseOrTeamEvent):
    """A member answered three questions on how a meeting was."""

    meeting_id: str = needed("which meeting")
    by: Side | None = about("which side it comes from")
    heard: bool | None = about("whether they were listened to")
    understood: bool | None = about("whether they know what was decided and what comes next")
    helped: bool | None = about("whether the meeting helped")
    words: str | None = about("what they add, in their own words")


@event("Integrated Core Practice Model overview, area 4: point people and conflict resolution")
class BarrierRaised(CaseOrTeamEvent):
    """Something stands in the way of what was agreed; it belongs to the system, never to a person as blame."""

    barrier_id: str = needed("which barrier")
    kind: (
        Literal["service", "consent", "transport", "language", "housing", "agency_conflict", "funding", "other"] | None
    ) = about("what kind")
    what: str | None = about("what stands in the way, said of the system and not of a person")
    owner: str | None = about("who is to move it out of the way")


@event("Integrated Core Practice Model overview, area 4")
class BarrierEscalated(CaseOrTeamEvent):
    """A barrier went a step up the county's ladder."""

    barrier_id: str = needed("which barrier")
    to: str = needed("role or person it went to, who owns it from then on")
    step: Literal["support_team", "point_people", "directors"] | None = about("which step of the ladder that is")


@event("Integrated Core Practice Model overview, area 4")
class BarrierTakenUp(CaseOrTeamEvent):
    """A meeting talked about a barrier that still stands."""

    barrier_id: str = needed("which barrier")
    meeting_id: str | None = about("at which meeting")


@event("Integrated Core Practice Model overview, area 4")
class BarrierRemoved(CaseOrTeamEvent):
    """A barrier is out of the way."""

    barrier_id: str = needed("which barrier")
    how: str | None = about("how")


@event("WIC 16501(a)(4)-(5); Family Code 6218; WIC 213.5: orders that keep one person away from another")
class SafetyFlagRaised(CaseOrTeamEvent):
    """Something keeps one person safe from another, and goes before everything else: meetings, visits, addresses."""

    flag_id: str = needed("which flag")
    kind: Literal["no_contact_order", "confidential_address", "safety"] = needed(
        "an order not to be in contact, an address that is not to be known, or another reason of safety"
    )
    protects: str = needed("who is kept safe: a member's id, child, parent, caregiver, ...")
    from_whom: str = needed("from whom")
    until: Day | None = about("last day on which it holds, where that is known")


@event("WIC 16501(a)(4)-(5); Family Code 6218; WIC 213.5")
class SafetyFlagEnded(CaseOrTeamEvent):
    """What kept one person safe from another is no longer needed, or no longer in force."""

    flag_id: str = needed("which flag")
    reason: str | None = about("why")


@event(
    "Integrated Core Practice Model overview, area 4: conflict between agencies, or between an agency and the family"
)
class DisagreementStated(CaseOrTeamEvent):
    """A member, the family or an agency disagrees."""

    dispute_id: str = needed("which disagreement")
    by: Side | None = about("which side")
    between: Literal["agencies", "agency_and_family", "plans"] | None = about(
        "between child welfare and mental health, an agency and the family, or two health plans"
    )
    matter: str | None = about("what it is about")


@event("Integrated Core Practice Model overview, area 4")
class DisagreementEscalated(CaseOrTeamEvent):
    """A disagreement went a step up the county's ladder."""

    dispute_id: str = needed("which disagreement")
    to: Literal["support_team", "point_people", "directors"] = needed("the step it went to")


@event("Integrated Core Practice Model overview, area 4")
class DisagreementAnswered(CaseOrTeamEvent):
    """A disagreement was answered or settled."""

    dispute_id: str = needed("which disagreement")
    settled: bool | None = about("whether it is settled")
    answer: str | None = about("what was answered")


@event("Integrated Core Practice Model overview, area 4")
class DisagreementWithdrawn(CaseOrTeamEvent):
    """Whoever disagreed lets it rest; nobody does it for them."""

    dispute_id: str = needed("which disagreement")
    words: str | None = about("why, in their own words")


@event("Integrated Core Practice Model overview, area 3: families as true partners")
class FamilyAsked(CaseOrTeamEvent):
    """The family or youth asked for something or had a question."""

    request_id: str = needed("which request")
    what: str | None = about("what they asked, in their own words")
    by: Literal["child", "family"] | None = about("who asked")
    kind: Literal["request", "question"] | None = about("whether they asked for something, or to know something")


@event("Integrated Core Practice Model overview, area 3")
class FamilyAnswered(CaseOrTeamEvent):
    """The family's or youth's request was answered; a no is an answer, too, and says why."""

    request_id: str = needed("which request")
    answer: str | None = about("what they were told")
    by: str | None = about("who answered")
    declined: bool | None = about("whether the answer is no")


@event("Integrated Core Practice Model overview, area 3")
class FamilyRequestWithdrawn(CaseOrTeamEvent):
    """The family or youth no longer asks for it."""

    request_id: str = needed("which request")
    words: str | None = about("why, in their own words")
