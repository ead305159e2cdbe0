"""Which rules a county goes by and went by, who has passed over to them, and subjects read many at a time."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, literal_column, or_, select, tuple_
from sqlalchemy.sql import ClauseElement

from icpm_engine.history.results import FOREVER, FindingRow
from icpm_engine.history.sources import SubjectKey
from icpm_engine.store.database import Access
from icpm_engine.store.projection import OPEN, StoredRow, finding_of
from icpm_engine.store.statements import Statement, among, insert, listed, table_of
from icpm_engine.store.tables import (
    AdoptionTable,
    CommitTable,
    CountyTable,
    FindingTable,
    LinkTable,
    ObligationTable,
    PackTable,
    PassedTable,
    SubjectTable,
)

_counties = table_of(CountyTable)
_adoptions = table_of(AdoptionTable)
_commits = table_of(CommitTable).c
_packs = table_of(PackTable).c
_subjects = table_of(SubjectTable).c
_passed = table_of(PassedTable).c
_links = table_of(LinkTable).c
_rows = table_of(ObligationTable).c
_findings = table_of(FindingTable).c


class Adopted(NamedTuple):
    """Rules that a county took: from which commit on, when, by whom, with what note, and when all had passed over."""

    since: int
    pack: int
    version: str
    at: int
    author: str
    note: str
    finished: int | None
    finished_at: int | None


class Known(NamedTuple):
    """A subject as the store knows it: the commit that last wrote its projection, and the rules that made it."""

    kind: str
    subject: str
    version: int
    pack: int
    horizon: int

    @property
    def key(self) -> SubjectKey:
        """Its kind and id."""
        return self.kind, self.subject


# --- which rules ------------------------------------------------------------------------------------------------------


def in_force(access: Access, county: str) -> int:
    """The number of the rules that the county goes by; 0 while there are none."""
    found = access.rows(_IN_FORCE, county=county)
    return found[0][0] if found else 0


def adoptions(access: Access, county: str) -> list[Adopted]:
    """All that the county took, the oldest first."""
    return [Adopted._make(row) for row in access.rows(_ADOPTIONS, county=county)]


def take_rules(access: Access, county: str, commit_no: int, pack: int, *, finished: bool) -> None:
    """From this commit on the county goes by other rules; `finished` if there is nobody who would pass over."""
    access.run(_SET_PACK, county=county, pack=pack)
    access.many(_INSERT_ADOPTION, [(county, commit_no, pack, commit_no if finished else None)])


def finish(access: Access, county: str, commit_no: int) -> None:
    """Everybody has passed over to the rules adopted last."""
    access.run(_FINISH, county=county, finished=commit_no)


def passed_by(access: Access, county: str, kind: str, subject: str, commit_no: int) -> int | None:
    """The rules that a subject was answered by after a commit; None if they are those of its projection now."""
    given = {"subject_kind": kind, "subject_id": subject, "commit_no": commit_no, "limit": 1}
    found = access.rows(_PASSED_BY, county=county, **given)
    return found[0][0] if found else None


INSERT_PASSED = insert(PassedTable)


# --- subjects, many at a time -----------------------------------------------------------------------------------------


def counted(access: Access, county: str) -> dict[int, int]:
    """How many subjects were projected by which rules."""
    return dict(access.rows(_COUNTED, county=county))


def known_of(access: Access, county: str, kind: str, after: str, limit: int) -> list[Known]:
    """The subjects of a kind that follow another."""
    given = {"subject_kind": kind, "after_id": after, "limit": limit}
    return [Known._make(row) for row in access.rows(_KNOWN_OF, county=county, **given)]


def others_after(access: Access, county: str, pack: int, after: SubjectKey, limit: int) -> list[Known]:
    """The same of those that were projected by other rules than these."""
    given = {"after_kind": after[0], "after_id": after[1], "limit": limit, "pack": pack}
    return [Known._make(row) for row in access.rows(_OTHERS_AFTER, county=county, **given)]


def linked_only(access: Access, county: str, kind: str, after: str, limit: int) -> list[str]:
    """Persons or teams that cases are linked to and of whom there is no projection, those that follow another."""
    given = {"other_kind": kind, "after_id": after, "limit": limit}
    return [row[0] for row in access.rows(_LINKED_ONLY, county=county, **given)]


def versions(access: Access, county: str, kind: str, subjects: Iterable[str]) -> dict[str, tuple[int, int]]:
    """The version of each of many subjects, and the rules that made it."""
    several = listed(subjects, access.dialect)
    found = access.rows(_VERSIONS, county=county, subject_kind=kind, listed=several)
    return {subject: (version, pack) for subject, version, pack in found}


def rows_of(access: Access, county: str, kind: str, subjects: Iterable[str]) -> dict[str, list[StoredRow]]:
    """The rows of many subjects as known now, each subject's in the order of their key."""
    found: dict[str, list[StoredRow]] = {subject: [] for subject in subjects}
    several = listed(found, access.dialect)
    make = StoredRow._make
    for row in access.rows(_ROWS_OF, county=county, subject_kind=kind, listed=several):
        found[row[1]].append(make(row))
    return found


def open_rows_of(
    access: Access, county: str, kind: str, subjects: Iterable[str], at: int
) -> dict[str, list[StoredRow]]:
    """The same of those that are open at an instant."""
    found: dict[str, list[StoredRow]] = {subject: [] for subject in subjects}
    several = listed(found, access.dialect)
    make = StoredRow._make
    for row in access.rows(_OPEN_ROWS_OF, county=county, subject_kind=kind, listed=several, at=at):
        found[row[1]].append(make(row))
    return found


def rows_of_duty(
    access: Access, county: str, kind: str, duty: str, subjects: Iterable[str], at: int, states: Sequence[int]
) -> dict[str, list[StoredRow]]:
    """The rows of a duty that are open at an instant, and those that have been in some states until then.

    Of subjects that have such a row.
    """
    found: dict[str, list[StoredRow]] = {}
    make = StoredRow._make
    given = {"county": county, "subject_kind": kind, "duty": duty, "listed": listed(subjects, access.dialect), "at": at}
    for row in access.rows(_rows_of_duty(tuple(states)), **given):
        found.setdefault(row[1], []).append(make(row))
    return found


def findings_of(access: Access, county: str, kind: str, subjects: Iterable[str]) -> dict[str, list[FindingRow]]:
    """The findings of many subjects as known now."""
    found: dict[str, list[FindingRow]] = {subject: [] for subject in subjects}
    several = listed(found, access.dialect)
    for row in access.rows(_FINDINGS_OF, county=county, subject_kind=kind, listed=several):
        found[row[0]].append(finding_of(row[1:]))
    return found


def links_of(access: Access, county: str, cases: Iterable[str]) -> dict[str, tuple[SubjectKey, ...]]:
    """The persons and teams of many cases."""
    found: dict[str, dict[SubjectKey, None]] = {case: {} for case in cases}
    for case, kind, other in access.rows(_LINKS_OF, county=county, listed=listed(found, access.dialect)):
        found[case][kind, other] = None
    return {case: tuple(others) for case, others in found.items()}


def in_batches(keys: Iterable[Known], size: int) -> Iterator[list[Known]]:
    """So many of them at a time."""
    listed = iter(keys)
    while batch := list(islice(listed, size)):
        yield batch


# --- statements -------------------------------------------------------------------------------------------------------


def _adoptions_of(_: str) -> ClauseElement:
    began, ended = table_of(CommitTable).alias("began"), table_of(CommitTable).alias("ended")
    adopted, packs = _adoptions, table_of(PackTable)
    columns = (adopted.c.since, adopted.c.pack, packs.c.version, began.c.at, began.c.author, began.c.note)
    joined = adopted.join(packs, (packs.c.county == adopted.c.county) & (packs.c.pack == adopted.c.pack))
    joined = joined.join(began, (began.c.county == adopted.c.county) & (began.c.commit_no == adopted.c.since))
    same = (ended.c.county == adopted.c.county) & (ended.c.commit_no == adopted.c.finished)
    finished_at = select(ended.c.at).where(same).scalar_subquery()
    found = select(*columns, adopted.c.finished, finished_at).select_from(joined)
    return found.where(adopted.c.county == bindparam("county")).order_by(adopted.c.since)


def _after(_: str) -> Any:  # noqa: ANN401 - a Core select
    key = (_subjects.subject_kind, _subjects.subject_id)
    later = tuple_(*key) > tuple_(bindparam("after_kind"), bindparam("after_id"))
    found = select(*key, _subjects.version, _subjects.pack, _subjects.horizon)
    found = found.where(_subjects.county == bindparam("county"), later)
    return found.order_by(_subjects.subject_kind, _subjects.subject_id).limit(bindparam("limit"))


def _linked_only(_: str) -> ClauseElement:
    known = select(_subjects.subject_id).where(
        _subjects.county == _links.county,
        _subjects.subject_kind == _links.other_kind,
        _subjects.subject_id == _links.other_id,
    )
    found = select(_links.other_id).where(
        *(_links[name] == bindparam(name) for name in ("county", "other_kind")),
        _links.other_id > bindparam("after_id"),
        _links.known_until == FOREVER,
        ~known.exists(),
    )
    return found.distinct().order_by(_links.other_id).limit(bindparam("limit"))


def _of_many(columns: Any, fields: Iterable[str], order: Iterable[str]) -> Statement:  # noqa: ANN401 - a Core collection
    names, ordering = tuple(fields), tuple(order)

    def make(dialect: str) -> ClauseElement:
        same = [columns[name] == bindparam(name) for name in ("county", "subject_kind")]
        found = select(*(columns[name] for name in names)).where(*same, among(columns.subject_id, dialect))
        return found.order_by(*(columns[name] for name in ordering))

    return Statement(make)


def _open_rows_of(dialect: str) -> ClauseElement:
    same = [_rows[name] == bindparam(name) for name in ("county", "subject_kind")]
    found = select(*(_rows[name] for name in StoredRow._fields)).where(
        *same, among(_rows.subject_id, dialect), *_open()
    )
    return found.order_by(*(_rows[name] for name in StoredRow._fields[1:7]))


def _open() -> list[ColumnElement[bool]]:
    at: BindParameter[int] = bindparam("at")
    states: list[ColumnElement[int]] = [literal_column(str(int(state))) for state in sorted(OPEN)]
    return [_rows.state.in_(states), _rows.valid_from <= at, _rows.valid_until > at]


@functools.cache
def _rows_of_duty(states: tuple[int, ...]) -> Statement:
    begun = _rows.valid_from <= bindparam("at")
    ever = and_(_rows.state.in_([literal_column(str(state)) for state in states]), begun)

    def make(dialect: str) -> ClauseElement:
        same = [_rows[name] == bindparam(name) for name in ("county", "subject_kind", "duty")]
        found = select(*(_rows[name] for name in StoredRow._fields)).where(*same, among(_rows.subject_id, dialect))
        return found.where(or_(ever, and_(*_open()))).order_by(*(_rows[name] for name in StoredRow._fields[1:7]))

    return Statement(make)


_IN_FORCE = Statement(lambda _: select(_counties.c.pack).where(_counties.c.county == bindparam("county")))
_ADOPTIONS = Statement(_adoptions_of)
_SET_PACK = Statement(
    lambda _: _counties.update().where(_counties.c.county == bindparam("county")).values(pack=bindparam("pack"))
)
_INSERT_ADOPTION = insert(AdoptionTable)
_FINISH = Statement(
    lambda _: (
        _adoptions.update()
        .where(
            _adoptions.c.county == bindparam("county"),
            _adoptions.c.finished.is_(None),
            _adoptions.c.pack
            == select(_counties.c.pack).where(_counties.c.county == bindparam("county")).scalar_subquery(),
        )
        .values(finished=bindparam("finished"))
    )
)
_PASSED_BY = Statement(
    lambda _: (
        select(_passed.pack)
        .where(
            *(_passed[name] == bindparam(name) for name in ("county", "subject_kind", "subject_id")),
            _passed.until > bindparam("commit_no"),
        )
        .order_by(_passed.until)
        .limit(bindparam("limit"))
    )
)
_COUNTED = Statement(
    lambda _: (
        select(_subjects.pack, func.count()).where(_subjects.county == bindparam("county")).group_by(_subjects.pack)
    )
)
_KNOWN_OF = Statement(
    lambda _: (
        select(_subjects.subject_kind, _subjects.subject_id, _subjects.version, _subjects.pack, _subjects.horizon)
        .where(
            *(_subjects[name] == bindparam(name) for name in ("county", "subject_kind")),
            _subjects.subject_id > bindparam("after_id"),
        )
        .order_by(_subjects.subject_id)
        .limit(bindparam("limit"))
    )
)
_OPEN_ROWS_OF = Statement(_open_rows_of)
_OTHERS_AFTER = Statement(lambda dialect: _after(dialect).where(_subjects.pack != bindparam("pack")))
_LINKED_ONLY = Statement(_linked_only)
_VERSIONS = _of_many(_subjects, ("subject_id", "version", "pack"), ("subject_id",))
_ROWS_OF = _of_many(_rows, StoredRow._fields, StoredRow._fields[1:7])
_FINDINGS_OF = _of_many(_findings, ("subject_id", *FindingRow._fields), ("subject_id", "position"))
_LINKS_OF = Statement(
    lambda dialect: (
        select(_links.case_id, _links.other_kind, _links.other_id)
        .where(_links.county == bindparam("county"), _links.known_until == FOREVER, among(_links.case_id, dialect))
        .order_by(_links.case_id, _links.other_kind, _links.other_id)
    )
)
