"""`icpm rehearse` and `icpm adopt`: what other rules would change, and taking them."""

from __future__ import annotations

from typing import Annotated

import typer

from icpm_engine.cli import options as o

NewRules = Annotated[
    str, typer.Argument(envvar="ICPM_RULES", metavar="NEW_RULES", help="The changed pack, by name or folder.")
]


def rehearse(
    new_rules: NewRules,
    *,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day on which they would begin; else today.")
    ] = None,
    examples: Annotated[
        int, typer.Option(min=0, max=100, metavar="N", help="Examples of each duty and change, with proofs.")
    ] = 1,
    fold: Annotated[bool, typer.Option("--fold", help="Fold every case, even if only numbers are other.")] = False,
    form: o.Format = o.Form.TABLE,
    database: o.Database = o.DATABASE,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """What changed rules would do to the clocks that run.

    Writes nothing. NEW_RULES may have other rules, calendars or, with --settle, choices. How many clocks move, appear
    and vanish, and which are overdue on day one, by county, owner and duty, with examples and their proofs before and
    after. CSV has one row for each owner and duty.
    """
    from icpm_engine.cli import changing
    from icpm_engine.cli.opening import opened

    with opened(database, new_rules, county, settle, by_any_rules=True) as engine:
        changing.show(engine, on, examples, form, fold=fold)


def adopt(
    new_rules: NewRules = o.RULES,
    *,
    by: Annotated[str | None, typer.Option(metavar="WHO", help="Who is recorded as adopting them.")] = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why, or what it rests on.")] = "",
    status: Annotated[
        bool, typer.Option("--status", help="Only list what was adopted, and how far it has come.")
    ] = False,
    form: o.Format = o.Form.TABLE,
    database: o.Database = o.DATABASE,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """Take changed rules: the county goes by them from now on.

    Every case passes over to them. Answers as they were given before stay. Broken off, it goes on when the same command
    is given again; meanwhile each case is answered by the rules that it stands by.
    """
    from icpm_engine.cli import changing
    from icpm_engine.cli.opening import opened

    if not status and by is None:
        raise typer.BadParameter("say who adopts these rules: --by WHO (--status lists what was adopted)")
    with opened(database, new_rules, county, settle, by_any_rules=True) as engine:
        if by is not None and not status:
            changing.take(engine, by, note)
        changing.status(engine, form)
