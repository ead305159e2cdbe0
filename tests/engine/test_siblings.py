"""Siblings who share a team, on a database: what is told of the team once counts for each of them."""

from __future__ import annotations

import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.errors import EventError
from icpm_engine.vocabulary import CaseOpened, CftHeld, CustodyEntered, IndianChildStatusFound, PersonLinked, TeamLinked

PACK = RulePack.load("california", county="shasta")
NOON = 1_774_900_000  # 30 March 2026


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
