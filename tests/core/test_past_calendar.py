"""Moments past the end of a calendar: nobody knows them, and no event is refused for it."""

from __future__ import annotations

import pytest

from tests.core.told import Told, duty


@pytest.mark.parametrize(
    "body",
    [
        "due: {within: 400 days}, met: {on: answered, by: 400 court days after start}",
        "due: {within: 400 days}, met: answered, while: {not: {on: moved, since: 400 court days before now}}",
        "due: {within: 3 court days}, force: may, repeats: from met, met: {on: answered, by: 3 court days after start}",
        "due: {within: 400 days}, met: answered, escalates: [{at: 400 court days after start, tell: nurse}]",
    ],
)
def test_a_moment_past_the_end_of_a_calendar_is_one_that_nobody_knows(body: str) -> None:
    """Never an event refused, whatever the moment bounds: 400 court days leave the years that the calendar covers."""
    rules = duty(f"starts: referred, {body}")
    story = Told(rules, ("2026-12-01", "referred"), ("2026-12-30", "moved"), ("2027-03-01", "answered"))
    assert story.all("2026-12-02")[0].state in {"running", "undetermined"}
