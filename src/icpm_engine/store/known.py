"""Questions answered as they would have been after some commit, from what was known then."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.sql import ClauseElement

from icpm_engine.history.results import FOREVER, Entry
from icpm_engine.history.sources import SubjectKey
from icpm_engine.store import journal
from icpm_engine.store.assignments import Assignment
from icpm_engine.store.projection import StoredRow
from icpm_engine.store.queries import Known
from icpm_engine.store.reading import Reading, Standing
from icpm_engine.store.statements import Statement, table_of
from icpm_engine.store.tables import AssignmentTable, LinkTable


class KnownReading(Reading):
    """A reading of what was known after a commit: the journals, links and rows as they were then.

    Nothing of it is kept, and it holds no findings: a case's own are found by folding it.
    """

    def __init__(self, reading: Reading, commit_no: int) -> None:
        super().__init__(reading.access, reading.county, reading.kinds, None, reading.epochs, reading.across)
        self.commit_no = commit_no

    def standing(self, kind: str, subject: str) -> Standing:
        """A subject as it stood; `version` is the commit that had last written one of its rows."""
        key = (kind, subject)
        rows = self.rows(kind, subject)
        last = max(rows, key=lambda row: row.known_from, default=None)
        version, pack = (last.known_from, last.pack) if last is not None else (0, 0)
        return Standing(key, version, pack=pack, horizon=FOREVER, journals=self._journals_of(key), rows=rows)

    def entries(self, kind: str, subject: str) -> list[Entry]:
        """A subject's own journal, as far as it had been written."""
        return journal.entries_known(self.access, self.county, kind, subject, self.kinds, self.commit_no)

    def rows(self, kind: str, subject: str) -> list[StoredRow]:
        """A subject's obligations, one row for each period, as known then."""
        return self.rows_known(kind, subject, self.commit_no)

    def periods(self, kind: str, subject: str, identity: tuple[str, int, int, int]) -> list[StoredRow]:
        """One obligation as known then, one row for each period."""
        return [row for row in self.rows(kind, subject) if row[2:6] == identity]

    def links(self, case: str) -> tuple[SubjectKey, ...]:
        """The person and team whose journals a case was folded from."""
        found = self.access.rows(_LINKS, county=self.county, case_id=case, commit=self.commit_no)
        return tuple(dict.fromkeys((kind, other) for kind, other in found))

    def cases_of(self, kind: str, subject: str) -> list[str]:
        """The cases that were folded from a person's or team's journal."""
        given = {"other_kind": kind, "other_id": subject, "commit": self.commit_no}
        return list(dict.fromkeys(case for (case,) in self.access.rows(_CASES_OF, county=self.county, **given)))

    def assignments(self, case: str) -> list[Assignment]:
        """Who filled which role for a case, as known then."""
        found = self.access.rows(_ASSIGNMENTS, county=self.county, case_id=case, commit=self.commit_no)
        return [Assignment._make(row) for row in found]

    def horizon(self) -> int:
        """The instant up to which the lists were complete; of the time before the first commit, any."""
        return self.commit(self.commit_no).horizon if self.commit_no else FOREVER

    def _known(self) -> Known:
        instant = self.commit(self.commit_no).at if self.commit_no else 0
        return Known(self.commit_no, self.epochs.of(self.access, self.county, self.commit_no), instant)


_links = table_of(LinkTable).c
_assignments = table_of(AssignmentTable).c


def _then(columns: Any, *same: str) -> list[Any]:  # noqa: ANN401 - a Core column collection
    """Rows with these values that were known after a commit."""
    known = (columns.known_from <= bindparam("commit"), columns.known_until > bindparam("commit"))
    return [*(columns[name] == bindparam(name) for name in ("county", *same)), *known]


def _links_of(_: str) -> ClauseElement:
    found = select(_links.other_kind, _links.other_id).where(*_then(_links, "case_id"))
    return found.order_by(_links.other_kind, _links.other_id)


def _cases_of(_: str) -> ClauseElement:
    return select(_links.case_id).where(*_then(_links, "other_kind", "other_id")).order_by(_links.case_id)


def _assigned(_: str) -> ClauseElement:
    found = select(*(_assignments[name] for name in Assignment._fields)).where(*_then(_assignments, "case_id"))
    return found.order_by(_assignments.role, _assignments.from_instant, _assignments.worker)


_LINKS = Statement(_links_of)
_CASES_OF = Statement(_cases_of)
_ASSIGNMENTS = Statement(_assigned)
