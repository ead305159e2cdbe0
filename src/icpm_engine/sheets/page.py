"""A sheet as one HTML page that needs nothing else: for a phone, for paper, for a screen reader, in large print.

The template escapes every text; the page holds no script and asks for nothing from elsewhere.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined

from icpm_engine.sheets.catalogue import catalogue
from icpm_engine.sheets.model import Sheet

_FOLDER: Final = resources.files("icpm_engine.sheets") / "layout"


def as_html(sheet: Sheet, *, large_print: bool = False) -> str:
    """A sheet as a page."""
    words = catalogue(sheet.language)
    opening, closing = words("language", "quote").split("{words}")
    page = _environment().get_template("sheet.html.jinja")
    return page.render(sheet=sheet, words=words, opening=opening, closing=closing, large_print=large_print)


@cache
def _environment() -> Environment:
    made = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(lambda name: (_FOLDER / name).read_text("utf-8")),
    )
    made.globals = {}
    return made
