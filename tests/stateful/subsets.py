"""Smaller packs cut out of a larger one: some of its rules with all that they name, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeAlias

import yaml

from tests.stateful.both import Both, clinic

RULES = ("facts", "lifecycles", "choices", "decisions", "duties", "bars")
Settled: TypeAlias = tuple[tuple[str, tuple[tuple[str | None, str], ...]], ...]
"""Choices with the days from which they are settled (None: always) and their values."""


def words(data: object) -> set[str]:
    """Every word of a rule, keys included, split at blanks and dots; labels are no words of it."""
    if isinstance(data, Mapping):
        pairs = [pair for pair in data.items() if pair[0] not in ("label", "authority")]
        return set().union(*(words(one) for pair in pairs for one in pair))
    if isinstance(data, list):
        return set().union(*(words(one) for one in data))
    return set(str(data).replace(".", " ").split())


def cut(data: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The pack with only the rules of these names and those that they name, and so on."""
    known = {name for section in RULES for name in data.get(section, {})}
    wanted: set[str] = set()
    todo = set(names)
    while todo:
        name = todo.pop()
        wanted.add(name)
        rules = [data[section][name] for section in RULES if name in data.get(section, {})]
        todo |= (words(rules) & known) - wanted
    kept = {section: {n: r for n, r in data.get(section, {}).items() if n in wanted} for section in RULES}
    return {**data, **kept}


def kinds_named(data: Mapping[str, Any]) -> list[str]:
    """The kinds of event that the rules of a pack name, in the order of the pack; the birth date where ages count."""
    named = words({section: data[section] for section in RULES})
    kinds = [kind for kind in data["events"] if kind in named]
    return [*kinds, "birth_date_told"] if "age" in named else kinds


@cache
def both_of(text: str, settled: Settled = ()) -> Both:
    """A pack for both, compiled once."""
    return Both(text, dict(settled))


@cache
def _text_of(names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    data = cut(clinic(), names)
    return yaml.safe_dump(data, sort_keys=False, width=10_000), tuple(kinds_named(data))


def clinic_of(names: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """The invented clinic with some of its rules, as text, and the kinds of event that they name."""
    return _text_of(tuple(sorted(names)))
