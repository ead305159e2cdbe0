"""SQL texts for the driver's cursor: compiled once per database from the tables, so that the two cannot differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import BindParameter, ColumnElement, Table, any_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql import ClauseElement

from icpm_engine.store.tables import Base

DIALECTS: Final[dict[str, Dialect]] = {
    "sqlite": sqlite.dialect(),
    "postgresql": PGDialect_psycopg(paramstyle="format"),  # type: ignore[no-untyped-call]
}
"""The databases that a store can be in, and how their drivers want parameters written."""


class Prepared:
    """The text of a statement on one database, and the order in which it takes its parameters."""

    __slots__ = ("_constants", "_order", "text")

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        if dialect.name == "sqlite":
            # SQLite keeps the order of a CROSS JOIN; joins here are written from the few to the many.
            self.text = self.text.replace(" JOIN ", " CROSS JOIN ")
        self._order: Sequence[str] = tuple(compiled.positiontup or ())  # type: ignore[attr-defined]
        self._constants = {name: value for name, value in compiled.params.items() if value is not None}

    def parameters(self, given: Mapping[str, object]) -> tuple[Any, ...]:
        """The parameters in order; constants of the statement itself are filled in."""
        constants = self._constants
        return tuple([given[name] if name in given else constants[name] for name in self._order])


class Statement:
    """A statement made from the tables by a function of the database's name, compiled on its first use there."""

    __slots__ = ("_make", "_prepared")

    def __init__(self, make: Callable[[str], ClauseElement]) -> None:
        self._make = make
        self._prepared: dict[str, Prepared] = {}

    def on(self, dialect: str) -> Prepared:
        """Its text for `sqlite` or `postgresql`."""
        try:
            return self._prepared[dialect]
        except KeyError:
            made = self._prepared[dialect] = Prepared(self._make(dialect), DIALECTS[dialect])
            return made


def table_of(model: type[Base]) -> Table:
    """The Core table of a SQLModel class."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def insert(model: type[Base]) -> Statement:
    """Add rows given as tuples in the order of the columns."""
    table = table_of(model)
    return Statement(lambda _: table.insert().values(_parameters(table)))


def upsert(model: type[Base]) -> Statement:
    """Add rows given as tuples in the order of the columns, or write over those of the same key."""
    table = table_of(model)
    keys = [column.name for column in table.primary_key]

    def make(dialect: str) -> ClauseElement:
        adding = (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table).values(_parameters(table))
        rest = {column.name: adding.excluded[column.name] for column in table.columns if column.name not in keys}
        return adding.on_conflict_do_update(index_elements=keys, set_=rest)

    return Statement(make)


def delete(model: type[Base]) -> Statement:
    """Delete rows by key, given as tuples in the order of the key's columns."""
    table = table_of(model)
    same = [column == bindparam(column.name) for column in table.primary_key]
    return Statement(lambda _: table.delete().where(*same))


def among(column: ColumnElement[Any], dialect: str) -> ColumnElement[bool]:
    """Whether a column has one of several values: those of the parameter `listed`, as `listed` gives them."""
    several: BindParameter[Any] = bindparam("listed")
    if dialect != "sqlite":
        return column == any_(several)
    return column.in_(select(func.json_each(several).table_valued("value").c.value))


def listed(values: Iterable[str], dialect: str) -> object:
    """Several values as one parameter: an array, or on SQLite a JSON list, since its driver knows no arrays."""
    found = list(values)
    return msgspec.json.encode(found).decode() if dialect == "sqlite" else found


def _parameters(table: Table) -> dict[str, Any]:
    return {column.name: bindparam(column.name) for column in table.columns}


def schema(dialect: str) -> dict[str, str]:
    """What makes every table and index, each only if it is missing, by their names."""
    makes: dict[str, ClauseElement] = {}
    for table in Base.metadata.sorted_tables:
        makes[table.name] = CreateTable(table, if_not_exists=True)
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            makes[str(index.name)] = CreateIndex(index, if_not_exists=True)
    return {name: str(make.compile(dialect=DIALECTS[dialect])) for name, make in makes.items()}
