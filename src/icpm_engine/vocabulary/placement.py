"""Placement: where the child lives, every move and why, and who must be told before it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from icpm_engine.vocabulary.events import CaseEvent, Moment, Texts, about, event, needed

PlacementType: TypeAlias = Literal[
    "relative",
    "nonrelative_extended_family",
    "resource_family",
    "tribal_home",
    "ffa",
    "ffa_treatment",
    "strtp",
    "group_home",
    "community_treatment_facility",
    "childrens_crisis_residential",
    "psychiatric_residential",
    "hospital",
    "shelter",
    "transitional_housing",
    "supervised_independent_living",
    "guardian",
    "parent",
    "other",
]
MoveReason: TypeAlias = Literal[
    "behavior",
    "caregiver_request",
    "caregiver_moved",
    "placement_closed",
    "allegation",
    "kin_found",
    "siblings_together",
    "closer_to_home",
    "higher_level_of_care",
    "step_down",
    "reunification",
    "child_asked",
    "court_order",
    "other",
]

_PRESERVATION = "WIC 16010.7 (AB 896, from 1 Jan 2026): preservation meeting and 14 days' notice before a move"


@event("WIC 361.2, 14717.1, 14717.2")
class PlacementStarted(CaseEvent):
    """The child began to live in a placement."""

    placement_id: str = needed("which placement")
    type: PlacementType | None = about("kind of placement")
    county: str | None = about("county in which the home lies")
    state: str | None = about("state in which the home lies, when it is not this one")
    out_of_county: bool | None = about("whether the home lies outside the county that has jurisdiction")
    caregiver: str | None = about("id of the caregiver")
    emergency: bool | None = about("whether it was an emergency placement")
    first: bool | None = about("whether it is the first placement of this stay in custody")
    rcl: str | None = about("rate classification level of a group home, as long as the state had them")
    supervised_by: Literal["county_of_jurisdiction", "county_of_residence"] | None = about(
        "which county visits and supervises a child placed outside the county"
    )


@event("WIC 361.2")
class PlacementEnded(CaseEvent):
    """The child stopped living in a placement."""

    placement_id: str = needed("which placement")
    reason: MoveReason | None = about("why")


@event("Katie A. settlement, sub-class test: moves for behavior count (Los Angeles DMH slides)")
class PlacementChanged(CaseEvent):
    """The child moved from one placement to another; recorded where a county keeps moves rather than stays."""

    reason: MoveReason | None = about("why the child moved")
    from_placement: str | None = about("the placement left")
    to_placement: str | None = about("the placement entered")
    planned: bool | None = about("whether the move was planned")
    agreed_by: Texts | None = about(
        "who agreed to the hour of it: child, representative, caregiver, new_caregiver, worker"
    )


@event("ACL 22-35; WIC 4096: a program in view has consequences before it is used")
class PlacementConsidered(CaseEvent):
    """A type of placement is being considered for the child."""

    type: PlacementType = needed("kind of placement")


@event(_PRESERVATION)
class PlacementChangeProposed(CaseEvent):
    """Somebody proposed that the child should move; nothing is decided."""

    change_id: str = needed("which proposed change")
    by: Literal["agency", "caregiver", "child", "parent", "provider", "court", "other"] | None = about(
        "who proposed it"
    )
    reason: MoveReason | None = about("why")


@event(_PRESERVATION)
class PlacementChangePlanned(CaseEvent):
    """A move was decided and has a date; recorded again when the date moves."""

    change_id: str = needed("which change")
    date: Moment = needed("when the child is to move")
    type: PlacementType | None = about("kind of placement to come")
    county: str | None = about("county to come")
    out_of_county: bool | None = about("whether the home to come lies outside the county that has jurisdiction")
    from_shelter: bool | None = about("whether the child leaves a temporary shelter")


@event(_PRESERVATION)
class PlacementChangeDropped(CaseEvent):
    """A proposed or planned move will not take place."""

    change_id: str = needed("which change")


@event(_PRESERVATION)
class PreservationStrategyMade(CaseEvent):
    """The team made a strategy to keep the child in the placement, and it was tried."""

    change_id: str | None = about("which proposed change")
    meeting_id: str | None = about("the meeting that made it")


@event(_PRESERVATION)
class PlacementChangeNoticeGiven(CaseEvent):
    """Written notice of a move was given to one or more of those who must have it."""

    change_id: str = needed("which change")
    to: Texts = needed("who was told: parent, caregiver, child, child_attorney, tribe, ...")
    in_writing: bool | None = about("whether it was in writing")


@event(_PRESERVATION)
class PlacementNoticeWaived(CaseEvent):
    """An exception to the notice of a move applies, or the team waived it."""

    change_id: str = needed("which change")
    ground: Literal[
        "imminent_risk", "unanimous_waiver", "hospitalization", "planned_change", "independent_living", "other"
    ] = needed("the exception")


@event("WIC 361.2(h): placement outside the county")
class OutOfCountyNoticeGiven(CaseEvent):
    """The parent was told in writing, with reasons, that the child may be placed outside the county."""

    change_id: str = needed("which change")
    to: Texts | None = about("who was told")
    in_writing: bool | None = about("whether it was in writing; by word of mouth from a shelter")


@event("WIC 361.2(h)(1) and (2)(A)")
class OutOfCountyNoticeWaived(CaseEvent):
    """The notice before an out-of-county placement is not needed."""

    change_id: str = needed("which change")
    ground: Literal["endangered", "team_agreed"] = needed(
        "delay or notice would endanger the child; or the team found the home best and nobody objects"
    )


@event("WIC 361.2(h)")
class OutOfCountyNoticeReceived(CaseEvent):
    """The parent received the notice of an out-of-county placement; the time to object runs from here."""

    change_id: str = needed("which change")


@event("WIC 361.2(h)")
class OutOfCountyObjectionMade(CaseEvent):
    """The child, a parent, guardian or Indian custodian, or the tribe objected to an out-of-county placement."""

    change_id: str = needed("which change")


@event("WIC 361.2(h): the court hears the objection before the child is placed")
class OutOfCountyPlacementDecided(CaseEvent):
    """The court allowed or refused an out-of-county placement."""

    change_id: str = needed("which change")
    allowed: bool = needed("whether the child may be placed there")


@event("WIC 361.2(g)(5)")
class PlacementInformationSent(CaseEvent):
    """The child's information was sent to the county in which the child is now placed."""

    placement_id: str = needed("which placement")
    to: str | None = about("the county told")
    items: Texts | None = about("what it holds: supervision_plan, dangerous_behavior, ...")
    handover_id: str | None = about("the hand-over it is part of")


@event("WIC 361.2(g)(5)")
class PlacementInformationReceived(CaseEvent):
    """Another county told this one of a child that it has placed here."""

    from_county: str | None = about("county that sent it")
    items: Texts | None = about("what it holds: supervision_plan, dangerous_behavior, ...")
    handover_id: str | None = about("the hand-over it is part of")


@event("WIC 361.2(g)(6)")
class SupervisionAgreementSigned(CaseEvent):
    """Both counties signed that the county of residence visits and supervises the child."""

    placement_id: str = needed("for which placement")
    handover_id: str | None = about("the hand-over it is part of")


@event("County practice; psychiatric hospital follow-up")
class HospitalEntered(CaseEvent):
    """The child was admitted to a hospital."""

    stay_id: str = needed("which hospital stay")
    psychiatric: bool | None = about("whether for psychiatric care")


@event("County practice; psychiatric hospital follow-up")
class HospitalLeft(CaseEvent):
    """The child was discharged from a hospital."""

    stay_id: str = needed("which hospital stay")
