"""Many rows at once: tuples to the driver on SQLite, COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from icpm_engine.store.database import Access
from icpm_engine.store.statements import Statement, table_of
from icpm_engine.store.tables import Base

COPY_FROM: Final = 50
"""From so many rows on a COPY is worth its round trips."""


def add(access: Access, model: type[Base], statement: Statement, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows that are not there yet; tuples in the order of the table's columns."""
    if not rows:
        return
    if access.dialect == "sqlite" or access.piping or len(rows) < COPY_FROM:
        access.many(statement, rows)
        return
    table = table_of(model)
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    access.copy(f'COPY "{table.name}" ({columns}) FROM STDIN', rows)


def run(access: Access, statement: Statement, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement for each of many tuples."""
    if rows:
        access.many(statement, rows)
