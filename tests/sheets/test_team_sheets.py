"""The sheets of the team and of its next meeting: complete in every language, and never round a safety flag."""

from __future__ import annotations

from typing import get_args

import pytest

from icpm_engine.plan import SIDES
from icpm_engine.sheets import Sheet, as_text, catalogue, languages, meeting_sheet, team_sheet
from icpm_engine.sheets.meeting import QUESTIONS
from icpm_engine.team import LAWFUL, Meeting, Team, TeamAnswer
from icpm_engine.vocabulary import STANDARD
from icpm_engine.vocabulary.team import MeetingPurpose, Mode
from tests.sheets.teams import ON, engine, sheets

ENGLISH = catalogue("en")


def text(reader: str, language: str = "en", *, barred: bool = False) -> tuple[str, str]:
    team, meeting = sheets(reader, language, barred=barred)
    return " ".join(as_text(team).split()), " ".join(as_text(meeting).split())


def headings(sheet: Sheet) -> list[str]:
    return [section.anchor for section in sheet.sections]


def test_every_name_that_a_team_uses_has_words() -> None:
    named = {"purpose": get_args(MeetingPurpose), "mode": get_args(Mode), "way": LAWFUL, "question": QUESTIONS}
    named |= {"ladder": STANDARD["barrier_escalated"].fields["step"].options}
    named |= {"agenda": ("barrier", "disagreement", *STANDARD["family_asked"].fields["kind"].options)}
    assert {group: set(names) - ENGLISH.groups[group].keys() for group, names in named.items()} == {
        group: set() for group in named
    }


# --- what is on them --------------------------------------------------------------------------------------------------


def test_the_team_says_who_belongs_to_it_and_who_came() -> None:
    team, _ = text("family")
    for words in (
        "Team since: March 3, 2026 Was the family asked whom it wants on the team: yes",
        "asked about friends and others it counts on: no one has said",
        "Who: rosa; Part: mother; For whom: the family; Since: March 3, 2026; Chosen by: family",
        "The next meeting ---------------- * April 20, 2026, 4:00 p.m. Where: The library",
        "Who came: rosa (mother); kim (social worker) Who did not come: joe (soccer coach)",
        "* ann (teacher) Left on: March 5, 2026",
    ):
        assert words in team


def test_a_meeting_is_prepared_strengths_first() -> None:
    made = sheets("social_worker")[1]
    assert headings(made) == [
        *("waiting", "coming", "not_asked", "strengths_first", "needs_and_concerns", "goals_now", "actions", "agenda"),
        *("to_choose", "disagreements", "findings", "dates", "limit", "afterwards"),
    ]
    _, words = text("social_worker")
    for told in (
        "When: April 20, 2026, 4:00 p.m. What for: someone asked for it Asked for by: rosa (mother) Where: The library",
        "Are these the people whom the family wants there: yes Interpreter: arranged Way there and back: not arranged",
        "Who: kim (social worker); Must be asked: yes; Asked on: not yet; Will come: has not said",
        "How it has gone: - Date: April 5, 2026; How it stands: four hours",
        "* A bus pass for Rosa Who sees to it: kim (social worker) By: April 3, 2026",
        "* Joe is asked along Who sees to it: no one yet",
        "“No strangers at home” In the words of: the youth",
        "Choices: a night light; a later bus",
        "Were you listened to? Last time: the family: yes",
    ):
        assert told in words
    assert "three hours" not in words


def test_what_is_found_is_for_the_agencies_and_no_date_tells_of_a_meeting_that_is_kept_back() -> None:
    assert "findings" not in headings(sheets("family")[1])
    assert "findings" in headings(sheets("social_worker")[1])
    safe, kept = (engine(barred=barred).meeting("C-1", on=ON, reader="family") for barred in (False, True))
    assert {one.what for one in safe.dates} >= {"meeting_notice", "meeting_invitations", "target_date"}
    assert {one.what for one in kept.dates} == {"county_rescreens", "target_date"}


def test_a_team_without_anything_yet_asks_for_it() -> None:
    empty = engine().meeting("C-1", on="2026-03-02", reader="family")
    assert (empty.meeting, empty.last, empty.invitees, empty.actions) == (None, None, (), ())


def test_a_meeting_whose_day_is_over_is_asked_about_until_somebody_tells_how_it_was() -> None:
    after = engine().meeting("C-1", on="2026-04-21", reader="family")
    assert (after.meeting, [one.id for one in after.not_told]) == (None, ["M2"])
    words = " ".join(as_text(meeting_sheet(after, "family", ENGLISH)).split())
    assert "When: no date yet" in words
    assert "Its day is over. No one has written down how it went. * April 20, 2026, 4:00 p.m." in words


def test_a_meeting_of_the_team_that_siblings_share_says_so() -> None:
    meetings = tuple(Meeting(id=name, shared=shared, date=ON) for name, shared in (("A", True), ("B", False)))
    for meeting, told in zip(meetings, (True, False), strict=True):
        made = team_sheet(TeamAnswer(Team(case="C-1", on=ON, meetings=(meeting,)), ()), "family", ENGLISH)
        assert ("For all the brothers and sisters: yes" in as_text(made)) is told


# --- safety first -----------------------------------------------------------------------------------------------------


def test_a_barred_meeting_is_said_first_with_the_lawful_ways() -> None:
    made = sheets("social_worker", barred=True)[1]
    assert headings(made)[0] == "safety_first"
    _, words = text("social_worker", barred=True)
    assert "Who: rosa (mother); ivo (father)" in words
    assert "Hold two meetings, one with each of them." in words
    assert "Ask the court or the county's lawyer what the order allows." in words


@pytest.mark.parametrize("language", languages())
def test_no_page_of_a_side_that_must_not_know_tells_of_the_meeting(language: str) -> None:
    for words in text("family", language, barred=True):
        for told in ("4:00", "library", "M2", "bus pass"):
            assert told not in words
    answer = engine(barred=True).meeting("C-1", on=ON, reader="family")
    assert (answer.meeting, answer.invitees, answer.flags, answer.barred, answer.waiting) == (None, (), (), (), ())


def test_the_sheets_do_not_tell_whether_such_a_meeting_is_planned() -> None:
    assert sheets("family", barred=True) == sheets("family", barred=True, planned=False)
    assert sheets("social_worker", barred=True) != sheets("social_worker", barred=True, planned=False)


def test_every_reader_of_the_plan_has_both() -> None:
    for reader in SIDES:
        for sheet in sheets(reader):
            assert sheet.notes[0] == ENGLISH("page", "made_for", reader=ENGLISH("reader", reader))
