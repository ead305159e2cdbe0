"""`record_warm`, `record_cold`: one durable event at a time, on cases of 50 events.

The limit is what these records write, and nothing else: their own statements with their own parameters, given to the
driver again on a copy of the database, one durable transaction each.
"""

from __future__ import annotations

import shutil
import sqlite3
import statistics
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import attrs
from sqlalchemy import create_engine

from benchmarks import caseload, database
from benchmarks.measuring import Bench, Row, seconds
from icpm_engine.engine import Engine
from icpm_engine.rules.model import RulePack
from icpm_engine.vocabulary.events import Event

LENGTH: Final = 50
CASES: Final = 400
MORE: Final = 5
"""Events that are recorded on a case while it is warm, one after the other over all cases."""

Statement: TypeAlias = tuple[str, Any, bool]  # text, parameters, whether it is run for many of them


@attrs.frozen
class Prepared:
    """A database with cases of 50 events, and the events that come next in each."""

    file: Path
    rules: RulePack
    cases: tuple[str, ...]
    following: tuple[tuple[Event, ...], ...]


def prepared(bench: Bench, rules: RulePack) -> Prepared:
    """Cases of 50 events, recorded one case at a time."""
    place = bench.place("record")
    cases, following = [], []
    with caseload.opened(place, rules) as engine:
        for case, events in caseload.stories(LENGTH + MORE, bench.size.of(CASES, 4)):
            engine.record(*events[:LENGTH], by="worker:1", accept_anomalies=True)
            cases.append(case)
            following.append(tuple(events[LENGTH:]))
    return Prepared(place / "county.db", rules, tuple(cases), tuple(following))


def record_warm(bench: Bench) -> Iterator[Row]:
    """On cases that were read just before."""
    for name, given, promised in _asked(bench, "record_warm", 800):
        events = [events[number] for number in range(MORE) for events in given.following]
        words = f"{MORE} events on each of {len(given.cases)} cases of {LENGTH} events, all of them read just before"
        yield _measured(bench, given, name, events, given.cases, promised, words)


def record_cold(bench: Bench) -> Iterator[Row]:
    """On cases that this process has not seen."""
    for name, given, promised in _asked(bench, "record_cold", 350):
        events = [events[0] for events in given.following]
        words = f"one event on each of {len(given.cases)} cases of {LENGTH} events that this process has not seen"
        yield _measured(bench, given, name, events, (), promised, words)


def _asked(bench: Bench, name: str, promised: float) -> Iterator[tuple[str, Prepared, float | None]]:
    yield name, bench.shared("record", lambda: prepared(bench, caseload.pack())), promised
    yield f"{name}.whole", bench.shared("record.whole", lambda: prepared(bench, caseload.whole_pack())), None


def _measured(
    bench: Bench,
    given: Prepared,
    name: str,
    events: Sequence[Event],
    seen: Iterable[str],
    promised: float | None,
    words: str,
) -> Row:
    rates, limits = [], []
    written = _spied(bench, given, events)
    for _ in range(bench.size.repeats):
        place = _copy(bench, given)
        with caseload.opened(place, given.rules) as engine:
            for case in seen:
                engine.case(case)
            engine.case(given.cases[0])  # compiles the rules and opens the connection
            rates.append(len(events) / seconds(lambda: _record(engine, events)))
        again = _copy(bench, given)
        limits.append(len(events) / seconds(lambda: _replay(again / "county.db", written)))  # noqa: B023
        shutil.rmtree(place)
        shutil.rmtree(again)
    rows = sum(_rows_of(statement) for transaction in written for statement in transaction) / len(events)
    duties = sum(1 for duty in given.rules.duties.values() if not duty.off)
    return Row(
        name,
        statistics.median(rates),
        "records/s",
        statistics.median(limits),
        promised,
        f"{words}; {duties} duties; SQLite, WAL, synchronous=FULL; {rows:.1f} rows written a record; "
        "limit: the same statements given to the driver, without reading",
    )


def _record(engine: Engine, events: Iterable[Event]) -> None:
    for event in events:
        engine.record(event, by="worker:1", accept_anomalies=True)


def _copy(bench: Bench, given: Prepared) -> Path:
    place = bench.place("copy")
    shutil.copy(given.file, place / "county.db")
    return place


# --- what is written --------------------------------------------------------------------------------------------------


class _SpyCursor(sqlite3.Cursor):
    """Notes every statement that writes, by transaction."""

    def execute(self, text: str, parameters: Any = ()) -> Self:  # noqa: ANN401 - as the driver says
        self.connection.note(text, parameters, many=False)  # type: ignore[attr-defined]
        return super().execute(text, parameters)

    def executemany(self, text: str, rows: Any) -> Self:  # noqa: ANN401 - as the driver says
        self.connection.note(text, list(rows), many=True)  # type: ignore[attr-defined]
        return super().executemany(text, rows)


class _Spy(sqlite3.Connection):
    """A connection whose statements are noted in `_Spy.written`."""

    written: list[list[Statement]] = []  # noqa: RUF012 - filled by every connection

    def cursor(self, *_: object) -> sqlite3.Cursor:  # type: ignore[override]
        return _SpyCursor(self)

    @classmethod
    def note(cls, text: str, parameters: Any, *, many: bool) -> None:  # noqa: ANN401 - as the driver says
        verb = text.split(maxsplit=1)[0].upper()
        if verb == "BEGIN":
            cls.written.append([])
        elif verb in {"INSERT", "UPDATE", "DELETE"}:
            cls.written[-1].append((text, parameters, many))


def _spied(bench: Bench, given: Prepared, events: Sequence[Event]) -> list[list[Statement]]:
    """The statements with which these events are recorded, by transaction."""
    place = _copy(bench, given)
    host = create_engine(f"sqlite:///{place}/county.db", connect_args={"factory": _Spy})
    with Engine(host, given.rules, clock=lambda: caseload.NOW) as engine:
        _Spy.written.clear()
        _record(engine, events)
    host.dispose()
    written = [transaction for transaction in _Spy.written if transaction]
    if len(written) != len(events):
        raise AssertionError(f"found {len(written)} transactions, expected {len(events)}")
    return written


def _replay(file: Path, written: Iterable[Iterable[Statement]]) -> None:
    connection = database.connect(file)
    cursor = connection.cursor()
    for transaction in written:
        cursor.execute("BEGIN IMMEDIATE")
        for text, parameters, many in transaction:
            if many:
                cursor.executemany(text, parameters)
            else:
                cursor.execute(text, parameters).fetchall()
        cursor.execute("COMMIT")
    connection.close()


def _rows_of(statement: Statement) -> int:
    _, parameters, many = statement
    return len(parameters) if many else 1
