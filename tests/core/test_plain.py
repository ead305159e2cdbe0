"""Plain duties are folded in few steps; the answers are those of the general steps."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks import caseload, practice
from icpm_engine.calendars import Span
from icpm_engine.duties.runs import CompiledDuty
from icpm_engine.errors import PackError
from icpm_engine.history import CompiledRules, Entry, compile_pack, compiled, fold
from icpm_engine.rules.loading import load_files, load_texts
from icpm_engine.rules.model import RulePack
from icpm_engine.simulate import Caseload
from icpm_engine.vocabulary.kinds import EventKind, Field

BOTH = tuple[CompiledRules, CompiledRules]
SHASTA = {"over_five_means", "annual_from", "young_child_interval"}
HERE = Path(__file__).parent.parent
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
"""


def both(pack: RulePack) -> BOTH:
    """The rules, and the same rules with nothing done the short way."""
    short = compile_pack(pack)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compiled, "opening", lambda duty, _: duty.open_on)
        patched.setattr(compiled, "closing", lambda duty, _: duty.close_on)
        return short, compile_pack(pack)


@pytest.fixture(scope="module")
def invented() -> BOTH:
    return both(practice.rules().pack)


def test_most_duties_of_the_benchmark_are_plain(invented: BOTH) -> None:
    short, long = ([len(_general(plan.openers)) for plan in rules.plans.values()] for rules in invented)
    assert sum(short) < sum(long) / 3
    assert sum(long) == sum(len(plan.openers) for plan in invented[1].plans.values())


def _general(operations: object) -> list[object]:
    return [one for one in operations if isinstance(one.__self__, CompiledDuty)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(60))
def test_cases_of_the_benchmark_come_to_the_same(invented: BOTH, seed: int) -> None:
    short, long = (fold(rules, practice.case(seed, 80)) for rules in invented)
    assert short == long


PACKS = {
    "practice": lambda: practice.rules().pack,
    "california": lambda: RulePack.load("california", county="shasta"),
    "orange": lambda: RulePack.load("california", county="orange", settles=SETTLED),
    **{
        name: lambda name=name: load_files([HERE / "rules/encodings" / f"{name}.yaml"], standard=False)
        for name in ("ca-cft-first", "ca-shasta", "md-tfc", "oh-dispute")
    },
    "odd": lambda: load_texts({"odd.yaml": ODD}),
}


@pytest.mark.parametrize("name", PACKS)
def test_random_events_come_to_the_same_under_any_rules(name: str) -> None:
    """Few days and instances, fields that are missing, any order of recording."""
    try:
        rules = both(PACKS[name]())
    except PackError as error:
        assert "can be read but not yet run" in str(error)  # noqa: PT017 - then there is nothing to compare
        return
    kinds = [kind for kind in rules[0].pack.events.values() if kind.name in rules[0].plans]
    chance = random.Random(name)  # noqa: S311 - invented data
    for number in range(60):
        told = [_event(chance, chance.choice(kinds), 1 + number % 40, place) for place in range(1, 60)]
        short, long = (fold(each, told) for each in rules)
        assert short == long


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


@pytest.mark.parametrize("settles", [None, caseload.SETTLED])
def test_the_rules_of_california_come_to_the_same(settles: dict[str, str] | None) -> None:
    short, long = both(RulePack.load("california", county="shasta", settles=settles))
    for story in Caseload(events=1_500, seed=11, per_case=60).stories():
        told = [
            Entry(kind=one.kind, day=one.day, minute=one.minute, values=one.values, entry=number)
            for number, one in enumerate(story, 1)
        ]
        assert fold(short, told) == fold(long, told)
