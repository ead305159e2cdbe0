"""Transfer: presumptive transfer of specialty mental health, and transfer of a case between counties.

A hand-over between two counties has one id (`handover_id`) and an event on each side.
"""

from __future__ import annotations

from typing import Literal

from icpm_engine.vocabulary.events import CaseEvent, Day, Length, Moment, Texts, about, event, needed

_TRANSFER = "WIC 14717.1, 14717.2; rule of court 5.647"
_ORANGE = "Orange County Health Care Agency: presumptive transfer and SB 785"
_ICT = "CWDA, statewide intercounty transfer protocol (2003)"


@event("Rule of court 5.647; form JV-214-INFO: what is told when a placement outside the county is decided")
class TransferExplained(CaseEvent):
    """The worker told those concerned of the presumptive transfer, its exceptions and how to ask for a waiver."""

    transfer_id: str = needed("which transfer")
    to: Texts | None = about("who was told")


@event("WIC 14717.1(c)(2): children placed before 1 July 2017")
class TransferAsked(CaseEvent):
    """It was asked that responsibility move to the county in which a child placed long ago lives."""

    transfer_id: str = needed("which transfer")
    placement_id: str | None = about("for which placement")
    served: bool | None = about("whether the child receives specialty mental health services that fit the needs")


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
    placement_id: str | None = about("for which placement")
    to_county: str | None = about("county told")
    plan: Literal["of_residence", "of_jurisdiction"] | None = about("which of the two plans was told")
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
    responsibility: Literal["moves", "stays"] | None = about("whether responsibility comes with the child")
    placed: Moment | None = about("when the child came to live in this county")
    expedited: bool | None = about("whether services are needed within 48 hours")
    assessed: bool | None = about("whether the original county's plan has assessed the child")
    handover_id: str | None = about("the hand-over it is part of")


@event(_ORANGE)
class MediCalAddressUpdated(CaseEvent):
    """The child's address of residence was updated in the state's eligibility record."""

    transfer_id: str | None = about("for which transfer")


@event("WIC 14717.1; form JV-214: who may ask")
class WaiverAsked(CaseEvent):
    """Somebody asked that the transfer be waived."""

    transfer_id: str = needed("which transfer")
    placement_id: str | None = about("for which placement")
    by: Literal["child", "decision_maker", "placing_agency", "other"] | None = about("who asked")


@event("WIC 14717.1: four grounds")
class WaiverDecided(CaseEvent):
    """The placing agency decided a request to waive the transfer."""

    transfer_id: str = needed("which transfer")
    placement_id: str | None = about("for which placement")
    granted: bool | None = about("whether the transfer is waived")
    ground: Literal["continuity", "reunification", "under_six_months", "near_provider"] | None = about(
        "the ground found"
    )
    expected_stay: Length | None = about("how long the placement is expected to last")
    travel: Length | None = about("how long it takes to reach the established provider")
    consulted: Texts | None = about("who was asked: child, parent, team, professionals, ...")


@event("WIC 14717.1(d)(3)")
class WaiverDecisionTold(CaseEvent):
    """The requester or a party was told what the placing agency decided on a waiver."""

    transfer_id: str = needed("which transfer")
    to: Texts = needed("who was told: requester, parties, ...")


@event("WIC 14717.2 (AB 1051): transfer after all, for a residential program")
class TransferExceptionFound(CaseEvent):
    """An exception was found to the rule that the original county stays responsible for a residential program."""

    transfer_id: str = needed("which transfer")
    placement_id: str | None = about("for which placement")
    ground: Literal["step_down", "harm", "other"] | None = about("which exception")
    team_consulted: bool | None = about("whether the child and family team was asked")


@event("WIC 14717.2(f)")
class ResponsiblePlanRecorded(CaseEvent):
    """The placing agency wrote down which plan is responsible for the child's specialty mental health services."""

    placement_id: str = needed("for which placement")
    plan: Literal["of_residence", "of_jurisdiction"] | None = about("which of the two")


@event("WIC 14717.2(d)(2), 14717.25(c)(2)")
class ProgramNoticeReceived(CaseEvent):
    """A residential program told the responsible plan that the child has come."""

    placement_id: str = needed("for which placement")


@event("Rule of court 5.647; forms JV-214, JV-215")
class TransferReviewAsked(CaseEvent):
    """Somebody asked the court to review the decision on a transfer or waiver."""

    transfer_id: str = needed("which transfer")
    by: str | None = about("who asked")


@event("Rule of court 5.647")
class TransferReviewDecided(CaseEvent):
    """The court decided on a transfer or waiver."""

    transfer_id: str = needed("which transfer")
    placement_id: str | None = about("for which placement")
    transfer: bool | None = about("whether responsibility moves")


@event(_TRANSFER)
class TransferAccepted(CaseEvent):
    """The receiving mental health plan took up its responsibility."""

    transfer_id: str = needed("which transfer")
    from_county: str | None = about("county it comes from")
    assessment_accepted: bool | None = about("whether the existing assessment was accepted")
    handover_id: str | None = about("the hand-over it is part of")


@event(_TRANSFER)
class TransferAcceptanceReceived(CaseEvent):
    """The original county was told that the receiving mental health plan has taken up its responsibility."""

    transfer_id: str = needed("which transfer")
    placement_id: str | None = about("for which placement")
    handover_id: str | None = about("the hand-over it is part of")


@event("WIC 14717.1: the waiver holds only with a contract and timely service")
class ContractMade(CaseEvent):
    """The original county has a contract, or can itself serve the child where the child lives."""

    transfer_id: str = needed("which transfer")
    placement_id: str | None = about("for which placement")


@event("WIC 14717.25")
class PaymentAgreementSigned(CaseEvent):
    """The original and the receiving plan signed their payment agreement."""

    transfer_id: str = needed("which transfer")
    placement_id: str | None = about("for which placement")
    handover_id: str | None = about("the hand-over it is part of")


@event(_TRANSFER)
class TransferEnded(CaseEvent):
    """Responsibility came back to the county of jurisdiction."""

    transfer_id: str = needed("which transfer")
    placement_id: str | None = about("for which placement")
    reason: Literal["child_returned", "case_closed", "new_placement", "court_order", "other"] | None = about("why")


@event("Integrated Core Practice Model overview, area 1: handling and tracking of children placed out of county")
class TransferEndSent(CaseEvent):
    """The plan of the county of residence was told that responsibility goes back."""

    transfer_id: str = needed("which transfer")
    placement_id: str | None = about("for which placement")
    handover_id: str | None = about("the hand-over it is part of")


@event("Integrated Core Practice Model overview, area 1: handling and tracking of children placed out of county")
class TransferEndReceived(CaseEvent):
    """The mental health plan of the county of residence heard that responsibility goes back."""

    transfer_id: str = needed("which transfer")
    handover_id: str | None = about("the hand-over it is part of")


@event("Integrated Core Practice Model overview, area 1: handling and tracking of children placed out of county")
class TransferRecordsSent(CaseEvent):
    """The plan that has served the child sent its records to the plan that will."""

    transfer_id: str = needed("which transfer")
    handover_id: str | None = about("the hand-over it is part of")


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
