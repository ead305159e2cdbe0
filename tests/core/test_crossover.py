"""What a version does to runs that are open when it comes in (`crossover`)."""

from __future__ import annotations

import attrs
import pytest

from icpm_engine.history import compile_pack, fold
from icpm_engine.history.fold import fold_on
from icpm_engine.history.results import FOREVER
from icpm_engine.rules.model import Settlement
from tests.core.told import CASE, Told, day, duty, entries, pack

VERSION = "versions: [{from: 2026-07-01, owner: nurse, due: {within: 10 days}}]"
HOW = ("from_start", "from_effective_day", "earliest")


def crossing(how: str, first: str = "due: {within: 60 days}, met: answered", versions: str = VERSION) -> Told:
    """A run opened on 10 June under the first text."""
    return Told(duty(f"starts: referred, {first}, crossover: {how}, {versions}"), ("2026-06-10", "referred"))


@pytest.mark.parametrize(
    ("how", "due", "owner"),
    [
        ("keep", "2026-08-09", "Worker"),
        ("from_start", "2026-06-20", "Nurse"),
        ("from_effective_day", "2026-07-11", "Nurse"),
        ("earliest", "2026-06-20", "Nurse"),
    ],
)
def test_the_whole_version_takes_over_from_its_day_on(how: str, due: str, owner: str) -> None:
    story = crossing(how)
    assert (story.one("2026-06-30").due, story.one("2026-06-30").owner) == ("2026-08-09", "Worker")
    assert (story.one("2026-07-01").due, story.one("2026-07-01").owner) == (due, owner)
    assert len({one.id for one in (story.one("2026-06-30"), story.one("2026-07-01"))}) == 1


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    ("first", "events", "state"),
    [
        ("due: {within: 60 days}, met: answered", [("2026-06-30", "answered")], "met"),
        ("due: {within: 60 days}, met: answered, excused: moved", [("2026-06-30", "moved")], "excused"),
        ("due: {within: 60 days}, met: answered, cancelled: moved", [("2026-06-30", "moved")], "cancelled"),
        ("due: {within: 20 days}, met: answered, force: may", [], "missed"),
        ("due: {within: 20 days}, met: {on: answered, by: due}", [], "missed"),
        (
            "due: {within: 20 days}, met: answered, while: {not: {level: two}}",
            [("2026-06-20", "status_told")],
            "not owed",
        ),
    ],
)
def test_what_ended_before_the_version_came_in_stays(
    how: str, first: str, events: list[tuple[str, str]], state: str
) -> None:
    """What was over with the day before is over, too: a right that could be used up to 30 June lapsed on 30 June."""
    rules = duty(f"starts: referred, {first}, crossover: {how}, {VERSION}")
    told = {"status_told": {"level": "two"}}
    story = Told(rules, ("2026-06-10", "referred"), *((on, kind, told.get(kind, {})) for on, kind in events))
    row = story.one("2026-08-01")
    assert (row.state, row.owner) == (state, "Worker")
    assert story.proof("2026-08-01").taken_over == ()


def test_a_must_whose_day_has_passed_is_redated_and_no_longer_overdue() -> None:
    story = crossing("from_effective_day", "due: {within: 10 days}, met: answered")
    assert story.one("2026-06-30").overdue
    assert (story.one("2026-07-01").due, story.one("2026-07-01").overdue) == ("2026-07-11", False)


def test_evidence_that_only_the_version_asks_for_counts_from_the_start_on() -> None:
    versions = "versions: [{from: 2026-07-01, met: moved}]"
    rules = duty(f"starts: referred, due: {{within: 60 days}}, met: answered, crossover: from_start, {versions}")
    story = Told(rules, ("2026-06-10", "referred"), ("2026-06-15", "moved"))
    assert story.one("2026-06-30").state == "running"
    assert story.one("2026-07-01").state == "met"
    assert Told(rules, ("2026-06-09", "moved"), ("2026-06-10", "referred")).one("2026-07-01").state == "running"


def test_the_earlier_of_both_dates_stays_when_the_new_one_is_later() -> None:
    story = crossing("earliest", "due: {within: 30 days}, met: answered", VERSION.replace("10 days", "90 days"))
    assert story.one("2026-07-01").due == "2026-07-10"
    assert "* 30 days after the start: 30 days counted" in str(story.proof("2026-07-01"))


def test_each_version_takes_over_from_the_one_before() -> None:
    versions = "versions: [{from: 2026-07-01, due: {within: 50 days}}, {from: 2026-07-10, due: {within: 90 days}}]"
    story = crossing("earliest", versions=versions)
    assert [story.one(day).due for day in ("2026-06-30", "2026-07-01", "2026-07-10")] == [
        "2026-08-09",
        "2026-07-30",
        "2026-07-30",
    ]
    said = story.proof("2026-07-10").taken_over
    assert [(one.day, one.version_before, one.due_before) for one in said] == [
        ("2026-07-10", "2026-07-01", "2026-07-30"),
        ("2026-07-01", None, "2026-08-09"),
    ]


def test_the_proof_says_which_version_came_in_and_how_it_counts() -> None:
    proof = str(crossing("from_effective_day").proof("2026-07-01"))
    assert (
        "The version from 2026-07-01 came in and took it over from the first text, due 2026-08-09 until then" in proof
    )
    assert "10 days counted from 2026-07-01 comes to 2026-07-11" in proof


def test_a_settlement_behaves_like_a_version() -> None:
    choice = "choices: {limit_of: {label: Limit, options: [short, long], authority: letter}}\n"
    due = "due: [{when: {limit_of: short}, within: 10 days}, {within: 40 days}]"
    rules = pack(
        choice, f"duties: {{it: {{label: It, starts: referred, {due}, met: answered, crossover: from_start}}}}"
    )
    story = Told(rules, ("2026-06-10", "referred"))
    assert story.one("2026-07-01").state == "undetermined"
    settled = {"limit_of": (Settlement("limit_of", "short", day("2026-07-01"), "letter"),)}
    story = Told(compile_pack(attrs.evolve(rules.pack, settles=settled)), ("2026-06-10", "referred"))
    assert [story.one(on).state for on in ("2026-06-30", "2026-07-01")] == ["undetermined", "running"]
    assert story.one("2026-07-01").due == "2026-06-20"


@pytest.mark.parametrize("how", HOW)
def test_a_run_of_a_series_that_counts_from_before_the_version_is_taken_over_as_well(how: str) -> None:
    versions = "versions: [{from: 2026-07-01, due: {within: 10 days}}]"
    story = crossing(
        how, "due: {within: 20 days}, met: {on: answered, since: 40 days before start}, repeats: from due", versions
    )
    later = {row.run: row.due for row in story.all("2026-07-01")}
    assert later[0] == {"from_start": "2026-06-20", "from_effective_day": "2026-07-11", "earliest": "2026-06-20"}[how]
    assert later[1] == {"from_start": "2026-07-10", "from_effective_day": "2026-07-11", "earliest": "2026-07-10"}[how]


def test_a_version_to_come_is_awaited_only_where_something_runs() -> None:
    rules = duty(
        f"starts: referred, due: {{within: 60 days}}, met: answered, crossover: from_start, {VERSION}".replace(
            "2026", "2036"
        )
    )
    opened = Told(rules, ("2026-06-10", "referred"))
    assert opened.folding.horizon < FOREVER
    assert Told(rules, ("2026-06-10", "referred"), ("2026-06-12", "answered")).folding.horizon == FOREVER


def test_a_case_that_begins_after_the_version_knows_nothing_of_it() -> None:
    rules = duty(f"starts: referred, due: {{within: 60 days}}, met: answered, crossover: from_start, {VERSION}")
    story = Told(rules, ("2026-07-01", "referred"))
    assert story.one("2026-07-01").due == "2026-07-11"
    assert story.proof("2026-07-01").taken_over == ()


def test_a_rule_without_a_crossover_awaits_nothing() -> None:
    keeping = duty(f"starts: referred, due: {{within: 60 days}}, met: answered, {VERSION}")
    once = duty("starts: referred, due: {within: 60 days}, met: answered, crossover: earliest")
    assert keeping.news == once.news == ()


@pytest.mark.parametrize(
    ("closed", "states"),
    [
        ("2026-06-09", ["running", "running"]),
        ("2026-06-20", ["running", "met"]),
        ("2026-07-03", ["running", "running"]),
    ],
)
def test_what_has_turned_since_the_start_meets_a_version_that_is_newly_met_by_it(
    closed: str, states: list[str]
) -> None:
    versions = "met: answered, versions: [{from: 2026-07-01, met: {becomes: case.closed}}]"
    rules = pack(CASE, f"duties: {{it: {{label: It, starts: referred, due: open, crossover: earliest, {versions}}}}}")
    story = Told(rules, ("2026-06-01", "case_opened"), ("2026-06-10", "referred"), (closed, "case_closed"))
    assert [story.one(on).state for on in ("2026-06-30", "2026-07-01")] == states


def test_what_turns_cancels_only_once_a_version_says_so() -> None:
    versions = "met: answered, versions: [{from: 2026-07-01, cancelled: {becomes: case.closed}}]"
    rules = pack(CASE, f"duties: {{it: {{label: It, starts: referred, due: open, crossover: from_start, {versions}}}}}")
    told = [("2026-06-01", "case_opened"), ("2026-06-10", "referred"), ("2026-06-20", "case_closed")]
    assert Told(rules, *told).one("2026-07-05").state == "running"
    again = [("2026-07-03", "case_opened"), ("2026-07-04", "case_closed")]
    assert Told(rules, *told, *again).one("2026-07-05").state == "cancelled"


def test_going_on_from_a_case_that_was_kept_comes_to_the_same() -> None:
    rules = duty(f"starts: referred, due: {{within: 60 days}}, met: answered, crossover: from_start, {VERSION}")
    told = entries(rules, ("2026-06-10", "referred"), ("2026-06-11", "moved"), ("2026-07-20", "answered"))
    _, walked = fold_on(rules, told[:2], 0, None, [])
    folding, _ = fold_on(rules, told, 0, walked, told[2:])
    assert folding.rows == fold(rules, told).rows
