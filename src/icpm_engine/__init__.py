"""Who owes what by when, in joint child-welfare and mental-health practice, with a proof for every date.

    from icpm_engine import Engine, RulePack

Everything named here is loaded when it is first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from icpm_engine.engine import Engine, Outcome, Page
    from icpm_engine.engine.adoptions import Adoption
    from icpm_engine.history.answers import CaseAnswer, Obligation
    from icpm_engine.history.changes import Change
    from icpm_engine.history.proofs import Proof
    from icpm_engine.rehearsal.answers import Rehearsal
    from icpm_engine.rules.model import RulePack

__version__ = "0.1.0"

__all__ = [
    "Adoption",
    "CaseAnswer",
    "Change",
    "Engine",
    "Obligation",
    "Outcome",
    "Page",
    "Proof",
    "Rehearsal",
    "RulePack",
    "__version__",
]

_HOMES = {
    "Adoption": "engine.adoptions",
    "CaseAnswer": "history.answers",
    "Change": "history.changes",
    "Engine": "engine",
    "Obligation": "history.answers",
    "Outcome": "engine",
    "Page": "engine",
    "Proof": "history.proofs",
    "Rehearsal": "rehearsal.answers",
    "RulePack": "rules.model",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever is named above
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
