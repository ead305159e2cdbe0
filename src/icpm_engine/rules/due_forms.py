"""Values that depend, and by when something is due (language 1.7 rows, 1.8)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import attrs

from icpm_engine.rules import model
from icpm_engine.rules.condition_forms import read_condition
from icpm_engine.rules.model import Due, DueLeg, DueOpen, DuePick, Row, Rows
from icpm_engine.rules.names import Names
from icpm_engine.rules.nodes import ListNode, MapNode, Node, TextNode
from icpm_engine.rules.places import Place
from icpm_engine.rules.value_forms import read_moment, read_span
from icpm_engine.rules.walking import options_asked
from icpm_engine.rules.words import SHOWN, hint, parse_date

_ROLLS = re.compile(r"(next|previous) (?:(\S+) day|weekday)\Z")
_A_DUE = (
    "a due date ({within: SPAN}, {by: MOMENT}, {before: MOMENT}, {earliest: [...]}, {latest: [...]}, open, or rows)"
)
DUE_HEADS = ("within", "by", "before", "earliest", "latest", "open")

ReadValue: TypeAlias = Callable[[Node], object]


# --- rows -------------------------------------------------------------------------------------------------------------


def read_rows(node: Node, place: Place, value: ReadValue) -> Rows:
    """One value, or a list of `{when: C, is: VALUE}` and `{while: C, is: VALUE}`, first that applies."""
    if isinstance(node, MapNode):
        raise node.error("expected one value, or a list of rows ([{when: C, is: VALUE}, {is: VALUE}]), found one row")
    if not isinstance(node, ListNode):
        return Rows((Row(value(node), mark=node.mark),))
    return check_rows(tuple(_row(one.map("a row ({when: C, is: VALUE})"), place, value) for one in node), node, place)


def _row(node: MapNode, place: Place, value: ReadValue) -> Row:
    node.refuse_unknown(("when", "while", "is"), "in a row")
    when, while_ = _row_condition(node, place)
    return Row(value(node.need("is", "the value of this row")), when, while_, mark=node.mark)


def _row_condition(node: MapNode, place: Place) -> tuple[model.Condition | None, model.Condition | None]:
    if "when" in node and "while" in node:
        raise node.error("a row is pinned at the start (when) or asked always (while), not both")
    when = read_condition(node["when"], place) if "when" in node else None
    while_ = read_condition(node["while"], place) if "while" in node else None
    return when, while_


def check_rows(rows: tuple[Row, ...], node: Node, place: Place) -> Rows:
    """Refuse rows that can never be reached, and rows that may leave the value without an answer."""
    if not rows:
        raise node.error("expected at least one row, found an empty list")
    for row in rows[:-1]:
        if row.when is None and row.while_ is None:
            raise node.error(f"the row in line {_line(row)} has no condition, so that none after it can apply")
    if rows[-1].when is not None or rows[-1].while_ is not None:
        check_options([row.when or row.while_ for row in rows], node, place.names)
    return Rows(rows)


def _line(row: Row) -> int:
    return row.mark.line if row.mark else 0


def check_options(conditions: Sequence[model.Condition | None], node: Node, names: Names) -> None:
    """Refuse rows of which the last has a condition, unless together they name every option of one choice."""
    asked = [condition.name if isinstance(condition, model.FactTest) else "" for condition in conditions]
    if len(set(asked)) > 1 or names.what.get(asked[0]) != "choice":
        raise node.error(
            "the last row has a condition, so that there may be no answer;"
            " leave the condition out, or name every option of one choice"
        )
    named = set().union(*(options_asked(condition).get(asked[0], ()) for condition in conditions))
    left = [option for option in names.values[asked[0]].options if option not in named]
    if left or not named:
        raise node.error(
            f"no row says what holds for {asked[0]}: {' or '.join(left) or 'any value'};"
            " add a row, or leave the condition of the last one out"
        )


def read_owner(node: Node, place: Place) -> Rows:
    """A role, a list of roles (jointly), or rows."""
    if isinstance(node, ListNode) and all(isinstance(one, TextNode) for one in node):
        return Rows((Row(_roles(node, place.names), mark=node.mark),))
    return read_rows(node, place, lambda one: _roles(one, place.names))


def _roles(node: Node, names: Names) -> tuple[str, ...]:
    return tuple(names.role(one, "the role that owes it") for one in node.one_or_more())


# --- due --------------------------------------------------------------------------------------------------------------


def read_due(node: Node, place: Place) -> Rows:
    """By when: a leg or rows of legs; a leg in rows has `when` or `while` beside its own keys."""
    legs = node.nodes if isinstance(node, ListNode) else (node,)
    return check_rows(tuple(_due_row(one, place) for one in legs), node, place)


def _due_row(node: Node, place: Place) -> Row:
    if not isinstance(node, MapNode):
        return Row(_leg(node, place), mark=node.mark)
    when, while_ = _row_condition(node, place)
    return Row(_leg(node.but("when", "while"), place), when, while_, mark=node.mark)


def _leg(node: Node, place: Place) -> Due:
    if isinstance(node, TextNode):
        if node.value != "open":
            raise node.error(f"expected {_A_DUE}; found {node.found}{_as_span(node.value)}")
        return DueOpen(mark=node.mark)
    keys = node.map(_A_DUE)
    heads = [head for head in DUE_HEADS if head in keys]
    if len(heads) != 1:
        meant = "".join(hint(key, DUE_HEADS, 0) for key in keys) if not heads else ""
        raise keys.error(f"expected {_A_DUE}; found {' and '.join(heads) or keys.found}{meant}")
    if heads[0] == "open":
        keys.refuse_unknown(("open",), "beside open")
        return DueOpen(keys["open"].text("the source's own word"), mark=keys.mark)
    if heads[0] in {"earliest", "latest"}:
        return _pick(keys, heads[0], place)
    return _plain_leg(keys, heads[0], place)


def _as_span(text: str) -> str:
    """What to add when a span stands alone."""
    return (
        f"; say {{within: {text}}}" if text[:1].isdecimal() and len(text) <= SHOWN and parse_date(text) is None else ""
    )


def _pick(keys: MapNode, which: str, place: Place) -> DuePick:
    keys.refuse_unknown((which, "rolls"), f"beside {which}")
    legs = tuple(_leg(one, place) for one in keys[which].items("a list of legs ({within: ...}, {by: ...})"))
    if not legs:
        raise keys[which].error("expected at least one leg, found an empty list")
    rolls, rolls_on = _rolls(keys, place)
    return DuePick("earliest" if which == "earliest" else "latest", legs, rolls, rolls_on)


def _plain_leg(keys: MapNode, head: str, place: Place) -> DueLeg:
    keys.refuse_unknown((head, "first_day", "rolls"), f"in due, beside {head}")
    here = place.without("due", "event", "now", "ever")
    rolls, rolls_on = _rolls(keys, place)
    leg = DueLeg(first_day_counted=_first_day(keys), rolls=rolls, rolls_on=rolls_on, mark=keys.mark)
    node = keys[head]
    if head == "within":
        return attrs.evolve(leg, within=tuple(read_span(one, here) for one in node.one_or_more()))
    if head == "by":
        return attrs.evolve(leg, by=tuple(read_moment(one, here) for one in node.one_or_more()))
    return attrs.evolve(leg, before=(read_moment(node, here),))


def _first_day(keys: MapNode) -> bool:
    node = keys.take("first_day")
    return node is not None and node.one_of(("counted",), "first_day") == "counted"


def _rolls(keys: MapNode, place: Place) -> tuple[Literal["next", "previous"] | None, str | None]:
    node = keys.take("rolls")
    if node is None:
        return None, None
    found = _ROLLS.match(node.text("how the date rolls"))
    if not found:
        raise node.expected("next court day, previous court day, next weekday (with any calendar for court)")
    adjective = found[2]
    if adjective is not None and adjective not in place.names.calendars:
        raise place.names.unknown_calendar(adjective, node)
    if adjective is not None:
        place.names.used.add(f"calendar {adjective}")
    return ("next" if found[1] == "next" else "previous"), adjective or ""


def plain_legs(due: Due) -> list[DueLeg]:
    """The legs of a due date that are no choice among others."""
    if isinstance(due, DuePick):
        return [leg for part in due.legs for leg in plain_legs(part)]
    return [due] if isinstance(due, DueLeg) else []
