"""Dated stories with expected answers: their format, the runner and the pytest plugin (docs/scenarios.md)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icpm_engine.scenarios.comparing import Failure
    from icpm_engine.scenarios.format import load_scenario, parse_scenario
    from icpm_engine.scenarios.periods import untold
    from icpm_engine.scenarios.runner import run_file, run_scenario, scenario_files
    from icpm_engine.scenarios.story import Scenario
    from icpm_engine.scenarios.touching import coverage

# Imported when first asked for: pytest loads the plugin, and so this package, whenever it starts.
_MODULE_OF = {
    "Failure": "comparing",
    "Scenario": "story",
    "coverage": "touching",
    "load_scenario": "format",
    "parse_scenario": "format",
    "run_file": "runner",
    "run_scenario": "runner",
    "scenario_files": "runner",
    "untold": "periods",
}

__all__ = [
    "Failure",
    "Scenario",
    "coverage",
    "load_scenario",
    "parse_scenario",
    "run_file",
    "run_scenario",
    "scenario_files",
    "untold",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in _MODULE_OF:
        raise AttributeError(f"icpm_engine.scenarios has no {name}")
    found = globals()[name] = getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    return found
