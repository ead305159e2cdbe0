"""The mutable objects that a fold works on: the case, its runs, moments in hand.

They live for one fold and are never shown to a caller; what a caller sees is made from the rows that a fold leaves
behind. Moments, entries and runs are structs, made and copied at a third of the cost of a slotted class, because they
are made more often than anything else; moments and entries are hidden from the garbage collector: no cycle holds them.
"""

from __future__ import annotations

import copy
import gc
import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import msgspec

from icpm_engine.calendars import DAY, Zone


@contextmanager
def uncollected() -> Iterator[None]:
    """Within it nobody looks for cycles of garbage: for folding many subjects, of which none leaves a cycle."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class Unknown:
    """Nobody has told it (the sentinel UNKNOWN); distinct from NONE, which is known to be absent."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return False


UNKNOWN: Final = Unknown("unknown")
NONE: Final = Unknown("none")

UNSURE: Final = -1
"""Key in a run's pins: what would tell whether the run started at all."""
CROSSED: Final = -2
"""Key in a run's pins: the version that has taken it over, and what it was before (duties.crossing)."""
ALL_NEWS: Final = 10**7
"""As the day of a case's news: whatever is announced later is known, too."""


class At(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A moment in hand: the instants between which it lies.

    A whole day and a moment whose hour is missing both span their day; `whole` tells them apart, because strictly
    before a whole day means the day before, and strictly before a moment without hour is unknown on its day.
    `entry` is the entry whose own moment this is; `told` the one that told a moment other than its own: a date in its
    fields, or a fact.
    """

    lo: int
    hi: int
    day: int
    entry: int = 0
    whole: bool = False
    told: int = 0

    def __repr__(self) -> str:
        return f"At({self.lo}..{self.hi}, day {self.day}, entry {self.entry})"


_NEVER: Final = At(0, 0, 0)


def at_moment(zone: Zone, day: int, minute: int, entry: int = 0, told: int = 0) -> At:
    """The moment of a day and minute; minute -1 means that the hour is missing."""
    midnight = zone.midnight
    begin, end = midnight[day], midnight[day + 1]
    if minute < 0:
        return At(begin, end - 1, day, entry, told=told)
    instant = begin + minute * 60 if end - begin == DAY else zone.instant(day, minute)
    return At(instant, instant, day, entry, told=told)


def at_day(zone: Zone, day: int, told: int = 0) -> At:
    """A whole day."""
    midnight = zone.midnight
    return At(midnight[day], midnight[day + 1] - 1, day, whole=True, told=told)


def at_instant(zone: Zone, instant: int, entry: int = 0) -> At:
    """An exact instant."""
    return At(instant, instant, zone.day_of(instant), entry)


class Entry(msgspec.Struct, eq=False, gc=False):
    """One journal entry as the fold reads it.

    `entry` numbers it in its county. `values` are internal values. `recorded` is an instant. Put in order, it gets its
    `root`, the entry that it corrects in the end (itself for an original), so that a correction keeps its place and
    identity; `entered`, the instant at which the original was recorded, since a correction does not renew the entry
    stamp (semantics 54); `at`, the moment at which it occurred, and `t`, its instant among the others. When it happens,
    it gets `nameless`, the fields of instances that its kind declares and that it does not carry: it concerns none of
    them (semantics 47).
    """

    kind: str
    day: int
    minute: int
    values: dict[str, Any]
    entry: int
    recorded: int = 0
    corrects: int | None = None
    retracts: int | None = None
    subject: str = "case"
    root: int = 0
    entered: int = 0
    nameless: tuple[str, ...] = ()
    t: int = 0
    at: At = _NEVER

    def __repr__(self) -> str:
        return f"Entry({self.entry}: {self.kind} on day {self.day})"

    def copy(self) -> Entry:
        """The same entry, to be put in another order."""
        return copy.copy(self)


def concerns(entry: Entry, per: str, instance: str | None) -> bool:
    """Whether an event concerns an instance (semantics 47): its own, or, where its kind knows of none, every one."""
    value = entry.values.get(per)
    return per not in entry.nameless if value is None else bool(value == instance)


class Turn(NamedTuple):
    """The clock of a run begins to stand still, to go on, or to be in doubt.

    `truth`: whether it stands still from then on; `why`: which parts of the condition hold, or what would tell.
    `cause` and `now` tell what happens at one stop of the fold apart from what happens later at the same moment.
    """

    day: int
    lo: int
    hi: int
    truth: bool | None
    why: tuple[Any, ...]
    now: int
    cause: int


class Due(NamedTuple):
    """A due date: the last instant that is surely in time, and the last that may be.

    While its clock stands still, `at` is the date at which it stood, and there is no latest one.
    `missing`: what must be known or settled before there is a date; `possible`: the answers while rows leave several.
    `sequence`: the governing leg names an event, so that too late is out of sequence (semantics 40).
    """

    at: int | None
    latest: int | None
    trace: Any = None
    missing: tuple[str, ...] = ()
    sequence: bool = False
    possible: tuple[int, ...] = ()


NO_DATE: Final = Due(None, None)


class Run(msgspec.Struct, eq=False):
    """One run of a duty: from its start to whatever ends it, with every period in which it stood unchanged."""

    duty: Any  # duties.CompiledDuty; named loosely, since duties builds on this module
    text: Any
    start: At
    start_event: Entry | None
    start_root: int
    origin: At  # from where it counts: its start, unless it is moved
    grid: dict[int, tuple[At, Any, int]] | None = None  # of a grid: how each leg was counted (32)
    floor: int = 0  # evidence counts only after this instant: in a grid, the end of the old due date
    instance: str | None = None
    instance_root: int = 0
    number: int = 0
    first: int = 0  # the number of the first run of its series
    previous: Run | None = None
    previous_due: At | None = None  # before it was rolled (semantics 37)
    opened: int = 0
    outcome: int = 0
    ended: bool = False
    owed: bool | None = True
    due: Due = NO_DATE
    force: str = "must"  # as it stood when it was last judged
    marks: int = 0
    wanting: tuple[str, ...] = ()
    evidence: tuple[int, ...] = ()
    met: At | None = None
    pins: dict[Any, Any] | None = None
    progress: Any = None
    doubts: dict[int, tuple[str, ...]] | None = None  # what would tell whether evidence counts
    followed: bool = False  # the next run of its series has been opened
    next_edge: int = 0
    pauses: list[Turn] | None = None  # of a duty that may pause: when its clock stood still
    periods: list[tuple[Any, ...]] = []
    rows: list[Any] | None = None  # what its periods come to, once it has ended

    @property
    def paused(self) -> bool | None:
        """Whether its clock stands still just now."""
        return self.pauses[-1].truth if self.pauses else False

    def copy(self, copies: dict[Run, Run]) -> Run:
        """An equal run that goes its own way, noted among the `copies`; itself if it and all before it have ended."""
        if self.ended and self.previous not in copies:
            return self
        run = copies[self] = copy.copy(self)
        for name in _CHANGING:
            value = getattr(self, name)
            if value is not None:
                setattr(run, name, value.copy())
        if self.previous is not None:
            run.previous = copies.get(self.previous, self.previous)
        return run


class News(NamedTuple):
    """What comes in on a day: versions that take runs over, closures that become known.

    It comes in after everything else that the midnight brings: what was over with the day before stays over.
    """

    day: int
    instant: int
    marks: tuple[str, ...]
    """What is marked as changed: the calendars of which a closed day becomes known."""
    duties: tuple[Any, ...]
    """Duties (duties.crossing) of which a version comes in."""


class Memory:
    """What a fold keeps of a case's past beside its logs; only of packs whose rules ask for it.

    `marks`: where the logs of facts and states stood before each event; `places`: which of the marks is an event's, by
    its root. `held`: the truths of a condition that leaves no log, by its key and instance, since when and by which
    event.
    """

    __slots__ = ("held", "marks", "places")

    def __init__(self) -> None:
        self.marks: list[tuple[int, int]] = []
        self.places: dict[int, int] = {}
        self.held: dict[tuple[Any, str | None], list[tuple[int, bool | None, At | None]]] = {}

    def mark(self, case: Case, entry: Entry) -> None:
        """Note where the logs stand before an event."""
        self.places[entry.root] = len(self.marks)
        self.marks.append((len(case.fact_log), len(case.state_log)))

    def copy(self) -> Memory:
        """An equal memory that goes its own way."""
        memory = Memory()
        memory.marks, memory.places = self.marks.copy(), self.places.copy()
        memory.held = {key: truths.copy() for key, truths in self.held.items()}
        return memory


class Case:
    """All that a fold knows of one subject while it walks through its events."""

    __slots__ = (
        "broken",
        "cause",
        "day",
        "dirty",
        "doubtful",
        "fact_log",
        "facts",
        "findings",
        "first",
        "heap",
        "instances",
        "log",
        "memory",
        "met",
        "news_day",
        "now",
        "open",
        "order",
        "runs",
        "since",
        "state_log",
        "states",
        "told_by",
        "watched",
        "zone",
    )

    def __init__(self, zone: Zone) -> None:
        self.zone = zone
        self.first = 0  # the instant of the first event
        self.now = 0
        self.day = 0
        self.news_day = ALL_NEWS  # versions and closures up to this day have come in
        self.memory: Memory | None = None
        self.cause: Entry | None = None  # the entry in hand, or the last one
        self.facts: dict[str, Any] = {}
        self.told_by: dict[Any, int] = {}  # fact, or (fact, instance) -> entry that told it last
        self.fact_log: list[tuple[str, str | None, int, Any, tuple[int, int, At | None]]] = []
        self.states: dict[str, Any] = {}  # lifecycle -> state, or {instance: state}
        self.since: dict[tuple[str, str | None, str], At] = {}  # when it last came into the state
        self.state_log: list[tuple[str, str | None, str, int, At]] = []
        self.log: dict[str, list[Entry]] = {}  # kind -> entries, for kinds that some line looks back at
        self.instances: dict[str, dict[str, int]] = {}  # per field -> value -> root of the entry that first carried it
        self.met: list[tuple[str, str, int]] = []  # field and value of an instance that is asked for, since when
        self.open: dict[str, list[Run]] = {}  # duty (one reading of it) -> open runs
        self.runs: dict[str, list[Run]] = {}  # duty -> every run in order of opening
        self.watched: dict[Any, Any] = {}  # what a watched condition last came to
        self.broken: dict[str, int] = {}  # bar -> entry that broke it last
        self.doubtful: dict[str, tuple[str, ...]] = {}  # bar that could not be judged -> what it lacked
        self.findings: list[tuple[str, str, int, int, tuple[str, ...]]] = []
        self.dirty: list[tuple[str, str | None]] = []  # what has changed, of which instance
        self.heap: list[tuple[int, int, Run | News | tuple[Any, str | None]]] = []
        self.order = 0

    def at(self, instant: int, what: Run | tuple[Any, str | None]) -> None:
        """Have a run, or a watched condition of an instance, asked again at an instant, before its events."""
        self.order += 1
        heapq.heappush(self.heap, (instant, self.order, what))

    def copy(self) -> Case:
        """An equal case that goes its own way from here. What has ended is shared, since it changes no more."""
        case = Case(self.zone)
        case.now, case.day, case.cause, case.order = self.now, self.day, self.cause, self.order
        case.news_day = self.news_day
        case.first, case.memory = self.first, None if self.memory is None else self.memory.copy()
        for name in _FLAT:
            setattr(case, name, getattr(self, name).copy())
        for name in ("facts", "states", "log", "instances"):
            setattr(case, name, {key: _copied(value) for key, value in getattr(self, name).items()})
        copies: dict[Run, Run] = {}
        for key, runs in self.runs.items():
            case.runs[key] = [run if run.ended and run.previous is None else run.copy(copies) for run in runs]
            case.open[key] = [copies[run] for run in self.open[key]]
        case.heap = [
            (instant, order, copies.get(what, what) if isinstance(what, Run) else what)
            for instant, order, what in self.heap
        ]
        return case


_FLAT: Final = (
    *("broken", "dirty", "doubtful", "fact_log", "findings", "met", "since", "state_log", "told_by", "watched"),
)
_CHANGING: Final = ("doubts", "grid", "pauses", "periods", "pins", "progress")


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, (dict, list)) else value


def instances_of(case: Case, ev: Entry, per: str) -> tuple[str, ...]:
    """The instances that an event concerns: the one it carries, or all that are known (semantics 47)."""
    value = ev.values.get(per)
    if value is not None:
        return (value,)
    return () if per in ev.nameless else tuple(case.instances.get(per, ()))
