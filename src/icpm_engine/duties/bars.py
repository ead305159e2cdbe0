"""Bars: events that must not happen, or not in that way, judged on the case just before the event (semantics 11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import attrs

from icpm_engine.checks import EventTest, Lacks, compile_lacks, compile_where, untold
from icpm_engine.conditions import Cond, compile_condition, probe_of
from icpm_engine.conditions.happened import NO_BOUNDS, merge_bounds
from icpm_engine.conditions.searching import Search, compile_search, counts_several, reads_of_bounds
from icpm_engine.counting import dated
from icpm_engine.duties.build import LAST_DAY, deciding, in_force_days, settled_on
from icpm_engine.errors import PackError
from icpm_engine.moments import Pending, Scope, Within, bound_edges, compile_bounds
from icpm_engine.rules import model
from icpm_engine.rules.readings import choices_touched, readings_of
from icpm_engine.working import Case, Entry, Run, instances_of


@attrs.frozen(eq=False)
class Forbidden:
    """One line that a bar forbids, in one reading of the choices."""

    line: model.Line
    bounds: model.Bounds
    scope: Scope
    kinds: frozenset[str]
    where: EventTest | None
    shows: tuple[Lacks, ...]
    conditions: tuple[Cond, ...]
    lifted: Cond | None
    """What excuses it: an approval that has come before the event."""
    within: Within | None
    others: Search | None  # with times, each, in_a_row or share: whether this event makes them complete
    reads: frozenset[str]

    def breaks(self, case: Case, run: Run, ev: Entry) -> bool | None:
        """Whether an event is what this line forbids, and nothing excuses it; unknown where the case cannot tell."""
        meant = self.forbids(case, run, ev)
        if meant is False or self.lifted is None:
            return meant
        lifted = self.lifted.test(case, run, ev)
        return False if lifted else None if lifted is None else meant

    def is_excused(self, case: Case, run: Run, ev: Entry) -> bool:
        """Whether it would surely be broken but for an approval."""
        if self.lifted is None or not self.forbids(case, run, ev):
            return False
        return self.lifted.test(case, run, ev) is True

    def forbids(self, case: Case, run: Run, ev: Entry) -> bool | None:
        """Whether an event is what this line forbids."""
        if ev.kind not in self.kinds:
            return False
        result: bool | None = True
        truths = [cond.test(case, run, ev) for cond in self.conditions]
        if self.where is not None:
            truths.append(self.where(ev, case, run))
        if self.within is not None:
            at = dated(case, ev, self.line.dated)
            truths.append(None if at is None else self.within(case, run, ev, at))
        if self.others is not None:
            truths.append(self.others.truth(case, run, ev))
        truths += [not lacks(ev, case, run) for lacks in self.shows]
        for held in truths:
            if held is False:
                return False
            if held is None:
                result = None
        return result

    def missing(self, case: Case, run: Run, ev: Entry) -> set[str]:
        """Facts, fields, choices and hours for want of which that is unknown."""
        if self.breaks(case, run, ev) is not None:
            return set()
        asked = self.conditions if self.lifted is None else (*self.conditions, self.lifted)
        names = {name for cond in asked for name in cond.missing(case, run, ev)}
        if self.line.where is not None:
            names.update(untold(self.line.where, ev, case, run, self.scope))
        if self.others is not None:
            names.update(self.others.names(case, run, ev))
        at = dated(case, ev, self.line.dated)
        if at is None:
            names.add(f"{ev.kind}.{self.line.dated}")
        elif self.within is not None and self.within(case, run, ev, at) is None:
            edges = [edge(case, run, ev) for _, edge, _ in bound_edges(self.bounds, self.scope)]
            pending = {name for edge in edges if isinstance(edge, Pending) and edge.unknown for name in edge.names}
            names |= pending or {f"the hour of {ev.kind}"}
        return names


@attrs.frozen(eq=False)
class CompiledBar:
    """A bar in all readings of the choices that it touches, for the days on which they are settled alike."""

    bar: model.Bar
    first_day: int  # in force on the days from the first to the last
    last_day: int
    readings: tuple[tuple[Mapping[str, Any], tuple[Forbidden, ...]], ...]

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of event that it may forbid."""
        return frozenset().union(*(line.kinds for _, lines in self.readings for line in lines))

    @property
    def reads(self) -> frozenset[str]:
        """What its conditions read."""
        return frozenset().union(*(line.reads for _, lines in self.readings for line in lines))

    def judge(self, case: Case, ev: Entry) -> None:
        """Note a broken bar, or one that cannot be judged with what is missing (semantics 46)."""
        if not self.first_day <= ev.day <= self.last_day:
            return
        per = self.bar.per
        known = (None,) if per is None else instances_of(case, ev, per)
        verdicts = [self._judge(case, probe_of(case, instance), ev) for instance in known]
        if True in (broken for broken, _ in verdicts):
            case.broken[self.bar.name] = ev.root
            case.findings.append(("barred", self.bar.name, ev.entry, case.now, ()))
            case.dirty.append((f"bar.{self.bar.name}", None))
        elif None in (broken for broken, _ in verdicts):
            missing = tuple(sorted({name for _, names in verdicts for name in names}))
            case.doubtful[self.bar.name] = missing
            case.findings.append(("bar_undetermined", self.bar.name, ev.entry, case.now, missing))
            case.dirty.append((f"bar.{self.bar.name}", None))
        elif self.bar.excused is not None and self._is_excused(case, known, ev):
            case.findings.append(("bar_excused", self.bar.name, ev.entry, case.now, ()))

    def _is_excused(self, case: Case, known: Iterable[str | None], ev: Entry) -> bool:
        """Whether an approval is all that keeps it from being broken, under some reading."""
        probes = [probe_of(case, instance) for instance in known]
        return any(line.is_excused(case, probe, ev) for _, lines in self.readings for line in lines for probe in probes)

    def _judge(self, case: Case, run: Run, ev: Entry) -> tuple[bool | None, set[str]]:
        """Broken, not broken, or unknown for want of what; unknown too where the readings of a choice differ."""
        answers = [_any([line.breaks(case, run, ev) for line in lines]) for _, lines in self.readings]
        if answers[0] is not None and answers.count(answers[0]) == len(answers):
            return answers[0], set()
        missing: set[str] = set()
        if any(answer != answers[0] for answer in answers):
            readings = [reading for reading, _ in self.readings]
            missing |= deciding(answers, readings) or set(readings[0])
        return None, missing.union(*(line.missing(case, run, ev) for _, lines in self.readings for line in lines))


def _any(truths: list[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False


def build_bars(bar: model.Bar, pack: model.RulePack, scope: Scope) -> Iterator[CompiledBar]:
    """Compile a bar, once for each stretch of days in which its choices are settled alike. Raises PackError."""
    settled = {s.from_day for name in choices_touched(bar, pack) for s in pack.settles.get(name, ()) if s.from_day}
    first, last = in_force_days(bar.in_force, attrs.evolve(scope, per=bar.per))
    begins = sorted({0, *settled})
    for begin, end in zip(begins, [*begins[1:], LAST_DAY + 1], strict=True):
        readings = []
        for reading in readings_of(bar, pack):
            own = attrs.evolve(scope, per=bar.per, choices=settled_on(pack, begin, reading))
            readings.append((reading, tuple(_forbidden(line, bar, own) for line in _lines(bar.forbids, _Held()))))
        yield CompiledBar(bar, max(first, begin), min(last, end - 1), tuple(readings))


class _Held(NamedTuple):
    """What lists say of each line in them: their bounds, and what must hold beside it."""

    bounds: model.Bounds = NO_BOUNDS
    conditions: tuple[model.Condition, ...] = ()


def _lines(line: model.AnyLine, held: _Held) -> Iterator[tuple[model.Line, _Held]]:
    """Each line of a list: of any, every one; of all, every one when the others have happened."""
    when = () if line.when is None else (line.when,)
    inner = _Held(merge_bounds(held.bounds, line.bounds, line.mark), (*held.conditions, *when))
    if isinstance(line, model.Line):
        yield line, inner
        return
    for place, part in enumerate(line.parts):
        others = (*line.parts[:place], *line.parts[place + 1 :]) if line.how == "all" else ()
        rest = (model.Happened(model.Lines("all", others, inner.bounds)),) if others else ()
        yield from _lines(part, inner._replace(conditions=(*inner.conditions, *rest)))


def _forbidden(lined: tuple[model.Line, _Held], bar: model.Bar, scope: Scope) -> Forbidden:
    line, (bounds, beside) = lined
    if not line.on:
        raise PackError("a bar judges an event when it happens, so that its line needs on: EVENT", line.mark)
    lifted = None if bar.excused is None else compile_condition(model.Happened(bar.excused), scope)
    standing = () if bar.while_ is None else (bar.while_,)
    conditions = tuple(compile_condition(c, scope) for c in (*standing, *beside))
    others = compile_search(line, scope, bounds, in_hand=True) if counts_several(line) else None
    reads: set[str] = set().union(*(cond.reads for cond in conditions), others.reads if others is not None else ())
    reads |= lifted.reads if lifted is not None else frozenset()
    reads_of_bounds(bounds, reads, scope)
    return Forbidden(
        line,
        bounds,
        scope,
        frozenset(line.on),
        compile_where(line.where, scope) if line.where is not None else None,
        tuple(compile_lacks(part, scope) for part in line.shows),
        conditions,
        lifted,
        compile_bounds(bounds, scope),
        others,
        frozenset(reads),
    )
