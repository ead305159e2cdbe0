"""The oracle, semantics by semantics, on rules of a few lines. The numbers are those of the language reference."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.oracle import answer
from tests.oracle.small import CASE, KIND, WITHIN_TEN, duty, rules
from tests.oracle.stories import ask, days, only_run, story

# --- time -------------------------------------------------------------------------------------------------------------


def test_1_closing_kinds_come_last_and_opening_ones_first() -> None:
    """Recorded in any order, with or without hours."""
    found = ask(rules(CASE), story(("2026-03-02T15:00", "closed"), ("2026-03-02T16:00", "opened")), "2026-03-02")
    assert (found.states["case"], found.out_of_place) == ("closed", ())


ORDER = rules("facts: {last: {type: text, told: {on: told, take: kind}}}")


@pytest.mark.parametrize(
    ("clocks", "last"),
    [(("T10:00", ""), "b"), (("", "T10:00"), "b"), (("T10:00", "T09:00"), "a"), (("T10:00", "T09:00", ""), "c")],
)
def test_1_an_event_without_an_hour_follows_what_was_recorded_before_it(clocks: tuple[str, ...], last: str) -> None:
    """Sent 10:00, acknowledged (no hour) must not turn round."""
    events = [(f"2026-03-02{clock}", "told", {"kind": name}) for name, clock in zip("abc", clocks, strict=False)]
    assert ask(ORDER, story(*events), "2026-03-02").facts["last"] == last


def test_3_an_event_is_not_before_itself() -> None:
    """First entry ever."""
    pack = duty("starts: {on: began, when: {not: {on: began, before: event}}}, due: open")
    found = ask(pack, story(("2026-03-02", "began"), ("2026-04-02", "began")), "2026-04-02")
    assert [(run.start_root, run.state) for run in found.runs] == [("e0", "running"), ("e1", "not_owed")]


BEFORE_PLAN = (
    "starts: began, due: {before: planned_for}, met: done",
    "facts: {planned_for: {type: moment, told: {on: planned, take: date}}}",
)


@pytest.mark.parametrize(
    ("planned", "done", "state", "marks"),
    [
        ("2026-03-10", "2026-03-09", "met", set()),
        ("2026-03-10", "2026-03-10T09:00", "met", {"order_unknown"}),
        ("2026-03-10T14:00", "2026-03-10T09:00", "met", set()),
        ("2026-03-10T14:00", "2026-03-10T14:00", "met", {"late"}),
        ("2026-03-10T14:00", "2026-03-10", "met", {"order_unknown"}),
        ("2026-03-10", "2026-03-11", "met", {"late"}),
    ],
)
def test_4_before_a_moment_whose_hour_may_be_missing(planned: str, done: str, state: str, marks: set[str]) -> None:
    """The day before is sure; on the same day it is met, and marked as one of which the order is unknown."""
    events = story(("2026-03-02", "began"), ("2026-03-03", "planned", {"date": planned}), (done, "done"))
    run = only_run(ask(duty(*BEFORE_PLAN), events, "2026-03-12"), "d")
    assert (run.state, run.marks) == (state, marks)


def test_5_evidence_of_the_same_day_counts_whatever_the_order_of_recording() -> None:
    """If either hour is missing; with both hours the clock decides."""
    for done, state in (("2026-03-02", "met"), ("2026-03-02T08:00", "met")):
        events = story((done, "done"), ("2026-03-02", "began"))
        assert only_run(ask(duty(WITHIN_TEN), events, "2026-03-02"), "d").state == state
    events = story(("2026-03-02T08:00", "done"), ("2026-03-02T09:00", "began"))
    assert only_run(ask(duty(WITHIN_TEN), events, "2026-03-02"), "d").state == "running"


def test_6_a_birthday_starts_a_duty_without_any_event() -> None:
    """And the birth date's event is the cause (50)."""
    pack = duty("starts: {becomes: {age: {at_least: 6 years}}}, due: {within: 30 days}, met: done")
    events = story(("2026-03-02", "birth_date_recorded", {"born": "2020-04-10"}))
    assert ask(pack, events, "2026-04-09").runs == ()
    run = only_run(ask(pack, events, "2026-04-10"), "d")
    assert (run.start_root, run.due) == ("e0", days("2026-05-10"))


@pytest.mark.parametrize(("test", "first"), [("over", "2026-04-11"), ("at_least", "2026-04-10")])
def test_6_ages_turn_on_a_birthday_or_on_the_day_after(test: str, first: str) -> None:
    """`over` begins the day after the birthday."""
    pack = rules(f"decisions: {{old: {{age: {{{test}: 6 years}}}}}}")
    events = story(("2026-03-02", "birth_date_recorded", {"born": "2020-04-10"}))
    (day,) = days(first)
    assert ask(pack, events, str(day)).decisions["old"] is True
    assert ask(pack, events, str(day.replace(day=day.day - 1))).decisions["old"] is False


def test_7_hours_are_elapsed_and_the_exact_hour_is_in_time() -> None:
    """24 hours over the change of clocks of 8 March 2026 end an hour later on the wall."""
    pack = duty("starts: began, due: {within: 24 hours}, met: done")
    start = ("2026-03-07T16:00", "began")
    run = only_run(ask(pack, story(start), "2026-03-07"), "d")
    assert run.due == (datetime(2026, 3, 8, 17, 0),)  # noqa: DTZ001  (a local time)
    for clock, marks in (("17:00", set()), ("17:01", {"late"})):
        events = story(start, (f"2026-03-08T{clock}", "done"))
        assert only_run(ask(pack, events, "2026-03-08"), "d").marks == marks


def test_9_a_day_means_its_end_and_an_instant_includes_it() -> None:
    """Due at 16:00, asked for the day and for the minute."""
    pack = duty("starts: began, due: {within: 24 hours}, met: done")
    events = story(("2026-03-02T16:00", "began"), ("2026-03-04T09:00", "done"))
    asked = [datetime(2026, 3, 3, 16, minute) for minute in (0, 1)]  # noqa: DTZ001  (local times)
    assert [only_run(answer(pack, events, at, {}), "d").overdue for at in asked] == [False, True]
    assert only_run(answer(pack, events, asked[0].date(), {}), "d").overdue
    at = datetime(2026, 3, 4, 9, 0)  # noqa: DTZ001
    assert only_run(answer(pack, events, at, {}), "d").state == "met"


# --- the fold ---------------------------------------------------------------------------------------------------------


def test_11_bars_look_just_before_the_event_and_duties_just_after() -> None:
    """A closing that ends the very state under which closing is forbidden."""
    pack = rules(
        f"{CASE}\nbars: {{b: {{owner: worker, forbids: {{on: closed, when: case.open}}}}}}\n"
        "duties: {d: {owner: worker, starts: {on: closed, when: case.closed}, due: open}}"
    )
    found = ask(pack, story(("2026-03-02", "opened"), ("2026-03-05", "closed")), "2026-03-05")
    assert [one.state for one in found.breaches] == ["broken"]
    assert only_run(found, "d").state == "running"


def test_14_the_start_is_no_evidence_unless_the_rule_says_so() -> None:
    """`since: start`."""
    plain = duty("starts: began, due: {within: 5 days}, met: began")
    says = duty("starts: began, due: {within: 5 days}, met: {on: began, since: start}")
    assert only_run(ask(plain, story(("2026-03-02", "began")), "2026-03-02"), "d").state == "running"
    assert only_run(ask(says, story(("2026-03-02", "began")), "2026-03-02"), "d").state == "met"


def test_15_one_event_meets_every_open_duty_but_one_run_of_a_series() -> None:
    """The oldest; and it is used once."""
    pack = duty("starts: began, due: {within: 10 days}, repeats: from due, met: done")
    events = story(("2026-03-02", "began"), ("2026-03-25", "done"))
    runs = ask(pack, events, "2026-03-25").of("d")
    assert [run.state for run in runs] == ["met", "running", "running"]
    assert [run.due for run in runs] == [days("2026-03-12"), days("2026-03-22"), days("2026-04-01")]


def test_15_two_runs_by_two_starts_are_both_met() -> None:
    """Two starts open two series (`again: opens`)."""
    events = story(("2026-03-02", "began"), ("2026-03-03", "began"), ("2026-03-04", "done"))
    assert [run.state for run in ask(duty(WITHIN_TEN), events, "2026-03-04").of("d")] == ["met", "met"]


def test_17_look_back_takes_the_latest_and_the_series_goes_on_from_it() -> None:
    """33: the next run counts from evidence that is older than the start; it never reaches behind it."""
    pack = duty(
        "starts: began, due: {within: 6 months}, repeats: from met, met: {on: done, since: 30 days before start}"
    )
    events = story(("2026-02-20", "done"), ("2026-03-05", "done"), ("2026-03-10", "began"))
    first, second = ask(pack, events, "2026-03-10").of("d")
    assert (first.state, first.met_on, first.marks) == ("met", *days("2026-03-05"), {"looked_back"})
    assert (second.state, second.due) == ("running", days("2026-09-05"))


def test_18_the_due_date_that_judges_is_the_one_before_the_event() -> None:
    """Twelve months after the last one would move itself."""
    pack = duty(
        "starts: began, due: {by: 10 days after last}, met: done",
        "facts: {last: {type: date, told: {on: [began, done], take: event}}}",
    )
    events = story(("2026-03-02", "began"), ("2026-03-20", "done"))
    assert only_run(ask(pack, events, "2026-03-20"), "d").marks == {"late"}


def test_19_an_event_without_a_transition_is_out_of_place() -> None:
    """It happened all the same."""
    found = ask(rules(CASE), story(("2026-03-02", "opened"), ("2026-03-03", "opened")), "2026-03-03")
    assert found.out_of_place == (("case", "e1"),)


# --- when and while ---------------------------------------------------------------------------------------------------


def test_20_when_asks_once_and_while_always() -> None:
    """The same condition, in one word or the other."""
    events = story(
        ("2026-03-01", "told", {"kind": "a"}), ("2026-03-02", "began"), ("2026-03-04", "told", {"kind": "b"})
    )
    for word, due in (("when", "2026-03-12"), ("while", "2026-04-01")):
        pack = duty(f"starts: began, due: [{{{word}: {{kind: a}}, within: 10 days}}, {{within: 30 days}}]", KIND)
        assert only_run(ask(pack, events, "2026-03-05"), "d").due == days(due)


def test_23_a_start_that_does_not_apply_leaves_a_row() -> None:
    """False: not owed; unknown: undetermined, naming the fact (24)."""
    pack = duty("starts: {on: began, when: {kind: a}}, due: {within: 10 days}", KIND)
    events = story(("2026-03-01", "began"), ("2026-03-02", "told", {"kind": "b"}), ("2026-03-03", "began"))
    rows = ask(pack, events, "2026-03-30").runs
    assert [(row.state, row.waits_for, row.false_start) for row in rows] == [
        ("undetermined", ("kind",), False),
        ("not_owed", (), True),
    ]


def test_24_open_world_for_facts_closed_world_for_events() -> None:
    """`known` can always be answered."""
    pack = rules(
        f"{KIND}\ndecisions: {{a: {{kind: a}}, b: {{kind: {{known: yes}}}}, c: {{on: done}}, "
        "d: {all: [{kind: a}, {on: done}]}, e: {any: [{kind: a}, {not: {on: done}}]}}"
    )
    found = ask(pack, story(("2026-03-01", "began")), "2026-03-01").decisions
    assert found == {"a": None, "b": False, "c": False, "d": False, "e": True}


def test_25_cancelled_looks_only_after_the_start() -> None:
    """What came before does not end it."""
    pack = duty(f"{WITHIN_TEN}, cancelled: left")
    events = story(("2026-03-01", "left"), ("2026-03-02", "began"), ("2026-03-05", "left"))
    assert only_run(ask(pack, events, "2026-03-04"), "d").state == "running"
    assert only_run(ask(pack, events, "2026-03-05"), "d").state == "cancelled"


# --- choices ----------------------------------------------------------------------------------------------------------


def test_26_readings_that_differ_only_in_dates_that_no_longer_matter_agree() -> None:
    """Running, the choice matters; met in time under both, it does not."""
    pack = duty(
        "starts: began, due: [{when: {how: long}, within: 30 days}, {when: {how: short}, within: 10 days}], met: done",
        "choices: {how: {options: [long, short]}}",
    )
    running = only_run(ask(pack, story(("2026-03-02", "began")), "2026-03-02"), "d")
    assert (running.state, running.waits_for, running.due) == (
        "undetermined",
        ("how",),
        days("2026-03-12", "2026-04-01"),
    )
    for done, state in (("2026-03-12", "met"), ("2026-03-13", "undetermined"), ("2026-04-02", "met")):
        run = only_run(ask(pack, story(("2026-03-02", "began"), (done, "done")), "2026-04-02"), "d")
        assert (run.state, run.met_on) == (state, *days(done))


def test_28_three_kinds_of_no_number() -> None:
    """Open, a choice, and a fact that is not told."""
    choice = "choices: {limit: {type: span}}"
    events = story(("2026-03-02", "began"))
    assert only_run(ask(duty("starts: began, due: open"), events, "2026-03-02"), "d").state == "running"
    run = only_run(ask(duty("starts: began, due: {within: limit}", choice), events, "2026-03-02"), "d")
    assert (run.state, run.waits_for) == ("undetermined", ("limit",))
    run = only_run(ask(duty("starts: began, due: {within: limit}", choice), events, "2026-03-02", limit="5 days"), "d")
    assert (run.state, run.due) == ("running", days("2026-03-07"))


def test_29_a_settled_choice_has_a_day_from_which_it_holds() -> None:
    """Starts before that day wait for it still."""
    pack = duty("starts: began, due: {within: limit}", "choices: {limit: {type: span}}")
    events = story(("2026-03-02", "began"), ("2026-03-09", "began"))
    runs = ask(pack, events, "2026-03-09", limit={"is": "5 days", "from": "2026-03-05"}).of("d")
    assert [(run.state, run.due) for run in runs] == [("undetermined", ()), ("running", days("2026-03-14"))]


# --- dates ------------------------------------------------------------------------------------------------------------


def test_30_earliest_leaves_out_what_is_unknown_and_latest_waits() -> None:
    """An upper bound, or no date."""
    legs = "[{within: 30 days}, {by: planned_for}]"
    events = story(("2026-03-02", "began"), ("2026-03-05", "planned", {"date": "2026-03-20T10:00"}))
    for word, before, after in (
        ("earliest", days("2026-04-01"), (datetime(2026, 3, 20, 10, 0),)),  # noqa: DTZ001
        ("latest", (), days("2026-04-01")),
    ):
        pack = duty(f"starts: began, due: {{{word}: {legs}}}", BEFORE_PLAN[1])
        assert only_run(ask(pack, events, "2026-03-04"), "d").due == before
        assert only_run(ask(pack, events, "2026-03-05"), "d").due == after


def test_32_a_grid_counts_from_its_origin() -> None:
    """31 January, 28 February, 31 March."""
    pack = duty("starts: began, due: {within: 1 month}, repeats: from due, met: done")
    runs = ask(pack, story(("2025-12-31", "began")), "2026-03-30").of("d")
    assert [run.due[0] for run in runs] == list(days("2026-01-31", "2026-02-28", "2026-03-31"))
    assert [run.overdue for run in runs] == [True, True, False]


def test_32_evidence_of_a_grid_begins_the_day_after_the_old_due_date() -> None:
    """Two visits a month; three in March are not one for April, and the late one does not mend March (41)."""
    pack = duty(
        "starts: began, due: {by: end of month}, repeats: from due, met: {on: done, times: 2, by: due}, cancelled: left"
    )
    visits = [(day, "done") for day in ("2026-03-05", "2026-03-12", "2026-03-31", "2026-04-10", "2026-05-02")]
    runs = ask(pack, story(("2026-03-02", "began"), *visits), "2026-05-03").of("d")
    assert [(run.state, run.due) for run in runs] == [
        ("met", days("2026-03-31")),
        ("missed", days("2026-04-30")),
        ("running", days("2026-05-31")),
    ]
    runs = ask(pack, story(("2026-03-02", "began"), *visits[:2], ("2026-03-20", "left")), "2026-06-03").of("d")
    assert [run.state for run in runs] == ["met", "cancelled"]


def test_37_rolling_comes_last_and_chains_count_from_the_unrolled_date() -> None:
    """Saturday 14 March 2026 rolls to Monday; the next ten days count from Saturday."""
    pack = duty(
        "starts: began, due: {by: [10 days after start, 10 days after previous.due], rolls: next court day}, "
        "repeats: from due, met: done",
        "calendars: {court: {closed: ['2026-03-31']}}",
    )
    runs = ask(pack, story(("2026-03-04", "began")), "2026-03-17").of("d")
    assert [run.due[0] for run in runs] == list(days("2026-03-16", "2026-03-24"))


def test_38_hours_from_a_date_give_a_range() -> None:
    """Overdue only after its later end."""
    pack = duty("starts: began, due: {within: 36 hours}, met: done")
    assert not ask(pack, story(("2026-03-02", "began")), "2026-03-03").overdue
    assert ask(pack, story(("2026-03-02", "began")), "2026-03-04").overdue == ("d",)
    run = only_run(ask(pack, story(("2026-03-02", "began"), ("2026-03-03T11:00", "done")), "2026-03-04"), "d")
    assert (run.state, run.marks) == ("met", set())
    run = only_run(ask(pack, story(("2026-03-02", "began"), ("2026-03-03T13:00", "done")), "2026-03-04"), "d")
    assert (run.state, run.marks) == ("met", {"order_unknown"})


# --- outcomes ---------------------------------------------------------------------------------------------------------


def test_40_out_of_sequence_for_an_event_and_late_for_a_date() -> None:
    """The leg's own kind decides."""
    pack = duty("starts: began, due: {before: {on: left}}, met: done")
    events = story(("2026-03-02", "began"), ("2026-03-05", "left"), ("2026-03-06", "done"))
    assert only_run(ask(pack, events, "2026-03-04"), "d").due == ()
    assert only_run(ask(pack, events, "2026-03-05"), "d").overdue
    assert only_run(ask(pack, events, "2026-03-06"), "d").marks == {"out_of_sequence"}


@pytest.mark.parametrize(
    ("body", "state", "overdue"),
    [
        ("starts: began, due: {within: 10 days}, met: done", "running", True),
        ("starts: began, due: {within: 10 days}, met: {on: done, by: due}", "missed", False),
        ("starts: began, due: {within: 10 days}, met: done, force: may", "missed", False),
        ("starts: began, due: {within: 10 days}, met: done, force: should", "running", False),
    ],
)
def test_41_what_the_clock_ends(body: str, state: str, overdue: bool) -> None:
    """Only a `must` is ever overdue; a `may` and a closed window end as missed."""
    assert only_run(ask(duty(body), story(("2026-03-02", "began")), "2026-03-12"), "d").state == "running"
    run = only_run(ask(duty(body), story(("2026-03-02", "began")), "2026-03-13"), "d")
    assert (run.state, run.overdue) == (state, overdue)


def test_42_what_ends_after_its_due_moment_was_missed() -> None:
    """By cancelling, by restarting, by leaving the population."""
    late = ("2026-03-20", "left")
    pack = duty(f"{WITHIN_TEN}, cancelled: left")
    assert only_run(ask(pack, story(("2026-03-02", "began"), late), "2026-03-20"), "d").state == "missed"
    pack = duty(f"{WITHIN_TEN}, again: restarts")
    runs = ask(pack, story(("2026-03-02", "began"), ("2026-03-20", "began")), "2026-03-20").of("d")
    assert [run.state for run in runs] == ["missed", "running"]
    pack = duty(f"{WITHIN_TEN}, while: {{not: {{on: left}}}}")
    assert only_run(ask(pack, story(("2026-03-02", "began"), late), "2026-03-20"), "d").state == "missed"


def test_44_an_excuse_is_dated_by_the_due_moment_unless_the_rule_says_otherwise() -> None:
    """`by: ever`."""
    for excused, state in (("left", "running"), ("{on: left, by: ever}", "excused")):
        pack = duty(f"{WITHIN_TEN}, excused: {excused}")
        for left, expected in (("2026-03-20", state), ("2026-03-10", "excused")):
            run = only_run(ask(pack, story(("2026-03-02", "began"), (left, "left")), "2026-03-20"), "d")
            assert run.state == expected


def test_45_a_barred_event_counts_unless_the_rule_minds() -> None:
    """`with: [{barred: no}]`."""
    bar = "bars: {b: {owner: worker, forbids: {on: done, where: {shows: {lacks: [child]}}}}}"
    events = story(("2026-03-02", "began"), ("2026-03-05", "done", {"shows": ["aunt"]}))
    assert only_run(ask(duty(WITHIN_TEN, bar), events, "2026-03-05"), "d").state == "met"
    minds = duty("starts: began, due: open, met: {on: done, with: [{barred: no}]}", bar)
    run = only_run(ask(minds, events, "2026-03-05"), "d")
    assert (run.state, run.missing) == ("running", ("barred",))


def test_46_a_bar_that_cannot_be_judged_names_the_fact() -> None:
    """Nobody told the kind."""
    pack = rules(f"{KIND}\nbars: {{b: {{owner: worker, forbids: {{on: done, when: {{kind: a}}}}}}}}")
    (breach,) = ask(pack, story(("2026-03-02", "done")), "2026-03-02").breaches
    assert (breach.state, breach.waits_for) == ("undetermined", ("kind",))


# --- instances, identity, versions ------------------------------------------------------------------------------------


def test_47_instances_are_met_by_their_own_events_and_ended_by_common_ones() -> None:
    """`done` declares the field, `closed` does not."""
    pack = duty(f"per: id, {WITHIN_TEN}, cancelled: closed")
    events = story(
        ("2026-03-02", "began", {"id": "x"}),
        ("2026-03-03", "began", {"id": "y"}),
        ("2026-03-04", "began", {"id": "z"}),
        ("2026-03-05", "done", {"id": "y"}),
        ("2026-03-06", "closed"),
    )
    runs = ask(pack, events, "2026-03-06").of("d")
    assert [(run.instance, run.instance_root, run.state) for run in runs] == [
        ("x", "e0", "cancelled"),
        ("y", "e1", "met"),
        ("z", "e2", "cancelled"),
    ]


def test_49_a_correction_moves_the_run_and_keeps_its_identity() -> None:
    """Also when the instance's own value was mistyped."""
    pack = duty(f"per: id, {WITHIN_TEN}")
    events = story(
        ("2026-03-02", "began", {"id": "x"}),
        ("2026-03-05", "began", {"id": "y"}, {"corrects": "e0"}),
        ("2026-03-06", "done", {"id": "x"}),
    )
    run = only_run(ask(pack, events, "2026-03-07"), "d")
    assert (run.key, run.instance, run.due, run.state) == (("d", "e0", "e0", 1), "y", days("2026-03-15"), "running")


def test_51_what_is_retracted_is_gone() -> None:
    """With its runs."""
    events = story(("2026-03-02", "began"), ("2026-03-02", "began", {}, {"retracts": "e0"}))
    assert ask(duty(WITHIN_TEN), events, "2026-03-02").runs == ()


def test_52_the_version_is_chosen_by_the_start_and_anew_for_each_run() -> None:
    """Owner and limit change on 10 March."""
    pack = duty(
        f"{WITHIN_TEN}, repeats: from met, "
        "versions: [{from: '2026-03-10', owner: clinician, due: {within: 5 days}}]"
    )
    events = story(("2026-03-02", "began"), ("2026-03-11", "done"))
    runs = ask(pack, events, "2026-03-11").of("d")
    assert [(run.owner, run.due) for run in runs] == [
        (("worker",), days("2026-03-12")),
        (("clinician",), days("2026-03-16")),
    ]


def test_53_a_rule_starts_nothing_before_it_is_in_force() -> None:
    """Nor after."""
    pack = duty(f"{WITHIN_TEN}, in_force: {{from: '2026-03-02', until: '2026-03-03'}}")
    events = story(*((f"2026-03-0{day}", "began") for day in range(1, 5)))
    assert [run.start_root for run in ask(pack, events, "2026-03-05").of("d")] == ["e1", "e2"]


def test_54_evidence_may_be_dated_by_its_first_entry_stamp() -> None:
    """Done in time, entered too late; before it was entered it is not there."""
    pack = duty("starts: began, due: {within: 5 days}, met: {on: done, dated: recorded}")
    entered = {"recorded": "2026-03-09T10:00:00"}
    events = story(("2026-03-02", "began"), ("2026-03-04", "done", {}, entered))
    assert only_run(ask(pack, events, "2026-03-08"), "d").overdue
    run = only_run(ask(pack, events, "2026-03-09"), "d")
    assert (run.state, run.met_on, run.marks) == ("met", *days("2026-03-09"), {"late"})


def test_55_ignored_starts_count_only_if_they_applied() -> None:
    """Not eligible at first, eligible later; after that nothing more."""
    pack = duty("starts: {on: began, when: {kind: a}}, again: ignored, due: open, met: done", KIND)
    events = story(
        ("2026-03-01", "told", {"kind": "b"}),
        ("2026-03-02", "began"),
        ("2026-03-03", "told", {"kind": "a"}),
        ("2026-03-04", "began"),
        ("2026-03-05", "done"),
        ("2026-03-06", "began"),
    )
    assert [(run.start_root, run.state) for run in ask(pack, events, "2026-03-06").of("d")] == [("e3", "met")]
