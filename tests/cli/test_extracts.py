from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from icpm_engine.cli import moving
from tests.cli.command import RULES, Icpm

MAPPING = """\
system: old-cms
zone: America/Los_Angeles
dates: {forms: ["%Y-%m-%d"]}
row_key: row
subjects: {case: case_id}
event: code
occurred: day
events:
  OPEN: {kind: case_opened}
  SCRN:
    kind: screening_completed
    fields: {tool: tool, result: {column: result, codes: {P: positive, N: negative}}}
"""
EXTRACT = """\
row,case_id,code,day,tool,result
1,C-1,OPEN,2026-01-05,,
2,C-1,SCRN,2026-01-20,PSC-35,P
2,C-1,SCRN,2026-01-20,PSC-35,P
3,C-1,SCRN,2026-01-21,PSC-35,X
4,C-2,OPEN,2026-13-05,,
5,C-3,ZZZZ,2026-01-05,,
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, ...]:
    """An extract of six rows, three of which cannot be taken, and its mapping."""
    (tmp_path / "extract.csv").write_text(EXTRACT, "utf-8")
    (tmp_path / "mapping.yaml").write_text(MAPPING, "utf-8")
    return tmp_path / "extract.csv", tmp_path / "mapping.yaml"


@pytest.fixture
def importing(icpm: Icpm, files: tuple[Path, ...], empty: str) -> Icpm:
    """`icpm import` of that extract, with more options."""
    extract, mapping = files
    where = ("--database", empty, "--county", "green", "--rules", RULES)
    return lambda *more: icpm("import", extract, "--mapping", mapping, *where, *more)


def test_what_was_taken_and_what_was_set_aside_and_why(importing: Icpm) -> None:
    ran = importing()
    assert ran.code == 0
    for words in (
        "extract.csv: 6 rows",
        "2   taken, as 2 entries",
        "1   duplicate",
        "3   set aside",
        "unreadable date",
    ):
        assert words in ran.out
    assert "--set-aside FILE keeps them" in ran.out
    assert ran.err == ""


def test_rows_set_aside_are_handed_back_with_the_reason(importing: Icpm, tmp_path: Path) -> None:
    aside = tmp_path / "aside.csv"
    ran = importing("--set-aside", aside)
    assert f"{aside}" in ran.out
    rows = list(csv.DictReader(io.StringIO(aside.read_text("utf-8"))))
    assert [row["row"] for row in rows] == ["5", "6", "7"]


def test_the_same_file_twice_changes_nothing(importing: Icpm) -> None:
    first = importing("-f", "json").data["report"]
    second = importing("-f", "json").data["report"]
    assert (first["taken"], first["known"], first["entries"]) == (2, 0, 2)
    assert (second["taken"], second["known"], second["entries"]) == (0, 2, 0)
    for report in (first, second):
        assert report["rows"] == report["taken"] + report["known"] + report["duplicates"] + report["set_aside"]
        assert report["set_aside"] == sum(report["causes"].values())


def test_the_causes_as_rows(importing: Icpm) -> None:
    rows = list(csv.DictReader(io.StringIO(importing("-f", "csv").out)))
    assert {row["cause"]: row["rows"] for row in rows} == {"unknown code": "2", "unreadable date": "1"}


def test_a_strict_import_takes_what_it_can_and_says_that_rows_were_set_aside(importing: Icpm) -> None:
    assert importing("--strict").code == 4
    again = importing("-f", "json").data["report"]
    assert again["known"] == 2


def test_what_was_imported_is_on_the_lists(importing: Icpm, icpm: Icpm, empty: str) -> None:
    importing()
    where = ("--database", empty, "--county", "green", "--rules", RULES)
    assert "C-1/send_referral/2-0" in icpm("due", "--on", "2026-01-21", *where).out


def test_a_mapping_that_is_wrong_is_told_with_its_place(importing: Icpm, files: tuple[Path, ...]) -> None:
    files[1].write_text(MAPPING.replace("case_opened", "case_opend"), "utf-8")
    ran = importing()
    assert ran.code == 3
    assert f"{files[1]}:9:16" in ran.err
    assert "did you mean 'case_opened'?" in ran.err


def test_a_mapping_that_does_not_fit_the_extract(importing: Icpm, files: tuple[Path, ...]) -> None:
    files[0].write_text("a,b\n1,2\n", "utf-8")
    ran = importing()
    assert ran.code == 3
    assert "column" in ran.err


@pytest.mark.parametrize("which", [0, 1])
def test_what_is_read_is_not_written_over(importing: Icpm, files: tuple[Path, ...], which: int) -> None:
    before = files[which].read_bytes()
    ran = importing("--set-aside", files[which])
    assert ran.code == 2
    assert files[which].read_bytes() == before


def test_a_file_that_is_not_there(icpm: Icpm, files: tuple[Path, ...], empty: str) -> None:
    ran = icpm("import", "nowhere.csv", "--mapping", files[1], "--database", empty)
    assert ran.code == 2
    assert "nowhere.csv" in ran.err


def test_a_set_aside_file_in_a_folder_that_is_not_there(importing: Icpm, tmp_path: Path) -> None:
    ran = importing("--set-aside", tmp_path / "no" / "aside.csv")
    assert ran.code == 2
    assert "No such file or directory" in ran.err


def test_progress_is_told_where_somebody_watches(importing: Icpm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving.sys.stderr, "isatty", lambda: True)
    ran = importing()
    assert ran.code == 0
    assert "rows read" in ran.err or "entries written" in ran.err
    assert "rows read" not in ran.out


def test_invented_extracts_can_be_imported(icpm: Icpm, tmp_path: Path, empty: str) -> None:
    folder = tmp_path / "invented"
    ran = icpm("simulate", "--events", 300, "--seed", 4, "--out", folder)
    assert ran.code == 0
    assert "Invented data" in ran.out
    where = ("--database", empty, "--county", "shasta")
    report = icpm("import", folder / "extract.csv", "-m", folder / "mapping.yaml", *where, "-f", "json").data["report"]
    assert report["taken"] > 200
    assert report["causes"]["cut last line"] == 1


def test_the_same_seed_gives_the_same_data(icpm: Icpm, tmp_path: Path) -> None:
    icpm("simulate", "--events", 200, "--seed", 4, "--out", tmp_path / "a")
    data = icpm("simulate", "--events", 200, "--seed", 4, "--out", tmp_path / "b", "-f", "json").data
    icpm("simulate", "--events", 200, "--seed", 5, "--out", tmp_path / "c")
    texts = [(tmp_path / one / "extract.csv").read_bytes() for one in "abc"]
    assert texts[0] == texts[1] != texts[2]
    assert data["note"] == "invented data"
    assert data["rows"] > 200


def test_a_tidy_extract(icpm: Icpm, tmp_path: Path) -> None:
    data = icpm("simulate", "--events", 200, "--mess", 0, "--out", tmp_path / "tidy", "-f", "json").data
    assert data["mess"] == {}


def test_files_that_are_there_are_not_written_over(icpm: Icpm, tmp_path: Path) -> None:
    (tmp_path / "extract.csv").write_text("a real extract", "utf-8")
    ran = icpm("simulate", "--events", 200, "--out", tmp_path)
    assert ran.code == 2
    assert (tmp_path / "extract.csv").read_text("utf-8") == "a real extract"
    assert icpm("simulate", "--events", 200, "--out", tmp_path, "--force").code == 0
