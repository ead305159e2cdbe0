"""`icpm audit`: whether a county's journal still is what was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from icpm_engine.cli import options as o
from icpm_engine.cli.codes import Code

if TYPE_CHECKING:
    from rich.console import Console

    from icpm_engine.store import Audit


def audit(
    *,
    kept: Annotated[
        list[str] | None,
        typer.Option(metavar="ANCHOR", help="An anchor that an earlier audit printed; may be repeated."),
    ] = None,
    form: o.Format = o.Form.TABLE,
    database: o.Database = o.DATABASE,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    settle: o.Settle = None,
) -> None:
    """Check that no entry of the journal was changed or taken out.

    Every hash is computed anew and compared. Keep the anchor it prints outside of this database: with --kept, a later
    audit finds it out even if all hashes were written anew. Exits with 1 if anything was found.
    """
    from icpm_engine.cli.opening import opened
    from icpm_engine.cli.printing import publish

    with opened(database, rules, county, settle, by_any_rules=True) as engine:
        found = engine.audit(*(kept or ()))
    columns = ("entry", "subject_kind", "subject_id", "found")
    publish(form, found, columns, found.faults, lambda console: _words(found, console))
    if found.faults:
        raise typer.Exit(Code.FOUND)


def _words(found: Audit, console: Console) -> None:
    from icpm_engine.cli.printing import table, text

    of = f"{found.entries:,} entries of {found.subjects:,} subjects in {found.commits:,} commits"
    erased = f"; of {found.erased:,} the content was erased" if found.erased else ""
    console.print(text(f"{found.county}: read {of}, compared with {found.anchors:,} anchors{erased}"))
    if not found.faults:
        console.print(text("The journal is what was recorded.", "bold"))
        console.print(text(f"Anchor to keep elsewhere: {found.anchor}"))
        return
    console.print(text(f"The journal is NOT what was recorded: {found.faults_in_all:,} found", "bold"))
    made = table("Entry", "Subject", "Found", kept=("Entry",))
    for fault in found.faults:
        subject = f"{fault.subject_kind} {fault.subject_id}" if fault.subject_id is not None else ""
        made.add_row(str(fault.entry), text(subject), text(fault.found))
    console.print(made)
