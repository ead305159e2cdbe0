"""Versions that take over the runs which are open when they come in (`crossover`).

A duty of which no version does so is a plain `CompiledDuty`, and nothing of this is asked for it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import attrs

from icpm_engine.calendars import Zone
from icpm_engine.duties.due import CompiledDue
from icpm_engine.duties.evidence import Evidence
from icpm_engine.duties.legs import DueOf, picked_due
from icpm_engine.duties.runs import CompiledDuty
from icpm_engine.duties.starts import unsure_of
from icpm_engine.duties.texts import CompiledText
from icpm_engine.rules import model
from icpm_engine.working import ALL_NEWS, CROSSED, UNSURE, Case, Due, Run, at_day


class Crossed(NamedTuple):
    """What a run was before a version took it over: its date, and what its old text keeps of it."""

    due_at: int | None
    pins: dict[Any, Any]
    grid: dict[int, Any] | None


@attrs.define(eq=False)
class CrossingDuty(CompiledDuty):
    """A duty in one reading, of which versions take over open runs."""

    zone: Zone = attrs.field(kw_only=True)
    taken_over: dict[tuple[CompiledText, int], CompiledText] = attrs.field(init=False, factory=dict)
    """What a text becomes when the version of a day takes its runs over; made when first needed."""

    news_days: tuple[int, ...] = attrs.field(init=False)
    """The days on which a version comes in while there may be runs of an older one."""

    @news_days.default
    def _news_days(self) -> tuple[int, ...]:
        days = sorted({text.from_day for text in self.texts if text.from_day < ALL_NEWS})
        return tuple(day for day in days[1:] if (text := self.text_at(day)) is not None and text.from_day == day)

    def come_in(self, case: Case, day: int) -> None:
        """A version comes in: it takes over every open run of an older one."""
        version = self.text_at(day)
        if version is None or version.from_day != day:
            return
        for run in tuple(case.open.get(self.key, ())):
            if not run.ended and run.text.from_day < day:
                following = self._take_over(case, run, day)
                if following is not None:
                    self.enter(case, following)

    def _take_over(self, case: Case, run: Run, day: int) -> Run | None:
        """A version takes a run over; gives the run that follows it at once."""
        before, text = run.text, self._over(run.text, day)
        unsure = unsure_of(run)
        crossed = Crossed(run.due.at, {} if run.pins is None else run.pins, run.grid)
        run.pins = {CROSSED: crossed, **({UNSURE: unsure} if unsure else {})}
        run.text, run.grid, run.next_edge = text, {} if text.grid else None, 0
        run.progress, run.doubts, run.wanting = _kept(run, before, text), None, ()
        _pause_on(case, run, before, text)
        return self.take_up(case, run)

    def _over(self, text: CompiledText, day: int) -> CompiledText:
        """A text once the version of a day has taken it over."""
        over = self.taken_over.get((text, day))
        if over is None:
            version = self.text_at(day)
            if version is None:
                raise ValueError("a version comes in on the day from which it holds")
            over = attrs.evolve(version, due=_crossed_due(text, version, self.duty.crossover, day, self.zone))
            self.taken_over[text, day] = over
        return over

    def following(self, case: Case, run: Run) -> Run | None:
        """The next run of a series: one that counts from before a version that has come in is taken over at once."""
        later = super().following(case, run)
        for day in self.news_days if later is not None else ():
            if later is not None and later.text.from_day < day <= case.news_day:
                pins = later.pins or {}
                later.pins = {**pins, CROSSED: Crossed(None, dict(pins), later.grid)}
                later.text = self._over(later.text, day)
                later.grid = {} if later.text.grid else None
        return later


def _pause_on(case: Case, run: Run, before: CompiledText, text: CompiledText) -> None:
    """The clock under a version that takes the run over: the days on which it stood still stay what they were."""
    if text.pause is None:
        run.pauses = None
        return
    run.pauses = run.pauses or []
    if before.text.paused_while != text.text.paused_while:  # the reasons were those of the old text
        run.pauses = [turn._replace(why=()) if turn.truth else turn for turn in run.pauses]
    text.pause.ask(case, run)


def _kept(run: Run, before: CompiledText, text: CompiledText) -> dict[Any, Any] | None:
    """What a run has seen so far that stays: turns of lines that stay the same, and all that may cancel it.

    The rest is looked up again in what has happened.
    """
    progress = run.progress
    if not progress:
        return None
    kept: dict[Any, Any] = {}
    for evidence, line, was in zip(_keys(text), _lines(text.text), _lines(before.text), strict=True):
        if evidence is None or line != was:
            continue
        turns = {turn.number for turn in evidence.turns}
        whole = evidence is text.cancelled
        kept |= {
            key: value for key, value in progress.items() if key in turns or (whole and _key_of(key) == evidence.number)
        }
    return kept or None


def _key_of(number: Any) -> int:
    return abs(int(number[0] if isinstance(number, tuple) else number)) // 1000


def _keys(text: CompiledText) -> tuple[Evidence | None, ...]:
    return text.met, text.substitute, text.excused, text.cancelled


def _lines(text: model.DutyText) -> tuple[model.AnyLine | None, ...]:
    return text.met, text.substitute, text.excused, text.cancelled


def _crossed_due(
    before: CompiledText, version: CompiledText, how: model.Crossover, day: int, zone: Zone
) -> CompiledDue:
    """The due date of a run that a version has taken over."""
    own, old = version.due, before.due
    of = _from_day(own.of, day, zone) if how == "from_effective_day" else own.of
    if how == "earliest":
        of = picked_due((_as_it_was(before), of), "earliest", pausing=version.pause is not None)
        own = CompiledDue(
            of,
            own.reads | old.reads,
            own.pinned | old.pinned,
            (*own.conditions, *old.conditions),
            own.fixed and old.fixed,
        )
    return attrs.evolve(own, of=_noted(of, day, before.number))


def _from_day(of: DueOf, day: int, zone: Zone) -> DueOf:
    """A due date that is counted from the day on which the version came in, not from the start."""
    start = at_day(zone, day)

    def from_day(case: Case, run: Run) -> Due:
        kept = run.start, run.origin, run.floor
        first = run.origin is run.start
        run.start, run.floor = start, 0
        if first:
            run.origin = start
        try:
            return of(case, run)
        finally:
            run.start, run.origin, run.floor = kept

    return from_day


def _as_it_was(before: CompiledText) -> DueOf:
    """The due date that the old text gives, with what it keeps of the run."""
    of, number = before.due.of, before.number

    def as_it_was(case: Case, run: Run) -> Due:
        crossed: Crossed = (run.pins or {})[CROSSED]
        kept = run.text, run.pins, run.grid
        run.text, run.pins, run.grid = before, crossed.pins, crossed.grid
        try:
            due = of(case, run)
        finally:
            run.text, run.pins, run.grid = kept
        return due._replace(trace=("text", number, due.trace))

    return as_it_was


def _noted(of: DueOf, day: int, number: int) -> DueOf:
    """The same, with a derivation that says which version took the run over, and what its date was before."""

    def noted(case: Case, run: Run) -> Due:
        due = of(case, run)
        crossed: Crossed = (run.pins or {})[CROSSED]
        return due._replace(trace=("crossed", day, number, crossed.due_at, due.trace))

    return noted
