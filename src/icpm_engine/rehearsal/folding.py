"""A county's subjects folded anew by other rules, many at a time: journals are read in the order of their keys."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from icpm_engine.history import CompiledRules, Entry, Folding, ObligationRow, fold
from icpm_engine.history.fold import horizon_after, open_at
from icpm_engine.history.results import FOREVER
from icpm_engine.history.sources import LINKS, SubjectKey, seen, sees_all, sources_of
from icpm_engine.recording import Rules
from icpm_engine.store import Reading, Standing, StoredRow, adopting, journal
from icpm_engine.store.adopting import Known

BATCH = 500
"""Subjects that are read and folded together."""


class Folded(NamedTuple):
    """A subject as it stands in the store, and what it comes to by other rules."""

    standing: Standing
    folding: Folding


class Clocks(NamedTuple):
    """What is open of a subject at an instant: as it stands, and as it would by other rules."""

    key: SubjectKey
    before: list[StoredRow]
    after: list[ObligationRow]


class Refolding:
    """Folds subjects anew by some rules, in one look at the store."""

    def __init__(self, reading: Reading, rules: Rules) -> None:
        self.reading = reading.read_by(rules.pack.events, rules.across)
        self.rules = rules

    def whole(self, batch: Sequence[Known], now: int) -> Iterator[Folded]:
        """What the subjects of a batch, of one kind, come to; as far ahead as from now, if nothing came for long."""
        kind, ids, look = batch[0].kind, [known.subject for known in batch], self.reading
        rules = self.rules.of(kind)
        until = horizon_after(rules, rules.zone.day_of(now))
        rows = adopting.rows_of(look.access, look.county, kind, ids)
        findings = adopting.findings_of(look.access, look.county, kind, ids)
        for known, (journals, entries) in zip(batch, self._journals(kind, ids), strict=True):
            stands = (known.pack, known.horizon, journals, rows[known.subject], tuple(findings[known.subject]))
            yield Folded(Standing(known.key, known.version, 0, *stands), fold(rules, entries, until))

    def clocks(self, batch: Sequence[Known], at: int, by: Rules) -> Iterator[Clocks]:
        """What is open of the subjects of a batch, of one kind. `by`: the part of the rules that matters."""
        kind, ids, look = batch[0].kind, [known.subject for known in batch], self.reading
        rules = by.of(kind)
        rows = adopting.open_rows_of(look.access, look.county, kind, ids, at)
        for known, (_, entries) in zip(batch, self._journals(kind, ids, _heard(rules)), strict=True):
            yield Clocks(known.key, rows[known.subject], open_at(rules, entries, at))

    def _journals(
        self, kind: str, ids: Sequence[str], heard: Container[str] | None = None
    ) -> Iterator[tuple[dict[SubjectKey, list[Entry]], list[Entry]]]:
        """Whose journals each subject is folded from, and what it sees of them."""
        rules, linked = self.rules.of(kind), _Linked(self.reading, kind, ids)
        sources = [sources_of((kind, subject), linked, self.rules.across) for subject in ids]
        read = self._read((key for keys in sources for key in keys), heard)
        for keys in sources:
            own = {key: read[key] for key in keys}
            yield own, [entry for listed in own.values() for entry in listed] if sees_all(own) else seen(own, rules)

    def _read(self, keys: Iterable[SubjectKey], heard: Container[str] | None) -> dict[SubjectKey, list[Entry]]:
        look = self.reading
        found: dict[SubjectKey, list[Entry]] = {}
        by_kind: dict[str, dict[str, None]] = {}
        for kind, subject in keys:
            by_kind.setdefault(kind, {})[subject] = None
        for kind, subjects in by_kind.items():
            read = journal.entries_of(look.access, look.county, kind, subjects, look.kinds, look.known.commit, heard)
            found.update({(kind, subject): entries for subject, entries in read.items()})
        return found


def _heard(rules: CompiledRules) -> Container[str]:
    """The kinds of event of which rules do something, under the names by which journals know them, and links."""
    far = (kind for kind, name in rules.far.items() if name in rules.heard)
    return LINKS.union(rules.heard, far)


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
