"""Plain duties are folded in few steps; the answers are those of the general steps."""

from __future__ import annotations

import attrs
import pytest

from benchmarks import caseload, practice
from icpm_engine.duties.runs import CompiledDuty
from icpm_engine.history import CompiledRules, Entry, compile_pack, compiled, fold
from icpm_engine.rules.model import RulePack
from icpm_engine.simulate import Caseload
from tests.core.anything import PACKS, story

BOTH = tuple[CompiledRules, CompiledRules]


def both(pack: RulePack) -> BOTH:
    """The rules, and the same rules with nothing done the short way."""
    short = compile_pack(pack)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(compiled, "opening", lambda duty, _: duty.open_on)
        patched.setattr(compiled, "closing", lambda duty, _: duty.close_on)
        return short, compile_pack(attrs.evolve(pack))


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


@pytest.mark.parametrize("name", PACKS)
def test_random_events_come_to_the_same_under_any_rules(name: str) -> None:
    """Few days and instances, fields that are missing, any order of recording."""
    rules = both(PACKS[name]())
    for number in range(60):
        told = story(rules[0], f"{name} {number}", 60, 1 + number % 40)
        short, long = (fold(each, told) for each in rules)
        assert short == long


@pytest.mark.parametrize("settles", [None, caseload.SETTLED])
def test_the_rules_of_california_come_to_the_same(settles: dict[str, str] | None) -> None:
    short, long = both(RulePack.load("california", county="shasta", settles=settles))
    for case in Caseload(events=1_500, seed=11, per_case=60).stories():
        told = [
            Entry(kind=one.kind, day=one.day, minute=one.minute, values=one.values, entry=number)
            for number, one in enumerate(case, 1)
        ]
        assert fold(short, told) == fold(long, told)
