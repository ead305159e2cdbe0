"""The part of a pack that some duties rest on: a fold by it gives the same rows of these duties, and takes less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

import attrs

from icpm_engine.calendars import Span
from icpm_engine.rules.model import IsOpen, RulePack
from icpm_engine.rules.subjects import SECTIONS
from icpm_engine.rules.walking import NamedRule, names_in, walk

Place: TypeAlias = tuple[str, str]
"""The section and name of a rule."""

_SECTIONS_OF: Final = {
    "value": ("facts", "decisions", "choices"),
    "lifecycle": ("lifecycles",),
    "duty": ("duties",),
    "bar": ("bars",),
}
_BORN: Final = ("facts", "born")
"""Birth dates come first on their day, whatever else rests on them."""
_EVERYWHERE: Final = ("zone", "horizon_months", "windows")


def narrowed(pack: RulePack, duties: Iterable[str]) -> RulePack:
    """A pack with some duties and all that they ask for, and no other rule."""
    wanted = {_BORN}.union(*(_reached(pack, name) for name in duties))
    parts: dict[str, Any] = {
        section: {name: rule for name, rule in getattr(pack, section).items() if (section, name) in wanted}
        for section in SECTIONS
    }
    return attrs.evolve(pack, **parts)


def affected(before: RulePack, after: RulePack) -> frozenset[str] | None:
    """The duties of either pack of which a row may come out otherwise by the other; None: all of them may."""
    if any(getattr(before, part) != getattr(after, part) for part in _EVERYWHERE) or _order_differs(before, after):
        return None
    differing = {place for place in _places(before) | _places(after) if _rule(before, place) != _rule(after, place)}
    if _BORN in differing:
        return None
    names = before.calendars.keys() | after.calendars.keys()
    calendars = {name for name in names if before.calendars.get(name) != after.calendars.get(name)}
    return frozenset(
        name
        for pack in (before, after)
        for name in pack.duties
        for reached in (_reached(pack, name),)
        if not differing.isdisjoint(reached) or (calendars and _counts_in(pack, reached, calendars))
    )


def counting_in(pack: RulePack, calendars: set[str]) -> frozenset[str]:
    """The duties of which a date may rest on some calendars."""
    return frozenset(name for name in pack.duties if _counts_in(pack, _reached(pack, name), calendars))


def _counts_in(pack: RulePack, places: Iterable[Place], calendars: set[str]) -> bool:
    """Whether rules count in some calendars, or may: by a span that is told, or by opening hours."""
    for section, name in places:
        if section == "choices":
            parts: list[object] = [one.value for one in pack.settles.get(name, ())]
        else:
            rule = getattr(pack, section)[name]
            if section == "facts" and rule.type == "span":
                return True
            parts = list(walk(rule))
        if any(_names_calendar(part, calendars) for part in parts):
            return True
    return False


def _names_calendar(part: object, calendars: set[str]) -> bool:
    if isinstance(part, Span):
        return not calendars.isdisjoint(part.calendars)
    return isinstance(part, IsOpen) or (isinstance(part, str) and part in calendars)


def _order_differs(before: RulePack, after: RulePack) -> bool:
    """Whether entries may be read or ordered otherwise: by a kind that is another, or is first or last in one alone."""
    kinds = before.events.keys() | after.events.keys()
    pairs = [(before.events.get(kind), after.events.get(kind)) for kind in kinds]
    both = [(one, other) for one, other in pairs if one is not None and other is not None]
    alone = [one or other for one, other in pairs if one is None or other is None]
    return any(one != other for one, other in both) or any(kind is not None and kind.sorts for kind in alone)


def _places(pack: RulePack) -> set[Place]:
    return {(section, name) for section in (*SECTIONS, "choices") for name in getattr(pack, section)}


def _rule(pack: RulePack, place: Place) -> object:
    """A rule as it is compared; a choice with what the county has settled."""
    section, name = place
    rule = getattr(pack, section).get(name)
    if section != "choices":
        return rule
    settled = tuple((one.from_day, one.value) for one in pack.settles.get(name, ()))
    return None if rule is None else (rule.type, rule.options, settled)


def _reached(pack: RulePack, duty: str) -> set[Place]:
    """The duty, and every rule and choice that it asks for, itself or through others."""
    found: set[Place] = set()
    todo = [("duties", duty)]
    while todo:
        place = todo.pop()
        if place in found:
            continue
        found.add(place)
        rule = getattr(pack, place[0]).get(place[1])
        if rule is not None and place[0] != "choices":
            todo += _asked(pack, rule)
    return found


def _asked(pack: RulePack, rule: NamedRule) -> Iterator[Place]:
    for what, name, _ in names_in(rule):
        for section in _SECTIONS_OF.get(what, ()):
            if name in getattr(pack, section):
                yield section, name
