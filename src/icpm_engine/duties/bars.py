"""Bars: events that must not happen, or not in that way, judged on the case just before the event (semantics 11)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from icpm_engine.checks import EventTest, compile_where, not_built, untold
from icpm_engine.conditions import Cond, compile_condition, compile_happened, probe_of
from icpm_engine.duties.build import LAST_DAY, choices_touched, deciding, in_force_days, readings_of, settled_on
from icpm_engine.moments import Pending, Scope, Within, bound_edges, compile_bounds, reads_of_moment
from icpm_engine.rules import model
from icpm_engine.working import Case, Entry, Run

Asked: TypeAlias = Callable[[Case, Run | None, Entry | None], bool | None]


@attrs.frozen(eq=False)
class Forbidden:
    """One line that a bar forbids, in one reading of the choices."""

    line: model.Line
    scope: Scope
    kinds: frozenset[str]
    where: EventTest | None
    conditions: tuple[Cond, ...]
    within: Within | None
    others: Asked | None  # with times: whether enough such events have happened before this one
    reads: frozenset[str]

    def breaks(self, case: Case, run: Run, ev: Entry) -> bool | None:
        """Whether an event is what this line forbids; unknown where the case cannot tell."""
        if ev.kind not in self.kinds:
            return False
        result: bool | None = True
        truths = [cond.test(case, run, ev) for cond in self.conditions]
        if self.where is not None:
            truths.append(self.where(ev, case, run))
        if self.within is not None:
            truths.append(self.within(case, run, ev, ev.at))
        if self.others is not None:
            truths.append(self.others(case, run, ev))
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
        names = {name for cond in self.conditions for name in cond.missing(case, run, ev)}
        if self.line.where is not None:
            names.update(untold(self.line.where, ev, case, run, self.scope))
        if self.within is not None and self.within(case, run, ev, ev.at) is None:
            edges = [edge(case, run, ev) for _, edge, _ in bound_edges(self.line.bounds, self.scope)]
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
        value = ev.values.get(per) if per is not None else None
        known = (value,) if per is None or value is not None else tuple(case.instances.get(per, ()))
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

    def _judge(self, case: Case, run: Run, ev: Entry) -> tuple[bool | None, set[str]]:
        """Broken, not broken, or unknown for want of what; unknown too where the readings of a choice differ."""
        answers = [_any(line.breaks(case, run, ev) for line in lines) for _, lines in self.readings]
        if all(answer == answers[0] for answer in answers) and answers[0] is not None:
            return answers[0], set()
        missing: set[str] = set()
        if any(answer != answers[0] for answer in answers):
            readings = [reading for reading, _ in self.readings]
            missing |= deciding(answers, readings) or set(readings[0])
        return None, missing.union(*(line.missing(case, run, ev) for _, lines in self.readings for line in lines))


def _any(truths: Any) -> bool | None:
    listed = list(truths)
    return True if True in listed else None if None in listed else False


def build_bars(bar: model.Bar, pack: model.RulePack, scope: Scope) -> Iterator[CompiledBar]:
    """Compile a bar, once for each stretch of days in which its choices are settled alike. Raises PackError."""
    if bar.excused is not None:
        raise not_built("excused on a bar", bar.mark)
    settled = {s.from_day for name in choices_touched(bar, pack) for s in pack.settles.get(name, ()) if s.from_day}
    first, last = in_force_days(bar.in_force, attrs.evolve(scope, per=bar.per))
    begins = sorted({0, *settled})
    for begin, end in zip(begins, [*begins[1:], LAST_DAY + 1], strict=True):
        readings = []
        for reading in readings_of(bar, pack):
            own = attrs.evolve(scope, per=bar.per, choices=settled_on(pack, begin, reading))
            readings.append((reading, tuple(_forbidden(line, bar, own) for line in _lines(bar.forbids))))
        yield CompiledBar(bar, max(first, begin), min(last, end - 1), tuple(readings))


def _lines(line: model.AnyLine) -> list[model.Line]:
    if isinstance(line, model.Line):
        return [line]
    if line.how == "all" or line.bounds or line.when is not None:
        raise not_built("all, bounds or when on the list that a bar forbids", line.mark)
    return [inner for part in line.parts for inner in _lines(part)]


def _forbidden(line: model.Line, bar: model.Bar, scope: Scope) -> Forbidden:
    if not line.on or line.each or line.shows or line.of or line.in_a_row or line.share is not None:
        raise not_built("such a line in a bar", line.mark)
    if line.dated != "occurred":
        raise not_built("dated in a bar", line.mark)
    conditions = tuple(compile_condition(c, scope) for c in (bar.while_, line.when) if c is not None)
    others = None
    if line.times is not None and line.times > 1:
        before = attrs.evolve(line, times=line.times - 1, when=None)
        others = compile_happened(before, scope)
    reads: set[str] = set().union(*(cond.reads for cond in conditions), others.reads if others is not None else ())
    for bound in (line.bounds.since, line.bounds.after, line.bounds.by, line.bounds.before):
        if bound is not None:
            reads_of_moment(bound, reads)
    return Forbidden(
        line,
        scope,
        frozenset(line.on),
        compile_where(line.where, scope) if line.where is not None else None,
        conditions,
        compile_bounds(line.bounds, scope),
        others.test if others is not None else None,
        frozenset(reads),
    )
