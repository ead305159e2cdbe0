"""`known_at_page`, `backdate_cold`, `backdate_warm`: what was known on a past day, and what arrives for the past.

1,000,000 obligations of 58 equal counties, each told five times over five years: it opens, its date moves three times,
it is met; one in ten never is. The rows are those that as many records would have written.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks import caseload, database
from benchmarks.measuring import Bench, Row, median_of_calls, seconds
from icpm_engine.engine import Engine
from icpm_engine.history.results import FOREVER, ObligationRow, Outcome
from icpm_engine.rules.model import RulePack
from icpm_engine.store import epochs
from icpm_engine.store.projection import Filing, StoredRow, diff, past_listed_rows, past_row
from icpm_engine.store.tables import SCHEMA
from icpm_engine.vocabulary.events import Event

DAY: Final = 86_400
OBLIGATIONS: Final = 1_000_000
COUNTIES: Final = 58
YEARS: Final = 5
OF_A_CASE: Final = 10
CHANGES: Final = 4
MET: Final = 0.9
"""The share that is met in the end."""
CALLS: Final = 200
BACK: Final = (1, 365, 1_200)
"""So many days before the last one it is asked what was known."""
LENGTH: Final = 500
CASES: Final = 40


# --- pages as known on a past day -------------------------------------------------------------------------------------


def known_at_page(bench: Bench) -> Iterator[Row]:
    """The first page of 50 as known on a past day, beside today's."""
    file, rows = bench.shared("past", lambda: _counties(bench))
    calls = bench.size.of(CALLS, 5)
    with Engine(f"sqlite:///{file}", _pack("county-01"), clock=lambda: caseload.NOW) as engine:
        now = median_of_calls(lambda: engine.due(caseload.NOW), calls)
        for back in BACK:
            then = caseload.NOW - back * DAY
            shown = len(engine.due(then, known_at=then))
            taken = median_of_calls(lambda: engine.due(then, known_at=then), calls)  # noqa: B023
            words = f"{shown} rows, asked {back:,} days back; {rows}; SQLite, warm; limit: the page of today"
            yield Row(f"known_at_page.{back}", taken, "ms", now, 3 * now, words)


def _pack(county: str) -> RulePack:
    return attrs.evolve(caseload.pack(), county=county)


def _counties(bench: Bench) -> tuple[Path, str]:
    file = bench.place("past") / "state.db"
    samples = _samples(bench)
    connection = database.connect(file)
    connection.execute("PRAGMA synchronous=OFF")
    database.create(connection, indexes=False)
    connection.execute("BEGIN")
    number = bench.size.of(OBLIGATIONS, 600) // COUNTIES
    versions = sum(_County(f"county-{n:02}", samples).write(connection, number) for n in range(1, COUNTIES + 1))
    connection.execute("COMMIT")
    database.create_indexes(connection)
    connection.execute("PRAGMA optimize")
    connection.close()
    words = f"{number * COUNTIES:,} obligations of {COUNTIES} equal counties, {versions:,} versions over {YEARS} years"
    return file, words


def _samples(bench: Bench) -> list[tuple[ObligationRow, str]]:
    """Running obligations with a date, of invented cases, and their areas."""
    with caseload.opened(bench.place("samples")) as engine:
        for _, events in caseload.stories(50, bench.size.of(100, 10)):
            engine.record(*events, by="worker:1", accept_anomalies=True)
        with engine.store.reading() as reading:
            rows = [one for case in reading.subjects("case") for one in reading.rows("case", case)]
    return [(one.row, one.area) for one in rows if one.state == Outcome.RUNNING and one.overdue_after is not None]


class _County:
    """A county's obligations, told again and again; four commits a day."""

    def __init__(self, name: str, samples: list[tuple[ObligationRow, str]]) -> None:
        self.name = name
        self.samples = samples
        self.chance = random.Random(name)
        self.first = caseload.NOW - YEARS * 365 * DAY
        self.past: list[tuple[Any, ...]] = []
        self.listed: list[tuple[Any, ...]] = []
        self.versions = 0

    def write(self, connection: sqlite3.Connection, obligations: int) -> int:
        """All of it; gives the number of versions."""
        last = self.commit(caseload.NOW)
        name, pack = self.name, _pack(self.name)
        add = database.add
        add(connection, "icpm_county", [(name, SCHEMA, last + 1, 1, caseload.NOW, 1)])
        add(connection, "icpm_pack", [(name, 1, pack.version, pack.body)])
        commits = ((name, number, self.instant(number), "worker:1", "", FOREVER, 1) for number in range(1, last + 1))
        add(connection, "icpm_commit", commits)
        cases = [f"C-{number:07}" for number in range(obligations // OF_A_CASE)]
        add(connection, "icpm_subject", ((name, "case", case, last, 1, 1, FOREVER) for case in cases))
        rows = (row for case in cases for number in range(OF_A_CASE) for row in self.obligation(case, number))
        add(connection, "icpm_obligation", ((name, *row) for row in rows))
        add(connection, "icpm_obligation_past", self.past)
        add(connection, "icpm_obligation_past_listed", self.listed)
        return self.versions

    def obligation(self, case: str, number: int) -> list[StoredRow]:
        """The rows of one that are still known."""
        chance = self.chance
        row, area = chance.choice(self.samples)
        told = [chance.randrange(self.first, caseload.NOW)]
        for _ in range(CHANGES):
            told.append(told[-1] + chance.randrange(1, 60) * DAY)
        met = chance.random() < MET
        standing: list[StoredRow] = []
        due = told[0] + chance.randrange(20, 90) * DAY
        for place, at in enumerate(one for one in told if one <= caseload.NOW):
            over = at if met and place == CHANGES else None
            rows = self.told(row._replace(start_root=number, run=0, instance_root=0), told[0], due, over)
            filing = Filing("case", case, 1, {row.duty: area}, self.commit(at), at)
            found = diff(standing, rows, filing)
            for ended in found.ended:
                self.past.append(past_row(self.name, ended, filing.commit_no))
                since, until = (self.instant(one) // epochs.LENGTH for one in (ended.known_from, filing.commit_no - 1))
                if ended.state == Outcome.RUNNING:
                    self.listed += past_listed_rows(self.name, ended, filing.commit_no, range(since, until + 1))
            standing = found.rows
            self.versions += 1
            due += chance.randrange(5, 40) * DAY
        return standing

    def told(self, row: ObligationRow, start: int, due: int, met: int | None) -> list[ObligationRow]:
        """What is told of one: since when it runs, until when, and when it was met."""
        runs = row._replace(valid_from=start, valid_until=met or FOREVER, due_at=due, overdue_after=due)
        if met is None:
            return [runs]
        over = runs._replace(valid_from=met, valid_until=FOREVER, state=int(Outcome.MET), overdue_after=None)
        return [runs, over]

    def commit(self, instant: int) -> int:
        """The number of the commit in which an instant lies."""
        return (instant - self.first) // (DAY // 4) + 1

    def instant(self, commit_no: int) -> int:
        """When a commit was made."""
        return self.first + (commit_no - 1) * (DAY // 4)


# --- what arrives for the past ----------------------------------------------------------------------------------------


def backdate(bench: Bench) -> Iterator[Row]:
    """One event recorded into the middle of a case of 500, seen just before and not seen in this process."""
    place = bench.place("backdate")
    late: list[Event] = []
    cases = []
    with caseload.opened(place) as engine:
        for case, events in caseload.stories(LENGTH, bench.size.of(CASES, 3)):
            middle = len(events) // 2
            engine.record(*events[:middle], *events[middle + 1 :], by="worker:1", accept_anomalies=True)
            late.append(events[middle])
            cases.append(case)
    for name, seen, promised in (("backdate_cold", [], 15), ("backdate_warm", cases, 8)):
        taken = []
        for _ in range(bench.size.repeats):
            again = bench.place("again")
            shutil.copy(place / "county.db", again / "county.db")
            with caseload.opened(again) as engine:
                for case in seen:
                    engine.case(case)
                engine.due(caseload.ON)
                taken += [seconds(lambda: _record(engine, event)) * 1000 for event in late]  # noqa: B023
            shutil.rmtree(again)
        words = f"one event, durable, into the middle of each of {len(late)} cases of {LENGTH} events; SQLite; median"
        yield Row(name, statistics.median(taken), "ms", None, promised, words)


def _record(engine: Engine, event: Event) -> None:
    engine.record(event, by="worker:1", accept_anomalies=True)
