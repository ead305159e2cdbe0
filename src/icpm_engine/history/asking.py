"""Decisions asked of a case at an instant: what they come to, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from icpm_engine.conditions import Trace, compile_condition, decision_value
from icpm_engine.duties.build import settled_on
from icpm_engine.errors import NotFound
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.order import arrange
from icpm_engine.history.walking import walk
from icpm_engine.moments import Scope
from icpm_engine.rules import model
from icpm_engine.rules.readings import readings_of
from icpm_engine.working import NONE, UNKNOWN, Case, Entry


@attrs.frozen
class Judgement:
    """What a decision comes to at an instant: yes, no, unknown (None), or the value that its rows look up.

    `missing` names the facts and choices that make it unknown. `why` has, for each reading of the choices that nobody
    settled, what it takes for granted and the conditions asked.
    """

    decision: str
    value: Any
    missing: tuple[str, ...]
    why: tuple[tuple[str, tuple[Trace, ...]], ...]

    def __str__(self) -> str:
        lines: list[str] = []
        for reading, traces in self.why:
            lines += [f"if {reading}:"] if reading else []
            lines += [str(trace) for trace in traces]
        return "\n".join(lines)


def case_at_instant(rules: CompiledRules, entries: Iterable[Entry], at: int) -> Case:
    """The case as the fold has it at an instant: after its events and time edges up to there. Raises PackError."""
    events = [entry for entry in arrange(entries, rules.zone, rules.rank) if entry.t <= at]
    case = walk(rules, events, at) if events else Case(rules.zone)
    case.now, case.day = at, rules.zone.day_of(at)
    return case


def judge(rules: CompiledRules, entries: Iterable[Entry], decision: str, at: int) -> Judgement:
    """A decision at an instant, with its reasons. Where readings of an open choice differ, it is unknown.

    Raises NotFound for a name that is no decision of the pack.
    """
    pack = rules.pack
    node = pack.decisions.get(decision)
    if node is None:
        raise NotFound(f"the pack {pack.name} has no decision named {decision!r}; it has {', '.join(pack.decisions)}")
    case = case_at_instant(rules, entries, at)
    values: list[Any] = []
    missing: set[str] = set()
    why = []
    readings = readings_of(node, pack)
    for reading in readings:
        scope = Scope(pack, rules.zone, settled_on(pack, case.day, reading), None, rules.keys)
        values.append(decision_value(node, scope)(case, None, None))
        conditions = [compile_condition(condition, scope) for condition in _conditions(node)]
        if values[-1] is UNKNOWN:
            missing.update(*(condition.missing(case) for condition in conditions))
        taken = " and ".join(f"{name} = {value}" for name, value in reading.items())
        why.append((taken, tuple(condition.trace(case) for condition in conditions)))
    value = values[0]
    if any(other != value for other in values[1:]):
        missing.update(readings[0])
        value = UNKNOWN
    return Judgement(decision, _plain(value), tuple(sorted(missing)), tuple(why))


def decide(rules: CompiledRules, entries: Iterable[Entry], decision: str, at: int) -> bool | None:
    """Whether a decision holds at an instant; None: unknown. One made by rows holds when its value is yes."""
    value = judge(rules, entries, decision, at).value
    return None if value is None else value is True or value == "yes"


def _conditions(node: model.Decision) -> list[model.Condition]:
    found = [node.condition, *(row.when for row in node.rows)]
    return [condition for condition in found if condition is not None]


def _plain(value: object) -> object:
    return None if value is UNKNOWN else "none" if value is NONE else value
