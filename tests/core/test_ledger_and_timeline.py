"""Whose turn it was and for how long; and what happened, in order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.calendars import format_day
from icpm_engine.history.ledger import Held, days_by_holder, ledger_of
from icpm_engine.history.timeline import timeline_of
from tests.core.told import CASE, FACTS, Told, day, duty, entries, pack

HANDS = """
lifecycles:
  referral:
    label: Referral
    per: referral_id
    initial: none
    states: {none: {label: None}, sent: {label: Sent, holder: clinician}, answered: {label: Answered, holder: worker}}
    transitions: [{on: referred, from: [none, answered], to: sent}, {on: answered, from: sent, to: answered}]
  waiting:
    label: Waiting
    initial: none
    states:
      none: {label: Not waiting}
      waits: {label: Waits, holder: nurse}
      too_long: {label: Too long, holder: worker}
    transitions:
      - {on: referred, from: [none, waits], to: waits}
      - {at: 5 days after waiting.waits, from: waits, to: too_long}
      - {on: answered, from: [waits, too_long], to: none}
"""
RULES = pack(CASE, HANDS)


def held(story: Told, on: str) -> list[Held]:
    """The ledger up to a day."""
    return list(ledger_of(story.folding, story.rules, story.instant(on)))


def short(one: Held) -> tuple[str, str, str | None, str, str, int]:
    """Lifecycle and instance, state, holder, from, until, days."""
    name = one.lifecycle if one.instance is None else f"{one.lifecycle}[{one.instance}]"
    return name, one.state, one.holder, one.first, one.until, one.days


def test_every_day_belongs_to_the_state_in_which_it_ended() -> None:
    story = Told(RULES, ("2026-03-01", "moved"), ("2026-03-02", "case_opened"), ("2026-03-05", "case_closed"))
    assert [short(one) for one in held(story, "2026-03-07") if one.lifecycle == "case"] == [
        ("case", "none", "Worker", "2026-03-01", "2026-03-02", 1),
        ("case", "open", "Nurse", "2026-03-02", "2026-03-05", 3),
        ("case", "closed", None, "2026-03-05", "2026-03-08", 3),
    ]


def test_a_state_that_was_left_on_the_day_on_which_it_was_entered_has_no_day() -> None:
    story = Told(RULES, ("2026-03-02", "case_opened"), ("2026-03-02", "case_closed"))
    assert [short(one)[1:] for one in held(story, "2026-03-03") if one.lifecycle == "case"] == [
        ("closed", None, "2026-03-02", "2026-03-04", 2)
    ]


def test_each_instance_has_its_own_days() -> None:
    story = Told(
        RULES,
        ("2026-03-02", "referred", {"referral_id": "R1"}),
        ("2026-03-04", "referred", {"referral_id": "R2"}),
        ("2026-03-05", "answered", {"referral_id": "R1"}),
    )
    assert [short(one) for one in held(story, "2026-03-06") if one.lifecycle == "referral"] == [
        ("referral[R1]", "sent", "Clinician", "2026-03-02", "2026-03-05", 3),
        ("referral[R1]", "answered", "Worker", "2026-03-05", "2026-03-07", 2),
        ("referral[R2]", "sent", "Clinician", "2026-03-04", "2026-03-07", 3),
    ]


def test_days_pass_from_hand_to_hand_by_time_too() -> None:
    story = Told(RULES, ("2026-03-02", "referred", {"referral_id": "R1"}))
    assert [short(one)[1:] for one in held(story, "2026-03-10") if one.lifecycle == "waiting"] == [
        ("waits", "Nurse", "2026-03-02", "2026-03-07", 5),
        ("too_long", "Worker", "2026-03-07", "2026-03-11", 4),
    ]


def test_a_question_in_the_past_shows_the_days_up_to_then() -> None:
    story = Told(RULES, ("2026-03-02", "case_opened"), ("2026-03-05", "case_closed"))
    assert [short(one)[1:] for one in held(story, "2026-03-03") if one.lifecycle == "case"] == [
        ("open", "Nurse", "2026-03-02", "2026-03-04", 2)
    ]
    assert held(story, "2026-03-01") == []


def test_the_days_of_holders_are_added_up() -> None:
    story = Told(RULES, ("2026-03-01", "moved"), ("2026-03-02", "case_opened"), ("2026-03-05", "case_closed"))
    cases = tuple(one for one in held(story, "2026-03-07") if one.lifecycle == "case")
    assert days_by_holder(cases) == {"Worker": 1, "Nurse": 3, "nobody": 3}


KINDS = ("case_opened", "case_closed", "referred", "answered", "moved")


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from([-1, 600]), st.sampled_from(KINDS), st.sampled_from(["A", "B"])),
        min_size=1,
        max_size=12,
    ),
    st.integers(0, 60),
)
def test_the_days_of_each_lifecycle_add_up_to_the_days_of_the_case(
    given: list[tuple[int, int, str, str]], on: int
) -> None:
    """Without a gap and without a day counted twice; of an instance, from the day of its first move."""
    events = [
        (
            format_day(day("2026-03-01") + offset) + ("T10:00" if minute > 0 else ""),
            kind,
            {"referral_id": which} if kind in ("referred", "answered") else {},
        )
        for offset, minute, kind, which in given
    ]
    story = Told(RULES, *events)
    first = min(offset for offset, *_ in given)
    until = format_day(day("2026-03-01") + first + on)
    by_name: dict[tuple[str, str | None], list[Held]] = {}
    for one in held(story, until):
        by_name.setdefault((one.lifecycle, one.instance), []).append(one)
    assert {("case", None), ("waiting", None)} <= set(by_name)
    for (name, _), rows in by_name.items():
        assert [one.until for one in rows[:-1]] == [one.first for one in rows[1:]]
        assert all(one.days == day(one.until) - day(one.first) > 0 for one in rows)
        assert rows[-1].until == format_day(day(until) + 1)
        if name != "referral":
            assert sum(one.days for one in rows) == on + 1


# --- timeline ---------------------------------------------------------------------------------------------------------


def lines(story: Told, *events: tuple[Any, ...]) -> list[tuple[str, str, str]]:
    """Day, kind and words of each line."""
    told = entries(story.rules, *events)
    return [(one.day, one.kind, one.what) for one in timeline_of(told, story.folding, story.rules, "C-1")]


def test_the_timeline_tells_events_and_what_they_brought_about() -> None:
    events = [
        ("2026-03-02", "case_opened"),
        ("2026-03-03T10:00", "referred", {"urgent": True}),
        ("2026-03-20", "answered"),
        ("2026-03-20", "case_opened"),
    ]
    rules = duty("starts: referred, met: answered, due: {within: 10 days}", CASE)
    assert lines(Told(rules, *events), *events) == [
        ("2026-03-02", "event", "case opened"),
        ("2026-03-02", "state", "Case: Open"),
        ("2026-03-03T10:00", "event", "referred: urgent yes"),
        ("2026-03-03", "obligation", "It: opened, due 2026-03-13"),
        ("2026-03-20", "event", "case opened"),
        ("2026-03-20", "event", "answered"),
        ("2026-03-20", "obligation", "It: met (late)"),
        ("2026-03-20", "finding", "out of place: case"),
    ]


def test_the_timeline_tells_what_time_has_moved_up_to_the_last_event() -> None:
    events = [("2026-03-02", "referred"), ("2026-03-08", "moved"), ("2026-03-09", "case_opened")]
    told = lines(Told(pack(HANDS), *events), *events)
    assert [line for line in told if line[1] == "state"] == [
        ("2026-03-02", "state", "Waiting: Waits"),
        ("2026-03-07", "state", "Waiting: Too long"),
    ]
    assert [line for line in lines(Told(pack(HANDS), *events[:1]), *events[:1]) if line[1] == "state"] == [
        ("2026-03-02", "state", "Waiting: Waits")
    ]


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (("2026-03-02", "hearing_set", {"date": "2026-04-01T09:30"}), "hearing set: date 2026-04-01T09:30"),
        (("2026-03-02", "plan_made", {"limit": "3 court days"}), "plan made: limit 3 court days"),
        (("2026-03-02", "plan_made", {"people": ["a", "b"]}), "plan made: people a, b"),
        (("2026-03-02", "screened", {"score": 3, "result": "negative"}), "screened: score 3, result negative"),
        (("2026-03-02T08:05", "moved"), "moved"),
    ],
)
def test_the_timeline_says_an_event_s_values_in_words(event: tuple[Any, ...], words: str) -> None:
    assert lines(Told(RULES, event), event)[0][2] == words


def test_the_timeline_says_what_moves_and_what_waits() -> None:
    rules = duty("starts: referred, met: answered, due: {by: hearing}, while: {eligible: yes}")
    events = [
        ("2026-03-02", "referred"),
        ("2026-03-03", "status_told", {"eligible": True}),
        ("2026-03-04", "hearing_set", {"date": "2026-04-01"}),
        ("2026-03-05", "status_told", {"eligible": False}),
        ("2026-03-06", "status_told", {"eligible": True}),
    ]
    told = [what for _, kind, what in lines(Told(rules, *events), *events) if kind == "obligation"]
    assert told == [
        "It: opened, no date, waits for eligible",
        "It: running, no date",
        "It: moved, due 2026-03-31",
        "It: not owed",
        "It: running, due 2026-03-31",
    ]


def test_facts_are_shown_as_they_are_known_on_a_day() -> None:
    story = Told(
        pack(FACTS),
        ("2026-03-02", "status_told", {"eligible": True, "score": 3}),
        ("2026-03-04", "hearing_set", {"date": "2026-04-01T09:30"}),
        ("2026-03-05", "hearing_vacated"),
        ("2026-03-06", "status_told", {"eligible": False, "level": "high"}),
    )
    assert story.on("2026-03-01").facts == {}
    assert story.on("2026-03-04").facts == {"eligible": "yes", "score": "3", "hearing": "2026-04-01T09:30"}
    assert story.on("2026-03-06").facts == {"eligible": "no", "level": "high", "score": "3", "hearing": "none"}
