"""Intake: a report becomes a case, the child comes into care and leaves it, the case closes."""

from __future__ import annotations

from typing import Literal

from icpm_engine.vocabulary.events import CaseEvent, about, event, needed

_OVERVIEW = "Integrated Core Practice Model overview (CFPIC and CalSWEC), area 1: screening, referral and assessment"


@event(_OVERVIEW, sorts="first")
class CaseOpened(CaseEvent):
    """A child welfare case was opened for this child: the county's intake, from which screening is owed."""

    kind: Literal["court", "voluntary", "probation"] | None = about("court dependency, voluntary services or probation")
    services: (
        Literal["family_maintenance", "family_reunification", "permanent_placement", "supportive_transition"] | None
    ) = about("the service component the case opened in")


@event("County practice; ACL 15-11: the yearly screen is owed while the case stays open", sorts="last")
class CaseClosed(CaseEvent):
    """The child welfare case was closed: what is owed to the child as an open case ends here."""

    reason: (
        Literal[
            "reunified",
            "services_completed",
            "adopted",
            "guardianship",
            "emancipated",
            "transferred_to_county",
            "moved_out_of_state",
            "family_declined",
            "dismissed_by_court",
            "opened_in_error",
            "died",
            "other",
        ]
        | None
    ) = about("why it closed")


@event("WIC 16501(f): in-person response to a report")
class ReportReceived(CaseEvent):
    """A report of suspected abuse or neglect came in."""

    report_id: str = needed("which report")
    response: Literal["immediate", "ten_days", "evaluated_out"] | None = about("how soon a worker must see the child")


@event("WIC 16501(f)")
class ReportResponded(CaseEvent):
    """A worker saw the child in answer to a report."""

    report_id: str = needed("which report")


@event("WIC 16501(f); DHCS, Children and Youth Initiatives: joint home visit after a substantiated allegation")
class AllegationFound(CaseEvent):
    """The investigation of a report came to a finding."""

    report_id: str = needed("which report")
    finding: Literal["substantiated", "inconclusive", "unfounded"] = needed("what was found")


@event("Los Angeles DCFS 0070-516.15 (6 Oct 2025): the first referral goes with the promotion")
class ReportPromoted(CaseEvent):
    """An emergency-response report was promoted to a case, by the court or by agreement."""

    report_id: str = needed("which report")
    to: Literal["court", "voluntary"] | None = about("court case or voluntary case")


@event("DHCS, Children and Youth Initiatives: joint home visit")
class JointVisitMade(CaseEvent):
    """A mental health clinician went with the child welfare worker to see the family at home."""

    report_id: str | None = about("after which report")


@event("WIC 16501.1(e), 16560(c), 361.49: removal and entry to foster care start clocks of their own")
class CustodyEntered(CaseEvent):
    """The child came into the agency's custody: an entry, or a re-entry, to care."""

    custody_id: str = needed("which stay in custody")
    out_of_home: bool | None = about("whether the child is placed out of the home")
    how: Literal["court_order", "temporary_custody", "voluntary_agreement", "probation"] | None = about("by what power")
    first_entry: bool | None = about("whether this is the child's first entry to care")


@event("County practice; ACL 22-35")
class CustodyLeft(CaseEvent):
    """The child left the agency's custody."""

    custody_id: str = needed("which stay in custody")
    reason: Literal["reunified", "adopted", "guardianship", "emancipated", "transferred_to_county", "other"] | None = (
        about("why")
    )


@event("WIC 361.5, 364: who is at home is reviewed on another clock")
class ServiceComponentChanged(CaseEvent):
    """The case moved between family maintenance, reunification, permanent placement and supportive transition."""

    services: Literal["family_maintenance", "family_reunification", "permanent_placement", "supportive_transition"] = (
        needed("the component from now on")
    )
