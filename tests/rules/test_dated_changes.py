"""The dates on which California's rules changed: each is in the pack, and stories tell of both its sides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from icpm_engine.calendars import parse_day
from icpm_engine.rules.loading import load_pack
from icpm_engine.rules.model import Bar, Duty
from icpm_engine.scenarios import load_scenario, scenario_files
from icpm_engine.scenarios.periods import periods_of, tellings

ROOT = Path(__file__).parents[2]
CALIFORNIA = load_pack("california")
RULES: Mapping[str, Duty | Bar] = {**CALIFORNIA.duties, **CALIFORNIA.bars}
STORIES = [
    story
    for path in scenario_files(ROOT / "scenarios" / "california")
    if (story := load_scenario(path)).pack == "california"
]

CHANGES = {
    "2013-01-01": ["judge_intensive_need", "offer_intensive_service", "intensive_services_before_2013"],
    "2016-03-01": ["judge_intensive_need", "offer_intensive_service", "intensive_services_outside_the_sub_class"],
    "2016-10-07": ["first_team_meeting"],
    "2017-07-01": ["expedited_transfer", "take_up_responsibility", "tell_a_plan_by_the_letters"],
    "2022-05-06": ["first_team_meeting", "meeting_invitations", "meeting_without_mental_health"],
    "2024-01-01": ["service_plan"],
    "2024-07-01": ["parent_is_involved", "own_consent_under_twelve", "own_consent_to_psychotropics"],
    "2026-01-01": [
        "ip_cans",
        "ip_cans_update",
        "ip_cans_on_change",
        "action_plan_to_court",
        "preservation_meeting",
        "placement_change_notice",
    ],
    "2026-02-16": ["substance_use_shared_without_consent"],
}
"""Rules that say something else from a day on. That both sides are told of is asked of every pack, elsewhere."""

UNMOVED = {
    "2014-12-01": ("intensive_services_outside_the_sub_class", 32),  # the court's oversight ends, on a day not read
    "2024-01-01": ("mh_assessment", 3),  # no state's deadline since then; the one before it was not read, and is off
    "2025-07-29": ("first_team_meeting", 1),  # the statute on the team is amended
    "2027-07-01": ("ip_cans_update", 1),  # regulations on transfer due, tiered rates meant to begin
}
"""Dates that change no rule that was read; a rule that stories tell of on both sides, at most so many days away."""

STATES = {
    "2017-07-01": "mh_responsibility",  # presumptive transfer begins
    "2024-07-01": "mh_responsibility",  # of a child in a residential program the responsibility stays
}
"""Dates that change where a matter comes to stand: a lifecycle whose ways look at the day of the placement."""


@pytest.mark.parametrize(("day", "rule"), [(day, rule) for day, rules in CHANGES.items() for rule in rules])
def test_the_rule_changes_on_that_day(day: str, rule: str) -> None:
    assert parse_day(day) in [period.first for period in periods_of(RULES[rule])]


@pytest.mark.parametrize(("day", "rule", "within"), [(day, *told) for day, told in UNMOVED.items()])
def test_the_rule_does_not_change_and_stories_say_so(day: str, rule: str, within: int) -> None:
    change = parse_day(day)
    assert change not in [period.first for period in periods_of(RULES[rule])]
    told = [one.day for story in STORIES for one in tellings(story, [rule]) if one.there]
    assert [one for one in told if change - within <= one < change]
    assert [one for one in told if change <= one <= change + within]


@pytest.mark.parametrize(("day", "lifecycle"), STATES.items())
def test_stories_tell_of_a_placement_on_each_side(day: str, lifecycle: str) -> None:
    placed = {
        happening.on[0]
        for story in STORIES
        if any(ref.name == lifecycle for asked in story.expect for one in asked.expectations for ref in one.refs)
        for child in story.children
        for happening in child.events
        if happening.kind == "placement_started"
    }
    assert {parse_day(day) - 1, parse_day(day)} <= placed
