from __future__ import annotations

import attrs
import pytest

from icpm_engine.calendars import parse_day
from icpm_engine.errors import NotFound
from icpm_engine.history import CompiledRules, Entry, compile_pack
from icpm_engine.history.answers import day_end
from icpm_engine.history.asking import case_at_instant, decide, judge
from icpm_engine.rules.loading import load_texts
from icpm_engine.rules.model import Settlement

RULES = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
lifecycles:
  case:
    label: Case
    initial: none
    states: {none: {label: None}, open: {label: Open}, closed: {label: Closed, final: yes}}
    transitions: [{on: case_opened, from: none, to: open}, {on: case_closed, from: open, to: closed}]
choices:
  over_five_means: {label: Over five, options: [past_fifth_birthday, turned_six], authority: letter}
  plan_letter: {label: Which plan, type: text, authority: letter}
decisions:
  over_five:
    label: Over five
    authority: letter
    any:
      - all: [{over_five_means: past_fifth_birthday}, {age: {over: 5 years}}]
      - all: [{over_five_means: turned_six}, {age: {at_least: 6 years}}]
  screened_child: {label: To be screened, authority: letter, all: [case.open, over_five]}
  plan: {label: Plan, authority: letter, rows: [{when: screened_child, is: county_plan}, {is: other_plan}]}
  by_letter: {label: By letter, authority: letter, rows: [{when: {plan_letter: a}, is: yes}, {is: no}]}
"""


@pytest.fixture(scope="module")
def rules() -> CompiledRules:
    return compile_pack(load_texts({"rules.yaml": RULES}))


def entry(number: int, kind: str, day: str, **values: object) -> Entry:
    return Entry(kind=kind, day=parse_day(day), minute=-1, values=values, entry=number)


def story() -> list[Entry]:
    return [
        entry(1, "case_opened", "2026-03-02"),
        entry(2, "birth_date_told", "2026-03-09", born=parse_day("2020-09-10")),
        entry(3, "case_closed", "2027-01-05"),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-03-01", False),  # no case: whatever the age
        ("2026-03-08", None),  # birth date not told yet
        ("2026-03-09", None),  # 5 and a half: the readings differ
        ("2026-09-09", None),
        ("2026-09-10", True),  # six: both readings agree
        ("2027-01-05", False),  # closed
    ],
)
def test_a_decision_is_asked_on_its_day(rules: CompiledRules, day: str, expected: bool | None) -> None:
    assert decide(rules, story(), "screened_child", day_end(rules.zone, parse_day(day))) is expected


def test_an_unknown_decision_names_what_it_lacks(rules: CompiledRules) -> None:
    untold = judge(rules, story(), "over_five", day_end(rules.zone, parse_day("2026-03-08")))
    assert untold.value is None
    assert untold.missing == ("born",)
    differing = judge(rules, story(), "over_five", day_end(rules.zone, parse_day("2026-03-10")))
    assert differing.missing == ("over_five_means",)
    assert "if over_five_means = turned_six:" in str(differing)
    assert "age is at least 6 years: false" in str(differing)
    assert judge(rules, story(), "by_letter", 0).missing == ("plan_letter",)


def test_a_decision_by_rows_gives_its_value(rules: CompiledRules) -> None:
    at = day_end(rules.zone, parse_day("2026-10-01"))
    assert judge(rules, story(), "plan", at).value == "county_plan"
    assert judge(rules, [], "plan", at).value == "other_plan"
    assert decide(rules, story(), "plan", at) is False  # it looks a value up, and the value is not yes


def test_a_choice_counts_from_the_day_on_which_it_is_settled() -> None:
    settled = Settlement("plan_letter", "a", from_day=parse_day("2026-04-01"))
    pack = attrs.evolve(load_texts({"rules.yaml": RULES}), settles={"plan_letter": (settled,)})
    rules = compile_pack(pack)
    ends = [day_end(rules.zone, parse_day(day)) for day in ("2026-03-31", "2026-04-01")]
    assert [decide(rules, story(), "by_letter", end) for end in ends] == [None, True]


def test_no_such_decision(rules: CompiledRules) -> None:
    with pytest.raises(NotFound, match="no decision named 'over_six'; it has over_five"):
        decide(rules, story(), "over_six", 0)


def test_the_case_stands_at_the_instant(rules: CompiledRules) -> None:
    before = case_at_instant(rules, story(), rules.zone.midnight[parse_day("2027-01-05")] - 1)
    assert before.states == {"case": "open"}
    assert before.day == parse_day("2027-01-04")
    assert case_at_instant(rules, [], 0).states == {}


def test_a_decision_that_no_rule_reads_can_be_asked_for() -> None:
    """Events that only it looks back at are kept for it."""
    text = "often: {label: Often, authority: letter, on: screening_completed, times: 2, since: 10 days before now}"
    rules = compile_pack(load_texts({"rules.yaml": RULES + f"  {text}\n"}))
    told = [entry(1, "screening_completed", "2026-03-02"), entry(2, "screening_completed", "2026-03-09")]
    answers = [decide(rules, told, "often", day_end(rules.zone, parse_day(f"2026-03-{day:02}"))) for day in (9, 12, 13)]
    assert answers == [True, True, False]
