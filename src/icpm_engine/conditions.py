"""Conditions on the case, three-valued, compiled to closures that can also say why.

True, false or unknown (None), after Kleene: closed world for events (what nobody recorded has not happened), open world
for facts (what nobody told is unknown). A condition knows what it reads, so that the fold asks it only when that has
changed, and when time alone could change it, so that the fold stops there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import attrs

from icpm_engine.calendars import Span, day_adder
from icpm_engine.checks import (
    COMPARISONS,
    Truth,
    compile_test,
    compile_where,
    negate,
    not_built,
    value_reader,
)
from icpm_engine.errors import PackError
from icpm_engine.moments import (
    COMPARE,
    MomentOf,
    Pending,
    Scope,
    compile_bounds,
    compile_moment,
    compile_span,
    entry_at,
    fact_reader,
    reads_of_moment,
)
from icpm_engine.outcomes import RUN_TESTS, doubts_of
from icpm_engine.rules import model
from icpm_engine.rules.wording import words_of_test
from icpm_engine.working import NONE, UNKNOWN, At, Case, Entry, Run, Unknown

Asked: TypeAlias = Callable[[Case, Run | None, Entry | None], Truth]
EdgeOf: TypeAlias = Callable[[Case, Run | None, Entry | None], int | None]


@attrs.frozen
class Trace:
    """Why a condition came out as it did: its words, its value, and the same of its parts."""

    words: str
    value: Truth
    parts: tuple[Trace, ...] = ()

    def lines(self, depth: int = 0) -> Iterable[str]:
        """The trace as indented lines of text."""
        value = {True: "true", False: "false", None: "unknown"}[self.value]
        yield f"{'  ' * depth}{self.words}: {value}"
        for part in self.parts:
            yield from part.lines(depth + 1)

    def __str__(self) -> str:
        return "\n".join(self.lines())


@attrs.frozen(eq=False)
class Cond:
    """A compiled condition: `test` asks it; `edge` gives the next instant at which time alone may change it."""

    test: Asked
    words: str
    reads: frozenset[str] = frozenset()
    edge: EdgeOf | None = None
    parts: tuple[Cond, ...] = ()
    needs: tuple[str, ...] = ()
    lacks: Callable[[Case, Run | None], Iterable[str]] | None = None
    """What it needs, where that shows only while the fold runs."""
    moment: MomentOf | None = None
    """The moment whose being reached it is, for `at`."""

    def missing(self, case: Case, run: Run | None = None, ev: Entry | None = None) -> set[str]:
        """Facts, choices and hours that make it unknown."""
        if self.test(case, run, ev) is not None:
            return set()
        own = {*self.needs, *(() if self.lacks is None else self.lacks(case, run))}
        return own.union(*(part.missing(case, run, ev) for part in self.parts))

    def trace(self, case: Case, run: Run | None = None, ev: Entry | None = None) -> Trace:
        """The condition with its value and those of all its parts."""
        parts = tuple(part.trace(case, run, ev) for part in self.parts)
        return Trace(self.words, self.test(case, run, ev), parts)


def compile_condition(node: model.Condition, scope: Scope) -> Cond:
    """A condition of the pack as a `Cond`. Raises PackError for what this version cannot run."""
    return _COMPILERS[type(node)](node, scope)


# --- conditions -------------------------------------------------------------------------------------------------------


def _decision_holds(node: model.DecisionHolds, scope: Scope) -> Cond:
    decision = scope.pack.decisions[node.name]
    if decision.condition is not None:
        inner = compile_condition(decision.condition, scope)
        return attrs.evolve(inner, words=decision.name, parts=(inner,), needs=())
    value = decision_value(decision, scope)
    rows = tuple(compile_condition(row.when, scope) for row in decision.rows if row.when is not None)

    def holds(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        found = value(case, run)
        return None if found is UNKNOWN else found is True or found == "yes"

    return Cond(holds, decision.name, frozenset().union(*(row.reads for row in rows)), parts=rows)


def _value_reader(name: str, scope: Scope) -> Callable[[Case, Run | None], Any]:
    """A fact, a choice or a decision made by rows, as a value."""
    if name in scope.pack.decisions:
        return decision_value(scope.pack.decisions[name], scope)
    return value_reader(name, scope)


def decision_value(decision: model.Decision, scope: Scope) -> Callable[[Case, Run | None], Any]:
    """What a decision comes to: a truth or a looked-up value; UNKNOWN; NONE where no row applies."""
    if decision.condition is not None:
        test = compile_condition(decision.condition, scope).test

        def truth(case: Case, run: Run | None) -> Any:
            held = test(case, run, None)
            return UNKNOWN if held is None else held

        return truth
    rows = tuple(
        (compile_condition(r.when, scope).test if r.when is not None else None, r.value) for r in decision.rows
    )

    def first(case: Case, run: Run | None) -> Any:
        for test, value in rows:
            held = True if test is None else test(case, run, None)
            if held is None:
                return UNKNOWN
            if held:
                return value
        return NONE

    return first


def _state_is(node: model.StateIs, scope: Scope) -> Cond:
    lifecycle = scope.pack.lifecycles[node.lifecycle]
    name, state, initial = lifecycle.name, node.state, lifecycle.initial
    words, reads = f"{name}.{state}", frozenset((f"state.{name}",))
    if lifecycle.per is None:
        return Cond(lambda case, run, ev: case.states.get(name, initial) == state, words, reads)
    if scope.shares_instance(lifecycle.per):

        def own(case: Case, run: Run | None, ev: Entry | None) -> Truth:
            instance = run.instance if run is not None else None
            return bool(case.states.get(name, {}).get(instance, initial) == state)

        return Cond(own, words, reads)
    return Cond(lambda case, run, ev: state in case.states.get(name, {}).values(), f"some {words}", reads)


def _duty_is(node: model.DutyIs, scope: Scope) -> Cond:
    keys = scope.duty_keys(node.duty)
    own = scope.shares_instance(scope.pack.duties[node.duty].per)
    holds = RUN_TESTS[node.outcome]

    def of_key(case: Case, key: str, run: Run | None) -> Truth:
        result: Truth = False
        for other in reversed(case.runs.get(key, ())):
            if own and run is not None and other.instance != run.instance:
                continue
            held = holds(other, case)
            if held:
                return True
            if held is None:
                result = None
        return result

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        first = of_key(case, keys[0], run)
        return first if all(of_key(case, key, run) is first for key in keys[1:]) else None

    def lacks(case: Case, run: Run | None) -> Iterable[str]:
        """What its doubtful runs wait for; the duty itself where its readings differ."""
        runs = [other for key in keys for other in case.runs.get(key, ()) if holds(other, case) is None]
        found = [name for other in runs for name in doubts_of(other, case)]
        return found or (node.duty,)

    edge = _overdue_edge(keys) if node.outcome == "overdue" else None
    return Cond(asked, f"{node.duty}.{node.outcome}", frozenset((f"duty.{node.duty}",)), edge, lacks=lacks)


def _overdue_edge(keys: tuple[str, ...]) -> EdgeOf:
    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        dues = [r.due[1] + 1 for key in keys for r in case.open.get(key, ()) if r.due and r.due[1] is not None]
        return min((due for due in dues if due > case.now), default=None)

    return edge


def _bar_broken(node: model.BarBroken, scope: Scope) -> Cond:
    bar = node.bar

    def broken(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        return True if bar in case.broken else None if bar in case.doubtful else False

    words, reads = f"{bar}.broken", frozenset((f"bar.{bar}",))
    return Cond(broken, words, reads, lacks=lambda case, run: case.doubtful.get(bar, ()))


def _combined(node: model.Combined, scope: Scope) -> Cond:
    parts = tuple(compile_condition(part, scope) for part in node.parts)
    reads = frozenset().union(*(part.reads for part in parts))
    edge = _earliest_edge([part.edge for part in parts if part.edge is not None])
    words = node.label or {"all": "all of", "any": "any of", "not": "not"}[node.how]
    if node.how == "not":
        inner = parts[0].test
        return Cond(lambda case, run, ev: negate(inner(case, run, ev)), words, reads, edge, parts)
    tests = tuple(part.test for part in parts)
    decisive = node.how == "any"

    def combined(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        result: Truth = not decisive
        for test in tests:
            held = test(case, run, ev)
            if held is decisive:
                return decisive
            if held is None:
                result = None
        return result

    return Cond(combined, words, reads, edge, parts)


def _earliest_edge(edges: list[EdgeOf]) -> EdgeOf | None:
    if not edges:
        return None
    if len(edges) == 1:
        return edges[0]

    def earliest(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        return min((at for at in (edge(case, run, ev) for edge in edges) if at is not None), default=None)

    return earliest


def _fact_test(node: model.FactTest, scope: Scope) -> Cond:
    name = node.name
    words = node.label or f"{name} {words_of_test(node.test)}"
    read = _value_reader(name, scope)
    kind = scope.pack.facts[name].type if name in scope.pack.facts else "text"
    check = compile_test(node.test, scope, kind)
    reads, rows = {f"fact.{name}"}, tuple[Cond, ...]()
    if name in scope.pack.decisions:
        rows = _decision_parts(scope.pack.decisions[name], scope)
        reads = {key for row in rows for key in row.reads}
    for part in node.test.checks:
        if part.op in COMPARE:
            reads_of_moment(part.value, reads)  # type: ignore[arg-type]
        elif part.op == "same" and isinstance(part.value, model.FactValue):
            reads.add(f"fact.{part.value.name}")
    needs = () if rows else (name,)
    return Cond(
        lambda case, run, ev: check(read(case, run), case, run, ev), words, frozenset(reads), parts=rows, needs=needs
    )


def _decision_parts(decision: model.Decision, scope: Scope) -> tuple[Cond, ...]:
    conditions = [decision.condition, *(row.when for row in decision.rows)]
    return tuple(compile_condition(condition, scope) for condition in conditions if condition is not None)


def _field_is(node: model.FieldIs, scope: Scope) -> Cond:
    check = compile_test(node.test, scope, "text")
    field, of_event = node.field, node.of == "event"

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        source = ev if of_event else run.start_event if run is not None else None
        value = UNKNOWN if source is None else source.values.get(field, UNKNOWN)
        return check(value, case, run, ev)

    name = f"{node.of}.{field}"
    return Cond(asked, node.label or f"{name} {words_of_test(node.test)}", needs=(name,))


def _age_is(node: model.AgeIs, scope: Scope) -> Cond:
    read = fact_reader("born", scope)
    checks = tuple(_age_check(check, scope) for check in node.test.checks)

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        born = read(case, run)
        if isinstance(born, Unknown):
            return None
        return all(holds(born, case.day) for holds, _ in checks)

    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        born = read(case, run)
        if isinstance(born, Unknown):
            return None
        days = [day for _, turn in checks for day in turn(born) if day > case.day]
        return case.zone.midnight[min(days)] if days else None

    words = node.label or f"age {words_of_test(node.test)}"
    return Cond(asked, words, frozenset(("fact.born",)), edge, needs=("born",))


AgeCheck: TypeAlias = tuple[Callable[[int, int], bool], Callable[[int], tuple[int, ...]]]


def _age_check(check: model.Check, scope: Scope) -> AgeCheck:
    """(does it hold for one born on a day, on a day; the days on which that turns)."""
    if check.op == "not":
        inner = tuple(_age_check(part, scope) for part in check.value.checks)  # type: ignore[attr-defined]
        return (
            lambda born, day: not all(holds(born, day) for holds, _ in inner),
            lambda born: tuple(day for _, turn in inner for day in turn(born)),
        )
    if not isinstance(check.value, Span):
        raise PackError(f"an age is tested against a span such as '3 years', not {check.value!r}")
    birthday = day_adder(check.value, scope.calendars)
    compare = COMPARISONS[check.op]
    late = 1 if check.op in ("over", "at_most") else 0
    return (lambda born, day: compare(day, birthday(born)), lambda born: (birthday(born) + late,))


def _some_instance(node: model.SomeInstance, scope: Scope) -> Cond:
    lifecycle = scope.pack.lifecycles[node.lifecycle]
    name, state = lifecycle.name, node.state
    inner = attrs.evolve(scope, per=lifecycle.per)
    tests = tuple(_fact_test(test, inner) for test in node.where)
    reads = frozenset((f"state.{name}",)).union(*(test.reads for test in tests))

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        result: Truth = False
        for instance, held in case.states.get(name, {}).items():
            if held != state:
                continue
            probe = probe_of(case, instance, run)
            truths = [test.test(case, probe, ev) for test in tests]
            if all(truths):
                return True
            if False not in truths:
                result = None
        return result

    return Cond(asked, node.label or f"some {name}.{state}", reads, needs=tuple(t.name for t in node.where))


def probe_of(case: Case, instance: str | None, run: Run | None = None) -> Run:
    """A stand-in for a run, so that a condition can be asked for one instance before any run exists."""
    start = run.start if run is not None else At(case.now, case.now, case.day)
    probe = Run(None, None, start, run.start_event if run is not None else None, 0)
    probe.instance = instance
    return probe


def _is_open(node: model.IsOpen, scope: Scope) -> Cond:
    window = scope.windows[node.calendar]

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        if ev is not None:
            return window.is_open(ev.day, ev.minute)
        day, minute = case.zone.local(case.now)
        return window.is_open(day, minute)

    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        found = window.next_change(*case.zone.local(case.now))
        return None if found is None else case.zone.instant(*found)

    return Cond(asked, node.label or f"{node.calendar} is open", edge=edge, needs=("the hour",))


def _as_of(node: model.AsOf, scope: Scope) -> Cond:
    inner = compile_condition(node.condition, scope)
    if inner.reads - {"fact.born"}:
        raise not_built("as_of with anything but an age", None)
    moment = compile_moment(node.moment, scope, "back")
    reads = set(inner.reads)
    reads_of_moment(node.moment, reads)

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        at = moment(case, run, ev)
        if isinstance(at, Pending):
            return None
        day, case.day = case.day, at.day
        try:
            return inner.test(case, run, ev)
        finally:
            case.day = day

    return Cond(asked, node.label or f"as of a named moment: {inner.words}", frozenset(reads), None, (inner,))


def _happened(node: model.Happened, scope: Scope) -> Cond:
    return compile_happened(node.line, scope, node.label)


def compile_happened(line: model.AnyLine, scope: Scope, label: str | None = None) -> Cond:
    """A line as a condition: it has happened, so many times, within its bounds."""
    if isinstance(line, model.Lines):
        parts = tuple(compile_happened(part, scope) for part in line.parts)
        if line.bounds or line.when is not None:
            raise not_built("bounds or when on a composite line used as a condition", line.mark)
        combined = model.Combined(line.how, ())
        whole = _combined(combined, scope)
        tests = tuple(part.test for part in parts)
        decisive = line.how == "any"

        def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
            truths = [test(case, run, ev) for test in tests]
            return decisive if decisive in truths else None if None in truths else not decisive

        reads = frozenset().union(*(part.reads for part in parts))
        edge = _earliest_edge([part.edge for part in parts if part.edge is not None])
        return attrs.evolve(whole, test=asked, reads=reads, edge=edge, parts=parts, words=label or line.how)
    return _happened_line(line, scope, label)


def _happened_line(line: model.Line, scope: Scope, label: str | None) -> Cond:
    if not line.on or line.each or line.of or line.in_a_row or line.share is not None or line.shows:
        raise not_built("such a line as a condition", line.mark)
    if line.dated != "occurred":
        raise not_built("dated on a line used as a condition", line.mark)
    kinds, times = line.on, line.times or 1
    where = compile_where(line.where, scope) if line.where is not None else None
    within = compile_bounds(line.bounds, scope)
    when = compile_condition(line.when, scope) if line.when is not None else None

    def counted(case: Case, run: Run | None, ev: Entry | None) -> tuple[int, int]:
        sure = unsure = 0
        for kind in kinds:
            for entry in case.log.get(kind, ()):
                held: Truth = True if where is None else where(entry, case, run)
                if held is not False and within is not None:
                    inside = within(case, run, ev, entry_at(case, entry))
                    held = inside if inside is False else held if inside else None
                sure += held is True
                unsure += held is None
        return sure, unsure

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        sure, unsure = counted(case, run, ev)
        applies: Truth = True if when is None else when.test(case, run, ev)
        if applies is False:
            return False
        happened: Truth = True if sure >= times else None if sure + unsure >= times else False
        return happened if applies else None if happened is not False else False

    reads = {f"event.{kind}" for kind in kinds} | (set(when.reads) if when else set())
    edges = [when.edge] if when is not None and when.edge is not None else []
    if within is not None:
        edges.append(_window_edge(line, scope, kinds))
        for bound in (line.bounds.since, line.bounds.after, line.bounds.by, line.bounds.before):
            if bound is not None:
                reads_of_moment(bound, reads)
    words = label or line.label or f"{' or '.join(kinds)} happened" + (f" {times} times" if times > 1 else "")
    needs = tuple(f"the hour of {kind}" for kind in kinds) if within is not None else ()
    return Cond(asked, words, frozenset(reads), _earliest_edge(edges), (when,) if when else (), needs)


def _window_edge(line: model.Line, scope: Scope, kinds: tuple[str, ...]) -> EdgeOf:
    """When an event may leave a window that rolls with time: only bounds counted back from now move by time alone."""
    spans = [
        compile_span(bound.span, scope)
        for bound in (line.bounds.since, line.bounds.after)
        if isinstance(bound, model.Offset) and bound.moment == model.Anchor("now")
    ]

    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        days: set[int] = set()
        for span_of in spans:
            span = span_of(case, run)
            if isinstance(span, Pending) or span.timed:
                continue
            ahead = day_adder(span, scope.calendars)
            for kind in kinds:
                days.update(ahead(entry.day) for entry in case.log.get(kind, ()))
        # counting back from a clamped month end can differ from counting ahead by up to three days
        turns = [day + slack for day in days for slack in range(4) if day + slack > case.day]
        return case.zone.midnight[min(turns)] if turns else None

    return edge


def _spent(node: model.Spent, scope: Scope) -> Cond:
    raise not_built("spent", None)


_COMPILERS: dict[type, Callable[[Any, Scope], Cond]] = {
    model.DecisionHolds: _decision_holds,
    model.StateIs: _state_is,
    model.DutyIs: _duty_is,
    model.BarBroken: _bar_broken,
    model.Combined: _combined,
    model.FactTest: _fact_test,
    model.FieldIs: _field_is,
    model.AgeIs: _age_is,
    model.Happened: _happened,
    model.SomeInstance: _some_instance,
    model.Spent: _spent,
    model.IsOpen: _is_open,
    model.AsOf: _as_of,
}


def compile_reached(moment: model.Moment, scope: Scope) -> Cond:
    """`at: M` as a condition: the moment has surely been reached. Time turns it."""
    of = compile_moment(moment, scope, "back")
    reads: set[str] = set()
    reads_of_moment(moment, reads)

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        at = of(case, run, ev)
        return False if isinstance(at, Pending) else case.now >= comes(at)

    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        at = of(case, run, ev)
        return comes(at) if isinstance(at, At) and comes(at) > case.now else None

    return Cond(asked, "a moment is reached", frozenset(reads), edge, moment=of)


def comes(at: At) -> int:
    """The instant at which a moment has surely come: a day with its first, one whose hour is missing with its last."""
    return at.lo if at.whole else at.hi


def compile_turn(line: model.Line, scope: Scope) -> tuple[Cond, bool] | None:
    """The head of a line that is a condition, and the side to which it must turn; None for a line on events."""
    if line.becomes is not None:
        return compile_condition(line.becomes, scope), True
    if line.ceases is not None:
        return compile_condition(line.ceases, scope), False
    if line.at is not None:
        return compile_reached(line.at, scope), True
    return None
