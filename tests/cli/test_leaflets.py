"""`icpm leaflet`: as text, page or data."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.cli.command import Icpm

ON = ("--on", "2026-11-20")
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "answers.json").read_text("utf-8"))


def test_the_leaflet_of_a_county_as_a_page_in_spanish(icpm: Icpm) -> None:
    ran = icpm("leaflet", "shasta", "--language", "es", "--large-print", "--format", "html", *ON)
    assert ran.code == 0
    assert ran.out.isascii()
    assert '<html lang="es" class="large">' in ran.out
    assert "<bdi>Shasta</bdi>" in ran.out


def test_the_leaflet_as_data_is_the_published_answer(icpm: Icpm) -> None:
    data = icpm("leaflet", "orange", "--rules", "north-carolina", *ON, "--format", "json").data
    jsonschema.validate(data, {**SCHEMA, "anyOf": [{"$ref": "#/$defs/Leaflet"}]})
    assert (data["pack"], data["county"], data["meetings"]) == ("north-carolina", "orange", [])


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("shastta",), 3, "did you mean 'shasta'"),
        (("shasta", "--language", "fr"), 2, "there is no language 'fr'"),
        (("shasta", "--on", "today"), 2, "found --on 'today', expected a day"),
        (("shasta", "--large-print"), 2, "expected --format html or pdf"),
    ],
)
def test_wrong_use_is_told(icpm: Icpm, arguments: tuple[str, ...], code: int, said: str) -> None:
    ran = icpm("leaflet", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
