"""Who is to be told, and when: by the due date, the start, a fact; moved with them, nothing once it is over."""

from __future__ import annotations

import pytest

from icpm_engine.errors import PackError
from tests.core.told import Told, duty

RULE = "starts: referred, due: {within: 10 days}, met: answered, escalates: "


def told(story: Told, on: str) -> list[tuple[str, str]]:
    """Role and day of each escalation that has come by then."""
    return [(one.role, one.since) for one in story.one(on).escalations]


def test_a_day_is_reached_as_it_begins() -> None:
    story = Told(
        duty(RULE + "[{at: due, tell: nurse}, {at: 1 day after due, tell: clinician}]"), ("2026-03-02", "referred")
    )
    assert told(story, "2026-03-11T23:59") == []
    assert told(story, "2026-03-12T00:00") == [("nurse", "2026-03-12")]
    assert told(story, "2026-03-13") == [("nurse", "2026-03-12"), ("clinician", "2026-03-13")]


def test_an_hour_is_told_with_it() -> None:
    rules = duty(
        "starts: referred, due: {within: 4 hours}, met: answered, escalates: {at: 2 hours after due, tell: nurse}"
    )
    assert told(Told(rules, ("2026-03-02T09:00", "referred")), "2026-03-02") == [("nurse", "2026-03-02T15:00")]


def test_it_may_hang_on_the_start_and_on_a_fact_and_moves_with_them() -> None:
    rules = duty(RULE + "[{at: 3 days after start, tell: nurse}, {at: 2 days before hearing, tell: clinician}]")
    story = Told(
        rules,
        ("2026-03-02", "referred"),
        ("2026-03-03", "hearing_set", {"date": "2026-03-08T09:00"}),
        ("2026-03-04", "hearing_set", {"date": "2026-03-20T09:00"}),
    )
    assert told(story, "2026-03-06") == [("nurse", "2026-03-05")]
    assert told(story, "2026-03-18") == [("nurse", "2026-03-05"), ("clinician", "2026-03-18")]


def test_it_moves_with_the_due_date() -> None:
    rules = duty("starts: referred, due: {by: 5 days before hearing}, met: answered, escalates: {at: due, tell: nurse}")
    events = [("2026-03-02", "referred"), ("2026-03-03", "hearing_set", {"date": "2026-03-20T09:00"})]
    assert told(Told(rules, *events), "2026-03-15") == [("nurse", "2026-03-15")]
    later = Told(rules, *events, ("2026-03-10", "hearing_set", {"date": "2026-03-30T09:00"}))
    assert told(later, "2026-03-24") == []
    assert told(later, "2026-03-25") == [("nurse", "2026-03-25")]
    vacated = Told(rules, *events, ("2026-03-17", "hearing_vacated"))
    assert told(vacated, "2026-03-30") == []


def test_nobody_is_told_of_what_is_over_or_not_owed() -> None:
    rules = duty(RULE + "{at: due, tell: nurse}, while: {eligible: yes}")
    yes, no = ("2026-03-01", "status_told", {"eligible": True}), ("2026-03-05", "status_told", {"eligible": False})
    assert told(Told(rules, yes, ("2026-03-02", "referred")), "2026-03-20") == [("nurse", "2026-03-12")]
    assert told(Told(rules, yes, ("2026-03-02", "referred"), ("2026-03-15", "answered")), "2026-03-20") == []
    assert told(Told(rules, yes, ("2026-03-02", "referred"), no), "2026-03-20") == []
    assert told(Told(rules, ("2026-03-02", "referred")), "2026-03-20") == []  # nobody knows whether it is owed


def test_while_the_clock_stands_still_nobody_is_told() -> None:
    rules = duty(RULE + "{at: due, tell: nurse}, paused_while: {level: two}")
    halt = ("2026-03-05", "status_told", {"level": "two"})
    on = ("2026-03-10", "status_told", {"level": "one"})
    story = Told(rules, ("2026-03-01", "status_told", {"level": "one"}), ("2026-03-02", "referred"), halt, on)
    assert told(story, "2026-03-09") == []
    assert story.one("2026-03-16").due == "2026-03-17"
    assert told(story, "2026-03-16") == []
    assert told(story, "2026-03-17") == [("nurse", "2026-03-17")]


def test_of_several_dates_that_are_possible_the_last_one_counts() -> None:
    rules = duty(
        "starts: referred, due: [{while: {eligible: yes}, within: 5 days}, {within: 10 days}], met: answered,"
        " escalates: {at: 1 day after due, tell: nurse}"
    )
    story = Told(rules, ("2026-03-02", "referred"))
    assert told(story, "2026-03-08") == []
    assert told(story, "2026-03-13") == [("nurse", "2026-03-13")]


def test_who_is_told_under_every_reading_of_a_choice_is_told() -> None:
    rules = duty(
        "starts: referred, due: [{when: {pace: slow}, within: 10 days}, {when: {pace: fast}, within: 5 days}],"
        " met: answered, escalates: {at: due, tell: nurse}",
        "choices: {pace: {label: Pace, options: [slow, fast], authority: letter}}",
    )
    story = Told(rules, ("2026-03-02", "referred"))
    assert told(story, "2026-03-11") == []
    assert told(story, "2026-03-12") == [("nurse", "2026-03-12")]


@pytest.mark.parametrize(
    ("escalates", "words"),
    [
        ("{at: due, tell: nurs}", "did you mean 'nurse'"),
        ("{at: now, tell: nurse}", "'now' has no meaning here"),
        ("{at: due}", "'tell' is missing"),
        ("{at: due, tell: nurse, say: x}", "unknown key 'say' in escalates"),
    ],
)
def test_a_misuse_is_told_with_its_place(escalates: str, words: str) -> None:
    with pytest.raises(PackError, match=rf"rules0.yaml:2:\d+: .*{words}"):
        duty(RULE + escalates)
