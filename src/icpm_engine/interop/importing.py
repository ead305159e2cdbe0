"""The import: an extract into the journal, in one commit, each row taken or set aside with its reason.

Rows come in any order, so they are staged in a temporary file and read back by subject: persons and teams first, then
case by case. Memory does not grow with the extract.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, nullcontext
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple, Self

import attrs

from icpm_engine.calendars import Zone
from icpm_engine.engine import Engine
from icpm_engine.errors import EventError
from icpm_engine.history import FOREVER
from icpm_engine.interop.extract import Extract, Taken
from icpm_engine.interop.mapping import ImportMapping
from icpm_engine.interop.set_aside import Cause, SetAside, SetAsideFile
from icpm_engine.recording import Recorder
from icpm_engine.store import JournalRow, NewEntry, canonical

BATCH: Final = 5_000
"""Events that are written together; subjects are never cut."""
REPORT_EVERY: Final = 1_000


@attrs.frozen
class ImportReport:
    """What became of an extract's rows: `rows == taken + known + duplicates + set_aside`.

    `known` rows were in the journal already, unchanged. A row may tell several events: `entries` is how many were
    written. `causes` counts the rows set aside by sort of reason.
    """

    rows: int
    taken: int
    known: int
    duplicates: int
    set_aside: int
    entries: int
    causes: Mapping[str, int]
    unknown_columns: tuple[str, ...]
    commit: int | None


class Staged(NamedTuple):
    """One event of the extract, waiting for its subject's turn."""

    subject_kind: str
    subject_id: str
    row_number: int
    key: str
    kind: str
    day: int
    minute: int
    payload: bytes
    recorded: int | None


def import_extract(
    engine: Engine,
    mapping: ImportMapping,
    path: str | Path | bytes,
    *,
    by: str,
    set_aside: str | Path | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Import an extract. The same extract twice changes nothing. Raises MappingError, StoreError; then nothing is kept.

    `set_aside` is where rows that could not be taken are handed back; `progress` is told rows read, then entries.
    """
    at = engine.now()
    extract = Extract(mapping, path, county=engine.rules.zone, as_of=_last_day(engine.rules.zone, mapping, at))
    hand_back = SetAsideFile(set_aside) if set_aside is not None else nullcontext()
    with hand_back as file, _Stage() as stage:
        stage.add(_staged(extract, engine, file, progress))
        result = _Result()
        commit = None
        if extract.counts.events:
            commit = _write(
                engine, mapping, stage, result, by=by, at=at, entries=extract.counts.events, progress=progress
            )
        for row in result.refused:
            if file is not None:
                file.write(row)
    counts = extract.counts
    causes = Counter({cause.value: number for cause, number in counts.causes.items()})
    causes.update(row.cause.value for row in result.refused)
    return ImportReport(
        rows=counts.rows,
        taken=result.taken,
        known=result.known,
        duplicates=counts.duplicates,
        set_aside=counts.set_aside + len(result.refused),
        entries=result.entries,
        causes=dict(causes),
        unknown_columns=extract.unknown_columns,
        commit=commit if result.entries else None,
    )


def _last_day(zone: Zone, mapping: ImportMapping, at: int) -> int:
    """Nothing in an extract happened after it was made, nor after today."""
    today = zone.day_of(at)
    return today if mapping.as_of is None else min(today, mapping.as_of)


def _staged(
    extract: Extract, engine: Engine, file: SetAsideFile | None, progress: Callable[[int], None] | None
) -> Iterator[Staged]:
    kinds = engine.pack.events
    for number, found in enumerate(extract):
        if progress is not None and number % REPORT_EVERY == 0:
            progress(extract.counts.rows)
        if isinstance(found, Taken):
            payload = canonical(kinds[found.kind].payload(found.values))
            key = f"{found.key}#{found.part}" if found.part else found.key
            place = (found.subject_kind, found.subject_id, found.row_number)
            yield Staged(*place, key, found.kind, found.day, found.minute, payload, found.recorded)
        elif file is not None:
            file.write(found)


class _Stage:
    """A temporary table of events, read back subject by subject."""

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="icpm-import-")
        self._db = sqlite3.connect(Path(self._folder.name) / "stage.db", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA synchronous=OFF")
        columns = ", ".join(Staged._fields)
        self._db.execute(f"CREATE TABLE staged (place INTEGER PRIMARY KEY, {columns})")
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()
        self._folder.cleanup()

    def add(self, rows: Iterable[Staged]) -> None:
        """Stage events in the order of the extract."""
        marks = ", ".join("?" * len(Staged._fields))
        self._db.execute("BEGIN")
        insert = f"INSERT INTO staged ({', '.join(Staged._fields)}) VALUES ({marks})"  # noqa: S608 - our own names
        self._db.executemany(insert, rows)
        self._db.execute("COMMIT")

    def subjects(self) -> Iterator[list[Staged]]:
        """The events of one subject after the other: persons, teams and the county first, then cases."""
        columns = ", ".join(Staged._fields)
        query = f"SELECT {columns} FROM staged ORDER BY subject_kind = 'case', subject_kind, subject_id, place"  # noqa: S608
        with closing(self._db.execute(query)) as cursor:
            rows = map(Staged._make, cursor)
            for _, group in groupby(rows, key=lambda row: (row.subject_kind, row.subject_id)):
                yield list(group)


@attrs.define
class _Result:
    taken: int = 0
    known: int = 0
    entries: int = 0
    refused: list[SetAside] = attrs.Factory(list)


def _write(
    engine: Engine,
    mapping: ImportMapping,
    stage: _Stage,
    result: _Result,
    *,
    by: str,
    at: int,
    entries: int,
    progress: Callable[[int], None] | None,
) -> int:
    with engine.importing(by=by, at=at, note=f"import from {mapping.system}", entries=entries) as (writing, recorder):
        believed = engine.rules.zone.midnight[mapping.believed_from] if mapping.believed_from else FOREVER

        def stamp(row: Staged) -> int:
            return row.recorded if row.recorded is not None and row.recorded >= believed else at

        for batch in _batches(stage.subjects()):
            before = writing.sourced(mapping.system, [row.key for rows in batch for row in rows])
            for rows in batch:
                _take_subject(rows, before, recorder, mapping.system, stamp, result)
            recorder.derive(accept_anomalies=True, compare=False)
            writing.flush()
            if progress is not None:
                progress(result.entries)
        return writing.commit_no


def _batches(subjects: Iterator[list[Staged]]) -> Iterator[list[list[Staged]]]:
    """Whole subjects, about BATCH events at a time; cases apart from the journals that they are folded from."""
    batch: list[list[Staged]] = []
    size, kind = 0, None
    for rows in subjects:
        if batch and (size >= BATCH or rows[0].subject_kind != kind):
            yield batch
            batch, size = [], 0
        kind = rows[0].subject_kind
        batch.append(rows)
        size += len(rows)
    if batch:
        yield batch


def _take_subject(
    rows: list[Staged],
    before: Mapping[str, JournalRow],
    recorder: Recorder,
    system: str,
    stamp: Callable[[Staged], int],
    result: _Result,
) -> None:
    """Append what is new of one subject; a row that is known changes nothing, one that says otherwise is refused."""
    states: dict[int, str] = {}
    for row in rows:
        known = before.get(row.key)
        try:
            if known is None:
                new = NewEntry(
                    row.kind, row.day, row.minute, row.payload, stamp(row), source_system=system, source_key=row.key
                )
                recorder.append(row.subject_kind, row.subject_id, new)
                result.entries += 1
                states[row.row_number] = "taken"
            elif _same(row, known):
                states.setdefault(row.row_number, "known")
            else:
                reason = (
                    f"the key was taken before as entry {known.entry}, which says something else; correct that entry"
                )
                result.refused.append(SetAside(row.row_number, reason, row.payload.decode(), Cause.CONFLICT))
                states[row.row_number] = "refused"
        except EventError as error:
            result.refused.append(SetAside(row.row_number, str(error), row.payload.decode(), Cause.REFUSED))
            states[row.row_number] = "refused"
    result.taken += sum(state == "taken" for state in states.values())
    result.known += sum(state == "known" for state in states.values())


def _same(row: Staged, known: JournalRow) -> bool:
    return (row.subject_kind, row.subject_id, row.kind, row.day, row.minute, row.payload) == (
        known.subject_kind,
        known.subject_id,
        known.kind,
        known.day,
        known.minute,
        known.payload,
    )
