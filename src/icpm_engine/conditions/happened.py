"""Lines as conditions: something has happened, so many times, within bounds; and lines whose head is a condition."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from icpm_engine.checks import EventTest, Truth, compile_where, not_built, untold
from icpm_engine.conditions.cond import Cond, combine, compile_condition, compiles, earliest_edge
from icpm_engine.conditions.edges import edge_of_bounds
from icpm_engine.errors import PackError
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
from icpm_engine.working import At, Case, Entry, Run

NO_BOUNDS = model.Bounds()
WORDS = ("since", "after", "by", "before")


@compiles(model.Happened)
def _happened(node: model.Happened, scope: Scope) -> Cond:
    return compile_happened(node.line, scope, node.label)


def compile_happened(
    line: model.AnyLine,
    scope: Scope,
    label: str | None = None,
    bounds: model.Bounds = NO_BOUNDS,
    when: model.Condition | None = None,
) -> Cond:
    """A line as a condition: it has happened, so many times, within its bounds and those of what holds it."""
    bounds, when = merge_bounds(bounds, line.bounds), both_conditions(when, line.when)
    label = label or line.label
    if isinstance(line, model.Lines):
        parts = tuple(compile_happened(part, scope, None, bounds, when) for part in line.parts)
        return combine(line.how, parts, label)
    if not line.on or line.each or line.of or line.in_a_row or line.share is not None:
        raise not_built("such a line as a condition", line.mark)
    if line.dated != "occurred":
        raise not_built("dated on a line used as a condition", line.mark)
    return _line(line, scope, label, bounds, compile_condition(when, scope) if when is not None else None)


def _line(line: model.Line, scope: Scope, label: str | None, bounds: model.Bounds, when: Cond | None) -> Cond:
    kinds, times = line.on, line.times or 1
    wanted = tuple(part for part in (line.where, *line.shows) if part is not None)
    events = _Events(
        kinds,
        wanted,
        compile_where(model.Where("all", wanted), scope) if wanted else None,
        compile_bounds(bounds, scope),
        tuple(edge for _, edge, _ in bound_edges(bounds, scope)),
        scope,
    )

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        applies: Truth = True if when is None else when.test(case, run, ev)
        if applies is False:
            return False
        truths = [held for _, held in events.meant(case, run, ev)]
        if len(truths) < times:
            return False
        return applies if sum(held is True for held in truths) >= times else None

    reads = {f"event.{kind}" for kind in kinds} | (set(when.reads) if when else set())
    limits = [limit for word in WORDS if (limit := getattr(bounds, word)) is not None]
    for limit in limits:
        reads_of_moment(limit, reads)
    words = label or f"{' or '.join(kinds)} happened" + (f" {times} times" if times > 1 else "")
    edge = earliest_edge([when.edge if when is not None else None, edge_of_bounds(limits, scope, events.dates)])
    return Cond(asked, words, frozenset(reads), edge, (when,) if when is not None else (), names=events.names)


@attrs.frozen(eq=False)
class _Events:
    """The events that a line used as a condition may mean."""

    kinds: tuple[str, ...]
    wanted: tuple[model.WherePart, ...]
    where: EventTest | None
    within: Within | None
    edges: tuple[MomentOf, ...]
    scope: Scope

    def meant(self, case: Case, run: Run | None, ev: Entry | None) -> Iterator[tuple[Entry, Truth]]:
        """Those that count, and those that may."""
        per = self.scope.per
        for entry in (entry for kind in self.kinds for entry in case.log.get(kind, ())):
            if per is not None and run is not None and entry.values.get(per, run.instance) != run.instance:
                continue
            held: Truth = True if self.where is None else self.where(entry, case, run)
            if held is not False and self.within is not None:
                inside = self.within(case, run, ev, entry.at)
                held = inside if inside is False else held if inside else None
            if held is not False:
                yield entry, held

    def names(self, case: Case, run: Run | None, ev: Entry | None) -> Iterator[str]:
        """What would tell of those that may: fields, what the bounds rest on, else an hour."""
        edges = [edge(case, run, ev) for edge in self.edges]
        pending = [name for edge in edges if isinstance(edge, Pending) for name in edge.names]
        for entry, held in self.meant(case, run, ev):
            if held is None:
                fields = [name for part in self.wanted for name in untold(part, entry, case, run, self.scope)]
                yield from fields or pending or [_hour(entry)]

    def dates(self, case: Case, run: Run | None, ev: Entry | None) -> Iterator[At]:  # noqa: ARG002 - as values are asked
        """When they occurred."""
        return (entry.at for kind in self.kinds for entry in case.log.get(kind, ()))


def _hour(entry: Entry) -> str:
    """Whose hour is missing: the event's, or that of the moment it is compared with."""
    return f"the hour of {entry.kind}" if entry.at.lo != entry.at.hi else "the hour of its bound"


def both_conditions(one: model.Condition | None, other: model.Condition | None) -> model.Condition | None:
    """Both conditions, where both are there."""
    return one or other if one is None or other is None else model.Combined("all", (one, other))


def merge_bounds(outer: model.Bounds, inner: model.Bounds) -> model.Bounds:
    """Bounds on a composite hold for each of its lines. Raises PackError where a line sets the same edge again."""
    for word in WORDS:
        if getattr(outer, word) is not None and getattr(inner, word) is not None:
            raise PackError(f"both the list and a line in it say `{word}`; say it in one place")
    return model.Bounds(
        outer.since or inner.since, outer.after or inner.after, outer.by or inner.by, outer.before or inner.before
    )


# --- lines whose head is a condition ----------------------------------------------------------------------------------


def compile_turn(line: model.Line, scope: Scope) -> tuple[Cond, bool] | None:
    """The head of a line that is a condition, and the side to which it must turn; None for a line on events."""
    if line.becomes is not None:
        return compile_condition(line.becomes, scope), True
    if line.ceases is not None:
        return compile_condition(line.ceases, scope), False
    if line.at is not None:
        return compile_reached(line.at, scope), True
    return None


def compile_reached(moment: model.Moment, scope: Scope) -> Cond:
    """`at: M` as a condition: the moment has surely been reached. A whole day is reached as it begins."""
    of = compile_moment(moment, scope, "back")
    reads: set[str] = set()
    reads_of_moment(moment, reads)

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        at = of(case, run, ev)
        return False if isinstance(at, Pending) else case.now >= come(at)

    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        at = of(case, run, ev)
        return come(at) if isinstance(at, At) and come(at) > case.now else None

    return Cond(asked, "a moment is reached", frozenset(reads), edge, moment=of)


def come(at: At) -> int:
    """The instant at which a moment has surely come."""
    return at.lo if at.whole else at.hi
