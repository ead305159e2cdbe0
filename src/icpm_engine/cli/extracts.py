"""`icpm import` and `icpm simulate`: a county's extract in, an invented one out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from icpm_engine.cli import options as o


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True, help="CSV or JSON Lines.")
    ],
    *,
    mapping: Annotated[
        Path,
        typer.Option(
            "--mapping", "-m", metavar="FILE", exists=True, dir_okay=False, help="What its columns and codes mean."
        ),
    ],
    set_aside: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", dir_okay=False, writable=True, help="Where to write rows that could not be taken, and why."
        ),
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="WHO", help="Who is recorded as importing it; else the source system.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 4 if a row was set aside.")] = False,
    form: o.Format = o.Form.TABLE,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """Import an extract: each row is taken, or set aside with why.

    The same file twice changes nothing. The database is made if it is not there. --format csv has the causes for which
    rows were set aside.
    """
    from icpm_engine.cli import moving
    from icpm_engine.cli.opening import opened

    with opened(database, rules, county, settle, new=True) as engine:
        code = moving.take_in(engine, file, mapping, set_aside, by, form, strict=strict)
    if code:
        raise typer.Exit(code)


def simulate(
    *,
    out: Annotated[Path, typer.Option(metavar="FOLDER", file_okay=False, help="Where to write; made if need be.")],
    events: Annotated[int, typer.Option(min=1, max=100_000_000, metavar="N", help="About how many events.")] = 10_000,
    seed: Annotated[int, typer.Option(metavar="S", help="The same seed gives the same data.")] = 1,
    mess: Annotated[float, typer.Option(min=0, max=1, metavar="SHARE", help="Rows with something wrong.")] = 0.02,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
    form: o.Format = o.Form.TABLE,
) -> None:
    """Invent a messy extract, and a mapping to import it with.

    Writes extract.csv and mapping.yaml. No child stands behind any of it.
    """
    from icpm_engine.cli import inventing

    inventing.invent(out, events, seed, mess, form, force=force)
