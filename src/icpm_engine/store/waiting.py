"""What the county's undetermined obligations wait for, counted by the database from an index of its own."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.selectable import CTE

from icpm_engine.store.database import Access
from icpm_engine.store.queries import Asked, Form, bounding, filters, subjects_of
from icpm_engine.store.statements import Statement, table_of
from icpm_engine.store.tables import CountyTable, ObligationTable, PastListedTable

_rows = table_of(ObligationTable)
_listed = table_of(PastListedTable)
_counties = table_of(CountyTable)


class Waiting(NamedTuple):
    """The undetermined obligations of one duty that wait for the same facts and choices at an instant.

    `passed` are those that must be done and whose earliest possible date has passed, `undated` those without any.
    """

    names: tuple[str, ...]
    duty: str
    obligations: int
    passed: int
    undated: int
    earliest: int | None


def waiting(access: Access, county: str, asked: Asked) -> list[Waiting]:
    """Of what is due, what waits, counted; the same names and duty may come twice."""
    found = access.rows(_waiting(asked.form), **asked.given(county))
    return [Waiting(_names(row[0]), row[1], row[2], row[3], row[4], row[5]) for row in found]


_names = msgspec.json.Decoder(tuple[str, ...]).decode


@functools.cache
def _waiting(form: Form) -> Statement:
    def make(_: str) -> ClauseElement:
        at: BindParameter[int] = bindparam("at")
        theirs = subjects_of(form)
        now = _rows.c.past_key.is_(None) if theirs is None else _rows.c.due_key.is_not(None)  # as the index has it
        known = [_rows.c.known_from <= bindparam("commit")] if form.past else []
        current = _counted(form, _rows, theirs, [now, _rows.c.valid_until > at, *known])
        # What had ended by its commit is looked at only for an instant before the county's last one (queries.py).
        ended = and_(_counties.c.county == bindparam("county"), _counties.c.last_at > at)
        past = _counted(form, _rows, theirs, [bounding(_rows.c.past_key, theirs) > at, ended, *known])
        past = past.select_from(_counties.join(_rows, _counties.c.county == _rows.c.county))
        return union_all(current, past, *([_known_then(form, theirs)] if form.past else []))

    return Statement(make)


def _known_then(form: Form, theirs: CTE | None) -> Select[Any]:
    """What was known then and is no longer, by the epoch of the commit."""
    listed = _listed.c
    commit: BindParameter[int] = bindparam("commit")
    known = [listed.epoch == bindparam("epoch"), listed.known_from <= commit, listed.known_until > commit]
    return _counted(form, _listed, theirs, [*known, listed.valid_until > bindparam("at")])


def _counted(form: Form, table: Table, theirs: CTE | None, conditions: list[ColumnElement[bool]]) -> Select[Any]:
    at: BindParameter[int] = bindparam("at")
    rows = table.c
    fitting = [rows.county == bindparam("county"), *conditions, rows.waits.is_not(None), rows.valid_from <= at]
    passed = case((and_(rows.force == literal_column("'must'"), rows.due_at < at), literal_column("1")), else_=None)
    undated = case((rows.due_at.is_(None), literal_column("1")), else_=None)
    counts = (func.count(), func.count(passed), func.count(undated), func.min(rows.due_at))
    counted = select(rows.waits, rows.duty, *counts).where(*fitting, *filters(form, table, theirs))
    return counted.group_by(rows.waits, rows.duty)
