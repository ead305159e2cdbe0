"""Evidence whose head is no event: a condition that turns, a moment that is reached; bounds, `when`, `times`."""

from __future__ import annotations

import pytest

from icpm_engine.errors import PackError
from tests.core.told import Told, duty

OPENED = ("2026-03-02", "case_opened")
RULE = "starts: case_opened, due: {within: 10 days}, "


def level(day: str, name: str) -> tuple[str, str, dict[str, str]]:
    return (day, "status_told", {"level": name})


def test_a_bound_on_a_turn_holds() -> None:
    rules = duty(RULE + "met: {becomes: {level: high}, by: due}")
    story = Told(rules, level("2026-03-01", "low"), OPENED, level("2026-03-12", "high"))
    assert story.one("2026-03-12").state == "met"
    story = Told(rules, level("2026-03-01", "low"), OPENED, level("2026-03-13", "high"))
    assert story.one("2026-03-13").state == "missed"


def test_a_turn_counts_only_if_its_line_applies_then() -> None:
    rules = duty(RULE + "met: {becomes: {level: high}, when: {eligible: yes}}")
    told = ("2026-03-04", "status_told", {"eligible": True})
    story = Told(rules, level("2026-03-01", "low"), OPENED, told, level("2026-03-05", "high"))
    assert story.one("2026-03-05").state == "met"
    told = ("2026-03-04", "status_told", {"eligible": False})
    story = Told(rules, level("2026-03-01", "low"), OPENED, told, level("2026-03-05", "high"))
    assert story.one("2026-03-05").state == "running"
    story = Told(rules, level("2026-03-01", "low"), OPENED, level("2026-03-05", "high"))
    assert (story.one("2026-03-05").state, story.one("2026-03-05").waits_for) == ("undetermined", ("eligible",))


def test_so_many_turns_are_asked_for() -> None:
    rules = duty(RULE + "met: {label: high level, becomes: {level: high}, times: 2}")
    days = [level("2026-03-03", "high"), level("2026-03-04", "low"), level("2026-03-05", "high")]
    story = Told(rules, level("2026-03-01", "low"), OPENED, *days)
    assert story.one("2026-03-04").wanting == ("1 more of high level",)
    assert story.proof("2026-03-05").evidence == (3, 5)


def test_a_moment_ends_a_run() -> None:
    rules = duty(RULE + "met: answered, cancelled: {at: plan_until}")
    plan = ("2026-03-03", "plan_made", {"until": "2026-03-09"})
    story = Told(rules, OPENED, plan)
    assert [story.one(day).state for day in ("2026-03-08", "2026-03-09")] == ["running", "cancelled"]
    later = Told(rules, OPENED, plan, ("2026-03-05", "plan_made", {"until": "2026-03-11"}))
    assert [later.one(day).state for day in ("2026-03-10", "2026-03-11")] == ["running", "cancelled"]


def test_a_moment_before_the_start_ends_nothing() -> None:
    rules = duty(RULE + "met: answered, cancelled: {at: plan_until}")
    story = Told(rules, ("2026-03-01", "plan_made", {"until": "2026-03-01"}), OPENED)
    assert story.one("2026-03-09").state == "running"


def test_what_may_lie_before_the_start_is_refused() -> None:
    with pytest.raises(PackError, match=r"rules0.yaml:2:\d+: evidence that may lie before the start, on becomes"):
        duty(RULE + "met: {becomes: {level: high}, since: 5 days before start}")
