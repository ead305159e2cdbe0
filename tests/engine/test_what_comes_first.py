from __future__ import annotations

from collections.abc import Iterator

import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.vocabulary import (
    BirthDateTold,
    CaseClosed,
    CaseOpened,
    CftHeld,
    PersonLinked,
    PlacementStarted,
    ReferralAccepted,
    ReferralClosed,
    ReferralSent,
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine("sqlite://", RulePack.load("california", county="shasta"), clock=lambda: 1_780_000_000) as engine:
        engine.record(CaseOpened(case="C-1", occurred="2026-03-02"), by="worker:1")
        yield engine


def test_a_preview_says_what_must_come_before_an_event_that_has_no_place_yet(engine: Engine) -> None:
    outcome = engine.preview(ReferralAccepted(case="C-1", referral_id="R", occurred="2026-03-20"))

    assert outcome.first == (
        "referral accepted has no place while Referral to mental health is 'No referral'; first: referral received",
    )
    assert engine.preview(ReferralSent(case="C-1", referral_id="R", occurred="2026-03-20")).first == ()


def test_a_preview_says_that_nothing_leads_back_from_a_final_state(engine: Engine) -> None:
    closing = ReferralClosed(case="C-1", referral_id="R", occurred="2026-03-20", reason="declined_by_family")
    engine.record(closing, by="worker:1")

    (words,) = engine.preview(ReferralAccepted(case="C-1", referral_id="R", occurred="2026-03-21")).first

    assert words.endswith("is 'Closed', and none will come")


def test_a_preview_names_the_bar_that_forbids_an_event(engine: Engine) -> None:
    engine.record(PlacementStarted(case="C-1", placement_id="P", type="strtp", occurred="2026-03-10"), by="worker:1")

    meeting = CftHeld(case="C-1", meeting_id="M", occurred="2026-03-20", present=["child", "parents"])

    assert engine.preview(meeting).first == (
        "cft held is forbidden: With a treatment program in view, mental health must be present",
    )


def test_a_preview_of_a_link_and_a_birth_date_sees_both(engine: Engine) -> None:
    link = PersonLinked(case="C-1", person="P-1", occurred="2026-03-03")
    born = BirthDateTold(person="P-1", born="2016-04-02", occurred="2026-03-03")

    previewed = engine.preview(link, born)
    recorded = engine.record(link, born, by="worker:1")

    assert {str(change) for change in previewed.changes} == {str(change) for change in recorded.changes}
    assert previewed.changes != ()


def test_a_preview_writes_nothing(engine: Engine) -> None:
    before = engine.case("C-1")

    engine.preview(CaseClosed(case="C-1", occurred="2026-04-01"))

    assert engine.case("C-1") == before
    assert engine.record(CaseClosed(case="C-1", occurred="2026-04-01"), by="worker:1").entries == (2,)
