"""Conditions on how things stand: states, outcomes of duties, broken bars."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

import attrs

from icpm_engine.checks import Truth
from icpm_engine.conditions.cond import Cond, EdgeOf, compiles, probe_of, reads_of_all
from icpm_engine.conditions.past import truth_held
from icpm_engine.conditions.values import fact_test
from icpm_engine.moments import Scope
from icpm_engine.outcomes import RUN_TESTS, doubts_of
from icpm_engine.rules import model
from icpm_engine.working import Case, Entry, Run


@compiles(model.StateIs)
def _state_is(node: model.StateIs, scope: Scope) -> Cond:
    lifecycle = scope.pack.lifecycles[node.lifecycle]
    name, state, initial, per = lifecycle.name, node.state, lifecycle.initial, lifecycle.per
    words, reads = f"{name}.{state}", frozenset((f"state.{name}",))
    if per is None:
        return Cond(lambda case, run, ev: case.states.get(name, initial) == state, words, reads)
    if scope.shares_instance(per):

        def own(case: Case, run: Run | None, ev: Entry | None) -> Truth:
            instance = run.instance if run is not None else None
            return bool(case.states.get(name, {}).get(instance, initial) == state)

        return Cond(own, words, reads)

    def some(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        return any(held == state for _, held in _instances(case, name, per, initial))

    return Cond(some, f"some {words}", reads | {f"instances.{per}"})


def _instances(case: Case, name: str, per: str, initial: str) -> Iterator[tuple[str, str]]:
    """Every instance that is known by now, with the state of its lifecycle."""
    moved = case.states.get(name, {})
    for instance in case.instances.get(per, ()):
        yield instance, moved.get(instance, initial)


@compiles(model.SomeInstance)
def _some_instance(node: model.SomeInstance, scope: Scope) -> Cond:
    lifecycle = scope.pack.lifecycles[node.lifecycle]
    name, state, initial, per = lifecycle.name, node.state, lifecycle.initial, lifecycle.per or ""
    inner = attrs.evolve(scope, per=lifecycle.per)
    tests = tuple(fact_test(test, inner) for test in node.where)

    def there(case: Case, run: Run | None) -> Iterator[Run]:
        for instance, held in _instances(case, name, per, initial):
            if held == state:
                yield probe_of(case, instance, run)

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        result: Truth = False
        for probe in there(case, run):
            truths = [test.test(case, probe, ev) for test in tests]
            if all(truths):
                return True
            if False not in truths:
                result = None
        return result

    def names(case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
        for probe in there(case, run):
            for test in tests:
                yield from test.missing(case, probe, ev)

    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        ahead = (test.edge(case, probe, ev) for probe in there(case, run) for test in tests if test.edge is not None)
        return min((at for at in ahead if at is not None), default=None)

    reads = reads_of_all(tests) | {f"state.{name}", f"instances.{per}"}
    edged = edge if any(test.edge is not None for test in tests) else None
    return Cond(asked, node.label or f"some {name}.{state}", reads, edged, names=names)


# --- duties and bars --------------------------------------------------------------------------------------------------


@compiles(model.DutyIs)
def _duty_is(node: model.DutyIs, scope: Scope) -> Cond:
    """Some run has the outcome, in every reading of the choices that are still open."""
    duty, keys = node.duty, scope.duty_keys(node.duty)
    own = scope.shares_instance(scope.pack.duties[duty].per)
    holds = RUN_TESTS[node.outcome]

    def runs_of(case: Case, key: str, run: Run | None) -> Iterator[Run]:
        for other in reversed(case.runs.get(key, ())):
            if not own or run is None or other.instance == run.instance:
                yield other

    def of_key(case: Case, key: str, run: Run | None) -> Truth:
        result: Truth = False
        for other in runs_of(case, key, run):
            held = holds(other, case)
            if held:
                return True
            if held is None:
                result = None
        return result

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        first = of_key(case, keys[0], run)
        return first if all(of_key(case, key, run) == first for key in keys[1:]) else None

    def names(case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
        truths = {of_key(case, key, run) for key in keys}
        if len(truths) > 1:
            yield from scope.open_choices(duty)
        for key in keys:
            for other in runs_of(case, key, run):
                if holds(other, case) is None:
                    yield from doubts_of(other, case)

    edge = _overdue_edge(keys) if node.outcome == "overdue" else None
    words = f"{duty}.{node.outcome}"
    cond = Cond(asked, words, frozenset((f"duty.{duty}",)), edge, names=names)
    return _held(cond, (duty, node.outcome, keys, own), scope.per if own else None, scope) if scope.past else cond


def _held(cond: Cond, key: Hashable, per: str | None, scope: Scope) -> Cond:
    """How a duty stood leaves no log: it is noted while a case is folded, and read from there."""
    scope.remembered.held[key] = (cond, per)

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        return truth_held(case, key, run.instance if per is not None and run is not None else None)

    return attrs.evolve(cond, test=asked, names=None, needs=(cond.words,))


def _overdue_edge(keys: tuple[str, ...]) -> EdgeOf:
    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        dues = [
            limit + 1
            for key in keys
            for other in case.open.get(key, ())
            for limit in (other.due.at, other.due.latest)
            if limit is not None
        ]
        return min((due for due in dues if due > case.now), default=None)

    return edge


@compiles(model.BarBroken)
def _bar_broken(node: model.BarBroken, scope: Scope) -> Cond:
    bar = node.bar

    def broken(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        return True if bar in case.broken else None if bar in case.doubtful else False

    def names(case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
        return case.doubtful.get(bar, ())

    return Cond(broken, f"{bar}.broken", frozenset((f"bar.{bar}",)), names=names)
