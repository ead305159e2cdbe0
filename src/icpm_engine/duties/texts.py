"""One version of a duty in one reading of the choices, compiled: what starts it, for whom, by when, what ends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import attrs

from icpm_engine.checks import EventTest, Lacks, untold
from icpm_engine.conditions import Cond, EdgeOf, Row
from icpm_engine.conditions.happened import NO_BOUNDS
from icpm_engine.conditions.searching import reads_of_bounds
from icpm_engine.counting import dated
from icpm_engine.duties.due import CompiledDue
from icpm_engine.duties.evidence import Evidence
from icpm_engine.duties.pausing import Pause
from icpm_engine.moments import MomentOf, Pending, Scope, Within, bound_edges
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Entry, Run

# numbers of history.results.Outcome and Marks, which lie above this layer
RUNNING, PAUSED, UNDETERMINED, MET, EXCUSED, CANCELLED, MISSED, NOT_OWED = range(8)
LATE, OUT_OF_SEQUENCE, SUBSTITUTE, LOOKED_BACK, INCOMPLETE, ORDER_UNKNOWN, SETTLED = (1 << n for n in range(7))

End: TypeAlias = tuple[Evidence, int, int]
"""A line that ends a run: what it asks for, the outcome, and the mark that comes with it."""


@attrs.frozen(eq=False)
class Opener:
    """A compiled `starts` line: an event, or a condition that turns, which may be that several things have happened."""

    line: model.Line
    scope: Scope
    where: EventTest | None
    when: Cond | None
    turn: Cond | None = None
    to: bool = True
    within: Within | None = None
    bounds: model.Bounds = NO_BOUNDS
    shows: tuple[Lacks, ...] = ()

    @property
    def starts(self) -> bool:
        """Whether it may ever start a run: it may not if it hangs on a choice that is settled otherwise."""
        return self.when is None or self.when.constant is None

    @property
    def plain(self) -> bool:
        """Whether it says no more than which event, with which fields and under which condition."""
        return self.within is None and not self.shows and self.line.dated == "occurred"

    @property
    def reads(self) -> frozenset[str]:
        """What it asks for when it starts a run."""
        found: set[str] = set() if self.when is None else set(self.when.reads)
        reads_of_bounds(self.bounds, found, self.scope)
        return frozenset(found)

    def begins(self, case: Case, run: Run, ev: Entry | None) -> At | None:
        """From when the run counts: the event's date, unless the line says which other; None where it has none."""
        if ev is None or self.turn is not None or self.line.dated == "occurred":
            return run.start
        at = dated(case, ev, self.line.dated)
        return None if at is None else At(at.lo, at.hi, at.day, ev.root, whole=at.whole)

    def applies(self, case: Case, run: Run, ev: Entry | None, at: At | None) -> tuple[bool | None, list[str]]:
        """Whether it starts a run that counts from `at`; while that is unknown, what would tell."""
        meant = True if self.where is None or ev is None else self.where(ev, case, run)
        if ev is not None and any(lacks(ev, case, run) for lacks in self.shows):
            meant = False
        applies = True if self.when is None or meant is False else self.when.test(case, run, ev)
        inside = None if at is None else True if self.within is None else self.within(case, run, ev, at)
        if meant is False or applies is False or inside is False:
            return False, []
        names: list[str] = []
        if meant is None and self.line.where is not None and ev is not None:
            names += untold(self.line.where, ev, case, run, self.scope)
        if applies is None and self.when is not None:
            names += sorted(self.when.missing(case, run, ev))
        if inside is None:
            names += self._untold_date(case, run, ev, at)
        return (True, []) if meant and applies and inside else (None, names)

    def _untold_date(self, case: Case, run: Run, ev: Entry | None, at: At | None) -> list[str]:
        if at is None and ev is not None:
            return [f"{ev.kind}.{self.line.dated}"]
        edges = [edge(case, run, ev) for _, edge, _ in bound_edges(self.bounds, self.scope)]
        told = [name for edge in edges if isinstance(edge, Pending) and edge.unknown for name in edge.names]
        return told or [f"the hour of {ev.kind}" if ev is not None else "the hour"]


@attrs.frozen(eq=False)
class Pick:
    """A value by rows: the first that applies. A `when` row keeps the answer that it had when the run opened.

    A row of which it is not known whether it applies is passed over, and `missing` says what would tell.
    """

    key: str
    rows: tuple[Row, ...]

    def _held(self, case: Case, run: Run, place: int) -> tuple[bool | None, tuple[str, ...]]:
        pinned, cond, _ = self.rows[place]
        if cond is None:
            return True, ()
        if not pinned:
            return _asked(cond, case, run)
        if run.pins is None:
            run.pins = {}
        pin = (self.key, place)
        if pin not in run.pins:
            run.pins[pin] = _asked(cond, case, run)
        found: tuple[bool | None, tuple[str, ...]] = run.pins[pin]
        return found

    def of(self, case: Case, run: Run) -> Any:
        """The value for a run, as it stands."""
        return next(
            (row[2] for place, row in enumerate(self.rows) if self._held(case, run, place)[0]), self.rows[-1][2]
        )

    def missing(self, case: Case, run: Run) -> tuple[str, ...]:
        """What would tell whether another value applies."""
        names: list[str] = []
        others: list[Any] = []
        for place, (_, _, value) in enumerate(self.rows):
            held, missing = self._held(case, run, place)
            if held:
                return tuple(dict.fromkeys(names)) if any(other != value for other in others) else ()
            if held is None:
                names += missing
                others.append(value)
        return tuple(dict.fromkeys(names))


def _asked(cond: Cond, case: Case, run: Run) -> tuple[bool | None, tuple[str, ...]]:
    held = cond.test(case, run, run.start_event)
    return held, () if held is not None else tuple(sorted(cond.missing(case, run, run.start_event)))


@attrs.frozen(eq=False)
class CompiledText:
    """One version of a duty, in one reading of the choices."""

    number: int
    text: model.DutyText
    from_day: int
    until_day: int
    openers: tuple[Opener, ...]
    due: CompiledDue
    met: Evidence | None
    substitute: Evidence | None
    excused: Evidence | None
    cancelled: Evidence | None
    population: Cond | None
    owner: str | Pick
    force: str | Pick
    again: str | Pick
    repeats: str | Pick | None
    pause: Pause | None = None
    escalates: tuple[MomentOf, ...] = ()
    """When those are to be told whom its text names."""
    escalation_reads: frozenset[str] = frozenset()
    opening: Mapping[str, tuple[Opener, ...]] = attrs.field(init=False)
    """By kind of event: the lines that are about it."""
    starting: Mapping[str, tuple[Opener, ...]] = attrs.field(init=False)
    """By kind of event: those of them that may start a run."""
    plain: Mapping[str, Opener] = attrs.field(init=False)
    """By kind of event: the only line that may, if it has no condition and the rule no instances."""
    turned: bool = attrs.field(init=False)
    """A condition or a moment may start it."""
    grid: bool = attrs.field(init=False)
    """Its series may be a grid."""
    ends: tuple[End, ...] = attrs.field(init=False)
    closing: Mapping[str, tuple[End, ...]] = attrs.field(init=False)
    """By kind of event: the lines that may end a run."""
    looks: tuple[End, ...] = attrs.field(init=False)
    """Lines that a change of the case alone may complete."""
    waiting: tuple[Evidence, ...] = attrs.field(init=False)
    """Those of them that wait for an instant: for an event that is dated later, for a window to close."""
    picks: tuple[Pick, ...] = attrs.field(init=False)
    edges: tuple[EdgeOf, ...] = attrs.field(init=False)
    ends_at_due: bool | None = attrs.field(init=False)
    """Whether its due moment ends it or opens the next; None where that hangs on its rows."""
    bounded: bool = attrs.field(init=False)
    """Whether there may be a moment after which no evidence counts."""
    steady: bool = attrs.field(init=False)
    """Whether time alone changes nothing of an open run that is owed."""
    stated: bool = attrs.field(init=False)
    """Whether its owner and force are plain, its clock never stands still, and nobody is to be told."""
    settled: bool = attrs.field(init=False)
    """Whether nothing changes such a run but its population, its date and events."""

    @opening.default
    def _opening(self) -> Mapping[str, tuple[Opener, ...]]:
        kinds = dict.fromkeys(kind for opener in self.openers for kind in opener.line.on)
        return {kind: tuple(opener for opener in self.openers if kind in opener.line.on) for kind in kinds}

    @starting.default
    def _starting(self) -> Mapping[str, tuple[Opener, ...]]:
        starting = {kind: tuple(one for one in openers if one.starts) for kind, openers in self.opening.items()}
        return {kind: openers for kind, openers in starting.items() if openers}

    @plain.default
    def _plain(self) -> Mapping[str, Opener]:
        return {
            kind: openers[0]
            for kind, openers in self.starting.items()
            if len(openers) == 1 and openers[0].when is None and openers[0].scope.per is None and openers[0].plain
        }

    @turned.default
    def _turned(self) -> bool:
        return any(opener.turn is not None for opener in self.openers)

    @grid.default
    def _grid(self) -> bool:
        rows = self.repeats.rows if isinstance(self.repeats, Pick) else ((False, None, self.repeats),)
        return any(value == "from due" for _, _, value in rows)

    @ends.default
    def _ends(self) -> tuple[End, ...]:
        lines = (
            (self.met, MET, 0),
            (self.substitute, MET, SUBSTITUTE),
            (self.excused, EXCUSED, 0),
            (self.cancelled, CANCELLED, 0),
        )
        return tuple((evidence, outcome, mark) for evidence, outcome, mark in lines if evidence is not None)

    @closing.default
    def _closing(self) -> Mapping[str, tuple[End, ...]]:
        kinds = dict.fromkeys(kind for end in self.ends for kind in end[0].kinds)
        return {kind: tuple(end for end in self.ends if kind in end[0].kinds) for kind in kinds}

    @looks.default
    def _looks(self) -> tuple[End, ...]:
        return tuple(end for end in self.ends if end[0].wakes or end[0].turns or end[0].dated or end[0].windowed)

    @waiting.default
    def _waiting(self) -> tuple[Evidence, ...]:
        return tuple(end[0] for end in self.looks if end[0].dated or end[0].windowed)

    @picks.default
    def _picks(self) -> tuple[Pick, ...]:
        return tuple(one for one in (self.owner, self.force, self.again, self.repeats) if isinstance(one, Pick))

    @edges.default
    def _edges(self) -> tuple[EdgeOf, ...]:
        conditions = [*self.due.conditions, *([] if self.population is None else [self.population])]
        conditions += [cond for pick in self.picks for pinned, cond, _ in pick.rows if cond is not None and not pinned]
        conditions += [cond for end in self.ends for cond in end[0].conditions]
        conditions += [] if self.pause is None else [self.pause.cond]
        return tuple(cond.edge for cond in conditions if cond.edge is not None)

    @bounded.default
    def _bounded(self) -> bool:
        return self.met is not None and self.met.bounded and (self.substitute is None or self.substitute.bounded)

    @ends_at_due.default
    def _ends_at_due(self) -> bool | None:
        if isinstance(self.force, Pick) or isinstance(self.repeats, Pick):
            return None
        return self.force == "may" or self.repeats == "from due"

    @steady.default
    def _steady(self) -> bool:
        plain = self.ends_at_due is False and not self.bounded and not self.waiting
        return plain and not self.edges

    @stated.default
    def _stated(self) -> bool:
        plain = isinstance(self.force, str) and isinstance(self.owner, str)
        return plain and self.pause is None and not self.escalates

    @settled.default
    def _settled(self) -> bool:
        return self.steady and not self.looks and not self.picks and self.pause is None and not self.escalation_reads

    @property
    def wakes(self) -> frozenset[str]:
        """What open runs must be asked again for when it changes."""
        conditions = [cond for pick in self.picks for pinned, cond, _ in pick.rows if cond is not None and not pinned]
        conditions += [*self.due.conditions, *([] if self.population is None else [self.population])]
        conditions += [] if self.pause is None else [self.pause.cond]
        reads = self.due.reads | self.escalation_reads
        return reads.union(*(cond.reads for cond in conditions), *(end[0].wakes for end in self.ends))

    @property
    def reads(self) -> frozenset[str]:
        """All that it reads, once or always."""
        conditions = [cond for pick in self.picks for _, cond, _ in pick.rows if cond is not None]
        asked = [*(cond.reads for cond in conditions), *(opener.reads for opener in self.openers)]
        return (self.wakes | self.due.pinned).union(*asked, *(end[0].reads for end in self.ends))
