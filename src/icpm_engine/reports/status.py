"""Where the help for a child is: each need, screening, referral, assessment and service in its step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from icpm_engine.calendars import format_day
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.order import arrange
from icpm_engine.history.results import StateRow
from icpm_engine.plan.model import Need, Plan, Service, Work
from icpm_engine.reports.making import Folded, Told, owing_of
from icpm_engine.reports.model import Matter, NeedStands, NeedStep, Owed, Status
from icpm_engine.reports.readers import HELP, area_of
from icpm_engine.vocabulary.reading import write_moment

_TYPED: Final = "service_id"
_WITH: Final = HELP | {"team", "plan"}
"""The areas of what comes next: help, and the team and plan that it comes from."""


def status_of(told: Told, plan: Plan) -> Status:
    """The status of a case for a reader, with what they read of its plan."""
    owing = owing_of(told)
    matters: list[Matter] = []
    taken: set[str] = set()
    types, dates = _types(told), _dates(told)
    for one in told.folded:
        for row in one.states:
            if row.valid_from <= told.at < row.valid_until and _is_shown(row, one.rules, told):
                following = tuple(_next(row, one, owing.owed))
                taken.update(owed.obligation.id for owed in following)
                named = {"type": types.get(row.instance), "date": dates.get(row.instance)}
                matters.append(_matter(row, one, told, following, named))
    return Status(
        case=told.case,
        on=format_day(told.day),
        reader=told.reads.reader,
        needs=tuple(_need(need, plan) for need in plan.needs),
        matters=tuple(matters),
        next=tuple(one for one in owing.owed if one.area in _WITH and one.obligation.id not in taken),
        owing=owing,
    )


def _is_shown(row: StateRow, rules: CompiledRules, told: Told) -> bool:
    """Whether it is a matter of help that the reader reads of, and that there is something to say of."""
    lifecycle = rules.pack.lifecycles[row.lifecycle]
    if lifecycle.subject != rules.subject:
        return False
    begun = row.state != lifecycle.initial or lifecycle.states[row.state].holder is not None
    area = area_of(lifecycle.transitions, rules.pack)
    return begun and area in HELP and told.reads.area(area) and told.reads.matter(lifecycle.per, row.instance)


def _matter(
    row: StateRow, folded: Folded, told: Told, following: tuple[Owed, ...], named: Mapping[str, str | None]
) -> Matter:
    pack = folded.rules.pack
    lifecycle = pack.lifecycles[row.lifecycle]
    held = lifecycle.per is not None
    return Matter(
        about=folded.rules.subject,
        lifecycle=row.lifecycle,
        label=lifecycle.label,
        instance=row.instance or None,
        state=row.state,
        state_label=lifecycle.states[row.state].label,
        since=format_day(told.zone.day_of(row.valid_from)),
        holder=told.contacts([row.holder], pack.roles)[0] if row.holder else None,
        next=following,
        type=named["type"] if held else None,
        date=named["date"] if held else None,
    )


def _next(row: StateRow, folded: Folded, owed: tuple[Owed, ...]) -> Iterator[Owed]:
    """What is owed of this very matter."""
    per = folded.rules.pack.lifecycles[row.lifecycle].per
    for one in owed if per is not None else ():
        duty = folded.rules.whole.duties.get(one.obligation.duty)
        if duty is not None and duty.per == per and one.obligation.instance == row.instance:
            yield one


def _types(told: Told) -> dict[str, str]:
    """What kind of service each is, as last told."""
    return {e.values[_TYPED]: e.values["type"] for e in _in_order(told) if _TYPED in e.values and "type" in e.values}


def _dates(told: Told) -> dict[str, str]:
    """When each appointment is, as last told."""
    return {
        e.values["appointment_id"]: write_moment(e.values["date"])
        for e in _in_order(told)
        if "appointment_id" in e.values and "date" in e.values
    }


def _in_order(told: Told) -> list[Any]:
    return [entry for entry in arrange(told.entries, told.zone, {}) if entry.day <= told.day]


# --- needs ------------------------------------------------------------------------------------------------------------


def _need(need: Need, plan: Plan) -> NeedStands:
    goals = [goal for goal in plan.goals if need.id in goal.needs]
    work = [one for one in plan.work if {goal.id for goal in goals}.intersection(one.goals)]
    owners = (*(one.owner or _provider(one) for one in work), *(goal.owner for goal in goals))
    return NeedStands(
        line_id=need.id,
        text=need.text,
        words_of=need.words_of,
        step=_step(bool(goals), work),
        reason=need.reason,
        goals=tuple(goal.text for goal in goals),
        owners=tuple(dict.fromkeys(who for who in owners if who is not None)),
        services=tuple(one.id for one in work if isinstance(one, Service)),
    )


def _provider(work: Work) -> str | None:
    return work.provider if isinstance(work, Service) else None


def _step(has_goal: bool, work: list[Work]) -> NeedStep:  # noqa: FBT001 - private, and named where it is called
    if any(isinstance(one, Service) and one.state == "started" for one in work):
        return "service"
    if work:
        return "work"
    return "goal" if has_goal else "named"
