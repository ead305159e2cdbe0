"""The page about the one plan: its stories come out, and it names every finding as the code does."""

from __future__ import annotations

import pytest

from icpm_engine.plan import FINDINGS
from icpm_engine.scenarios import parse_scenario, run_scenario
from tests.docs.pages import ROOT, fenced

PAGE = ROOT / "docs" / "plan.md"
STORIES = [(line, text) for line, title, text in fenced(PAGE) if title == "yaml scenario"]


@pytest.mark.parametrize(("line", "text"), STORIES, ids=[str(line) for line, _ in STORIES])
def test_a_story_of_the_page_comes_out(line: int, text: str) -> None:
    assert [str(one) for one in run_scenario(parse_scenario("\n" * line + text, PAGE.name))] == []


def test_every_finding_is_in_the_table() -> None:
    rows = [f"| `{name}` | {words} |" for name, words in FINDINGS.items()]
    text = PAGE.read_text("utf-8")
    assert [row for row in rows if row not in text] == []
