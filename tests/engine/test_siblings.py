"""Siblings who share a team, on a database: what is told of the team once counts for each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.errors import EventError
from icpm_engine.vocabulary import (
    CaseOpened,
    CftHeld,
    CftScheduled,
    CustodyEntered,
    IndianChildStatusFound,
    MemberJoined,
    PersonLinked,
    PersonUnlinked,
    SafetyFlagRaised,
    TeamLinked,
)
from tests.engine.clock import Clock

PACK = RulePack.load("california", county="shasta")
NOON = 1_774_900_000  # 30 March 2026
DAY = 86_400


def opened(engine: Engine, case: str, on: str, *, linked: str | None) -> None:
    """A case of a child in care, served by the team from a day on."""
    engine.record(
        CaseOpened(case=case, occurred=on),
        PersonLinked(case=case, occurred=on, person=f"P-{case}"),
        IndianChildStatusFound(person=f"P-{case}", occurred=on, status=False),
        CustodyEntered(case=case, occurred=on, custody_id="U", out_of_home=True),
        *(() if linked is None else (TeamLinked(case=case, occurred=linked, team="T"),)),
        by="w",
    )


def first_meeting(engine: Engine, case: str) -> str:
    """How the first meeting stands for a child."""
    return next(one.state for one in engine.case(case).obligations if one.duty == "first_team_meeting")


@pytest.fixture
def engine() -> Engine:
    engine = Engine("sqlite://", PACK, clock=lambda: NOON)
    opened(engine, "A", "2026-03-02", linked="2026-03-02")
    opened(engine, "B", "2026-03-09", linked=None)
    return engine


def test_a_meeting_of_the_team_counts_for_each_child_and_that_of_one_case_for_one(engine: Engine) -> None:
    engine.record(CftHeld(case="B", occurred="2026-03-12", meeting_id="M0", present=["child"]), by="w")
    assert [first_meeting(engine, case) for case in ("A", "B")] == ["running", "met"]
    engine.record(CftHeld(team="T", occurred="2026-03-16", meeting_id="M1", present=["child"]), by="w")
    assert [first_meeting(engine, case) for case in ("A", "B")] == ["met", "met"]


def test_a_link_that_is_told_late_counts_from_its_day_on_and_gone_again_when_it_was_a_mistake(engine: Engine) -> None:
    held = CftHeld(team="T", occurred="2026-03-16", meeting_id="M1", present=["child"])
    (meeting,) = engine.record(held, by="w").entries
    assert first_meeting(engine, "B") == "running"
    (link,) = engine.record(TeamLinked(case="B", occurred="2026-03-10", team="T"), by="w").entries
    assert first_meeting(engine, "B") == "met"
    engine.retract(link, by="w")
    assert first_meeting(engine, "B") == "running"
    engine.record(TeamLinked(case="B", occurred="2026-03-17", team="T"), by="w")
    assert first_meeting(engine, "B") == "running"
    later = CftHeld(team="T", occurred="2026-03-18", meeting_id="M1", present=["child"])
    engine.record(later, by="w", corrects=meeting)
    assert first_meeting(engine, "B") == "met"


def test_a_meeting_of_a_case_is_not_corrected_into_one_of_the_team(engine: Engine) -> None:
    (entry,) = engine.record(CftHeld(case="A", occurred="2026-03-12", meeting_id="M0"), by="w").entries
    with pytest.raises(EventError, match=r"is about case A, this event about team T; retract the one and record"):
        engine.record(CftHeld(team="T", occurred="2026-03-12", meeting_id="M0"), by="w", corrects=entry)


# --- what keeps somebody safe, told in another case -------------------------------------------------------------------


def meeting(case: str) -> tuple[object, ...]:
    """A meeting of one child's parents, told in that case."""
    invite = ["rosa", "ivo"]
    return (
        MemberJoined(case=case, occurred="2026-03-03", member_id="rosa", role="mother", side="family"),
        MemberJoined(case=case, occurred="2026-03-03", member_id="ivo", role="father", side="family"),
        CftScheduled(case=case, occurred="2026-03-10", meeting_id="M", date="2026-04-20T10:00", invite=invite),
    )


def order(case: str, on: str = "2026-03-12") -> SafetyFlagRaised:
    """An order that keeps the mother safe from the father, told in a case that knows no names."""
    kept = {"flag_id": "F", "kind": "no_contact_order", "protects": "mother", "from_whom": "father"}
    return SafetyFlagRaised(case=case, occurred=on, **kept)


def bars(engine: Engine, case: str, **asked: str) -> list[str]:
    """The meetings of a case that are barred."""
    return [one.id.partition(":")[2] for one in engine.team_of(case, **asked).barred]


def test_a_person_who_is_linked_late_brings_the_flags_of_the_other_case() -> None:
    clock = Clock(NOON)
    engine = Engine("sqlite://", PACK, clock=clock)
    for case in ("A1", "A2"):
        engine.record(CaseOpened(case=case, occurred="2026-03-02"), by="w")
    engine.record(PersonLinked(case="A1", occurred="2026-03-02", person="P"), order("A1"), *meeting("A2"), by="w")
    assert (bars(engine, "A2"), engine.team_of("A2", reader="ivo").team.meetings != ()) == ([], True)
    clock.now += DAY
    engine.record(PersonLinked(case="A2", occurred="2026-03-31", person="P"), by="w")
    assert bars(engine, "A2") == ["M+A1/F"]
    assert bars(engine, "A2", on="2026-03-11") == []
    assert bars(engine, "A2", known_at="2026-03-30") == []
    for asked in ({}, {"known_at": "2026-03-30"}, {"on": "2026-03-11"}):
        assert engine.team_of("A2", reader="ivo", **asked).team.meetings == ()
    clock.now += DAY
    engine.record(PersonUnlinked(case="A2", occurred="2026-04-01", person="P"), by="w")
    assert bars(engine, "A2") == []
    assert engine.team_of("A2", reader="ivo").team.meetings != ()


def test_a_flag_of_the_team_holds_in_each_case_and_one_of_a_sibling_where_they_share(engine: Engine) -> None:
    told = order("B").payload() | {"flag_id": "F0", "protects": "child"}
    engine.record(*meeting("A"), order("B"), SafetyFlagRaised(team="T", occurred="2026-03-12", **told), by="w")
    flags = lambda: [(one.id, one.protects) for one in engine.team_of("A").team.flags]  # noqa: E731 - asked again
    assert flags() == [("F0", "children of the family")]
    engine.record(TeamLinked(case="B", occurred="2026-03-10", team="T"), by="w")
    assert flags() == [("F0", "children of the family"), ("B/F", "mother")]
    assert bars(engine, "A") == ["M+B/F"]
    assert [one.id for one in engine.team_of("B").team.flags] == ["F", "F0"]
    assert engine.team_of("A", reader="caregiver").team.flags == ()


def test_the_case_of_another_county_in_the_same_database_tells_nothing(tmp_path: Path) -> None:
    here, there = (
        Engine(f"sqlite:///{tmp_path}/both.db", pack, clock=lambda: NOON)
        for pack in (PACK, RulePack.load("california", county="los-angeles"))
    )
    linked = [
        *(CaseOpened(case=case, occurred="2026-03-02") for case in ("A", "B")),
        *(PersonLinked(case=case, occurred="2026-03-02", person="P") for case in ("A", "B")),
        *(TeamLinked(case=case, occurred="2026-03-02", team="T") for case in ("A", "B")),
    ]
    here.record(*linked, *meeting("A"), by="w")
    there.record(*linked, order("B"), SafetyFlagRaised(team="T", **order("B").payload(), occurred="2026-03-12"), by="w")
    assert (bars(here, "A"), here.team_of("A").team.flags) == ([], ())
    assert here.team_of("A", reader="ivo").team.meetings != ()
    assert [one.id for one in there.team_of("A").team.flags] == ["F", "B/F"]


def test_who_is_told_of_in_the_other_case_is_nobody_in_this_one(engine: Engine) -> None:
    """Names of another case only say who is meant: they are no members here, and read nothing."""
    engine.record(TeamLinked(case="B", occurred="2026-03-10", team="T"), *meeting("B"), by="w")
    assert engine.team_of("A").team.members == ()
    with pytest.raises(EventError, match="found 'rosa', expected one of"):
        engine.team_of("A", reader="rosa")
