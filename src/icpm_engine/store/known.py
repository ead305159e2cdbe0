"""Questions answered as they would have been after some commit, from what was known then."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from icpm_engine.history.results import FOREVER
from icpm_engine.store import adopting
from icpm_engine.store.adopting import Adopted
from icpm_engine.store.projection import StoredRow
from icpm_engine.store.queries import Known
from icpm_engine.store.reading import Reading, Standing
from icpm_engine.vocabulary.kinds import EventKind


class KnownReading(Reading):
    """A reading of what was known after a commit: the journals, links and rows as they were then.

    Nothing of it is kept, and it holds no findings: a case's own are found by folding it.
    """

    def __init__(self, reading: Reading, commit_no: int) -> None:
        access, county, epochs = reading.access, reading.county, reading.epochs
        instant = reading.commit(commit_no).at if commit_no else 0
        known = Known(commit_no, epochs.of(access, county, commit_no), instant)
        super().__init__(access, county, reading.kinds, None, epochs, reading.across, known)

    def read_by(self, kinds: Mapping[str, EventKind], across: Collection[str]) -> Reading:
        """The same with entries read as other rules declare them."""
        return KnownReading(super().read_by(kinds, across), self.known.commit)

    def in_force(self) -> int:
        """The number of the rules that the county went by; 0 before it had any."""
        return self.commit(self.known.commit).pack if self.known.commit else 0

    def adoptions(self) -> list[Adopted]:
        """The rules that the county had taken, the oldest first, as far as it had come with them."""
        last = self.known.commit
        found = [one for one in super().adoptions() if one.since <= last]
        return [one if (one.finished or 0) <= last else one._replace(finished=None, finished_at=None) for one in found]

    def standing(self, kind: str, subject: str) -> Standing:
        """A subject as it stood; `version` is the commit that had last written one of its rows."""
        key = (kind, subject)
        rows = self.rows(kind, subject)
        version = max((row.known_from for row in rows), default=0)
        pack = adopting.passed_by(self.access, self.county, kind, subject, self.known.commit)
        if pack is None:
            pack = adopting.versions(self.access, self.county, kind, [subject]).get(subject, (0, 0))[1]
        return Standing(key, version, pack=pack, horizon=FOREVER, journals=self.journals_of(key), rows=rows)

    def rows(self, kind: str, subject: str) -> list[StoredRow]:
        """A subject's obligations, one row for each period, as known then."""
        return self.rows_known(kind, subject, self.known.commit)

    def periods(self, kind: str, subject: str, identity: tuple[str, int, int, int]) -> list[StoredRow]:
        """One obligation as known then, one row for each period."""
        return [row for row in self.rows(kind, subject) if row[2:6] == identity]

    def horizon(self) -> int:
        """The instant up to which the lists were complete; of the time before the first commit, any."""
        return self.commit(self.known.commit).horizon if self.known.commit else FOREVER
