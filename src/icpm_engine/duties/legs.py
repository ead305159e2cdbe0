"""One leg of a due date: that long after the start, by or before a moment, or the earliest or latest of several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import attrs

from icpm_engine.calendars import Span, day_adder, monday_to_friday, roll
from icpm_engine.duties.pausing import OWN_CLOCK, Counted, PausedCounts
from icpm_engine.errors import CalendarEnds, PackError
from icpm_engine.moments import (
    Pending,
    Scope,
    adders_of,
    compile_moment,
    compile_span,
    reached_before,
    reads_of_moment,
    side_within,
)
from icpm_engine.rules import model
from icpm_engine.rules.wording import words_of_moment
from icpm_engine.working import At, Case, Due, Run, at_day

_DUE: Final = tuple.__new__  # makes a Due without the call that fills in defaults
DueOf: TypeAlias = Callable[[Case, Run], Due]
Roll: TypeAlias = Callable[[Case, int], int]


def _is_endless(due: model.DueLeg) -> bool:
    """Whether it counts in no calendar of open days, which ends somewhere."""
    if due.rolls is not None or due.by or due.before:
        return False
    return all(isinstance(span, Span) and not span.calendars for span in due.within)


def guarded_due(of: DueOf, number: int | None = None) -> DueOf:
    """A count past the end of a calendar makes the date undetermined, never the event refused.

    A day that would roll on from there is no earlier than it stands.
    """

    def of_covered_days(case: Case, run: Run) -> Due:
        try:
            return of(case, run)
        except CalendarEnds as ends:
            waiting = _waiting(number, (ends.lacking,))
            if ends.unrolled is None:
                return waiting
            at = case.zone.midnight[ends.unrolled + 1] - 1
            return waiting._replace(at=at, possible=(at,))

    return of_covered_days


def _waiting(number: int | None, names: tuple[str, ...]) -> Due:
    """No date without something; the trace names the leg, if it is one."""
    return Due(None, None, () if number is None else ("pending", number, names), names)


class LegNumbers:
    """Numbers the legs of a text in the order in which they are written, so that a trace can name one.

    `pausing`: the clock of the text may stand still.
    """

    def __init__(self, *, pausing: bool = False) -> None:
        self.last = -1
        self.pausing = pausing

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
    pausing = numbering.pausing
    spans = (_within(span, due, number, scope, pausing=pausing) for span in due.within)
    moments = (_until(moment, due, number, scope, strict=strict, pausing=pausing) for moment in due.before or due.by)
    leg = _series(tuple(spans) or tuple(moments))
    return leg if _is_endless(due) else guarded_due(leg, number)


def _series(legs: tuple[DueOf, ...]) -> DueOf:
    """First run, second run, ..., the last one for all later runs."""
    if len(legs) == 1:
        return legs[0]
    last = len(legs) - 1
    return lambda case, run: legs[min(run.number - run.first, last)](case, run)


def _roller(due: model.DueLeg | model.DuePick, scope: Scope) -> Roll | None:
    if due.rolls is None or due.rolls_on is None:
        return None
    calendar = scope.calendars[due.rolls_on] if due.rolls_on else monday_to_friday()
    direction, news = due.rolls, calendar.news

    def rolled(case: Case, day: int) -> int:
        try:
            return roll(day, calendar.known_on(case.news_day) if news else calendar, direction)
        except CalendarEnds as ends:
            ends.unrolled = day if direction == "next" and ends.first_day is None else None
            raise

    return rolled


def _within(span: model.SpanLike, due: model.DueLeg, number: int, scope: Scope, *, pausing: bool) -> DueOf:
    """That long after the start."""
    rolled = _roller(due, scope)
    counter = _Grid(number, scope, first_day_counted=due.first_day_counted)
    if pausing:
        return _within_paused(span, due, counter, scope)
    if isinstance(span, Span) and not span.timed and not scope.learned_late.intersection(span.calendars):
        return _plain_days(span, due, counter, scope, rolled)
    span_of = compile_span(span, scope)

    def within(case: Case, run: Run) -> Due:
        value = span_of(case, run)
        if isinstance(value, Pending):
            return _waiting(number, value.names)
        base, text, end = counter.count(case, run, value)
        counted = end.day
        if not value.timed and rolled is not None:
            end = at_day(case.zone, rolled(case, counted))
        exact = end.lo if value.timed else 0
        trace = ("within", number, base.day, base.entry or base.told, text, counted, end.day, exact)
        if value.timed and end.lo != end.hi:  # hours from a date-only start (semantics 38)
            return Due(end.lo, end.hi, trace, possible=(end.lo, end.hi))
        return Due(end.hi, end.hi, trace)

    return within


def _plain_days(span: Span, due: model.DueLeg, counter: _Grid, scope: Scope, rolled: Roll | None) -> DueOf:
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
            day = rolled(case, counted)
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
        self.adders = adders_of(scope, first_day_counted=first_day_counted)

    def count(self, case: Case, run: Run, span: Span) -> tuple[At, str, At]:
        """From which moment, which span, to which moment."""
        base, whole = self.base(case, run, span)
        end = self.adders.shift(case, whole, base)
        if run.grid is not None:
            run.grid[self.number] = (base, whole, end.hi)
        return base, str(whole), end

    def base(self, case: Case, run: Run, span: Span) -> tuple[At, Span]:
        """From which moment which span is counted."""
        base, previous = run.start, run.previous
        if run.grid is None:
            return base, span
        if span.word is not None and run.floor:
            return at_day(case.zone, case.zone.day_of(run.floor + 1), base.entry or base.told), span
        if previous is not None and previous.grid is not None:
            before = previous.grid.get(self.number)
            same = previous.text is run.text or previous.text.text.due == run.text.text.due
            if same and before is not None and before[2] == run.start.hi:  # this very count governed the run before
                both = joined(before[1], span)
                return (base, span) if both is None else (before[0], both)
        return base, span


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


def _until(
    node: model.Moment, due: model.DueLeg, number: int, scope: Scope, *, strict: bool, pausing: bool = False
) -> DueOf:
    """`by M` and `before M`. The trace keeps the moment that the last span was counted from."""
    if pausing and isinstance(node, model.Offset) and _is_after_start(node):
        return _until_paused(node, due, number, scope, strict=strict)
    if pausing:
        _refuse_hidden(node, due)
    offset = node if isinstance(node, model.Offset) else None
    side = "ahead" if offset is None else side_within(offset, "ahead")
    base = compile_moment(node if offset is None else offset.moment, scope, side)
    span_of = compile_span(offset.span, scope) if offset is not None else None
    back = offset is not None and offset.side == "before"
    adders = adders_of(scope, back=back, first_day_counted=due.first_day_counted)
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
            end, text = adders.shift(case, span, anchor), str(span)
        counted = final = end.day
        at, latest = _edges(end, strict=strict, hours=bool(text))
        if rolled is not None and end.whole:  # rolling is last (semantics 37)
            counted = case.zone.day_of(at)
            final = rolled(case, counted)
            at = latest = case.zone.midnight[final + 1] - 1
        trace = (word, number, anchor.day, anchor.entry or anchor.told, text, counted, final, at)
        possible = (at, latest) if text and not end.whole and at != latest else ()
        return Due(at, latest, trace, sequence=sequence, possible=possible)

    return _told_anew(until, node, number) if _is_of_the_case(node) else until


def _told_anew(until: DueOf, node: model.Moment, number: int) -> DueOf:
    """A date by which the run before was due is over: the next run of the series waits for a later one (34)."""
    waiting = Due(None, None, ("pending", number, (f"a later {words_of_moment(node).removeprefix('the ')}",)))

    def anew(case: Case, run: Run) -> Due:
        due = until(case, run)
        if run.previous is None or due.latest is None:
            return due
        _, _, _, _, _, counted, final, _ = due.trace
        latest = due.latest if counted == final else case.zone.midnight[counted + 1] - 1
        before = reached_before(case, run)
        return waiting if isinstance(before, At) and latest <= before.hi else due

    return anew


def _is_of_the_case(node: model.Moment) -> bool:
    """Whether a moment is the same for every run of a series, until it is told anew."""
    if isinstance(node, model.Offset):
        return _is_of_the_case(node.moment)
    if isinstance(node, model.Pick):
        return all(_is_of_the_case(part) for part in node.moments)
    return not isinstance(node, (model.Anchor, model.EndOf))


def _within_paused(span: model.SpanLike, due: model.DueLeg, counter: _Grid, scope: Scope) -> DueOf:
    """That long after the start, with a clock that may stand still."""
    plain = _within(span, due, counter.number, scope, pausing=False)
    rolled = _roller(due, scope)
    span_of, number = compile_span(span, scope), counter.number
    counts = PausedCounts(scope, first_day_counted=due.first_day_counted)

    def within(case: Case, run: Run) -> Due:
        if not run.pauses:
            return plain(case, run)
        value = span_of(case, run)
        if isinstance(value, Pending):
            return _waiting(number, value.names)
        base, whole = counter.base(case, run, value)
        counted = counts.count(case, run, whole, base)
        if run.grid is not None:
            run.grid[number] = (base, whole, counted.end.hi)
        day, exact = counted.end.day, counted.end.lo if value.timed else 0
        at, latest = exact or counted.end.hi, None if counted.last is None else counted.last.hi
        if rolled is not None and not value.timed:  # rolling is last (semantics 37)
            at = _rolled_end(case, at, rolled)
            latest = latest and _rolled_end(case, latest, rolled, at)
        final = case.zone.day_of(at)
        head = ("within", number, base.day, base.entry or base.told, str(whole), day, final, exact)
        return _paused_due(at, latest, head, counted)

    return within


def _until_paused(node: model.Offset, due: model.DueLeg, number: int, scope: Scope, *, strict: bool) -> DueOf:
    """`by SPAN after start`, with a clock that may stand still."""
    plain = _until(node, due, number, scope, strict=strict)
    base_of, span_of = compile_moment(node.moment, scope), compile_span(node.span, scope)
    counts = PausedCounts(scope, first_day_counted=due.first_day_counted)
    rolled, word = _roller(due, scope), "before" if strict else "by"

    def until(case: Case, run: Run) -> Due:
        if not run.pauses:
            return plain(case, run)
        base, span = base_of(case, run, None), span_of(case, run)
        if isinstance(base, Pending) or isinstance(span, Pending):
            return plain(case, run)
        counted = counts.count(case, run, span, base)
        at, day = _edges(counted.end, strict=strict, hours=True)[0], counted.end.day
        final, latest = day, None
        if counted.last is not None:
            latest = _edges(counted.last, strict=strict, hours=True)[1]
        if rolled is not None and counted.end.whole:
            day, at = case.zone.day_of(at), _rolled_end(case, at, rolled)
            final, latest = case.zone.day_of(at), None if latest is None else _rolled_end(case, latest, rolled, at)
        head = (word, number, base.day, base.entry or base.told, str(span), day, final, at)
        return _paused_due(at, latest, head, counted)

    return until


def _paused_due(at: int, latest: int | None, head: tuple[object, ...], counted: Counted) -> Due:
    """A date past pauses. While the clock stands still, there is no last instant that may be in time."""
    trace = (*head, counted.plain, counted.left)
    if counted.left:
        return Due(at, None, trace)
    if latest is None:
        return Due(at, None, trace, counted.missing, possible=(at,))
    if at == latest:
        return Due(at, at, trace)
    return Due(at, latest, trace, counted.missing, possible=(at, latest))


def _rolled_end(case: Case, end: int, rolled: Roll, earliest: int | None = None) -> int:
    """The end of the day to which the day of an instant is rolled; of a latest one, with the earliest beside it."""
    zone = case.zone
    try:
        return int(zone.midnight[rolled(case, zone.day_of(end)) + 1]) - 1
    except CalendarEnds as ends:
        if earliest is not None:
            ends.unrolled = zone.day_of(earliest)
        raise


def _is_after_start(node: model.Offset) -> bool:
    """Whether a span is counted from the run's own start, so that a pause moves it (semantics 35)."""
    return node.side == "after" and isinstance(node.moment, model.Anchor) and node.moment.word in OWN_CLOCK


def _refuse_hidden(node: model.Moment, due: model.DueLeg) -> None:
    """A span after the start that stands inside another moment could not be moved by a pause. Raises PackError."""
    inner = node.moments if isinstance(node, model.Pick) else (node.moment,) if isinstance(node, model.Offset) else ()
    for part in inner:
        if isinstance(part, model.Offset) and _is_after_start(part):
            words = words_of_moment(part)
            remedy = "write the moments as legs, earliest: [{by: ...}, {by: ...}], or the spans as one"
            raise PackError(f"a pause moves '{words}', which stands here inside another moment; {remedy}", due.mark)
        _refuse_hidden(part, due)


def _edges(end: At, *, strict: bool, hours: bool) -> tuple[int, int]:
    """The last instant surely in time, and the last that may be (semantics 4).

    By a moment whose hour is missing: surely up to the day before; by one that hours were counted to: a range.
    """
    if strict:
        return end.lo - 1, (end.lo if end.whole else end.hi) - 1
    return (end.hi if end.whole else end.lo if hours or end.lo == end.hi else end.lo - 1), end.hi


def names_event(node: model.Moment) -> bool:
    """Whether a leg names an event that is to come, so that too late for it is out of sequence."""
    if isinstance(node, model.Offset):
        return node.side == "before" and names_event(node.moment)
    return isinstance(node, model.EventMoment)


def _pick(due: model.DuePick, scope: Scope, numbering: LegNumbers) -> DueOf:
    legs = tuple(compile_leg(leg, scope, numbering) for leg in due.legs)
    return picked_due(legs, due.which, _roller(due, scope), pausing=numbering.pausing)


def picked_due(legs: tuple[DueOf, ...], which: str, rolled: Roll | None = None, *, pausing: bool = False) -> DueOf:
    """The earliest or the latest of several due dates, rolled if it rolls; `pausing`: a clock may stand still."""
    earliest = which == "earliest"

    def pick(case: Case, run: Run) -> Due:
        dues = [leg(case, run) for leg in legs]
        known = [d for d in dues if d.at is not None and not d.missing]
        if pausing and earliest:  # a leg whose clock stands still is not yet known (semantics 30)
            known = [d for d in known if d.latest is not None] or known
        missing = tuple(dict.fromkeys(name for d in dues for name in d.missing))
        traces = tuple(d.trace for d in dues)
        bounds = [d.latest for d in dues if d.latest is not None]
        if not known or (not earliest and len(known) < len(dues)):
            return Due(None, min(bounds, default=None) if earliest else None, (which, -1, traces), missing)
        chosen = min(known, key=_at) if earliest else max(known, key=_at)
        trace = (which, known.index(chosen), tuple(d.trace for d in known), traces)
        latest = min(bounds, default=None) if earliest else max(bounds) if len(bounds) == len(dues) else None
        if missing:
            return Due(None, latest, trace, missing, chosen.sequence)
        day = case.zone.day_of(chosen.at or 0)
        if rolled is None or case.zone.midnight[day + 1] - 1 != chosen.at or chosen.at != latest:
            return Due(chosen.at, latest, trace, (), chosen.sequence, chosen.possible)
        day = rolled(case, day)
        at = case.zone.midnight[day + 1] - 1
        return Due(at, at, trace, (), chosen.sequence)

    return pick


def _at(due: Due) -> int:
    return due.at or 0


def reads_of_due(due: model.Due, into: set[str], scope: Scope) -> None:
    """What a due date depends on."""
    if isinstance(due, (model.DueLeg, model.DuePick)) and due.rolls_on in scope.learned_late:
        into.add(f"calendar.{due.rolls_on}")
    if isinstance(due, model.DuePick):
        for leg in due.legs:
            reads_of_due(leg, into, scope)
    elif isinstance(due, model.DueLeg):
        for span in due.within:
            into |= scope.reads_of_span(span)
        for moment in (*due.by, *due.before):
            reads_of_moment(moment, into, scope)
