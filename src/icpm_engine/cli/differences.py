"""The difference of two sets of rules, printed: of counties, packs or folders, as they hold on a day if one is said."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Final

import attrs
import typer
from rich.console import Console
from rich.table import Table

from icpm_engine.cli.codes import Code
from icpm_engine.cli.options import Form
from icpm_engine.cli.printing import lines, publish, table, text
from icpm_engine.errors import UnknownName
from icpm_engine.rules.comparing import Comparison, Difference, compare, on_day
from icpm_engine.rules.loading import load_pack
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.packs import counties_of, is_path, pack_names
from icpm_engine.rules.words import hint, parse_date, shown

COLUMNS: Final = tuple(field.name for field in attrs.fields(Difference))


def show(first: str, second: str, rules: str, form: Form, *, strict: bool) -> Code:
    """Load both, print how they differ, and say how to exit. Raises PackError."""
    found = compare(addressed(first, rules), addressed(second, rules), (first, second))
    publish(form, found, COLUMNS, found.rows, lambda console: _words(found, console))
    return Code.FOUND if strict and found.rows else Code.FINE


def addressed(address: str, rules: str) -> RulePack:
    """The pack that an address means: COUNTY (of `rules`), PACK, PACK:COUNTY or FOLDER, with or without @DATE.

    Raises PackError, and BadParameter for a day that is none.
    """
    name, at, date = address.rpartition("@")
    day = parse_date(date) if at else None
    if day is None and at and date[:1].isdigit():
        raise typer.BadParameter(f"found {shown(address)}, expected a day after the @, like {name}@2026-01-01")
    if day is None:
        return _loaded(address, rules)
    return on_day(_loaded(name, rules), day)


def _loaded(name: str, rules: str) -> RulePack:
    if is_path(name):
        return load_pack(Path(name))
    pack, colon, county = name.partition(":")
    if colon:
        return load_pack(pack, county)
    counties = counties_of(rules)
    if name in counties:
        return load_pack(rules, name)
    if name == Path(rules).name:
        return load_pack(rules)
    packs = pack_names()
    if name not in packs:
        message = f"there is no county of {Path(rules).name} and no rule pack named {shown(name)}"
        raise UnknownName(f"{message}{hint(name, [*counties, *packs])}")
    return load_pack(name)


# --- words ------------------------------------------------------------------------------------------------------------


def _words(found: Comparison, console: Console) -> None:
    many = f"{found.added} added, {found.removed} removed, {found.changed} changed" if found.rows else "no difference"
    console.print(text(f"From {found.first} to {found.second}: {many}", "bold"))
    if found.rows:
        console.print(_table(found))


def _table(found: Comparison) -> Table:
    made = table("Rule", "Part", found.first, found.second)
    for (kind, name, label), rows in groupby(found.rows, key=lambda row: (row.kind, row.name, row.label)):
        _add(made, lines(text(f"{kind} {name}", "yellow"), text(label, "dim")), rows)
    return made


def _add(made: Table, rule: object, rows: Iterable[Difference]) -> None:
    for place, row in enumerate(rows):
        made.add_row(
            rule if not place else "",  # type: ignore[arg-type]
            text(row.part or row.change),
            text(row.before or ""),
            text(row.after or ""),
        )
