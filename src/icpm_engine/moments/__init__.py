"""Moments and bounds, compiled: from the words of a rule to a function of the case, the run and the event in hand.

A compiled moment gives an `At`, or a `Pending` that says why there is none yet: open (it has not happened, it was not
told) or undetermined (a choice that nobody settled).
"""

from __future__ import annotations

from icpm_engine.moments.bounds import COMPARE, Within, bound_edges, compile_bounds, is_from_start
from icpm_engine.moments.dues import reached_before, settled
from icpm_engine.moments.forms import (
    Side,
    ahead_of,
    compile_moment,
    compiles_moment,
    reads_of_moment,
    side_within,
    value_at,
)
from icpm_engine.moments.scope import EVER, OPEN, MomentOf, Pending, ReadingKeys, Remembered, Scope, fact_reader
from icpm_engine.moments.spans import Adders, SpanOf, adders_of, compile_span

__all__ = [
    "COMPARE",
    "EVER",
    "OPEN",
    "Adders",
    "MomentOf",
    "Pending",
    "ReadingKeys",
    "Remembered",
    "Scope",
    "Side",
    "SpanOf",
    "Within",
    "adders_of",
    "ahead_of",
    "bound_edges",
    "compile_bounds",
    "compile_moment",
    "compile_span",
    "compiles_moment",
    "fact_reader",
    "is_from_start",
    "reached_before",
    "reads_of_moment",
    "settled",
    "side_within",
    "value_at",
]
