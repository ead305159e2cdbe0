"""The child and family team: a typed value as of any day, and the safety that comes before everything else."""

from __future__ import annotations

from icpm_engine.safety import People, SafetyFlag
from icpm_engine.team.asking import Journal, TeamAnswer, team_answer
from icpm_engine.team.building import all_known, team_of
from icpm_engine.team.model import (
    AgendaItem,
    Barrier,
    Conflict,
    Decision,
    Meeting,
    Member,
    Question,
    Team,
)
from icpm_engine.team.preparing import Invitee, MeetingAnswer, NextDate, preparation
from icpm_engine.team.safety import LAWFUL, Barred, barred, for_reader

__all__ = [
    "LAWFUL",
    "AgendaItem",
    "Barred",
    "Barrier",
    "Conflict",
    "Decision",
    "Invitee",
    "Journal",
    "Meeting",
    "MeetingAnswer",
    "Member",
    "NextDate",
    "People",
    "Question",
    "SafetyFlag",
    "Team",
    "TeamAnswer",
    "all_known",
    "barred",
    "for_reader",
    "preparation",
    "team_answer",
    "team_of",
]
