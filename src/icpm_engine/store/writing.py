"""One writing transaction of a county: what it adds to journals, and the projections that follow.

Rows are gathered and written together: at the end, or when `flush` is called in a long import. Nobody sees any of it
before the commit, and nothing of it stays when anything is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, bindparam, case, func, select
from sqlalchemy.sql import ClauseElement

from icpm_engine.errors import StoreError
from icpm_engine.history.assignments import Assignment, Cover, Linking
from icpm_engine.history.results import FOREVER, Entry, FindingRow, Folding
from icpm_engine.history.sources import SubjectKey, sources_of
from icpm_engine.store import adopting, bulk, chain, journal, projection
from icpm_engine.store.chain import Chain
from icpm_engine.store.database import Access
from icpm_engine.store.journal import NewEntry, read_id
from icpm_engine.store.projection import Diff, Filing, Reworded, StoredRow
from icpm_engine.store.reading import Reading, Standing
from icpm_engine.store.renewing import Content, Renewed
from icpm_engine.store.statements import Statement, table_of, upsert
from icpm_engine.store.tables import (
    SCHEMA,
    AnchorTable,
    AssignmentTable,
    CommitTable,
    CountyTable,
    CoverTable,
    EntryTable,
    FindingTable,
    LinkTable,
    ObligationTable,
    PackTable,
    PassedTable,
    PastListedTable,
    PastObligationTable,
    SubjectTable,
)

HORIZON_STEP: Final = 30 * 86_400
"""A horizon is stored in whole steps, rounded down: its index is then written once a month instead of every time."""


class Taken(NamedTuple):
    """A county in the hands of one writing transaction, and the numbers that the county's row gave it."""

    by: str
    commit_no: int
    at: int
    """The instant of this commit: as given, or that of the commit before where the clock has gone back."""
    first_entry: int
    reserved: int
    """How many entry numbers it took in advance."""
    pack: int = 0
    """The number of the rules that the county goes by; 0 before its first commit by an engine."""


def take(access: Access, county: str, by: str, at: int, entries: int) -> Taken:
    """Take the county: until the end of this transaction no other one writes to it. StoreError without create()."""
    found = access.rows(_TAKE, county=county, at=at, entries=entries)
    if not found:
        raise StoreError(f"the database holds no county {county}; make it with Store.create()")
    version, next_commit, next_entry, last_at, pack = found[0]
    if version != SCHEMA:
        raise StoreError(f"found tables of version {version}, expected {SCHEMA}; upgrade the tables or the library")
    return Taken(by, next_commit - 1, last_at, next_entry - entries, entries, pack)


class _Work:
    """A subject in hand: how the database knows it, and what this transaction makes of it."""

    __slots__ = ("diff", "findings", "horizon", "journals", "memo", "pack", "standing")

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.journals = dict(standing.journals)
        self.diff: Diff | None = None
        self.findings: tuple[FindingRow, ...] = ()
        self.horizon = 0
        self.pack = 0
        self.memo: dict[str, Any] = {}


class Writing(Reading):
    """Adds entries and replaces projections. Its questions see what it has flushed; `events` sees all."""

    def __init__(self, reading: Reading, taken: Taken, packs: Mapping[str, int]) -> None:
        super().__init__(reading.access, reading.county, reading.kinds, reading.kept, reading.epochs, reading.across)
        self.by = taken.by
        self.commit_no = taken.commit_no
        self.at = taken.at
        self.committed_at = taken.at
        """The instant of the commit in hand; a version (versions.py) has one of its own."""
        self.goes_by = taken.pack
        """The number of the rules that the county goes by; 0 where none has been adopted."""
        self.packs = dict(packs)
        self.in_use = taken.pack
        """The rules used last, by their number."""
        self.fresh: dict[SubjectKey, Standing] = {}
        """What stands after the commit, to be kept when it has come through."""
        self._expected = taken.first_entry + taken.reserved
        self._next_entry = taken.first_entry
        self._works: dict[SubjectKey, _Work] = {}
        self._added: dict[SubjectKey, list[Entry]] = {}
        self._unfolded: set[SubjectKey] = set()
        self._chain = Chain(self.access, self.county, taken.commit_no - 1)
        self._new_entries: list[tuple[Any, ...]] = []
        self._new_links: list[tuple[Any, ...]] = []
        self._ahead: dict[SubjectKey, list[Entry]] = {}
        self._cases: dict[SubjectKey, list[str]] = {}
        self._assigned: dict[str, list[Assignment]] = {}

    def _keep(self, standing: Standing) -> None:
        """Nothing is kept before the commit: it may yet be rolled back."""

    # --- what is looked up for many at once

    def expect(self, keys: Iterable[SubjectKey]) -> None:
        """Many subjects are going to be written: those that the store does not know cost no statement afterwards."""
        for kind, subjects in _by_kind(key for key in keys if key not in self._works).items():
            if kind != "case":
                found = self.cases_of_many(kind, subjects)
                self._cases.update({(kind, subject): cases for subject, cases in found.items()})
            for subject in self.strangers(kind, subjects):
                key = (kind, subject)
                if self.across and self._cases.get(key):
                    continue  # a person whom the store knows from cases alone
                self._works[key] = _Work(Standing(key, journals={key: []}))

    def read_ahead(self, keys: Iterable[SubjectKey]) -> None:
        """Cases are going to be linked to these: their journals are read together."""
        for kind, subjects in _by_kind(keys).items():
            found = journal.entries_of(self.access, self.county, kind, subjects, self.kinds, self.known.commit)
            self._ahead.update({(kind, subject): entries for subject, entries in found.items()})

    def cases_of(self, kind: str, subject: str) -> list[str]:
        """The cases that are folded from a person's or team's journal."""
        found = self._cases.get((kind, subject))
        if found is None:
            self._flush_links()
            found = self._cases[kind, subject] = super().cases_of(kind, subject)
        return found

    def links(self, case: str) -> tuple[SubjectKey, ...]:
        """The person and teams whose journals a case is folded from, as this transaction has linked it."""
        self._flush_links()
        return super().links(case)

    # --- what is recorded

    def append(self, kind: str, subject: str, new: NewEntry) -> Entry:
        """Add an entry to a subject's journal; every subject that is folded from it must be replaced afterwards."""
        key = (kind, read_id(subject))
        if new.source_key is not None:
            read_id(new.source_key)
            read_id(new.source_system or "")
        number = self._next_entry
        entry = journal.entry_of(kind, number, new, self.kinds)
        self._next_entry += 1
        author = self.by if new.author is None else new.author
        self._new_entries.append((self.county, kind, subject, number, *new[:7], self.commit_no, author, *new[7:9]))
        self._added.setdefault(key, []).append(entry)
        self._unfolded.add(key)
        if kind != "case":
            self._unfolded.update(("case", case_id) for case_id in self.cases_of(kind, subject))
        return entry

    def link(self, case_id: str, others: Iterable[Linking | SubjectKey]) -> None:
        """From now on a case is folded from its own journal and from these; it must be replaced afterwards."""
        linkings = sorted({Linking(*other) for other in others})
        keys = tuple(dict.fromkeys(linking[:2] for linking in linkings))
        own = ("case", read_id(case_id))
        work = self._work(own)
        links: list[Content] = [(self.county, case_id, one.kind, read_id(one.other), *one[2:]) for one in linkings]
        if work.standing.version or len(work.journals) > 1:
            self._flush_links()
            links = _LINKS.renew(self.access, self.commit_no, links, county=self.county, case_id=case_id)
        self._new_links += links
        self._cases.clear()
        others_own = {key: self._ahead[key] if key in self._ahead else self.entries(*key) for key in keys}
        work.journals = {own: work.journals[own]} | others_own
        self._unfolded.add(own)

    def gather(self, key: SubjectKey) -> None:
        """Look up again whose journals a subject is folded from, after cases have been linked otherwise."""
        known = self._ahead
        keys = sources_of(key, self, self.across)
        self._work(key).journals = {of: known[of] if of in known else self.entries(*of) for of in keys}

    def assign(self, case_id: str, assignments: Iterable[Assignment]) -> None:
        """These, and no others, are a case's assignments."""
        found = list(assignments)
        for assignment in found:
            read_id(assignment.worker)
        self._assigned[read_id(case_id)] = found

    def cover(self, covers: Iterable[Cover]) -> None:
        """These, and no others, are the county's covers."""
        wanted = [(self.county, *cover) for cover in covers]
        _COVERS.add(self.access, self.commit_no, _COVERS.renew(self.access, self.commit_no, wanted, county=self.county))

    def use_pack(self, version: str, body: bytes) -> int:
        """The number of a rule pack; its body is stored on its first use, so that its proofs can always be read."""
        if version not in self.packs:
            found = self.access.rows(_PACK_NUMBER, county=self.county, version=version)
            if not found:
                self.access.run(_INSERT_PACK, county=self.county, version=version, body=body)
                found = self.access.rows(_PACK_NUMBER, county=self.county, version=version)
            self.packs[version] = found[0][0]
        self.in_use = self.packs[version]
        return self.in_use

    def take_rules(self, pack: int, *, finished: bool) -> None:
        """The county goes by these rules from now on; unless `finished`, others pass over in commits to come."""
        adopting.take_rules(self.access, self.county, self.commit_no, pack, finished=finished)
        self.goes_by = pack

    def in_force(self) -> int:
        """The number of the rules that the county goes by, as its row has said."""
        return self.goes_by

    def finish_adoption(self) -> None:
        """Nobody is left who would pass over to the rules adopted last."""
        adopting.finish(self.access, self.county, self.commit_no)

    def hand(self, standing: Standing) -> None:
        """A subject that has been read already, and is still as it was read, is going to be replaced."""
        self._works[standing.key] = _Work(standing)

    # --- what follows from it

    def events(self, kind: str, subject: str) -> list[Entry]:
        """All that is in the journals of `journals`."""
        return [entry for entries in self.journals(kind, subject).values() for entry in entries]

    def journals(self, kind: str, subject: str) -> dict[SubjectKey, list[Entry]]:
        """The journals that a subject is folded from, its own first, what this transaction added included."""
        return self._journals(self._work((kind, subject)))

    def before(self, kind: str, subject: str) -> Standing:
        """A subject as it stood when this transaction, or its part since the last flush, first came to it."""
        return self._work((kind, subject)).standing

    def relinked(self, kind: str, subject: str) -> bool:
        """Whether a case is folded from other journals than before this transaction."""
        work = self._work((kind, subject))
        return work.journals.keys() != work.standing.journals.keys()

    def replace(
        self,
        kind: str,
        subject: str,
        folding: Folding,
        *,
        pack: int,
        areas: Mapping[str, str],
        memo: dict[str, Any] | None = None,
        reworded: Reworded | None = None,
    ) -> Diff:
        """What a subject now comes to. Gives what that changes against what was known before this transaction.

        `pack` is the number of the rules that it was folded with, `areas` says of each duty in which area it is.
        `memo` is kept with what then stands (Standing.memo). `reworded`: the duties that earlier rules put otherwise.
        """
        key = (kind, subject)
        work = self._work(key)
        filing = Filing(kind, subject, pack, areas, self.commit_no, self.at, reworded)
        work.diff = projection.diff(work.standing.rows, folding.rows, filing)
        work.findings = tuple(folding.findings)
        work.horizon = folding.horizon - folding.horizon % HORIZON_STEP
        work.pack = pack
        work.memo = memo or {}
        self._unfolded.discard(key)
        return work.diff

    def _work(self, key: SubjectKey) -> _Work:
        work = self._works.get(key)
        if work is None:
            work = self._works[key] = _Work(self.standing(*key))
        return work

    def _journals(self, work: _Work) -> dict[SubjectKey, list[Entry]]:
        added = self._added
        return {key: entries + added[key] if key in added else entries for key, entries in work.journals.items()}

    # --- writing it down

    def flush(self) -> None:
        """Write what has been gathered, and let go of it; an import does so from time to time."""
        self._check_folded()
        self._flush_entries()
        self._flush_links()
        self._flush_projections([(key, work) for key, work in self._works.items() if work.diff is not None])
        self._flush_assignments()
        self._works.clear()
        self._added.clear()
        self._ahead.clear()

    def _flush_entries(self) -> None:
        rows, self._new_entries = self._new_entries, []
        if not rows:
            return
        new = frozenset(key for key, work in self._works.items() if key in work.journals and not work.journals[key])
        chained = self._chain.chained(rows, new, self.committed_at)
        anchor = self._chain.anchor(chained)
        bulk.add(self.access, EntryTable, journal.INSERT, chained)
        bulk.add(self.access, AnchorTable, chain.INSERT_ANCHOR, [anchor] if anchor else [])

    def finish(self, note: str) -> None:
        """Write everything down, the commit itself included."""
        with self.access.together() if len(self._new_entries) < bulk.COPY_FROM else nullcontext():
            self.flush()
            given = {"commit_no": self.commit_no, "at": self.at, "author": self.by, "note": note, "pack": self.in_use}
            self.access.run(_INSERT_COMMIT, county=self.county, **given)
            if self._next_entry != self._expected:
                self.access.run(_SET_NEXT_ENTRY, county=self.county, next_entry=self._next_entry)

    def _check_folded(self) -> None:
        if self._unfolded:
            kinds = ", ".join(sorted({kind for kind, _ in self._unfolded}))
            raise StoreError(f"{len(self._unfolded)} subjects ({kinds}) have new entries and no new projection")

    def _flush_projections(self, works: list[tuple[SubjectKey, _Work]]) -> None:
        county, commit_no = self.county, self.commit_no
        subjects, seen, gone, written, added, past, past_listed = [], [], [], [], [], [], []
        passed = []
        for key, work in works:
            diff = work.diff
            assert diff is not None  # noqa: S101 - the caller chose those that have one
            gone += [(county, *row_key) for row_key in diff.gone]
            written += [(county, *row) for row in diff.changed]
            written += [(county, *row) for row in diff.refiled]
            added += [(county, *row) for row in diff.added]
            # A row that this transaction itself wrote was never known to anybody.
            ended = [row for row in diff.ended if row.known_from != commit_no]
            past += [projection.past_row(county, row, commit_no) for row in ended]
            for row in ended:
                if row.state in projection.OPEN:
                    epochs = self.epochs.between(self.access, county, row.known_from, commit_no - 1)
                    past_listed += projection.past_listed_rows(county, row, commit_no, epochs)
            if work.standing.version and work.standing.pack != work.pack:
                passed.append((county, *key, commit_no, work.standing.pack))
            elif not work.standing.version and key[0] != "case" and self.goes_by > 1:
                passed.append((county, *key, commit_no, 0))  # it may have been known of before, without a projection
            standing = self._stand(key, work, diff.rows)
            if work.standing.version and standing.horizon == work.standing.horizon:
                seen.append((commit_no, standing.last_entry, work.pack, county, *key))
            else:
                subjects.append((county, *key, commit_no, standing.last_entry, work.pack, standing.horizon))
        access = self.access
        bulk.run(access, projection.DELETE, gone)
        bulk.run(access, projection.UPSERT, written)
        bulk.add(access, ObligationTable, projection.INSERT, added)
        bulk.add(access, PastObligationTable, projection.INSERT_PAST, past)
        bulk.add(access, PastListedTable, projection.INSERT_PAST_LISTED, past_listed)
        bulk.run(access, _UPSERT_SUBJECT, subjects)
        bulk.run(access, _UPDATE_SUBJECT, seen)
        bulk.add(access, PassedTable, adopting.INSERT_PASSED, passed)
        self._flush_findings(works)

    def _stand(self, key: SubjectKey, work: _Work, rows: list[StoredRow]) -> Standing:
        journals = self._journals(work)
        last_entry = max((entries[-1].entry for entries in journals.values() if entries), default=0)
        stands = (work.pack, work.horizon, journals, rows, work.findings, work.memo)
        standing = Standing(key, self.commit_no, last_entry, *stands)
        if self.kept is not None and standing.lasts:
            self.fresh[key] = standing
        return standing

    def _flush_findings(self, works: list[tuple[SubjectKey, _Work]]) -> None:
        rows = []
        for key, work in works:
            if work.findings == work.standing.findings:
                continue
            if work.standing.findings:
                self.access.run(projection.DELETE_FINDINGS, county=self.county, subject_kind=key[0], subject_id=key[1])
            rows += projection.finding_rows(self.county, *key, work.findings)
        bulk.add(self.access, FindingTable, projection.INSERT_FINDING, rows)

    def _flush_links(self) -> None:
        rows, self._new_links = self._new_links, []
        _LINKS.add(self.access, self.commit_no, rows)

    def _flush_assignments(self) -> None:
        rows: list[Content] = []
        for case_id, assignments in self._assigned.items():
            work = self._works.get(("case", case_id))
            wanted: list[Content] = [(self.county, *one._replace(case_id=case_id)) for one in assignments]
            if work is None or work.standing.version:
                given = {"county": self.county, "case_id": case_id}
                wanted = _ASSIGNMENTS.renew(self.access, self.commit_no, wanted, **given)
            rows += wanted
        self._assigned = {}
        _ASSIGNMENTS.add(self.access, self.commit_no, rows)


def _by_kind(keys: Iterable[SubjectKey]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, subject in dict.fromkeys(keys):
        found.setdefault(kind, []).append(subject)
    return found


# --- statements -------------------------------------------------------------------------------------------------------

_counties = table_of(CountyTable)
_packs = table_of(PackTable)

INSERT_COUNTY = Statement(
    lambda _: _counties.insert().from_select(
        list(_counties.c.keys()),
        select(
            *(bindparam(name, type_=_counties.c[name].type) for name in _counties.c.keys())  # noqa: SIM118 - not a dict
        ).where(~select(_counties.c.county).where(_counties.c.county == bindparam("county")).exists()),
    )
)


def _take(_: str) -> ClauseElement:
    at: BindParameter[int] = bindparam("at")
    later = case((_counties.c.last_at < at, at), else_=_counties.c.last_at)
    taken = _counties.update().where(_counties.c.county == bindparam("county"))
    taken = taken.values(
        next_commit=_counties.c.next_commit + 1, next_entry=_counties.c.next_entry + bindparam("entries"), last_at=later
    )
    columns = ("schema_version", "next_commit", "next_entry", "last_at", "pack")
    return taken.returning(*(_counties.c[name] for name in columns))


def _insert_pack(_: str) -> ClauseElement:
    number = select(func.coalesce(func.max(_packs.c.pack), 0) + 1).where(_packs.c.county == bindparam("county"))
    given: dict[str, BindParameter[Any]] = {name: bindparam(name) for name in ("county", "version", "body")}
    return _packs.insert().values(pack=number.scalar_subquery(), **given)


def _insert_commit(_: str) -> ClauseElement:
    commits, horizons = table_of(CommitTable), table_of(SubjectTable).c
    least = select(func.coalesce(func.min(horizons.horizon), FOREVER)).where(horizons.county == bindparam("county"))
    given: dict[str, BindParameter[Any]] = {
        name: bindparam(name) for name in ("county", "commit_no", "at", "author", "note", "pack")
    }
    return commits.insert().values(horizon=least.scalar_subquery(), **given)


_TAKE = Statement(_take)
_SET_NEXT_ENTRY = Statement(
    lambda _: (
        _counties.update().where(_counties.c.county == bindparam("county")).values(next_entry=bindparam("next_entry"))
    )
)
_INSERT_COMMIT = Statement(_insert_commit)
_UPSERT_SUBJECT = upsert(SubjectTable)
_subjects = table_of(SubjectTable)
_UPDATE_SUBJECT = Statement(
    lambda _: (
        _subjects.update()
        .where(*(_subjects.c[name] == bindparam(f"of_{name}") for name in ("county", "subject_kind", "subject_id")))
        .values({name: bindparam(name) for name in ("version", "last_entry", "pack")})
    )
)
_LINKS = Renewed(LinkTable, "county", "case_id")
_ASSIGNMENTS = Renewed(AssignmentTable, "county", "case_id")
_COVERS = Renewed(CoverTable, "county")
_PACK_NUMBER = Statement(
    lambda _: select(_packs.c.pack).where(*(_packs.c[name] == bindparam(name) for name in ("county", "version")))
)
_INSERT_PACK = Statement(_insert_pack)
