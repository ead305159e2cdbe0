"""The projection: a subject's obligations as rows, and how one folding's rows become the next one's.

Only what changed is written. A row that is known no longer moves to the past rows; one that merely lapsed since it was
written is filed anew, which is not a change of knowledge.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec
from sqlalchemy import BindParameter, bindparam, select, union_all
from sqlalchemy.sql import ClauseElement

from icpm_engine.history.proofs import missing_of
from icpm_engine.history.results import FOREVER, FindingRow, ObligationRow, Outcome
from icpm_engine.store.database import Access
from icpm_engine.store.statements import Statement, delete, insert, table_of, upsert
from icpm_engine.store.tables import FindingTable, ObligationTable, PastListedTable, PastObligationTable

_now = table_of(ObligationTable).c
_past = table_of(PastObligationTable).c
_findings = table_of(FindingTable).c

INSERT = insert(ObligationTable)
UPSERT = upsert(ObligationTable)
DELETE = delete(ObligationTable)
INSERT_PAST = insert(PastObligationTable)
INSERT_PAST_LISTED = insert(PastListedTable)
INSERT_FINDING = insert(FindingTable)

OPEN: Final = frozenset({Outcome.RUNNING, Outcome.PAUSED, Outcome.UNDETERMINED})
"""The states in which an obligation is on the list."""


class StoredRow(NamedTuple):
    """A row of icpm_obligation, all but its county: an ObligationRow, whose it is, and how it is known and filed."""

    subject_kind: str
    subject_id: str
    duty: str
    start_root: int
    instance_root: int
    run: int
    valid_from: int
    valid_until: int
    state: int
    due_at: int | None
    overdue_after: int | None
    marks: int
    owner: str
    force: str
    detail: bytes
    area: str
    pack: int
    known_from: int
    due_key: int | None
    overdue_key: int | None
    past_key: int | None
    waits: str | None

    @property
    def row(self) -> ObligationRow:
        """The obligation's period as the fold gave it."""
        return ObligationRow._make(self[2:15])

    @property
    def key(self) -> tuple[Any, ...]:
        """The row's key within the county."""
        return self[:7]


_IDENTITY: Final = StoredRow._fields[2:6]
_KNOWN: Final = StoredRow._fields[:18]  # what the past rows have, too


class Diff(NamedTuple):
    """What a folding changes in a subject's rows."""

    rows: list[StoredRow]  # all of them, as they stand afterwards
    ended: list[StoredRow]  # known no longer
    added: list[StoredRow]  # under a key that was free
    changed: list[StoredRow]  # in the place of one that ended
    refiled: list[StoredRow]  # unchanged, but lapsed since they were written
    gone: list[tuple[Any, ...]]  # keys of ended rows in whose place nothing came

    @property
    def begun(self) -> list[StoredRow]:
        """Rows that were not known before."""
        return self.added + self.changed


Reworded: TypeAlias = Callable[[int], Container[str]]
"""By the number of earlier rules: the duties that they put in other words than those in force."""


class Filing(NamedTuple):
    """What is the same for all rows that one commit writes of a subject."""

    subject_kind: str
    subject_id: str
    pack: int
    areas: Mapping[str, str]  # by duty
    commit_no: int
    at: int
    reworded: Reworded | None = None


def diff(old: Sequence[StoredRow], new: Sequence[ObligationRow], filing: Filing) -> Diff:
    """Walk both, in the order of the key, and tell what stays from what ends and begins."""
    found = Diff([], [], [], [], [], [])
    keep = found.rows.append
    at, i, j, olds, news = filing.at, 0, 0, len(old), len(new)
    while i < olds and j < news:
        was, comes = old[i], new[j]
        if was[2:15] == comes and not _reworded(was, filing):  # a plain tuple compares with a named one
            keep(was if was.due_key is None or was.valid_until > at else _refiled(was, found))
            i, j = i + 1, j + 1
        elif (key := was[2:7]) == comes[:5]:
            found.ended.append(was)
            found.changed.append(_stored(comes, filing))
            keep(found.changed[-1])
            i, j = i + 1, j + 1
        elif key < comes[:5]:
            _end(was, found)
            i += 1
        else:
            _add(comes, filing, found)
            j += 1
    for was in old[i:]:
        _end(was, found)
    for comes in new[j:]:
        _add(comes, filing, found)
    return found


def _reworded(was: StoredRow, filing: Filing) -> bool:
    """Whether it is still open, and its rule now says it in other words: what is over keeps those of its time."""
    if filing.reworded is None or was.pack == filing.pack or was.due_key is None or was.valid_until <= filing.at:
        return False
    return was.duty in filing.reworded(was.pack)


def _end(was: StoredRow, found: Diff) -> None:
    found.ended.append(was)
    found.gone.append(was.key)


def _add(comes: ObligationRow, filing: Filing, found: Diff) -> None:
    row = _stored(comes, filing)
    found.added.append(row)
    found.rows.append(row)


def _refiled(was: StoredRow, found: Diff) -> StoredRow:
    row = was._replace(due_key=None, overdue_key=None, past_key=was.valid_until)
    found.refiled.append(row)
    return row


def _stored(comes: ObligationRow, filing: Filing) -> StoredRow:
    state, marks = int(comes.state), int(comes.marks)  # the drivers know plain numbers best
    return StoredRow(
        filing.subject_kind,
        filing.subject_id,
        *comes[:6],
        state,
        comes.due_at,
        comes.overdue_after,
        marks,
        *comes[10:13],
        filing.areas.get(comes.duty, ""),
        filing.pack,
        filing.commit_no,
        *list_keys(comes, filing.at),
        waits_of(comes),
    )


def waits_of(row: ObligationRow) -> str | None:
    """What an undetermined row waits for, as it is filed."""
    return _names(missing_of(row)).decode() if row.state == Outcome.UNDETERMINED else None


_names = msgspec.json.Encoder(order="sorted").encode


def list_keys(row: ObligationRow, at: int) -> tuple[int | None, int | None, int | None]:
    """due_key, overdue_key, past_key of a row that is written at an instant (tables.py says what they are for)."""
    _, _, _, _, _, until, state, due, overdue, *_ = row
    if state not in OPEN:
        return None, None, None
    if until <= at:
        return None, None, until
    return *_instants(until, due, overdue), None


def _instants(until: int, due: int | None, overdue: int | None) -> tuple[int, int | None]:
    """The instants by which a row is listed among what is due, and among what is overdue."""
    key = due if due is not None else overdue if overdue is not None else FOREVER
    # The last instant of the period is the one before its end: only then can it have been overdue within it.
    return key, overdue if overdue is not None and overdue < until - 1 else None


# --- reading ----------------------------------------------------------------------------------------------------------


def _of_subject(columns: Any) -> list[Any]:  # noqa: ANN401 - a Core column collection
    return [columns[name] == bindparam(name) for name in ("county", "subject_kind", "subject_id")]


def _known(_: str) -> ClauseElement:
    fields = _KNOWN
    commit_no: BindParameter[int] = bindparam("commit_no")
    now = select(*(_now[name] for name in fields)).where(*_of_subject(_now), _now.known_from <= commit_no)
    past = select(*(_past[name] for name in fields)).where(
        *_of_subject(_past), _past.known_from <= commit_no, _past.known_until > commit_no
    )
    return union_all(now, past)


_ROWS = Statement(
    lambda _: (
        select(*(_now[name] for name in StoredRow._fields))
        .where(*_of_subject(_now))
        .order_by(*(_now[name] for name in StoredRow._fields[:7]))
    )
)
_PERIODS = Statement(
    lambda _: (
        select(*(_now[name] for name in StoredRow._fields))
        .where(*_of_subject(_now), *(_now[name] == bindparam(name) for name in _IDENTITY))
        .order_by(_now.valid_from)
    )
)
_ROWS_KNOWN = Statement(_known)
_FINDINGS = Statement(
    lambda _: (
        select(*(_findings[name] for name in FindingRow._fields))
        .where(*_of_subject(_findings))
        .order_by(_findings.position)
    )
)
DELETE_FINDINGS = Statement(lambda _: table_of(FindingTable).delete().where(*_of_subject(_findings)))


def rows(access: Access, county: str, kind: str, subject: str) -> list[StoredRow]:
    """A subject's rows as known now, in the order of their key."""
    found = access.rows(_ROWS, county=county, subject_kind=kind, subject_id=subject)
    return [StoredRow._make(row) for row in found]


def periods(
    access: Access, county: str, kind: str, subject: str, identity: tuple[str, int, int, int]
) -> list[StoredRow]:
    """The rows of one obligation as known now, in the order of time."""
    given = dict(zip(_IDENTITY, identity, strict=True))
    found = access.rows(_PERIODS, county=county, subject_kind=kind, subject_id=subject, **given)
    return [StoredRow._make(row) for row in found]


def rows_known(access: Access, county: str, kind: str, subject: str, commit_no: int) -> list[StoredRow]:
    """A subject's rows as they were known after a commit, in the order of their key; their list keys are empty."""
    found = access.rows(_ROWS_KNOWN, county=county, subject_kind=kind, subject_id=subject, commit_no=commit_no)
    return sorted(StoredRow._make((*row, None, None, None, None)) for row in found)


def findings(access: Access, county: str, kind: str, subject: str) -> tuple[FindingRow, ...]:
    """A subject's findings as known now."""
    found = access.rows(_FINDINGS, county=county, subject_kind=kind, subject_id=subject)
    return tuple(finding_of(row) for row in found)


def finding_of(row: Sequence[Any]) -> FindingRow:
    """A finding as the fold gave it."""
    return FindingRow._make((*row[:4], msgspec.json.decode(row[4], type=tuple[str, ...])))


def finding_rows(county: str, kind: str, subject: str, found: Sequence[FindingRow]) -> list[tuple[Any, ...]]:
    """Findings as rows of icpm_finding."""
    return [
        (county, kind, subject, position, *finding[:4], msgspec.json.encode(finding.missing).decode())
        for position, finding in enumerate(found)
    ]


def past_row(county: str, row: StoredRow, commit_no: int) -> tuple[Any, ...]:
    """A row that this commit ends, as a row of icpm_obligation_past."""
    return (county, *row[:18], commit_no)


def past_listed_rows(county: str, row: StoredRow, commit_no: int, epochs: Iterable[int]) -> list[tuple[Any, ...]]:
    """The same, if it was open, as rows of icpm_obligation_past_listed: one for each epoch in which it was known."""
    key, overdue_key = _instants(row.valid_until, row.due_at, row.overdue_after)
    whose = (row.valid_from, row.valid_until, row.subject_id, row.subject_kind, *row[2:6])
    known = (row.known_from, commit_no)
    filed = (key, *whose, *known, overdue_key, row.owner, row.area, row.waits, row.force, row.due_at)
    return [(county, epoch, *filed) for epoch in epochs]
