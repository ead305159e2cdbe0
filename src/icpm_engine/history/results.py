"""What goes into the fold and what comes out of it: journal entries in, periods of validity out.

Rows are plain tuples of integers and short texts, because millions of them are written and compared; the frozen values
that a caller sees are made from them at the edge (history/answers.py).
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import Any, NamedTuple

from icpm_engine.working import Entry

__all__ = [
    "FOREVER",
    "Entry",
    "FindingRow",
    "Folding",
    "Marks",
    "ObligationRow",
    "Outcome",
    "StateRow",
]

FOREVER = 2**62
"""The open end of a period: an instant later than every other."""


class Outcome(IntEnum):
    """The one state of an obligation at a moment."""

    RUNNING = 0
    PAUSED = 1
    UNDETERMINED = 2
    MET = 3
    EXCUSED = 4
    CANCELLED = 5
    MISSED = 6
    NOT_OWED = 7


class Marks(IntFlag):
    """What is remarkable about an obligation beside its state. Overdue is never stored: it is asked."""

    NONE = 0
    LATE = 1
    OUT_OF_SEQUENCE = 2
    SUBSTITUTE = 4
    LOOKED_BACK = 8
    INCOMPLETE = 16
    ORDER_UNKNOWN = 32  # met on a day on which only an hour would tell whether it was in time
    SETTLED = 64  # not owed, and for good


class ObligationRow(NamedTuple):
    """An obligation during one period in which it stood unchanged.

    `duty, start_root, instance_root, run` are its identity within the subject. Instants are UTC seconds; the period is
    valid_from <= t < valid_until. `due_at` is the last instant in time, None while no date is known; `overdue_after` is
    set only while the obligation is a `must` that can be overdue: it is overdue at every t > overdue_after.
    `detail` is msgpack: the derivation that a proof is made from (history/proofs.py reads it).
    """

    duty: str
    start_root: int
    instance_root: int
    run: int
    valid_from: int
    valid_until: int
    state: int
    due_at: int | None
    overdue_after: int | None
    marks: int
    owner: str
    force: str
    detail: bytes

    @property
    def identity(self) -> tuple[str, int, int, int]:
        """What stays the same when a correction moves the obligation."""
        return self[:4]


class StateRow(NamedTuple):
    """A lifecycle (of one instance, or of none: "") in one state, and who held it."""

    lifecycle: str
    instance: str
    state: str
    valid_from: int
    valid_until: int
    holder: str | None
    entry: int  # what moved it there; 0 for the initial state


class FindingRow(NamedTuple):
    """Something to look at: an event out of place, a bar that is broken, excused or cannot be judged, an anomaly."""

    kind: str  # out_of_place, barred, bar_excused, bar_undetermined, anomaly
    rule: str  # the lifecycle or bar
    entry: int
    at: int
    missing: tuple[str, ...] = ()  # facts and choices, where it cannot be judged


class Folding(NamedTuple):
    """All that a case's events come to under a set of rules, from the first event to the horizon."""

    rows: list[ObligationRow]
    states: list[StateRow]
    findings: list[FindingRow]
    facts: dict[str, list[tuple[int, Any, int]]]  # by fact (or fact[instance]): (from instant, value, entry)
    last: int  # the instant of the last event
    horizon: int  # time edges are carried forward up to here
