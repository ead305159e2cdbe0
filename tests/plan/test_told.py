"""Every finding is told of by stories: that it holds, that it just misses, that somebody answered it."""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine.plan import FINDINGS
from icpm_engine.scenarios import load_scenario, scenario_files

FOLDER = Path(__file__).parents[2] / "scenarios" / "california" / "plan" / "findings"
STORIES = [load_scenario(path) for path in scenario_files(FOLDER)]
MAY_BE_OPEN = {
    *(
        "visits_against_safety",
        "appointment_against_safety",
        "assessed_twice",
        "appointments_collide",
        "meeting_collides",
        "service_without_consent",
        "service_without_authorization",
    ),
}


def named(*keys: str) -> set[str]:
    """The findings that some story names under these keys, with a line."""
    found = set()
    for one in (one for story in STORIES for question in story.expect for one in question.plan if one.key in keys):
        names = [one.name or ""] if one.key == "undetermined" else [f"{one.name} {line}" for line in one.wanted]
        found |= {name.split()[0] for name in (one.wanted if one.name is None else names) if name}
    return found


@pytest.mark.parametrize(("keys", "expected"), [(("found", "findings"), {*FINDINGS}), (("answered",), {*FINDINGS})])
def test_every_finding_is_found_and_answered(keys: tuple[str, ...], expected: set[str]) -> None:
    assert expected - named(*keys) == set()


def test_what_may_lack_something_is_told_undetermined() -> None:
    assert named("undetermined") == MAY_BE_OPEN


def test_each_story_tells_of_a_day_without_and_most_correct_something() -> None:
    bare = [story.name for story in STORIES if not any(_nothing(story.expect, key) for key in ("found", "findings"))]
    assert bare == []
    correcting = [story for story in STORIES if any(one.corrects or one.retracts for one in story.children[0].events)]
    assert len(correcting) > 2 * len(STORIES) / 3


def _nothing(expect: object, key: str) -> bool:
    return any(one.key == key and not one.wanted for question in expect for one in question.plan)  # type: ignore[attr-defined]  # questions
