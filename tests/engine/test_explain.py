"""`explain`: the proof of one date, as it stands on a day, whatever else the process has asked before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from icpm_engine import Engine
from icpm_engine.errors import NotFound
from icpm_engine.rules.loading import load_texts
from icpm_engine.rules.model import RulePack
from icpm_engine.vocabulary import ReferralSent, ScreeningCompleted

RULES = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker}
duties:
  refer:
    label: Refer
    owner: worker
    authority: letter
    starts: {on: screening_completed, where: {result: positive}}
    due: {within: 5 days}
    met: referral_sent
"""
APRIL = int(dt.datetime(2026, 4, 1, tzinfo=dt.UTC).timestamp())


@pytest.fixture
def rules() -> RulePack:
    return load_texts({"rules.yaml": RULES})


@pytest.fixture
def url(tmp_path: Path, rules: RulePack) -> str:
    """A case whose screen was positive on 2 March and was referred on the 4th."""
    url = f"sqlite:///{tmp_path}/county.db"
    with Engine(url, rules, clock=lambda: APRIL) as engine:
        engine.record(
            ScreeningCompleted(case="C-1", occurred="2026-03-02", tool="PSC-35", result="positive"), by="worker:1"
        )
        engine.record(ReferralSent(case="C-1", occurred="2026-03-04", referral_id="R-1"), by="worker:1")
    return url


def test_without_a_day_it_is_the_proof_of_how_it_stands_now_in_every_process(url: str, rules: RulePack) -> None:
    with Engine(url, rules, clock=lambda: APRIL) as fresh:
        proof = fresh.explain("C-1/refer/1-0")
        assert (proof.state, proof.due, proof.evidence) == ("met", "2026-03-07", (2,))
        fresh.case("C-1")
        assert fresh.explain("C-1/refer/1-0") == proof


def test_on_a_day_it_is_the_proof_of_how_it_stood_then(url: str, rules: RulePack) -> None:
    with Engine(url, rules, clock=lambda: APRIL) as engine:
        states = {day: engine.explain("C-1/refer/1-0", on=day).state for day in ("2026-03-03", "2026-03-04")}
        assert states == {"2026-03-03": "running", "2026-03-04": "met"}
        before = engine.explain("C-1/refer/1-0", on="2026-03-01")
        assert (before.state, before.due) == ("running", "2026-03-07"), "before it opened: as it opened"


def test_what_is_not_there_is_not_found(url: str, rules: RulePack) -> None:
    with Engine(url, rules, clock=lambda: APRIL) as engine:
        for wrong in ("C-1/refer/1-1", "C-2/refer/1-0", "C-1/refer"):
            with pytest.raises(NotFound):
                engine.explain(wrong)
