"""Journals of plans, written as short as they are told."""

from __future__ import annotations

from typing import Any

from icpm_engine.calendars import Zone, parse_day
from icpm_engine.plan import Plan, plan_of
from icpm_engine.vocabulary import STANDARD
from icpm_engine.working import Entry

ZONE = Zone("America/Los_Angeles")


def told(*events: tuple[str, str, dict[str, Any]], first: int = 1) -> list[Entry]:
    """Entries of a journal: (day, kind, fields), in the order of recording."""
    return [
        Entry(kind=kind, day=parse_day(on), minute=-1, values=STANDARD[kind].internal(fields), entry=number)
        for number, (on, kind, fields) in enumerate(events, first)
    ]


def plan(on: str, *events: tuple[str, str, dict[str, Any]]) -> Plan:
    """The plan that these events come to by a day."""
    return plan_of("C-1", told(*events), ZONE, parse_day(on))


def need(line: str, text: str, **more: Any) -> tuple[str, str, dict[str, Any]]:  # noqa: ANN401 - fields of an event
    """A need, named on 2 March 2026."""
    return ("2026-03-02", "need_named", {"line_id": line, "text": text, **more})


def goal(line: str, text: str, **more: Any) -> tuple[str, str, dict[str, Any]]:  # noqa: ANN401 - fields of an event
    """A goal, set on 3 March 2026."""
    return ("2026-03-03", "goal_set", {"line_id": line, "text": text, **more})


def service(line: str, text: str, **more: Any) -> tuple[str, str, dict[str, Any]]:  # noqa: ANN401 - fields of an event
    """A service, planned on 4 March 2026."""
    return ("2026-03-04", "service_planned", {"line_id": line, "text": text, **more})
