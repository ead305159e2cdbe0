"""Epochs: thirty days each, into which commits fall, so that what was known in them is found without a search."""

from __future__ import annotations

import threading
from bisect import bisect_right
from typing import Final

from sqlalchemy import bindparam, select

from icpm_engine.store.database import Access
from icpm_engine.store.statements import Statement, table_of
from icpm_engine.store.tables import CommitTable

LENGTH: Final = 30 * 86_400
"""Seconds of an epoch."""


class Epochs:
    """A county's epochs in which there were commits, each by its first. Read as needed, and kept: they never change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._firsts: list[int] = []
        self._epochs: list[int] = []
        self._looked_up_to = 0

    def of(self, access: Access, county: str, commit_no: int) -> int:
        """The epoch of a commit that is visible; of the time before the first one, an epoch in which nothing lies."""
        found = self.between(access, county, commit_no, commit_no)
        return found[0] if found else -1

    def between(self, access: Access, county: str, first: int, last: int) -> list[int]:
        """The epochs of visible commits, from one to another."""
        with self._lock:
            if last > self._looked_up_to:
                self._look_on(access, county)
                self._looked_up_to = last
            begin, end = (bisect_right(self._firsts, commit_no) for commit_no in (first, last))
            return self._epochs[max(begin - 1, 0) : end]

    def _look_on(self, access: Access, county: str) -> None:
        while True:
            since = (self._epochs[-1] + 1) * LENGTH if self._epochs else 0
            found = access.rows(_FIRST_SINCE, county=county, at=since, limit=1)
            if not found:
                return
            commit_no, at = found[0]
            self._firsts.append(commit_no)
            self._epochs.append(at // LENGTH)


_commits = table_of(CommitTable).c
_FIRST_SINCE = Statement(
    lambda _: (
        select(_commits.commit_no, _commits.at)
        .where(_commits.county == bindparam("county"), _commits.at >= bindparam("at"))
        .order_by(_commits.at, _commits.commit_no)
        .limit(bindparam("limit"))
    )
)
