"""The plan as it is asked for: of a day, for a reader, with what is found in it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from icpm_engine.calendars import Zone
from icpm_engine.plan.building import plan_of
from icpm_engine.plan.circumstances import circumstances
from icpm_engine.plan.findings import AGAINST_SAFETY, findings
from icpm_engine.plan.found import Found
from icpm_engine.plan.model import Plan
from icpm_engine.plan.withholding import AGENCIES, read_by
from icpm_engine.rules.model import RulePack
from icpm_engine.safety import Around
from icpm_engine.working import Entry


@attrs.frozen
class PlanAnswer:
    """A plan as of a day, and what a team should look at in it; `reader`: for whom, None for all of it."""

    plan: Plan
    findings: tuple[Found, ...]
    reader: str | None = None


@attrs.frozen(kw_only=True)
class Told:
    """What a plan is made from: its case's own entries, and those of its person and team beside them, in any order.

    `around` is what its teams and the cases around it tell of safety and people, `now` the same by all that is known
    today: what a reader must not know counts from when it is known, whichever past is asked about.
    """

    case: str
    own: Sequence[Entry]
    beside: Sequence[Entry]
    pack: RulePack
    zone: Zone
    around: Around = attrs.field(
        default=attrs.Factory(lambda told: Around(told=told.own, zone=told.zone), takes_self=True)
    )
    now: Around = attrs.field(default=attrs.Factory(lambda told: told.around, takes_self=True))


def plan_answer(told: Told, day: int, reader: str | None = None) -> PlanAnswer:
    """The plan at the end of a day. Raises KeyError for a reader that nobody is."""
    plan = plan_of(told.case, told.own, told.zone, day)
    entries = [*told.own, *told.beside]
    found = findings(plan, circumstances(entries, told.around, told.pack, day))
    if reader is None:
        return PlanAnswer(plan, found)
    read = read_by(plan, reader, (told.around, told.now))
    return PlanAnswer(read, tuple(one for one in found if _shown(one, read, reader)), reader)


def _shown(found: Found, read: Plan, reader: str) -> bool:
    """What is found in lines is for those who read them all; what is found beside them, for the two agencies.

    That somebody is kept safe from somebody is for the agencies alone, too: whom it is about may read the same line.
    """
    if not found.lines or found.rule in AGAINST_SAFETY:
        return reader in AGENCIES
    return read.holds(found.lines)
