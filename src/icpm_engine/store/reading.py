"""What can be asked of a county's store within one snapshot."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final, NamedTuple

import attrs
from sqlalchemy import bindparam, select
from sqlalchemy.sql import ClauseElement

from icpm_engine.errors import NotFound
from icpm_engine.history.assignments import Assignment
from icpm_engine.history.results import FOREVER, Entry, FindingRow
from icpm_engine.history.sources import SubjectKey, sources_of
from icpm_engine.store import adopting, journal, projection, queries
from icpm_engine.store.adopting import Adopted
from icpm_engine.store.auditing import Audit, audit
from icpm_engine.store.chain import Anchor
from icpm_engine.store.database import Access
from icpm_engine.store.epochs import Epochs
from icpm_engine.store.journal import Commit, JournalRow
from icpm_engine.store.projection import StoredRow
from icpm_engine.store.queries import EVERYTHING, NOW, PAGE, Asked, Filter, Known, Listed, Position
from icpm_engine.store.statements import Statement, among, listed, table_of
from icpm_engine.store.tables import AssignmentTable, CommitTable, FindingTable, LinkTable, PackTable, SubjectTable
from icpm_engine.store.waiting import Waiting, waiting
from icpm_engine.vocabulary.kinds import EventKind

KEPT_SUBJECTS: Final = 1_000
"""How many recently seen subjects a store keeps decoded, at some 20 kB for a case of 50 events."""


class Finding(NamedTuple):
    """A finding, and whose it is."""

    subject_kind: str
    subject_id: str
    finding: FindingRow


@attrs.frozen
class Standing:
    """A subject as the store knows it: the journals it is folded from, and its projection. To be read, never changed.

    `version` is the commit that last wrote the projection, 0 for a subject that the store does not know.
    """

    key: SubjectKey
    version: int = 0
    last_entry: int = 0
    pack: int = 0
    horizon: int = FOREVER
    journals: Mapping[SubjectKey, list[Entry]] = attrs.Factory(dict)
    """Its own journal first, then those of others (history.sources)."""
    rows: list[StoredRow] = attrs.Factory(list)
    findings: tuple[FindingRow, ...] = ()
    memo: dict[str, Any] = attrs.field(factory=dict, eq=False, repr=False)
    """What whoever asks has made from it and wants to find again as long as it stands."""

    @property
    def entries(self) -> list[Entry]:
        """Everything in the journals that it is folded from."""
        return [entry for entries in self.journals.values() for entry in entries]

    @property
    def lasts(self) -> bool:
        """Whether it stands until its own version changes: what another case records need not change it."""
        return all(key == self.key or key[0] != "case" for key in self.journals)


class Kept:
    """Standings of recently seen subjects, each valid for one version; the oldest makes room."""

    def __init__(self, size: int = KEPT_SUBJECTS) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._standings: OrderedDict[SubjectKey, Standing] = OrderedDict()

    def get(self, key: SubjectKey, version: int) -> Standing | None:
        """What is kept of a subject, if it is of this version."""
        with self._lock:
            standing = self._standings.get(key)
            if standing is None or standing.version != version:
                return None
            self._standings.move_to_end(key)
            return standing

    def put(self, standings: Iterable[Standing]) -> None:
        """Keep what a commit has made visible."""
        with self._lock:
            for standing in standings:
                self._standings[standing.key] = standing
                self._standings.move_to_end(standing.key)
            while len(self._standings) > self._size:
                self._standings.popitem(last=False)


class Reading:
    """Questions to one county, all answered from the same snapshot. Nothing is locked and nothing is written."""

    def __init__(
        self,
        access: Access,
        county: str,
        kinds: Mapping[str, EventKind],
        kept: Kept | None,
        epochs: Epochs,
        across: Collection[str] = (),
        known: Known = NOW,
    ) -> None:
        self.access = access
        self.county = county
        self.kinds = kinds
        self.kept = kept
        self.epochs = epochs
        self.across = across
        self.known = known
        """After which commit what is asked was known."""

    # --- one subject

    def standing(self, kind: str, subject: str) -> Standing:
        """A subject's journals and projection; an empty one where the store does not know the subject."""
        key = (kind, subject)
        found = self.access.rows(_SUBJECT, county=self.county, subject_kind=kind, subject_id=subject)
        if not found:
            return Standing(key, journals=self.journals_of(key) if self.across else {key: []})
        standing = self.kept.get(key, found[0][0]) if self.kept is not None else None
        if standing is None:
            standing = self._load(key, found[0])
            self._keep(standing)
        return standing

    def _keep(self, standing: Standing) -> None:
        if self.kept is not None and standing.lasts:
            self.kept.put([standing])

    def _load(self, key: SubjectKey, found: tuple[int, int, int, int]) -> Standing:
        version, last_entry, pack, horizon = found
        return Standing(
            key,
            version,
            last_entry,
            pack,
            horizon,
            journals=self.journals_of(key),
            rows=self.rows(*key),
            findings=self.findings(*key),
        )

    def journals_of(self, key: SubjectKey) -> dict[SubjectKey, list[Entry]]:
        """The journals that a subject is folded from."""
        return {of: self.entries(*of) for of in sources_of(key, self, self.across)}

    def entries(self, kind: str, subject: str) -> list[Entry]:
        """A subject's own journal as the fold reads it, in the order of recording."""
        return journal.entries(self.access, self.county, kind, subject, self.kinds, self.known.commit)

    def journal(self, kind: str, subject: str) -> list[JournalRow]:
        """A subject's own journal as it was written, in the order of recording."""
        return journal.journal(self.access, self.county, kind, subject)

    def audit(self, kept: Iterable[Anchor] = ()) -> Audit:
        """Whether the county's journal still is what was recorded, and comes to anchors that were kept elsewhere."""
        return audit(self.access, self.county, kept)

    def rows(self, kind: str, subject: str) -> list[StoredRow]:
        """A subject's obligations, one row for each period."""
        return projection.rows(self.access, self.county, kind, subject)

    def periods(self, kind: str, subject: str, identity: tuple[str, int, int, int]) -> list[StoredRow]:
        """One obligation by its identity within a subject, one row for each period."""
        return projection.periods(self.access, self.county, kind, subject, identity)

    def rows_known(self, kind: str, subject: str, commit_no: int) -> list[StoredRow]:
        """The same as it was known after a commit."""
        return projection.rows_known(self.access, self.county, kind, subject, commit_no)

    def findings(self, kind: str, subject: str) -> tuple[FindingRow, ...]:
        """What a person should look at in a subject, as known now."""
        return projection.findings(self.access, self.county, kind, subject)

    def links(self, case: str) -> tuple[SubjectKey, ...]:
        """The person and team whose journals a case is folded from."""
        found = self.access.rows(_LINKS, county=self.county, case_id=case, commit=self.known.commit)
        return tuple(dict.fromkeys((kind, other) for kind, other in found))

    def cases_of(self, kind: str, subject: str) -> list[str]:
        """The cases that are folded from a person's or team's journal."""
        given = {"other_kind": kind, "other_id": subject, "commit": self.known.commit}
        found = self.access.rows(_CASES_OF, county=self.county, **given)
        return list(dict.fromkeys(case for (case,) in found))

    def strangers(self, kind: str, subjects: Iterable[str]) -> set[str]:
        """Those subjects, of many, that the store does not know."""
        asked = set(subjects)
        several = listed(asked, self.access.dialect)
        found = self.access.rows(_KNOWN, county=self.county, subject_kind=kind, listed=several)
        return asked.difference(subject for (subject,) in found)

    def cases_of_many(self, kind: str, subjects: Iterable[str]) -> dict[str, list[str]]:
        """The cases that are folded from the journals of many persons or teams."""
        found: dict[str, list[str]] = {subject: [] for subject in subjects}
        several = listed(found, self.access.dialect)
        given = {"other_kind": kind, "listed": several, "commit": self.known.commit}
        for subject, case in self.access.rows(_CASES_OF_MANY, county=self.county, **given):
            found[subject].append(case)
        return {subject: list(dict.fromkeys(cases)) for subject, cases in found.items()}

    def assignments(self, case: str) -> list[Assignment]:
        """Who fills which role for a case, from when until when."""
        found = self.access.rows(_ASSIGNMENTS, county=self.county, case_id=case, commit=self.known.commit)
        return [Assignment._make(row) for row in found]

    def subjects(self, kind: str, after: str = "", limit: int = 1_000) -> list[str]:
        """The ids of all subjects of a kind, in order, a page at a time."""
        given = {"county": self.county, "subject_kind": kind, "after": after, "limit": limit}
        return [subject for (subject,) in self.access.rows(_SUBJECTS, **given)]

    # --- the county's lists

    def due(
        self,
        at: int,
        *,
        until: int = FOREVER,
        only: Filter = EVERYTHING,
        after: Position | None = None,
        limit: int = PAGE,
    ) -> list[Listed]:
        """What is running, paused or undetermined at an instant and due by `until`, oldest first, undated last."""
        asked = Asked("due", at, only, until, self.known)
        return queries.page(self.access, self.county, asked, after=after, limit=limit)

    def overdue(
        self, at: int, *, only: Filter = EVERYTHING, after: Position | None = None, limit: int = PAGE
    ) -> list[Listed]:
        """What is overdue at an instant, oldest first."""
        asked = Asked("overdue", at, only, FOREVER, self.known)
        return queries.page(self.access, self.county, asked, after=after, limit=limit)

    def due_count(self, at: int, *, until: int = FOREVER, only: Filter = EVERYTHING) -> int:
        """How many rows `due` holds in all."""
        return queries.count(self.access, self.county, Asked("due", at, only, until, self.known))

    def overdue_count(self, at: int, *, only: Filter = EVERYTHING) -> int:
        """How many rows `overdue` holds in all."""
        return queries.count(self.access, self.county, Asked("overdue", at, only, FOREVER, self.known))

    def waiting(self, at: int, *, only: Filter = EVERYTHING) -> list[Waiting]:
        """What undetermined obligations wait for at an instant, counted by duty."""
        return waiting(self.access, self.county, Asked("due", at, only, FOREVER, self.known))

    def horizon(self) -> int:
        """The instant up to which the lists are complete: beyond it, some subject's time edges are not known."""
        return queries.horizon(self.access, self.county)

    def findings_of(self, kind: str, limit: int = PAGE) -> list[Finding]:
        """The county's findings of a kind, oldest first."""
        found = self.access.rows(_FINDINGS_OF, county=self.county, kind=kind, limit=limit)
        return [Finding(row[0], row[1], projection.finding_of(row[2:])) for row in found]

    # --- what was recorded, and with which rules

    def entry(self, number: int) -> JournalRow:
        """The county's entry of this number; raises NotFound."""
        row = journal.numbered(self.access, self.county, number)
        if row is None:
            raise NotFound(f"the journal of {self.county} has no entry {number}")
        return row

    def sourced(self, system: str, keys: Iterable[str]) -> dict[str, JournalRow]:
        """What the journal already holds of a source system, by the system's own key."""
        return journal.sourced(self.access, self.county, system, keys)

    def commit(self, number: int) -> Commit:
        """The commit of this number; raises NotFound."""
        found = journal.commit(self.access, self.county, number)
        if found is None:
            raise NotFound(f"the store of {self.county} has no commit {number}")
        return found

    def commit_at(self, instant: int) -> int:
        """The last commit that was visible at an instant; 0 when there was none."""
        return journal.commit_at(self.access, self.county, instant)

    def in_force(self) -> int:
        """The number of the rules that the county goes by; 0 while there are none."""
        return adopting.in_force(self.access, self.county)

    def adoptions(self) -> list[Adopted]:
        """The rules that the county took, the oldest first."""
        return adopting.adoptions(self.access, self.county)

    def read_by(self, kinds: Mapping[str, EventKind], across: Collection[str]) -> Reading:
        """The same look with entries read as other rules declare them; nothing of it is kept."""
        return Reading(self.access, self.county, kinds, None, self.epochs, across)

    def pack(self, number: int) -> tuple[str, bytes]:
        """The version and body of a rule pack that rows were made with; raises NotFound."""
        found = self.access.rows(_PACK, county=self.county, pack=number)
        if not found:
            raise NotFound(f"the store of {self.county} has no rule pack {number}")
        version, body = found[0]
        return version, body


# --- statements -------------------------------------------------------------------------------------------------------

_subjects = table_of(SubjectTable).c
_links = table_of(LinkTable).c
_assignments = table_of(AssignmentTable).c
_packs = table_of(PackTable).c
_findings = table_of(FindingTable).c
_commits = table_of(CommitTable).c


def _then(columns: Any, *same: str) -> list[Any]:  # noqa: ANN401 - a Core column collection
    """Rows with these values that were known after a commit."""
    known = (columns.known_from <= bindparam("commit"), columns.known_until > bindparam("commit"))
    return [*(columns[name] == bindparam(name) for name in ("county", *same)), *known]


def _subjects_after(_: str) -> ClauseElement:
    same = [_subjects[name] == bindparam(name) for name in ("county", "subject_kind")]
    found = select(_subjects.subject_id).where(*same, _subjects.subject_id > bindparam("after"))
    return found.order_by(_subjects.subject_id).limit(bindparam("limit"))


def _findings_of(_: str) -> ClauseElement:
    columns = ("subject_kind", "subject_id", *FindingRow._fields)
    same = [_findings[name] == bindparam(name) for name in ("county", "kind")]
    found = select(*(_findings[name] for name in columns)).where(*same)
    return found.order_by(_findings.at, _findings.subject_id, _findings.position).limit(bindparam("limit"))


_SUBJECT = Statement(
    lambda _: select(_subjects.version, _subjects.last_entry, _subjects.pack, _subjects.horizon).where(
        *(_subjects[name] == bindparam(name) for name in ("county", "subject_kind", "subject_id"))
    )
)
_SUBJECTS = Statement(_subjects_after)
_LINKS = Statement(
    lambda _: (
        select(_links.other_kind, _links.other_id)
        .where(*_then(_links, "case_id"))
        .order_by(_links.other_kind, _links.other_id)
    )
)
_CASES_OF = Statement(
    lambda _: select(_links.case_id).where(*_then(_links, "other_kind", "other_id")).order_by(_links.case_id)
)
_KNOWN = Statement(
    lambda dialect: select(_subjects.subject_id).where(
        *(_subjects[name] == bindparam(name) for name in ("county", "subject_kind")),
        among(_subjects.subject_id, dialect),
    )
)
_CASES_OF_MANY = Statement(
    lambda dialect: (
        select(_links.other_id, _links.case_id)
        .where(*_then(_links, "other_kind"))
        .where(among(_links.other_id, dialect))
        .order_by(_links.other_id, _links.case_id)
    )
)
_ASSIGNMENTS = Statement(
    lambda _: (
        select(*(_assignments[name] for name in Assignment._fields))
        .where(*_then(_assignments, "case_id"))
        .order_by(_assignments.role, _assignments.from_instant, _assignments.worker)
    )
)
_FINDINGS_OF = Statement(_findings_of)
_PACK = Statement(
    lambda _: select(_packs.version, _packs.body).where(
        *(_packs[name] == bindparam(name) for name in ("county", "pack"))
    )
)
