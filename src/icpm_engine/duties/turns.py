"""Lines whose head is no event: a condition that turns, or a moment that is reached."""

from __future__ import annotations

from typing import NamedTuple

import attrs

from icpm_engine.conditions import Cond
from icpm_engine.conditions.happened import come
from icpm_engine.counting import Truth
from icpm_engine.duties.standing import NOT_BEGUN, Standing, needed
from icpm_engine.moments import MomentOf, Pending, Within, is_from_start
from icpm_engine.working import At, Case, Run, at_instant


class _Turned(NamedTuple):
    """One time that it turned: when, whether the line applied then, and what would tell."""

    at: At
    applied: Truth
    names: tuple[str, ...]


class _Looked(NamedTuple):
    """How it stood when it was last asked (of a moment: which one had been reached), and each time that it turned."""

    last: object
    turned: tuple[_Turned, ...] = ()


@attrs.frozen(eq=False)
class Turn:
    """A line whose head is a condition or a moment: met when it becomes true or ceases to be, or is reached."""

    number: int
    cond: Cond
    to: bool
    when: Cond | None
    need: Cond | None
    """Its `when` as a part of a list of all: whether it is needed."""
    within: Within | None
    edges: tuple[MomentOf, ...]
    ends: tuple[tuple[bool, MomentOf], ...]
    times: int
    words: str
    any_date: bool
    """It takes what comes after the run has opened, whatever its date (semantics 25)."""

    def look(self, case: Case, run: Run) -> None:
        """Note how it stands; a change to the wanted side since the last look is a turn."""
        before: _Looked | None = run.progress.get(self.number)
        now, at = self._now(case, run)
        if now is None and before is not None:
            return
        looked = _Looked(now, () if before is None else before.turned)
        if at is not None and self._turns(before, now) and self._counts(run, at):
            applied: Truth = True if self.when is None else self.when.test(case, run, case.cause)
            names = () if applied is not None or self.when is None else self.when.missing(case, run, case.cause)
            if applied is not False:
                looked = _Looked(now, (*looked.turned, _Turned(at, applied, tuple(sorted(names)))))
        run.progress[self.number] = looked

    def _now(self, case: Case, run: Run) -> tuple[object, At | None]:
        """How it stands, and since when if it has just turned."""
        if self.cond.moment is None:
            at = case.cause.at if case.cause is not None else at_instant(case.zone, case.now)
            return self.cond.test(case, run, None), at
        reached = self.cond.moment(case, run, None)
        if isinstance(reached, Pending) or come(reached) > case.now:
            return False, None
        return (reached.lo, reached.hi), reached

    def _turns(self, before: _Looked | None, now: object) -> bool:
        if self.cond.moment is not None:
            return now != (False if before is None else before.last)
        if before is None or now is not self.to:
            return False
        return before.last is not True if now else before.last is True

    def _counts(self, run: Run, at: At) -> bool:
        if self.any_date and self.cond.moment is not None and at.lo <= run.opened:
            return False  # a moment that was past when the run opened is none that comes after it
        return at.lo > run.floor and bool(is_from_start(at, run.start))

    def standing(self, case: Case, run: Run) -> Standing:
        """Complete once it has turned so often since the run opened, within its bounds."""
        looked: _Looked | None = run.progress.get(self.number)
        if looked is None or not looked.turned:
            return NOT_BEGUN
        truths = [self._truth(case, run, one) for one in looked.turned]
        sure = [one.at for one, truth in zip(looked.turned, truths, strict=True) if truth]
        if len(sure) >= self.times:
            chosen = sorted(sure, key=lambda at: at.lo)[: self.times]
            used = tuple(dict.fromkeys(at.entry for at in chosen if at.entry))
            return Standing(truth=True, moment=chosen[-1], used=used, wanting=())
        perhaps = [one for one, truth in zip(looked.turned, truths, strict=True) if truth is None]
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
