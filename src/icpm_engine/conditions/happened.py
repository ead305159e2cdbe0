"""Lines as conditions: something has happened, so many times, within bounds; and lines whose head is a condition."""

from __future__ import annotations

import attrs

from icpm_engine.checks import Truth, not_built
from icpm_engine.conditions.cond import Cond, combine, compile_condition, compiles, earliest_edge, reads_of_all, spared
from icpm_engine.conditions.searching import WORDS, compile_search, reads_of_bounds
from icpm_engine.errors import Mark, PackError
from icpm_engine.moments import Pending, Scope, compile_bounds, compile_moment, reads_of_moment
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
    bounds, label = merge_bounds(bounds, line.bounds, line.mark), label or line.label
    when = compile_condition(line.when, scope) if line.when is not None else None
    if isinstance(line, model.Lines):
        parts = tuple(_part(part, scope, bounds, in_all=line.how == "all") for part in line.parts)
        whole = combine(line.how, parts, label)
        return whole if when is None else combine("all", (when, whole), label)
    if line.at is not None:
        whole = _reached(line.at, scope, bounds, label)
        return whole if when is None else combine("all", (when, whole), label)
    if not line.on:
        raise not_built("becomes or ceases as a condition", line.mark)
    return _line(line, scope, label, bounds, when)


def _part(part: model.AnyLine, scope: Scope, bounds: model.Bounds, *, in_all: bool) -> Cond:
    """In a list of all, a line that does not apply is not needed."""
    if not in_all or part.when is None:
        return compile_happened(part, scope, None, bounds)
    line = compile_happened(attrs.evolve(part, when=None), scope, None, bounds)
    return spared(compile_condition(part.when, scope), line)


def _reached(moment: model.Moment, scope: Scope, bounds: model.Bounds, label: str | None) -> Cond:
    """`at: M` as a condition: the moment has come, and lies within the bounds."""
    cond, within = compile_reached(moment, scope), compile_bounds(bounds, scope)
    if within is None:
        return cond if label is None else attrs.evolve(cond, words=label, moment=None)
    of = cond.moment or compile_moment(moment, scope, "back")

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        at = of(case, run, ev)
        come_by_now = cond.test(case, run, ev)
        return within(case, run, ev, at) if come_by_now and isinstance(at, At) else come_by_now

    reads = set(cond.reads)
    reads_of_bounds(bounds, reads, scope)
    return Cond(asked, label or cond.words, frozenset(reads), cond.edge)


def _line(line: model.Line, scope: Scope, label: str | None, bounds: model.Bounds, when: Cond | None) -> Cond:
    search = compile_search(line, scope, bounds)

    def asked(case: Case, run: Run | None, ev: Entry | None) -> Truth:
        applies: Truth = True if when is None else when.test(case, run, ev)
        if applies is False:
            return False
        found = search.truth(case, run, ev)
        return applies if found else found

    parts = (*(() if when is None else (when,)), *(cond for _, cond in search.needed if cond is not None))
    reads = search.reads | reads_of_all(parts)
    edge = earliest_edge([*(part.edge for part in parts), search.edge if search.turns else None])
    times = f" {line.times} times" if line.times is not None and line.times > 1 else ""
    words = label or f"{' or '.join(line.on)} happened{times}"
    return Cond(asked, words, reads, edge, parts, names=search.names)


def both_conditions(one: model.Condition | None, other: model.Condition | None) -> model.Condition | None:
    """Both conditions, where both are there."""
    return one or other if one is None or other is None else model.Combined("all", (one, other))


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
