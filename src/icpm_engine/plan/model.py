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
    """What the family or youth said of a goal: accepts, changes or declines."""

    on: str
    answer: str
    words: str | None
    who: str | None


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
    """That somebody does not agree, in their own words; with one line, or with the whole plan."""

    kind: str = attrs.field(default="disagreement", init=False)
    about_line: str | None = None


@attrs.frozen
class AgencyPlan:
    """An agency's own plan that came in to be woven into the one."""

    id: str
    side: str | None
    title: str | None
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
    another stands in that one alone.
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
    signatures: tuple[Signature, ...] = ()
    absences: tuple[Signature, ...] = ()
    appointments: tuple[Appointment, ...] = ()
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
        because the team found that it says the same. What points to a line that is not read points nowhere; the
        reason of an absence, the family's words and an agency's plan of which nothing is read are left out, too.
        """
        side = SIDES[reader]
        fields: dict[str, Any] = {name: _read(getattr(self, name), side) for name in (*KINDS, "ended")}
        ids = {line.id for lines in fields.values() for line in _all(lines)}
        plans = {line.plan_id for lines in fields.values() for line in _all(lines)}
        for name, lines in fields.items():
            fields[name] = tuple(_pointing(line, ids) for line in lines)
        words = self.capacity is not None and side in {"family", "child"}
        return attrs.evolve(
            self,
            agency_plans=tuple(one for one in self.agency_plans if one.side == side or one.id in plans),
            absences=tuple(attrs.evolve(one, reason=None) for one in self.absences),
            appointments=tuple(one for one in self.appointments if one.line_id is None or one.line_id in ids),
            capacity=self.capacity if words or self.capacity is None else attrs.evolve(self.capacity, words=None),
            answered={},
            **fields,
        )


def _read(lines: tuple[Line, ...], side: str) -> tuple[Line, ...]:
    """The lines that are shared or of a side, with those of the same that were woven into them."""
    kept = (line for line in lines if line.shared or line.side == side)
    return tuple(attrs.evolve(line, woven=_read(line.woven, side)) if line.woven else line for line in kept)


def _all(lines: tuple[Line, ...]) -> Iterator[Line]:
    for line in lines:
        yield line
        yield from _all(line.woven)


def _pointing(line: Line, ids: set[str]) -> Line:
    """A line that points to no other than these."""
    if isinstance(line, Goal):
        return attrs.evolve(line, needs=tuple(one for one in line.needs if one in ids))
    if isinstance(line, Work):
        return attrs.evolve(line, goals=tuple(one for one in line.goals if one in ids))
    if isinstance(line, Disagreement) and line.about_line not in ids:
        return attrs.evolve(line, about_line=None)
    return line


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
