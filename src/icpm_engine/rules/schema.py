"""A JSON Schema of the pack format, for editors: keys with their meaning, closed sets of words, where a list may stand.

It knows the form of a file and not its names; what it accepts may still be refused by the loader, never the reverse.
An editor reads YAML in its own way (`yes` may be a text or a boolean), so that scalars are taken loosely.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any, Final, TypeAlias

from icpm_engine.calendars import WEEKDAYS
from icpm_engine.rules.calendar_files import SEEN
from icpm_engine.rules.condition_forms import EVENT_KEYS, HEADS
from icpm_engine.rules.due_forms import DUE_HEADS
from icpm_engine.rules.duty_forms import BAR_KEYS, BAR_REQUIRED, DUTY_KEYS, REQUIRED, TEXT_KEYS
from icpm_engine.rules.merging import DEFAULT_KEYS, SECTIONS
from icpm_engine.rules.names import RESERVED, RESERVED_FIELDS
from icpm_engine.rules.source_forms import AGREED, AGREED_KEYS, KINDS, TERM_KEYS
from icpm_engine.rules.value_forms import EDGES, LIMITS
from icpm_engine.vocabulary.kinds import FIELD_TYPES, SUBJECTS

Schema: TypeAlias = dict[str, Any]

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
NAME: Final = "^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
_FACT: Final = r"^((event|start)\.)?[a-z][a-z0-9]*(_[a-z0-9]+)*(\.[a-z0-9_]+)?$"

_PART: Final = r"[0-9]+ ([A-Za-z][A-Za-z0-9_-]* )?(minute|hour|day|week|month|year)s?"
_SPAN: Final = rf"^(same day|immediately|{NAME[1:-1]}|{_PART}( {_PART})*)$"
HEADS_AND_COMPOSITES: Final = (*HEADS, "any", "all")

_SCALAR: Final[Schema] = {"type": ["string", "number", "boolean"]}
_TEXT: Final[Schema] = {"type": ["string", "number"], "pattern": r"\S"}
_YES_NO: Final[Schema] = {"enum": ["yes", "no", True, False]}
_DAY: Final[Schema] = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_STRING: Final[Schema] = {"type": "string", "pattern": r"\S"}
_WORD: Final[Schema] = {"type": "string", "pattern": NAME}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _one_or_more(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema, "minItems": 1}


def _closed(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


def _named(schema: Schema, pattern: str = NAME, but: Iterable[str] = ()) -> Schema:
    """A mapping of names, but for some words that the language itself uses."""
    names: Schema = {"pattern": pattern, **({"not": {"enum": sorted(but)}} if but else {})}
    return {"type": "object", "propertyNames": names, "additionalProperties": schema}


def _not_both(one: str, other: str) -> Schema:
    return {"not": {"required": [one, other]}}


def _exactly_one(heads: Iterable[str]) -> Schema:
    return {"oneOf": [{"required": [head]} for head in heads]}


def _or_none(keys: Mapping[str, Schema]) -> dict[str, Schema]:
    """Keys of which each may be taken away again by the word none."""
    found = {}
    for key, schema in keys.items():
        rest = {word: value for word, value in schema.items() if word != "description"}
        said = {"description": schema["description"]} if "description" in schema else {}
        found[key] = {**said, "anyOf": [rest, {"const": "none"}]}
    return found


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def pack_schema() -> Schema:
    """The JSON Schema (draft 2020-12) of one rule file."""
    return {
        "$schema": DRAFT,
        "$id": "urn:icpm-engine:rule-file",
        "title": "Rule file of icpm_engine",
        "description": "A part of a state's rule pack or of a county's overlay.",
        **_closed({key: _sections()[key] for key in SECTIONS}),
        "allOf": [_without("extends", _whole()), _without("extends", _whole_alone(), "defaults")],
        "$defs": {**_small_forms(), **_conditions(), **_rules()},
    }


def _sections() -> dict[str, Schema]:
    return {
        "about": _said(_TEXT, "One sentence that says what the file is about."),
        "protocol": _said(_TEXT, "Id of the published protocol that the file expresses."),
        "zone": _said({"type": "string"}, "Time zone of the county, like America/Los_Angeles."),
        "horizon": _said({"type": "string"}, "How far time edges are carried forward after the last event: 24 months."),
        "extends": _said({"type": "string"}, "An overlay: the pack that it changes."),
        "county": _said({"type": "string"}, "An overlay: whose it is; left out, the name of its folder."),
        "defaults": _said(_closed(_pick(_rule_keys(), DEFAULT_KEYS)), "Keys for each duty and bar that lacks them."),
        "settles": _said(_named(_one_or_more(_ref("settlement"))), "An overlay: choices that the county has made."),
        "sources": _said(_named(_ref("source"), "^[a-z0-9]"), "What rules rest on, by a short name."),
        "roles": _said(_named(_TEXT, "^[a-z0-9]"), "Who owes, holds and is told things: name and label."),
        "calendars": _said(
            _named({"anyOf": [{"type": "string"}, _ref("window")]}, "^[A-Za-z][A-Za-z0-9_-]*$"),
            "The adjective that spans use, and the calendar file it stands for; or opening hours, or a season.",
        ),
        "events": _said(_named(_ref("event"), but=RESERVED), "Kinds of event: their typed fields."),
        "facts": _said(_named(_ref("fact"), but=RESERVED), "Named values that events tell."),
        "choices": _said(_named(_ref("choice"), but=RESERVED), "What the source leaves open and a county settles."),
        "decisions": _said(_named(_ref("decision"), but=RESERVED), "Named conditions, or values looked up by rows."),
        "lifecycles": _said(_named(_ref("lifecycle"), but=RESERVED), "What can follow what."),
        "duties": _said(_named(_ref("duty"), but=RESERVED), "Who owes what, from when, by when, and what meets it."),
        "bars": _said(_named(_ref("bar"), but=RESERVED), "What must not happen, or not in that way."),
    }


def _whole() -> dict[str, Schema]:
    """What a rule must say in a file that changes no other: nobody else says it."""
    return {
        "facts": {"required": ["type", "told"]},
        "choices": {"required": ["label", "authority"], **_exactly_one(("options", "type"))},
        "decisions": {"required": ["label", "authority"]},
        "lifecycles": {"required": ["label", "initial", "states", "transitions"]},
        "duties": {"anyOf": [{"required": ["label"]}, {"required": ["versions"]}]},
        "bars": {"required": ["label"]},
        "settles": {"not": {}},
    }


def _whole_alone() -> dict[str, Schema]:
    """What it must say where no defaults fill it up."""
    return {
        "duties": {"anyOf": [{"required": list(REQUIRED)}, {"required": ["versions"]}]},
        "bars": {"required": list(BAR_REQUIRED)},
    }


def _without(section: str, whole: Mapping[str, Schema], *others: str) -> Schema:
    """What each rule of a section must be, in a file that lacks some other sections."""
    there = {"anyOf": [{"required": [one]} for one in (section, *others)]}
    rules = {"properties": {name: {"additionalProperties": rule} for name, rule in whole.items()}}
    return {"if": {"not": there}, "then": rules}


def _beside(head: str, *keys: str) -> dict[str, Schema]:
    """Where a key stands, only these may stand beside it."""
    return {head: {"propertyNames": {"enum": [head, *keys]}}}


def _pick(keys: Mapping[str, Schema], names: Iterable[str]) -> dict[str, Schema]:
    return {name: keys[name] for name in names}


# --- small forms ------------------------------------------------------------------------------------------------------


def _small_forms() -> dict[str, Schema]:
    moments = _list(_ref("moment"))
    return {
        "span": _said(
            {"type": "string", "pattern": _SPAN},
            "30 days, 3 business days, 2 years 6 months, same day, or a choice or fact.",
        ),
        "moment": {
            "description": "start, due, a date, an event, a fact, LIFECYCLE.STATE, DUTY.met, 10 days before M, ...",
            "anyOf": [
                _STRING,
                _closed({"earliest": moments}, ["earliest"]),
                _closed({"latest": moments}, ["latest"]),
                _closed({"on": {"type": "string"}, "where": _ref("where"), "when": _ref("condition")}, ["on"]),
            ],
        },
        "test": {
            "description": "A value, a list (one of them), or comparisons that must all hold.",
            "anyOf": [_SCALAR, _list(_SCALAR), _ref("checks")],
        },
        "checks": {**_closed(_check_keys()), "minProperties": 1},
        "where": {
            "description": "Tests of the event's fields; all must hold.",
            "type": "object",
            "minProperties": 1,
            "properties": {
                "all": _list(_ref("where")),
                "any": _list(_ref("where")),
                "not": _ref("where"),
                "label": _TEXT,
            },
            "propertyNames": {"pattern": NAME},
            "additionalProperties": _ref("test"),
        },
        "window": _closed(
            {"hours": {"type": "string"}, "weekdays": _one_or_more(_weekday()), "season": {"type": "string"}}
        ),
        "source": {**_closed(_source_keys(), ["title"]), **_only_of_agreements()},
        "event": {
            "type": "object",
            "properties": {"subject": {"enum": list(SUBJECTS)}, "sorts": {"enum": ["first", "last"]}},
            "propertyNames": {"pattern": NAME, "not": {"enum": sorted(RESERVED_FIELDS - {"subject", "sorts"})}},
            "additionalProperties": {"anyOf": [{"enum": list(FIELD_TYPES)}, _list(_TEXT)]},
        },
    }


def _source_keys() -> dict[str, Schema]:
    return {
        "title": _TEXT,
        "link": {"type": "string"},
        "checked": _DAY,
        "seen": {"enum": list(SEEN)},
        "kind": {"enum": list(KINDS)},
        "section": _said(_TEXT, "Where in the source, like 16501.1(c)."),
        "parties": _said(_one_or_more(_TEXT), "Of an agreement: between whom."),
        "term": _said(_closed(dict.fromkeys(TERM_KEYS, _DAY)), "Of an agreement: its first and its last day."),
        "review": _said(
            {**_closed({"by": _DAY, "duty": _WORD}), "minProperties": 1},
            "Of an agreement: by when it is to be looked at again, and which duty of the county sees to it.",
        ),
    }


def _only_of_agreements() -> Schema:
    agreed = {"properties": {"kind": {"enum": list(AGREED)}}, "required": ["kind"]}
    return {"if": {"not": agreed}, "then": {"properties": {key: {"not": {}} for key in AGREED_KEYS}}}


def _weekday() -> Schema:
    return {"enum": list(WEEKDAYS)}


def _check_keys() -> dict[str, Schema]:
    return {
        "not": _said(_ref("test"), "The test must not hold."),
        **dict.fromkeys(LIMITS, _said(_SCALAR, "A number, or a span for ages and spans.")),
        **dict.fromkeys(EDGES, _ref("moment")),
        "includes": _said(_one_or_more(_TEXT), "The list holds all of these."),
        "lacks": _said(_one_or_more(_TEXT), "The list lacks at least one of these."),
        "known": _said(_YES_NO, "Whether anything was told."),
        "weekday": _one_or_more(_weekday()),
        "fact": _said({"type": "string"}, "The same value as a fact, start.FIELD or event.FIELD."),
    }


# --- conditions and lines ---------------------------------------------------------------------------------------------


def _conditions() -> dict[str, Schema]:
    return {
        "condition": {"anyOf": [_STRING, _condition_map()]},
        "line": {"anyOf": [_STRING, _list(_ref("line")), _ref("line_map")]},
        "line_map": _line(_line_keys(), HEADS_AND_COMPOSITES),
    }


def _line(keys: Mapping[str, Schema], heads: Iterable[str], required: Iterable[str] = ()) -> Schema:
    """A line with exactly one head; what looks at an event stands beside `on`, and a window opens and closes once."""
    windows = [_not_both("since", "after"), _not_both("by", "before"), _not_both("at", "times")]
    return {
        **_closed(keys, required),
        **_exactly_one(heads),
        "allOf": windows,
        "dependentRequired": {key: ["on"] for key in EVENT_KEYS},
    }


def _condition_map(extra: Mapping[str, Schema] | None = None, required: Iterable[str] = ()) -> Schema:
    """A condition as a mapping; `{FACT: test}` is any other name."""
    return {
        "type": "object",
        "minProperties": 1,
        "properties": {**_condition_keys(), **(extra or {})},
        "propertyNames": {"pattern": _FACT},
        "additionalProperties": _ref("test"),
        "dependentSchemas": {
            "as_of": {"minProperties": 2},
            **_beside("some", "where", "label", "as_of", *(extra or ())),
            **_beside("open", "label", "as_of", *(extra or ())),
            **_beside("age", "label", "as_of", *(extra or ())),
            "spent": {"anyOf": [{"required": [limit]} for limit in LIMITS]},
        },
        "dependentRequired": {"how": ["spent"]},
        "allOf": [_not_both(*pair) for heads in (HEADS, ("all", "any", "not")) for pair in combinations(heads, 2)],
        **({"required": list(required)} if required else {}),
    }


def _condition_keys() -> dict[str, Schema]:
    return {
        **_line_keys(),
        **dict.fromkeys(LIMITS, _said(_SCALAR, "Beside spent: a span.")),
        "all": _said(_list(_ref("condition")), "Every one of these holds."),
        "any": _said(_list(_ref("condition")), "One of these holds."),
        "not": _said(_ref("condition"), "This does not hold."),
        "age": _said(_ref("test"), "A test of the child's age, in spans: {under: 3 years}."),
        "some": _said({"type": "string"}, "Some instance is in LIFECYCLE.STATE."),
        "where": _said({"type": "object"}, "Beside some: {FACT: test} of the instance; beside on: tests of fields."),
        "spent": _said(_ref("condition"), "How long this condition has held."),
        "how": {"enum": ["present", "longest", "total"]},
        "open": _said({"type": "string"}, "The moment in hand falls in these hours or this season."),
        "as_of": _said(_ref("moment"), "The condition beside it, judged on another day."),
    }


def _line_keys() -> dict[str, Schema]:
    return {
        "on": _said(_one_or_more({"type": "string"}), "An event, or one of several."),
        "becomes": _said(_ref("condition"), "A condition turns true."),
        "ceases": _said(_ref("condition"), "A condition turns false."),
        "at": _said(_ref("moment"), "A moment is reached."),
        "any": _said(_list(_ref("line")), "One of these lines."),
        "all": _said(_list(_ref("line")), "All of these lines."),
        "where": _said(_ref("where"), "Which events are meant; others are ignored."),
        "when": _said(_ref("condition"), "The line applies only when the case is so."),
        **dict.fromkeys(EDGES, _ref("moment")),
        "with": _said(_one_or_more(_ref("where")), "What it must show to count; what is missing is named."),
        "each": _said(
            {**_named(_one_or_more(_each_value())), "minProperties": 1, "maxProperties": 1},
            "One field, several values, over any events.",
        ),
        "times": {"type": "integer", "minimum": 1},
        "of": _said({"anyOf": [{"const": "all"}, _ref("where")]}, "The wider series, for in_a_row and share."),
        "in_a_row": {"type": "integer", "minimum": 1},
        "share": _said(_TEXT, "95 percent, or 0.95."),
        "dated": _said({"type": "string"}, "occurred (left out), recorded, or a field."),
        "label": _TEXT,
    }


def _each_value() -> Schema:
    return {"anyOf": [_TEXT, _closed({"when": _ref("condition"), "is": _TEXT}, ["when", "is"])]}


# --- rules ------------------------------------------------------------------------------------------------------------


def _rules() -> dict[str, Schema]:
    keys = _rule_keys()
    return {
        **_due_rules(),
        **_told_rules(),
        **_lifecycle_rules(),
        "version": _closed({"from": _DAY, **_or_none(_pick(keys, TEXT_KEYS))}, ["from"]),
        "duty": _closed(_or_none(_pick(keys, DUTY_KEYS))),
        "bar": _closed(_or_none(_pick(keys, BAR_KEYS))),
    }


def _due_rules() -> dict[str, Schema]:
    """Rows, and by when."""
    return {
        "row": {
            **_closed({"when": _ref("condition"), "while": _ref("condition"), "is": _one_or_more(_SCALAR)}, ["is"]),
            **_not_both("when", "while"),
        },
        "leg": {"anyOf": [{"const": "open"}, _ref("leg_map")]},
        "leg_map": {
            **_closed(_leg_keys()),
            **_exactly_one(DUE_HEADS),
            **_not_both("when", "while"),
            "dependentSchemas": {
                **_beside("open", "when", "while"),
                **_beside("earliest", "rolls", "when", "while"),
                **_beside("latest", "rolls", "when", "while"),
            },
        },
    }


def _told_rules() -> dict[str, Schema]:
    """Facts, choices and what settles them, decisions."""
    return {
        "told": _line({**_line_keys(), "take": _ref("moment")}, HEADS, ["take"]),
        "fact": _closed(
            {
                "type": {"enum": list(FIELD_TYPES)},
                "told": _one_or_more(_ref("told")),
                "per": _WORD,
                "initial": _one_or_more(_SCALAR),
                "subject": {"enum": list(SUBJECTS)},
            }
        ),
        "choice": _closed(
            {
                "label": _TEXT,
                "options": {**_list(_WORD), "minItems": 2, "uniqueItems": True},
                "type": {"enum": list(FIELD_TYPES)},
                "authority": {"type": "string"},
                "unread": _YES_NO,
                "arrangement": _YES_NO,
            }
        ),
        "settlement": _closed(
            {"is": _one_or_more(_SCALAR), "from": _DAY, "authority": {"type": "string"}}, ["is", "authority"]
        ),
        "decision": _condition_map(
            {
                "authority": {"type": "string"},
                "subject": {"enum": list(SUBJECTS)},
                "rows": _list(_closed({"when": _ref("condition"), "is": _SCALAR}, ["is"])),
            }
        ),
    }


def _lifecycle_rules() -> dict[str, Schema]:
    transition = _line({**_line_keys(), "from": _one_or_more(_WORD), "to": _WORD}, HEADS, ["from", "to"])
    return {
        "state": _closed({"label": _TEXT, "holder": {"type": "string"}, "final": _YES_NO, "at_rest": _TEXT}),
        "lifecycle": _closed(
            {
                "label": _TEXT,
                "per": _WORD,
                "initial": _WORD,
                "strict": _YES_NO,
                "states": {**_named(_ref("state")), "minProperties": 1},
                "transitions": {"type": "array", "items": transition},
                "subject": {"enum": list(SUBJECTS)},
            }
        ),
    }


def _leg_keys() -> dict[str, Schema]:
    return {
        "within": _said(_one_or_more(_ref("span")), "That long after the start; a list: one for each run of a series."),
        "by": _said(_one_or_more(_ref("moment")), "Up to and with this moment; a list: one for each run of a series."),
        "before": _said(_ref("moment"), "Strictly earlier than this moment."),
        "earliest": _list(_ref("leg")),
        "latest": _list(_ref("leg")),
        "open": _said(_TEXT, "The source states no number; its own word."),
        "first_day": {"const": "counted"},
        "rolls": _said(
            {"type": "string", "pattern": r"^(next|previous) (\S+ day|weekday)$"},
            "next court day, previous court day, next weekday.",
        ),
        "when": _said(_ref("condition"), "In rows: asked at the start of the run."),
        "while": _said(_ref("condition"), "In rows: asked all the time; re-dates the run."),
    }


def _rule_keys() -> dict[str, Schema]:
    def rows(*words: str) -> Schema:
        return {"anyOf": [{"enum": [*words, "none"]}, _list(_ref("row"))]}

    escalation = _closed({"at": _ref("moment"), "tell": {"type": "string"}}, ["at", "tell"])
    return {
        "label": _TEXT,
        "owner": _said(
            {"anyOf": [_one_or_more({"type": "string"}), _list(_ref("row"))]}, "Role, roles (jointly), or rows."
        ),
        "authority": _said({"type": "string"}, "The source it rests on."),
        "force": _said(rows("must", "should", "may"), "should can be late, never overdue; may is a right."),
        "while": _said(_ref("condition"), "Whom it is for, judged all the time."),
        "excused": _said(_ref("line"), "An approval that lifts it, by the due moment unless it says otherwise."),
        "in_force": _closed({"from": _ref("moment"), "until": _ref("moment")}),
        "starts": _said(_ref("line"), "What opens a run."),
        "again": _said(rows("opens", "restarts", "ignored"), "What a start means while one runs."),
        "due": _said({"anyOf": [_ref("leg"), _list(_ref("leg"))]}, "By when; a list: rows, the first that applies."),
        "repeats": _said(rows("from met", "from due"), "When a run ends the next opens."),
        "met": _said(_ref("line"), "What meets it."),
        "substitute": _said(_ref("line"), "What meets it in another way."),
        "cancelled": _said(_ref("line"), "An event that ends this run."),
        "paused_while": _said(_ref("condition"), "The clock stands still."),
        "escalates": {"anyOf": [{"const": "none"}, _one_or_more(escalation)]},
        "per": _said(_WORD, "A field: one set of runs for each of its values."),
        "subject": {"enum": [*SUBJECTS, "none"]},
        "encodes": _said(_one_or_more({"type": "integer", "minimum": 1}), "Rows of the published protocol."),
        "floor": _said(_YES_NO, "An overlay may only make it stricter."),
        "off": _said(_TEXT, "draft, unverified or a reason: loaded, never in force."),
        "versions": _said(_list(_ref("version")), "Later texts: from when, and the keys that differ."),
        "crossover": {"enum": ["keep", "from_start", "from_effective_day", "earliest", "none"]},
        "forbids": _said(_ref("line"), "What must not happen."),
    }
