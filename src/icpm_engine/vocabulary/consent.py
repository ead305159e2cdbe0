"""Consent: who allowed which care, and who allowed whom to share what; a refusal is an outcome and no error."""

from __future__ import annotations

from typing import Literal, TypeAlias

from icpm_engine.vocabulary.events import CaseEvent, Day, PersonEvent, Texts, about, event, needed

ConsentKind: TypeAlias = Literal[
    "screening",
    "assessment",
    "treatment",
    "psychotropic_medication",
    "substance_use_care",
    "release_of_information",
    "universal_release",
    "team_sharing",
    "evaluation",
    "other",
]
ConsentSigner: TypeAlias = Literal[
    "parent",
    "guardian",
    "child",
    "youth",
    "caregiver",
    "court",
    "child_attorney",
    "agency",
    "indian_custodian",
    "other",
]

_CONSENT = "Family Code 6924, 6929; WIC 369.5, 832, 5328.04, 4096(g)(2)(B); 42 CFR Part 2"


@event(_CONSENT)
class ConsentAsked(PersonEvent):
    """Somebody was asked for a consent."""

    consent_id: str = needed("which consent")
    kind: ConsentKind | None = about("what it allows")
    of: ConsentSigner | None = about("who was asked")


@event(_CONSENT)
class ConsentGiven(PersonEvent):
    """A consent was given."""

    consent_id: str = needed("which consent")
    kind: ConsentKind | None = about("what it allows")
    by: ConsentSigner | None = about("who gave it")
    agency: str | None = about("agency it was given to, where consents are kept apart")
    to: Texts | None = about("who may receive, for a release of information")
    data: Texts | None = about("kinds of information: general, mental_health, substance_use, hiv, education")
    purpose: str | None = about("what for")
    until: Day | None = about("last day on which it holds")
    in_writing: bool | None = about("whether it is signed")


@event(_CONSENT)
class ConsentDeclined(PersonEvent):
    """Somebody who was asked for a consent said no, which is an answer."""

    consent_id: str = needed("which consent")
    kind: ConsentKind | None = about("what it would allow")
    by: ConsentSigner | None = about("who said no")
    agency: str | None = about("agency that asked")


@event(_CONSENT)
class ConsentRevoked(PersonEvent):
    """A consent was taken back."""

    consent_id: str = needed("which consent")
    kind: ConsentKind | None = about("what it allowed")
    by: ConsentSigner | None = about("who took it back")
    agency: str | None = about("agency it was given to")


@event("Family Code 6924: contact with the parent is tried and recorded")
class ParentContactTried(PersonEvent):
    """Somebody tried to involve the parent of a minor who consents to care alone, or found it inappropriate."""

    reached: bool | None = about("whether the parent was reached")
    inappropriate: bool | None = about("whether involving the parent was found inappropriate")


@event("WIC 319, 361, 726: rights that the court limits or assigns")
class DecisionRightAssigned(PersonEvent):
    """The court or the law gave somebody the right to decide for the child."""

    right: Literal["mental_health", "medical", "education", "psychotropic_medication", "developmental"] = needed(
        "which right"
    )
    to: str = needed("who holds it from now on")


@event("WIC 832: members of the child and family team may share, as long as they belong to it")
class TeamInformationShared(CaseEvent):
    """A member of the child and family team was given what the team shares."""

    member_id: str = needed("which member")
    data: Texts | None = about("kinds of information: general, mental_health, substance_use, hiv, education")
