"""`import`, `import_pg`: an invented extract into a durable journal and its projections.

The limit is the same rows given to the driver: executemany into SQLite, COPY into PostgreSQL, one transaction, the same
indexes.
"""

from __future__ import annotations

import re
import shutil
import statistics
from collections.abc import Iterator

from benchmarks import caseload, database, server
from benchmarks.measuring import Bench, Row, median_seconds, seconds
from icpm_engine.engine import Engine
from icpm_engine.interop.importing import ImportReport, import_extract
from icpm_engine.interop.mapping import load_mapping
from icpm_engine.simulate import Caseload, Written
from icpm_engine.store.chain import HEADER

EVENTS = 100_000
PROMISED = 12_000
BELIEVED = re.compile(r", believed_from: [0-9-]+")
VERSIONS = 20_000
_AUDITED = ", ".join((*HEADER, "payload", "salt", "digest", "link"))


def extract(bench: Bench, events: int) -> Written:
    """An invented extract of so many events, with the usual mess; its entry stamps are not believed."""
    written = Caseload(events=bench.size.of(events, 200), seed=1).write(bench.place("extract"))
    mapping = written.mapping.read_text("utf-8")
    written.mapping.write_text(BELIEVED.sub("", mapping), "utf-8")
    return written


def timed(url: str, written: Written) -> tuple[float, ImportReport]:
    """How long the import alone takes: tables, rules and mapping are there before."""
    with Engine(url, caseload.pack(), clock=lambda: caseload.NOW) as engine:
        mapping = load_mapping(written.mapping, engine.pack.events)
        aside, reports = written.extract.with_suffix(".x"), list[ImportReport]()
        taken = seconds(
            lambda: reports.append(import_extract(engine, mapping, written.extract, by="x", set_aside=aside))
        )
    return taken, reports[0]


def import_sqlite(bench: Bench) -> Iterator[Row]:
    """Into an empty SQLite file."""
    written = bench.shared("extract", lambda: extract(bench, EVENTS))
    rates, limits, rows = [], [], database.Rows()
    for _ in range(_times(bench)):
        place = bench.place("import")
        taken, report = timed(f"sqlite:///{place}/county.db", written)
        rates.append(report.entries / taken)
        rows = database.read_all(place / "county.db")
        limits.append(report.entries / seconds(lambda: database.insert_all(place / "limit.db", rows)))  # noqa: B023
        shutil.rmtree(place)
    bench.made["rows"] = rows
    yield Row(
        "import",
        statistics.median(rates),
        "events/s",
        statistics.median(limits),
        PROMISED,
        f"{_words(report, rows)}; SQLite, one durable transaction; limit: executemany of the same rows",
    )


def import_believed(bench: Bench) -> Iterator[Row]:
    """Into an empty SQLite file, each entry stamp as a version."""
    written = Caseload(events=bench.size.of(VERSIONS, 200), seed=1).write(bench.place("believed"))
    place = bench.place("import_believed")
    taken, report = timed(f"sqlite:///{place}/county.db", written)
    rows = database.read_all(place / "county.db")
    limit = report.entries / seconds(lambda: database.insert_all(place / "limit.db", rows))
    shutil.rmtree(place)
    words = f"{report.versions:,} versions; {_words(report, rows)}; SQLite, one durable transaction"
    yield Row("import_believed", report.entries / taken, "events/s", limit, None, f"{words}; limit: executemany")


def audit(bench: Bench) -> Iterator[Row]:
    """Every hash of a journal computed anew and compared."""
    written = bench.shared("extract", lambda: extract(bench, EVENTS))
    place = bench.place("audit")
    url = f"sqlite:///{place}/county.db"
    _, report = timed(url, written)
    with Engine(url, caseload.pack(), clock=lambda: caseload.NOW) as engine, engine.store.reading() as reading:
        everything = f"SELECT {_AUDITED} FROM icpm_entry ORDER BY county, entry"  # noqa: S608 - of our own names
        taken = median_seconds(engine.audit, bench.size.repeats)
        limit = median_seconds(lambda: reading.access.driver.execute(everything).fetchall(), bench.size.repeats)
    shutil.rmtree(place)
    words = f"{report.entries:,} entries; SQLite; limit: reading what is compared, by number"
    yield Row("audit", report.entries / taken, "entries/s", report.entries / limit, None, words)


def import_postgresql(bench: Bench) -> Iterator[Row]:
    """Into an empty schema of a real PostgreSQL server."""
    written = bench.shared("extract", lambda: extract(bench, EVENTS))
    postgresql = bench.shared("server", lambda: bench.closing.enter_context(server.running(bench.others)))
    rates, limits, rows = [], [], database.Rows()
    for _ in range(_times(bench)):
        taken, report = timed(postgresql.new_schema(), written)
        rates.append(report.entries / taken)
        rows = postgresql.read_all()
        limits.append(report.entries / seconds(lambda: postgresql.copy_all(rows)))  # noqa: B023
    yield Row(
        "import_pg",
        statistics.median(rates),
        "events/s",
        statistics.median(limits),
        PROMISED,
        f"{_words(report, rows)}; {postgresql.words}; limit: COPY of the same rows",
    )


def _times(bench: Bench) -> int:
    return min(3, bench.size.repeats)


def _words(report: ImportReport, rows: database.Rows) -> str:
    return (
        f"{report.entries:,} events of {report.rows:,} rows of an extract, cases of about 50 events, California's pack "
        f"with Shasta's overlay, choices settled; {', '.join(database.counted(rows))}"
    )
