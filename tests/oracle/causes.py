"""Semantics 50: what a time edge is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.oracle import conditions, moments
from tests.oracle.case import Ask
from tests.oracle.conditions import DECISION_MATTER
from tests.oracle.dates import Moment
from tests.oracle.pack import BOUNDS, HEADS, Yaml, as_list


def cause_of(condition: Yaml, ask: Ask) -> str | None:
    """Root id of the event that a turning by time alone goes back to: the latest of those that the time-dependent parts
    of the condition were computed from, in the order of recording."""
    order = {event.root: event.recording for event in ask.history}
    roots = [root for root in roots_of(condition, ask) if root in order]
    if not roots:  # nothing that is told changes with time: hours that open
        roots = [root for name in words(condition) for root in roots_told(name, ask) if root in order]
    return max(roots, key=lambda root: order[root], default=None)


def roots_of(condition: Yaml, ask: Ask) -> Iterator[str]:
    """Roots of what changes by time: ages, lines with bounds, moments, clocks of duties, states moved by time."""
    if isinstance(condition, str):
        yield from roots_of_name(condition, ask)
        return
    if isinstance(condition, list):
        for part in condition:
            yield from roots_of(part, ask)
        return
    if set(condition) & set(HEADS):
        kinds = as_list(condition.get("on", []))  # also those that time has put out of its bounds
        yield from (event.root for event in ask.history if event.kind in kinds)
    for key, value in condition.items():
        if key == "age":
            told = ask.case.facts.get(("born", None))
            if told and told.root:
                yield told.root
        elif key in ("spent", "as_of"):  # how long and how it stood comes from whatever it names
            yield from (root for name in words(condition) for root in roots_told(name, ask))
        elif key in (*BOUNDS, "at"):
            found = moments.moment(value, ask, ahead=False)
            if isinstance(found, Moment) and found.root:
                yield found.root
        elif isinstance(value, Mapping | list):
            yield from roots_of(value, ask)
        elif key == "not":
            yield from roots_of_name(value, ask)


def roots_of_name(name: str, ask: Ask) -> Iterator[str]:
    """Roots behind a bare name."""
    owner, _, what = name.partition(".")
    if name in ask.pack.decisions:
        rule = ask.pack.decisions[name]
        yield from roots_of({key: value for key, value in rule.items() if key not in DECISION_MATTER}, ask.of(rule))
    elif owner in ask.pack.duties and what in conditions.OUTCOMES:
        yield from (run.start_root for run in conditions.runs_of(owner, ask) if run.start_root)
    elif owner in ask.pack.lifecycles:
        found = ask.case.entered.get((owner, ask.instance_of(ask.pack.lifecycles[owner].get("per")), what))
        if found and found.root:
            yield found.root


def words(data: Yaml) -> Iterator[str]:
    """Every word of a condition, keys included."""
    if isinstance(data, Mapping):
        data = [*data.keys(), *data.values()]
    if isinstance(data, list):
        for one in data:
            yield from words(one)
    else:
        yield from str(data).split()


def roots_told(name: str, ask: Ask) -> Iterator[str]:
    """Roots of the events that told a fact, that brought about the state in which a lifecycle is now, or that are of a
    kind; behind decisions too."""
    pack, case = ask.pack, ask.case
    owner = name.partition(".")[0]
    if owner in pack.lifecycles:
        rule = pack.lifecycles[owner]
        one = ask.instance_of(rule.get("per"))
        entered = case.entered.get((owner, one, case.states.get((owner, one), rule["initial"])))
        if entered and entered.root:
            yield entered.root
        return
    if name in pack.decisions:
        yield from (root for word in words(pack.decisions[name]) for root in roots_told(word, ask))
    yield from (event.root for event in case.history if event.kind == name)
    for per in (None, ask.instance[1] if ask.instance else None):
        told = case.facts.get((name, per))
        if told and told.root:
            yield told.root
    yield from roots_of_name(name, ask)
