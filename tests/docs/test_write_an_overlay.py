"""The page that writes a county's overlay works as it stands: files written, commands run, answers compared."""

from __future__ import annotations

import doctest
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from icpm_engine.cli.app import run
from icpm_engine.cli.codes import Code
from tests.docs.pages import ROOT, fenced

PAGE = ROOT / "docs" / "write-an-overlay.md"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FILES = ("yaml", "csv")


@attrs.frozen
class Command:
    """A line that is typed, and what the page says is answered; `...` stands for anything."""

    typed: str
    answer: str


def commands(text: str) -> Iterator[Command]:
    """The commands of a console block, each with its answer."""
    for part in f"\n{text}".split("\n$ ")[1:]:
        typed, _, answer = part.partition("\n")
        yield Command(typed, answer)


def done(page: Path, said: pytest.CaptureFixture[str], environment: pytest.MonkeyPatch) -> Iterator[str]:
    """Do what a page says in the working folder; yields what comes out otherwise than it says."""
    for line, title, text in fenced(page):
        kind, _, rest = title.partition(" ")
        if kind in FILES:
            Path(rest).parent.mkdir(parents=True, exist_ok=True)
            Path(rest).write_text(text, "utf-8")
            continue
        assert kind == "console", f"{page.name}:{line}: a block is a console, or a file with its path; found {title!r}"
        codes = [answered(command, said, environment) for command in commands(text)]
        yield from (f"{page.name}:{line}: {words}" for _, words in codes if words)
        if any(code for code, _ in codes) != (rest == "fails"):
            yield f"{page.name}:{line}: one of the commands ended with {[code for code, _ in codes]}"


def answered(command: Command, said: pytest.CaptureFixture[str], environment: pytest.MonkeyPatch) -> tuple[int, str]:
    """The exit code of a command, and what it answers otherwise than the page says."""
    program, *words = shlex.split(command.typed)
    said.readouterr()
    code: int = Code.FINE
    if program == "export":
        environment.setenv(*words[0].split("=", 1))
    elif program == "rm":
        os.remove(words[0])  # noqa: PTH107 - as the shell does it
    else:
        assert program == "icpm", f"only icpm, export and rm are run; found {command.typed!r}"
        code = run(words)
    told = said.readouterr()
    found = told.out + told.err
    if doctest.OutputChecker().check_output(command.answer + "\n", found, FLAGS):
        return code, ""
    return code, f"$ {command.typed}\nanswers\n{found}\nwhere the page says\n{command.answer}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, without what this machine's environment would say."""
    for name in ("ICPM_DATABASE", "ICPM_COUNTY", "ICPM_RULES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_the_overlay_of_the_page_is_written_and_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\n\n".join(done(PAGE, capsys, monkeypatch)) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("```console\n$ icpm --version\nicpm 99\n```\n", "page.md:1: $ icpm --version\nanswers\nicpm "),
        ("```console\n$ icpm check nowhere\n...\n```\n", "ended with"),
        ("```console fails\n$ icpm --version\n...\n```\n", "ended with"),
        ("```sh\nls\n```\n", "a block is a console, or a file with its path"),
    ],
)
def test_a_page_that_lies_is_found_out(
    text: str, told: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "page.md").write_text(text, "utf-8")
    try:
        found = "\n".join(done(folder / "page.md", capsys, monkeypatch))
    except AssertionError as error:
        found = str(error)
    assert told in found
