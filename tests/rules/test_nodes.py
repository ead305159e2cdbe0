"""The YAML profile: what is read, what is refused, and where the message points."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from icpm_engine.errors import PackError
from icpm_engine.rules import profile
from icpm_engine.rules.nodes import ListNode, MapNode, Node, TextNode
from icpm_engine.rules.profile import parse, parse_map
from icpm_engine.rules.words import hint, nearest


def refused(source: str | bytes) -> PackError:
    with pytest.raises(PackError) as caught:
        parse(source, "a.yaml")
    return caught.value


def at(source: str, key: str = "a") -> Node:
    return parse_map(source, "a.yaml")[key]


def plain(node: Node) -> object:
    if isinstance(node, MapNode):
        return {key: plain(part) for key, part in node.pairs()}
    if isinstance(node, ListNode):
        return [plain(part) for part in node]
    assert isinstance(node, TextNode)
    return node.value


def test_scalars_stay_text() -> None:
    tree = parse("{on: x, no: y, off: [yes, 12:30, 0x10, 1_000, 2026-03-20, ~, null]}", "a.yaml")
    assert plain(tree) == {"on": "x", "no": "y", "off": ["yes", "12:30", "0x10", "1_000", "2026-03-20", "~", "null"]}


def test_nodes_know_their_place_and_quotes() -> None:
    tree = parse_map("a: 1\nb:\n  - 'x'\n  - {c: y}\n", "rules/a.yaml")
    quoted, inner = tree["b"].items()
    assert str(quoted.mark) == "rules/a.yaml:3:5"
    assert isinstance(quoted, TextNode)
    assert not quoted.plain
    assert isinstance(tree["a"], TextNode)
    assert tree["a"].plain
    assert str(inner.map()["c"].mark) == "rules/a.yaml:4:9"
    assert str(tree.key_mark("b")) == "rules/a.yaml:2:1"


@pytest.mark.parametrize(
    ("source", "place", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", "a.yaml:3:1", "'a' stands here twice; first in line 1"),
        ("a: &x 1\n", "a.yaml:1:4", "anchor"),
        ("a: &x [1]\nb: *x\n", "a.yaml:1:4", "anchor"),
        ("a: *x\n", "a.yaml:1:4", "alias ('x')"),
        ("a: !!python/object:os.system 1\n", "a.yaml:1:4", "tag"),
        ("a: !x [1]\n", "a.yaml:1:4", "tag ('!x')"),
        ("%YAML 1.1\n---\na: 1\n", "a.yaml:1:1", "directive"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2:1", "second YAML document"),
        ("", "a.yaml:1:1", "empty"),
        ("# only a comment\n", "a.yaml:1:1", "empty"),
        ("? [a, b]\n: 1\n", "a.yaml:1:3", "expected a plain word as key, found a list"),
        ("'': 1\n", "a.yaml:1:1", "found nothing"),
        ("a: [1, 2\nb: 3\n", "a.yaml:2:2", "YAML syntax"),
        ("a: b: c\n", "a.yaml:1:5", "quote a text that holds"),
        ("a:\n\t- b\n", "a.yaml:2:1", "not tabs"),
        ('a: "x\\0y"\n', "a.yaml:1:4", "cannot be seen (U+0000)"),
        ("a: x\x00\n", "a.yaml:1:5", "cannot be seen (U+0000)"),
        (b"a: 1\r\nb: x\x00\r\n", "a.yaml:2:5", "cannot be seen (U+0000)"),
        ("a: 1\rb: \x07\n", "a.yaml:2:4", "cannot be seen (U+0007)"),
        ("a: 1\n\ufeffb: 2\n", "a.yaml:2:1", "cannot be seen (U+FEFF)"),
        ("a: [x,\u2028y]\n", "a.yaml:1:7", "cannot be seen (U+2028)"),
        ("a: exam\xadple\n", "a.yaml:1:8", "cannot be seen (U+00AD)"),
        ("ow\u200bner: x\n", "a.yaml:1:3", "cannot be seen (U+200B)"),
        ('a: "\\u202Edlihc"\n', "a.yaml:1:4", "cannot be seen (U+202E)"),
        ("a: \ud800\n", "a.yaml:1:4", "cannot be seen (U+D800)"),
        ("a: 1".encode("utf-16"), "a.yaml:1:1", "not UTF-8"),
        ("a: 1".encode("utf-16-be"), "a.yaml:1:1", "save the file as UTF-8"),
        ("x: [{b: {c: 1, 'c': 2}}]\n", "a.yaml:1:16", "'c' stands here twice"),
        ("a: {<<: {b: 1}}\n", "a.yaml:1:5", "merge key"),
        ("- " * 41 + "x", "a.yaml:1:81", "more than 40 deep"),
        ("{a: " * 50_000, "a.yaml:1:161", "more than 40 deep"),
        ("\n".join("  " * deep + "a:" for deep in range(60)), "a.yaml:41:81", "more than 40 deep"),
        ("\n".join(f"k{key}: 1" for key in range(100_000)), "a.yaml:30000:9", "more than 60000 values"),
        ("\n".join(f"{name}: &{name} [{', '.join(['*' + name] * 9)}]" for name in "abc"), "a.yaml:1:4", "anchor"),
        (b"a: 1\nb: \xe9t\xe9\n", "a.yaml:2:4", "0xe9"),
        ("[" * 41 + "]" * 41, "a.yaml:1:41", "more than 40 deep"),
        ("a: " + "x" * (profile.MAX_BYTES + 1), "a.yaml:1:1", "larger than 1024 KiB"),
        ("[" + "x," * (profile.MAX_NODES + 1) + "]", "a.yaml:1:120000", "more than 60000 values"),
    ],
)
def test_outside_the_profile(source: str | bytes, place: str, words: str) -> None:
    error = refused(source)
    assert str(error.mark) == place
    assert words in error.message


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert list(parse_map(b"\xef\xbb\xbfabout: x", "a.yaml")) == ["about"]
    assert list(parse_map("\ufeffabout: x", "a.yaml")) == ["about"]


def test_typed_by_place() -> None:
    assert at("a: yes").yes_no() is True
    assert at("a: no").yes_no() is False
    assert at("a: on").text() == "on"
    assert at("a: 12").whole() == 12
    assert at("a: 0.50").number() == Decimal("0.50")
    assert at("a: 7").number() == 7
    assert at("a: 2026-03-20").day() == 739_695
    assert at("a: 2026-03-20").moment() == (739_695, -1)
    assert at("a: 2026-03-20T14:05").moment() == (739_695, 845)
    assert at("a: 2026-03-20 14:05").moment() == (739_695, 845)
    assert at("a: 07:30").clock() == 450
    assert at("a: us-federal").slug() == "us-federal"
    assert [node.text() for node in at("a: b").one_or_more()] == ["b"]
    assert [node.text() for node in at("a: [b, c]").one_or_more()] == ["b", "c"]


@pytest.mark.parametrize(
    ("source", "ask", "words"),
    [
        ("a: on", "yes_no", "expected yes or no, found 'on'"),
        ("a: 1.5", "whole", "expected a whole number, found '1.5'"),
        ("a: \u0661", "whole", "expected a whole number"),
        ("a: 1e3", "number", "expected a number"),
        ("a: 2026-02-30", "day", "found '2026-02-30'"),
        ("a: 3/4/26", "day", "expected a date like 2026-03-20"),
        ("a: 2026-03-20T24:00", "moment", "expected a date or moment"),
        ("a: 7:30", "clock", "07:30"),
        ("a:", "text", "expected a text, found nothing"),
        ("a: ''", "text", "found nothing"),
        ("a: {b: c}", "text", "found a mapping with b"),
        ("a: {}", "text", "found an empty mapping"),
        ("a: [b]", "map", "expected a mapping (name: value), found a list"),
        ("a: b", "items", "expected a list, found 'b'"),
        ("a: []", "one_or_more", "at least one entry"),
        ("a: Big-Name", "name", "lower-case words joined by _"),
        ("a: a b", "slug", "lower-case letters, digits, dashes"),
    ],
)
def test_wrong_for_the_place(source: str, ask: str, words: str) -> None:
    with pytest.raises(PackError, match=r"^a\.yaml:1:") as caught:
        getattr(at(source), ask)()
    assert words in caught.value.message


def test_keys() -> None:
    tree = parse_map("owner: x\nlabell: y\n", "a.yaml")
    with pytest.raises(PackError, match=r"a\.yaml:2:1: unknown key 'labell' in a duty; did you mean 'label'\?"):
        tree.refuse_unknown({"owner", "label"}, "in a duty")
    with pytest.raises(PackError, match="'due' is missing \\(by when\\); found a mapping with owner, labell"):
        tree.need("due", "by when")
    with pytest.raises(PackError, match="expected one key"):
        tree.only("one key")
    assert tree.take("due") is None
    assert at("a: {b: c}").map().only("one key")[0] == "b"


def test_words_and_limits() -> None:
    assert at("a: must").one_of(["must", "may"]) == "must"
    with pytest.raises(
        PackError, match="expected force: one of must, should, may, found 'shuld'; did you mean 'should'"
    ):
        at("a: shuld").one_of(["must", "should", "may"], "force")
    with pytest.raises(PackError, match="at least 1; found 0"):
        at("a: 0").whole(least=1)
    with pytest.raises(PackError, match="at most 9; found 10"):
        at("a: 10").whole(most=9)


def test_hints() -> None:
    assert nearest("case-opened", ["case_opened", "case_closed"]) == "case_opened"
    assert nearest("zzz", ["case_opened"]) is None
    assert hint("zzz", ["b", "a"]) == "; known are a, b"
    assert hint("zzz", ["b", "a"], many=1) == ""


def test_the_pure_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "a: [on, {b: 'c'}]\nd: |\n  two\n  lines\n"
    fast = plain(parse(source, "a.yaml"))
    monkeypatch.setattr(profile, "_Loader", yaml.SafeLoader)
    assert plain(parse(source, "a.yaml")) == fast


@given(st.one_of(st.text(), st.binary(), st.text(alphabet="ab:,-[]{}'\"\n &*!|>#%?~\t")))
@example("\ud800")
def test_nothing_but_pack_error(source: str | bytes) -> None:
    with contextlib.suppress(PackError):
        parse(source, "a.yaml")
