"""A rule as it reads once a choice is settled: rows and lines for the other options are gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypeVar

import attrs

from icpm_engine.rules import model
from icpm_engine.rules.walking import NamedRule, exchanged

T = TypeVar("T", bound=NamedRule)

ALWAYS: Final = model.Combined("all", ())
NEVER: Final = model.Combined("any", ())


def as_settled(rule: T, choice: str, option: str) -> T:
    """The rule with every test of the choice decided; what then always or never holds is ALWAYS or NEVER."""

    def change(part: Any) -> Any:  # noqa: ANN401 - any value of the model, and the same again
        if isinstance(part, model.FactTest) and part.name == choice:
            holds = _holds(part.test, option)
            return part if holds is None else ALWAYS if holds else NEVER
        settled = _SETTLED.get(type(part))
        return settled(part) if settled is not None else part

    settled: T = exchanged(rule, change)
    return settled


def _holds(test: model.Test, option: str) -> bool | None:
    """Whether the option passes a test; None if that cannot be told from it alone."""
    told = [_passes(check, option) for check in test.checks]
    return None if None in told else all(told)


def _passes(check: model.Check, option: str) -> bool | None:
    if check.op == "is" and isinstance(check.value, tuple):
        return option in check.value
    if check.op == "not" and isinstance(check.value, model.Test):
        inner = _holds(check.value, option)
        return None if inner is None else not inner
    return check.value is True if check.op == "known" else None


def _combined(node: model.Combined) -> model.Condition:
    if node.how == "not":
        (part,) = node.parts
        return NEVER if part == ALWAYS else ALWAYS if part == NEVER else node
    end, idle = (NEVER, ALWAYS) if node.how == "all" else (ALWAYS, NEVER)
    parts = tuple(part for part in node.parts if part != idle)
    if end in parts or not parts:
        return end if end in parts else idle
    return parts[0] if len(parts) == 1 and node.label is None else attrs.evolve(node, parts=parts)


def _line(line: model.Line) -> model.Line:
    return attrs.evolve(line, when=None) if line.when == ALWAYS else line


def _lines(lines: model.Lines) -> model.AnyLine:
    when = None if lines.when == ALWAYS else lines.when
    parts = tuple(part for part in lines.parts if not _never(part))
    if len(parts) == 1 and when is None and not lines.bounds and lines.label is None:
        return parts[0]
    return attrs.evolve(lines, parts=parts, when=when)


def _rows(rows: model.Rows) -> model.Rows:
    return attrs.evolve(rows, rows=tuple(_until_sure(rows.rows)))


def _until_sure(rows: Iterable[model.Row]) -> Iterable[model.Row]:
    for row in rows:
        condition = row.when or row.while_
        if condition == ALWAYS:
            yield attrs.evolve(row, when=None, while_=None)
            return
        if condition != NEVER:
            yield row


def _each(each: model.Each) -> model.Each:
    kept = tuple(
        attrs.evolve(one, when=None) if one.when == ALWAYS else one for one in each.values if one.when != NEVER
    )
    return attrs.evolve(each, values=kept)


def _text(text: model.DutyText) -> model.DutyText:
    changes: dict[str, Any] = {"starts": tuple(line for line in text.starts if not _never(line))}
    for key in ("met", "substitute", "excused", "cancelled"):
        if _never(getattr(text, key)):
            changes[key] = None
    return attrs.evolve(text, **changes)


def _never(node: object) -> bool:
    return isinstance(node, model.Line | model.Lines) and (
        node.when == NEVER or (isinstance(node, model.Lines) and not node.parts)
    )


_SETTLED: Final[dict[type, Any]] = {
    model.Combined: _combined,
    model.Line: _line,
    model.Lines: _lines,
    model.Rows: _rows,
    model.Each: _each,
    model.DutyText: _text,
}
