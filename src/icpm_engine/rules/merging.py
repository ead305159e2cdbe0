"""From the files of a pack and of a county's overlay to one set of declarations, name by name and field by field.

Names are unique: whatever two files of one layer both declare is refused, unless it is the same role, source or
calendar. A file of the overlay that says `extends` may change what the pack declares; each key that it gives takes the
place of the pack's, and `none` takes a key of a duty or bar away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import ParamSpec, TypeVar

import attrs

from icpm_engine.errors import Mark, PackError
from icpm_engine.rules.duty_forms import BAR_KEYS, DUTY_KEYS
from icpm_engine.rules.names import RESERVED, What, kind_of
from icpm_engine.rules.nodes import MapNode, Node, same
from icpm_engine.rules.overlays import check_floor
from icpm_engine.rules.profile import parse_map
from icpm_engine.rules.words import shown
from icpm_engine.vocabulary.kinds import EventKind

P = ParamSpec("P")
T = TypeVar("T")

# Sections of named rules, and what a name of each stands for.
RULES: Mapping[str, What] = {
    "facts": "fact",
    "choices": "choice",
    "decisions": "decision",
    "lifecycles": "lifecycle",
    "duties": "duty",
    "bars": "bar",
}
SHARED = ("sources", "roles", "calendars")  # a file that stands alone repeats them
HEADINGS = ("about", "protocol", "zone", "horizon", "extends", "county", "defaults", "settles")
SECTIONS = (*HEADINGS, *SHARED, "events", *RULES)
DEFAULT_KEYS = tuple(dict.fromkeys(key for key in (*DUTY_KEYS, *BAR_KEYS) if key not in {"label", "versions"}))
_OF_SECTION = {"duties": DUTY_KEYS, "bars": BAR_KEYS}
_MAX_CACHED = 1000
MOST_ERRORS = 200  # that one look shows

_trees: dict[tuple[str, bytes], MapNode] = {}  # parsed files by name and content; nodes never change


@attrs.frozen
class SourceFile:
    """One parsed file of a pack. `layer` 0 is the pack, 1 the county's overlay; `area` is the file's name."""

    label: str
    area: str
    layer: int
    tree: MapNode
    digest: bytes
    data: bytes

    @property
    def protocol(self) -> str | None:
        """The id of the published protocol that the file encodes."""
        return _protocol(self)


def _protocol(file: SourceFile) -> str | None:
    node = file.tree.take("protocol")
    return node.text("the id of a published protocol") if node else None


def source_file(label: str, data: bytes, layer: int) -> SourceFile:
    """A file, parsed now or before in this process. Raises PackError."""
    data = data.replace(b"\r\n", b"\n")
    digest = hashlib.sha256(data).digest()
    tree = _trees.get((label, digest))
    if tree is None:
        tree = parse_map(data, label)
        if len(_trees) >= _MAX_CACHED:
            _trees.clear()
        _trees[label, digest] = tree
    area = label.replace("\\", "/").rpartition("/")[2].removesuffix(".yaml")
    return SourceFile(label, area, layer, tree, digest, data)


@attrs.define
class Problems:
    """Collects the errors of a pack, so that one look shows them all."""

    errors: list[PackError] = attrs.Factory(list)

    def attempt(self, do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """The result, or None after a PackError that is kept; after very many of them nothing more is attempted."""
        if len(self.errors) >= MOST_ERRORS:
            return None
        try:
            return do(*args, **kwargs)
        except PackError as error:
            self.errors.append(error)
            return None

    def add(self, message: str, mark: Mark | None) -> None:
        """Keep an error."""
        self.errors.append(PackError(message, mark))


@attrs.define
class Declared:
    """A name with all that the files say about it."""

    name: str
    node: Node
    at: Mark
    file: SourceFile
    layer: int
    encodes: SourceFile = attrs.Factory(lambda self: self.file, takes_self=True)  # whose protocol `encodes` counts


@attrs.define
class Merged:
    """All declarations of a pack, by section and name, and the files they come from."""

    files: tuple[SourceFile, ...]
    standard: Mapping[str, EventKind]  # the vocabulary that the pack stands on
    problems: Problems
    sections: dict[str, dict[str, Declared]] = attrs.Factory(dict)
    events: dict[str, list[Declared]] = attrs.Factory(dict)  # a declaration, then additions
    settles: dict[str, Declared] = attrs.Factory(dict)
    what: dict[str, tuple[What, Mark]] = attrs.Factory(dict)

    def of(self, section: str) -> dict[str, Declared]:
        """The declarations of a section."""
        return self.sections.setdefault(section, {})


def merge(files: Iterable[SourceFile], standard: Mapping[str, EventKind], problems: Problems) -> Merged:
    """One set of declarations from the files of a pack (layer 0) and of an overlay (layer 1)."""
    merged = Merged(tuple(sorted(files, key=lambda file: (file.layer, file.label))), standard, problems)
    for file in merged.files:
        problems.attempt(_merge_file, merged, file)
    return merged


def _merge_file(merged: Merged, file: SourceFile) -> None:
    file.tree.refuse_unknown(SECTIONS, "as a section of a rule file")
    if file.layer == 0 and "extends" in file.tree:
        message = "a file that says extends belongs to a county's overlay, and was given as a part of the pack itself"
        raise file.tree.key_error("extends", message)
    attempt = merged.problems.attempt
    attempt(_protocol, file)
    defaults = attempt(_defaults, file)
    for section in (*SHARED, *RULES):
        for name, node in _entries(file, section, attempt):
            attempt(_add, merged, file, section, name, node, defaults)
    for name, node in _entries(file, "events", attempt):
        attempt(_add_event, merged, file, name, node)
    for name, node in _entries(file, "settles", attempt):
        attempt(_add_settlement, merged, file, name, node)


def _entries(file: SourceFile, section: str, attempt: Callable[..., MapNode | None]) -> Iterable[tuple[str, Node]]:
    if section not in file.tree:
        return ()
    entries = attempt(file.tree[section].map, f"names under {section} (NAME: ...)")
    return entries.pairs() if entries else ()


def _defaults(file: SourceFile) -> MapNode | None:
    if "defaults" not in file.tree:
        return None
    defaults = file.tree["defaults"].map("keys for every duty and bar of this file")
    defaults.refuse_unknown(DEFAULT_KEYS, "in defaults")
    return defaults


def _key(file: SourceFile, section: str, name: str) -> Node:
    return file.tree[section].map().keys_at[name]


def _add(merged: Merged, file: SourceFile, section: str, name: str, node: Node, defaults: MapNode | None) -> None:
    known = merged.of(section)
    before = known.get(name)
    key = _key(file, section, name)
    if before is None:
        if section in RULES:
            _claim(merged, RULES[section], key)
            node = _with_defaults(section, node, defaults)
        known[name] = Declared(name, node, key.mark, file, file.layer)
    elif before.layer < file.layer:
        _change(before, file, section, node, key)
    elif section in RULES or not same(before.node, node):
        raise key.error(f"{shown(name)} is declared twice; first at {before.at}")


def _with_defaults(section: str, node: Node, defaults: MapNode | None) -> Node:
    if not isinstance(node, MapNode):
        return node  # told when the rule is read, so that its name stays known until then
    rule = node
    if defaults is not None and section in _OF_SECTION:
        allowed = _OF_SECTION[section]
        rule = rule.with_defaults(defaults.but(*(key for key in defaults if key not in allowed)))
    return rule.without_none() if section in _OF_SECTION else rule


def _claim(merged: Merged, what: What, key: Node) -> None:
    """Take a name for something; refuse it if it is taken, reserved or no name."""
    name = key.name(f"the name of {kind_of(what)}")
    if name in RESERVED:
        raise key.error(f"'{name}' is a word of the rule language and cannot be the name of {kind_of(what)}")
    if name in merged.standard:
        raise key.error(f"'{name}' is already the name of a standard event; choose another for {kind_of(what)}")
    taken = merged.what.get(name)
    if taken is not None:
        raise key.error(f"'{name}' is already the name of {kind_of(taken[0])}, declared at {taken[1]}")
    merged.what[name] = (what, key.mark)


def _change(before: Declared, file: SourceFile, section: str, node: Node, key: Node) -> None:
    """What an overlay says about something that the pack declares."""
    if "extends" not in file.tree:
        what = f"'{before.name}' is declared by the pack ({before.at})"
        raise key.error(f"{what}; a file that changes it must say 'extends: ...' at its top")
    if section in {"roles", "calendars"}:
        before.node = node
    else:
        change = node.map("the keys that change")
        before.node = _changed(before.node.map(), change, section)
        if "encodes" in change:
            before.encodes = file
    before.layer = file.layer


def _changed(base: MapNode, change: MapNode, section: str) -> MapNode:
    if section in _OF_SECTION:
        check_floor(base, change)
        return base.changed_by(change).without_none()
    if section == "decisions":
        return _changed_decision(base, change)
    if section == "lifecycles" and "states" in base and "states" in change:
        states = _changed_states(base["states"].map(), change["states"].map())
        return base.changed_by(change).put("states", states)
    return base.changed_by(change)


def _changed_states(base: MapNode, change: MapNode) -> MapNode:
    states = base.changed_by(change)
    for name in change:
        if name in base:
            states.nodes[name] = base[name].map().changed_by(change[name].map())
    return states


def _changed_decision(base: MapNode, change: MapNode) -> MapNode:
    """A decision's condition (or rows) is one thing: a new one takes the place of the old one as a whole."""
    kept = ("label", "authority", "subject")
    if all(key in kept for key in change):
        return base.changed_by(change)
    return base.but(*(key for key in base if key not in kept)).changed_by(change)


def _add_event(merged: Merged, file: SourceFile, name: str, node: Node) -> None:
    key = _key(file, "events", name)
    if name not in merged.events and name not in merged.standard:
        _claim(merged, "event", key)
    merged.events.setdefault(name, []).append(Declared(name, node, key.mark, file, file.layer))


def _add_settlement(merged: Merged, file: SourceFile, name: str, node: Node) -> None:
    key = _key(file, "settles", name)
    if "extends" not in file.tree:
        raise key.error("only a county's overlay settles choices: a file that says 'extends: ...' at its top")
    if name in merged.settles:
        raise key.error(f"'{name}' is settled twice; first at {merged.settles[name].at}")
    merged.settles[name] = Declared(name, node, key.mark, file, file.layer)
