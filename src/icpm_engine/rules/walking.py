"""Looking through rules: every part of them, lines and conditions among these, what they name; exchanging parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
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
    else:
        for name in _INSIDE.get(type(node), ()):
            yield from walk(getattr(node, name))


_INSIDE: Final[Mapping[type, tuple[str, ...]]] = {
    kind: tuple(field.name for field in attrs.fields(kind) if field.name != "mark")
    for module in (model, grammar)
    for kind in vars(module).values()
    if isinstance(kind, type) and kind.__module__ in _MODEL and attrs.has(kind)
}
"""What each value of the model is made of, its place left out."""


def depth(node: object) -> int:
    """How many values of a rule stand in one another, where most do."""
    if isinstance(node, tuple):
        return max(map(depth, node), default=0)
    if type(node) not in _INSIDE:
        return 0
    return 1 + max((depth(getattr(node, name)) for name in _INSIDE.get(type(node), ())), default=0)


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
    if type(node) not in _INSIDE:
        return node
    parts = {field.name: getattr(node, field.name) for field in attrs.fields(type(node))}
    new = {name: exchanged(part, change) for name, part in parts.items()}
    differing = {name: part for name, part in new.items() if part is not parts[name] and part != parts[name]}
    return change(attrs.evolve(node, **differing) if differing else node)


def names_in(rule: NamedRule) -> list[Named]:
    """Everything that a rule names, each with the nearest place that is known."""
    found: list[Named] = []
    _name(rule, rule.mark, found)
    return found


def names_of(node: object) -> Iterator[tuple[What, str]]:
    """Everything that a part of a rule names."""
    found: list[Named] = []
    _name(node, None, found)
    return ((named.what, named.name) for named in found)


def _name(node: object, mark: Mark | None, found: list[Named]) -> None:
    if isinstance(node, tuple):
        for part in node:
            _name(part, mark, found)
        return
    kind = type(node)
    inside = _INSIDE.get(kind)
    if inside is None:
        return
    mark = getattr(node, "mark", None) or mark
    if kind in _NAMING:
        what, field = _NAMING[kind]
        found.append(Named(what, getattr(node, field), mark))
    elif isinstance(node, model.Line):
        found += [Named("event", name, mark) for name in node.on]
    elif kind is model.AgeIs:
        found.append(Named("value", "born", mark))
    for name in inside:
        _name(getattr(node, name), mark, found)


_NAMING: Final[Mapping[type, tuple[What, str]]] = {
    model.EventMoment: ("event", "kind"),
    model.StateIs: ("lifecycle", "lifecycle"),
    model.StateMoment: ("lifecycle", "lifecycle"),
    model.SomeInstance: ("lifecycle", "lifecycle"),
    model.DutyIs: ("duty", "duty"),
    model.DutyMoment: ("duty", "duty"),
    model.BarBroken: ("bar", "bar"),
    model.FactTest: ("value", "name"),
    model.FactMoment: ("value", "name"),
    model.FactValue: ("value", "name"),
    model.NamedSpan: ("value", "name"),
    model.DecisionHolds: ("value", "name"),
    model.DecisionMoment: ("value", "name"),
}
"""Values that name something, and the attribute that does."""
