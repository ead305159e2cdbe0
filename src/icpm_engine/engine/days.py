"""The day ledger of a whole county: where the days of all its cases went.

It is folded, subject after subject, by the rules that say whose turn it is and no others, from the journals as they
were known: nothing of it is stored, and memory does not grow with the county.
"""

from __future__ import annotations

from collections.abc import Iterator

from icpm_engine.engine.county import County
from icpm_engine.engine.times import When
from icpm_engine.history.fold import fold
from icpm_engine.history.ledger import DaysHeld, Held, Sums, ledger_of
from icpm_engine.history.sources import seen
from icpm_engine.recording import Rules
from icpm_engine.store import Reading
from icpm_engine.vocabulary.kinds import SUBJECTS

_AT_ONCE = 1_000
"""Ids that are looked up together."""


def county_ledger(county: County, on: When, since: When | None, known_at: When | None) -> tuple[DaysHeld, ...]:
    """Whose turn it was over all subjects, from the day `since` to a day, and for how many days."""
    at = county.instant(on)
    first = 0 if since is None else county.zone.day_of(county.instant(since))
    sums = Sums(county.name)
    with county.reading(known_at) as reading:
        rules = county.rules_in(reading).about_days
        for about in SUBJECTS:
            for held in _of_each(reading, rules, about, first, at):
                sums.add(about, held)
    return sums.rows(rules.pack)


def _of_each(reading: Reading, rules: Rules, about: str, first: int, at: int) -> Iterator[tuple[Held, ...]]:
    compiled = rules.of(about)
    pack = rules.pack
    if about not in {
        *(one.subject for one in pack.lifecycles.values()),
        *(one.subject for one in pack.duties.values()),
    }:
        return
    after = ""
    while subjects := reading.subjects(about, after, _AT_ONCE):
        for subject in subjects:
            journals = reading.journals_of((about, subject))
            if any(journals.values()):
                yield ledger_of(fold(compiled, seen(journals, compiled), at, no_further=True), compiled, at, first)
        after = subjects[-1]
