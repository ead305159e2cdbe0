"""`icpm county` and `icpm compare`."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from tests.cli.command import RULES, Icpm

HERE = ("--rules", str(RULES))


def test_what_is_settled_and_what_is_open(icpm: Icpm) -> None:
    ran = icpm("county", "green", *HERE)
    assert ran.code == 0
    assert "green county, testland: 1 settled, 2 open" in ran.out
    for words in ("5 federal days", "The law of Testland", "duty join_team: starts", "if nurse: starts: never"):
        assert words in ran.out


def test_a_pack_without_a_county_is_open_everywhere(icpm: Icpm) -> None:
    data = icpm("county", *HERE, "-f", "json").data
    assert (data["county"], data["settled"], data["open"]) == (None, 0, 3)
    assert [row["choice"] for row in data["rows"]] == ["limit", "join_limit", "who_joins"]
    (hanging,) = data["rows"][0]["hangs"]
    assert (hanging["rule"], hanging["parts"], hanging["readings"]) == ("send_referral", ["due"], {})


def test_a_settlement_of_the_question_is_shown_as_such(icpm: Icpm) -> None:
    data = icpm("county", "green", *HERE, "--settle", "who_joins=nurse", "-f", "json").data
    (row,) = (row for row in data["rows"] if row["choice"] == "who_joins")
    assert (row["open"], row["settled"][0]["value"]) == (False, "nurse")
    assert row["settled"][0]["authority"] == "given for this question only"


def test_arrangements_stand_apart(icpm: Icpm) -> None:
    ran = icpm("county", "orange")
    assert ran.code == 0
    assert "Open, and moves no date" in ran.out
    assert ran.out.index("[point_people]") > ran.out.index("[referral_limit]")


def test_one_area(icpm: Icpm) -> None:
    data = icpm("county", "shasta", "--area", "referral", "-f", "json").data
    assert {row["area"] for row in data["rows"]} == {"referral"}
    ran = icpm("county", "shasta", "--area", "referal")
    assert ran.code == 2
    assert "did you mean 'referral'?" in ran.err


def test_a_row_for_each_choice(icpm: Icpm) -> None:
    rows = list(csv.DictReader(io.StringIO(icpm("county", "green", *HERE, "-f", "csv").out)))
    assert [(row["choice"], row["open"]) for row in rows] == [
        ("limit", "no"),
        ("join_limit", "yes"),
        ("who_joins", "yes"),
    ]
    assert rows[0]["settled"] == "5 federal days (The law of Testland, section 1)"
    assert rows[1]["hangs"] == "join_team: due"


@pytest.mark.parametrize(
    "command", [("county", "shsta"), ("compare", "california", "shsta"), ("compare", "shsta", "orange")]
)
def test_a_county_that_is_not_there(icpm: Icpm, command: tuple[str, ...]) -> None:
    ran = icpm(*command)
    assert ran.code == 3
    assert "did you mean 'shasta'?" in ran.err


def test_a_county_against_its_pack(icpm: Icpm) -> None:
    ran = icpm("compare", "testland", "green", *HERE)
    assert ran.code == 0
    assert "From testland to green: 0 added, 0 removed, 1 changed" in ran.out
    assert "5 federal days" in ran.out
    data = icpm("compare", "testland", "green", *HERE, "-f", "json").data
    (row,) = data["rows"]
    assert (row["kind"], row["name"], row["before"]) == ("settlement", "limit", "open")
    (line,) = csv.DictReader(io.StringIO(icpm("compare", "testland", "green", *HERE, "-f", "csv").out))
    assert (line["part"], line["change"]) == ("settled", "changed")


def test_two_folders(icpm: Icpm, tmp_path: Path) -> None:
    newer = tmp_path / "testland"
    shutil.copytree(RULES, newer)
    text = (newer / "screening.yaml").read_text("utf-8")
    (newer / "screening.yaml").write_text(text.replace("within: 30 days", "within: 45 days"), "utf-8")
    ran = icpm("compare", RULES, newer, "--strict")
    assert ran.code == 1
    (row,) = icpm("compare", RULES, newer, "-f", "json").data["rows"]
    assert (row["name"], row["part"]) == ("first_screening", "due")
    assert (row["before"], row["after"]) == ("30 days after the start", "45 days after the start")
    assert row["place"].startswith(f"{newer}/screening.yaml:")


def test_no_difference(icpm: Icpm) -> None:
    ran = icpm("compare", "shasta", "california:shasta", "--strict")
    assert (ran.code, ran.out.strip()) == (0, "From shasta to california:shasta: no difference")


def test_counties_of_two_packs_and_two_days_of_one(icpm: Icpm) -> None:
    assert icpm("compare", "orange", "north-carolina:orange").code == 0
    found = icpm("compare", "california@2025-12-31", "california@2026-01-01", "-f", "json").data
    assert (found["first"], found["removed"]) == ("california@2025-12-31", 0)
    assert "ip_cans" in {row["name"] for row in found["rows"] if row["change"] == "added"}


def test_a_day_that_is_none(icpm: Icpm) -> None:
    ran = icpm("compare", "california@2026-02-30", "california")
    assert ran.code == 2
    assert "expected a day after the @, like california@2026-01-01" in " ".join(ran.err.split())
