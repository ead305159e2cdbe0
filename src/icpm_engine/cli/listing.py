"""A list, asked of the engine page by page and printed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import attrs
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from icpm_engine.cli.opening import asked_day
from icpm_engine.cli.options import Form, refuse_unknown
from icpm_engine.cli.printing import lines, publish, table, text
from icpm_engine.engine import Engine, Page
from icpm_engine.history import FOREVER
from icpm_engine.history.answers import Obligation
from icpm_engine.rules.wording import plain
from icpm_engine.store import Position

COLUMNS: Final = tuple(field.name for field in attrs.fields(Obligation))
"""Of the CSV; JSON rows have the same keys."""

WIDE: Final = 120
"""Columns of a terminal from which on each thing has a column of its own."""

_NUMBER: Final = "(-?[0-9]{1,19})"
_POSITION: Final = re.compile(
    ":".join([_NUMBER] * 3 + ["([a-z]+)", "([a-z0-9_]+)"] + [_NUMBER] * 3 + ["(.+)"]), re.DOTALL | re.ASCII
)

PAGE: Final = 1_000
"""Rows asked for at a time when all are wanted."""


@attrs.frozen
class Asked:
    """Which list is wanted, and which part of it."""

    which: Literal["due", "overdue", "escalations"]
    on: str | None
    within: str | None
    only: Mapping[str, str | None]
    limit: int
    after: str | None
    everything: bool = attrs.field(kw_only=True)
    tell: str | None = None
    known_at: str | None = None


@attrs.frozen
class Answered:
    """The list as it is printed; `next` is the position to go on after, None on the last page.

    `total` is None where rows would have to be looked through to be counted.
    """

    list: str
    county: str
    pack: str
    pack_version: str
    on: str
    known_at: str | None
    within: str | None
    total: int | None
    rows: tuple[Obligation, ...]
    next: str | None


def show(engine: Engine, asked: Asked, form: Form) -> None:
    """Ask for the list and print it. Raises BadParameter for a filter that names nothing, NotFound for no such case."""
    answered = answer(engine, asked)
    if not answered.rows and asked.after is None:
        check_filters(engine, asked.only, asked.tell)
    publish(form, answered, COLUMNS, answered.rows, lambda console: _words(answered, console))
    if form is Form.CSV and answered.next is not None:
        shown = f"{len(answered.rows)} of {answered.total or 'more'} rows"
        typer.echo(f"icpm: {shown}; --all, or --after {answered.next} for the next", err=True)


def answer(engine: Engine, asked: Asked) -> Answered:
    """The rows that were asked for, and how many there are in all."""
    on = asked_day(engine, asked.on)
    pages = list(_pages(engine, asked, on))
    following = pages[-1].next
    rows = tuple(row for page in pages for row in page)
    known = len(rows) if following is None and asked.after is None else None
    return Answered(
        list=asked.which,
        county=engine.county,
        pack=engine.pack.name,
        pack_version=engine.pack.version,
        on=on,
        known_at=asked.known_at,
        within=asked.within,
        total=known if asked.which == "escalations" else _total(engine, asked, on),
        rows=rows,
        next=None if following is None else written(following),
    )


def _pages(engine: Engine, asked: Asked, on: str) -> Iterator[Page]:
    after = None if asked.after is None else read_position(asked.after)
    known = asked.known_at
    limit = PAGE if asked.everything else asked.limit
    while True:
        if asked.which == "due":
            page = engine.due(on, within=asked.within, known_at=known, after=after, limit=limit, **asked.only)
        elif asked.which == "escalations":
            page = engine.escalations(on, known_at=known, tell=asked.tell, after=after, limit=limit, **asked.only)
        else:
            page = engine.overdue(on, known_at=known, after=after, limit=limit, **asked.only)
        yield page
        after = page.next
        if after is None or not asked.everything:
            return


def _total(engine: Engine, asked: Asked, on: str) -> int:
    if asked.which == "due":
        return engine.due_count(on, within=asked.within, known_at=asked.known_at, **asked.only)
    return engine.overdue_count(on, known_at=asked.known_at, **asked.only)


def check_filters(engine: Engine, only: Mapping[str, str | None], tell: str | None = None) -> None:
    """An empty list must not come from a name that nothing has."""
    pack = engine.pack
    refuse_unknown("duty", only["duty"], pack.duties)
    refuse_unknown("area", only["area"], sorted({duty.area for duty in pack.duties.values()}))
    refuse_unknown("role", only["owner"], pack.roles)
    refuse_unknown("role", tell, pack.roles)
    if only["case"] is not None:
        engine.case(only["case"])


# --- positions --------------------------------------------------------------------------------------------------------


def written(position: Position) -> str:
    """A position as text that a shell takes without quotes, as long as the subject's id does."""
    instant, valid_from, valid_until, subject_id, *rest = position
    return ":".join(map(str, (instant, valid_from, valid_until, *rest, subject_id)))


def read_position(given: str) -> Position:
    """The position that `written` gave. Raises BadParameter."""
    found = _POSITION.match(given)
    if found is None or max(int(number) for number in found.group(1, 2, 3, 6, 7, 8)) > FOREVER:
        raise typer.BadParameter(f"found --after '{given}', expected the position that a list gave as its `next`")
    instant, valid_from, valid_until, kind, duty, start, instance, run, subject_id = found.groups()
    period = int(valid_from), int(valid_until)
    return Position(int(instant), *period, subject_id, kind, duty, int(start), int(instance), int(run))


# --- tables -----------------------------------------------------------------------------------------------------------


def _words(answered: Answered, console: Console) -> None:
    console.print(text(heading(answered), "bold"))
    if answered.rows:
        console.print(obligations(answered.rows, answered.on, console.width))
    if answered.next is not None:
        shown = f"{len(answered.rows)} of {answered.total or 'more'}. For the next: --after {answered.next}"
        console.print(text(shown), soft_wrap=True)


def heading(answered: Answered) -> str:
    """What the list is, in words."""
    within = f" within {answered.within}" if answered.within else ""
    words = "Owed" if answered.list == "due" and not within else answered.list.capitalize()
    if answered.list == "escalations":
        words = "To be told"
    number = answered.total if answered.total is not None else f"{len(answered.rows)} of more"
    return f"{words} on {answered.on}{within}, {answered.county}: {number or 'nothing'}"


def obligations(rows: Sequence[Obligation], on: str, width: int) -> Table:
    """Obligations for people: when, what, who, and the id to ask why; all of it in one column if `width` is small."""
    if width < WIDE:
        made = table("Due", "What, who owes it, what would meet it, id", kept=("Due",))
        for row in rows:
            made.add_row(_when(row, on), lines(_what(row), text(row.owner, "dim"), *_more(row), text(row.id, "cyan")))
        return made
    made = table("Due", "What, and what would meet it", "Owed by", "Id", kept=("Due", "Id"))
    for row in rows:
        made.add_row(_when(row, on), lines(_what(row), *_more(row)), text(row.owner), text(row.id, "cyan"))
    return made


def _when(row: Obligation, on: str) -> Text:
    style = "bold red" if row.overdue else "yellow" if row.state == "undetermined" else ""
    late = days_between(row.due, on) if row.overdue and row.due else 0
    return lines(
        text(row.due or "no date", style),
        text(f"{late} day{'s' if late > 1 else ''} late" if late else "", style),
        text(row.state if row.state != "running" else "", style),
    )


def _what(row: Obligation) -> Text:
    name = row.label + (f" [{row.instance}]" if row.instance else "")
    return text(name if row.force == "must" else f"{name} ({row.force})")


def _more(row: Obligation) -> tuple[Text, ...]:
    return (
        text(f"met by: {row.met_by}" if row.met_by else "", "dim"),
        text(f"the clock stands still while {row.paused_while}" if row.paused_while else "", "yellow"),
        text(_named("waits for", row.waits_for), "yellow"),
        text(_named("possibly", row.possible), "yellow"),
        text(_named("wanting", row.wanting), "yellow"),
        text(", ".join(row.marks), "dim"),
        text(f"to be told: {', '.join(map(str, row.escalations))}" if row.escalations else "", "yellow"),
    )


def _named(what: str, names: Sequence[str]) -> str:
    return f"{what}: {', '.join(map(plain, names))}" if names else ""


def days_between(due: str, on: str) -> int:
    """Whole days from the day of one moment to that of another."""
    return (dt.date.fromisoformat(on[:10]) - dt.date.fromisoformat(due[:10])).days
