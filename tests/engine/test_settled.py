"""A proof names what was settled on the day of its start, and by what authority."""

from __future__ import annotations

import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.history.chosen import Chosen
from icpm_engine.vocabulary import ReferralReceived, ReferralStarted


def settled(county: str, day: str, duty: str, **settles: object) -> tuple[Chosen, ...]:
    with Engine("sqlite://", RulePack.load("california", county=county, settles=settles)) as engine:
        started = ReferralStarted(case="C-1", occurred=day, referral_id="R-1", ground="universal")
        engine.record(started, ReferralReceived(case="C-1", occurred=day, referral_id="R-1"), by="worker:1")
        row = next(row for row in engine.due(day).rows if row.duty == duty)
        return engine.explain(row.id, on=day).settled


def test_it_is_cited_as_the_overlay_cites_it() -> None:
    (limit,) = settled("los-angeles", "2026-01-16", "answer_referral")
    assert (limit.choice, limit.value, limit.since) == ("review_limit", "1 business day", None)
    assert "policy 302.14" in str(limit)


@pytest.mark.parametrize(("day", "choices"), [("2025-10-05", []), ("2025-10-06", ["packet_items"])])
def test_only_what_held_on_the_day_of_the_start_is_named(day: str, choices: list[str]) -> None:
    found = settled("los-angeles", day, "complete_packet")
    assert [(one.choice, one.since) for one in found] == [(name, "2025-10-06") for name in choices]


def test_what_is_settled_for_a_question_only_says_so() -> None:
    (limit,) = settled("orange", "2026-01-16", "answer_referral", review_limit="2 days")
    assert str(limit) == "review limit = 2 days (for this question only)"


def test_an_open_choice_is_not_named() -> None:
    assert settled("orange", "2026-01-16", "answer_referral") == ()
