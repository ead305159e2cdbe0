"""Answers on stdout, as a table for people, one JSON object for programs, or CSV with a header."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from icpm_engine.cli.options import Form


def publish(
    form: Form,
    data: object,
    columns: Sequence[str],
    rows: Iterable[object],
    words: Callable[[Console], None],
) -> None:
    """Print an answer: `data` is the JSON object; `rows` (values with these attributes) the CSV; `words` the rest."""
    if form is Form.JSON:
        sys.stdout.write(as_json(data))
    elif form is Form.CSV:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(getattr(row, name)) for name in columns] for row in rows)
    else:
        words(people())


def as_json(data: object) -> str:
    """An answer as one JSON object, for programs."""
    return json.dumps(plain_data(data), indent=2, ensure_ascii=False) + "\n"


def people() -> Console:
    """Where people read: as wide as the terminal, without colours when it is none."""
    return Console(highlight=False, markup=False, emoji=False)


def plain_data(value: Any) -> Any:  # noqa: ANN401 - whatever an answer is made of
    """An answer as JSON knows it: attrs classes are objects, tuples are lists."""
    if attrs.has(type(value)):
        return {field.name: plain_data(getattr(value, field.name)) for field in attrs.fields(type(value))}
    if isinstance(value, Mapping):
        return {str(key): plain_data(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(one) for one in value]
    return value


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {one}" for key, one in value.items())
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def text(words: object, style: str = "") -> Text:
    """Words as they stand, brackets and all; what would move the cursor is shown as a question mark."""
    found = str(words)
    if not found.isprintable():
        found = "".join(sign if sign.isprintable() or sign == "\n" else "\N{REPLACEMENT CHARACTER}" for sign in found)
    return Text(found, style)


def lines(*parts: Text | None) -> Text:
    """Several texts, one under the other; empty ones are left out."""
    return Text("\n").join([part for part in parts if part is not None and part.plain])


def table(*headings: str, kept: Sequence[str] = ()) -> Table:
    """A table without a frame; columns in `kept` are never broken over lines."""
    made = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for heading in headings:
        made.add_column(heading, no_wrap=heading in kept, overflow="fold")
    return made
