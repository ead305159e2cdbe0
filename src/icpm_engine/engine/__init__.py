"""The public face: one Engine for one county's rules on one database."""

from __future__ import annotations

from icpm_engine.engine.face import Engine
from icpm_engine.engine.lists import Page
from icpm_engine.engine.records import Outcome
from icpm_engine.engine.times import When

__all__ = ["Engine", "Outcome", "Page", "When"]
