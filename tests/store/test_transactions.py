from __future__ import annotations

import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from icpm_engine.errors import StoreError
from icpm_engine.history.results import FOREVER
from icpm_engine.store import Store, database
from icpm_engine.store.tables import SCHEMA
from tests.store.invented import AREAS, KINDS, check, fold, instant, new, record

D = 738_000
ROOT = Path(__file__).parents[2]
CHILD = "Ximena-Quillfeather"


def commits(store: Store) -> int:
    with store.reading() as read:
        return read.commit_at(FOREVER)


def start_writer(url: str, name: str, records: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.store.writer", url, name, str(records)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603 - our own program


# --- several writers, and writers that die ----------------------------------------------------------------------------


def test_two_programs_write_to_one_county_without_losing_anything(store: Store, url: str) -> None:
    writers = [start_writer(url, name, 40) for name in ("anna", "ben")]
    said = [writer.communicate(timeout=120)[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert sorted(int(number) for lines in said for number in lines) == list(range(1, 81))
    assert check(store) == 80


@pytest.mark.parametrize("survived", [1, 9, 20])
def test_a_killed_program_leaves_whole_commits_only(store: Store, url: str, survived: int) -> None:
    with start_writer(url, "anna", 100_000) as writer:
        assert writer.stdout is not None
        seen = [writer.stdout.readline() for _ in range(survived)]
        writer.kill()
        seen += writer.stdout.readlines()
    promised = [int(line) for line in seen if line.endswith("\n")]
    last = check(store)
    assert promised == list(range(1, len(promised) + 1))
    # At most one more had come through, and the program did not live to say so.
    assert last - len(promised) in {0, 1}
    record(store, "C-0", new("asked", D, "afterwards"))


def test_threads_of_one_program_take_turns(store: Store) -> None:
    def write(name: str) -> None:
        for number in range(15):
            record(store, f"C-{number % 2}", new("asked", D + number, name))

    threads = [threading.Thread(target=write, args=(name,)) for name in ("anna", "ben", "cleo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert check(store) == 45


def test_readers_go_on_beside_a_writer_and_keep_their_snapshot(store: Store) -> None:
    record(store, "C-1", new("asked", D, "school"))
    with store.reading() as before:
        assert len(before.journal("case", "C-1")) == 1
        with store.writing("tester", instant(D)) as tx:
            tx.append("case", "C-1", new("asked", D, "home"))
            tx.replace("case", "C-1", fold(tx.events("case", "C-1")), pack=1, areas=AREAS)
            tx.flush()
            with store.reading() as beside:
                assert len(beside.journal("case", "C-1")) == 1
        assert len(before.journal("case", "C-1")) == 1
    with store.reading() as after:
        assert len(after.journal("case", "C-1")) == 2


def test_a_thread_that_would_wait_for_itself_is_told_so(store: Store) -> None:
    with store.writing("tester", 0), pytest.raises(StoreError, match="this thread is already writing"):
        record(store, "C-1", new("asked", D))
    record(store, "C-1", new("asked", D, "school"))
    check(store)


def test_writers_of_different_counties_do_not_wait_for_each_other_on_postgresql(postgresql_url: str) -> None:
    one, two = (Store(postgresql_url, county, KINDS) for county in ("one", "two"))
    one.create()
    two.create()
    with one.writing("tester", 0):
        thread = threading.Thread(target=record, args=(two, "C-1", new("asked", D, "school")))
        thread.start()
        thread.join(timeout=20)
        assert not thread.is_alive()
    assert check(two) == 1
    one.close()
    two.close()


# --- a host's own transaction -----------------------------------------------------------------------------------------


@pytest.fixture
def host(url: str) -> Iterator[Engine]:
    """The host's engine, with a table of the host's own."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE host (note TEXT)"))
    yield engine
    engine.dispose()


def notes(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT note FROM host")).scalars())


def test_the_host_commits_both_or_neither(store: Store, host: Engine) -> None:
    with Session(host) as session:
        session.execute(text("INSERT INTO host VALUES ('kept')"))
        record(store, "C-1", new("asked", D, "school"), session=session)
        with store.reading(session) as inside:
            assert len(inside.entries("case", "C-1")) == 1
        assert commits(store) == 0
        session.commit()
        session.execute(text("INSERT INTO host VALUES ('gone')"))
        record(store, "C-1", new("asked", D, "home"), session=session)
        record(store, "C-1", new("answered", D, "home"), session=session)
        session.rollback()
    assert notes(host) == ["kept"]
    assert check(store) == 1


def test_what_was_rolled_back_by_the_host_is_not_kept_decoded(store: Store, host: Engine) -> None:
    record(store, "C-1", new("asked", D, "school"))
    with Session(host) as session:
        record(store, "C-1", new("asked", D, "home"), session=session)
        session.rollback()
    _, diff = record(store, "C-1", new("answered", D + 1, "school"))
    assert {row.start_root for row in diff.rows} == {1, 2}
    assert check(store) == 2


def test_a_refusal_leaves_the_host_s_transaction_as_it_was(store: Store, host: Engine) -> None:
    record(store, "C-1", new("asked", D, "school", source_system="cms", source_key="1"))
    with Session(host) as session:
        session.execute(text("INSERT INTO host VALUES ('kept')"))
        with pytest.raises(StoreError):
            record(store, "C-2", new("asked", D, "school", source_system="cms", source_key="1"), session=session)
        session.execute(text("INSERT INTO host VALUES ('this, too')"))
        session.commit()
    assert notes(host) == ["kept", "this, too"]
    assert check(store) == 1


def test_a_store_on_the_host_s_engine_gives_its_connections_back_as_they_were(store: Store, host: Engine) -> None:
    with closing(Store(host, "los_angeles", KINDS)) as inside:
        record(inside, "C-1", new("asked", D, "school"))
    with Session(host) as session:
        session.execute(text("INSERT INTO host VALUES ('gone')"))
        session.rollback()
    assert notes(host) == []
    assert check(store) == 1


# --- errors -----------------------------------------------------------------------------------------------------------


class Unbindable:
    """A value that no driver takes."""

    def __repr__(self) -> str:
        return CHILD


def refusals(store: Store) -> list[Callable[[], object]]:
    event = new("asked", D, CHILD, source_system="cms", source_key=CHILD)
    other = event._replace(source_key="2")
    return [
        lambda: record(store, CHILD, event),  # the key is there already
        lambda: record(store, CHILD, other._replace(minute=2**70)),
        lambda: record(store, CHILD, other._replace(author="\ud800" + CHILD)),
        lambda: record(store, CHILD, other._replace(author=Unbindable())),
    ]


@pytest.mark.parametrize("number", range(4))
def test_no_error_of_the_database_gives_a_child_away(store: Store, number: int) -> None:
    record(store, "C-1", new("asked", D, "school", source_system="cms", source_key=CHILD))
    with pytest.raises(StoreError) as caught:
        refusals(store)[number]()
    assert CHILD not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert check(store) == 1


def test_missing_tables_and_counties_are_named_with_the_remedy(url: str) -> None:
    store = Store(url, "los_angeles", KINDS)
    with pytest.raises(StoreError, match=r"tables are missing; make them with Store.create"):
        record(store, "C-1", new("asked", D))
    with pytest.raises(StoreError, match=r"tables are missing"), store.reading() as read:
        read.entries("case", "C-1")
    with closing(Store(url, "elsewhere", KINDS)) as other:
        other.create()
    with pytest.raises(StoreError, match=r"holds no county los_angeles; make it with Store.create"):
        record(store, "C-1", new("asked", D))
    store.close()


def test_tables_of_another_version_are_refused(store: Store, host: Engine) -> None:
    with host.begin() as connection:
        connection.execute(text("UPDATE icpm_county SET schema_version = 99"))
    with pytest.raises(StoreError, match=f"found tables of version 99, expected {SCHEMA}"):
        record(store, "C-1", new("asked", D))


def test_a_busy_database_says_so_instead_of_waiting_for_ever(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with closing(Store(url, "los_angeles", KINDS)) as impatient, store.writing("tester", 0):
        with pytest.raises(StoreError, match="another writer has held it for too long"):
            record(impatient, "C-1", new("asked", D))
        with impatient.reading() as read:
            assert read.commit_at(FOREVER) == 0
    assert check(store) == 1


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("county.db", r"no database URL, expected one such as sqlite:///county.db"),
        ("mysql://localhost/x", r"of the kind mysql, expected sqlite or postgresql"),
        ("postgresql+pg8000://localhost/x", r"driver pg8000, expected psycopg"),
    ],
)
def test_a_place_that_is_no_store_is_refused_in_words(where: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        Store(where, "los_angeles", KINDS)


def test_postgresql_without_its_driver_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"pip install 'icpm-engine\[postgres\]'"):
        Store("postgresql://localhost/x", "los_angeles", KINDS)


def test_a_database_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    unreachable = f"postgresql://anna:{CHILD}@/x?host={tmp_path}"
    with pytest.raises(StoreError, match="cannot connect to") as caught:
        Store(unreachable, "los_angeles", KINDS).create()
    assert CHILD not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(StoreError, match=r"cannot connect .*the database file cannot be opened"):
        Store(f"sqlite:///{tmp_path}/missing/store.db", "los_angeles", KINDS).create()


def test_a_store_in_memory_lives_as_long_as_its_program() -> None:
    store = Store("sqlite://", "los_angeles", KINDS)
    store.create()
    with store.writing("tester", 0) as tx:
        tx.append("case", "C-1", new("asked", D, "school"))
        with store.reading() as read:
            assert read.entries("case", "C-1") == []
        tx.replace("case", "C-1", fold(tx.events("case", "C-1")), pack=tx.use_pack("v1", b""), areas=AREAS)
    assert check(store) == 1
    store.close()
