"""What a new entry changed: two foldings of one case compared, obligation by obligation."""

from __future__ import annotations

from typing import Any

import pytest

from icpm_engine.history import CompiledRules, Entry, Folding, fold
from icpm_engine.recording import SubjectOutcome, compared
from tests.core.told import CASE, Told, duty, entries, entry, pack

WITHIN = "starts: referred, met: answered, due: {within: 10 days}"
REFERRED = ("2026-03-02", "referred")
Change = tuple[str, str | None, str | None, str | None, str | None]


def added(rules: CompiledRules, told: list[Entry], *new: Entry, old: CompiledRules | None = None) -> SubjectOutcome:
    """What new entries change."""
    before: Folding = fold(old or rules, told)
    after = fold(rules, [*told, *new])
    return compared(rules, ("case", "C-1"), (before.rows, after.rows), before.findings, after, new, [*told, *new])


def changes(rules: CompiledRules, told: list[Entry], *new: Entry) -> list[Change]:
    """What, the state before and after, the date before and after."""
    return [
        (one.what, one.before, one.after, one.due_before, one.due_after) for one in added(rules, told, *new).changes
    ]


def correct(
    rules: CompiledRules, number: int, of: int, when: str, kind: str, values: dict[str, bool] | None = None
) -> Entry:
    """An entry that corrects another."""
    made = entry(rules, number, when, kind, values)
    made.corrects = of
    return made


def retract(number: int, of: int) -> Entry:
    """An entry that withdraws another; it was recorded long after."""
    return Entry(kind="entry_retracted", day=740_000, minute=-1, values={}, entry=number, retracts=of)


@pytest.fixture(scope="module")
def rules() -> CompiledRules:
    return duty(f"{WITHIN}, excused: withdrawn, cancelled: case_closed")


def test_a_start_opens_and_evidence_meets(rules: CompiledRules) -> None:
    assert changes(rules, [], *entries(rules, REFERRED)) == [("opened", None, "running", None, "2026-03-12")]
    told = entries(rules, REFERRED)
    assert changes(rules, told, entry(rules, 2, "2026-03-05", "answered")) == [
        ("met", "running", "met", "2026-03-12", "2026-03-12")
    ]


@pytest.mark.parametrize(("kind", "what"), [("withdrawn", "excused"), ("case_closed", "cancelled")])
def test_what_ends_a_run_otherwise_says_how(rules: CompiledRules, kind: str, what: str) -> None:
    told = entries(rules, REFERRED)
    assert changes(rules, told, entry(rules, 2, "2026-03-05", kind))[0][:3] == (what, "running", what)


def test_what_opens_and_is_met_at_once_is_only_met(rules: CompiledRules) -> None:
    told = entries(rules, ("2026-03-02", "answered"))
    assert changes(rules, told, entry(rules, 2, *REFERRED)) == [("met", None, "met", None, "2026-03-12")]


def test_a_date_that_moves_is_said_with_both_dates() -> None:
    rules = duty("starts: referred, met: answered, due: {by: hearing}")
    told = entries(rules, REFERRED, ("2026-03-03", "hearing_set", {"date": "2026-04-01"}))
    (change,) = added(rules, told, entry(rules, 3, "2026-03-04", "hearing_set", {"date": "2026-05-01"})).changes
    assert (change.what, change.due_before, change.due_after) == ("moved", "2026-03-31", "2026-04-30")
    assert str(change) == "It: moved from 2026-03-31 to 2026-04-30"


def test_a_start_that_is_corrected_moves_its_obligation(rules: CompiledRules) -> None:
    told = entries(rules, REFERRED)
    assert changes(rules, told, correct(rules, 2, 1, "2026-03-04", "referred")) == [
        ("moved", "running", "running", "2026-03-12", "2026-03-14")
    ]
    assert changes(rules, told, correct(rules, 2, 1, "2026-02-25", "referred")) == [
        ("moved", "running", "running", "2026-03-12", "2026-03-07")
    ]


def test_evidence_that_is_retracted_opens_it_again(rules: CompiledRules) -> None:
    told = entries(rules, REFERRED, ("2026-03-05", "answered"))
    assert changes(rules, told, retract(3, 2)) == [("reopened", "met", "running", "2026-03-12", "2026-03-12")]


@pytest.mark.parametrize("before", [(), (("2026-03-01", "moved"),)], ids=["alone", "after another event"])
def test_a_start_that_is_retracted_withdraws_its_obligation(rules: CompiledRules, before: tuple[Any, ...]) -> None:
    """Semantics 51; also where it was the last event, or the only one."""
    told = entries(rules, *before, REFERRED)
    number = len(told)
    assert changes(rules, told, retract(number + 1, number)) == [("withdrawn", "running", None, "2026-03-12", None)]
    back = [*told, retract(number + 1, number)]
    assert changes(rules, back, retract(number + 2, number + 1)) == [("opened", None, "running", None, "2026-03-12")]


def test_evidence_that_is_corrected_to_another_day_may_become_late(rules: CompiledRules) -> None:
    told = entries(rules, REFERRED, ("2026-03-05", "answered"))
    assert changes(rules, told, correct(rules, 3, 2, "2026-03-20", "answered")) == [
        ("changed", "met", "met", "2026-03-12", "2026-03-12")
    ]


def test_an_entry_that_changes_nothing_is_no_change(rules: CompiledRules) -> None:
    told = entries(rules, REFERRED)
    outcome = added(rules, told, entry(rules, 2, "2026-03-05", "moved"))
    assert (outcome.changes, outcome.entered, outcome.findings) == ((), (), ())


def test_one_entry_may_change_several_and_what_is_gone_comes_last() -> None:
    text = """
duties:
  one: {label: One, starts: referred, met: answered, due: {within: 3 days}, again: ignored}
  two: {label: Two, starts: [referred, screened], met: answered, due: {within: 5 days}}
"""
    rules = pack(text)
    told = entries(rules, REFERRED, ("2026-03-03", "referred"))
    assert [(one.label, one.what, one.id) for one in added(rules, told, retract(3, 1)).changes] == [
        ("One", "opened", "C-1/one/2-0"),
        ("One", "withdrawn", "C-1/one/1-0"),
        ("Two", "withdrawn", "C-1/two/1-0"),
    ]


def test_a_run_that_another_event_has_started_is_reported_as_one_move() -> None:
    """Semantics 50: the cause of a start by a condition is another one now, the clock is the same."""
    rules = duty("starts: {becomes: {eligible: yes}}, met: answered, due: {within: 10 days}")
    told = entries(
        rules,
        ("2026-03-01", "moved"),
        ("2026-03-02", "status_told", {"eligible": True}),
        ("2026-03-05", "status_told", {"eligible": True}),
    )
    (change,) = added(rules, told, correct(rules, 4, 2, "2026-03-02", "status_told", {"eligible": False})).changes
    assert (change.what, change.due_before, change.due_after) == ("moved", "2026-03-12", "2026-03-15")
    assert (change.id_before, change.id) == ("C-1/it/2-0", "C-1/it/3-0")


def test_two_starts_by_events_are_never_one_move() -> None:
    """The one was withdrawn, the other is a new one."""
    rules = duty(f"{WITHIN}, again: ignored")
    told = entries(rules, REFERRED, ("2026-03-05", "referred"))
    assert [one.what for one in added(rules, told, retract(3, 1)).changes] == ["opened", "withdrawn"]


def test_an_instance_that_was_heard_of_before_keeps_its_obligation() -> None:
    """A backdated event carries it first now: another id, the same clock."""
    rules = duty("per: referral_id, starts: referred, met: answered, due: {within: 10 days}")
    told = entries(rules, ("2026-03-02", "referred", {"referral_id": "R"}))
    (change,) = added(rules, told, entry(rules, 2, "2026-03-01", "withdrawn", {"referral_id": "R"})).changes
    assert (change.what, change.id_before, change.id) == ("changed", "C-1/it/1.1-0", "C-1/it/1.2-0")


def test_what_rules_no_longer_say_is_withdrawn_under_its_name() -> None:
    """The case was last recorded under rules with another duty, and with more texts."""
    versions = ", versions: [{from: 2026-01-01, label: Newer}]"
    old = pack(f"duties: {{gone_since: {{label: Gone, {WITHIN}}}, it: {{label: It, {WITHIN}{versions}}}}}")
    new = duty(WITHIN)
    told = entries(old, REFERRED)
    outcome = added(new, told, entry(new, 2, "2026-03-03", "moved"), old=old)
    assert [(one.label, one.what) for one in outcome.changes] == [("gone since", "withdrawn")]


def test_states_entered_and_findings_that_are_new_are_told() -> None:
    rules = pack(CASE, "bars: {moving: {label: No move, forbids: moved}}")
    told = entries(rules, ("2026-03-01", "case_opened"), ("2026-03-02", "moved"))
    outcome = added(rules, told, entry(rules, 3, "2026-03-05", "case_closed"), entry(rules, 4, "2026-03-05", "moved"))
    assert [(one.lifecycle, one.state, one.label) for one in outcome.entered] == [("case", "closed", "Closed")]
    assert [(one.kind, one.entry) for one in outcome.findings] == [("barred", 4)]


def test_a_change_is_told_in_words() -> None:
    rules = duty("per: referral_id, starts: referred, met: answered, due: {within: 10 days}")
    start = entry(rules, 1, "2026-03-02", "referred", {"referral_id": "R"})
    assert [str(one) for one in added(rules, [], start).changes] == ["It [R]: opened, due 2026-03-12"]
    met = entry(rules, 2, "2026-03-03", "answered", {"referral_id": "R"})
    assert [str(one) for one in added(rules, [start], met).changes] == ["It [R]: met"]


def test_the_story_is_asked_at_the_end_of_the_last_day_that_is_concerned() -> None:
    """What will be overdue one day is no change today."""
    rules = duty(WITHIN, "duties: {then: {label: T, starts: {becomes: it.overdue}, met: moved, due: open}}")
    assert [one.duty for one in added(rules, [], *entries(rules, REFERRED)).changes] == ["it"]
    assert [one.duty for one in Told(rules, REFERRED).on("2026-03-13").obligations] == ["it", "then"]
