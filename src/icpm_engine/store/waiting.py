"""What the county's undetermined obligations wait for, counted by the database from an index of its own."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
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
from icpm_engine.store.queries import EVERYTHING, Asked, Filter, Form, bounding, filters, subjects_of
from icpm_engine.store.statements import Statement, table_of
from icpm_engine.store.tables import CountyTable, ObligationTable

_rows = table_of(ObligationTable)
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


def waiting(access: Access, county: str, at: int, only: Filter = EVERYTHING) -> list[Waiting]:
    """What waits at an instant, counted; the same names and duty may come twice."""
    asked = Asked("due", at, only)
    found = access.rows(_waiting(asked.form), **asked.given(county))
    return [Waiting(_names(row[0]), row[1], row[2], row[3], row[4], row[5]) for row in found]


_names = msgspec.json.Decoder(tuple[str, ...]).decode


@functools.cache
def _waiting(form: Form) -> Statement:
    def make(_: str) -> ClauseElement:
        at: BindParameter[int] = bindparam("at")
        theirs = subjects_of(form)
        now = _rows.c.past_key.is_(None) if theirs is None else _rows.c.due_key.is_not(None)  # as the index has it
        current = _counted(form, theirs, [now, _rows.c.valid_until > at])
        # What had ended by its commit is looked at only for an instant before the county's last one (queries.py).
        ended = and_(_counties.c.county == bindparam("county"), _counties.c.last_at > at)
        past = _counted(form, theirs, [bounding(_rows.c.past_key, theirs) > at, ended])
        return union_all(current, past.select_from(_counties.join(_rows, _counties.c.county == _rows.c.county)))

    return Statement(make)


def _counted(form: Form, theirs: CTE | None, conditions: list[ColumnElement[bool]]) -> Select[Any]:
    at: BindParameter[int] = bindparam("at")
    rows = _rows.c
    fitting = [rows.county == bindparam("county"), *conditions, rows.waits.is_not(None), rows.valid_from <= at]
    passed = case((and_(rows.force == literal_column("'must'"), rows.due_at < at), literal_column("1")), else_=None)
    undated = case((rows.due_at.is_(None), literal_column("1")), else_=None)
    counts = (func.count(), func.count(passed), func.count(undated), func.min(rows.due_at))
    counted = select(rows.waits, rows.duty, *counts).where(*fitting, *filters(form, _rows, theirs))
    return counted.group_by(rows.waits, rows.duty)
