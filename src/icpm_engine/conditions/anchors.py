"""Moments that rest on tests and conditions: an event that is meant, a decision that became true."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from icpm_engine.checks import EventTest, Truth, compile_where, untold
from icpm_engine.conditions.cond import compile_condition
from icpm_engine.conditions.past import Past, Then, turns_of
from icpm_engine.moments import OPEN, MomentOf, Pending, Scope, Side, ahead_of, compiles_moment
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Entry, Run, concerns


def _event(node: model.EventMoment, scope: Scope, side: Side) -> MomentOf:
    """Back: the last such event. Ahead: the first one from the start on."""
    where = compile_where(node.where, scope) if node.where is not None else None
    when = Then(node.when, scope) if node.when is not None else None
    meant = _Meant(node, scope, where, when)
    if where is None and when is None and scope.per is None and node.far is None:
        return _plain(node.kind, side)
    if side == "back":
        return lambda case, run, ev: meant.first(reversed(meant.entries(case)), case, run)
    return lambda case, run, ev: meant.first(ahead_of(meant.entries(case), run), case, run)


def _plain(kind: str, side: Side) -> MomentOf:
    if side == "back":
        return lambda case, run, ev: case.log[kind][-1].at if case.log.get(kind) else OPEN

    def ahead(case: Case, run: Run | None, ev: Entry | None) -> At | Pending:
        return next((entry.at for entry in ahead_of(case.log.get(kind, ()), run)), OPEN)

    return ahead


@attrs.frozen(eq=False)
class _Meant:
    """The events that a moment means: of the rule's own instance, with their fields and the case as each left it."""

    node: model.EventMoment
    scope: Scope
    where: EventTest | None
    when: Then | None

    def entries(self, case: Case) -> list[Entry]:
        """All of the kind, in their order; also those that come from other cases."""
        own = case.log.get(self.node.kind, [])
        if self.node.far is None:
            return own
        return sorted([*own, *case.log.get(self.node.far, ())], key=lambda entry: (entry.t, entry.root))

    def first(self, entries: Iterator[Entry], case: Case, run: Run | None) -> At | Pending:
        """The first of some that is meant; where one before it may be, it is unknown which."""
        for entry in entries:
            held = self._is_meant(entry, case, run)
            if held:
                return entry.at
            if held is None:
                return Pending(tuple(self._names(entry, case, run)), untold=True)
        return OPEN

    def _is_meant(self, entry: Entry, case: Case, run: Run | None) -> Truth:
        per = self.scope.per
        if per is not None and run is not None and not concerns(entry, per, run.instance):
            return False
        where = True if self.where is None else self.where(entry, case, run)
        if where is False or self.when is None:
            return where
        when = self.when.left_by(case, run, entry)
        return when if when is not True else where

    def _names(self, entry: Entry, case: Case, run: Run | None) -> Iterator[str]:
        if self.node.where is not None:
            yield from untold(self.node.where, entry, case, run, self.scope)
        if self.when is not None:
            yield from self.when.names(case, run, entry)


def _reads_of_event(node: model.EventMoment, into: set[str], scope: Scope) -> None:
    into.update(f"event.{kind}" for kind in (node.kind, node.far) if kind is not None)
    if node.when is not None:
        into |= compile_condition(node.when, scope).reads
    for fact in _facts_of(node.where) if node.where is not None else ():
        into.add(f"fact.{fact}")


def _facts_of(node: model.WherePart) -> Iterator[str]:
    """The facts that tests of fields compare with."""
    if isinstance(node, model.Where):
        for part in node.parts:
            yield from _facts_of(part)
        return
    for check in node.test.checks:
        if isinstance(check.value, (model.FactValue, model.NamedSpan)):
            yield check.value.name


def _decision(node: model.DecisionMoment, scope: Scope, side: Side) -> MomentOf:
    """When a decision last became true."""
    held = compile_condition(model.DecisionHolds(node.name), attrs.evolve(scope, past=True))
    past = Past(held)

    def became(case: Case, run: Run | None, ev: Entry | None) -> At | Pending:
        turns = turns_of(past.stretches(case, run, ev), to=True)
        return turns[-1].at if turns else OPEN

    return became


def _reads_of_decision(node: model.DecisionMoment, into: set[str], scope: Scope) -> None:
    into |= compile_condition(model.DecisionHolds(node.name), scope).reads


compiles_moment(model.EventMoment, _event, _reads_of_event)
compiles_moment(model.DecisionMoment, _decision, _reads_of_decision)
