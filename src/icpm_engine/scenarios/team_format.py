"""Reading what a story expects of the child and family team (`team:`), strictly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from icpm_engine.rules.nodes import Node
from icpm_engine.scenarios.plan_format import Reads, by_name, listed, lists, single
from icpm_engine.scenarios.story import PlanExpectation


def team_expectations(node: Node) -> Iterator[PlanExpectation]:
    """What `team:` expects, key by key. Raises PackError with the place of what nobody can expect."""
    keys = node.map("what is expected of the team ({members: [rosa], next: M1})")
    keys.refuse_unknown(_KEYS, "in what is expected of a team")
    if len(keys) == 0:
        raise keys.error(f"nothing is expected of the team; name at least one of {', '.join(_KEYS)}")
    for key, part in keys.pairs():
        yield from _KEYS[key](key, part, keys.key_mark(key))


_KEYS: Final[Mapping[str, Reads]] = {
    **dict.fromkeys(("members", "left", "barred", "flags", "actions", "barriers", "questions", "agenda"), listed),
    "disagreements": listed,
    "next": single,
    **dict.fromkeys(("meetings", "dates", "requests", "owners", "conflicts"), by_name),
    **dict.fromkeys(("invited", "came"), lists(None, "")),
}
