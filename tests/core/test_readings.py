"""Open choices: a rule is run in each of its readings, and the answer is what they agree on (semantics 26 to 28)."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from icpm_engine.errors import PackError
from icpm_engine.history import compile_pack
from icpm_engine.history.answers import Obligation
from icpm_engine.rules.model import Settlement
from tests.core.told import Told, day, duty

CHOICES = """
choices:
  counted_from: {label: Counted from where, options: [referral, answer], authority: letter}
  how_long: {label: How long, options: [short, long], authority: letter}
  how_hard: {label: How hard, options: [strict, gentle], authority: letter}
  who: {label: Who, options: [one, other], authority: letter}
  limit_in_days: {label: The limit, type: span, authority: letter, unread: yes}
"""
REFERRED = ("2026-03-02", "referred")
LENGTHS = "[{when: {how_long: short}, within: 10 days}, {when: {how_long: long}, within: 20 days}]"


def told(body: str, *events: tuple[Any, ...], more: str = "", **settles: object) -> Told:
    """A duty that starts with a referral, with the choices of this page."""
    return Told(duty(f"starts: referred, met: answered, {body}", CHOICES + more, **settles), REFERRED, *events)


def short(one: Obligation) -> tuple[str, str | None, tuple[str, ...], bool]:
    """State, date, what it waits for, overdue."""
    return one.state, one.due, one.waits_for, one.overdue


def test_readings_that_give_the_same_are_one_answer() -> None:
    """A choice that makes no difference for this child is not asked about."""
    story = told("due: [{when: {how_long: short}, within: 10 days}, {when: {how_long: long}, within: 10 days}]")
    assert short(story.one("2026-03-03")) == ("running", "2026-03-12", (), False)
    assert story.proof("2026-03-03").answers == ()


def test_readings_that_differ_name_the_choice_and_give_each_answer() -> None:
    story = told(f"due: {LENGTHS}")
    found = story.one("2026-03-03")
    assert short(found) == ("undetermined", "2026-03-12", ("how_long",), False)
    assert found.possible == ("2026-03-12", "2026-03-22")
    assert [(one.reading, one.state, one.due) for one in story.proof("2026-03-03").answers] == [
        ((("how_long", "short"),), "running", "2026-03-12"),
        ((("how_long", "long"),), "running", "2026-03-22"),
    ]


@pytest.mark.parametrize(("on", "overdue"), [("2026-03-13", False), ("2026-03-22", False), ("2026-03-23", True)])
def test_what_is_overdue_under_every_reading_is_overdue(on: str, overdue: bool) -> None:
    """Semantics 27."""
    assert told(f"due: {LENGTHS}").one(on).overdue is overdue


@pytest.mark.parametrize(("on", "marks"), [("2026-03-12", ()), ("2026-03-20", ()), ("2026-03-23", ("late",))])
def test_what_is_met_under_every_reading_is_met_and_late_if_all_say_so(on: str, marks: tuple[str, ...]) -> None:
    """In between it is late in one reading and in time in the other, and so it is not settled."""
    found = told(f"due: {LENGTHS}", (on, "answered")).one("2026-04-01")
    assert (found.state, found.marks) == ("undetermined" if on == "2026-03-20" else "met", marks)
    assert found.waits_for == (("how_long",) if on == "2026-03-20" else ())


def test_only_the_choice_that_makes_the_difference_is_named() -> None:
    """Of two that the rule touches, one changes nothing for this child."""
    story = told(
        f"due: {LENGTHS}, owner: [{{when: {{all: [{{who: one}}, {{eligible: yes}}]}}, is: nurse}}, {{is: worker}}]",
        ("2026-03-02", "status_told", {"eligible": False}),
    )
    assert story.one("2026-03-03").waits_for == ("how_long",)
    assert len(story.proof("2026-03-03").answers) == 4


def test_a_choice_that_only_says_who_owes_it_is_named() -> None:
    """Whose task it is must not be settled silently."""
    story = told("due: {within: 10 days}, owner: [{when: {who: one}, is: nurse}, {when: {who: other}, is: clinician}]")
    assert short(story.one("2026-03-03")) == ("undetermined", "2026-03-12", ("who",), False)
    assert [one.owner for one in story.proof("2026-03-03").answers] == ["Nurse", "Clinician"]
    assert "- if who = other: running, due 2026-03-12, owed by Clinician" in str(story.proof("2026-03-03"))
    assert story.one("2026-03-13").overdue


def test_a_choice_that_only_says_how_hard_it_binds_is_named() -> None:
    rows = "[{when: {how_hard: strict}, is: must}, {when: {how_hard: gentle}, is: should}]"
    found = told(f"due: {{within: 10 days}}, force: {rows}").one("2026-03-20")
    assert short(found) == ("undetermined", "2026-03-12", ("how_hard",), False)
    rights = "[{when: {how_hard: strict}, is: should}, {when: {how_hard: gentle}, is: may}]"
    found = told(f"due: {{within: 10 days}}, force: {rights}").one("2026-03-03")
    assert short(found) == ("undetermined", "2026-03-12", ("how_hard",), False)


def test_what_is_over_does_not_ask_who_owed_it() -> None:
    story = told(
        "due: {within: 10 days}, owner: [{when: {who: one}, is: nurse}, {when: {who: other}, is: clinician}]",
        ("2026-03-05", "answered"),
    )
    assert short(story.one("2026-03-05")) == ("met", "2026-03-12", (), False)


def test_a_choice_that_says_from_which_event_it_counts_is_one_clock_of_two_starts() -> None:
    body = (
        "{starts: [{on: referred, when: {counted_from: referral}}, {on: screened, when: {counted_from: answer}}], "
        "met: answered, due: {within: 10 days}}"
    )
    rules = duty(body[1:-1], CHOICES)
    story = Told(rules, REFERRED, ("2026-03-05", "screened"))
    assert short(story.one("2026-03-03")) == ("undetermined", "2026-03-12", ("counted_from",), False)
    found = story.one("2026-03-05")
    assert (found.state, found.possible) == ("undetermined", ("2026-03-12", "2026-03-15"))
    assert not story.one("2026-03-13").overdue
    assert story.one("2026-03-16").overdue


def test_a_limit_that_nobody_has_read_is_undetermined_without_a_date() -> None:
    """Semantics 28: it exists, we have not seen it."""
    found = told("due: {within: limit_in_days}").one("2027-03-03")
    assert short(found) == ("undetermined", None, ("limit_in_days",), False)


def test_a_choice_settled_gives_one_answer_without_readings() -> None:
    story = told(f"due: {LENGTHS}", how_long="long")
    assert short(story.one("2026-03-03")) == ("running", "2026-03-22", (), False)
    assert story.proof("2026-03-03").answers == ()
    assert told("due: {within: limit_in_days}", limit_in_days="4 days").one("2026-03-03").due == "2026-03-06"


def test_a_choice_settled_from_a_day_is_open_for_earlier_starts() -> None:
    """Semantics 29."""
    open_ones = duty(f"starts: referred, met: answered, due: {LENGTHS}", CHOICES)
    settled = {"how_long": (Settlement("how_long", "long", day("2026-03-03"), "letter"),)}
    story = Told(compile_pack(attrs.evolve(open_ones.pack, settles=settled)), REFERRED, ("2026-03-03", "referred"))
    assert [short(one)[:3] for one in story.all("2026-03-03")] == [
        ("undetermined", "2026-03-12", ("how_long",)),
        ("running", "2026-03-23", ()),
    ]


def test_an_open_choice_beside_an_untold_fact_names_both() -> None:
    story = told(f"due: {LENGTHS}, while: {{eligible: yes}}")
    assert set(story.one("2026-03-03").waits_for) == {"how_long", "eligible"}


def test_a_choice_reached_through_another_duty_is_named() -> None:
    """The second hangs on the first one's date, and so on the choice that gives it."""
    more = f"duties: {{first: {{label: First, starts: referred, met: screened, due: {LENGTHS}}}}}"
    rules = duty("starts: {becomes: first.overdue}, met: answered, due: {within: 5 days}", CHOICES + more)
    story = Told(rules, REFERRED)
    assert story.all("2026-03-12") == []
    (found,) = story.all("2026-03-13")
    assert (found.state, found.waits_for) == ("undetermined", ("how_long",))
    (later,) = story.all("2026-03-23")
    assert (later.state, later.possible) == ("undetermined", ("2026-03-18", "2026-03-28"))
    (last,) = story.all("2026-03-29")
    assert last.overdue


def test_readings_multiply_and_too_many_are_refused() -> None:
    """Semantics 26: at most 16."""
    names = [f"choice{number}" for number in range(5)]
    more = "choices: {" + ", ".join(f"{name}: {{label: L, options: [a, b], authority: letter}}" for name in names) + "}"
    tests = ", ".join(f"{{{name}: a}}" for name in names)
    with pytest.raises(PackError, match="16"):
        duty(f"starts: referred, due: open, met: answered, while: {{any: [{tests}]}}", more)
    four = ", ".join(f"{{{name}: a}}" for name in names[:4])
    story = Told(duty(f"starts: referred, due: open, met: answered, while: {{any: [{four}]}}", more), REFERRED)
    assert set(story.one("2026-03-03").waits_for) == set(names[:4])
    assert len(story.proof("2026-03-03").answers) == 16


def test_a_series_under_an_open_choice_joins_run_by_run() -> None:
    rows = "[{when: {counted_from: referral}, is: from due}, {when: {counted_from: answer}, is: from met}]"
    story = told(f"due: {{within: 10 days}}, repeats: {rows}", ("2026-03-05", "answered"))
    found = [(one.run, one.state, one.due, one.possible) for one in story.all("2026-03-05")]
    assert found == [
        (0, "met", "2026-03-12", ()),
        (1, "undetermined", "2026-03-15", ("2026-03-15", "2026-03-22")),
    ]


def test_the_proof_says_what_each_reading_gives_in_words() -> None:
    text = str(told(f"due: {LENGTHS}").proof("2026-03-03"))
    assert "It cannot be determined without: how long." in text
    assert "- if how long = short: running, due 2026-03-12" in text
    assert "- if how long = long: running, due 2026-03-22" in text
