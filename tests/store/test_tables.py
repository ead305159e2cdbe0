from __future__ import annotations

import threading

import pytest
from sqlalchemy import Table

from icpm_engine.store.journal import JournalRow
from icpm_engine.store.projection import StoredRow
from icpm_engine.store.reading import Assignment
from icpm_engine.store.statements import DIALECTS, schema
from icpm_engine.store.tables import AssignmentTable, Base, EntryTable, ObligationTable, PastObligationTable
from tests.store.conftest import OpenStore
from tests.store.invented import AREAS, fold, new

TABLES = Base.metadata.sorted_tables


def columns(model: type[Base]) -> tuple[str, ...]:
    return tuple(column.name for column in model.__table__.columns)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_key_and_every_index_begins_with_the_county(table: Table) -> None:
    assert next(iter(table.primary_key)).name == "county"
    assert all(next(iter(index.columns)).name == "county" for index in table.indexes)
    assert table.name.startswith("icpm_")


def test_rows_written_by_position_have_the_columns_of_their_tables() -> None:
    assert columns(ObligationTable) == ("county", *StoredRow._fields)
    assert columns(PastObligationTable) == ("county", *StoredRow._fields[:18], "known_until")
    assert columns(AssignmentTable) == ("county", *Assignment._fields, "known_from", "known_until")
    assert set(columns(EntryTable)) == {"county", *JournalRow._fields, "salt", "digest", "link"}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_schema_names_every_table_and_index_once(dialect: str) -> None:
    texts = schema(dialect)
    assert len(texts) == len(set(texts.values())) == len(TABLES) + sum(len(table.indexes) for table in TABLES)


def test_opening_a_store_waits_for_no_table_that_somebody_writes(open_store: OpenStore) -> None:
    """Only SQLite has one writer at a time: there it waits for the transaction, and for nothing else."""
    first = open_store()
    alone = first.database.dialect == "sqlite"
    opening = threading.Thread(target=lambda: open_store("shasta"))
    with first.writing("tester", 10) as writing:
        writing.append("case", "C-1", new("asked", 739_000, "home"))
        writing.replace(
            "case", "C-1", fold(writing.events("case", "C-1")), pack=writing.use_pack("v1", b""), areas=AREAS
        )
        writing.flush()
        opening.start()
        opening.join(timeout=0.3 if alone else 20)
        assert opening.is_alive() is alone
    opening.join(timeout=20)
    assert not opening.is_alive()


def test_making_the_tables_again_changes_nothing(open_store: OpenStore) -> None:
    first = open_store()
    with first.writing("tester", 10):
        pass
    open_store()
    open_store("shasta")
    with first.reading() as read:
        assert read.commit_at(10) == 1
