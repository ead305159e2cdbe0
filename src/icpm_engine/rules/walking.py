"""Looking through rules: every part of them, and the lines and conditions among these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from icpm_engine.rules import grammar, model
from icpm_engine.rules.model import AnyLine, Condition, Line

_MODEL: Final = (model.__name__, grammar.__name__)


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


def lines_in(line: AnyLine | None) -> Iterator[Line]:
    """The single lines of a line that may be composite."""
    if isinstance(line, Line):
        yield line
    elif line is not None:
        for part in line.parts:
            yield from lines_in(part)
