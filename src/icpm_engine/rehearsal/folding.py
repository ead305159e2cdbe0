"""A county's subjects folded anew by other rules, many at a time: journals are read in the order of their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from icpm_engine.history import Entry, Folding, fold
from icpm_engine.history.fold import horizon_after
from icpm_engine.history.results import FOREVER
from icpm_engine.history.sources import SubjectKey, seen, sees_all, sources_of
from icpm_engine.recording import Rules
from icpm_engine.store import Reading, Standing, adopting, journal
from icpm_engine.store.adopting import Known

BATCH = 500
"""Subjects that are read and folded together."""


class Folded(NamedTuple):
    """A subject as it stands in the store, and what it comes to by other rules."""

    standing: Standing
    folding: Folding


class Refolding:
    """Folds subjects anew by some rules, in one look at the store, up to the instant `until` at least.

    `now` is the instant from which the horizon counts where nothing has been recorded for long. `open_at`: rows that
    stand are read only if they are open at that instant. `findings`: whether those that stand are read as well.
    `by`: the part of the rules that matters, if not all of them do.
    """

    def __init__(
        self,
        reading: Reading,
        rules: Rules,
        now: int,
        *,
        until: int = 0,
        open_at: int | None = None,
        findings: bool = False,
        by: Rules | None = None,
    ) -> None:
        self.reading = reading.read_by(rules.pack.events, rules.across)
        self.rules = rules
        self.now = now
        self.until = until
        self.open_at = open_at
        self.findings = findings
        self.by = by or rules

    def of(self, batch: Sequence[Known]) -> Iterator[Folded]:
        """What the subjects of a batch come to; they are of one kind."""
        kind = batch[0].kind
        rules, by = self.rules.of(kind), self.by.of(kind)
        until = max(horizon_after(rules, rules.zone.day_of(self.now)), self.until)
        access, county, ids = self.reading.access, self.reading.county, [known.subject for known in batch]
        if self.open_at is None:
            rows = adopting.rows_of(access, county, kind, ids)
        else:
            rows = adopting.open_rows_of(access, county, kind, ids, self.open_at)
        findings = adopting.findings_of(access, county, kind, ids) if self.findings else {}
        sources = self._sources(kind, ids)
        journals = self._journals(key for keys in sources.values() for key in keys)
        for known in batch:
            own = {key: journals[key] for key in sources[known.subject]}
            entries = [entry for listed in own.values() for entry in listed] if sees_all(own) else seen(own, rules)
            folding = fold(by, entries, until)
            stands = (known.pack, known.horizon, own, rows[known.subject], tuple(findings.get(known.subject, ())))
            yield Folded(Standing(known.key, known.version, 0, *stands), folding)

    def _sources(self, kind: str, ids: Sequence[str]) -> dict[str, tuple[SubjectKey, ...]]:
        """Whose journals each of them is folded from."""
        linked = _Linked(self.reading, kind, ids)
        return {subject: sources_of((kind, subject), linked, self.rules.across) for subject in ids}

    def _journals(self, keys: Iterable[SubjectKey]) -> dict[SubjectKey, list[Entry]]:
        look = self.reading
        found: dict[SubjectKey, list[Entry]] = {}
        by_kind: dict[str, dict[str, None]] = {}
        for kind, subject in keys:
            by_kind.setdefault(kind, {})[subject] = None
        for kind, subjects in by_kind.items():
            read = journal.entries_of(look.access, look.county, kind, subjects, look.kinds, look.known.commit)
            found.update({(kind, subject): entries for subject, entries in read.items()})
        return found


def strangers(reading: Reading, rules: Rules) -> Iterator[Known]:
    """Persons whom cases are linked to, who have no projection yet, and of whom these rules have something to say."""
    for kind in ("person", "team"):
        after = ""
        while kind in rules.across:
            found = adopting.linked_only(reading.access, reading.county, kind, after, BATCH)
            if not found:
                break
            yield from (Known(kind, subject, 0, 0, FOREVER) for subject in found)
            after = found[-1]


def everybody(reading: Reading, kind: str) -> Iterator[list[Known]]:
    """Every subject of a kind that has a projection, in the order of their keys, so many at a time."""
    after = ""
    while found := adopting.known_of(reading.access, reading.county, kind, after, BATCH):
        yield found
        after = found[-1].subject


class _Linked:
    """Who has to do with the subjects of a batch, looked up together as far as rules read across cases."""

    def __init__(self, reading: Reading, kind: str, ids: Sequence[str]) -> None:
        self._reading = reading
        self._links = adopting.links_of(reading.access, reading.county, ids) if kind == "case" else {}
        self._cases: dict[SubjectKey, list[str]] = {}
        if kind != "case":
            self._look_up(kind, ids if kind in reading.across else ())
        elif "case" in reading.across:
            linked = (other for others in self._links.values() for other in others)
            self._look_up("person", {subject for other, subject in linked if other == "person"})

    def _look_up(self, kind: str, subjects: Iterable[str]) -> None:
        found = self._reading.cases_of_many(kind, subjects)
        self._cases.update({(kind, subject): cases for subject, cases in found.items()})

    def links(self, case: str) -> Sequence[SubjectKey]:
        """The person and the teams of a case."""
        return self._links[case]

    def cases_of(self, kind: str, subject: str) -> list[str]:
        """The cases of a person or a team."""
        return self._cases[kind, subject]
