"""`icpm check`, `sources`, `county`, `compare`, `docs`, `diagram`: rule packs, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from icpm_engine.cli import options as o

Pack = Annotated[str, typer.Argument(envvar="ICPM_RULES", metavar="[NAME|FOLDER]", help="The rule pack.")]


def check(
    pack: Pack = o.RULES,
    *,
    county: o.County = None,
    settle: o.Settle = None,
    stories: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE|FOLDER", exists=True, help="Scenarios: remark on what none of them tells of."),
    ] = None,
    root: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", exists=True, file_okay=False, help="A folder of rule packs, for --stories."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if there are remarks.")] = False,
    form: o.Format = o.Form.TABLE,
) -> None:
    """Check a rule pack: errors and where they are, remarks, gaps.

    Loads and compiles it; says what is in it, what is switched off and why, and which choices are open. With --stories
    also which rules, and which dates of them, no scenario tells of. Exits with 3 if there are errors. --format csv has
    the errors and remarks.
    """
    from icpm_engine.cli import checking

    code = checking.check(pack, county, settle, stories or [], root, form, strict=strict)
    if code:
        raise typer.Exit(code)


def sources(
    pack: Pack = o.RULES,
    *,
    county: o.County = None,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="The day asked about; today in the county.")] = None,
    past: Annotated[bool, typer.Option("--past", help="Only agreements that are past their term or review.")] = False,
    form: o.Format = o.Form.TABLE,
) -> None:
    """What the rules rest on; which agreements are past their term.

    Each source with its kind and section, its link, how and when it was seen, and the rules that cite it; of agreements
    also the parties, the term and the review.
    """
    from icpm_engine.cli import sourcing

    sourcing.show(pack, county, on, form, past=past)


def diagram(
    lifecycles: Annotated[
        list[str] | None, typer.Argument(metavar="[LIFECYCLE]...", help="Names of lifecycles; all if none is named.")
    ] = None,
    *,
    rules: o.Rules = o.RULES,
    county: o.County = None,
    form: o.Format = o.Form.TABLE,
) -> None:
    """Draw lifecycles as Mermaid state diagrams."""
    from icpm_engine.cli import checking

    checking.diagram(lifecycles, rules, county, form)


def docs(
    pack: Annotated[
        str | None,
        typer.Argument(metavar="[NAME|FOLDER]", help="One rule pack; every one that comes along if left out."),
    ] = None,
    *,
    county: o.County = None,
    out: Annotated[
        Path, typer.Option(metavar="FOLDER", file_okay=False, help="Where to; what is there is written over.")
    ] = Path("build/docs"),
    form: o.Format = o.Form.TABLE,
) -> None:
    """Write packs as pages for people: duties, decisions, limits.

    Markdown with Mermaid diagrams, for each pack and each county with an overlay, or for one pack only, or one county.
    The same rules make the same pages.
    """
    from icpm_engine.cli import paging

    paging.show(pack, county, out, form)


def county(
    name: Annotated[
        str | None,
        typer.Argument(envvar="ICPM_COUNTY", metavar="[NAME|FOLDER]", help="The county; the pack alone if left out."),
    ] = None,
    *,
    rules: o.Rules = o.RULES,
    settle: o.Settle = None,
    area: Annotated[str | None, typer.Option(metavar="NAME", help="Choices of one area, such as referral.")] = None,
    form: o.Format = o.Form.TABLE,
) -> None:
    """What a county has settled, by what authority; what is open.

    Of each open choice it says which duties, bars and decisions it leaves undetermined, and how they would read.
    """
    from icpm_engine.cli import deciding

    deciding.show(rules, name, settle, area, form)


def compare(
    first: Annotated[
        str, typer.Argument(metavar="A", help="A county, a pack, PACK:COUNTY or a folder; A@DATE: as of.")
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="What it is compared with.")],
    *,
    rules: Annotated[
        str, typer.Option(envvar="ICPM_RULES", metavar="NAME|FOLDER", help="The rule pack whose counties are meant.")
    ] = o.RULES,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if there is a difference.")] = False,
    form: o.Format = o.Form.TABLE,
) -> None:
    """Say in words how B's rules differ from A's.

    Which rules are added, removed and changed, in which part, from what to what; which choices are settled otherwise.
    Each side may end in @DATE: the rules as they hold for what starts on that day.
    """
    from icpm_engine.cli import differences

    code = differences.show(first, second, rules, form, strict=strict)
    if code:
        raise typer.Exit(code)
