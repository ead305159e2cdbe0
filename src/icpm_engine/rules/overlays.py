"""Floors: a rule that a county may make stricter, and never looser."""

from __future__ import annotations

from icpm_engine.calendars import ANY_CALENDAR, Span, difference
from icpm_engine.errors import PackError
from icpm_engine.rules.nodes import MapNode, Node, TextNode

# Who owes it, what it is called and whom to tell make a rule neither stricter nor looser.
_NEUTRAL = ("label", "owner", "authority", "encodes", "escalates")
_FORCE = ("may", "should", "must")


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
    least, most = difference(new, old)
    if new.timed != old.timed:  # one of them runs on to the end of its last day
        least, most = least - (1440 if new.timed else 0), most + (1440 if old.timed else 0)
    if most <= 0:
        return True
    return False if least > 0 else None
