"""A practice of plain rules (plain.yaml), and cases that go round its steps."""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks.practice import FIRST_DAY
from icpm_engine.history import CompiledRules, Entry, compile_pack
from icpm_engine.rules.loading import load_files

ROUND = (
    "screening_completed",
    "referral_sent",
    "referral_received",
    "appointment_offered",
    "appointment_kept",
    "mh_assessment_completed",
    "service_started",
    "cft_held",
    "contact_made",
    "ip_cans_completed",
)


def rules() -> CompiledRules:
    """The practice, loaded and compiled."""
    return compile_pack(load_files([Path(__file__).with_name("plain.yaml")]))


def case(seed: int, events: int) -> list[Entry]:
    """A case of exactly so many events, each of which meets one duty and starts another, some of them two."""
    chance = random.Random(seed)
    day = FIRST_DAY
    told = [Entry(kind="case_opened", day=day, minute=-1, values={"kind": "court"}, entry=1)]
    for number in range(2, events + 1):
        day += chance.randrange(1, 10)
        values = {"referral_id": "R", "meeting_id": "M", "result": chance.choice(["positive", "negative"])}
        minute = chance.choice([-1, 10 * 60, 14 * 60])
        told.append(Entry(kind=ROUND[number % len(ROUND)], day=day, minute=minute, values=values, entry=number))
    return told
