"""Where in a rule a form stands: which names it may use, and what `start` and `event` mean there."""

from __future__ import annotations

import attrs

from icpm_engine.rules.names import Names


@attrs.frozen
class Place:
    """The rule that a form belongs to, as far as reading the form depends on it."""

    names: Names
    per: str | None = None
    starts: tuple[str, ...] | None = None  # the kinds of event that start a run; None: not known here
    events: tuple[str, ...] | None = None  # the kinds of the event in hand; None: any
    instances: str | None = None  # inside `some`: the field of the instances looked at
    refused: frozenset[str] = frozenset()  # anchors that have no meaning here
    kinds: set[str] = attrs.field(factory=set, eq=False)  # every kind of event that the rule's lines name

    def at(self, events: tuple[str, ...]) -> Place:
        """The same place with an event in hand."""
        return attrs.evolve(self, events=events)

    def without(self, *anchors: str) -> Place:
        """The same place where some anchors have no meaning."""
        return attrs.evolve(self, refused=self.refused | frozenset(anchors))
