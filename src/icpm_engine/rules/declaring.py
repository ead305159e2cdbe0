"""What the declarations of a pack stand for: roles, sources, calendars, kinds of events, and the types of all values.

This is the first of two steps: after it every name is known, and the rules can be read in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from icpm_engine.calendars import Calendar, Window
from icpm_engine.errors import UnknownName
from icpm_engine.rules.calendar_files import BUILT_IN, read_window
from icpm_engine.rules.merging import Declared, Merged
from icpm_engine.rules.model import Source
from icpm_engine.rules.names import RESERVED_FIELDS, LifecycleNames, Names, ValueKind
from icpm_engine.rules.nodes import ListNode, MapNode, Node, TextNode
from icpm_engine.rules.source_forms import read_source
from icpm_engine.rules.state_forms import choice_kind, decision_kind, fact_kind, lifecycle_states
from icpm_engine.rules.words import hint, shown
from icpm_engine.vocabulary.kinds import FIELD_TYPES, SUBJECTS, EventKind, Field, FieldType, Sorts, Subject

FindCalendar = Callable[[str], Calendar | None]


@attrs.define
class Declarations:
    """Everything that rules refer to by name."""

    names: Names
    roles: dict[str, str] = attrs.Factory(dict)
    sources: dict[str, Source] = attrs.Factory(dict)
    calendars: dict[str, Calendar] = attrs.Factory(dict)
    windows: dict[str, Window] = attrs.Factory(dict)


def declare(merged: Merged, calendar_files: Mapping[str, Callable[[], Calendar]]) -> Declarations:
    """The first step of loading. Errors go to `merged.problems`; the names that they spoil are `names.broken`."""
    names = Names(events=dict(merged.standard))
    found = Declarations(names)
    attempt = merged.problems.attempt
    for section, read in (("roles", _role), ("sources", _source)):
        for one in merged.of(section).values():
            attempt(read, found, one)
    for name, one in merged.of("calendars").items():
        attempt(_calendar, found, name, one, calendar_files)
    names.roles, names.sources = merged.of("roles"), merged.of("sources")
    names.calendars, names.windows = found.calendars, found.windows
    names.what.update(dict.fromkeys(merged.standard, "event"))
    names.what.update({name: what for name, (what, _) in merged.what.items()})
    for name, parts in merged.events.items():
        kind = attempt(_event, merged, name, parts)
        names.events[name] = kind or merged.standard.get(name) or EventKind(name=name)
        if kind is None:
            names.broken.add(name)
    _standard_facts(merged, names)
    _values(merged, names)
    return found


def _role(found: Declarations, one: Declared) -> None:
    found.roles[_checked_name(one)] = one.node.text("the label of a role")


def _checked_name(one: Declared) -> str:
    return TextNode(one.at.file, one.at.line, one.at.column, one.name, plain=True).slug("a name")


def _source(found: Declarations, one: Declared) -> None:
    keys = one.node.map("{title, kind, section, link, checked, seen}")
    found.sources[_checked_name(one)] = read_source(one.name, keys)


def _calendar(found: Declarations, name: str, one: Declared, files: Mapping[str, Callable[[], Calendar]]) -> None:
    if not name.replace("-", "").replace("_", "").isalnum() or not name[:1].isalpha() or not name.isascii():
        raise one.node.error(
            f"expected one word as the adjective of spans (letters, digits, - and _), found {shown(name)}"
        )
    if isinstance(one.node, MapNode):
        found.windows[name] = read_window(one.node)
        return
    file = one.node.slug("the name of a calendar file, or {hours: ...}")
    if file in BUILT_IN:
        found.calendars[name] = BUILT_IN[file]
    elif file in files:
        found.calendars[name] = calendar = files[file]()
        if calendar.name != file:
            raise one.node.error(f"the calendar file {file}.yaml says name: {calendar.name}; expected {file}")
    else:
        known = [*files, *BUILT_IN]
        raise UnknownName(
            f"expected the name of a calendar file, found {shown(file)}{hint(file, known)}", one.node.mark
        )


# --- events -----------------------------------------------------------------------------------------------------------


def _event(merged: Merged, name: str, parts: list[Declared]) -> EventKind:
    """A kind of event of the pack, or a standard one with what the pack adds to it."""
    kind = merged.standard.get(name)
    rest = parts
    if kind is None:
        kind, rest = _declared_event(parts[0]), parts[1:]
    for part in rest:
        if name not in merged.standard and part.layer == parts[0].layer:
            raise _at(part).error(f"'{name}' is declared twice; first at {parts[0].at}")
        if name not in merged.standard and "extends" not in part.file.tree:
            raise _at(part).error(
                f"'{name}' is declared at {parts[0].at}; a file that adds to it must say 'extends: ...'"
            )
        kind = _extended(kind, part)
    return kind


def _at(part: Declared) -> Node:
    return Node(part.at.file, part.at.line, part.at.column)


def _declared_event(part: Declared) -> EventKind:
    keys = part.node.map(_FIELDS)
    subject = keys["subject"].one_of(SUBJECTS, "subject") if "subject" in keys else "case"
    sorts = keys["sorts"].one_of(("first", "last"), "sorts") if "sorts" in keys else None
    fields = {field: _field(field, keys) for field in keys if field not in {"subject", "sorts"}}
    return EventKind(
        name=part.name, subject=_SUBJECTS[subject], sorts=_SORTS[sorts], fields=fields, area=part.file.area
    )


_FIELDS = "the fields of an event ({FIELD: TYPE}); {} if it has none"
_SUBJECTS: Mapping[str, Subject] = {subject: subject for subject in SUBJECTS}
_SORTS: Mapping[str | None, Sorts | None] = {"first": "first", "last": "last", None: None}
_TYPES: Mapping[str, FieldType] = {one: one for one in FIELD_TYPES}


def _field(name: str, keys: MapNode) -> Field:
    key = keys.keys_at[name]
    key.name("the name of a field")
    if name in RESERVED_FIELDS:
        raise key.error(f"'{name}' has a meaning of its own in every event; choose another name for this field")
    node = keys[name]
    if not isinstance(node, ListNode):
        return Field(name, _TYPES[node.one_of(FIELD_TYPES, "a type, or a list of options like [a, b]")])
    options = tuple(one.text("an option") for one in node.one_or_more())
    if len(set(options)) < len(options):
        raise node.error("one of these options stands here twice")
    return Field(name, "text", options)


def _extended(kind: EventKind, part: Declared) -> EventKind:
    """A kind with further fields, or further options for fields that have options."""
    keys = part.node.map(_FIELDS)
    fields = dict(kind.fields)
    for name in keys:
        if name in {"subject", "sorts"}:
            raise keys.key_error(
                name, f"the event {kind.name} is declared already; here it may only get fields and options"
            )
        new, old = _field(name, keys), fields.get(name)
        fields[name] = new if old is None else _more_options(kind, old, new, keys.keys_at[name])
    return attrs.evolve(kind, fields=fields)


def _more_options(kind: EventKind, old: Field, new: Field, key: Node) -> Field:
    if not old.options or not new.options:
        raise key.error(f"the event {kind.name} has the field {old.name} already (type {old.type})")
    added = [option for option in new.options if option not in old.options]
    if not added:
        raise key.error(f"the event {kind.name} has the field {old.name} with these options already")
    return attrs.evolve(old, options=(*old.options, *added))


# --- types of values --------------------------------------------------------------------------------------------------


def _standard_facts(merged: Merged, names: Names) -> None:
    """The facts that kinds of event tell of themselves; a pack may declare one of them anew, nothing else so named."""
    for kind in names.events.values():
        for tell in kind.tells:
            taken = names.what.setdefault(tell.fact, "fact")
            if taken != "fact":
                at = merged.what[tell.fact][1] if tell.fact in merged.what else None
                merged.problems.add(f"'{tell.fact}' is already the name of a fact that {kind.name} tells", at)
                continue
            field = kind.fields.get(tell.take)
            before = names.values.get(tell.fact)
            names.values[tell.fact] = _told_kind(tell.type, field, before)


def _told_kind(type_: FieldType, field: Field | None, before: ValueKind | None) -> ValueKind:
    options = field.options if field else ()
    if before is None:
        return ValueKind(type_, options)
    both = tuple(dict.fromkeys((*before.options, *options))) if before.options and options else ()
    return ValueKind(type_, both)


def _values(merged: Merged, names: Names) -> None:
    attempt = merged.problems.attempt
    for name, one in merged.of("facts").items():
        names.put(name, attempt(_fact, one, names))
    for name, one in merged.of("choices").items():
        names.put(name, attempt(_choice, one))
    for one in merged.of("decisions").values():
        attempt(_decision, one, names)
    for one in merged.of("lifecycles").values():
        attempt(_lifecycle, one, names)


def _fact(one: Declared, names: Names) -> ValueKind:
    return fact_kind(one.node.map("a fact ({type: ..., told: ...})"), names)


def _choice(one: Declared) -> ValueKind:
    return choice_kind(one.node.map("a choice ({label, options or type, authority})"))


def _decision(one: Declared, names: Names) -> None:
    names.broken.add(one.name)
    kind = decision_kind(one.node.map("a decision ({label, authority, a condition or rows})"))
    if kind is not None:
        names.values[one.name] = kind
    names.broken.discard(one.name)


def _lifecycle(one: Declared, names: Names) -> None:
    names.broken.add(one.name)
    keys = one.node.map("a lifecycle ({label, initial, states, transitions})")
    per = keys["per"].name("the name of a field") if "per" in keys else None
    names.lifecycles[one.name] = LifecycleNames(lifecycle_states(keys), per)
    names.broken.discard(one.name)
