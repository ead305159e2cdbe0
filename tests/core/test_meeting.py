"""What meets a run: windows, same-day evidence, look-back, several parts, and the date that it is judged by."""

from __future__ import annotations

from typing import Any

import pytest

from icpm_engine.history import fold
from icpm_engine.history.answers import Obligation
from tests.core.told import CASE, Told, duty, entries, pack

REFERRED = ("2026-03-02", "referred")


def met(line: str, *events: tuple[Any, ...], on: str = "2026-12-31") -> Obligation:
    """The only obligation of a duty that starts with a referral and has 10 days."""
    return Told(duty(f"starts: referred, due: {{within: 10 days}}, met: {line}"), REFERRED, *events).one(on)


@pytest.mark.parametrize(
    ("answered", "state", "marks"),
    [
        ("2026-03-12", "met", ()),
        ("2026-03-12T23:59", "met", ()),
        ("2026-03-13", "met", ("late",)),
        ("2026-03-13T00:00", "met", ("late",)),
    ],
)
def test_evidence_is_in_time_to_the_end_of_the_due_day_and_late_afterwards(
    answered: str, state: str, marks: tuple[str, ...]
) -> None:
    found = met("answered", (answered, "answered"))
    assert (found.state, found.marks, found.overdue) == (state, marks, False)


@pytest.mark.parametrize(
    ("referred", "answered", "state"),
    [
        ("2026-03-02", "2026-03-02", "met"),
        ("2026-03-02", "2026-03-02T08:00", "met"),
        ("2026-03-02T09:00", "2026-03-02", "met"),
        ("2026-03-02T09:00", "2026-03-02T08:00", "running"),
        ("2026-03-02T09:00", "2026-03-02T09:00", "met"),
        ("2026-03-02", "2026-03-01", "running"),
    ],
)
@pytest.mark.parametrize("first", [0, 1])
def test_evidence_of_the_start_s_own_day_counts_if_an_hour_is_missing(
    referred: str, answered: str, state: str, first: int
) -> None:
    """Semantics 5: whatever the order of recording."""
    events = [(referred, "referred"), (answered, "answered")]
    story = Told(duty("starts: referred, due: {within: 10 days}, met: answered"), *(events[::-1] if first else events))
    if referred == answered == "2026-03-02T09:00" and first:
        state = "running"  # at the same minute the order of recording decides, and what came before is no evidence
        assert story.one("2026-03-02").state in ("running", "met")
        return
    assert story.one("2026-03-02").state == state


def test_the_event_that_starts_a_run_is_no_evidence_for_it_unless_the_rule_says_so() -> None:
    """Semantics 14."""
    plain = duty("starts: screened, due: {within: 10 days}, met: screened")
    says = duty("starts: screened, due: {within: 10 days}, met: {on: screened, since: start}")
    for rules, state in ((plain, "running"), (says, "met")):
        assert Told(rules, ("2026-03-02", "screened")).one("2026-03-02").state == state


def test_the_event_that_turned_the_starting_condition_is_no_evidence_either() -> None:
    rules = duty("starts: {becomes: {level: two}}, due: {within: 10 days}, met: status_told")
    assert Told(rules, ("2026-03-02", "status_told", {"level": "two"})).one("2026-03-02").state == "running"


@pytest.mark.parametrize(
    ("line", "day", "state"),
    [
        ("{on: answered, after: start}", "2026-03-03", "met"),
        ("{on: answered, since: 3 days after start}", "2026-03-04", "running"),
        ("{on: answered, since: 3 days after start}", "2026-03-05", "met"),
        ("{on: answered, after: 3 days after start}", "2026-03-05", "running"),
        ("{on: answered, by: due}", "2026-03-12", "met"),
        ("{on: answered, by: due}", "2026-03-13", "missed"),
        ("{on: answered, before: due}", "2026-03-12", "missed"),
        ("{on: answered, by: 5 days after due}", "2026-03-17", "met"),
        ("{on: answered, by: 5 days after due}", "2026-03-18", "missed"),
        ("{on: answered, since: 30 days before start}", "2026-01-31", "met"),
        ("{on: answered, since: 30 days before start}", "2026-01-30", "running"),
        ("{on: answered, after: 30 days before start}", "2026-01-31", "running"),
        ("{on: answered, since: ever}", "2020-01-31", "met"),
        ("{on: answered, since: moved}", "2026-03-08", "running"),
        ("{on: answered, where: {to: family}}", "2026-03-05", "running"),
        ("{on: answered, where: {to: court}}", "2026-03-05", "met"),
        ("{on: answered, where: {any: [{to: family}, {in_writing: yes}]}}", "2026-03-05", "met"),
        ("{on: answered, where: {not: {to: court}}}", "2026-03-05", "running"),
        ("[screened, answered]", "2026-03-05", "met"),
        ("{any: [screened, answered], by: due}", "2026-03-05", "met"),
    ],
)
def test_the_window_in_which_a_line_counts(line: str, day: str, state: str) -> None:
    assert met(line, (day, "answered", {"to": "court", "in_writing": True})).state == state


def test_evidence_on_the_day_of_its_bound_without_an_hour_is_undetermined_and_names_the_hour() -> None:
    """Semantics 4, and never overdue while it may have been met (27)."""
    rules = duty("starts: referred, due: {within: 4 hours}, met: {on: answered, by: due}")
    story = Told(rules, ("2026-03-02T09:00", "referred"), ("2026-03-02", "answered"))
    found = story.one("2026-03-05")
    assert (found.state, found.waits_for, found.overdue) == ("undetermined", ("the hour of answered",), False)


def test_evidence_on_the_day_of_a_limit_with_an_hour_is_met_and_its_order_is_unknown() -> None:
    """docs/decisions.md: met is met; whether in time, only an hour would tell."""
    rules = duty("starts: referred, due: {within: 4 hours}, met: answered")
    story = Told(rules, ("2026-03-02T09:00", "referred"), ("2026-03-02", "answered"))
    assert (story.one("2026-03-02").state, story.one("2026-03-02").marks) == ("met", ("order unknown",))


def test_evidence_that_does_not_say_what_is_asked_is_undetermined_and_names_the_field() -> None:
    found = met(
        "{on: answered, where: {in_writing: yes}}", ("2026-03-05", "answered", {"to": "court"}), on="2026-04-01"
    )
    assert (found.state, found.waits_for, found.overdue) == ("undetermined", ("answered.in_writing",), False)
    both = [("2026-03-05", "answered", {"to": "court"}), ("2026-03-06", "answered", {"in_writing": True})]
    assert met("{on: answered, where: {in_writing: yes}}", *both).state == "met"


def test_a_line_with_a_condition_counts_as_the_case_stood_then() -> None:
    line = "{on: answered, when: {level: two}}"
    two = ("2026-03-03", "status_told", {"level": "two"})
    one = ("2026-03-03", "status_told", {"level": "one"})
    later = ("2026-03-06", "status_told", {"level": "one"})
    assert met(line, two, ("2026-03-05", "answered"), later).state == "met"
    assert met(line, one, ("2026-03-05", "answered")).state == "running"
    unknown = met(line, ("2026-03-05", "answered"))
    assert (unknown.state, unknown.waits_for) == ("undetermined", ("level",))


# --- several parts ----------------------------------------------------------------------------------------------------


def test_each_value_is_wanted_over_any_number_of_events_and_the_last_one_dates_it() -> None:
    """Semantics 43."""
    line = "{on: answered, each: {items: [identity, consent, records]}}"
    part = ("2026-03-05", "answered", {"items": ["identity", "consent"]})
    rest = ("2026-03-14", "answered", {"items": ["records", "consent"]})
    found = met(line, part)
    assert (found.state, found.marks, found.wanting, found.overdue) == ("running", ("incomplete",), ("records",), True)
    assert met(line, part, rest).marks == ("late",)


def test_a_value_may_be_wanted_only_in_some_cases() -> None:
    line = "{on: answered, each: {to: [child, {when: {level: two}, is: agency}]}}"
    child = ("2026-03-05", "answered", {"to": "child"})
    unknown = met(line, child)
    assert (unknown.state, unknown.waits_for) == ("undetermined", ("level",))
    assert met(line, ("2026-03-03", "status_told", {"level": "one"}), child).state == "met"
    assert met(line, ("2026-03-03", "status_told", {"level": "two"}), child).wanting == ("agency",)
    late = met(line, child, ("2026-03-15", "status_told", {"level": "one"}))
    assert (late.state, late.marks) == ("met", ())


def test_what_an_event_lacks_is_named_and_a_better_one_completes_it() -> None:
    line = "{on: answered, with: [{in_writing: yes}, {items: {includes: [identity, consent]}}]}"
    first = ("2026-03-05", "answered", {"in_writing": True, "items": ["identity"]})
    found = met(line, first)
    assert (found.marks, found.wanting) == (("incomplete",), ("consent",))
    whole = ("2026-03-06", "answered", {"in_writing": True, "items": ["identity", "consent"]})
    assert (met(line, first, whole).state, met(line, first, whole).wanting) == ("met", ())


def test_a_label_says_what_is_lacking() -> None:
    line = "{on: answered, with: [{label: a signed copy, in_writing: yes}]}"
    assert met(line, ("2026-03-05", "answered", {"in_writing": False})).wanting == ("a signed copy",)


def test_so_many_events_are_counted_and_the_last_one_dates_it() -> None:
    line = "{on: answered, times: 3}"
    days = ["2026-03-03", "2026-03-04", "2026-03-13"]
    assert met(line, *[(on, "answered") for on in days[:2]]).wanting == ("1 more of answered",)
    found = Told(
        duty(f"starts: referred, due: {{within: 10 days}}, met: {line}"), REFERRED, *[(on, "answered") for on in days]
    )
    assert (found.one("2026-03-13").state, found.one("2026-03-13").marks) == ("met", ("late",))
    assert found.proof("2026-03-13").evidence == (2, 3, 4)


def test_all_of_several_lines_in_any_order() -> None:
    line = "{all: [answered, {on: screened, label: the screen}]}"
    screened, answered = ("2026-03-05", "screened"), ("2026-03-07", "answered")
    assert met(line, answered).wanting == ("the screen",)
    assert met(line, screened).wanting == ("answered",)
    assert met(line, screened, answered).state == met(line, answered, screened).state == "met"


def test_a_part_that_does_not_apply_is_not_needed_and_one_that_may_apply_is_undetermined() -> None:
    line = "{all: [answered, {on: screened, when: {level: two}}]}"
    answered = ("2026-03-05", "answered")
    assert met(line, ("2026-03-03", "status_told", {"level": "one"}), answered).state == "met"
    assert met(line, ("2026-03-03", "status_told", {"level": "two"}), answered).wanting == ("screened",)
    assert (met(line, answered).state, met(line, answered).waits_for) == ("undetermined", ("level",))
    later = met(line, answered, ("2026-03-08", "status_told", {"level": "one"}))
    assert (later.state, later.marks) == ("met", ())


def test_parts_of_parts() -> None:
    line = "{all: [answered, {any: [screened, {all: [moved, plan_made]}]}]}"
    answered = ("2026-03-05", "answered")
    assert met(line, answered, ("2026-03-06", "moved")).state == "running"
    assert met(line, answered, ("2026-03-06", "moved"), ("2026-03-07", "plan_made")).state == "met"
    assert met(line, answered, ("2026-03-06", "screened")).state == "met"


def test_evidence_of_two_kinds_of_ending_is_kept_apart() -> None:
    body = "{on: answered, each: {to: [a, b]}}, excused: {on: withdrawn, times: 2}"
    story = Told(
        duty(f"starts: referred, due: {{within: 10 days}}, met: {body}"),
        REFERRED,
        ("2026-03-03", "answered", {"to": "a"}),
        ("2026-03-04", "withdrawn"),
    )
    assert (story.one("2026-03-04").state, story.one("2026-03-04").wanting) == ("running", ("b",))


# --- conditions that turn ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "levels", "state"),
    [
        ("{becomes: {level: two}}", ["one", "two"], "met"),
        ("{becomes: {level: two}}", ["two"], "met"),
        ("{ceases: {level: one}}", ["one", "two"], "met"),
        ("{ceases: {level: one}}", ["two"], "running"),
    ],
)
def test_a_condition_that_turns_meets_a_run(line: str, levels: list[str], state: str) -> None:
    events = [(f"2026-03-0{n}", "status_told", {"level": level}) for n, level in enumerate(levels, 3)]
    assert met(line, *events).state == state


def test_a_condition_that_held_before_the_start_has_not_turned_since() -> None:
    rules = duty("starts: referred, due: {within: 10 days}, met: {becomes: {level: two}}")
    story = Told(rules, ("2026-03-01", "status_told", {"level": "two"}), REFERRED)
    assert story.one("2026-03-05").state == "running"


def test_time_alone_may_meet_or_cancel_a_run() -> None:
    born = ("2026-03-01", "birth_date_told", {"born": "2020-03-10"})
    for key, state in (
        ("met", "met"),
        ("met: answered, excused", "excused"),
        ("met: answered, cancelled", "cancelled"),
    ):
        rules = duty(f"starts: referred, due: {{within: 10 days}}, {key}: {{becomes: {{age: {{at_least: 6 years}}}}}}")
        story = Told(rules, born, REFERRED)
        assert [story.one(on).state for on in ("2026-03-09", "2026-03-10")] == ["running", state]


def test_a_condition_that_ceases_cancels() -> None:
    rules = duty("starts: referred, due: {within: 10 days}, met: answered, cancelled: {ceases: case.open}", CASE)
    story = Told(rules, ("2026-03-01", "case_opened"), REFERRED, ("2026-03-05", "case_closed"))
    assert [story.one(on).state for on in ("2026-03-04", "2026-03-05")] == ["running", "cancelled"]


# --- substitutes, excuses, cancelling ---------------------------------------------------------------------------------


def test_a_substitute_meets_it_and_is_marked() -> None:
    found = met(
        "answered, substitute: {on: screened, where: {result: negative}}",
        ("2026-03-05", "screened", {"result": "negative"}),
    )
    assert (found.state, found.marks) == ("met", ("substitute",))


def test_a_substitute_or_an_excuse_of_the_start_s_own_day_counts_whatever_the_order_of_recording() -> None:
    for key, state in (("substitute", "met"), ("excused", "excused")):
        rules = duty(f"starts: referred, due: {{within: 10 days}}, met: answered, {key}: withdrawn")
        assert Told(rules, ("2026-03-02", "withdrawn"), REFERRED).one("2026-03-02").state == state


@pytest.mark.parametrize(
    ("line", "day", "state"),
    [
        ("withdrawn", "2026-03-12", "excused"),
        ("withdrawn", "2026-03-13", "running"),
        ("{on: withdrawn, since: 3 days after start}", "2026-03-13", "running"),
        ("{on: withdrawn, by: ever}", "2026-03-13", "excused"),
        ("{on: withdrawn, before: due}", "2026-03-12", "running"),
    ],
)
def test_an_excuse_is_dated_by_the_due_moment_unless_the_rule_says_otherwise(line: str, day: str, state: str) -> None:
    """Semantics 44."""
    assert met(f"answered, excused: {line}", (day, "withdrawn")).state == state


def test_cancelled_looks_only_after_the_start_and_after_the_due_moment_it_was_missed() -> None:
    """Semantics 25 and 42."""
    rules = duty("starts: referred, due: {within: 10 days}, met: answered, cancelled: withdrawn")
    before = Told(rules, ("2026-03-01", "withdrawn"), REFERRED)
    assert before.one("2026-03-05").state == "running"
    for on, state in (("2026-03-12", "cancelled"), ("2026-03-13", "missed")):
        assert Told(rules, REFERRED, (on, "withdrawn")).one(on).state == state


def test_met_comes_before_cancelled() -> None:
    """Semantics 13."""
    rules = duty("starts: referred, due: {within: 10 days}, met: withdrawn, cancelled: withdrawn")
    assert Told(rules, REFERRED, ("2026-03-05", "withdrawn")).one("2026-03-05").state == "met"


# --- what judges an event ---------------------------------------------------------------------------------------------


def test_the_due_date_that_judges_an_event_is_the_one_that_stood_just_before_it() -> None:
    """Semantics 18: it would otherwise move itself and could never be late."""
    more = "facts: {last_answer: {type: date, told: {on: [referred, answered], take: event}}}"
    rules = pack(
        "duties: {it: {label: It, starts: referred, due: {by: 10 days after last_answer}, met: answered}}", more
    )
    assert Told(rules, REFERRED, ("2026-03-20", "answered")).one("2026-03-20").marks == ("late",)


def test_too_late_for_an_event_is_out_of_sequence_and_for_a_date_it_is_late() -> None:
    """Semantics 40; the leg that governs decides."""
    event = duty("starts: referred, due: {before: {on: moved}}, met: answered")
    story = Told(event, REFERRED, ("2026-03-05", "moved"), ("2026-03-06", "answered"))
    assert [story.one(on).overdue for on in ("2026-03-04", "2026-03-05")] == [False, True]
    assert story.one("2026-03-06").marks == ("out of sequence",)
    either = duty("starts: referred, due: {earliest: [{before: {on: moved}}, {within: 10 days}]}, met: answered")
    for moved, mark in (("2026-03-05", "out of sequence"), ("2026-03-15", "late")):
        found = Told(either, REFERRED, (moved, "moved"), ("2026-03-20", "answered")).one("2026-03-20")
        assert found.marks == (mark,)


def test_rules_look_at_the_same_case_whatever_their_order() -> None:
    """One event may meet two rules of which one looks at when the other was met."""
    first = "first: {label: First, starts: referred, due: open, repeats: from met, met: answered}"
    second = "second: {label: Second, starts: referred, due: open, met: {on: answered, after: first.met}}"
    for order in ((first, second), (second, first)):
        rules = pack("duties:\n" + "".join(f"  {one}\n" for one in order))
        story = Told(rules, REFERRED, ("2026-03-05", "answered"), ("2026-03-09", "answered"))
        assert [story.one(on, "second").state for on in ("2026-03-05", "2026-03-09")] == ["running", "met"]


def hearing(on: str, date: str) -> tuple[str, str, dict[str, str]]:
    """A hearing set, or set again, for a day."""
    return on, "hearing_set", {"date": date}


MOVED_HEARINGS = [
    ("since: 30 days before hearing", "2026-04-20", "2026-03-25", ["running", "met"]),  # too early, and then it was not
    ("since: 30 days before hearing", "2026-04-20", "2026-06-20", ["running", "running"]),
    ("times: 2, after: 16 days before hearing", "2026-03-20", "2026-03-19", ["running", "met"]),
]


@pytest.mark.parametrize(("bounds", "first", "then", "states"), MOVED_HEARINGS)
def test_a_window_that_moves_is_asked_about_all_that_was_seen(
    bounds: str, first: str, then: str, states: list[str]
) -> None:
    """Evidence counts by the window as it stands, and not as it stood when the evidence came."""
    rules = duty(f"starts: referred, due: {{within: 60 days}}, met: {{on: answered, {bounds}}}")
    answers = ("2026-03-04", "answered"), ("2026-03-05", "answered")
    told = Told(rules, REFERRED, hearing("2026-03-02", first), *answers, hearing("2026-03-10", then))
    assert [told.one(on).state for on in ("2026-03-09", "2026-03-10")] == states


def test_a_window_that_moves_away_leaves_what_is_wanting() -> None:
    """One of the two answers lies outside the window once the hearing has moved."""
    line = "{on: answered, times: 2, since: 30 days before hearing}"
    rules = duty(f"starts: referred, due: {{within: 90 days}}, met: {line}")
    story = [REFERRED, hearing("2026-03-02", "2026-03-20"), ("2026-03-05", "answered")]
    moved = hearing("2026-03-10", "2026-05-25")
    assert Told(rules, *story, ("2026-05-01", "answered")).one("2026-05-01").state == "met"
    assert Told(rules, *story, moved, ("2026-05-01", "answered")).one("2026-05-01").state == "running"


def test_a_barred_event_counts_unless_the_rule_minds() -> None:
    """Semantics 45."""
    bars = "bars: {b: {label: B, forbids: {on: answered, where: {items: {lacks: [consent]}}}}}"
    event = ("2026-03-05", "answered", {"items": ["identity"]})
    for line, state in (("answered", "met"), ("{on: answered, with: [{barred: no}]}", "running")):
        rules = pack(f"duties: {{it: {{label: It, starts: referred, due: open, met: {line}}}}}", bars)
        assert Told(rules, REFERRED, event).one("2026-03-05").state == state


# --- dated otherwise --------------------------------------------------------------------------------------------------


def test_evidence_may_be_dated_by_one_of_its_fields() -> None:
    line = "{on: answered, dated: signed_on}"
    in_time = met(line, ("2026-03-20", "answered", {"signed_on": "2026-03-12"}))
    assert (in_time.state, in_time.marks) == ("met", ())
    assert met(line, ("2026-03-20", "answered", {"signed_on": "2026-03-13"})).marks == ("late",)
    assert met(line, ("2026-03-20", "answered", {"signed_on": "2026-03-01"})).state == "running"
    assert met(line, ("2026-03-20", "answered")).state == "running"


def test_evidence_dated_by_its_recording_is_not_there_before_it_was_entered() -> None:
    """Semantics 54: done on time, entered too late."""
    rules = duty("starts: referred, due: {within: 10 days}, met: {on: answered, dated: recorded}")
    told = entries(rules, REFERRED, ("2026-03-05", "answered"))
    told[1].recorded = rules.zone.instant(told[0].day + 12, 600)
    story = Told(rules)
    story.folding = fold(rules, told)
    assert [story.one(on).state for on in ("2026-03-05", "2026-03-13", "2026-03-14")] == ["running", "running", "met"]
    assert story.one("2026-03-13").overdue is True
    assert story.one("2026-03-14").marks == ("late",)
