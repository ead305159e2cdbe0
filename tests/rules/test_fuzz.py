"""Whatever stands in a rule file, loading it gives a pack or a PackError with a place, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from icpm_engine.errors import PackError
from icpm_engine.rules.loading import check_texts
from icpm_engine.rules.nodes import ListNode, MapNode, Node, TextNode
from icpm_engine.rules.profile import parse
from tests.rules.rulefiles import BASE

HERE = Path(__file__).parent
VALID = [BASE, *(path.read_text() for path in sorted(HERE.joinpath("encodings").glob("*.yaml")))]
WORDS = sorted({word for text in VALID for word in text.replace("{", " ").replace("}", " ").split() if len(word) < 25})
JUNK = ["", " ", "none", "yes", "0", "-1", "9" * 30, "2026-02-30", "''", "{}", "[]", "\t", "é", "\u2028", "a: b", "[{"]


def check(text: str | bytes) -> None:
    for standard in (False, True):
        report = check_texts({"a.yaml": text}, standard=standard)
        assert (report.pack is None) == bool(report.errors)
        for error in report.errors:
            assert isinstance(error, PackError)
            assert str(error)


@given(st.one_of(st.text(), st.binary()))
@example("\ud800")
@example(b"\xff\xfe")
def test_anything(text: str | bytes) -> None:
    check(text)


LINES = st.sampled_from([line for text in VALID for line in text.splitlines()])


@given(st.lists(LINES, max_size=40))
def test_lines_of_packs_thrown_together(lines: list[str]) -> None:
    check("\n".join(lines))


@settings(max_examples=300)
@given(st.data())
def test_a_valid_pack_with_slips(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(VALID))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        end = min(len(text), at + data.draw(st.integers(0, 12)))
        text = text[:at] + data.draw(st.sampled_from(JUNK + WORDS)) + text[end:]
    check(text)


TREES = [parse(text, "a.yaml") for text in VALID]


def written(node: Node) -> str:
    """A tree as YAML in flow style, every text quoted: yet it means the same, since places give the types."""
    if isinstance(node, MapNode):
        return "{" + ", ".join(f"{quoted(key)}: {written(part)}" for key, part in node.pairs()) + "}"
    if isinstance(node, ListNode):
        return "[" + ", ".join(map(written, node)) + "]"
    assert isinstance(node, TextNode)
    return quoted(node.value)


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def places(node: Node) -> list[Node]:
    if isinstance(node, MapNode):
        return [node, *(place for part in node.nodes.values() for place in places(part))]
    if isinstance(node, ListNode):
        return [node, *(place for part in node for place in places(part))]
    return [node]


PLACES = [place for tree in TREES for place in places(tree)]
KEYS = sorted({key for place in PLACES if isinstance(place, MapNode) for key in place})


@settings(max_examples=300)
@given(st.data())
def test_a_valid_pack_with_parts_exchanged(data: st.DataObject) -> None:
    tree = data.draw(st.sampled_from(TREES))
    wrong = {id(place) for place in data.draw(st.lists(st.sampled_from(places(tree)), min_size=1, max_size=3))}
    other = data.draw(st.sampled_from(PLACES))
    key = data.draw(st.sampled_from(KEYS))

    def changed(node: Node) -> str:
        if id(node) in wrong:
            return data.draw(st.sampled_from([written(other), f"{{{key}: {written(node)}}}", f"[{written(node)}]"]))
        if isinstance(node, MapNode):
            return "{" + ", ".join(f"{quoted(key)}: {changed(part)}" for key, part in node.pairs()) + "}"
        if isinstance(node, ListNode):
            return "[" + ", ".join(map(changed, node)) + "]"
        return written(node)

    check(changed(tree))


@pytest.mark.parametrize("number", range(len(VALID)))
def test_quotes_change_nothing(number: int) -> None:
    """Places give the types, so a pack in quotes says the same (but a quoted number of a decision is a text)."""
    plain = check_texts({"a.yaml": VALID[number]}, standard=False)
    quotes = check_texts({"a.yaml": written(TREES[number])}, standard=False)
    assert quotes.errors == ()
    assert plain.pack is not None
    assert quotes.pack is not None
    assert quotes.pack.duties == plain.pack.duties
    assert quotes.pack.decisions == plain.pack.decisions
    assert quotes.pack.facts == plain.pack.facts
