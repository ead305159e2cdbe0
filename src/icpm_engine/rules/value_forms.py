"""The small forms: spans, moments, bounds, tests of a value and tests of an event's fields (language 1.2, 1.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, cast, get_args

import attrs

from icpm_engine.calendars import Span
from icpm_engine.rules import model
from icpm_engine.rules.calendar_files import read_weekdays
from icpm_engine.rules.model import Check, CheckOp, Test
from icpm_engine.rules.names import MOMENTS, Names, ValueKind
from icpm_engine.rules.nodes import ListNode, MapNode, Node, TextNode
from icpm_engine.rules.places import Place
from icpm_engine.rules.words import hint, parse_date, shown

EDGES = ("since", "after", "by", "before")
LIMITS = ("at_least", "over", "at_most", "under")
ANCHORS: tuple[str, ...] = get_args(model.AnchorWord)
MAX_NESTED = 8  # spans before spans; more is a slip of the pen

_OFFSET = re.compile(r"(.+?) (after|before) (.+)\Z", re.DOTALL)
_END_OF = re.compile(r"end of (next )?(\w+)\Z")
_UNITS = ("day", "week", "month", "quarter", "year")
_LONG = 120  # characters; nobody writes a longer span
_A_SPAN = "a span like 30 days, 3 business days or 2 years 6 months"
_A_MOMENT = "a moment (start, a date, 10 days before hearing_date, an event, a fact, LIFECYCLE.STATE, DUTY.met, ...)"
_DATED = {"date", "moment"}


# --- spans ------------------------------------------------------------------------------------------------------------


def read_span(node: Node, place: Place) -> model.SpanLike:
    """A span, or the name of a choice or fact that is one."""
    return span_of(node.text(_A_SPAN), node, place)


def span_of(text: str, node: Node, place: Place) -> model.SpanLike:
    """A span from a part of a node's text."""
    names = place.names
    if text in names.what:
        kind = names.value(text, node, _A_SPAN)
        if kind.type != "span":
            raise node.error(f"expected {_A_SPAN}, found '{text}', which is of type {kind.type}")
        check_reach(text, kind, place, node)
        return model.NamedSpan(text)
    return plain_span(text, node, names)


def plain_span(text: str, node: Node, names: Names) -> Span:
    """A span that is written out."""
    if len(text) > _LONG:
        raise node.expected(_A_SPAN)
    try:
        span = Span.parse(text, names.calendars)
    except ValueError as error:
        known = [name for name, kind in names.values.items() if kind.type == "span"]
        near = hint(text, known, 0) if text.isidentifier() else ""
        raise node.error(f"{error}{near}") from None
    names.used.update(f"calendar {adjective}" for adjective in span.calendars)
    return span


def check_reach(name: str, kind: ValueKind, place: Place, node: Node) -> None:
    """Refuse a fact of other instances than the rule's own (semantics 47)."""
    if kind.per is not None and kind.per not in {place.per, place.instances}:
        raise node.error(
            f"'{name}' is kept for each {kind.per}, and this rule is not (per: {kind.per}); which one is meant?"
            " Reach it through start.FIELD or event.FIELD, or with some: LIFECYCLE.STATE"
        )


# --- moments ----------------------------------------------------------------------------------------------------------


def read_moment(node: Node, place: Place) -> model.Moment:
    """Any moment of language 1.2."""
    if isinstance(node, MapNode):
        return _mapped_moment(node, place)
    return moment_of(node.text(_A_MOMENT), node, place)


def _mapped_moment(node: MapNode, place: Place) -> model.Moment:
    if "on" in node:
        return _event_moment(node, place)
    which, part = node.only("a moment: a text, {earliest: [...]}, {latest: [...]} or {on: EVENT}")
    if which not in {"earliest", "latest"}:
        raise node.key_error(which, f"expected earliest, latest or on, found {shown(which)}")
    moments = tuple(read_moment(one, place) for one in part.items("a list of moments"))
    if not moments:
        raise part.error("expected at least one moment, found an empty list")
    return model.Pick("earliest" if which == "earliest" else "latest", moments)


def _event_moment(node: MapNode, place: Place) -> model.EventMoment:
    from icpm_engine.rules.condition_forms import read_condition  # noqa: PLC0415 - each holds the other

    node.refuse_unknown(("on", "where", "when"), "in a moment")
    kind = place.names.event(node["on"])
    place.kinds.add(kind)
    here = place.at((kind,))
    where, when = node.take("where"), node.take("when")
    return model.EventMoment(
        kind,
        read_where(where, (kind,), place) if where else None,
        read_condition(when, here) if when else None,
    )


def moment_of(text: str, node: Node, place: Place, nested: int = 0) -> model.Moment:
    """A moment from a part of a node's text."""
    if text in ANCHORS:
        return model.Anchor(_anchor(text, node, place))
    offset = _OFFSET.match(text)
    if offset:
        if nested >= MAX_NESTED:
            raise node.error(f"more than {MAX_NESTED} spans after one another in one moment")
        span = span_of(offset[1], node, place)
        moment = moment_of(offset[3], node, place, nested + 1)
        return model.Offset(span, "after" if offset[2] == "after" else "before", moment)
    end = _END_OF.match(text)
    if end:
        if end[2] not in _UNITS:
            raise node.error(f"expected end of [next] {', '.join(_UNITS)}, found {shown(text)}")
        return model.EndOf(cast("model.EndUnit", end[2]), bool(end[1]))
    day = parse_date(text)
    if day is not None:
        return model.DayMoment(day)
    if text[:1].isdecimal():
        raise node.error(f"expected {_A_MOMENT}, found {shown(text)}; a date is written 2026-03-20")
    return _dotted_moment(text, node, place) if "." in text else _named_moment(text, node, place)


def _anchor(text: str, node: Node, place: Place) -> model.AnchorWord:
    if text in place.refused:
        raise node.error(f"'{text}' has no meaning here{_REFUSALS.get(text, '')}")
    return cast("model.AnchorWord", text)


_REFUSALS = {
    "start": ": nothing has started a run",
    "origin": ": nothing has started a run",
    "due": ": there is no due date to refer to",
    "previous.due": ": nothing repeats here (repeats: from met or from due)",
    "previous.met": ": nothing repeats here (repeats: from met or from due)",
    "event": ": there is no event in hand",
    "now": ": a due date must not move with the day on which it is asked for",
    "ever": ": it stands only for a bound",
}


def read_field(text: str, node: Node, place: Place) -> tuple[str, str, ValueKind] | None:
    """`start.FIELD` or `event.FIELD`, with its type; None if the text is something else."""
    of, _, field = text.partition(".")
    if of not in {"start", "event"}:
        return None
    if of in place.refused:
        raise node.error(f"'{text}' has no meaning here{_REFUSALS[of]}")
    kinds = place.starts if of == "start" else place.events
    if kinds == ():
        missing = "no event starts this rule (only a condition or a moment)" if of == "start" else "no event is in hand"
        raise node.error(f"'{text}' has no meaning here: {missing}")
    return of, field, place.names.field(kinds, field, node, every=False)


def _dotted_moment(text: str, node: Node, place: Place) -> model.Moment:
    field = read_field(text, node, place)
    if field is not None:
        of, name, kind = field
        if kind.type not in _DATED:
            raise node.error(f"expected a moment, found '{text}', a field of type {kind.type}")
        return model.FieldMoment("start" if of == "start" else "event", name)
    what, name, word = place.names.dotted(text, node, MOMENTS)
    if what == "lifecycle":
        return model.StateMoment(name, word)
    return model.DutyMoment(name, "met" if word == "met" else "due")


def _named_moment(text: str, node: Node, place: Place) -> model.Moment:
    names = place.names
    what = names.what.get(text)
    if what == "event":
        place.kinds.add(text)
        names.used.add(text)
        return model.EventMoment(text)
    if what == "decision":
        names.used.add(text)
        return model.DecisionMoment(text)
    if what in {"fact", "choice"}:
        kind = names.value(text, node)
        if kind.type not in _DATED:
            raise node.error(f"expected a moment, found '{text}', which is of type {kind.type}")
        check_reach(text, kind, place, node)
        return model.FactMoment(text)
    raise names.unknown(text, node, _A_MOMENT, [*ANCHORS, *names.all_of("event", "decision", "fact", "choice")])


def read_bounds(node: MapNode, place: Place) -> model.Bounds:
    """The four edges of a window, each optional."""
    edges = {key: read_moment(node[key], place) for key in EDGES if key in node}
    if "since" in edges and "after" in edges:
        raise node.key_error("after", "a window opens once: since (from then on) or after (later than that), not both")
    if "by" in edges and "before" in edges:
        raise node.key_error("before", "a window closes once: by (up to and with) or before (earlier than), not both")
    return model.Bounds(**edges) if edges else NO_BOUNDS


NO_BOUNDS = model.Bounds()


# --- tests of one value -----------------------------------------------------------------------------------------------


def read_literal(node: Node, kind: ValueKind, names: Names) -> model.Value:
    """A value written in a rule, typed by the fact or field that it is compared with."""
    if kind.type == "text":
        return read_option(node, kind)
    if kind.type == "span":
        return plain_span(node.text(_A_SPAN), node, names)
    if kind.type == "list":
        raise node.error(f"this is a list of values; say includes: [...] or lacks: [...], found {node.found}")
    return _READ[kind.type](node)


def _literal_or_none(node: Node, kind: ValueKind, names: Names) -> model.Value:
    """A literal; of other types than text also `none`, which is what is known to be absent."""
    absent = kind.type != "text" and isinstance(node, TextNode) and node.value == "none"
    return "none" if absent else read_literal(node, kind, names)


def read_option(node: Node, kind: ValueKind) -> str:
    """A text; one of the options if there are any."""
    return node.one_of(kind.options) if kind.options else node.text()


_READ: Mapping[str, Callable[[Node], model.Value]] = {
    "yes_no": Node.yes_no,
    "number": Node.number,
    "date": lambda node: model.Day(node.day()),
    "moment": lambda node: model.Day(node.day()),
}


def read_test(node: Node, kind: ValueKind, place: Place) -> Test:
    """A test of a value of a type: a literal, a list (one of), or a mapping of which all must hold."""
    if isinstance(node, TextNode):
        return Test((Check("is", (_literal_or_none(node, kind, place.names),)),))
    if isinstance(node, ListNode):
        return Test((Check("is", tuple(_literal_or_none(one, kind, place.names) for one in node.one_or_more())),))
    checks = node.map("a test")
    if not len(checks):
        raise node.error("expected a test, found an empty mapping")
    checks.refuse_unknown(_CHECKS, "in a test")
    return Test(tuple(read_check(checks, key, kind, place) for key in checks))


def read_check(node: MapNode, key: str, kind: ValueKind, place: Place) -> Check:
    """One key of a test."""
    types, read = _CHECKS[key]
    if types and kind.type not in types:
        instead = _INSTEAD.get(kind.type, "")
        raise node.key_error(key, f"'{key}' is for {' and '.join(types)}, and this is of type {kind.type}{instead}")
    op: CheckOp = "same" if key == "fact" else cast("CheckOp", key)
    return Check(op, read(node[key], kind, place))


_INSTEAD = {
    "text": "; say the value, a list of values, or not: ...",
    "yes_no": "; say yes or no",
    "date": "; say since, after, by or before",
    "moment": "; say since, after, by or before",
    "list": "; say includes: [...] or lacks: [...]",
    "number": "; say at_least, over, at_most or under",
    "span": "; say at_least, over, at_most or under",
}


def _other_value(node: Node, kind: ValueKind, place: Place) -> model.FactValue | model.FieldValue:
    """`{fact: NAME}`, `{fact: start.FIELD}` or `{fact: event.FIELD}`: a value of the same type."""
    text = node.text("the name of a fact, start.FIELD or event.FIELD")
    field = read_field(text, node, place)
    other = field[2] if field else place.names.value(text, node)
    if other.type != kind.type and not {other.type, kind.type} <= _DATED:
        raise node.error(f"'{text}' is of type {other.type}, and it is compared with a value of type {kind.type}")
    if field:
        return model.FieldValue("start" if field[0] == "start" else "event", field[1])
    check_reach(text, other, place, node)
    return model.FactValue(text)


def _items(node: Node, kind: ValueKind, _place: Place) -> tuple[str, ...]:
    return tuple(read_option(part, kind) for part in node.one_or_more())


def _weekdays(node: Node, _kind: ValueKind, _place: Place) -> tuple[int, ...]:
    return read_weekdays(node)


_Reader: TypeAlias = Callable[[Node, ValueKind, Place], object]

_limit: tuple[tuple[str, ...], _Reader] = (
    ("number", "span"),
    lambda node, kind, place: read_span(node, place) if kind.type == "span" else read_literal(node, kind, place.names),
)
_edge: tuple[tuple[str, ...], _Reader] = (("date", "moment"), lambda node, _kind, place: read_moment(node, place))

# By key: the types that it is for (none: all), and how its value is read.
_CHECKS: Mapping[str, tuple[tuple[str, ...], _Reader]] = {
    "not": ((), read_test),
    **dict.fromkeys(LIMITS, _limit),
    **dict.fromkeys(EDGES, _edge),
    "includes": (("list",), _items),
    "lacks": (("list",), _items),
    "known": ((), lambda node, _kind, _place: node.yes_no()),
    "weekday": (("date", "moment"), _weekdays),
    "fact": ((), _other_value),
}


# --- tests of an event's fields ---------------------------------------------------------------------------------------


def read_where(node: Node, kinds: tuple[str, ...], place: Place) -> model.WherePart:
    """Tests of the fields of some kinds of event: `{FIELD: test, ...}` (all must hold), with all, any and not."""
    tests = node.map("tests of fields ({FIELD: test})")
    label = tests.take("label")
    parts = tuple(_where_part(tests, key, kinds, place) for key in tests if key != "label")
    if not parts:
        raise node.error("expected tests of fields ({FIELD: test}), found none")
    words = label.text("a label") if label else None
    if len(parts) > 1:
        return model.Where("all", parts, words)
    return attrs.evolve(parts[0], label=words) if words else parts[0]


def _where_part(tests: MapNode, key: str, kinds: tuple[str, ...], place: Place) -> model.WherePart:
    node = tests[key]
    if key == "not":
        return model.Where("not", (read_where(node, kinds, place),))
    if key in {"all", "any"}:
        parts = tuple(read_where(part, kinds, place) for part in node.items(f"a list of tests of fields, after {key}"))
        if not parts:
            raise node.error("expected at least one test, found an empty list")
        return model.Where("all" if key == "all" else "any", parts)
    kind = _BARRED if key == "barred" else place.names.field(kinds, key, tests.keys_at[key], every=True)
    return model.FieldTest(key, read_test(node, kind, place), mark=tests.key_mark(key))


_BARRED = ValueKind("yes_no")  # whether a bar forbade the event; every kind has it (semantics 45)
