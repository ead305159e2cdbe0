"""The lists: what is due and overdue at an instant, oldest first, page by page, and how much is overdue.

A list is answered in two parts that never overlap: the rows that may still be listed after they were written, in the
order of an index, and those whose period had ended by then, which only a question about a past day can meet. Both test
the period; the second finds nothing when the question is about now.
"""

from __future__ import annotations

import functools
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import attrs
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.selectable import CTE

from icpm_engine.history.results import FOREVER
from icpm_engine.store.database import Access
from icpm_engine.store.projection import StoredRow
from icpm_engine.store.statements import Statement, table_of
from icpm_engine.store.tables import AssignmentTable, CountyTable, CoverTable, LinkTable, ObligationTable, SubjectTable

PAGE: Final = 50
"""Rows of a page, unless asked otherwise."""

Which: TypeAlias = Literal["due", "overdue"]

_rows = table_of(ObligationTable)
_assignments = table_of(AssignmentTable).c
_covers = table_of(CoverTable).c
_links = table_of(LinkTable).c
_counties = table_of(CountyTable).c
_subjects = table_of(SubjectTable).c

_ORDER: Final = ("subject_id", "subject_kind", "duty", "start_root", "instance_root", "run")
_KEY: Final = StoredRow._fields[:7]


class Position(NamedTuple):
    """Where a page ended: pass it as `after` for the next one. `instant` is when the row is due or was overdue from."""

    instant: int
    subject_id: str
    subject_kind: str
    duty: str
    start_root: int
    instance_root: int
    run: int


class Listed(NamedTuple):
    """A row of a list, and its place in it."""

    position: Position
    row: StoredRow


@attrs.frozen
class Filter:
    """Which part of a county's list: all of what is given must fit.

    `owner` may be one of several who owe it together. `worker` has an assignment to the case at the instant asked for,
    in `role` if that is given, or stands in for somebody who has. The list of a worker or of a case holds what is owed
    for the case's person and team, too.
    """

    area: str | None = None
    duty: str | None = None
    owner: str | None = None
    case: str | None = None
    worker: str | None = None
    role: str | None = None


EVERYTHING: Final = Filter()
_FILTERS: Final = tuple(field.name for field in attrs.fields(Filter))


def page(
    access: Access,
    county: str,
    which: Which,
    at: int,
    *,
    only: Filter = EVERYTHING,
    until: int = FOREVER,
    after: Position | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """What is due (by `until`) or overdue at an instant, oldest first; what has no date yet comes last."""
    given = _given(county, at, only)
    given.update(until=until, limit=limit)
    if after is not None:
        given.update(zip(_AFTER, after, strict=True))
    found = access.rows(_page(which, _used(only), following=after is not None), **given)
    return [Listed(Position(row[0], row[2], row[1], *row[3:7]), StoredRow._make(row[1:])) for row in found]


def count(
    access: Access, county: str, which: Which, at: int, *, only: Filter = EVERYTHING, until: int = FOREVER
) -> int:
    """How many rows the list holds in all."""
    number: int = access.rows(_count(which, _used(only)), **_given(county, at, only), until=until)[0][0]
    return number


def horizon(access: Access, county: str) -> int:
    """The instant up to which the county's lists are complete; FOREVER while there are no subjects."""
    number: int = access.rows(_HORIZON, county=county)[0][0]
    return number


# --- statements -------------------------------------------------------------------------------------------------------

_AFTER: Final = ("after_instant", "after_id", "after_kind", "after_duty", "after_start", "after_instance", "after_run")

_HORIZON = Statement(
    lambda _: select(func.coalesce(func.min(_subjects.horizon), FOREVER)).where(_subjects.county == bindparam("county"))
)


def _used(only: Filter) -> frozenset[str]:
    return frozenset([name for name in _FILTERS if getattr(only, name) is not None])


def _given(county: str, at: int, only: Filter) -> dict[str, Any]:
    given: dict[str, Any] = {name: getattr(only, name) for name in _FILTERS}
    given.update(county=county, at=at)
    return given


@functools.cache
def _page(which: Which, used: frozenset[str], *, following: bool) -> Statement:
    def make(_: str) -> ClauseElement:
        parts = [_ordered(part, following=following) for part in _parts(which, used)]
        keys = union_all(*(select(part.subquery()) for part in parts)).subquery("keys")
        same = [keys.c[name] == _rows.c[name] for name in _KEY]
        wanted = select(keys.c.instant, *(_rows.c[name] for name in StoredRow._fields))
        joined = wanted.select_from(keys.join(_rows, and_(_rows.c.county == bindparam("county"), *same)))
        return joined.order_by(keys.c.instant, *(keys.c[name] for name in _ORDER)).limit(bindparam("limit"))

    return Statement(make)


@functools.cache
def _count(which: Which, used: frozenset[str]) -> Statement:
    def make(_: str) -> ClauseElement:
        parts = [part.with_only_columns(func.count(), maintain_column_froms=True) for part in _parts(which, used)]
        current, past = (part.scalar_subquery() for part in parts)
        return select((current + past).label("number"))

    return Statement(make)


def _ordered(part: Select[Any], *, following: bool) -> Select[Any]:
    columns = part.selected_columns
    order = [columns.instant, *(columns[name] for name in _ORDER)]
    if following:
        part = part.where(tuple_(*(column for column in order)) > tuple_(*(bindparam(name) for name in _AFTER)))
    return part.order_by(*order).limit(bindparam("limit"))


def _parts(which: Which, used: frozenset[str]) -> tuple[Select[Any], Select[Any]]:
    """The keys of the current part of a list and of its past part."""
    at: BindParameter[int] = bindparam("at")
    until: BindParameter[int] = bindparam("until")
    rows = _rows.c
    key = rows.due_key if which == "due" else rows.overdue_key
    in_time = [key < at] if which == "overdue" else []
    theirs = None if used.isdisjoint({"case", "worker"}) else _subjects_of(used)
    current = _part(used, theirs, key, [key <= until, *in_time, rows.valid_until > at])
    if which == "overdue":
        instant: ColumnElement[Any] = rows.overdue_after
        in_time = [instant < at]
    else:
        instant = func.coalesce(rows.due_at, rows.overdue_after, FOREVER)
    # A row is filed as past when it has ended by its commit: so nothing in this part ends after the county's last one.
    latest = select(_counties.last_at).where(_counties.county == bindparam("county")).scalar_subquery()
    past = _part(used, theirs, instant, [rows.past_key > at, latest > at, instant <= until, *in_time])
    return current, past


def _part(
    used: frozenset[str], theirs: CTE | None, instant: ColumnElement[Any], conditions: list[ColumnElement[bool]]
) -> Select[Any]:
    rows = _rows.c
    conditions = [rows.county == bindparam("county"), *conditions, rows.valid_from <= bindparam("at")]
    conditions += [rows[name] == bindparam(name) for name in ("area", "duty") if name in used]
    if "owner" in used:
        conditions.append(_owed_by(bindparam("owner")))
    wanted = select(instant.label("instant"), *(rows[name] for name in _KEY))
    if theirs is None:
        return wanted.where(*conditions)
    same = and_(rows.subject_kind == theirs.c.kind, rows.subject_id == theirs.c.id)
    return wanted.select_from(theirs.join(_rows, same)).where(*conditions)


def _owed_by(owner: BindParameter[str]) -> ColumnElement[bool]:
    """Whether somebody owes it, alone or with others: joint owners stand in one text, with a word between them."""
    word: ColumnElement[str] = literal_column("' and '", String)
    several, one = word.concat(_rows.c.owner).concat(word), word.concat(owner).concat(word)
    among: ColumnElement[bool] = func.replace(several, one, "") != several  # `replace` is the same on both databases
    return or_(_rows.c.owner == owner, among)


def _subjects_of(used: frozenset[str]) -> CTE:
    """The subjects on a case's or a worker's list: the cases, their persons and teams."""
    county: BindParameter[str] = bindparam("county")
    if "worker" in used:
        at: BindParameter[int] = bindparam("at")
        worker: BindParameter[str] = bindparam("worker", type_=_assignments.worker.type)
        covers = select(_covers.worker).where(
            _covers.county == county,
            _covers.stand_in == worker,
            _covers.from_instant <= at,
            _covers.until_instant > at,
        )
        who = union(select(worker.label("worker")), covers).cte("who")
        assigned = select(_assignments.case_id).where(
            _assignments.county == county,
            _assignments.worker == who.c.worker,
            _assignments.from_instant <= at,
            _assignments.until_instant > at,
            *([_assignments.role == bindparam("role")] if "role" in used else []),
            *([_assignments.case_id == bindparam("case")] if "case" in used else []),
        )
        cases = assigned.distinct().cte("cases")
    else:
        cases = select(bindparam("case", type_=_assignments.case_id.type).label("case_id")).cte("cases")
    own = select(literal_column("'case'").label("kind"), cases.c.case_id.label("id"))
    others = select(_links.other_kind, _links.other_id).select_from(
        cases.join(table_of(LinkTable), and_(_links.county == county, _links.case_id == cases.c.case_id))
    )
    return union(own, others).cte("theirs")
