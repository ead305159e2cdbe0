"""Every story of the packs that ship, told to the engine and to the oracle: they answer alike on each day asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine.scenarios import load_scenario, scenario_files
from tests.stateful.both import differences
from tests.stateful.shipped import asked_together, journal_told, known_at, shipped

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parents[2] / "scenarios"


@pytest.mark.parametrize("path", scenario_files(FOLDER), ids=lambda path: path.relative_to(FOLDER).as_posix()[:-5])
def test_both_tell_a_story_alike(path: Path) -> None:
    story = load_scenario(path)
    for child in story.children:
        both = shipped(story, child)
        told = journal_told(both, child)
        for (asked, known), days in asked_together(both, child, story.expect).items():
            about, heard = both.about(asked), known_at(both, told, known)
            engine, oracle = about.engine(heard, days), about.oracle(heard, days)
            for day in days:
                found = differences(engine[day], oracle[day])
                assert not found, f"{' '.join(asked)}, on {day}:\n" + "\n".join(found)
