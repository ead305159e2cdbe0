"""The one plan as a value: its lines, whose words they are, and what was said of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

SIDES: Final[Mapping[str, str]] = {
    "family": "family",
    "youth": "child",
    "caregiver": "caregiver",
    "social_worker": "child_welfare",
    "clinician": "mental_health",
    "judge": "legal",
}
"""Who reads the plan, and for which side."""


@attrs.frozen
class Ended:
    """That a line is over: since which day, why, and in whose words."""

    on: str
    reason: str
    words: str | None


@attrs.frozen(kw_only=True)
class Line:
    """One line of the plan as it stands.

    `since` is the day on which it was first said, `said` that on which it was said as it stands. `side` says it,
    `words_of` are a person's own words. `plan_id` is the agency's plan that it came in with. `woven` are the lines that
    it stands for, too, each with its origin and text. `reason` says why it has no goal, service or date just now.
    """

    kind: str = attrs.field(default="line", init=False)
    id: str
    text: str
    since: str
    said: str
    entry: int
    side: str | None = None
    words_of: str | None = None
    shared: bool = False
    plan_id: str | None = None
    reason: str | None = None
    options: tuple[str, ...] = ()
    chosen: str | None = None
    woven: tuple[Line, ...] = ()
    ended: Ended | None = None


@attrs.frozen(kw_only=True)
class Strength(Line):
    """What the child or family is good at, has, or can count on."""

    kind: str = attrs.field(default="strength", init=False)


@attrs.frozen(kw_only=True)
class Need(Line):
    """What the child or family needs."""

    kind: str = attrs.field(default="need", init=False)
    domain: str | None = None


@attrs.frozen
class GoalReading:
    """How a goal stood on a day, in the terms of its measure."""

    on: str
    reading: str
    side: str | None


@attrs.frozen
class GoalAnswer:
    """What the family or youth said of a goal: accepts, changes or declines; `of` the text that some entry said."""

    on: str
    answer: str
    words: str | None
    who: str | None
    of: int = 0


@attrs.frozen(kw_only=True)
class Goal(Line):
    """What is to be different, and how anybody will see it; `needs` are the lines that it answers."""

    kind: str = attrs.field(default="goal", init=False)
    needs: tuple[str, ...] = ()
    measure: str | None = None
    baseline: str | None = None
    target: str | None = None
    target_date: str | None = None
    owner: str | None = None
    readings: tuple[GoalReading, ...] = ()
    answers: tuple[GoalAnswer, ...] = ()


@attrs.frozen(kw_only=True)
class Work(Line):
    """What somebody does: a service, a task, visits. `owner` sees to it; `goals` are the lines that it serves."""

    owner: str | None = None
    goals: tuple[str, ...] = ()
    times_a_week: float | None = None
    how_often: str | None = None
    from_day: str | None = None
    until: str | None = None


@attrs.frozen(kw_only=True)
class Service(Work):
    """A service; `state` is how far it has come by the events of the case: offered, authorized, started, ..."""

    kind: str = attrs.field(default="service", init=False)
    service_id: str | None = None
    type: str | None = None
    provider: str | None = None
    authorized_by: str | None = None
    authorized_until: str | None = None
    state: str | None = None


@attrs.frozen(kw_only=True)
class Task(Work):
    """What somebody took on."""

    kind: str = attrs.field(default="task", init=False)


@attrs.frozen(kw_only=True)
class Visits(Work):
    """How the child and somebody see each other."""

    kind: str = attrs.field(default="visits", init=False)
    with_whom: str | None = None


@attrs.frozen(kw_only=True)
class Part(Line):
    """A part that the law asks of a plan: placement, school, a youth's next steps, ..."""

    kind: str = attrs.field(default="part", init=False)
    part: str
    owner: str | None = None
    until: str | None = None


@attrs.frozen(kw_only=True)
class Disagreement(Line):
    """That somebody does not agree, in their own words, with one line or the whole plan; and what was answered."""

    kind: str = attrs.field(default="disagreement", init=False)
    about_line: str | None = None
    answered: str | None = None
    answer: str | None = None
    answered_by: str | None = None


@attrs.frozen
class AgencyPlan:
    """An agency's own plan that came in to be woven into the one."""

    id: str
    side: str | None
    title: str | None
    on: str


@attrs.frozen
class Participant:
    """Who took part in making the plan, and for which side."""

    who: str
    side: str | None
    on: str


@attrs.frozen
class Signature:
    """That somebody signed the plan, did not sign it (and why), or was given it."""

    who: str
    what: str
    on: str
    reason: str | None = None


@attrs.frozen
class Appointment:
    """An appointment that has been given a time. `minute` is that of its day; -1 when the hour is not known."""

    id: str
    day: int
    minute: int
    minutes: float | None
    line_id: str | None
    who: tuple[str, ...]
    entry: int


@attrs.frozen
class Capacity:
    """How many appointments a week the family said that it can carry."""

    appointments_a_week: float
    words: str | None
    on: str


@attrs.frozen
class Answer:
    """What was answered to a finding."""

    on: str
    words: str
    side: str | None


@attrs.frozen(kw_only=True)
class Plan:
    """The one plan of a case as of a day. `version` counts the changes of its lines; 0 while nothing has been said.

    Lines stand in the order in which they were first said. `ended` are those that are over; a line that was woven into
    another stands in that one alone. `kept` are the appointments that took place.
    """

    case: str
    on: str
    version: int
    strengths: tuple[Strength, ...] = ()
    needs: tuple[Need, ...] = ()
    goals: tuple[Goal, ...] = ()
    services: tuple[Service, ...] = ()
    tasks: tuple[Task, ...] = ()
    visits: tuple[Visits, ...] = ()
    parts: tuple[Part, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    ended: tuple[Line, ...] = ()
    agency_plans: tuple[AgencyPlan, ...] = ()
    participants: tuple[Participant, ...] = ()
    signatures: tuple[Signature, ...] = ()
    absences: tuple[Signature, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    kept: tuple[Appointment, ...] = ()
    capacity: Capacity | None = None
    answered: Mapping[str, Answer] = attrs.field(factory=dict)

    @property
    def lines(self) -> Iterator[Line]:
        """Every line that stands, strengths first."""
        yield from self.strengths
        yield from self.needs
        yield from self.goals
        yield from self.work
        yield from self.parts
        yield from self.disagreements

    @property
    def work(self) -> Iterator[Work]:
        """Services, tasks and visits."""
        yield from self.services
        yield from self.tasks
        yield from self.visits

    def holds(self, ids: Iterable[str]) -> bool:
        """Whether these are all lines or appointments of it."""
        held = {line.id for line in _all(tuple(self.lines))} | {one.id for one in self.appointments}
        return held.issuperset(ids)

    def for_reader(self, reader: str) -> Plan:
        """What a reader gets of it: the lines of their own side, and the shared ones. Raises KeyError.

        A line that was woven into another keeps its own readers: what a side said for itself does not become shared
        because the team found that it says the same, and stands in the place of a line that its side does not read.
        What points to a line that is not read points to the one that it was woven into, or nowhere. Left out, too,
        are why somebody took no part or did not sign, the family's words, and an agency's plan of which nothing is
        read.
        """
        side = SIDES[reader]
        fields: dict[str, Any] = {name: _read(getattr(self, name), side) for name in (*KINDS, "ended")}
        fields["ended"] += tuple(line for name in KINDS for line in fields[name] if line.ended is not None)
        fields |= {name: tuple(line for line in fields[name] if line.ended is None) for name in KINDS}
        ids = {line.id for lines in fields.values() for line in _all(lines)}
        plans = {line.plan_id for lines in fields.values() for line in _all(lines)}
        into = _into(self, ids)
        for name, lines in fields.items():
            fields[name] = tuple(_pointing(line, into) for line in lines)
        words = self.capacity is not None and side in {"family", "child"}
        return attrs.evolve(
            self,
            agency_plans=tuple(one for one in self.agency_plans if one.side == side or one.id in plans),
            signatures=tuple(one if _SIGNS.get(one.who) == side else _no_reason(one) for one in self.signatures),
            absences=tuple(_no_reason(one) for one in self.absences),
            appointments=_for(self.appointments, into),
            kept=_for(self.kept, into),
            capacity=self.capacity if words or self.capacity is None else attrs.evolve(self.capacity, words=None),
            answered={},
            **fields,
        )


_SIGNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("parent", "guardian", "indian_custodian"), "family"),
    "child": "child",
    "caregiver": "caregiver",
    "worker": "child_welfare",
}
"""For which side somebody signs."""


def _read(lines: tuple[Line, ...], side: str) -> tuple[Line, ...]:
    """The lines that are shared or of a side; in the place of any other, those of the same that were woven into it."""
    kept: list[Line] = []
    for line in lines:
        woven = _read(line.woven, side) if line.woven else ()
        if not (line.shared or line.side == side):
            kept += woven if line.ended is None else [_over(one, line.ended) for one in woven]
        else:
            kept.append(attrs.evolve(line, woven=woven) if woven != line.woven else line)
    return tuple(kept)


def _over(line: Line, ended: Ended) -> Line:
    """A line that is over with the one that it was woven into."""
    return line if line.ended is not None else attrs.evolve(line, ended=attrs.evolve(ended, words=None))


def _all(lines: tuple[Line, ...]) -> Iterator[Line]:
    for line in lines:
        yield line
        yield from _all(line.woven)


def _into(plan: Plan, ids: set[str]) -> dict[str, str]:
    """What a pointer at each line points to for a reader of these: at the line, or the nearest read one it is in."""
    found: dict[str, str] = {}

    def walk(lines: Iterable[Line], above: str | None) -> None:
        for line in lines:
            read = line.id if line.id in ids else above
            if read is not None:
                found[line.id] = read
            walk(line.woven, read)

    walk((*plan.lines, *plan.ended), None)
    return found


def _pointing(line: Line, into: Mapping[str, str]) -> Line:
    """A line that points to no others than those that are read, with what was woven into it."""
    woven = tuple(_pointing(one, into) for one in line.woven)
    changed: dict[str, Any] = {} if woven == line.woven else {"woven": woven}
    if isinstance(line, Goal):
        changed["needs"] = _pointers(line.needs, into)
    elif isinstance(line, Work):
        changed["goals"] = _pointers(line.goals, into)
    elif isinstance(line, Disagreement) and line.about_line is not None:
        changed["about_line"] = into.get(line.about_line)
    return attrs.evolve(line, **changed) if changed else line


def _pointers(ids: tuple[str, ...], into: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(into[one] for one in ids if one in into))


def _for(appointments: tuple[Appointment, ...], into: Mapping[str, str]) -> tuple[Appointment, ...]:
    """The appointments that belong to no line, or to one that is read."""
    return tuple(
        one if one.line_id is None else attrs.evolve(one, line_id=into[one.line_id])
        for one in appointments
        if one.line_id is None or one.line_id in into
    )


def _no_reason(one: Signature) -> Signature:
    return one if one.reason is None else attrs.evolve(one, reason=None)


KINDS: Final[Mapping[str, type[Line]]] = {
    "strengths": Strength,
    "needs": Need,
    "goals": Goal,
    "services": Service,
    "tasks": Task,
    "visits": Visits,
    "parts": Part,
    "disagreements": Disagreement,
}
"""The lines of a plan by the attribute that holds them."""
