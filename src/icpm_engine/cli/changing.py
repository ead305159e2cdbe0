"""Rehearsals and adoptions, printed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
import typer
from rich.console import Console

from icpm_engine.cli.moving import progress
from icpm_engine.cli.opening import asked_day
from icpm_engine.cli.options import Form
from icpm_engine.cli.printing import publish, table, text
from icpm_engine.engine import Engine
from icpm_engine.engine.adoptions import Adoption
from icpm_engine.history.proofs import Proof
from icpm_engine.rehearsal.answers import Counted, Example, Group, Rehearsal, Side

_NUMBERS: Final = tuple(field.name for field in attrs.fields(Counted))


@attrs.frozen
class Line:
    """A row of the CSV: one owner and duty."""

    county: str
    owner: str
    duty: str
    label: str
    before: int
    after: int
    moves: int
    earlier: int
    later: int
    appears: int
    vanishes: int
    changes: int
    overdue_before: int
    overdue: int
    newly_overdue: int


COLUMNS: Final = tuple(field.name for field in attrs.fields(Line))
ADOPTED: Final = tuple(field.name for field in attrs.fields(Adoption))


@attrs.frozen
class Adopted:
    """What a county adopted, as it is printed."""

    county: str
    rows: tuple[Adoption, ...]


def show(engine: Engine, on: str | None, examples: int, form: Form, *, fold: bool) -> None:
    """Rehearse the rules that the engine was opened with, and print what they would change."""
    day = asked_day(engine, on)
    with progress("rehearsal", "subjects") as told:
        found = engine.rehearse(on=day, examples=examples, fold=fold, progress=told)
    lines = [_line(group) for group in found.groups]
    publish(form, found, COLUMNS, lines, lambda console: _words(found, console))


def take(engine: Engine, by: str, note: str) -> None:
    """Adopt the rules that the engine was opened with, and say what changes beside the clocks that run."""
    for remark in engine.remarks():
        typer.echo(remark, err=True)
    with progress("adoption", "subjects passed over") as told:
        engine.adopt(author=by, note=note, progress=told)


def status(engine: Engine, form: Form) -> None:
    """Print what was adopted, and how far it has come."""
    rows = engine.adoptions()
    publish(form, Adopted(engine.county, rows), ADOPTED, rows, lambda console: _adopted(rows, console))


def _line(group: Group) -> Line:
    return Line(group.county, group.owner, group.duty, group.label, **attrs.asdict(group.counts))


def _words(found: Rehearsal, console: Console) -> None:
    version, new = found.goes_by_version[:12], found.pack_version[:12]
    console.print(text(f"{found.county} on {found.on}: {found.goes_by} ({version}) to {found.pack} ({new})", "bold"))
    for line in _totals(found):
        console.print(text(line), soft_wrap=True)
    if found.groups:
        made = table("Owner", "Duty", "Before", "After", "Move", "Appear", "Vanish", "Change", "Overdue", "New")
        for column in made.columns[2:]:
            column.justify = "right"
        for group in found.groups:
            counts = group.counts
            numbers = (counts.before, counts.after, counts.moves, counts.appears, counts.vanishes, counts.changes)
            shown = (f"{number:,}" for number in (*numbers, counts.overdue, counts.newly_overdue))
            made.add_row(text(group.owner), text(group.label), *shown)
        console.print(made)
    for remark in found.remarks:
        console.print(text(remark), soft_wrap=True)
    for example in found.examples:
        console.print()
        for line in _example(example):
            console.print(text(line), soft_wrap=True)


def _totals(found: Rehearsal) -> Iterator[str]:
    counts = found.counts
    yield (
        f"{counts.before:,} clocks run, {counts.after:,} would: {counts.moves:,} move ({counts.earlier:,} earlier, "
        f"{counts.later:,} later), {counts.appears:,} appear, {counts.vanishes:,} vanish, {counts.changes:,} change"
    )
    yield (
        f"Overdue on that day: {counts.overdue_before:,} as it is, {counts.overdue:,} as it would be, "
        f"{counts.newly_overdue:,} of them newly"
    )
    way = "Re-dated from what is kept with each clock" if found.way == "re-dated" else "Folded anew"
    yield f"{way}, {found.folded:,} of {found.subjects:,} subjects folded: {found.why}"


def _example(example: Example) -> Iterator[str]:
    why = f", since {example.why}" if example.why else ""
    yield f"{example.id} {example.what}: {_said(example.before)} -> {_said(example.after)}{why}"
    for name, side in (("before", example.before), ("after", example.after)):
        if side is not None:
            yield f"  {name}:"
            yield from (f"    {line}" for line in _proof(side.proof))


def _proof(proof: Proof) -> list[str]:
    return str(proof).splitlines()


def _said(side: Side | None) -> str:
    if side is None:
        return "not there"
    return f"{side.state}, {'due ' + side.due if side.due else 'no date'}{', overdue' if side.overdue else ''}"


def _adopted(rows: tuple[Adoption, ...], console: Console) -> None:
    if not rows:
        console.print(text("nothing has been adopted or recorded"))
    for row in rows:
        console.print(text(row), soft_wrap=True)
