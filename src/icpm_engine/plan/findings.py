"""What a team should look at in its plan: nothing asked of the family twice, nothing left without owner or answer.

A finding names its rule and its lines, has an id that stays the same while these do, and can be answered: "the family
wants both". It never changes the plan: what is said twice is proposed as one, and woven by the team alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Final

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.plan.model import Answer, Appointment, Goal, Line, Need, Plan, Service

ALIKE: Final = 0.6
"""The share of their words that two lines have in common from which on they are proposed as one."""
_SMALL: Final = frozenset(
    [
        *("a", "an", "and", "as", "at", "be", "for", "from", "has", "have", "her", "his", "in", "is", "it", "its"),
        *("of", "on", "or", "she", "that", "the", "their", "to", "with"),
    ]
)
_HOLLOW: Final = frozenset({"declined", "not authorized", "not available", "ended"})
"""How a service may have ended outside the plan while its line still stands."""


@attrs.frozen
class Flag:
    """That one person is kept safe from another (SafetyFlagRaised)."""

    id: str
    protects: str
    from_whom: str
    kind: str


@attrs.frozen
class Assessed:
    """An assessment that was made: of what, by which tool, when, and which entry says so."""

    what: str
    day: int
    entry: int


@attrs.frozen(kw_only=True)
class Circumstances:
    """What a plan is looked at beside: the day, the county's choices (None: open), consents, flags, assessments.

    `reusable_until` gives the last day on which an assessment of a day may stand in for a new one. `authorize`: the
    types of service that need an authorization. `treatment_consent`: whether a consent to treatment stands; None: not
    known.
    """

    day: int
    reusable_until: Callable[[int], int] | None = None
    authorize: frozenset[str] | None = None
    treatment_consent: bool | None = None
    flags: tuple[Flag, ...] = ()
    assessed: tuple[Assessed, ...] = ()


@attrs.frozen
class Found:
    """One finding: the rule that found it, the lines (or appointments) that it is about, and details.

    `missing` names what must be known before it can be judged. `answer` is what somebody answered to it.
    """

    id: str
    rule: str
    lines: tuple[str, ...]
    details: Mapping[str, str]
    missing: tuple[str, ...] = ()
    answer: Answer | None = None


Rule = Callable[[Plan, Circumstances], Iterator[Found]]


def findings(plan: Plan, beside: Circumstances) -> tuple[Found, ...]:
    """All that is found in a plan, rule by rule, each with its answer if somebody gave one."""
    found = (one for rule in RULES.values() for one in rule(plan, beside))
    return tuple(attrs.evolve(one, answer=plan.answered.get(one.id)) for one in found)


def _found(rule: str, lines: Sequence[str], missing: tuple[str, ...] = (), **details: str | int) -> Found:
    said = {name: str(value) for name, value in details.items()}
    return Found(f"{rule}:{'+'.join(lines)}", rule, tuple(lines), said, missing)


# --- said twice, and against one another ------------------------------------------------------------------------------


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold())) - _SMALL


def _overlap(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """The share of their words that two texts have in common."""
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


def _said_twice(plan: Plan, _: Circumstances) -> Iterator[Found]:
    """Two needs, or two goals, that say the same."""
    kinds: tuple[tuple[Line, ...], ...] = (plan.needs, plan.goals)
    for lines in kinds:
        words = [(line, _words(line.text)) for line in lines]
        for (one, mine), (other, theirs) in combinations(words, 2):
            if _overlap(mine, theirs) >= ALIKE and not _of_other_domains(one, other):
                yield _found("said_twice", (one.id, other.id))


def _of_other_domains(one: Line, other: Line) -> bool:
    domains = {line.domain for line in (one, other) if isinstance(line, Need) and line.domain not in (None, "other")}
    return len(domains) > 1


def _served_twice(plan: Plan, _: Circumstances) -> Iterator[Found]:
    """Two services of one type."""
    for one, other in combinations(plan.services, 2):
        if one.type is not None and one.type == other.type and one.type != "other":
            yield _found("served_twice", (one.id, other.id), type=one.type)


def _contradicts(plan: Plan, _: Circumstances) -> Iterator[Found]:
    """A line that another line, or what happened, speaks against."""
    for work in plan.work:
        if work.from_day is not None and work.until is not None and work.until < work.from_day:
            yield _found("ends_before_it_begins", (work.id,), from_day=work.from_day, until=work.until)
    for service in plan.services:
        if service.state in _HOLLOW:
            yield _found("service_not_so", (service.id,), state=service.state)
    for goal in plan.goals:
        serving = [work.id for work in plan.work if goal.id in work.goals]
        if serving and goal.answers and goal.answers[-1].answer == "declines":
            yield _found("goal_declined", (goal.id, *serving))
    for one, other in combinations(plan.visits, 2):
        if one.with_whom is not None and one.with_whom == other.with_whom and one.side != other.side:
            yield _found("visits_told_twice", (one.id, other.id), with_whom=one.with_whom)


def _assessed_twice(_: Plan, beside: Circumstances) -> Iterator[Found]:
    """The same thing assessed twice within the county's window; where that is open, it is said that it is."""
    last: dict[str, Assessed] = {}
    for one in beside.assessed:
        before, last[one.what] = last.get(one.what), one
        if before is None:
            continue
        missing = ("reusable_for",) if beside.reusable_until is None else ()
        if beside.reusable_until is None or one.day <= beside.reusable_until(before.day):
            details = {"what": one.what, "first": format_day(before.day), "second": format_day(one.day)}
            yield Found(f"assessed_twice:{before.entry}+{one.entry}", "assessed_twice", (), details, missing)


# --- what is asked of the family --------------------------------------------------------------------------------------


def _meet(one: Appointment, other: Appointment) -> bool:
    """Whether two appointments of one day collide. One of unknown length takes up its first minute alone."""
    first, second = sorted((one, other), key=lambda each: each.minute)
    return second.minute < first.minute + (first.minutes or 1)


def _shared(one: Appointment, other: Appointment) -> bool:
    """Whether somebody is to be at both; where it is not said who, somebody may."""
    return not one.who or not other.who or bool({*one.who} & {*other.who})


def _collide(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    ahead = [one for one in plan.appointments if one.day >= beside.day and one.minute >= 0]
    for one, other in combinations(ahead, 2):
        if one.day == other.day and _shared(one, other) and _meet(one, other):
            yield _found("appointments_collide", (one.id, other.id), on=format_day(one.day))


def _too_much(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    """More appointments in a week than the family said that it can carry: as planned in lines, and as given times."""
    if plan.capacity is None:
        return
    most = plan.capacity.appointments_a_week
    asking = [work for work in plan.work if work.times_a_week and (work.from_day or plan.on) <= plan.on]
    asked = sum(work.times_a_week or 0 for work in asking)
    if asked > most:
        yield _found("more_than_a_week_carries", [work.id for work in asking], asked=f"{asked:g}", most=f"{most:g}")
    weeks: dict[int, list[str]] = {}
    for one in plan.appointments:
        if one.day >= beside.day:
            weeks.setdefault(one.day - date.fromordinal(one.day).weekday(), []).append(one.id)
    for monday, asked_for in sorted(weeks.items()):
        if len(asked_for) > most:
            details = {"week": format_day(monday), "asked": str(len(asked_for)), "most": f"{most:g}"}
            yield Found(f"week_too_full:{format_day(monday)}", "week_too_full", tuple(asked_for), details)


# --- nothing without consent, authorization, owner, goal, date --------------------------------------------------------


def _allowed(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    for service in plan.services:
        if service.state in _HOLLOW:
            continue
        if beside.treatment_consent is not True:
            missing = () if beside.treatment_consent is False else ("treatment_consent",)
            yield _found("service_without_consent", (service.id,), missing)
        yield from _authorized(service, beside)


def _authorized(service: Service, beside: Circumstances) -> Iterator[Found]:
    until = service.authorized_until
    if until is not None and until < format_day(beside.day):
        yield _found("authorization_over", (service.id,), until=until)
    elif service.authorized_by is None and (beside.authorize is None or service.type in beside.authorize):
        missing = ("authorization_needed_for",) if beside.authorize is None else ()
        yield _found("service_without_authorization", (service.id,), missing)


def _owned(plan: Plan, _: Circumstances) -> Iterator[Found]:
    """Every need has a goal, every goal a service or a reason, everything that is done an owner."""
    answered = {need for goal in plan.goals for need in goal.needs}
    served = {goal for work in plan.work for goal in work.goals}
    for need in plan.needs:
        if need.reason is None and not answered & _ids(need):
            yield _found("need_without_goal", (need.id,))
    for goal in plan.goals:
        if goal.reason is None and not served & _ids(goal):
            yield _found("goal_without_service", (goal.id,))
        if goal.owner is None:
            yield _found("goal_without_owner", (goal.id,))
        if not goal.answers:
            yield _found("goal_not_answered", (goal.id,))
    for work in plan.work:
        if work.owner is None:
            yield _found("nobody_sees_to_it", (work.id,))


def _ids(line: Line) -> set[str]:
    """A line and all that it stands for: a goal that answers one of them answers it."""
    return {line.id}.union(*(_ids(other) for other in line.woven))


def _past(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    """A line that stands past its date."""
    today = format_day(beside.day)
    for line in plan.lines:
        until = line.target_date if isinstance(line, Goal) else getattr(line, "until", None)
        if until is not None and until < today and line.reason is None:
            yield _found("past_its_date", (line.id,), until=until)


def _unsafe(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    """Visits between two people of whom one is kept safe from the other."""
    for visits in plan.visits:
        for flag in beside.flags:
            if visits.with_whom is not None and visits.with_whom in (flag.from_whom, flag.protects):
                yield _found("visits_against_safety", (visits.id,), flag=flag.id, kind=flag.kind)


RULES: Final[Mapping[str, Rule]] = {
    "safety": _unsafe,
    "said_twice": _said_twice,
    "served_twice": _served_twice,
    "contradictions": _contradicts,
    "assessed_twice": _assessed_twice,
    "collisions": _collide,
    "capacity": _too_much,
    "consent": _allowed,
    "owners": _owned,
    "dates": _past,
}
"""Groups of findings, in the order in which a team should look at them: safety first."""
