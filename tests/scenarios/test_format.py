"""Files that are wrong: each is refused with its place, what was found and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine.errors import ScenarioError
from icpm_engine.scenarios import load_scenario, parse_scenario
from tests.scenarios.stories import story, told

OPENED = "on: 2026-03-02, id: opening, case_opened: {}"
OVERDUE = "on: 2026-03-02, overdue: []"

# text, and what the message says
BAD_FILES = [
    ("", "story.yaml:1:1: this file is empty"),
    ("- a", "expected a story (name: ..., events: [...], expect: [...]), found a list"),
    ("name: a\nevent: []", "story.yaml:2:1: unknown key 'event' in a scenario; did you mean 'events'?"),
    ("name: a\nname: b", "the key 'name' stands here twice; first in line 1"),
    ("events: []", "expected at least one item under events, found an empty list"),
    ("name: a\nexpect: []", "'events' is missing (a list)"),
    (story(OPENED, OVERDUE).replace("name: A story\n", ""), "'name' is missing (one sentence)"),
    (story(OPENED, OVERDUE, "case_tag: B"), "story.yaml:2:11: expected a tag: one of T, C, A, found 'B'"),
    (story(OPENED, OVERDUE, "county: San Diego"), "expected the name of a county (lower-case letters"),
    (story(OPENED, OVERDUE, "settles: x"), "expected {CHOICE: value}, found 'x'"),
    (story(OPENED, OVERDUE, "systems: {cws: {name: x}}"), "unknown key 'name' here; known are title"),
    (story(OPENED, OVERDUE, "readers: {judge: {}}"), "'role' is missing"),
    (story(OPENED, OVERDUE, "readers: {bench: {role: court}}"), "expected the role of a reader: one of family, youth"),
    (story(OPENED, "on: 2026-03-02, plan: {}"), "nothing is expected of the plan; name at least one of version"),
    (story(OPENED, "on: 2026-03-02, plan: {line: {}}"), "unknown key 'line' in what is expected of a plan; did you"),
    (
        story(OPENED, "on: 2026-03-02, plan: {lines: {needs: []}}"),
        "where a kind of line is expected; did you mean 'need'",
    ),
    (story(OPENED, "on: 2026-03-02, plan: {found: {said: []}}"), "unknown key 'said' under found, where a finding is"),
    (story(OPENED, "on: 2026-03-02, plan: {findings: [x]}"), "expected findings: {FINDING: [lines]}, found a list"),
    (story(OPENED, "on: 2026-03-02, plan: {found: {}}"), "expected at least one name under found, found an empty"),
    (story(OPENED, "on: 2026-03-02, reader: family, overdue: []"), "a reader reads plan or team; say what is ex"),
    (story(OPENED, "on: 2026-03-02, team: {}"), "nothing is expected of the team; name at least one of members"),
    (story(OPENED, "on: 2026-03-02, team: {member: [x]}"), "unknown key 'member' in what is expected of a team; did"),
    (story(OPENED, "on: 2026-03-02, reader: aunt, plan: {version: 0}"), "expected a reader: one of family, youth"),
    (story(OPENED, OVERDUE, "children: {a: {events: []}}\nchild: {}"), "either `child:` or `children:`, found both"),
    (story("case_opened: {}", OVERDUE), "'on' is missing (the date on which it happened)"),
    (story("on: 2026-02-30, case_opened: {}", OVERDUE), "found '2026-02-30', expected a day that exists"),
    (
        story("on: 2026-03-02", OVERDUE),
        "what happened is missing, like screening_completed: {...}; found a mapping with on",
    ),
    (story("on: 2026-03-02, case_opened: {}, recordd: 2026-03-03", OVERDUE), "did you mean 'recorded'?"),
    (story("on: 2026-03-02, case_opened: {}, case_closed: {}", OVERDUE), "found 'case_opened' and 'case_closed'"),
    (story("on: 2026-03-02, case_opened: x", OVERDUE), "expected the event's fields ({} for none), found 'x'"),
    (
        story("on: 2026-03-02, child: a, case_opened: {}", OVERDUE),
        "only in the shared lists of a story with `children:`",
    ),
    (story("on: 2026-03-02, system: cws, case_opened: {}", OVERDUE), "expected a system declared under systems:"),
    (story("on: 2026-03-02, corrects: a, retracts: b", OVERDUE), "either corrects or retracts another one, found both"),
    (story("on: 2026-03-02, retracts: a, case_opened: {kind: court}", OVERDUE), "a retraction says nothing new"),
    (story(OPENED, "overdue: []"), "'on' is missing (the day that is asked about)"),
    (story(OPENED, "on: 2026-03-02"), "nothing is expected here; name at least one of states, holders"),
    (
        story(OPENED, "on: 2026-03-02, over_due: []"),
        "unknown key 'over_due' in expected answers; did you mean 'overdue'?",
    ),
    (story(OPENED, "on: 2026-03-02, absent: []"), "expected at least one name under absent, found an empty list"),
    (story(OPENED, "on: 2026-03-02, due: {}"), "expected at least one name under due, found an empty mapping"),
    (story(OPENED, "on: 2026-03-02, met: x"), "expected a list of names, like met: [...], found 'x'"),
    (story(OPENED, "on: 2026-03-02, met: ['x[y']"), "expected a name, NAME[instance] or NAME#2, found 'x[y'"),
    (story(OPENED, "on: 2026-03-02, states: {case#2: open}"), "only runs of a duty are counted (#2)"),
    (story(OPENED, "on: 2026-03-02, due: {write: soon}"), "found 'soon', expected a date"),
]


@pytest.mark.parametrize(("text", "message"), BAD_FILES, ids=[message[-40:] for _, message in BAD_FILES])
def test_a_wrong_file_is_refused(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text)
    assert message in str(caught.value)
    assert str(caught.value).startswith("story.yaml:")


# events, expectation, and what the message says
BAD_STORIES = [
    ("on: 2026-03-02, case_open: {}", OVERDUE, "story.yaml:4:5: no kind of event is named 'case_open'; did you mean"),
    (
        "on: 2026-03-02, case_opened: {kind: cort}",
        OVERDUE,
        "story.yaml:4:42: case_opened.kind: found 'cort', expected one",
    ),
    ("on: 2026-03-02, case_opened: {kinds: court}", OVERDUE, "story.yaml:4:43: case_opened has no field 'kinds'"),
    ("on: 2026-03-02, referral_sent: {}", OVERDUE, "story.yaml:4:5: referral_sent: the field referral_id is missing"),
    ("on: 2026-03-02, recorded: 2026-03-01, case_opened: {}", OVERDUE, "recorded 2026-03-01, before it happened"),
    ("on: 2026-03-02T10:00, recorded: 2026-03-02T09:00, case_opened: {}", OVERDUE, "before it happened (2026-03-02T10"),
    (f"{OPENED}\n{OPENED}", OVERDUE, "story.yaml:5:5: the id 'opening' stands here twice; first at story.yaml:4:5"),
    (
        f"{OPENED}\non: 2026-03-03, retracts: openin",
        OVERDUE,
        "no event of this child has the id 'openin'; did you mean",
    ),
    (f"on: 2026-03-02, retracts: opening\n{OPENED}", OVERDUE, "what it changes (opening) is recorded later than this"),
    ("on: 2026-03-02, id: a, corrects: a, case_opened: {}", OVERDUE, "correct or retract one another in a circle"),
    (
        f"{OPENED}\non: 2026-03-03, retracts: opening, case_closed: {{}}",
        OVERDUE,
        "which is case_opened, not case_closed",
    ),
    (
        """on: 2026-03-02, recorded: 2026-03-03T10:00, case_opened: {}
        on: 2026-03-03, recorded: 2026-03-03T09:00, crisis_responded: {}""",
        OVERDUE,
        "recorded 2026-03-03T09:00, earlier than an item above it",
    ),
    (
        OPENED,
        "on: 2026-03-02, absent: [rite]",
        "story.yaml:6:31: absent: no duty is named 'rite'; did you mean 'write'?",
    ),
    (OPENED, "on: 2026-03-02, absent: [case]", "no duty is named 'case'; case is a lifecycle"),
    (OPENED, "on: 2026-03-02, absent: ['write[a]']", "write has no instances; write 'write'"),
    (OPENED, "on: 2026-03-02, absent: ['accept[R1]']", "no event of this child has referral_id: R1"),
    (OPENED, "on: 2026-03-02, states: {case: opened}", "expected a state, one of none, open, closed; found 'opened'"),
    (OPENED, "on: 2026-03-02, holders: {case: judge}", "expected a role, or none, one of worker, clinic, none; found"),
    (OPENED, "on: 2026-03-02, facts: {last_screen: never}", "last_screen: found 'never', expected a date"),
    (OPENED, "on: 2026-03-02, decisions: {grown: maybe}", "expected true, false or unknown, one of"),
    (OPENED, "on: 2026-03-02, out_of_place: [closing]", "no event is named 'closing'"),
    (OPENED, "on: 2026-03-02, barred: [not_alon]", "no bar is named 'not_alon'; did you mean 'not_alone'?"),
]


@pytest.mark.parametrize(
    ("events", "expect", "message"), BAD_STORIES, ids=[message[-40:] for *_, message in BAD_STORIES]
)
def test_a_story_that_does_not_fit_the_rules_is_refused(events: str, expect: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        told(story(events, expect))
    assert message in str(caught.value)
    assert str(caught.value).startswith("story.yaml:")


def test_an_unknown_fact_about_the_child() -> None:
    with pytest.raises(ScenarioError, match=r"story.yaml:2:14: unknown key 'age' in a child; known are born, "):
        told(story(OPENED, OVERDUE, "child: {age: 7}"))


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"no.yaml:1:1: this file cannot be read"):
        load_scenario(tmp_path / "no.yaml")


def test_reserved_keys_are_kept() -> None:
    found = parse_scenario(
        story(
            "on: 2026-03-02, system: cws, case_opened: {}",
            OVERDUE,
            "about: Why\nprotocol: CA-X\ncase_tag: T\nsystems: {cws: {title: State}}\nreaders: {bench: {role: judge}}",
        )
    )
    assert (found.about, found.protocol, found.case_tag, found.pack) == ("Why", "CA-X", "T", "california")
    assert found.systems == {"cws": "State"}
    assert found.readers == {"bench": "judge"}
    assert found.children[0].events[0].system == "cws"
