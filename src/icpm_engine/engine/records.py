"""Recording, withdrawing and previewing events."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from icpm_engine.engine.county import County
from icpm_engine.errors import EventError
from icpm_engine.history import Entry
from icpm_engine.history.changes import Change, Entered
from icpm_engine.history.results import FindingRow
from icpm_engine.previewing import NOT_YET, imagined_entry, previewed
from icpm_engine.recording import RETRACTION, Recorder, SubjectOutcome, check_dates, check_subject
from icpm_engine.store import NewEntry, Writing, canonical, new_entry
from icpm_engine.vocabulary.events import Event


@attrs.frozen
class Outcome:
    """What recording did: the entries it wrote, and for each subject what changed."""

    commit: int
    entries: tuple[int, ...]
    subjects: tuple[SubjectOutcome, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every obligation that stands otherwise than before."""
        return tuple(change for subject in self.subjects for change in subject.changes)

    @property
    def entered(self) -> tuple[Entered, ...]:
        """Every state that was entered."""
        return tuple(state for subject in self.subjects for state in subject.entered)

    @property
    def first(self) -> tuple[str, ...]:
        """For events out of place or forbidden: what must come first, in words."""
        return tuple(words for subject in self.subjects for words in subject.first)

    @property
    def findings(self) -> tuple[FindingRow, ...]:
        """Events out of place, bars broken, anomalies that came up."""
        return tuple(finding for subject in self.subjects for finding in subject.findings)


def record(
    county: County, events: Sequence[Event], by: str, corrects: int | None, note: str, *, accept_anomalies: bool
) -> Outcome:
    """Events into journals, in one commit, and what follows from them."""
    if not events:
        raise EventError("record was called without an event; pass at least one")
    if corrects is not None and len(events) != 1:
        raise EventError(f"a correction replaces one entry by one event; found {len(events)} events")
    at = county.clock()
    with county.writing(by, at, note, len(events)) as writing:
        if corrects is not None:
            _check_corrects(writing, corrects, events[0])
        recorder = Recorder(writing, county.rules)
        entries = []
        for event in events:
            _check_event(county, event, at)
            new = new_entry(event, at)._replace(corrects=corrects)
            entries.append(recorder.append(event.subject_kind, event.subject_id, new).entry)
        subjects = recorder.derive(accept_anomalies=accept_anomalies)
    return Outcome(writing.commit_no, tuple(entries), tuple(subjects))


def retract(county: County, entry: int, by: str, note: str, *, accept_anomalies: bool) -> Outcome:
    """An entry that withdraws another, and what follows from it."""
    at = county.clock()
    with county.writing(by, at, note, 1) as writing:
        found = writing.entry(entry)
        day, minute = county.zone.local(at)
        new = NewEntry(RETRACTION, day, minute, canonical({}), at, None, entry, None, None)
        recorder = Recorder(writing, county.rules)
        added = recorder.append(found.subject_kind, found.subject_id, new)
        subjects = recorder.derive(accept_anomalies=accept_anomalies)
    return Outcome(writing.commit_no, (added.entry,), tuple(subjects))


def preview(county: County, events: Sequence[Event]) -> Outcome:
    """What would follow from events, of which nothing is written."""
    at = county.clock()
    with county.reading() as reading:
        county.follow(reading)
        added: dict[tuple[str, str], list[Entry]] = {}
        for number, event in enumerate(events, NOT_YET):
            _check_event(county, event, at)
            added.setdefault((event.subject_kind, event.subject_id), []).append(imagined_entry(event, number, at))
        subjects = tuple(previewed(reading, added, county.rules))
    return Outcome(0, (), subjects)


def _check_event(county: County, event: Event, at: int) -> None:
    kind = event.event_kind.name
    if kind not in county.pack.events:
        raise EventError(f"{kind} is no kind of event of the rules {county.pack.name}")
    check_subject(event.subject_kind, event.subject_id, county.name)
    check_dates(event.day, at, county.rules.of("case"), kind)


def _check_corrects(writing: Writing, corrects: int, event: Event) -> None:
    found = writing.entry(corrects)
    if (found.subject_kind, found.subject_id) != (event.subject_kind, event.subject_id):
        raise EventError(
            f"entry {corrects} is about {found.subject_kind} {found.subject_id}, this event about "
            f"{event.subject_kind} {event.subject_id}; retract the one and record the other"
        )
