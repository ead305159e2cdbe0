"""Which rules of a pack no scenario says anything about."""

from __future__ import annotations

from collections.abc import Iterable

from icpm_engine.rules.model import RulePack
from icpm_engine.scenarios.story import KEYS, Scenario

RULES = ("duty", "bar", "lifecycle", "decision")


def coverage(pack: RulePack, scenarios: Iterable[Scenario]) -> list[str]:
    """The lifecycles, decisions, duties and bars that no scenario expects anything of, in the order of the pack.

    A rule that is only ever expected to be absent is untested: the expectation would hold if the rule were gone. A rule
    that is off needs no scenario. A county's story counts for the state's pack too, another county's does not.
    """
    named: set[str] = set()
    for story in scenarios:
        if story.pack == pack.name and (pack.county is None or story.county in (None, pack.county)):
            named |= _named(story)
    rules = [
        *pack.lifecycles,
        *pack.decisions,
        *(name for rules in (pack.duties, pack.bars) for name, rule in rules.items() if not rule.off),
    ]
    return [name for name in rules if name not in named]


def _named(story: Scenario) -> set[str]:
    return {
        ref.name
        for question in story.expect
        for expectation in question.expectations
        if expectation.key != "absent" and KEYS[expectation.key].names in RULES
        for ref in expectation.refs
    }
