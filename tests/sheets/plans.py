"""Plans to read: one child's, with something of each kind, and one whose every text is hostile."""

from __future__ import annotations

from typing import Any

from icpm_engine.calendars import parse_day
from icpm_engine.plan import Circumstances, Found, Plan, findings
from icpm_engine.sheets import Sheet, catalogue, changes_sheet, plan_sheet
from tests.plan.stories import goal, need, plan, service

ON = "2026-05-01"


def story(hostile: str = "") -> list[tuple[str, str, dict[str, Any]]]:
    """One child's plan, all of it shared; each text that somebody may write ends with `hostile`."""
    h = hostile
    return [
        ("2026-03-01", "agency_plan_received", {"plan_id": "mh", "by": "mental_health", "title": "Treatment plan" + h}),
        ("2026-03-01", "strength_named", {"line_id": "st" + h, "text": "Draws" + h, "words_of": "the youth" + h}),
        need("n1" + h, "Sleep through the night" + h, domain="health", by="family", words_of="the mother" + h),
        need("n2" + h, "Better sleep hygiene" + h, by="mental_health", plan_id="mh"),
        need("n3" + h, "Time with friends" + h, by="child_welfare"),
        ("2026-03-10", "plan_line_reasoned", {"line_id": "n3" + h, "reason": "After the summer" + h}),
        ("2026-03-10", "plan_lines_woven", {"line_id": "n1" + h, "others": ["n2" + h]}),
        goal(
            "g1" + h,
            "Six hours of sleep" + h,
            needs=["n1" + h],
            measure="Hours" + h,
            baseline="3" + h,
            target="6" + h,
            target_date="2026-04-01",
            owner="aunt" + h,
            by="family",
        ),
        ("2026-03-05", "goal_measured", {"line_id": "g1" + h, "reading": "4 hours" + h, "by": "family"}),
        (
            "2026-03-06",
            "goal_answered",
            {"line_id": "g1" + h, "answer": "accepts", "words": "ok" + h, "who": "mum" + h},
        ),
        ("2026-03-06", "options_laid_out", {"line_id": "g1" + h, "options": ["A" + h, "B" + h], "chosen": "A" + h}),
        service("s1" + h, "Help at home" + h, service_id="S", type="ihbs", goals=["g1" + h], provider="Bay" + h),
        ("2026-03-12", "service_started", {"service_id": "S"}),
        (
            "2026-03-07",
            "task_agreed",
            {"line_id": "t1", "text": "Quiet hour" + h, "owner": "mum" + h, "times_a_week": 1},
        ),
        ("2026-03-07", "visits_planned", {"line_id": "v1", "text": "Sundays" + h, "with_whom": "brother" + h}),
        ("2026-03-07", "plan_part_written", {"line_id": "p1", "part": "education", "text": "Stays at her school" + h}),
        ("2026-03-08", "plan_disagreement_stated", disagreement(h)),
        ("2026-03-08", "task_agreed", {"line_id": "t2", "text": "Call the dentist" + h}),
        ("2026-03-20", "plan_line_ended", {"line_id": "t2", "reason": "done", "words": "all fine" + h}),
        ("2026-03-09", "case_plan_signed", {"by": "child"}),
        ("2026-03-09", "case_plan_signature_declined", {"by": "parent", "reason": "too much at once" + h}),
        ("2026-03-09", "plan_absence_explained", {"who": "uncle" + h, "reason": "works far away" + h}),
        ("2026-03-10", "family_capacity_told", {"appointments_a_week": 2, "words": "more is too much" + h}),
    ]


def disagreement(hostile: str) -> dict[str, Any]:
    """What the youth does not agree with."""
    words = "I want nobody at home" + hostile
    return {"line_id": "d1", "text": words, "words_of": "the youth", "about_line": "s1" + hostile}


DAYS = sorted({day for day, _, _ in story()} | {"2026-04-01"})
"""The days on which something is said of the plan; on 1 April everything is shared."""


def shared(hostile: str = "", on: str = ON) -> Plan:
    """The plan, every line of it shared with the team."""
    told = story(hostile)
    lines = [
        ("2026-04-01", "plan_line_shared", {"line_id": e[2]["line_id"], "shared": True}) for e in told if "text" in e[2]
    ]
    return plan(on, *told, *lines)


def found(read: Plan) -> tuple[Found, ...]:
    """What is found in a plan while nobody has settled or consented to anything."""
    return findings(read, Circumstances(day=parse_day(ON)))


def sheet(reader: str = "social_worker", language: str = "en", hostile: str = "", on: str = ON) -> Sheet:
    """The plan as a sheet."""
    read = shared(hostile, on).for_reader(reader)
    return plan_sheet(read, found(read), reader, catalogue(language))


def changes(reader: str = "social_worker", language: str = "en", hostile: str = "") -> Sheet:
    """What changed in the plan, as a sheet."""
    plans = [shared(hostile, day).for_reader(reader) for day in DAYS]
    return changes_sheet("C-1", plans, reader, catalogue(language), on=ON)
