"""What a rule about somebody cannot reach: each is told with its place and a remedy."""

from __future__ import annotations

import pytest

from icpm_engine.rules.loading import check_texts
from icpm_engine.rules.subjects import across, seen_by, speaks_of

PACK = """
zone: America/Los_Angeles
roles: {worker: Worker}
sources: {s: {title: Practice}}
events: {opened: {}, seen: {}, told: {subject: person, what: text}, met: {subject: team}, asked: {subject: county}}
facts:
  of_case: {type: date, told: {on: opened, take: event}}
  of_person: {subject: person, type: text, told: {on: told, take: what}}
lifecycles:
  case:
    label: Case
    initial: none
    states: {none: {label: None}, open: {label: Open}}
    transitions: [{on: opened, from: [none, open], to: open}]
duties:
  it: {label: It, owner: worker, authority: s, DUTY, due: {within: 3 days}}
"""


def errors(duty: str) -> list[str]:
    text = PACK.replace("DUTY", duty)
    return [str(error) for error in check_texts({"rule.yaml": text}, standard=False).errors]


@pytest.mark.parametrize(
    ("duty", "said"),
    [
        ("starts: asked, met: seen", "the duty it is about a case, and the event asked about a county"),
        ("subject: person, starts: met, met: seen", "and the event met about a team; a rule about a person reads"),
        (
            "subject: team, starts: opened, met: met",
            "reads the events of the team only; say subject: case or person on it",
        ),
        (
            "subject: county, starts: asked, met: told",
            "reads the events of the county only; say subject: case or person",
        ),
        ("subject: person, starts: told, met: seen, while: case.open", "the lifecycle case about a case"),
        (
            "subject: person, starts: told, met: seen, while: {of_case: {known: yes}}",
            "and the fact of_case about a case",
        ),
        (
            "subject: team, starts: met, met: met, while: {of_person: x}",
            "say subject: person on it, or subject: team on",
        ),
        ("subject: team, starts: met, met: met, while: {age: {under: 3 years}}", "and the fact born about a person"),
    ],
)
def test_what_a_rule_cannot_reach(duty: str, said: str) -> None:
    (found,) = errors(duty)
    assert found.startswith("rule.yaml:1")
    assert said in found


@pytest.mark.parametrize(
    "duty",
    [
        "starts: met, met: told, while: {of_person: x}",
        "subject: person, starts: opened, met: seen, while: {of_person: x}",
        "subject: team, starts: met, again: restarts, met: met",
        "subject: county, starts: asked, met: asked",
    ],
)
def test_what_it_can(duty: str) -> None:
    assert errors(duty) == []


def test_only_what_looks_across_cases_costs_anything() -> None:
    def loaded(duty: str) -> object:
        return check_texts({"rule.yaml": PACK.replace("DUTY", duty)}, standard=False).pack

    plain = loaded("starts: opened, met: told, while: {of_person: x}")
    assert across(plain) == frozenset()
    assert seen_by(plain, "case").pack is plain
    assert not speaks_of(plain, "person")
    counting = loaded("subject: person, starts: opened, met: seen")
    assert across(counting) == {"person"}
    assert seen_by(counting, "person").reads == {"opened", "seen"}
    assert seen_by(counting, "case").far == {}
    assert "it" not in seen_by(counting, "case").pack.duties
