"""Bars: events that must not happen, or not in that way, judged on the case just before the event (semantics 11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from icpm_engine.checks import EventTest, compile_where, not_built
from icpm_engine.conditions import Cond, compile_condition
from icpm_engine.duties.build import LAST_DAY, choices_touched, deciding, in_force_days, readings_of, settled_on
from icpm_engine.duties.evidence import fields_of
from icpm_engine.moments import MomentOf, Pending, Scope, Within, bound_edges, compile_bounds
from icpm_engine.rules import model
from icpm_engine.working import Case, Entry, Run


@attrs.frozen(eq=False)
class Forbidden:
    """One line that a bar forbids, in one reading of the choices."""

    kinds: frozenset[str]
    where: EventTest | None
    fields: tuple[str, ...]
    """Fields that `where` asks for."""
    conditions: tuple[Cond, ...]
    within: Within | None
    edges: tuple[MomentOf, ...]
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
        for held in truths:
            if held is False:
                return False
            if held is None:
                result = None
        return result

    def missing(self, case: Case, run: Run, ev: Entry) -> set[str]:
        """What would tell whether an event is what this line forbids."""
        if self.breaks(case, run, ev) is not None:
            return set()
        names = {name for cond in self.conditions for name in cond.missing(case, run, ev)}
        if self.where is not None and self.where(ev, case, run) is None:
            names |= {f"{ev.kind}.{field}" for field in self.fields if field not in ev.values}
        if self.within is not None and self.within(case, run, ev, ev.at) is None:
            edges = [edge(case, run, ev) for edge in self.edges]
            told = {name for edge in edges if isinstance(edge, Pending) and edge.unknown for name in edge.names}
            names |= told or {f"the hour of {ev.kind}"}
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

    def judge(self, case: Case, run: Run, ev: Entry) -> None:
        """Note a broken bar, or one that cannot be judged with what is missing (semantics 46)."""
        if not self.first_day <= ev.day <= self.last_day:
            return
        answers = [_any(line.breaks(case, run, ev) for line in lines) for _, lines in self.readings]
        if all(answer is False for answer in answers):
            return
        if all(answer is True for answer in answers):
            case.broken[self.bar.name] = ev.root
            case.findings.append(("barred", self.bar.name, ev.entry, case.now, ()))
            case.dirty.append((f"bar.{self.bar.name}", None))
            return
        found = {name for _, lines in self.readings for line in lines for name in line.missing(case, run, ev)}
        if any(answer is not answers[0] for answer in answers):
            found |= deciding(answers, [reading for reading, _ in self.readings])
        missing = tuple(sorted(found))
        case.doubtful[self.bar.name] = missing
        case.findings.append(("bar_undetermined", self.bar.name, ev.entry, case.now, missing))
        case.dirty.append((f"bar.{self.bar.name}", None))


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
    if not line.on or line.each or line.times or line.shows or line.of or line.in_a_row:
        raise not_built("such a line in a bar", line.mark)
    conditions = tuple(compile_condition(c, scope) for c in (bar.while_, line.when) if c is not None)
    where = compile_where(line.where, scope) if line.where is not None else None
    reads = frozenset().union(*(cond.reads for cond in conditions))
    return Forbidden(
        frozenset(line.on),
        where,
        fields_of(line.where) if line.where is not None else (),
        conditions,
        compile_bounds(line.bounds, scope),
        tuple(edge for _, edge, _ in bound_edges(line.bounds, scope)),
        reads,
    )
