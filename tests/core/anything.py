"""Random events of any kind under any rules: few days and instances, missing fields, any order of recording."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from benchmarks import caseload, practice
from icpm_engine.calendars import Span
from icpm_engine.history import CompiledRules, Entry
from icpm_engine.rules.loading import load_files, load_texts
from icpm_engine.rules.model import RulePack
from icpm_engine.vocabulary.kinds import EventKind, Field

HERE = Path(__file__).parent.parent
SHASTA = {"over_five_means", "annual_from", "young_child_interval"}
SETTLED = {name: value for name, value in caseload.SETTLED.items() if name not in SHASTA}
ODD = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker}
defaults: {owner: worker, authority: letter}
duties:
  watched:
    label: Another duty asks how it stands
    starts: {on: screening_completed, where: {result: positive}}
    due: {within: 5 days}
    met: referral_sent
    cancelled: [case_closed, referral_closed]
  asking:
    label: Owed while the other one runs
    starts: screening_completed
    while: watched.running
    due: {within: 9 days}
    met: contact_made
  turned:
    label: Starts when the other one is met
    starts: {becomes: watched.met}
    due: {by: 3 days after referral_sent}
    met: {on: contact_made, where: {kind: visit}}
  young:
    label: Owed while the child is young
    starts: screening_completed
    while: {age: {under: 3 years}}
    due: {within: 2 months}
    repeats: from met
    met: contact_made
  restarted:
    label: Each screen begins it anew
    starts: {on: screening_completed, when: {event.acute: yes}}
    again: restarts
    due: {within: 4 days}
    met: {any: [crisis_responded, {on: contact_made, where: {mode: phone}}]}
    excused: screening_not_done
  monthly:
    label: Two contacts a month, counted on a grid
    starts: case_opened
    due: {by: [end of next month, end of month]}
    repeats: from due
    met: {on: contact_made, times: 2, by: due}
    cancelled: case_closed
"""


def _encoding(name: str) -> Callable[[], RulePack]:
    return lambda: load_files([HERE / "rules/encodings" / f"{name}.yaml"], standard=False)


PACKS: dict[str, Callable[[], RulePack]] = {
    "practice": lambda: practice.rules().pack,
    "california": lambda: RulePack.load("california", county="shasta"),
    "orange": lambda: RulePack.load("california", county="orange", settles=SETTLED),
    "ca-cft-first": _encoding("ca-cft-first"),
    "ca-shasta": _encoding("ca-shasta"),
    "md-tfc": _encoding("md-tfc"),
    "odd": lambda: load_texts({"odd.yaml": ODD}),
}


def story(rules: CompiledRules, seed: str, length: int, days: int) -> list[Entry]:
    """Random events that the rules listen to, in the order of recording; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 - invented data
    kinds = [kind for kind in rules.pack.events.values() if kind.name in rules.plans]
    return [_event(chance, chance.choice(kinds), days, number) for number in range(1, length + 1)]


def _event(chance: random.Random, kind: EventKind, days: int, number: int) -> Entry:
    day = practice.FIRST_DAY + chance.randrange(days) * chance.choice([1, 1, 30])
    values = {field.name: _value(chance, field, day) for field in kind.fields.values() if chance.random() < 0.8}
    minute = chance.choice([-1, -1, 540, 541, 1020])
    return Entry(kind=kind.name, day=day, minute=minute, values=values, entry=number)


def _value(chance: random.Random, field: Field, day: int) -> object:
    texts = field.options or ("a", "b", "relative", "strtp", "asq")
    values: dict[str, object] = {
        "text": chance.choice(texts),
        "number": chance.randrange(5),
        "yes_no": chance.random() < 0.7,
        "date": chance.choice([day + chance.randrange(-9, 90), day - 365 * chance.randrange(1, 8)]),
        "moment": (day + chance.randrange(-9, 40), chance.choice([-1, 600])),
        "span": Span.parse("3 days"),
        "list": tuple(chance.sample(texts, min(2, len(texts)))),
    }
    return values[field.type]
