"""Imports that cannot be: each is refused with an error of our tree, and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from icpm_engine import Engine
from icpm_engine.errors import MappingError, StoreError
from icpm_engine.interop import Cause, parse_mapping
from icpm_engine.interop.importing import import_extract
from icpm_engine.rules.loading import load_texts
from icpm_engine.vocabulary import STANDARD
from tests.interop.mappings import COLUMNS, csv, row
from tests.interop.practice import LINKED, RULES, anew, check, opened, practice, read, tables, take

GOOD = row(ROW="1", CODE="OPN")


def refused(engine: Engine, source: str | Path | bytes, match: str, mapping: str = LINKED) -> None:
    before = tables(engine)
    with pytest.raises(MappingError, match=match):
        import_extract(engine, read(mapping, engine), source, by="test")
    assert tables(engine) == before


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "the extract is empty"),
        (b"a,b,c\n1,2,3\n", "map.yaml:.* the extract has no column 'ROW'"),
        (csv(GOOD).replace(b"CODE", b"CDOE"), "no column 'CODE'; did you mean 'CDOE'"),
        (csv(GOOD).replace(b"WHO\n", b"WHO,CASE\n"), "two columns called 'CASE'"),
        ("ROW,CASE\n".encode("utf-16"), "UTF-16"),
        (b'"ROW,CASE\n', "the first row, with the names of the columns, cannot be read"),
    ],
)
def test_a_mapping_that_does_not_fit_the_extract(data: bytes, match: str) -> None:
    with anew() as engine:
        refused(engine, data, match)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with anew() as engine:
        refused(engine, tmp_path, "cannot be (opened|read): Is a directory")
        refused(engine, str(tmp_path / "nowhere.csv"), "nowhere.csv cannot be opened: No such file")


def test_an_empty_file_of_json_lines_has_no_rows() -> None:
    with anew() as engine:
        assert take(engine, mapping=LINKED + "format: jsonl\n", data=b"\n").rows == 0


def test_a_mapping_that_was_read_for_other_rules() -> None:
    bare = load_texts({"rules.yaml": RULES[: RULES.index("lifecycles:")] + "events: {opened: {}}\n"}, standard=False)
    wider = load_texts({"rules.yaml": RULES + "events: {case_closed: {how: text}}\n"})
    standard = parse_mapping(LINKED, "map.yaml", STANDARD)
    widened = parse_mapping(LINKED + "  CLS: {kind: case_closed, fields: {how: TYPE}}\n", "map.yaml", wider.events)
    with anew(bare) as engine, pytest.raises(MappingError, match="another case_opened than that of the rules"):
        import_extract(engine, standard, csv(GOOD), by="test")
    with anew() as engine, pytest.raises(MappingError, match="another case_closed than that of the rules"):
        import_extract(engine, widened, csv(GOOD), by="test")
    with anew(wider) as engine:
        assert import_extract(engine, standard, csv(GOOD), by="test").taken == 1


def test_rows_set_aside_are_not_written_over_the_extract(tmp_path: Path) -> None:
    extract = tmp_path / "extract.csv"
    extract.write_bytes(csv(GOOD))
    with anew() as engine, pytest.raises(MappingError, match="would be written over the extract"):
        import_extract(engine, read(LINKED, engine), str(extract), by="t", set_aside=tmp_path / "." / "extract.csv")
    assert extract.read_bytes() == csv(GOOD)


def test_a_set_aside_file_that_cannot_be_written(tmp_path: Path) -> None:
    with anew() as engine:
        before = tables(engine)
        with pytest.raises(FileNotFoundError):
            take(engine, GOOD, aside=tmp_path / "nowhere" / "aside.csv")
        assert tables(engine) == before


READ_ONLY: dict[str, Callable[[str], str]] = {
    "sqlite": lambda url: url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true",
    "postgresql": lambda url: url + "%20-cdefault_transaction_read_only%3Don",
}


def test_a_database_that_may_only_be_read(url: str) -> None:
    with opened(url) as engine:
        take(engine, GOOD)
        before = tables(engine)
    where = READ_ONLY[url.partition(":")[0]](url)
    with Engine(where, practice(), create=False) as engine:
        assert engine.case("C-104").state("case") == "open"
        with pytest.raises(StoreError, match="may only be read"):
            take(engine, row(ROW="2", CODE="OPN", CASE="C-2"))
        assert tables(engine) == before


def test_a_database_without_tables(url: str) -> None:
    with Engine(url, practice(), create=False) as engine, pytest.raises(StoreError, match="tables are missing"):
        take(engine, GOOD)


cells = st.one_of(
    st.sampled_from(["", "1", "C-104", "NA", "OPN", "PLC", "SCR", "3/4/26", "3/4/26 9:30", "2/30/26", "P", '"', "\t"]),
    st.text(max_size=12),
)


@settings(max_examples=60)
@given(
    st.lists(st.lists(cells, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=6),
    st.binary(max_size=40),
)
@example([], b"\xff\xfe")
@example([["", *["\ud83d"] * 3]], b"")
def test_whatever_the_rows_hold_they_are_taken_or_set_aside(rows: list[list[str]], tail: bytes) -> None:
    """Twice, so that what was taken is looked up again by its key."""
    lines = [",".join(cell.replace(",", " ") for cell in one) for one in rows]
    data = csv(GOOD) + "\n".join([*lines, ""]).encode("utf-8", "surrogatepass") + tail
    with anew() as engine:
        first = take(engine, data=data)
        assert first.taken >= 1
        before = tables(engine)
        second = take(engine, data=data)
        assert (second.taken, second.known, second.set_aside) == (0, first.taken, first.set_aside)
        assert tables(engine) == before
        assert set(first.causes) <= set(Cause)
        check(engine)
