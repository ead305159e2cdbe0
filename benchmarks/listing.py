"""`overdue_count`, `due_page`: the lists of one county among 5,000,000 obligations of 58 counties.

The counties are as unequal as California's. The obligations are those of invented cases, folded under the California
pack and written under other case ids, days and counties. The limit is the same SQL given to the driver, its rows left
as they are.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks import caseload, database
from benchmarks.measuring import Bench, Row, median_of_calls
from icpm_engine.engine import Engine
from icpm_engine.history.results import FOREVER, ObligationRow
from icpm_engine.simulate import unequal
from icpm_engine.store import Filter, queries
from icpm_engine.store.projection import list_keys, waits_of
from icpm_engine.store.queries import Asked
from icpm_engine.store.statements import Statement
from icpm_engine.store.tables import SCHEMA

OBLIGATIONS: Final = 5_000_000
COUNTIES: Final = 58
TEMPLATES: Final = 150
SHIFTS: Final = range(0, 90, 9)
"""By how many days the cases that are written lie before those that they were made from."""
CASES_OF_WORKER: Final = 40
CALLS: Final = 200


@attrs.frozen
class Counties:
    """The database, the counties to ask, the largest first, and a worker in the largest."""

    file: Path
    sizes: tuple[tuple[str, int], ...]
    worker: str
    rows: int


class _Driver:
    """Stands in for the store's access to the database: notes the statement, and asks the driver alone."""

    def __init__(self, file: Path) -> None:
        self.connection = database.connect(file)
        self.text = ""
        self.parameters: tuple[Any, ...] = ()

    def rows(self, statement: Statement, **given: object) -> list[Any]:
        prepared = statement.on("sqlite")
        self.text, self.parameters = prepared.text, prepared.parameters(given)
        return self.again()

    def again(self) -> list[Any]:
        return self.connection.execute(self.text, self.parameters).fetchall()


def overdue_count(bench: Bench) -> Iterator[Row]:
    """How much is overdue in the largest county, in one of the middle, in the smallest, and for a worker."""
    made = bench.shared("counties", lambda: counties(bench))
    for name, county, only in _asked("overdue_count", made):
        with _engine(made, county) as engine:
            counted = engine.overdue_count(caseload.ON, **only)
            taken = median_of_calls(lambda: engine.overdue_count(caseload.ON, **only), _calls(bench))  # noqa: B023
            instant = engine.instant(caseload.ON)
        driver = _Driver(made.file)
        queries.count(driver, county, Asked("overdue", instant, _filter(only)))  # type: ignore[arg-type]
        limit = median_of_calls(driver.again, _calls(bench))
        words = f"{counted:,} counted rows; {_words(made, county)}"
        yield Row(name, taken, "ms", limit, 1 + counted / 10_000, words)


def due_page(bench: Bench) -> Iterator[Row]:
    """The first page of 50 of what is due, for the same."""
    made = bench.shared("counties", lambda: counties(bench))
    for name, county, only in _asked("due_page", made):
        with _engine(made, county) as engine:
            rows = len(engine.due(caseload.ON, **only))
            taken = median_of_calls(lambda: engine.due(caseload.ON, **only), _calls(bench))  # noqa: B023
            instant = engine.instant(caseload.ON)
        driver = _Driver(made.file)
        queries.page(driver, county, Asked("due", instant, _filter(only)), limit=51)  # type: ignore[arg-type]
        limit = median_of_calls(driver.again, _calls(bench))
        yield Row(name, taken, "ms", limit, 0.8, f"first {rows} rows as a host gets them; {_words(made, county)}")


def _asked(name: str, made: Counties) -> Iterator[tuple[str, str, dict[str, Any]]]:
    largest, middle, smallest = made.sizes[0][0], made.sizes[len(made.sizes) // 2][0], made.sizes[-1][0]
    yield name, largest, {}
    yield f"{name}.middle", middle, {}
    yield f"{name}.smallest", smallest, {}
    yield f"{name}.worker", largest, {"assigned_to": made.worker}


def _filter(only: dict[str, str]) -> Filter:
    return Filter(worker=only.get("assigned_to"))


def _calls(bench: Bench) -> int:
    return bench.size.of(CALLS, 5)


def _words(made: Counties, county: str) -> str:
    size = dict(made.sizes)[county]
    total = sum(size for _, size in made.sizes)
    return (
        f"{county} with {size:,} of {total:,} obligations ({made.rows:,} rows) of {len(made.sizes)} counties; SQLite, "
        "warm; limit: the same SQL in sqlite3"
    )


def _engine(made: Counties, county: str) -> Engine:
    return Engine(f"sqlite:///{made.file}", attrs.evolve(caseload.pack(), county=county), clock=lambda: caseload.NOW)


# --- making them ------------------------------------------------------------------------------------------------------


def counties(bench: Bench) -> Counties:
    """Write the obligations of every county into a new database."""
    file = bench.place("counties") / "state.db"
    sizes = [(f"county-{n:02}", size) for n, size in enumerate(unequal(bench.size.of(OBLIGATIONS, 2_000), COUNTIES), 1)]
    templates = _templates(bench)
    connection = database.connect(file)
    connection.execute("PRAGMA synchronous=OFF")
    database.create(connection, indexes=False)
    connection.execute("BEGIN")
    rows = sum(_write(connection, county, size, templates) for county, size in sizes)
    connection.execute("COMMIT")
    database.create_indexes(connection)
    connection.execute("PRAGMA optimize")
    connection.close()
    return Counties(file, tuple(sizes), "worker:1", rows)


@attrs.frozen
class _Template:
    """The rows of one case, all but county and case, and how many obligations they are."""

    rows: tuple[tuple[Any, ...], ...]
    obligations: int


def _templates(bench: Bench) -> list[_Template]:
    with caseload.opened(bench.place("templates")) as engine:
        rules, areas = engine.rules, {name: duty.area for name, duty in engine.pack.duties.items()}
        for _, events in caseload.stories(50, bench.size.of(TEMPLATES, 20)):
            engine.record(*events, by="worker:1", accept_anomalies=True)
        with engine.store.reading() as reading:
            cases = [[one.row for one in reading.rows("case", case)] for case in reading.subjects("case")]
    made = []
    for rows in cases:
        for days in SHIFTS:
            moved = tuple(_filed(_moved(row, days * 86_400), areas) for row in rows)
            made.append(_Template(moved, len({row.identity for row in rows})))
    if not rules.duties or not made:
        raise AssertionError("there are no obligations to write")
    return made


def _moved(row: ObligationRow, by: int) -> ObligationRow:
    def earlier(instant: int | None) -> int | None:
        return instant if instant is None or instant >= FOREVER else instant - by

    return row._replace(
        valid_from=row.valid_from - by,
        valid_until=earlier(row.valid_until) or 0,
        due_at=earlier(row.due_at),
        overdue_after=earlier(row.overdue_after),
    )


def _filed(row: ObligationRow, areas: dict[str, str]) -> tuple[Any, ...]:
    return (*row, areas[row.duty], 1, 1, *list_keys(row, caseload.NOW), waits_of(row))


def _write(connection: sqlite3.Connection, county: str, size: int, templates: list[_Template]) -> int:
    """A county's cases, until it has so many obligations; gives its rows."""
    chance = random.Random(county)
    chosen = []
    while size > 0:
        chosen.append(chance.choice(templates))
        size -= chosen[-1].obligations
    pack = caseload.pack()
    add = database.add
    add(connection, "icpm_county", [(county, SCHEMA, 2, 1, caseload.NOW, 1)])
    add(connection, "icpm_pack", [(county, 1, pack.version, pack.body)])
    named = [(f"C-{number:07}", template) for number, template in enumerate(chosen)]
    add(connection, "icpm_subject", ((county, "case", case, 1, 1, 1, FOREVER) for case, _ in named))
    add(
        connection,
        "icpm_obligation",
        ((county, "case", case, *row) for case, template in named for row in template.rows),
    )
    workers = (
        (county, f"worker:{number // CASES_OF_WORKER}", case, "social_worker", 0, FOREVER, 1, FOREVER)
        for number, (case, _) in enumerate(named)
    )
    add(connection, "icpm_assignment", sorted(workers))
    return sum(len(template.rows) for _, template in named)
