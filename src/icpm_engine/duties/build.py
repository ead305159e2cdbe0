"""From a duty of the pack to the duties that run: one for each reading of the unsettled choices that it touches.

A settled choice is a constant from its day on; a rule is cut into texts at the days on which its versions and its
settlements begin. What an unsettled choice with options leaves open is run once for each option, jointly for the whole
rule (semantics 26).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import attrs

from icpm_engine.checks import compile_lacks, compile_where
from icpm_engine.conditions import compile_condition, compile_happened, compile_turn, rows_left
from icpm_engine.conditions.happened import NO_BOUNDS, both_conditions, merge_bounds
from icpm_engine.conditions.searching import counts_several
from icpm_engine.duties.crossing import CrossingDuty
from icpm_engine.duties.due import compile_due
from icpm_engine.duties.evidence import Builder, Evidence
from icpm_engine.duties.pausing import compile_pause
from icpm_engine.duties.runs import CompiledDuty
from icpm_engine.duties.texts import CompiledText, Opener, Pick
from icpm_engine.moments import Pending, ReadingKeys, Scope, compile_bounds, compile_moment, reads_of_moment
from icpm_engine.rules import model
from icpm_engine.rules.readings import choices_touched, readings_of
from icpm_engine.working import Case

LAST_DAY: Final = 10**7
BY_DUE: Final = model.Bounds(by=model.Anchor("due"))


def deciding(answers: Sequence[object], readings: Sequence[Mapping[str, Any]]) -> set[str]:
    """Choices of which another value, all others alike, gives another answer."""
    names: set[str] = set()
    for place, reading in enumerate(readings):
        for other_place in range(place):
            other = readings[other_place]
            differing = [name for name in reading if reading[name] != other[name]]
            if len(differing) == 1 and answers[place] != answers[other_place]:
                names.add(differing[0])
    return names


def settled_on(pack: model.RulePack, day: int, reading: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every choice for a start on a day: as settled then, else as the reading has it."""
    values = dict(reading)
    for name, settlements in pack.settles.items():
        for settlement in settlements:
            if settlement.from_day is None or settlement.from_day <= day:
                values[name] = settlement.value
    return values


def settled_by_day(pack: model.RulePack) -> dict[str, tuple[tuple[int, Any], ...]]:
    """(from day, value) of every choice that is settled from some day on, newest first."""
    found = {}
    for name, settlements in pack.settles.items():
        if any(settlement.from_day is not None for settlement in settlements):
            dated = [(settlement.from_day or 0, settlement.value) for settlement in settlements]
            found[name] = tuple(sorted(dated, key=lambda one: one[0], reverse=True))
    return found


def reading_keys(pack: model.RulePack) -> ReadingKeys:
    """For each duty, the names under which its readings run, each with the reading."""
    keys: dict[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {}
    for name, duty in pack.duties.items():
        readings = readings_of(duty, pack)
        several = len(readings) > 1
        keys[name] = tuple((f"{name}#{n}" if several else name, reading) for n, reading in enumerate(readings))
    return keys


def build_duties(duty: model.Duty, pack: model.RulePack, scope: Scope) -> list[CompiledDuty]:
    """The duty in each of its readings. Raises PackError for what cannot run."""
    found = []
    for key, reading in scope.keys[duty.name]:
        texts = tuple(_texts(duty, pack, attrs.evolve(scope, reading=reading), reading))
        crosses = duty.crossover != "keep" and len(texts) > 1
        made = partial(CrossingDuty, zone=scope.zone) if crosses else CompiledDuty
        found.append(made(key, duty, dict(reading), texts))
    return found


def _texts(duty: model.Duty, pack: model.RulePack, scope: Scope, reading: Mapping[str, Any]) -> Iterator[CompiledText]:
    touched = choices_touched(duty, pack)
    settled = {s.from_day for name in touched for s in pack.settles.get(name, ()) if s.from_day is not None}
    begins = [text.from_day or 0 for text in duty.texts]
    for day in sorted({*begins, *settled}):
        number = max((n for n, begin in enumerate(begins) if begin <= day), default=None)
        if number is None:
            continue
        own = attrs.evolve(scope, per=duty.per, choices=settled_on(pack, day, reading))
        yield compile_text(duty.texts[number], number, day, own)


def compile_text(text: model.DutyText, number: int, day: int, scope: Scope) -> CompiledText:
    """One version of a duty in one reading."""
    first, last = in_force_days(text.in_force, scope)
    due = compile_due(text.due, scope, pausing=text.paused_while is not None)
    escalation_reads: set[str] = set()
    for escalation in text.escalates:
        reads_of_moment(escalation.at, escalation_reads, scope)
    return CompiledText(
        number=number,
        text=text,
        from_day=max(day, first),
        until_day=last,
        openers=tuple(opener for line in text.starts for opener in _openers(line, scope)),
        due=due,
        met=_evidence(text.met, Builder(scope, 0)),
        substitute=_evidence(text.substitute, Builder(scope, 1)),
        excused=_evidence(text.excused, Builder(scope, 2, BY_DUE)),
        cancelled=_evidence(text.cancelled, Builder(scope, 3, any_date=True)),
        population=compile_condition(text.while_, scope) if text.while_ is not None else None,
        owner=_picked("owner", text.owner, scope, " and ".join),
        force=_picked("force", text.force, scope, str),
        again=_picked("again", text.again, scope, str),
        repeats=_picked("repeats", text.repeats, scope, lambda value: value),
        pause=compile_pause(text.paused_while, scope) if text.paused_while is not None else None,
        escalates=tuple(compile_moment(escalation.at, scope, "back") for escalation in text.escalates),
        escalation_reads=frozenset(escalation_reads),
    )


def _evidence(line: model.AnyLine | None, builder: Builder) -> Evidence | None:
    return builder.build(line) if line is not None else None


def _openers(
    line: model.AnyLine, scope: Scope, bounds: model.Bounds = NO_BOUNDS, when: model.Condition | None = None
) -> Iterator[Opener]:
    """Each line that starts a run; several things that must have happened together are a condition that turns."""
    merged, condition = merge_bounds(bounds, line.bounds, line.mark), both_conditions(when, line.when)
    if isinstance(line, model.Lines) and line.how == "any":
        for part in line.parts:
            yield from _openers(part, scope, merged, condition)
        return
    asked = compile_condition(condition, scope) if condition is not None else None
    asked = None if asked is not None and asked.constant else asked
    if isinstance(line, model.Lines) or counts_several(line) or (line.times or 1) > 1:
        turn = compile_happened(attrs.evolve(line, when=None, bounds=NO_BOUNDS), scope, None, merged)
        yield Opener(model.Line(label=line.label, mark=line.mark), scope, None, asked, turn)
        return
    turns = compile_turn(line, scope)
    yield Opener(
        line,
        scope,
        where=compile_where(line.where, scope) if line.where is not None else None,
        when=asked,
        turn=turns[0] if turns is not None else None,
        to=turns[1] if turns is not None else True,
        within=compile_bounds(merged, scope),
        bounds=merged,
        shows=tuple(compile_lacks(part, scope) for part in line.shows),
    )


def _picked(key: str, rows: model.Rows, scope: Scope, form: Any) -> Any:
    """A plain value, or a pick of the first row that applies."""
    picks = []
    for row in rows.rows:
        condition = row.when or row.while_
        cond = compile_condition(condition, scope) if condition is not None else None
        picks.append((row.when is not None, cond, form(row.value)))
    left = rows_left(picks) or tuple(picks)
    return left[0][2] if left[0][1] is None else Pick(key, left)


def in_force_days(in_force: model.InForce, scope: Scope) -> tuple[int, int]:
    """First and last day on which a start opens anything; an open choice means that it is not in force yet."""
    first, last = 0, LAST_DAY
    if in_force.from_ is not None:
        first = _fixed_day(in_force.from_, scope)
    if in_force.until is not None:
        last = _fixed_day(in_force.until, scope)
    return first, last


def _fixed_day(moment: model.Moment, scope: Scope) -> int:
    """The day of a moment made of dates and choices. Of the earliest of several, an open choice is left out (30)."""
    if isinstance(moment, model.Pick) and moment.which == "earliest":
        return min(_fixed_day(part, scope) for part in moment.moments)
    at = compile_moment(moment, scope)(Case(scope.zone), None, None)
    return LAST_DAY if isinstance(at, Pending) else at.day
