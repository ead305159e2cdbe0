"""How a case stood: its past read off the logs of a fold, and how a condition stood in each stretch of it.

A view shows as much of a past case as some conditions read. While a case is folded nothing is kept for it beyond the
logs, but of conditions that leave none (how a duty stood).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

import attrs

from icpm_engine.checks import Truth
from icpm_engine.conditions.cond import Cond, compile_condition
from icpm_engine.moments import Scope
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Due, Entry, Run, at_instant


class Stretch(NamedTuple):
    """A time in which a condition stood unchanged: from when on, and what would tell if it was unknown."""

    begin: At
    truth: Truth
    missing: frozenset[str] = frozenset()
    instant: int = 0
    """When the case was looked at: after all that happened up to then."""


class Turning(NamedTuple):
    """One time that a condition turned: its moment, and the instant from which on it was seen."""

    at: At
    instant: int


class _Cut(NamedTuple):
    """Where a past case ends: at an instant, and before which items of the logs of facts, states and events."""

    instant: int
    facts: int
    states: int
    place: int | None = None


class Past:
    """Reads a case's past as far as a condition asks for it. Made once for each rule."""

    def __init__(self, cond: Cond) -> None:
        self.cond = cond
        named: dict[str, set[str]] = {}
        for key in cond.reads:
            what, _, name = key.partition(".")
            named.setdefault(what, set()).add(name)
        self.facts = frozenset(named.get("fact", ()))
        self.states = frozenset(named.get("state", ()))
        self.kinds = tuple(sorted(named.get("event", ())))
        self.duties = frozenset(named.get("duty", ()))
        self.bars = frozenset(named.get("bar", ()))
        self.fields = frozenset(named.get("instances", ()))

    # --- views --------------------------------------------------------------------------------------------------------

    def as_of(self, case: Case, instant: int) -> Case:
        """The case as it stood after all that happened up to an instant; what comes after is not seen."""
        return self._view(case, _Cut(instant, len(case.fact_log), len(case.state_log)))

    def as_left_by(self, case: Case, entry: Entry) -> Case:
        """The case as an event left it: its facts told, its states entered, before anything that came after it."""
        return self._left_by(case, entry.root, entry.t)

    def _left_by(self, case: Case, root: int, instant: int) -> Case:
        memory = case.memory
        place = None if memory is None else memory.places.get(root)
        if memory is None or place is None:
            return self.as_of(case, instant)
        facts, states = memory.marks[place]
        while facts < len(case.fact_log) and case.fact_log[facts][4][0] == root:
            facts += 1
        while states < len(case.state_log) and case.state_log[states][4].entry == root:
            states += 1
        return self._view(case, _Cut(instant, facts, states, place))

    def _view(self, case: Case, cut: _Cut) -> Case:
        instant = cut.instant
        then = Case(case.zone)
        then.news_day = case.news_day
        then.first, then.now, then.day, then.memory = case.first, instant, case.zone.day_of(instant), case.memory
        then.fact_log, then.state_log, then.met, then.findings = case.fact_log, case.state_log, case.met, case.findings
        self._tell(then, case, cut)
        self._enter(then, case, cut)
        for kind in self.kinds:
            then.log[kind] = [entry for entry in case.log.get(kind, ()) if _is_in(case, entry, cut)]
        for field, value, at in case.met:
            if at <= instant and field in self.fields:
                then.instances.setdefault(field, {})[value] = case.instances[field][value]
        for kind, bar, root, at, missing in case.findings if self.bars else ():
            if at <= instant and bar in self.bars:
                _find(then, kind, bar, root, missing)
        if self.duties:
            for key, runs in case.runs.items():
                if runs[0].duty.duty.name in self.duties:
                    then.runs[key] = [_stood(run, instant) for run in runs if run.opened <= instant]
        return then

    def _tell(self, then: Case, case: Case, cut: _Cut) -> None:
        if "born" in self.facts and "born" in case.facts:  # a birth date holds for all time, whenever it was told
            then.facts["born"], then.told_by["born"] = case.facts["born"], case.told_by["born"]
        for name, instance, at, value, (root, _, _) in case.fact_log[: cut.facts]:
            if at > cut.instant:
                break
            if name not in self.facts or name == "born":
                continue
            if instance is None:
                then.facts[name], then.told_by[name] = value, root
            else:
                then.facts.setdefault(name, {})[instance] = value
                then.told_by[name, instance] = root

    def _enter(self, then: Case, case: Case, cut: _Cut) -> None:
        for name, instance, state, instant, came in case.state_log[: cut.states]:
            if instant > cut.instant:
                break
            if name not in self.states:
                continue
            then.since[name, None, state] = came
            if instance is None:
                then.states[name] = state
            else:
                then.states.setdefault(name, {})[instance] = state
                then.since[name, instance, state] = came

    # --- stretches ----------------------------------------------------------------------------------------------------

    def stretches(self, case: Case, run: Run | None, ev: Entry | None) -> list[Stretch]:
        """How the condition stood until now; what held before the first event counts from its day on."""
        zone, first = case.zone, case.first or case.now
        then = self.as_of(case, first - 1)
        then.day = zone.day_of(first)
        found = [self._stretch(at_instant(zone, zone.midnight[then.day]), then, run, ev)]
        turns = self._turns(case)
        ahead = sorted({first, *turns})
        instant: int | None = first
        while instant is not None and instant <= case.now:
            then = self.as_of(case, instant)
            came = turns.get(instant)
            at = came if came is not None and came.entry else None  # the event's own moment, hour or no hour
            stretch = self._stretch(at or at_instant(zone, instant), then, run, ev)
            if stretch[1:3] != found[-1][1:3]:
                found.append(stretch)
            edge = self.cond.edge(then, run, ev) if self.cond.edge is not None else None
            place = bisect_right(ahead, instant)
            following = (*ahead[place : place + 1], *((edge,) if edge is not None else ()))
            instant = min((at for at in following if at > instant), default=None)
        return found

    def _stretch(self, begin: At, then: Case, run: Run | None, ev: Entry | None) -> Stretch:
        truth = self.cond.test(then, run, ev)
        missing = frozenset(self.cond.missing(then, run, ev)) if truth is None else frozenset()
        return Stretch(begin, truth, missing, then.now)

    def _turns(self, case: Case) -> dict[int, At | None]:
        """The instants at which something that it reads has changed, with the moment of the event that did it."""
        return dict(self._changes(case))

    def _changes(self, case: Case) -> Iterator[tuple[int, At | None]]:
        """Each change of something that it reads: its instant, and the moment of the event that made it."""
        yield from ((at, None) for field, _, at in case.met if field in self.fields)
        yield from ((at, None) for _, bar, _, at, _ in case.findings if bar in self.bars)
        for (key, _), truths in case.memory.held.items() if case.memory is not None else ():
            if key[0] in self.duties:
                yield from ((instant, at) for instant, _, at in truths)
        yield from ((instant, came) for name, _, _, instant, came in case.state_log if name in self.states)
        yield from ((instant, at) for name, _, instant, _, (_, _, at) in case.fact_log if name in self.facts)
        for kind in self.kinds:
            yield from ((entry.t, entry.at) for entry in case.log.get(kind, ()))

    def has_changed_since(self, case: Case, instant: int) -> bool:
        """Whether something that it reads has changed at an instant or later."""
        return any(at >= instant for at, _ in self._changes(case))

    def moment_of(self, case: Case, run: Run | None, turning: Turning, *, to: bool) -> At:
        """The moment of the event that turned it: of several of one instant, the one that it has stood so since."""
        at_once = [at for instant, at in self._changes(case) if instant == turning.instant and at is not None]
        ats = {at.entry: at for at in at_once if at.entry}
        moment = turning.at
        if case.memory is None or set(ats) <= {moment.entry}:
            return moment
        places = case.memory.places
        for root in sorted(ats, key=lambda root: places.get(root, 0), reverse=True):
            if self.cond.test(self._left_by(case, root, turning.instant), run, None) is not to:
                break
            moment = ats[root]
        return moment


def _is_in(case: Case, entry: Entry, cut: _Cut) -> bool:
    if entry.t > cut.instant:
        return False
    return cut.place is None or case.memory is None or case.memory.places.get(entry.root, 0) <= cut.place


def _find(then: Case, kind: str, bar: str, root: int, missing: tuple[str, ...]) -> None:
    if kind == "barred":
        then.broken[bar] = root
    elif kind == "bar_undetermined":
        then.doubtful[bar] = missing


def _stood(run: Run, instant: int) -> Run:
    """A run as it stood, as far as its moments go: when it was met, when it was due."""
    if run.ended and run.periods[-1][0] <= instant:
        return run
    then = Run(run.duty, run.text, run.start, run.start_event, run.start_root, run.start)
    then.instance, then.number, then.opened = run.instance, run.number, run.opened
    period = next(period for period in reversed(run.periods) if period[0] <= instant)
    at, latest, (_, trace, missing, *_) = period[2], period[3], period[7]
    then.due = Due(at, at if latest is None else latest, trace, missing)
    return then


def truth_held(case: Case, key: Hashable, instance: str | None) -> Truth:
    """How a condition that leaves no log stood, as a view asks it."""
    truths: Iterable[tuple[int, Truth, At | None]] = ()
    if case.memory is not None:
        truths = reversed(case.memory.held.get((key, instance), []))
    return next((truth for at, truth, _ in truths if at <= case.now), False)


class Then:
    """A condition judged at its own moment, not now: as an event left the case, or at an instant."""

    def __init__(self, node: model.Condition, scope: Scope) -> None:
        scope.remembered.marks = True
        self.cond = compile_condition(node, attrs.evolve(scope, past=True))
        self.past = Past(self.cond)

    def left_by(self, case: Case, run: Run | None, entry: Entry) -> Truth:
        """Whether it held as an event left the case."""
        return self.cond.test(self.past.as_left_by(case, entry), run, entry)

    def names(self, case: Case, run: Run | None, entry: Entry) -> list[str]:
        """What would have told."""
        return sorted(self.cond.missing(self.past.as_left_by(case, entry), run, entry))

    def at(self, case: Case, run: Run | None, instant: int) -> Truth:
        """Whether it held after all that happened up to an instant."""
        return self.cond.test(self.past.as_of(case, instant), run, None)

    def names_at(self, case: Case, run: Run | None, instant: int) -> set[str]:
        """What would have told."""
        return self.cond.missing(self.past.as_of(case, instant), run, None)


def turns_of(stretches: Iterable[Stretch], *, to: bool) -> list[Turning]:
    """When a condition became true, or ceased after it had been; what held before the first event did not turn."""
    known: Truth = None
    found: list[Turning] = []
    for number, stretch in enumerate(stretches):
        turned = stretch.truth is to and (known is not True if to else known is True)
        if turned and number:
            found.append(Turning(stretch.begin, stretch.instant))
        known = known if stretch.truth is None else stretch.truth
    return found
