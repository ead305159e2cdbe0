"""Facts, choices, settlements, decisions and lifecycles (language 1.6)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import cast

from icpm_engine.rules import model
from icpm_engine.rules.condition_forms import read_condition, read_single
from icpm_engine.rules.due_forms import check_options
from icpm_engine.rules.duty_forms import RUN_WORDS, check_per, read_subject
from icpm_engine.rules.model import Fact, Line, ValueType
from icpm_engine.rules.names import Names, ValueKind
from icpm_engine.rules.nodes import MapNode, Node, TextNode
from icpm_engine.rules.places import Place
from icpm_engine.rules.value_forms import read_literal, read_moment
from icpm_engine.rules.walking import reached
from icpm_engine.rules.words import hint, shown
from icpm_engine.vocabulary.kinds import FIELD_TYPES

FACT_KEYS = ("type", "told", "per", "initial", "subject")
CHOICE_KEYS = ("label", "options", "type", "authority", "unread", "arrangement")
DECISION_KEYS = ("label", "authority", "rows", "subject")
LIFECYCLE_KEYS = ("label", "per", "initial", "strict", "states", "transitions", "subject")
STATE_KEYS = ("label", "holder", "final", "at_rest")
_DATED = {"date", "moment"}
_YES_NO = {"yes", "no", "true", "false"}


def read_type(node: Node) -> ValueType:
    """One of the seven types of a value."""
    return cast("ValueType", node.one_of(FIELD_TYPES, "a type"))


def standing_place(names: Names, per: str | None, kinds: set[str]) -> Place:
    """The place of a rule that has no runs: a fact, a decision, a lifecycle."""
    return Place(names, per, starts=(), events=(), kinds=kinds).without(*RUN_WORDS)


# --- facts ------------------------------------------------------------------------------------------------------------


def fact_kind(node: MapNode, names: Names) -> ValueKind:
    """Type, options and instances of a fact, before its lines can be read.

    It has options if every line that tells it takes a field with options.
    """
    node.refuse_unknown(FACT_KEYS, "in a fact")
    type_ = read_type(node.need("type"))
    per = node["per"].name("the name of a field") if "per" in node else None
    if type_ not in {"text", "list"}:
        return ValueKind(type_, (), per)
    options: dict[str, None] = {}
    for line in node.need("told", "the lines that tell it").one_or_more():
        taken = _taken_options(line.map("a line with take"), names)
        if taken == ():
            return ValueKind(type_, (), per)
        options.update(dict.fromkeys(("none",) if taken is None else taken))
    if "initial" in node and not _is_none(node["initial"]):
        options[node["initial"].text()] = None
    return ValueKind(type_, tuple(options), per)


def _taken_options(line: MapNode, names: Names) -> tuple[str, ...] | None:
    """The options of the field that a line takes: () if it may hold anything, None if it takes `none`."""
    take = line.need("take", "what the fact takes from the event").text()
    if take == "none":
        return None
    kinds = line["on"].one_or_more() if "on" in line else ()
    fields = [names.events[kind].fields.get(take) for kind in map(_word, kinds) if kind in names.events]
    if not fields or not all(field and field.options for field in fields):
        return ()
    return tuple(option for field in fields if field for option in field.options)


def _word(node: Node) -> str:
    return node.value if isinstance(node, TextNode) else ""


def _is_none(node: Node) -> bool:
    return isinstance(node, TextNode) and node.value == "none"


def read_fact(name: str, node: MapNode, names: Names, area: str) -> Fact:
    """A named value that events tell."""
    kind = names.values[name]
    kinds: set[str] = set()
    place = standing_place(names, kind.per, kinds)
    told = tuple(_told(line.map("a line with take"), kind, place) for line in node.need("told").one_or_more())
    check_per(node, kind.per, names, kinds)
    return Fact(
        name=name,
        type=kind.type,
        told=told,
        per=kind.per,
        initial=_initial(node["initial"], kind, names) if "initial" in node else None,
        options=kind.options,
        subject=read_subject(node),
        area=area,
        mark=node.mark,
    )


def _initial(node: Node, kind: ValueKind, names: Names) -> object:
    if _is_none(node):
        return "none"
    if kind.type == "list":
        return tuple(one.text() for one in node.items("a list of texts"))
    return read_literal(node, kind, names)


def _told(keys: MapNode, kind: ValueKind, place: Place) -> model.Told:
    line = read_single(keys, place, ("take",))
    return model.Told(line, _take(keys.need("take"), kind, line, place))


def _take(node: Node, kind: ValueKind, line: Line, place: Place) -> str | model.Moment:
    """A field, `event` (its date), `none` (known to be absent), or a moment."""
    word = node.value if isinstance(node, TextNode) else ""
    if word == "none":
        return word
    if word == "event" or not any(word in place.names.events[name].fields for name in line.on):
        if kind.type not in _DATED:
            fields = sorted({field for name in line.on for field in place.names.events[name].fields})
            near = hint(word, fields) if word != "event" else ""
            raise node.error(f"expected a field that holds a {kind.type}, or none; found {node.found}{near}")
        return word if word == "event" else read_moment(node, place.at(line.on))
    field = place.names.field(line.on, word, node, every=True)
    if field.type != kind.type and not {field.type, kind.type} <= _DATED:
        raise node.error(f"the field {word} is of type {field.type}, and the fact of type {kind.type}")
    return word


def standard_facts(names: Names, declared: Mapping[str, object]) -> dict[str, Fact]:
    """The facts that standard events tell of themselves, unless the pack declares them."""
    told: dict[str, list[model.Told]] = {}
    first: dict[str, tuple[str, ValueType]] = {}
    for kind in names.events.values():
        for tell in kind.tells:
            if tell.fact not in declared and names.what[tell.fact] == "fact":
                told.setdefault(tell.fact, []).append(model.Told(Line(on=(kind.name,)), tell.take))
                first.setdefault(tell.fact, (kind.name, tell.type))
    return {
        fact: Fact(
            fact,
            type_,
            tuple(told[fact]),
            options=names.values[fact].options,
            subject=names.events[kind].subject,
            area=names.events[kind].area,
        )
        for fact, (kind, type_) in first.items()
    }


# --- choices ----------------------------------------------------------------------------------------------------------


def choice_kind(node: MapNode) -> ValueKind:
    """Type and options of a choice."""
    node.refuse_unknown(CHOICE_KEYS, "in a choice")
    if ("options" in node) == ("type" in node):
        raise node.error("a choice has either options: [...] or type: ..., exactly one of them")
    if "type" in node:
        return ValueKind(read_type(node["type"]))
    options = tuple(one.name("an option, in words") for one in node["options"].one_or_more())
    if len(options) < 2 or len(set(options)) < len(options):  # noqa: PLR2004 - a choice among one is none
        raise node["options"].error(f"expected two or more different options, found {', '.join(options)}")
    if not _YES_NO.isdisjoint(options):
        raise node["options"].error("options are words that say what is chosen, not yes and no")
    return ValueKind("text", options)


def read_choice(name: str, node: MapNode, names: Names, area: str) -> model.Choice:
    """A point that the source leaves open."""
    kind = names.values[name]
    return model.Choice(
        name=name,
        label=node.need("label").text("a label"),
        authority=names.source(node.need("authority")),
        options=kind.options,
        type=kind.type,
        unread=node["unread"].yes_no() if "unread" in node else False,
        arrangement=node["arrangement"].yes_no() if "arrangement" in node else False,
        area=area,
        mark=node.mark,
    )


def read_settlements(choice: str, node: Node, names: Names) -> tuple[model.Settlement, ...]:
    """One settlement of a choice or a list of them, oldest first."""
    found = tuple(_settlement(choice, one, names) for one in node.one_or_more())
    days = [one.from_day or 0 for one in found]
    if any(later <= earlier for earlier, later in itertools.pairwise(days)):
        raise node.error("settlements of one choice stand in the order of their from days, oldest first")
    return found


def _settlement(choice: str, node: Node, names: Names) -> model.Settlement:
    keys = node.map("{is: VALUE, from: DATE, authority: SOURCE}")
    keys.refuse_unknown(("is", "from", "authority"), "in a settlement")
    return model.Settlement(
        choice=choice,
        value=settled_value(keys.need("is", "what is chosen"), names.values[choice], names),
        from_day=keys["from"].day() if "from" in keys else None,
        authority=names.source(keys.need("authority", "who decided it")),
        mark=keys.mark,
    )


def settled_value(node: Node, kind: ValueKind, names: Names) -> object:
    """The value of a choice, typed by the choice."""
    if kind.type == "list":
        return tuple(one.text() for one in node.one_or_more())
    return read_literal(node, kind, names)


# --- decisions --------------------------------------------------------------------------------------------------------


def decision_kind(node: MapNode) -> ValueKind | None:
    """The type of a decision made by rows, told by its values; None for one that is a condition."""
    rows = node.take("rows")
    if rows is None:
        return None
    values = [_row_value(one.map("a row ({when: C, is: VALUE})")) for one in rows.one_or_more()]
    texts = tuple(dict.fromkeys(value.text("a value") for value in values))
    if _YES_NO.issuperset(texts):
        return ValueKind("yes_no")
    return ValueKind("number") if all(_is_number(value) for value in values) else ValueKind("text", texts)


def _row_value(row: MapNode) -> Node:
    row.refuse_unknown(("when", "is"), "in a row of a decision")
    return row.need("is", "the value of this row")


def _is_number(node: Node) -> bool:
    return isinstance(node, TextNode) and node.plain and node.value.replace(".", "", 1).lstrip("-").isdecimal()


def read_decision(name: str, node: MapNode, names: Names, area: str) -> model.Decision:
    """A named condition, or a value looked up by rows."""
    label = node.need("label").text("a label")
    authority = names.source(node.need("authority"))
    subject = read_subject(node)
    place = standing_place(names, None, set()).without("event")
    condition: model.Condition | None = None
    rows: tuple[model.DecisionRow, ...] = ()
    if "rows" in node:
        node.refuse_unknown(DECISION_KEYS, "in a decision made by rows")
        rows = _decision_rows(name, node["rows"], place)
    else:
        rest = node.but("label", "authority", "subject")
        if not len(rest):
            raise node.error("a decision needs a condition (all: [...], FACT: test, ...) or rows")
        condition = read_condition(rest, place)
    return model.Decision(name, label, authority, condition, rows, subject, area, node.mark)


def _decision_rows(name: str, node: Node, place: Place) -> tuple[model.DecisionRow, ...]:
    kind = place.names.values[name]
    rows: list[model.DecisionRow] = []
    for one in node.one_or_more():
        if rows and rows[-1].when is None:
            raise one.error("the row before this one has no condition, so that this one can never apply")
        row = one.map()
        when = read_condition(row["when"], place) if "when" in row else None
        rows.append(model.DecisionRow(read_literal(row["is"], kind, place.names), when))
    _check_choice_named(rows, node, place)
    return tuple(rows)


def _check_choice_named(rows: list[model.DecisionRow], node: Node, place: Place) -> None:
    """Where no row applies a decision has no value, unless a choice decides: of that no option may be left out."""
    asked = {when.name if isinstance(when, model.FactTest) else "" for when in (row.when for row in rows)}
    if len(asked) == 1 and place.names.what.get(*asked) == "choice":
        check_options([row.when for row in rows], node, place.names)


# --- lifecycles -------------------------------------------------------------------------------------------------------


def lifecycle_states(node: MapNode) -> tuple[str, ...]:
    """The names of a lifecycle's states."""
    node.refuse_unknown(LIFECYCLE_KEYS, "in a lifecycle")
    states = node.need("states").map("states (NAME: {label: ...})")
    if not len(states):
        raise states.error("a lifecycle needs at least one state, found none")
    return tuple(states.keys_at[name].name("the name of a state") for name in states)


def read_lifecycle(name: str, node: MapNode, names: Names, area: str) -> model.Lifecycle:
    """A state machine for one matter of a subject."""
    known = names.lifecycles[name]
    kinds: set[str] = set()
    states = {state: _state(state, node["states"].map()[state], names) for state in known.states}
    place = standing_place(names, known.per, kinds)
    lines = node.need("transitions").items("a list of transitions ({on: EVENT, from: STATE, to: STATE})")
    transitions = tuple(_transition(line.map("a transition"), name, states, place) for line in lines)
    check_per(node, known.per, names, kinds)
    initial = _state_name(node.need("initial", "the state it begins in"), name, states)
    _check_reached(initial, states, transitions, node)
    return model.Lifecycle(
        name=name,
        label=node.need("label").text("a label"),
        initial=initial,
        states=states,
        transitions=transitions,
        per=known.per,
        strict=node["strict"].yes_no() if "strict" in node else False,
        subject=read_subject(node),
        area=area,
        mark=node.mark,
    )


def _state(name: str, node: Node, names: Names) -> model.State:
    keys = node.map("{label: ...}")
    keys.refuse_unknown(STATE_KEYS, "in a state")
    return model.State(
        name=name,
        label=keys.need("label").text("a label"),
        holder=names.role(keys["holder"], "the role whose turn it is") if "holder" in keys else None,
        final=keys["final"].yes_no() if "final" in keys else False,
        at_rest=keys["at_rest"].text("why no clock runs") if "at_rest" in keys else None,
        mark=keys.mark,
    )


def _state_name(node: Node, lifecycle: str, states: Mapping[str, model.State]) -> str:
    return node.one_of(tuple(states), f"a state of {lifecycle}")


def _transition(keys: MapNode, name: str, states: Mapping[str, model.State], place: Place) -> model.Transition:
    line = read_single(keys, place, ("from", "to"))
    nodes = keys.need("from", "the state or states it leaves").one_or_more()
    sources = tuple(_state_name(node, name, states) for node in nodes)
    for node, source in zip(nodes, sources, strict=True):
        if states[source].final:
            raise node.error(f"{name}.{source} is final, so that no transition can leave it")
    return model.Transition(line, sources, _state_name(keys.need("to", "the state it enters"), name, states), keys.mark)


def _check_reached(
    initial: str, states: Mapping[str, model.State], transitions: tuple[model.Transition, ...], node: MapNode
) -> None:
    found = reached([initial], transitions)
    for state in states:
        if state not in found:
            message = f"no chain of transitions leads from {initial} to the state {shown(state)}"
            raise node["states"].map().key_error(state, message)
