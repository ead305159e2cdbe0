"""Pauses for proofs: each range of days on which the clock stood still, why, and how far that moved a date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from icpm_engine.calendars import ANY_CALENDAR, Span, SpanPart, Zone, clock_words, format_day, format_instant
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.rules import model
from icpm_engine.rules.wording import words_of_condition


@attrs.frozen
class Pause:
    """A range of days at whose ends the clock stood still, and why; `last` and `days` are None while it goes on.

    `known` is no where it is unknown whether it stood still. A pause within one day has no days; `begins` and `ends`
    tell its instants, where they are known.
    """

    first: str
    last: str | None
    days: int | None
    why: str
    known: bool
    begins: str
    ends: str | None


def words_of_pause(text: model.DutyText, rules: CompiledRules, parts: Sequence[int] = ()) -> str:
    """Why a clock stands still: the parts of the condition that hold, or all of it."""
    condition = text.paused_while
    if condition is None:
        return ""
    if parts and isinstance(condition, model.Combined):
        return " and ".join(_reason(condition.parts[number], rules) for number in parts)
    return _reason(condition, rules)


def _reason(condition: model.Condition, rules: CompiledRules) -> str:
    if isinstance(condition, model.DecisionHolds):
        return rules.pack.decisions[condition.name].label
    return words_of_condition(condition)


def pauses_of(paused: Sequence[Any], text: model.DutyText, rules: CompiledRules) -> Iterator[Pause]:
    """The pauses that a derivation names."""
    zone = rules.zone
    for day, begin, until_day, until, known, parts in paused:
        yield Pause(
            first=format_day(day),
            last=None if until_day is None else format_day(max(day, until_day - 1)),
            days=None if until_day is None else until_day - day,
            why=words_of_pause(text, rules, parts if known else ()),
            known=bool(known),
            begins=format_instant(begin, zone),
            ends=None if until is None else format_instant(until, zone),
        )


def past_pauses(trace: Any, zone: Zone) -> dict[str, Any]:
    """What pauses have done to a leg: where it would have come to, how far it was moved, how much is left."""
    word, _, _, _, span, counted, _, exact, plain_end, left = trace
    timed = Span.parse(span, ANY_CALENDAR).timed
    end = exact if word == "within" else exact + (word == "before")
    moved = end - plain_end if timed else counted - plain_end
    return {
        "without_pauses": (format_instant(plain_end, zone) if timed else format_day(plain_end)) if moved else None,
        "moved_by": (clock_words(moved) if timed else str(SpanPart(moved, "days"))) if moved else None,
        "left": left or None,
    }


def pause_prose(pause: Pause) -> str:
    """A pause in words."""
    lead = "Paused" if pause.known else "Perhaps paused"
    if pause.last is None:
        return f"{lead} since {pause.first} ({pause.why})."
    if not pause.days:
        return f"{lead} within {pause.first}, from {pause.begins} to {pause.ends} ({pause.why})."
    days = f"{pause.days} day" + ("" if pause.days == 1 else "s")
    when = f"on {pause.first}" if pause.days == 1 else f"from {pause.first} to {pause.last}"
    return f"{lead} {when}: {days} ({pause.why})."
