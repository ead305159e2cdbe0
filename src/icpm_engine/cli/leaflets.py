"""`icpm leaflet`: what a family is told of its team in a county, without a database."""

from __future__ import annotations

from typing import Annotated

import typer

from icpm_engine.cli import options as o


def leaflet(
    county: Annotated[
        str | None,
        typer.Argument(envvar="ICPM_COUNTY", metavar="[NAME|FOLDER]", help="The county; the pack alone if left out."),
    ] = None,
    *,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="By the rules of that day; today unless given.")
    ] = None,
    language: o.Language = "en",
    large_print: o.LargePrint = False,
    form: o.FormatOfSheet = o.SheetForm.TEXT,
    out: o.Out = None,
    rules: o.Rules = o.RULES,
    settle: o.Settle = None,
) -> None:
    """Tell families of a county what a child and family team is.

    Who may be on it and who says so, when it meets by the county's rules, that a family may ask for a meeting, bring
    people and not agree, whom to call, and on what texts all of this rests. What no rule says, it says is not known.
    """
    from icpm_engine.cli import sheets
    from icpm_engine.cli.handing_out import show

    wanted = sheets.Wanted(form, language, large_print=large_print, out=out)
    sheets.check(wanted)
    show(rules, county, settle, on, wanted)
