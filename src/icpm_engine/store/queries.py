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
    Integer,
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
from icpm_engine.store.tables import (
    TEXT,
    AssignmentTable,
    CountyTable,
    CoverTable,
    LinkTable,
    ObligationTable,
    SubjectTable,
)

PAGE: Final = 50
"""Rows of a page, unless asked otherwise."""

Which: TypeAlias = Literal["due", "overdue"]

_rows = table_of(ObligationTable)
_assignments = table_of(AssignmentTable).c
_covers = table_of(CoverTable).c
_links = table_of(LinkTable).c
_counties = table_of(CountyTable)
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
    """A row of a list, and the instant that it is listed by."""

    instant: int
    row: StoredRow

    @property
    def position(self) -> Position:
        """Its place in the list."""
        row = self.row
        return Position(self.instant, row.subject_id, row.subject_kind, *row[2:6])


@attrs.frozen
class Filter:
    """Which part of a county's list: all of what is given must fit.

    `about` is a kind of subject. `owner` may be one of several who owe it together. `worker` has an assignment to the
    case at the instant asked for, in `role` if that is given, or stands in for somebody who has. The list of a worker
    or of a case holds what is owed for the case's person, and for its teams while they serve it, too.
    """

    about: str | None = None
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
    given["until"] = until
    if after is not None:
        given.update(zip(_AFTER, after, strict=True))
    found = access.rows(_page(which, _used(only), following=after is not None, limit=limit), **given)
    return [Listed(row[0], StoredRow._make(row[1:])) for row in found]


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
def _page(which: Which, used: frozenset[str], *, following: bool, limit: int) -> Statement:
    # The limit is written out: from it SQLite knows how few keys there are, and looks each of them up.
    most = literal_column(str(limit), Integer)

    def make(_: str) -> ClauseElement:
        parts = [_ordered(part, following=following).limit(most) for part in _parts(which, used)]
        keys = union_all(*(select(part.subquery()) for part in parts)).subquery("keys")
        same = [keys.c[name] == _rows.c[name] for name in _KEY]
        wanted = select(keys.c.instant, *(_rows.c[name] for name in StoredRow._fields))
        joined = wanted.select_from(keys.join(_rows, and_(_rows.c.county == bindparam("county"), *same)))
        return joined.order_by(keys.c.instant, *(keys.c[name] for name in _ORDER)).limit(most)

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
    return part.order_by(*order)


def _parts(which: Which, used: frozenset[str]) -> tuple[Select[Any], Select[Any]]:
    """The keys of the current part of a list and of its past part."""
    at: BindParameter[int] = bindparam("at")
    until: BindParameter[int] = bindparam("until")
    rows = _rows.c
    theirs = None if used.isdisjoint({"case", "worker"}) else _subjects_of(used)
    instant: ColumnElement[int]
    if which == "due":
        key, instant = _bounding(rows.due_key, theirs), func.coalesce(rows.due_at, rows.overdue_after, FOREVER)
        now, then = key <= until, instant <= until
    else:
        key, instant = _bounding(rows.overdue_key, theirs), rows.overdue_after
        now, then = key < at, instant < at
    current = _part(used, theirs, key, [now, rows.valid_until > at])
    past = _part(used, theirs, instant, [_bounding(rows.past_key, theirs) > at, then])
    # A row is filed as past when it has ended by its commit: so nothing in this part ends after the county's last one.
    # The county is asked first, so that a list of today does not look at any of it.
    ended = and_(_counties.c.county == bindparam("county"), _counties.c.last_at > at)
    past = past.select_from(_counties.join(_rows, _counties.c.county == rows.county)).where(ended)
    if theirs is not None:
        current = current.where(rows.due_key.is_not(None))  # which is what the index by subject holds
    return current, past


def _bounding(key: ColumnElement[int], theirs: CTE | None) -> ColumnElement[int]:
    """A key as it is bounded: by an index of the county, or, where the list begins at some subjects, by no index."""
    return key if theirs is None else key + literal_column("0")


def _part(
    used: frozenset[str], theirs: CTE | None, instant: ColumnElement[Any], conditions: list[ColumnElement[bool]]
) -> Select[Any]:
    rows = _rows.c
    conditions = [rows.county == bindparam("county"), *conditions, rows.valid_from <= bindparam("at")]
    conditions += [rows[name] == bindparam(name) for name in ("area", "duty") if name in used]
    if "about" in used:
        conditions.append(rows.subject_kind == bindparam("about"))
    if "owner" in used:
        conditions.append(_owed_by(bindparam("owner")))
    if theirs is not None:
        conditions.append(tuple_(rows.subject_kind, rows.subject_id).in_(select(theirs.c.kind, theirs.c.id)))
    return select(instant.label("instant"), *(rows[name] for name in _KEY)).where(*conditions)


def _owed_by(owner: BindParameter[str]) -> ColumnElement[bool]:
    """Whether somebody owes it, alone or with others: joint owners stand in one text, with a word between them."""
    word: ColumnElement[str] = literal_column("' and '", String)
    several, one = word.concat(_rows.c.owner).concat(word), word.concat(owner).concat(word)
    among: ColumnElement[bool] = func.replace(several, one, "") != several  # `replace` is the same on both databases
    return or_(_rows.c.owner == owner, among)


def _subjects_of(used: frozenset[str]) -> CTE:
    """The subjects on a case's or a worker's list: the cases, their persons and teams."""
    cases = _cases_of_worker(used) if "worker" in used else select(bindparam("case", type_=TEXT).label("case_id"))
    listed = cases.cte("cases")
    own = select(literal_column("'case'").label("kind"), listed.c.case_id.label("id"))
    at: BindParameter[int] = bindparam("at")
    others = select(_links.other_kind, _links.other_id).where(
        _links.county == bindparam("county"),
        _links.case_id.in_(select(listed.c.case_id)),
        _links.from_instant <= at,
        _links.until_instant > at,
    )
    return union(own, others).cte("theirs")


def _cases_of_worker(used: frozenset[str]) -> Select[Any]:
    at: BindParameter[int] = bindparam("at")
    worker: BindParameter[str] = bindparam("worker", type_=TEXT)
    covered = select(_covers.worker).where(
        _covers.county == bindparam("county"),
        _covers.stand_in == worker,
        _covers.from_instant <= at,
        _covers.until_instant > at,
    )
    assigned = select(_assignments.case_id).where(
        _assignments.county == bindparam("county"),
        _assignments.worker.in_(union_all(select(worker), covered)),
        _assignments.from_instant <= at,
        _assignments.until_instant > at,
    )
    if "role" in used:
        assigned = assigned.where(_assignments.role == bindparam("role"))
    if "case" in used:
        assigned = assigned.where(_assignments.case_id == bindparam("case"))
    return assigned
