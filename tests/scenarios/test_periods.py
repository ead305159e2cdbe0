"""Which dates of a pack no story watches: versions, days in force, what a county settles from a day on."""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine.calendars import format_day
from icpm_engine.rules.loading import load_pack
from icpm_engine.scenarios import Scenario, parse_scenario, untold
from icpm_engine.scenarios.periods import periods_of

RULES = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker}
choices:
  first_day: {label: From when, type: date, authority: letter}
  limit: {label: How soon, type: span, authority: letter}
  step: {label: Before which step, options: [sending, starting], authority: letter}
decisions: {before_sending: {label: Before sending, authority: letter, all: [{step: sending}]}}
defaults: {owner: worker, authority: letter}
duties:
  plain: {label: Plain, starts: case_opened, due: open, met: team_formed}
  versioned:
    label: Versioned
    starts: screening_completed
    again: restarts
    due: {within: 30 days}
    met: referral_sent
    in_force: {from: 2025-01-01}
    versions: [{from: 2026-01-01, due: {within: 10 days}}, {from: 2026-07-01, in_force: {until: 2026-07-31}}]
  chosen:
    label: Chosen
    starts: case_opened
    due: {within: limit}
    met: team_formed
    in_force: {from: {earliest: [2026-01-01, first_day]}}
  off: {label: Off, off: draft, starts: case_opened, due: open, met: team_formed, in_force: {from: 2026-01-01}}
bars:
  barred: {label: Barred, forbids: {on: cft_held, when: {not: {on: team_formed}}}, in_force: {until: 2025-12-31}}
  gate: {label: Gate, while: before_sending, forbids: referral_sent}
"""
OVERLAY = """
extends: own
county: fresno
settles: {step: {is: sending, from: 2026-03-02, authority: letter}}
"""
HEAD = "name: A story\npack: own\n"
VERSIONED = """
events:
  - {on: 2024-12-31, screening_completed: {}}
  - {on: 2025-01-01, screening_completed: {}}
  - {on: 2025-12-31, screening_completed: {}}
  - {on: 2026-01-01, screening_completed: {}}
  - {on: 2026-06-30, screening_completed: {}}
  - {on: 2026-07-01, screening_completed: {}}
  - {on: 2026-07-31, screening_completed: {}}
"""
ALL_OF_THEM = [
    "versioned on 2024-12-31 (not in force)",
    "versioned on 2025-01-01",
    "versioned on 2025-12-31",
    "versioned on 2026-01-01",
    "versioned on 2026-06-30",
    "versioned on 2026-07-01",
    "versioned on 2026-07-31",
    "versioned on 2026-08-01 (not in force)",
    "barred on 2025-12-31",
    "barred on 2026-01-01 (not in force)",
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with the pack and a county's overlay."""
    (tmp_path / "own" / "counties" / "fresno").mkdir(parents=True)
    (tmp_path / "own" / "rules.yaml").write_text(RULES)
    (tmp_path / "own" / "counties" / "fresno" / "overlay.yaml").write_text(OVERLAY)
    return tmp_path


def left(root: Path, *stories: str, county: str | None = None) -> list[str]:
    """What is untold by some stories."""
    told: list[Scenario] = [parse_scenario(HEAD + one) for one in stories]
    return list(map(str, untold(load_pack("own", county, root=root), told, root)))


def test_the_periods_of_a_rule(root: Path) -> None:
    """A version may say anew how long the rule is in force; a date that a county chooses is none of the rule's."""
    pack = load_pack("own", root=root)
    found = [
        (format_day(one.first)[:10] if one.first else "", one.in_force) for one in periods_of(pack.duties["versioned"])
    ]
    assert found == [
        ("", False),
        ("2025-01-01", True),
        ("2026-01-01", True),
        ("2026-07-01", True),
        ("2026-08-01", False),
    ]
    assert [one.in_force for one in periods_of(pack.duties["chosen"])] == [True]


def test_a_pack_without_stories(root: Path) -> None:
    assert left(root) == ALL_OF_THEM
    assert left(root, county="fresno") == [*ALL_OF_THEM, "step on 2026-03-01", "step on 2026-03-02"]


def test_runs_tell_of_the_day_on_which_they_start(root: Path) -> None:
    """All runs that the expectation may mean, and none of another rule."""
    found = left(root, VERSIONED + "expect:\n  - {on: 2026-07-31, missed: [versioned], absent: [chosen, plain]}")
    assert found == [one for one in ALL_OF_THEM if "not in force" in one or not one.startswith("versioned")]


def test_absence_tells_of_a_rule_that_is_not_in_force(root: Path) -> None:
    before = "events: [{on: 2024-12-31, screening_completed: {}}]\nexpect: [{on: 2024-12-31, absent: [versioned]}]"
    after = "events: [{on: 2026-08-01, screening_completed: {}}]\nexpect: [{on: 2026-08-01, absent: [versioned]}]"
    other = "events: [{on: 2026-08-01, case_opened: {}}]\nexpect: [{on: 2026-08-01, absent: [versioned]}]"
    assert left(root, before, other) == ALL_OF_THEM[1:]
    assert left(root, before, after) == [one for one in ALL_OF_THEM[1:] if "2026-08-01" not in one]


def test_a_bar_is_told_of_by_a_breach_and_by_none(root: Path) -> None:
    last = "events: [{on: 2025-12-31, cft_held: {meeting_id: M}}]\nexpect: [{on: 2025-12-31, barred: [barred]}]"
    first = "events: [{on: 2026-01-01, cft_held: {meeting_id: M}}]\nexpect: [{on: 2026-01-01, barred: []}]"
    assert left(root, last, first) == [one for one in ALL_OF_THEM if not one.startswith("barred")]


def test_what_a_county_settles_is_told_of_by_its_own_stories(root: Path) -> None:
    """Of rules that ask for the choice by a decision, too; not by a story that settles it otherwise."""
    events = (
        "events: [{on: 2026-03-01, referral_sent: {referral_id: A}}, {on: 2026-03-02, referral_sent: {referral_id: B}}]"
    )
    asked = f"{events}\nexpect: [{{on: 2026-03-02, barred: [gate], bar_undetermined: {{gate: [step]}}}}]"
    otherwise = f"settles: {{step: sending}}\n{events}\nexpect: [{{on: 2026-03-02, barred: [gate]}}]"
    assert left(root, f"county: fresno\n{asked}", county="fresno") == ALL_OF_THEM
    missing = [*ALL_OF_THEM, "step on 2026-03-01", "step on 2026-03-02"]
    assert left(root, f"county: fresno\n{otherwise}", otherwise, county="fresno") == missing
