"""Several commits in one transaction: what became known one thing after the other, at instants that have passed.

An import that believes a system's own entry stamps writes its events as versions: each is known from the instant of its
stamp on. Nobody sees any of it before the transaction ends, and nothing of it stays when anything is raised.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.sql import ClauseElement

from icpm_engine.history.results import FOREVER
from icpm_engine.store import bulk
from icpm_engine.store.epochs import Epochs
from icpm_engine.store.reading import Kept, Reading
from icpm_engine.store.statements import Statement, insert, table_of
from icpm_engine.store.tables import CommitTable, CountyTable, SubjectTable
from icpm_engine.store.writing import Writing

AHEAD: Final = 92 * 86_400
"""Seconds. How far beyond the next version's instant lists are complete; each version is reckoned that far."""
KEPT: Final = 64
"""Subjects that stay decoded from one version to the next; those that hang together are written one after the other."""


class Versions:
    """The commits of a writing transaction: one for each of some instants, in their order, and then its own.

    `instants` lie after the county's last commit (`settled`) and before this one. One subject's versions are written in
    the order of their instants, each carried forward beyond the one that follows (AHEAD): so the lists as known after a
    commit are complete that far beyond the next.
    """

    def __init__(self, writing: Writing, instants: Sequence[int], note: str) -> None:
        self._writing = writing
        self._instants = instants
        self._first = writing.commit_no
        access, county = writing.access, writing.county
        access.run(_RESERVE, county=county, more=len(instants))
        least: int = access.rows(_LEAST, county=county)[0][0]
        following = [*instants[1:], writing.at]
        rows = [
            (county, number, at, writing.by, note, min(least, then + AHEAD), writing.in_use)
            for number, (at, then) in enumerate(zip(instants, following, strict=True), self._first)
        ]
        bulk.add(access, CommitTable, _INSERT, rows)
        writing.epochs = Epochs()  # of commits that may yet be rolled back
        writing.kept = Kept(KEPT)

    def turn_to(self, instant: int) -> None:
        """What is recorded from here on is known from an instant on, or, after all of them, from the last commit on."""
        self.flush()
        place = bisect_left(self._instants, instant)
        self._writing.commit_no = self._first + place
        self._writing.committed_at = self._instants[place] if place < len(self._instants) else self._writing.at

    def flush(self) -> None:
        """Write what became known at the instant in hand."""
        writing = self._writing
        writing.flush()
        if writing.kept is not None:
            writing.kept.put(writing.fresh.values())
        writing.fresh.clear()


def settled(reading: Reading) -> int:
    """The instant of the county's last commit: as known up to then, no answer ever changes. 0 without any commit."""
    last = reading.commit_at(FOREVER)
    return reading.commit(last).at if last else 0


# --- statements -------------------------------------------------------------------------------------------------------

_counties = table_of(CountyTable)
_subjects = table_of(SubjectTable).c
_INSERT = insert(CommitTable)


def _reserve(_: str) -> ClauseElement:
    mine = _counties.update().where(_counties.c.county == bindparam("county"))
    return mine.values(next_commit=_counties.c.next_commit + bindparam("more"))


_RESERVE = Statement(_reserve)
_LEAST = Statement(
    lambda _: select(func.coalesce(func.min(_subjects.horizon), FOREVER)).where(_subjects.county == bindparam("county"))
)
