"""A scenario as frozen values: who the child is, what happened, and what is expected of the answers.

Every value keeps its place in the file. Nothing here has been checked against a rule pack yet (binding.py does that).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import attrs

from icpm_engine.errors import Mark

Moment: TypeAlias = tuple[int, int]
"""A day and a minute of it; minute -1 when no hour is given."""

Names: TypeAlias = Literal["duty", "bar", "lifecycle", "fact", "decision", "event"]
Values: TypeAlias = Literal["none", "text", "texts", "moment", "moments"]

MOST_CHILDREN = 50


@attrs.frozen
class Key:
    """One key of an expectation: what its names stand for, and what is said of each ("none": the key is a list)."""

    names: Names
    values: Values = "none"


KEYS: Mapping[str, Key] = {
    "states": Key("lifecycle", "text"),
    "holders": Key("lifecycle", "text"),
    "facts": Key("fact", "texts"),
    "decisions": Key("decision", "text"),
    "due": Key("duty", "moment"),
    "open": Key("duty"),
    "running": Key("duty"),
    "paused": Key("duty"),
    "overdue": Key("duty"),
    "met": Key("duty"),
    "late": Key("duty"),
    "out_of_sequence": Key("duty"),
    "not_owed": Key("duty"),
    "cancelled": Key("duty"),
    "missed": Key("duty"),
    "excused": Key("duty"),
    "absent": Key("duty"),
    "not_started": Key("duty", "texts"),
    "undetermined": Key("duty", "texts"),
    "possible": Key("duty", "moments"),
    "incomplete": Key("duty", "texts"),
    "to_be_told": Key("duty", "texts"),
    "barred": Key("bar"),
    "bar_excused": Key("bar"),
    "bar_undetermined": Key("bar", "texts"),
    "out_of_place": Key("event"),
    "anomalies": Key("event"),
    "because": Key("duty", "texts"),
}
"""Every key under which an answer may be expected."""


@attrs.frozen
class Ref:
    """A rule as an expectation names it: `send_referral`, `send_referral[R1]`, `rescreens#2`, `visits[S1#3]`."""

    name: str
    instance: str | None = None
    number: int | None = None
    mark: Mark | None = attrs.field(default=None, eq=False)

    def __str__(self) -> str:
        number = "" if self.number is None else f"#{self.number}"
        return f"{self.name}{number}" if self.instance is None else f"{self.name}[{self.instance}{number}]"


@attrs.frozen
class Told:
    """A named value as written: a fact about a child, a field of an event, a settled choice, a bound calendar."""

    name: str
    value: str | tuple[str, ...]
    mark: Mark


@attrs.frozen
class Happening:
    """One item of `events`: a kind of event with its fields, or the retraction of an earlier item."""

    on: Moment
    recorded: Moment | None
    id: str | None
    corrects: str | None
    retracts: str | None
    system: str | None
    kind: str | None
    fields: tuple[Told, ...]
    mark: Mark
    case: str | None = None  # which of the child's cases
    common: bool = False  # told of all children


@attrs.frozen
class Child:
    """A child of the story: what is known of it from its first day on, and what happened. An only child has no name."""

    name: str
    county: str | None
    facts: tuple[Told, ...]
    events: tuple[Happening, ...]
    mark: Mark


@attrs.frozen
class Expectation:
    """What one key expects: of one rule (`due: {x: 2026-03-27}`, each name of a list) or, with no names, none at all.

    `overdue` keeps its whole list together, because it is meant to be exact.
    """

    key: str
    refs: tuple[Ref, ...]
    wanted: tuple[str, ...]
    mark: Mark


@attrs.frozen
class PlanExpectation:
    """What one line of `plan:`, `team:`, `status:`, `hearing:` expects: of what `name` names, or of all (None)."""

    key: str
    name: str | None
    wanted: tuple[str, ...]
    mark: Mark


@attrs.frozen
class Question:
    """One item of `expect`: the answers on a day, as known at another (None: all that the story records).

    `plan` is what is expected of the one plan, `team` of the team, `status` of where the help is, `hearing` of what a
    hearing is to look at, as `reader` reads them (None: all of it).
    """

    on: Moment
    known_at: Moment | None
    child: str
    expectations: tuple[Expectation, ...]
    mark: Mark
    case: str | None = None
    reader: str | None = None
    plan: tuple[PlanExpectation, ...] = ()
    team: tuple[PlanExpectation, ...] = ()
    status: tuple[PlanExpectation, ...] = ()
    hearing: tuple[PlanExpectation, ...] = ()


@attrs.frozen
class Scenario:
    """A dated story with its expected answers."""

    file: str
    name: str
    about: str
    protocol: str | None
    case_tag: str | None
    pack: str
    county: str | None
    settles: tuple[Told, ...]
    calendars: tuple[Told, ...]
    what_if: str | None
    children: tuple[Child, ...]
    systems: Mapping[str, str]
    readers: Mapping[str, str]
    expect: tuple[Question, ...]
    mark: Mark

    def child(self, name: str) -> Child:
        """The child of that name; the only one is named ""."""
        return next(child for child in self.children if child.name == name)
