"""When the clock of a run stands still, and what that does to its spans (semantics 35 and 36).

A run keeps the turns of its pause: from when on its clock stood still, went on, or nobody knows. Days before the first
run of its series was opened are never paused, since there was no clock to stand still.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import attrs

from icpm_engine.calendars import NEVER, NO_STOPS, Count, PausableSpan, Span, Stops
from icpm_engine.conditions import Cond, EdgeOf, compile_condition
from icpm_engine.moments import EVER, Scope
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Run, Turn, at_day, at_instant

OWN_CLOCK: Final = frozenset({"start", "origin", "previous.due", "previous.met"})
"""Moments of the run and its series themselves: a span after one of them moves, one after any other date does not."""


@attrs.frozen(eq=False)
class Pause:
    """A compiled `paused_while`: the condition, and its parts where each of several is a reason of its own."""

    cond: Cond
    parts: tuple[Cond, ...]

    @property
    def edge(self) -> EdgeOf | None:
        """When time alone may turn it."""
        return self.cond.edge

    def begin(self, case: Case, run: Run) -> None:
        """How the clock stands when a run opens; a run of a series knows how it stood before."""
        before = run.previous.pauses if run.previous is not None else None
        run.pauses = list(before) if before is not None else []
        self.ask(case, run)

    def ask(self, case: Case, run: Run) -> None:
        """Ask whether the clock stands still."""
        turns = run.pauses
        if turns is None:
            return
        held = self.cond.test(case, run, None)
        why: tuple[Any, ...] = ()
        if held is None:
            why = tuple(sorted(self.cond.missing(case, run)))
        elif held:
            why = tuple(number for number, part in enumerate(self.parts) if part.test(case, run, None))
        if turns and (turns[-1].now, turns[-1].cause) == (case.now, _cause(case)):
            turns.pop()  # it has turned at this very stop: what counts is how it stands in the end
        last = turns[-1] if turns else None
        if (held, why) != ((False, ()) if last is None else (last.truth, last.why)):
            at = _since(case, run)
            turns.append(Turn(at.day, at.lo, at.hi, held, why, case.now, _cause(case)))


def _since(case: Case, run: Run) -> At:
    """From when on the clock stands as it does: from the start itself, if that is what is in hand; else from now on."""
    now = at_instant(case.zone, case.now) if case.cause is None else case.cause.at
    opens = run.previous is None and run.opened == case.now and run.start_event is case.cause
    return EVER if opens and run.start.hi >= now.lo else now


def compile_pause(condition: model.Condition, scope: Scope) -> Pause:
    """A `paused_while` in one reading of the choices."""
    several = isinstance(condition, model.Combined) and condition.how == "any" and not condition.label
    parts = condition.parts if several and isinstance(condition, model.Combined) else ()
    return Pause(compile_condition(condition, scope), tuple(compile_condition(part, scope) for part in parts))


def _cause(case: Case) -> int:
    return 0 if case.cause is None else case.cause.entry


def stops_of(turns: list[Turn], *, doubtful: bool) -> Stops:
    """When the clock surely stood still, for as short as it may be; or if `doubtful`, when it may have, for as long."""
    days: list[tuple[int, int]] = []
    seconds: list[tuple[int, int]] = []
    begun: Turn | None = None
    for turn in turns:
        still = turn.truth is True or (doubtful and turn.truth is None)
        if still and begun is None:
            begun = turn
        elif not still and begun is not None:
            days.append((begun.day, turn.day - 1))
            seconds.append((begun.lo, turn.hi) if doubtful else (begun.hi, turn.lo))
            begun = None
    if begun is not None:
        days.append((begun.day, NEVER))
        seconds.append((begun.lo if doubtful else begun.hi, NEVER))
    return Stops(tuple(days), tuple(seconds))


def pauses_of(run: Run) -> list[tuple[Any, ...]]:
    """The pauses of a run for its proof: day and instant of its begin and end, whether it surely was one, and why.

    The end is None while it goes on. Those before the start count only in a grid, counted from its origin (32).
    """
    turns, found = run.pauses or [], []
    first = run.start if run.grid is None else run.origin
    for place, turn in enumerate(turns):
        after = turns[place + 1] if place + 1 < len(turns) else None
        if turn.truth is False or (after is not None and after.now <= max(first.lo, turn.now)):
            continue
        begin = (max(turn.day, first.day), max(turn.lo, first.lo))
        end = (None, None) if after is None else (after.day, after.lo)
        found.append((*begin, *end, turn.truth, turn.why))
    return found


class Counted(NamedTuple):
    """To where a span was counted past pauses.

    `end` at the earliest, `last` at the latest; None: no end is to be seen. `plain` is the day or instant without any
    pause, `left` what is left while the clock stands still, `missing` what would tell how long it did.
    """

    end: At
    last: At | None
    plain: int
    left: str
    missing: tuple[str, ...]


class PausedCounts:
    """Counts spans past the pauses of a run; a span that a choice or a fact gives is known only while the fold runs."""

    def __init__(self, scope: Scope, *, first_day_counted: bool = False) -> None:
        self.scope = scope
        self.first_day_counted = first_day_counted
        self.late = bool(scope.learned_late)
        self.made: dict[tuple[Span, int], PausableSpan] = {}

    def count(self, case: Case, run: Run, span: Span, base: At) -> Counted:
        """A span after a moment."""
        scope, stage = self.scope, self.scope.stage_of(case) if self.late else 0
        pausable = self.made.get((span, stage))
        if pausable is None:
            calendars = scope.calendars_on(case.news_day)
            pausable = PausableSpan(span, calendars, scope.zone, first_day_counted=self.first_day_counted)
            self.made[span, stage] = pausable
        turns = run.pauses or []
        in_doubt = any(turn.truth is None for turn in turns)
        short = stops_of(turns, doubtful=False)
        long = stops_of(turns, doubtful=True) if in_doubt or span.timed else short
        zone, told = self.scope.zone, base.entry or base.told
        if not span.timed:
            first, plain = pausable.day(base.day, short), pausable.day(base.day, NO_STOPS)
            final = first if long is short else pausable.day(base.day, long)
            end, last = at_day(zone, first.end, told), at_day(zone, final.end, told)
        else:
            first, final = pausable.instant(base.lo, short), pausable.instant(base.hi, long)
            plain = pausable.instant(base.lo, NO_STOPS)
            end, last = (At(one, one, zone.day_of(one), told=told) for one in (first.end, final.end))
        missing: tuple[str, ...] = ()
        if in_doubt:
            missing = tuple(dict.fromkeys(_in_doubt(turns, base, last, final, timed=span.timed)))
        return Counted(end, None if final.left else last, plain.end, first.left, missing)


def _in_doubt(turns: list[Turn], base: At, last: At, final: Count, *, timed: bool) -> Iterator[str]:
    """What would tell whether the clock stood still where that is unknown, between the start of a count and its end."""
    for place, turn in enumerate(turns):
        if turn.truth is not None:
            continue
        after = turns[place + 1] if place + 1 < len(turns) else None
        if timed:
            begun, over = turn.lo < last.hi, after is not None and after.hi <= base.lo
        else:
            begun, over = turn.day <= last.day, after is not None and after.day - 1 <= max(base.day, turn.day - 1)
        if (begun or final.left) and not over:
            yield from turn.why
