"""Bounds, compiled: whether a moment lies before, after, since or by another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from icpm_engine.moments.forms import compile_moment
from icpm_engine.moments.scope import MomentOf, Pending, Scope
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Entry, Run

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
