"""The state of one case at one instant, as the walk leaves it, and what a rule asks about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from tests.oracle.dates import Moment, Zone
from tests.oracle.pack import Event, Pack, Yaml

Names = frozenset[str]
Truth = tuple[bool | None, Names]  # the names say what an unknown one waits for
NOBODY: Names = frozenset()
YES: Truth = (True, NOBODY)
NO: Truth = (False, NOBODY)


def unknown(*names: str) -> Truth:
    """Unknown, and for want of what."""
    return None, frozenset(names)


def truth(value: bool | None, *names: str) -> Truth:
    """A truth; the names count only if it is unknown."""
    return (None, frozenset(names)) if value is None else (value, NOBODY)


def all_of(parts: list[Truth]) -> Truth:
    """Kleene: one false makes it false, else one unknown makes it unknown."""
    if any(value is False for value, _ in parts):
        return NO
    names: Names = frozenset().union(*(names for value, names in parts if value is None))
    return (None, names) if any(value is None for value, _ in parts) else YES


def opposite(part: Truth) -> Truth:
    """Kleene: not unknown is unknown."""
    return (None, part[1]) if part[0] is None else (not part[0], NOBODY)


def any_of(parts: list[Truth]) -> Truth:
    """Kleene: one true makes it true, else one unknown makes it unknown."""
    return opposite(all_of([opposite(part) for part in parts]))


@dataclass(frozen=True)
class Told:
    """A fact's value, and the root id of the event that told it."""

    value: Yaml
    root: str | None


@dataclass(frozen=True)
class Due:
    """One possible answer to "by when". `kind`: open (the source states no number), waiting (a moment is not known
    yet), dated, standing (the clock stands still, at the date that is given), unsettled (a span or a calendar is
    missing: `names`; `possible` is then at most an upper bound).

    In time for sure up to `sure`, possibly up to `possible` (UTC); `moment` is the due day or instant; `unrolled` the
    one that chains count from; `leg` says whether the governing leg names an event or a date (semantics 40).
    """

    kind: str
    sure: datetime | None = None
    possible: datetime | None = None
    moment: Moment | None = None
    unrolled: Moment | None = None
    leg: str = "date"
    names: Names = NOBODY
    other: Moment | None = None  # where pauses that are unknown give another date

    def __lt__(self, other: Due) -> bool:
        return (self.sure is None, str(self.sure), self.kind) < (other.sure is None, str(other.sure), other.kind)


@dataclass
class Run:
    """One run while the walk goes on; `state` is `live` until it ends."""

    duty: str
    text: Mapping[str, Yaml]  # the version in force for this run (semantics 52)
    instance: tuple[str, str] | None
    instance_root: str | None
    start: Moment
    start_root: str | None
    start_event: Event | None
    origin: Moment
    number: int
    first: int  # the number of its series' first run: above 1 if its cause started the rule before
    series: int
    opened: float  # its place in the order of events
    start_doubt: Names | None = None  # facts that would tell whether its start applied at all (semantics 23)
    previous_due: Moment | None = None
    previous_met: Moment | None = None
    evidence_after: Moment | None = None  # a grid's run begins the day after the old due date (semantics 32)
    behind: float = -1  # evidence of the run before; a later run never reaches behind it (semantics 17)
    pins: dict[str, Truth] = field(default_factory=dict)
    dues: tuple[Due, ...] = ()
    due_names: Names = NOBODY
    grid: bool = False  # repeats from due
    # of each `within` of its text: from where it was counted, by which parts, and to where
    counted: dict[str, tuple[Moment, tuple[Any, ...], Moment]] = field(default_factory=dict)
    before: dict[str, tuple[Moment, tuple[Any, ...], Moment]] = field(default_factory=dict)  # of the run before
    owed_before: bool | None = None
    state: str = "live"
    ended_by: str = ""
    met: Moment | None = None
    used: frozenset[float] = frozenset()
    excuse: frozenset[float] = frozenset()
    marks: frozenset[str] = NOBODY
    missing: tuple[str, ...] = ()
    doubt: Truth = NO  # unknown: evidence that cannot be judged
    waits_for: Names = NOBODY
    next_opened: bool = False
    clock: float = -1  # its place in the order of events when the first run of its series opened
    clock_from_start: bool = True  # it opened no later than it started
    stood: dict[float, Truth] = field(default_factory=dict)  # whether the clock stood still, after each step
    text_day: date | None = None  # the day whose version it follows, where that is not its start's
    counts_from: date | None = None  # a version has taken it over, and counts from its own day
    was: Run | None = None  # as it was before a version took it over, where the earlier date governs
    # since which place it asks for what meets, replaces, excuses, cancels it, where a version has changed that
    watched: dict[str, float] = field(default_factory=dict)

    def __copy__(self) -> Run:
        new = object.__new__(Run)
        new.__dict__.update(self.__dict__)
        return new

    @property
    def live(self) -> bool:
        """Not ended; it may be not owed at the moment."""
        return self.state == "live"


@dataclass
class Case:
    """One case at one instant, with everything that has happened up to then."""

    now: Moment
    instant: datetime
    place: float = -1  # of this step among the events: the event's own place, or between two events
    history: tuple[Event, ...] = ()
    facts: dict[tuple[str, str | None], Told] = field(default_factory=dict)
    states: dict[tuple[str, str | None], str] = field(default_factory=dict)
    entered: dict[tuple[str, str | None, str], Moment] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    breaches: tuple[tuple[str, str, Truth], ...] = ()
    out_of_place: tuple[tuple[str, str], ...] = ()

    def copy(self) -> Case:
        """A copy that the walk no longer changes."""
        runs = [copy(run) for run in self.runs]
        return replace(self, facts=dict(self.facts), states=dict(self.states), entered=dict(self.entered), runs=runs)

    def instances(self, pack: Pack, name: str | None, subject: str = "case") -> dict[str | None, str | None]:
        """Every value of an instance's field, with the root of the event that first carried it (semantics 49), among
        the events that rules about a subject read."""
        if name is None:
            return {None: None}
        found: dict[str | None, str | None] = {}
        for event in self.history:
            if subject in event.seen_by and pack.declares(event.kind, name) and name in event.values:
                found.setdefault(str(event.values[name]), event.root)
        return found


@dataclass(frozen=True)
class Ask:
    """Who asks: the pack, the reading of its choices, the case as it stands, and what is in hand."""

    pack: Pack
    reading: Mapping[str, str]
    case: Case
    past: Sequence[Case]  # the case after each earlier step of the walk
    at_event: Mapping[int, Case]  # the case just after each event had moved its facts and lifecycles
    event: Event | None = None
    run: Run | None = None
    instance: tuple[str, str] | None = None
    subject: str = "case"  # whom the rule is about that asks

    def but(self, **changes: object) -> Ask:
        """The same question with some of it exchanged."""
        new = object.__new__(Ask)
        new.__dict__.update(self.__dict__, **changes)
        return new

    def of(self, rule: Mapping[str, Yaml]) -> Ask:
        """The same question, asked by a rule, which reads the events of its own subject (semantics 48)."""
        subject = rule.get("subject", "case")
        return self if subject == self.subject else self.but(subject=subject)

    @property
    def history(self) -> list[Event]:
        """What has happened, as far as the rule that asks reads it."""
        return [event for event in self.case.history if self.subject in event.seen_by]

    def instances(self, per: str | None) -> dict[str | None, str | None]:
        """Every value of an instance's field that it knows of."""
        return self.case.instances(self.pack, per, self.subject)

    @property
    def zone(self) -> Zone:
        """The county's zone."""
        return self.pack.zone

    def about(self, run: Run) -> Ask:
        """The same question, about one run."""
        subject = self.pack.duties[run.duty].get("subject", "case")
        return self.but(subject=subject, run=run, instance=run.instance)

    def instance_of(self, per: str | None) -> str | None:
        """The value of an instance's field for whoever asks: the rule's own, else that of the start or the event."""
        if per is None:
            return None
        if self.instance and self.instance[0] == per:
            return self.instance[1]
        for event in (self.run.start_event if self.run else None, self.event):
            if event is not None and per in event.values:
                return str(event.values[per])
        return None
