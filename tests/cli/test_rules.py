from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from icpm_engine.rules.packs import county_names, pack_names
from tests.cli.command import RULES, STORIES, Icpm


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The pack with two mistakes in it."""
    folder = tmp_path / "broken"
    shutil.copytree(RULES, folder, ignore=shutil.ignore_patterns("counties"))
    text = (folder / "screening.yaml").read_text("utf-8")
    text = text.replace(
        "starts: case_opened\n    while: case.open\n    due: {within: 30", "starts: case_opend\n    due: {within: 30"
    )
    (folder / "screening.yaml").write_text(text.replace("met: mh_joined", "mett: mh_joined"), "utf-8")
    return folder


def test_a_sound_pack_is_counted(icpm: Icpm) -> None:
    ran = icpm("check", RULES, "--county", "green")
    assert ran.code == 0
    assert "2 files: 4 duties, 2 lifecycles, 5 facts, 3 choices, 1 source, 1 calendar" in ran.out
    assert "testland, green county: 0 errors, 0 remarks" in ran.out


def test_rules_that_are_off_and_choices_that_are_open_are_listed(icpm: Icpm) -> None:
    data = icpm("check", RULES, "-f", "json").data
    assert [(rule["rule"], rule["reason"]) for rule in data["off"]] == [("old_rule", "unverified")]
    assert [choice["choice"] for choice in data["open_choices"]] == ["limit", "join_limit", "who_joins"]
    assert data["counties"] == ["green", "grey"]
    assert data["rules"]["duties"] == 4
    settled = icpm("check", RULES, "--county", "green", "--settle", "who_joins=nurse", "-f", "json").data
    assert [choice["choice"] for choice in settled["open_choices"]] == ["join_limit"]


def test_every_error_is_told_with_its_place(icpm: Icpm, broken: Path) -> None:
    ran = icpm("check", broken)
    assert ran.code == 3
    assert "did you mean 'case_opened'?" in ran.out
    assert "did you mean 'met'?" in ran.out
    assert ran.out.count(f"{broken}/screening.yaml:") >= 2
    rows = list(csv.DictReader(io.StringIO(icpm("check", broken, "-f", "csv").out)))
    assert {row["kind"] for row in rows} == {"error"}
    assert all(int(row["line"]) > 0 for row in rows)


def test_remarks_are_found_by_a_strict_check_only(icpm: Icpm) -> None:
    ran = icpm("check", RULES, "--county", "grey")
    assert ran.code == 0
    assert "remark: " in ran.out
    assert icpm("check", RULES, "--county", "grey", "--strict").code == 1


def test_what_no_story_tells_of_is_remarked_on(icpm: Icpm, tmp_path: Path) -> None:
    """A rule, and a day next to a change; each with the place of its rule."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.yaml").write_text(
        "zone: America/Denver\nroles: {w: W}\nsources: {s: {title: S}}\n"
        "defaults: {owner: w, authority: s, again: ignored, due: open}\nduties:\n"
        "  a: {label: A, starts: case_opened, met: mh_joined, in_force: {from: 2026-01-02}}\n"
        "  b: {label: B, starts: case_opened, met: team_formed}\n"
    )
    story = tmp_path / "story.yaml"
    story.write_text(
        "name: A story\npack: own\nevents: [{on: 2026-01-02, case_opened: {}}]\nexpect: [{on: 2026-01-02, open: [a]}]"
    )
    own = tmp_path / "own"
    ran = icpm("check", own, "--stories", story, "--root", tmp_path, "--strict", "-f", "json")
    assert ran.code == 1
    assert [(one["line"], one["message"]) for one in ran.data["remarks"]] == [
        (7, "no story tells of b"),
        (6, "no story tells of a on 2026-01-01 (not in force)"),
    ]
    assert icpm("check", own, "--strict").code == 0


@pytest.mark.parametrize("county", [None, *county_names("california")])
def test_the_packs_that_come_with_the_library_are_sound(icpm: Icpm, county: str | None) -> None:
    assert "california" in pack_names()
    assert icpm("check", "california", *(("--county", county) if county else ())).code == 0


@pytest.mark.parametrize("pack", ["californa", "./nowhere", "/dev/null"])
def test_a_pack_that_is_not_there(icpm: Icpm, pack: str) -> None:
    ran = icpm("check", pack)
    assert ran.code == 3
    assert "1 error" in ran.out


def test_sources_are_listed_with_who_cites_them(icpm: Icpm) -> None:
    ran = icpm("sources", RULES, "--county", "green", "--on", "2026-06-30")
    assert ran.code == 0
    assert "Sources of testland, green county, 2026-06-30: 1" in ran.out
    data = icpm("sources", RULES, "--on", "2026-06-30", "-f", "json").data
    assert data["overdue"] == 0
    assert data["rows"][0]["title"] == "The law of Testland, section 1"
    assert "choice who_joins" in data["rows"][0]["cited_by"]
    assert len(list(csv.DictReader(io.StringIO(icpm("sources", RULES, "-f", "csv").out)))) == 1


def test_an_agreement_past_its_term_is_told(icpm: Icpm, tmp_path: Path) -> None:
    folder = tmp_path / "land"
    shutil.copytree(RULES, folder)
    (folder / "mou.yaml").write_text(
        "sources: {mou: {title: M, kind: agreement, parties: [A, B],"
        " term: {until: 2026-06-29}, review: {by: 2026-06-30}}}"
    )
    ran = icpm("sources", folder, "--on", "2026-06-30")
    assert "between A and B" in ran.out
    assert "past its term, which ended on 2026-06-29" in ran.out
    assert "past its review" not in ran.out
    assert "1 is past the term or the review" in ran.out
    past = icpm("sources", folder, "--on", "2026-06-30", "--past", "-f", "json").data
    assert [row["name"] for row in past["rows"]] == ["mou"]


def test_a_day_that_is_none(icpm: Icpm) -> None:
    ran = icpm("sources", RULES, "--on", "tomorrow")
    assert ran.code == 2
    assert "found --on 'tomorrow', expected a day like 2026-04-01" in ran.err


def test_a_pack_and_its_counties_are_written_as_pages(icpm: Icpm, tmp_path: Path) -> None:
    ran = icpm("docs", RULES, "--out", tmp_path / "pages")
    assert ran.code == 0
    assert "24 pages; packs and counties: 3" in ran.out
    assert "[Green County, Testland](testland/counties/green/README.md)" in (tmp_path / "pages/README.md").read_text()


def test_one_county_is_written_as_pages(icpm: Icpm, tmp_path: Path) -> None:
    data = icpm("docs", RULES, "--county", "green", "--out", tmp_path, "-f", "json").data
    assert data["packs"] == 1
    assert {"file": "README.md", "lines": 7} in data["rows"]
    assert all((tmp_path / row["file"]).is_file() for row in data["rows"])


def test_a_county_has_no_pages_without_its_pack(icpm: Icpm, tmp_path: Path) -> None:
    ran = icpm("docs", "--county", "shasta", "--out", tmp_path)
    assert ran.code == 2
    assert "expected 'icpm docs PACK --county shasta'" in ran.err


def test_lifecycles_are_drawn(icpm: Icpm) -> None:
    ran = icpm("diagram", "--rules", RULES)
    assert ran.code == 0
    assert ran.out.count("stateDiagram-v2") == 2
    assert "not_screened --> positive: screening completed where result is positive" in ran.out
    assert 'state "Need found" as positive' in ran.out
    one = icpm("diagram", "screening", "--rules", RULES, "-f", "json").data
    assert [row["lifecycle"] for row in one["rows"]] == ["screening"]


def test_a_lifecycle_that_is_none(icpm: Icpm) -> None:
    ran = icpm("diagram", "screning", "--rules", RULES)
    assert ran.code == 2
    assert "did you mean 'screening'?" in ran.err


def test_stories_that_hold(icpm: Icpm) -> None:
    ran = icpm("run", STORIES / "holds.yaml", "--root", RULES.parent)
    assert ran.code == 0
    assert "1 scenario: 1 came out as expected" in ran.out


def test_a_story_that_fails_says_what_was_expected_what_came_and_why(icpm: Icpm) -> None:
    ran = icpm("run", STORIES, "--root", RULES.parent)
    assert ran.code == 1
    assert "2 scenarios: 1 came out as expected, 1 did not" in ran.out
    for words in ("fails.yaml:9", "expected: open and due 2026-05-25", "running, due 2026-05-26", "Memorial Day"):
        assert words in ran.out
    data = icpm("run", STORIES, "--root", RULES.parent, "-f", "json").data
    assert (data["scenarios"], data["failed"], data["broken"]) == (2, 1, 0)
    assert data["failures"][0]["expected"] == "open and due 2026-05-25"
    (row,) = csv.DictReader(io.StringIO(icpm("run", STORIES, "--root", RULES.parent, "-f", "csv").out))
    assert row["scenario"].endswith("fails.yaml")


def test_a_story_that_cannot_be_run_is_told_beside_the_others(icpm: Icpm, tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text("name: Odd\nexpects: []\n", "utf-8")
    ran = icpm("run", tmp_path, STORIES / "holds.yaml", "--root", RULES.parent)
    assert ran.code == 3
    assert "odd.yaml:2:1" in ran.out
    assert "1 came out as expected, 1 cannot be run" in ran.out


def test_a_folder_without_stories(icpm: Icpm, tmp_path: Path) -> None:
    ran = icpm("run", tmp_path)
    assert ran.code == 2
    assert "no scenario file" in ran.err
