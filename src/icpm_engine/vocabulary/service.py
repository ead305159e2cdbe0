"""Service: what was offered, authorized, begun, kept, missed and ended, and why something could not be had."""

from __future__ import annotations

from typing import Literal, TypeAlias

from icpm_engine.vocabulary.events import CaseEvent, Day, Length, Moment, about, event, needed

ServiceType: TypeAlias = Literal[
    "icc",
    "ihbs",
    "tfc",
    "tbs",
    "wraparound",
    "fsp",
    "therapy",
    "family_therapy",
    "psychiatry",
    "medication_support",
    "crisis_stabilization",
    "crisis_intervention",
    "urgent_care",
    "case_management",
    "rehabilitation",
    "peer_support",
    "parent_partner",
    "substance_use",
    "other",
]

_MANUAL = "DHCS Medi-Cal manual for ICC, IHBS and TFC; Integrated Core Practice Model overview"
_APPOINTMENT = "WIC 14197; Health and Safety Code 1367.03; 28 CCR 1300.67.2.2: appointment times"


@event(_MANUAL)
class ServiceOffered(CaseEvent):
    """A service was offered to the child or family."""

    service_id: str = needed("which service, as this county counts them")
    type: ServiceType | None = about("kind of service")
    options: str | None = about("what other options were offered beside it")


@event(_MANUAL)
class ServiceAccepted(CaseEvent):
    """The family or youth said yes to a service."""

    service_id: str = needed("which service")


@event(_MANUAL)
class ServiceDeclined(CaseEvent):
    """The family or youth said no to a service for now."""

    service_id: str = needed("which service")
    reason: str | None = about("why, in their own words")


@event("9 CCR 1810.405; Fresno County DBH: prior authorization of IHBS")
class ServiceAuthorizationAsked(CaseEvent):
    """A provider asked the plan to authorize a service."""

    service_id: str = needed("which service")
    type: ServiceType | None = about("kind of service")
    urgent: bool | None = about("whether the condition is urgent")


@event("9 CCR 1810.405; DHCS Medi-Cal manual for ICC, IHBS and TFC")
class ServiceAuthorized(CaseEvent):
    """The plan authorized a service."""

    service_id: str = needed("which service")
    type: ServiceType | None = about("kind of service")
    until: Day | None = about("last day of the authorization")
    amount: str | None = about("how much of it")


@event("9 CCR 1810.405")
class ServiceAuthorizationDenied(CaseEvent):
    """The plan denied a service, or authorized less than was asked."""

    service_id: str = needed("which service")
    reason: str | None = about("why")
    in_part: bool | None = about("whether some of it was authorized")


@event(_MANUAL)
class ServiceStarted(CaseEvent):
    """The child or family received a service for the first time."""

    service_id: str = needed("which service")
    type: ServiceType | None = about("kind of service")
    provider: str | None = about("who gives it")
    referral_id: str | None = about("the referral that led to it")


@event(_MANUAL)
class ServiceEnded(CaseEvent):
    """A service ended."""

    service_id: str = needed("which service")
    reason: (
        Literal[
            "goals_met",
            "family_declined",
            "moved",
            "not_eligible",
            "another_service",
            "provider_ended",
            "case_closed",
            "other",
        ]
        | None
    ) = about("why")


@event(_MANUAL)
class ServiceNotAvailable(CaseEvent):
    """A service that the child needs could not be had."""

    service_id: str = needed("which service")
    type: ServiceType | None = about("kind of service")
    reason: Literal["no_provider", "no_capacity", "waiting_list", "distance", "language", "no_coverage", "other"] = (
        needed("why")
    )
    wait: Length | None = about("how long the wait is said to be")


@event(_APPOINTMENT)
class AppointmentKept(CaseEvent):
    """An appointment took place."""

    appointment_id: str = needed("which appointment")
    service_id: str | None = about("for which service")
    referral_id: str | None = about("in answer to which referral")
    mode: Literal["in_person", "video", "phone", "home", "school", "other"] | None = about("how and where")
    physician: bool | None = about("whether with a psychiatrist or another physician, whose times differ")


@event(_APPOINTMENT)
class AppointmentMissed(CaseEvent):
    """The family or youth did not come to an appointment."""

    appointment_id: str = needed("which appointment")
    service_id: str | None = about("for which service")
    referral_id: str | None = about("in answer to which referral")
    reason: (
        Literal["transport", "illness", "forgotten", "not_told", "placement_moved", "declined", "unknown", "other"]
        | None
    ) = about("what stood in the way")


@event(_APPOINTMENT)
class AppointmentCancelled(CaseEvent):
    """An appointment was called off."""

    appointment_id: str = needed("which appointment")
    by: Literal["family", "provider", "agency", "other"] | None = about("who called it off")
    service_id: str | None = about("for which service")
    referral_id: str | None = about("in answer to which referral")


@event(_APPOINTMENT)
class AppointmentMoved(CaseEvent):
    """An appointment was given another time."""

    appointment_id: str = needed("which appointment")
    date: Moment = needed("the new time")


@event("Shasta County HHSA, Pathways to Well-Being: a child open to mental health is not rescreened")
class MhServicesOpened(CaseEvent):
    """The child is open to mental health services: a clinician or program has the child on its books."""

    provider: str | None = about("who serves the child")


@event("Shasta County HHSA, Pathways to Well-Being")
class MhServicesClosed(CaseEvent):
    """The child is no longer open to mental health services."""

    provider: str | None = about("who served the child")
    reason: Literal["goals_met", "family_declined", "moved", "not_eligible", "not_reached", "other"] | None = about(
        "why"
    )


@event("DHCS BHIN 23-068: progress notes")
class ProgressNoteSigned(CaseEvent):
    """A clinician signed the note of a service that was given."""

    service_id: str | None = about("for which service")
    given_on: Day | None = about("the day of the service")
    crisis: bool | None = about("whether it was a crisis service")
