"""docs/write-an-overlay.md works as it stands, from the empty folder to the county's pages."""

from __future__ import annotations

import pytest

from tests.docs.consoles import Console
from tests.docs.pages import ROOT


def test_the_overlay_of_the_page_is_written_and_runs(console: Console) -> None:
    wrong = console.do(ROOT / "docs" / "write-an-overlay.md")
    assert not wrong, wrong


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("```console\n$ icpm --version\nicpm 99\n```\n", "page.md:1: $ icpm --version\nanswers\nicpm "),
        ("```console\n$ icpm check nowhere\n...\n```\n", "ended with"),
        ("```console fails\n$ icpm --version\n...\n```\n", "ended with"),
        ("```sh\nls\n```\n", "expected a console or a file with its path"),
        ("```console\n$ ls\n```\n", "only icpm, export and rm are run"),
    ],
)
def test_a_page_that_lies_is_found_out(text: str, told: str, console: Console) -> None:
    page = console.folder / "page.md"
    page.write_text(text, "utf-8")
    try:
        found = console.do(page)
    except AssertionError as error:
        found = str(error)
    assert told in found
