"""Decisions that name decisions: none may rest on itself, and none may grow without measure when written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from icpm_engine.errors import PackError
from icpm_engine.rules import model
from icpm_engine.rules.model import Decision, RulePack
from icpm_engine.rules.walking import depth, walk

MOST_PARTS: Final = 5_000
"""Parts of a decision with all that it names written out, as the engine compiles it."""
MOST_DEEP: Final = 100
"""Parts one within another, in the same way."""

_NAMING: Final = (model.DecisionHolds, model.DecisionMoment, model.FactTest, model.FactValue)


def unsound(pack: RulePack) -> Iterator[PackError]:
    """Decisions that rest on themselves, or that come to more than anybody can have meant."""
    look = _Look(pack.decisions)
    for name in pack.decisions:
        try:
            look.at(name, ())
        except PackError as error:
            yield error


@attrs.define
class _Look:
    """One look through all decisions, each of them once."""

    decisions: Mapping[str, Decision]
    sizes: dict[str, tuple[int, int]] = attrs.Factory(dict)
    """Of each decision, how many parts it has with all that it names, and how deep it goes."""

    def at(self, name: str, way: tuple[str, ...]) -> tuple[int, int]:
        """The size of a decision, reached on a way through others. Raises PackError, once for each decision."""
        if name in self.sizes:
            return self.sizes[name]
        if name in way:
            raise self._error(name, _words(way[way.index(name) :]))
        if len(way) >= MOST_DEEP:
            raise self._error(name, f"it is named by a decision that another one names, and so on, {MOST_DEEP} times")
        decision = self.decisions[name]
        whole = (decision.condition, decision.rows)
        parts = tuple(walk(whole))
        inner = [self.at(other, (*way, name)) for other in self._named(parts)]
        size = len(parts) + sum(size for size, _ in inner)
        deep = depth(whole) + max((deep for _, deep in inner), default=0)
        if deep > MOST_DEEP:
            message = f"with all that it names written out its parts stand {deep} deep in one another"
            raise self._error(name, f"{message}; at most {MOST_DEEP}")
        if size > MOST_PARTS:
            raise self._error(name, f"with all that it names written out it has {size} parts; at most {MOST_PARTS}")
        self.sizes[name] = size, deep
        return size, deep

    def _named(self, parts: tuple[object, ...]) -> Iterator[str]:
        return (part.name for part in parts if isinstance(part, _NAMING) and part.name in self.decisions)

    def _error(self, name: str, what: str) -> PackError:
        self.sizes[name] = 0, 0
        return PackError(f"the decision {name}: {what}", self.decisions[name].mark)


def _words(circle: tuple[str, ...]) -> str:
    way = f"it rests on {' and that on '.join((*circle[1:], circle[0]))}" if len(circle) > 1 else "it rests on itself"
    return f"{way}, and a decision cannot rest on itself; let it ask about facts or states instead"
