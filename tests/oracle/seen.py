"""What lines are asked with and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.oracle.case import Truth
from tests.oracle.dates import Moment
from tests.oracle.pack import Event, Yaml


@dataclass(frozen=True)
class Window:
    """What counts beside a line's own bounds: those of its composites, the start where a line has no lower bound
    (semantics 5), the start event (14), and what a series has used already (15, 17)."""

    start: Moment | None = None
    strictly: bool = False  # a grid: from the day after `start` on (semantics 32)
    behind: float = -1
    used: frozenset[float] = frozenset()
    start_event: float | None = None
    bounds: tuple[Mapping[str, Yaml], ...] = ()
    latest_start: Moment | None = None  # evidence before it was looked back at (semantics 17)
    whens: tuple[Yaml, ...] = ()  # of the composites that hold the line
    watched: float = -1  # since which place a run has asked for it

    @property
    def evidence(self) -> bool:
        """A run asks what it has come to; else a condition asks whether it has happened."""
        return self.start is not None or self.behind >= 0


@dataclass(frozen=True)
class Occurrence:
    """One time that a line's head happened: dated, with its place among the events, and whether it counts."""

    moment: Moment
    place: float
    truth: Truth
    event: Event | None = None


@dataclass(frozen=True)
class Seen:
    """What a line has come to: whether it is satisfied, when, by which evidence, and what is missing."""

    truth: Truth
    moment: Moment | None = None
    used: frozenset[float] = frozenset()
    missing: tuple[str, ...] = ()
    partial: bool = False
