"""Pages that are done as they stand: their files written, their commands run, their answers compared."""

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
from tests.docs.pages import fenced

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FILES = ("yaml", "csv")


@attrs.frozen
class Command:
    """A line that is typed, and what the page says is answered; `...` stands for anything."""

    typed: str
    answer: str


@attrs.frozen
class Console:
    """Where a page is done: an empty folder, and what the commands print."""

    folder: Path
    said: pytest.CaptureFixture[str]
    environment: pytest.MonkeyPatch

    def do(self, page: Path) -> str:
        """Do what a page says; what comes out otherwise than it says, nothing if all of it is true."""
        return "\n\n".join(self._wrong(page))

    def _wrong(self, page: Path) -> Iterator[str]:
        for line, title, text in fenced(page):
            kind, _, rest = title.partition(" ")
            if kind in FILES:
                path = self.folder / rest
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            elif kind == "python":
                exec(text, {})  # noqa: S102 - our own pages
            else:
                assert kind == "console", (
                    f"{page.name}:{line}: expected a console or a file with its path, not {title!r}"
                )
                yield from (f"{page.name}:{line}: {wrong}" for wrong in self._answers(text, fails=rest == "fails"))

    def _answers(self, text: str, *, fails: bool) -> Iterator[str]:
        codes = []
        for command in commands(text):
            code, found = self.run(command.typed)
            codes.append(code)
            if not doctest.OutputChecker().check_output(command.answer + "\n", found, FLAGS):
                yield f"$ {command.typed}\nanswers\n{found}\nwhere the page says\n{command.answer}"
        if any(codes) != fails:
            yield f"the commands ended with {codes}"

    def run(self, typed: str) -> tuple[int, str]:
        """The exit code of a command, and what it prints."""
        program, *words = shlex.split(typed)
        self.said.readouterr()
        code: int = Code.FINE
        if program == "export":
            self.environment.setenv(*words[0].split("=", 1))
        elif program == "rm":
            os.remove(words[0])  # noqa: PTH107 - as the shell does it
        else:
            assert program == "icpm", f"only icpm, export and rm are run; found {typed!r}"
            code = run(words)
        told = self.said.readouterr()
        return code, told.out + told.err


def commands(text: str) -> Iterator[Command]:
    """The commands of a console block, each with its answer."""
    for part in f"\n{text}".split("\n$ ")[1:]:
        typed, _, answer = part.partition("\n")
        yield Command(typed, answer)
