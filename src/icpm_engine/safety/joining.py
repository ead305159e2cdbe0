"""Whether people come together of whom one is kept safe from another.

Wherever it is not told enough who somebody is, safety takes them for the one who must not come.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from icpm_engine.safety.flags import SafetyFlag
from icpm_engine.safety.people import People


@attrs.frozen
class Joined:
    """The one who is kept safe and the other, by the names under which they come; of `missing` too little is told."""

    who: tuple[str, str]
    missing: tuple[str, ...] = ()


def joined(people: People, names: Iterable[str], flag: SafetyFlag) -> Joined | None:
    """Two of some names whom a flag keeps apart: those of whom it is surest, where there are several."""
    come = tuple(names)
    protected, others = maybe(people, come, flag.protects), maybe(people, come, flag.from_whom)
    pairs = [(one, two) for one in protected for two in others if one != two or not people.alone(one)]
    if not pairs:
        return None
    one, two = min(pairs, key=lambda pair: (protected[pair[0]] is None) + (others[pair[1]] is None))
    return Joined((one, two), tuple(name for name, sure in ((one, protected[one]), (two, others[two])) if sure is None))


def maybe(people: People, names: Iterable[str], who: str) -> dict[str, bool | None]:
    """Those of some names that may be somebody, and whether they surely are."""
    answers = {name: people.same(name, who) for name in names}
    return {name: answer for name, answer in answers.items() if answer is not False}
