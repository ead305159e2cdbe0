"""Unknown is not no: starts, evidence, rows and ends of which it cannot be said whether they apply."""

from __future__ import annotations

from tests.core.packs import asked, duty, states, story

WITHIN = "due: {within: 5 days}"


def test_a_start_whose_field_is_not_told_leaves_an_undetermined_row() -> None:
    rules = duty(f"starts: {{on: began, where: {{sort: a}}}}, {WITHIN}, met: done")
    (found,) = asked(rules, story(("2026-03-02", "began")), "2026-03-20")
    assert (found.state, found.waits_for, found.overdue) == ("undetermined", ("began.sort",), False)
    assert states(rules, story(("2026-03-02", "began", {"sort": "b"})), "2026-03-20") == []


def test_a_start_that_perhaps_was_none_can_be_met_and_is_never_missed() -> None:
    rules = duty(f"starts: {{on: began, when: {{sort_told: a}}}}, force: may, {WITHIN}, met: done")
    told = story(("2026-03-02", "began"), ("2026-03-20", "done"))
    assert states(rules, told, "2026-03-19") == ["undetermined"]
    assert states(rules, told, "2026-03-20") == ["met"]


def test_a_start_that_perhaps_was_none_restarts_nothing_and_uses_up_no_chance() -> None:
    told = story(
        ("2026-03-02", "began", {"sort": "a"}),
        ("2026-03-03", "began"),
        ("2026-03-04", "began", {"sort": "a"}),
    )
    restarts = duty(f"starts: {{on: began, where: {{sort: a}}}}, again: restarts, {WITHIN}, met: done")
    assert states(restarts, told[:2], "2026-03-03") == ["running", "undetermined"]
    assert states(restarts, told, "2026-03-04") == ["cancelled", "cancelled", "running"]
    ignored = duty(f"starts: {{on: began, where: {{sort: a}}}}, again: ignored, {WITHIN}, met: done")
    assert states(ignored, told[1:], "2026-03-04") == ["undetermined", "running"]


def test_what_follows_a_start_that_perhaps_was_none_is_undetermined_too() -> None:
    rules = duty(f"starts: {{on: began, when: {{sort_told: a}}}}, repeats: from met, {WITHIN}, met: done")
    told = story(("2026-03-02", "began"), ("2026-03-04", "done"))
    found = asked(rules, told, "2026-03-20")
    assert [(one.state, one.overdue) for one in found] == [("met", False), ("undetermined", False)]


def test_evidence_whose_field_is_not_told_leaves_it_open_whether_it_is_met() -> None:
    rules = duty(f"starts: began, {WITHIN}, met: {{on: done, where: {{sort: a}}}}")
    told = story(("2026-03-02", "began"), ("2026-03-03", "done"), ("2026-03-09", "done", {"sort": "a"}))
    (found,) = asked(rules, told, "2026-03-08")
    assert (found.state, found.waits_for, found.overdue) == ("undetermined", ("done.sort",), False)
    assert states(rules, told, "2026-03-09") == ["met"]


def test_an_unknown_part_matters_only_where_the_others_are_there() -> None:
    rules = duty(f"starts: began, {WITHIN}, met: {{all: [{{on: done, where: {{sort: a}}}}, left]}}")
    told = story(("2026-03-02", "began"), ("2026-03-03", "done"), ("2026-03-09", "left"))
    (found,) = asked(rules, told, "2026-03-08")
    assert (found.state, found.overdue, found.wanting) == ("running", True, ())
    assert states(rules, told, "2026-03-09") == ["undetermined"]


def test_a_value_that_is_perhaps_needed_leaves_it_open_whether_it_is_met() -> None:
    rules = duty(f"starts: began, {WITHIN}, met: {{on: done, each: {{by: [ann, {{when: {{flag: yes}}, is: bob}}]}}}}")
    told = story(
        ("2026-03-02", "began"), ("2026-03-03", "done", {"by": "ann"}), ("2026-03-09", "told", {"flag": False})
    )
    (found,) = asked(rules, told, "2026-03-08")
    assert (found.state, found.waits_for, found.wanting, found.overdue) == ("undetermined", ("flag",), ("bob",), False)
    (met,) = asked(rules, told, "2026-03-09")
    assert (met.state, met.marks) == ("met", ())  # dated by the last item, not by the day on which it was known


def test_a_bound_by_a_fact_that_nobody_told_is_unknown_until_it_is_told() -> None:
    rules = duty(f"starts: began, {WITHIN}, met: {{on: done, since: day_told}}")
    day = story(("2026-03-01", "began"))[0].day
    told = story(("2026-03-02", "began"), ("2026-03-03", "done"), ("2026-03-05", "told", {"day": day}))
    (found,) = asked(rules, told, "2026-03-04")
    assert (found.state, found.waits_for) == ("undetermined", ("day_told",))
    assert states(rules, told, "2026-03-05") == ["met"]


def test_evidence_on_the_day_of_a_bound_without_its_hour_is_unknown_on_either_side() -> None:
    for bound in ("since: moment", "by: moment"):
        rules = duty(f"starts: began, {WITHIN}, met: {{on: done, {bound}}}")
        day = story(("2026-03-03", "began"))[0].day
        told = story(
            ("2026-03-02", "began"), ("2026-03-02", "told", {"moment": (day, -1)}), ("2026-03-03T10:00", "done")
        )
        (found,) = asked(rules, told, "2026-03-03")
        assert (found.state, found.waits_for) == ("undetermined", ("the hour of done",))


def test_rows_of_force_keep_the_answer_that_they_had_at_the_start() -> None:
    rules = duty(f"starts: began, force: [{{when: {{sort_told: a}}, is: must}}, {{is: may}}], {WITHIN}, met: done")
    told = story(("2026-03-01", "told", {"sort": "a"}), ("2026-03-02", "began"), ("2026-03-03", "told", {"sort": "b"}))
    (found,) = asked(rules, told, "2026-03-20")
    assert (found.state, found.force, found.overdue) == ("running", "must", True)


def test_a_force_that_is_not_known_is_neither_overdue_nor_lapsed() -> None:
    rules = duty(f"starts: began, force: [{{when: {{sort_told: a}}, is: must}}, {{is: may}}], {WITHIN}, met: done")
    (found,) = asked(rules, story(("2026-03-02", "began")), "2026-03-20")
    assert (found.state, found.waits_for, found.overdue) == ("undetermined", ("sort_told",), False)


def test_a_series_of_which_it_is_not_known_from_where_it_repeats_goes_on_undetermined() -> None:
    rows = "[{when: {sort_told: a}, is: from met}, {is: from due}]"
    rules = duty(f"starts: began, repeats: {rows}, {WITHIN}, met: done")
    found = asked(rules, story(("2026-03-02", "began"), ("2026-03-03", "done")), "2026-03-03")
    assert [(one.state, one.waits_for) for one in found] == [("met", ()), ("undetermined", ("sort_told",))]
