"""What is owed, read off the rows of a case, its person and its teams: for a reader, with who is to be called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple

import attrs

from icpm_engine.calendars import Zone, format_day
from icpm_engine.history.answers import obligation_of, rows_at
from icpm_engine.history.assignments import Assignment, Cover
from icpm_engine.history.changes import OPEN_STATES
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.order import standing
from icpm_engine.history.proofs import Detail, Proof, detail_of, proof_of
from icpm_engine.history.reckoned import Leg, due_text
from icpm_engine.history.results import ObligationRow, Outcome, StateRow
from icpm_engine.reports.model import Contact, Owed, Owing, WhyNoLimit, WithoutLimit
from icpm_engine.reports.readers import Reads, area_of_duty
from icpm_engine.rules.wording import plain
from icpm_engine.working import Entry

_OWED: Final = frozenset({"must", "should"})
"""What may be done is a right, and owed by nobody."""


class Folded(NamedTuple):
    """The rows of one subject, and the rules they were made by."""

    rows: Sequence[ObligationRow]
    states: Sequence[StateRow]
    rules: CompiledRules
    subject: str


@attrs.frozen(kw_only=True)
class Told:
    """What is told of a case as of an instant, and what the reader reads of it.

    `folded` are the case, its person and its teams; `unverified` the open rows of rules that are off, since their
    source was not read; `entries` everything in their journals as it was known.
    """

    case: str
    at: int
    zone: Zone
    folded: Sequence[Folded]
    unverified: Sequence[tuple[ObligationRow, CompiledRules, str]]
    entries: Sequence[Entry]
    assignments: Sequence[Assignment]
    covers: Sequence[Cover]
    reads: Reads

    @property
    def day(self) -> int:
        """The asked-for day."""
        return self.zone.day_of(self.at)

    @cached_property
    def standing(self) -> Mapping[int, Entry]:
        """The entries that stand, by the entry that each goes back to."""
        return {entry.root: entry for entry in standing(self.entries)}

    def contacts(self, roles: Iterable[str], labels: Mapping[str, str]) -> tuple[Contact, ...]:
        """Who is to be called for some roles."""
        return tuple(one for role in roles for one in self._contacts(role, labels.get(role, plain(role))))

    def _contacts(self, role: str, label: str) -> list[Contact]:
        held = [one for one in self.assignments if one.role == role and one.from_instant <= self.at < one.until_instant]
        found = [self._contact(one, label) for one in sorted(held, key=lambda one: one.from_instant, reverse=True)]
        return found or [Contact(role, label)]

    def _contact(self, one: Assignment, label: str) -> Contact:
        covers = (c for c in self.covers if c.worker == one.worker and c.from_instant <= self.at < c.until_instant)
        cover = next(covers, None)
        if cover is not None:
            return Contact(one.role, label, cover.stand_in, stands_in_for=one.worker)
        return Contact(one.role, label, one.worker, self._unit(one))

    def _unit(self, one: Assignment) -> str | None:
        told = (e for e in self.standing.values() if e.kind == "person_in_charge_assigned" and e.t == one.from_instant)
        units = (e.values.get("unit") for e in told if (e.values["role"], e.values["worker"]) == (one.role, one.worker))
        return next((unit for unit in units if unit != one.worker), None)

    def rows(self) -> Iterator[tuple[ObligationRow, CompiledRules, str]]:
        """The rows as they stand that the reader reads."""
        for one in self.folded:
            for row in rows_at(one.rows, self.at):
                if self.shows(row, one.rules):
                    yield row, one.rules, one.subject

    def shows(self, row: ObligationRow, rules: CompiledRules) -> bool:
        """Whether the reader reads of what a row says."""
        detail = detail_of(row)
        roots = {detail.start_entry or row.start_root}
        if self.reads.kept_safe:  # a run of a series is counted from what met the run before
            roots |= {leg.anchor_entry for leg in proof_of(row, rules).legs if leg.anchor_entry is not None}
        since = [self.standing[root] for root in roots if root in self.standing]
        return self.reads.duty(rules.pack.duties[row.duty], detail.instance, since, rules.pack)


def owing_of(told: Told) -> Owing:
    """All that is owed on a day, the earliest due first, and what of it has no verified limit."""
    rows = [one for one in told.rows() if one[0].state in OPEN_STATES and one[0].force in _OWED]
    rows.sort(key=lambda one: (one[0].due_at is None, one[0].due_at or 0, one[0].duty))
    owed = tuple(owed_of(told, *one) for one in rows)
    without = [_without(told, *one, "unverified") for one in told.unverified if told.shows(*one[:2])]
    without += [_without(told, *one, "open_choice") for one in rows if _open_choices(one[0], one[1])]
    return Owing(told.case, format_day(told.day), owed, tuple(without), told.reads.reader)


def owed_of(told: Told, row: ObligationRow, rules: CompiledRules, subject: str, proof: Proof | None = None) -> Owed:
    """One obligation with who owes it, and from which day it is counted."""
    obligation = obligation_of(row, rules, subject, told.at)
    dated = row.due_at is not None and row.state != Outcome.UNDETERMINED
    leg = governing(proof or proof_of(row, rules)) if dated else None
    return Owed(
        obligation=obligation,
        area=area_of_duty(rules.pack.duties[row.duty], rules.pack),
        owners=told.contacts(row.owner.split(" and "), rules.pack.roles),
        counted_from=None if leg is None else leg.anchor_day,
        span=None if leg is None else leg.span,
        no_limit="open_choice" if _open_choices(row, rules) else None,
    )


def governing(proof: Proof) -> Leg | None:
    """The leg of a proof that gives the date."""
    return next((leg for leg in proof.legs if leg.governs and leg.counted_to is not None), None)


def _open_choices(row: ObligationRow, rules: CompiledRules) -> tuple[str, ...]:
    """The open choices of the county that leave a row undetermined."""
    if row.state != Outcome.UNDETERMINED:
        return ()
    names = dict.fromkeys(name.partition("[")[0] for name in detail_of(row).missing)
    return tuple(name for name in names if name in rules.pack.choices)


def _without(told: Told, row: ObligationRow, rules: CompiledRules, _: str, why: WhyNoLimit) -> WithoutLimit:
    detail: Detail = detail_of(row)
    pack = rules.pack
    text = pack.duties[row.duty].texts[detail.text]
    return WithoutLimit(
        duty=row.duty,
        label=text.label,
        instance=detail.instance,
        owners=told.contacts(row.owner.split(" and "), pack.roles),
        since=format_day(told.zone.day_of(detail.opened)),
        why=why,
        waits_for=tuple(pack.choices[name].label for name in _open_choices(row, rules)),
        possible=tuple(due_text(at, told.zone) or "" for at in detail.possible) if why == "open_choice" else (),
        authority=pack.sources[text.authority].title,
    )
