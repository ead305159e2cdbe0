"""Every story of the packs that ship, told to the engine and to the oracle: they answer alike on each day asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine.scenarios import load_scenario, scenario_files
from tests.stateful.both import differences
from tests.stateful.shipped import journal_told, known_at, shipped, subjects_asked, when

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parents[2] / "scenarios"


@pytest.mark.parametrize("path", scenario_files(FOLDER), ids=lambda path: path.relative_to(FOLDER).as_posix()[:-5])
def test_both_tell_a_story_alike(path: Path) -> None:
    story = load_scenario(path)
    for child in story.children:
        both = shipped(story, child)
        told = journal_told(both, child)
        for question in (one for one in story.expect if one.child == child.name):
            known, on = known_at(both, told, question), when(question.on)
            for asked in subjects_asked(both, child, question):
                about = both.about(asked)
                found = differences(about.engine(known, [on])[on], about.oracle(known, [on])[on])
                assert not found, f"{' '.join(asked)}, on {on}:\n" + "\n".join(found)
