"""Rules that turn one another at one and the same instant, and whether that must come to an end (semantics 13).

Only three things can turn to and fro while no event comes and no time passes: whether a duty is running, a lifecycle
that conditions lead in a circle, and a fact that conditions tell. So a pack is refused where one of these rests on its
own opposite.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import islice
from typing import Final, TypeAlias

from icpm_engine.errors import Mark, PackError
from icpm_engine.rules import model
from icpm_engine.rules.model import Condition, Duty, Lifecycle, Line, RulePack, Transition
from icpm_engine.rules.walking import lines_in, walk

_Read: TypeAlias = tuple[str, bool]
"""A duty or lifecycle, and whether the one that reads it may be undone by it."""

MOST_CIRCLES: Final = 20
MOST_NAMED: Final = 6

_READERS: Final = (model.StateIs, model.SomeInstance, model.DutyIs, model.DecisionHolds, model.FactTest)


def endless(pack: RulePack) -> Iterator[PackError]:
    """The circles of rules that need not come to rest; of many, the first ones."""
    reads = _reads(pack)
    if not _goes_round({name: [read for read, _ in found] for name, found in reads.items()}):
        return
    told: set[str] = set()
    circles = (circle for name in reads if name not in told and (circle := _circle(name, reads)))
    for circle in islice(circles, MOST_CIRCLES):
        told.update(circle)
        yield PackError(_words(circle, pack), _mark(circle[0], pack))


def _words(circle: tuple[str, ...], pack: RulePack) -> str:
    named = [f"the {_kind(name, pack)} {name}" for name in circle]
    others = [*named[1:], named[0]] if len(named) > 1 else ["its own opposite"]
    if len(others) > MOST_NAMED:
        others = [*others[:2], f"{len(others) - 3} more", others[-1]]
    return (
        f"these rules may turn one another to and fro without end: {named[0]} rests on {' and that on '.join(others)};"
        " let one of them wait for an event, or ask whether a duty is met instead of whether it is running"
    )


def _kind(name: str, pack: RulePack) -> str:
    return "duty" if name in pack.duties else "lifecycle" if name in pack.lifecycles else "fact"


def _mark(name: str, pack: RulePack) -> Mark | None:
    rules: Mapping[str, Duty | Lifecycle | model.Fact] = {**pack.facts, **pack.lifecycles, **pack.duties}
    return rules[name].mark


# --- circles ----------------------------------------------------------------------------------------------------------


def _circle(start: str, reads: Mapping[str, set[_Read]]) -> tuple[str, ...] | None:
    """The shortest way from a rule back to it on which something is undone."""
    came: dict[_Read, _Read] = {}
    ways: list[_Read] = [(start, False)]
    for way in ways:  # grows while it is walked: breadth first
        at, undone = way
        for name, undoes in sorted(reads.get(at, ())):
            step = (name, undone or undoes)
            if step == (start, True):
                return _back(way, came)
            if step not in came and name != start:
                came[step] = way
                ways.append(step)
    return None


def _back(way: _Read, came: Mapping[_Read, _Read]) -> tuple[str, ...]:
    names = [way[0]]
    while way in came:
        way = came[way]
        names.append(way[0])
    return tuple(reversed(names))


# --- what reads what --------------------------------------------------------------------------------------------------


def _reads(pack: RulePack) -> dict[str, set[_Read]]:
    restless = {name for name, lifecycle in pack.lifecycles.items() if _is_restless(lifecycle)}
    found: dict[str, set[_Read]] = {
        name: {(read, True) for change in _turns(pack.lifecycles[name]) for read, _ in _of_line(change.line, pack)}
        for name in sorted(restless)
    }
    for name, fact in pack.facts.items():
        turns = [told for told in fact.told if not told.line.on]
        if len({told.take for told in turns}) > 1:  # told the same again it does not turn
            found[name] = {(read, True) for told in turns for read, _ in _of_line(told.line, pack)}
    found.update({name: set(_of_duty(duty, pack)) for name, duty in pack.duties.items() if not duty.off})
    return {name: {(read, undoes) for read, undoes in reads if read in found} for name, reads in found.items()}


def _turns(lifecycle: Lifecycle) -> list[Transition]:
    """The transitions that no event makes."""
    return [change for change in lifecycle.transitions if not change.line.on]


def _is_restless(lifecycle: Lifecycle) -> bool:
    """Whether conditions alone can lead it in a circle."""
    ahead: dict[str, set[str]] = {}
    for change in _turns(lifecycle):
        for source in change.sources:
            ahead.setdefault(source, set()).add(change.target)
    return _goes_round(ahead)


def _goes_round(ahead: Mapping[str, Iterable[str]]) -> bool:
    try:
        TopologicalSorter(ahead).prepare()
    except CycleError:
        return True
    return False


def _of_duty(duty: Duty, pack: RulePack) -> Iterator[_Read]:
    for text in duty.texts:
        for start in text.starts:
            for line in lines_in(start):
                yield from _of_line(line, pack)
        if text.while_ is not None:
            yield from _of_condition(text.while_, pack, undoes=False)
        if text.paused_while is not None:
            yield from _of_condition(text.paused_while, pack, undoes=True)
        for ending in (text.met, text.substitute, text.excused, text.cancelled):
            for line in lines_in(ending):
                yield from ((read, not undoes) for read, undoes in _of_line(line, pack))


def _of_line(line: Line, pack: RulePack) -> Iterator[_Read]:
    if line.becomes is not None:
        yield from _of_condition(line.becomes, pack, undoes=False)
    if line.ceases is not None:
        yield from _of_condition(line.ceases, pack, undoes=True)


def _of_condition(condition: Condition, pack: RulePack, *, undoes: bool) -> Iterator[_Read]:
    """What a condition reads that can turn to and fro, and whether its turning true makes the condition false."""
    if isinstance(condition, model.Combined):
        for part in condition.parts:
            yield from _of_condition(part, pack, undoes=undoes ^ (condition.how == "not"))
    elif isinstance(condition, model.DecisionHolds):
        yield from _of_decision(pack.decisions[condition.name], pack, undoes=undoes)
    elif isinstance(condition, model.DutyIs):
        if condition.outcome == "running":
            yield condition.duty, undoes
    elif isinstance(condition, (model.StateIs, model.SomeInstance)):
        yield condition.lifecycle, True
    elif isinstance(condition, model.FactTest):
        yield condition.name, True
        yield from _either_way(condition, pack)
    elif not isinstance(condition, model.Happened):  # what has happened stays so
        parts = (part for part in walk(condition) if isinstance(part, _READERS))
        for part in parts:
            yield from ((read, True) for read, _ in _of_condition(part, pack, undoes=False))


def _either_way(test: model.FactTest, pack: RulePack) -> Iterable[_Read]:
    decision = pack.decisions.get(test.name)
    return () if decision is None else ((read, True) for read, _ in _of_decision(decision, pack, undoes=False))


def _of_decision(decision: model.Decision, pack: RulePack, *, undoes: bool) -> Iterator[_Read]:
    if decision.condition is not None:
        yield from _of_condition(decision.condition, pack, undoes=undoes)
    for row in decision.rows:
        if row.when is not None:
            yield from ((read, True) for read, _ in _of_condition(row.when, pack, undoes=undoes))
