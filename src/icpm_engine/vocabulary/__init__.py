"""What can happen: one class of event for each thing that a county records, one module for each area of practice.

Most events are about a case. About the person, and so about every case of the same child, are only birth date,
self-description, status as an Indian child, Medi-Cal, death, consents and spells of sub-class membership: what was done
for a child is recorded where it was done, and a rule about the person looks across the child's cases. What a team does
is about a case, or about the team where siblings share one.

Classes are imported when they are first asked for, so that a program pays only for the areas that it names.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from icpm_engine.vocabulary.events import (
    CaseEvent,
    CaseOrTeamEvent,
    CountyEvent,
    Event,
    PackEvent,
    PersonEvent,
    TeamEvent,
    about,
    event,
    kind_name,
    make,
    needed,
)
from icpm_engine.vocabulary.kinds import EventKind, Field, Tell

if TYPE_CHECKING:
    from icpm_engine.vocabulary.assessment import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.assignment import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.consent import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.contact import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.court import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.intake import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.person import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.placement import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.plan import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.referral import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.residential import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.screening import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.service import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.sub_class import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.team import *  # noqa: F403 - the names are spelled out below
    from icpm_engine.vocabulary.transfer import *  # noqa: F403 - the names are spelled out below

_AREAS: Mapping[str, tuple[str, ...]] = {
    "intake": (
        "CaseOpened",
        "CaseClosed",
        "ReportReceived",
        "ReportResponded",
        "AllegationFound",
        "ReportPromoted",
        "JointVisitMade",
        "CustodyEntered",
        "CustodyLeft",
        "ServiceComponentChanged",
    ),
    "person": (
        "PersonLinked",
        "PersonUnlinked",
        "TeamLinked",
        "TeamUnlinked",
        "BirthDateTold",
        "SelfDescribed",
        "IndianChildStatusFound",
        "IndianChildReasonToKnow",
        "MediCalStatusFound",
        "ChildMissing",
        "ChildFound",
        "ChildDied",
        "ChildLivesIn",
        "BehaviorNoted",
    ),
    "placement": (
        "PlacementStarted",
        "PlacementEnded",
        "PlacementChanged",
        "PlacementConsidered",
        "PlacementChangeProposed",
        "PlacementChangePlanned",
        "PlacementChangeDropped",
        "PreservationStrategyMade",
        "PlacementChangeNoticeGiven",
        "PlacementNoticeWaived",
        "OutOfCountyNoticeGiven",
        "OutOfCountyNoticeWaived",
        "OutOfCountyNoticeReceived",
        "OutOfCountyObjectionMade",
        "OutOfCountyPlacementDecided",
        "PlacementInformationSent",
        "PlacementInformationReceived",
        "SupervisionAgreementSigned",
        "HospitalEntered",
        "HospitalLeft",
    ),
    "residential": (
        "LongStayApproved",
        "ResidentialPlacementApproved",
        "ResidentialReferralMade",
        "ResidentialReferralAnswered",
        "ResidentialProviderTold",
        "QualifiedIndividualAssessed",
        "AftercareStarted",
        "AftercareEnded",
        "PsychiatricAdmissionAsked",
        "PsychiatricAdmissionApplied",
        "PsychiatricAdmissionDecided",
        "InvoluntaryHoldStarted",
    ),
    "screening": (
        "ScreeningCompleted",
        "ScreeningNotDone",
        "DevelopmentalScreened",
        "TraumaScreened",
        "StandardToolCompleted",
        "CrisisResponded",
        "MedicalExamCompleted",
    ),
    "referral": (
        "ReferralStarted",
        "PacketItemAdded",
        "ReferralSent",
        "ReferralReceived",
        "ReferralReviewed",
        "ReferralAssigned",
        "ReferralContactAttempted",
        "ClientAgreed",
        "ClientDeclined",
        "ReferralAccepted",
        "ReferralReturned",
        "ReferralDeclined",
        "ReferralClosed",
        "SenderTold",
        "AppointmentOffered",
        "AppointmentAccepted",
        "ReferralAuthorizationDecided",
    ),
    "assessment": (
        "MhAssessmentStarted",
        "MhAssessmentCompleted",
        "MhAssessmentStopped",
        "AssessmentReused",
        "IpCansCompleted",
        "IpCansEntered",
        "NeedsChanged",
        "TraumaFound",
        "TraumaAnswered",
        "MhInstrumentCompleted",
        "AssessmentFindingsShared",
    ),
    "service": (
        "ServiceOffered",
        "ServiceAccepted",
        "ServiceDeclined",
        "ServiceAuthorizationAsked",
        "ServiceAuthorized",
        "ServiceAuthorizationDenied",
        "ServiceStarted",
        "ServiceEnded",
        "ServiceNotAvailable",
        "AppointmentKept",
        "AppointmentMissed",
        "AppointmentCancelled",
        "AppointmentMoved",
        "MhServicesOpened",
        "MhServicesClosed",
        "ProgressNoteSigned",
    ),
    "sub_class": (
        "SubClassFound",
        "SubClassNotMet",
        "SpecialRateSet",
        "SubClassEntered",
        "SubClassLeft",
        "CoordinatorReferred",
        "CoordinatorFoundEligible",
        "CoordinatorFoundIneligible",
        "PlanHolds",
        "IntensiveNeedJudged",
        "SubClassReferredAgain",
    ),
    "team": (
        "TeamFormed",
        "TeamWishesAsked",
        "TeamEnded",
        "MemberJoined",
        "MemberLeft",
        "MhJoined",
        "AgenciesConferred",
        "CftRequested",
        "CftScheduled",
        "CftNoticeGiven",
        "CftInvitationSent",
        "CftInvitationWithheld",
        "CftInvitationAnswered",
        "CftHeld",
        "TeamDecided",
        "ActionEnded",
        "CftCancelled",
        "ActionPlanWritten",
        "ActionPlanFiled",
        "MeetingFeedbackGiven",
        "BarrierRaised",
        "BarrierEscalated",
        "BarrierRemoved",
        "BarrierTakenUp",
        "SafetyFlagRaised",
        "SafetyFlagEnded",
        "DisagreementStated",
        "DisagreementEscalated",
        "DisagreementAnswered",
        "DisagreementWithdrawn",
        "FamilyAsked",
        "FamilyAnswered",
        "FamilyRequestWithdrawn",
    ),
    "court": (
        "PetitionFiled",
        "DetentionOrdered",
        "DetentionRehearingAsked",
        "ReleaseOrdered",
        "JurisdictionFound",
        "DispositionOrdered",
        "ReunificationBypassAlleged",
        "PlacementAwaited",
        "FosterCareEntryFixed",
        "HearingSet",
        "HearingContinued",
        "HearingVacated",
        "HearingHeld",
        "ContinuanceMotionFiled",
        "CourtReportFiled",
        "CourtReportServed",
        "ReunificationEnded",
        "ReunificationExtended",
        "SelectionHearingOrdered",
        "CaseStageSet",
        "ChildDeclaredFree",
        "AppealFiled",
        "AppealEnded",
        "PsychotropicInformationReceived",
        "PsychotropicOrderAsked",
        "PsychotropicOrderDecided",
        "PsychotropicOrderGiven",
        "SecondOpinionAsked",
        "SecondOpinionGiven",
        "ResidentialReviewAsked",
        "ResidentialReviewDecided",
    ),
    "consent": (
        "ConsentAsked",
        "ConsentGiven",
        "ConsentDeclined",
        "ConsentRevoked",
        "ParentContactTried",
        "DecisionRightAssigned",
        "TeamInformationShared",
    ),
    "transfer": (
        "TransferExplained",
        "TransferAsked",
        "TransferDecided",
        "TransferNoticeSent",
        "TransferNoticeReceived",
        "MediCalAddressUpdated",
        "WaiverAsked",
        "WaiverDecided",
        "WaiverDecisionTold",
        "TransferExceptionFound",
        "ResponsiblePlanRecorded",
        "ProgramNoticeReceived",
        "TransferReviewAsked",
        "TransferReviewDecided",
        "TransferAccepted",
        "TransferAcceptanceReceived",
        "ContractMade",
        "PaymentAgreementSigned",
        "TransferEnded",
        "TransferEndSent",
        "TransferEndReceived",
        "TransferRecordsSent",
        "CaseTransferConsidered",
        "CaseTransferRecommended",
        "ReceivingCountyAlerted",
        "CaregiversTold",
        "CaseTransferOrdered",
        "CaseTransferReceived",
    ),
    "assignment": (
        "PersonInChargeAssigned",
        "PersonInChargeEnded",
        "UnitAssigned",
        "UnitEnded",
        "CoverAssigned",
        "WorkerCovered",
        "WorkerJoinedUnit",
        "WorkerLeftUnit",
    ),
    "plan": (
        "CasePlanCompleted",
        "CasePlanUpdated",
        "CasePlanChanged",
        "CasePlanChangeApproved",
        "CasePlanSigned",
        "CasePlanSignatureDeclined",
        "CasePlanGiven",
        "TransitionPlanMade",
        "ServicePlanWritten",
        "ServicePlanReviewed",
        "AgencyPlanReceived",
        "StrengthNamed",
        "NeedNamed",
        "GoalSet",
        "GoalMeasured",
        "GoalAnswered",
        "ServicePlanned",
        "TaskAgreed",
        "VisitsPlanned",
        "PlanPartWritten",
        "OptionsLaidOut",
        "PlanLineReasoned",
        "PlanLineShared",
        "PlanLineEnded",
        "PlanLinesWoven",
        "PlanFindingAnswered",
        "FamilyCapacityTold",
        "AppointmentPlanned",
        "PlanDisagreementStated",
        "PlanDisagreementAnswered",
        "PlanParticipantNamed",
        "PlanAbsenceExplained",
    ),
    "contact": (
        "ContactMade",
        "ContactTried",
        "FamilyVisitHeld",
        "RightsExplained",
        "MaterialsGiven",
    ),
}
_MODULE_OF = {name: area for area, names in _AREAS.items() for name in names}

__all__ = [  # noqa: PLE0604 - a list of texts, most of them from the table above
    "STANDARD",
    "CaseEvent",
    "CaseOrTeamEvent",
    "CountyEvent",
    "Event",
    "EventKind",
    "Field",
    "PackEvent",
    "PersonEvent",
    "TeamEvent",
    "Tell",
    "about",
    "event",
    "make",
    "needed",
    *_MODULE_OF,
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever class the name stands for
    if name not in _MODULE_OF:
        raise AttributeError(f"icpm_engine.vocabulary has no event class {name}")
    found = getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)


class _Standard(Mapping[str, EventKind]):
    """The standard kinds by name, by area; an area is imported when one of its kinds is first asked for."""

    def __init__(self, classes: Iterable[str]) -> None:
        self._class_of = {kind_name(cls): cls for cls in classes}
        self._kinds: dict[str, EventKind] = {}

    def __getitem__(self, name: str) -> EventKind:
        kind = self._kinds.get(name)
        if kind is None:
            kind = self._kinds[name] = __getattr__(self._class_of[name]).event_kind
        return kind

    def __contains__(self, name: object) -> bool:
        return name in self._class_of

    def __iter__(self) -> Iterator[str]:
        return iter(self._class_of)

    def __len__(self) -> int:
        return len(self._class_of)


STANDARD: Mapping[str, EventKind] = _Standard(_MODULE_OF)
"""Every kind of the standard vocabulary, by name, in the order of the areas."""
