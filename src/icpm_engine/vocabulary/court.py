"""Court: petitions, orders and hearings of the juvenile dependency court, which the team's calendar must respect."""

from __future__ import annotations

from typing import Literal, TypeAlias

from icpm_engine.vocabulary.events import CaseEvent, Day, Length, Moment, Texts, about, event, needed

HearingKind: TypeAlias = Literal[
    "detention",
    "detention_rehearing",
    "jurisdiction",
    "disposition",
    "review",
    "review_6_month",
    "review_12_month",
    "review_18_month",
    "review_24_month",
    "family_maintenance_review",
    "permanency_review",
    "selection_26",
    "fc_7820",
    "placement",
    "residential_review",
    "psychiatric_admission",
    "psychiatric_review",
    "presumptive_transfer",
    "psychotropic",
    "other",
]


@event("WIC 313, 332")
class PetitionFiled(CaseEvent):
    """A petition was filed with the juvenile court."""

    petition_id: str = needed("which petition")
    kind: Literal["original", "subsequent", "supplemental", "other"] | None = about("which kind of petition")
    detained: bool | None = about("whether the child is detained")


@event("WIC 315, 319")
class DetentionOrdered(CaseEvent):
    """The court ordered that the child be detained."""

    petition_id: str | None = about("on which petition")


@event("WIC 321: affidavit of a parent who was not told, or evidence of the case for detention")
class DetentionRehearingAsked(CaseEvent):
    """Somebody asked the court to hear again whether the child is to be detained."""

    request_id: str = needed("which request")
    ground: Literal["no_notice", "prima_facie"] = needed("no parent was present or told, or the case is to be shown")


@event("WIC 319")
class ReleaseOrdered(CaseEvent):
    """The court ordered that the child be released to the parent or guardian."""

    petition_id: str | None = about("on which petition")


@event("WIC 355, 356")
class JurisdictionFound(CaseEvent):
    """The court found that the child comes within its jurisdiction."""

    petition_id: str | None = about("on which petition")


@event("WIC 358, 361")
class DispositionOrdered(CaseEvent):
    """The court made its dispositional orders."""

    removed: bool | None = about("whether the child was removed from the home")
    reunification: bool | None = about("whether reunification services were ordered")


@event("WIC 358(a)(3), 361.5(b): the hearing is put off for up to 30 days")
class ReunificationBypassAlleged(CaseEvent):
    """The social worker told the court that services to reunify need not be offered."""

    petition_id: str | None = about("on which petition")


@event("WIC 367: reviewed every 15 days")
class PlacementAwaited(CaseEvent):
    """The court ordered a placement and the child is detained until it can be carried out."""


@event("WIC 361.49", tells={"foster_care_entry": "date"})
class FosterCareEntryFixed(CaseEvent):
    """The date on which the child counts as having entered foster care was fixed; it may differ from the removal."""

    date: Day = needed("the legal date of entry")


@event("WIC 315, 334, 352, 358, 366.21, 366.26")
class HearingSet(CaseEvent):
    """A hearing was set for a day, or a day and hour."""

    hearing_id: str = needed("which hearing")
    kind: HearingKind | None = about("what it is for")
    date: Moment = needed("when it is to be held")


@event("WIC 352, 358(a): continuances")
class HearingContinued(CaseEvent):
    """A hearing was put off to another day."""

    hearing_id: str = needed("which hearing")
    kind: HearingKind | None = about("what it is for")
    date: Moment = needed("when it is to be held now")
    reason: str | None = about("the good cause found")
    exceptional: bool | None = about("whether the court found exceptional circumstances")


@event("WIC 352")
class HearingVacated(CaseEvent):
    """A hearing was taken off the calendar."""

    hearing_id: str = needed("which hearing")
    kind: HearingKind | None = about("what it was for")


@event("WIC 315, 334, 358, 366.21, 366.26")
class HearingHeld(CaseEvent):
    """A hearing was held."""

    hearing_id: str = needed("which hearing")
    kind: HearingKind | None = about("what it was for")
    reasonable_efforts_found: bool | None = about("whether the court found reasonable efforts or services")
    outcome: str | None = about("what the court decided, in short")
    program_reviewed: bool | None = about("whether it reviewed a residential placement beside its own matter")


@event("WIC 352(a)(3): notice of a motion to continue")
class ContinuanceMotionFiled(CaseEvent):
    """Somebody moved that a hearing be continued."""

    hearing_id: str = needed("which hearing")
    by: str | None = about("who moved")
    oral: bool | None = about("whether the court heard it as an oral motion, for good cause")


@event("WIC 366.21(c), 358.1")
class CourtReportFiled(CaseEvent):
    """The social worker's report for a hearing was filed."""

    hearing_id: str = needed("for which hearing")
    includes: Texts | None = about("what is attached: action_plan, cans, ...")


@event("WIC 366.21(c)")
class CourtReportServed(CaseEvent):
    """The social worker's report for a hearing was given to the parties."""

    hearing_id: str = needed("for which hearing")
    to: Texts | None = about("who received it")


@event("WIC 361.5, 366.21, 366.22")
class ReunificationEnded(CaseEvent):
    """The court ended reunification services."""

    hearing_id: str | None = about("at which hearing")


@event("WIC 361.5(a)")
class ReunificationExtended(CaseEvent):
    """The court extended reunification services."""

    hearing_id: str | None = about("at which hearing")
    length: Length | None = about("for how long")
    to_review: Literal["review_12_month", "review_18_month", "review_24_month"] | None = about(
        "the review up to which they now run"
    )


@event("WIC 361.5(f), 366.21(e) and (g), 366.22(a), 366.25(a): selection hearing within 120 days")
class SelectionHearingOrdered(CaseEvent):
    """The court ordered that a permanent plan be selected at a hearing of its own (WIC 366.26)."""

    hearing_id: str | None = about("at which hearing")


@event("CWDA, statewide intercounty transfer protocol (2003)")
class CaseStageSet(CaseEvent):
    """The case came to a stage of the court process."""

    stage: Literal["before_jurisdiction", "jurisdiction_found", "after_disposition", "permanency"] = needed(
        "the stage from now on"
    )


@event("WIC 366.26; CWDA, statewide intercounty transfer protocol (2003)")
class ChildDeclaredFree(CaseEvent):
    """Parental rights were ended, so that the child is free for adoption."""


@event("WIC 395")
class AppealFiled(CaseEvent):
    """An appeal was filed."""

    hearing_id: str | None = about("from which hearing")


@event("WIC 395")
class AppealEnded(CaseEvent):
    """An appeal came to its end."""

    hearing_id: str | None = about("from which hearing")


@event("WIC 369.5; rule of court 5.640; forms JV-220 to JV-224")
class PsychotropicOrderAsked(CaseEvent):
    """The court was asked to allow psychotropic medication."""

    request_id: str = needed("which request")


@event("WIC 369.5")
class PsychotropicOrderDecided(CaseEvent):
    """The court decided a request for psychotropic medication."""

    request_id: str = needed("which request")
    granted: bool | None = about("whether it was allowed")
    until: Day | None = about("last day of the order")


@event("WIC 369.5(b)(1): the agency is encouraged to complete the request in three business days")
class PsychotropicInformationReceived(CaseEvent):
    """The physician gave what is needed to ask the court for psychotropic medication."""

    request_id: str = needed("which request")


@event("WIC 369.5(c)(2)")
class PsychotropicOrderGiven(CaseEvent):
    """Somebody was given a copy of the court's order on psychotropic medication."""

    request_id: str = needed("which request")
    to: Literal["caregiver", "child", "parent", "other"] = needed("who was given it")


@event("WIC 369.6")
class SecondOpinionAsked(CaseEvent):
    """The county asked for a second opinion on a request for psychotropic medication."""

    request_id: str = needed("which request")


@event("WIC 369.6")
class SecondOpinionGiven(CaseEvent):
    """The second opinion on a request for psychotropic medication was given."""

    request_id: str = needed("which request")


@event("WIC 361.22, 361.23")
class ResidentialReviewAsked(CaseEvent):
    """The social worker asked the court to review a residential placement."""

    placement_id: str = needed("which placement")


@event("WIC 361.22")
class ResidentialReviewDecided(CaseEvent):
    """The court approved or disapproved a residential placement."""

    placement_id: str = needed("which placement")
    approved: bool = needed("whether it approved")
