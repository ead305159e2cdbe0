"""Plain duties are folded in few steps; the answers are those of the general steps."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import caseload, practice
from icpm_engine.duties.runs import CompiledDuty
from icpm_engine.history import CompiledRules, Entry, compile_pack, compiled, fold
from icpm_engine.rules.model import RulePack
from icpm_engine.simulate import Caseload

BOTH = tuple[CompiledRules, CompiledRules]


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


@given(st.integers(0, 10**6), st.sampled_from([1, 3, 10, 40, 700]), st.integers(0, 10))
def test_crowded_late_and_shuffled_cases_come_to_the_same(invented: BOTH, seed: int, days: int, moved: int) -> None:
    """Fewer days than events, so that much falls on one day; some moved about; recorded in any order."""
    told, chance = practice.case(seed, 60), random.Random(seed)
    for entry in told:
        entry.day = practice.FIRST_DAY + (entry.day - practice.FIRST_DAY) % days
    for entry in chance.sample(told, moved):
        entry.day += chance.randint(-40, 40)
        entry.minute = chance.choice([-1, -1, 600, 601])
    for number, entry in enumerate(chance.sample(told, len(told)), 1):
        entry.entry = number
    short, long = (fold(rules, told) for rules in invented)
    assert short == long


@pytest.mark.parametrize("settles", [None, caseload.SETTLED])
def test_the_rules_of_california_come_to_the_same(settles: dict[str, str] | None) -> None:
    short, long = both(RulePack.load("california", county="shasta", settles=settles))
    for story in Caseload(events=1_500, seed=11, per_case=60).stories():
        told = [
            Entry(kind=one.kind, day=one.day, minute=one.minute, values=one.values, entry=number)
            for number, one in enumerate(story, 1)
        ]
        assert fold(short, told) == fold(long, told)
