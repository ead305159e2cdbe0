"""The JSON Schema of every event: itself valid, taking what the vocabulary takes and refusing what it refuses."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from icpm_engine.errors import EventError, UnknownEvent
from icpm_engine.vocabulary import STANDARD, EventKind, Field, HearingSet, ScreeningCompleted, make
from icpm_engine.vocabulary.schema import json_schema, read, written
from tests.vocabulary.strategies import JUNK, KINDS, MOMENTS, TEXTS, values

SCHEMA = json_schema(STANDARD)
VALIDATOR = Draft202012Validator(SCHEMA)
DOCUMENT: dict[str, Any] = {
    "kind": "screening_completed",
    "case": "C-104",
    "occurred": "2026-03-20",
    "values": {"tool": "PSC-35", "result": "positive", "score": 31.5, "acute": False},
}


def test_the_schema_is_a_valid_schema_and_is_json() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert set(SCHEMA["$defs"]) == set(STANDARD)


def test_an_event_is_written_as_the_schema_says() -> None:
    screened = ScreeningCompleted(
        case="C-104", occurred="2026-03-20", tool="PSC-35", result="positive", score=31.5, acute=False
    )
    assert written(screened) == DOCUMENT
    assert read(DOCUMENT, STANDARD) == screened
    assert VALIDATOR.is_valid(DOCUMENT)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "screening_complete"}, "no kind of event 'screening_complete'; did you mean screening_completed?"),
        ({"kind": None}, "an object with the name of a kind under kind is expected"),
        ({"case": None}, "screening_completed.case: found None, expected a text"),
        ({"occurred": "2026-3-20"}, "screening_completed.occurred: found '2026-3-20'"),
        ({"person": "P-9"}, "found the key 'person', expected only kind, case, occurred, values"),
        ({"values": []}, "a mapping of fields to values is expected"),
        ({"values": {"tol": "x"}}, "no field 'tol'"),
        ({"values": {"result": "positiv"}}, "expected one of positive, negative"),
        ({"values": {"acute": 1}}, "expected yes or no"),
        ({"values": {"score": 1e9}}, "expected a number below"),
        ({"values": {"tool": ""}}, "found an empty text"),
    ],
)
def test_what_the_schema_refuses_the_reader_refuses(change: dict[str, Any], words: str) -> None:
    document = {**DOCUMENT, **change}
    assert not VALIDATOR.is_valid(document)
    with pytest.raises(EventError) as error:
        read(document, STANDARD)
    assert words in str(error.value)


def test_a_field_that_must_be_given_is_required() -> None:
    hearing = written(HearingSet(case="C", occurred="2026-03-01T08:30", hearing_id="H", date="2026-04-22"))
    assert VALIDATOR.is_valid(hearing)
    del hearing["values"]["hearing_id"]
    assert not VALIDATOR.is_valid(hearing)
    del hearing["values"]
    assert not VALIDATOR.is_valid(hearing)
    with pytest.raises(EventError, match="hearing_id is missing"):
        read(hearing, STANDARD)


def test_an_unknown_kind_is_an_error_of_its_own() -> None:
    with pytest.raises(UnknownEvent):
        read({"kind": "moon_seen"}, STANDARD)


def test_kinds_of_a_pack_have_a_schema_too() -> None:
    fields = {"who": Field("who", "list", options=("a", "b")), "long": Field("long", "span", required=True)}
    validator = Draft202012Validator(
        json_schema({"walk_taken": EventKind("walk_taken", subject="team", fields=fields)})
    )
    walk = {"kind": "walk_taken", "team": "T", "occurred": "2026-03-20", "values": {"long": "2 hours", "who": ["a"]}}
    assert validator.is_valid(walk)
    assert not validator.is_valid({**walk, "values": {"long": "2 hours", "who": ["c"]}})


@given(kind=KINDS, subject=TEXTS, occurred=MOMENTS, data=st.data())
def test_every_event_travels_as_json_and_fits_the_schema(
    kind: EventKind, subject: str, occurred: str | dt.date, data: st.DataObject
) -> None:
    made = make(kind, subject, occurred, data.draw(values(kind)))
    document = json.loads(json.dumps(written(made)))
    assert read(document, STANDARD) == made
    assert Draft202012Validator(SCHEMA["$defs"][kind.name]).is_valid(document)


@given(kind=KINDS, data=st.data())
def test_what_the_reader_takes_fits_the_schema_once_written(kind: EventKind, data: st.DataObject) -> None:
    keys = st.sampled_from(["kind", kind.subject, "occurred", "values", "other"])
    document = {"kind": kind.name, **data.draw(st.dictionaries(keys, JUNK, max_size=4))}
    try:
        made = read(document, STANDARD)
    except EventError:
        return
    assert VALIDATOR.is_valid(written(made))
