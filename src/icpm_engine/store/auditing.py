"""Reads a county's whole journal and says whether it still is what was recorded (chain.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs
from sqlalchemy import bindparam, func, select

from icpm_engine.store.chain import FIRST, HEADER, Anchor, Anchoring, digest_of, link_of
from icpm_engine.store.database import Access
from icpm_engine.store.statements import Statement, table_of
from icpm_engine.store.tables import AnchorTable, CommitTable, CountyTable, EntryTable

PAGE: Final = 2_000
SHOWN: Final = 1_000
"""So many faults are listed; the rest are counted."""


@attrs.frozen
class Fault:
    """Where a journal is not what was recorded: an entry's number, its subject, and what was found."""

    entry: int
    subject_kind: str | None
    subject_id: str | None
    found: str


@attrs.frozen
class Audit:
    """What was read and what was found; `anchor` is the hash over all of it, to be kept elsewhere.

    `erased` counts the entries whose payload and salt are gone: their links still hold.
    """

    county: str
    entries: int
    subjects: int
    commits: int
    anchors: int
    erased: int
    anchor: str
    faults: tuple[Fault, ...]
    faults_in_all: int


def audit(access: Access, county: str, kept: Iterable[Anchor] = ()) -> Audit:
    """Compute every digest, link and anchor of a county anew and compare. Writes nothing, and reads all of it once.

    `kept` are anchors that an earlier audit gave: whether the journal still comes to them.
    """
    return _Audit(access, county, kept).run()


class _Audit:
    def __init__(self, access: Access, county: str, kept: Iterable[Anchor]) -> None:
        self._access = access
        self._county = county
        self._stored = [Anchor(*row) for row in access.rows(_ANCHORS, county=county)]
        witnesses = [*((anchor, False) for anchor in self._stored), *((anchor, True) for anchor in kept)]
        self._witnesses = sorted(witnesses, key=lambda one: (one[0].entry, not one[1]), reverse=True)
        """Anchors to come to, the next one last; of two at one entry, the one that others go on from comes after."""
        self._anchoring = Anchoring(Anchor(0, 0, FIRST))
        self._heads: dict[tuple[str, str], bytes] = {}
        self._faults: list[Fault] = []
        self._found = 0
        self._erased = 0
        self._last = 0

    def run(self) -> Audit:
        access, county = self._access, self._county
        read = 0
        for row in self._rows():
            self._see(row)
            read += 1
        ((until, commits, last_commit),) = access.rows(_NUMBERS, county=county)
        if self._last < until - 1:
            self._missing(self._last + 1, until - 1)
        for witness, kept in reversed(self._witnesses):
            self._fault(witness.entry, f"{_name(kept)} goes up to an entry that the journal does not have")
        now = self._anchoring.through(access, county, self._last, last_commit)
        anchors = len(self._stored)
        counts = (read, len(self._heads), commits, anchors, self._erased)
        return Audit(county, *counts, str(now), tuple(self._faults), self._found)

    def _rows(self) -> Iterator[Sequence[Any]]:
        after = 0
        while found := self._access.rows(_ENTRIES, county=self._county, after=after, limit=PAGE):
            yield from found
            after = found[-1][3]

    def _see(self, row: Sequence[Any]) -> None:
        """One entry, in the order of the numbers."""
        header, (payload, salt, digest, link, at) = row[: len(HEADER)], row[len(HEADER) :]
        kind, subject, entry = header[1:4]
        if entry != self._last + 1:
            self._missing(self._last + 1, entry - 1)
        if not salt and not payload:
            self._erased += 1
        elif digest_of(salt, payload) != digest:
            self._fault(entry, "what it says is not what was recorded", kind, subject)
        if at is None:
            self._fault(entry, "its commit is missing", kind, subject)
        elif link_of(self._heads.get((kind, subject), FIRST), digest, header, at) != link:
            said = "it does not follow from the one before it: one of the two was changed, or one taken out or put in"
            self._fault(entry, said, kind, subject)
        self._heads[kind, subject] = link  # gone on from as it stands, so that one change is one fault
        self._anchoring.feed([link])
        self._last = entry
        while self._witnesses and self._witnesses[-1][0].entry <= entry:
            self._compare(*self._witnesses.pop())

    def _compare(self, witness: Anchor, kept: bool) -> None:  # noqa: FBT001 - which of the two it is
        if witness.entry != self._last:
            self._fault(witness.entry, f"{_name(kept)} goes up to an entry that the journal does not have")
        elif self._anchoring.through(self._access, self._county, witness.entry, witness.commit_no) != witness:
            self._fault(witness.entry, f"the journal up to here does not come to {_name(kept)}")
        if not kept:
            self._anchoring = Anchoring(witness)

    def _missing(self, first: int, last: int) -> None:
        self._fault(first, "it is missing" if first == last else f"it is missing, with all up to {last}")

    def _fault(self, entry: int, found: str, kind: str | None = None, subject: str | None = None) -> None:
        self._found += 1
        if len(self._faults) < SHOWN:
            self._faults.append(Fault(entry, kind, subject, found))


def _name(kept: bool) -> str:  # noqa: FBT001 - one word for each
    return "the anchor that was kept" if kept else "its anchor"


# --- statements -------------------------------------------------------------------------------------------------------

_entries = table_of(EntryTable)
_commits = table_of(CommitTable)
_counties = table_of(CountyTable).c
_anchors = table_of(AnchorTable).c

_ENTRIES = Statement(
    lambda _: (
        select(
            *(_entries.c[name] for name in (*HEADER, "payload", "salt", "digest", "link")),
            select(_commits.c.at)
            .where(_commits.c.county == bindparam("county"), _commits.c.commit_no == _entries.c.commit_no)
            .scalar_subquery(),
        )
        .where(_entries.c.county == bindparam("county"), _entries.c.entry > bindparam("after"))
        .order_by(_entries.c.entry)
        .limit(bindparam("limit"))
    )
)
_ANCHORS = Statement(
    lambda _: (
        select(_anchors.entry, _anchors.commit_no, _anchors.digest)
        .where(_anchors.county == bindparam("county"))
        .order_by(_anchors.entry)
    )
)
_NUMBERS = Statement(
    lambda _: select(
        select(_counties.next_entry).where(_counties.county == bindparam("county")).scalar_subquery(),
        func.count(),
        func.coalesce(func.max(_commits.c.commit_no), 0),
    ).where(_commits.c.county == bindparam("county"))
)
