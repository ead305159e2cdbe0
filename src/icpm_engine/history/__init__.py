"""The fold: a subject's events to its states, its obligations and their proofs."""

from __future__ import annotations

from icpm_engine.history.compiled import CompiledRules, compile_pack
from icpm_engine.history.fold import fold
from icpm_engine.history.results import FOREVER, FindingRow, Folding, Marks, ObligationRow, Outcome, StateRow
from icpm_engine.working import Entry

__all__ = [
    "FOREVER",
    "CompiledRules",
    "Entry",
    "FindingRow",
    "Folding",
    "Marks",
    "ObligationRow",
    "Outcome",
    "StateRow",
    "compile_pack",
    "fold",
]
