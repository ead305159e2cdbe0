"""The options that several commands share, and the forms in which they answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Form(StrEnum):
    """The form of an answer: a table for people, one JSON object for programs, or rows with a header."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class SheetForm(StrEnum):
    """The form of a sheet: text, one HTML page, a PDF, or the answer of the library as JSON."""

    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    JSON = "json"


class By(StrEnum):
    """What the days of a county are added up by: each step of a lifecycle, or whoever's turn it was in it."""

    STEP = "step"
    HOLDER = "holder"


Database = Annotated[
    str,
    typer.Option(envvar="ICPM_DATABASE", metavar="URL", help="SQLite or PostgreSQL."),
]
Rules = Annotated[
    str,
    typer.Option(envvar="ICPM_RULES", metavar="NAME|FOLDER", help="The rule pack."),
]
County = Annotated[
    str | None,
    typer.Option(envvar="ICPM_COUNTY", metavar="NAME|FOLDER", help="The county's overlay of the pack."),
]
Settle = Annotated[
    list[str] | None,
    typer.Option(metavar="CHOICE=VALUE", help="Settle an open choice; may be repeated."),
]
On = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="The day (2026-04-01) or local time (2026-04-01T14:00) asked about."),
]
KnownAt = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="What was known at the end of that day, or at that time; now unless given."),
]
Format = Annotated[Form, typer.Option("--format", "-f", help="How to answer.")]

FormatOfSheet = Annotated[SheetForm, typer.Option("--format", "-f", help="How to answer.")]
Language = Annotated[str, typer.Option(metavar="CODE", help="The language of the sheet, such as es.")]
LargePrint = Annotated[bool, typer.Option("--large-print", help="In large letters (html, pdf).")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it to a file.")]


class Subject(StrEnum):
    """Whom rules may be about."""

    CASE = "case"
    PERSON = "person"
    TEAM = "team"
    COUNTY = "county"


About = Annotated[Subject, typer.Option(help="Whose id it is.")]
OfWhom = Annotated[Subject | None, typer.Option("--about", help="What is owed for cases, or persons, only.")]
Area = Annotated[str | None, typer.Option(metavar="NAME", help="Rules of one area, such as referral.")]
Duty = Annotated[str | None, typer.Option(metavar="NAME", help="One duty, by its name.")]
Owner = Annotated[str | None, typer.Option(metavar="ROLE", help="Owed by a role, such as child_welfare.")]
Case = Annotated[str | None, typer.Option(metavar="ID", help="One case, with its person and team.")]
AssignedTo = Annotated[str | None, typer.Option(metavar="WORKER", help="The cases of one worker on that day.")]
Role = Annotated[str | None, typer.Option(metavar="ROLE", help="With --assigned-to: in this role only.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, metavar="N", help="Rows of a page.")]
After = Annotated[
    str | None,
    typer.Option(metavar="POSITION", help="Go on after this position (`next` of a page)."),
]
Everything = Annotated[bool, typer.Option("--all", help="Every page.")]

DATABASE = "sqlite:///icpm.db"
RULES = "california"


def settlements(given: Sequence[str] | None) -> dict[str, object]:
    """What `--settle CHOICE=VALUE` says, by choice; a choice given twice has a list. Raises BadParameter."""
    found: dict[str, object] = {}
    for text in given or ():
        choice, sign, value = text.partition("=")
        if not sign or not choice.strip() or not value.strip():
            raise typer.BadParameter(f"found --settle '{text}', expected CHOICE=VALUE")
        name, new = choice.strip(), value.strip()
        before = found.get(name)
        found[name] = new if before is None else [*(before if isinstance(before, list) else [before]), new]
    return found


def refuse_unknown(what: str, given: str | None, known: Iterable[str]) -> None:
    """Say that a name is that of nothing there is, and which is the nearest. Raises BadParameter."""
    from icpm_engine.rules.words import hint, shown

    names = list(known)
    if given is not None and given not in names:
        raise typer.BadParameter(f"there is no {what} {shown(given)}{hint(given, names)}")
