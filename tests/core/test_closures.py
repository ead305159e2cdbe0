"""Closed days that became known only on some day: what is dated anew, what stays, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import pytest

from icpm_engine.calendars import Calendar, Citation, format_day
from icpm_engine.errors import PackError
from icpm_engine.history import CompiledRules, compile_pack
from icpm_engine.history.changes import changes
from icpm_engine.history.reasons import why_moved
from icpm_engine.history.results import FOREVER
from icpm_engine.history.timeline import timeline_of
from icpm_engine.rules.calendar_files import read_calendar
from tests.core.told import CASE, Told, day, duty, entries, pack

SMOKE = {"2026-08-12": "2026-08-12"}
FIVE = "starts: referred, due: {within: 5 court days}, met: answered"


def offices(closed: Mapping[str, str | None]) -> Calendar:
    """Mondays to Fridays but for some days, each known since a day, or from the beginning."""
    days = {day(one): "Smoke" for one in closed}
    known = {day(one): day(since) for one, since in closed.items() if since is not None}
    covers = day("2026-01-01"), day("2027-12-31")
    return Calendar.from_parts("court", "Court days", Citation("Invented"), range(5), days, *covers, known=known)


def with_court(rules: CompiledRules, closed: Mapping[str, str | None]) -> CompiledRules:
    """The same rules with another court calendar."""
    calendars = {**rules.pack.calendars, "court": offices(closed)}
    return compile_pack(attrs.evolve(rules.pack, calendars=calendars))


def five(closed: Mapping[str, str | None] = SMOKE, *more: tuple[str, str], body: str = FIVE) -> Told:
    """Referred on 5 August, with five court days to answer."""
    return Told(with_court(duty(body), closed), ("2026-08-05", "referred"), *more)


def test_a_running_clock_is_dated_anew_on_the_day_on_which_it_became_known() -> None:
    story = five()
    assert [story.one(on).due for on in ("2026-08-11", "2026-08-12")] == ["2026-08-12", "2026-08-13"]
    assert [format_day(story.rules.zone.day_of(row.valid_from)) for row in story.folding.rows] == [
        "2026-08-05",
        "2026-08-12",
    ]


def test_a_day_that_was_always_known_is_counted_from_the_start() -> None:
    assert five({"2026-08-12": None}).one("2026-08-05").due == "2026-08-13"
    assert five({"2026-08-12": None}).rules.news == ()


@pytest.mark.parametrize(
    ("body", "more", "state"),
    [
        (FIVE, [("2026-08-11", "answered")], "met"),
        (f"{FIVE}, excused: moved", [("2026-08-11", "moved")], "excused"),
        (f"{FIVE}, cancelled: moved", [("2026-08-11", "moved")], "cancelled"),
        (f"{FIVE}, force: may".replace("5 court", "4 court"), [], "missed"),
    ],
)
def test_what_had_ended_keeps_its_date(body: str, more: list[tuple[str, str]], state: str) -> None:
    story = five(SMOKE, *more, body=body)
    row = story.one("2026-08-20")
    assert row.state == state
    assert row.due == ("2026-08-11" if state == "missed" else "2026-08-12")
    assert "Smoke" not in str(story.proof("2026-08-20"))


def test_the_proof_of_each_row_counts_by_what_was_known_then() -> None:
    story = five()
    assert "Smoke" not in str(story.proof("2026-08-11"))
    assert "left out: 2026-08-12 (Smoke, known since 2026-08-12)" in str(story.proof("2026-08-12"))


def test_a_roll_says_which_closure_it_stepped_over() -> None:
    rules = with_court(duty("starts: referred, due: {within: 7 days, rolls: next court day}, met: answered"), SMOKE)
    story = Told(rules, ("2026-08-05", "referred"))
    assert [story.one(on).due for on in ("2026-08-11", "2026-08-12")] == ["2026-08-12", "2026-08-13"]
    assert "moved to 2026-08-13, since closed on 2026-08-12 (Smoke, known since 2026-08-12)" in str(
        story.proof("2026-08-12")
    )


def test_hours_of_open_days_and_pauses_count_by_what_is_known() -> None:
    hours = five(body="starts: referred, due: {within: 121 court hours}, met: answered")
    rules = with_court(duty(f"{FIVE}, paused_while: {{level: two}}"), SMOKE)
    paused = Told(rules, ("2026-08-04", "status_told", {"level": "one"}), ("2026-08-05", "referred"))
    for story in (hours, paused):
        assert story.one("2026-08-11").due[:10] == "2026-08-12"  # type: ignore[index]
        assert story.one("2026-08-12").due[:10] == "2026-08-13"  # type: ignore[index]


def test_a_window_that_a_closure_widens_takes_in_what_lies_in_it() -> None:
    met = "{on: answered, by: 5 court days after start}"
    body = f"starts: referred, due: {{within: 30 days}}, met: {met}"
    assert five(SMOKE, ("2026-08-13", "answered"), body=body).one("2026-08-13").state == "met"
    assert five({}, ("2026-08-13", "answered"), body=body).one("2026-08-13").state == "missed"


def test_a_state_that_time_brings_waits_a_day_longer() -> None:
    lifecycle = CASE + (
        "  stage:\n    label: Stage\n    initial: none\n    states: {none: {label: None}, late: {label: Late}}\n"
        "    transitions: [{at: 5 court days after case.open, from: none, to: late}]\n"
    )
    story = Told(with_court(pack(lifecycle), SMOKE), ("2026-08-05", "case_opened"))
    plain = Told(with_court(pack(lifecycle), {}), ("2026-08-05", "case_opened"))
    assert plain.on("2026-08-12").state("stage") == "late"
    assert [story.on(on).state("stage") for on in ("2026-08-12", "2026-08-13")] == ["late", "late"]


def test_whether_the_office_is_open_is_asked_by_what_is_known() -> None:
    rules = with_court(
        duty(f"{FIVE}, while: {{open: court}}"), {"2026-08-06": "2026-08-06", "2026-08-07": "2026-08-10"}
    )
    story = Told(rules, ("2026-08-05", "referred"))
    assert [story.one(f"2026-08-0{number}").state for number in (5, 6, 7)] == ["running", "not owed", "running"]


def test_only_rules_that_count_the_calendar_listen_to_it() -> None:
    assert with_court(duty("starts: referred, due: {within: 5 days}, met: answered"), SMOKE).news == ()
    assert len(with_court(duty(FIVE), SMOKE).news) == 1


def test_news_to_come_keep_no_closed_case_waiting() -> None:
    later = {"2027-08-12": "2029-08-12"}
    assert five(later).folding.horizon < FOREVER
    assert five(later, ("2026-08-06", "answered")).folding.horizon == FOREVER


def test_a_timeline_says_why_a_date_moved() -> None:
    story = five(SMOKE, ("2026-08-20", "moved"))
    told = entries(story.rules, ("2026-08-05", "referred"), ("2026-08-20", "moved"))
    lines = [line.what for line in timeline_of(told, story.folding, story.rules, "C-1") if line.day == "2026-08-12"]
    assert lines == ["It: moved, due 2026-08-13, since closed on 2026-08-12 (Smoke, known since 2026-08-12)"]


def test_changed_rules_say_why_a_date_is_another() -> None:
    before, after = five({}), five()
    at = before.instant("2026-08-12")
    (change,) = changes(before.folding.rows, after.folding.rows, after.rules, "C-1", at)
    assert str(change) == (
        "It: moved from 2026-08-12 to 2026-08-13 (closed on 2026-08-12 (Smoke, known since 2026-08-12))"
    )
    always = five({"2026-08-12": None})
    assert (
        changes(before.folding.rows, always.folding.rows, always.rules, "C-1", at)[0].why == "its open days are others"
    )
    version = "crossover: from_effective_day, versions: [{from: 2026-08-10, due: {within: 9 days}}]"
    crossed = five({}, body=f"{FIVE}, {version}")
    (change,) = changes(before.folding.rows, crossed.folding.rows, crossed.rules, "C-1", at)
    assert change.why == "the version from 2026-08-10 came in"
    assert why_moved(before.row("2026-08-12"), before.row("2026-08-12"), before.rules) is None


# --- the file ---------------------------------------------------------------------------------------------------------

FILE = """
about: Court days.
name: court
title: Court days
source: {title: Order}
open: [monday, tuesday, wednesday, thursday, friday]
covers: {from: 2026-01-01, until: 2026-12-31}
closed:
  2026-07-03: Independence Day
"""


def test_a_calendar_file_says_from_when_a_closed_day_was_known() -> None:
    read = read_calendar(f"{FILE}  2026-08-12: {{why: Smoke, known: 2026-08-10}}\n", "court.yaml")
    assert (read.known, read.news) == ({day("2026-08-12"): day("2026-08-10")}, (day("2026-08-10"),))
    assert read.known_on(day("2026-08-09")).is_open(day("2026-08-12"))
    assert not read.known_on(day("2026-08-10")).is_open(day("2026-08-12"))
    assert read.known_on(day("2026-08-10")) is read
    assert read.why_closed(day("2026-08-12")) == "Smoke, known since 2026-08-10"
    assert read.digest != read_calendar(f"{FILE}  2026-08-12: Smoke\n", "court.yaml").digest


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{why: Smoke}", "the day from which on it was known"),
        ("{known: 2026-08-10}", "'why' is missing"),
        ("{why: Smoke, since: 2026-08-10, known: 2026-08-10}", "unknown key 'since' in a closed day"),
        ("{why: Smoke, known: soon}", "found 'soon'"),
        ("[Smoke]", "expected why it is closed"),
    ],
)
def test_what_is_wrong_with_a_closed_day_is_said(line: str, said: str) -> None:
    with pytest.raises(PackError, match=said):
        read_calendar(f"{FILE}  2026-08-12: {line}\n", "court.yaml")
