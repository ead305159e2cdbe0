"""What the oracle answers: plain values for one case on one day, at its end (semantics 9)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Run:
    """One run of a duty.

    `due` holds every possible answer: a date for a limit in days, a local time (last second that is in time) for one in
    hours. It is empty while no date is known. `overdue_after` is the last instant (UTC) that could still be in time.
    `met_on` dates the evidence. `waits_for` names the facts and choices
    (or calendars) that an undetermined run waits for. `readings` gives each reading's answer where they differ (26).
    """

    duty: str
    start_root: str | None
    instance_root: str | None
    instance: str | None
    run: int
    state: str
    due: tuple[date | datetime, ...] = ()
    overdue: bool = False
    marks: AbstractSet[str] = frozenset()
    missing: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    met_on: date | None = None
    owner: tuple[str, ...] = ()
    force: tuple[str, ...] = ("must",)
    start: date | None = None
    overdue_after: datetime | None = field(default=None, compare=False)
    opened: float = field(default=0, compare=False)
    false_start: bool = False
    told: tuple[int, ...] = ()  # which of its `escalates` have come, by their place
    readings: tuple[tuple[tuple[tuple[str, str], ...], Run | None], ...] = field(default=(), compare=False)

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Semantics 49: duty, root of the start, root of the instance's first event, run number."""
        return (self.duty, self.start_root or "", self.instance_root or "", self.run)


@dataclass(frozen=True)
class Breach:
    """An event that breaks a bar (`broken`), that an approval allows (`excused`), or of which that cannot be said
    (`undetermined`)."""

    bar: str
    root: str
    state: str
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Everything that holds at the end of one local day, or at an instant.

    A state or fact with `per` is a dict from instance to value. A set of values: the readings of a choice differ.
    Facts that nobody told are missing; a fact known to be absent is the text `none`.
    """

    on: date | datetime
    states: dict[str, object]
    facts: dict[str, object]
    decisions: dict[str, object]
    runs: tuple[Run, ...]
    breaches: tuple[Breach, ...]
    out_of_place: tuple[tuple[str, str], ...]

    def of(self, duty: str) -> tuple[Run, ...]:
        """The runs of one duty, false starts left out, oldest first."""
        return tuple(run for run in self.runs if run.duty == duty and not run.false_start)

    @property
    def overdue(self) -> tuple[str, ...]:
        """Names of the duties with an overdue run, once for each such run."""
        return tuple(run.duty for run in self.runs if run.overdue)
