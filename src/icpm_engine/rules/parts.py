"""A rule taken apart: each of its parts under the key that a rule file gives it, as a value and in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.rules import model
from icpm_engine.rules.walking import exchanged
from icpm_engine.rules.wording import (
    plain,
    words_of_condition,
    words_of_due,
    words_of_in_force,
    words_of_line,
    words_of_moment,
    words_of_owner,
    words_of_rows,
    words_of_starts,
    words_of_value,
)

Rule: TypeAlias = model.Fact | model.Choice | model.Decision | model.Lifecycle | model.Duty | model.Bar


@attrs.frozen
class Part:
    """One part of a rule: what it says, and how that reads. Two parts say the same if their values are equal."""

    value: object
    words: str


Parts: TypeAlias = Mapping[str, Part]


def parts_of(rule: Rule, roles: Mapping[str, str]) -> Parts:
    """All that a rule says, key by key, without its place. `roles`: the labels of roles."""
    return {key: Part(value, words) for key, value, words in _FORMS[type(rule)](rule, roles) if value not in _NOTHING}


_Said: TypeAlias = Iterator[tuple[str, Any, str]]
_NOTHING: Final = (None, "", (), False, model.InForce(), model.NEVER)


def _of_duty(duty: model.Duty, roles: Mapping[str, str]) -> _Said:
    """The first text in full; of each later version what it says otherwise, under the day from which that holds."""
    before: dict[str, Any] = {}
    for text in duty.texts:
        said = {key: (value, words) for key, value, words in _of_text(text, roles)}
        from_ = f" from {format_day(text.from_day)}" if text.from_day is not None else ""
        for key, (value, words) in said.items():
            if key not in before or before[key] != value:
                yield f"{key}{from_}", value, words if value not in _NOTHING else "none"
        before = {key: value for key, (value, _) in said.items()}
    yield "per", duty.per, plain(duty.per or "")
    yield "subject", duty.subject, duty.subject
    yield "crossover", duty.crossover, plain(duty.crossover)
    yield "floor", duty.floor, "yes"
    yield "off", duty.off, duty.off or ""


def _of_text(text: model.DutyText, roles: Mapping[str, str]) -> _Said:
    yield "label", text.label, text.label
    yield from _held(text.owner, text.authority, text.force, roles)
    yield "starts", text.starts, words_of_starts(text.starts)
    yield "again", text.again, words_of_rows(text.again, str)
    yield "while", text.while_, _condition(text.while_)
    yield "due", text.due, words_of_rows(text.due, words_of_due)
    yield "repeats", text.repeats, words_of_rows(text.repeats, str)
    for key in ("met", "substitute", "excused", "cancelled"):
        line = getattr(text, key)
        yield key, line, words_of_line(line) if line is not None else ""
    yield "paused_while", text.paused_while, _condition(text.paused_while)
    told = (f"{roles.get(one.tell, plain(one.tell))} from {words_of_moment(one.at)}" for one in text.escalates)
    yield "escalates", text.escalates, "; ".join(told)
    yield "in_force", text.in_force, words_of_in_force(text.in_force)


def _of_bar(bar: model.Bar, roles: Mapping[str, str]) -> _Said:
    yield "label", bar.label, bar.label
    yield from _held(bar.owner, bar.authority, bar.force, roles)
    yield "forbids", bar.forbids, words_of_line(bar.forbids)
    yield "while", bar.while_, _condition(bar.while_)
    yield "excused", bar.excused, words_of_line(bar.excused) if bar.excused is not None else ""
    yield "in_force", bar.in_force, words_of_in_force(bar.in_force)
    yield "per", bar.per, plain(bar.per or "")
    yield "subject", bar.subject, bar.subject
    yield "floor", bar.floor, "yes"
    yield "off", bar.off, bar.off or ""


def _held(owner: model.Rows, authority: str, force: model.Rows, roles: Mapping[str, str]) -> _Said:
    yield "owner", owner, words_of_rows(owner, lambda value: words_of_owner(value, roles))
    yield "authority", authority, authority
    yield "force", force, words_of_rows(force, str)


def _of_decision(decision: model.Decision, _: Mapping[str, str]) -> _Said:
    yield "label", decision.label, decision.label
    yield "authority", decision.authority, decision.authority
    yield "condition", decision.condition, _condition(decision.condition)
    yield "rows", decision.rows, "; else ".join(map(_decided, decision.rows))
    yield "subject", decision.subject, decision.subject


def _decided(row: model.DecisionRow) -> str:
    return words_of_value(row.value) + (f" when {words_of_condition(row.when)}" if row.when is not None else "")


def _of_lifecycle(lifecycle: model.Lifecycle, roles: Mapping[str, str]) -> _Said:
    yield "label", lifecycle.label, lifecycle.label
    yield "initial", lifecycle.initial, plain(lifecycle.initial)
    for state in lifecycle.states.values():
        holder = f", held by {roles.get(state.holder, plain(state.holder))}" if state.holder else ""
        rest = f", at rest: {state.at_rest}" if state.at_rest else ""
        yield f"state {state.name}", state, f"{state.label}{holder}{rest}{', final' if state.final else ''}"
    moves: dict[str, list[model.Transition]] = {}
    for change in lifecycle.transitions:
        moves.setdefault(change.target, []).append(change)
    for target, changes in moves.items():
        words = (f"{words_of_line(one.line)}, from {' or '.join(map(plain, one.sources))}" for one in changes)
        yield f"into {target}", tuple(changes), "; ".join(words)
    yield "per", lifecycle.per, plain(lifecycle.per or "")
    yield "strict", lifecycle.strict, "yes"
    yield "subject", lifecycle.subject, lifecycle.subject


def _of_fact(fact: model.Fact, _: Mapping[str, str]) -> _Said:
    yield "type", fact.type, plain(fact.type)
    yield "told", fact.told, "; ".join(f"{words_of_line(one.line)}, {_taken(one.take)}" for one in fact.told)
    yield "initial", fact.initial, words_of_value(fact.initial)
    yield "options", fact.options, ", ".join(map(plain, fact.options))
    yield "per", fact.per, plain(fact.per or "")
    yield "subject", fact.subject, fact.subject


def _taken(take: str | model.Moment) -> str:
    if isinstance(take, str):
        return {"none": "which tells that there is none", "event": "its date"}.get(take, f"its {plain(take)}")
    return words_of_moment(take)


def _of_choice(choice: model.Choice, _: Mapping[str, str]) -> _Said:
    yield "label", choice.label, choice.label
    yield "authority", choice.authority, choice.authority
    yield "options", choice.options, ", ".join(map(plain, choice.options))
    yield "type", "" if choice.options else choice.type, plain(choice.type)
    yield "unread", choice.unread, "a number exists that was not seen"
    yield "arrangement", choice.arrangement, "it moves no date"


_FORMS: Final[Mapping[type, Callable[[Any, Mapping[str, str]], _Said]]] = {
    model.Duty: _of_duty,
    model.Bar: _of_bar,
    model.Decision: _of_decision,
    model.Lifecycle: _of_lifecycle,
    model.Fact: _of_fact,
    model.Choice: _of_choice,
}


def _condition(condition: model.Condition | None) -> str:
    return words_of_condition(condition) if condition is not None else ""


def without_labels(node: Any) -> Any:  # noqa: ANN401 - any value of the model, and the same again
    """A part of a rule without the labels that stand for what it says."""
    return exchanged(node, lambda one: attrs.evolve(one, label=None) if getattr(one, "label", None) else one)
