"""`icpm status` and `icpm hearing`: for a reader, as text, page or data; and the plan with what has no limit."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from icpm_engine import Engine
from tests.cli.command import Icpm
from tests.reports.stories import PACK, story

ON = ("--on", "2026-03-30")
HEARING = ("hearing", "C-1", "2026-05-20")
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "answers.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def shasta(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The options that name a database with one child's story."""
    url = f"sqlite:///{tmp_path_factory.mktemp('reports') / 'county.db'}"
    with Engine(url, PACK, clock=lambda: 1_774_900_000) as engine:
        engine.record(*story(), by="w")
    return ("--database", url, "--county", "shasta")


def test_the_status_for_a_family_in_spanish(icpm: Icpm, shasta: tuple[str, ...]) -> None:
    ran = icpm("status", "C-1", "--for", "family", "--language", "es", *ON, *shasta)
    assert ran.code == 0
    for words in ("Dónde está la ayuda para su hijo\n", "* Pedir ayuda a salud mental", "A quién llamar: Bay Clinic"):
        assert words in ran.out
    assert "no se conoce un plazo verificado" in ran.out


def test_the_hearing_as_a_page_in_large_print(icpm: Icpm, shasta: tuple[str, ...]) -> None:
    ran = icpm(*HEARING, "--for", "judge", "--large-print", "--format", "html", *ON, *shasta)
    assert ran.code == 0
    assert ran.out.isascii()
    assert '<html lang="en" class="large">' in ran.out
    assert "how things go, at six months" in ran.out


def test_the_plan_says_what_has_no_verified_limit(icpm: Icpm, shasta: tuple[str, ...]) -> None:
    ran = icpm("plan", "C-1", "--for", "caregiver", *ON, *shasta)
    assert "What has no verified limit\n" in ran.out
    assert "* Meet as a team at least every six months\n" in ran.out
    data = icpm("plan", "C-1", "--for", "caregiver", *ON, *shasta, "--format", "json").data
    assert "team_meeting_regular" in {one["duty"] for one in data["no_verified_limit"]}


@pytest.mark.parametrize(("command", "answer"), [(("status", "C-1"), "Status"), (HEARING, "Hearing")])
def test_both_as_data_are_the_published_answers(
    icpm: Icpm, shasta: tuple[str, ...], command: tuple[str, ...], answer: str
) -> None:
    data = icpm(*command, "--for", "social_worker", *ON, *shasta, "--format", "json").data
    jsonschema.Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{answer}"}]}).validate(data)
    assert (data["case"], data["reader"], data["on"]) == ("C-1", "social_worker", "2026-03-30")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("status", "C-1"), 2, "--for"),
        (("status", "C-9", "--for", "family"), 5, "there is no case C-9"),
        (("status", "C-1", "--for", "family", "--large-print"), 2, "expected --format html or pdf"),
        (("hearing", "C-1", "--for", "judge"), 2, "DATE"),
        (("hearing", "C-1", "some day", "--for", "judge"), 4, "found 'some day' as a day"),
        ((*HEARING, "--for", "judge", "--language", "fr"), 2, "there is no language 'fr'"),
    ],
)
def test_wrong_use_is_told(
    icpm: Icpm, shasta: tuple[str, ...], arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = icpm(*arguments, *shasta)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
