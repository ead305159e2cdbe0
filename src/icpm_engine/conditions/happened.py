"""Lines as conditions: something has happened, so many times, within bounds; and lines whose head is a condition."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from icpm_engine.checks import Truth
from icpm_engine.conditions.cond import Cond, combine, compile_condition, compiles, earliest_edge, reads_of_all, spared
from icpm_engine.conditions.edges import edge_of_bounds
from icpm_engine.conditions.past import Past, Then, Turning, turns_of
from icpm_engine.conditions.searching import WORDS, compile_search, reads_of_bounds
from icpm_engine.errors import Mark, PackError
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


@compiles(model.Happened)
def _happened(node: model.Happened, scope: Scope) -> Cond:
    return compile_happened(node.line, scope, node.label)


def compile_happened(
    line: model.AnyLine, scope: Scope, label: str | None = None, bounds: model.Bounds = NO_BOUNDS
) -> Cond:
    """A line as a condition: it has happened, so many times, within its bounds and those of what holds it."""
    return _compile(line, scope, label, bounds, None)


def _compile(
    line: model.AnyLine, scope: Scope, label: str | None, bounds: model.Bounds, when: model.Condition | None
) -> Cond:
    """`when`: what holds the line applies only so."""
    bounds, label = merge_bounds(bounds, line.bounds, line.mark), label or line.label
    when = both_conditions(when, line.when)
    if isinstance(line, model.Lines):
        parts = tuple(_part(part, scope, bounds, when, in_all=line.how == "all") for part in line.parts)
        return combine(line.how, parts, label)
    if line.on:
        return _line(line, scope, label, bounds, when)
    if line.at is not None:
        return _reached(line.at, scope, label, bounds, when)
    return _turned(line, scope, label, bounds, when)


def _part(
    part: model.AnyLine, scope: Scope, bounds: model.Bounds, when: model.Condition | None, *, in_all: bool
) -> Cond:
    """In a list of all, a line that does not apply is not needed."""
    if not in_all or part.when is None:
        return _compile(part, scope, None, bounds, when)
    line = _compile(attrs.evolve(part, when=None), scope, None, bounds, when)
    return spared(compile_condition(part.when, scope), line)


def _reached(
    moment: model.Moment, scope: Scope, label: str | None, bounds: model.Bounds, condition: model.Condition | None
) -> Cond:
    """`at: M` as a condition: the moment has come, lies within the bounds, and the case was so when it came."""
    cond, within = compile_reached(moment, scope), compile_bounds(bounds, scope)
    if within is None and condition is None:
        return cond if label is None else attrs.evolve(cond, words=label, moment=None)
    of = cond.moment or compile_moment(moment, scope, "back")
    when = Then(condition, scope) if condition is not None else None

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        at = of(case, run, ev)
        if not cond.test(case, run, ev) or not isinstance(at, At):
            return False
        inside = True if within is None else within(case, run, ev, at)
        return inside if inside is False or when is None else _both(inside, when.at(case, run, come(at)))

    def names(case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
        at = of(case, run, ev)
        found = when.names_at(case, run, come(at)) if when is not None and isinstance(at, At) else ()
        return found or _of_bounds(edges, case, run, ev)

    edges = tuple(edge for _, edge, _ in bound_edges(bounds, scope))
    reads = set(cond.reads) | (set() if when is None else when.cond.reads)
    reads_of_bounds(bounds, reads, scope)
    moving = edge_of_bounds(
        _limits(bounds), scope, lambda case, run, ev: [at] if isinstance(at := of(case, run, ev), At) else []
    )
    return Cond(asked, label or cond.words, frozenset(reads), earliest_edge([cond.edge, moving]), names=names)


def _turned(
    line: model.Line, scope: Scope, label: str | None, bounds: model.Bounds, condition: model.Condition | None
) -> Cond:
    """`becomes` and `ceases` as a condition: it has turned so, within the bounds, so many times."""
    head, to = (line.becomes, True) if line.becomes is not None else (line.ceases, False)
    if head is None:
        raise PackError("a line needs one of on, becomes, ceases, at", line.mark)
    held = compile_condition(head, attrs.evolve(scope, past=True))
    when = Then(condition, scope) if condition is not None else None
    turned = _Turned(
        Past(held),
        to,
        compile_bounds(bounds, scope),
        tuple(edge for _, edge, _ in bound_edges(bounds, scope)),
        when,
        line.times or 1,
    )
    reads = set(held.reads) | (set() if when is None else when.cond.reads)
    reads_of_bounds(bounds, reads, scope)
    times = f" {line.times} times" if turned.times > 1 else ""
    words = label or f"{held.words} {'has become true' if to else 'has ceased'}{times}"
    edge = earliest_edge([held.edge, edge_of_bounds(_limits(bounds), scope, turned.moments)])
    return Cond(turned.test, words, frozenset(reads), edge, names=turned.names)


@attrs.frozen(eq=False)
class _Turned:
    """How often a condition has turned, within bounds, when the case was so."""

    past: Past
    to: bool
    within: Within | None
    edges: tuple[MomentOf, ...]
    when: Then | None
    times: int

    def test(self, case: Case, run: Run | None, ev: Entry | None) -> Truth:
        """Whether it has turned so often."""
        truths = [self._truth(one, case, run, ev) for one in self._turns(case, run, ev)]
        sure = truths.count(True)
        return True if sure >= self.times else None if sure + truths.count(None) >= self.times else False

    def _turns(self, case: Case, run: Run | None, ev: Entry | None) -> list[Turning]:
        return turns_of(self.past.stretches(case, run, ev), to=self.to)

    def _truth(self, one: Turning, case: Case, run: Run | None, ev: Entry | None) -> Truth:
        inside = True if self.within is None else self.within(case, run, ev, one.at)
        return inside if inside is False or self.when is None else _both(inside, self.when.at(case, run, one.instant))

    def moments(self, case: Case, run: Run | None, ev: Entry | None) -> list[At]:
        """When it has turned."""
        return [one.at for one in self._turns(case, run, ev)]

    def names(self, case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
        """What would tell of the turns that may count."""
        for one in self._turns(case, run, ev):
            if self._truth(one, case, run, ev) is None:
                found = self.when.names_at(case, run, one.instant) if self.when is not None else ()
                yield from found or _of_bounds(self.edges, case, run, ev)


def _both(one: Truth, other: Truth) -> Truth:
    return False if other is False else one and other


def _limits(bounds: model.Bounds) -> list[model.Moment]:
    return [limit for word in WORDS if (limit := getattr(bounds, word)) is not None]


def _of_bounds(edges: Iterable[MomentOf], case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
    """What the bounds wait for, else an hour."""
    pending = [edge for moment in edges if isinstance(edge := moment(case, run, ev), Pending)]
    return [name for edge in pending for name in edge.names] or ["the hour of its bound"]


def _line(
    line: model.Line, scope: Scope, label: str | None, bounds: model.Bounds, when: model.Condition | None
) -> Cond:
    search = compile_search(line, scope, bounds, when=when)
    parts = tuple(cond for _, cond in search.needed if cond is not None)
    reads = search.reads | reads_of_all(parts)
    edge = earliest_edge([*(part.edge for part in parts), search.edge if search.turns else None])
    times = f" {line.times} times" if line.times is not None and line.times > 1 else ""
    words = label or f"{' or '.join(line.on)} happened{times}"
    return Cond(search.truth, words, reads, edge, parts, names=search.names)


def both_conditions(one: model.Condition | None, other: model.Condition | None) -> model.Condition | None:
    """Both conditions, where both are there."""
    if one is None or other is None:
        return one or other
    # each in a list of its own: in a list of all, a line with `when` would only be needed where it applies
    return model.Combined("all", (model.Combined("any", (one,)), model.Combined("any", (other,))))


def merge_bounds(outer: model.Bounds, inner: model.Bounds, mark: Mark | None) -> model.Bounds:
    """Bounds on a composite hold for each of its lines. Raises PackError where a line sets the same edge again."""
    for word in WORDS:
        if getattr(outer, word) is not None and getattr(inner, word) is not None:
            raise PackError(f"both the list and a line in it say `{word}`; say it in one place", mark)
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
    reads_of_moment(moment, reads, scope)

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
