"""`explain`: the proof of one date, of cases of 50 and of 500 events."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

from benchmarks import caseload
from benchmarks.measuring import Bench, Row, median_of_calls

LENGTHS = (("explain", 500, 12), ("explain.short", 50, 60))


def explain(bench: Bench) -> Iterator[Row]:
    """The dates on the county's list, each asked of a process that has not seen the case."""
    for name, length, cases in LENGTHS:
        place = bench.place("explain")
        number = bench.size.of(cases, 2)
        with caseload.opened(place) as engine:
            for _, events in caseload.stories(length, number):
                engine.record(*events, by="worker:1", accept_anomalies=True)
        with caseload.opened(place) as engine:
            listed = cycle([row.id for row in engine.due(caseload.ON, limit=200).rows])
            taken = median_of_calls(lambda: str(engine.explain(next(listed))), bench.size.of(500, 5))  # noqa: B023
        yield Row(
            name,
            taken,
            "ms",
            None,
            1,
            f"obligations of {number} cases of {length} events in a SQLite file, the proof as data and as prose; "
            "cases that the engine does not keep decoded",
        )
