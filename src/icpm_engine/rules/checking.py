"""Remarks: what a loaded pack says that is no error, and yet may not be meant."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from icpm_engine.errors import Mark
from icpm_engine.rules.model import Duty, RulePack
from icpm_engine.rules.names import Names


@attrs.frozen
class Remark:
    """Something to look at."""

    message: str
    mark: Mark | None = None

    def __str__(self) -> str:
        return f"{self.mark}: {self.message}" if self.mark else self.message


def remarks(pack: RulePack, names: Names) -> tuple[Remark, ...]:
    """Everything of a pack that deserves a second look, in the order of the files."""
    found = [*_unused(pack, names.used), *_endless(pack)]
    return tuple(sorted(found, key=_place))


def _place(remark: Remark) -> tuple[str, int]:
    return (remark.mark.file, remark.mark.line) if remark.mark else ("", 0)


def _unused(pack: RulePack, used: set[str]) -> Iterator[Remark]:
    for choice in pack.choices.values():
        if choice.name not in used:
            yield Remark(f"the choice {choice.name} is used by no rule", choice.mark)
    for source in pack.sources.values():
        if f"source {source.name}" not in used:
            yield Remark(f"the source {source.name} is the authority of no rule", source.mark)
    for role in pack.roles:
        if f"role {role}" not in used:
            yield Remark(f"the role {role} owes, holds and is told nothing")


def _endless(pack: RulePack) -> Iterator[Remark]:
    for duty in pack.duties.values():
        if not _can_end(duty):
            yield Remark(f"nothing can end the duty {duty.name}: it has no met, cancelled or while", duty.mark)


def _can_end(duty: Duty) -> bool:
    return all(
        text.met or text.substitute or text.excused or text.cancelled or text.while_ is not None for text in duty.texts
    )
