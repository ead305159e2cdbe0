"""Who is meant by a name: a member's id, a role or a side, as the events of different people say it.

Safety asks whether two names may be one person. Three answers: yes (one name covers the other), no, and None where
nobody has told enough; whoever keeps somebody safe takes None for yes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from icpm_engine.team.model import Member

_WIDER: Final[Mapping[str, str]] = {
    "youth": "child",
    "mother": "parent",
    "father": "parent",
    "parent": "family",
    "legal_guardian": "family",
    "brother": "sibling",
    "sister": "sibling",
    "sibling": "family",
    "grandmother": "relative",
    "grandfather": "relative",
    "aunt": "relative",
    "uncle": "relative",
    "relative": "family",
    "informal_support": "natural_support",
    "formal_support": "other",
    "foster_parent": "caregiver",
    "resource_parent": "caregiver",
    "caseworker": "child_welfare",
    "social_worker": "child_welfare",
    "clinician": "mental_health",
    "attorney": "legal",
    "casa": "legal",
    "judge": "legal",
    "probation_officer": "probation",
    "ffa_representative": "other",
}
"""What a word belongs to. A word that is not here, and no member's id, may be the name of anybody."""
_LAY: Final = frozenset({"family", "natural_support", "peer_partner", "caregiver", "other"})
"""The sides on which a person may stand of whom only a name is told."""
_SIDES: Final = _LAY | {"child", "child_welfare", "mental_health", "probation", "tribe", "legal", "education"}
_ONE: Final = frozenset({"child", "mother", "father"})
"""Words that mean one person; any other word may mean several."""


class People:
    """The members of a team, to say who is meant by a name."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.members = {_word(one.id): one for one in members}

    def same(self, one: str, other: str) -> bool | None:
        """Whether two names may mean one person."""
        mine, theirs = _word(one), _word(other)
        if mine == theirs:
            return True
        if mine in self.members and theirs in self.members:
            return False
        if mine in self._within(theirs) or theirs in self._within(mine):
            return True
        if self._is_told(mine) and self._is_told(theirs):
            return False
        sides = {self.side(mine), self.side(theirs)}
        return None if len(sides) == 1 or sides <= _LAY | {None} else False

    def covers(self, many: str, one: str) -> bool:
        """Whether a name surely takes in all that another may mean: "parents" takes in the mother, "parent" may not."""
        word, other = _word(many), _word(one)
        if word in self.members or not (word in _WIDER or word in _SIDES):
            return word == other
        if word in _SIDES or many.casefold().rstrip().endswith("s"):
            return word == other or word in self._within(other)
        if other not in self.members:
            return word == other and word in _ONE
        held = [name for name in self.members if word in self._within(name)]
        return held == [other]

    def alone(self, name: str) -> bool:
        """Whether a name means one person only."""
        return _word(name) in self.members or _word(name) in _ONE

    def side(self, name: str) -> str | None:
        """The side on which somebody stands, where that is told."""
        return next((side for side in (_word(name), *self._within(_word(name))) if side in _SIDES), None)

    def _within(self, name: str) -> tuple[str, ...]:
        """The words that take a name in, from the nearest on."""
        member = self.members.get(name)
        own = (name,) if member is None else tuple(_word(one) for one in (member.role, member.side) if one is not None)
        found = []
        for word in own:
            found += [] if member is None else [word]
            while (word := _WIDER.get(word, "")) and word not in found:
                found.append(word)
        return tuple(found)

    def _is_told(self, name: str) -> bool:
        """Whether it is told enough of a name to tell that it is not somebody else."""
        member = self.members.get(name)
        if member is None:
            return name in _WIDER or name in _SIDES
        role = None if member.role is None else _word(member.role)
        return role in _WIDER or role in _SIDES


def _word(name: str) -> str:
    """A name as it is compared: "Foster parents" is foster_parent."""
    word = "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
    return word if word in _SIDES else word.removesuffix("s")
