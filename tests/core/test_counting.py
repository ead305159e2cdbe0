"""Lines that count: the last of a series in a row, a part of it when its window closes; with what is not known."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.counting import Member, counted
from icpm_engine.errors import PackError
from icpm_engine.rules.model import Line
from tests.core.told import FACTS, Told, duty, pack

ROW = "starts: case_opened, due: {within: 30 days}, met: {on: screened, where: {result: negative}, in_a_row: 2}"
SHARE = "starts: case_opened, due: {within: 9 days}, met: {on: screened, where: {result: negative}, share: 75 percent, by: due}"  # noqa: E501 - a rule
OPENED = ("2026-03-02", "case_opened")


def screened(*told: tuple[str, str | None]) -> list[tuple[Any, ...]]:
    """Screenings by day of March with their results."""
    return [(f"2026-03-{day}", "screened", {"result": result} if result else {}) for day, result in told]


def test_a_row_is_broken_by_another_and_complete_with_its_last() -> None:
    told = Told(
        duty(ROW), OPENED, *screened(("03", "negative"), ("04", "positive"), ("05", "negative"), ("06", "negative"))
    )
    assert told.one("2026-03-03").wanting == ("1 more of screened in a row",)
    assert told.one("2026-03-04").wanting == ("2 more of screened in a row",)
    assert told.states("2026-03-05") == [("running", "2026-04-01")]
    assert told.proof("2026-03-06").evidence == (4, 5)
    assert "2 in a row" in str(told.proof("2026-03-06"))


def test_of_says_which_series_is_meant() -> None:
    rules = duty(ROW.replace("in_a_row", "of: {tool: psc}, in_a_row"))
    results = [("03", "negative", "psc"), ("04", "positive", "other"), ("05", "negative", "psc")]
    events = [(f"2026-03-{day}", "screened", {"result": result, "tool": tool}) for day, result, tool in results]
    assert Told(rules, OPENED, *events).proof("2026-03-05").evidence == (2, 4)


def test_a_result_that_is_missing_leaves_a_row_undetermined() -> None:
    told = Told(duty(ROW), OPENED, *screened(("03", "negative"), ("04", None), ("05", "negative"), ("06", "negative")))
    assert told.one("2026-03-04").waits_for == ("screened.result",)
    assert told.one("2026-03-04").state == "undetermined"
    assert told.one("2026-03-06").state == "met"


def test_a_share_is_judged_when_its_window_closes() -> None:
    results = [("03", "negative"), ("04", "negative"), ("05", "positive"), ("06", "negative")]
    told = Told(duty(SHARE), OPENED, *screened(*results))
    assert told.one("2026-03-11").state == "running"
    assert told.one("2026-03-11").wanting == ("3 of 4 of screened so far",)
    assert told.one("2026-03-12").marks == ()
    assert told.proof("2026-03-12").evidence == (2, 3, 5)


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ([("03", "negative"), ("04", "positive")], "missed"),
        ([], "missed"),
        ([("03", "negative"), ("04", None)], "undetermined"),
        ([("03", "negative"), ("04", "negative"), ("05", "negative"), ("06", None)], "met"),
    ],
    ids=["too few", "none at all", "one unknown", "whatever the unknown one is"],
)
def test_what_a_share_comes_to(results: list[tuple[str, str | None]], state: str) -> None:
    told = Told(duty(SHARE), OPENED, *screened(*results))
    assert told.one("2026-03-12").state == state


def test_a_retraction_takes_an_event_out_of_the_series() -> None:
    told = Told(duty(SHARE), OPENED, *screened(("03", "negative"), ("04", "positive")))
    assert told.one("2026-03-12").state == "missed"
    told = Told(duty(SHARE), OPENED, *screened(("03", "negative")))
    assert told.one("2026-03-12").state == "met"


def test_a_bar_counts_the_event_in_hand_as_the_last() -> None:
    rules = pack(
        "bars: {bad: {label: No, forbids: {on: screened, where: {result: positive}, in_a_row: 2}},"
        " half: {label: No, forbids: {on: screened, where: {result: positive}, share: 0.6}}}",
        FACTS,
    )
    results = [("03", "negative"), ("04", "positive"), ("05", "positive"), ("06", "negative"), ("07", "positive")]
    found = Told(rules, *screened(*results)).findings()
    assert found == [("barred", "bad", 3, ()), ("barred", "half", 3, ()), ("barred", "half", 5, ())]


def test_a_bar_that_hangs_on_an_earlier_event_names_what_would_tell() -> None:
    rules = pack("bars: {bad: {label: No, forbids: {on: screened, where: {result: positive}, in_a_row: 2}}}", FACTS)
    found = Told(rules, *screened(("03", None), ("04", "positive"))).findings()
    assert found == [
        ("bar_undetermined", "bad", 2, ("screened.result",)),
    ]


def test_all_that_a_bar_forbids_together_is_forbidden_with_the_last() -> None:
    rules = pack(
        "bars: {bad: {label: No, forbids: {all: [referred, {on: screened, since: 5 days before event}]}}}", FACTS
    )
    told = Told(rules, ("2026-03-02", "referred"), ("2026-03-09", "screened"), ("2026-03-20", "referred"))
    assert told.findings() == [("barred", "bad", 2, ())]


def test_an_approval_lifts_a_bar_if_it_came_before() -> None:
    rules = pack("bars: {bad: {label: No, forbids: moved, excused: {on: answered, since: 5 days before event}}}", FACTS)
    told = Told(
        rules, ("2026-03-02", "moved"), ("2026-03-03", "answered"), ("2026-03-05", "moved"), ("2026-03-20", "moved")
    )
    assert told.findings() == [("barred", "bad", 1, ()), ("bar_excused", "bad", 3, ()), ("barred", "bad", 4, ())]


def test_a_condition_counts_too() -> None:
    rules = duty(
        "starts: case_opened, due: open, while: calm, met: answered",
        "decisions: {calm: {label: Calm, authority: letter, on: screened, where: {result: negative}, in_a_row: 2}}",
    )
    told = Told(rules, OPENED, *screened(("03", "negative"), ("04", "negative"), ("05", "positive")))
    states = [told.one(f"2026-03-{day}").state for day in ("03", "04", "05")]
    assert states == ["not owed", "running", "not owed"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("met: {on: screened, times: 2, in_a_row: 2}", r"rules0.yaml:2:\d+: a line counts in one way, found times and"),
        ("met: {on: screened, of: {tool: psc}}", "needs in_a_row or share beside it"),
        ("met: {on: screened, share: 0.9}", r"rules0.yaml:2:\d+: a share is judged when its window closes, and this"),
        ("met: {any: [{on: screened, since: start}], since: start}", r"rules0.yaml:2:\d+: both the list and a line in"),
    ],
)
def test_a_misuse_is_told_with_its_place_and_remedy(body: str, told: str) -> None:
    with pytest.raises(PackError, match=told):
        duty(f"starts: case_opened, due: open, {body}")


MEMBERS = st.builds(Member, st.booleans(), st.sampled_from([True, False, None]))
LINES = [Line(on=("x",), in_a_row=number) for number in (1, 2, 3)]
LINES += [Line(on=("x",), share=Decimal(share)) for share in ("0.5", "0.67", "1")]


@given(st.lists(MEMBERS, max_size=6), st.sampled_from(LINES))
def test_the_answer_is_sure_only_if_it_is_so_in_every_case(members: list[Member], line: Line) -> None:
    choices = [
        [*([True, False] if one.such is None else [one.such]), *([] if one.belongs else [None])] for one in members
    ]
    ways = [[Member(belongs=True, such=one) for one in way if one is not None] for way in product(*choices)]
    answers = {counted(line, way) for way in ways}
    assert counted(line, members) == (answers.pop() if len(answers) == 1 else None)


def test_evidence_that_is_dated_after_the_start_counts_though_it_happened_before() -> None:
    rules = duty("starts: case_opened, due: {within: 9 days}, met: {on: answered, dated: signed_on, by: due}")
    told = Told(rules, ("2026-02-20", "answered", {"signed_on": "2026-03-05"}), OPENED)
    assert [told.one(day).state for day in ("2026-03-04", "2026-03-05")] == ["running", "met"]
