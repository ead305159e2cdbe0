"""The journal: what was recorded, in the order of recording. Rows are only ever added."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import BindParameter, Select, any_, bindparam, func, select
from sqlalchemy.sql import ClauseElement

from icpm_engine.errors import EventError
from icpm_engine.history.results import Entry
from icpm_engine.store.database import Access
from icpm_engine.store.statements import Statement, among, insert, listed, table_of
from icpm_engine.store.tables import CommitTable, EntryTable
from icpm_engine.vocabulary.events import Event
from icpm_engine.vocabulary.kinds import EventKind

ID_LIMIT = 200  # characters of an id or a key: it is part of indexes, and PostgreSQL bounds what they hold

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode

_NOTHING = _encode({})

_entries = table_of(EntryTable).c
_commits = table_of(CommitTable).c

INSERT = insert(EntryTable)


class NewEntry(NamedTuple):
    """What is to be added to a subject's journal. `recorded` is an instant; the payload is canonical (`canonical`).

    `author` is left out where it is the author of the commit.
    """

    kind: str
    day: int
    minute: int
    payload: bytes
    recorded: int
    corrects: int | None = None
    retracts: int | None = None
    source_system: str | None = None
    source_key: str | None = None
    author: str | None = None


class JournalRow(NamedTuple):
    """An entry as it stands in the journal, with who added it and in which commit."""

    subject_kind: str
    subject_id: str
    entry: int
    kind: str
    day: int
    minute: int
    payload: bytes
    recorded: int
    corrects: int | None
    retracts: int | None
    commit_no: int
    author: str
    source_system: str | None
    source_key: str | None


class Commit(NamedTuple):
    """One transaction of the county: its number is its place in the order of what was known; `at` is an instant."""

    commit_no: int
    at: int
    author: str
    note: str
    horizon: int
    """The instant up to which the county's lists were complete after it."""
    pack: int
    """The number of the rules that were in use after it; 0 where it used none."""


def canonical(payload: Mapping[str, Any]) -> bytes:
    """A payload as the journal keeps it: JSON with sorted keys and no blanks, the same bytes for the same content."""
    return _encode(payload)


def new_entry(event: Event, recorded: int) -> NewEntry:
    """An event as a new entry of its subject's journal; what else is to be said of it, `_replace` says."""
    return NewEntry(event.event_kind.name, event.day, event.minute, canonical(event.payload()), recorded)


def read_id(value: str) -> str:
    """An id or key, if both databases can keep it: 1 to 200 characters, none of them NUL or half a surrogate pair."""
    if not value or len(value) > ID_LIMIT:
        raise EventError(f"found an id of {len(value)} characters, expected 1 to {ID_LIMIT}")
    if "\0" in value or not (value.isascii() or value.isprintable() or _encodable(value)):
        raise EventError("found an id with a character that no database keeps, expected letters, digits and signs")
    return value


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def entry_of(subject_kind: str, number: int, new: NewEntry, kinds: Mapping[str, EventKind]) -> Entry:
    """The entry that the fold reads; of a kind that the rules in use no longer declare, with its payload as it is."""
    return _read(subject_kind, (number, *new[:7]), kinds)


def _read(subject_kind: str, row: Sequence[Any], kinds: Mapping[str, EventKind]) -> Entry:
    """An entry from its number and what `_AS_ENTRY` names."""
    number, kind, day, minute, payload, recorded, corrects, retracts = row
    known, values = kinds.get(kind), _decode(payload)
    if known is not None:
        kind, values = known.name, known.taken(values)  # one text for all entries of a kind
    return Entry(kind, day, minute, values, number, recorded, corrects, retracts, subject_kind, number, recorded)


# --- statements -------------------------------------------------------------------------------------------------------

_AS_ENTRY = ("kind", "day", "minute", "payload", "recorded", "corrects", "retracts")


def _of_subject(*columns: str) -> Select[Any]:
    same = [_entries[name] == bindparam(name) for name in ("county", "subject_kind", "subject_id")]
    return select(*(_entries[name] for name in columns)).where(*same).order_by(_entries.entry)


_FOR_FOLD = Statement(lambda _: _of_subject("entry", *_AS_ENTRY).where(_entries.commit_no <= bindparam("commit")))
_FOR_FOLDS = Statement(
    lambda dialect: (
        select(_entries.subject_id, _entries.entry, *(_entries[name] for name in _AS_ENTRY))
        .where(*(_entries[name] == bindparam(name) for name in ("county", "subject_kind")))
        .where(among(_entries.subject_id, dialect), _entries.commit_no <= bindparam("commit"))
        .order_by(_entries.subject_id, _entries.entry)
    )
)
_JOURNAL = Statement(lambda _: _of_subject(*JournalRow._fields))
_NUMBERED = Statement(
    lambda _: select(*(_entries[name] for name in JournalRow._fields)).where(
        _entries.county == bindparam("county"), _entries.entry == bindparam("entry")
    )
)


def _sourced(dialect: str) -> ClauseElement:
    found = select(*(_entries[name] for name in JournalRow._fields))
    same = [_entries[name] == bindparam(name) for name in ("county", "source_system")]
    keys: BindParameter[Any] = bindparam("keys")
    if dialect != "sqlite":
        return found.where(*same, _entries.source_key == any_(keys))
    # From the keys to the rows: given a list, SQLite would rather read all of the county.
    asked = func.json_each(keys).table_valued("value")
    return found.select_from(asked.join(table_of(EntryTable), _entries.source_key == asked.c.value)).where(*same)


_SOURCED = Statement(_sourced)
_COMMIT = Statement(
    lambda _: select(*(_commits[name] for name in Commit._fields)).where(
        _commits.county == bindparam("county"), _commits.commit_no == bindparam("commit_no")
    )
)
_COMMIT_AT = Statement(
    lambda _: (
        select(_commits.commit_no)
        .where(_commits.county == bindparam("county"), _commits.at <= bindparam("at"))
        .order_by(_commits.at.desc(), _commits.commit_no.desc())
        .limit(bindparam("limit"))
    )
)


# --- reading ----------------------------------------------------------------------------------------------------------


def entries(
    access: Access, county: str, kind: str, subject: str, kinds: Mapping[str, EventKind], commit: int
) -> list[Entry]:
    """A subject's own entries for the fold, in the order of recording, as far as they were known after a commit."""
    rows = access.rows(_FOR_FOLD, county=county, subject_kind=kind, subject_id=subject, commit=commit)
    return [_read(kind, row, kinds) for row in rows]


def entries_of(
    access: Access,
    county: str,
    kind: str,
    subjects: Iterable[str],
    kinds: Mapping[str, EventKind],
    commit: int,
    heard: Container[str] | None = None,
) -> dict[str, list[Entry]]:
    """The same of many subjects at once, by their ids; one without entries has an empty list.

    What an entry says is left out if its kind is none of those that are `heard`.
    """
    found: dict[str, list[Entry]] = {subject: [] for subject in subjects}
    several = listed(found, access.dialect)
    for subject, *row in access.rows(_FOR_FOLDS, county=county, subject_kind=kind, listed=several, commit=commit):
        if heard is not None and row[1] not in heard:
            row[4] = _NOTHING
        found[subject].append(_read(kind, row, kinds))
    return found


def journal(access: Access, county: str, kind: str, subject: str) -> list[JournalRow]:
    """A subject's own journal, in the order of recording."""
    found = access.rows(_JOURNAL, county=county, subject_kind=kind, subject_id=subject)
    return [JournalRow._make(row) for row in found]


def numbered(access: Access, county: str, entry: int) -> JournalRow | None:
    """The county's entry of this number."""
    rows = access.rows(_NUMBERED, county=county, entry=entry)
    return JournalRow._make(rows[0]) if rows else None


def sourced(access: Access, county: str, system: str, keys: Iterable[str]) -> dict[str, JournalRow]:
    """What the journal already holds of a source system, by the system's own key.

    An import compares kind, subject, day, minute and payload: the same means that it knows the row already.
    """
    rows = access.rows(_SOURCED, county=county, source_system=system, keys=listed(keys, access.dialect))
    return {row[-1]: JournalRow._make(row) for row in rows}


def commit(access: Access, county: str, commit_no: int) -> Commit | None:
    """The commit of this number."""
    rows = access.rows(_COMMIT, county=county, commit_no=commit_no)
    return Commit._make(rows[0]) if rows else None


def commit_at(access: Access, county: str, instant: int) -> int:
    """The last commit that was visible at an instant; 0 when there was none."""
    found = access.rows(_COMMIT_AT, county=county, at=instant, limit=1)
    return found[0][0] if found else 0
