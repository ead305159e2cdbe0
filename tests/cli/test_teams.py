"""`icpm team` and `icpm meeting`: for a reader, as text, page or data."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.vocabulary import CaseOpened, CftScheduled, MemberJoined
from tests.cli.command import Icpm

ON = ("--on", "2026-03-12")
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "answers.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def shasta(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The options that name a database with one team and its next meeting."""
    url = f"sqlite:///{tmp_path_factory.mktemp('teams') / 'county.db'}"
    with Engine(url, RulePack.load("california", county="shasta"), clock=lambda: 1_782_860_400) as engine:
        engine.record(
            CaseOpened(case="C-1", occurred="2026-03-01"),
            MemberJoined(case="C-1", occurred="2026-03-03", member_id="rosa", role="mother", side="family"),
            CftScheduled(case="C-1", occurred="2026-03-10", meeting_id="M", date="2026-04-06T16:30", place="<library>"),
            by="w",
        )
    return ("--database", url, "--county", "shasta")


def test_the_team_for_a_reader_in_another_language(icpm: Icpm, shasta: tuple[str, ...]) -> None:
    ran = icpm("team", "C-1", "--for", "family", "--language", "es", *ON, *shasta)
    assert ran.code == 0
    assert "Quién: rosa; Qué es: madre" in ran.out
    assert "6 de abril de 2026, 4:30 p. m." in ran.out


def test_the_meeting_as_a_page_in_large_print(icpm: Icpm, shasta: tuple[str, ...]) -> None:
    ran = icpm("meeting", "C-1", "--for", "youth", "--large-print", "--format", "html", *ON, *shasta)
    assert ran.code == 0
    assert ran.out.isascii()
    assert '<html lang="en" class="large">' in ran.out
    assert "&lt;library&gt;" in ran.out


@pytest.mark.parametrize(("command", "answer"), [("team", "TeamAnswer"), ("meeting", "MeetingAnswer")])
def test_both_as_data_are_the_published_answers(icpm: Icpm, shasta: tuple[str, ...], command: str, answer: str) -> None:
    data = icpm(command, "C-1", "--for", "social_worker", *ON, *shasta, "--format", "json").data
    jsonschema.Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{answer}"}]}).validate(data)
    assert data["reader"] == "social_worker"


@pytest.mark.parametrize(
    ("command", "arguments", "code", "said"),
    [
        ("team", ("C-1",), 2, "--for"),
        ("meeting", ("C-1", "--for", "family", "--language", "fr"), 2, "there is no language 'fr'"),
        ("meeting", ("C-9", "--for", "family"), 5, "there is no case C-9"),
    ],
)
def test_wrong_use_is_told(
    icpm: Icpm, shasta: tuple[str, ...], command: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = icpm(command, *arguments, *shasta)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
