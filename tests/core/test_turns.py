"""Evidence whose head is no event: a condition that turns, a moment that is reached; bounds, `when`, `times`."""

from __future__ import annotations

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


def test_a_moment_of_a_window_that_reaches_back_meets_at_once() -> None:
    rules = duty(RULE + "met: {at: plan_until, since: 5 days before start}")
    for until, state in (("2026-02-24", "running"), ("2026-02-25", "met"), ("2026-03-02", "met")):
        story = Told(rules, ("2026-02-20", "plan_made", {"until": until}), OPENED)
        assert story.one("2026-03-02").state == state
    assert (
        "looked back"
        in Told(rules, ("2026-02-20", "plan_made", {"until": "2026-02-25"}), OPENED).one("2026-03-02").marks
    )


def test_time_turns_a_condition_as_soon_as_nothing_else_decides_it() -> None:
    """While the level says no, the birthday turns nothing; it does as soon as the level says yes."""
    rules = duty(
        "starts: {becomes: {all: [{level: high}, {age: {at_least: 6 years}}]}}, due: {within: 10 days}, met: answered"
    )
    born = ("2026-03-01", "birth_date_told", {"born": "2020-03-10"})
    for levels, due in (
        ([level("2026-03-02", "low"), level("2026-03-05", "high")], "2026-03-20"),
        ([level("2026-03-02", "low"), level("2026-03-12", "high")], "2026-03-22"),
        ([level("2026-03-02", "high"), level("2026-03-09", "low"), level("2026-03-11", "high")], "2026-03-21"),
        ([level("2026-03-02", "high"), level("2026-03-03", "low"), level("2026-03-04", "high")], "2026-03-20"),
    ):
        assert Told(rules, born, *levels).states("2026-03-15") == [("running", due)]


# --- what turned before the run opened --------------------------------------------------------------------------------

BACK = RULE + "met: {becomes: {level: high}, since: 5 days before start}"


def test_a_window_that_reaches_back_takes_what_turned_in_it() -> None:
    for on, state in (("2026-02-24", "running"), ("2026-02-25", "met"), ("2026-03-01", "met"), ("2026-03-04", "met")):
        story = Told(duty(BACK), level("2026-02-20", "low"), level(on, "high"), OPENED)
        assert story.one("2026-03-04").state == state
    story = Told(
        duty(BACK), level("2026-02-20", "low"), level("2026-02-26", "high"), level("2026-02-27", "low"), OPENED
    )
    assert (story.one("2026-03-02").state, story.proof("2026-03-02").evidence) == ("met", (2,))
    assert story.one("2026-03-02").marks == ("looked back",)


def test_what_has_held_all_the_time_did_not_turn_in_the_window() -> None:
    story = Told(duty(BACK), level("2026-02-20", "high"), level("2026-02-26", "high"), OPENED)
    assert story.one("2026-03-02").state == "running"
    away = [level("2026-02-20", "high"), ("2026-02-26", "status_told", {"eligible": True}), OPENED]
    assert (
        Told(duty(BACK), *away, level("2026-03-03", "low"), level("2026-03-04", "high")).one("2026-03-04").state
        == "met"
    )


def test_on_the_day_of_the_start_it_counts_without_a_bound_unless_both_hours_are_known() -> None:
    rules = duty("starts: referred, due: {within: 10 days}, met: {becomes: {level: high}}")
    for told, started, state in (
        ("2026-03-02", "2026-03-02", "met"),
        ("2026-03-02T09:00", "2026-03-02", "met"),
        ("2026-03-02T09:00", "2026-03-02T10:00", "running"),
        ("2026-03-01", "2026-03-02", "running"),
    ):
        story = Told(rules, level("2026-02-01", "low"), level(told, "high"), (started, "referred"))
        assert story.one("2026-03-02").state == state


def test_what_turned_as_the_run_opened_is_its_start_unless_the_line_says_so() -> None:
    high = level("2026-03-02", "high")
    for bound, state in (("", "running"), (", since: start", "met"), (", since: 5 days before start", "running")):
        rules = duty(f"starts: status_told, due: {{within: 10 days}}, met: {{becomes: {{level: high}}{bound}}}")
        assert Told(rules, high).one("2026-03-02").state == state


def test_its_when_is_judged_when_it_turned_not_when_the_run_opens() -> None:
    rules = duty(RULE + "met: {becomes: {level: high}, since: 5 days before start, when: {eligible: yes}}")
    yes, no = ({"eligible": value} for value in (True, False))
    first, last = ("2026-02-25", "status_told"), ("2026-02-28", "status_told")
    high = level("2026-02-27", "high")
    assert Told(rules, (*first, yes), high, (*last, no), OPENED).one("2026-03-02").state == "met"
    assert Told(rules, (*first, no), high, (*last, yes), OPENED).one("2026-03-02").state == "running"
    unknown = Told(rules, high, (*last, yes), OPENED).one("2026-03-02")
    assert (unknown.state, unknown.waits_for) == ("undetermined", ("eligible",))


def test_some_before_the_opening_and_some_after_it_make_the_number_full() -> None:
    rules = duty(RULE + "met: {label: high level, becomes: {level: high}, times: 2, since: 5 days before start}")
    told = [level("2026-02-26", "high"), level("2026-02-27", "low"), OPENED, level("2026-03-04", "high")]
    story = Told(rules, *told)
    assert story.one("2026-03-02").wanting == ("1 more of high level",)
    assert story.proof("2026-03-04").evidence == (1, 4)
    thrice = [
        level("2026-02-25", "high"),
        level("2026-02-26", "low"),
        level("2026-02-27", "high"),
        level("2026-02-28", "low"),
    ]
    assert Told(rules, *thrice, level("2026-03-01", "high"), OPENED).proof("2026-03-02").evidence == (
        3,
        5,
    )  # the latest


def test_of_several_events_of_one_day_the_one_that_turned_it_is_the_evidence() -> None:
    rules = duty(RULE + "met: {becomes: {all: [{level: high}, {score: {over: 3}}]}, since: 5 days before start}")
    told = [("2026-02-26", "status_told", {"score": 2}), level("2026-02-26", "high")]
    told += [("2026-02-26", "status_told", {"score": 5}), ("2026-02-26", "status_told", {"score": 7})]
    assert Told(rules, *told, OPENED).proof("2026-03-02").evidence == (3,)


def test_time_alone_may_have_turned_it() -> None:
    rules = duty(RULE + "met: {becomes: {age: {at_least: 6 years}}, since: 5 days before start}")
    for born, state in (("2020-02-24", "running"), ("2020-02-25", "met")):
        assert Told(rules, ("2026-02-01", "birth_date_told", {"born": born}), OPENED).one("2026-03-02").state == state


def test_another_duty_may_have_been_met_or_late_in_the_window() -> None:
    other = "other: {label: Other, starts: referred, due: {within: 3 days}, met: answered}"
    for head, answered, state in (
        ("becomes: other.met", "2026-02-26", "met"),
        ("becomes: other.met", "2026-02-24", "running"),
        ("becomes: other.overdue", "2026-02-27", "met"),
        ("ceases: other.running", "2026-02-26", "met"),
    ):
        rules = duty(RULE + f"met: {{{head}, since: 5 days before start}}}}, {other.removesuffix('}')}")
        story = Told(
            rules, ("2026-02-22", "referred", {"referral_id": "R"}), ("2026-02-" + answered[-2:], "answered"), OPENED
        )
        assert story.one("2026-03-02").state == state


def test_a_series_takes_each_turn_once_and_never_reaches_behind_the_one_before() -> None:
    body = "starts: case_opened, due: {within: 10 days}, repeats: from met, "
    rules = duty(body + "met: {becomes: {level: high}, since: 20 days before start}")
    turns = [
        level("2026-02-20", "high"),
        level("2026-02-21", "low"),
        level("2026-02-25", "high"),
        level("2026-02-26", "low"),
    ]
    story = Told(rules, *turns, OPENED, level("2026-03-05", "high"))
    assert story.states("2026-03-04") == [("met", "2026-03-12"), ("running", "2026-03-07")]
    assert [state for state, _ in story.states("2026-03-05")] == ["met", "met", "running"]
    ages = duty(body + "met: {becomes: {age: {at_least: 6 years}}, since: 20 days before start}")
    born = ("2026-02-01", "birth_date_told", {"born": "2020-02-25"})
    assert [state for state, _ in Told(ages, born, OPENED).states("2026-03-04")] == ["met", "running"]


def test_one_turn_meets_one_run_of_a_grid() -> None:
    rules = duty(
        "starts: case_opened, due: {within: 5 days}, repeats: from due, met: {becomes: {level: high}, since: origin}"
    )
    story = Told(rules, OPENED, level("2026-03-09", "high"))
    assert [state for state, _ in story.states("2026-03-09")] == ["met", "running"]


def test_a_window_that_moves_is_asked_about_all_that_turned() -> None:
    rules = duty(RULE + "met: {becomes: {level: high}, since: 5 days before hearing}")
    told = [level("2026-02-20", "high"), ("2026-02-21", "hearing_set", {"date": "2026-03-20"}), OPENED]
    earlier = ("2026-03-03", "hearing_set", {"date": "2026-02-25"})
    story = Told(rules, *told, earlier)
    assert [story.one(on).state for on in ("2026-03-02", "2026-03-03")] == ["running", "met"]


def test_what_cancels_comes_after_the_opening_whatever_its_bound() -> None:
    rules = duty(RULE + "met: answered, cancelled: {becomes: {level: high}, since: 5 days before start}")
    before = [level("2026-02-26", "high"), level("2026-02-27", "low"), OPENED]
    assert Told(rules, *before).one("2026-03-02").state == "running"
    assert Told(rules, *before, level("2026-03-04", "high")).one("2026-03-04").state == "cancelled"


def test_what_lifted_it_before_the_opening_excuses() -> None:
    rules = duty(RULE + "met: answered, excused: {ceases: {eligible: yes}, since: 5 days before start}")
    yes, no = ("2026-02-01", "status_told", {"eligible": True}), ("2026-02-26", "status_told", {"eligible": False})
    assert Told(rules, yes, no, OPENED).one("2026-03-02").state == "excused"


def test_what_is_unknown_as_the_run_opens_has_not_turned_if_it_was_so_before() -> None:
    rules = duty(RULE + "met: {becomes: {score: {over: 3}}}")
    score = ("2026-02-20", "status_told", {"score": 5})
    story = Told(rules, score, OPENED, ("2026-03-03", "status_told", {"score": 6}))
    assert story.one("2026-03-03").state == "running"


def test_an_age_may_be_held_against_a_told_length_in_hours() -> None:
    rules = duty("starts: {becomes: {age: {at_least: limit}}}, due: {within: 10 days}, met: answered")
    told = [
        ("2026-03-02", "birth_date_told", {"born": "2026-03-01"}),
        ("2026-03-02", "plan_made", {"limit": "30 hours"}),
    ]
    story = Told(rules, *told)
    assert (story.all("2026-03-02"), story.one("2026-03-03").due) == ([], "2026-03-13")


def test_an_event_and_what_it_turns_are_looked_at_together() -> None:
    rules = duty(RULE + "met: {any: [plan_made, {at: plan_until}]}")
    story = Told(rules, OPENED, ("2026-03-15", "plan_made", {"until": "2026-03-05"}))
    assert (story.one("2026-03-15").state, story.one("2026-03-15").marks) == ("met", ())
