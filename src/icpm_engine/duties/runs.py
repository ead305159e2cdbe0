"""A duty while it runs: what opens, meets, re-dates and ends its runs.

A `CompiledDuty` is one duty in one reading of the choices that it touches. The fold calls it only for events and
changes that it reads. Every change of a run adds a period; periods are what a fold leaves behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeAlias

import attrs

from icpm_engine.checks import EventTest
from icpm_engine.conditions import Cond, EdgeOf
from icpm_engine.duties.due import CompiledDue, Due, settled
from icpm_engine.duties.evidence import UNSURE, Evidence
from icpm_engine.errors import PackError
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Entry, Run, at_instant

# numbers of history.results.Outcome and Marks, which lie above this layer
RUNNING, PAUSED, UNDETERMINED, MET, EXCUSED, CANCELLED, MISSED, NOT_OWED = range(8)
LATE, OUT_OF_SEQUENCE, SUBSTITUTE, LOOKED_BACK, INCOMPLETE, ORDER_UNKNOWN, SETTLED = (1 << n for n in range(7))

MOST_RUNS_AT_ONCE: Final = 400
"""A series that opens more runs than this at one instant stands still (semantics 34)."""

Picked: TypeAlias = Callable[[Case, Run], Any]
Period: TypeAlias = tuple[Any, ...]
"""(from, state, due_at, overdue_after, marks, owner, force, detail)"""
End: TypeAlias = tuple[Evidence, int, int]
"""A line that ends a run: what it asks for, the outcome, and the mark that comes with it."""


@attrs.frozen(eq=False)
class Opener:
    """A compiled `starts` line: an event, or a condition that turns."""

    kinds: tuple[str, ...]
    where: EventTest | None
    when: Cond | None
    turn: Cond | None = None
    to: bool = True


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
    owner: str | Picked
    force: str | Picked
    again: str | Picked
    repeats: str | Picked | None
    opening: Mapping[str, tuple[Opener, ...]] = attrs.field(init=False)
    """By kind of event: the lines that may start a run."""
    ends: tuple[End, ...] = attrs.field(init=False)
    closing: Mapping[str, tuple[End, ...]] = attrs.field(init=False)
    """By kind of event: the lines that may end a run."""
    looks: tuple[End, ...] = attrs.field(init=False)
    """Lines that a change of the case alone may complete."""
    edges: tuple[EdgeOf, ...] = attrs.field(init=False)
    timeless: bool = attrs.field(init=False)
    """Whether time alone changes nothing of an open run."""

    @opening.default
    def _opening(self) -> Mapping[str, tuple[Opener, ...]]:
        kinds = dict.fromkeys(kind for opener in self.openers for kind in opener.kinds)
        return {kind: tuple(opener for opener in self.openers if kind in opener.kinds) for kind in kinds}

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
        return tuple(end for end in self.ends if end[0].turns or end[0].conditions)

    @edges.default
    def _edges(self) -> tuple[EdgeOf, ...]:
        conditions = (*self.due.conditions, *([] if self.population is None else [self.population]))
        return tuple(cond.edge for cond in conditions if cond.edge is not None)

    @timeless.default
    def _timeless(self) -> bool:
        plain = isinstance(self.force, str) and self.force != "may"
        plain = plain and (self.repeats is None or (isinstance(self.repeats, str) and self.repeats != "from due"))
        plain = plain and not (self.met is not None and self.met.closes_at_due)
        return plain and self.population is None and not self.edges


@attrs.define(eq=False)
class CompiledDuty:
    """One duty in one reading: the operations that the fold calls."""

    key: str
    duty: model.Duty
    reading: dict[str, Any]
    texts: tuple[CompiledText, ...]
    watched: bool = False
    per: str | None = attrs.field(init=False)
    """The field that tells its instances apart."""

    @per.default
    def _per(self) -> str | None:
        return self.duty.per

    def text_at(self, day: int) -> CompiledText | None:
        """The version in force on a day (semantics 52); None before the first and outside `in_force`."""
        for text in reversed(self.texts):
            if day >= text.from_day:
                return text if day <= text.until_day else None
        return None

    # --- opening ------------------------------------------------------------------------------------------------------

    def open_on(self, case: Case, ev: Entry) -> None:
        """An event that may start a run."""
        text = self.text_at(ev.day)
        if text is None:
            return
        for opener in text.opening.get(ev.kind, ()):
            if opener.where is not None and opener.where(ev, case, None) is not True:
                continue
            if self.per is None:
                self._start_if(case, text, opener, ev, None)
                return
            for instance in self.instances_of(case, ev):
                self._start_if(case, text, opener, ev, instance)
            return

    def instances_of(self, case: Case, ev: Entry) -> tuple[str | None, ...]:
        """The instances that an event concerns: the one it carries, or all that are known (semantics 47)."""
        if self.per is None:
            return (None,)
        value = ev.values.get(self.per)
        return (value,) if value is not None else tuple(case.instances.get(self.per, ()))

    def _start_if(self, case: Case, text: CompiledText, opener: Opener, ev: Entry, instance: str | None) -> None:
        run = Run(self, text, ev.at, ev, ev.root)
        run.instance = instance
        if opener.when is not None:
            held = opener.when.test(case, run, ev)
            if held is False:
                return
            if held is None:
                run.pins = {UNSURE: tuple(sorted(opener.when.missing(case, run, ev)))}
        self.start(case, run)

    def start_by_turn(self, case: Case, instance: str | None, turn: Cond, when: Cond | None) -> None:
        """A condition has turned: a run starts, caused by the event in hand, or at an edge by what told its facts."""
        text = self.text_at(case.day)
        if text is None:
            return
        root = case.cause.root if case.cause is not None else _teller(case, turn, instance)
        run = Run(self, text, at_instant(case.zone, case.now), case.cause, root)
        run.instance = instance
        held = True if when is None else when.test(case, run, case.cause)
        if held is False:
            return
        if held is None and when is not None:
            run.pins = {UNSURE: tuple(sorted(when.missing(case, run, case.cause)))}
        self.start(case, run)

    def start(self, case: Case, run: Run) -> None:
        """A start that applies: what it does to runs that are open, and the new run."""
        text = run.text
        again = text.again if isinstance(text.again, str) else text.again(case, run)
        if again != "opens":
            if again == "ignored" and any(r.instance == run.instance for r in case.runs.get(self.key, ())):
                return
            if again == "restarts":
                for other in tuple(case.open.get(self.key, ())):
                    if other.instance == run.instance:
                        self.finish(case, other, CANCELLED, run.start)
        if self.per is not None:
            run.instance_root = case.instances.get(self.per, {}).get(run.instance or "", 0)
        self.enter(case, run)

    def enter(self, case: Case, run: Run) -> None:
        """Put a run among the open ones, judge it, and look at evidence that is already there."""
        run.opened = case.now
        runs = case.runs.get(self.key)
        if runs is None:
            runs = case.runs[self.key] = []
            case.open[self.key] = []
        runs.append(run)
        case.open[self.key].append(run)
        text = run.text
        if text.population is not None:
            run.owed = text.population.test(case, run, run.start_event)
        run.due = text.due.of(case, run)
        if text.met is not None:
            entry = text.met.before(case, run) if text.met.kinds and self._any_before(case, run, text.met) else None
            if entry is not None:
                at = entry.at
                self.finish(case, run, MET, at, (entry.root,), LOOKED_BACK if at.hi < run.start.lo else 0)
                return
            for turn in text.met.turns:
                run.progress = run.progress or {}
                turn.look(case, run)
        run.periods.append(self._period(case, run))
        if not text.timeless:
            self.schedule(case, run)
        if self.watched:
            case.dirty.append(f"duty.{self.duty.name}")

    def _any_before(self, case: Case, run: Run, met: Evidence) -> bool:
        """A cheap look before the dear one: is there such an event on the start's day or, if bounds allow, before."""
        log, day, previous = case.log, run.start.day, run.previous
        used = previous.evidence if previous is not None else ()
        for kind in met.kinds:
            entries = log.get(kind)
            if entries and (met.looks_back or (entries[-1].day >= day and entries[-1].root not in used)):
                return True
        return False

    # --- ending -------------------------------------------------------------------------------------------------------

    def close_on(self, case: Case, ev: Entry) -> None:
        """An event that may meet, replace, excuse or cancel open runs."""
        runs = case.open.get(self.key)
        if not runs:
            return
        per, kind = self.per, ev.kind
        instance = ev.values.get(per) if per is not None else None
        taken: set[tuple[int, str | None]] = set()  # an event meets the oldest run of a series only (semantics 15)
        for run in tuple(runs):
            if instance is not None and run.instance != instance:
                continue
            if ev.at.lo <= run.floor:
                continue  # a grid run takes evidence from the day after the old due date on (semantics 32)
            if taken and (run.start_root, run.instance) in taken:
                continue
            for evidence, outcome, mark in run.text.closing.get(kind, ()):
                if evidence.take(case, run, ev):
                    taken.add((run.start_root, run.instance))
                    self.finish(case, run, outcome, ev.at, (ev.root,), mark)
                    break
            else:
                if run.wanting or (run.progress and UNSURE in run.progress):
                    self.note(case, run)

    def finish(
        self, case: Case, run: Run, outcome: int, at: At, evidence: tuple[int, ...] = (), marks: int = 0
    ) -> None:
        """End a run, and open the next of its series; what cancels a run ends its series, however late."""
        due: Due = run.due  # type: ignore[assignment]
        cancelled = outcome == CANCELLED
        if outcome == MET:
            run.met = at
            run.evidence = evidence
            marks |= self._lateness(at, due)
            run.wanting = ()
        elif cancelled and due.latest is not None and at.lo > due.latest and run.owed is not False:
            outcome = MISSED  # what ends a run after its due moment ends it as missed (semantics 42)
        elif outcome == EXCUSED:
            run.evidence = evidence
        run.outcome = outcome
        run.ended = True
        run.marks |= marks
        case.open[self.key].remove(run)
        self.note(case, run)
        if self.watched:
            case.dirty.append(f"duty.{self.duty.name}")
        if not cancelled and run.text.repeats is not None:
            self._next(case, run)

    @staticmethod
    def _lateness(at: At, due: Due) -> int:
        if due.latest is None:
            return 0
        if at.lo > due.latest:
            return OUT_OF_SEQUENCE if due.sequence else LATE
        return ORDER_UNKNOWN if due.at is not None and at.hi > due.at else 0

    def _next(self, case: Case, run: Run) -> None:
        """The next run of a series: from the evidence, or from the due date of a run that ended otherwise (22)."""
        text = run.text
        repeats = text.repeats if text.repeats is None or isinstance(text.repeats, str) else text.repeats(case, run)
        if repeats is None or any(other.previous is run for other in case.open[self.key]):
            return
        due: Due = run.due  # type: ignore[assignment]
        previous_due = settled(case.zone, due)
        start = run.met if repeats == "from met" and run.met is not None else previous_due
        if start is None:
            return
        following = self.text_at(start.day)
        if following is None:
            return
        later = Run(self, following, start, run.start_event, run.start_root)
        later.origin, later.number, later.previous = run.origin, run.number + 1, run
        later.instance, later.instance_root, later.previous_due = run.instance, run.instance_root, previous_due
        if repeats == "from due":
            later.grid, later.floor = True, due.latest or start.hi
        if later.number > MOST_RUNS_AT_ONCE and self._stands_still(case, later):
            raise PackError(
                f"the series of {self.duty.name} stands still: its due dates do not advance", self.duty.mark
            )
        self.enter(case, later)

    def _stands_still(self, case: Case, run: Run) -> bool:
        earlier: Run | None = run
        for _ in range(MOST_RUNS_AT_ONCE):
            earlier = earlier.previous if earlier is not None else None
        return earlier is not None and earlier.opened == case.now

    # --- changing -----------------------------------------------------------------------------------------------------

    def turn_all(self, case: Case) -> None:
        """Something that this duty reads has changed: ask about every open run again."""
        for run in tuple(case.open.get(self.key, ())):
            if not run.ended:
                self.turn(case, run)

    def turn(self, case: Case, run: Run) -> None:
        """Judge one open run anew: is it owed, by when, is it over."""
        text = run.text
        owed = run.owed
        if text.population is not None:
            run.owed = text.population.test(case, run, None)
        if not text.due.fixed:
            run.due = text.due.of(case, run)
        if text.looks and self._looked(case, run):
            return
        due: Due = run.due  # type: ignore[assignment]
        if due.latest is not None and case.now > due.latest and self._over(case, run, owed):
            return
        self.note(case, run)
        self.schedule(case, run)

    def _looked(self, case: Case, run: Run) -> bool:
        for evidence, outcome, mark in run.text.looks:
            if evidence.look(case, run):
                cause = case.cause.root if case.cause is not None else 0
                self.finish(case, run, outcome, at_instant(case.zone, case.now, cause), (cause,), mark)
                return True
        return False

    def _over(self, case: Case, run: Run, owed: bool | None) -> bool:  # noqa: FBT001 - a truth
        """The due moment has passed: some runs end there."""
        text = run.text
        at = at_instant(case.zone, case.now)
        if run.owed is False:
            settled = owed is not True
            self.finish(case, run, NOT_OWED if settled else MISSED, at, (), SETTLED if settled else 0)
            return True
        if (text.met is not None and text.met.closes_at_due) or self.force_of(case, run) == "may":
            self.finish(case, run, MISSED, at)
            return True
        if self._repeats_from_due(case, run):
            self._next(case, run)
        return False

    def _repeats_from_due(self, case: Case, run: Run) -> bool:
        repeats = run.text.repeats
        return (repeats if repeats is None or isinstance(repeats, str) else repeats(case, run)) == "from due"

    def schedule(self, case: Case, run: Run) -> None:
        """Ask to be called at the next instant at which time alone may change this run."""
        text = run.text
        if text.timeless:
            return
        edges = [edge(case, run, None) for edge in text.edges]
        due: Due = run.due  # type: ignore[assignment]
        if due.latest is not None and due.latest >= case.now and (run.owed is not True or self._ends_at_due(case, run)):
            edges.append(due.latest + 1)
        if not edges:
            return
        later = [edge for edge in edges if edge is not None and edge > case.now]
        if later and min(later) != run.next_edge:
            run.next_edge = min(later)
            case.at(run.next_edge, partial(self._at_edge, run, run.next_edge))

    def _ends_at_due(self, case: Case, run: Run) -> bool:
        text = run.text
        if text.met is not None and text.met.closes_at_due:
            return True
        return self.force_of(case, run) == "may" or self._repeats_from_due(case, run)

    def _at_edge(self, run: Run, edge: int, case: Case) -> None:
        if not run.ended and run.next_edge == edge:
            run.next_edge = 0
            self.turn(case, run)

    # --- periods ------------------------------------------------------------------------------------------------------

    def force_of(self, case: Case, run: Run) -> str:
        """must, should or may, as it stands for this run."""
        force = run.text.force
        return force if isinstance(force, str) else str(force(case, run))

    def note(self, case: Case, run: Run) -> None:
        """Add a period if the run stands otherwise than before."""
        period = self._period(case, run)
        periods = run.periods
        if periods:
            last = periods[-1]
            if last[1] == period[1] and last[1:] == period[1:]:
                return
            if last[0] == period[0]:
                periods[-1] = period
                return
        periods.append(period)

    def _period(self, case: Case, run: Run) -> Period:
        """How the run stands now."""
        text = run.text
        force, owner = text.force, text.owner
        if not isinstance(force, str):
            force = force(case, run)
        if not isinstance(owner, str):
            owner = owner(case, run)
        at, latest, trace, missing, _, possible = run.due
        over, marks = None, run.marks
        if run.ended:
            state, missing = run.outcome, ()
        else:
            if run.owed is False:
                state, missing = NOT_OWED, ()
            else:
                if run.owed is None or run.pins is not None or run.progress:
                    missing = self._missing(case, run, missing)
                state = UNDETERMINED if missing else RUNNING
                # overdue means overdue under every reading (27): not while it is unknown whether it is owed at all
                if force == "must" and run.owed and not (run.pins and UNSURE in run.pins):
                    over = latest
            if run.wanting:
                marks |= INCOMPLETE
        detail = (text.number, trace, missing, run.wanting, run.evidence, possible)
        return (case.now, state, at, over, marks, owner, force, detail)

    def _missing(self, case: Case, run: Run, missing: tuple[str, ...]) -> tuple[str, ...]:
        if run.owed is None and run.text.population is not None:
            missing = (*missing, *sorted(run.text.population.missing(case, run)))
        if run.pins is not None and UNSURE in run.pins:
            missing = (*missing, *run.pins[UNSURE])
        if run.progress and UNSURE in run.progress:
            missing = (*missing, *run.progress[UNSURE])
        return missing


def _teller(case: Case, turn: Cond, instance: str | None) -> int:
    """The root of the entry that told the fact from which a time edge was reckoned (semantics 50)."""
    names = [key[5:] for key in sorted(turn.reads) if key.startswith("fact.")]
    return max((case.told_by.get((name, instance), case.told_by.get(name, 0)) for name in names), default=0)
