"""What a reader gets of a plan while somebody is kept safe: no place or time where that other one may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeVar

import attrs

from icpm_engine.plan.model import SIDES, Line, Plan, Visits
from icpm_engine.safety import Around, People, SafetyFlag

AGENCIES: Final = frozenset({"social_worker", "clinician"})
"""Who reads what is found beside the lines, and what a restriction between two people forbids."""

_Line = TypeVar("_Line", bound=Line)


def read_by(plan: Plan, reader: str, known: Sequence[Around]) -> Plan:
    """A plan as a reader gets it; `known` is what is told around it, then and by now. Raises KeyError.

    Whom a flag is about may be among the readers. So appointments are for the agencies alone while somebody is kept
    safe; and whoever may be the one from whom, on their side, reads of no visits at which the other may be. What was
    known then and what is known now both count, whatever day is asked about.
    """
    read = plan.for_reader(reader)
    flags = () if reader in AGENCIES else tuple(flag for around in known for flag in around.unended())
    if not flags:
        return read
    people, side = known[-1].people(), SIDES[reader]
    against = [flag for flag in flags if people.same(side, flag.from_whom) is not False]
    hidden = {line.id for line in (*read.visits, *read.ended) if _tells(line, against, people)}
    return attrs.evolve(
        read,
        visits=tuple(_but(read.visits, hidden)),
        ended=tuple(_but(read.ended, hidden)),
        disagreements=tuple(
            attrs.evolve(one, about_line=None) if one.about_line in hidden else one for one in read.disagreements
        ),
        appointments=(),
        kept=(),
    )


def _but(lines: Iterable[_Line], hidden: set[str]) -> Iterator[_Line]:
    return (line for line in lines if line.id not in hidden)


def _tells(line: Line, against: Iterable[SafetyFlag], people: People) -> bool:
    """Whether a line tells when somebody who is kept safe may be where; visits with the other one they know anyway."""
    if not isinstance(line, Visits):
        return False
    return any(_joined_by(line, flag, people) for flag in against) or any(
        _tells(one, against, people) for one in line.woven
    )


def _joined_by(visits: Visits, flag: SafetyFlag, people: People) -> bool:
    names = ("child",) if visits.with_whom is None else ("child", visits.with_whom)
    if visits.with_whom is not None and people.same(visits.with_whom, flag.from_whom) is True:
        return False
    return any(people.same(name, flag.protects) is not False for name in names)
