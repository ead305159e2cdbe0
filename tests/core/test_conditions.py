"""Conditions: Kleene's three values, every form of test, what is missing, and why it came out so."""

from __future__ import annotations

from typing import Any

import pytest

from icpm_engine.history.asking import Judgement, judge
from tests.core.told import CASE, FACTS, Told, day, entries, pack

T, F, U = "{on: moved}", "{on: case_closed}", "eligible"
"""Conditions that are true, false and unknown once the child has moved and nobody told whether it is eligible."""


def asked(
    condition: str, *events: tuple[Any, ...], on: str = "2026-03-20", more: str = "", **settles: object
) -> Judgement:
    """What a decision comes to at the end of a day."""
    text = condition if condition.startswith("rows:") else f"any: [{condition}]"
    rules = pack(f"decisions: {{it: {{label: It, authority: letter, {text}}}}}", FACTS, CASE, more, **settles)
    at = rules.zone.midnight[day(on) + 1] - 1
    return judge(rules, entries(rules, *events), "it", at)


MOVED = ("2026-03-02", "moved")


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        (f"{{all: [{T}, {T}]}}", True),
        (f"{{all: [{T}, {U}]}}", None),
        (f"{{all: [{U}, {F}]}}", False),
        (f"{{all: [{U}, {U}]}}", None),
        (f"{{any: [{F}, {F}]}}", False),
        (f"{{any: [{F}, {U}]}}", None),
        (f"{{any: [{U}, {T}]}}", True),
        (f"{{not: {T}}}", False),
        (f"{{not: {F}}}", True),
        (f"{{not: {U}}}", None),
    ],
)
def test_all_any_and_not_follow_kleene(condition: str, value: bool | None) -> None:
    assert asked(condition, MOVED).value is value


STATUS = ("2026-03-02", "status_told", {"eligible": True, "level": "two", "score": 10})
PLAN = ("2026-03-03", "plan_made", {"until": "2026-06-30", "people": ["child", "aunt"], "limit": "5 days"})
HEARING = ("2026-03-04", "hearing_set", {"hearing_id": "h", "date": "2026-04-22T09:00"})


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("{level: two}", True),
        ("{level: [one, two]}", True),
        ("{level: {not: two}}", False),
        ("{level: {not: [one, three]}}", True),
        ("{score: 10}", True),
        ("{score: {at_least: 10}}", True),
        ("{score: {over: 10}}", False),
        ("{score: {at_most: 9.5}}", False),
        ("{score: {under: 10.5, at_least: 3}}", True),
        ("{eligible: no}", False),
        ("{eligible: {known: yes}}", True),
        ("{eligible: {known: no}}", False),
        ("{people: {includes: [child, aunt]}}", True),
        ("{people: {includes: [child, judge]}}", False),
        ("{people: {lacks: [judge]}}", True),
        ("{people: {lacks: [aunt]}}", False),
        ("{plan_until: 2026-06-30}", True),
        ("{plan_until: {since: 2026-06-30, by: 2026-06-30}}", True),
        ("{plan_until: {after: 2026-06-30}}", False),
        ("{plan_until: {before: 2026-07-01}}", True),
        ("{plan_until: {weekday: [tuesday]}}", True),
        ("{hearing: {weekday: [monday, tuesday]}}", False),
        ("{hearing: {after: plan_until}}", False),
        ("{plan_until: {after: 60 days after hearing}}", True),
        ("{plan_made_on: {fact: plan_until}}", False),
        ("{hearing: 2026-04-22}", True),
    ],
)
def test_every_form_of_test_of_a_value(condition: str, value: bool) -> None:
    assert asked(condition, STATUS, PLAN, HEARING).value is value


@pytest.mark.parametrize(
    "condition", ["{level: two}", "{score: {over: 3}}", "{plan_until: {by: 2026-06-30}}", "{people: {lacks: [aunt]}}"]
)
def test_a_fact_that_nobody_told_is_unknown_and_named(condition: str) -> None:
    found = asked(condition, MOVED)
    name = condition[1:].partition(":")[0]
    assert (found.value, found.missing) == (None, (name,))


def test_known_can_always_be_answered() -> None:
    assert asked("{level: {known: no}}", MOVED).value is True
    assert asked("{not: {level: {known: yes}}}", MOVED).value is True


@pytest.mark.parametrize(
    ("told", "on_the_day", "absent"),
    [
        (("2026-03-02", "hearing_set", {"hearing_id": "h", "date": "2026-04-20T09:00"}), True, False),
        (("2026-03-02", "hearing_set", {"hearing_id": "h", "date": "2026-04-21"}), False, False),
        (("2026-03-02", "hearing_vacated", {"hearing_id": "h"}), False, True),
        (MOVED, None, None),
    ],
)
def test_a_date_may_be_asked_whether_it_is_none_and_is_said_as_a_date(
    told: tuple[str, ...], on_the_day: bool | None, absent: bool | None
) -> None:
    found = asked("{hearing: 2026-04-20}", told)
    assert found.value is on_the_day
    assert "hearing is 2026-04-20: " in str(found)
    assert asked("{hearing: none}", told).value is absent
    neither = None if absent is None else not absent and not on_the_day
    assert asked("{hearing: {not: [none, 2026-04-20]}}", told).value is neither


def test_what_is_known_to_be_absent_is_no_unknown_and_passes_no_test_but_lacks_and_none() -> None:
    events = (HEARING, ("2026-03-05", "hearing_vacated", {"hearing_id": "h"}))
    assert asked("{hearing: {before: 2026-12-31}}", *events).value is False
    assert asked("{hearing: {known: yes}}", *events).value is True
    more = "facts: {kind_of_help: {type: text, initial: none, told: {on: status_told, take: level}}}"
    assert asked("{kind_of_help: none}", MOVED, more=more).value is True
    assert asked("{kind_of_help: {not: none}}", STATUS, more=more).value is True


def test_a_date_is_tested_for_being_absent_like_a_text() -> None:
    events = (HEARING, ("2026-03-05", "hearing_vacated", {"hearing_id": "h"}))
    assert asked("{hearing: none}", HEARING).value is False
    assert asked("{hearing: none}", *events).value is True
    assert asked("{hearing: {not: none}}", *events).value is False
    assert asked("{hearing: none}", MOVED).value is None


def test_two_facts_are_compared_and_the_one_that_is_missing_is_named() -> None:
    more = "facts: {asked_for: {type: text, told: {on: screened, take: tool}}}"
    screened = ("2026-03-02", "screened", {"tool": "two"})
    assert asked("{level: {fact: asked_for}}", STATUS, screened, more=more).value is True
    found = asked("{level: {fact: asked_for}}", STATUS, more=more)
    assert (found.value, found.missing) == (None, ("asked_for",))


def test_a_date_compared_with_a_moment_of_that_day_is_equal() -> None:
    same_day = ("2026-03-03", "plan_made", {"until": "2026-04-22"})
    assert asked("{plan_until: {fact: hearing}}", same_day, HEARING).value is True


def test_a_date_compared_with_what_is_not_told_names_what_is_not_told() -> None:
    found = asked("{plan_until: {before: hearing}}", PLAN)
    assert (found.value, found.missing) == (None, ("hearing",))


def test_a_moment_whose_hour_is_missing_names_that_hour() -> None:
    vague = ("2026-03-04", "hearing_set", {"hearing_id": "h", "date": "2026-04-22"})
    found = asked("{hearing: {before: plan_until}}", ("2026-03-03", "plan_made", {"until": "2026-04-22"}), vague)
    assert found.value is False  # strictly before a whole day means the day before (semantics 4)
    rules = asked("{on: moved, before: hearing}", ("2026-04-22", "moved"), vague, on="2026-04-23")
    assert (rules.value, rules.missing) == (None, ("the hour of moved",))


# --- decisions --------------------------------------------------------------------------------------------------------


ROWS = "rows: [{when: {score: {over: 10}}, is: high}, {when: {level: two}, is: middle}, {is: low}]"


@pytest.mark.parametrize(
    ("told", "value"),
    [({"score": 11}, "high"), ({"score": 3, "level": "two"}, "middle"), ({"score": 3, "level": "one"}, "low")],
)
def test_a_decision_by_rows_takes_the_first_that_applies(told: dict[str, Any], value: str) -> None:
    assert asked(ROWS, ("2026-03-02", "status_told", told)).value == value


def test_a_decision_by_rows_names_the_facts_and_not_itself() -> None:
    found = asked(ROWS, ("2026-03-02", "status_told", {"level": "two"}))
    assert (found.value, found.missing) == (None, ("score",))


def test_rows_that_agree_need_no_fact() -> None:
    alike = "rows: [{when: {score: {over: 10}}, is: middle}, {when: {level: two}, is: middle}, {is: low}]"
    assert asked(alike, ("2026-03-02", "status_told", {"level": "two"})).value == "middle"


def test_a_decision_holds_as_a_condition_and_by_its_value() -> None:
    more = """
decisions:
  tier: {label: Tier, authority: letter, rows: [{when: {score: {over: 10}}, is: high}, {is: low}]}
  fit: {label: Fit, authority: letter, rows: [{when: {level: two}, is: yes}, {is: no}]}
"""
    assert asked("{tier: high}", ("2026-03-02", "status_told", {"score": 11}), more=more).value is True
    assert asked("fit", STATUS, more=more).value is True
    found = asked("{all: [fit, {tier: high}]}", MOVED, more=more)
    assert (found.value, found.missing) == (None, ("level", "score"))


def test_a_trace_prints_each_part_with_its_value() -> None:
    found = asked("{all: [case.open, {not: {level: two}}]}", ("2026-03-01", "case_opened"), STATUS)
    assert str(found).splitlines() == [
        "any of: false",
        "  all of: false",
        "    case.open: true",
        "    not: false",
        "      level is two: true",
    ]


def test_an_open_choice_is_a_fact_that_nobody_told() -> None:
    more = "choices: {way: {label: Which way, options: [a, b], authority: letter}}"
    found = asked("{all: [{way: a}, {level: two}]}", STATUS, more=more)
    assert (found.value, found.missing) == (None, ("way",))
    assert asked("{way: a}", more=more, way="a").value is True
    assert asked("{all: [{way: a}, {level: one}]}", STATUS, more=more).value is False  # whichever way


# --- lines as conditions ----------------------------------------------------------------------------------------------


def test_what_nobody_recorded_has_not_happened() -> None:
    assert asked("{on: referred}").value is False
    assert asked("{not: {on: referred}}", MOVED).value is True


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("{on: referred, times: 3}", True),
        ("{on: referred, times: 4}", False),
        ("{on: referred, where: {urgent: yes}, times: 2}", True),
        ("{on: referred, since: 2026-03-05, times: 2}", True),
        ("{on: referred, after: 2026-03-05, times: 2}", False),
        ("{on: referred, by: 2026-03-05, times: 2}", True),
        ("{on: referred, before: 2026-03-05, times: 2}", False),
        ("{on: referred, with: [{service: care}]}", True),
        ("{on: [referred, moved], times: 4}", True),
        ("{any: [{on: withdrawn}, {on: moved}]}", True),
        ("{all: [{on: withdrawn}, {on: moved}]}", False),
        ("{all: [{on: referred}, {on: moved}], after: 2026-03-05}", False),
        ("{on: referred, after: moved}", True),
        ("{on: moved, after: referred}", False),
    ],
)
def test_lines_as_conditions_with_bounds_and_times(condition: str, value: bool) -> None:
    events = (
        ("2026-03-01", "referred", {"referral_id": "a", "urgent": True}),
        ("2026-03-03", "moved"),
        ("2026-03-05", "referred", {"referral_id": "b", "urgent": False, "service": "care"}),
        ("2026-03-09", "referred", {"referral_id": "c", "urgent": True}),
    )
    assert asked(condition, *events).value is value


def test_an_event_that_does_not_say_leaves_the_line_unknown_and_names_the_field() -> None:
    found = asked("{on: referred, where: {urgent: yes}}", ("2026-03-01", "referred", {"referral_id": "a"}))
    assert (found.value, found.missing) == (None, ("referred.urgent",))


def test_an_event_of_an_unknown_hour_on_the_very_day_of_its_bound_is_unknown() -> None:
    events = (("2026-03-03", "moved"), ("2026-03-03T10:00", "screened"))
    found = asked("{on: moved, before: screened}", *events)
    assert (found.value, found.missing) == (None, ("the hour of moved",))
    assert asked("{on: moved, before: screened}", ("2026-03-03T09:00", "moved"), events[1]).value is True


def test_bounds_on_a_fact_that_nobody_told_are_unknown_and_on_what_has_not_happened_they_are_not() -> None:
    """Open world for facts, closed world for events (semantics 24)."""
    found = asked("{on: moved, before: hearing}", MOVED)
    assert (found.value, found.missing) == (None, ("hearing",))
    assert asked("{on: moved, before: referred}", MOVED).value is True
    assert asked("{on: moved, after: referred}", MOVED).value is False
    vacated = ("2026-03-05", "hearing_vacated", {"hearing_id": "h"})
    assert asked("{on: moved, before: hearing}", MOVED, vacated).value is True


def test_a_span_that_a_county_has_not_settled_is_named() -> None:
    more = "choices: {look_back: {label: How far back, type: span, authority: letter}}"
    found = asked("{on: moved, since: look_back before now}", MOVED, more=more)
    assert (found.value, found.missing) == (None, ("look_back",))
    assert asked("{on: moved, since: look_back before now}", MOVED, more=more, look_back="30 days").value is True


@pytest.mark.parametrize(
    ("told", "test", "value"),
    [
        ("3 days", "{under: 1 week}", True),
        ("1 week", "7 days", True),
        ("1 week", "[1 month, 7 days]", True),
        ("12 months", "{at_least: 1 year, at_most: 1 year}", True),
        ("1 month", "{over: 27 days}", True),
        ("1 month", "{over: 31 days}", False),
        ("2 months", "{at_least: 59 days}", True),
        ("3 court days", "{at_least: 3 days}", True),
        ("3 court days", "{over: 2 court days}", True),
        ("48 hours", "2 days", True),
        ("same day", "{under: 1 hour}", True),
        ("5 days", "{not: {over: 1 week}}", True),
    ],
)
def test_lengths_of_different_units_are_compared_where_that_is_sure(told: str, test: str, value: bool) -> None:
    found = asked(f"{{limit: {test}}}", ("2026-03-02", "plan_made", {"limit": told}))
    assert (found.value, found.missing) == (value, ())


@pytest.mark.parametrize(
    ("told", "test", "why"),
    [
        ("1 month", "{over: 30 days}", "how 1 month compares with 30 days"),
        ("1 month", "30 days", "how 1 month compares with 30 days"),
        ("3 court days", "{under: 5 days}", "how 3 court days compares with 5 days"),
        ("3 court days", "{over: longest}", "longest"),
    ],
)
def test_lengths_that_hang_on_the_days_between_are_named(told: str, test: str, why: str) -> None:
    more = "choices: {longest: {label: The longest, type: span, authority: letter}}"
    made = ("2026-03-02", "plan_made", {"limit": told})
    found = asked(f"{{limit: {test}}}", made, more=more)
    assert (found.value, found.missing) == (None, (why,))


def test_ages_and_stays_take_a_length_by_name() -> None:
    more = "choices: {longest: {label: The longest, type: span, authority: letter}}"
    born = ("2026-03-02", "birth_date_told", {"born": "2020-04-10"})
    made = ("2026-03-02", "plan_made", {"limit": "1 month"})
    assert asked("{limit: {at_most: longest}}", made, more=more, longest="6 weeks").value is True
    found = asked("{age: {over: longest}}", born, more=more)
    assert (found.value, found.missing) == (None, ("longest",))
    assert asked("{age: {over: longest}}", born, more=more, longest="5 years").value is True
    assert asked("{age: {not: {over: longest}}}", born, more=more, longest="6 years").value is True
    high = ("2026-03-02", "status_told", {"level": "high"})
    found = asked("{spent: {level: high}, at_least: longest}", high, more=more, on="2026-03-09")
    assert (found.value, found.missing) == (None, ("longest",))
    condition = "{spent: {level: high}, at_least: longest}"
    assert asked(condition, high, more=more, on="2026-03-09", longest="1 week").value is True
    assert asked(condition, high, more=more, on="2026-03-08", longest="1 week").value is False
    low = ("2026-03-02", "status_told", {"level": "low"})
    assert asked(condition, low, more=more, on="2026-03-09").value is False


# --- time alone -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "first_day"),
    [("at_least", "2026-04-10"), ("over", "2026-04-11")],
)
def test_an_age_turns_on_the_birthday_or_on_the_day_after(test: str, first_day: str) -> None:
    born = ("2026-03-02", "birth_date_told", {"born": "2020-04-10"})
    before = day(first_day) - 1
    assert asked(f"{{age: {{{test}: 6 years}}}}", born, on=first_day).value is True
    rules = pack(f"decisions: {{it: {{label: It, authority: letter, age: {{{test}: 6 years}}}}}}")
    at = rules.zone.midnight[before + 1] - 1
    assert judge(rules, entries(rules, born), "it", at).value is False


def test_an_age_without_a_birth_date_names_it() -> None:
    found = asked("{age: {under: 3 years}}", MOVED)
    assert (found.value, found.missing) == (None, ("born",))


def test_a_child_of_the_29th_of_february_has_its_birthday_on_the_28th_in_other_years() -> None:
    born = ("2026-01-02", "birth_date_told", {"born": "2024-02-29"})
    assert asked("{age: {at_least: 2 years}}", born, on="2026-02-28").value is True
    assert asked("{age: {at_least: 2 years}}", born, on="2026-02-27").value is False


def test_an_age_can_be_asked_as_of_a_named_moment() -> None:
    born = ("2026-03-02", "birth_date_told", {"born": "2020-04-10"})
    condition = "{as_of: plan_made_on, age: {at_least: 6 years}}"
    assert asked(condition, born, ("2026-04-09", "plan_made", {}), on="2026-04-20").value is False
    assert asked(condition, born, ("2026-04-10", "plan_made", {}), on="2026-04-20").value is True
    found = asked(condition, born)
    assert (found.value, found.missing) == (None, ("plan_made_on",))


# --- conditions that turn by time alone, in a duty --------------------------------------------------------------------


def started(condition: str, *events: tuple[Any, ...], more: str = "") -> list[str]:
    """The days on which a duty starts because a condition becomes true."""
    text = f"duties: {{it: {{label: It, starts: {{becomes: {condition}}}, due: open, met: answered}}}}"
    story = Told(pack(text, FACTS, CASE, more), *events)
    return [one.opened for one in story.all("2028-01-01")]


BORN = ("2026-03-02", "birth_date_told", {"born": "2020-04-10"})


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        ("{age: {at_least: 6 years}}", ["2026-04-10"]),
        ("{age: {over: 6 years}}", ["2026-04-11"]),
        ("{not: {age: {under: 6 years 6 months}}}", ["2026-10-10"]),
        ("{age: {at_least: 6 years, under: 7 years}}", ["2026-04-10"]),
        ("{all: [{age: {at_least: 6 years}}, {on: moved}]}", ["2026-04-10"]),
        ("{not: {on: moved, since: 30 days before now}}", ["2026-04-02"]),
        ("{not: {on: moved, since: 1 month before now}}", ["2026-04-03"]),
        ("{not: {on: moved, after: 48 hours before now}}", ["2026-03-04"]),
        ("{on: moved, by: 10 days before now}", ["2026-03-12"]),
        ("{on: moved, before: 10 days before now}", ["2026-03-13"]),
        ("{plan_until: {before: now}}", ["2026-07-01"]),
        ("{plan_until: {by: 10 days after now}}", ["2026-06-20"]),
        ("{plan_until: {before: 3 court days before now}}", ["2026-07-07"]),
        ("{hearing: {before: now}}", ["2026-04-22"]),
        ("{hearing: {by: 48 hours after now}}", ["2026-04-20"]),
        ("aged", ["2026-04-10"]),
        ("{band: older}", ["2026-04-10"]),
    ],
)
def test_conditions_turn_by_time_alone(condition: str, days: list[str]) -> None:
    """Semantics 6: the fold stops where nothing happens."""
    more = """
decisions:
  aged: {label: Aged, authority: letter, rows: [{when: {age: {at_least: 6 years}}, is: yes}, {is: no}]}
  band: {label: Band, authority: letter, rows: [{when: {age: {under: 6 years}}, is: younger}, {is: older}]}
"""
    assert started(condition, BORN, ("2026-03-02T12:00", "moved"), PLAN, HEARING, more=more) == days


def test_a_third_move_leaves_the_rolling_window_without_an_event() -> None:
    events = [(when, "moved") for when in ("2025-01-31", "2025-06-01", "2026-01-30")]
    text = """
duties:
  it:
    label: It
    starts: case_opened
    while: {on: moved, times: 3, since: 12 months before now}
    due: open
    met: screened
"""
    story = Told(pack(text), *events, ("2026-01-30", "case_opened"))
    assert story.one("2026-01-31").state == "running"
    assert story.one("2026-02-01").state == "not owed"


def test_opening_hours_open_and_close() -> None:
    text = """
duties:
  it: {label: It, starts: referred, while: {open: office_hours}, due: open, met: answered}
"""
    story = Told(pack(text), ("2026-03-02T07:00", "referred", {"referral_id": "a"}))
    stands = [story.one(f"2026-03-02T{clock}").state for clock in ("07:00", "08:00", "16:59", "17:00")]
    assert stands == ["not owed", "running", "running", "not owed"]
    vague = Told(pack(text.replace("while", "force: must, while")), ("2026-03-02", "referred", {"referral_id": "a"}))
    assert vague.one("2026-03-02T09:00").state == "running"
