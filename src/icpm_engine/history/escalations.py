"""Who is to be told that an obligation is still open, and from when on."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from icpm_engine.calendars import Zone, format_day, format_instant
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.results import FOREVER
from icpm_engine.rules import model
from icpm_engine.rules.wording import plain


@attrs.frozen
class Escalated:
    """Who is to be told of an open obligation, a role with its label; `since` a day, as it begins, or a local time."""

    role: str
    label: str
    since: str

    def __str__(self) -> str:
        return f"{self.label} from {self.since}"


def escalated(
    told: Iterable[tuple[int, int]], text: model.DutyText, rules: CompiledRules, until: int = FOREVER
) -> tuple[Escalated, ...]:
    """Who is to be told by an instant, the first one first. `told` is what a row carries: which, and from when on."""
    zone, roles = rules.zone, rules.pack.roles
    found = sorted((instant, text.escalates[place].tell) for place, instant in told if instant <= until)
    return tuple(Escalated(role, roles.get(role, plain(role)), _since(instant, zone)) for instant, role in found)


def _since(instant: int, zone: Zone) -> str:
    day = zone.day_of(instant)
    return format_day(day) if instant == zone.midnight[day] else format_instant(instant, zone)
