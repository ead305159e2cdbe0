"""Safety: who is kept safe from whom by all that a county knows of a child, and who is meant by a name."""

from __future__ import annotations

from icpm_engine.safety.around import Cases, around
from icpm_engine.safety.flags import Around, Other, SafetyFlag
from icpm_engine.safety.joining import Joined, joined
from icpm_engine.safety.people import People, Somebody

__all__ = ["Around", "Cases", "Joined", "Other", "People", "SafetyFlag", "Somebody", "around", "joined"]
