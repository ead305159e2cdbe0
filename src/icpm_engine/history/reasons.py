"""Why a date moved without any event of the case: a version came in, or a closed day became known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from icpm_engine.calendars import ANY_CALENDAR, Span, format_day
from icpm_engine.duties.legs import legs_of
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.proofs import detail_of
from icpm_engine.history.results import ObligationRow
from icpm_engine.rules import model


def why_moved(before: ObligationRow, after: ObligationRow, rules: CompiledRules) -> str | None:
    """In words; None where it is the case's own doing. `rules` are those of the later row."""
    if before.due_at == after.due_at:
        return None
    was, now = _trace(before), _trace(after)
    came_in = [day for day in _versions(now) if day not in _versions(was)]
    if came_in:
        return f"the version from {format_day(came_in[0])} came in"
    counted = {leg[:5]: leg for leg in _legs(was)}
    for leg in _legs(now):
        other = counted.get(leg[:5])
        if other is not None and leg[5:7] != other[5:7]:
            days = list(dict.fromkeys(_closed(leg, before, after, rules)))
            return f"closed on {', '.join(days)}" if days else "its open days are others"
    return None


def _trace(row: ObligationRow) -> Any:
    trace = msgspec.msgpack.decode(detail_of(row).trace)
    return trace[2] if trace and trace[0] == "pauses" else trace


def _versions(trace: Any) -> list[int]:
    """The days on which a version took the run over, the latest first."""
    if not isinstance(trace, list) or not trace:
        return []
    own = [trace[1]] if trace[0] == "crossed" else []
    return own + [day for part in trace for day in _versions(part)]


def _legs(trace: Any, number: int | None = None) -> Iterator[tuple[Any, ...]]:
    """Every leg that was counted: (text or None, how, number, from which day, span, to which day, rolled to)."""
    if not isinstance(trace, list) or not trace:
        return
    if trace[0] in ("within", "by", "before"):
        if len(trace) == _UNPAUSED:
            yield number, trace[0], trace[1], trace[2], trace[4], trace[5], trace[6]
        return
    for part in trace:
        yield from _legs(part, trace[1] if trace[0] == "text" else number)


_UNPAUSED = 8
"""The length of a leg's trace that no pause has moved."""


def _closed(leg: tuple[Any, ...], before: ObligationRow, after: ObligationRow, rules: CompiledRules) -> Iterator[str]:
    """The closed days that became known between two rows, among those that a leg was counted over; with why."""
    zone, text = rules.zone, _text(after, leg[0], rules)
    names = {*Span.parse(leg[4], ANY_CALENDAR).calendars, *_rolls(text)} if leg[4] else set(_rolls(text))
    first, last = sorted((leg[3], max(leg[5], leg[6])))
    for name in sorted(names & set(rules.pack.calendars)):
        calendar = rules.pack.calendars[name].known_on(zone.day_of(after.valid_from))
        inside = [day for day in calendar.known if first <= day <= last]
        fresh = [day for day in inside if calendar.known[day] > zone.day_of(before.valid_from)]
        yield from (f"{format_day(day)} ({calendar.why_closed(day)})" for day in fresh or inside)


def _text(row: ObligationRow, number: int | None, rules: CompiledRules) -> model.DutyText:
    texts = rules.pack.duties[row.duty].texts
    return texts[detail_of(row).text if number is None else number]


def _rolls(text: model.DutyText) -> Iterator[str]:
    """The calendars by which a text rolls."""
    for row in text.due.rows if text.due is not None else ():
        due = row.value
        for part in (due, *legs_of(due)):  # type: ignore[arg-type]
            if isinstance(part, (model.DueLeg, model.DuePick)) and part.rolls_on:
                yield part.rolls_on
