"""An import that is broken off, whatever breaks it off: nothing of it is there, and the same import then succeeds."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from icpm_engine import Engine
from icpm_engine.errors import StoreError
from icpm_engine.interop import importing
from icpm_engine.interop.importing import ImportReport, import_extract
from icpm_engine.simulate import Caseload
from tests.interop.mappings import row
from tests.interop.practice import NOW, anew, answers, check, journals, opened, practice, read, tables, take

FIRST = row(ROW="old-1", CODE="OPN", CASE="C-104", DATE="3/2/23", ENTERED="")
BEFORE = NOW - 3 * 365 * 86_400
"""So that nothing of the extract was entered before the county's first commit: each of its stamps is a version."""


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An invented extract of some 1,500 rows."""
    return Caseload(events=1_500, seed=11, mess=0.02).write(tmp_path_factory.mktemp("extract")).extract


@pytest.fixture(scope="module")
def expected(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Where its cases stand when nothing breaks it off."""
    url = f"sqlite:///{tmp_path_factory.mktemp('expected')}/store.db"
    begin(url)
    with opened(url) as engine:
        imported(engine, extract)
        return answers(engine)


def begin(url: str) -> None:
    """One case is there before."""
    with opened(url, now=BEFORE) as engine:
        assert take(engine, FIRST).commit == 1


def imported(engine: Engine, extract: Path, **more: Any) -> ImportReport:  # noqa: ANN401 - as import_extract has it
    return import_extract(engine, read(Caseload().mapping(), engine), extract, by="test", **more)


def succeeds(engine: Engine, extract: Path, expected: dict[str, Any]) -> None:
    """The same import, not broken off."""
    made = imported(engine, extract)
    assert (made.known, made.commit) == (0, made.versions + 2)
    assert made.versions > 1_000
    assert answers(engine) == expected
    check(engine)


@contextmanager
def started(*arguments: str, temporary: Path) -> Iterator[subprocess.Popen[str]]:
    """The import in a process of its own, at the place where it waits to be killed."""
    temporary.mkdir()
    command = [sys.executable, "-m", "tests.interop.interrupted", *arguments]
    here = Path(__file__).parents[2]
    places = {"TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)}
    with subprocess.Popen(command, cwd=here, env=os.environ | places, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == arguments[-1]
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("phase", ["reading", "writing"])
def test_killed_in_the_middle_nothing_of_it_is_there(
    url: str, tmp_path: Path, extract: Path, expected: dict[str, Any], phase: str
) -> None:
    with opened(url) as engine:
        begin(url)
        before = tables(engine)
        with started(url, str(extract), phase, temporary=tmp_path / "temporary") as process:
            assert tables(engine) == before  # nor does anybody see anything of it while it lasts
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL
        assert list((tmp_path / "temporary").iterdir()) == []
        assert tables(engine) == before
    with opened(url) as engine:
        succeeds(engine, extract, expected)


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_whatever_is_raised_leaves_nothing_behind(
    url: str, extract: Path, expected: dict[str, Any], calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 500)
    told: list[int] = []

    def progress(number: int) -> None:
        told.append(number)
        if len(told) == calls:
            raise KeyboardInterrupt

    with opened(url) as engine:
        begin(url)
        before = tables(engine)
        with pytest.raises(KeyboardInterrupt):
            imported(engine, extract, progress=progress)
        assert tables(engine) == before
        succeeds(engine, extract, expected)


def test_a_lost_connection_leaves_nothing_behind(
    postgresql: str, postgresql_url: str, extract: Path, expected: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 500)
    told: list[int] = []

    def progress(number: int) -> None:
        told.append(number)
        if len(told) == 3:
            ours = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'"
            with psycopg.connect(postgresql, autocommit=True) as connection:
                assert len(connection.execute(ours).fetchall()) == 1

    with opened(postgresql_url) as engine:
        begin(postgresql_url)
        before = tables(engine)
        with pytest.raises(StoreError, match="the database refused"):
            imported(engine, extract, progress=progress)
        assert tables(engine) == before
        succeeds(engine, extract, expected)


def test_in_a_host_s_transaction_it_stands_or_falls_with_it(url: str, extract: Path, expected: dict[str, Any]) -> None:
    where = url.replace("postgresql://", "postgresql+psycopg://")
    host = create_engine(where)
    with Engine(host, practice(), clock=lambda: NOW) as engine:
        begin(url)
        before = tables(engine)
        for keep in (False, True):
            with Session(host) as session:
                with engine.inside(session) as inside:
                    made = imported(inside, extract)
                    again = imported(inside, extract)
                assert (made.commit, again.commit, again.known) == (made.versions + 2, None, made.taken)
                if keep:
                    session.commit()
            assert keep or tables(engine) == before
        assert answers(engine) == expected
        check(engine)
    host.dispose()


def test_two_imports_of_one_extract_at_once_take_it_once(url: str, extract: Path, expected: dict[str, Any]) -> None:
    made: list[ImportReport] = []

    def importing_it() -> None:
        with opened(url) as engine:
            made.append(imported(engine, extract))

    with opened(url) as engine:
        begin(url)
        threads = [threading.Thread(target=importing_it) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        first, second = sorted(made, key=lambda one: -one.taken)
        assert (first.known, second.taken, second.known) == (0, 0, first.taken)
        assert {first.commit, second.commit} == {first.versions + 2, None}
        assert answers(engine) == expected
        check(engine)


# --- room on the disk and in memory -----------------------------------------------------------------------------------


@contextmanager
def small_files(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as if the disk were full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def openings(number: int) -> list[str]:
    return [row(ROW=str(n), CASE=f"C-{n}", CODE="OPN") for n in range(number)]


def test_no_room_for_what_waits() -> None:
    with anew() as engine:
        take(engine, FIRST)
        before = tables(engine)
        with small_files(1_000_000), pytest.raises(StoreError, match="the temporary file of the import cannot be used"):
            take(engine, *openings(30_000))
        assert tables(engine) == before
        assert take(engine, *openings(20)).taken == 20


def test_no_room_in_the_database(sqlite_url: str) -> None:
    with opened(sqlite_url) as engine:
        take(engine, FIRST)
        before = tables(engine)
        with small_files(400_000), pytest.raises(StoreError, match="the database refused"):
            take(engine, *openings(2_000))
        assert tables(engine) == before
        assert take(engine, *openings(20)).taken == 20
        check(engine)


def test_no_room_for_rows_that_are_set_aside(tmp_path: Path) -> None:
    with anew() as engine:
        before = tables(engine)
        with small_files(100), pytest.raises(OSError, match="File too large"):
            take(engine, FIRST, row(CODE="OTHER"), aside=tmp_path / "aside.csv")
        assert tables(engine) == before


def peak(rows: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """The most memory that an import of so many rows takes beyond what stood before, in bytes."""
    data = b"".join(Caseload(events=rows, seed=1, mess=0).lines())
    monkeypatch.setattr(importing, "BATCH", 1_000)
    with anew() as engine:
        mapping = read(Caseload().mapping(), engine)
        tracemalloc.start()
        try:
            made = import_extract(engine, mapping, data, by="test")
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert made.taken > rows * 9 // 10
        assert len(journals(engine)) == made.entries
    return most


@pytest.mark.slow
def test_memory_does_not_grow_with_the_extract(monkeypatch: pytest.MonkeyPatch) -> None:
    peak(200, monkeypatch)  # what is made once for all is made now
    few, many = peak(2_000, monkeypatch), peak(20_000, monkeypatch)
    assert many < few + 18_000 * 400  # a row that is held takes 1,000 bytes and more
