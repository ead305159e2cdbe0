"""Moments, compiled: from each form in which a rule names one to a function of the case, the run and the event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, TypeAlias

from icpm_engine.calendars import Span, Zone, end_of
from icpm_engine.errors import CalendarEnds
from icpm_engine.moments.dues import due_moment, reached_before, settled
from icpm_engine.moments.scope import EVER, OPEN, MomentOf, Pending, Scope, fact_reader
from icpm_engine.moments.spans import adders_of, compile_span
from icpm_engine.rules import model
from icpm_engine.working import NONE, At, Case, Entry, Run, Unknown, at_day, at_instant, at_moment

Side: TypeAlias = Literal["back", "ahead"]
MomentCompiler: TypeAlias = Callable[[Any, Scope, Side], MomentOf]
MomentReads: TypeAlias = Callable[[Any, set[str], Scope], None]


def compile_moment(node: model.Moment, scope: Scope, side: Side = "ahead") -> MomentOf:
    """A function (case, run, event) -> At or Pending. `side` says whether an event name looks back or ahead."""
    return _COMPILERS[type(node)](node, scope, side)


def value_at(zone: Zone, value: Any, kind: str, told: int = 0) -> At:
    """A value of type date or moment as a moment; `told` is the entry that it was read from."""
    if kind == "date":
        return at_day(zone, value, told)
    day, minute = value
    return at_moment(zone, day, minute, told=told)


def _anchor(node: model.Anchor, scope: Scope, side: Side) -> MomentOf:
    word = node.word
    if word == "ever":
        return lambda case, run, ev: EVER if side == "back" else OPEN
    if word == "now":
        return lambda case, run, ev: at_instant(case.zone, case.now)
    if word == "event":
        return lambda case, run, ev: OPEN if ev is None else ev.at
    if word == "start":
        return lambda case, run, ev: OPEN if run is None else run.start
    if word == "origin":
        return lambda case, run, ev: OPEN if run is None else run.origin
    if word == "due":
        return lambda case, run, ev: OPEN if run is None else due_moment(case, run)
    if word == "previous.due":
        return lambda case, run, ev: OPEN if run is None else reached_before(case, run)
    return lambda case, run, ev: (run.previous.met or OPEN) if run is not None and run.previous else OPEN


def _field(node: model.FieldMoment, scope: Scope, side: Side) -> MomentOf:
    field = node.field
    of_event = node.of == "event"
    pending = Pending((f"{node.of}.{field}",), untold=True)

    def read(case: Case, run: Run | None, ev: Entry | None) -> At | Pending:
        source = ev if of_event else run.start_event if run is not None else None
        value = None if source is None else source.values.get(field)
        if source is None or value is None:
            return pending
        return value_at(case.zone, value, "date" if isinstance(value, int) else "moment", source.root)

    return read


def _day(node: model.DayMoment, scope: Scope, side: Side) -> MomentOf:
    at = at_day(scope.zone, node.day)
    return lambda case, run, ev: at


def _fact(node: model.FactMoment, scope: Scope, side: Side) -> MomentOf:
    name = node.name
    if scope.is_choice(name):
        if name not in scope.choices:
            open_choice = Pending((name,), undetermined=True)
            return lambda case, run, ev: open_choice
        settled = value_at(scope.zone, scope.choices[name], scope.pack.choices[name].type)
        return lambda case, run, ev: settled
    kind = scope.pack.facts[name].type
    own = scope.shares_instance(scope.pack.facts[name].per)
    read = fact_reader(name, scope)
    pending = Pending((name,), untold=True)

    def told(case: Case, run: Run | None, ev: Entry | None) -> At | Pending:
        value = read(case, run)
        if isinstance(value, Unknown):
            return OPEN if value is NONE else pending
        instance = run.instance if own and run is not None else None
        return value_at(case.zone, value, kind, case.told_by.get(name if instance is None else (name, instance), 0))

    return told


def ahead_of(entries: Iterable[Entry], run: Run | None) -> Iterator[Entry]:
    """Of some entries, those from the start of a run on, the start itself left out."""
    low = run.start.lo if run is not None else EVER.lo
    for entry in entries:
        if entry.at.hi >= low and (run is None or entry.root != run.start.entry):
            yield entry


def _state(node: model.StateMoment, scope: Scope, side: Side) -> MomentOf:
    lifecycle, state = node.lifecycle, node.state
    own = scope.shares_instance(scope.pack.lifecycles[lifecycle].per)

    def entered(case: Case, run: Run | None, ev: Entry | None) -> At | Pending:
        instance = run.instance if own and run is not None else None
        return case.since.get((lifecycle, instance, state), OPEN)

    return entered


def _last(at: At) -> tuple[int, int]:
    return at.lo, at.entry


def _duty(node: model.DutyMoment, scope: Scope, side: Side) -> MomentOf:
    keys = scope.duty_keys(node.duty)
    own = scope.shares_instance(scope.pack.duties[node.duty].per)
    met = node.what == "met"
    undetermined = Pending(scope.open_choices(node.duty), undetermined=True)

    def of_key(case: Case, key: str, run: Run | None) -> At | Pending:
        runs = [other for other in case.runs.get(key, ()) if not own or run is None or other.instance == run.instance]
        if not met:
            return (settled(case.zone, runs[-1].due) or due_moment(case, runs[-1])) if runs else OPEN
        return max((one.met for one in runs if one.met is not None), key=_last, default=OPEN)

    def latest(case: Case, run: Run | None, ev: Entry | None) -> At | Pending:
        first = of_key(case, keys[0], run)
        for key in keys[1:]:
            other = of_key(case, key, run)
            if isinstance(first, Pending) or isinstance(other, Pending):
                if first is not other:
                    return undetermined
            elif (first.lo, first.hi) != (other.lo, other.hi):
                return undetermined
        return first

    return latest


def side_within(node: model.Offset, side: Side) -> Side:
    """Where an event's name inside an offset looks: what lies after an event is counted from one that has happened."""
    return "back" if node.side == "after" else side


def _offset(node: model.Offset, scope: Scope, side: Side) -> MomentOf:
    base = compile_moment(node.moment, scope, side_within(node, side))
    span_of = compile_span(node.span, scope)
    adders = adders_of(scope, back=node.side == "before")

    def shifted(case: Case, run: Run | None, ev: Entry | None) -> At | Pending:
        at = base(case, run, ev)
        if isinstance(at, Pending):
            return at
        span = span_of(case, run)
        return span if isinstance(span, Pending) else adders.shift(case, span, at)

    return shifted if isinstance(node.span, Span) and not node.span.calendars else _covered(shifted)


def _covered(moment: MomentOf) -> MomentOf:
    """A count past the end of a calendar is a moment that nobody knows, never an event refused."""

    def covered(case: Case, run: Run | None, ev: Entry | None) -> At | Pending:
        try:
            return moment(case, run, ev)
        except CalendarEnds as ends:
            return Pending((ends.lacking,), undetermined=True)

    return covered


def _end_of(node: model.EndOf, scope: Scope, side: Side) -> MomentOf:
    unit, following = node.unit, node.next

    def end(case: Case, run: Run | None, ev: Entry | None) -> At | Pending:
        day = case.day
        if run is not None:  # a grid's run begins the day after the old due date (semantics 32)
            day = case.zone.day_of(run.floor + 1) if run.floor else run.start.day
        return at_day(case.zone, end_of(day, unit, next=following))

    return end


def _pick(node: model.Pick, scope: Scope, side: Side) -> MomentOf:
    moments = tuple(compile_moment(part, scope, side) for part in node.moments)
    earliest = node.which == "earliest"

    def pick(case: Case, run: Run | None, ev: Entry | None) -> At | Pending:
        found: list[At] = []
        for moment in moments:
            at = moment(case, run, ev)
            if isinstance(at, At):
                found.append(at)
            elif at.undetermined or not earliest:
                return at
        if not found:
            return OPEN
        return min(found, key=lambda at: at.hi) if earliest else max(found, key=lambda at: at.lo)

    return pick


_COMPILERS: dict[type, MomentCompiler] = {
    model.Anchor: _anchor,
    model.FieldMoment: _field,
    model.DayMoment: _day,
    model.FactMoment: _fact,
    model.StateMoment: _state,
    model.DutyMoment: _duty,
    model.Offset: _offset,
    model.EndOf: _end_of,
    model.Pick: _pick,
}


# Forms that rest on conditions, which are built on this module, are registered from there.
_READS: dict[type, MomentReads] = {}


def compiles_moment(kind: type, compiler: MomentCompiler, reads: MomentReads) -> None:
    """Register how a form of moment is compiled, and what it reads."""
    _COMPILERS[kind], _READS[kind] = compiler, reads


def reads_of_moment(node: model.Moment, into: set[str], scope: Scope) -> None:
    """What a moment depends on, as the keys that the fold marks when something changes."""
    if isinstance(node, model.FactMoment):
        into.add(f"fact.{node.name}")
    elif isinstance(node, model.StateMoment):
        into.add(f"state.{node.lifecycle}")
    elif isinstance(node, model.DutyMoment):
        into.add(f"duty.{node.duty}")
    elif isinstance(node, model.Offset):
        reads_of_moment(node.moment, into, scope)
        into |= scope.reads_of_span(node.span)
    elif isinstance(node, model.Pick):
        for part in node.moments:
            reads_of_moment(part, into, scope)
    elif type(node) in _READS:
        _READS[type(node)](node, into, scope)
