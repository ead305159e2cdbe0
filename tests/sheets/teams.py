"""A team to read: members, a meeting that was held and one that comes, with something of each kind."""

from __future__ import annotations

from functools import cache
from typing import Any

from icpm_engine import Engine, RulePack
from icpm_engine.sheets import Sheet, catalogue, meeting_sheet, team_sheet
from icpm_engine.vocabulary import STANDARD, make

PACK = RulePack.load("california", county="shasta")
NOW = 1_776_400_000
ON = "2026-04-14"

BEFORE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("2026-03-02", "case_opened", {}),
    ("2026-03-03", "team_formed", {"family_asked": True}),
    (
        "2026-03-03",
        "member_joined",
        {"member_id": "rosa", "role": "mother", "side": "family", "chosen_by_family": True},
    ),
    ("2026-03-03", "member_joined", {"member_id": "ivo", "role": "father", "side": "family"}),
    ("2026-03-03", "member_joined", {"member_id": "kim", "role": "caseworker", "side": "child_welfare"}),
    ("2026-03-03", "member_joined", {"member_id": "joe", "role": "soccer coach", "side": "natural_support"}),
    ("2026-03-03", "member_joined", {"member_id": "ann", "role": "teacher", "side": "education"}),
    ("2026-03-05", "member_left", {"member_id": "ann", "reason": "on leave until the summer"}),
    (
        "2026-03-24",
        "cft_held",
        {
            "meeting_id": "M1",
            "present": ["rosa", "kim"],
            "declined": ["joe"],
            "purpose": "first",
            "strengths": ["draws every day"],
            "needs": ["sleep"],
            "concerns": ["long bus rides"],
        },
    ),
    (
        "2026-03-24",
        "team_decided",
        {
            "decision_id": "D1",
            "what": "A bus pass for Rosa",
            "decided_by": ["rosa", "kim"],
            "meeting_id": "M1",
            "owner": "kim",
            "until": "2026-04-03",
        },
    ),
    (
        "2026-03-24",
        "team_decided",
        {
            "decision_id": "D2",
            "what": "Joe is asked along",
            "decided_by": ["rosa"],
            "against": ["kim"],
            "meeting_id": "M1",
            "until": "2026-05-01",
        },
    ),
    ("2026-03-24", "action_plan_written", {"meeting_id": "M1"}),
    ("2026-03-25", "meeting_feedback_given", {"meeting_id": "M1", "by": "family", "heard": True, "helped": False}),
    (
        "2026-03-26",
        "barrier_raised",
        {"barrier_id": "B1", "kind": "transport", "what": "The pass office is closed", "owner": "kim"},
    ),
    ("2026-03-30", "barrier_escalated", {"barrier_id": "B1", "to": "ines", "step": "support_team"}),
    ("2026-03-27", "family_asked", {"request_id": "Q1", "what": "Quién paga el camión", "by": "family"}),
    (
        "2026-03-28",
        "disagreement_stated",
        {"dispute_id": "A1", "by": "family", "between": "agency_and_family", "matter": "visits at the office"},
    ),
    ("2026-03-28", "strength_named", {"line_id": "st", "text": "Draws", "words_of": "the youth", "shared": True}),
    ("2026-03-28", "need_named", {"line_id": "n1", "text": "Sleep through the night", "by": "family", "shared": True}),
    (
        "2026-03-28",
        "goal_set",
        {
            "line_id": "g1",
            "text": "Six hours in a row",
            "needs": ["n1"],
            "target_date": "2026-06-30",
            "owner": "rosa",
            "by": "family",
            "shared": True,
        },
    ),
    ("2026-03-29", "goal_measured", {"line_id": "g1", "reading": "three hours", "by": "family"}),
    ("2026-04-05", "goal_measured", {"line_id": "g1", "reading": "four hours", "by": "family"}),
    ("2026-04-05", "options_laid_out", {"line_id": "g1", "options": ["a night light", "a later bus"]}),
    (
        "2026-04-06",
        "service_planned",
        {"line_id": "s1", "text": "Help at home", "goals": ["g1"], "by": "mental_health"},
    ),
    (
        "2026-04-06",
        "plan_disagreement_stated",
        {
            "line_id": "d1",
            "text": "No strangers at home",
            "words_of": "the youth",
            "about_line": "s1",
            "by": "child",
            "shared": True,
        },
    ),
    ("2026-04-07", "cft_requested", {"request_id": "R1", "by": "rosa", "purpose": "requested"}),
    ("2026-04-08", "cft_requested", {"request_id": "R2", "by": "child"}),
    (
        "2026-04-09",
        "cft_scheduled",
        {
            "meeting_id": "M2",
            "request_id": "R1",
            "date": "2026-04-20T16:00",
            "mode": "mixed",
            "place": "The library",
            "place_asked": True,
            "guests_chosen": True,
            "place_chosen": True,
            "interpreter": True,
            "transport": False,
            "invite": ["rosa", "kim", "mental_health"],
        },
    ),
    ("2026-04-10", "cft_invitation_sent", {"meeting_id": "M2", "to": "rosa"}),
    ("2026-04-11", "cft_invitation_answered", {"meeting_id": "M2", "by": "rosa", "coming": True}),
)
FLAG = (
    "2026-04-12",
    "safety_flag_raised",
    {"flag_id": "f1", "kind": "no_contact_order", "protects": "rosa", "from_whom": "ivo"},
)
JOINS = ("2026-04-13", "cft_invitation_sent", {"meeting_id": "M2", "to": "ivo"})
"""What makes the meeting one that is barred."""
PLANNING = {"cft_requested", "cft_scheduled", "cft_invitation_sent", "cft_invitation_answered"}


@cache
def engine(*, barred: bool = False, planned: bool = True) -> Engine:
    """The case of this team; `barred`: with somebody who must not come, and is asked to; not `planned`: no meeting."""
    made = Engine("sqlite://", PACK, clock=lambda: NOW)
    told = [one for one in ((*BEFORE, FLAG, JOINS) if barred else BEFORE) if planned or one[1] not in PLANNING]
    made.record(*(make(STANDARD[kind], "C-1", on, more) for on, kind, more in told), by="w")
    return made


@cache
def sheets(reader: str, language: str = "en", *, barred: bool = False, planned: bool = True) -> tuple[Sheet, Sheet]:
    """The sheet of the team, and that of its next meeting, for a reader."""
    words, asked = catalogue(language), engine(barred=barred, planned=planned)
    team, meeting = asked.team_of("C-1", on=ON, reader=reader), asked.meeting("C-1", on=ON, reader=reader)
    return team_sheet(team, reader, words), meeting_sheet(meeting, reader, words)
