"""`icpm team` and `icpm meeting`: the child and family team, and the preparation of its next meeting."""

from __future__ import annotations

from typing import Annotated

import typer

from icpm_engine.cli import options as o
from icpm_engine.cli.plans import Reader


def team(
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
    """The child and family team, in plain words.

    Its members and for whom they stand, its meetings and who came, what is still to be done, what comes back. What is
    kept from a reader for somebody's safety is not there, whatever day is asked about.
    """
    from icpm_engine.cli import sheets
    from icpm_engine.cli.gathering import team as show
    from icpm_engine.cli.opening import opened

    wanted = sheets.Wanted(form, language, large_print=large_print, out=out)
    sheets.check(wanted)
    with opened(database, rules, county, settle) as engine:
        show(engine, sheets.Asked(case, reader.value, on, known_at), wanted)


def meeting(
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
    """Prepare the next meeting of the child and family team.

    Who asked for it, when and where, who is to come and who must not meet; strengths, needs, goals, what is still to be
    done, what comes back, what is to be decided, dates ahead, and the three questions for afterwards.
    """
    from icpm_engine.cli import sheets
    from icpm_engine.cli.gathering import meeting as show
    from icpm_engine.cli.opening import opened

    wanted = sheets.Wanted(form, language, large_print=large_print, out=out)
    sheets.check(wanted)
    with opened(database, rules, county, settle) as engine:
        show(engine, sheets.Asked(case, reader.value, on, known_at), wanted)
