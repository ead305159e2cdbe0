"""The JSON Schema of rule files accepts whatever the loader does, and catches the slips that it can see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from icpm_engine.errors import PackError
from icpm_engine.rules.loading import check_texts
from icpm_engine.rules.nodes import ListNode, MapNode, Node, TextNode
from icpm_engine.rules.packs import packs_root
from icpm_engine.rules.profile import parse
from icpm_engine.rules.schema import pack_schema
from tests.rules.rulefiles import BASE, duty
from tests.rules.test_fuzz import PLACES, TREES, places, quoted
from tests.rules.test_misuses import CASES, written

HERE = Path(__file__).parent
VALIDATOR = Draft202012Validator(pack_schema())
FILES = sorted(
    [
        *HERE.joinpath("encodings").glob("*.yaml"),
        *(path for path in packs_root().rglob("*.yaml") if "calendars" not in path.parts),
    ]
)


def as_an_editor_reads_it(node: Node) -> Any:  # noqa: ANN401 - any JSON
    """The values of YAML 1.2: numbers and true or false by their looks, everything else text."""
    if isinstance(node, MapNode):
        return {key: as_an_editor_reads_it(part) for key, part in node.pairs()}
    if isinstance(node, ListNode):
        return [as_an_editor_reads_it(part) for part in node]
    assert isinstance(node, TextNode)
    if node.plain and re.fullmatch(r"-?\d+", node.value):
        return int(node.value)
    if node.plain and re.fullmatch(r"-?\d+\.\d+", node.value):
        return float(node.value)
    return {"true": True, "false": False}.get(node.value, node.value) if node.plain else node.value


def complaints(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(as_an_editor_reads_it(parse(text, "a.yaml")))]


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(pack_schema())
    assert pack_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("path", FILES, ids=[f"{path.parent.name}/{path.stem}" for path in FILES])
def test_it_accepts_every_pack(path: Path) -> None:
    assert complaints(path.read_text()) == []


@pytest.mark.parametrize(
    "text",
    [
        BASE,
        duty("versions: [{from: 2026-01-01, owner: nurse}]\nescalates: {at: due, tell: boss}"),
        duty("while: {spent: case.open, at_least: 1 year, how: total}\nencodes: [1, 2]\nfloor: yes"),
        duty("met: {on: screened, of: all, in_a_row: 3, share: 95 percent, each: {present: [a, {when: b, is: c}]}}"),
        duty("force: [{while: {acute: yes}, is: must}, {is: should}]\nwhile: {as_of: now, age: {under: 3 years}}"),
        duty("", due="{earliest: [{within: 30 days}, open], rolls: next court day}"),
        (
            "extends: mystate\nsettles:\n  limit: {is: 5 days, authority: law}\n"
            "  counted: [{is: entry, from: 2026-01-01, authority: law}]"
        ),
        "calendars: {hours: {hours: 07:00-19:00, weekdays: monday}}",
        (
            "sources: {x: {title: X, kind: agreement, section: 4, parties: A, term: {from: 2026-01-01},"
            " review: {by: 2026-06-30, duty: screen}}}"
        ),
    ],
)
def test_it_accepts_every_form(text: str) -> None:
    assert complaints(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "dutys: {}",
        duty("ower: worker"),
        duty("again: never"),
        duty("met: {on: screened, wehre: {tool: psc}}"),
        duty("met: {on: screened, times: 0}"),
        duty("", due="{whitin: 30 days}"),
        duty("", due="{first_day: counted}"),
        duty("escalates: {at: due}"),
        duty("while: {Score: 3}"),
        duty("versions: [{owner: nurse}]"),
        "events: {x: {a: txt}}",
        "facts: {x: {type: txt}}",
        "sources: {x: {titel: X}}",
        "sources: {x: {title: X, kind: statute, parties: [A, B]}}",
        "sources: {x: {title: X, kind: agreement, review: {}}}",
        "settles: {limit: 5 days}",
        "lifecycles: {x: {states: {a: {colour: red}}}}",
        "defaults: {label: X}",
    ],
)
def test_it_catches_slips(text: str) -> None:
    assert complaints(text) != []


def test_it_describes_every_key_of_a_duty_that_is_not_plain() -> None:
    duty_keys = pack_schema()["$defs"]["duty"]["properties"]
    assert {key for key, schema in duty_keys.items() if "description" not in schema} <= {
        "label",
        "subject",
        "crossover",
        "in_force",
        "escalates",
    }


# What the loader says of a file that is wrong by its form alone: whatever the names in it, a schema can see that.
OF_FORM = re.compile(
    "unknown key|is missing|found an empty|exactly one of|not both|found a list|found nothing|looks at an event"
    "|at least one"
)


@pytest.mark.parametrize("case", CASES, ids=[case[0][:60] for case in CASES])
def test_it_sees_what_the_loader_refuses_for_its_form(case: list[str]) -> None:
    head, told, *_ = case
    try:
        found = complaints(written(head))
    except PackError:
        return  # no YAML of ours: an editor says so, too
    assert found or not OF_FORM.search(told)


@settings(max_examples=200)
@given(st.data())
def test_it_accepts_what_the_loader_accepts(data: st.DataObject) -> None:
    """A part of one valid file in the place of a part of another: whatever loads, an editor must not mark as wrong."""
    tree = data.draw(st.sampled_from(TREES))
    place = data.draw(st.sampled_from(places(tree)))
    other = data.draw(st.sampled_from(PLACES))
    text = in_place(tree, place, other)
    report = check_texts({"a.yaml": text}, standard=False)
    if report.pack is not None:
        assert complaints(text) == []


NOWHERE = Node("a.yaml", 1, 1)


def in_place(node: Node, place: Node, other: Node) -> str:
    """A tree as YAML, with another part in one place; texts as they were, in quotes or not."""
    if node is place:
        return in_place(other, NOWHERE, other)
    if isinstance(node, MapNode):
        return "{" + ", ".join(f"{quoted(key)}: {in_place(part, place, other)}" for key, part in node.pairs()) + "}"
    if isinstance(node, ListNode):
        return "[" + ", ".join(in_place(part, place, other) for part in node) + "]"
    assert isinstance(node, TextNode)
    plain = node.plain and re.fullmatch(r"-?\d+(\.\d+)?|[a-z_]+", node.value)
    return node.value if plain else quoted(node.value)
