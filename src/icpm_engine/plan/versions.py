"""What changed in a plan between two of its versions, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from icpm_engine.calendars import Zone
from icpm_engine.plan.building import days_of_change, plan_of
from icpm_engine.plan.model import GoalAnswer, GoalReading, Line, Plan
from icpm_engine.plan.withholding import read_by
from icpm_engine.safety import Around
from icpm_engine.working import Entry

_TOLD_APART: Final = frozenset({"id", "kind", "since", "said", "entry", "woven", "ended", "readings", "state"})
"""What of a line is no change of its text, or is said in a way of its own."""


@attrs.frozen
class Change:
    """One change: of which line, what became of it (new, changed, ended, back, woven), and the field that changed."""

    line: str
    kind: str
    what: str
    field: str | None = None
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        if self.what == "changed":
            return f"{self.kind} {self.line}: {self.field} from {self.before or 'nothing'} to {self.after or 'nothing'}"
        return f"{self.kind} {self.line}: {self.what}{f' ({self.after})' if self.after else ''}"


@attrs.frozen
class Version:
    """A version of a plan, and what changed with it."""

    number: int
    on: str
    changes: tuple[Change, ...]


def versions(
    case: str, entries: Iterable[Entry], zone: Zone, reader: str | None = None, known: Sequence[Around] = ()
) -> tuple[Version, ...]:
    """Every version of a case's plan, the first first; for a reader, those in which something changed for them.

    `known`: what is told around the case, then and by now, for a reader (withholding.read_by).
    """
    told = list(entries)
    found, before = [], Plan(case=case, on="", version=0)
    for day in days_of_change(told, zone):
        whole = plan_of(case, told, zone, day)
        after = whole if reader is None else read_by(whole, reader, known)
        found.append(Version(after.version, after.on, changes(before, after)))
        before = after
    return tuple(one for one in found if one.changes or reader is None)


def changes(before: Plan, after: Plan) -> tuple[Change, ...]:
    """What changed from one plan to a later one, line by line, in the order of the later one's lines."""
    old = {line.id: line for line in (*before.lines, *before.ended)}
    held = dict(pair for line in old.values() for pair in _woven(line))
    found: list[Change] = []
    for line in (*after.lines, *after.ended):
        was = old.get(line.id)
        if was is None:
            found.append(Change(line.id, line.kind, "new", after=line.text))
        else:
            found += _of_line(was, line)
        if line.ended is not None and (was is None or was.ended is None):
            found.append(Change(line.id, line.kind, "ended", after=line.ended.reason))
        found += [Change(one, line.kind, "woven", after=into) for one, into in _woven(line) if held.get(one) != into]
    return tuple(found)


def _of_line(was: Line, line: Line) -> Iterator[Change]:
    if was.ended is not None and line.ended is None:
        yield Change(line.id, line.kind, "back", after=line.text)
    if type(was) is not type(line):
        yield Change(line.id, line.kind, "changed", "kind", was.kind, line.kind)
        return
    for field in attrs.fields(type(line)):
        if field.name not in _TOLD_APART:
            old, new = said(getattr(was, field.name)), said(getattr(line, field.name))
            if old != new:
                yield Change(line.id, line.kind, "changed", field.name, old, new)


def _woven(line: Line) -> Iterator[tuple[str, str]]:
    """Every line that it stands for, with the one that it was woven into."""
    for other in line.woven:
        yield other.id, line.id
        yield from _woven(other)


def said(value: Any) -> str | None:  # noqa: ANN401 - a field of any type
    """A field of a line in words; None where nothing is said."""
    if value is None or value == ():
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(one if isinstance(one, str) else _told(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _told(one: GoalAnswer | GoalReading) -> str:
    """What was said of a goal, or how it stood, in words."""
    if isinstance(one, GoalReading):
        return f"{one.reading} on {one.on}"
    return " ".join(text for text in (one.answer, f"({one.words})" if one.words else "") if text)
