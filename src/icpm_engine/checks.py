"""Tests of one value and of an event's fields, compiled: three-valued like every condition.

A value that nobody told is unknown; one that is known to be absent fails every test but `lacks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from icpm_engine.calendars import Span, compare
from icpm_engine.moments import COMPARE, Pending, Scope, compile_moment, fact_reader, value_at
from icpm_engine.rules import model
from icpm_engine.rules.wording import words_of_where
from icpm_engine.working import NONE, UNKNOWN, Case, Entry, Run

Truth: TypeAlias = bool | None
ValueCheck: TypeAlias = Callable[[Any, Case, Run | None, Entry | None], Truth]
EventTest: TypeAlias = Callable[[Entry, Case, Run | None], Truth]
NamesOfTest: TypeAlias = Callable[[Any, Case, Run | None, Entry | None], list[str]]
SpanReader: TypeAlias = Callable[[Case, Run | None], Any]
Lacks: TypeAlias = Callable[[Entry, Case, Run | None], list[str]]


# --- tests of a value -------------------------------------------------------------------------------------------------

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda value, limit: bool(value >= limit),
    "over": lambda value, limit: bool(value > limit),
    "at_most": lambda value, limit: bool(value <= limit),
    "under": lambda value, limit: bool(value < limit),
}


def compile_test(test: model.Test, scope: Scope, kind: str) -> ValueCheck:
    """A test as a function (value, case, run, event) -> truth; the value may be UNKNOWN or NONE."""
    checks = tuple(_compile_check(check, scope, kind) for check in test.checks)
    if len(checks) == 1:
        return checks[0]

    def every(value: Any, case: Case, run: Run | None, ev: Entry | None) -> Truth:
        result: Truth = True
        for check in checks:
            held = check(value, case, run, ev)
            if held is False:
                return False
            if held is None:
                result = None
        return result

    return every


def _compile_check(check: model.Check, scope: Scope, kind: str) -> ValueCheck:
    op, wanted = check.op, check.value
    if op == "known":
        return lambda value, case, run, ev: (value is not UNKNOWN) is wanted
    if op == "not":
        inner = compile_test(wanted, scope, kind)  # type: ignore[arg-type]
        return lambda value, case, run, ev: negate(inner(value, case, run, ev))
    if op == "is":
        return _when_told(_equals_one_of(wanted), absent="none" in wanted)  # type: ignore[arg-type, operator]
    if op == "same":
        return _same_as(wanted, scope)
    if op == "includes":
        return _when_told(lambda value: all(item in _items(value) for item in wanted), absent=False)  # type: ignore[attr-defined]
    if op == "lacks":
        return _when_told(lambda value: any(item not in _items(value) for item in wanted), absent=True)  # type: ignore[attr-defined]
    if op == "weekday":
        return _when_told(lambda value: (_day_of(value) - 1) % 7 in wanted, absent=False)  # type: ignore[operator]
    if op in COMPARE:
        return _against_moment(op, wanted, scope, kind)
    return _against_limit(op, wanted, scope)


def _against_limit(op: str, limit: Any, scope: Scope) -> ValueCheck:
    if isinstance(limit, (Span, model.NamedSpan)):
        return _against_span(op, span_reader(limit, scope))
    holds = COMPARISONS[op]
    return _when_told(lambda value: holds(value, limit), absent=False)


def _items(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _day_of(value: Any) -> int:
    return value if isinstance(value, int) else value[0]


def negate(truth: Truth) -> Truth:
    """Not; unknown stays unknown."""
    return None if truth is None else not truth


def _equals_one_of(values: tuple[Any, ...]) -> Callable[[Any], Truth]:
    if any(isinstance(value, Span) for value in values):
        return _as_long_as_one_of(values)
    if len(values) == 1:
        only = values[0]
        return lambda value: bool(value == only) or (isinstance(value, tuple) and only in value)
    return lambda value: value in values or (isinstance(value, tuple) and any(item in values for item in value))


def _as_long_as_one_of(spans: tuple[Any, ...]) -> Callable[[Any], Truth]:
    def holds(value: Span) -> Truth:
        truths = [compare("is", value, span) for span in spans if isinstance(span, Span)]
        return True if True in truths else None if None in truths else False

    return holds


def _against_span(op: str, limit: SpanReader) -> ValueCheck:
    def check(value: Any, case: Case, run: Run | None, ev: Entry | None) -> Truth:
        if value is UNKNOWN:
            return None
        span = limit(case, run)
        if value is NONE or span is NONE:
            return False
        return None if span is UNKNOWN else compare(op, value, span)

    return check


def span_reader(span: object, scope: Scope) -> SpanReader:
    """A span as written, or what a choice or a fact of type span says."""
    return value_reader(span.name, scope) if isinstance(span, model.NamedSpan) else lambda case, run: span


def _when_told(holds: Callable[[Any], Truth], *, absent: bool) -> ValueCheck:
    def check(value: Any, case: Case, run: Run | None, ev: Entry | None) -> Truth:
        if value is UNKNOWN:
            return None
        return absent if value is NONE else holds(value)

    return check


def _same_as(other: Any, scope: Scope) -> ValueCheck:
    read = _read_other(other, scope)

    def same(value: Any, case: Case, run: Run | None, ev: Entry | None) -> Truth:
        wanted = read(case, run, ev)
        return None if wanted is UNKNOWN or value is UNKNOWN else _alike(value, wanted)

    return same


def _read_other(other: Any, scope: Scope) -> Callable[[Case, Run | None, Entry | None], Any]:
    """How the value that another is compared with is read: a fact or choice, or a field of an event."""
    if not isinstance(other, model.FieldValue):
        read = value_reader(other.name, scope)
        return lambda case, run, ev: read(case, run)
    of_event, field = other.of == "event", other.field

    def of_field(case: Case, run: Run | None, ev: Entry | None) -> Any:
        source = ev if of_event else run.start_event if run is not None else None
        return UNKNOWN if source is None else source.values.get(field, UNKNOWN)

    return of_field


def _alike(value: Any, other: Any) -> Truth:
    """Whether two values are equal; a date and a moment are where they have the same day, spans where as long."""
    if isinstance(value, Span) and isinstance(other, Span):
        return compare("is", value, other)
    dates = (type(value), type(other))
    return bool(_day_of(value) == _day_of(other)) if dates in ((int, tuple), (tuple, int)) else bool(value == other)


def _against_moment(op: str, node: Any, scope: Scope, kind: str) -> ValueCheck:
    moment = compile_moment(node, scope, "back" if op in ("since", "after") else "ahead")
    holds = COMPARE[op]

    def check(value: Any, case: Case, run: Run | None, ev: Entry | None) -> Truth:
        if value is UNKNOWN:
            return None
        if value is NONE:
            return False
        edge = moment(case, run, ev)
        if isinstance(edge, Pending):  # what has not come begins nothing and ends nothing
            return None if edge.unknown else op in ("by", "before")
        return holds(value_at(case.zone, value, "date" if isinstance(value, int) else "moment"), edge)

    return check


def names_in_test(test: model.Test, name: str, scope: Scope) -> NamesOfTest:
    """What would tell, beside the tested value itself, while a test of it is unknown."""
    checks = list(_checks_in(test))
    moments = [
        compile_moment(check.value, scope, "back" if check.op in ("since", "after") else "ahead")  # type: ignore[arg-type]
        for check in checks
        if check.op in COMPARE
    ]
    values = (check.value for check in checks)
    others = [(one.name, value_reader(one.name, scope)) for one in values if isinstance(one, _NAMED)]
    fields = [check.value for check in checks if isinstance(check.value, model.FieldValue)]
    unsure = _names_of_spans(checks, scope)

    def names(value: Any, case: Case, run: Run | None, ev: Entry | None) -> list[str]:
        found = [other for other, read in others if read(case, run) is UNKNOWN]
        for one in fields:
            source = ev if one.of == "event" else run.start_event if run is not None else None
            found += [] if source is not None and one.field in source.values else [f"{one.of}.{one.field}"]
        edges = [moment(case, run, ev) for moment in moments]
        found += [pending for edge in edges if isinstance(edge, Pending) for pending in edge.names]
        found += unsure(value, case, run, ev) if isinstance(value, Span) else []
        return found or ([f"the hour of {name}"] if moments else [])

    return names


_NAMED = (model.FactValue, model.NamedSpan)


def _names_of_spans(checks: list[model.Check], scope: Scope) -> NamesOfTest:
    """The lengths of which nobody can say which is the longer: a month and 30 days."""
    readers: list[tuple[str, Callable[[Case, Run | None, Entry | None], Any]]] = []
    for check in checks:
        if check.op == "is":
            readers += [("is", _always(one)) for one in check.value if isinstance(one, Span)]  # type: ignore[attr-defined]
        elif check.op == "same":
            readers.append(("is", _read_other(check.value, scope)))
        elif check.op in COMPARISONS:
            limit = span_reader(check.value, scope)
            readers.append((check.op, lambda case, run, ev, limit=limit: limit(case, run)))  # type: ignore[misc]

    def names(value: Any, case: Case, run: Run | None, ev: Entry | None) -> list[str]:
        spans = [(op, read(case, run, ev)) for op, read in readers]
        unsure = [span for op, span in spans if isinstance(span, Span) and compare(op, value, span) is None]
        return [f"how {value} compares with {span}" for span in unsure]

    return names


def _always(value: object) -> Callable[[Case, Run | None, Entry | None], Any]:
    return lambda case, run, ev: value


def _checks_in(test: model.Test) -> Iterator[model.Check]:
    for check in test.checks:
        yield check
        if isinstance(check.value, model.Test):
            yield from _checks_in(check.value)


# --- tests of an event's fields ---------------------------------------------------------------------------------------


def compile_where(node: model.WherePart, scope: Scope) -> EventTest:
    """Tests of an event's fields as a function (event, case, run) -> truth; a field that is not there is unknown."""
    if isinstance(node, model.FieldTest):
        return _field_test(node, scope)
    parts = tuple(compile_where(part, scope) for part in node.parts)
    if node.how == "not":
        inner = parts[0]
        return lambda ev, case, run: negate(inner(ev, case, run))
    if len(parts) == 1:
        return parts[0]
    decisive = node.how == "any"

    def combined(ev: Entry, case: Case, run: Run | None) -> Truth:
        result: Truth = not decisive
        for part in parts:
            held = part(ev, case, run)
            if held is decisive:
                return decisive
            if held is None:
                result = None
        return result

    return combined


def _field_test(node: model.FieldTest, scope: Scope) -> EventTest:
    field = node.field
    checks = node.test.checks
    if len(checks) == 1 and checks[0].op == "is" and len(checks[0].value) == 1:  # type: ignore[arg-type]
        only = checks[0].value[0]  # type: ignore[index]
        if isinstance(only, str):

            def equals(ev: Entry, case: Case, run: Run | None) -> Truth:
                value = ev.values.get(field)
                return None if value is None else value == only or (isinstance(value, tuple) and only in value)

            return equals
    check = compile_test(node.test, scope, "text")
    if field == "barred":  # every event has it: whether a bar forbade the event (semantics 45)
        return lambda ev, case, run: check(_barred(ev, case), case, run, ev)
    return lambda ev, case, run: check(ev.values.get(field, UNKNOWN), case, run, ev)


def _barred(ev: Entry, case: Case) -> bool:
    return any(kind == "barred" and entry == ev.entry for kind, _, entry, _, _ in case.findings)


def compile_lacks(node: model.WherePart, scope: Scope) -> Lacks:
    """What an event lacks of what it must show: labels, missing items of a list, or the test in words."""
    holds, names_of = compile_where(node, scope), _lacks(node, scope)
    return lambda ev, case, run: [] if holds(ev, case, run) is True else names_of(ev, case, run)


def _lacks(node: model.WherePart, scope: Scope) -> Lacks:
    if isinstance(node, model.FieldTest):
        for check in node.test.checks:
            if check.op == "includes":
                return _items_lacking(node.field, check.value)  # type: ignore[arg-type]
    elif not node.label and node.how == "all":
        parts = tuple(compile_lacks(part, scope) for part in node.parts)
        return lambda ev, case, run: [name for lacks in parts for name in lacks(ev, case, run)]
    words = node.label or words_of_where(node)
    return lambda ev, case, run: [words]


def _items_lacking(field: str, wanted: Iterable[str]) -> Lacks:
    def lacking(ev: Entry, case: Case, run: Run | None) -> list[str]:
        held = _items(ev.values.get(field, ()))
        return [item for item in wanted if item not in held]

    return lacking


def untold(node: model.WherePart, ev: Entry, case: Case, run: Run | None, scope: Scope) -> list[str]:
    """The fields, facts and choices for want of which it is unknown whether an event is meant."""
    if compile_where(node, scope)(ev, case, run) is not None:
        return []
    if isinstance(node, model.FieldTest):
        name = f"{ev.kind}.{node.field}"
        if node.field not in ev.values:
            return [name]
        return names_in_test(node.test, name, scope)(ev.values[node.field], case, run, ev)
    return [name for part in node.parts for name in untold(part, ev, case, run, scope)]


def value_reader(name: str, scope: Scope) -> Callable[[Case, Run | None], Any]:
    """How a fact or a choice is read as a value; a choice that nobody settled is unknown."""
    if scope.is_choice(name):
        value = scope.choices.get(name, UNKNOWN)
        dated = scope.settles.get(name)
        if dated is None:
            return lambda case, run: value
        return lambda case, run: next((held for day, held in dated if day <= case.day), UNKNOWN)
    return fact_reader(name, scope)
