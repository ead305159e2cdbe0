"""`icpm status` and `icpm hearing`: where the help for a child is, and what a court hearing is to look at."""

from __future__ import annotations

from typing import Annotated

import typer

from icpm_engine.cli import options as o
from icpm_engine.cli.plans import Reader


def status(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The id of a case.")],
    *,
    reader: Annotated[Reader, typer.Option("--for", help="Who is to read it.")],
    on: o.On = None,
    known_at: o.KnownAt = None,
    language: o.Language = "en",
    large_print: o.LargePrint = False,
    form: o.FormatOfSheet = o.SheetForm.TEXT,
    out: o.Out = None,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """Where the help for a child is, in plain words.

    Each need, screening, referral, assessment and service in its step: who has it, until when, whom to call, what comes
    next and who owes it; and what is owed without a verified limit.
    """
    from icpm_engine.cli import reporting, sheets
    from icpm_engine.cli.opening import opened

    wanted = sheets.Wanted(form, language, large_print=large_print, out=out)
    sheets.check(wanted)
    with opened(database, rules, county, settle) as engine:
        reporting.status(engine, sheets.Asked(case, reader.value, on, known_at), wanted)


def hearing(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The id of a case.")],
    date: Annotated[str, typer.Argument(metavar="DATE", help="The day of the hearing.")],
    *,
    reader: Annotated[Reader, typer.Option("--for", help="Who is to read it.")],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="As of that day; else of the hearing's, or now."),
    ] = None,
    known_at: o.KnownAt = None,
    language: o.Language = "en",
    large_print: o.LargePrint = False,
    form: o.FormatOfSheet = o.SheetForm.TEXT,
    out: o.Out = None,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """What a court hearing is to look at.

    What was due since the hearing before, done when, by whom owed, why that day, known when; what is late, what is not
    known, what has no verified limit; and the services, tasks and visits of the plan that the reader may read.
    """
    from icpm_engine.cli import reporting, sheets
    from icpm_engine.cli.opening import opened

    wanted = sheets.Wanted(form, language, large_print=large_print, out=out)
    sheets.check(wanted)
    with opened(database, rules, county, settle) as engine:
        reporting.hearing(engine, sheets.Asked(case, reader.value, on, known_at), date, wanted)
