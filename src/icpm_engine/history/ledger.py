"""The day ledger: whose turn it was, and for how many days.

Every day from the first event to the asked-for one belongs, in each lifecycle, to one state and its holder; the days of
a lifecycle add up to the days of the case. So does every day of an obligation whose clock has stood still: it belongs
to its owner, or to the pause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.pauses import Pause
from icpm_engine.history.proofs import proof_of
from icpm_engine.history.results import Folding, ObligationRow, Outcome
from icpm_engine.rules.model import RulePack

OPEN = (Outcome.RUNNING, Outcome.PAUSED, Outcome.UNDETERMINED)


@attrs.frozen
class Held:
    """A state of a lifecycle, who held it, from which day until which day (that day not included), how many days.

    Of an obligation that has been paused, `lifecycle` is its duty, and a paused day is held by the pause.
    """

    lifecycle: str
    instance: str | None
    state: str
    label: str
    holder: str | None
    first: str
    until: str
    days: int


@attrs.frozen
class DaysHeld:
    """How many days all subjects of a county spent in a state, or in the hands of a pause, and how many they were.

    `about` is the kind of subject; a subject with several instances of a lifecycle counts once. For `lifecycle` see
    Held.
    """

    county: str
    about: str
    lifecycle: str
    state: str
    label: str
    holder: str | None
    days: int
    subjects: int


class Sums:
    """Adds up the ledgers of one subject after the other."""

    def __init__(self, county: str) -> None:
        self._county = county
        self._days: dict[tuple[str, str, str, str, str | None], list[int]] = {}

    def add(self, about: str, held: Iterable[Held]) -> None:
        """The ledger of one more subject."""
        own: dict[tuple[str, str, str, str, str | None], int] = {}
        for one in held:
            key = (about, one.lifecycle, one.state, one.label, one.holder)
            own[key] = own.get(key, 0) + one.days
        for key, days in own.items():
            sums = self._days.setdefault(key, [0, 0])
            sums[0] += days
            sums[1] += 1

    def rows(self, pack: RulePack) -> tuple[DaysHeld, ...]:
        """What they come to: lifecycles and their states in the order of the rules, then duties that were paused."""
        place = {name: number for number, name in enumerate([*pack.lifecycles, *pack.duties])}
        states = {(n, s): p for n, one in pack.lifecycles.items() for p, s in enumerate(one.states)}
        rows = [DaysHeld(self._county, *key, *sums) for key, sums in self._days.items()]
        rows.sort(key=lambda row: (place[row.lifecycle], states.get((row.lifecycle, row.state), 0), -row.days))
        return tuple(rows)


def ledger_of(folding: Folding, rules: CompiledRules, at: int, since: int = 0) -> tuple[Held, ...]:
    """The ledger from a day (its ordinal) up to an instant. A day belongs to the state in which it ended."""
    return (*_of_lifecycles(folding, rules, at, since), *_of_paused(folding, rules, at, since))


def _days(valid_from: int, valid_until: int, rules: CompiledRules, at: int, since: int) -> tuple[int, int]:
    """First day of a row, and the day after its last, from a day up to an instant."""
    day_of = rules.zone.day_of
    until = day_of(at) + 1 if valid_until > at else min(day_of(at) + 1, day_of(valid_until))
    return max(day_of(valid_from), since), until


def _of_lifecycles(folding: Folding, rules: CompiledRules, at: int, since: int) -> Iterator[Held]:
    pack = rules.pack
    for row in folding.states:
        first, until = _days(row.valid_from, row.valid_until, rules, at, since)
        if row.valid_from > at or until <= first:
            continue
        lifecycle = pack.lifecycles[row.lifecycle]
        yield Held(
            row.lifecycle,
            row.instance or None,
            row.state,
            lifecycle.states[row.state].label,
            pack.roles.get(row.holder, row.holder) if row.holder else None,
            format_day(first),
            format_day(until),
            until - first,
        )


def _of_paused(folding: Folding, rules: CompiledRules, at: int, since: int) -> Iterator[Held]:
    """The days of each obligation that has been paused by then."""
    there = (row for row in folding.rows if row.valid_from <= at)
    for _, rows in groupby(there, key=lambda row: row.identity):
        periods = list(rows)
        if any(row.state == Outcome.PAUSED for row in periods):
            yield from _joined(one for row in periods for one in _of_row(row, rules, at, since))


def _of_row(row: ObligationRow, rules: CompiledRules, at: int, since: int) -> Iterator[Held]:
    first, until = _days(row.valid_from, row.valid_until, rules, at, since)
    if row.state not in OPEN or until <= first:
        return
    proof = proof_of(row, rules)
    pauses: list[Pause] = [pause for pause in proof.pauses if pause.last is None]
    holder = pauses[-1].why if pauses and row.state == Outcome.PAUSED else proof.owner
    days = (format_day(first), format_day(until), until - first)
    yield Held(row.duty, proof.instance, proof.state, proof.label, holder, *days)


def _joined(found: Iterator[Held]) -> Iterator[Held]:
    """Neighbours in one hand as one."""
    last: Held | None = None
    for one in found:
        if last is not None and (last.state, last.holder, last.until) == (one.state, one.holder, one.first):
            last = attrs.evolve(last, until=one.until, days=last.days + one.days)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def days_by_holder(held: tuple[Held, ...]) -> dict[str, int]:
    """How many days each holder had, over the lifecycles given."""
    days: dict[str, int] = {}
    for one in held:
        holder = one.holder or "nobody"
        days[holder] = days.get(holder, 0) + one.days
    return days
