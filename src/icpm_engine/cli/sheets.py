"""The plan, asked of the engine for a reader and printed."""

from __future__ import annotations

import sys

import attrs
import typer

from icpm_engine.cli.opening import asked_day
from icpm_engine.cli.options import Form, refuse_unknown
from icpm_engine.cli.plans import SheetForm
from icpm_engine.cli.printing import people, publish, text
from icpm_engine.engine import Engine
from icpm_engine.sheets import Sheet, as_html, as_text, catalogue, languages, plan_sheet


@attrs.frozen
class Asked:
    """Whose plan is wanted, for whom, as of when, and in which language."""

    case: str
    reader: str
    on: str | None
    known_at: str | None
    language: str
    large_print: bool = attrs.field(kw_only=True)


def check(asked: Asked, form: SheetForm, *, versions: bool) -> None:
    """Refuse what does not go together before anything is opened. Raises BadParameter."""
    refuse_unknown("language", asked.language, languages())
    if asked.large_print and form is not SheetForm.HTML:
        raise typer.BadParameter(f"found --large-print with --format {form}, expected --format html")
    if versions and form is SheetForm.HTML:
        raise typer.BadParameter("found --versions with --format html, expected text or json")


def plan(engine: Engine, asked: Asked, form: SheetForm) -> None:
    """Print a case's plan as it stands on a day."""
    answer = engine.plan(asked.case, on=asked_day(engine, asked.on), known_at=asked.known_at, reader=asked.reader)
    if form is SheetForm.JSON:
        publish(Form.JSON, answer, (), (), lambda _: None)
        return
    words = catalogue(asked.language)
    sheet = plan_sheet(answer.plan, answer.findings, asked.reader, words, known_at=asked.known_at)
    sys.stdout.write(_page(sheet, asked) if form is SheetForm.HTML else as_text(sheet))


def _page(sheet: Sheet, asked: Asked) -> str:
    """The page in ASCII alone: what a terminal or file makes of other letters cannot change it."""
    page = as_html(sheet, large_print=asked.large_print)
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


def versions(engine: Engine, asked: Asked, form: SheetForm) -> None:
    """Print what changed with each version of a case's plan, up to a day."""
    on = asked_day(engine, asked.on)
    told = engine.plan_versions(asked.case, known_at=asked.known_at, reader=asked.reader)
    rows = tuple(one for one in told if one.on <= on[:10])
    if form is SheetForm.JSON:
        data = {"case": asked.case, "county": engine.county, "on": on, "reader": asked.reader, "rows": rows}
        publish(Form.JSON, data, (), (), lambda _: None)
        return
    console = people()
    console.print(text(f"The plan of case {asked.case}, up to {on}: {len(rows) or 'no'} versions", "bold"))
    for one in rows:
        console.print(text(f"Version {one.number}, {one.on}", "bold"))
        for change in one.changes:
            console.print(text(f"  {change}"), soft_wrap=not console.is_terminal)
