"""Whether what starts a duty may come again while a run of it is open, as far as a pack can tell."""

from __future__ import annotations

import attrs

from icpm_engine.rules import model
from icpm_engine.rules.model import Condition, Duty, DutyText, Line, RulePack, Transition
from icpm_engine.rules.walking import lines_in, options_asked


def may_recur(duty: Duty, text: DutyText, pack: RulePack) -> str | None:
    """What may start it a second time in one instance: the name of an event, or of a condition; None if nothing may.

    A start by a moment is left aside: a moment comes once, unless it is told again.
    """
    look = _Look(pack, duty.per)
    lines = [line for start in text.starts for line in lines_in(start)]
    kinds = [kind for line in lines for kind in line.on if not _ruled_out(line, lines)]
    again = next((kind for kind in kinds if look.comes_again(kind)), None)
    if again is None and len(set(kinds)) > 1:
        again = kinds[1]  # one of several events has started it, and another one follows
    if again is not None:
        return again
    turning = [condition for line in lines for condition in (line.becomes, line.ceases) if condition is not None]
    return "its condition" if any(look.turns_again(condition) for condition in turning) else None


def _ruled_out(line: Line, lines: list[Line]) -> bool:
    """Whether another start stands for another option of the same choice, so that only one of them is in use."""
    own = options_asked(line.when)
    others = [options_asked(other.when) for other in lines if other is not line]
    return any(own[name].isdisjoint(other[name]) for other in others for name in own.keys() & other.keys())


@attrs.frozen
class _Look:
    """A pack, seen from a rule with instances (or without)."""

    pack: RulePack
    per: str | None

    def comes_again(self, kind: str) -> bool:
        """Whether a kind of event may come twice in one instance.

        Not if it opens something, if a lifecycle has a place for it only once, or if it brings its own instance and no
        lifecycle of these instances has a place for it twice.
        """
        event = self.pack.events[kind]
        if event.sorts == "first":
            return False
        of_instance = self.per is not None and self.per in event.fields
        places = [
            one.transitions
            for one in self.pack.lifecycles.values()
            if one.per == (self.per if of_instance else None)
            and any(kind in change.line.on for change in one.transitions)
        ]
        if not places:
            return not of_instance
        return all(_twice(kind, changes) for changes in places)

    def turns_again(self, condition: Condition) -> bool:
        """Whether a condition may turn true, false and true again."""
        if isinstance(condition, model.Combined):
            return any(self.turns_again(part) for part in condition.parts)
        if isinstance(condition, model.DecisionHolds):
            decision = self.pack.decisions[condition.name]
            return decision.condition is None or self.turns_again(decision.condition)
        if isinstance(condition, model.DutyIs):
            return condition.outcome in {"running", "overdue"}  # the others stay so
        if isinstance(condition, model.StateIs):
            return self._is_entered_again(condition)
        return not isinstance(condition, (model.AgeIs, model.BarBroken, model.Happened))

    def _is_entered_again(self, condition: model.StateIs) -> bool:
        changes = self.pack.lifecycles[condition.lifecycle].transitions
        leaving = {change.target for change in changes if condition.state in change.sources}
        return any(condition.state in _reached(state, changes) for state in leaving - {condition.state})


def _twice(kind: str, changes: tuple[Transition, ...]) -> bool:
    """Whether a lifecycle can take such an event, and take one again later."""
    taken = [change for change in changes if kind in change.line.on]
    places = {source for change in taken for source in change.sources}
    return any(not places.isdisjoint(_reached(change.target, changes)) for change in taken)


def _reached(state: str, changes: tuple[Transition, ...]) -> set[str]:
    reached, before = {state}, 0
    while len(reached) > before:
        before = len(reached)
        reached.update(change.target for change in changes if not reached.isdisjoint(change.sources))
    return reached
