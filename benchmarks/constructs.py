"""`constructs`: what a run of a duty costs in each construct of the language, beside the plain form."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.measuring import Bench, Row, median_seconds
from benchmarks.practice import constructs as written
from icpm_engine.history import CompiledRules, Entry, fold

PER_CASE = 50
FOLDS = 200


def constructs(bench: Bench) -> Iterator[Row]:
    """Microseconds for each run: what the fold takes longer than without the duty."""
    case = written.case(PER_CASE)
    folds = bench.size.of(FOLDS, 2)
    bare, plain = 0.0, None
    for name, rules in written.packs():
        taken = median_seconds(lambda: _fold(rules, case, folds), bench.size.repeats, time.process_time)  # noqa: B023
        if not name:
            bare = taken
            continue
        runs = len({row.identity for row in fold(rules, case).rows})
        value = (taken - bare) / folds / max(runs, 1) * 1e6
        plain = value if plain is None else plain
        words = f"{runs} runs in a case of {PER_CASE} events; processor time; limit: the same duty in the plain form"
        yield Row(f"construct: {name}", value, "us/run", plain, None, words)


def _fold(rules: CompiledRules, case: list[Entry], times: int) -> None:
    for _ in range(times):
        fold(rules, case)
