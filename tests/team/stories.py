"""Journals of teams, written as short as they are told."""

from __future__ import annotations

from typing import Any, TypeAlias

from icpm_engine.calendars import Zone, parse_day
from icpm_engine.safety import Around
from icpm_engine.team import Team, all_known, for_reader, team_of
from icpm_engine.vocabulary import STANDARD
from icpm_engine.working import Entry

ZONE = Zone("America/Los_Angeles")
Told: TypeAlias = tuple[str, str, dict[str, Any]]

MOTHER: Told = ("2026-03-01", "member_joined", {"member_id": "rosa", "role": "mother", "side": "family"})
FATHER: Told = ("2026-03-01", "member_joined", {"member_id": "ivo", "role": "father", "side": "family"})
WORKER: Told = ("2026-03-01", "member_joined", {"member_id": "kim", "role": "caseworker", "side": "child_welfare"})
FLAG: Told = (
    "2026-03-05",
    "safety_flag_raised",
    {"flag_id": "f1", "kind": "no_contact_order", "protects": "rosa", "from_whom": "ivo"},
)


def journal(*events: Told) -> list[Entry]:
    """Entries of a journal: (day, kind, fields), in the order of recording."""
    return [
        Entry(kind=kind, day=parse_day(on), minute=-1, values=STANDARD[kind].internal(fields), entry=number)
        for number, (on, kind, fields) in enumerate(events, 1)
    ]


def around(*events: Told) -> Around:
    """A case that knows nothing but these events."""
    return Around(told=journal(*events), zone=ZONE)


def team(on: str, *events: Told) -> Team:
    """The team that these events come to by a day."""
    return team_of("C-1", around(*events), parse_day(on))


def read(reader: str, on: str, *events: Told, today: str = "2026-12-31") -> Team:
    """What a reader gets of the team of a day, by all that is known today."""
    told = around(*events)
    return for_reader(team(on, *events), reader, all_known("C-1", told, parse_day(today)), told.people())


def scheduled(meeting: str, on: str = "2026-03-10", **more: Any) -> Told:  # noqa: ANN401 - fields of an event
    """A meeting that is given a time, ten in the morning of 1 April 2026 unless told otherwise."""
    return (on, "cft_scheduled", {"meeting_id": meeting, "date": "2026-04-01T10:00", **more})


def invited(meeting: str, to: str, on: str = "2026-03-11") -> Told:
    """Somebody is invited."""
    return (on, "cft_invitation_sent", {"meeting_id": meeting, "to": to})
