"""Small tables that are written as whole sets, and in which every row says while which commits it was known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

from sqlalchemy import bindparam, select
from sqlalchemy.sql import ClauseElement

from icpm_engine.history.results import FOREVER
from icpm_engine.store import bulk
from icpm_engine.store.database import Access
from icpm_engine.store.statements import Statement, insert, table_of
from icpm_engine.store.tables import Base

Content: TypeAlias = tuple[Any, ...]
"""A row without its two last columns, known_from and known_until."""


class Renewed:
    """One such table. Sets are told apart by some of its columns, such as county and case."""

    def __init__(self, model: type[Base], *scope: str) -> None:
        self._model = model
        self._columns = table_of(model).c
        self._content = [column for column in self._columns.keys() if not column.startswith("known_")]  # noqa: SIM118
        self._scope = scope
        self._insert = insert(model)
        self._stands = Statement(self._select)
        self._forget = Statement(lambda _: table_of(model).delete().where(*self._same()))
        self._end = Statement(
            lambda _: table_of(model).update().where(*self._same()).values(known_until=bindparam("ended"))
        )

    def renew(self, access: Access, commit_no: int, wanted: Collection[Content], **scope: str) -> list[Content]:
        """End what is no longer wanted of a set. Gives the rows to `add`: those that are not there yet."""
        stands: Mapping[Content, int] = {tuple(row[:-1]): row[-1] for row in access.rows(self._stands, **scope)}
        for content, since in stands.items():
            if content not in wanted:
                given = dict(zip(self._content, content, strict=True), known_from=since)
                # What this commit itself wrote was never known to anybody.
                access.run(self._forget if since == commit_no else self._end, ended=commit_no, **given)
        return [content for content in wanted if content not in stands]

    def add(self, access: Access, commit_no: int, contents: Collection[Content]) -> None:
        """Add rows that are known from this commit on."""
        bulk.add(access, self._model, self._insert, [(*content, commit_no, FOREVER) for content in contents])

    def _select(self, _: str) -> ClauseElement:
        columns = self._columns
        scope = [columns[name] == bindparam(name) for name in self._scope]
        return select(*(columns[name] for name in (*self._content, "known_from"))).where(
            *scope, columns.known_until == FOREVER
        )

    def _same(self) -> list[Any]:
        return [self._columns[name] == bindparam(f"{name}") for name in (*self._content, "known_from")]
