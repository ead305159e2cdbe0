from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.command import Icpm, rows_of


def test_an_untouched_journal_gives_an_anchor_to_keep_and_comes_to_it_again(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("audit", *green)
    assert ran.code == 0
    assert "green: read 7 entries of 3 subjects in 4 commits, compared with 0 anchors" in ran.out
    assert "The journal is what was recorded." in ran.out
    found = icpm("audit", *green, "-f", "json").data
    assert f"Anchor to keep elsewhere: {found['anchor']}" in ran.out
    assert icpm("audit", *green, "--kept", found["anchor"]).code == 0
    assert icpm("audit", *green, "--kept", "7.4." + "0" * 64).code == 1


def test_a_changed_entry_is_named(icpm: Icpm, green: tuple[str, ...], database: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(database.removeprefix("sqlite:///"), copy)
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE icpm_entry SET day = day + 1 WHERE kind = 'screening_completed'")
    touched = ("--database", f"sqlite:///{copy}", *green[2:])
    ran = icpm("audit", *touched)
    assert ran.code == 1
    assert "The journal is NOT what was recorded: 1 found" in ran.out
    assert "case C-104" in ran.out
    (row,) = rows_of(icpm("audit", *touched, "-f", "csv").out)
    assert (row["subject_kind"], row["subject_id"]) == ("case", "C-104")
    assert row["found"].startswith("it does not follow from the one before it")


def test_what_is_no_anchor_is_refused(icpm: Icpm, green: tuple[str, ...]) -> None:
    ran = icpm("audit", *green, "--kept", "yesterday")
    assert (ran.code, ran.out) == (4, "")
    assert "found the anchor 'yesterday', expected ENTRY.COMMIT.DIGEST as an audit prints it" in ran.err
