"""What stands in a file that a person wrote: a tree of nodes that know their place.

A node gives its value as the place asks for it, or raises `PackError` with file, line and column (`profile` makes it).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

from icpm_engine.errors import Mark, PackError
from icpm_engine.rules.words import hint, parse_clock, parse_date, shown

_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*\Z")
_SLUG = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*\Z")
_WHOLE = re.compile(r"-?[0-9]{1,15}\Z", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?\Z", re.ASCII)


class Node:
    """A place in a file and what stands there. Never changed after parsing, so trees may be shared and cached."""

    __slots__ = ("column", "file", "line")

    def __init__(self, file: str, line: int, column: int) -> None:
        self.file = file
        self.line = line
        self.column = column

    def __bool__(self) -> bool:
        return True  # an empty list or mapping is something that a person wrote

    @property
    def mark(self) -> Mark:
        """File, line and column (from 1)."""
        return Mark(self.file, self.line, self.column)

    @property
    def found(self) -> str:
        """What stands here, for a message."""
        return self._found()

    def _found(self) -> str:
        return "a list"

    def error(self, message: str) -> PackError:
        """The error to raise about this place."""
        return PackError(message, self.mark)

    def expected(self, what: str) -> PackError:
        """The error that says what should stand here and what does."""
        return self.error(f"expected {what}, found {self.found}")

    # Each of these gives the value that the place asks for, or raises PackError.

    def map(self, what: str = "a mapping (name: value)") -> MapNode:
        """This node, which must be a mapping."""
        if isinstance(self, MapNode):
            return self
        raise self.expected(what)

    def items(self, what: str = "a list") -> tuple[Node, ...]:
        """The nodes of a list."""
        if isinstance(self, ListNode):
            return self.nodes
        raise self.expected(what)

    def text(self, what: str = "a text") -> str:
        """A text that is not empty."""
        if isinstance(self, TextNode) and self.value.strip():
            return self.value
        raise self.expected(what)

    def one_or_more(self) -> tuple[Node, ...]:
        """The nodes of a list, or this node alone; an empty list is refused."""
        if not isinstance(self, ListNode):
            return (self,)
        if not self.nodes:
            raise self.error("expected at least one entry, found an empty list")
        return self.nodes

    def name(self, what: str = "a name") -> str:
        """A name: lower-case words joined by underscores."""
        word = self.text(what)
        if not _NAME.match(word):
            raise self.error(f"expected {what} (lower-case words joined by _), found {self.found}")
        return word

    def slug(self, what: str = "a short name") -> str:
        """A name that may also hold dashes and dots, as of sources, counties and calendars."""
        word = self.text(what)
        if not _SLUG.match(word):
            raise self.error(f"expected {what} (lower-case letters, digits, dashes), found {self.found}")
        return word

    def one_of(self, allowed: Iterable[str], what: str | None = None) -> str:
        """One of some words."""
        words = list(allowed)
        word = self.text(what or f"one of {', '.join(words)}")
        if word not in words:
            kind = f"{what}: " if what else ""
            raise self.error(f"expected {kind}one of {', '.join(words)}, found {self.found}{hint(word, words, 0)}")
        return word

    def yes_no(self) -> bool:
        """`yes` or `no`; `true` and `false` say the same."""
        word = self.text("yes or no")
        if word in {"yes", "true"}:
            return True
        if word in {"no", "false"}:
            return False
        raise self.expected("yes or no")

    def whole(self, what: str = "a whole number", least: int | None = None, most: int | None = None) -> int:
        """A whole number within limits."""
        word = self.text(what)
        if not _WHOLE.match(word):
            raise self.expected(what)
        number = int(word)
        if (least is not None and number < least) or (most is not None and number > most):
            edge = f"at least {least}" if least is not None and number < least else f"at most {most}"
            raise self.error(f"expected {what}, {edge}; found {number}")
        return number

    def number(self, what: str = "a number") -> int | Decimal:
        """A number; one with a point is a Decimal, exactly as written."""
        word = self.text(what)
        if not _NUMBER.match(word):
            raise self.expected(what)
        return Decimal(word) if "." in word else int(word)

    def day(self, what: str = "a date like 2026-03-20") -> int:
        """A date, as day ordinal."""
        found = parse_date(self.text(what))
        if found is None:
            raise self.expected(what)
        return found

    def moment(self, what: str = "a date or moment like 2026-03-20 or 2026-03-20T14:05") -> tuple[int, int]:
        """A moment, as day ordinal and minute of the day (-1 when its hour is missing)."""
        day_text, _, clock = self.text(what).replace(" ", "T", 1).partition("T")
        day = parse_date(day_text)
        minute = parse_clock(clock) if clock else -1
        if day is None or minute is None:
            raise self.expected(what)
        return day, minute

    def clock(self, what: str = "a time of day like 07:30") -> int:
        """A time of day, as minute of the day."""
        found = parse_clock(self.text(what))
        if found is None:
            raise self.expected(what)
        return found


class TextNode(Node):
    """A scalar: its text, and whether it was written plain (without quotes)."""

    __slots__ = ("plain", "value")

    def __init__(self, file: str, line: int, column: int, value: str, *, plain: bool) -> None:
        super().__init__(file, line, column)
        self.value = value
        self.plain = plain

    def _found(self) -> str:
        return shown(self.value) if self.value.strip() else "nothing"


class ListNode(Node):
    """A list of nodes."""

    __slots__ = ("nodes",)

    def __init__(self, file: str, line: int, column: int) -> None:
        super().__init__(file, line, column)
        self.nodes: tuple[Node, ...] = ()

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)


class MapNode(Node):
    """A mapping from text keys to nodes, in the order of the file. Reads like a small dict."""

    __slots__ = ("keys_at", "nodes")

    def __init__(self, file: str, line: int, column: int) -> None:
        super().__init__(file, line, column)
        self.nodes: dict[str, Node] = {}
        self.keys_at: dict[str, Node] = {}

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def __contains__(self, key: str) -> bool:
        return key in self.nodes

    def __getitem__(self, key: str) -> Node:
        return self.nodes[key]

    def _found(self) -> str:
        if not self.nodes:
            return "an empty mapping"
        return shown("a mapping with " + ", ".join(self.nodes)).strip("'")

    def pairs(self) -> Iterable[tuple[str, Node]]:
        """Keys and nodes in the order of the file."""
        return self.nodes.items()

    def take(self, key: str) -> Node | None:
        """The node of a key, or None."""
        return self.nodes.get(key)

    def need(self, key: str, what: str | None = None) -> Node:
        """The node of a key that must be there."""
        node = self.nodes.get(key)
        if node is None:
            raise self.error(f"'{key}' is missing{f' ({what})' if what else ''}; found {self.found}")
        return node

    def key_mark(self, key: str) -> Mark:
        """Where a key stands."""
        return self.keys_at[key].mark

    def key_error(self, key: str, message: str) -> PackError:
        """The error to raise about a key."""
        return PackError(message, self.key_mark(key))

    def refuse_unknown(self, allowed: Collection[str], where: str = "here") -> None:
        """Raises PackError at the first key that is not allowed, with the nearest one that is."""
        for key in self.nodes:
            if key not in allowed:
                raise self.key_error(key, f"unknown key {shown(key)} {where}{hint(key, allowed, 40)}")

    def but(self, *keys: str) -> MapNode:
        """The same mapping without some keys."""
        rest = MapNode(self.file, self.line, self.column)
        rest.nodes = {key: node for key, node in self.nodes.items() if key not in keys}
        rest.keys_at = self.keys_at
        return rest

    def with_defaults(self, defaults: MapNode) -> MapNode:
        """The same mapping with the entries of another one that it lacks."""
        filled = MapNode(self.file, self.line, self.column)
        filled.nodes = {**defaults.nodes, **self.nodes}
        filled.keys_at = {**defaults.keys_at, **self.keys_at}
        return filled

    def changed_by(self, other: MapNode) -> MapNode:
        """The same mapping with the entries of another one added and put in place of its own."""
        changed = MapNode(self.file, self.line, self.column)
        changed.nodes = {**self.nodes, **other.nodes}
        changed.keys_at = {**self.keys_at, **other.keys_at}
        return changed

    def put(self, key: str, node: Node) -> MapNode:
        """The same mapping with another node for a key that it has."""
        changed = self.changed_by(MapNode(self.file, self.line, self.column))
        changed.nodes[key] = node
        return changed

    def without_none(self) -> MapNode:
        """The same mapping without the keys that the word `none` takes away."""
        gone = [key for key, node in self.nodes.items() if isinstance(node, TextNode) and node.value == "none"]
        return self.but(*gone) if gone else self

    def only(self, what: str) -> tuple[str, Node]:
        """The single key and its node, for forms like `{some_fact: test}`."""
        if len(self.nodes) != 1:
            raise self.expected(what)
        return next(iter(self.nodes.items()))


def same(one: Node, other: Node) -> bool:
    """Whether two nodes say the same, wherever they stand."""
    if isinstance(one, MapNode) and isinstance(other, MapNode):
        return one.nodes.keys() == other.nodes.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, ListNode) and isinstance(other, ListNode):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, TextNode) and isinstance(other, TextNode) and one.value == other.value
