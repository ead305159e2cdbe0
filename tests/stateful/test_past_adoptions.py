"""The same while the county adopts other rules, breaks off and goes on: what was answered before stays."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from icpm_engine import RulePack
from icpm_engine.engine import adoptions
from tests.stateful.effort import effort
from tests.stateful.test_engine_against_fold import PACK
from tests.stateful.test_past_answers import Remembering

LONGER = RulePack.load("california", county="shasta", settles={"referral_limit": "9 business days"})
UNSETTLED = RulePack.load("california", county="shasta")
PACKS = {"first": PACK, "longer": LONGER, "unsettled": UNSETTLED}


class Stopped(Exception):
    """Somebody broke it off."""


def _stop(_: int) -> None:
    raise Stopped


class Adopting(Remembering):
    """Two cases whose county changes its rules."""

    @precondition(lambda self: self.entries)
    @rule(name=st.sampled_from(sorted(PACKS)), seconds=st.integers(1, 90_000))
    def adopt(self, name: str, seconds: int) -> None:
        self.now += seconds
        assert self.engine.adopt(PACKS[name], author="supervisor:1").state == "finished"
        assert self.engine.pack.version == PACKS[name].version

    @precondition(lambda self: self.entries)
    @rule(name=st.sampled_from(sorted(PACKS)))
    def begin_to_adopt(self, name: str) -> None:
        self.now += 1
        with patch.object(adoptions, "BATCH", 1):
            try:
                self.engine.adopt(PACKS[name], author="supervisor:1", progress=_stop)
            except Stopped:
                assert self.engine.adoptions()[-1].state == "under way"


TestAdopting = pytest.mark.slow(Adopting.TestCase)
TestAdopting.settings = effort(15, 12)
