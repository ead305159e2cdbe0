"""`plan_check`: a plan of a usual size made from its entries and looked at, beside the bare fold of these."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from benchmarks.measuring import Bench, Row, median_seconds
from benchmarks.practice import plain
from icpm_engine.calendars import Zone, parse_day
from icpm_engine.history import fold
from icpm_engine.plan import Told, plan_answer
from icpm_engine.rules.loading import load_texts
from icpm_engine.vocabulary import STANDARD
from icpm_engine.working import Entry

PLANS = 400
ON = parse_day("2026-05-01")
RULES = "zone: America/Los_Angeles\nroles: {worker: Worker}\n"
KINDS = (("strength_named", 3), ("need_named", 7), ("goal_set", 6), ("service_planned", 5), ("task_agreed", 6))


def plan_check(bench: Bench) -> Iterator[Row]:
    """Thirty lines, each answered or served, some woven; every plan of other texts than the one before."""
    pack, zone = load_texts({"rules.yaml": RULES}), Zone("America/Los_Angeles")
    told = [
        Told(case=f"C-{seed}", own=journal(seed), beside=(), pack=pack, zone=zone)
        for seed in range(bench.size.of(PLANS, 2))
    ]
    one = plan_answer(told[0], ON)
    lines = sum(1 + len(line.woven) for line in one.plan.lines)

    def work() -> None:
        for plan in told:
            plan_answer(plan, ON)

    def bare() -> None:
        for plan in told:
            fold(rules, plan.own)

    rules = plain.rules()
    taken = median_seconds(work, bench.size.repeats, time.process_time)
    limit = median_seconds(bare, bench.size.repeats, time.process_time)
    ran_on = (
        f"{len(told)} plans of {lines} lines from {len(told[0].own)} entries, made and looked at by every rule, "
        f"{len(one.findings)} findings in the first; processor time; limit: the same entries folded by plain rules"
    )
    yield Row("plan_check", len(told) / taken, "plans/s", len(told) / limit, 1_000, ran_on)


def journal(seed: int) -> list[Entry]:
    """What is said of one plan of a usual size, in the order of recording."""
    events: list[tuple[str, dict[str, Any]]] = [("agency_plan_received", {"plan_id": "mh", "by": "mental_health"})]
    for kind, count in KINDS:
        events += [(kind, line(kind, number, seed)) for number in range(count)]
    events += [
        (
            "visits_planned",
            {"line_id": f"v{n}", "text": text(n, seed), "with_whom": f"sister {n}", "owner": "aunt", "shared": True},
        )
        for n in range(3)
    ]
    events += [("goal_answered", {"line_id": f"goal_set{n}", "answer": "accepts"}) for n in range(6)]
    events += [("plan_lines_woven", {"line_id": "need_named0", "others": ["need_named6"]})]
    events += [("family_capacity_told", {"appointments_a_week": 4})]
    events += [
        ("appointment_planned", {"appointment_id": f"A{n}", "date": f"2026-05-{4 + n:02}T10:00", "minutes": 50})
        for n in range(8)
    ]
    return [
        Entry(kind=kind, day=ON - 60 + number // 3, minute=-1, values=STANDARD[kind].internal(fields), entry=number)
        for number, (kind, fields) in enumerate(events, 1)
    ]


def line(kind: str, number: int, seed: int) -> dict[str, Any]:
    """One line, with what its kind says beside its text."""
    told: dict[str, Any] = {"line_id": f"{kind}{number}", "text": text(number, seed), "shared": True, "by": "family"}
    if kind == "goal_set":
        told |= {"needs": [f"need_named{number}"], "owner": "aunt", "target_date": "2026-09-01"}
    if kind in {"service_planned", "task_agreed"}:
        told |= {"goals": [f"goal_set{number}"], "owner": "aunt", "times_a_week": 0.5, "from_day": "2026-04-01"}
    return told | ({"type": "therapy"} if kind == "service_planned" and number < 2 else {})  # noqa: PLR2004 - two of them


def text(number: int, seed: int) -> str:
    """A line that shares few words with any other."""
    return " ".join(f"word{seed}x{number * 7 + place}" for place in range(7)) + " with the light in the hall on"
