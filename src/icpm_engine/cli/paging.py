"""Rule packs written as pages, and what was written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs
import typer
from rich.console import Console

from icpm_engine.cli.options import Form
from icpm_engine.cli.printing import publish, text
from icpm_engine.pages import book_of, write
from icpm_engine.rules.loading import load_pack
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.packs import counties_of, pack_names


@attrs.frozen
class Page:
    """One page: its file below the folder, and how many lines it has."""

    file: str
    lines: int


@attrs.frozen
class Written:
    """What was written, and where; `packs` counts packs and counties."""

    folder: str
    packs: int
    rows: tuple[Page, ...]


COLUMNS: Final = tuple(field.name for field in attrs.fields(Page))


def show(pack: str | None, county: str | None, out: Path, form: Form) -> None:
    """Load, write and say so. Raises PackError, and BadParameter for a county without its pack."""
    if pack is None and county is not None:
        raise typer.BadParameter(f"found --county '{county}' and no pack; expected 'icpm docs PACK --county {county}'")
    packs = list(_packs(pack, county))
    pages = book_of(packs)
    write(pages, out)
    rows = tuple(Page(name, words.count("\n")) for name, words in pages.items())
    written = Written(str(out), len(packs), rows)
    publish(form, written, COLUMNS, rows, lambda console: _words(written, console))


def _packs(pack: str | None, county: str | None) -> Iterator[tuple[RulePack, RulePack | None]]:
    """Packs and counties, each county with its state."""
    if pack is not None and county is not None:
        yield load_pack(pack, county), load_pack(pack)
        return
    for name in pack_names() if pack is None else [pack]:
        state = load_pack(name)
        if state.county is not None:  # the folder of an overlay
            yield state, load_pack(state.name)
            continue
        yield state, None
        yield from ((load_pack(name, each), state) for each in counties_of(name))


def _words(written: Written, console: Console) -> None:
    console.print(text(f"{len(written.rows)} pages; packs and counties: {written.packs}", "bold"))
    console.print(text(f"begin at {Path(written.folder) / 'README.md'}"), soft_wrap=True)
