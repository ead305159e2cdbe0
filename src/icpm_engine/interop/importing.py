"""The import: an extract into the journal in one transaction, each row taken whole, or set aside with its reason.

Rows come in any order. They are staged in a temporary file and compared with the journal; what is new is then read back
by subject: persons and teams first, then case by case. Memory does not grow with the extract.

Where the mapping believes the extract's entry stamps, each stamp is a commit of its own, and what is new is read back
in the order in which it became known, those together who belong together (families.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext, suppress
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from icpm_engine.calendars import Zone
from icpm_engine.engine import Engine
from icpm_engine.errors import MappingError
from icpm_engine.history import FOREVER
from icpm_engine.history.sources import SubjectKey
from icpm_engine.interop.comparing import Comparison, key_of
from icpm_engine.interop.extract import Extract, Taken
from icpm_engine.interop.families import join_families
from icpm_engine.interop.mapping import ImportMapping
from icpm_engine.interop.set_aside import Cause, Misfit, SetAside, SetAsideFile
from icpm_engine.interop.staging import Stage, Staged
from icpm_engine.recording import Recorder
from icpm_engine.store import NewEntry, Versions, Writing, canonical, settled
from icpm_engine.store.versions import AHEAD
from icpm_engine.working import uncollected

BATCH: Final = 5_000
"""Events that are compared, or written, together; rows and subjects are never cut."""
SUBJECTS: Final = 1_000
"""Subjects that are folded together: an event of a person may touch many cases."""
REPORT_EVERY: Final = 1_000

Progress: TypeAlias = Callable[[int], None]


@attrs.frozen
class ImportReport:
    """What became of an extract's rows: `rows == taken + known + duplicates + set_aside`.

    `known` rows were in the journal already, unchanged. A row may tell several events: `entries` is how many were
    written. `causes` counts the rows set aside by sort of reason. `commit` is the last one, None when nothing was new.
    `versions` are the believed entry stamps, of which each has a commit before it; `too_late` the entries whose stamp
    lies before the county's last commit: they are known from the import on, since answers given do not change.
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
    versions: int = 0
    too_late: int = 0


def import_extract(
    engine: Engine,
    mapping: ImportMapping,
    path: str | Path | bytes,
    *,
    by: str,
    set_aside: str | Path | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import an extract. The same extract twice changes nothing.

    `set_aside` is where rows that could not be taken are handed back; `progress` is told rows read, then entries
    written. Raises MappingError, PackError, StoreError; then nothing is kept.
    """
    _check_kinds(mapping, engine)
    _check_apart(path, set_aside)
    at, zone = engine.now(), engine.rules.zone
    extract = Extract(mapping, path, county=zone, as_of=_last_day(zone, mapping, at))
    with SetAsideFile(set_aside) if set_aside is not None else nullcontext() as file, Stage() as stage:
        work = _Import(engine, extract, stage, at, file, progress)
        stage.add(work.staged())
        if extract.counts.events:
            with suppress(_NothingNew):
                work.write(by)
    return work.report()


# --- before anything is read ------------------------------------------------------------------------------------------


def _check_kinds(mapping: ImportMapping, engine: Engine) -> None:
    """A mapping is checked against kinds of event when it is read; they must be those of the engine's rules."""
    rules = [part for rule in mapping.rules.values() for part in (rule, rule.ends) if part is not None]
    for kind in {rule.kind.name: rule.kind for rule in rules}.values():
        known = engine.pack.events.get(kind.name)
        if known is None or kind.subject not in known.subjects or kind.fields.keys() - known.fields.keys():
            raise MappingError(
                f"{mapping.file} was read with another {kind.name} than that of the rules {engine.pack.name}; "
                "load it with the events of these rules"
            )


def _check_apart(path: str | Path | bytes, set_aside: str | Path | None) -> None:
    if set_aside is not None and not isinstance(path, bytes) and Path(path).resolve() == Path(set_aside).resolve():
        raise MappingError(f"rows set aside would be written over the extract {path}; name another file for them")


def _last_day(zone: Zone, mapping: ImportMapping, at: int) -> int:
    """Nothing in an extract happened after it was made, nor after today."""
    today = zone.day_of(at)
    return today if mapping.as_of is None else min(today, mapping.as_of)


# --- the import -------------------------------------------------------------------------------------------------------


class _NothingNew(Exception):
    """The journal knows every row: the transaction is given back, so that not even a commit is counted."""


@attrs.define
class _Import:
    """One import under way, and what has become of the rows."""

    engine: Engine
    extract: Extract
    stage: Stage
    at: int
    file: SetAsideFile | None
    progress: Progress | None
    taken: int = 0
    known: int = 0
    entries: int = 0
    commit: int | None = None
    versions: int = 0
    too_late: int = 0
    causes: Counter[Cause] = attrs.Factory(Counter)

    def staged(self) -> Iterator[Staged]:
        """The events of the extract; rows that tell none are set aside."""
        kinds, file, extract = self.engine.pack.events, self.file, self.extract
        recorded_at = _stamps(extract.mapping, self.engine.rules.zone, self.at)
        turn = self.at
        for place, found in enumerate(extract):
            if place % REPORT_EVERY == 0:
                self._tell(extract.counts.rows)
            if isinstance(found, Taken):
                number, row_key, part, kind, subject_kind, subject_id, day, minute, values, stamp = found
                recorded = recorded_at(stamp)
                turn = max(turn, recorded) if part else recorded  # what begins and ends on one day begins first
                payload = canonical(kinds[kind].payload(values))
                raw = None if file is None else extract.raw
                told = (subject_kind, subject_id, kind, day, minute, payload, recorded, turn, raw)
                yield Staged(place, number, key_of(row_key, part), *told)
            elif file is not None:
                file.write(found)

    def write(self, by: str) -> None:
        """Write what is new, in one transaction. Raises _NothingNew."""
        system, expected = self.extract.mapping.system, self.extract.counts.events
        with self.engine.importing(by=by, at=self.at, note=f"import from {system}", entries=expected) as opened:
            writing, recorder = opened
            self._compare(Comparison(self.extract.mapping, writing))
            if not self.taken:
                raise _NothingNew
            since = settled(writing)
            instants = self.stage.instants(since, writing.at) if self.extract.mapping.believed_from else []
            if instants:
                self._write_versions(writing, recorder, since, instants)
            else:
                self._write_at_once(writing, recorder)
            self.commit = writing.commit_no

    def _write_at_once(self, writing: Writing, recorder: Recorder) -> None:
        """All of it becomes known now."""
        for events in _batches(self.stage.subjects()):
            recorder.expect(dict.fromkeys((event.subject_kind, event.subject_id) for event in events))
            self._append(recorder, events)
            writing.flush()  # and let go of it
            self._tell(self.entries)

    def _write_versions(self, writing: Writing, recorder: Recorder, since: int, instants: list[int]) -> None:
        """Each event became known at its entry stamp, if that is believed and later than what is settled; else now."""
        self.versions, self.too_late = len(instants), self.stage.too_late(since, self.at)
        join_families(self.stage, writing)
        versions = Versions(writing, instants, f"import from {self.extract.mapping.system}, as entered")
        for instant, events, following in self.stage.versions(since, writing.at):
            versions.turn_to(instant)
            before = self.entries

            def until(key: SubjectKey, following: Mapping[SubjectKey, int] = following) -> int:
                at = following.get(key)
                return recorder.horizon(key[0]) if at is None else at + AHEAD

            self._append(recorder, events, until)
            if before // REPORT_EVERY != self.entries // REPORT_EVERY:
                self._tell(self.entries)
        versions.turn_to(writing.at)
        self._tell(self.entries)

    def _append(
        self, recorder: Recorder, events: list[Staged], until: Callable[[SubjectKey], int] | None = None
    ) -> None:
        """Add events to their journals, and fold what they touch."""
        system = self.extract.mapping.system
        with uncollected():
            for event in events:
                recorder.append(event.subject_kind, event.subject_id, _entry(event, system))
            recorder.derive(accept_anomalies=True, compare=False, until=until)
        self.entries += len(events)

    def report(self) -> ImportReport:
        """What became of the rows."""
        counts = self.extract.counts
        return ImportReport(
            rows=counts.rows,
            taken=self.taken,
            known=self.known,
            duplicates=counts.duplicates,
            set_aside=counts.set_aside + self.causes.total(),
            entries=self.entries,
            causes={cause.value: number for cause, number in (counts.causes + self.causes).items()},
            unknown_columns=self.extract.unknown_columns,
            commit=self.commit,
            versions=self.versions,
            too_late=self.too_late,
        )

    def _compare(self, comparison: Comparison) -> None:
        """Leave staged what is new."""
        stage, all_rows = self.stage, self.stage.rows()
        while rows := list(islice(all_rows, BATCH)):
            comparison.look_up(rows)
            gone: list[int] = []
            for row in rows:
                try:
                    new = comparison.new_of(row)
                except Misfit as misfit:
                    self._set_aside(row[0], misfit)
                    new = []
                else:
                    self.taken += bool(new)
                    self.known += not new
                if len(new) < len(row):
                    gone += [event.place for event in row if event not in new]
            stage.drop(gone)
        if self.file is not None:
            self.file.flush()  # a full disk is noticed while nothing is kept yet

    def _set_aside(self, event: Staged, misfit: Misfit) -> None:
        self.causes[misfit.cause] += 1
        if self.file is not None:
            self.file.write(SetAside(event.row_number, misfit.reason, self.stage.raw(event.place), misfit.cause))

    def _tell(self, number: int) -> None:
        if self.progress is not None:
            self.progress(number)


def _batches(subjects: Iterable[list[Staged]]) -> Iterator[list[Staged]]:
    """The events of whole subjects, so many as are written together."""
    batch: list[Staged] = []
    number = 0
    for events in subjects:
        batch += events
        number += 1
        if len(batch) >= BATCH or number >= SUBJECTS:
            yield batch
            batch, number = [], 0
    if batch:
        yield batch


def _stamps(mapping: ImportMapping, zone: Zone, at: int) -> Callable[[int | None], int]:
    """When an event counts as recorded: at its entry stamp, if that is believed and has come by our clock; else now."""
    believed = FOREVER if mapping.believed_from is None else zone.midnight[mapping.believed_from]
    return lambda stamp: at if stamp is None or stamp < believed else min(stamp, at)


def _entry(event: Staged, system: str) -> NewEntry:
    return NewEntry(
        event.kind,
        event.day,
        event.minute,
        event.payload,
        event.recorded,
        source_system=system,
        source_key=event.key,
    )
