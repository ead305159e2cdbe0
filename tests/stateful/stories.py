"""Random journals of one case: few kinds of event, few days, many on one day, in every order of recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.stateful.both import Told, days_standing

FIRST = date(2026, 3, 2)  # a Monday; the clocks change on Sunday the 8th
SPAN = 18  # days over which a story goes
MINUTES = (0, 9 * 60, 12 * 60 + 30, 15 * 60, 23 * 60 + 59)

Values = Mapping[str, st.SearchStrategy[Any]]
Vocabulary = Mapping[str, Values]


def days(first: date = FIRST, span: int = SPAN) -> st.SearchStrategy[str]:
    """A day of the story, as a text."""
    return st.integers(0, span).map(lambda number: (first + timedelta(days=number)).isoformat())


def moments(first: date = FIRST, span: int = SPAN) -> st.SearchStrategy[str]:
    """A day of the story, with an hour or without."""
    clocks = st.sampled_from(["", "", "T00:00", "T09:00", "T12:30", "T15:00"])
    return st.tuples(days(first, span), clocks).map("".join)


def people(*names: str) -> st.SearchStrategy[list[str]]:
    """Some of several names, none twice."""
    return st.lists(st.sampled_from(names), max_size=len(names), unique=True)


YES_NO = st.booleans()
CLINIC: Vocabulary = {
    "opened": {},
    "closed": {},
    "birth_date_told": {"born": days(date(2021, 3, 1), 16)},
    "assessed": {
        "level": st.sampled_from(["low", "moderate", "high"]),
        "score": st.sampled_from([0, 6, 10]),
        "clinician": st.sampled_from(["ann", "bob"]),
    },
    "agreed": {
        "to_care": YES_NO,
        "review_on": days(FIRST, SPAN + 6),
        "grace": st.sampled_from(["2 days", "3 business days", "30 hours", "1 month"]),
    },
    "noticed": {},
    "withdrawn": {},
    "left": {},
    "returned": {},
    "referred": {
        "referral_id": st.sampled_from(["R1", "R2"]),
        "urgency": st.sampled_from(["urgent", "routine"]),
        "clinician": st.sampled_from(["ann", "nobody"]),
    },
    "answered": {
        "referral_id": st.sampled_from(["R1", "R2"]),
        "in_writing": YES_NO,
        "topics": people("care_plan", "consent_form", "costs"),
    },
    "referral_dropped": {"referral_id": st.sampled_from(["R1", "R2"])},
    "delay_approved": {"referral_id": st.sampled_from(["R1", "R2"])},
    "visit_planned": {
        "visit_id": st.sampled_from(["V1", "V2"]),
        "kind": st.sampled_from(["first", "review"]),
        "date": moments(FIRST, SPAN + 6),
    },
    "visit_vacated": {"visit_id": st.sampled_from(["V1", "V2"])},
    "invited": {"visit_id": st.sampled_from(["V1", "V2"]), "to": people("child", "parent", "nurse")},
    "visited": {
        "visit_id": st.sampled_from(["V1", "V2"]),
        "kind": st.sampled_from(["first", "review"]),
        "mode": st.sampled_from(["in_person", "phone"]),
        "present": people("child", "parent"),
    },
}
SHASTA: Vocabulary = {
    "case_opened": {},
    "case_closed": {},
    "birth_date_told": {
        "born": st.sampled_from(["2018-01-15", "2020-12-01", "2021-03-20", "2019-05-10", "2015-02-28"])
    },
    "mh_screened": {"tool": st.sampled_from(["psc", "asq"])},
    "developmental_screened": {"tool": st.sampled_from(["psc", "asq"])},
    "mh_services_opened": {},
    "mh_services_closed": {},
    "sub_class_found": {},
    "coordinator_referred": {},
    "coordinator_found_eligible": {},
    "plan_holds": {"services": people("icc", "ihbs", "tfc")},
}
HEARINGS: Values = {
    "hearing_id": st.sampled_from(["H1", "H2"]),
    "kind": st.sampled_from(["disposition", "review"]),
}
TYPES = st.sampled_from(["relative", "ffa", "ffa_treatment", "strtp"])
INVITED = ["child", "parents", "caregiver", "caseworker", "mental_health", "formal_supports", "relatives"]
CFT_FIRST: Vocabulary = {
    "custody_entered": {"custody_id": st.sampled_from(["C1", "C2"]), "out_of_home": YES_NO},
    "custody_left": {"custody_id": st.sampled_from(["C1", "C2"])},
    "indian_child_status_found": {"status": YES_NO},
    "hearing_set": {**HEARINGS, "date": moments(FIRST, 80)},
    "hearing_continued": {**HEARINGS, "date": moments(FIRST, 80)},
    "hearing_vacated": HEARINGS,
    "placement_started": {"placement_id": st.just("P1"), "type": TYPES},
    "placement_considered": {"type": TYPES},
    "cft_scheduled": {"meeting_id": st.sampled_from(["M1", "M2"]), "date": moments(FIRST, 80)},
    "cft_invitation_sent": {
        "meeting_id": st.sampled_from(["M1", "M2"]),
        "to": st.sampled_from([*INVITED, "informal_supports", "ffa_representative"]),
    },
    "cft_held": {"meeting_id": st.sampled_from(["M1", "M2"]), "present": people("child", "parents", "mental_health")},
}
DISPUTES = {"dispute_id": st.sampled_from(["D1", "D2"])}
DISPUTE: Vocabulary = {
    "disagreement_stated": DISPUTES,
    "local_process_started": DISPUTES,
    "local_process_completed": DISPUTES,
    "determination_issued": {**DISPUTES, "in_writing": YES_NO, "has_plan_of_care": YES_NO},
    "agency_complied": DISPUTES,
    "court_motion_filed": DISPUTES,
    "other_objection_made": DISPUTES,
    "objection_decided": DISPUTES,
    "child_court_status_set": {"status": st.sampled_from(["neither", "alleged", "adjudicated"])},
}
NAMELESS = {("answered", "referral_id"), ("visited", "visit_id"), ("referral_dropped", "referral_id")}
"""Fields of instances that may be missing: such an event concerns no instance (semantics 47)."""


@st.composite
def told_events(
    draw: st.DrawFn, vocabulary: Vocabulary, kinds: Sequence[str], *, most: int, span: int = SPAN
) -> list[Told]:
    """Events of a case in the order of recording, which need not be the order in which they happened."""
    journal: list[Told] = []
    count = draw(st.integers(1, most))
    for number in range(1, count + 1):
        kind = draw(st.sampled_from(kinds))
        journal.append(draw(one_event(vocabulary, kind, number, span)))
        if number > 1 and draw(st.integers(0, 9)) == 0:
            other = journal[draw(st.integers(0, number - 2))]
            word = draw(st.sampled_from(["corrects", "corrects", "retracts"]))
            journal[-1]["retracts" if "retracts" in other else word] = other["entry"]
    return journal


@st.composite
def one_event(draw: st.DrawFn, vocabulary: Vocabulary, kind: str, number: int, span: int) -> Told:
    """One event; a field may be left out."""
    values = {}
    for name, strategy in vocabulary[kind].items():
        needed = name == "born" or (name.endswith("_id") and (kind, name) not in NAMELESS)
        if needed or draw(st.integers(0, 11)):
            values[name] = draw(strategy)
    minute = draw(st.sampled_from([None, None, None, *MINUTES]))
    return {"entry": str(number), "kind": kind, "day": draw(days(FIRST, span)), "minute": minute, "values": values}


def asked(told: Sequence[Told], beyond: int) -> list[date | datetime]:
    """When to ask: at the end of every day on which something happened, at noon of it, and on days after the last."""
    happened = days_standing(told)
    if not happened:
        return []
    noons = [datetime(day.year, day.month, day.day, 12) for day in happened]  # noqa: DTZ001 (a local time)
    later = [happened[-1] + timedelta(days=step) for step in range(1, beyond, 2)]
    return [*happened, *noons, *later]
