"""The database behind a store: connections, transactions, and errors that give nothing away.

SQLAlchemy owns the connections. Statements go to the driver's cursor, which costs a tenth of a statement through
SQLAlchemy; so the transactions here are begun and ended on the driver's connection too, except in a host's session,
where they are the host's.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any, Final

from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Engine, column, create_engine, event, func, select, table
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection

from icpm_engine.errors import StoreError
from icpm_engine.store.statements import DIALECTS, Statement, schema

BUSY_SECONDS: float = 30
"""How long a writer waits for another one before it gives up."""

# WAL lets readers go on beside the writer; FULL makes a commit survive a power cut.
_PRAGMAS: Final = ("journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY", "cache_size=-65536")
_OLDEST_SQLITE: Final = (3, 35, 0)  # RETURNING
_RELATIONS: Final = Statement(
    lambda _: select(column("relname")).select_from(table("pg_class")).where(func.pg_table_is_visible(column("oid")))
)
"""The tables and indexes that are there."""
_SCHEMA_LOCK: Final = 0x1C_90_00  # an advisory lock of our own: who makes the tables, makes them alone

_BUSY: Final = "another writer has held it for too long; try again"
_SQLITE_SAYS: Final = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_BUSY_SNAPSHOT": "another transaction wrote since this one began reading; roll back and try again",
    "SQLITE_LOCKED": "another transaction of this program holds the database; end it first",
    "SQLITE_READONLY": "the database may only be read; look at the rights of its file and folder",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_CANTOPEN": "the database file cannot be opened; look at its path and rights",
    "SQLITE_NOTADB": "the file is not a SQLite database",
    "SQLITE_CORRUPT": "the database file is damaged; restore it from a backup",
}
_POSTGRESQL_SAYS: Final = {
    "42P01": "its tables are missing; make them with Store.create()",
    "55P03": _BUSY,
    "40001": "another transaction wrote since this one began reading; roll back and try again",
    "40P01": "two transactions waited for each other; try again",
    "42501": "this database user may not do that; look at its rights",
    "25006": "the database may only be read; look at whether it is a standby, and at how this user connects",
    "53100": "the disk is full",
}


def describe(error: BaseException) -> str:
    """What the driver said, without a statement's parameters: they hold children's data."""
    name = getattr(error, "sqlite_errorname", None)
    if name is not None:
        if name == "SQLITE_ERROR" and str(error).startswith("no such table"):
            return _POSTGRESQL_SAYS["42P01"]
        # SQLITE_ERROR is about the text of the statement, and its words come from there.
        return _SQLITE_SAYS.get(name) or (str(error) if name == "SQLITE_ERROR" else str(name))
    state = getattr(error, "sqlstate", None)
    if state is not None:
        constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
        return _POSTGRESQL_SAYS.get(state) or f"SQLSTATE {state}" + (f" ({constraint})" if constraint else "")
    return type(error).__name__


class Access:
    """The driver's cursor within one transaction. Every error of the driver becomes a StoreError without parameters."""

    __slots__ = ("_cursor", "_errors", "dialect", "driver", "piping")

    def __init__(self, database: Database, driver: Any) -> None:  # noqa: ANN401 - of either driver
        self.dialect = database.dialect
        self.driver = driver
        self.piping = False
        self._cursor = driver.cursor()
        self._errors = database.errors
        if database.psycopg is not None:
            # One width for whole numbers: otherwise each mixture of widths is prepared as a statement of its own.
            self._cursor.adapters.register_dumper(int, database.psycopg.types.numeric.Int8Dumper)

    def rows(self, statement: Statement, **given: object) -> list[Any]:
        """The rows that a statement gives, as tuples."""
        prepared = statement.on(self.dialect)
        try:
            rows: list[Any] = self._cursor.execute(prepared.text, prepared.parameters(given)).fetchall()
        except self._errors as error:
            failure = describe(error)
        else:
            return rows
        raise StoreError(f"the database refused a statement: {failure}")

    def run(self, statement: Statement, **given: object) -> None:
        """Run a statement that gives no rows."""
        self.many(statement, [statement.on(self.dialect).parameters(given)])

    def many(self, statement: Statement, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run a statement once for each tuple of parameters."""
        text = statement.on(self.dialect).text
        try:
            if len(rows) == 1:
                self._cursor.execute(text, rows[0])
            else:
                self._cursor.executemany(text, rows)
        except self._errors as error:
            failure = describe(error)
        else:
            return
        raise StoreError(f"the database refused a statement: {failure}")

    def say(self, text: str) -> None:
        """Run a text without parameters: BEGIN, COMMIT, a pragma, a part of the schema."""
        try:
            self._cursor.execute(text)
        except self._errors as error:
            failure = describe(error)
        else:
            return
        raise StoreError(f"the database refused {text.split(maxsplit=1)[0]}: {failure}")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Send statements that give no rows without waiting for each: over a network the waiting costs most."""
        if self.dialect == "sqlite":
            yield
            return
        failure = ""
        self.piping = True
        try:
            with self.driver.pipeline():
                yield
        except self._errors as error:
            failure = describe(error)
        finally:
            self.piping = False
        if failure:
            raise StoreError(f"the database refused a statement: {failure}")

    def copy(self, text: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """COPY rows into a table (PostgreSQL only)."""
        try:
            with self._cursor.copy(text) as copying:
                write = copying.write_row
                for row in rows:
                    write(row)
        except self._errors as error:
            failure = describe(error)
        else:
            return
        raise StoreError(f"the database refused a COPY: {failure}")


class Database:
    """A SQLite file or a PostgreSQL database, by URL or by the host's own engine.

    The host's engine is taken as it is: its pool, its pragmas. Raises StoreError when it is of another kind.
    """

    def __init__(self, where: str | URL | Engine) -> None:
        self._ours = not isinstance(where, Engine)
        self._engine = where if isinstance(where, Engine) else _engine(where)
        self.dialect = self._engine.dialect.name
        if self.dialect not in DIALECTS:
            raise StoreError(f"found a database of the kind {self.dialect}, expected sqlite or postgresql")
        self.psycopg: ModuleType | None = None
        self.errors: tuple[type[Exception], ...] = (sqlite3.Error, OverflowError, UnicodeError)
        if self.dialect == "postgresql":
            self.psycopg = _psycopg(self._engine)
            self.errors = (self.psycopg.Error, OverflowError, UnicodeError)
        elif sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise StoreError(f"found SQLite {sqlite3.sqlite_version}, expected 3.35 or later")
        self._writing = threading.local()

    def close(self) -> None:
        """Close the connections that are not in use; a host's engine stays as it is."""
        if self._ours:
            self._engine.dispose()

    @contextmanager
    def reading(self, session: Session | SqlConnection | None = None) -> Iterator[Access]:
        """One snapshot: whatever is read within it was true at one moment. Takes no lock and writes nothing."""
        if session is not None:
            yield Access(self, _driver_of(session))
            return
        with self._connection() as (access, proxied):
            if getattr(access.driver, "in_transaction", False):  # a database in memory has one connection for all
                yield access
                return
            begin = "BEGIN" if self.dialect == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            access.say(begin)
            try:
                yield access
            except BaseException:
                _give_up(access, proxied)
                raise
            access.say("ROLLBACK")

    @contextmanager
    def asking(self) -> Iterator[Access]:
        """A connection for one statement, without a transaction around it."""
        with self._connection() as (access, _):
            yield access

    @contextmanager
    def writing(self, session: Session | SqlConnection | None = None) -> Iterator[Access]:
        """A transaction that writes: committed at the end, or gone without a trace when anything is raised.

        In a host's session it is a savepoint of the host's transaction, and the host commits.
        """
        if session is not None:
            yield from self._writing_inside(session)
            return
        if getattr(self._writing, "now", False):
            raise StoreError("this thread is already writing; end that transaction before the next one is begun")
        with self._connection() as (access, proxied):
            access.say("BEGIN IMMEDIATE" if self.dialect == "sqlite" else "BEGIN")
            self._writing.now = True
            try:
                yield access
                access.say("COMMIT")
            except BaseException:
                _give_up(access, proxied)
                raise
            finally:
                self._writing.now = False

    def _writing_inside(self, session: Session | SqlConnection) -> Iterator[Access]:
        access = Access(self, _driver_of(session))
        if self.dialect == "sqlite" and not access.driver.in_transaction:
            access.say("BEGIN IMMEDIATE")  # a later change from reading to writing could be refused
        access.say("SAVEPOINT icpm")
        try:
            yield access
        except BaseException:
            with suppress(StoreError):
                access.say("ROLLBACK TO SAVEPOINT icpm")
                access.say("RELEASE SAVEPOINT icpm")
            raise
        access.say("RELEASE SAVEPOINT icpm")

    @contextmanager
    def _connection(self) -> Iterator[tuple[Access, PoolProxiedConnection]]:
        refusals: tuple[type[Exception], ...] = (SQLAlchemyError, *self.errors)
        try:
            proxied = self._engine.raw_connection()
        except refusals as error:
            failure = describe(getattr(error, "orig", None) or error)
        else:
            try:
                with _transactions_ours(proxied.driver_connection) as driver:
                    yield Access(self, driver), proxied
            finally:
                proxied.close()
            return
        raise StoreError(f"cannot connect to {self._engine.url.render_as_string(hide_password=True)}: {failure}")

    def create(self) -> None:
        """Make the tables and indexes that are missing."""
        with self.writing() as access:
            there: set[str] = set()
            if self.dialect == "postgresql":
                access.say(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
                # PostgreSQL locks a table for an index even where the index is there: whoever writes would wait.
                there = {name for (name,) in access.rows(_RELATIONS)}
            for name, text in schema(self.dialect).items():
                if name not in there:
                    access.say(text)


def _engine(where: str | URL) -> Engine:
    try:
        url = make_url(where)
    except SQLAlchemyError:
        url = None
    if url is None:
        raise StoreError("found a text that is no database URL, expected one such as sqlite:///county.db")
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() not in DIALECTS:
        raise StoreError(f"found a database of the kind {url.get_backend_name()}, expected sqlite or postgresql")
    if url.get_backend_name() == "postgresql":
        _expect_psycopg(url.get_driver_name())
    waits = {"timeout": BUSY_SECONDS} if url.get_backend_name() == "sqlite" else {}
    try:
        engine = create_engine(url, connect_args=waits, hide_parameters=True)
    except ImportError:
        engine = None
    if engine is None:
        raise StoreError("PostgreSQL needs the package psycopg: pip install 'icpm-engine[postgres]'")
    event.listen(engine, "connect", _set_pragmas if url.get_backend_name() == "sqlite" else _set_session)
    return engine


def _set_pragmas(connection: sqlite3.Connection, _: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _set_session(connection: Any, _: object) -> None:  # noqa: ANN401 - psycopg is an extra
    connection.autocommit = True
    connection.execute(f"SET lock_timeout = '{round(BUSY_SECONDS * 1_000)}ms'")


def _expect_psycopg(driver: str) -> None:
    if driver != "psycopg":
        raise StoreError(f"found the PostgreSQL driver {driver}, expected psycopg")


def _psycopg(engine: Engine) -> ModuleType:
    _expect_psycopg(engine.dialect.driver)
    import psycopg  # noqa: PLC0415 - an extra: hosts on SQLite do without it
    import psycopg.types.numeric  # noqa: PLC0415

    return psycopg


@contextmanager
def _transactions_ours(driver: Any) -> Iterator[Any]:  # noqa: ANN401 - of either driver
    """The connection, on which nobody but us now begins a transaction; a host's own is given back as it was."""
    if isinstance(driver, sqlite3.Connection) or driver.autocommit:
        yield driver
        return
    driver.autocommit = True
    try:
        yield driver
    finally:
        if not driver.closed:
            driver.autocommit = False


def _driver_of(session: Session | SqlConnection) -> Any:  # noqa: ANN401 - of either driver
    connection = session.connection() if isinstance(session, Session) else session
    return connection.connection.driver_connection


def _give_up(access: Access, proxied: PoolProxiedConnection) -> None:
    try:
        access.say("ROLLBACK")
    except StoreError:  # the connection is broken, or the database has rolled back by itself
        proxied.invalidate()
