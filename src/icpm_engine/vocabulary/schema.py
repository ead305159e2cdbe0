"""Events for hosts that are not Python: how one is written as a JSON object, and the JSON Schema of all of them.

{"kind": "screening_completed", "case": "C-104", "occurred": "2026-03-20",
 "values": {"tool": "PSC-35", "result": "positive"}}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from icpm_engine.errors import EventError, UnknownEvent
from icpm_engine.vocabulary import reading
from icpm_engine.vocabulary.events import Event, make
from icpm_engine.vocabulary.kinds import EventKind, Field

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"

_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": reading.TEXT_LIMIT}
_DATE: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT: Final = {
    "type": "string",
    "pattern": f"^{_DATE}(T[0-9]{{2}}:[0-9]{{2}})?$",
    "description": "a day, or a day and hour, in the county's local time",
}
_TYPES: Final[Mapping[str, Mapping[str, Any]]] = {
    "text": _TEXT,
    "number": {
        "type": "number",
        "exclusiveMinimum": -reading.NUMBER_LIMIT,
        "exclusiveMaximum": reading.NUMBER_LIMIT,
    },
    "yes_no": {"type": "boolean"},
    "date": {"type": "string", "format": "date", "pattern": f"^{_DATE}$"},
    "moment": _MOMENT,
    "span": {**_TEXT, "examples": ["3 business days", "2 years 6 months"]},
    "list": {"type": "array", "items": _TEXT, "maxItems": reading.LIST_LIMIT},
}


def written(event: Event) -> dict[str, Any]:
    """An event as the JSON object that the schema describes."""
    return {
        "kind": event.event_kind.name,
        event.subject_kind: event.subject_id,
        "occurred": event.occurred,
        "values": event.payload(),
    }


def read(document: object, kinds: Mapping[str, EventKind]) -> Event:
    """The event that such an object describes; raises UnknownEvent or EventError."""
    if not isinstance(document, Mapping) or not isinstance(name := document.get("kind"), str):
        raise EventError(f"an object with the name of a kind under kind is expected, found {reading.shown(document)}")
    kind = kinds.get(name)
    if kind is None:
        raise UnknownEvent(f"there is no kind of event {reading.shown(name)}{reading.nearest(name, kinds)}")
    expected = ("kind", *kind.subjects, "occurred", "values")
    for key in document:
        if key not in expected:
            raise EventError(f"{name}: found the key {reading.shown(key)}, expected only {', '.join(expected)}")
    told = [subject for subject in kind.subjects if subject in document]
    if len(told) > 1:
        raise EventError(f"{name}: found {' and '.join(told)}, expected one of them; record it for each")
    subject = told[0] if told else kind.subject
    values = document.get("values", {})
    return make(kind.about(subject), document.get(subject, ""), document.get("occurred", ""), values)


def json_schema(kinds: Mapping[str, EventKind]) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of an event of any of these kinds; each kind is a definition of its own."""
    return {
        "$schema": DRAFT,
        "title": "An event of icpm_engine",
        "type": "object",
        "properties": {"kind": {"enum": list(kinds)}},
        "required": ["kind"],
        "allOf": [
            # One branch for each kind, chosen by its name, so that a validator complains about that kind alone.
            {"if": {"properties": {"kind": {"const": name}}}, "then": {"$ref": f"#/$defs/{name}"}}
            for name in kinds
        ],
        "$defs": {name: _kind(kind) for name, kind in kinds.items()},
    }


def _kind(kind: EventKind) -> dict[str, Any]:
    required = [field.name for field in kind.fields.values() if field.required]
    of = () if kind.also else (kind.subject,)
    return {
        "description": kind.doc,
        "$comment": f"area: {kind.area}; source: {kind.source}",
        "type": "object",
        "properties": {
            "kind": {"const": kind.name},
            **{subject: {**_TEXT, "description": f"id of the {subject}"} for subject in kind.subjects},
            "occurred": _MOMENT,
            "values": {
                "type": "object",
                "properties": {name: _field(field) for name, field in kind.fields.items()},
                "required": required,
                "additionalProperties": False,
            },
        },
        "required": ["kind", *of, "occurred", *(["values"] if required else [])],
        **({} if of else {"oneOf": [{"required": [subject]} for subject in kind.subjects]}),
        "additionalProperties": False,
    }


def _field(field: Field) -> dict[str, Any]:
    schema: dict[str, Any] = {"description": field.doc} if field.doc else {}
    if field.options and field.type == "list":
        return {**schema, **_TYPES["list"], "items": {"enum": list(field.options)}}
    return {**schema, "enum": list(field.options)} if field.options else {**schema, **_TYPES[field.type]}
