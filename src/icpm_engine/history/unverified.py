"""What is open by rules that are off because their source was not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from icpm_engine.history.answers import rows_at
from icpm_engine.history.changes import OPEN_STATES
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.fold import fold
from icpm_engine.history.results import Entry, ObligationRow
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.what_if import unverified


def open_unverified(
    pack: RulePack, in_force: CompiledRules, entries: Iterable[Entry], at: int
) -> Iterator[ObligationRow]:
    """The rows that are open at an instant by rules that are off in a pack; `in_force` has these rules in force."""
    off = unverified(pack)
    for row in rows_at(fold(in_force, entries, at).rows, at):
        if row.duty in off and row.state in OPEN_STATES:
            yield row
