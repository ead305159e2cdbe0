"""What a team should look at in its plan: nothing asked of the family twice, nothing left without owner or answer.

A finding names its rule and its lines, has an id that stays the same while these do, and can be answered: "the family
wants both". It never changes the plan: what is said twice is proposed as one, and woven by the team alone. What was
said of a line that was woven into another (an owner, an answer, a need that it serves) holds for that one, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Final

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.plan.found import Assessed, Circumstances, Found, Rule, found
from icpm_engine.plan.model import Appointment, Goal, GoalAnswer, Line, Need, Plan, Service, Visits, Work
from icpm_engine.plan.wording import alike, denies
from icpm_engine.safety import People, SafetyFlag, joined

__all__ = ["AGAINST_SAFETY", "FINDINGS", "RULES", "Assessed", "Circumstances", "Found", "findings"]

FINDINGS: Final[Mapping[str, str]] = {
    "visits_against_safety": "visits between the child and somebody of whom one is kept safe from the other",
    "appointment_against_safety": "an appointment that joins two people of whom one is kept safe from the other",
    "said_twice": "two needs, two goals or two tasks that say the same",
    "served_twice": "two services of one type at the same time",
    "said_against": "two needs, two goals or two tasks of which one says what the other denies",
    "ends_before_it_begins": "something that ends before it begins",
    "service_not_so": "a service that was declined, not authorized, not to be had, or has ended, while its line stands",
    "goal_declined": "work for a goal that the family or youth has declined",
    "goal_to_change": "a goal that the family or youth wants changed, and that stands unchanged",
    "visits_told_twice": "visits with one person that two sides tell each in their own way",
    "assessed_twice": "a second assessment of the same thing while the first might have stood in for it",
    "appointments_collide": "two appointments at the same time",
    "meeting_collides": "an appointment at the time of a team meeting or a hearing",
    "more_than_a_week_carries": "more in a week, as planned, than the family said that it can carry",
    "week_too_full": "more appointments in one week than the family said that it can carry",
    "service_without_consent": "a service while no consent to treatment stands",
    "authorization_over": "a service whose authorization is over",
    "service_without_authorization": "a service that needs an authorization and has none",
    "need_without_goal": "a need that no goal answers, and no reason why not",
    "goal_without_service": "a goal that nothing serves, and no reason why not",
    "goal_without_owner": "a goal that nobody keeps an eye on",
    "goal_not_answered": "a goal of which the family or youth has not said, as it stands, what they think",
    "disagreement_not_answered": "a disagreement with the plan that nobody has answered",
    "nobody_sees_to_it": "a service, task or visits that nobody sees to",
    "past_its_date": "a line that stands past its date",
}
"""Every finding, and what it says."""

AGAINST_SAFETY: Final = frozenset({"visits_against_safety", "appointment_against_safety"})
"""Findings that tell of a restriction between two people."""

INTENSIVE: Final = frozenset({"icc", "ihbs", "tfc"})
"""Among which services a county chooses those that need an authorization (rules/california/service.yaml)."""

_HOLLOW: Final = frozenset({"declined", "not authorized", "not available", "ended"})
"""How a service may have ended outside the plan while its line still stands."""
_NO_TREATMENT: Final = frozenset({"parent_partner"})
"""Services for the parent: a consent to treat the child is not what they wait for."""


def findings(plan: Plan, beside: Circumstances) -> tuple[Found, ...]:
    """All that is found in a plan, rule by rule, each with its answer if somebody gave one."""
    listed = (one for rule in RULES.values() for one in rule(plan, beside))
    answered = plan.answered
    return tuple(attrs.evolve(one, answer=answered[one.id]) if one.id in answered else one for one in listed)


def _live(plan: Plan) -> Iterator[Work]:
    """The work that is to be done, as far as anybody knows: without services that came to nothing."""
    for work in plan.work:
        if not (isinstance(work, Service) and work.state in _HOLLOW):
            yield work


def _at_once(one: Work, other: Work) -> bool:
    """Whether there may be a day on which both are done."""
    return _begins_by(one, other.until) and _begins_by(other, one.until)


def _begins_by(work: Work, day: str | None) -> bool:
    return day is None or work.from_day is None or work.from_day <= day


def _whole(line: Line) -> Iterator[Line]:
    """A line and all that it stands for."""
    yield line
    for other in line.woven:
        yield from _whole(other)


def _ids(line: Line) -> set[str]:
    return {one.id for one in _whole(line)}


# --- safety first -----------------------------------------------------------------------------------------------------


def _unsafe(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    """Visits, and appointments ahead, that join two people of whom one is kept safe from the other."""
    for flag in beside.flags:
        for visits in plan.visits:
            if visits.with_whom is not None:
                yield from _joining("visits_against_safety", visits.id, ("child", visits.with_whom), flag, beside)
        for one in plan.appointments:
            if one.day >= beside.day:
                yield from _joining("appointment_against_safety", one.id, one.who, flag, beside)


def _joining(rule: str, line: str, who: Sequence[str], flag: SafetyFlag, beside: Circumstances) -> Iterator[Found]:
    """That some people are joined against a flag. Who they are is said in plain words; the id rests on the flag."""
    both = joined(beside.people, who, flag)
    if both is not None:
        one = found(rule, (line,), both.missing, flag=flag.id, kind=flag.kind)
        first, second = (beside.people.said(name) for name in both.who)
        yield attrs.evolve(one, details={**one.details, "who": first, "from_whom": second})


# --- said twice, and against one another ------------------------------------------------------------------------------


def _said_twice(plan: Plan, _: Circumstances) -> Iterator[Found]:
    """Two needs, two goals or two tasks that say the same; or of which one denies what the other says."""
    kinds: tuple[tuple[Line, ...], ...] = (plan.needs, plan.goals, plan.tasks)
    for lines in kinds:
        for one, other in combinations(lines, 2):
            if alike(one.text, other.text) and not _of_other_domains(one, other) and _may_meet(one, other):
                against = denies(one.text) != denies(other.text)
                if against or not _of_other_owners(one, other):
                    yield found("said_against" if against else "said_twice", (one.id, other.id))


def _of_other_domains(one: Line, other: Line) -> bool:
    domains = {line.domain for line in (one, other) if isinstance(line, Need) and line.domain not in (None, "other")}
    return len(domains) > 1


def _may_meet(one: Line, other: Line) -> bool:
    """Whether there may be a day on which both hold; only what is done has days."""
    return not (isinstance(one, Work) and isinstance(other, Work)) or _at_once(one, other)


def _of_other_owners(one: Line, other: Line) -> bool:
    """Whether two people do it: each calls the school. What nobody sees to yet may be the same."""
    owners = {line.owner for line in (one, other) if isinstance(line, Work) and line.owner is not None}
    return len(owners) > 1


def _served_twice(plan: Plan, _: Circumstances) -> Iterator[Found]:
    """Two services of one type at the same time."""
    services = [one for one in _live(plan) if isinstance(one, Service) and one.type not in (None, "other")]
    for one, other in combinations(services, 2):
        if one.type == other.type and _at_once(one, other):
            yield found("served_twice", (one.id, other.id), type=str(one.type))


def _contradicts(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    """A line that another line, or what happened, speaks against."""
    for work in plan.work:
        if work.from_day is not None and work.until is not None and work.until < work.from_day:
            yield found("ends_before_it_begins", (work.id,), from_day=work.from_day, until=work.until)
    for service in plan.services:
        if service.state in _HOLLOW:
            yield found("service_not_so", (service.id,), state=str(service.state))
    for one, other in combinations(plan.visits, 2):
        if one.side != other.side and _at_once(one, other) and _with_the_same(one, other, beside.people):
            yield found("visits_told_twice", (one.id, other.id), with_whom=beside.people.said(str(one.with_whom)))


def _with_the_same(one: Visits, other: Visits, people: People) -> bool:
    """Whether the visits of two lines are with one person, by whichever name."""
    if one.with_whom is None or other.with_whom is None:
        return False
    return people.same(one.with_whom, other.with_whom) is True


def _answered(plan: Plan, _: Circumstances) -> Iterator[Found]:
    """What the family or youth said of each goal, as it stands, and what they were told where they do not agree."""
    for goal in plan.goals:
        said = _last_answer(goal)
        if said is None:
            yield found("goal_not_answered", (goal.id,))
        elif said.answer == "changes":
            yield found("goal_to_change", (goal.id,))
        elif said.answer == "declines" and (serving := [one.id for one in _live(plan) if _serves(one, goal)]):
            yield found("goal_declined", (goal.id, *serving))
    for disagreement in plan.disagreements:
        if not _says(disagreement, "answered"):
            yield found("disagreement_not_answered", (disagreement.id,))


def _last_answer(goal: Goal) -> GoalAnswer | None:
    """The last answer to what a goal, or one woven into it, says now: one to an earlier text is none."""
    given = [
        answer for one in _whole(goal) if isinstance(one, Goal) for answer in one.answers if answer.of == one.entry
    ]
    return max(reversed(given), key=lambda answer: answer.on, default=None)


def _serves(work: Work, goal: Goal) -> bool:
    return not _ids(goal).isdisjoint(_goals(work))


def _goals(work: Work) -> set[str]:
    return {goal for one in _whole(work) if isinstance(one, Work) for goal in one.goals}


def _assessed_twice(_: Plan, beside: Circumstances) -> Iterator[Found]:
    """The same thing assessed twice within the county's window; where that is open, it is said that it is.

    It is told of the last assessment of each thing, for as long as that one might itself stand in for another.
    """
    made: dict[str, list[Assessed]] = {}
    for one in beside.assessed:
        made.setdefault(one.what, []).append(one)
    until = beside.reusable_until
    for what, all_of_it in made.items():
        if len(all_of_it) > 1 and (until is None or beside.day <= until(all_of_it[-1].day)):
            first, second = all_of_it[-2:]
            if until is None or second.day <= until(first.day):
                days = {"first": format_day(first.day), "second": format_day(second.day)}
                yield found("assessed_twice", (), () if until else ("reusable_for",), what=what, **days)


# --- what is asked of the family --------------------------------------------------------------------------------------


def _collide(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    """Appointments ahead that meet. Where an hour is missing, they may."""
    by_day: dict[int, list[Appointment]] = {}
    for one in plan.appointments:
        if one.day >= beside.day:
            by_day.setdefault(one.day, []).append(one)
    for day, of_day in by_day.items():
        for one, other in [*combinations(of_day, 2), *((a, b) for a in of_day for b in by_day.get(day + 1, ()))]:
            missing = _hour(one, other)
            if _share(one, other, beside.people) and (missing or _meet(one, other)):
                yield found("appointments_collide", (one.id, other.id), missing, on=format_day(other.day))


def _collides_with_meeting(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    """Appointments ahead that meet a team meeting or a hearing; a day is enough to ask where an hour is missing."""
    for fixed in beside.fixed:
        for one in plan.appointments:
            if fixed.at.day < beside.day or abs(one.day - fixed.at.day) > 1 or not _share(one, fixed.at, beside.people):
                continue
            missing = _hour(one, fixed.at)
            if missing or _meet(one, fixed.at):
                on = format_day(fixed.at.day)
                yield found("meeting_collides", (one.id,), missing, on=on, event=fixed.what, meeting=fixed.at.id)


def _hour(one: Appointment, other: Appointment) -> tuple[str, ...]:
    """What is missing to say whether two on one day meet."""
    return ("hour",) if one.day == other.day and min(one.minute, other.minute) < 0 else ()


def _meet(one: Appointment, other: Appointment) -> bool:
    """Whether two appointments collide. One of unknown length takes up its first minute alone."""
    if min(one.minute, other.minute) < 0:
        return False
    first, second = sorted((one, other), key=_begin)
    return _begin(second) < _begin(first) + (first.minutes or 1)


def _begin(one: Appointment) -> int:
    return one.day * 1440 + one.minute


def _share(one: Appointment, other: Appointment, people: People) -> bool:
    """Whether somebody is to be at both, by whichever name; where it is not said who, the child or family is."""
    if not one.who or not other.who:
        return True
    return any(people.same(mine, theirs) is True for mine in one.who for theirs in other.who)


def _too_much(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    """More appointments in a week than the family said that it can carry: as planned in lines, and as given times."""
    if plan.capacity is None:
        return
    most = plan.capacity.appointments_a_week
    today = format_day(beside.day)
    asking = [work for work in _live(plan) if work.times_a_week and _goes_on(work, today)]
    asked = sum(work.times_a_week or 0 for work in asking)
    if asked > most:
        ids = [work.id for work in asking]
        yield found("more_than_a_week_carries", ids, asked=f"{asked:g}", most=f"{most:g}")
    for monday, ids in _weeks(plan, beside.day):
        if len(ids) > most:
            yield found("week_too_full", ids, week=format_day(monday), asked=len(ids), most=f"{most:g}")


def _goes_on(work: Work, today: str) -> bool:
    return (work.from_day is None or work.from_day <= today) and (work.until is None or work.until >= today)


def _weeks(plan: Plan, today: int) -> Iterator[tuple[int, list[str]]]:
    """The weeks, from Monday to Sunday, in which an appointment is still ahead, with all that they hold."""
    weeks: dict[int, list[Appointment]] = {}
    for one in sorted((*plan.kept, *plan.appointments), key=_begin):
        weeks.setdefault(one.day - date.fromordinal(one.day).weekday(), []).append(one)
    for monday, held in sorted(weeks.items()):
        if held[-1].day >= today:
            yield monday, [one.id for one in held]


# --- nothing without consent, authorization, owner, goal, date --------------------------------------------------------


def _allowed(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    """Services without consent or authorization."""
    for service in _live(plan):
        if not isinstance(service, Service):
            continue
        if beside.treatment_consent is not True and service.type not in _NO_TREATMENT:
            missing = () if beside.treatment_consent is False else ("treatment_consent",)
            yield found("service_without_consent", (service.id,), missing)
        yield from _authorized(service, beside)


def _authorized(service: Service, beside: Circumstances) -> Iterator[Found]:
    until = service.authorized_until
    if until is not None and until < format_day(beside.day):
        yield found("authorization_over", (service.id,), until=until)
    elif service.authorized_by is None:
        needing = INTENSIVE if beside.authorize is None else beside.authorize
        missing = () if beside.authorize is not None else ("authorization_needed_for",)
        if service.type in needing:
            yield found("service_without_authorization", (service.id,), missing)
        elif service.type is None and needing:
            yield found("service_without_authorization", (service.id,), (*missing, "type"))


def _owned(plan: Plan, _: Circumstances) -> Iterator[Found]:
    """Every need has a goal, every goal a service or a reason, everything that is done an owner."""
    met = {need for goal in plan.goals for one in _whole(goal) if isinstance(one, Goal) for need in one.needs}
    served = {goal for work in _live(plan) for goal in _goals(work)}
    for need in plan.needs:
        if not _says(need, "reason") and met.isdisjoint(_ids(need)):
            yield found("need_without_goal", (need.id,))
    for goal in plan.goals:
        if not _says(goal, "reason") and served.isdisjoint(_ids(goal)):
            yield found("goal_without_service", (goal.id,))
        if not _says(goal, "owner"):
            yield found("goal_without_owner", (goal.id,))
    for work in _live(plan):
        if not _says(work, "owner"):
            yield found("nobody_sees_to_it", (work.id,))


def _says(line: Line, name: str) -> bool:
    return any(getattr(one, name, None) is not None for one in _whole(line))


def _past(plan: Plan, beside: Circumstances) -> Iterator[Found]:
    """A line that stands past its date."""
    today = format_day(beside.day)
    dated: list[tuple[Line, str | None]] = [(goal, goal.target_date) for goal in plan.goals]
    dated += [(work, work.until) for work in _live(plan)]
    dated += [(part, part.until) for part in plan.parts]
    for line, until in dated:
        if until is not None and until < today and not _says(line, "reason"):
            yield found("past_its_date", (line.id,), until=until)


RULES: Final[Mapping[str, Rule]] = {
    "safety": _unsafe,
    "said_twice": _said_twice,
    "served_twice": _served_twice,
    "contradictions": _contradicts,
    "answers": _answered,
    "assessed_twice": _assessed_twice,
    "collisions": _collide,
    "meetings": _collides_with_meeting,
    "capacity": _too_much,
    "consent": _allowed,
    "owners": _owned,
    "dates": _past,
}
"""Groups of findings, in the order in which a team should look at them: safety first."""
