"""`fold`: cases folded in memory under an invented practice, beside the bare loop over a table of transitions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from benchmarks import practice
from benchmarks.measuring import Bench, Row, median_seconds
from benchmarks.practice import plain
from icpm_engine.history import CompiledRules, Entry, Folding, fold

EVENTS = 20_000
PER_CASE = 50


def fold_cases(bench: Bench) -> Iterator[Row]:
    """Cases of 50 events; nothing is kept of one when the next is folded."""
    yield _row(bench, "fold", "plain rules", plain.rules(), plain.case, 100_000)
    yield _row(bench, "fold.rich", "rules of every sort", practice.rules(), practice.case, None)


def _row(
    bench: Bench,
    name: str,
    what: str,
    rules: CompiledRules,
    case_of: Callable[[int, int], list[Entry]],
    promised: float | None,
) -> Row:
    cases = [case_of(seed, PER_CASE) for seed in range(bench.size.of(EVENTS, PER_CASE * 2) // PER_CASE)]
    events = len(cases) * PER_CASE
    touched = sum(touches(fold(rules, case), case) for case in cases) / events

    def work() -> None:
        for case in cases:
            fold(rules, case)

    taken = median_seconds(work, 2 * bench.size.repeats, time.process_time)
    limit = median_seconds(lambda: walk_bare(rules, cases), 2 * bench.size.repeats, time.process_time)
    return Row(
        name,
        events / taken,
        "events/s",
        events / limit,
        promised,
        f"{len(cases)} cases of {PER_CASE} events in memory, {what}, {touched:.2f} obligations touched an event "
        f"({len(rules.duties)} duties, {len(rules.lifecycles)} lifecycles), states, obligations, findings, proofs; "
        "processor time; limit: one look-up in a table of transitions for each event",
    )


def touches(folding: Folding, case: Iterable[Entry]) -> int:
    """How often an event opened, met, moved or ended an obligation; what time alone brings about is not counted."""
    instants = {entry.t for entry in case}
    return sum(row.valid_from in instants for row in folding.rows)


def walk_bare(rules: CompiledRules, cases: Iterable[Iterable[Entry]]) -> str:
    """The least that a state machine does: the next state by present state and event."""
    table: dict[tuple[str, str], str] = {}
    for compiled in rules.lifecycles:
        for kind, by_state in compiled.table.items():
            table.update({(state, kind): steps[0][1] for state, steps in by_state.items()})
    following, state = table.get, ""
    for case in cases:
        state = "none"
        for entry in case:
            state = following((state, entry.kind), state)
    return state
