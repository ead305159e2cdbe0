"""Looking through rules: every part of them, lines and conditions among these, what they name; exchanging parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import attrs

from icpm_engine.errors import Mark
from icpm_engine.rules import grammar, model
from icpm_engine.rules.model import AnyLine, Condition, Line, Transition

_MODEL: Final = (model.__name__, grammar.__name__)

NamedRule: TypeAlias = model.Fact | model.Decision | model.Lifecycle | model.Duty | model.Bar
"""A rule that is about a subject."""

What: TypeAlias = Literal["event", "value", "lifecycle", "duty", "bar"]


class Named(NamedTuple):
    """A name that stands in a rule, and where: of an event, a value (fact, choice, decision), or another rule."""

    what: What
    name: str
    mark: Mark | None


def walk(node: object) -> Iterator[object]:
    """Every value inside a rule, itself included."""
    yield node
    if isinstance(node, tuple):
        for part in node:
            yield from walk(part)
    elif type(node).__module__ in _MODEL:
        for name in getattr(node, "__slots__", ()):
            if not name.startswith("__"):
                yield from walk(getattr(node, name))


def depth(node: object) -> int:
    """How many values of a rule stand in one another, where most do."""
    if isinstance(node, tuple):
        return max(map(depth, node), default=0)
    if type(node).__module__ not in _MODEL:
        return 0
    names = [name for name in getattr(node, "__slots__", ()) if not name.startswith("__")]
    return 1 + max((depth(getattr(node, name)) for name in names), default=0)


def options_asked(condition: Condition | None) -> dict[str, set[object]]:
    """The facts and choices that a condition compares with values, all of which must hold, and these values."""
    parts = condition.parts if isinstance(condition, model.Combined) and condition.how == "all" else (condition,)
    found: dict[str, set[object]] = {}
    for part in parts:
        if isinstance(part, model.FactTest):
            for check in part.test.checks:
                if check.op == "is" and isinstance(check.value, tuple):
                    found.setdefault(part.name, set()).update(check.value)
    return found


def reached(states: Iterable[str], changes: Iterable[Transition]) -> set[str]:
    """The states that some transitions lead to from some states, these included."""
    ahead: dict[str, set[str]] = {}
    for change in changes:
        for source in change.sources:
            ahead.setdefault(source, set()).add(change.target)
    found = set(states)
    todo = list(found)
    while todo:
        new = ahead.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def lines_in(line: AnyLine | None) -> Iterator[Line]:
    """The single lines of a line that may be composite."""
    if isinstance(line, Line):
        yield line
    elif line is not None:
        for part in line.parts:
            yield from lines_in(part)


def exchanged(node: Any, change: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - any value of the model, and the same again
    """A rule with every value inside it exchanged for what `change` makes of it, from the inside out."""
    if isinstance(node, tuple):
        return tuple(exchanged(part, change) for part in node)
    if type(node).__module__ not in _MODEL:
        return node
    parts = {field.name: getattr(node, field.name) for field in attrs.fields(type(node))}
    new = {name: exchanged(part, change) for name, part in parts.items()}
    differing = {name: part for name, part in new.items() if part is not parts[name] and part != parts[name]}
    return change(attrs.evolve(node, **differing) if differing else node)


def names_in(rule: NamedRule) -> Iterator[Named]:
    """Everything that a rule names, each with the nearest place that is known."""
    yield from _names_in(rule, rule.mark)


def names_of(node: object) -> Iterator[tuple[What, str]]:
    """Everything that a part of a rule names."""
    for named in _names_in(node, None):
        yield named.what, named.name


def _names_in(node: object, mark: Mark | None) -> Iterator[Named]:
    if isinstance(node, tuple):
        for part in node:
            yield from _names_in(part, mark)
        return
    if type(node).__module__ not in _MODEL:
        return
    mark = getattr(node, "mark", None) or mark
    yield from (Named(what, name, mark) for what, name in _named_by(node))
    for name in getattr(node, "__slots__", ()):
        if not name.startswith("__"):
            yield from _names_in(getattr(node, name), mark)


def _named_by(node: object) -> Iterator[tuple[What, str]]:
    """What a single value names."""
    if isinstance(node, model.Line):
        yield from (("event", kind) for kind in node.on)
    elif isinstance(node, model.EventMoment):
        yield "event", node.kind
    elif isinstance(node, _OF_LIFECYCLES):
        yield "lifecycle", node.lifecycle
    elif isinstance(node, _OF_DUTIES):
        yield "duty", node.duty
    elif isinstance(node, model.BarBroken):
        yield "bar", node.bar
    elif isinstance(node, _OF_VALUES):
        yield "value", node.name
    elif isinstance(node, model.AgeIs):
        yield "value", "born"


_OF_LIFECYCLES = (model.StateIs, model.StateMoment, model.SomeInstance)
_OF_DUTIES = (model.DutyIs, model.DutyMoment)
_OF_VALUES = (
    model.FactTest,
    model.FactMoment,
    model.FactValue,
    model.NamedSpan,
    model.DecisionHolds,
    model.DecisionMoment,
)
