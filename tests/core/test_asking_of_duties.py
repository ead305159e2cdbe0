"""Conditions on how a duty or a bar stands, and what is named where that is unknown."""

from __future__ import annotations

import pytest

from icpm_engine.history.answers import day_end
from icpm_engine.history.asking import judge
from tests.core.packs import asked, case, pack, states, story

FIRST = "first: {label: First, starts: began, due: {within: 3 days}, met: done, while: {flag: yes}}"


def decisions(duties: str, *outcomes: str) -> str:
    asks = ", ".join(f"{name.replace('.', '_')}: {{label: D, authority: letter, all: [{name}]}}" for name in outcomes)
    return f"\nduties: {{{duties}}}\ndecisions: {{{asks}}}\n"


@pytest.mark.parametrize(
    ("flag", "running", "overdue"), [({"flag": True}, True, True), ({"flag": False}, False, False), ({}, None, None)]
)
def test_a_duty_that_is_perhaps_not_owed_is_perhaps_running(
    flag: dict, running: bool | None, overdue: bool | None
) -> None:
    rules = pack(decisions(FIRST, "first.running", "first.overdue"))
    told = story(("2026-03-01", "told", flag), ("2026-03-02", "began"))
    on_time = day_end(rules.zone, told[1].day + 2)
    assert judge(rules, told, "first_running", on_time).value is running
    assert judge(rules, told, "first_overdue", on_time).value is False
    if running is not False:  # one that is not owed at its due moment is settled so
        assert judge(rules, told, "first_overdue", on_time + 172800).value is overdue


def test_what_would_tell_how_a_duty_stands_is_named() -> None:
    rules = pack(decisions(FIRST, "first.running"))
    told = story(("2026-03-02", "began"))
    assert judge(rules, told, "first_running", day_end(rules.zone, told[0].day)).missing == ("flag",)


def test_what_should_be_done_is_late_and_never_overdue() -> None:
    rules = pack(
        decisions(
            "first: {label: First, force: should, starts: began, due: {within: 3 days}, met: done}", "first.overdue"
        )
    )
    told = story(("2026-03-02", "began"))
    assert judge(rules, told, "first_overdue", day_end(rules.zone, told[0].day + 30)).value is False


def test_a_duty_starts_when_another_is_overdue_only_if_that_is_owed() -> None:
    late = "late: {label: Late, starts: {becomes: first.overdue}, due: {within: 2 days}, met: told}"
    rules = pack(f"\nduties: {{{FIRST}, {late}}}\n")
    told = story(("2026-03-01", "told", {"flag": False}), ("2026-03-02", "began"))
    assert states(rules, told, "2026-03-20") == ["not owed"]
    told = story(("2026-03-01", "told", {"flag": True}), ("2026-03-02", "began"))
    first, second = asked(rules, told, "2026-03-07")
    assert (first.overdue, second.due) == (True, "2026-03-08")
    assert second.id == "C1/late/2-0"  # the cause is the start of the duty whose time ran out


def test_a_decision_by_rows_names_the_facts_that_its_rows_lack() -> None:
    rules = pack(
        "\ndecisions: {tier: {label: T, authority: letter, rows: [{when: {sort_told: a}, is: first}, {is: second}]}}\n"
        "duties: {d: {label: D, starts: {on: began, when: {tier: first}}, due: open, met: done}}"
    )
    (found,) = asked(rules, story(("2026-03-02", "began")), "2026-03-02")
    assert found.waits_for == ("sort_told",)


def test_a_bar_that_could_not_be_judged_is_perhaps_broken() -> None:
    rules = pack(
        "\nbars: {b: {label: B, forbids: {on: done, where: {sort: a}, when: {flag: yes}}}}\n"
        "duties: {d: {label: D, starts: began, while: b.broken, due: open, met: told}}"
    )
    told = story(("2026-03-02", "began"), ("2026-03-03", "done"), ("2026-03-04", "told", {"flag": True}))
    answer = case(rules, told, "2026-03-03")
    assert [(one.kind, one.missing) for one in answer.findings] == [("bar_undetermined", ("done.sort", "flag"))]
    (found,) = answer.obligations
    assert (found.state, found.waits_for) == ("undetermined", ("done.sort", "flag"))
