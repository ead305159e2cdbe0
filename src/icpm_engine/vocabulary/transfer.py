"""Transfer: presumptive transfer of specialty mental health, and transfer of a case between counties.

A hand-over between two counties has one id (`handover_id`) and an event on each side.
"""

from __future__ import annotations

from typing import Literal

from icpm_engine.vocabulary.events import CaseEvent, Day, Texts, about, event, needed

_TRANSFER = "WIC 14717.1, 14717.2; rule of court 5.647"
_ORANGE = "Orange County Health Care Agency: presumptive transfer and SB 785"
_ICT = "CWDA, statewide intercounty transfer protocol (2003)"


@event(_TRANSFER)
class TransferDecided(CaseEvent):
    """It was decided that responsibility for specialty mental health moves to the county of residence."""

    transfer_id: str = needed("which transfer")
    to_county: str | None = about("county that becomes responsible")
    expedited: bool | None = about("whether services are needed within 48 hours")
    placement_id: str | None = about("for which placement")
    handover_id: str | None = about("the hand-over it is part of")


@event(_TRANSFER)
class TransferNoticeSent(CaseEvent):
    """The placing agency sent the mental health plan of the other county its notice."""

    transfer_id: str = needed("which transfer")
    to_county: str | None = about("county told")
    items: Texts | None = about("what the notice holds")
    handover_id: str | None = about("the hand-over it is part of")


@event(_ORANGE)
class TransferNoticeReceived(CaseEvent):
    """The mental health plan of the county of residence received the notice."""

    transfer_id: str = needed("which transfer")
    items: Texts | None = about(
        "what the notice holds: identity, referring_contact, release_signer, consent_signer, consents, mh_records, ..."
    )
    from_county: str | None = about("county that sent it")
    handover_id: str | None = about("the hand-over it is part of")


@event(_ORANGE)
class MediCalAddressUpdated(CaseEvent):
    """The child's address of residence was updated in the state's eligibility record."""

    transfer_id: str | None = about("for which transfer")


@event("WIC 14717.1; form JV-214: who may ask")
class WaiverAsked(CaseEvent):
    """Somebody asked that the transfer be waived."""

    transfer_id: str = needed("which transfer")
    by: Literal["child", "decision_maker", "placing_agency", "other"] | None = about("who asked")


@event("WIC 14717.1: four grounds")
class WaiverDecided(CaseEvent):
    """The placing agency decided a request to waive the transfer."""

    transfer_id: str = needed("which transfer")
    granted: bool | None = about("whether the transfer is waived")
    ground: Literal["continuity", "reunification", "under_six_months", "near_provider"] | None = about(
        "the ground found"
    )


@event("WIC 14717.2 (AB 1051): transfer after all, for a residential program")
class TransferExceptionFound(CaseEvent):
    """An exception was found to the rule that the original county stays responsible for a residential program."""

    transfer_id: str = needed("which transfer")
    ground: Literal["step_down", "harm", "other"] | None = about("which exception")


@event("Rule of court 5.647; forms JV-214, JV-215")
class TransferReviewAsked(CaseEvent):
    """Somebody asked the court to review the decision on a transfer or waiver."""

    transfer_id: str = needed("which transfer")
    by: str | None = about("who asked")


@event("Rule of court 5.647")
class TransferReviewDecided(CaseEvent):
    """The court decided on a transfer or waiver."""

    transfer_id: str = needed("which transfer")
    transfer: bool | None = about("whether responsibility moves")


@event(_TRANSFER)
class TransferAccepted(CaseEvent):
    """The receiving mental health plan took up its responsibility."""

    transfer_id: str = needed("which transfer")
    from_county: str | None = about("county it comes from")
    assessment_accepted: bool | None = about("whether the existing assessment was accepted")
    handover_id: str | None = about("the hand-over it is part of")


@event("WIC 14717.1: the waiver holds only with a contract and timely service")
class ContractMade(CaseEvent):
    """The original county has a contract, or can itself serve the child where the child lives."""

    transfer_id: str = needed("which transfer")


@event("WIC 14717.25")
class PaymentAgreementSigned(CaseEvent):
    """The original and the receiving plan signed their payment agreement."""

    transfer_id: str = needed("which transfer")


@event(_TRANSFER)
class TransferEnded(CaseEvent):
    """Responsibility came back to the county of jurisdiction."""

    transfer_id: str = needed("which transfer")
    reason: Literal["child_returned", "case_closed", "new_placement", "court_order", "other"] | None = about("why")


@event(_ICT)
class CaseTransferConsidered(CaseEvent):
    """The county is considering to transfer the court case to another county."""

    transfer_id: str = needed("which transfer")
    requested_for: Day | None = about("day asked for")
    to_county: str | None = about("county it would go to")
    difficult: bool | None = about("whether the case is difficult")


@event(_ICT)
class CaseTransferRecommended(CaseEvent):
    """The county recommended to the court that the case be transferred."""

    transfer_id: str = needed("which transfer")
    requested_for: Day | None = about("day asked for")
    to_county: str | None = about("county it would go to")


@event(_ICT)
class ReceivingCountyAlerted(CaseEvent):
    """The county that would receive the case was alerted."""

    transfer_id: str = needed("which transfer")


@event(_ICT)
class CaregiversTold(CaseEvent):
    """The caregivers were told that rates and services may change."""

    transfer_id: str = needed("which transfer")


@event(_ICT)
class CaseTransferOrdered(CaseEvent):
    """The court ordered the case transferred."""

    transfer_id: str = needed("which transfer")
    to_county: str | None = about("county it goes to")
    handover_id: str | None = about("the hand-over it is part of")


@event(_ICT)
class CaseTransferReceived(CaseEvent):
    """A case came from another county, with what that county told about the child."""

    transfer_id: str = needed("which transfer")
    from_county: str | None = about("county it comes from")
    handover_id: str | None = about("the hand-over it is part of")
