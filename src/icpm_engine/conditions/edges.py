"""When time alone may turn a comparison: where a value or an event passes a moment that moves with now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from icpm_engine.calendars import end_of
from icpm_engine.conditions.cond import EdgeOf
from icpm_engine.errors import CalendarEnds
from icpm_engine.moments import Adders, Pending, Scope, SpanOf, adders_of, compile_span
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Entry, Run

Turns: TypeAlias = Callable[[Case, Run | None, At], Iterator[int]]
ValuesOf: TypeAlias = Callable[[Case, Run | None, Entry | None], Iterable[At]]

_SLACK: Final = range(-6, 8)
"""Counting back from a day and counting ahead to it can differ by clamped month ends and by closed days."""

_LONGEST: Final = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}


def edge_of_bounds(moments: Iterable[model.Moment | None], scope: Scope, values: ValuesOf) -> EdgeOf | None:
    """The next instant at which one of some values may pass one of some moments; None where no moment moves."""
    moving = [turns for node in moments if node is not None and (turns := turns_with_now(node, scope)) is not None]
    if not moving:
        return None

    def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
        now = case.now
        ahead = (at for value in values(case, run, ev) for turns in moving for at in turns(case, run, value))
        return min((at for at in ahead if at > now), default=None)

    return edge


def turns_with_now(node: model.Moment, scope: Scope) -> Turns | None:
    """The instants at which a moment that moves with now may pass a given one; None for a moment that stands still."""
    if isinstance(node, model.Pick):
        parts = [turns for part in node.moments if (turns := turns_with_now(part, scope)) is not None]
        return _any_of(parts) if parts else None
    steps: list[tuple[SpanOf, Adders]] = []
    while isinstance(node, model.Offset):
        steps.append((compile_span(node.span, scope), adders_of(scope, back=node.side == "after")))
        node = node.moment
    if isinstance(node, model.EndOf):
        return _passing(steps, _LONGEST[node.unit], node.unit)
    return _passing(steps) if node == model.Anchor("now") else None


def _passing(steps: list[tuple[SpanOf, Adders]], length: int = 0, unit: str = "day") -> Turns:
    def passing(case: Case, run: Run | None, at: At) -> Iterator[int]:
        midnight = case.zone.midnight
        whole = False
        for span_of, adders in steps:
            span = span_of(case, run)
            if isinstance(span, Pending):
                return
            whole = whole or not span.timed
            try:
                at = adders.shift(case, span, at)
            except CalendarEnds:  # beyond the days that it covers nothing is known to turn
                return
        if length:
            yield from (midnight[end_of(at.day - back * length, unit) + 1] for back in range(-1, 4))
        elif whole:
            yield from (midnight[at.day + slack] for slack in _SLACK)
        else:
            yield from (at.lo, at.lo + 1, at.hi, at.hi + 1)

    return passing


def _any_of(parts: list[Turns]) -> Turns:
    def turns(case: Case, run: Run | None, at: At) -> Iterator[int]:
        for part in parts:
            yield from part(case, run, at)

    return turns
