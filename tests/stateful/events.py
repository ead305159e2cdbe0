"""Random journals for any pack: the kinds that its rules name, with the words and numbers that its rules ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from icpm_engine.calendars import parse_day
from icpm_engine.rules.model import RulePack
from icpm_engine.vocabulary.kinds import EventKind, Field
from tests.stateful.both import Told
from tests.stateful.stories import MINUTES, days, moments
from tests.stateful.subsets import RULES, kinds_named, words

WORD = re.compile(r"[a-z][a-z0-9_]*\Z")


def inner(pack: RulePack, told: Iterable[Told]) -> list[Told]:
    """Events as both implementations are told them: values in their inner form, and whose entry each is."""
    return [
        one
        | {
            "day": parse_day(one["day"]),
            "values": pack.events[one["kind"]].internal(one["values"]),
            "recorded": 0,
            "of": (pack.events[one["kind"]].subject, ""),
        }
        for one in told
    ]


def asked_for(data: object, field: str) -> Iterator[str]:
    """Every value that the rules name under a key, in the order in which they stand."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key in {field, f"event.{field}", f"start.{field}"}:
                yield from (word for word in sorted(words(value)) if WORD.match(word) or word.isdigit())
            yield from asked_for(value, field)
    elif isinstance(data, list):
        for one in data:
            yield from asked_for(one, field)


def values_of(field: Field, rules: object, first: date, span: int) -> st.SearchStrategy[Any]:
    """Values of a field, as a journal holds them."""
    named = dict.fromkeys(asked_for(rules, field.name))
    texts = [word for word in named if not word.isdigit() and (not field.options or word in field.options)]
    texts = [*texts, *(field.options[-1:] or ["other"])]
    if field.name.endswith("_id"):
        return st.sampled_from(["A", "B"])
    if field.name == "born":
        return days(date(first.year - 12, first.month, first.day), span) | days(date(first.year - 3, 3, 1), span)
    made: dict[str, st.SearchStrategy[Any]] = {
        "text": st.sampled_from(texts),
        "number": st.sampled_from([0, 3, 29, 30]),
        "yes_no": st.booleans(),
        "date": days(first, span + 90),
        "moment": moments(first, span + 30),
        "span": st.sampled_from(["2 days", "3 months"]),
        "list": st.lists(st.sampled_from(texts), min_size=1, max_size=len(texts), unique=True),
    }
    return made[field.type]


@st.composite
def events(draw: st.DrawFn, pack: RulePack, data: Mapping[str, Any], first: date, span: int, most: int) -> list[Told]:
    """Events of a case in the order of recording, some of them corrected or retracted."""
    rules = {section: data[section] for section in RULES}
    starting = words([duty["starts"] for duty in data["duties"].values()])
    named = kinds_named(data)
    kinds = [pack.events[name] for name in [*named, *(name for name in named if name in starting)]]
    assume(kinds)
    journal: list[Told] = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        kind = draw(st.sampled_from(kinds))
        journal.append(draw(_event(kind, rules, number, first, span)))
        if number > 1 and draw(st.integers(0, 11)) == 0:
            _change(draw, journal)
    return journal


def _change(draw: st.DrawFn, journal: list[Told]) -> None:
    """Make the last entry correct, or retract, another one; only an event of the same kind corrects."""
    last = journal[-1]
    others = [one for one in journal[:-1] if one["kind"] == last["kind"] and "retracts" not in one]
    if others:
        other = draw(st.sampled_from(others))
        last[draw(st.sampled_from(["corrects", "corrects", "retracts"]))] = other["entry"]


@st.composite
def _event(draw: st.DrawFn, kind: EventKind, rules: object, number: int, first: date, span: int) -> Told:
    values = {
        field.name: draw(values_of(field, rules, first, span))
        for field in kind.fields.values()
        if field.required or field.name.endswith("_id") or draw(st.integers(0, 5))
    }
    minute = draw(st.sampled_from([None, None, None, *MINUTES]))
    day = draw(days(first, span))
    return {"entry": str(number), "kind": kind.name, "day": day, "minute": minute, "values": values}
