"""What is owed by rules that ship switched off: said of a case, without a date, and never in a list."""

from __future__ import annotations

from icpm_engine import Engine, RulePack
from icpm_engine.rules.loading import load_texts
from icpm_engine.vocabulary import CaseOpened, CftHeld, CustodyEntered, CustodyLeft, PlacementStarted

RULES = """
zone: America/Los_Angeles
roles: {worker: Social worker}
sources: {letter: {title: A letter that nobody has read, kind: letter, seen: background}}
defaults: {owner: worker, authority: letter}
duties:
  next_meeting:
    label: Next meeting
    starts: cft_held
    again: restarts
    due: {within: 6 months}
    met: cft_held
    cancelled: case_closed
    %s
"""


def test_it_is_said_while_it_is_owed() -> None:
    pack = RulePack.load("california", county="shasta")
    with Engine("sqlite://", pack, clock=lambda: 1_775_000_000) as engine:  # 31 March 2026
        engine.record(
            CaseOpened(case="C-1", occurred="2026-03-01"),
            CustodyEntered(case="C-1", occurred="2026-03-02", custody_id="k1", out_of_home=True),
            PlacementStarted(case="C-1", occurred="2026-03-02", placement_id="p1", type="relative"),
            CftHeld(case="C-1", occurred="2026-03-10", meeting_id="m1"),
            by="w",
        )
        (found,) = engine.no_verified_limit("C-1", on="2026-03-20")
        assert (found.duty, found.since, found.waits_for) == ("team_meeting_regular", "2026-03-10", ())
        assert "was read" in found.authority
        assert engine.no_verified_limit("C-1", on="2026-03-09") == ()
        assert "team_meeting_regular" not in {row.duty for row in engine.due("2026-03-20")}
        assert "team_meeting_regular" not in {row.duty for row in engine.case("C-1").obligations}
        engine.record(CustodyLeft(case="C-1", occurred="2026-03-25", custody_id="k1"), by="w")
        assert engine.no_verified_limit("C-1", on="2026-03-25") == ()
        assert engine.no_verified_limit("C-1", on="2026-03-25", known_at="2026-03-31") == ()


def test_rules_in_force_and_drafts_are_not_meant() -> None:
    for off, expected in (("", 0), ("off: draft", 0), ("off: unverified", 1)):
        with Engine("sqlite://", load_texts({"r.yaml": RULES % off}), clock=lambda: 1_775_000_000) as engine:
            engine.record(CftHeld(case="C-1", occurred="2026-03-10", meeting_id="m1"), by="w")
            assert len(engine.no_verified_limit("C-1", on="2026-03-20")) == expected, off
