"""The YAML profile of every file that people write: packs, calendars, scenarios, mappings.

A file is read event by event with libyaml into a small tree of nodes that know their place. Duplicate keys, anchors,
aliases and tags are refused, and no scalar is ever typed by its looks: `on`, `yes`, `no` and `12:30` stay text until
the place that they stand in asks for a type. Every misuse raises `PackError` with file, line and column; readers of
other files turn it into their own error.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import NoReturn, Protocol

import yaml

from icpm_engine.errors import Mark, PackError
from icpm_engine.rules.words import hint, parse_clock, parse_date, shown

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 60_000


class _Place(Protocol):
    line: int
    column: int


class _Event(Protocol):
    """A parse event; which of these it has hangs on its class."""

    start_mark: _Place
    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    version: object
    tags: object


class _Events(Protocol):
    """The part of a YAML loader that is used: its parse events, one after the other."""

    def get_event(self) -> _Event: ...

    def dispose(self) -> None: ...


# libyaml wherever the wheel has it; the pure parser gives the same events, twenty times slower.
_Loader: Callable[[str], _Events] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

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


def parse(source: str | bytes, file: str) -> Node:
    """The tree of one YAML document. Raises PackError for anything outside the profile."""
    text = _decode(source, file)
    _refuse_signs(text, file)
    try:
        return _Builder(file).build(text)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        mark = Mark(file, at.line + 1, at.column + 1) if at else Mark(file, 1, 1)
        raise PackError(_syntax(error), mark) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise PackError(f"not readable as YAML: {shown(str(error))}", Mark(file, 1, 1)) from None


def parse_map(source: str | bytes, file: str) -> MapNode:
    """The tree of a file that must be a mapping of sections."""
    return parse(source, file).map("a mapping of sections (about: ..., events: ...)")


def same(one: Node, other: Node) -> bool:
    """Whether two nodes say the same, wherever they stand."""
    if isinstance(one, MapNode) and isinstance(other, MapNode):
        return one.nodes.keys() == other.nodes.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, ListNode) and isinstance(other, ListNode):
        return len(one) == len(other) and all(map(same, one, other))
    return isinstance(one, TextNode) and isinstance(other, TextNode) and one.value == other.value


def read(path: Path) -> bytes:
    """The bytes of a file that a person wrote. Raises PackError if it cannot be read or is too large."""
    mark = Mark(str(path), 1, 1)
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
        if kind == stat.S_IFREG:  # opening a pipe would wait for its writer, and a device may have no end
            with path.open("rb") as stream:
                return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise PackError(f"this file cannot be read: {error.strerror or 'unknown reason'}", mark) from None
    except ValueError as error:
        raise PackError(f"this file cannot be read: {error}", mark) from None
    raise PackError(f"expected a file of YAML text, found {_KINDS.get(kind, 'no plain file')}", mark)


_KINDS = {stat.S_IFDIR: "a folder", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


def _decode(source: str | bytes, file: str) -> str:
    if len(source) > MAX_BYTES:
        raise PackError(f"this file is larger than {MAX_BYTES // 1024} KiB, the most that is read", Mark(file, 1, 1))
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        column = error.start - (source.rfind(b"\n", 0, error.start) + 1) + 1
        byte = f"0x{source[error.start]:02x}"
        message = f"this file is not UTF-8 text (byte {byte}); save it as UTF-8"
        raise PackError(message, Mark(file, line, column)) from None


# Control characters, half characters, line ends that editors do not show, signs without width that come along when text
# is copied, and signs that turn the direction of the text after them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]"
)
_UNSEEN_SIGN = "a sign that cannot be seen (U+{:04X}); delete it, or save the file as UTF-8"


def _refuse_signs(text: str, file: str) -> None:
    found = _UNSEEN.search(text)
    if found is None:
        return
    before = text[: found.start()].replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
    message = f"not allowed in these files: {_UNSEEN_SIGN.format(ord(found.group()))}"
    raise PackError(message, Mark(file, line, column))


_ADVICE = {
    "cannot start any token": "; indent with spaces, not tabs, and quote a text that begins with a special character",
    "mapping values are not allowed": "; quote a text that holds ': ', and let keys of one mapping stand in one column",
    "block sequence entries": "; put each item of a list on a line of its own, or all of them in brackets",
    "did not find expected": "; look for a missing bracket, quote or colon, or a line out of its column",
}


def _syntax(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or "not readable as YAML"
    advice = next((said for sign, said in _ADVICE.items() if sign in problem), "")
    return f"YAML syntax: {problem}{f' ({error.context})' if error.context else ''}{advice}"


class _Builder:
    """Builds the tree from parse events, with a stack instead of recursion."""

    def __init__(self, file: str) -> None:
        self.file = file

    def build(self, text: str) -> Node:
        loader = _Loader(text)
        try:
            return self._document(loader)
        finally:
            loader.dispose()

    def _document(self, loader: _Events) -> Node:
        get = loader.get_event
        get()  # stream start
        start = get()
        if isinstance(start, yaml.StreamEndEvent):
            raise PackError("this file is empty", Mark(self.file, 1, 1))
        if start.version or start.tags:
            self._refuse(start, "a YAML directive (%); plain YAML needs none")
        root = self._tree(get)
        get()  # document end
        after = get()
        if not isinstance(after, yaml.StreamEndEvent):
            self._refuse(after, "a second YAML document (---); a file holds one")
        return root

    def _tree(self, get: Callable[[], _Event]) -> Node:
        """Reads one node with all that is in it: scalars are finished at once, collections wait on the stack."""
        stack: list[tuple[ListNode | MapNode, list[Node]]] = []
        count = 0
        while True:
            event = get()
            kind: type = type(event)
            if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                parent, children = stack.pop()
                self._close(parent, children)
                if not stack:
                    return parent
                continue
            count += 1
            if event.anchor is not None or kind is yaml.AliasEvent or event.tag is not None or count > MAX_NODES:
                self._refuse_node(event, kind, count)
            node = self._scalar(event) if kind is yaml.ScalarEvent else self._open(event, kind, len(stack))
            if stack:
                stack[-1][1].append(node)
            if not isinstance(node, TextNode):
                stack.append((node, []))
            elif not stack:
                return node

    def _open(self, event: _Event, kind: type, depth: int) -> ListNode | MapNode:
        if depth >= MAX_DEPTH:
            self._refuse(event, f"values nested more than {MAX_DEPTH} deep")
        at = event.start_mark
        return (MapNode if kind is yaml.MappingStartEvent else ListNode)(self.file, at.line + 1, at.column + 1)

    def _scalar(self, event: _Event) -> TextNode:
        value, at = event.value, event.start_mark
        if not value.isprintable() and (unseen := _UNSEEN.search(value)):  # written as an escape
            self._refuse(event, _UNSEEN_SIGN.format(ord(unseen.group())))
        return TextNode(self.file, at.line + 1, at.column + 1, value, plain=not event.style)

    def _refuse_node(self, event: _Event, kind: type, count: int) -> NoReturn:
        if count > MAX_NODES:
            self._refuse(event, f"more than {MAX_NODES} values in one file")
        if kind is yaml.AliasEvent or event.anchor is not None:
            self._refuse(event, f"a YAML anchor or alias ('{event.anchor}'); write the value out")
        self._refuse(event, f"a YAML tag ('{event.tag}'); values are typed by their place")

    def _close(self, parent: ListNode | MapNode, children: list[Node]) -> None:
        if isinstance(parent, ListNode):
            parent.nodes = tuple(children)
            return
        nodes, keys_at = parent.nodes, parent.keys_at
        for index in range(0, len(children), 2):
            key = children[index]
            if not isinstance(key, TextNode) or not key.value.strip():
                raise key.error(f"expected a plain word as key, found {key.found}")
            word = key.value
            if word == "<<" and key.plain:
                raise key.error("not allowed in these files: a YAML merge key (<<); write its entries out")
            if word in nodes:
                raise key.error(f"the key {shown(word)} stands here twice; first in line {keys_at[word].line}")
            nodes[word] = children[index + 1]
            keys_at[word] = key

    def _refuse(self, event: _Event, what: str) -> NoReturn:
        at = event.start_mark
        raise PackError(f"not allowed in these files: {what}", Mark(self.file, at.line + 1, at.column + 1))
