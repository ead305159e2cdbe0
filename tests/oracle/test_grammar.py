"""The oracle on forms of the grammar that no single semantics is about, and on clocks that stand still."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.oracle import UnsupportedError
from tests.oracle.small import KIND, duty, rules
from tests.oracle.stories import ask, days, only_run, story


def test_a_state_is_entered_by_time_alone() -> None:
    """24 hours after the absence began; the duty starts at that hour."""
    pack = rules(
        "lifecycles: {absence: {initial: home, states: {}, transitions: [{on: left, from: home, to: absent}, "
        "{at: 24 hours after absence.absent, from: absent, to: missing}]}}\n"
        "duties: {d: {owner: worker, starts: {becomes: absence.missing}, due: {within: 2 hours}}}"
    )
    events = story(("2026-03-02T10:30", "left"))
    assert ask(pack, events, "2026-03-02").states["absence"] == "absent"
    found = ask(pack, events, "2026-03-03")
    assert found.states["absence"] == "missing"
    run = only_run(found, "d")
    assert (run.start_root, run.due) == ("e0", (datetime(2026, 3, 3, 12, 30),))  # noqa: DTZ001


def test_one_duty_starts_when_another_is_met_or_overdue() -> None:
    """DUTY.outcome as a condition that turns."""
    text = (
        "duties: {first: {owner: worker, starts: began, due: {within: 10 days}, met: done}, "
        "after: {owner: worker, starts: {becomes: first.met}, due: {within: 5 days}}, "
        "late: {owner: worker, starts: {becomes: first.overdue}, due: {within: 5 days}}}"
    )
    met = ask(rules(text), story(("2026-03-02", "began"), ("2026-03-04", "done")), "2026-03-20")
    assert (only_run(met, "after").due, met.of("late")) == (days("2026-03-09"), ())
    late = ask(rules(text), story(("2026-03-02", "began")), "2026-03-20")
    assert (only_run(late, "late").due, only_run(late, "late").start_root) == (days("2026-03-18"), "e0")


def test_all_of_several_lines_names_what_is_missing() -> None:
    """And the last one dates it."""
    pack = duty("starts: began, due: {within: 10 days}, met: {all: [done, {on: told, label: family told}]}")
    events = story(("2026-03-02", "began"), ("2026-03-04", "done"), ("2026-03-14", "told"))
    run = only_run(ask(pack, events, "2026-03-05"), "d")
    assert (run.marks, run.missing) == ({"incomplete"}, ("family told",))
    run = only_run(ask(pack, events, "2026-03-14"), "d")
    assert (run.state, run.met_on, run.marks) == ("met", *days("2026-03-14"), {"late"})


def test_a_part_that_does_not_apply_is_not_needed() -> None:
    """`when` on a line of an `all` list."""
    pack = duty("starts: began, due: open, met: {all: [done, {on: left, when: {kind: a}}]}", KIND)
    events = story(("2026-03-01", "told", {"kind": "b"}), ("2026-03-02", "began"), ("2026-03-04", "done"))
    assert only_run(ask(pack, events, "2026-03-05"), "d").state == "met"


def test_a_third_event_in_a_rolling_window_breaks_a_bar() -> None:
    """`times` with the event in hand."""
    pack = rules("bars: {b: {owner: worker, forbids: {on: began, times: 3, since: 24 months before event}}}")
    events = story(*((day, "began") for day in ("2024-01-10", "2025-06-01", "2026-01-11", "2026-02-01")))
    assert [breach.root for breach in ask(pack, events, "2026-03-01").breaches] == ["e3"]


def test_values_are_looked_up_by_rows_and_tested() -> None:
    """Numbers, yes and no, lists, equal fields."""
    pack = rules(
        "facts: {n: {type: number, told: {on: told, take: count}}, f: {type: yes_no, told: {on: told, take: flag}}, "
        "who: {type: text, initial: none, told: {on: done, take: by}}}\n"
        "decisions: {tier: {rows: "
        "[{when: {n: {over: 10}}, is: high}, {when: {n: {at_least: 5}}, is: middle}, {is: low}]}, "
        "flagged: {f: yes}, nobody: {who: none}, same: {on: began, where: {kind: {fact: who}}}}"
    )
    events = story(
        ("2026-03-01", "told", {"count": 10, "flag": True}),
        ("2026-03-02", "began", {"kind": "anna"}),
        ("2026-03-03", "done", {"by": "anna"}),
    )
    assert ask(pack, events, "2026-03-02").decisions == {
        "tier": "middle",
        "flagged": True,
        "nobody": True,
        "same": False,
    }
    assert ask(pack, events, "2026-03-03").decisions["same"] is True


AWAY = "facts: {kind: {type: text, initial: here, told: {on: told, take: kind}}}"


@pytest.mark.parametrize(
    ("due", "date"),
    [
        ("{within: 10 days}", "2026-03-16"),
        ("{within: 1 month}", "2026-04-06"),
        ("{within: 5 court days}", "2026-03-11"),
        ("{by: 10 days after start}", "2026-03-16"),
        ("{by: 2026-03-12}", "2026-03-12"),
        ("{within: 3 days, first_day: counted}", "2026-03-04"),
        ("{within: 4 days, first_day: counted}", "2026-03-09"),
        ("{within: same day}", "2026-03-02"),
    ],
)
def test_35_paused_days_move_spans_and_no_other_dates(due: str, date: str) -> None:
    """Away at the end of the 5th to the 8th, of which the last two are a weekend."""
    pack = duty(f"starts: began, due: {due}, paused_while: {{kind: away}}", AWAY)
    pack["calendars"] = {"court": {"closed": []}}
    events = story(
        ("2026-03-02", "began"), ("2026-03-05", "told", {"kind": "away"}), ("2026-03-09", "told", {"kind": "here"})
    )
    assert only_run(ask(pack, events, "2026-03-09"), "d").due == tuple(days(date))


def test_35_hours_keep_what_is_left_of_them() -> None:
    """30 hours from 9 on; five of them away."""
    pack = duty("starts: began, due: {within: 30 hours}, paused_while: {kind: away}", AWAY)
    events = story(
        ("2026-03-02T09:00", "began"),
        ("2026-03-02T20:00", "told", {"kind": "away"}),
        ("2026-03-03T01:00", "told", {"kind": "here"}),
    )
    assert only_run(ask(pack, events, "2026-03-03"), "d").due == (datetime(2026, 3, 3, 20),)  # noqa: DTZ001


def test_36_a_pause_hides_overdue_and_does_not_cure_it() -> None:
    """Overdue again at once when it ends."""
    pack = duty("starts: began, due: {within: 1 day}, paused_while: {kind: away}", AWAY)
    events = story(
        ("2026-03-02", "began"), ("2026-03-05", "told", {"kind": "away"}), ("2026-03-09", "told", {"kind": "here"})
    )
    found = [only_run(ask(pack, events, on), "d") for on in ("2026-03-04", "2026-03-05", "2026-03-08", "2026-03-09")]
    assert [(run.state, run.overdue) for run in found] == [
        ("running", True),
        ("paused", False),
        ("paused", False),
        ("running", True),
    ]


def test_what_the_oracle_cannot_do_it_refuses() -> None:
    """Rather than answer wrongly."""
    with pytest.raises(UnsupportedError):
        ask(duty("starts: began, due: open, while: no_such_name"), story(("2026-03-02", "began")), "2026-03-02")
