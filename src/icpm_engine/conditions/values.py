"""Conditions on values: facts, choices and decisions, the fields of an event, the child's age."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any, Final, TypeAlias

import attrs

from icpm_engine.calendars import Span, day_adder, instant_adder
from icpm_engine.checks import (
    COMPARISONS,
    SpanReader,
    Truth,
    compile_test,
    names_in_test,
    negate,
    span_reader,
    value_reader,
)
from icpm_engine.conditions.cond import Cond, compile_condition, compiles, earliest_edge, reads_of_all
from icpm_engine.conditions.edges import edge_of_bounds
from icpm_engine.errors import PackError
from icpm_engine.moments import COMPARE, Scope, fact_reader, reads_of_moment, value_at
from icpm_engine.rules import model
from icpm_engine.rules.wording import words_of_test
from icpm_engine.working import NONE, UNKNOWN, At, Case, Entry, Run, Unknown

ValueOf: TypeAlias = Callable[[Case, Run | None, Entry | None], Any]


# --- decisions --------------------------------------------------------------------------------------------------------


@compiles(model.DecisionHolds)
def _decision_holds(node: model.DecisionHolds, scope: Scope) -> Cond:
    decision = scope.pack.decisions[node.name]
    if decision.condition is not None:
        inner = compile_condition(decision.condition, scope)
        return attrs.evolve(inner, words=decision.name, parts=(inner,), needs=(), names=None)
    parts = _conditions_of(decision, scope)
    value = _by_rows(decision, parts)

    def holds(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        found = value(case, run, ev)
        return None if found is UNKNOWN else found is True or found == "yes"

    return Cond(holds, decision.name, reads_of_all(parts), earliest_edge(part.edge for part in parts), parts)


def decision_value(decision: model.Decision, scope: Scope) -> ValueOf:
    """What a decision comes to: a truth or a looked-up value; UNKNOWN; NONE where no row applies."""
    if decision.condition is None:
        return _by_rows(decision, _conditions_of(decision, scope))
    test = compile_condition(decision.condition, scope).test

    def truth(case: Case, run: Run | None, ev: Entry | None) -> Any:
        held = test(case, run, ev)
        return UNKNOWN if held is None else held

    return truth


def _conditions_of(decision: model.Decision, scope: Scope) -> tuple[Cond, ...]:
    conditions = (decision.condition, *(row.when for row in decision.rows))
    return tuple(compile_condition(condition, scope) for condition in conditions if condition is not None)


def _by_rows(decision: model.Decision, parts: tuple[Cond, ...]) -> ValueOf:
    """First row that applies; after one that may apply the value is known only if all that may be the first agree."""
    tests = [part.test for part in parts]
    rows = [(tests.pop(0) if row.when is not None else None, row.value) for row in decision.rows]

    def first(case: Case, run: Run | None, ev: Entry | None) -> Any:
        possible: list[Any] = []
        for test, value in rows:
            held = True if test is None else test(case, run, ev)
            if held is not False:
                possible.append(value)
            if held:
                break
        else:
            possible.append(NONE)
        return possible[0] if all(value == possible[0] for value in possible[1:]) else UNKNOWN

    return first


# --- facts and fields -------------------------------------------------------------------------------------------------


@compiles(model.FactTest)
def fact_test(node: model.FactTest, scope: Scope) -> Cond:
    """A test of a fact, a choice, or a decision made by rows."""
    name = node.name
    decision = scope.pack.decisions.get(name)
    parts = _conditions_of(decision, scope) if decision is not None else ()
    needs: tuple[str, ...] = ()
    if decision is not None:
        read, reads = decision_value(decision, scope), set(reads_of_all(parts))
    else:
        read, reads, needs = _plain_reader(name, scope), {f"fact.{name}"}, (name,)
    reads_of_test(node.test, reads, scope)
    edges = [*(part.edge for part in parts), edge_of_bounds(_moments_in(node.test), scope, _as_moments(read))]
    check = compile_test(node.test, scope, "")
    return Cond(
        lambda case, run, ev: check(read(case, run, ev), case, run, ev),
        node.label or f"{name} {words_of_test(node.test)}",
        frozenset(reads),
        earliest_edge(edges),
        parts,
        names=_what_is_missing(read, needs, node.test, name, scope),
        constant=_settled(node, scope),
    )


def _settled(node: model.FactTest, scope: Scope) -> bool | None:
    """What a test of a choice comes to that is settled for the whole rule."""
    name = node.name
    if name not in scope.choices or name in scope.settles or not scope.is_choice(name):
        return None
    if len(node.test.checks) != 1 or node.test.checks[0].op != "is":
        return None
    value, wanted = scope.choices[name], node.test.checks[0].value
    return None if isinstance(value, (tuple, Span)) else value in wanted  # type: ignore[operator]


def _plain_reader(name: str, scope: Scope) -> ValueOf:
    read = value_reader(name, scope)
    return lambda case, run, ev: read(case, run)


@compiles(model.FieldIs)
def _field_is(node: model.FieldIs, scope: Scope) -> Cond:
    field, of_event = node.field, node.of == "event"

    def read(case: Case, run: Run | None, ev: Entry | None) -> Any:
        source = ev if of_event else run.start_event if run is not None else None
        return UNKNOWN if source is None else source.values.get(field, UNKNOWN)

    name = f"{node.of}.{field}"
    reads: set[str] = set()
    reads_of_test(node.test, reads, scope)
    check = compile_test(node.test, scope, "")
    return Cond(
        lambda case, run, ev: check(read(case, run, ev), case, run, ev),
        node.label or f"{name} {words_of_test(node.test)}",
        frozenset(reads),
        edge_of_bounds(_moments_in(node.test), scope, _as_moments(read)),
        names=_what_is_missing(read, (name,), node.test, name, scope),
    )


def _what_is_missing(
    read: ValueOf, needs: tuple[str, ...], test: model.Test, name: str, scope: Scope
) -> Callable[[Case, Run | None, Entry | None], Iterable[str]]:
    """The value itself while nobody has told it, else what it is compared with."""
    others = names_in_test(test, name, scope)

    def names(case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
        value = read(case, run, ev)
        return needs if value is UNKNOWN else others(value, case, run, ev)

    return names


def reads_of_test(test: model.Test, into: set[str], scope: Scope) -> None:
    """What a test compares with, as the keys that the fold marks when something changes."""
    for check in test.checks:
        if check.op in COMPARE:
            reads_of_moment(check.value, into, scope)  # type: ignore[arg-type]
        elif isinstance(check.value, (model.FactValue, model.NamedSpan)):
            into.add(f"fact.{check.value.name}")
        elif isinstance(check.value, model.Test):
            reads_of_test(check.value, into, scope)


def _moments_in(test: model.Test) -> list[model.Moment]:
    found: list[model.Moment] = []
    for check in test.checks:
        if check.op in COMPARE:
            found.append(check.value)  # type: ignore[arg-type]
        elif isinstance(check.value, model.Test):
            found += _moments_in(check.value)
    return found


def _as_moments(read: ValueOf) -> Callable[[Case, Run | None, Entry | None], Iterable[At]]:
    def moments(case: Case, run: Run | None, ev: Entry | None) -> Iterable[At]:
        value = read(case, run, ev)
        if isinstance(value, int | tuple):
            yield value_at(case.zone, value, "date" if isinstance(value, int) else "moment")

    return moments


# --- age --------------------------------------------------------------------------------------------------------------

AgeCheck: TypeAlias = tuple[Callable[[int, int], Truth], Callable[[int], tuple[int, ...]]]
Given: TypeAlias = tuple[tuple[str, Any], ...]
_BIRTHDAYS: Final = 1024  # of so many birth dates the birthday is kept: that of one child is asked for again and again


@compiles(model.AgeIs)
def _age_is(node: model.AgeIs, scope: Scope) -> Cond:
    read = fact_reader("born", scope)
    limits = spans_by_name(node.test, scope)
    checks_for = cache(lambda given: tuple(_age_check(check, dict(given), scope) for check in node.test.checks))
    fixed = checks_for(tuple((name, UNKNOWN) for name, _ in limits))  # what cannot be asked is refused here
    only = fixed[0][0] if len(fixed) == 1 and not limits else None

    def checks_at(case: Case, run: Run | None) -> tuple[AgeCheck, ...]:
        return checks_for(given_now(limits, case, run)) if limits else fixed

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        born = read(case, run)
        if isinstance(born, Unknown):
            return None
        if only is not None:
            return only(born, case.day)
        return _all(holds(born, case.day) for holds, _ in checks_at(case, run))

    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        born = read(case, run)
        if isinstance(born, Unknown):
            return None
        days = [day for _, turn in checks_at(case, run) for day in turn(born) if day > case.day]
        return case.zone.midnight[min(days)] if days else None

    def names(case: Case, run: Run | None, ev: Entry | None) -> list[str]:
        untold = [name for name, limit in given_now(limits, case, run) if limit is UNKNOWN]
        return untold if isinstance(read(case, run), int) else ["born", *untold]

    words = node.label or f"age {words_of_test(node.test)}"
    reads = frozenset(("fact.born", *(f"fact.{name}" for name, _ in limits)))
    return Cond(asked, words, reads, edge, names=names)


def spans_by_name(test: model.Test, scope: Scope) -> tuple[tuple[str, SpanReader], ...]:
    """The choices and facts that a test takes its lengths from."""
    found: dict[str, SpanReader] = {}
    for check in test.checks:
        if isinstance(check.value, model.Test):
            found |= dict(spans_by_name(check.value, scope))
        elif isinstance(check.value, model.NamedSpan):
            found[check.value.name] = span_reader(check.value, scope)
    return tuple(found.items())


def given_now(limits: tuple[tuple[str, SpanReader], ...], case: Case, run: Run | None) -> Given:
    """The lengths that are given by name, as they are now; UNKNOWN or NONE where there is none."""
    return tuple((name, read(case, run)) for name, read in limits)


def _all(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return False if False in found else None if None in found else True


def _birthday(span: Span, scope: Scope) -> Callable[[int], int]:
    """The day on which one born on a day is so old; of so many hours, the day on which that is sure."""
    if not span.timed:
        return lru_cache(maxsize=_BIRTHDAYS)(day_adder(span, scope.calendars))
    later, zone = instant_adder(span, scope.calendars, scope.zone), scope.zone
    return lru_cache(maxsize=_BIRTHDAYS)(lambda born: zone.day_of(later(zone.midnight[born + 1] - 1)))


def _age_check(check: model.Check, given: dict[str, Any], scope: Scope) -> AgeCheck:
    """(does it hold for one born on a day, on a day; the days on which that turns)."""
    if isinstance(check.value, model.Test):
        inner = tuple(_age_check(part, given, scope) for part in check.value.checks)
        return (
            lambda born, day: negate(_all(holds(born, day) for holds, _ in inner)),
            lambda born: tuple(day for _, turn in inner for day in turn(born)),
        )
    span = given[check.value.name] if isinstance(check.value, model.NamedSpan) else check.value
    if span is UNKNOWN or span is NONE:
        truth = None if span is UNKNOWN else False
        return lambda born, day: truth, lambda born: ()
    if not isinstance(span, Span):
        raise PackError(f"an age is tested with at_least, over, at_most or under, not with {check.op}")
    birthday = _birthday(span, scope)
    holds = COMPARISONS[check.op]
    late = 1 if check.op in ("over", "at_most") else 0
    return (lambda born, day: holds(day, birthday(born)), lambda born: (birthday(born) + late,))
