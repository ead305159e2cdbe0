"""`as_of: M` with any condition: the same condition judged at another moment."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.checks import Truth
from icpm_engine.conditions.cond import Cond, EdgeOf, combine, compile_condition, compiles
from icpm_engine.conditions.edges import turns_with_now
from icpm_engine.conditions.past import Past
from icpm_engine.moments import MomentOf, Pending, Scope, compile_moment, reads_of_moment
from icpm_engine.rules import model
from icpm_engine.rules.wording import words_of_moment
from icpm_engine.working import At, Case, Entry, Run, at_instant


@compiles(model.AsOf)
def _as_of(node: model.AsOf, scope: Scope) -> Cond:
    """Taken apart down to what is asked, so that of a moment to come an age is known and all else unknown."""
    words = node.label or f"as of {words_of_moment(node.moment)}"
    inner = node.condition
    if isinstance(inner, model.DecisionHolds):
        decision = scope.pack.decisions[inner.name]
        if decision.condition is not None:
            part = _as_of(model.AsOf(node.moment, decision.condition), scope)
            return attrs.evolve(part, words=f"{words}: {inner.name}", parts=(part,), needs=(), names=None)
    if isinstance(inner, model.Combined):
        parts = tuple(_as_of(model.AsOf(node.moment, part), scope) for part in inner.parts)
        return attrs.evolve(combine(inner.how, parts), words=f"{words}: {inner.label or inner.how}")
    held = compile_condition(inner, attrs.evolve(scope, past=True))
    moment = compile_moment(node.moment, scope, "back")
    asked = _AsOf(node.moment, moment, held, Past(held), isinstance(inner, model.AgeIs))
    reads = set(held.reads)
    reads_of_moment(node.moment, reads, scope)
    return Cond(asked.test, f"{words}: {held.words}", frozenset(reads), asked.edge_of(scope), names=asked.names)


@attrs.frozen(eq=False)
class _AsOf:
    """One thing asked as of a moment. `ahead`: time alone decides it, so that it is known for moments to come."""

    node: model.Moment
    moment: MomentOf
    held: Cond
    past: Past
    ahead: bool

    def then(self, case: Case, at: At) -> Case | None:
        """The case as of a moment: at its end; while it lasts, as it stands by now. None while it is to come."""
        if self.ahead:
            then = Case(case.zone)
            then.news_day = case.news_day
            then.now, then.day, then.facts = at.hi, at.day, case.facts
            return then
        return None if at.lo > case.now else self.past.as_of(case, min(at.hi, case.now))

    def test(self, case: Case, run: Run | None, ev: Entry | None) -> Truth:
        """The truth as of the moment; unknown while there is no such moment, or it is to come."""
        at = self.moment(case, run, ev)
        then = self.then(case, at) if isinstance(at, At) else None
        return None if then is None else self.held.test(then, run, ev)

    def names(self, case: Case, run: Run | None, ev: Entry | None) -> Iterable[str]:
        """What would tell."""
        at = self.moment(case, run, ev)
        if isinstance(at, Pending):
            return at.names or (name_of_moment(self.node),)
        then = self.then(case, at)
        return (f"{format_day(at.day)} (still to come)",) if then is None else self.held.missing(then, run, ev)

    def edge_of(self, scope: Scope) -> EdgeOf:
        """When time alone may change it: as the moment comes, while it lasts, and where it moves with now."""
        turns = turns_with_now(self.node, scope)

        def edge(case: Case, run: Run | None, ev: Entry | None) -> int | None:
            at = self.moment(case, run, ev)
            then = self.then(case, at) if isinstance(at, At) else None
            if isinstance(at, Pending) or then is None:
                return at.lo if isinstance(at, At) else None
            ahead = self.held.edge(then, run, ev) if self.held.edge is not None else None
            if turns is None:
                return ahead if ahead is not None and case.now < ahead <= at.hi and not self.ahead else None
            changes = [] if ahead is None else [ahead]
            if not self.ahead:
                begins = [stretch.begin for stretch in self.past.stretches(case, run, ev)]
                changes += [instant for begin in begins for instant in (begin.lo, begin.hi)]
            found = [turn for one in changes for turn in turns(case, run, at_instant(case.zone, one))]
            return min((one for one in found if one > case.now), default=None)

        return edge


def name_of_moment(node: model.Moment) -> str:
    """What a moment hangs on, by its name in the pack."""
    if isinstance(node, model.Offset):
        return name_of_moment(node.moment)
    if isinstance(node, model.EventMoment):
        return node.kind
    if isinstance(node, model.StateMoment):
        return f"{node.lifecycle}.{node.state}"
    if isinstance(node, model.DutyMoment):
        return f"{node.duty}.{node.what}"
    if isinstance(node, model.FactMoment | model.DecisionMoment):
        return node.name
    return node.word if isinstance(node, model.Anchor) else words_of_moment(node)
