"""Reading what a story expects of the one plan (`plan:`), strictly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final, TypeAlias

import attrs

from icpm_engine.errors import Mark
from icpm_engine.plan import FINDINGS
from icpm_engine.plan.model import KINDS
from icpm_engine.rules.nodes import MapNode, Node
from icpm_engine.scenarios.story import PlanExpectation

Reads: TypeAlias = Callable[[str, Node, Mark], Iterator[PlanExpectation]]
"""How one key is read: the key, what stands under it, and its place."""
LINE_KINDS: Final = tuple(str(attrs.fields_dict(made)["kind"].default) for made in KINDS.values())


def plan_expectations(node: Node) -> Iterator[PlanExpectation]:
    """What `plan:` expects, key by key. Raises PackError with the place of what nobody can expect."""
    keys = node.map("what is expected of the plan ({lines: {need: [n1]}, findings: {}})")
    keys.refuse_unknown(_KEYS, "in what is expected of a plan")
    if len(keys) == 0:
        raise keys.error(f"nothing is expected of the plan; name at least one of {', '.join(_KEYS)}")
    for key, part in keys.pairs():
        yield from _KEYS[key](key, part, keys.key_mark(key))


def canonical(lines: Collection[str] | str) -> str:
    """The lines of a finding as a story names them, in any order: n1+n2."""
    return "+".join(sorted(part.strip() for part in (lines.split("+") if isinstance(lines, str) else lines)))


def single(key: str, node: Node, mark: Mark) -> Iterator[PlanExpectation]:
    """One text."""
    yield PlanExpectation(key, None, (node.text("a text"),), mark)


def listed(key: str, node: Node, mark: Mark) -> Iterator[PlanExpectation]:
    """A list, perhaps an empty one."""
    yield PlanExpectation(key, None, _texts(node, f"a list of names, like {key}: [...]"), mark)


def by_name(key: str, node: Node, _: Mark) -> Iterator[PlanExpectation]:
    """A text or texts for each name."""
    for name, part in _named(key, node).pairs():
        yield PlanExpectation(key, name, tuple(one.text("a text") for one in part.one_or_more()), part.mark)


def _says(key: str, node: Node, _: Mark) -> Iterator[PlanExpectation]:
    """For each line what it says, field by field."""
    for name, part in _named(key, node).pairs():
        for field, value in part.map(f"{name}: {{FIELD: value}}").pairs():
            wanted = tuple(one.text("a value") for one in value.one_or_more())
            yield PlanExpectation(key, f"{name}.{field}", wanted, value.mark)


def lists(known: Collection[str] | None, what: str) -> Reads:
    """A list, perhaps an empty one, for each name."""

    def read(key: str, node: Node, _: Mark) -> Iterator[PlanExpectation]:
        named = _named(key, node)
        if known is not None:
            named.refuse_unknown(known, f"under {key}, where {what} is expected")
        for name, part in named.pairs():
            yield PlanExpectation(key, name, _texts(part, f"a list, like {name}: [...]"), named.key_mark(name))

    return read


def _found(key: str, node: Node, mark: Mark) -> Iterator[PlanExpectation]:
    """Exactly these findings, of every rule; an empty mapping says none at all."""
    named = node.map(f"{key}: {{FINDING: [lines]}}")
    named.refuse_unknown(FINDINGS, f"under {key}, where a finding is expected")
    wanted = [f"{rule} {canonical(one)}" for rule, part in named.pairs() for one in _texts(part, "a list of lines")]
    yield PlanExpectation(key, None, tuple(wanted), mark)


def _undetermined(key: str, node: Node, mark: Mark) -> Iterator[PlanExpectation]:
    """For each finding the lines of which it cannot be said, each with what is missing."""
    named = node.map(f"{key}: {{FINDING: {{lines: what is missing}}}}")
    named.refuse_unknown(FINDINGS, f"under {key}, where a finding is expected")
    if len(named) == 0:
        yield PlanExpectation(key, None, (), mark)
    for rule, part in named.pairs():
        for lines, missing in part.map(f"{rule}: {{lines: what is missing}}").pairs():
            wanted = tuple(one.text("what is missing") for one in missing.one_or_more())
            yield PlanExpectation(key, f"{rule} {canonical(lines)}", wanted, missing.mark)


def _named(key: str, node: Node) -> MapNode:
    named = node.map(f"{key}: {{NAME: ...}}")
    if len(named) == 0:
        raise named.error(f"expected at least one name under {key}, found an empty mapping")
    return named


def _texts(node: Node, what: str) -> tuple[str, ...]:
    return tuple(one.text("a name") for one in node.items(what))


_KEYS: Final[Mapping[str, Reads]] = {
    "version": single,
    "lines": lists(LINE_KINDS, "a kind of line"),
    "texts": by_name,
    "says": _says,
    "woven": lists(None, ""),
    "ended": by_name,
    "services": by_name,
    "answers": by_name,
    "signed": by_name,
    "appointments": listed,
    "agency_plans": listed,
    "findings": _found,
    "found": lists(FINDINGS, "a finding"),
    "answered": _found,
    "undetermined": _undetermined,
    "changed": by_name,
}
