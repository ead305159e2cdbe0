"""Recording: events into journals, and the projections that follow, within one transaction of the county.

The engine's `record` and an import share this: entries are appended under their own subjects, every case whose
projection they touch is folded anew, and what is impossible in a strict lifecycle refuses the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.errors import EventError, RefusedEvent
from icpm_engine.history import CompiledRules, Entry, FindingRow, Folding, ObligationRow, compile_pack, fold
from icpm_engine.history.assignments import ASSIGNMENTS, COVERS, Linking, assignments_of, covers_of, linkings_of
from icpm_engine.history.changes import Change, Entered, changes, entered
from icpm_engine.history.fold import fold_on, horizon_after
from icpm_engine.history.sources import LINKS, Either, SubjectKey, seen, sees_all, touched_by
from icpm_engine.history.steps import must_come_first
from icpm_engine.rules.loading import pack_from_body
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.needed import for_the_ledger
from icpm_engine.rules.subjects import across, speaks_of
from icpm_engine.rules.what_if import UNVERIFIED, unverified, what_if
from icpm_engine.rules.wording import plain
from icpm_engine.store import NewEntry, Reading, Writing
from icpm_engine.store.journal import read_id
from icpm_engine.store.projection import Reworded

WALKED = "walked"
"""Under this name a case that is kept decoded is kept as it stands after its last event, too (history.fold.Walked)."""
RETRACTION = "entry_retracted"
"""The kind of a journal entry that does nothing but withdraw another."""


class Rules:
    """A pack with its compiled forms, one for each kind of subject, as one store knows it."""

    def __init__(self, pack: RulePack) -> None:
        self.pack = pack
        self._reworded: dict[int, frozenset[str]] = {}

    def of(self, subject: str) -> CompiledRules:
        """The rules compiled for subjects of a kind."""
        return compile_pack(self.pack, subject)

    @cached_property
    def across(self) -> frozenset[str]:
        """The kinds of subject whose rules read what happens in several cases of a person."""
        return across(self.pack)

    @cached_property
    def beside(self) -> frozenset[str]:
        """The kinds of subject that have states, obligations or facts of their own beside those of a case."""
        return frozenset(kind for kind in ("person", "team") if speaks_of(self.pack, kind))

    @cached_property
    def about_days(self) -> Rules:
        """Those rules alone that say whose turn it is."""
        return Rules(self.pack.once("ledger", for_the_ledger))

    @cached_property
    def unverified(self) -> Rules | None:
        """The rules as they would be with those in force whose source was not read; None where there are none."""
        return Rules(self.pack.once("unverified", partial(what_if, off=UNVERIFIED))) if unverified(self.pack) else None

    @cached_property
    def areas(self) -> Mapping[str, str]:
        """The area of each duty: the name of its rule file."""
        return {name: duty.area for name, duty in self.pack.duties.items()}

    def reworded(self, reading: Reading) -> Reworded:
        """By the number of earlier rules: the duties that these put in other words, or rest on another source."""

        def others(number: int) -> frozenset[str]:
            found = self._reworded.get(number)
            if found is None:
                found = self._reworded[number] = reworded(pack_from_body(reading.pack(number)[1]), self.pack)
            return found

        return others


def reworded(before: RulePack, after: RulePack) -> frozenset[str]:
    """The duties of which two packs do not say the very same."""

    def said(pack: RulePack, name: str) -> tuple[object, ...]:
        duty = pack.duties.get(name)
        return duty, *(pack.sources.get(text.authority) for text in (duty.texts if duty is not None else ()))

    return frozenset(name for name in {*before.duties, *after.duties} if said(before, name) != said(after, name))


@attrs.frozen
class SubjectOutcome:
    """What recording changed for one subject."""

    kind: str
    subject: str
    changes: tuple[Change, ...]
    entered: tuple[Entered, ...]
    findings: tuple[FindingRow, ...]
    first: tuple[str, ...] = ()
    """For events out of place or forbidden: what must come first, in words."""


class Recorder:
    """Appends entries in one writing transaction, then folds and replaces what they touch."""

    def __init__(self, writing: Writing, rules: Rules) -> None:
        self.writing = writing
        self.rules = rules
        self.pack = writing.use_pack(rules.pack.version, rules.pack.body)
        if not writing.goes_by:
            writing.take_rules(self.pack, finished=True)
        self.added: dict[SubjectKey, list[Entry]] = {}

    def expect(self, keys: Collection[SubjectKey]) -> None:
        """Entries of many subjects are going to be added: they are looked up together."""
        self.writing.expect(keys)

    def append(self, kind: str, subject: str, new: NewEntry) -> Entry:
        """Add one entry to a subject's journal."""
        entry = self.writing.append(kind, subject, new)
        self.added.setdefault((kind, subject), []).append(entry)
        return entry

    def derive(
        self, *, accept_anomalies: bool, compare: bool = True, until: Callable[[SubjectKey], int] | None = None
    ) -> list[SubjectOutcome]:
        """Fold every subject touched and replace its projection. Raises RefusedEvent; nothing of it stays then.

        `until` is the instant up to which a subject's time edges are carried forward; left out, they are carried as far
        from now as the pack's horizon lies, and from its last event.
        """
        outcomes = []
        for key, added in self._touched().items():
            to = None if until is None else until(key)
            outcome = self._replace(*key, added, to, accept_anomalies=accept_anomalies, compare=compare)
            if outcome is not None:
                outcomes.append(outcome)
        self.added.clear()
        return outcomes

    def _touched(self) -> dict[SubjectKey, list[Entry]]:
        """Who must be folded anew, after cases have been linked as their new entries say."""
        links: dict[str, list[Linking]] = {}
        for key in self.added:
            self._follow(key, links)
        across, writing = self.rules.across, self.writing
        before = {case: writing.links(case) for case in links} if across else {}
        if len(links) > 1:
            writing.read_ahead(one[:2] for others in links.values() for one in others)
        for case, others in links.items():
            writing.link(case, others)
        touched = touched_by(self.added, Either(writing, before), self.rules.of, across)
        for key in touched if links and across else ():
            writing.gather(key)
        return touched

    def _follow(self, key: SubjectKey, links: dict[str, list[Linking]]) -> None:
        """What new entries say about a case's person, its team (`links`), who is in charge and who covers for whom."""
        kind, subject = key
        added = self.added[key]
        changed = any(entry.corrects is not None or entry.retracts is not None for entry in added)
        kinds = {entry.kind for entry in added}
        zone = self.rules.of("case").zone

        def says(of: frozenset[str]) -> bool:
            return changed or not kinds.isdisjoint(of)

        if kind == "county" and says(COVERS):
            self.writing.cover(covers_of(self.writing.events(kind, subject), zone))
        if kind != "case" or not says(LINKS | ASSIGNMENTS):
            return
        own = self.writing.journals(kind, subject)[key]
        if says(LINKS):
            links[subject] = linkings_of(own, zone)
        if says(ASSIGNMENTS):
            self.writing.assign(subject, assignments_of(subject, own, zone))

    def horizon(self, kind: str) -> int:
        """Up to where time edges are carried: a case in which nothing has happened for long is listed today, too."""
        rules = self.rules.of(kind)
        return horizon_after(rules, rules.zone.day_of(self.writing.at))

    def _replace(
        self, kind: str, subject: str, added: list[Entry], until: int | None, *, accept_anomalies: bool, compare: bool
    ) -> SubjectOutcome | None:
        rules = self.rules.of(kind)
        horizon = self.horizon(kind) if until is None else until
        before, journals = self.writing.before(kind, subject), self.writing.journals(kind, subject)
        events = [entry for entries in journals.values() for entry in entries]
        memo: dict[str, Any] = {}
        if not sees_all(journals):
            folding = fold(rules, seen(journals, rules), horizon)
        elif self.writing.kept is None:
            folding = fold(rules, events, horizon)
        else:
            # Taken out, so that nobody else goes on from it; should this commit fail, the next one folds anew.
            walked = before.memo.pop(WALKED, None)
            if self.writing.relinked(kind, subject):
                walked = None
            exactly = until is not None
            folding, memo[WALKED] = fold_on(rules, events, horizon, walked, added, no_further=exactly)
        if not accept_anomalies:
            refuse_anomalies(rules, folding, before.findings, added)
        diff = self.writing.replace(
            *(kind, subject, folding),
            pack=self.pack,
            areas=self.rules.areas,
            memo=memo,
            reworded=self.rules.reworded(self.writing) if before.pack not in (0, self.pack) else None,
        )
        if not compare:
            return None
        rows = [stored.row for stored in diff.ended], [stored.row for stored in sorted(diff.begun)]
        return compared(rules, (kind, subject), rows, before.findings, folding, added, events)


def compared(
    rules: CompiledRules,
    key: tuple[str, str],
    rows: tuple[Iterable[ObligationRow], Iterable[ObligationRow]],
    known: Iterable[FindingRow],
    folding: Folding,
    added: Collection[Entry],
    entries: Iterable[Entry] = (),
) -> SubjectOutcome:
    """What some entries changed for one subject, asked at the end of its last event's day.

    `rows`: those before and those after; what stands in both may be left out.
    `entries`: among which are those that the added ones correct or withdraw; the day of such a one counts as well.
    """
    kind, subject = key
    zone = rules.zone
    days = [*_days_changed(added, entries), *([zone.day_of(folding.last)] if folding.last else [])]
    at = zone.midnight[max(days) + 1] - 1 if days else 0
    roots = frozenset(entry.root for entry in added)
    was = set(known)
    findings = tuple(finding for finding in folding.findings if finding not in was)
    return SubjectOutcome(
        kind,
        subject,
        tuple(changes(*rows, rules, subject, at)),
        tuple(entered(folding.states, roots, rules, subject)),
        findings,
        must_come_first(folding, rules, findings, added),
    )


def _days_changed(added: Iterable[Entry], entries: Iterable[Entry]) -> Iterator[int]:
    """The days of what some entries correct or withdraw."""
    changing = [entry for entry in added if entry.corrects is not None or entry.retracts is not None]
    by_number = {entry.entry: entry for entry in entries} if changing else {}
    for entry in changing:
        found: Entry | None = entry
        while found is not None:
            if found.retracts is None:
                yield found.day
            of = found.corrects if found.retracts is None else found.retracts
            found = by_number.get(of) if of is not None else None


def refuse_anomalies(
    rules: CompiledRules, folding: Folding, known: Iterable[FindingRow], added: Iterable[Entry]
) -> None:
    """A strict lifecycle refuses what it has no place for, now or because of a later entry. Raises RefusedEvent."""
    found = [finding for finding in folding.findings if finding.kind == "anomaly"]
    if not found:
        return
    before = {(finding.rule, finding.entry) for finding in known if finding.kind == "anomaly"}
    numbers = {entry.entry: entry for entry in added}
    for finding in found:
        if (finding.rule, finding.entry) in before:
            continue
        lifecycle = rules.pack.lifecycles[finding.rule]
        day = format_day(rules.zone.day_of(finding.at))
        if finding.entry in numbers:
            could = ", ".join(plain(kind) for kind in _could_come(rules, folding, finding)) or "none"
            kind = plain(numbers[finding.entry].kind)
            raise RefusedEvent(f"{kind} on {day} has no place in {lifecycle.label}; what could come then: {could}")
        raise RefusedEvent(
            f"with this, entry {finding.entry} of {day} would have no place in {lifecycle.label} any more; "
            "record it with accept_anomalies=True to keep both and list the later one as an anomaly"
        )


def _could_come(rules: CompiledRules, folding: Folding, finding: FindingRow) -> list[str]:
    """Kinds of event for which the lifecycle has a transition in the state in which it was."""
    states = [row.state for row in folding.states if row.lifecycle == finding.rule and row.valid_from <= finding.at]
    state = states[-1] if states else rules.pack.lifecycles[finding.rule].initial
    compiled = next(c for c in rules.lifecycles if c.lifecycle.name == finding.rule)
    return sorted(trigger for trigger in compiled.kinds if state in compiled.table[trigger])


def check_dates(day: int, recorded: int, rules: CompiledRules, kind: str) -> None:
    """What happened never lies after its recording; a plan is a field of what planned it. Raises EventError."""
    today = rules.zone.day_of(recorded)
    if day > today:
        raise EventError(
            f"{kind}: it is said to have occurred on {format_day(day)}, after it is recorded on {format_day(today)}; "
            "what is planned for a later day is a field of the event that planned it"
        )


def check_subject(kind: str, subject: str, county: str) -> None:
    """What both databases can keep as an id, and of counties only the one whose journal it is. Raises EventError."""
    read_id(subject)
    if kind == "county" and subject != county:
        raise EventError(f"found an event about the county {subject}; this is the journal of {county}")
