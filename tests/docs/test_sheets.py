"""The page about status and hearings: its stories come out."""

from __future__ import annotations

import pytest

from icpm_engine.scenarios import parse_scenario, run_scenario
from tests.docs.pages import ROOT, fenced

PAGE = ROOT / "docs" / "sheets.md"
STORIES = [(line, text) for line, title, text in fenced(PAGE) if title == "yaml scenario"]


@pytest.mark.parametrize(("line", "text"), STORIES, ids=[str(line) for line, _ in STORIES])
def test_a_story_of_the_page_comes_out(line: int, text: str) -> None:
    assert [str(one) for one in run_scenario(parse_scenario("\n" * line + text, PAGE.name))] == []
