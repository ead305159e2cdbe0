"""Events that a line speaks of, searched for among all that have happened: so many, each of several, so many in a row.

A condition asks whether they are there by now; a bar, whether the event in hand makes them complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import attrs

from icpm_engine.checks import EventTest, Lacks, Truth, compile_lacks, compile_where, untold
from icpm_engine.conditions.cond import Cond, EdgeOf, compile_condition
from icpm_engine.conditions.edges import edge_of_bounds
from icpm_engine.conditions.past import Then
from icpm_engine.counting import Member, counted, dated, is_series
from icpm_engine.moments import (
    MomentOf,
    Pending,
    Scope,
    Within,
    bound_edges,
    compile_bounds,
    compile_moment,
    reads_of_moment,
)
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Entry, Run, concerns

WORDS = ("since", "after", "by", "before")
_MOVING = (model.Anchor("now"), model.Anchor("event"))


class _Found(NamedTuple):
    """An event that counts, or that may: of a wider series, whether it belongs to it; and whether it is such."""

    entry: Entry
    at: At
    belongs: Truth
    such: Truth


@attrs.frozen(eq=False)
class Search:
    """What a line asks of the events that have happened."""

    line: model.Line
    scope: Scope
    where: EventTest | None
    shows: tuple[Lacks, ...]
    """What an event must show; what it does not say, it does not show."""
    of: EventTest | None
    within: Within | None
    edges: tuple[MomentOf, ...]
    ends: tuple[tuple[bool, MomentOf], ...]
    """Its upper bounds, but for those that move with now: whether the moment itself still counts, and the moment."""
    needed: tuple[tuple[str, Cond | None], ...]
    reads: frozenset[str]
    limits: tuple[model.Moment, ...]
    in_hand: bool
    """The event in hand, which has not been kept yet, is the last of them."""
    when: Then | None
    """The line applied as each event left the case; one for which it did not is passed over."""
    moving: EdgeOf | None = attrs.field(init=False)
    """When an event may leave or enter the window as time goes on."""

    @moving.default
    def _moving(self) -> EdgeOf | None:
        return edge_of_bounds(self.limits, self.scope, self._dates)

    def truth(self, case: Case, run: Run | None, ev: Entry | None) -> Truth:
        """Whether they are there."""
        line = self.line
        if line.share is not None and not self._closed(case, run, ev):
            return False
        found = self._found(case, run, ev)
        if is_series(line):
            members = sorted(found, key=lambda one: one.at.lo)
            return counted(line, [Member(one.belongs is True, one.such) for one in members])
        if self.needed:
            return self._each(case, run, ev, list(found))
        return _enough((one.such for one in found), line.times or 1)

    def _found(self, case: Case, run: Run | None, ev: Entry | None) -> Iterator[_Found]:
        for entry in self._entries(case, run, ev):
            at = dated(case, entry, self.line.dated)
            if at is None or at.lo > case.now:
                continue
            inside: Truth = True if self.within is None else self.within(case, run, ev, at)
            if inside is False:
                continue
            applied: Truth = True if self.when is None else self.when.left_by(case, run, entry)
            if applied is False:
                continue
            inside = inside and applied
            such: Truth = True if self.where is None else self.where(entry, case, run)
            if self.shows and any(lacks(entry, case, run) for lacks in self.shows):
                such = False
            if is_series(self.line):
                belongs: Truth = True if self.of is None else self.of(entry, case, run)
                if belongs is not False:
                    yield _Found(entry, at, belongs if inside else None, such)
            elif such is not False:
                yield _Found(entry, at, belongs=True, such=such if inside else None)

    def _entries(self, case: Case, run: Run | None, ev: Entry | None) -> Iterator[Entry]:
        per = self.scope.per
        for entry in (entry for kind in self.line.on for entry in case.log.get(kind, ())):
            if per is None or run is None or concerns(entry, per, run.instance):
                yield entry
        if self.in_hand and ev is not None:
            yield ev

    def _closed(self, case: Case, run: Run | None, ev: Entry | None) -> bool:
        """Whether the window of a share has closed; one without an end, or asked about the event in hand, always."""
        if self.in_hand or not self.ends:
            return True
        ends = self._known_ends(case, run, ev)
        return any(end < case.now for end in ends)

    def _known_ends(self, case: Case, run: Run | None, ev: Entry | None) -> Iterator[int]:
        for by, moment in self.ends:
            at = moment(case, run, ev)
            if isinstance(at, At):
                yield at.hi if by else (at.lo if at.whole else at.hi) - 1

    def _each(self, case: Case, run: Run | None, ev: Entry | None, found: list[_Found]) -> Truth:
        field = self.line.each.field if self.line.each is not None else ""
        listed = {value for value, _ in self.needed}
        if self.in_hand and ev is not None and listed.isdisjoint(_values(ev, field)):
            return False
        result: Truth = True
        for value, when in self.needed:
            needed: Truth = True if when is None else when.test(case, run, ev)
            there = _enough((one.such for one in found if value in _values(one.entry, field)), 1)
            if needed is False or there:
                continue
            if needed and there is False:
                return False
            result = None
        return result

    def names(self, case: Case, run: Run | None, ev: Entry | None) -> Iterator[str]:
        """What would tell of those that may count: fields, what the bounds rest on, else an hour."""
        edges = [edge(case, run, ev) for edge in self.edges]
        pending = [name for edge in edges if isinstance(edge, Pending) for name in edge.names]
        parts = [part for part in (self.line.of, self.line.where) if part is not None]
        for entry, _, belongs, such in self._found(case, run, ev):
            if belongs is None or such is None:
                fields = [name for part in parts for name in untold(part, entry, case, run, self.scope)]
                fields += [] if self.when is None else self.when.names(case, run, entry)
                yield from fields or pending or [hour_of(entry, ev)]

    @property
    def turns(self) -> bool:
        """Whether time alone may change the answer."""
        return (
            self.moving is not None
            or self.line.dated != "occurred"
            or (self.line.share is not None and bool(self.ends))
        )

    def edge(self, case: Case, run: Run | None, ev: Entry | None) -> int | None:
        """The next instant at which time alone may change the answer."""
        ahead = [] if self.moving is None else [self.moving(case, run, ev)]
        if self.line.dated != "occurred":
            ahead += [at.lo for at in self._dates(case, run, ev)]
        if self.line.share is not None:
            ahead += [end + 1 for end in self._known_ends(case, run, ev)]
        return min((at for at in ahead if at is not None and at > case.now), default=None)

    def _dates(self, case: Case, run: Run | None, ev: Entry | None) -> Iterator[At]:  # noqa: ARG002 - as values are asked
        """By which date each event counts."""
        how = self.line.dated
        entries = (entry for kind in self.line.on for entry in case.log.get(kind, ()))
        return (at for entry in entries if (at := dated(case, entry, how)) is not None)


def _enough(truths: Iterable[Truth], times: int) -> Truth:
    """Whether so many of some truths, none of them false, are true."""
    sure = possible = 0
    for held in truths:
        possible += 1
        if held:
            sure += 1
            if sure >= times:
                return True
    return None if possible >= times else False


def _values(entry: Entry, field: str) -> tuple[object, ...]:
    value = entry.values.get(field)
    return value if isinstance(value, tuple) else (value,)


def hour_of(entry: Entry, ev: Entry | None) -> str:
    """Whose hour is missing: the event's, or that of the event in hand or the moment that it is compared with."""
    without = next((one for one in (entry, ev) if one is not None and one.at.lo != one.at.hi), None)
    return f"the hour of {without.kind}" if without is not None else "the hour of its bound"


def compile_search(
    line: model.Line,
    scope: Scope,
    bounds: model.Bounds,
    *,
    in_hand: bool = False,
    when: model.Condition | None = None,
) -> Search:
    """The events that a line speaks of, within these bounds, that came `when` the case was so."""
    then = Then(when, scope) if when is not None else None
    needed = tuple(
        (value.value, compile_condition(value.when, scope) if value.when is not None else None)
        for value in (line.each.values if line.each is not None else ())
    )
    limits = tuple(limit for word in WORDS if (limit := getattr(bounds, word)) is not None)
    ends = [(by, node) for by, node in ((True, bounds.by), (False, bounds.before)) if node is not None]
    reads = {f"event.{kind}" for kind in line.on} | (set() if then is None else then.cond.reads)
    reads_of_bounds(bounds, reads, scope)
    return Search(
        line,
        scope,
        compile_where(line.where, scope) if line.where is not None else None,
        tuple(compile_lacks(part, scope) for part in line.shows),
        compile_where(line.of, scope) if line.of is not None else None,
        compile_bounds(bounds, scope),
        tuple(edge for _, edge, _ in bound_edges(bounds, scope)),
        tuple((by, compile_moment(node, scope, "ahead")) for by, node in ends if node not in _MOVING),
        needed,
        frozenset(reads),
        limits,
        in_hand,
        then,
    )


def counts_several(line: model.Line) -> bool:
    """Whether a line on an event takes several of them together."""
    return bool(line.on) and ((line.times or 1) > 1 or line.each is not None or is_series(line))


def compile_meant(line: model.Line, scope: Scope, reads: set[str]) -> EventTest | None:
    """Whether an event is what a line speaks of, its `when` apart; None where it is all events of the line's kinds.

    Beside its fields: what it must show, its window, and whether it makes the number full that the line counts.
    """
    where = compile_where(line.where, scope) if line.where is not None else None
    if not (line.shows or line.bounds or counts_several(line)):
        return where
    shows = tuple(compile_lacks(part, scope) for part in line.shows)
    search = compile_search(line, scope, line.bounds, in_hand=True)
    reads |= search.reads
    within, several, how = search.within, counts_several(line), line.dated

    def meant(ev: Entry, case: Case, run: Run | None) -> Truth:
        if any(lacks(ev, case, run) for lacks in shows):
            return False
        truths = [True if where is None else where(ev, case, run)]
        if within is not None:
            at = dated(case, ev, how)
            truths.append(None if at is None else within(case, run, ev, at))
        if several:
            truths.append(search.truth(case, run, ev))
        return False if False in truths else None if None in truths else True

    return meant


def reads_of_bounds(bounds: model.Bounds, into: set[str], scope: Scope) -> None:
    """What bounds rest on."""
    for word in WORDS:
        limit = getattr(bounds, word)
        if limit is not None:
            reads_of_moment(limit, into, scope)
