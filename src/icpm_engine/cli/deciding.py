"""What a county has decided and what is open, printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import attrs
from rich.console import Console
from rich.table import Table
from rich.text import Text

from icpm_engine.cli.options import Form, refuse_unknown, settlements
from icpm_engine.cli.printing import lines, publish, table, text
from icpm_engine.rules.deciding import CountyChoice, CountyDecisions, Hanging, Settled, county_decisions
from icpm_engine.rules.loading import load_pack
from icpm_engine.rules.wording import plain


@attrs.frozen
class Row:
    """A choice on one line, for CSV."""

    choice: str
    label: str
    area: str
    options: tuple[str, ...]
    type: str | None
    open: bool
    open_before: str | None
    arrangement: bool
    unread: bool
    settled: tuple[str, ...]
    left_open_by: str
    hangs: tuple[str, ...]
    place: str | None


COLUMNS: Final = tuple(field.name for field in attrs.fields(Row))


def show(rules: str, county: str | None, settle: Sequence[str] | None, area: str | None, form: Form) -> None:
    """Ask and print. Raises PackError, BadParameter for an area that has no choices."""
    found = county_decisions(load_pack(rules, county, settles=settlements(settle)))
    refuse_unknown("area with a choice", area, sorted({row.area for row in found.rows}))
    if area is not None:
        found = attrs.evolve(found, rows=tuple(row for row in found.rows if row.area == area))
    publish(form, found, COLUMNS, map(_row, found.rows), lambda console: _words(found, console))


def _row(choice: CountyChoice) -> Row:
    return Row(
        choice=choice.choice,
        label=choice.label,
        area=choice.area,
        options=choice.options,
        type=choice.type,
        open=choice.open,
        open_before=choice.open_before,
        arrangement=choice.arrangement,
        unread=choice.unread,
        settled=tuple(f"{_value(one)} ({one.authority})" for one in choice.settled),
        left_open_by=choice.authority,
        hangs=tuple(f"{one.rule}: {', '.join(one.parts)}" for one in choice.hangs),
        place=choice.place,
    )


# --- words ------------------------------------------------------------------------------------------------------------


def _words(found: CountyDecisions, console: Console) -> None:
    who = f"{found.county} county, {found.pack}" if found.county else f"{found.pack}, without a county"
    console.print(text(f"{who}: {found.settled} settled, {found.open} open", "bold"))
    settled = [row for row in found.rows if not row.open]
    waited_for = [row for row in found.rows if row.open and not row.arrangement]
    arrangements = [row for row in found.rows if row.open and row.arrangement]
    if settled:
        console.print(_settled(settled))
    if waited_for:
        console.print(_open(waited_for))
    if arrangements:
        made = table("Open, and moves no date", "To be settled")
        for row in arrangements:
            made.add_row(_question(row), text(_what(row)))
        console.print(made)


def _settled(rows: Iterable[CountyChoice]) -> Table:
    made = table("Settled", "As", "By what authority")
    for place, row in enumerate(rows):
        if place:
            made.add_row()
        before = text(f"open before {row.open_before}", "dim") if row.open_before else None
        made.add_row(
            lines(_question(row), before),
            text("\n".join(map(_value, row.settled))),
            text("\n".join(dict.fromkeys(one.authority for one in row.settled))),
        )
    return made


def _value(one: Settled) -> str:
    value = plain(one.value)
    return f"{value}, from {one.since}" if one.since else value


def _open(rows: Iterable[CountyChoice]) -> Table:
    made = table("Open", "Until it is settled, undetermined are")
    for place, row in enumerate(rows):
        if place:
            made.add_row()
        what = f"to be settled: {_what(row)}{' (exists, but was not seen)' if row.unread else ''}"
        made.add_row(
            lines(_question(row), text(what), text(row.authority, "dim")),
            lines(*(part for hanging in row.hangs for part in _hanging(hanging))),
        )
    return made


def _question(row: CountyChoice) -> Text:
    return text(f"{row.label} [{row.choice}]")


def _what(row: CountyChoice) -> str:
    return f"one of: {', '.join(map(plain, row.options))}" if row.options else f"a {row.type}"


def _hanging(one: Hanging) -> Iterable[Text]:
    through = f", through {', '.join(map(plain, one.through))}" if one.through else ""
    yield text(f"{one.kind} {one.rule}: {', '.join(map(plain, one.parts))}{through}", "yellow")
    for option, words in one.readings.items():
        yield text(f"  if {plain(option)}: {words}", "dim")
