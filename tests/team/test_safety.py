"""Safety first: meetings that would join two people are barred, and nobody learns where the other one will be."""

from __future__ import annotations

import itertools
from typing import Any

import attrs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icpm_engine.calendars import parse_day
from icpm_engine.safety import Other, Somebody
from icpm_engine.safety.people import CHILDREN
from icpm_engine.team import LAWFUL, People, all_known, barred, for_reader, team_of
from tests.team.stories import FATHER, FLAG, MOTHER, WORKER, Told, around, invited, journal, read, scheduled, team

TEAM = (MOTHER, FATHER, WORKER)


def told(*events: Told, on: str = "2026-03-20") -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(one.meeting_id, one.flag_id, one.missing) for one in barred(team(on, *TEAM, *events))]


def test_a_meeting_that_would_join_them_is_barred_and_the_ways_are_named() -> None:
    events = (*TEAM, FLAG, scheduled("M", invite=["rosa", "kim"]), invited("M", "ivo"))
    assert barred(team("2026-03-10", *events)) == ()
    (found,) = barred(team("2026-03-11", *events))
    assert (found.id, found.kind, found.who) == ("joins_against_safety:M+f1", "no_contact_order", ("rosa", "ivo"))
    assert found.ways == LAWFUL == ("separate_meetings", "ask_court_or_county_counsel")


def test_parents_invited_together_are_joined() -> None:
    assert told(FLAG, scheduled("M"), invited("M", "parents")) == [("M", "f1", ())]


def test_separate_meetings_join_nobody() -> None:
    hers, his = scheduled("M1", invite=["rosa", "kim"]), scheduled("M2", invite=["ivo", "kim"])
    assert told(FLAG, hers, his) == []


def test_whoever_said_that_they_will_not_come_is_not_joined() -> None:
    declined = ("2026-03-12", "cft_invitation_answered", {"meeting_id": "M", "by": "ivo", "coming": False})
    assert told(FLAG, scheduled("M", invite=["rosa", "ivo"]), declined) == []
    held = ("2026-04-01", "cft_held", {"meeting_id": "M", "present": ["rosa", "ivo"]})
    assert told(FLAG, scheduled("M", invite=["rosa", "ivo"]), declined, held, on="2026-04-01") == [("M", "f1", ())]


def test_whoever_is_to_be_kept_apart_is_not_to_be_invited_either() -> None:
    events = (*TEAM, scheduled("M", invite=["rosa", "kim"], kept_apart=["ivo"]))
    assert barred(team("2026-03-20", *events)) == ()
    (found,) = barred(team("2026-03-20", *events, invited("M", "parents")))
    assert (found.id, found.kind, found.flag_id) == ("kept_apart_comes:M+ivo+parents", "kept_apart", None)
    assert barred(read("rosa", "2026-03-20", *events, invited("M", "parents"))) == ()


def test_a_flag_bars_meetings_of_its_own_time() -> None:
    both = scheduled("M", invite=["rosa", "ivo"])
    until = (*FLAG[:2], FLAG[2] | {"until": "2026-03-31"})
    assert told(until, both) == []
    assert told((*FLAG[:2], FLAG[2] | {"until": "2026-04-01"}), both) == [("M", "f1", ())]
    assert told(FLAG, both, ("2026-03-15", "safety_flag_ended", {"flag_id": "f1"})) == []
    assert told(FLAG, both, ("2026-03-15", "cft_cancelled", {"meeting_id": "M"})) == []


def test_of_whom_too_little_is_told_may_be_anybody() -> None:
    flag = (*FLAG[:2], FLAG[2] | {"from_whom": "Mr Kolar"})
    assert told(flag, scheduled("M", invite=["rosa", "parents"])) == [("M", "f1", ("parents",))]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ivo", "Father", True),
        ("parents", "ivo", True),
        ("family", "rosa", True),
        ("mother", "ivo", False),
        ("rosa", "ivo", False),
        ("kim", "social_worker", False),
        ("child_welfare", "kim", True),
        ("Mr Kolar", "ivo", None),
        ("Mr Kolar", "kim", False),
        ("lee", "father", None),
        ("mother", "father", False),
    ],
)
def test_when_two_names_may_be_one_person(one: str, other: str, same: bool | None) -> None:
    lee = ("2026-03-01", "member_joined", {"member_id": "lee"})
    people = People(team("2026-03-02", *TEAM, lee).members)
    assert people.same(one, other) is same
    assert people.same(other, one) is same


def test_names_of_two_cases_may_mean_one_person_and_a_child_of_the_team_any_child() -> None:
    own = team("2026-03-02", *TEAM).members
    beside = [Somebody("m7", "parent"), Somebody("m8", "father"), Somebody("m9", "aunt"), Somebody("kim", "sibling")]
    people = People([*own, Somebody("ben", CHILDREN)], beside)
    assert [people.same("rosa", name) for name in ("m7", "m8", "m9", "ivo")] == [None, False, False, False]
    assert [people.same("ben", name) for name in ("child", "sister", "mother", CHILDREN)] == [True, True, False, True]
    assert [people.same("child", name) for name in ("sibling", CHILDREN)] == [False, True]
    assert (people.side("kim"), people.side("ben"), people.side("m9")) == ("child_welfare", None, None)
    assert (people.said("rosa"), people.said("parents"), people.said("kim")) == ("mother", "parents", "kim")


def test_a_reader_learns_only_of_meetings_that_are_kept_apart() -> None:
    events = (
        *(*TEAM, FLAG),
        scheduled("hers", place="shelter", invite=["rosa", "kim"]),
        scheduled("his", place="office", invite=["ivo", "kim"], kept_apart=["rosa"]),
        scheduled("open", place="library"),
    )
    assert [one.id for one in read("ivo", "2026-03-20", *events).meetings] == ["his"]
    assert [one.id for one in read("rosa", "2026-03-20", *events).meetings] == ["hers", "his", "open"]
    assert read("kim", "2026-03-20", *events) == team("2026-03-20", *events)
    assert read("family", "2026-03-20", *events).meetings == read("ivo", "2026-03-20", *events).meetings
    assert read("caregiver", "2026-03-20", *events).flags == ()


def test_no_other_day_gets_round_a_flag() -> None:
    events = (*TEAM, scheduled("M", "2026-03-02", invite=["rosa"]), (*FLAG[:2], FLAG[2] | {"until": "2026-05-01"}))
    for on in ("2026-03-02", "2026-03-05", "2026-05-02"):
        assert read("ivo", on, *events, today="2026-03-20").meetings == ()
    assert read("ivo", "2026-03-02", *events, today="2026-05-02").meetings != ()


def test_a_meeting_that_she_joins_later_was_never_his_to_see() -> None:
    events = (*TEAM, FLAG, scheduled("M", invite=["ivo"], kept_apart=["rosa"]), invited("M", "rosa", "2026-03-15"))
    assert read("ivo", "2026-03-12", *events).meetings == ()


def test_a_meeting_that_she_was_named_for_stays_hers() -> None:
    apart = scheduled("M", "2026-03-20", kept_apart=["rosa"])
    no = ("2026-03-12", "cft_invitation_answered", {"meeting_id": "M", "by": "rosa", "coming": False})
    assert read("ivo", "2026-03-20", *TEAM, FLAG, scheduled("M"), invited("M", "rosa"), no, apart).meetings == ()
    held = ("2026-03-12", "cft_held", {"meeting_id": "M", "present": ["rosa"]})
    again = ("2026-03-13", "cft_held", {"meeting_id": "M", "present": ["ivo"]})
    assert read("ivo", "2026-03-20", *TEAM, FLAG, held, again, apart).meetings == ()


def test_words_go_to_those_whom_they_are_for() -> None:
    asked = ("2026-03-02", "family_asked", {"request_id": "q", "what": "Where is my brother?"})
    said = ("2026-04-01", "meeting_feedback_given", {"meeting_id": "M", "by": "family", "words": "Too long"})
    events = (*TEAM, asked, scheduled("M"), said)
    assert [one.id for one in read("family", "2026-04-02", *events).questions] == ["q"]
    assert read("caregiver", "2026-04-02", *events).questions == ()
    assert read("family", "2026-04-02", *events).meetings[0].feedback[0].words == "Too long"
    assert read("caregiver", "2026-04-02", *events).meetings[0].feedback[0].words is None


def test_what_one_of_the_siblings_said_is_not_the_others_to_read() -> None:
    asked = ("2026-03-02", "family_asked", {"request_id": "q", "what": "Where is Ann?", "by": "child"})
    said = ("2026-04-01", "meeting_feedback_given", {"meeting_id": "M", "by": "child", "words": "Too long"})
    own = around(*TEAM, scheduled("M"), asked, said)
    shared = around(*TEAM, scheduled("M"), asked, said)
    for entry in shared.told:
        entry.subject = "team"
    seen = []
    for told in (own, shared):
        page = for_reader(team_of("C-1", told, parse_day("2026-04-02")), "child", team("2026-04-02"), told.people())
        seen.append(([one.id for one in page.questions], page.meetings[0].feedback[0].words, page.meetings[0].shared))
    assert seen == [(["q"], "Too long", False), ([], None, True)]


NAMES = st.sampled_from(["rosa", "ivo", "kim", "lee", "mother", "father", "parents", "parent", "family", "child"])
MEETINGS = st.sampled_from(["M1", "M2", "M3"])
DAYS = st.integers(1, 28).map("2026-03-{:02}".format)
LATER = st.integers(1, 28).map("2026-04-{:02}".format)
LISTS = st.lists(NAMES, max_size=3)


@st.composite
def happened(draw: st.DrawFn) -> Told:
    """Something that happens around the meetings of a team in which Ivo must not learn where Rosa is."""
    kind = draw(
        st.sampled_from(
            [
                "cft_scheduled",
                "cft_scheduled",
                "cft_invitation_sent",
                "cft_held",
                "cft_notice_given",
                "team_decided",
                "member_joined",
                "member_left",
                "safety_flag_raised",
                "barrier_raised",
                "cft_requested",
                "family_asked",
            ]
        )
    )
    meeting, who = draw(MEETINGS), draw(NAMES)
    fields: dict[str, dict[str, Any]] = {
        "cft_scheduled": {
            "meeting_id": meeting,
            "date": f"{draw(LATER)}T10:00",
            "place": "secret",
            **({"invite": draw(LISTS)} if draw(st.booleans()) else {}),
            **({"kept_apart": draw(LISTS)} if draw(st.booleans()) else {}),
        },
        "cft_invitation_sent": {"meeting_id": meeting, "to": who},
        "cft_notice_given": {"meeting_id": meeting, "to": who},
        "cft_held": {"meeting_id": meeting, "present": draw(LISTS), "next_date": "2026-05-05", "needs": ["secret"]},
        "team_decided": {"decision_id": meeting, "what": "secret", "decided_by": [who], "meeting_id": meeting},
        "member_joined": {"member_id": "lee", **({"role": who} if draw(st.booleans()) else {})},
        "member_left": {"member_id": "rosa", "reason": "secret"},
        "safety_flag_raised": {"flag_id": meeting, "kind": "safety", "protects": who, "from_whom": draw(NAMES)},
        "barrier_raised": {"barrier_id": "b", "what": "secret"},
        "cft_requested": {"request_id": "r", "by": who},
        "family_asked": {"request_id": "q", "what": "secret"},
    }
    return (draw(DAYS), kind, fields[kind])


@given(st.lists(happened(), max_size=12), DAYS, DAYS, st.sampled_from(["ivo", "family"]))
def test_nobody_learns_where_or_when_somebody_kept_safe_from_them_will_be(
    events: list[Told], raised: str, on: str, reader: str
) -> None:
    """A meeting shows only if each of its schedules keeps her apart and nobody who may be her is named for it."""
    every = (*TEAM, *events, (raised, *FLAG[1:]))
    page = read(reader, on, *every, today="2026-03-31")
    hers = {"rosa", "mother", "parents", "parent", "family"}
    for meeting in page.meetings:
        mine = [(kind, fields) for _, kind, fields in events if fields.get("meeting_id") == meeting.id]
        named = itertools.chain.from_iterable(
            [*fields.get("present", ()), *fields.get("invite", ()), fields.get("to", "")] for _, fields in mine
        )
        assert not hers & set(named)
        assert any(hers & set(fields.get("kept_apart", ())) for _, fields in mine)
    if not page.meetings:
        text = msgspec.json.encode(page).decode()
        assert "secret" not in text
        assert "2026-04" not in text
        assert "2026-05" not in text


@given(st.lists(happened(), max_size=12), DAYS, DAYS)
def test_the_page_does_not_tell_whether_a_meeting_of_hers_is_planned(events: list[Told], raised: str, on: str) -> None:
    """Asked day after day, it is the same page with and without a meeting that nobody keeps her apart from."""
    flag = (raised, *FLAG[1:])
    meeting = [
        scheduled("X", "2026-03-03", place="secret", invite=["rosa"]),
        ("2026-03-09", "cft_held", {"meeting_id": "X", "present": ["rosa"], "next_date": "2026-05-06"}),
        ("2026-03-09", "team_decided", {"decision_id": "dx", "what": "s", "decided_by": ["rosa"], "meeting_id": "X"}),
    ]
    page = read("ivo", on, *TEAM, *events, flag, *meeting, today="2026-03-31")
    assert page == read("ivo", on, *TEAM, *events, flag, today="2026-03-31")


@settings(max_examples=30)
@given(st.lists(happened(), max_size=8), DAYS, DAYS)
def test_a_flag_that_the_siblings_case_tells_withholds_what_one_of_the_case_itself_does(
    events: list[Told], raised: str, on: str
) -> None:
    """The two pages are the same, but for the words of the meetings' own flags."""
    flag, day = (raised, *FLAG[1:]), parse_day("2026-03-31")
    sibling = Other(case="C-2", told=journal(*TEAM, flag), same_child=False)
    beside = attrs.evolve(around(*TEAM, *events), others=(sibling,))
    pages = [
        for_reader(team_of("C-1", one, parse_day(on)), "ivo", all_known("C-1", one, day), one.people())
        for one in (around(*TEAM, *events, flag), beside)
    ]
    assert pages[0] == pages[1]
