"""Lines whose head is no event: a condition that turns, or a moment that is reached.

From the opening of a run on, each turn is noted as it comes. What turned before is read off the past when the run
opens, if it may count: on the start's own day, or in a window that reaches back.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import attrs

from icpm_engine.conditions import Cond
from icpm_engine.conditions.happened import come
from icpm_engine.conditions.past import Past, Then, turns_of
from icpm_engine.counting import Truth
from icpm_engine.duties.standing import NOT_BEGUN, Standing, enough, needed
from icpm_engine.moments import MomentOf, Pending, Within, is_from_start
from icpm_engine.working import At, Case, Run, at_instant

Place: TypeAlias = tuple[int, int]
"""Where something stands among all that has happened: its instant, and the root of the event that did it."""


class _Turned(NamedTuple):
    """One time that it turned: when, whether the line applied then, and what would tell."""

    at: At
    applied: Truth
    names: tuple[str, ...] = ()


class _Looked(NamedTuple):
    """The last known answer (of a moment: which one had been reached), where the run opened, and each turn.

    For what cancels, the opening is where the run has taken the line up.
    """

    last: object
    opening: Place
    turned: tuple[_Turned, ...] = ()


@attrs.frozen(eq=False)
class Turn:
    """A line whose head is a condition or a moment: met when it becomes true or ceases to be, or is reached."""

    number: int
    cond: Cond
    to: bool
    when: Cond | None
    then: Then | None
    """The same of a turn that is asked about later than it came."""
    need: Cond | None
    """Its `when` as a part of a list of all: whether it is needed."""
    past: Past
    """How the condition stood."""
    within: Within | None
    edges: tuple[MomentOf, ...]
    ends: tuple[tuple[bool, MomentOf], ...]
    times: int
    words: str
    any_date: bool
    """It takes what comes after the run has opened, whatever its date (semantics 25)."""
    lower: bool
    """It has a lower bound; without one it counts from the start on."""
    from_start: bool
    """What turned as the run opened counts too (`since: start`)."""
    looks_back: bool
    """A lower bound may lie before the start."""

    def seek(self, case: Case, run: Run, behind: Place) -> None:
        """A run takes this line up: note how it stands, and what turned before, but for what lies `behind`."""
        here = self.any_date or run.opened == case.now
        opening = (case.now, _cause(case)) if here else (run.opened, run.start.entry)
        last = False if self.cond.moment is not None else self.cond.test(case, run, None)
        turned: tuple[_Turned, ...] = ()
        if self.cond.moment is None and (last is None or self._may_lie_before(case, run)):
            stretches = self.past.stretches(case, run, None)
            last = next((one.truth for one in reversed(stretches) if one.truth is not None), None)
            turns = [] if self.any_date else turns_of(stretches, to=self.to)
            found = [(self.past.moment_of(case, run, one, to=self.to), one.instant) for one in turns]
            behind = _behind(run, found, behind)
            counting = [one for one in found if self._is_before(run, opening, behind, one)]
            judged = [self._judged(case, run, at, instant) for at, instant in counting]
            turned = tuple(one for one in judged if one.applied is not False)
        run.progress[self.number] = _Looked(last, opening, turned)
        self.look(case, run)

    def _may_lie_before(self, case: Case, run: Run) -> bool:
        """A cheap look before the dear one: whether something that counts may have turned already."""
        if self.any_date:
            return False
        if self.looks_back or self.from_start or self.cond.edge is not None:
            return True
        return self.past.has_changed_since(case, case.zone.midnight[run.start.day])

    def _is_before(self, run: Run, opening: Place, behind: Place, one: tuple[At, int]) -> bool:
        at, instant = one
        place = (instant, at.entry)
        if place <= behind or (place == opening and self._is_start(run)):
            return False
        return self._counts(run, opening, at)

    def look(self, case: Case, run: Run) -> None:
        """Note how it stands; a change to the wanted side since the last look is a turn."""
        before: _Looked = run.progress[self.number]
        now, at, instant = self._now(case, run)
        if now is None:
            return
        turned = before.turned
        if at is not None and self._turns(before.last, now):
            opens = (case.now, _cause(case)) == before.opening and self._is_start(run)
            if self._counts(run, before.opening, at) and (self.cond.moment is not None or not opens):
                one = self._judged(case, run, at, instant)
                turned = turned if one.applied is False else (*turned, one)
        run.progress[self.number] = _Looked(now, before.opening, turned)

    def _is_start(self, run: Run) -> bool:
        """What turns as the run opens is its start, and no evidence for it (14), unless the line says so."""
        return self.any_date or (run.previous is None and not self.from_start)

    def _now(self, case: Case, run: Run) -> tuple[object, At | None, int]:
        """How it stands, and since when if it has just turned."""
        if self.cond.moment is None:
            at = case.cause.at if case.cause is not None else at_instant(case.zone, case.now)
            return self.cond.test(case, run, None), at, case.now
        reached = self.cond.moment(case, run, None)
        if isinstance(reached, Pending) or come(reached) > case.now:
            return False, None, case.now
        return (reached.lo, reached.hi), reached, come(reached)

    def _turns(self, last: object, now: object) -> bool:
        if self.cond.moment is not None:
            return now != last
        if now is not self.to:
            return False
        return last is not True if now else last is True

    def _judged(self, case: Case, run: Run, at: At, instant: int) -> _Turned:
        """A turn with its line's `when`: judged now if it has just come, else as the case stood at its instant."""
        if self.when is None or self.then is None:
            return _Turned(at, applied=True)
        late = instant < case.now
        applied = self.then.at(case, run, instant) if late else self.when.test(case, run, case.cause)
        if applied is not None:
            return _Turned(at, applied)
        names = self.then.names_at(case, run, instant) if late else self.when.missing(case, run, case.cause)
        return _Turned(at, None, tuple(sorted(names)))

    def _counts(self, run: Run, opening: Place, at: At) -> bool:
        if at.entry and at.entry == run.start.entry and not self.from_start:
            return False
        if self.any_date:  # a moment that was past when the run opened is none that comes after it
            return self.cond.moment is None or at.lo > opening[0]
        return self.lower or (at.lo > run.floor and bool(is_from_start(at, run.start)))

    def standing(self, case: Case, run: Run) -> Standing:
        """Complete once it has turned so often within its bounds."""
        looked: _Looked | None = run.progress.get(self.number)
        turned = [] if looked is None else [one for one in looked.turned if not _is_used(run, one.at)]
        if not turned:
            return NOT_BEGUN
        truths = [self._truth(case, run, one) for one in turned]
        sure = [one for one, truth in zip(turned, truths, strict=True) if truth]
        if len(sure) >= self.times:
            chosen = [one.at for one in enough(sure, self.times, run)]
            used = tuple(dict.fromkeys(at.entry for at in chosen if at.entry))
            return Standing(truth=True, moment=chosen[-1], used=used, wanting=())
        perhaps = [one for one, truth in zip(turned, truths, strict=True) if truth is None]
        wanting = (f"{self.times - len(sure)} more of {self.words}",) if sure and self.times > 1 else None
        if len(sure) + len(perhaps) < self.times:
            return Standing(truth=False, wanting=wanting)
        names = [name for one in perhaps for name in (*one.names, *self._untold(case, run, one))]
        return Standing(truth=None, wanting=wanting, unsure=tuple(dict.fromkeys(names)))

    def _truth(self, case: Case, run: Run, one: _Turned) -> Truth:
        inside = True if self.within is None else self.within(case, run, None, one.at)
        return False if inside is False else None if inside is None or one.applied is None else True

    def _untold(self, case: Case, run: Run, one: _Turned) -> list[str]:
        if self.within is None or self.within(case, run, None, one.at) is not None:
            return []
        edges = [edge(case, run, None) for edge in self.edges]
        told = [name for edge in edges if isinstance(edge, Pending) and edge.unknown for name in edge.names]
        return told or ["the hour of its bound"]

    def applies(self, case: Case, run: Run) -> tuple[Truth, tuple[str, ...]]:
        """In a list of all, whether it is needed, and what would tell."""
        return needed(self.need, case, run)

    def closes(self, case: Case, run: Run) -> int | None:
        """The last instant at which a turn can count; None while no end is to be seen."""
        ends = [(by, end(case, run, None)) for by, end in self.ends]
        known = [at.hi if by else (at.lo if at.whole else at.hi) - 1 for by, at in ends if isinstance(at, At)]
        return min(known, default=None)


def _cause(case: Case) -> int:
    return case.cause.root if case.cause is not None else 0


def _behind(run: Run, found: list[tuple[At, int]], behind: Place) -> Place:
    """The place of the last turn that the runs before have used: a series never reaches behind it (17)."""
    previous = run.previous
    while previous is not None and previous.met is None:
        previous = previous.previous
    if previous is None:
        return behind
    return max([behind, *((instant, at.entry) for at, instant in found if _has_used(previous, at))])


def _is_used(run: Run, at: At) -> bool:
    """Whether a run before it in the series has used a turn: it counts once (15)."""
    previous = run.previous
    while previous is not None:
        if _has_used(previous, at):
            return True
        previous = previous.previous
    return False


def _has_used(run: Run, at: At) -> bool:
    if at.entry:
        return at.entry in run.evidence
    met = run.met
    return met is not None and (met.lo, met.hi, met.entry) == (at.lo, at.hi, 0)
