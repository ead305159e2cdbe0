"""Floors: a rule that a county may make stricter, and never looser."""

from __future__ import annotations

from icpm_engine.calendars import ANY_CALENDAR, Span
from icpm_engine.errors import PackError
from icpm_engine.rules.nodes import MapNode, Node, TextNode

# Who owes it, what it is called and whom to tell make a rule neither stricter nor looser.
_NEUTRAL = ("label", "owner", "authority", "encodes", "escalates")
_FORCE = ("may", "should", "must")

# Shortest and longest length of one unit, in minutes (clock changes aside, which are the same for both sides).
_MINUTES = {
    "minutes": (1, 1),
    "hours": (60, 60),
    "days": (1440, 1440),
    "weeks": (7 * 1440, 7 * 1440),
    "months": (28 * 1440, 31 * 1440),
    "years": (365 * 1440, 366 * 1440),
}


def check_floor(base: MapNode, change: MapNode) -> None:
    """Refuse a change of a floor unless it is plainly stricter. Raises PackError that says why."""
    floor = base.take("floor")
    if floor is None or not floor.yes_no():
        return
    for key, node in change.pairs():
        if key not in _NEUTRAL:
            _check_key(base, key, node)


def _check_key(base: MapNode, key: str, node: Node) -> None:
    if key == "floor" and node.yes_no():
        return
    if key == "force":
        _check_force(base, node)
    elif key == "due":
        _check_due(base, node)
    else:
        raise _refusal(
            base, node, f"whether another '{key}' is stricter cannot be told; add a rule of your own beside it instead"
        )


def _refusal(base: MapNode, node: Node, why: str) -> PackError:
    return node.error(f"this rule is a floor (floor: yes, {base.mark}), which may only be made stricter: {why}")


def _check_force(base: MapNode, node: Node) -> None:
    new = node.one_of(_FORCE, "force")
    old = base["force"].one_of(_FORCE, "force") if "force" in base else "must"
    if _FORCE.index(new) < _FORCE.index(old):
        raise _refusal(base, node, f"{new} is weaker than {old}")


def _check_due(base: MapNode, node: Node) -> None:
    new, old = _plain_span(node), _plain_span(base.need("due"))
    if new is None or old is None:
        raise _refusal(base, node, "only one plain span can be compared with another ({within: 30 days})")
    shorter = at_most(new, old)
    if not shorter:
        how = "is longer than" if shorter is False else "is not surely as short as"
        raise _refusal(base, node, f"{new} {how} {old}")


def _plain_span(node: Node) -> Span | None:
    """The span of `{within: SPAN}`, where it stands alone and is written out."""
    if not isinstance(node, MapNode) or list(node) != ["within"]:
        return None
    within = node["within"]
    try:
        return Span.parse(within.value, ANY_CALENDAR) if isinstance(within, TextNode) else None
    except ValueError:
        return None


def at_most(new: Span, old: Span) -> bool | None:
    """Whether one span always ends no later than another; None if that hangs on the days between."""
    shape_new = [(part.unit, part.calendar) for part in new.parts]
    shape_old = [(part.unit, part.calendar) for part in old.parts]
    if shape_new == shape_old:
        pairs = list(zip((part.count for part in new.parts), (part.count for part in old.parts), strict=True))
        if all(ours <= theirs for ours, theirs in pairs):
            return True
        if all(ours >= theirs for ours, theirs in pairs):
            return False
    if any(part.calendar for part in (*new.parts, *old.parts)):
        return True if new.word and not old.timed else None
    (least_new, most_new), (least_old, most_old) = _range(new), _range(old)
    if new.timed != old.timed:  # one of them runs on to the end of its last day
        most_new, most_old = most_new + _rest_of_day(new), most_old + _rest_of_day(old)
    if most_new <= least_old:
        return True
    return False if least_new > most_old else None


def _rest_of_day(span: Span) -> int:
    return 0 if span.timed else 1440


def _range(span: Span) -> tuple[int, int]:
    ranges = [(_MINUTES[part.unit], part.count) for part in span.parts]
    return sum(least * count for (least, _), count in ranges), sum(most * count for (_, most), count in ranges)
