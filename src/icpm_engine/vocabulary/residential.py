"""Residential: what comes before a residential program, how long it may last, and what follows it."""

from __future__ import annotations

from typing import Literal, TypeAlias

from icpm_engine.vocabulary.events import CaseEvent, about, event, needed

Approver: TypeAlias = Literal["director", "deputy_director", "supervisor"]

_ADMISSION = "WIC 361.23: voluntary admission to a psychiatric residential treatment facility"
_AFTERCARE = "WIC 4096.6: family-based aftercare for at least six months"


@event("WIC 361.2(e)(9), 16501.1(d)(2)(E): approvals of long residential stays")
class LongStayApproved(CaseEvent):
    """The director or deputy director approved that a residential stay goes on."""

    placement_id: str = needed("which placement")
    approver: Approver | None = about("who approved it")


@event("WIC 361.2(e)(9)(A) and (B): young children")
class ResidentialPlacementApproved(CaseEvent):
    """The director or deputy director approved that a young child comes into a residential program."""

    placement_id: str = needed("which placement")
    approver: Approver | None = about("who approved it")


@event("WIC 4096; 42 USC 675a(c): qualified individual and interagency committee")
class ResidentialReferralMade(CaseEvent):
    """The child was referred to the interagency committee or the qualified individual for a residential program."""

    placement_id: str | None = about("which placement")


@event("WIC 4096(e)(2)(E)")
class ResidentialReferralAnswered(CaseEvent):
    """The interagency committee answered the placing agency."""

    placement_id: str | None = about("which placement")
    approved: bool | None = about("whether it approved the program")


@event("WIC 4096(f)")
class ResidentialProviderTold(CaseEvent):
    """The interagency committee told the program in writing what it found."""

    placement_id: str | None = about("which placement")
    in_writing: bool | None = about("whether it was in writing")


@event("WIC 4096(g); 42 USC 675a(c)")
class QualifiedIndividualAssessed(CaseEvent):
    """The qualified individual completed the assessment for a residential program."""

    placement_id: str | None = about("which placement")
    need: bool | None = about("whether the program was found to be needed")


@event(_AFTERCARE)
class AftercareStarted(CaseEvent):
    """Family-based aftercare began after a residential program."""

    placement_id: str = needed("after which placement")


@event(_AFTERCARE)
class AftercareEnded(CaseEvent):
    """Family-based aftercare ended."""

    placement_id: str = needed("after which placement")


@event(_ADMISSION)
class PsychiatricAdmissionAsked(CaseEvent):
    """The worker was told that the child, or a parent who has custody, seeks a voluntary admission."""

    admission_id: str = needed("which admission")


@event(_ADMISSION)
class PsychiatricAdmissionApplied(CaseEvent):
    """The worker applied to the court for an order that allows the admission."""

    admission_id: str = needed("which admission")


@event(_ADMISSION)
class PsychiatricAdmissionDecided(CaseEvent):
    """The court allowed or refused the admission."""

    admission_id: str = needed("which admission")
    allowed: bool = needed("whether the child may be admitted")


@event("WIC 361.23(a)(1), 5585.50: an involuntary hold needs no order beforehand")
class InvoluntaryHoldStarted(CaseEvent):
    """The child was held for evaluation and treatment against its will, as the law on minors allows."""
