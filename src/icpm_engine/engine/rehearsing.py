"""Other rules on the live caseload, of which nothing is written: what they would change on a day, with proofs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeAlias

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.engine.county import County, named
from icpm_engine.engine.times import When
from icpm_engine.errors import EventError, PackError, PastHorizon
from icpm_engine.history import CompiledRules
from icpm_engine.history.answers import obligation_id
from icpm_engine.history.proofs import proof_of, state_words
from icpm_engine.history.reasons import why_moved
from icpm_engine.history.reckoned import due_text
from icpm_engine.history.results import ObligationRow
from icpm_engine.history.sources import SubjectKey
from icpm_engine.recording import Rules
from icpm_engine.rehearsal.answers import Counted, Example, Group, Rehearsal, Side, Way
from icpm_engine.rehearsal.comparing import Counts, Found, Tally
from icpm_engine.rehearsal.folding import BATCH, Refolding, everybody, strangers
from icpm_engine.rehearsal.narrowing import affected, narrowed
from icpm_engine.rehearsal.numbers import NotNumbers, Redated, redated
from icpm_engine.rehearsal.remarks import remarks
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.wording import words_of_owner
from icpm_engine.store import Reading, adopting
from icpm_engine.store.adopting import Known, in_batches
from icpm_engine.store.projection import StoredRow
from icpm_engine.working import uncollected

Progress: TypeAlias = Callable[[int], None]
"""Is told how many subjects have been looked at."""

SUBJECTS = 5_000
"""Subjects whose clocks of one duty are read together."""


def rehearse(
    county: County, pack: RulePack | None, on: When, *, examples: int, fold: bool, progress: Progress | None
) -> Rehearsal:
    """What a pack would change. Raises PackError for that of another county, PastHorizon."""
    rules = county.in_force.given if pack is None else Rules(pack)
    pack = rules.pack
    if (pack.county or pack.name) != county.name:
        raise PackError(f"found the rules {named(pack)}, expected rules of {county.name}")
    if examples < 0:
        raise EventError(f"found {examples} examples, expected 0 or more")
    with county.store.reading(county.session) as reading:
        county.follow(reading)
        at = county.instant(on)
        _check_horizon(county, reading, at)
        work = _Rehearsing(county, reading, rules, at, Tally(at, examples), progress, Refolding(reading, rules))
        return work.report(*work.run(fold=fold))


def remarks_today(county: County, pack: RulePack | None) -> tuple[str, ...]:
    """What is to be said of taking a pack today."""
    county.look()
    after = county.in_force.given.pack if pack is None else pack
    return remarks(county.pack, after, county.zone.day_of(county.clock()))


def _check_horizon(county: County, reading: Reading, at: int) -> None:
    horizon = reading.horizon()
    if at > horizon:
        day = format_day(county.zone.day_of(horizon))
        raise PastHorizon(
            f"a rehearsal compares with the lists, which are complete up to {day}; ask for a day up to then"
        )


@attrs.define
class _Rehearsing:
    """One rehearsal under way."""

    county: County
    reading: Reading
    rules: Rules
    at: int
    tally: Tally
    progress: Progress | None
    refolding: Refolding
    folded: set[SubjectKey] = attrs.Factory(set)
    looked_at: int = 0

    def run(self, *, fold: bool) -> tuple[Way, str]:
        """Count, in the quickest way that there is; which way it was, and why."""
        if fold:
            self._fold(None)
            return "folded", "all rules, as asked for"
        try:
            before = self._standing_rules()
        except NotNumbers as reason:
            self._fold(None)
            return "folded", f"all rules, since {reason}"
        try:
            found = redated(before, self.rules)
        except NotNumbers as reason:
            names = affected(before.pack, self.rules.pack)
            self._fold(names)
            return "folded", f"{_which(names, self.rules.pack)}, since {reason}"
        self._redate(found)
        duties = ", ".join(one.duty for one in found)
        return "re-dated", f"only numbers are other, of {duties}" if duties else "no number is other"

    def _standing_rules(self) -> Rules:
        """The rules by which all subjects stand. Raises NotNumbers."""
        if any(one.finished is None for one in self.reading.adoptions()[-1:]):
            raise NotNumbers("an adoption is under way: some subjects stand by other rules than others")
        return self.county.rules

    # --- folded anew

    def _fold(self, names: frozenset[str] | None) -> None:
        """Fold whom some duties are about, or everybody for all of them, and compare the clocks of these duties."""
        packs = (self.rules.pack, *(rules.pack for rules in self.county.stood_by(self.reading)))
        duties = [duty for pack in packs for duty in pack.duties.values() if names is None or duty.name in names]
        kinds, by = sorted({duty.subject for duty in duties}), self._by(names)
        for kind in kinds:
            for batch in everybody(self.reading, kind):
                self._compare(batch, names, by)
        for batch in in_batches((one for one in strangers(self.reading, self.rules) if one.kind in kinds), BATCH):
            self._compare(batch, names, by)
        if names is not None:
            self._count_others()

    def _by(self, names: Collection[str] | None) -> Rules:
        """The part of the rules that some duties rest on; all of them, if none are named."""
        duties = self.rules.pack.duties
        return Rules(narrowed(self.rules.pack, duties if names is None else duties.keys() & names))

    def _compare(self, batch: Sequence[Known], names: Collection[str] | None, by: Rules) -> None:
        """Fold a batch, and count what becomes of its clocks, of all duties or of some."""
        with uncollected():
            for key, before, after in self.refolding.clocks(batch, self.at, by):
                if names is None:
                    self.tally.subject(key, before, after)
                else:
                    some = [row for row in after if row.duty in names]
                    self.tally.subject(key, [row for row in before if row.duty in names], some)
        self.folded.update(known.key for known in batch)
        self._tell(len(batch))

    def _count_others(self) -> None:
        """The clocks of duties to which nothing happens."""
        counted = self.tally.counts.values()
        clocks, late = sum(one.before for one in counted), sum(one.overdue_before for one in counted)
        due, overdue = self.reading.due_count(self.at), self.reading.overdue_count(self.at)
        self.tally.unchanged("", "", due - clocks, overdue - late)

    # --- re-dated

    def _redate(self, duties: Sequence[Redated]) -> None:
        for duty in duties:
            doubtful = list(self._redate_one(duty))
            by = self._by([duty.duty])
            for batch in in_batches(doubtful, BATCH):
                self._compare(batch, [duty.duty], by)
        self._count_others()

    def _redate_one(self, duty: Redated) -> Iterator[Known]:
        """Count the clocks of a duty; gives the subjects that have to be folded for that."""
        after = ""
        while subjects := adopting.known_of(self.reading.access, self.county.name, duty.subject, after, SUBJECTS):
            by_id = {known.subject: known for known in subjects}
            rows = adopting.rows_of_duty(
                self.reading.access, self.county.name, duty.subject, duty.duty, by_id, self.at, duty.doubts
            )
            for subject, found in rows.items():
                if not self._redated(duty, subject, found):
                    yield by_id[subject]
            after = subjects[-1].subject
            self._tell(len(subjects))

    def _redated(self, duty: Redated, subject: str, rows: Sequence[StoredRow]) -> bool:
        """Count the clocks of one subject, if what is kept with them tells their dates."""
        pairs = []
        for row in rows:
            new = None if row.state in duty.doubts else duty.redate(row)
            if new is None:
                return False
            pairs.append((row, new))
        for row, new in pairs:
            self.tally.clock((duty.subject, subject), row, new)
        return True

    def _tell(self, subjects: int) -> None:
        self.looked_at += subjects
        if self.progress is not None:
            self.progress(self.looked_at)

    # --- the answer

    def report(self, way: Way, why: str) -> Rehearsal:
        """What was counted, as an answer."""
        total = Counts()
        for counts in self.tally.counts.values():
            total.add(counts)
        goes_by, pack = self.county.pack, self.rules.pack
        return Rehearsal(
            county=self.county.name,
            on=due_text(self.at, self.county.zone) or "",
            goes_by=goes_by.name,
            goes_by_version=goes_by.version,
            pack=pack.name,
            pack_version=pack.version,
            way=way,
            why=why,
            subjects=sum(adopting.counted(self.reading.access, self.county.name).values()),
            folded=len(self.folded),
            counts=_counted(total),
            groups=tuple(self._group(*key, counts) for key, counts in sorted(self._groups()) if counts.changed),
            examples=tuple(self._example(found) for found in self.tally.examples),
            remarks=remarks(goes_by, pack, self.county.zone.day_of(self.at)),
        )

    def _groups(self) -> list[tuple[tuple[str, str], Counts]]:
        return [((owner, duty), counts) for (owner, duty), counts in self.tally.counts.items() if duty]

    def _group(self, owner: str, duty: str, counts: Counts) -> Group:
        packs = [pack for pack in (self.rules.pack, self.county.pack) if duty in pack.duties]
        label = packs[0].duties[duty].texts[-1].label if packs else duty
        roles = {**self.county.pack.roles, **self.rules.pack.roles}
        return Group(
            self.county.name, words_of_owner(tuple(owner.split(" and ")), roles), duty, label, _counted(counts)
        )

    def _example(self, found: Found) -> Example:
        kind, subject = found.subject
        before = after = None
        if found.before is not None:
            before = self._side(found.before.row, self.county.rules_of(self.reading, found.before))
        if found.after is not None:
            after = self._side(found.after, self.rules.of(kind))
        row = found.before.row if found.before is not None else found.after
        side = after or before
        if row is None or side is None:
            raise ValueError("an example has a clock before or after")
        label, why = side.proof.label, None
        if found.before is not None and found.after is not None:
            why = why_moved(found.before.row, found.after, self.rules.of(kind))
        return Example(found.what, obligation_id(subject, row), kind, subject, row.duty, label, before, after, why)

    def _side(self, row: ObligationRow, rules: CompiledRules) -> Side:
        proof = proof_of(row, rules)
        late = row.overdue_after is not None and self.at > row.overdue_after
        return Side(state_words(row.state), due_text(row.due_at, rules.zone), late, proof.owner, proof)


def _which(names: frozenset[str] | None, pack: RulePack) -> str:
    if names is None:
        return "all rules"
    number = len(names)
    return f"{number} of {len(pack.duties)} duties" if number else "no duty"


def _counted(counts: Counts) -> Counted:
    return Counted(**attrs.asdict(counts))
