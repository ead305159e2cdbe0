"""The tables, all in the host's own database. Every key begins with the county, so that a database can shard on it.

Nothing is written by reading; what is listed on a day is asked, never stored. Days are ordinals, instants UTC seconds.
The classes define schema and migrations; statements are compiled from them (statements.py), so the two cannot differ.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, Index, LargeBinary, MetaData, String, Text, column
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

SCHEMA = 6
"""The version of these tables that this library reads and writes."""

# Texts compare by code point on both databases, so that both give the same order and pages.
TEXT = String().with_variant(Text(collation="C"), "postgresql")


class Base(SQLModel, registry=registry(metadata=MetaData())):
    """What the tables share: metadata of their own, apart from the host's."""


# SQLite keeps the tables in the order of their key, so that one subject's rows lie side by side.
_CLUSTERED: dict[str, bool] = {"sqlite_with_rowid": False}


class CountyTable(Base, table=True):
    """A county and its numbers. A writing transaction takes this row first, so that writers of a county queue up."""

    __tablename__: ClassVar[str] = "icpm_county"
    __table_args__ = (_CLUSTERED,)

    county: str = Field(primary_key=True, sa_type=TEXT)
    schema_version: int = Field(sa_type=BigInteger)
    next_commit: int = Field(sa_type=BigInteger)
    next_entry: int = Field(sa_type=BigInteger)
    last_at: int = Field(sa_type=BigInteger)
    """The instant of the latest commit; a commit's instant never lies before that of the one before."""
    pack: int = Field(sa_type=BigInteger)
    """The rules that it goes by (PackTable), those adopted last; 0 before the first commit of an engine."""


class CommitTable(Base, table=True):
    """One transaction that became visible: the order of these numbers is the order of what was known."""

    __tablename__: ClassVar[str] = "icpm_commit"

    county: str = Field(primary_key=True, sa_type=TEXT)
    commit_no: int = Field(primary_key=True, sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    author: str = Field(sa_type=TEXT)
    note: str = Field(sa_type=TEXT)
    horizon: int = Field(sa_type=BigInteger)
    """The least horizon of the county's subjects after it: up to there its lists were complete."""
    pack: int = Field(sa_type=BigInteger)
    """The rules in use after it (PackTable)."""

    __table_args__ = (Index("ix_icpm_commit_at", "county", "at", "commit_no"), _CLUSTERED)


class EntryTable(Base, table=True):
    """The journal. Rows are only ever added; a correction or a retraction names the entry that it is about."""

    __tablename__: ClassVar[str] = "icpm_entry"

    county: str = Field(primary_key=True, sa_type=TEXT)
    subject_kind: str = Field(primary_key=True, sa_type=TEXT)
    subject_id: str = Field(primary_key=True, sa_type=TEXT)
    entry: int = Field(primary_key=True, sa_type=BigInteger)
    kind: str = Field(sa_type=TEXT)
    day: int = Field(sa_type=BigInteger)
    minute: int = Field(sa_type=BigInteger)
    payload: bytes = Field(sa_type=LargeBinary)
    recorded: int = Field(sa_type=BigInteger)
    corrects: int | None = Field(sa_type=BigInteger)
    retracts: int | None = Field(sa_type=BigInteger)
    commit_no: int = Field(sa_type=BigInteger)
    author: str = Field(sa_type=TEXT)
    source_system: str | None = Field(sa_type=TEXT)
    source_key: str | None = Field(sa_type=TEXT)
    salt: bytes = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)
    """Of salt and payload (chain.py); whoever erases both leaves it."""
    link: bytes = Field(sa_type=LargeBinary)
    """Of the subject's link before, the digest and the rest of the entry."""

    __table_args__ = (
        Index("ix_icpm_entry_number", "county", "entry", unique=True),
        Index(
            "ix_icpm_entry_source",
            "county",
            "source_system",
            "source_key",
            unique=True,
            sqlite_where=column("source_key").is_not(None),
            postgresql_where=column("source_key").is_not(None),
        ),
        _CLUSTERED,
    )


class AnchorTable(Base, table=True):
    """A hash over all links up to an entry and all commits up to one (chain.py), written every thousand entries."""

    __tablename__: ClassVar[str] = "icpm_anchor"
    __table_args__ = (_CLUSTERED,)

    county: str = Field(primary_key=True, sa_type=TEXT)
    entry: int = Field(primary_key=True, sa_type=BigInteger)
    commit_no: int = Field(sa_type=BigInteger)
    digest: bytes = Field(sa_type=LargeBinary)


class SubjectTable(Base, table=True):
    """A case, person, team or county, and the state of its projection. `version` is the last commit that wrote it."""

    __tablename__: ClassVar[str] = "icpm_subject"

    county: str = Field(primary_key=True, sa_type=TEXT)
    subject_kind: str = Field(primary_key=True, sa_type=TEXT)
    subject_id: str = Field(primary_key=True, sa_type=TEXT)
    version: int = Field(sa_type=BigInteger)
    last_entry: int = Field(sa_type=BigInteger)
    """The last entry that its projection was made from; 0 where there is none."""
    pack: int = Field(sa_type=BigInteger)
    """The rules that its projection was made with (PackTable)."""
    horizon: int = Field(sa_type=BigInteger)
    """Time edges are carried forward up to here: a list for a later instant is not complete."""

    __table_args__ = (Index("ix_icpm_subject_horizon", "county", "horizon"), _CLUSTERED)


class LinkTable(Base, table=True):
    """Whose journals a case is folded from beside its own, and from when until when it has to do with them.

    A person for ever, since that is whom the case is about; a team while it serves the case.
    """

    __tablename__: ClassVar[str] = "icpm_link"

    county: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(primary_key=True, sa_type=TEXT)
    other_kind: str = Field(primary_key=True, sa_type=TEXT)
    other_id: str = Field(primary_key=True, sa_type=TEXT)
    from_instant: int = Field(primary_key=True, sa_type=BigInteger)
    until_instant: int = Field(sa_type=BigInteger)
    known_from: int = Field(primary_key=True, sa_type=BigInteger)
    known_until: int = Field(sa_type=BigInteger)
    """Known while known_from <= commit < known_until; FOREVER: it still is."""

    __table_args__ = (
        Index("ix_icpm_link_other", "county", "other_kind", "other_id", "case_id", "known_until"),
        _CLUSTERED,
    )


class PeriodColumns(Base):
    """An obligation during one period in which it stood unchanged (history/results.py), and how we know of it."""

    county: str = Field(primary_key=True, sa_type=TEXT)
    subject_kind: str = Field(primary_key=True, sa_type=TEXT)
    subject_id: str = Field(primary_key=True, sa_type=TEXT)
    duty: str = Field(primary_key=True, sa_type=TEXT)
    start_root: int = Field(primary_key=True, sa_type=BigInteger)
    instance_root: int = Field(primary_key=True, sa_type=BigInteger)
    run: int = Field(primary_key=True, sa_type=BigInteger)
    valid_from: int = Field(primary_key=True, sa_type=BigInteger)
    valid_until: int = Field(sa_type=BigInteger)
    state: int = Field(sa_type=BigInteger)
    due_at: int | None = Field(sa_type=BigInteger)
    overdue_after: int | None = Field(sa_type=BigInteger)
    marks: int = Field(sa_type=BigInteger)
    owner: str = Field(sa_type=TEXT)
    force: str = Field(sa_type=TEXT)
    detail: bytes = Field(sa_type=LargeBinary)
    area: str = Field(sa_type=TEXT)
    pack: int = Field(sa_type=BigInteger)
    known_from: int = Field(sa_type=BigInteger)


_PERIOD = ("valid_from", "valid_until")
_ORDER = (*_PERIOD, "subject_id", "subject_kind", "duty", "start_root", "instance_root", "run")


def _listed(name: str, *columns: str) -> Index:
    """An index, for a list, of the rows that have the first of these columns."""
    condition = column(columns[0]).is_not(None)
    return Index(name, "county", *columns, sqlite_where=condition, postgresql_where=condition)


def _of_subject(name: str, key: str, *more: str) -> Index:
    """An index by subject of the rows that have a key."""
    condition = column(key).is_not(None)
    columns = ("county", "subject_kind", "subject_id", key, *more)
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


class ObligationTable(PeriodColumns, table=True):
    """What is known now. The four last columns are for the lists alone, each of them null in most rows.

    `due_key` and `overdue_key` are set while a row may be on the list at some instant after it was written;
    `past_key` is set instead when its period had ended by then, so that lists of today never pass over it.
    `waits` holds, as a JSON list, the facts and choices that an undetermined row lacks.
    """

    __tablename__: ClassVar[str] = "icpm_obligation"

    due_key: int | None = Field(sa_type=BigInteger)
    overdue_key: int | None = Field(sa_type=BigInteger)
    past_key: int | None = Field(sa_type=BigInteger)
    waits: str | None = Field(sa_type=TEXT)

    # Each index answers its list alone: order, period and filters are in it, so that only the rows of one page are read
    # from the table. The condition of a partial index must be on one of its own columns, or SQLite reads every row.
    __table_args__ = (
        _listed("ix_icpm_obligation_due", "due_key", *_ORDER, "owner", "area", "known_from"),
        _listed("ix_icpm_obligation_overdue", "overdue_key", *_ORDER, "owner", "area", "known_from"),
        # As known once, most of these were not known yet: that is seen in the index, too.
        _listed(
            "ix_icpm_obligation_past", "past_key", "known_from", *_PERIOD, "due_at", "overdue_after", "owner", "area"
        ),
        Index(
            "ix_icpm_obligation_waits",
            *("county", "past_key", "waits", "duty", *_PERIOD, "force", "due_at", "owner", "area", "known_from"),
            sqlite_where=column("waits").is_not(None),
            postgresql_where=column("waits").is_not(None),
        ),
        _of_subject("ix_icpm_obligation_subject", "due_key", "overdue_key", *_PERIOD, *_ORDER[4:]),
        _CLUSTERED,
    )


class PastObligationTable(PeriodColumns, table=True):
    """What was once known: rows that a later commit ended. They were known while known_from <= commit < known_until."""

    __tablename__: ClassVar[str] = "icpm_obligation_past"
    __table_args__ = (_CLUSTERED,)

    known_from: int = Field(primary_key=True, sa_type=BigInteger)
    known_until: int = Field(sa_type=BigInteger)


class PastListedTable(Base, table=True):
    """Past rows that were on a list, filed under each epoch in which they were known (epochs.py).

    So the list as known on a past day is a page of an index, too, however much was ended since.
    """

    __tablename__: ClassVar[str] = "icpm_obligation_past_listed"

    county: str = Field(primary_key=True, sa_type=TEXT)
    epoch: int = Field(primary_key=True, sa_type=BigInteger)
    due_key: int = Field(primary_key=True, sa_type=BigInteger)
    valid_from: int = Field(primary_key=True, sa_type=BigInteger)
    valid_until: int = Field(primary_key=True, sa_type=BigInteger)
    subject_id: str = Field(primary_key=True, sa_type=TEXT)
    subject_kind: str = Field(primary_key=True, sa_type=TEXT)
    duty: str = Field(primary_key=True, sa_type=TEXT)
    start_root: int = Field(primary_key=True, sa_type=BigInteger)
    instance_root: int = Field(primary_key=True, sa_type=BigInteger)
    run: int = Field(primary_key=True, sa_type=BigInteger)
    known_from: int = Field(primary_key=True, sa_type=BigInteger)
    known_until: int = Field(sa_type=BigInteger)
    overdue_key: int | None = Field(sa_type=BigInteger)
    owner: str = Field(sa_type=TEXT)
    area: str = Field(sa_type=TEXT)
    waits: str | None = Field(sa_type=TEXT)
    force: str = Field(sa_type=TEXT)
    due_at: int | None = Field(sa_type=BigInteger)

    __table_args__ = (
        Index(
            "ix_icpm_obligation_past_waits",
            *("county", "epoch", "waits", "duty", *_PERIOD, "known_from", "known_until", "force", "due_at"),
            *("owner", "area", "subject_kind", "subject_id"),
            sqlite_where=column("waits").is_not(None),
            postgresql_where=column("waits").is_not(None),
        ),
        Index(
            "ix_icpm_obligation_past_overdue",
            "county",
            "epoch",
            "overdue_key",
            *_ORDER,
            "known_from",
            "known_until",
            "owner",
            "area",
            sqlite_where=column("overdue_key").is_not(None),
            postgresql_where=column("overdue_key").is_not(None),
        ),
        _CLUSTERED,
    )


class AssignmentTable(Base, table=True):
    """Who (a worker, or a unit) fills a role for a case, from when until when. Looked up for a day; moves no date."""

    __tablename__: ClassVar[str] = "icpm_assignment"

    county: str = Field(primary_key=True, sa_type=TEXT)
    worker: str = Field(primary_key=True, sa_type=TEXT)
    case_id: str = Field(primary_key=True, sa_type=TEXT)
    role: str = Field(primary_key=True, sa_type=TEXT)
    from_instant: int = Field(primary_key=True, sa_type=BigInteger)
    until_instant: int = Field(sa_type=BigInteger)
    known_from: int = Field(primary_key=True, sa_type=BigInteger)
    known_until: int = Field(sa_type=BigInteger)

    __table_args__ = (Index("ix_icpm_assignment_case", "county", "case_id"), _CLUSTERED)


class CoverTable(Base, table=True):
    """Who stands in for a worker in everything, from when until when."""

    __tablename__: ClassVar[str] = "icpm_cover"

    county: str = Field(primary_key=True, sa_type=TEXT)
    stand_in: str = Field(primary_key=True, sa_type=TEXT)
    worker: str = Field(primary_key=True, sa_type=TEXT)
    from_instant: int = Field(primary_key=True, sa_type=BigInteger)
    until_instant: int = Field(sa_type=BigInteger)
    known_from: int = Field(primary_key=True, sa_type=BigInteger)
    known_until: int = Field(sa_type=BigInteger)

    __table_args__ = (_CLUSTERED,)


class PackTable(Base, table=True):
    """A rule pack in use now or once, by the hash of its content: a proof made with it can always be read."""

    __tablename__: ClassVar[str] = "icpm_pack"

    county: str = Field(primary_key=True, sa_type=TEXT)
    pack: int = Field(primary_key=True, sa_type=BigInteger)
    version: str = Field(sa_type=TEXT)
    body: bytes = Field(sa_type=LargeBinary)

    __table_args__ = (Index("ix_icpm_pack_version", "county", "version", unique=True),)


class AdoptionTable(Base, table=True):
    """Rules that a county took: in which commit it began, who did it stands there, and in which one it was through.

    From `since` on whatever is recorded is folded by them; each subject passes over to them in some commit.
    """

    __tablename__: ClassVar[str] = "icpm_adoption"
    __table_args__ = (_CLUSTERED,)

    county: str = Field(primary_key=True, sa_type=TEXT)
    since: int = Field(primary_key=True, sa_type=BigInteger)
    pack: int = Field(sa_type=BigInteger)
    finished: int | None = Field(sa_type=BigInteger)


class PassedTable(Base, table=True):
    """By which rules a subject was answered before it passed over to others in the commit `until`.

    `pack` is 0 where it had no projection yet: it was answered by the rules that the county went by.
    """

    __tablename__: ClassVar[str] = "icpm_subject_passed"
    __table_args__ = (_CLUSTERED,)

    county: str = Field(primary_key=True, sa_type=TEXT)
    subject_kind: str = Field(primary_key=True, sa_type=TEXT)
    subject_id: str = Field(primary_key=True, sa_type=TEXT)
    until: int = Field(primary_key=True, sa_type=BigInteger)
    pack: int = Field(sa_type=BigInteger)


class FindingTable(Base, table=True):
    """What a person should look at, as known now: events out of place, broken bars, anomalies."""

    __tablename__: ClassVar[str] = "icpm_finding"

    county: str = Field(primary_key=True, sa_type=TEXT)
    subject_kind: str = Field(primary_key=True, sa_type=TEXT)
    subject_id: str = Field(primary_key=True, sa_type=TEXT)
    position: int = Field(primary_key=True, sa_type=BigInteger)
    """Its place among the findings of its subject."""
    kind: str = Field(sa_type=TEXT)
    rule: str = Field(sa_type=TEXT)
    entry: int = Field(sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    missing: str = Field(sa_type=TEXT)
    """The missing facts and choices, as a JSON list."""

    __table_args__ = (Index("ix_icpm_finding_kind", "county", "kind", "at", "subject_id"), _CLUSTERED)
