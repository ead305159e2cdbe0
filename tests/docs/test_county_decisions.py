"""docs/county-decisions.md: its files load, its commands say what the page says, its table names every choice."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from icpm_engine.cli.app import run
from icpm_engine.rules.loading import load_pack

PAGE = (Path(__file__).parents[2] / "docs" / "county-decisions.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    for name in ("ICPM_COUNTY", "ICPM_RULES"):
        monkeypatch.delenv(name, raising=False)
    for title, name, text in BLOCK.findall(PAGE):
        if title == "yaml":
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        elif title == "python":
            exec(text, {})  # noqa: S102 - our own page
        else:
            for command, told in commands(text):
                run(shlex.split(command)[1:])
                said = capsys.readouterr()
                assert says(said.out + said.err, told), f"$ {command}\n{said.out}{said.err}"


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each command of a block, with what the page says that it prints."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, told = part.partition("\n")
        yield command, told


def says(printed: str, told: str) -> bool:
    """Whether these are the lines, whatever their spacing; `...` stands for anything, alone on a line for any lines."""
    lines = [r"(?:.*\n)*?" if line == "..." else _line(line) for line in told.splitlines()]
    return re.fullmatch("".join(lines), re.sub(r" +", " ", printed)) is not None


def _line(line: str) -> str:
    parts = re.sub(r" +", " ", line).split("...")
    return " ?" + ".*".join(re.escape(part.strip()) for part in parts) + " ?\n"


def test_the_table_names_choices_of_the_pack_and_none_of_the_agencies_is_left_out() -> None:
    table = PAGE.partition("## What is open")[0]
    pack = load_pack("california")
    wanted = {name for name, choice in pack.choices.items() if choice.arrangement or choice.area == "county_decisions"}
    named = {name for row in table.splitlines() if row.startswith("|") for name in re.findall(r"`(\w+)`", row)}
    assert wanted <= named <= set(pack.choices)


def test_the_table_says_what_a_rule_waits_for() -> None:
    choices = load_pack("california").choices
    for names, waits in re.findall(r"^\|[^|]+\| ([^|]+) \| (yes|no) \|$", PAGE, re.MULTILINE):
        assert {choices[name].arrangement for name in re.findall(r"`(\w+)`", names)} == {waits == "no"}


@pytest.mark.parametrize(("printed", "told"), [("a b\nc\n", "a c\n"), ("a\nb\n", "a\n"), ("a\n", "...\nb\n")])
def test_a_page_that_lies_is_found_out(printed: str, told: str) -> None:
    assert not says(printed, told)
