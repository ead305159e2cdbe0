"""The choices that a rule touches, and the readings that are left of a rule while they are open (semantics 26)."""

from __future__ import annotations

from itertools import product
from typing import Any, Final

from icpm_engine.errors import PackError
from icpm_engine.rules import model
from icpm_engine.rules.walking import walk

MOST_READINGS: Final = 16


def choices_touched(node: object, pack: model.RulePack) -> tuple[str, ...]:
    """The choices that a rule reads, directly or through decisions and other duties, in the order of the pack."""
    found: set[str] = set()
    seen: set[str] = set()
    todo: list[object] = [node]
    rule: object
    while todo:
        for part in walk(todo.pop()):
            if isinstance(part, _OF_DUTIES):
                name, rule = f"duty {part.duty}", pack.duties.get(part.duty)
            elif isinstance(part, _NAMING):
                name, rule = part.name, pack.decisions.get(part.name)
            else:
                continue
            if name in pack.choices:
                found.add(name)
            elif rule is not None and name not in seen:
                seen.add(name)
                todo.append(rule)
    return tuple(name for name in pack.choices if name in found)


_NAMING = (
    model.FactTest,
    model.DecisionHolds,
    model.NamedSpan,
    model.FactMoment,
    model.FactValue,
    model.DecisionMoment,
)
_OF_DUTIES = (model.DutyIs, model.DutyMoment)


def open_options(node: object, pack: model.RulePack) -> tuple[str, ...]:
    """The choices with options that a rule touches and that are not settled for all time."""
    return tuple(
        name
        for name in choices_touched(node, pack)
        if pack.choices[name].options and not any(s.from_day is None for s in pack.settles.get(name, ()))
    )


def readings_of(node: object, pack: model.RulePack) -> list[dict[str, Any]]:
    """Every joint reading of the open choices that a rule touches; one empty reading where none is open."""
    names = open_options(node, pack)
    readings = [dict(zip(names, values, strict=True)) for values in product(*(pack.choices[n].options for n in names))]
    if len(readings) > MOST_READINGS:
        mark = getattr(node, "mark", None)
        raise PackError(f"this rule has {len(readings)} readings of {', '.join(names)}; at most {MOST_READINGS}", mark)
    return readings
