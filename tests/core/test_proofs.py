"""Proofs: what started it, how the date was reckoned, by which rule, what waits; and that the arithmetic is right."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.calendars import ANY_CALENDAR, Span, day_adder, format_day
from icpm_engine.history.proofs import Proof, proof_of
from icpm_engine.history.reckoned import Leg
from tests.core.told import FACTS, Told, day, duty, pack

REFERRED = ("2026-03-02", "referred")


def proof(body: str, *events: tuple[Any, ...], on: str = "2026-03-03", more: str = "", **settles: object) -> Proof:
    """The proof of the only obligation of a duty."""
    return Told(duty(body, more, **settles), *(events or (REFERRED,))).proof(on)


def test_a_proof_names_the_start_the_rule_its_version_and_its_authority() -> None:
    found = proof("starts: referred, met: answered, due: {within: 10 days}")
    assert (found.start_event, found.start_day, found.start_entry) == ("referred", "2026-03-02", 1)
    assert (found.duty, found.label, found.owner, found.force) == ("it", "It", "Worker", "must")
    assert (found.authority.source, found.authority.title, found.authority.seen) == (
        "letter",
        "A letter, section 2",
        "seen",
    )
    assert found.rule_file == "rules0.yaml:2"
    assert len(found.pack_version) == 32


def test_a_proof_says_that_all_in_words() -> None:
    text = str(proof("starts: referred, met: answered, due: {within: 10 days}, while: {not: {eligible: no}}"))
    assert text.splitlines()[0].startswith("It: undetermined, due 2026-03-12.")
    assert "Owed by Worker (must). Met by: answered." in text
    assert "It starts from referred on 2026-03-02 (entry 1)." in text
    assert "10 days counted from 2026-03-02 comes to 2026-03-12." in text
    assert "It cannot be determined without: eligible." in text
    assert "Authority: A letter, section 2 (read)." in text


def test_a_proof_names_the_text_that_was_in_force_at_the_start() -> None:
    body = (
        "starts: referred, met: answered, due: {within: 10 days}, "
        "versions: [{from: 2026-03-05, due: {within: 4 days}, label: Newer}]"
    )
    older = proof(body)
    newer = proof(body, ("2026-03-05", "referred"), on="2026-03-06")
    assert (older.version_from, older.label, older.due) == (None, "It", "2026-03-12")
    assert (newer.version_from, newer.label, newer.due) == ("2026-03-05", "Newer", "2026-03-09")
    assert "in the version from 2026-03-05" in str(newer)


def test_a_proof_lists_the_days_that_were_left_out_and_why() -> None:
    (leg,) = proof(
        "starts: referred, met: answered, due: {within: 3 court days}", ("2026-03-27", "referred"), on="2026-03-28"
    ).legs
    assert (leg.anchor_day, leg.span, leg.counted_to, leg.governs) == ("2026-03-27", "3 court days", "2026-04-02", True)
    assert [(gap.first, gap.last) for gap in leg.skipped] == [
        ("2026-03-28", "2026-03-29"),
        ("2026-03-31", "2026-03-31"),
    ]
    assert "Chavez" in leg.skipped[1].why


def test_a_proof_says_where_a_date_was_moved_to() -> None:
    (leg,) = proof("starts: referred, met: answered, due: {within: 5 days, rolls: next court day}").legs
    assert (leg.counted_to, leg.moved_to) == ("2026-03-07", "2026-03-09")


def test_a_proof_says_which_of_several_legs_governs_and_what_the_others_wait_for() -> None:
    body = "starts: referred, met: answered, due: {earliest: [{within: 20 days}, {by: 3 days before hearing}]}"
    waiting = proof(body)
    assert waiting.which == "earliest"
    assert [(leg.governs, leg.counted_to, leg.waits_for) for leg in waiting.legs] == [
        (True, "2026-03-22", ()),
        (False, None, ("hearing",)),
    ]
    told = proof(body, REFERRED, ("2026-03-03", "hearing_set", {"date": "2026-03-20T09:00"}))
    assert [(leg.governs, leg.counted_to, leg.anchor_day) for leg in told.legs] == [
        (False, "2026-03-22", "2026-03-02"),
        (True, "2026-03-17", "2026-03-20"),
    ]
    assert "* by 3 days before the hearing: 3 days counted back from 2026-03-20 comes to 2026-03-17." in str(told)


def test_a_date_that_is_open_until_all_is_known_says_what_it_waits_for() -> None:
    found = proof("starts: referred, met: answered, due: {latest: [{within: 20 days}, {by: plan_until}]}")
    assert (found.due, found.which) == (None, "latest")
    assert [leg.waits_for for leg in found.legs] == [(), ("plan_until",)]
    assert "waits for plan until" in str(found)


def test_the_words_of_a_source_that_states_no_number_are_given() -> None:
    found = proof("starts: referred, met: answered, due: {open: without delay}")
    assert [(leg.dated, leg.rule) for leg in found.legs] == [(False, "no number stated (without delay)")]


def test_immediately_says_that_the_end_of_the_day_is_our_convention() -> None:
    """Semantics 10."""
    (leg,) = proof("starts: referred, met: answered, due: {within: immediately}").legs
    assert leg.counted_to == "2026-03-02"
    assert leg.convention is not None
    (same_day,) = proof("starts: referred, met: answered, due: {within: same day}").legs
    assert same_day.convention is None


def test_hours_are_said_with_the_hour() -> None:
    found = proof(
        "starts: referred, met: answered, due: {within: 26 hours}", ("2026-03-07T23:30", "referred"), on="2026-03-08"
    )
    assert found.due == "2026-03-09T02:30"
    assert found.legs[0].counted_to == "2026-03-09T02:30"


def test_a_later_run_says_that_it_starts_from_the_run_before_it() -> None:
    story = Told(
        duty("starts: referred, met: answered, due: {within: 10 days}, repeats: from met"),
        REFERRED,
        ("2026-03-05", "answered"),
    )
    second = next(proof_of(row, story.rules) for row in story.folding.rows if row.run == 1)
    assert (second.start_event, second.start_day, second.run) == ("the run before it", "2026-03-05", 1)


def test_a_run_that_a_condition_started_says_which() -> None:
    story = Told(
        duty("starts: {becomes: {eligible: yes}}, met: answered, due: {within: 10 days}"),
        ("2026-03-01", "moved"),
        ("2026-03-02", "status_told", {"eligible": True}),
    )
    found = story.proof("2026-03-03")
    assert (found.start_event, found.start_day, found.start_entry) == ("status told", "2026-03-02", 2)


def test_a_proof_of_what_was_met_names_its_evidence() -> None:
    found = proof(
        "starts: referred, met: answered, due: {within: 10 days}", REFERRED, ("2026-03-20", "answered"), on="2026-03-20"
    )
    assert (found.state, found.evidence, found.marks) == ("met", (2,), ("late",))
    assert found.would_move == ("a correction or retraction of the entries named here",)
    assert "Evidence: entry 2." in str(found)
    assert "Marks: late." in str(found)


def test_a_proof_of_what_is_incomplete_names_what_is_wanting() -> None:
    body = "starts: referred, due: {within: 10 days}, met: {on: answered, with: [{in_writing: yes}, {to: court}]}"
    found = proof(body, REFERRED, ("2026-03-03", "answered", {"in_writing": True, "to": "child"}), on="2026-03-04")
    assert (found.state, found.marks, found.wanting) == ("running", ("incomplete",), ("to is court",))
    assert "Still wanting: to is court." in str(found)


def test_a_proof_says_what_would_change_it() -> None:
    found = proof(
        "starts: referred, met: answered, cancelled: withdrawn, "
        "while: {eligible: yes}, due: {by: 10 days before hearing}"
    )
    assert found.would_move == (
        "a correction of the start",
        "a change of the hearing",
        "a change of whether eligible is yes",
        "withdrawn (ends it)",
    )


def test_a_calendar_that_ends_is_named() -> None:
    found = proof(
        "starts: referred, met: answered, due: {within: 3 court days}", ("2026-12-30", "referred"), on="2026-12-30"
    )
    assert found.state == "undetermined"
    assert found.missing == ("calendar california-courts after 2026-12-31",)
    assert "3 court days after the start: waits for calendar california-courts after 2026-12-31." in str(found)


def test_a_leg_whose_span_is_not_told_says_what_it_waits_for() -> None:
    found = proof("starts: referred, met: answered, due: {earliest: [{within: limit}, {within: 20 days}]}")
    assert (found.state, found.due, found.missing) == ("undetermined", None, ("limit",))
    assert [(leg.waits_for, leg.counted_to) for leg in found.legs] == [(("limit",), None), ((), "2026-03-22")]


def test_of_several_rows_each_says_how_it_comes_to_its_date() -> None:
    rows = "[{while: {eligible: yes}, within: 10 days}, {within: 3 court days}]"
    found = proof(f"starts: referred, met: answered, due: {rows}")
    assert found.possible == ("2026-03-05", "2026-03-12")
    assert [leg.counted_to for leg in found.legs] == ["2026-03-12", "2026-03-05"]
    beyond = proof(f"starts: referred, met: answered, due: {rows}", ("2026-12-30", "referred"), on="2026-12-30")
    assert [(leg.counted_to, leg.waits_for) for leg in beyond.legs] == [
        ("2027-01-09", ()),
        (None, ("calendar california-courts after 2026-12-31",)),
    ]


# --- the arithmetic ---------------------------------------------------------------------------------------------------

MOST = {"days": 40, "weeks": 12, "months": 8, "years": 1, "court days": 60}
UNITS = tuple(MOST)


@st.composite
def limits(draw: st.DrawFn) -> tuple[str, str]:
    """A due date in days, and what rolls it; within the years that the calendar covers."""
    unit = draw(st.sampled_from(UNITS))
    span = f"{draw(st.integers(1, MOST[unit]))} {unit}"
    if unit != "court days" and draw(st.booleans()):
        other = draw(st.sampled_from([one for one in UNITS if one not in (unit, "court days")]))
        span += f" {draw(st.integers(1, MOST[other]))} {other}"
    return span, draw(st.sampled_from(["", ", rolls: next court day", ", rolls: previous court day"]))


def leg_day(leg: Leg, story: Told) -> int:
    """The day to which the proof's own numbers come: what it counts from, by which span, without the days left out."""
    calendars = story.rules.pack.calendars
    assert leg.anchor_day is not None
    span = Span.parse(str(leg.span), ANY_CALENDAR)
    if not span.calendars:
        return day_adder(span, calendars)(day(leg.anchor_day))
    left_out = {one for gap in leg.skipped for one in range(day(gap.first), day(gap.last) + 1)}
    at, wanted = day(leg.anchor_day), span.parts[0].count
    while wanted:
        at += 1
        wanted -= at not in left_out
    return at


@given(limits(), st.integers(0, 400))
def test_the_numbers_of_a_proof_come_to_its_date(limit: tuple[str, str], offset: int) -> None:
    span, rolls = limit
    start = format_day(day("2024-01-03") + offset)
    story = Told(duty(f"starts: referred, met: answered, due: {{within: {span}{rolls}}}"), (start, "referred"))
    found = story.proof(start)
    (leg,) = found.legs
    assert (leg.anchor_day, leg.anchor_entry) == (start, 1)
    assert leg.counted_to == format_day(leg_day(leg, story))
    assert found.due == (leg.moved_to or leg.counted_to)
    court = story.rules.pack.calendars["court"]
    if rolls:
        assert court.is_open(day(found.due))
    if leg.moved_to is not None:
        first, last = sorted((day(leg.moved_to), day(str(leg.counted_to))))
        assert [one for one in range(first, last + 1) if court.is_open(one)] == [day(leg.moved_to)]


@given(st.integers(0, 400), st.integers(1, 40), st.sampled_from(["earliest", "latest"]), st.integers(-30, 60))
def test_the_leg_that_governs_is_the_earliest_or_the_latest(offset: int, span: int, which: str, until: int) -> None:
    start = day("2026-01-01") + offset
    text = f"starts: referred, met: answered, due: {{{which}: [{{within: {span} days}}, {{by: plan_until}}]}}"
    told = ("2026-01-01", "plan_made", {"until": format_day(start + until)})
    story = Told(duty(text), told, (format_day(start), "referred"))
    found = story.proof(format_day(start))
    dates = [str(leg.counted_to) for leg in found.legs]
    chosen = min(dates) if which == "earliest" else max(dates)
    assert found.due == chosen
    assert {str(leg.counted_to) for leg in found.legs if leg.governs} == {chosen}


def test_a_proof_can_be_made_of_every_row() -> None:
    """Whatever a story comes to, its proof says it, and of every kind of state."""
    text = """
duties:
  plain: {label: P, starts: referred, met: answered, due: {within: 3 days}}
  rows: {label: R, starts: referred, due: [{when: {eligible: yes}, within: 3 days}, {within: 5 court days}]}
  legs: {label: L, starts: referred, met: answered, due: {earliest: [{within: 9 days}, {before: {on: moved}}]}}
  parts: {label: P, starts: referred, due: open, met: {on: answered, with: [{in_writing: yes}]}, force: may}
  turned: {label: T, starts: {at: 3 days after start_of_it, when: {not: {on: moved}}}, due: {by: end of month},
    met: moved}
facts:
  start_of_it: {type: date, told: {on: referred, take: event}}
"""
    rules = pack(
        text.replace("rows: {label: R, starts: referred,", "rows: {label: R, starts: referred, met: answered,"), FACTS
    )
    story = Told(rules, REFERRED, ("2026-03-04", "answered"), ("2026-03-09", "referred"), ("2026-03-10", "moved"))
    proofs = [proof_of(row, rules) for row in story.folding.rows]
    assert {one.duty for one in proofs} == {"plain", "rows", "legs", "parts", "turned"}
    for one in proofs:
        assert one.label in str(one).splitlines()[0]
        said = "available" if (one.force, one.state) == ("may", "running") else one.state
        assert said in str(one).splitlines()[0]


@pytest.mark.parametrize("name", ["first", "second"])
def test_every_duty_of_a_row_has_its_place_in_its_file(name: str) -> None:
    body = "{label: L, starts: referred, met: answered, due: open}"
    text = f"duties:\n  first: {body}\n  second: {body}\n"
    story = Told(pack(text), REFERRED)
    assert story.proof("2026-03-03", name).rule_file == f"rules0.yaml:{3 if name == 'first' else 4}"
