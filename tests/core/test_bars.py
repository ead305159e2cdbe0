"""Bars: what must not happen, or not in that way; judged when it happens, on the case just before it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.core.told import CASE, FACTS, Told, duty, pack

ELIGIBLE = ("2026-03-01", "status_told", {"eligible": True})


def found(body: str, *events: tuple[Any, ...], more: str = "") -> list[tuple[str, int, tuple[str, ...]]]:
    """Kind, entry and what is missing of every finding of one bar."""
    rules = pack(f"bars: {{bad: {{label: It must not be, {body}}}}}", FACTS, more)
    return [(kind, entry, missing) for kind, rule, entry, missing in Told(rules, *events).findings() if rule == "bad"]


def test_a_bar_forbids_an_event_of_a_kind() -> None:
    assert found("forbids: moved", ("2026-03-01", "referred"), ("2026-03-02", "moved")) == [("barred", 2, ())]


def test_a_bar_may_forbid_only_the_way_in_which_it_is_done() -> None:
    body = "forbids: {on: answered, where: {items: {lacks: [plan, letter]}}}"
    assert found(body, ("2026-03-02", "answered", {"items": ["plan", "letter", "more"]})) == []
    assert found(body, ("2026-03-02", "answered", {"items": ["plan"]})) == [("barred", 1, ())]
    assert found(body, ("2026-03-02", "answered")) == [("bar_undetermined", 1, ("answered.items",))]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([ELIGIBLE], [("barred", 2, ())]),
        ([("2026-03-01", "status_told", {"eligible": False})], []),
        ([("2026-03-01", "moved")], [("bar_undetermined", 2, ("eligible",))]),
    ],
    ids=["true", "false", "unknown"],
)
@pytest.mark.parametrize(
    "body", ["forbids: {on: referred, when: {eligible: yes}}", "forbids: referred, while: {eligible: yes}"]
)
def test_a_bar_with_a_condition(
    body: str, told: list[tuple[Any, ...]], expected: list[tuple[str, int, tuple[str, ...]]]
) -> None:
    """Semantics 46: one that cannot be judged is listed with what is missing."""
    assert found(body, *told, ("2026-03-02", "referred")) == expected


def test_a_bar_looks_at_the_case_just_before_the_event() -> None:
    """Semantics 11: what ends the state in which it is forbidden is itself forbidden; what begins it is not."""
    body = "forbids: {on: [case_opened, case_closed], when: case.open}"
    events = [("2026-03-02", "case_opened"), ("2026-03-03", "case_closed"), ("2026-03-04", "case_opened")]
    assert found(body, *events, more=CASE) == [("barred", 2, ())]


def test_the_fact_that_the_event_itself_tells_does_not_count_yet() -> None:
    assert found("forbids: {on: status_told, when: {eligible: yes}}", ELIGIBLE, ("2026-03-02", "status_told")) == [
        ("bar_undetermined", 1, ("eligible",)),
        ("barred", 2, ()),
    ]


def test_a_bar_may_speak_of_the_event_s_own_fields() -> None:
    body = "forbids: {on: referred, when: {event.urgent: no}}"
    assert found(body, ("2026-03-02", "referred", {"urgent": False})) == [("barred", 1, ())]
    assert found(body, ("2026-03-02", "referred")) == [("bar_undetermined", 1, ("event.urgent",))]


def test_a_bar_on_what_happens_too_often_counts_those_before_it() -> None:
    body = "forbids: {on: moved, times: 3, since: 24 months before event}"
    events = [("2024-03-10", "moved"), ("2025-06-01", "moved"), ("2026-03-09", "moved"), ("2026-03-10", "moved")]
    assert found(body, *events) == [("barred", 3, ()), ("barred", 4, ())]
    later = [*events[:2], ("2026-03-11", "moved")]
    assert found(body, *later) == [], "the first one has left the window"


def test_a_bar_of_each_instance_looks_at_that_instance_alone() -> None:
    referral = """
lifecycles:
  referral:
    label: Referral
    per: referral_id
    initial: none
    states: {none: {label: None}, sent: {label: Sent}}
    transitions: [{on: referred, from: none, to: sent}]
"""
    events = [
        ("2026-03-02", "referred", {"referral_id": "A"}),
        ("2026-03-03", "answered", {"referral_id": "B"}),
        ("2026-03-04", "answered", {"referral_id": "A"}),
    ]
    body = "per: referral_id, forbids: {on: answered, when: {not: referral.sent}}"
    assert found(body, *events, more=referral) == [("barred", 2, ())]


def test_a_bar_is_in_force_on_its_days_only() -> None:
    body = "forbids: moved, in_force: {from: 2026-03-02, until: 2026-03-03}"
    events = [(f"2026-03-0{number}", "moved") for number in (1, 2, 3, 4)]
    assert found(body, *events) == [("barred", 2, ()), ("barred", 3, ())]


def test_a_barred_event_has_happened_and_counts_as_evidence() -> None:
    """Semantics 45."""
    rules = duty(
        "starts: referred, met: answered, due: {within: 10 days}", "bars: {bad: {label: No, forbids: answered}}"
    )
    story = Told(rules, ("2026-03-02", "referred"), ("2026-03-05", "answered"))
    assert story.one("2026-03-05").state == "met"
    assert story.findings() == [("barred", "bad", 2, ())]


def test_a_duty_may_ask_whether_a_bar_was_broken() -> None:
    rules = duty(
        "starts: {becomes: bad.broken}, met: answered, due: {within: 10 days}",
        "bars: {bad: {label: No, forbids: moved}}",
    )
    story = Told(rules, ("2026-03-01", "referred"), ("2026-03-05", "moved"))
    assert story.states("2026-03-05") == [("running", "2026-03-15")]
    assert story.one("2026-03-05").id == "C-1/it/2-0"


def test_off_says_that_a_bar_is_never_in_force() -> None:
    assert found("forbids: moved, off: draft", ("2026-03-02", "moved")) == []
