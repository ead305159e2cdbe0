"""`icpm demo`: the main job from end to end, on invented data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    *,
    folder: Annotated[
        Path | None, typer.Option(metavar="FOLDER", file_okay=False, help="Where to work; else a new temporary folder.")
    ] = None,
    county: Annotated[str, typer.Option(metavar="NAME", help="Whose overlay of the rules.")] = "shasta",
    events: Annotated[int, typer.Option(min=100, max=1_000_000, metavar="N", help="About how many events.")] = 2_000,
    seed: Annotated[int, typer.Option(metavar="S", help="Another seed, another county.")] = 1,
) -> None:
    """See it work from end to end, on invented data.

    Imports a messy extract into a new SQLite file, lists what is due and overdue, and proves the most overdue date.
    """
    from icpm_engine.cli import demonstration

    demonstration.demo(folder, county, events, seed)
