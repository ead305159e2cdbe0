"""`icpm run`: scenarios, dated stories with expected answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from icpm_engine.cli import options as o


def run(
    scenarios: Annotated[
        list[Path], typer.Argument(metavar="FILE|FOLDER...", exists=True, help="Scenario files, or folders of them.")
    ],
    *,
    root: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", exists=True, file_okay=False, help="A folder of rule packs of your own."),
    ] = None,
    form: o.Format = o.Form.TABLE,
) -> None:
    """Run scenarios: what came out otherwise than it should, why.

    Exits with 1 if a scenario failed, with 3 if one cannot be run. --format csv has the failures.
    """
    from icpm_engine.cli import running

    code = running.run(scenarios, root, form)
    if code:
        raise typer.Exit(code)
