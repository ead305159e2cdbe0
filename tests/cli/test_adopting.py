"""`icpm rehearse` and `icpm adopt`."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from icpm_engine.cli.codes import Code
from tests.cli.command import RULES, Icpm, rows_of

LONGER = ("--settle", "limit=9 federal days")


@pytest.fixture
def own(database: str, tmp_path: Path) -> tuple[str, ...]:
    """The county's database, to be changed by one test."""
    shutil.copy(database.removeprefix("sqlite:///"), tmp_path / "county.db")
    return ("--database", f"sqlite:///{tmp_path}/county.db", "--county", "green")


def test_a_rehearsal_in_words(icpm: Icpm, own: tuple[str, ...]) -> None:
    ran = icpm("rehearse", RULES, *LONGER, *own, "--on", "2026-05-28")
    assert (ran.code, ran.err) == (0, "")
    assert "clocks run" in ran.out
    assert "1 move (0 earlier, 1 later), 0 appear, 0 vanish, 0 change" in ran.out
    assert "Overdue on that day: 1 as it is, 0 as it would be, 0 of them newly" in ran.out
    assert "Re-dated from what is kept with each clock, 0 of 3 subjects folded: only numbers are other" in ran.out
    assert "C-104/send_referral/7-0 moves: running, due 2026-05-26, overdue -> running, due 2026-06-01" in ran.out
    assert "5 federal days counted from 2026-05-18 comes to 2026-05-26" in ran.out
    assert "9 federal days counted from 2026-05-18 comes to 2026-06-01" in ran.out


def test_a_rehearsal_as_data_and_as_rows(icpm: Icpm, own: tuple[str, ...]) -> None:
    asked = ("rehearse", RULES, *LONGER, *own, "--on", "2026-05-28", "--fold")
    data = icpm(*asked, "-f", "json").data
    assert (data["county"], data["on"], data["way"], data["why"]) == (
        "green",
        "2026-05-28",
        "folded",
        "all rules, as asked for",
    )
    (example,) = data["examples"]
    assert (example["before"]["due"], example["after"]["proof"]["due"]) == ("2026-05-26", "2026-06-01")
    (row,) = rows_of(icpm(*asked, "-f", "csv").out)
    assert (row["duty"], row["moves"], row["later"], row["overdue"]) == ("send_referral", "1", "1", "0")


def test_an_adoption_and_what_it_changes(icpm: Icpm, own: tuple[str, ...]) -> None:
    on = ("--on", "2026-05-28", "--rules", RULES)
    ran = icpm("adopt", RULES, *LONGER, *own, "--by", "supervisor:7", "--note", "a letter")
    assert (ran.code, ran.err) == (0, "")
    assert "by test, finished" in ran.out
    assert "by supervisor:7 (a letter), finished" in ran.out
    ran = icpm("overdue", *on, *LONGER, *own)
    assert (ran.err, "Send the referral" in ran.out) == ("", False)
    before = icpm("overdue", *on, *own)
    assert before.err.startswith("icpm: note: green goes by the rules testland, green county (")
    assert "see what these would change" not in before.err
    data = icpm("adopt", RULES, *own, "--status", "-f", "json").data
    assert [(row["author"], row["state"], row["left"]) for row in data["rows"]] == [
        ("test", "finished", 0),
        ("supervisor:7", "finished", 0),
    ]
    assert [row["note"] for row in rows_of(icpm("adopt", RULES, *own, "--status", "-f", "csv").out)] == ["", "a letter"]


def test_nobody_adopts_without_a_name(icpm: Icpm, own: tuple[str, ...]) -> None:
    ran = icpm("adopt", RULES, *own)
    assert (ran.code, "say who adopts these rules: --by WHO" in ran.err) == (Code.USAGE, True)
