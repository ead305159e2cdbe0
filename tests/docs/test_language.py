"""The pages about the rule language: rules load, stories come out, misuses are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import FOLDER, Block, blocks, pages

WITHOUT_RULES = {"README.md", "semantics.md", "protocols.md"}  # an index, a list of tests, a list of rule files


def _found() -> list[Block]:
    """Every block of every page; a page that cannot be taken apart fails in its own test."""
    found: list[Block] = []
    for page in pages():
        try:
            found += blocks(page)
        except AssertionError:
            continue
    return found


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_page_holds_blocks_that_run(page: Path) -> None:
    assert blocks(page) or page.name in WITHOUT_RULES, f"{page.name} shows no rules and tells no story"


@pytest.mark.parametrize("block", _found(), ids=str)
def test_a_block_is_as_the_page_says(block: Block, tmp_path: Path) -> None:
    wrong = block.run(tmp_path)
    assert not wrong, wrong


def test_every_page_is_in_the_index() -> None:
    index = (FOLDER / "README.md").read_text("utf-8")
    missing = [page.name for page in pages() if page.name != "README.md" and f"({page.name})" not in index]
    assert not missing, f"docs/language/README.md does not list {', '.join(missing)}"


RULES = """
```yaml rules
zone: America/Los_Angeles
roles: {worker: Worker}
sources: {manual: {title: Manual}}
duties:
  it: {label: It, owner: worker, authority: manual, starts: case_opened, due: {within: 30 days}, met: mh_joined}
```
"""
STORY = """
```yaml scenario
name: Opened
events: [{on: 2026-03-02, case_opened: {}}]
expect: [{on: 2026-03-03, due: {it: 2026-04-02}}]
```
"""
LIES = [
    (RULES + STORY, "page.md:13:33: on 2026-03-03: due it\n  expected: open and due 2026-04-02"),
    (RULES.replace("worker,", "wroker,"), "rules.yaml:5:26: expected the role that owes it"),
    (RULES.replace(" rules", " refused") + "```text\nno\n```\n", "refused with\nnothing: these rules are good\nwhere"),
    (
        RULES + STORY + "```text proof of it on 2026-03-03\nIt: running.\n```\n",
        "the proof is\nIt: running, due 2026-04-01.",
    ),
    (RULES + "```text proof of it on 2026-03-03\n```\n", "a proof belongs to the story above it"),
    (STORY, "no rules stand above this block"),
    ("```yaml\na: b\n```\n", "a block is titled one of yaml rules, yaml calendar, yaml overlay"),
    (RULES + "```text\nno\n```\n", "a text block tells the error of the one refused block above it"),
    (RULES + "```yaml scenario\n", "this block is not closed"),
]


@pytest.mark.parametrize(("text", "told"), LIES, ids=[told.split("\n")[0] for _, told in LIES])
def test_a_page_that_lies_is_found_out(text: str, told: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    try:
        said = blocks(page)[-1].run(tmp_path)
    except AssertionError as error:
        said = str(error)
    assert told in said
