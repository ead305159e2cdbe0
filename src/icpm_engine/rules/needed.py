"""A pack with some of its rules alone, for a question that the others have no part in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from icpm_engine.rules.model import Duty, RulePack
from icpm_engine.rules.walking import What, names_in

_SECTIONS: Final[Mapping[What, tuple[str, ...]]] = {
    "value": ("facts", "decisions"),
    "lifecycle": ("lifecycles",),
    "duty": ("duties",),
    "bar": ("bars",),
}


def for_the_ledger(pack: RulePack) -> RulePack:
    """What says whose turn it is: lifecycles, and duties whose clock may stand still; with all that these name."""
    paused = [name for name, duty in pack.duties.items() if _may_pause(duty)]
    return only(pack, [*(("lifecycle", name) for name in pack.lifecycles), *(("duty", name) for name in paused)])


def _may_pause(duty: Duty) -> bool:
    return any(text.paused_while is not None for text in duty.texts)


def only(pack: RulePack, wanted: Iterable[tuple[What, str]]) -> RulePack:
    """The pack with these rules and what they name, one through the other, and no others."""
    kept: dict[str, dict[str, Any]] = {section: {} for sections in _SECTIONS.values() for section in sections}
    todo = list(wanted)
    while todo:
        what, name = todo.pop()
        for section in _SECTIONS.get(what, ()):
            rule = getattr(pack, section).get(name)
            if rule is not None and name not in kept[section]:
                kept[section][name] = rule
                todo += [named[:2] for named in names_in(rule)]
    in_order: dict[str, Any] = {
        section: {name: rule for name, rule in getattr(pack, section).items() if name in rules}
        for section, rules in kept.items()
    }
    return attrs.evolve(pack, **in_order)
