"""The one plan: a typed value as of any day, its versions, what a reader gets of it, and what is found in it."""

from __future__ import annotations

from icpm_engine.plan.building import days_of_change, plan_of
from icpm_engine.plan.circumstances import circumstances
from icpm_engine.plan.findings import Assessed, Circumstances, Flag, Found, findings
from icpm_engine.plan.model import SIDES, Line, Plan
from icpm_engine.plan.versions import Change, Version, changes, versions

__all__ = [
    "SIDES",
    "Assessed",
    "Change",
    "Circumstances",
    "Flag",
    "Found",
    "Line",
    "Plan",
    "Version",
    "changes",
    "circumstances",
    "days_of_change",
    "findings",
    "plan_of",
    "versions",
]
