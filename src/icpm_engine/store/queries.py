"""The lists: what is due and overdue at an instant, oldest first, page by page, and how much is overdue.

A list is answered in two parts that never overlap: the rows that may still be listed after they were written, in the
order of an index, and those whose period had ended by then, which only a question about a past day can meet. Both test
the period; the second finds nothing when the question is about now.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import attrs
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    String,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    null,
    or_,
    select,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.selectable import CTE, Subquery

from icpm_engine.history.results import FOREVER
from icpm_engine.store.database import Access
from icpm_engine.store.projection import OPEN, StoredRow
from icpm_engine.store.statements import Statement, table_of
from icpm_engine.store.tables import (
    TEXT,
    AssignmentTable,
    CountyTable,
    CoverTable,
    LinkTable,
    ObligationTable,
    PastListedTable,
    PastObligationTable,
    SubjectTable,
)

PAGE: Final = 50
"""Rows of a page, unless asked otherwise."""

Which: TypeAlias = Literal["due", "overdue"]

_rows = table_of(ObligationTable)
_past = table_of(PastObligationTable)
_listed = table_of(PastListedTable)
_assignments = table_of(AssignmentTable)
_covers = table_of(CoverTable)
_links = table_of(LinkTable)
_counties = table_of(CountyTable)
_subjects = table_of(SubjectTable).c

_KEY: Final = StoredRow._fields[:7]


class Position(NamedTuple):
    """Where a page ended: pass it as `after` for the next one. `instant` is when the row is due or was overdue from.

    The period comes next because it does so in the index: a count tests it at every entry, and finds it sooner there.
    """

    instant: int
    valid_from: int
    valid_until: int
    subject_id: str
    subject_kind: str
    duty: str
    start_root: int
    instance_root: int
    run: int


_ORDER: Final = Position._fields[1:]


class Listed(NamedTuple):
    """A row of a list, and the instant that it is listed by."""

    instant: int
    row: StoredRow

    @property
    def position(self) -> Position:
        """Its place in the list."""
        row = self.row
        return Position(self.instant, row.valid_from, row.valid_until, row.subject_id, row.subject_kind, *row[2:6])


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


class Known(NamedTuple):
    """A commit after which something was known, the epoch in which it lies, and its instant."""

    commit: int
    epoch: int
    instant: int


NOW: Final = Known(FOREVER - 1, 0, FOREVER)
"""What is known now: whatever no commit has ended."""


EVERYTHING: Final = Filter()
_FILTERS: Final = tuple(field.name for field in attrs.fields(Filter))


class Asked(NamedTuple):
    """A question to a county: what is due (by `until`) or overdue at an instant, and as known when."""

    which: Which
    at: int
    only: Filter = EVERYTHING
    until: int = FOREVER
    known: Known = NOW

    @property
    def form(self) -> Form:
        """What of it decides the statement."""
        used = frozenset([name for name in _FILTERS if getattr(self.only, name) is not None])
        return Form(self.which, used, self.known is not NOW)

    def given(self, county: str) -> dict[str, Any]:
        """The parameters of its statement."""
        given: dict[str, Any] = {name: getattr(self.only, name) for name in _FILTERS}
        given.update(county=county, at=self.at, until=self.until, **self.known._asdict())
        return given


class Form(NamedTuple):
    """A kind of question, answered by one statement: which list, by which filters, whether as once known."""

    which: Which
    used: frozenset[str] = frozenset()
    past: bool = False


def page(
    access: Access, county: str, asked: Asked, *, after: Position | None = None, limit: int = PAGE
) -> list[Listed]:
    """A page of the list, oldest first; what has no date yet comes last."""
    given = asked.given(county)
    if after is not None:
        given.update(zip(_AFTER, after, strict=True))
    found = access.rows(_page(asked.form, following=after is not None, limit=limit), **given)
    return [Listed(row[0], StoredRow._make(row[1:])) for row in found]


def count(access: Access, county: str, asked: Asked) -> int:
    """How many rows the list holds in all."""
    number: int = access.rows(_count(asked.form), **asked.given(county))[0][0]
    return number


def horizon(access: Access, county: str) -> int:
    """The instant up to which the county's lists are complete; FOREVER while there are no subjects."""
    number: int = access.rows(_HORIZON, county=county)[0][0]
    return number


# --- statements -------------------------------------------------------------------------------------------------------

_AFTER: Final = tuple(f"after_{name}" for name in Position._fields)

_HORIZON = Statement(
    lambda _: select(func.coalesce(func.min(_subjects.horizon), FOREVER)).where(_subjects.county == bindparam("county"))
)


@functools.cache
def _page(form: Form, *, following: bool, limit: int) -> Statement:
    # The limit is written out: from it SQLite knows how few keys there are, and looks each of them up.
    most = literal_column(str(limit), Integer)

    def keys_of(parts: Iterable[Select[Any]], name: str) -> Subquery:
        first = [_ordered(part, following=following).limit(most) for part in parts]
        return union_all(*(select(part.subquery()) for part in first)).subquery(name)

    def make(_: str) -> ClauseElement:
        theirs = subjects_of(form)
        keys = keys_of(_standing(form, theirs), "keys")
        rows = _rows_of(_rows, keys)
        if not form.past:
            return rows.order_by(*_in_order(keys)).limit(most)
        past = _rows_of(_past, keys_of([_ended(form, theirs)], "past_keys"))
        both = union_all(rows, past).subquery("both")
        return select(both).order_by(*_in_order(both)).limit(most)

    return Statement(make)


@functools.cache
def _count(form: Form) -> Statement:
    def make(_: str) -> ClauseElement:
        theirs = subjects_of(form)
        parts = [*_standing(form, theirs), *([_ended(form, theirs)] if form.past else [])]
        counts = [part.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery() for part in parts]
        return select(functools.reduce(operator.add, counts).label("number"))

    return Statement(make)


def _rows_of(table: Table, keys: Subquery) -> Select[Any]:
    """The rows that have these keys; what a table of rows does not hold is null."""
    columns = [*_KEY, *(["known_from"] if table is _past else [])]
    same = [keys.c[name] == table.c[name] for name in columns]
    wanted = select(keys.c.instant, *(table.c.get(name, null()).label(name) for name in StoredRow._fields))
    return wanted.select_from(keys.join(table, and_(table.c.county == bindparam("county"), *same)))


def _in_order(found: Subquery) -> list[ColumnElement[Any]]:
    return [found.c[name] for name in ("instant", *_ORDER)]


def _ordered(part: Select[Any], *, following: bool) -> Select[Any]:
    columns = part.selected_columns
    order = [columns.instant, *(columns[name] for name in _ORDER)]
    if following:
        part = part.where(tuple_(*(column for column in order)) > tuple_(*(bindparam(name) for name in _AFTER)))
    return part.order_by(*order)


def _standing(form: Form, theirs: CTE | None) -> tuple[Select[Any], Select[Any]]:
    """The keys of a list among the rows that are still known: the current part, and the past part."""
    at: BindParameter[int] = bindparam("at")
    until: BindParameter[int] = bindparam("until")
    rows = _rows.c
    instant: ColumnElement[int]
    if form.which == "due":
        key, instant = bounding(rows.due_key, theirs), func.coalesce(rows.due_at, rows.overdue_after, FOREVER)
        now, then = key <= until, instant <= until
    else:
        key, instant = bounding(rows.overdue_key, theirs), rows.overdue_after
        now, then = key < at, instant < at
    known = [rows.known_from <= bindparam("commit")] if form.past else []
    current = _part(form, _rows, theirs, key, [now, rows.valid_until > at, *known])
    past = _part(form, _rows, theirs, instant, [bounding(rows.past_key, theirs) > at, then, *known])
    # A row is filed as past when it has ended by its commit: so nothing in this part ends after the county's last one.
    # The county is asked first, so that a list of today does not look at any of it.
    ended = and_(_counties.c.county == bindparam("county"), _counties.c.last_at > at)
    past = past.select_from(_counties.join(_rows, _counties.c.county == rows.county)).where(ended)
    if theirs is not None:
        current = current.where(rows.due_key.is_not(None))  # which is what the index by subject holds
    return current, past


def _ended(form: Form, theirs: CTE | None) -> Select[Any]:
    """The keys of a list among the rows that were known then and are no longer.

    Of a county they are looked up by the epoch of their commit; of some subjects among those subjects' past rows.
    """
    at: BindParameter[int] = bindparam("at")
    instant: ColumnElement[int]
    if theirs is None:
        table, filed = _listed, [_listed.c.epoch == bindparam("epoch")]
        instant = _listed.c.due_key if form.which == "due" else _listed.c.overdue_key
    else:
        table, filed = _past, [or_(*(_past.c.state == literal_column(str(int(state))) for state in sorted(OPEN)))]
        due = func.coalesce(_past.c.due_at, _past.c.overdue_after, FOREVER)
        instant = due if form.which == "due" else _past.c.overdue_after
    bound = instant <= bindparam("until") if form.which == "due" else instant < at
    part = _part(form, table, theirs, instant, [*filed, bound, table.c.valid_until > at, *_known(table)])
    return part.add_columns(table.c.known_from)


def _known(table: Table) -> list[ColumnElement[bool]]:
    commit: BindParameter[int] = bindparam("commit")
    return [table.c.known_from <= commit, table.c.known_until > commit]


def _known_or_now(form: Form, table: Table) -> list[ColumnElement[bool]]:
    return _known(table) if form.past else [table.c.known_until == FOREVER]


def bounding(key: ColumnElement[int], theirs: CTE | None) -> ColumnElement[int]:
    """A key as it is bounded: by an index of the county, or, where the list begins at some subjects, by no index."""
    return key if theirs is None else key + literal_column("0")


def _part(
    form: Form,
    table: Table,
    theirs: CTE | None,
    instant: ColumnElement[Any],
    conditions: Iterable[ColumnElement[bool]],
) -> Select[Any]:
    rows = table.c
    fitting = [rows.county == bindparam("county"), *conditions, rows.valid_from <= bindparam("at")]
    fitting += filters(form, table, theirs)
    return select(instant.label("instant"), *(rows[name] for name in _ORDER)).where(*fitting)


def filters(form: Form, table: Table, theirs: CTE | None) -> list[ColumnElement[bool]]:
    """What a row must fit, of all that a `Filter` may say."""
    rows = table.c
    named = [name for name in ("area", "duty") if name in form.used]
    conditions: list[ColumnElement[bool]] = [rows[name] == bindparam(name) for name in named]
    if "about" in form.used:
        conditions.append(rows.subject_kind == bindparam("about"))
    if "owner" in form.used:
        conditions.append(_owed_by(rows.owner, bindparam("owner")))
    if theirs is not None:
        conditions.append(tuple_(rows.subject_kind, rows.subject_id).in_(select(theirs.c.kind, theirs.c.id)))
    return conditions


def _owed_by(owners: ColumnElement[str], owner: BindParameter[str]) -> ColumnElement[bool]:
    """Whether somebody owes it, alone or with others: joint owners stand in one text, with a word between them."""
    word: ColumnElement[str] = literal_column("' and '", String)
    several, one = word.concat(owners).concat(word), word.concat(owner).concat(word)
    among: ColumnElement[bool] = func.replace(several, one, "") != several  # `replace` is the same on both databases
    return or_(owners == owner, among)


def subjects_of(form: Form) -> CTE | None:
    """The subjects on a case's or a worker's list: the cases, their persons and teams. None for the whole county's."""
    if form.used.isdisjoint({"case", "worker"}):
        return None
    case_id = bindparam("case", type_=TEXT).label("case_id")
    listed = (_cases_of_worker(form) if "worker" in form.used else select(case_id)).cte("cases")
    own = select(literal_column("'case'").label("kind"), listed.c.case_id.label("id"))
    at: BindParameter[int] = bindparam("at")
    others = select(_links.c.other_kind, _links.c.other_id).where(
        _links.c.county == bindparam("county"),
        _links.c.case_id.in_(select(listed.c.case_id)),
        _links.c.from_instant <= at,
        _links.c.until_instant > at,
        *_known_or_now(form, _links),
    )
    return union(own, others).cte("theirs")


def _cases_of_worker(form: Form) -> Select[Any]:
    worker: BindParameter[str] = bindparam("worker", type_=TEXT)
    covered = select(_covers.c.worker).where(_covers.c.stand_in == worker, *_holding(form, _covers))
    workers = _assignments.c.worker.in_(union_all(select(worker), covered))
    assigned = select(_assignments.c.case_id).where(workers, *_holding(form, _assignments))
    if "role" in form.used:
        assigned = assigned.where(_assignments.c.role == bindparam("role"))
    if "case" in form.used:
        assigned = assigned.where(_assignments.c.case_id == bindparam("case"))
    return assigned


def _holding(form: Form, table: Table) -> list[ColumnElement[bool]]:
    """What holds at the instant asked for, as known then."""
    at: BindParameter[int] = bindparam("at")
    holds = [table.c.county == bindparam("county"), table.c.from_instant <= at, table.c.until_instant > at]
    return [*holds, *_known_or_now(form, table)]
