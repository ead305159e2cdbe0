"""Clocks that stand still: which days count, what is left, and that a pause hides overdue without curing it."""

from __future__ import annotations

import pytest

from icpm_engine.errors import PackError
from icpm_engine.history import FOREVER, Entry
from icpm_engine.history.changes import changes
from icpm_engine.history.fold import fold_on
from icpm_engine.history.ledger import days_by_holder, ledger_of
from icpm_engine.history.timeline import timeline_of
from tests.core.told import Told, duty, entries, pack

AWAY = {"level": "away"}
HERE = {"level": "here"}
PAUSE = "met: answered, paused_while: {level: away}"
KNOWN = ("2026-03-01", "status_told", HERE)
REFERRED = ("2026-03-02", "referred")


def paused(due: str, *events: tuple[object, ...], more: str = "") -> Told:
    """A duty that is paused while the level is away, which it is from the 5th until the 9th."""
    rules = duty(f"starts: referred, due: {due}, {PAUSE}{more}")
    away = (("2026-03-05", "status_told", AWAY), ("2026-03-09", "status_told", HERE))
    return Told(rules, KNOWN, REFERRED, *away, *events)


@pytest.mark.parametrize(
    ("due", "date"),
    [
        ("{within: 10 days}", "2026-03-16"),  # the 5th to the 8th do not count
        ("{within: 3 days}", "2026-03-09"),  # the 5th would have been the third
        ("{within: 2 days}", "2026-03-04"),  # over before the pause
        ("{within: 2 weeks}", "2026-03-20"),
        ("{within: 1 month}", "2026-04-06"),  # four days later
        ("{within: 1 month 3 days}", "2026-04-09"),
        ("{within: 5 court days}", "2026-03-11"),  # of the 5th to the 8th, two are court days
        ("{within: 3 court days, rolls: next court day}", "2026-03-09"),
        ("{within: 1 month, rolls: next court day}", "2026-04-06"),
        ("{within: 4 days, first_day: counted}", "2026-03-09"),
        ("{within: 4 court days, first_day: counted}", "2026-03-09"),
        ("{within: immediately}", "2026-03-02"),
        ("{by: 10 days after start}", "2026-03-16"),
        ("{by: 10 days after origin}", "2026-03-16"),
        ("{before: 10 days after start}", "2026-03-15"),
        ("{by: 2026-03-12}", "2026-03-12"),
        ("{by: end of month}", "2026-03-31"),
        ("{earliest: [{within: 10 days}, {by: 2026-03-14}]}", "2026-03-14"),
        ("{latest: [{within: 10 days}, {by: 2026-03-14}]}", "2026-03-16"),
    ],
)
def test_a_span_counts_only_days_that_are_not_paused(due: str, date: str) -> None:
    """Semantics 35: legs tied to other dates do not move."""
    assert paused(due).states("2026-03-09") == [("running", date)]


def test_while_the_clock_stands_still_nothing_is_overdue_and_the_date_stays_where_it_stood() -> None:
    story = paused("{within: 5 days}")
    days = ["2026-03-04", "2026-03-05", "2026-03-08", "2026-03-09", "2026-03-11", "2026-03-12"]
    assert [(story.one(on).state, story.one(on).due, story.one(on).overdue) for on in days] == [
        ("running", "2026-03-07", False),
        ("paused", "2026-03-07", False),
        ("paused", "2026-03-07", False),
        ("running", "2026-03-11", False),
        ("running", "2026-03-11", False),
        ("running", "2026-03-11", True),
    ]
    assert [story.one(on).paused_while for on in days[:2]] == [None, "level is away"]


def test_a_pause_hides_overdue_and_does_not_cure_it() -> None:
    """Semantics 36: overdue again at once when it ends; what ends the run meanwhile ends it late or missed."""
    story = paused("{within: 1 day}", ("2026-03-12", "answered"))
    days = ["2026-03-04", "2026-03-05", "2026-03-08", "2026-03-09"]
    stands = [(story.one(on).state, story.one(on).due, story.one(on).overdue) for on in days]
    assert stands == [
        (state, "2026-03-03", late)
        for state, late in zip(["running", "paused", "paused", "running"], [True, False, False, True], strict=True)
    ]
    assert story.one("2026-03-12").marks == ("late",)
    met = paused("{within: 1 day}", ("2026-03-06", "answered"))
    assert (met.one("2026-03-06").state, met.one("2026-03-06").marks) == ("met", ("late",))
    ended = paused("{within: 1 day}", ("2026-03-06", "withdrawn"), more=", cancelled: withdrawn")
    assert ended.one("2026-03-06").state == "missed"


def test_what_is_done_while_the_clock_stands_still_is_in_time() -> None:
    for on in ("2026-03-06", "2026-03-08", "2026-03-09", "2026-03-11"):
        story = paused("{within: 5 days}", (on, "answered"))
        assert (story.one(on).state, story.one(on).marks) == ("met", ())
    story = paused("{within: 5 days}", ("2026-03-12", "answered"))
    assert story.one("2026-03-12").marks == ("late",)


def test_a_leg_with_a_date_of_its_own_goes_on_meanwhile() -> None:
    """A missing child does not move a hearing."""
    story = paused("{earliest: [{within: 5 days}, {by: 2026-03-06}]}")
    assert story.states("2026-03-05") == [("paused", "2026-03-06")]
    assert story.states("2026-03-09") == [("running", "2026-03-06")]
    assert not story.one("2026-03-08").overdue
    assert story.one("2026-03-09").overdue
    held = paused("{earliest: [{within: 5 days}, {by: 2026-03-06}]}", ("2026-03-07", "answered"))
    assert held.one("2026-03-07").marks == ("late",)


@pytest.mark.parametrize(
    ("due", "begin", "end", "date"),
    [
        ("{within: 30 hours}", "2026-03-02T20:00", "2026-03-03T01:00", "2026-03-03T20:00"),
        ("{within: 30 hours}", "2026-03-03T15:00", "2026-03-04T01:00", "2026-03-03T15:00"),  # it had run out
        ("{within: 30 hours}", "2026-03-03T14:59", "2026-03-04T01:00", "2026-03-04T01:01"),
        ("{within: 1 day 6 hours}", "2026-03-02T20:00", "2026-03-02T21:00", "2026-03-03T15:00"),  # no day is paused
        ("{within: 8 court hours}", "2026-03-02T10:00", "2026-03-02T12:00", "2026-03-02T19:00"),
        ("{within: 30 court hours}", "2026-03-02T10:00", "2026-03-07T12:00", "2026-03-10T05:00"),
        ("{within: 90 minutes}", "2026-03-02T10:00", "2026-03-02T10:45", "2026-03-02T11:15"),
    ],
)
def test_hours_keep_what_is_left_in_hours(due: str, begin: str, end: str, date: str) -> None:
    """Elapsed hours to the minute; open hours only where they are open. The 7th and 8th are a weekend."""
    rules = duty(f"starts: referred, due: {due}, {PAUSE}")
    away = ((begin, "status_told", AWAY), (end, "status_told", HERE))
    story = Told(rules, KNOWN, ("2026-03-02T09:00", "referred"), *away)
    assert story.states("2026-03-09") == [("running", date)]


def test_hours_past_a_pause_without_hours_are_a_range() -> None:
    """Semantics 38: overdue only after its later end."""
    rules = duty(f"starts: referred, due: {{within: 30 hours}}, {PAUSE}")
    away = (("2026-03-03", "status_told", AWAY), ("2026-03-04", "status_told", HERE))
    story = Told(rules, KNOWN, ("2026-03-02T20:00", "referred"), *away)
    assert story.one("2026-03-04").possible == ("2026-03-04T02:00", "2026-03-06T01:59")
    assert not story.one("2026-03-06T01:59").overdue
    assert story.one("2026-03-06T02:00").overdue


def test_it_is_not_known_whether_the_clock_stands_still() -> None:
    """Undetermined, naming the fact, with a bounded date: overdue only under every reading."""
    rules = duty(f"starts: referred, due: {{within: 5 days}}, {PAUSE}")
    story = Told(rules, REFERRED, ("2026-03-10", "status_told", HERE))
    one = story.one("2026-03-05")
    assert (one.state, one.due, one.waits_for, one.overdue) == ("undetermined", "2026-03-07", ("level",), False)
    assert not story.one("2026-03-09").overdue
    told = story.one("2026-03-10")
    assert (told.state, told.possible, told.overdue) == ("undetermined", ("2026-03-07", "2026-03-14"), False)
    assert story.one("2026-03-14").overdue is False
    assert story.one("2026-03-15").overdue is True
    over = Told(rules, KNOWN, REFERRED, ("2026-03-08", "plan_made", {"until": "2026-03-01"}))
    assert over.one("2026-03-08").overdue


def test_a_pause_that_time_alone_ends_is_carried_forward() -> None:
    rules = duty("starts: referred, due: {within: 5 days}, met: answered, paused_while: {plan_until: {since: now}}")
    story = Told(
        rules,
        ("2026-03-01", "plan_made", {"until": "2026-02-01"}),
        REFERRED,
        ("2026-03-04", "plan_made", {"until": "2026-03-20"}),
    )
    assert story.states("2026-03-20") == [("paused", "2026-03-07")]
    assert story.states("2026-03-21") == [("running", "2026-03-24")]
    assert story.one("2026-03-25").overdue


SERIES = "starts: referred, met: answered, paused_while: {level: away}"


def test_a_series_goes_on_from_the_moved_dates() -> None:
    """Semantics 32 and 35: a grid is counted from its origin, paused days left out."""
    rules = duty(f"{SERIES}, due: {{within: 1 month}}, repeats: from due")
    away = (("2026-02-05", "status_told", AWAY), ("2026-02-08", "status_told", HERE))
    story = Told(rules, KNOWN_EARLY, ("2026-01-31", "referred"), *away)
    assert [one.due for one in story.all("2026-06-30")][:4] == ["2026-03-03", "2026-04-03", "2026-05-03", "2026-06-03"]


KNOWN_EARLY = ("2026-01-01", "status_told", HERE)
ANSWERED_AWAY = (KNOWN, REFERRED, ("2026-03-04", "status_told", AWAY), ("2026-03-05", "answered"))


def test_the_next_run_knows_of_the_pause_that_goes_on() -> None:
    rules = duty(f"{SERIES}, due: {{within: 5 days}}, repeats: from met")
    story = Told(rules, *ANSWERED_AWAY, ("2026-03-08", "status_told", HERE))
    assert story.states("2026-03-05")[1] == ("paused", "2026-03-10")
    assert story.states("2026-03-08")[1] == ("running", "2026-03-12")


def test_a_run_of_a_grid_that_is_met_in_a_pause_hands_the_paused_days_on() -> None:
    rules = duty(f"{SERIES}, due: {{within: 7 days}}, repeats: from due")
    story = Told(rules, *ANSWERED_AWAY, ("2026-03-07", "status_told", HERE))
    assert story.states("2026-03-07") == [("met", "2026-03-09"), ("running", "2026-03-19")]


def test_a_right_is_paused_too_and_lapses_later() -> None:
    story = paused("{within: 5 days}", more=", force: may")
    assert [story.one(on).state for on in ("2026-03-08", "2026-03-11", "2026-03-12")] == ["paused", "running", "missed"]


def test_a_clock_that_restarts_in_a_pause_stands_still_from_its_start() -> None:
    story = paused("{within: 5 days}", ("2026-03-06", "referred"), more=", again: restarts")
    assert story.states("2026-03-06") == [("cancelled", "2026-03-07"), ("paused", "2026-03-11")]
    assert story.states("2026-03-09")[1] == ("running", "2026-03-13")


def test_who_is_not_owed_anything_is_not_paused() -> None:
    rules = duty(f"starts: referred, due: {{within: 10 days}}, {PAUSE}, while: {{eligible: yes}}")
    story = Told(
        rules,
        ("2026-03-01", "status_told", {"level": "here", "eligible": True}),
        REFERRED,
        ("2026-03-04", "status_told", AWAY),
        ("2026-03-05", "status_told", {"eligible": False}),
        ("2026-03-07", "status_told", {"level": "here", "eligible": True}),
    )
    assert story.states("2026-03-05") == [("not owed", "2026-03-12")]
    assert story.states("2026-03-07") == [("running", "2026-03-15")]


def test_rows_that_keep_asking_choose_between_moved_dates() -> None:
    rows = "[{while: {eligible: yes}, within: 5 days}, {within: 10 days}]"
    story = paused(rows, ("2026-03-10", "status_told", {"eligible": True}))
    assert story.one("2026-03-08").state == "undetermined"
    assert story.states("2026-03-10") == [("running", "2026-03-11")]


def test_several_reasons_are_told_apart() -> None:
    rules = duty(
        "starts: referred, due: {within: 10 days}, met: answered, paused_while: {any: [{level: away}, {eligible: no}]}"
    )
    both = {"level": "here", "eligible": True}
    story = Told(
        rules,
        ("2026-03-01", "status_told", both),
        REFERRED,
        ("2026-03-04", "status_told", AWAY),
        ("2026-03-06", "status_told", {"level": "here", "eligible": False}),
        ("2026-03-09", "status_told", both),
    )
    pauses = story.proof("2026-03-09").pauses
    assert [(one.first, one.last, one.days, one.why) for one in pauses] == [
        ("2026-03-04", "2026-03-05", 2, "level is away"),
        ("2026-03-06", "2026-03-08", 3, "eligible is no"),
    ]
    (leg,) = story.proof("2026-03-09").legs
    assert (leg.counted_to, leg.without_pauses, leg.moved_by, leg.left) == ("2026-03-17", "2026-03-12", "5 days", None)
    words = str(story.proof("2026-03-09"))
    assert "Paused from 2026-03-06 to 2026-03-08: 3 days (eligible is no)." in words
    assert "moved by 5 days of pauses, from 2026-03-12" in words
    held = [one for one in ledger_of(story.folding, story.rules, story.instant("2026-03-10")) if one.lifecycle == "it"]
    assert days_by_holder(tuple(held)) == {"Worker": 4, "level is away": 2, "eligible is no": 3}


def test_the_proof_says_what_is_left_while_the_clock_stands_still() -> None:
    proof = paused("{within: 8 court days}").proof("2026-03-06")
    assert (proof.legs[0].left, proof.pauses[0].last) == ("6 court days", None)
    assert "the clock stands still with 6 court days left" in str(proof)
    assert "Paused since 2026-03-05 (level is away)." in str(proof)


def test_what_is_recorded_reports_paused_resumed_and_moved() -> None:
    rules = duty(f"starts: referred, due: {{within: 10 days}}, {PAUSE}")
    events = [KNOWN, REFERRED, ("2026-03-05", "status_told", AWAY), ("2026-03-09", "status_told", HERE)]
    told = [Told(rules, *events[:number]) for number in (2, 3, 4)]
    at = told[0].instant("2026-03-10")
    steps = [(told[0], told[1]), (told[1], told[2]), (told[0], told[2])]
    found = [changes(one.folding.rows, other.folding.rows, rules, "C-1", at) for one, other in steps]
    assert [(change.what, change.due_before, change.due_after) for (change,) in found] == [
        ("paused", "2026-03-12", "2026-03-12"),
        ("resumed", "2026-03-12", "2026-03-16"),
        ("moved", "2026-03-12", "2026-03-16"),
    ]
    assert [str(change) for (change,) in found] == [
        "It: paused, due 2026-03-12",
        "It: resumed, moved from 2026-03-12 to 2026-03-16",
        "It: moved from 2026-03-12 to 2026-03-16",
    ]
    lines = timeline_of(entries(rules, *events), told[2].folding, rules, "C-1")
    assert [line.what for line in lines if line.kind == "obligation"] == [
        "It: opened, due 2026-03-12",
        "It: paused while level is away",
        "It: resumed, due 2026-03-16",
    ]


def test_a_fold_that_goes_on_from_where_a_case_stands_comes_to_the_same() -> None:
    rules = duty(f"{SERIES}, due: {{within: 2 weeks}}, repeats: from due")
    told = [
        KNOWN,
        REFERRED,
        ("2026-03-05", "status_told", AWAY),
        ("2026-03-06", "answered"),
        ("2026-03-12", "status_told", HERE),
        ("2026-03-30", "answered"),
    ]
    journal: list[Entry] = []
    walked = None
    for entry in entries(rules, *told):
        journal.append(entry)
        folding, walked = fold_on(rules, journal, 0, walked, [entry])
        whole = Told(rules, *told[: len(journal)]).folding
        assert folding.rows == whole.rows


def test_a_span_that_a_pause_could_not_move_is_refused() -> None:
    with pytest.raises(PackError, match=r"a pause moves '10 days after the start', which stands here inside another"):
        duty(f"starts: referred, due: {{by: {{earliest: [10 days after start, plan_until]}}}}, {PAUSE}")


def test_what_hangs_on_a_paused_clock_sees_that_it_is_paused() -> None:
    """It is not running, and not overdue."""
    rules = pack(
        "duties:\n"
        f"  it: {{label: It, starts: referred, due: {{within: 1 day}}, {PAUSE}}}\n"
        "  other: {label: Other, starts: {becomes: it.overdue}, while: it.running, due: open}\n",
        "facts: {level: {type: text, told: {on: status_told, take: level}}}",
    )
    away = (("2026-03-05", "status_told", AWAY), ("2026-03-09", "status_told", HERE))
    story = Told(rules, KNOWN, REFERRED, *away)
    assert [story.all("2026-03-04", "other")[0].state, *(one.state for one in story.all("2026-03-06", "other"))] == [
        "running",
        "not owed",
    ]
    assert [one.state for one in story.all("2026-03-09", "other")] == ["running", "running"]
    assert story.folding.horizon == FOREVER
