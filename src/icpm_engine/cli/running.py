"""Scenarios, run and printed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs
import typer
from rich.console import Console

from icpm_engine.cli.codes import Code
from icpm_engine.cli.options import Form
from icpm_engine.cli.printing import publish, text
from icpm_engine.errors import PackError, ScenarioError
from icpm_engine.scenarios.comparing import Failure
from icpm_engine.scenarios.runner import run_file, scenario_files


@attrs.frozen
class Failed:
    """An expectation that did not come true, or (with `expected` empty) a scenario that cannot be run."""

    scenario: str
    line: int | None
    when: str
    about: str
    expected: str
    got: str
    proof: str


@attrs.frozen
class Ran:
    """What running scenarios found."""

    scenarios: int
    failed: int
    broken: int
    failures: tuple[Failed, ...]


COLUMNS: Final = tuple(field.name for field in attrs.fields(Failed))


def run(paths: Sequence[Path], root: Path | None, form: Form) -> Code:
    """Run every scenario file, print what failed, and say how to exit. Raises BadParameter if there is none."""
    files = list(dict.fromkeys(file for path in paths for file in scenario_files(path)))
    if not files:
        raise typer.BadParameter(f"there is no scenario file (*.yaml) in {', '.join(map(str, paths))}")
    reports: list[str] = []
    failures: list[Failed] = []
    failed = broken = 0
    for file in files:
        try:
            found = run_file(file, root=root)
        except (ScenarioError, PackError) as error:
            broken += 1
            reports.append(str(error))
            failures.append(Failed(str(file), None, "", str(error), "", "cannot be run", ""))
            continue
        failed += bool(found)
        reports += map(str, found)
        failures += [_failed(file, one) for one in found]
    ran = Ran(len(files), failed, broken, tuple(failures))
    publish(form, ran, COLUMNS, failures, lambda console: _words(ran, reports, console))
    return Code.RULES if broken else Code.FOUND if failed else Code.FINE


def _failed(file: Path, one: Failure) -> Failed:
    return Failed(str(file), one.mark.line, one.when, one.about, one.expected, one.got, one.proof)


def _words(ran: Ran, reports: Sequence[str], console: Console) -> None:
    for report in reports:
        console.print(text(report), soft_wrap=True)
        console.print()
    came = ran.scenarios - ran.failed - ran.broken
    words = f"{ran.scenarios} scenario{'s' if ran.scenarios > 1 else ''}: {came} came out as expected"
    words += f", {ran.failed} did not" if ran.failed else ""
    words += f", {ran.broken} cannot be run" if ran.broken else ""
    console.print(text(words, "bold"))
