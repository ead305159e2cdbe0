"""Opening what a command works on: rules, the county's database, the day asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import typer
from sqlalchemy import bindparam, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from icpm_engine.calendars import format_day
from icpm_engine.cli.options import settlements
from icpm_engine.engine import Engine
from icpm_engine.errors import NotFound, StoreError
from icpm_engine.rules.loading import load_pack
from icpm_engine.rules.model import RulePack
from icpm_engine.store import Store
from icpm_engine.store.statements import Statement, table_of
from icpm_engine.store.tables import CountyTable

_counties = table_of(CountyTable).c
_USED = Statement(
    lambda _: select(_counties.county).where(_counties.next_entry > bindparam("first")).order_by(_counties.county)
)


@contextmanager
def opened(
    database: str,
    rules: str,
    county: str | None,
    settle: Sequence[str] | None,
    *,
    new: bool = False,
    by_any_rules: bool = False,
) -> Iterator[Engine]:
    """The engine of a county. Only with `new` may its database be missing, or hold nothing of the county yet.

    It is said on stderr if the county goes by other rules than these, unless it may go `by_any_rules`.
    Raises StoreError, PackError, NotFound.
    """
    pack = load_pack(rules, county, settles=settlements(settle))
    if not new:
        _check_there(database)
        _check_used(database, pack)
    with Engine(database, pack, create=new) as engine:
        words = None if by_any_rules else engine.not_adopted()
        if words is not None:
            typer.echo(f"icpm: note: {words}", err=True)
        yield engine


def _check_there(database: str) -> None:
    """A mistyped path must not become a new, empty database in which nothing is ever overdue."""
    try:
        url = make_url(database)
    except ArgumentError:
        return  # the engine says it better
    path = url.database or ":memory:"
    if url.get_backend_name() == "sqlite" and not path.startswith("file:") and not Path(path).exists():
        raise StoreError(
            f"there is no database {path}; 'icpm import' makes one, --database or ICPM_DATABASE names another"
        )


def _check_used(database: str, pack: RulePack) -> None:
    """Lists of a county that has recorded nothing are empty, which must not be read as "nothing is overdue"."""
    county = pack.county or pack.name
    with closing(Store(database, county, pack.events)) as store, store.reading() as reading:
        if any(reading.subjects(kind, limit=1) for kind in ("case", "person", "team", "county")):
            return
        others = [row[0] for row in reading.access.rows(_USED, first=1)]
    there = f"it holds {', '.join(others)}; choose with --county" if others else "it is empty; 'icpm import' fills it"
    raise NotFound(f"this database holds nothing of {county}: {there}")


def asked_day(engine: Engine, on: str | None) -> str:
    """The day asked about; today in the county, where none was given."""
    if on is not None:
        return on
    day, _ = engine.rules.zone.local(engine.now())
    return format_day(day)
