"""Conditions on the case, three-valued, compiled to closures that can also say why.

True, false or unknown (None), after Kleene: closed world for events (what nobody recorded has not happened), open world
for facts (what nobody told is unknown). A condition knows what it reads, so that the fold asks it only when that has
changed, and when time alone could change it, so that the fold stops there.
"""

from __future__ import annotations

from icpm_engine.conditions import anchors, as_of, open_hours, spent, states  # noqa: F401 - they register their forms
from icpm_engine.conditions.cond import Cond, EdgeOf, Row, Trace, combine, compile_condition, probe_of, rows_left
from icpm_engine.conditions.happened import compile_happened, compile_turn
from icpm_engine.conditions.values import decision_value

__all__ = [
    "Cond",
    "EdgeOf",
    "Row",
    "Trace",
    "combine",
    "compile_condition",
    "compile_happened",
    "compile_turn",
    "decision_value",
    "probe_of",
    "rows_left",
]
