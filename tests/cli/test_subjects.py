"""What is owed for a person, from a shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.vocabulary import make
from tests.cli.command import Icpm
from tests.cli.conftest import RECORDED

ON = ("--on", "2026-03-10")


@pytest.fixture
def connecticut(tmp_path: Path) -> tuple[str, ...]:
    url, pack = f"sqlite:///{tmp_path / 'county.db'}", RulePack.load("connecticut")
    with Engine(url, pack, clock=lambda: RECORDED) as engine:
        for kind, values in (
            ("case_opened", {}),
            ("person_linked", {"person": "P-1"}),
            ("custody_entered", {"custody_id": "U-1", "how": "commitment"}),
        ):
            engine.record(make(pack.events[kind], "C-1", "2026-03-02", values), by="test")
    return ("--database", url, "--rules", "connecticut")


def test_a_case_and_its_person(icpm: Icpm, connecticut: tuple[str, ...]) -> None:
    case = icpm("case", "C-1", *ON, *connecticut, "-f", "json").data
    person = icpm("case", "P-1", "--about", "person", *ON, *connecticut, "-f", "json").data
    assert (case["about"], person["about"]) == ("case", "person")
    assert case["obligations"] == person["obligations"]
    (owed,) = person["obligations"]
    assert (owed["about"], owed["subject"], owed["due"]) == ("person", "P-1", "2026-04-01")
    assert "due 2026-04-01" in icpm("explain", owed["id"], *ON, *connecticut).out
    assert "Person P-1 on 2026-03-10" in icpm("case", "P-1", "--about", "person", *ON, *connecticut).out


def test_lists_of_one_kind_of_subject(icpm: Icpm, connecticut: tuple[str, ...]) -> None:
    def listed(about: str) -> list[str]:
        rows = icpm("due", "--about", about, *ON, *connecticut, "-f", "json").data["rows"]
        return [row["duty"] for row in rows]

    assert listed("person") == ["multidisciplinary_examination"]
    assert listed("case") == []


def test_the_timeline_and_the_next_steps_of_a_person(icpm: Icpm, connecticut: tuple[str, ...]) -> None:
    told = icpm("timeline", "P-1", "--about", "person", *connecticut)
    assert "Person P-1" in told.out
    assert "custody entered" in told.out
    steps = icpm("next", "P-1", "--about", "person", *ON, *connecticut, "-f", "json").data
    assert (steps["person"], [row["kinds"] for row in steps["rows"]]) == ("P-1", [["multidisciplinary_exam_completed"]])


def test_a_person_nobody_knows(icpm: Icpm, connecticut: tuple[str, ...]) -> None:
    ran = icpm("case", "P-9", "--about", "person", *connecticut)
    assert (ran.code, ran.err) == (5, "icpm: there is no person P-9 in connecticut\n")
