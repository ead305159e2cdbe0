"""Every misuse of the rule language that we could think of, with the message that an analyst gets.

`misuses.txt` holds them: what is written in a file beside the small pack of `rulefiles.py`, and below it the error. The
file says what is written: `duty` further keys of a duty, `starts` and `due` these keys, `file` the whole file, with
`\\n` for a new line.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine.rules.nodes import MapNode
from tests.rules.rulefiles import duty, errors

CASES = [case.split("\n") for case in Path(__file__).with_name("misuses.txt").read_text().strip().split("\n\n")]


def written(head: str) -> str:
    what, _, rest = head.replace("\\n", "\n").partition(" | ")
    if what == "file":
        return rest
    if what == "duty":
        return duty(rest)
    values = rest.split(" | ")
    given = dict(zip(what.split(", "), values, strict=True))
    return duty("", starts=given.get("starts", "opened"), due=given.get("due", "open"))


@pytest.mark.parametrize("case", CASES, ids=[case[0][:60] for case in CASES])
def test_what_the_analyst_is_told(case: list[str]) -> None:
    head, *told = case
    assert [f"  {type(error).__name__} {error}" for error in errors(written(head))] == told


@pytest.mark.parametrize("case", CASES, ids=[case[0][:60] for case in CASES])
def test_each_error_points_into_the_file(case: list[str]) -> None:
    text = written(case[0])
    lines = text.split("\n")
    for error in errors(text):
        assert error.mark is not None
        assert error.mark.file == "rule.yaml"
        assert 1 <= error.mark.line <= len(lines)
        assert 1 <= error.mark.column <= len(lines[error.mark.line - 1]) + 1


def test_an_error_that_follows_from_another_is_not_told() -> None:
    told = errors(
        "facts: {x: {type: txt, told: {on: screened, take: tool}}}\n"
        "decisions: {y: {label: Y, authority: law, x: [a, b]}}\n"
        "lifecycles: {z: {label: Z, initial: a, states: {}, transitions: []}}\n"
        "bars: {w: {label: W, owner: worker, authority: law, forbids: {on: opened, when: {any: [z.a, y]}}}}\n"
    )
    assert [str(error.mark) for error in told] == ["rule.yaml:1:19", "rule.yaml:3:48"]


def test_all_errors_are_found_at_once() -> None:
    told = errors(duty("while: hgh\nowner: wroker") + "  other: {label: Other}\nlabels: {}\n")
    assert len(told) == 1  # a section that is none: nothing else of that file is read
    told = errors(duty("while: hgh\nowner: wroker") + "  other: {label: Other}\nbars: {b: {label: B}}\n")
    assert len(told) == 3


def test_only_the_first_key_is_unknown_in_a_mapping() -> None:
    empty = MapNode("a.yaml", 1, 1)
    assert empty
    empty.refuse_unknown(())
