"""What recording some events would change: everybody whom they touch, folded as if they had been recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from icpm_engine.calendars import Zone
from icpm_engine.history import Entry, fold
from icpm_engine.history.sources import Either, SubjectKey, links_of, seen, sources_of, touched_by
from icpm_engine.recording import Rules, SubjectOutcome, compared, refuse_anomalies
from icpm_engine.store import Reading, Standing
from icpm_engine.vocabulary import Event

NOT_YET = 2**40
"""Numbers of entries that are only previewed begin here: later than all that were recorded."""


def imagined_entry(event: Event, number: int, recorded: int) -> Entry:
    """An event as if it had been recorded."""
    return Entry(
        kind=event.event_kind.name,
        day=event.day,
        minute=event.minute,
        values=event.values(),
        entry=number,
        recorded=recorded,
        subject=event.subject_kind,
    )


def previewed(reading: Reading, added: Mapping[SubjectKey, list[Entry]], rules: Rules) -> Iterator[SubjectOutcome]:
    """What would change for each subject that new entries touch. Raises RefusedEvent as recording would."""
    imagined = Imagined(reading, added, rules.of("case").zone)
    before = {subject: reading.links(subject) for kind, subject in added if kind == "case"}
    for key, new in touched_by(added, Either(imagined, before), rules.of, rules.across).items():
        own, standing = rules.of(key[0]), reading.standing(*key)
        journals = {of: imagined.journal(of, standing) for of in sources_of(key, imagined, rules.across)}
        folding = fold(own, seen(journals, own))
        refuse_anomalies(own, folding, standing.findings, new)
        rows = [stored.row for stored in standing.rows], folding.rows
        yield compared(own, key, rows, standing.findings, folding, new)


class Imagined:
    """The journals and links of a county as they would be with some more entries."""

    def __init__(self, reading: Reading, added: Mapping[SubjectKey, list[Entry]], zone: Zone) -> None:
        self.reading = reading
        self._added = added
        self._linked: dict[str, list[SubjectKey]] = {}
        for kind, subject in added:
            if kind == "case":
                own = self.journal((kind, subject), reading.standing(kind, subject))
                self._linked[subject] = [link[:2] for link in links_of(own, zone)]

    def journal(self, key: SubjectKey, standing: Standing) -> list[Entry]:
        """A journal, perhaps one of those that a subject stands on."""
        known = standing.journals.get(key)
        return [*(self.reading.entries(*key) if known is None else known), *self._added.get(key, ())]

    def links(self, case: str) -> Sequence[SubjectKey]:
        """The person and teams that a case would have."""
        return self._linked[case] if case in self._linked else self.reading.links(case)

    def cases_of(self, kind: str, subject: str) -> list[str]:
        """The cases that a person or a team would have."""
        others = [case for case in self.reading.cases_of(kind, subject) if case not in self._linked]
        return others + [case for case, links in self._linked.items() if (kind, subject) in links]
