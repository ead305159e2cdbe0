"""Conditions on the case and lines, which hold each other (language 1.4, 1.5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import cast

import attrs

from icpm_engine.calendars import Span
from icpm_engine.rules import model
from icpm_engine.rules.model import AnyLine, Condition, Line, Lines, Test
from icpm_engine.rules.names import ValueKind
from icpm_engine.rules.nodes import ListNode, MapNode, Node, TextNode
from icpm_engine.rules.places import Place
from icpm_engine.rules.value_forms import (
    EDGES,
    LIMITS,
    check_reach,
    read_bounds,
    read_check,
    read_field,
    read_moment,
    read_option,
    read_test,
    read_where,
)
from icpm_engine.rules.words import hint, shown

HEADS = ("on", "becomes", "ceases", "at")
LINE_KEYS = (
    *HEADS,
    "where",
    "when",
    *EDGES,
    "with",
    "each",
    "times",
    "of",
    "in_a_row",
    "share",
    "dated",
    "label",
)
EVENT_KEYS = ("where", "with", "each", "of", "in_a_row", "share", "dated")  # they look at the event of `on`
_COUNTS = ("times", "each", "in_a_row", "share")
_TWO_LINES = "all: [...] with a line for each"
_A_CONDITION = "a condition (a decision, LIFECYCLE.STATE, DUTY.met, {FACT: test}, {all: [...]}, a line, ...)"
_A_LINE = "a line (the name of an event, {on: EVENT, ...}, {becomes: ...}, {at: ...}, any: [...], all: [...])"
_SPAN = ValueKind("span")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,4})?) ?(?:%|percent)\Z", re.ASCII)


# --- conditions -------------------------------------------------------------------------------------------------------


def read_condition(node: Node, place: Place) -> Condition:
    """Any condition of language 1.4."""
    if isinstance(node, TextNode):
        return _named_condition(node.text(_A_CONDITION), node, place)
    if isinstance(node, ListNode):
        raise node.error("expected a condition, found a list; say {all: [...]} or {any: [...]}")
    tests = node.map(_A_CONDITION)
    if "as_of" in tests:
        return _as_of(tests, place)
    for head, read in _CONDITIONS.items():
        if head in tests:
            return read(tests, place)
    return _value_condition(tests, place)


def _named_condition(text: str, node: Node, place: Place) -> Condition:
    if "." in text:
        return _outcome(text, node, place)
    names = place.names
    what = names.what.get(text)
    if what == "decision":
        if text in names.values and names.values[text].type != "yes_no":
            raise node.error(f"the decision {text} gives a value; say {{{text}: VALUE}}")
        names.used.add(text)
        return model.DecisionHolds(text)
    if what == "event":
        return model.Happened(read_line(node, place))
    if what in {"fact", "choice"}:
        return _bare_fact(text, node, place)
    candidates = names.all_of("decision", "event", "fact", "choice")
    raise names.unknown(text, node, _A_CONDITION, candidates)


def _outcome(text: str, node: Node, place: Place) -> Condition:
    if text.startswith(("event.", "start.")):
        kind = _field_kind(text, node, place)
        if kind.type != "yes_no":
            raise node.error(f"'{text}' is a field of type {kind.type}; say {{{text}: test}}")
        return _field_is(text, Test((model.Check("is", (True,)),)), None)
    what, name, word = place.names.dotted(text, node)
    if what == "lifecycle":
        return model.StateIs(name, word)
    if what == "duty":
        return model.DutyIs(name, cast("model.DutyOutcome", word))
    return model.BarBroken(name)


def _bare_fact(text: str, node: Node, place: Place) -> Condition:
    kind = place.names.value(text, node)
    if kind.type != "yes_no":
        raise node.error(f"'{text}' is of type {kind.type}; say what it must be: {{{text}: ...}}")
    check_reach(text, kind, place, node)
    return model.FactTest(text, Test((model.Check("is", (True,)),)))


def _as_of(tests: MapNode, place: Place) -> Condition:
    rest = tests.but("as_of", "label")
    if not len(rest):
        raise tests.error("as_of needs a condition beside it: {as_of: MOMENT, FACT: test}")
    return model.AsOf(read_moment(tests["as_of"], place), read_condition(rest, place), _label(tests))


def _label(tests: MapNode) -> str | None:
    node = tests.take("label")
    return node.text("a label") if node else None


def _combined(tests: MapNode, place: Place) -> Condition:
    if any(key in tests for key in (*EDGES, "when")):
        return model.Happened(read_line(tests, place), _label(tests))
    how, part = tests.but("label").only("one of all, any or not")
    if how == "not":
        return model.Combined("not", (read_condition(part, place),), _label(tests))
    parts = tuple(read_condition(one, place) for one in part.items(f"a list of conditions, after {how}"))
    if not parts:
        raise part.error("expected at least one condition, found an empty list")
    return model.Combined("all" if how == "all" else "any", parts, _label(tests))


def _happened(tests: MapNode, place: Place) -> Condition:
    return model.Happened(read_line(tests, place), _label(tests))


def _some(tests: MapNode, place: Place) -> Condition:
    tests.refuse_unknown(("some", "where", "label"), "beside some")
    lifecycle, state = place.names.state(tests["some"])
    inside = attrs.evolve(place, instances=place.names.lifecycles[lifecycle].per)
    where = tests.take("where")
    facts = tuple(_fact_test(where.map(), key, inside) for key in where.map("{FACT: test}")) if where else ()
    return model.SomeInstance(lifecycle, state, facts, _label(tests))


def _spent(tests: MapNode, place: Place) -> Condition:
    tests.refuse_unknown(("spent", *LIMITS, "how", "since", "label"), "beside spent")
    checks = tuple(read_check(tests, key, _SPAN, place) for key in LIMITS if key in tests)
    if not checks:
        raise tests.error(f"spent needs a length beside it: one of {', '.join(LIMITS)}")
    how = tests["how"].one_of(("present", "longest", "total"), "how") if "how" in tests else "present"
    if how == "total" and any(isinstance(check.value, Span) and check.value.calendars for check in checks):
        raise tests.key_error("how", "stays are added up in hours, days, weeks, months or years, not in open days")
    since = read_moment(tests["since"], place) if "since" in tests else None
    held = read_condition(tests["spent"], place)
    return model.Spent(held, Test(checks), cast("model.SpentHow", how), since, _label(tests))


def _is_open(tests: MapNode, place: Place) -> Condition:
    tests.refuse_unknown(("open", "label"), "beside open")
    return model.IsOpen(place.names.window(tests["open"]), _label(tests))


def _age(tests: MapNode, place: Place) -> Condition:
    tests.refuse_unknown(("age", "label"), "beside age (several conditions are joined with all: [...])")
    born = place.names.values.get("born")
    if born is None or born.type != "date":
        raise tests.key_error("age", "age rests on the fact born (a date), which no event here tells")
    place.names.used.add("born")
    return model.AgeIs(read_test(tests["age"], _SPAN, place), _label(tests))


_CONDITIONS: Mapping[str, Callable[[MapNode, Place], Condition]] = {
    **dict.fromkeys(HEADS, _happened),
    **dict.fromkeys(("all", "any", "not"), _combined),
    "some": _some,
    "spent": _spent,
    "open": _is_open,
    "age": _age,
}


def _value_condition(tests: MapNode, place: Place) -> Condition:
    """`{FACT: test}`, `{event.FIELD: test}`, `{LIFECYCLE.STATE: yes}` and the like."""
    rest = tests.but("label")
    if len(rest) != 1:
        raise tests.expected("a condition with one fact ({FACT: test}); join several with {all: [...]}")
    key = next(iter(rest))
    at, label = tests.keys_at[key], _label(tests)
    if key.startswith(("event.", "start.")):
        return _field_is(key, read_test(tests[key], _field_kind(key, at, place), place), label)
    if "." in key or (place.names.what.get(key) == "decision" and key not in place.names.values):
        return _yes_or_no(_named_condition(key, at, place), tests[key], label)
    return attrs.evolve(_fact_test(tests, key, place), label=label)


def _yes_or_no(condition: Condition, node: Node, label: str | None) -> Condition:
    """`{case.open: yes}` says the same as `case.open`, and `{case.open: no}` its opposite."""
    if node.yes_no():
        return model.Combined("all", (condition,), label) if label else condition
    return model.Combined("not", (condition,), label)


def _field_kind(text: str, node: Node, place: Place) -> ValueKind:
    field = read_field(text, node, place)
    if field is None:
        raise node.error(f"expected start.FIELD or event.FIELD, found {shown(text)}")
    return field[2]


def _field_is(text: str, test: Test, label: str | None) -> model.FieldIs:
    of, _, field = text.partition(".")
    return model.FieldIs("event" if of == "event" else "start", field, test, label)


def _fact_test(tests: MapNode, key: str, place: Place) -> model.FactTest:
    at = tests.keys_at[key]
    if key not in place.names.values:
        near = (*_CONDITIONS, "as_of", "label")
        if key not in place.names.what and hint(key, near, 0):
            raise tests.key_error(key, f"expected {_A_CONDITION}, found the key {shown(key)}{hint(key, near)}")
    kind = place.names.value(key, at, "the name of a fact, a choice or a decision")
    check_reach(key, kind, place, at)
    return model.FactTest(key, read_test(tests[key], kind, place))


# --- lines ------------------------------------------------------------------------------------------------------------


def read_lines(node: Node, place: Place) -> tuple[AnyLine, ...]:
    """One line or a list of them."""
    return tuple(read_line(one, place) for one in node.one_or_more())


def read_line(node: Node, place: Place, extra: Collection[str] = ()) -> AnyLine:
    """A line; a bare name is `{on: NAME}`, a plain list is any of its lines. `extra`: keys that the caller reads."""
    if isinstance(node, TextNode):
        return _bare_line(node, place)
    if isinstance(node, ListNode):
        parts = read_lines(node, place)
        return parts[0] if len(parts) == 1 else Lines("any", parts, mark=node.mark)
    keys = node.map(_A_LINE)
    if "any" in keys or "all" in keys:
        return _composite(keys, place)
    return read_single(keys, place, extra)


def _bare_line(node: Node, place: Place) -> Line:
    word = node.text(_A_LINE)
    what = place.names.what.get(word.partition(".")[0])
    if what is not None and what != "event":
        raise node.error(f"expected {_A_LINE}, found '{word}'; say {{becomes: {word}}} for the moment it turns true")
    kind = place.names.event(node)
    place.kinds.add(kind)
    return Line(on=(kind,), mark=node.mark)


def _composite(keys: MapNode, place: Place) -> Lines:
    keys.refuse_unknown(("any", "all", *EDGES, "when", "label"), "beside any and all; bounds and when may stand there")
    how, part = keys.but(*EDGES, "when", "label").only("either any or all, not both")
    parts = tuple(read_line(one, place) for one in part.items(f"a list of lines, after {how}"))
    if not parts:
        raise part.error("expected at least one line, found an empty list")
    when = read_condition(keys["when"], place) if "when" in keys else None
    return Lines("any" if how == "any" else "all", parts, read_bounds(keys, place), when, _label(keys), keys.mark)


def read_single(keys: MapNode, place: Place, extra: Collection[str] = ()) -> Line:
    """A line with one head."""
    if extra and ("any" in keys or "all" in keys):
        how = "any" if "any" in keys else "all"
        remedy = (
            "write an item for each" if how == "any" else "say becomes: {all: [...]} for when they have all happened"
        )
        raise keys.key_error(how, f"an item with {' and '.join(extra)} holds one line, not {how} of several; {remedy}")
    keys.refuse_unknown((*LINE_KEYS, *extra), "in a line")
    heads = [head for head in HEADS if head in keys]
    if len(heads) != 1:
        found = " and ".join(heads) or keys.found
        raise keys.error(f"a line needs exactly one of {', '.join(HEADS)}; found {found}")
    return _event_line(keys, place) if heads[0] == "on" else _other_line(keys, heads[0], place)


def _event_line(keys: MapNode, place: Place) -> Line:
    kinds = tuple(place.names.event(one) for one in keys["on"].one_or_more())
    place.kinds.update(kinds)
    # In a condition that looks around, `event` is the event that the condition is asked about; else it is this one.
    here = place.at(kinds) if place.events == () else place
    shows = keys.take("with")
    in_a_row, share = keys.take("in_a_row"), keys.take("share")
    if "of" in keys and in_a_row is None and share is None:
        raise keys.key_error("of", "of (the wider series) needs in_a_row or share beside it")
    counts = [key for key in _COUNTS if key in keys]
    if len(counts) > 1:
        raise keys.key_error(counts[1], f"a line counts in one way, found {' and '.join(counts)}; say {_TWO_LINES}")
    return Line(
        on=kinds,
        where=read_where(keys["where"], kinds, here) if "where" in keys else None,
        when=read_condition(keys["when"], place.at(kinds)) if "when" in keys else None,
        bounds=read_bounds(keys, here),
        shows=tuple(read_where(one, kinds, here) for one in shows.one_or_more()) if shows else (),
        each=_each(keys["each"], kinds, here) if "each" in keys else None,
        times=_times(keys),
        of=_series(keys["of"], kinds, here) if "of" in keys else None,
        in_a_row=in_a_row.whole("a number of events in a row", least=1, most=1000) if in_a_row else None,
        share=_share(share) if share else None,
        dated=_dated(keys["dated"], kinds, place) if "dated" in keys else "occurred",
        label=_label(keys),
        mark=keys.mark,
    )


def _other_line(keys: MapNode, head: str, place: Place) -> Line:
    for key in EVENT_KEYS:
        if key in keys:
            raise keys.key_error(key, f"'{key}' looks at an event and needs on: EVENT; this line has {head}")
    here = place.at(()) if place.events is None else place
    when = read_condition(keys["when"], here) if "when" in keys else None
    bounds, times = read_bounds(keys, here), _times(keys)
    line = Line(when=when, bounds=bounds, times=times, label=_label(keys), mark=keys.mark)
    if head == "at":
        if times is not None:
            raise keys.key_error("times", "a moment is reached once; times needs on, becomes or ceases")
        return attrs.evolve(line, at=read_moment(keys["at"], here))
    turned = read_condition(keys[head], here)
    return attrs.evolve(line, becomes=turned) if head == "becomes" else attrs.evolve(line, ceases=turned)


def _times(keys: MapNode) -> int | None:
    node = keys.take("times")
    return node.whole("how many times, in digits", least=1, most=1000) if node else None


def _series(node: Node, kinds: tuple[str, ...], place: Place) -> model.WherePart:
    if isinstance(node, TextNode) and node.value == "all":
        return model.Where("all", ())
    return read_where(node, kinds, place)


def _share(node: Node) -> Decimal:
    text = node.text("a share like 95 percent or 0.95")
    percent = _PERCENT.match(text)
    share = Decimal(percent[1]) / 100 if percent else Decimal(node.number("a share like 95 percent or 0.95"))
    if not 0 < share <= 1:
        raise node.error(f"expected a share above nothing and up to all (95 percent or 0.95), found {shown(text)}")
    return share


def _dated(node: Node, kinds: tuple[str, ...], place: Place) -> str:
    word = node.text("occurred, recorded or a field of type date or moment")
    if word in {"occurred", "recorded"}:
        return word
    kind = place.names.field(kinds, word, node, every=True)
    if kind.type not in {"date", "moment"}:
        raise node.error(f"expected occurred, recorded or a field of type date or moment, found {word} ({kind.type})")
    return word


def _each(node: Node, kinds: tuple[str, ...], place: Place) -> model.Each:
    field, values = node.map("{FIELD: [values]}").only("one field with its values ({FIELD: [values]})")
    kind = place.names.field(kinds, field, node.map().keys_at[field], every=True)
    if kind.type not in {"text", "list"}:
        raise node.error(f"each needs a field of type text or list; {field} is of type {kind.type}")
    one = ValueKind("text", kind.options)
    return model.Each(field, tuple(_each_value(part, one, place) for part in values.one_or_more()))


def _each_value(node: Node, kind: ValueKind, place: Place) -> model.EachValue:
    if isinstance(node, TextNode):
        return model.EachValue(read_option(node, kind))
    keys = node.map("a value, or {when: CONDITION, is: VALUE}")
    keys.refuse_unknown(("when", "is"), "in a value of each")
    value = keys.need("is")
    when = read_condition(keys.need("when"), place)
    return model.EachValue(read_option(value, kind), when)
