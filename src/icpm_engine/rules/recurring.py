"""Whether what starts a duty may come again while a run of it is open, as far as a pack can tell."""

from __future__ import annotations

from icpm_engine.rules import model
from icpm_engine.rules.model import Condition, Duty, DutyText, Line, RulePack, Transition
from icpm_engine.rules.walking import lines_in, options_asked, reached


class Recurrences:
    """A pack, asked what may start its duties again. Lifecycles are looked through once for each kind of event."""

    def __init__(self, pack: RulePack) -> None:
        self._pack = pack
        self._once: dict[tuple[str, str | None], list[bool]] = {}
        """By kind of event and instance field: of each lifecycle that has a place for it, whether only one."""
        for lifecycle in pack.lifecycles.values():
            for kind in dict.fromkeys(kind for change in lifecycle.transitions for kind in change.line.on):
                once = not _twice(kind, lifecycle.transitions)
                self._once.setdefault((kind, lifecycle.per), []).append(once)

    def of(self, duty: Duty, text: DutyText) -> str | None:
        """What may start a duty a second time in one instance: an event, or a condition; None if nothing may.

        A start by a moment is left aside: a moment comes once, unless it is told again.
        """
        lines = [line for start in text.starts for line in lines_in(start)]
        kinds = [kind for line in lines for kind in line.on if not _ruled_out(line, lines)]
        again = next((kind for kind in kinds if self._comes_again(kind, duty.per)), None)
        if again is None and len(set(kinds)) > 1:
            again = kinds[1]  # one of several events has started it, and another one follows
        if again is not None:
            return again
        turning = [condition for line in lines for condition in (line.becomes, line.ceases) if condition is not None]
        return "its condition" if any(self._turns_again(condition) for condition in turning) else None

    def _comes_again(self, kind: str, per: str | None) -> bool:
        """Whether a kind of event may come twice in one instance.

        Not if it opens something, if a lifecycle has a place for it only once, or if it brings its own instance and no
        lifecycle of these instances has a place for it twice.
        """
        event = self._pack.events[kind]
        if event.sorts == "first":
            return False
        own = per is not None and per in event.fields
        once = self._once.get((kind, per if own else None))
        return not own if once is None else not any(once)

    def _turns_again(self, condition: Condition) -> bool:
        """Whether a condition may turn true, false and true again."""
        if isinstance(condition, model.Combined):
            return any(self._turns_again(part) for part in condition.parts)
        if isinstance(condition, model.DecisionHolds):
            decision = self._pack.decisions[condition.name]
            return decision.condition is None or self._turns_again(decision.condition)
        if isinstance(condition, model.DutyIs):
            return condition.outcome in {"running", "overdue"}  # the others stay so
        if isinstance(condition, model.StateIs):
            return self._is_entered_again(condition)
        return not isinstance(condition, (model.AgeIs, model.BarBroken, model.Happened))

    def _is_entered_again(self, condition: model.StateIs) -> bool:
        changes = self._pack.lifecycles[condition.lifecycle].transitions
        left = {change.target for change in changes if condition.state in change.sources}
        return condition.state in reached(left - {condition.state}, changes)


def _ruled_out(line: Line, lines: list[Line]) -> bool:
    """Whether another start stands for another option of the same choice, so that only one of them is in use."""
    own = options_asked(line.when)
    others = [options_asked(other.when) for other in lines if other is not line]
    return any(own[name].isdisjoint(other[name]) for other in others for name in own.keys() & other.keys())


def _twice(kind: str, changes: tuple[Transition, ...]) -> bool:
    """Whether a lifecycle can take such an event, and take one again later."""
    taken = [change for change in changes if kind in change.line.on]
    places = {source for change in taken for source in change.sources}
    return not places.isdisjoint(reached((change.target for change in taken), changes))
