"""Starts that take several things: any of them, all of them, so many; within bounds, and counted from another date."""

from __future__ import annotations

import pytest

from icpm_engine.errors import PackError
from icpm_engine.history import Entry, fold
from icpm_engine.history.changes import changes
from tests.core.told import CASE, Told, duty, entry

BOTH = "starts: {all: [referred, {on: screened, where: {result: positive}}]}, due: {within: 10 days}, met: answered"


def test_all_of_several_open_a_run_when_the_last_has_come() -> None:
    told = Told(duty(BOTH), ("2026-03-02", "screened", {"result": "positive"}), ("2026-03-09", "referred"))
    assert told.all("2026-03-08") == []
    assert told.states("2026-03-09") == [("running", "2026-03-19")]
    assert told.one("2026-03-09").id == "C-1/it/2-0"
    assert "It starts from referred on 2026-03-09 (entry 2)" in str(told.proof("2026-03-09"))


def test_it_opens_once_however_often_the_parts_come() -> None:
    told = Told(
        duty(BOTH),
        ("2026-03-02", "screened", {"result": "positive"}),
        ("2026-03-09", "referred"),
        ("2026-03-12", "screened", {"result": "positive"}),
        ("2026-03-13", "referred"),
    )
    assert len(told.all("2026-03-20")) == 1


def test_a_part_that_lapses_may_complete_it_again() -> None:
    rules = duty("starts: {all: [referred, screened], since: 5 days before now}, due: {within: 3 days}, met: answered")
    told = Told(
        rules,
        ("2026-03-02", "screened"),
        ("2026-03-05", "referred"),
        ("2026-03-16", "screened"),
        ("2026-03-17", "referred"),
    )
    assert [one.due for one in told.all("2026-03-17")] == ["2026-03-08", "2026-03-20"]


def test_a_part_that_does_not_apply_is_not_needed() -> None:
    rules = duty("starts: {all: [referred, {on: screened, when: {eligible: yes}}]}, due: open, met: answered")
    child = ("2026-03-01", "status_told", {"eligible": True})
    other = ("2026-03-01", "status_told", {"eligible": False})
    assert Told(rules, child, ("2026-03-02", "referred")).all("2026-03-02") == []
    assert len(Told(rules, other, ("2026-03-02", "referred")).all("2026-03-02")) == 1


def test_the_condition_of_the_list_is_asked_when_it_is_complete() -> None:
    rules = duty("starts: {all: [referred, screened], when: case.open}, due: open, met: answered", CASE)
    told = Told(rules, ("2026-03-02", "referred"), ("2026-03-03", "screened"), ("2026-03-04", "case_opened"))
    assert told.all("2026-03-04") == []
    told = Told(rules, ("2026-03-02", "referred"), ("2026-03-03", "case_opened"), ("2026-03-04", "screened"))
    assert len(told.all("2026-03-04")) == 1


def test_a_correction_of_the_last_part_moves_the_run() -> None:
    rules = duty(BOTH)
    events = [
        entry(rules, 1, "2026-03-02", "screened", {"result": "positive"}),
        entry(rules, 2, "2026-03-09", "referred"),
    ]
    later = Entry(kind="referred", day=events[1].day + 2, minute=-1, values={}, entry=3, corrects=2)
    before, after = fold(rules, events), fold(rules, [*events, later])
    assert {row.identity for row in before.rows} == {row.identity for row in after.rows} == {("it", 2, 0, 0)}
    assert before.rows[0].due_at != after.rows[0].due_at


def test_a_correction_that_makes_another_part_the_last_is_told_as_one_move() -> None:
    """Semantics 50."""
    rules = duty(BOTH)
    events = [
        entry(rules, 1, "2026-03-02", "screened", {"result": "positive"}),
        entry(rules, 2, "2026-03-09", "referred"),
    ]
    earlier = Entry(kind="referred", day=events[0].day - 1, minute=-1, values={}, entry=3, corrects=2)
    before, after = fold(rules, events), fold(rules, [*events, earlier])
    assert [row.identity for row in after.rows] == [("it", 1, 0, 0)]
    at = Told(rules).instant("2026-03-10")
    (moved,) = changes(before.rows, after.rows, rules, "C-1", at)
    assert (moved.what, moved.due_before, moved.due_after) == ("moved", "2026-03-19", "2026-03-12")
    assert (moved.id_before, moved.id) == ("C-1/it/2-0", "C-1/it/1-0")


def test_any_of_several_opens_with_each_and_the_bounds_of_the_list_hold_for_all() -> None:
    rules = duty("starts: {any: [referred, screened], since: 2026-03-05}, due: {within: 3 days}, met: answered")
    told = Told(rules, ("2026-03-02", "referred"), ("2026-03-06", "referred"), ("2026-03-07", "screened"))
    assert [one.due for one in told.all("2026-03-08")] == ["2026-03-09", "2026-03-10"]


def test_a_number_of_events_opens_a_run_with_the_last_of_them() -> None:
    rules = duty("starts: {on: moved, times: 3, since: 24 months before now}, due: {within: 30 days}, met: plan_made")
    told = Told(
        rules, ("2024-03-02", "moved"), ("2025-03-06", "moved"), ("2026-03-07", "moved"), ("2026-03-10", "moved")
    )
    assert told.all("2026-03-09") == []  # the first of them had left the window
    assert [one.due for one in told.all("2026-03-10")] == ["2026-04-09"]


def test_a_start_must_show_what_its_line_asks_for() -> None:
    rules = duty("starts: {on: answered, with: [{items: {includes: [plan]}}]}, due: open, met: moved")
    told = Told(rules, ("2026-03-02", "answered"), ("2026-03-03", "answered", {"items": ["plan", "letter"]}))
    assert [one.opened for one in told.all("2026-03-04")] == ["2026-03-03"]


def test_a_start_counts_from_another_date_of_its_event() -> None:
    rules = duty("starts: {on: answered, dated: signed_on}, due: {within: 10 days}, met: moved")
    told = Told(rules, ("2026-03-09", "answered", {"signed_on": "2026-03-02"}))
    assert told.states("2026-03-09") == [("running", "2026-03-12")]
    told = Told(rules, ("2026-03-09", "answered"))
    assert told.one("2026-03-09").state == "undetermined"
    assert told.one("2026-03-09").waits_for == ("answered.signed_on",)


def test_a_window_that_cannot_be_judged_leaves_the_start_undetermined() -> None:
    rules = duty("starts: {on: referred, since: hearing}, due: {within: 10 days}, met: moved")
    told = Told(rules, ("2026-03-09", "referred"))
    assert (told.one("2026-03-09").state, told.one("2026-03-09").waits_for) == ("undetermined", ("hearing",))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "facts: {x: {type: text, told: {any: [moved, referred], take: none}}}",
            "an item with take holds one line, not any of several; write an item for each",
        ),
        (
            (
                "lifecycles: {x: {label: X, initial: a, states: {a: {label: A}, b: {label: B}},"
                " transitions: [{all: [moved, referred], from: a, to: b}]}}"
            ),
            r"an item with from and to holds one line, not all of several; say becomes: \{all: \[...\]\} for when",
        ),
    ],
)
def test_a_list_where_one_line_stands_is_refused_with_a_remedy(text: str, told: str) -> None:
    with pytest.raises(PackError, match=rf"rules2.yaml:2:\d+: {told}"):
        duty("starts: moved, due: open", text)
