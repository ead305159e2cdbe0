"""The YAML profile of every file that people write: packs, calendars, scenarios, mappings.

A file is read event by event with libyaml into a small tree of nodes that know their place. Duplicate keys, anchors,
aliases and tags are refused, and no scalar is ever typed by its looks: `on`, `yes`, `no` and `12:30` stay text until
the place that they stand in asks for a type. Every misuse raises `PackError` with file, line and column; readers of
other files turn it into their own error.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, Protocol

import yaml

from icpm_engine.errors import Mark, PackError
from icpm_engine.rules.nodes import ListNode, MapNode, Node, TextNode
from icpm_engine.rules.words import shown

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
