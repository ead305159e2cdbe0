"""Person: who the child is, across cases; what the child says; where the child is when nobody knows."""

from __future__ import annotations

from typing import Literal

from icpm_engine.vocabulary.events import CaseEvent, Day, Number, PersonEvent, Texts, about, event, needed

_IDENTITY = "Practice of record keeping: the same child may have several cases, spells and systems in one county"


@event(_IDENTITY)
class PersonLinked(CaseEvent):
    """This case was found to be about this person; from now on the person's facts are the case's too."""

    person: str = needed("the child's id in the county")


@event(_IDENTITY)
class PersonUnlinked(CaseEvent):
    """The link between this case and this person was found to be wrong."""

    person: str = needed("the child's id in the county")
    reason: Literal["wrong_match", "duplicate_person", "other"] | None = about("what was wrong")


@event(_IDENTITY)
class TeamLinked(CaseEvent):
    """This case is served by this child and family team; siblings may share one."""

    team: str = needed("the team's id in the county")


@event(_IDENTITY)
class TeamUnlinked(CaseEvent):
    """This case is no longer served by this team."""

    team: str = needed("the team's id in the county")


@event("Age bands of screening tools, WIC 366.21, 16501.1 and others", tells={"born": "born"})
class BirthDateTold(PersonEvent):
    """Somebody told, or corrected, the child's date of birth."""

    born: Day = needed("date of birth")
    proof: Literal["certificate", "record", "estimate"] | None = about("what it rests on")


@event("Integrated Core Practice Model overview: services fit the family's culture. Told by the person, never inferred")
class SelfDescribed(PersonEvent):
    """What the child or youth said about themself; each recording replaces only what it names."""

    language: str | None = about("language the child prefers")
    interpreter: bool | None = about("whether an interpreter is wanted")
    pronouns: str | None = about("pronouns the child uses")
    called: str | None = about("name the child wants to be called by")
    gender: str | None = about("gender, in the child's own words")
    orientation: str | None = about("orientation, in the child's own words")
    culture: Texts | None = about("cultures the child belongs to, in the child's own words")
    faith: str | None = about("faith, in the child's own words")


@event("WIC 352(b), 16560(c); ACL 22-35: shorter limits for an Indian child", tells={"indian_child": "status"})
class IndianChildStatusFound(PersonEvent):
    """It was found whether the child is an Indian child under federal and state law."""

    status: bool = needed("yes: an Indian child; no: inquiry ended and the child is not")
    tribe: str | None = about("the tribe")
    finder: Literal["court", "tribe", "agency"] | None = about("who found it")


@event("WIC 224.2: the duty of inquiry")
class IndianChildReasonToKnow(PersonEvent):
    """There is reason to know that the child may be an Indian child; the inquiry is not finished."""

    tribe: str | None = about("the tribe named")


@event("WIC 14717.1, 14184.402: who may have specialty mental health services", tells={"medi_cal_scope": "scope"})
class MediCalStatusFound(PersonEvent):
    """The child's Medi-Cal was looked up."""

    scope: Literal["full", "restricted", "none"] = needed("scope of benefits")
    county: str | None = about("county responsible in the state's eligibility record")
    aid_code: str | None = about("aid code")


@event("WIC 16501.35; county practice")
class ChildMissing(CaseEvent):
    """The child's whereabouts are not known."""

    absence_id: str | None = about("which absence")
    kind: Literal["ran_away", "abducted", "lost", "unknown"] | None = about("how the child came to be missing")


@event("WIC 16501.35; county practice")
class ChildFound(CaseEvent):
    """A missing child was found or came back."""

    absence_id: str | None = about("which absence")
    condition: Literal["safe", "hurt", "unknown"] | None = about("how the child was")


@event("County practice")
class ChildDied(PersonEvent):
    """The child died."""


@event("WIC 17.1, 14717.1: residence decides which county is responsible")
class ChildLivesIn(CaseEvent):
    """Where the child lives became known, whether or not a placement was recorded."""

    county: str = needed("county of residence")
    state: str | None = about("state, when it is not this one")


@event("Santa Clara County DFCS: what was seen, and how recently")
class BehaviorNoted(CaseEvent):
    """A behavior, experience or change that may call for help was noted."""

    behavior: str = needed("what was seen, in the county's own list of words")
    recency: Literal["last_24_hours", "last_30_days", "unknown"] | None = about("how long ago")
    new: bool | None = about("whether it is new")
    times: Number | None = about("how often")
