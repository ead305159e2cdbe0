"""Databases as the limits need them: the same tables, filled by the driver alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from icpm_engine.store.statements import schema
from icpm_engine.store.tables import Base

Rows: TypeAlias = dict[str, list[tuple[Any, ...]]]
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "cache_size=-65536")


def connect(path: Path) -> sqlite3.Connection:
    """A connection of the driver's own, set as the store sets its connections."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def tables() -> list[tuple[str, list[str]]]:
    """Every table with its columns."""
    return [(table.name, [column.name for column in table.columns]) for table in Base.metadata.sorted_tables]


def read_all(path: Path) -> Rows:
    """Every row of every table, in the order of its key."""
    found: Rows = {}
    with sqlite3.connect(path) as connection:
        for name, columns in tables():
            found[name] = connection.execute(f"SELECT {', '.join(columns)} FROM {name}").fetchall()  # noqa: S608
    connection.close()
    return found


def insert_text(name: str, columns: Sequence[str]) -> str:
    """The statement that adds a row to a table."""
    return f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608


def create(connection: sqlite3.Connection, *, indexes: bool = True) -> None:
    """The tables, and their indexes too unless they are to be made later."""
    for text in schema("sqlite").values():
        if indexes or "INDEX" not in text:
            connection.execute(text)


def create_indexes(connection: sqlite3.Connection) -> None:
    """The indexes of tables that were filled without them."""
    for text in schema("sqlite").values():
        if "INDEX" in text:
            connection.execute(text)


def insert_all(path: Path, rows: Rows) -> None:
    """Every row into empty tables with their indexes, in one durable transaction."""
    connection = connect(path)
    create(connection)
    connection.execute("BEGIN IMMEDIATE")
    for name, columns in tables():
        connection.executemany(insert_text(name, columns), rows[name])
    connection.execute("COMMIT")
    connection.close()


def add(connection: sqlite3.Connection, name: str, rows: Iterable[Sequence[Any]]) -> None:
    """Rows of one table, in the order of its columns."""
    columns = dict(tables())[name]
    connection.executemany(insert_text(name, columns), rows)


def counted(rows: Rows) -> Iterator[str]:
    """How many rows of which tables, in words."""
    for name, found in rows.items():
        if len(found) > 1:
            yield f"{len(found):,} of {name.removeprefix('icpm_')}"
