"""The one plan: a typed value as of any day, its versions, what a reader gets of it, and what is found in it."""

from __future__ import annotations

from icpm_engine.plan.asking import PlanAnswer, Told, plan_answer
from icpm_engine.plan.building import days_of_change, plan_of
from icpm_engine.plan.circumstances import circumstances
from icpm_engine.plan.findings import FINDINGS, findings
from icpm_engine.plan.found import Assessed, Circumstances, Found
from icpm_engine.plan.model import SIDES, Goal, Line, Plan, Service
from icpm_engine.plan.versions import Change, Version, changes, said, versions

__all__ = [
    "FINDINGS",
    "SIDES",
    "Assessed",
    "Change",
    "Circumstances",
    "Found",
    "Goal",
    "Line",
    "Plan",
    "PlanAnswer",
    "Service",
    "Told",
    "Version",
    "changes",
    "circumstances",
    "days_of_change",
    "findings",
    "plan_answer",
    "plan_of",
    "said",
    "versions",
]
