"""What the benchmarks share: sizes, clocks, and the row that each of them gives."""

from __future__ import annotations

import contextlib
import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import attrs


@attrs.frozen
class Row:
    """One figure. `limit` is what nothing built on the same parts could beat, in the same unit, from the same run.

    `at_least` is what was promised: for a rate a floor, for a time or for memory a ceiling.
    """

    name: str
    value: float
    unit: str
    limit: float | None
    at_least: float | None
    ran_on: str

    @property
    def ratio(self) -> float | None:
        """The figure over its limit: the part of a rate that was reached, or how many times as long it took."""
        return None if not self.limit else self.value / self.limit

    @property
    def reached(self) -> bool | None:
        """Whether what was promised is kept; None where nothing was."""
        if self.at_least is None:
            return None
        return self.value >= self.at_least if self.unit.endswith("/s") else self.value <= self.at_least


@attrs.frozen
class Size:
    """How much of everything: all of it, a tenth, or so little that only the rows' shape is tested."""

    name: str
    share: float
    repeats: int

    def of(self, full: int, least: int = 1) -> int:
        """So much of what is `full` in a full run, but at least `least`."""
        return max(least, round(full * self.share))


SIZES = {size.name: size for size in (Size("full", 1, 5), Size("quick", 0.1, 3), Size("tiny", 0.0005, 1))}


@attrs.define
class Bench:
    """One run of the benchmarks: its size, a folder for files, and what is closed at its end.

    It runs on one core; `others` are those that are left for a database server.
    """

    size: Size
    folder: Path
    others: set[int]
    closing: ExitStack
    made: dict[str, Any] = attrs.Factory(dict)

    def shared(self, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever was made
        """What several benchmarks run on, made once."""
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def place(self, name: str) -> Path:
        """A new folder of this name."""
        number = sum(1 for found in self.folder.iterdir() if found.name.startswith(name))
        made = self.folder / f"{name}-{number}"
        made.mkdir()
        return made


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long a piece of work takes. What was there before is not searched for garbage; what it makes is."""
    gc.collect()
    gc.freeze()
    try:
        begin = clock()
        work()
        return clock() - begin
    finally:
        gc.unfreeze()


def median_seconds(work: Callable[[], object], times: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """The median of several runs of the same work."""
    return statistics.median(seconds(work, clock) for _ in range(times))


def median_of_calls(work: Callable[[], object], times: int) -> float:
    """The median duration of one call, in milliseconds, after a few calls that warm it up."""
    for _ in range(3):
        work()
    taken = []
    gc.collect()
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken) * 1000


def cores() -> set[int]:
    """The cores that this process may run on."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))


@contextlib.contextmanager
def on_cores(wanted: set[int]) -> Iterator[None]:
    """Run on these cores only, with whatever is started meanwhile; where the system cannot say so, on all."""
    before = cores()
    if not wanted or not hasattr(os, "sched_setaffinity"):
        yield
        return
    os.sched_setaffinity(0, wanted)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
