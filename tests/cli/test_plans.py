"""`icpm plan`: the one plan for one of its readers, as text, page or data."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import jsonschema
import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.cli.app import run
from icpm_engine.cli.plans import Reader
from icpm_engine.plan import SIDES
from icpm_engine.vocabulary import CaseOpened, NeedNamed
from tests.cli.command import Icpm

ON = ("--on", "2026-06-30")
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "answers.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def shasta(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """The options that name a database with one plan: a shared need, and one that the clinic keeps to itself."""
    url = f"sqlite:///{tmp_path_factory.mktemp('plans') / 'county.db'}"
    ours = NeedNamed(
        case="C-1",
        occurred="2026-03-02",
        line_id="n1",
        text="Dormir <toda> la noche",
        words_of="mother",
        by="family",
        shared=True,
    )
    theirs = NeedNamed(
        case="C-1", occurred="2026-03-05", line_id="n2", text="Talk about what happened", by="mental_health"
    )
    anew = attrs.evolve(ours, occurred="2026-03-09", text="Dormir <casi> toda la noche")
    with Engine(url, RulePack.load("california", county="shasta"), clock=lambda: 1_782_860_400) as engine:
        engine.record(CaseOpened(case="C-1", occurred="2026-03-01"), ours, theirs, anew, by="w")
    return ("--database", url, "--county", "shasta")


def test_the_plan_as_text_for_a_reader(icpm: Icpm, shasta: tuple[str, ...]) -> None:
    ran = icpm("plan", "C-1", "--for", "family", *ON, *shasta)
    assert ran.code == 0
    for words in ("Your family's plan\n", "What is needed\n", "* “Dormir <casi> toda la noche”", "mother"):
        assert words in ran.out
    assert "Talk about what happened" not in ran.out
    assert "Talk about what happened" in icpm("plan", "C-1", "--for", "clinician", *ON, *shasta).out


def test_the_plan_of_an_earlier_day_in_another_language(icpm: Icpm, shasta: tuple[str, ...]) -> None:
    ran = icpm("plan", "C-1", "--for", "youth", "--on", "2026-03-03", "--language", "es", *shasta)
    assert "«Dormir <toda> la noche»" in ran.out
    assert "3 de marzo de 2026" in ran.out


def test_the_plan_as_a_page(icpm: Icpm, shasta: tuple[str, ...]) -> None:
    options = ("--for", "family", "--language", "es", "--large-print", "--format", "html")
    ran = icpm("plan", "C-1", *options, *ON, "--known-at", "2026-06-30", *shasta)
    assert ran.code == 0
    assert ran.out.isascii()
    assert ran.out.startswith("<!doctype html>\n")
    assert '<html lang="es" class="large">' in ran.out
    assert "Dormir &lt;casi&gt; toda la noche" in ran.out


@pytest.mark.parametrize("reader", Reader)
def test_the_plan_as_data_is_the_published_answer(icpm: Icpm, shasta: tuple[str, ...], reader: Reader) -> None:
    data = icpm("plan", "C-1", "--for", reader, *ON, *shasta, "--format", "json").data
    jsonschema.Draft202012Validator({**SCHEMA, "anyOf": [{"$ref": "#/$defs/PlanAnswer"}]}).validate(data)
    assert (data["reader"], data["plan"]["case"], data["plan"]["on"]) == (reader, "C-1", "2026-06-30")


def test_what_changed_version_by_version(icpm: Icpm, shasta: tuple[str, ...]) -> None:
    ran = icpm("plan", "C-1", "--for", "clinician", "--versions", *ON, *shasta)
    for words in (
        "How the plan has changed\n",
        "Version 1, March 2, 2026\n------------------------\n* “Dormir <toda> la noche”\n",
        "Version 2, March 5, 2026\n",
        "* Talk about what happened\n  Kind: Need\n  What changed: new\n",
        "* “Dormir <casi> toda la noche”\n  Kind: Need\n  Before: “Dormir <toda> la noche”\n",
    ):
        assert words in ran.out
    page = icpm("plan", "C-1", "--for", "family", "--versions", "--language", "es", "-f", "html", *ON, *shasta).out
    assert '<h2 id="version-3">Versi&#243;n 3, 9 de marzo de 2026</h2>' in page
    assert "Talk about" not in page
    rows = icpm("plan", "C-1", "--for", "family", "--versions", *ON, *shasta, "-f", "json").data["rows"]
    assert [row["number"] for row in rows] == [1, 3]  # the second held nothing that the family may read
    until = ("--on", "2026-03-08")
    rows = icpm("plan", "C-1", "--for", "family", "--versions", *until, *shasta, "-f", "json").data["rows"]
    assert [row["number"] for row in rows] == [1]


def test_the_plan_as_a_pdf_goes_to_a_file_or_down_a_pipe(
    shasta: tuple[str, ...], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    asked = ("plan", "C-1", "--for", "family", "--format", "pdf", *ON, *shasta)
    file = tmp_path / "plan.pdf"
    assert run((*asked, "--out", str(file))) == 0
    assert (capfdbinary.readouterr().out, file.read_bytes()[:5]) == (b"", b"%PDF-")
    assert run(asked) == 0
    assert capfdbinary.readouterr().out == file.read_bytes()


def test_a_page_goes_to_a_file(icpm: Icpm, shasta: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "plan.html"
    asked = ("plan", "C-1", "--for", "family", "--format", "html", *ON, *shasta)
    assert icpm(*asked, "--out", str(file)).out == ""
    assert file.read_text("utf-8") == icpm(*asked).out


def test_a_terminal_is_not_sent_a_pdf(icpm: Icpm, shasta: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("icpm_engine.cli.sheets.at_a_terminal", lambda: True)
    ran = icpm("plan", "C-1", "--for", "family", "--format", "pdf", *ON, *shasta)
    assert (ran.code, ran.out) == (2, "")
    assert "expected --out FILE, or > FILE" in ran.err


def test_the_readers_are_those_of_the_plan() -> None:
    assert [reader.value for reader in Reader] == list(SIDES)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("C-1",), 2, "--for"),
        (("C-1", "--for", "grandma"), 2, "grandma"),
        (("C-1", "--for", "family", "--language", "fr"), 2, "there is no language 'fr'; known are en, es"),
        (("C-1", "--for", "family", "--large-print"), 2, "expected --format html or pdf"),
        (("C-1", "--for", "family", "--out", "/nowhere/plan.txt"), 2, "/nowhere/plan.txt"),
        (("C-9", "--for", "family"), 5, "there is no case C-9"),
        (("C-1", "--for", "family", "--on", "yesterday"), 4, "yesterday"),
    ],
)
def test_wrong_use_is_told(
    icpm: Icpm, shasta: tuple[str, ...], arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = icpm("plan", *arguments, *shasta)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
