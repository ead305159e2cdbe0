"""Who is meant by a name: a member's id, a role or a side, as the events of different people say it.

Safety asks whether two names may be one person. Three answers: yes (one name covers the other), no, and None where
nobody has told enough; whoever keeps somebody safe takes None for yes.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

import attrs

CHILDREN: Final = "children of the family"
"""The child of a case, or a sibling: which of them is not told."""
_CHILDREN: Final = "children_of_the_family"

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
_CHILD: Final = frozenset({"child", "youth", "children"})
_SIBLING: Final = frozenset({"sibling", "brother", "sister"})
_TOLD: Final = frozenset({*_WIDER, _CHILDREN})
_LAY: Final = frozenset({"family", "natural_support", "peer_partner", "caregiver", "other"})
"""The sides on which a person may stand of whom only a name is told."""
_SIDES: Final = _LAY | {"child", "child_welfare", "mental_health", "probation", "tribe", "legal", "education"}
_NAMES: Final = 4096
"""How many names are kept with what was found of them."""
_ONE: Final = frozenset({"child", "mother", "father"})
"""Words that mean one person; any other word may mean several."""


class Named(Protocol):
    """Somebody who is told of by a name, with a role and a side as far as these are told."""

    @property
    def id(self) -> str:
        """The name."""
        ...

    @property
    def role(self) -> str | None:
        """The role: mother, clinician, ..."""
        ...

    @property
    def side(self) -> str | None:
        """The side: family, mental_health, ..."""
        ...


@attrs.frozen
class Somebody:
    """A member of a team, as far as it matters for who is meant by a name."""

    id: str
    role: str | None = None
    side: str | None = None


def of_sibling(name: str) -> str:
    """A word of a sibling's case as it reads in this one: its child is a sibling, its sibling may be this child."""
    word = _word(name)
    return "sibling" if word in _CHILD else CHILDREN if word in _SIBLING else name


def of_team(name: str) -> str:
    """A word of a team that siblings share: its child may be any of them."""
    return CHILDREN if _word(name) in _CHILD else name


class People:
    """The members of a team, to say who is meant by a name.

    `beside` are those whom other cases tell of: one id means one person, but two ids need not mean two.
    """

    def __init__(self, members: Iterable[Named], beside: Iterable[Named] = ()) -> None:
        self.members: dict[str, list[Named]] = {}
        for one in members:
            self.members.setdefault(_word(one.id), []).append(one)
        self._own = {name: tuple(held) for name, held in self.members.items()}
        for one in beside:
            self.members.setdefault(_word(one.id), []).append(one)

    def same(self, one: str, other: str) -> bool | None:
        """Whether two names may mean one person."""
        mine, theirs = _word(one), _word(other)
        if mine == theirs:
            return True
        if mine in self._own and theirs in self._own:
            return False
        if mine in self.members and theirs in self.members:
            return None if self._alike(mine, theirs) else False
        if mine in self._within(theirs) or theirs in self._within(mine) or self._children(mine, theirs):
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
        """The side on which somebody stands, where this team itself tells it."""
        word = _word(name)
        within = _words_of(self._own[word]) if word in self._own else () if word in self.members else _wider(word)
        return next((side for side in (word, *within) if side in _SIDES), None)

    def said(self, name: str) -> str:
        """Somebody in a plain word: a member's role, else the name as it is told."""
        roles = {one.role for one in self.members.get(_word(name), ()) if one.role is not None}
        return next(iter(roles)) if len(roles) == 1 else name

    def _children(self, mine: str, theirs: str) -> bool:
        """Whether one of two names may be any child of the family, and the other is a child of it."""
        any_child = [
            name == _CHILDREN or any(one.role == CHILDREN for one in self.members.get(name, ()))
            for name in (mine, theirs)
        ]
        within = (self._within(theirs), self._within(mine))
        return any(one and _CHILDREN in words for one, words in zip(any_child, within, strict=True))

    def _alike(self, mine: str, theirs: str) -> bool:
        """Whether two members, told of in two cases, may be one person under two ids."""
        if not (self._is_told(mine) and self._is_told(theirs)):
            sides = {self.side(mine), self.side(theirs)}
            return len(sides) == 1 or sides <= _LAY | {None}
        roles = [{_word(one.role or one.side or "") for one in self.members[name]} for name in (mine, theirs)]
        return any(one in (other, *_wider(other)) or other in _wider(one) for one in roles[0] for other in roles[1])

    def _within(self, name: str) -> tuple[str, ...]:
        """The words that take a name in, from the nearest on."""
        members = self.members.get(name)
        return _wider(name) if members is None else _words_of(members)

    def _is_told(self, name: str) -> bool:
        """Whether it is told enough of a name to tell that it is not somebody else."""
        members = self.members.get(name)
        if members is None:
            return name in _TOLD or name in _SIDES
        roles = [None if one.role is None else _word(one.role) for one in members]
        return all(role in _TOLD or role in _SIDES for role in roles)


def _words_of(members: Iterable[Named]) -> tuple[str, ...]:
    """The words for some members, and those that take these in."""
    told = (_word(word) for one in members for word in (one.role, one.side) if word is not None)
    return tuple(dict.fromkeys(wider for word in told for wider in (word, *_wider(word))))


@functools.lru_cache(_NAMES)
def _wider(word: str) -> tuple[str, ...]:
    """The words that take a word in, from the nearest on."""
    found = []
    if word in _CHILD | _SIBLING:
        found.append(_CHILDREN)
    while (word := _WIDER.get(word, "")) and word not in found:
        found.append(word)
    return tuple(found)


@functools.lru_cache(_NAMES)
def _word(name: str) -> str:
    """A name as it is compared: "Foster parents" is foster_parent."""
    word = "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
    return word if word in _SIDES else word.removesuffix("s")
