"""What nobody has told and nobody has settled, by how many clocks wait for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, Protocol, TypeAlias

import attrs

from icpm_engine.calendars import Zone
from icpm_engine.history.reckoned import due_text
from icpm_engine.rules.model import Choice, Fact, RulePack
from icpm_engine.rules.wording import plain, words_of_line

UnknownKind: TypeAlias = Literal["choice", "fact", "hour", "field", "other"]

THE_HOUR = "the hour of "


class Counted(Protocol):
    """Undetermined obligations of one duty that wait for the same names."""

    @property
    def names(self) -> tuple[str, ...]:
        """What they wait for."""

    @property
    def duty(self) -> str:
        """The rule."""

    @property
    def obligations(self) -> int:
        """How many."""

    @property
    def passed(self) -> int:
        """Of how many the earliest possible date has passed."""

    @property
    def undated(self) -> int:
        """How many have no possible date at all."""

    @property
    def earliest(self) -> int | None:
        """The earliest of the possible dates."""


@attrs.frozen
class Unknown:
    """One missing fact or open choice, and what it holds up.

    `holds` counts the county's open obligations that cannot be determined without it, by duty in `duties`;
    `could_be_overdue` those whose earliest possible date has passed, `undated` those that have no possible date yet.
    A choice has its options (or its type) and its authority; of everything else `told_by` says what would tell it.
    """

    county: str
    name: str
    kind: UnknownKind
    label: str
    holds: int
    could_be_overdue: int
    undated: int
    earliest: str | None
    duties: dict[str, int]
    told_by: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    type: str | None = None
    authority: str | None = None
    unread: bool = False


class _Sums(NamedTuple):
    holds: int
    passed: int
    undated: int
    earliest: int | None


def unknowns(counted: Iterable[Counted], pack: RulePack, zone: Zone) -> tuple[Unknown, ...]:
    """Every name that something waits for, those first that hold the most."""
    by_name: dict[str, list[Counted]] = {}
    for one in counted:
        for name in one.names:
            by_name.setdefault(name, []).append(one)
    found = [(_sums(parts), _unknown(name, parts, pack, zone)) for name, parts in by_name.items()]
    return tuple(unknown for _, unknown in sorted(found, key=_rank))


def _sums(parts: list[Counted]) -> _Sums:
    return _Sums(
        sum(part.obligations for part in parts),
        sum(part.passed for part in parts),
        sum(part.undated for part in parts),
        min((part.earliest for part in parts if part.earliest is not None), default=None),
    )


def _rank(found: tuple[_Sums, Unknown]) -> tuple[int, int, bool, int, str]:
    sums, unknown = found
    return -sums.holds, -sums.passed, sums.earliest is None, sums.earliest or 0, unknown.name


def _unknown(name: str, parts: list[Counted], pack: RulePack, zone: Zone) -> Unknown:
    sums = _sums(parts)
    duties: dict[str, int] = {}
    for part in sorted(parts, key=lambda part: (-part.obligations, part.duty)):
        duties[part.duty] = duties.get(part.duty, 0) + part.obligations
    plainly = Unknown(
        county=pack.county or pack.name,
        name=name,
        kind="other",
        label=plain(name),
        holds=sums.holds,
        could_be_overdue=sums.passed,
        undated=sums.undated,
        earliest=due_text(sums.earliest, zone),
        duties=duties,
    )
    return _said(plainly, pack)


def _said(unknown: Unknown, pack: RulePack) -> Unknown:
    """The same with all that the pack says of it."""
    name = unknown.name
    bare = name.partition("[")[0]
    if bare in pack.choices:
        return _choice(unknown, pack.choices[bare], pack)
    if bare in pack.facts:
        return attrs.evolve(unknown, kind="fact", type=pack.facts[bare].type, told_by=_told_by(pack.facts[bare]))
    if name.startswith(THE_HOUR):
        of = name.removeprefix(THE_HOUR)
        return attrs.evolve(unknown, kind="hour", told_by=(f"{plain(of)}, with its hour",))
    of, dot, field = name.partition(".")
    if dot and (of in pack.events or of in {"start", "event"}):
        event = "the event that started it" if of not in pack.events else plain(of)
        return attrs.evolve(unknown, kind="field", told_by=(f"{event}, with its {plain(field)}",))
    return unknown


def _choice(unknown: Unknown, choice: Choice, pack: RulePack) -> Unknown:
    return attrs.evolve(
        unknown,
        kind="choice",
        label=choice.label,
        options=choice.options,
        type=None if choice.options else choice.type,
        authority=pack.sources[choice.authority].title,
        unread=choice.unread,
    )


def _told_by(fact: Fact) -> tuple[str, ...]:
    """The lines that tell a fact, in words; not those that tell that there is none."""
    return tuple(dict.fromkeys(words_of_line(told.line) for told in fact.told if told.take != "none"))
