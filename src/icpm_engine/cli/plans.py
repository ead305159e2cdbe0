"""`icpm plan`: the one plan, for one of its readers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from icpm_engine.cli import options as o


class Reader(StrEnum):
    """Who reads the plan: each gets the lines of their own side and those that are shared."""

    FAMILY = "family"
    YOUTH = "youth"
    CAREGIVER = "caregiver"
    SOCIAL_WORKER = "social_worker"
    CLINICIAN = "clinician"
    JUDGE = "judge"


def plan(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The id of a case.")],
    *,
    reader: Annotated[Reader, typer.Option("--for", help="Who is to read it.")],
    on: o.On = None,
    known_at: o.KnownAt = None,
    versions: Annotated[bool, typer.Option("--versions", help="What changed, version by version.")] = False,
    language: o.Language = "en",
    large_print: o.LargePrint = False,
    form: o.FormatOfSheet = o.SheetForm.TEXT,
    out: o.Out = None,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """The one plan of a child and family, in plain words.

    The sheet holds the lines of the reader's own side and those that are shared with the team; for the agencies also
    what to look at together. --format html is one page for phone and paper, pdf one to print.
    """
    from icpm_engine.cli import sheets
    from icpm_engine.cli.opening import opened

    asked = sheets.Asked(case, reader.value, on, known_at)
    wanted = sheets.Wanted(form, language, large_print=large_print, out=out)
    sheets.check(wanted)
    with opened(database, rules, county, settle) as engine:
        (sheets.versions if versions else sheets.plan)(engine, asked, wanted)
