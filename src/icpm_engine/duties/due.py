"""By when: the due date of a run, with what it was reckoned from.

A compiled due date gives a `Due` tuple. Its trace is compact data (which leg, from which day, by which span, to which
day), enough to make the proof from later without the events.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import attrs

from icpm_engine.calendars import Span, day_adder, monday_to_friday, roll
from icpm_engine.conditions import Cond, compile_condition
from icpm_engine.errors import CalendarEnds
from icpm_engine.moments import Adders, Pending, Scope, compile_moment, compile_span, reads_of_moment
from icpm_engine.rules import model
from icpm_engine.working import NO_DATE, At, Case, Due, Run, at_day

_DUE: Final = tuple.__new__  # makes a Due without the call that fills in defaults
DueOf: TypeAlias = Callable[[Case, Run], Due]


@attrs.frozen(eq=False)
class CompiledDue:
    """The due date of one text of a duty: a function, what it reads, and when time alone may change its rows."""

    of: DueOf
    reads: frozenset[str]
    pinned: frozenset[str]
    """What its rows read once, at the start of a run."""
    conditions: tuple[Cond, ...]
    fixed: bool  # computed once, at the start: nothing that it reads can change


def compile_due(rows: model.Rows | None, scope: Scope) -> CompiledDue:
    """The rows of a due date as one function of the case and the run."""
    if rows is None:
        return CompiledDue(lambda case, run: NO_DATE, frozenset(), frozenset(), (), fixed=True)
    reads: set[str] = set()
    compiled: list[tuple[bool, Cond | None, DueOf]] = []
    numbering = LegNumbers()
    for row in rows.rows:
        condition = row.when or row.while_
        cond = compile_condition(condition, scope) if condition is not None else None
        if cond is not None and row.while_ is not None:
            reads |= cond.reads
        compiled.append((row.when is not None, cond, compile_leg(row.value, scope, numbering)))  # type: ignore[arg-type]
        reads_of_due(row.value, reads)  # type: ignore[arg-type]
    conditions = tuple(cond for pinned, cond, _ in compiled if cond is not None and not pinned)
    plain = len(compiled) == 1 and compiled[0][1] is None
    of = compiled[0][2] if plain else _first_row(tuple(compiled))
    reads = {key for key in reads if not key.startswith("fact.") or not scope.is_choice(key[5:])}
    guarded = plain and not isinstance(rows.rows[0].value, model.DuePick)
    return CompiledDue(
        of if guarded else _guarded(of),
        frozenset(reads),
        frozenset().union(*(cond.reads for pinned, cond, _ in compiled if cond is not None and pinned)),
        conditions,
        fixed=not reads and not conditions,
    )


def _is_endless(due: model.DueLeg) -> bool:
    """Whether it counts in no calendar of open days, which ends somewhere."""
    if due.rolls is not None or due.by or due.before:
        return False
    return all(isinstance(span, Span) and not span.calendars for span in due.within)


def _guarded(of: DueOf, number: int | None = None) -> DueOf:
    """A count past the end of a calendar makes the date undetermined, never the event refused."""

    def guarded(case: Case, run: Run) -> Due:
        try:
            return of(case, run)
        except CalendarEnds as ends:
            edge = f"after {ends.last_day}" if ends.first_day is None else f"before {ends.first_day}"
            return _waiting(number, (f"calendar {ends.calendar} {edge}",))

    return guarded


def _waiting(number: int | None, names: tuple[str, ...]) -> Due:
    """No date without something; the trace names the leg, if it is one."""
    return Due(None, None, () if number is None else ("pending", number, names), names)


def _first_row(rows: tuple[tuple[bool, Cond | None, DueOf], ...]) -> DueOf:
    pinned_rows = tuple(number for number, (pinned, _, _) in enumerate(rows) if pinned)

    def first(case: Case, run: Run) -> Due:
        if pinned_rows and (run.pins is None or pinned_rows[-1] not in run.pins):
            for number in pinned_rows:
                _ask(case, run, rows[number][1], number)  # type: ignore[arg-type]
        answers: list[Due] = []
        missing: set[str] = set()
        for number, (pinned, cond, of) in enumerate(rows):
            held = True if cond is None else _ask(case, run, cond, number if pinned else None)
            if held is False:
                continue
            answers.append(of(case, run))
            if held:
                break
            missing |= run.pins[number, "missing"] if pinned else cond.missing(case, run)  # type: ignore[index, union-attr]
        else:
            answers.append(NO_DATE)
        return _bounded(answers, tuple(sorted(missing))) if len(answers) > 1 else answers[0]

    return first


def _ask(case: Case, run: Run, cond: Cond, pin: int | None) -> bool | None:
    """A `when` row keeps the answer it had at the start of the run; a `while` row is asked again."""
    if pin is None:
        return cond.test(case, run, None)
    pins = run.pins
    if pins is None:
        pins = run.pins = {}
    if pin not in pins:
        pins[pin] = cond.test(case, run, run.start_event)
        if pins[pin] is None:
            pins[pin, "missing"] = cond.missing(case, run, run.start_event)
    held: bool | None = pins[pin]
    return held


def _bounded(answers: list[Due], missing: tuple[str, ...]) -> Due:
    """Several possible answers: all alike is an answer; else undetermined between the first and the last (27)."""
    first = answers[0]
    if all((due.at, due.latest, due.missing) == (first.at, first.latest, first.missing) for due in answers):
        return first
    dates = sorted({at for due in answers if due.at is not None for at in due.possible or (due.at,)})
    latest = [due.latest for due in answers]
    names = tuple(sorted({*missing, *(name for due in answers for name in due.missing)}))
    return Due(
        dates[0] if dates else None,
        None if None in latest else max(latest),  # type: ignore[type-var]
        ("rows", tuple(due.trace for due in answers)),
        names,
        all(due.sequence for due in answers),
        tuple(dates),
    )


# --- legs -------------------------------------------------------------------------------------------------------------


class LegNumbers:
    """Numbers the legs of a text in the order in which they are written, so that a trace can name one."""

    def __init__(self) -> None:
        self.last = -1

    def next(self) -> int:
        """The number of the next leg."""
        self.last += 1
        return self.last


def legs_of(due: model.Due) -> list[model.DueLeg]:
    """The legs of a due date in the order of their numbers."""
    if isinstance(due, model.DueLeg):
        return [due]
    if isinstance(due, model.DuePick):
        return [leg for part in due.legs for leg in legs_of(part)]
    return []


def compile_leg(due: model.Due, scope: Scope, numbering: LegNumbers) -> DueOf:
    """One due date without rows: a leg, open, or the earliest or latest of several."""
    if isinstance(due, model.DueOpen):
        stated = Due(None, None, ("open", due.word or ""))
        return lambda case, run: stated
    if isinstance(due, model.DuePick):
        return _pick(due, scope, numbering)
    number = numbering.next()
    strict = bool(due.before)
    spans = (_within(span, due, number, scope) for span in due.within)
    moments = (_until(moment, due, number, scope, strict=strict) for moment in due.before or due.by)
    leg = _series(tuple(spans) or tuple(moments))
    return leg if _is_endless(due) else _guarded(leg, number)


def _series(legs: tuple[DueOf, ...]) -> DueOf:
    """First run, second run, ..., the last one for all later runs."""
    if len(legs) == 1:
        return legs[0]
    last = len(legs) - 1
    return lambda case, run: legs[min(run.number - run.first, last)](case, run)


def _roller(due: model.DueLeg | model.DuePick, scope: Scope) -> Callable[[int], int] | None:
    if due.rolls is None or due.rolls_on is None:
        return None
    calendar = scope.calendars[due.rolls_on] if due.rolls_on else monday_to_friday()
    direction = due.rolls
    return lambda day: roll(day, calendar, direction)


def _within(span: model.SpanLike, due: model.DueLeg, number: int, scope: Scope) -> DueOf:
    """That long after the start."""
    rolled = _roller(due, scope)
    counter = _Grid(number, scope, first_day_counted=due.first_day_counted)
    if isinstance(span, Span) and not span.timed:
        return _plain_days(span, due, counter, scope, rolled)
    span_of = compile_span(span, scope)

    def within(case: Case, run: Run) -> Due:
        value = span_of(case, run)
        if isinstance(value, Pending):
            return _waiting(number, value.names)
        base, text, end = counter.count(case, run, value)
        counted = end.day
        if not value.timed and rolled is not None:
            end = at_day(case.zone, rolled(counted))
        exact = end.lo if value.timed else 0
        trace = ("within", number, base.day, base.entry or base.told, text, counted, end.day, exact)
        if value.timed and end.lo != end.hi:  # hours from a date-only start (semantics 38)
            return Due(end.lo, end.hi, trace, possible=(end.lo, end.hi))
        return Due(end.hi, end.hi, trace)

    return within


def _plain_days(
    span: Span, due: model.DueLeg, counter: _Grid, scope: Scope, rolled: Callable[[int], int] | None
) -> DueOf:
    """The commonest limit, in as few steps as it can be done."""
    add = day_adder(span, scope.calendars, first_day_counted=due.first_day_counted) if span.parts else _same
    midnight, text, number = scope.zone.midnight, str(span), counter.number

    def within(case: Case, run: Run) -> Due:
        start, words = run.start, text
        if run.grid is None:
            counted = day = add(start.day)
        else:
            start, words, end = counter.count(case, run, span)
            counted = day = end.day
        if rolled is not None:
            day = rolled(counted)
        at = midnight[day + 1] - 1
        trace = ("within", number, start.day, start.entry or start.told, words, counted, day, 0)
        return _DUE(Due, (at, at, trace, (), False, ()))

    return within


class _Grid:
    """Counts a span from the start of a run; in a grid from its origin, all the spans up to this run at once (32).

    31 January, 28 February, 31 March: a month end that was clamped once must not stay so.
    """

    def __init__(self, number: int, scope: Scope, *, first_day_counted: bool) -> None:
        self.number = number
        self.adders = Adders(scope, first_day_counted=first_day_counted)

    def count(self, case: Case, run: Run, span: Span) -> tuple[At, str, At]:
        """From which moment, which span, to which moment."""
        base, whole = run.start, span
        grid, previous = run.grid, run.previous
        if grid is None:
            return base, str(span), self.adders.shift(span, base)
        if span.word is not None and run.floor:
            base = at_day(case.zone, case.zone.day_of(run.floor + 1), base.entry or base.told)
        elif previous is not None and previous.grid is not None:
            before = previous.grid.get(self.number)
            if before is not None and before[2] == run.start.hi:  # what governed the run before was this very count
                both = joined(before[1], span)
                base, whole = (base, span) if both is None else (before[0], both)
        end = self.adders.shift(whole, base)
        grid[self.number] = (base, whole, end.hi)
        return base, str(whole), end


def joined(one: Span, other: Span) -> Span | None:
    """Two spans after one another as one, so that months are counted at once; None where they count other days."""
    if len({*one.calendars, *other.calendars}) > 1:
        return None
    parts = {(part.unit, part.calendar): part for part in one.parts}
    for part in other.parts:
        before = parts.get((part.unit, part.calendar))
        count = part.count if before is None else before.count + part.count
        parts[part.unit, part.calendar] = attrs.evolve(part, count=count)
    return Span(tuple(parts.values()))


def _same(day: int) -> int:
    return day


def _until(node: model.Moment, due: model.DueLeg, number: int, scope: Scope, *, strict: bool) -> DueOf:
    """`by M` and `before M`. The trace keeps the moment that the last span was counted from."""
    offset = node if isinstance(node, model.Offset) else None
    base = compile_moment(node if offset is None else offset.moment, scope)
    span_of = compile_span(offset.span, scope) if offset is not None else None
    back = offset is not None and offset.side == "before"
    adders = Adders(scope, back=back, first_day_counted=due.first_day_counted)
    rolled = _roller(due, scope)
    sequence = names_event(node)
    word = "before" if strict else "by"

    def until(case: Case, run: Run) -> Due:
        anchor = base(case, run, None)
        if isinstance(anchor, Pending):
            if anchor.undetermined:
                return _waiting(number, anchor.names)
            return Due(None, None, ("pending", number, anchor.names))
        end, text = anchor, ""
        if span_of is not None:
            span = span_of(case, run)
            if isinstance(span, Pending):
                return _waiting(number, span.names)
            end, text = adders.shift(span, anchor), str(span)
        counted = final = end.day
        at, latest = _edges(end, strict=strict, hours=bool(text))
        if rolled is not None and end.whole:  # rolling is last (semantics 37)
            counted = case.zone.day_of(at)
            final = rolled(counted)
            at = latest = case.zone.midnight[final + 1] - 1
        trace = (word, number, anchor.day, anchor.entry or anchor.told, text, counted, final, at)
        possible = (at, latest) if text and not end.whole and at != latest else ()
        return Due(at, latest, trace, sequence=sequence, possible=possible)

    return until


def _edges(end: At, *, strict: bool, hours: bool) -> tuple[int, int]:
    """The last instant surely in time, and the last that may be (semantics 4).

    By a moment whose hour is missing: surely up to the day before; by one that hours were counted to: a range.
    """
    if strict:
        return end.lo - 1, (end.lo if end.whole else end.hi) - 1
    return (end.hi if end.whole else end.lo if hours or end.lo == end.hi else end.lo - 1), end.hi


def names_event(node: model.Moment) -> bool:
    """Whether a leg names an event, so that too late for it is out of sequence."""
    if isinstance(node, model.Offset):
        return names_event(node.moment)
    return isinstance(node, model.EventMoment)


def _pick(due: model.DuePick, scope: Scope, numbering: LegNumbers) -> DueOf:
    legs = tuple(compile_leg(leg, scope, numbering) for leg in due.legs)
    earliest = due.which == "earliest"
    rolled = _roller(due, scope)

    def pick(case: Case, run: Run) -> Due:
        dues = [leg(case, run) for leg in legs]
        known = [d for d in dues if d.at is not None and not d.missing]
        missing = tuple(dict.fromkeys(name for d in dues for name in d.missing))
        traces = tuple(d.trace for d in dues)
        bounds = [d.latest for d in dues if d.latest is not None]
        if not known or (not earliest and len(known) < len(dues)):
            return Due(None, min(bounds, default=None) if earliest else None, (due.which, -1, traces), missing)
        chosen = min(known, key=_at) if earliest else max(known, key=_at)
        trace = (due.which, known.index(chosen), tuple(d.trace for d in known), traces)
        latest = min(bounds) if earliest else max(bounds)
        if missing:
            return Due(None, latest, trace, missing, chosen.sequence)
        day = case.zone.day_of(chosen.at or 0)
        if rolled is None or case.zone.midnight[day + 1] - 1 != chosen.at or chosen.at != latest:
            return Due(chosen.at, latest, trace, (), chosen.sequence, chosen.possible)
        day = rolled(day)
        at = case.zone.midnight[day + 1] - 1
        return Due(at, at, trace, (), chosen.sequence)

    return pick


def _at(due: Due) -> int:
    return due.at or 0


def reads_of_due(due: model.Due, into: set[str]) -> None:
    """What a due date depends on."""
    if isinstance(due, model.DuePick):
        for leg in due.legs:
            reads_of_due(leg, into)
    elif isinstance(due, model.DueLeg):
        for span in due.within:
            if isinstance(span, model.NamedSpan):
                into.add(f"fact.{span.name}")
        for moment in (*due.by, *due.before):
            reads_of_moment(moment, into)
