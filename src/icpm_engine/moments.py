"""Moments and bounds, compiled: from the words of a rule to a function of the case, the run and the event in hand.

A compiled moment gives an `At`, or a `Pending` that says why there is none yet: open (it has not happened, it was not
told) or undetermined (a choice that nobody settled).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

import attrs

from icpm_engine.calendars import Calendar, Span, Window, Zone, day_adder, end_of, instant_adder
from icpm_engine.rules import model
from icpm_engine.working import NONE, UNKNOWN, At, Case, Due, Entry, Run, Unknown, at_day, at_instant, at_moment

Side: TypeAlias = Literal["back", "ahead"]


class Pending:
    """No moment yet. `names`: facts and choices that would give it.

    `undetermined`: one of them is an open choice or span, so that what hangs on it is undetermined. `unknown`: that, or
    a fact that nobody told: no bound can be judged by it. Else it is known that there is none yet. `sure` and
    `last`: the last instants that surely and that perhaps lie before it, if they are known.
    """

    __slots__ = ("last", "names", "sure", "undetermined", "unknown")

    def __init__(
        self,
        names: tuple[str, ...] = (),
        *,
        undetermined: bool = False,
        untold: bool = False,
        sure: int | None = None,
        last: int | None = None,
    ) -> None:
        self.names = names
        self.sure = sure
        self.last = last
        self.undetermined = undetermined
        self.unknown = undetermined or untold


OPEN = Pending()
EVER = At(-(2**62), -(2**62), 1)

ReadingKeys: TypeAlias = Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]]
"""For each duty, the names under which its readings run, each with the value of every choice that is open."""

MomentOf: TypeAlias = Callable[[Case, Run | None, Entry | None], At | Pending]
MomentCompiler: TypeAlias = Callable[[Any, "Scope", Side], MomentOf]
MomentReads: TypeAlias = Callable[[Any, set[str], "Scope"], None]
SpanOf: TypeAlias = Callable[[Case, Run | None], Span | Pending]


class Remembered:
    """What the rules of a pack ask about a case's past: noted while they are compiled, kept while a case is folded.

    `held`: conditions that leave no log of their own, with the field of their instances. `marks`: rules look at a case
    as an event left it.
    """

    __slots__ = ("held", "marks")

    def __init__(self) -> None:
        self.held: dict[Any, tuple[Any, str | None]] = {}  # a conditions.Cond; named loosely, since it builds on this
        self.marks = False


@attrs.frozen
class Scope:
    """What a rule's words mean while it is compiled: the pack, one reading of the choices, its own instance field.

    `choices` holds the value of every choice that is settled, or fixed by this `reading`; a choice that it lacks is
    open. `settles` is for rules that have no start: (from day, value) of a choice, newest first. `keys` gives, for each
    duty, the names under which its readings run in the fold. `past`: it is asked how things stood, not how they stand.
    """

    pack: model.RulePack
    zone: Zone
    choices: Mapping[str, Any] = attrs.Factory(dict)
    per: str | None = None
    keys: ReadingKeys = attrs.Factory(dict)
    reading: Mapping[str, Any] = attrs.Factory(dict)
    settles: Mapping[str, tuple[tuple[int, Any], ...]] = attrs.Factory(dict)
    past: bool = False
    remembered: Remembered = attrs.field(factory=Remembered, eq=False)

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """Open-day calendars by the adjective that spans use."""
        return self.pack.calendars

    @property
    def windows(self) -> Mapping[str, Window]:
        """Opening hours and seasons by name."""
        return self.pack.windows

    def is_choice(self, name: str) -> bool:
        """Whether the name is a choice rather than a fact or a decision."""
        return name in self.pack.choices

    def shares_instance(self, per: str | None) -> bool:
        """Whether something kept per instance is reached through this rule's own instance."""
        return per is not None and per == self.per

    def duty_keys(self, duty: str) -> tuple[str, ...]:
        """The names under which those readings of a duty run that do not contradict this one."""
        found = self.keys.get(duty, ((duty, {}),))
        own = self.reading
        return tuple(key for key, other in found if all(own.get(name, value) == value for name, value in other.items()))

    def open_choices(self, duty: str) -> tuple[str, ...]:
        """The choices in which the readings of a duty differ."""
        return tuple(dict.fromkeys(name for _, reading in self.keys.get(duty, ()) for name in reading))


def fact_reader(name: str, scope: Scope) -> Callable[[Case, Run | None], Any]:
    """How the value of a fact is read: by the rule's own instance where both are kept per the same field."""
    fact = scope.pack.facts[name]
    initial = UNKNOWN if fact.initial is None else NONE if fact.initial == "none" else fact.initial
    if fact.per is None:
        return lambda case, run: case.facts.get(name, initial)
    if scope.shares_instance(fact.per):

        def of_instance(case: Case, run: Run | None) -> Any:
            told = case.facts.get(name)
            return initial if told is None or run is None else told.get(run.instance, initial)

        return of_instance

    def of_latest(case: Case, run: Run | None) -> Any:
        told = case.facts.get(name)
        return next(reversed(told.values()), initial) if told else initial

    return of_latest


# --- spans ------------------------------------------------------------------------------------------------------------


def compile_span(span: model.SpanLike, scope: Scope) -> SpanOf:
    """A span as written, or the value of a choice or fact of type span."""
    if isinstance(span, Span):
        return lambda case, run: span
    name = span.name
    if scope.is_choice(name):
        value = scope.choices.get(name, Pending((name,), undetermined=True))
        return lambda case, run: value
    read = fact_reader(name, scope)
    pending = Pending((name,), undetermined=True)

    def told(case: Case, run: Run | None) -> Span | Pending:
        value = read(case, run)
        return pending if isinstance(value, Unknown) else value

    return told


class Adders:
    """Adders by span, made once: a span that a choice or a fact gives is known only while the fold runs."""

    def __init__(self, scope: Scope, *, back: bool = False, first_day_counted: bool = False) -> None:
        self.scope = scope
        self.back = back
        self.first_day_counted = first_day_counted
        self.days: dict[Span, Callable[[int], int]] = {}
        self.instants: dict[Span, Callable[[int], int]] = {}

    def day(self, span: Span) -> Callable[[int], int]:
        """The adder of a span in whole days; a span of words ("same day") adds nothing."""
        adder = self.days.get(span)
        if adder is None:
            if span.word is not None:
                return _same
            adder = day_adder(span, self.scope.calendars, back=self.back, first_day_counted=self.first_day_counted)
            self.days[span] = adder
        return adder

    def instant(self, span: Span) -> Callable[[int], int]:
        """The adder of a span in hours or minutes."""
        adder = self.instants.get(span)
        if adder is None:
            adder = instant_adder(span, self.scope.calendars, self.scope.zone, back=self.back)
            self.instants[span] = adder
        return adder

    def shift(self, span: Span, at: At) -> At:
        """A moment moved by a span: a whole day for spans in days, else as exact as the moment is."""
        if span.timed:
            move = self.instant(span)
            low = move(at.lo)
            high = low if at.hi == at.lo else move(at.hi)
            return At(low, high, self.scope.zone.day_of(low), told=at.entry or at.told)
        return at_day(self.scope.zone, self.day(span)(at.day), at.entry or at.told)


def _same(day: int) -> int:
    return day


# --- moments ----------------------------------------------------------------------------------------------------------


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


def reached_before(case: Case, run: Run) -> At | Pending:
    """When the run before was due; of one that has been met it is reckoned only now, since few rules ask for it."""
    found = run.previous_due
    if found is None and run.previous is not None and run.previous.met is not None:
        found = run.previous_due = settled(case.zone, run.previous.due)
    return OPEN if found is None else found


def due_moment(case: Case, run: Run) -> At | Pending:
    """The due moment of a run as a moment: the whole day where the limit is in days, a range where it may be either."""
    due = run.due
    if due.missing:
        return Pending(due.missing, undetermined=True, sure=due.at, last=due.latest)
    if due.at is None or due.latest is None:
        return OPEN
    day = case.zone.day_of(due.at)
    if due.at == due.latest == case.zone.midnight[day + 1] - 1:
        return at_day(case.zone, day)
    return At(due.at, due.latest, day)


def settled(zone: Zone, due: Due) -> At | None:
    """The due moment that the next run of a series counts from: the day, before it was rolled, or the instant (37).

    Of several possible dates it is the last. None while there is no date.
    """
    if due.at is None:
        return None
    if due.trace[0] == "within" and not due.trace[7]:  # whole days: most limits
        return at_day(zone, due.trace[5])
    rows = due.trace[0] == "rows"
    last = due.possible[-1] if rows else due.at
    day = zone.day_of(last)
    if last != zone.midnight[day + 1] - 1:
        return At(last, due.latest or last, day)
    traces = due.trace[1] if rows else (due.trace,)
    return at_day(zone, max((found for trace in traces if (found := _unrolled(zone, trace)) is not None), default=day))


def _unrolled(zone: Zone, trace: Any) -> int | None:
    """The day that a trace came to, before it was rolled."""
    if trace is None:
        return None
    if trace[0] in ("earliest", "latest"):
        return _unrolled(zone, trace[2][trace[1]]) if trace[1] >= 0 else None
    if trace[0] == "within":
        return int(trace[5])
    if trace[0] in ("by", "before"):
        return zone.day_of(int(trace[7])) - int(trace[6] - trace[5])
    return None


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
    adders = Adders(scope, back=node.side == "before")

    def shifted(case: Case, run: Run | None, ev: Entry | None) -> At | Pending:
        at = base(case, run, ev)
        if isinstance(at, Pending):
            return at
        span = span_of(case, run)
        return span if isinstance(span, Pending) else adders.shift(span, at)

    return shifted


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


# --- bounds -----------------------------------------------------------------------------------------------------------

Within: TypeAlias = Callable[[Case, Run | None, Entry | None, At], bool | None]


def is_before(at: At, edge: At) -> bool | None:
    """Earlier than the edge; unknown where only a missing hour would tell.

    An event is not earlier than itself (semantics 3). A date is a whole day: before it means the day before (4).
    """
    if at.entry and at.entry == edge.entry:
        return False
    first = at.hi if at.whole else at.lo
    last = edge.lo if edge.whole else edge.hi
    return True if at.hi < edge.lo else False if first >= last else None


def is_from_start(at: At, start: At) -> bool | None:
    """From the start's own day on if either hour is missing, else from its hour on (semantics 5)."""
    return at.lo >= start.lo if at.lo == at.hi and start.lo == start.hi else at.day >= start.day


def is_after(at: At, edge: At) -> bool | None:
    """Later than the edge."""
    return is_before(edge, at)


def is_since(at: At, edge: At) -> bool | None:
    """From the edge on."""
    before = is_before(at, edge)
    return None if before is None else not before


def is_by(at: At, edge: At) -> bool | None:
    """Up to and with the edge."""
    after = is_before(edge, at)
    return None if after is None else not after


COMPARE: dict[str, Callable[[At, At], bool | None]] = {
    "since": is_since,
    "after": is_after,
    "by": is_by,
    "before": is_before,
}


def bound_edges(bounds: model.Bounds, scope: Scope) -> list[tuple[Callable[[At, At], bool | None], MomentOf, bool]]:
    """The edges of bounds: how a moment is compared with each, the edge itself, and whether it is a lower one."""
    edges: list[tuple[Callable[[At, At], bool | None], MomentOf, bool]] = []
    for word, side in (("since", "back"), ("after", "back"), ("by", "ahead"), ("before", "ahead")):
        node = getattr(bounds, word)
        if node is not None:
            compare = is_from_start if word == "since" and node == model.Anchor("start") else COMPARE[word]
            edges.append((compare, compile_moment(node, scope, side), side == "back"))  # type: ignore[arg-type]
    return edges


def compile_bounds(bounds: model.Bounds, scope: Scope) -> Within | None:
    """A function (case, run, event, at) -> true, false or unknown: is the moment within the bounds? None: no bounds.

    What has not happened, or is known to be absent, begins nothing and ends nothing: as a lower bound it excludes
    everything, as an upper one nothing. A fact that nobody told or a choice that nobody settled makes it unknown.
    """
    edges = bound_edges(bounds, scope)
    if not edges:
        return None

    def within(case: Case, run: Run | None, ev: Entry | None, at: At) -> bool | None:
        result: bool | None = True
        for compare, moment, lower in edges:
            edge = moment(case, run, ev)
            held = compare(at, edge) if isinstance(edge, At) else _without_edge(edge, at, lower=lower)
            if held is False:
                return False
            if held is None:
                result = None
        return result

    return within


def _without_edge(edge: Pending, at: At, *, lower: bool) -> bool | None:
    if not lower and edge.sure is not None and at.hi <= edge.sure:
        return True
    if not lower and edge.last is not None and at.lo > edge.last:
        return False
    return None if edge.unknown else not lower


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
        if isinstance(node.span, model.NamedSpan):
            into.add(f"fact.{node.span.name}")
    elif isinstance(node, model.Pick):
        for part in node.moments:
            reads_of_moment(part, into, scope)
    elif type(node) in _READS:
        _READS[type(node)](node, into, scope)


def choices_in(names: Container[str], pack: model.RulePack) -> tuple[str, ...]:
    """Those of some names that are choices."""
    return tuple(name for name in pack.choices if name in names)
