"""The day ledger: whose turn it was, and for how many days.

Every day from the first event to the asked-for one belongs, in each lifecycle, to one state and its holder; the days of
a lifecycle add up to the days of the case.
"""

from __future__ import annotations

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.results import Folding


@attrs.frozen
class Held:
    """A state of a lifecycle, who held it, from which day until which day (that day not included), how many days."""

    lifecycle: str
    instance: str | None
    state: str
    label: str
    holder: str | None
    first: str
    until: str
    days: int


def ledger_of(folding: Folding, rules: CompiledRules, at: int) -> tuple[Held, ...]:
    """The ledger up to an instant. A day belongs to the state in which it ended."""
    zone, pack = rules.zone, rules.pack
    end = zone.day_of(at) + 1
    held = []
    for row in folding.states:
        if row.valid_from > at:
            continue
        first, until = zone.day_of(row.valid_from), min(end, zone.day_of(min(row.valid_until, at + 1)))
        if row.valid_until > at:
            until = end
        if until <= first:
            continue
        lifecycle = pack.lifecycles[row.lifecycle]
        held.append(
            Held(
                row.lifecycle,
                row.instance or None,
                row.state,
                lifecycle.states[row.state].label,
                pack.roles.get(row.holder, row.holder) if row.holder else None,
                format_day(first),
                format_day(until),
                until - first,
            )
        )
    return tuple(held)


def days_by_holder(held: tuple[Held, ...]) -> dict[str, int]:
    """How many days each holder had, over the lifecycles given."""
    days: dict[str, int] = {}
    for one in held:
        holder = one.holder or "nobody"
        days[holder] = days.get(holder, 0) + one.days
    return days
