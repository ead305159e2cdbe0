"""Questions answered as they would have been after some commit, from what was known then."""

from __future__ import annotations

from icpm_engine.history.results import FOREVER
from icpm_engine.store.projection import StoredRow
from icpm_engine.store.queries import Known
from icpm_engine.store.reading import Reading, Standing


class KnownReading(Reading):
    """A reading of what was known after a commit: the journals, links and rows as they were then.

    Nothing of it is kept, and it holds no findings: a case's own are found by folding it.
    """

    def __init__(self, reading: Reading, commit_no: int) -> None:
        access, county, epochs = reading.access, reading.county, reading.epochs
        instant = reading.commit(commit_no).at if commit_no else 0
        known = Known(commit_no, epochs.of(access, county, commit_no), instant)
        super().__init__(access, county, reading.kinds, None, epochs, reading.across, known)

    @property
    def rules(self) -> int:
        """The number of the rules that were in use; 0 where nothing says so."""
        return self.commit(self.known.commit).pack if self.known.commit else 0

    def standing(self, kind: str, subject: str) -> Standing:
        """A subject as it stood; `version` is the commit that had last written one of its rows."""
        key = (kind, subject)
        rows = self.rows(kind, subject)
        last = max(rows, key=lambda row: row.known_from, default=None)
        version, pack = (last.known_from, last.pack) if last is not None else (0, 0)
        return Standing(key, version, pack=pack, horizon=FOREVER, journals=self._journals_of(key), rows=rows)

    def rows(self, kind: str, subject: str) -> list[StoredRow]:
        """A subject's obligations, one row for each period, as known then."""
        return self.rows_known(kind, subject, self.known.commit)

    def periods(self, kind: str, subject: str, identity: tuple[str, int, int, int]) -> list[StoredRow]:
        """One obligation as known then, one row for each period."""
        return [row for row in self.rows(kind, subject) if row[2:6] == identity]

    def horizon(self) -> int:
        """The instant up to which the lists were complete; of the time before the first commit, any."""
        return self.commit(self.known.commit).horizon if self.known.commit else FOREVER
