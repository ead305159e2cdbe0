"""`spent`: how long a condition has held - in the present stay, in the longest one, or in all together.

A stay in days is measured as an age is: one that began on 15 March reaches a year on the 15 March after it. What ends
and begins again at one instant has gone on. While it is unknown whether the condition held, a stay is as short and as
long as it may have been.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

import attrs

from icpm_engine.calendars import Span
from icpm_engine.checks import Truth, negate
from icpm_engine.conditions.cond import Cond, compile_condition, compiles
from icpm_engine.conditions.edges import Turns, turns_with_now
from icpm_engine.conditions.past import Past, Stretch
from icpm_engine.conditions.values import Given, given_now, spans_by_name
from icpm_engine.errors import CalendarEnds
from icpm_engine.moments import Adders, MomentOf, Pending, Scope, adders_of, compile_moment, reads_of_moment
from icpm_engine.rules import model
from icpm_engine.rules.wording import words_of_condition
from icpm_engine.working import NONE, UNKNOWN, At, Case, Entry, Run, at_instant

_SLACK: Final = 4 * 86400
"""Months laid end to end can be a few days longer than the same months counted from now."""


class Stay(NamedTuple):
    """A time in which the condition held, or may have held; no end: it goes on."""

    begin: At
    end: At | None


@compiles(model.Spent)
def _spent(node: model.Spent, scope: Scope) -> Cond:
    held = compile_condition(node.condition, attrs.evolve(scope, past=True))
    reads = set(held.reads)
    if node.since is not None:
        reads_of_moment(node.since, reads, scope)
    limits = spans_by_name(node.test, scope)
    for check in node.test.checks:
        if isinstance(check.value, (Span, model.NamedSpan)):
            reads |= scope.reads_of_span(check.value)
    spent_for = _spent_for(node, held, scope)
    words = words_of_condition(node)
    if not limits:
        spent = spent_for(())
        return Cond(spent.test, words, frozenset(reads), spent.edge, names=spent.names)

    def now(case: Case, run: Run | None) -> _Spent:
        return spent_for(given_now(limits, case, run))

    def names(case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
        untold = {name for name, limit in given_now(limits, case, run) if limit is UNKNOWN}
        spent = now(case, run)
        told = attrs.evolve(spent, untold=())
        return untold if told.test(case, run, ev) is not None else untold.union(told.names(case, run, ev))

    return Cond(
        lambda case, run, ev: now(case, run).test(case, run, ev),
        words,
        frozenset(reads),
        lambda case, run, ev: now(case, run).edge(case, run, ev),
        names=names,
    )


def _spent_for(node: model.Spent, held: Cond, scope: Scope) -> Callable[[Given], _Spent]:
    """How long something has held, compiled for the lengths that are given by name, once for each of them."""
    adders, past = adders_of(scope), Past(held)
    since = compile_moment(node.since, scope, "back") if node.since is not None else None
    moving = turns_with_now(node.since, scope) if node.since is not None else None

    @cache
    def compiled(given: Given) -> _Spent:
        named = dict(given)
        limits = [
            (check.op, named[check.value.name] if isinstance(check.value, model.NamedSpan) else check.value)
            for check in node.test.checks
        ]
        lengths = tuple(_Length(op, span, adders) for op, span in limits if isinstance(span, Span))
        untold = tuple(op for op, span in limits if span is UNKNOWN)
        absent = any(span is NONE for _, span in limits)
        return _Spent(held, past, node.how, lengths, untold, since, moving, absent)

    return compiled


@attrs.frozen(eq=False)
class _Length:
    """One limit that a length is held against."""

    op: str
    span: Span
    adders: Adders

    @property
    def late(self) -> int:
        """Longer than the limit, not only as long."""
        return 1 if self.op in ("over", "at_most") else 0

    def enough(self, case: Case, begin: At, *, sure: bool) -> int:
        """The first instant at which a stay that began then is long enough, surely or perhaps."""
        if self.span.timed:
            return self.adders.known(case).instant(self.span)(begin.hi if sure else begin.lo) + self.late
        return case.zone.midnight[self.adders.known(case).day(self.span)(begin.day) + self.late]

    def lasts(self, case: Case, stay: Stay, now: At, *, sure: bool) -> bool:
        """Whether one stay is long enough."""
        end = stay.end or now
        return self.enough(case, stay.begin, sure=sure) <= (end.lo if sure and self.span.timed else end.hi)

    def last(self, case: Case, stays: Sequence[Stay], now: At, *, sure: bool) -> bool:
        """Whether several, laid end to end from where the first began, are long enough."""
        if not stays:
            return False
        begin, ends = stays[0].begin, [stay.end or now for stay in stays]
        if not self.span.timed:
            days = sum(end.day - stay.begin.day for stay, end in zip(stays, ends, strict=True))
            return self.adders.known(case).day(self.span)(begin.day) + self.late <= begin.day + days
        if sure:
            seconds = sum(max(end.lo - stay.begin.hi, 0) for stay, end in zip(stays, ends, strict=True))
            return self.enough(case, begin, sure=True) <= begin.hi + seconds
        seconds = sum(end.hi - stay.begin.lo for stay, end in zip(stays, ends, strict=True))
        return self.enough(case, begin, sure=False) <= begin.lo + seconds


@attrs.frozen(eq=False)
class _Spent:
    """How long a condition has held, against one limit or several."""

    held: Cond
    past: Past
    how: model.SpentHow
    lengths: tuple[_Length, ...]
    untold: tuple[str, ...]
    """How it is held against lengths that nobody has told."""
    since: MomentOf | None
    moving: Turns | None
    absent: bool
    """Whether a length is known not to be there, so that nothing can be as long."""

    def test(self, case: Case, run: Run | None, ev: Entry | None) -> Truth:
        """Whether it has held for as long as it says."""
        return self._judge(case, run, ev, self.past.stretches(case, run, ev))

    def names(self, case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
        """What would tell: of stretches in which it was unknown whether it held, of where counting begins, an hour."""
        stretches = self.past.stretches(case, run, ev)
        found: set[str] = set()
        for stretch in reversed(stretches):
            if stretch.truth is False and self.how == "present":
                break
            found |= stretch.missing
        since = self.since(case, run, ev) if self.since is not None else None
        found |= set(since.names) if isinstance(since, Pending) else set()
        try:
            self._lasting(case, stretches, since if isinstance(since, At) else None)
        except CalendarEnds as ends:
            found.add(ends.lacking)
        return found or {"the hour of its beginning"}

    def edge(self, case: Case, run: Run | None, ev: Entry | None) -> int | None:
        """The next instant at which time alone changes it: a stay grows long enough, or leaves the counted time."""
        stretches = self.past.stretches(case, run, ev)
        ends = self.held.edge(case, run, ev) if self.held.edge is not None else None
        truth = self._judge(case, run, ev, stretches)
        before = case.now
        for instant in sorted({at for at in self._candidates(case, run, stretches) if at > case.now}):
            if ends is not None and instant >= ends:
                break
            if self._judge(case, run, ev, stretches, instant) is not truth:
                return self._first(case, run, ev, stretches, (before, instant))
            before = instant
        return ends

    # --- judging ------------------------------------------------------------------------------------------------------

    def _judge(
        self,
        case: Case,
        run: Run | None,
        ev: Entry | None,
        stretches: list[Stretch],
        instant: int | None = None,
    ) -> Truth:
        """The truth now, or at a later instant if nothing changes until then."""
        if self.absent:
            return False
        ops = [*(length.op for length in self.lengths), *self.untold]
        now, day = case.now, case.day
        if instant is not None:
            case.now, case.day = instant, case.zone.day_of(instant)
        try:
            since = self.since(case, run, ev) if self.since is not None else None
            if isinstance(since, Pending):
                truths = self._lasting(case, stretches, None) if since.unknown else [False for _ in ops]
                truths = [None if truth is not False else False for truth in truths]
            else:
                truths = self._lasting(case, stretches, since)
        except CalendarEnds:
            return None
        finally:
            case.now, case.day = now, day
        held = [negate(truth) if op in ("under", "at_most") else truth for op, truth in zip(ops, truths, strict=True)]
        return False if False in held else None if None in held else True

    def _lasting(self, case: Case, stretches: list[Stretch], since: At | None) -> list[Truth]:
        """For each limit, whether the stays are long enough."""
        now = at_instant(case.zone, case.now)
        sure, perhaps = (list(_stays(stretches, since, now, sure=sure)) for sure in (True, False))
        truths: list[Truth] = []
        for length in self.lengths:
            if self._long_enough(case, sure, now, length, sure=True):
                truths.append(True)
            else:
                truths.append(None if self._long_enough(case, perhaps, now, length, sure=False) else False)
        return truths + [None if self._asked(perhaps) else False for _ in self.untold]

    def _long_enough(self, case: Case, stays: list[Stay], now: At, length: _Length, *, sure: bool) -> bool:
        if self.how == "total":
            return length.last(case, stays, now, sure=sure)
        return any(length.lasts(case, stay, now, sure=sure) for stay in self._asked(stays))

    def _asked(self, stays: list[Stay]) -> list[Stay]:
        return [stay for stay in stays if stay.end is None] if self.how == "present" else stays

    # --- when time changes it -----------------------------------------------------------------------------------------

    def _candidates(self, case: Case, run: Run | None, stretches: list[Stretch]) -> Iterator[int]:
        """Instants between which the truth can turn only once."""
        now = at_instant(case.zone, case.now)
        stays = [(stay, sure) for sure in (True, False) for stay in _stays(stretches, None, now, sure=sure)]
        try:
            for length in self.lengths:
                yield from (length.enough(case, stay.begin, sure=sure) for stay, sure in stays)
                yield length.enough(case, now, sure=True) + _SLACK
        except CalendarEnds:
            return
        if self.moving is not None:
            for stretch in stretches:
                yield from self.moving(case, run, stretch.begin)
            yield from self.moving(case, run, now)

    def _first(
        self, case: Case, run: Run | None, ev: Entry | None, stretches: list[Stretch], between: tuple[int, int]
    ) -> int:
        """The first instant after one, up to and with another, at which the truth is no longer what it is now."""
        midnight = case.zone.midnight
        timed = any(length.span.timed for length in self.lengths)
        low, high = between if timed else (case.zone.day_of(between[0]), case.zone.day_of(between[1]))
        truth = self._judge(case, run, ev, stretches)
        while high - low > 1:
            middle = (low + high) // 2
            if self._judge(case, run, ev, stretches, middle if timed else midnight[middle]) is truth:
                low = middle
            else:
                high = middle
        return high if timed else midnight[high]


def _stays(stretches: list[Stretch], since: At | None, now: At, *, sure: bool) -> Iterator[Stay]:
    """The times in which it surely held, or in which it may have held, from a moment on."""
    begin: At | None = None
    for stretch in stretches:
        held = stretch.truth is True if sure else stretch.truth is not False
        if held and begin is None:
            begin = stretch.begin
        elif not held and begin is not None:
            yield from _clipped(begin, stretch.begin, since, now)
            begin = None
    if begin is not None:
        yield from _clipped(begin, None, since, now)


def _clipped(begin: At, end: At | None, since: At | None, now: At) -> Iterator[Stay]:
    if since is not None and since.lo > begin.lo:
        begin = since
    if begin.lo < end.hi if end is not None else begin.lo <= now.hi:
        yield Stay(begin, end)
