"""Semantics that no other test bears on its own, tried on the cases in which they could go wrong."""

from __future__ import annotations

import itertools

import pytest

from tests.core.told import CASE, Told, duty, pack

SWAP = """
lifecycles:
  here:
    label: Here
    initial: left
    states: {left: {label: Left}, right: {label: Right}}
    transitions:
      - {on: moved, when: there.right, from: left, to: right}
      - {on: moved, when: there.left, from: right, to: left}
  there:
    label: There
    initial: right
    states: {left: {label: Left}, right: {label: Right}}
    transitions:
      - {on: moved, when: here.left, from: right, to: left}
      - {on: moved, when: here.right, from: left, to: right}
"""


def test_12_two_lifecycles_that_look_at_each_other_change_places() -> None:
    """Each sees the other as it stood before the event."""
    story = Told(pack(SWAP), ("2026-03-02", "moved"), ("2026-03-03", "moved"))
    found = [{one.lifecycle: one.state for one in story.on(day).states} for day in ("2026-03-02", "2026-03-03")]
    assert found == [{"here": "right", "there": "left"}, {"here": "left", "there": "right"}]


FACT_LINES = (
    "  first: {type: text, initial: zero, told: {on: status_told, take: level}}\n",
    "  second: {type: text, initial: none, told: {on: status_told, when: {first: zero}, take: level}}\n",
    "  third: {type: text, initial: none, told: {on: status_told, when: {second: {not: none}}, take: level}}\n",
)


@pytest.mark.parametrize(
    "lines", list(itertools.permutations(FACT_LINES)), ids=lambda lines: "-".join(x[2] for x in lines)
)
def test_12_facts_told_by_one_event_do_not_see_one_another_in_any_order(lines: tuple[str, ...]) -> None:
    story = Told(
        pack("facts:\n" + "".join(lines)),
        ("2026-03-02", "status_told", {"level": "a"}),
        ("2026-03-03", "status_told", {"level": "b"}),
    )
    found = [story.on(day).facts for day in ("2026-03-02", "2026-03-03")]
    assert [(one["first"], one["second"], one.get("third")) for one in found] == [("a", "a", None), ("b", "a", "b")]


@pytest.mark.parametrize("names", [("a", "z"), ("z", "a")])
def test_12_no_order_of_files_decides_what_a_guard_sees(names: tuple[str, str]) -> None:
    """A lifecycle in one file that looks at one of another file, whichever is read first."""
    one, other = names
    text = (
        "lifecycles: {{{}: {{label: L, initial: x, states: {{x: {{label: X}}, y: {{label: Y}}}}, "
        "transitions: [{{on: moved, {}from: x, to: y}}]}}}}"
    )
    rules = pack(text.format(one, ""), text.format(other, f"when: {one}.x, "))
    assert {state.state for state in Told(rules, ("2026-03-02", "moved")).on("2026-03-02").states} == {"y"}


@pytest.mark.parametrize(
    ("clock", "possible", "overdue_at"),
    [
        ("", ("2026-03-08", "2026-03-09T00:59"), "2026-03-09T01:00"),
        ("T10:00", (), "2026-03-08T11:01"),
    ],
)
def test_38_hours_from_a_day_end_after_the_longest_they_can_take(
    clock: str, possible: tuple[str, ...], overdue_at: str
) -> None:
    """Also over the night of 8 March 2026, in which an hour is left out."""
    story = Told(duty("starts: referred, due: {within: 24 hours}, met: answered"), (f"2026-03-07{clock}", "referred"))
    day, _, hour = overdue_at.partition("T")
    before = f"{day}T{int(hour[:2]) - 1:02}:59" if hour.endswith("00") else f"{day}T{hour[:3]}{int(hour[3:]) - 1:02}"
    assert story.one("2026-03-07").possible[1:] == possible[1:]
    assert (story.one(before).overdue, story.one(overdue_at).overdue) == (False, True)


@pytest.mark.parametrize("met", ["", "met: {on: screened, with: [{barred: no}]}, "])
def test_45_what_was_barred_still_starts_ends_and_counts(met: str) -> None:
    """Unless the very rule minds."""
    bar = "bars: {not_now: {label: Not now, forbids: screened}}"
    rules = duty(
        f"starts: screened, due: {{within: 5 days}}, {met or 'met: answered, '}cancelled: withdrawn", bar, CASE
    )
    story = Told(rules, ("2026-03-02", "screened"), ("2026-03-03", "screened"))
    assert [one.state for one in story.all("2026-03-03")] == ["running", "running"]
    assert [kind for kind, *_ in story.findings()] == ["barred", "barred"]


def test_53_a_run_that_was_started_in_force_goes_on_after_it() -> None:
    """And its series with it only while the rule is in force."""
    rules = duty(
        "starts: referred, due: {within: 10 days}, repeats: from met, met: answered, "
        "in_force: {from: 2026-03-02, until: 2026-03-20}"
    )
    story = Told(
        rules,
        ("2026-03-02", "referred", {"referral_id": "r"}),
        ("2026-03-10", "answered", {"referral_id": "r"}),
        ("2026-03-21", "answered", {"referral_id": "r"}),
    )
    assert story.states("2026-03-10") == [("met", "2026-03-12"), ("running", "2026-03-20")]
    assert story.states("2026-03-21") == [("met", "2026-03-12"), ("met", "2026-03-20")]


def test_37_a_series_chains_from_the_date_before_it_was_rolled() -> None:
    """7 March 2026 is a Saturday; the second run counts from it, and not from the Monday."""
    rules = duty("starts: referred, due: {within: 5 days, rolls: next court day}, repeats: from due, met: answered")
    story = Told(rules, ("2026-03-02", "referred"))
    assert story.states("2026-03-09") == [("running", "2026-03-09")]
    assert story.states("2026-03-10") == [("running", "2026-03-09"), ("running", "2026-03-12")]
