"""The pages of a pack, and of every pack: names of files to Markdown. Same packs, same pages: no clock is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from icpm_engine.pages.choices import choices_of
from icpm_engine.pages.citing import sources_of, title_of
from icpm_engine.pages.difference import difference_of
from icpm_engine.pages.duties import bars_of, duties_of
from icpm_engine.pages.limits import limits_of
from icpm_engine.pages.markdown import link, page, said, section, table
from icpm_engine.pages.states import decisions_of, lifecycles_of
from icpm_engine.rules.model import RulePack

Pages = Mapping[str, str]

_NOT_LEGAL = (
    "Made from the rules by `icpm docs`; change the rules, not these pages. An engineer's reading of published sources,"
    " each cited so that it can be checked: not legal advice."
)


def pages_of(pack: RulePack, state: RulePack | None = None) -> Pages:
    """The pages of one pack, or of one county of a state, by file name; they link to one another."""
    title = title_of(pack)
    parts = {
        "duties.md": ("Duties", "who owes what, from when, by when, and what meets it", _duties(pack)),
        "decisions.md": ("Decisions", "named conditions and values, in words", (decisions_of(pack),)),
        "lifecycles.md": ("Lifecycles", "what can follow what, drawn", (lifecycles_of(pack),)),
        "choices.md": ("Choices", "what the sources leave open, and what the county has settled", choices_of(pack)),
        "limits.md": ("Limits", "what these rules do not cover", limits_of(pack)),
        "sources.md": ("Sources", "what the rules rest on", (sources_of(pack),)),
    }
    if state is not None:
        head = f"What differs from {title_of(state)}"
        parts["difference.md"] = (head, "what the county adds, changes and settles", (difference_of(pack, state),))
    written = {name: page(f"{head}: {title}", *body) for name, (head, _, body) in parts.items()}
    rows = [(link(head, name), about) for name, (head, about, _) in parts.items()]
    return {
        "README.md": page(title, said(pack.about), _NOT_LEGAL, table(("Page", ""), rows), _version(pack)),
        **written,
    }


def _duties(pack: RulePack) -> Iterable[str]:
    yield from (duties_of(pack), _barred(pack))


def _barred(pack: RulePack) -> str:
    bars = bars_of(pack)
    return f"# What must not happen\n\n{bars}" if bars else ""


def _version(pack: RulePack) -> str:
    files = "".join(f"- `{file}`\n" for file in pack.files)
    return section("Made from", f"Version `{pack.version}` of the rules, in these files:", files)


def book_of(packs: Iterable[tuple[RulePack, RulePack | None]]) -> Pages:
    """The pages of several packs and counties, each county with its state, and one page to find them by."""
    found: dict[str, str] = {}
    rows = []
    for pack, state in packs:
        folder = f"{pack.name}/counties/{pack.county}" if pack.county else pack.name
        found.update({f"{folder}/{name}": text for name, text in pages_of(pack, state).items()})
        rows.append((link(title_of(pack), f"{folder}/README.md"), said(pack.about)))
    return {"README.md": page("The rules in words", _NOT_LEGAL, table(("Rules", "About"), rows)), **found}


def write(pages: Pages, folder: Path) -> None:
    """Write pages below a folder, which is made if it is not there."""
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
