"""A pack as it would be if rules that are off were in force: what a draft would do before it is law."""

from __future__ import annotations

import hashlib
from typing import Final

import attrs

from icpm_engine.errors import PackError
from icpm_engine.rules.model import Bar, Duty, RulePack
from icpm_engine.rules.words import hint, shown

UNVERIFIED: Final = "unverified"
"""Why a rule is off whose source was not read."""


def unverified(pack: RulePack) -> frozenset[str]:
    """The duties that are off because their source was not read."""
    return frozenset(name for name, duty in pack.duties.items() if duty.off == UNVERIFIED)


def what_if(pack: RulePack, off: str) -> RulePack:
    """The pack with every rule in force that is off for this reason (`draft`). Raises PackError if none is."""
    rules: list[Duty | Bar] = [*pack.duties.values(), *pack.bars.values()]
    reasons = {rule.off for rule in rules if rule.off is not None}
    if off not in reasons:
        raise PackError(f"no rule of this pack is off as {shown(off)}{hint(off, sorted(reasons))}")
    said = f"{pack.version}\nwhat if {off}"
    return attrs.evolve(
        pack,
        duties={name: _on(rule, off) for name, rule in pack.duties.items()},
        bars={name: _barred(rule, off) for name, rule in pack.bars.items()},
        version=hashlib.sha256(said.encode()).hexdigest()[:32],
    )


def _on(duty: Duty, off: str) -> Duty:
    return attrs.evolve(duty, off=None) if duty.off == off else duty


def _barred(bar: Bar, off: str) -> Bar:
    return attrs.evolve(bar, off=None) if bar.off == off else bar
