"""Referral: from a packet to a service that has started, or to a reason why not, and back to whoever sent it."""

from __future__ import annotations

from typing import Literal

from icpm_engine.vocabulary.events import CaseEvent, Moment, Texts, about, event, needed

_OVERVIEW = "Integrated Core Practice Model overview (CFPIC and CalSWEC), area 1: packet, sending, receiving, tracking"
_ACCESS = "LACDMH 302.14: handling of requests for service"
_APPOINTMENT = "WIC 14197; Health and Safety Code 1367.03; 28 CCR 1300.67.2.2: appointment times"


@event(_OVERVIEW)
class ReferralStarted(CaseEvent):
    """A referral to mental health was begun; it need not come from a scored screen."""

    referral_id: str = needed("which referral")
    ground: (
        Literal[
            "positive_screen",
            "universal",
            "new_behavior",
            "needs_linkage",
            "intensive_need",
            "family_request",
            "court_order",
            "other",
        ]
        | None
    ) = about("why")
    urgency: Literal["routine", "expedited", "urgent", "emergent"] | None = about("how soon help is needed")


@event(_OVERVIEW)
class PacketItemAdded(CaseEvent):
    """One item of the referral packet was put in; which items a packet needs, the county decides."""

    referral_id: str = needed("which referral")
    item: str = needed("the item: screen, consent, court_order, cans, health_passport, placement, ...")


@event(_OVERVIEW)
class ReferralSent(CaseEvent):
    """Child welfare sent a referral to mental health."""

    referral_id: str = needed("which referral")
    to: str | None = about("the receiving agency or unit")
    urgency: Literal["routine", "expedited", "urgent", "emergent"] | None = about("how soon help is needed")
    authorization: bool | None = about("whether a prior authorization is needed for what is asked")
    service: str | None = about("what is asked for: assessment, psychiatry, crisis, ...")
    how: Literal["portal", "email", "fax", "phone", "in_person", "other"] | None = about("in what form it was sent")
    items: Texts | None = about("the items in the packet")
    handover_id: str | None = about("the hand-over it is part of, when it crosses a county's border")


@event(_ACCESS)
class ReferralReceived(CaseEvent):
    """Mental health received the referral."""

    referral_id: str = needed("which referral")
    direct: bool | None = about("whether the client asked in person or by phone, rather than by a packet")
    urgency: Literal["routine", "expedited", "urgent", "emergent"] | None = about("urgency as the receiver sees it")
    handover_id: str | None = about("the hand-over it is part of, when it crosses a county's border")


@event(_ACCESS)
class ReferralReviewed(CaseEvent):
    """Mental health reviewed the referral."""

    referral_id: str = needed("which referral")


@event(_OVERVIEW)
class ReferralAssigned(CaseEvent):
    """Mental health assigned the referral to a provider or clinician for assessment."""

    referral_id: str = needed("which referral")
    to: str | None = about("provider or clinician")


@event(_ACCESS)
class ReferralContactAttempted(CaseEvent):
    """Mental health tried to reach the family or youth."""

    referral_id: str = needed("which referral")
    reached: bool | None = about("whether somebody was reached")
    how: Literal["phone", "text", "letter", "email", "in_person", "other"] | None = about("by what means")


@event("LACDMH 302.14: the access clock starts when the client agrees")
class ClientAgreed(CaseEvent):
    """The family or youth agreed to services."""

    referral_id: str = needed("which referral")


@event("Integrated Core Practice Model overview: families are partners; a refusal is an outcome, not a fault")
class ClientDeclined(CaseEvent):
    """The family or youth said no to services for now."""

    referral_id: str = needed("which referral")


@event(_OVERVIEW)
class ReferralAccepted(CaseEvent):
    """The receiver accepted the referral."""

    referral_id: str = needed("which referral")
    by: str | None = about("who accepted it")


@event(_OVERVIEW)
class ReferralReturned(CaseEvent):
    """The receiver sent the referral back for something that is missing."""

    referral_id: str = needed("which referral")
    missing: Texts | None = about("what is missing")


@event(_OVERVIEW)
class ReferralDeclined(CaseEvent):
    """The receiver declined the referral."""

    referral_id: str = needed("which referral")
    reason: Literal["not_eligible", "no_capacity", "served_elsewhere", "wrong_plan", "other"] | None = about("why")


@event(_OVERVIEW)
class ReferralClosed(CaseEvent):
    """The referral came to its end, with a service started or with a reason."""

    referral_id: str = needed("which referral")
    reason: Literal[
        "service_started",
        "no_need_found",
        "declined_by_family",
        "not_reached",
        "not_eligible",
        "served_elsewhere",
        "moved",
        "withdrawn",
        "no_capacity",
    ] = needed("how it ended")


@event(_OVERVIEW)
class SenderTold(CaseEvent):
    """Whoever sent the referral was told what became of it."""

    referral_id: str = needed("which referral")
    what: Literal["received", "assigned", "appointment", "assessed", "service_started", "closed", "other"] | None = (
        about("the news")
    )


@event(_APPOINTMENT)
class AppointmentOffered(CaseEvent):
    """The family or youth was offered an appointment at a time."""

    appointment_id: str = needed("which appointment")
    date: Moment | None = about("when it would be")
    referral_id: str | None = about("in answer to which referral")
    service: Literal["assessment", "therapy", "psychiatry", "follow_up", "crisis", "other"] | None = about("what for")
    first: bool | None = about("whether it is the first one offered")


@event(_APPOINTMENT)
class AppointmentAccepted(CaseEvent):
    """The family or youth took the appointment."""

    appointment_id: str = needed("which appointment")
    referral_id: str | None = about("in answer to which referral")


@event("WIC 14197: a request for authorization is decided")
class ReferralAuthorizationDecided(CaseEvent):
    """The mental health plan decided a request for prior authorization made with a referral."""

    referral_id: str = needed("which referral")
    approved: bool = needed("whether it was approved")
