"""What a plan is looked at beside, and what is found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

import attrs

from icpm_engine.plan.model import Answer, Appointment, Plan
from icpm_engine.safety import People, SafetyFlag


@attrs.frozen
class Assessed:
    """An assessment that was made: of what, by which tool, when, and which entry says so."""

    what: str
    day: int
    entry: int


@attrs.frozen
class Fixed:
    """What stands in the family's calendar beside its appointments: a team meeting or a hearing."""

    what: str
    at: Appointment


@attrs.frozen(kw_only=True)
class Circumstances:
    """What a plan is looked at beside: the day, the county's choices (None: open), and all that was told.

    `reusable_until` gives the last day on which an assessment of a day may stand in for a new one. `authorize`: the
    types of service that need an authorization. `treatment_consent`: whether a consent to treatment stands; None: not
    known.
    """

    day: int
    reusable_until: Callable[[int], int] | None = None
    authorize: frozenset[str] | None = None
    treatment_consent: bool | None = None
    flags: tuple[SafetyFlag, ...] = ()
    people: People = attrs.field(factory=lambda: People(()), eq=False)
    assessed: tuple[Assessed, ...] = ()
    fixed: tuple[Fixed, ...] = ()


@attrs.frozen
class Found:
    """One finding: the rule that found it, the lines (or appointments) that it is about, and details.

    `missing` names what must be known before it can be judged. `answer` is what somebody answered to it. The id says
    all that was found, so that an answer holds while this does: not for a week that has become fuller since.
    """

    id: str
    rule: str
    lines: tuple[str, ...]
    details: Mapping[str, str]
    missing: tuple[str, ...] = ()
    answer: Answer | None = None


Rule: TypeAlias = Callable[[Plan, Circumstances], Iterator[Found]]


def found(rule: str, lines: Sequence[str], missing: tuple[str, ...] = (), **details: str | int) -> Found:
    """A finding, named by its rule, its lines in any order, and its details."""
    said = {name: str(value) for name, value in details.items()}
    name = ":".join(filter(None, [rule, "+".join(sorted(lines)), *said.values()]))
    return Found(name, rule, tuple(lines), said, missing)
