"""An invented practice (practice.yaml), and invented cases of any length under it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from icpm_engine.history import CompiledRules, Entry, compile_pack
from icpm_engine.rules.loading import load_files

Told: TypeAlias = tuple[int, str, dict[str, Any]]  # day, kind of event, its internal values

FIRST_DAY = dt.date(2024, 1, 2).toordinal()
TIMED, INDIAN, ENTERED = 0.4, 0.05, 0.8  # shares: events with an hour, Indian children, assessments in the state system
LAST_DAY = dt.date(2025, 12, 1).toordinal()


def rules() -> CompiledRules:
    """The practice, loaded and compiled."""
    return compile_pack(load_files([Path(__file__).with_name("practice.yaml")]))


def case(seed: int, events: int) -> list[Entry]:
    """A case of exactly so many events, in the order in which they were recorded; the same for the same seed."""
    chance = random.Random(seed)
    told = list(_opening(chance))
    while len(told) < events:
        told += _EPISODES[chance.randrange(len(_EPISODES))](chance, len(told))
    told = told[:events]
    told.sort(key=lambda event: event[0])
    return [_entry(number, event, chance) for number, event in enumerate(told, 1)]


def _entry(number: int, event: Told, chance: random.Random) -> Entry:
    day, kind, values = event
    minute = chance.randrange(8 * 60, 17 * 60, 5) if chance.random() < TIMED else -1
    return Entry(kind=kind, day=day, minute=minute, values=values, entry=number, recorded=0)


def _opening(chance: random.Random) -> Iterator[Told]:
    day = FIRST_DAY + chance.randrange(60)
    yield day, "case_opened", {"kind": "court"}
    yield day, "birth_date_told", {"born": day - chance.randrange(4 * 365, 15 * 365)}
    yield day, "indian_child_status_found", {"status": chance.random() < INDIAN}
    yield day + 1, "custody_entered", {"custody_id": "U1", "out_of_home": True}
    yield day + 1, "placement_started", {"placement_id": "P0", "type": chance.choice(["relative", "strtp", "ffa"])}
    yield day + 3, "hearing_set", {"hearing_id": "H0", "kind": "disposition", "date": (day + 50, -1)}
    yield day + 9, "team_formed", {}
    yield day + 12, "screening_completed", {"result": chance.choice(["positive", "negative"])}


def _day(chance: random.Random) -> int:
    return chance.randrange(FIRST_DAY + 70, LAST_DAY)


def _referral(chance: random.Random, number: int) -> Iterator[Told]:
    day, ref = _day(chance), f"R{number}"
    yield day, "screening_completed", {"result": "positive"}
    day += chance.randrange(9)
    yield day, "referral_sent", {"referral_id": ref, "urgency": chance.choice(["routine", "urgent"])}
    yield day + 1, "referral_received", {"referral_id": ref}
    yield day + 6, "appointment_offered", {"appointment_id": f"A{ref}", "referral_id": ref, "date": (day + 12, 600)}
    yield day + 12, "appointment_kept", {"appointment_id": f"A{ref}", "referral_id": ref}
    yield day + 40, "mh_assessment_completed", {"assessment_id": f"S{ref}", "referral_id": ref, "need": day % 3 > 0}
    yield day + 45, "sender_told", {"referral_id": ref, "what": "assessed"}
    yield day + 50, "service_started", {"service_id": f"V{ref}", "type": "therapy"}
    yield day + 130, "progress_note_signed", {"service_id": f"V{ref}"}


def _meeting(chance: random.Random, number: int) -> Iterator[Told]:
    day, meeting = _day(chance), f"M{number}"
    yield day, "cft_scheduled", {"meeting_id": meeting, "date": (day + 14, 600)}
    yield day + 1, "cft_invitation_sent", {"meeting_id": meeting, "to": "child"}
    yield day + 2, "cft_invitation_sent", {"meeting_id": meeting, "to": "parents"}
    yield day + 14, "cft_held", {"meeting_id": meeting, "present": ("child", "parents", "mental_health")}
    yield day + 17, "action_plan_written", {"meeting_id": meeting}


def _visits(chance: random.Random, number: int) -> Iterator[Told]:
    day = _day(chance)
    yield day, "contact_made", {"contact_id": f"C{number}", "mode": "in_person"}
    yield day + 3, "family_visit_held", {"visit_id": f"W{number}"}
    yield day + 27, "contact_made", {"contact_id": f"D{number}", "mode": chance.choice(["in_person", "phone"])}


def _move(chance: random.Random, number: int) -> Iterator[Told]:
    day, place = _day(chance), f"P{number}"
    yield day, "placement_started", {"placement_id": place, "type": chance.choice(["relative", "strtp", "ffa"])}
    yield day, "placement_information_sent", {"placement_id": place, "to": "caregiver"}
    yield day + 6, "rights_explained", {"to": "child"}


def _hearing(chance: random.Random, number: int) -> Iterator[Told]:
    day, hearing = _day(chance), f"H{number}"
    yield day, "hearing_set", {"hearing_id": hearing, "kind": "review", "date": (day + 40, 540)}
    yield day + 12, "hearing_continued", {"hearing_id": hearing, "kind": "review", "date": (day + 60, 540)}
    yield day + 45, "court_report_filed", {"hearing_id": hearing}


def _needs(chance: random.Random, number: int) -> Iterator[Told]:
    day = _day(chance)
    yield day, "ip_cans_completed", {"cft_informed": True, "entered": chance.random() < ENTERED}
    yield day, "trauma_found", {"finding_id": f"F{number}", "source": "cans"}
    yield day + 9, "trauma_answered", {"finding_id": f"F{number}", "how": "in_plan"}


_EPISODES = (_referral, _referral, _meeting, _meeting, _visits, _visits, _visits, _move, _hearing, _needs)
