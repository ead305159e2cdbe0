"""Lines that count events of a wider series: so many in a row, or a part of it, judged when its window closes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import attrs

from icpm_engine.checks import EventTest
from icpm_engine.counting import Member, Truth, counted, wanting
from icpm_engine.duties.lines import Dated, Doubtful, Leaf, Untold, roots_of
from icpm_engine.duties.standing import NOT_BEGUN, Standing
from icpm_engine.working import At, Case, Entry, Run


class _Judged(NamedTuple):
    """An event that surely lies in the window: whether it belongs to the series and is such, and what would tell."""

    at: At
    entry: Entry
    member: Member
    names: tuple[str, ...]


@attrs.frozen(eq=False)
class SeriesLeaf(Leaf):
    """One line with an event at its head, of which the wider series counts too.

    What belongs to the series, and whether it is such, is asked when the event happens; `where` says what is such.
    """

    of: EventTest | None
    untold_of: Untold

    def _meant(self, case: Case, run: Run, entry: Entry) -> tuple[Truth, tuple[str, ...]]:
        """Whether it belongs to the series, and what would tell. Whether it is such is kept beside."""
        belongs, names = self._asked(case, run, entry, self.of, self.untold_of)
        if belongs is not False:
            run.progress[self._verdict(entry)] = self._asked_where(case, run, entry)
        return belongs, names

    def _verdict(self, entry: Entry) -> tuple[int, int]:
        return self.number, entry.root

    def _asked_where(self, case: Case, run: Run, entry: Entry) -> tuple[Truth, tuple[str, ...]]:
        such: Truth = True if self.where is None else self.where(entry, case, run)
        return such, () if such is not None else tuple(self.untold(entry, case, run))

    def _members(self, case: Case, run: Run) -> list[_Judged]:
        """Every event that is, or may be, of the series, in the order of their dates."""
        seen: tuple[Dated, ...] = run.progress.get(self.number, ())
        perhaps: tuple[Doubtful, ...] = run.progress.get(-self.number, ())
        found = [self._judged(case, run, at, entry, ()) for at, entry in seen]
        found += [
            self._judged(case, run, one.at, one.entry, self._unsure_for(case, run, one) or ("",))
            for one in perhaps
            if one.at.lo <= case.now
        ]
        return sorted(found, key=lambda one: one.at.lo)

    def _judged(self, case: Case, run: Run, at: At, entry: Entry, doubts: tuple[str, ...]) -> _Judged:
        such, names = run.progress[self._verdict(entry)]
        if such is not False and self._lacking(case, run, entry):
            such, names = False, ()
        return _Judged(at, entry, Member(not doubts, such), tuple(name for name in (*doubts, *names) if name))

    def standing(self, case: Case, run: Run) -> Standing:
        """What it has come to; a share only once its window has closed."""
        found = self._members(case, run)
        members = [one.member for one in found]
        lacks = wanting(self.line, members)
        closed = None
        if self.line.share is not None:
            closed = self.closes(case, run)
            if closed is None or case.now <= closed:
                return NOT_BEGUN if lacks is None else Standing(truth=False, wanting=lacks)
        truth = counted(self.line, members) if members else False
        if truth:
            return self._complete(case, found, closed)
        unsure = () if truth is False else tuple(dict.fromkeys(name for one in found for name in one.names))
        return Standing(truth=truth, wanting=lacks, unsure=unsure)

    def _complete(self, case: Case, found: Iterable[_Judged], closed: int | None) -> Standing:
        """The last of the row dates it; a share is dated by the end of its window."""
        such = [(one.at, one.entry) for one in found if one.member.belongs and one.member.such]
        if closed is not None:
            return Standing(
                truth=True, moment=At(closed, closed, case.zone.day_of(closed)), used=roots_of(such), wanting=()
            )
        row = such[-(self.line.in_a_row or 1) :]
        return Standing(truth=True, moment=row[-1][0], used=roots_of(row), wanting=())

    def waits_until(self, case: Case, run: Run) -> int | None:
        """The next instant at which an event comes in that is dated later, or the window of a share has closed."""
        later = super().waits_until(case, run)
        closed = self.closes(case, run) if self.line.share is not None else None
        if closed is None or closed < case.now:
            return later
        return closed + 1 if later is None else min(closed + 1, later)
