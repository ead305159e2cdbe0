"""Outside values into internal ones and back: what is taken, what is refused, and in which words."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.calendars import Span
from icpm_engine.errors import EventError
from icpm_engine.vocabulary import STANDARD
from icpm_engine.vocabulary.kinds import EventKind, Field
from tests.vocabulary.strategies import JUNK, KINDS, values

DAY = dt.date(2026, 3, 20).toordinal()
EVERY = EventKind(
    name="every_type",
    fields={
        field.name: field
        for field in (
            Field("what", "text"),
            Field("pick", "text", options=("first_one", "second_one")),
            Field("count", "number"),
            Field("sure", "yes_no"),
            Field("on", "date"),
            Field("at", "moment"),
            Field("long", "span"),
            Field("who", "list"),
            Field("some", "list", options=("a", "b")),
        )
    },
)


@pytest.mark.parametrize(
    ("field", "outside", "internal", "payload"),
    [
        ("what", "  PSC-35 ", "PSC-35", "PSC-35"),
        ("what", "two\nlines", "two\nlines", "two\nlines"),
        ("what", "NA", "NA", "NA"),
        ("count", 31, 31, 31),
        ("count", "31", 31, 31),
        ("count", 31.0, 31, 31),
        ("count", 3.1, Decimal("3.1"), 3.1),
        ("count", Decimal("3.50"), Decimal("3.5"), 3.5),
        ("count", "-0.000001", Decimal("-0.000001"), -0.000001),
        ("sure", True, True, True),
        ("sure", "no", False, False),
        ("on", "2026-03-20", DAY, "2026-03-20"),
        ("on", dt.date(2026, 3, 20), DAY, "2026-03-20"),
        ("on", dt.datetime(2026, 3, 20), DAY, "2026-03-20"),  # noqa: DTZ001
        ("at", "2026-03-20", (DAY, -1), "2026-03-20"),
        ("at", dt.date(2026, 3, 20), (DAY, -1), "2026-03-20"),
        ("at", "2026-03-20T00:00", (DAY, 0), "2026-03-20T00:00"),
        ("at", "2026-03-20 14:05:59.25", (DAY, 845), "2026-03-20T14:05"),
        ("at", dt.datetime(2026, 3, 20, 14, 5, 59), (DAY, 845), "2026-03-20T14:05"),  # noqa: DTZ001
        ("long", "1  business day", Span.parse("1 business day", ["business"]), "1 business day"),
        ("long", Span.parse("2 weeks"), Span.parse("2 weeks"), "2 weeks"),
        ("who", ["child", " caregiver "], ("child", "caregiver"), ["child", "caregiver"]),
        ("who", (), (), []),
        ("some", ["b", "a"], ("b", "a"), ["b", "a"]),
    ],
)
def test_a_value_is_read_written_and_read_again(field: str, outside: object, internal: object, payload: object) -> None:
    read = EVERY.check({field: outside})
    assert read == {field: internal}
    assert EVERY.payload(read) == {field: payload}
    assert EVERY.internal({field: payload}) == {field: internal}


@pytest.mark.parametrize(
    ("field", "outside", "words"),
    [
        ("what", "", "every_type.what: found an empty text; leave the field out"),
        ("what", 7, "every_type.what: found 7, expected a text"),
        ("what", "x" * 2001, "every_type.what: found 2,001 characters, expected at most 2,000"),
        ("what", "a\x00b", "expected a text without control characters"),
        ("what", "a\ud800b", "expected a text without control characters"),
        ("pick", "Second One", "found 'Second One', expected one of first_one, second_one; did you mean second_one?"),
        ("count", True, "found True, expected a number below 1,000,000,000"),
        ("count", "1e3", "found '1e3', expected a number"),
        ("count", float("nan"), "found nan, expected a number"),
        ("count", 10**9, "found 1000000000, expected a number below"),
        pytest.param("count", 10**5000, "found a value of type int, expected a number below", id="huge"),
        ("count", Decimal("0.0000001"), "at most six decimal places"),
        ("sure", 1, "found 1, expected yes or no"),
        ("sure", "ja", "found 'ja', expected yes or no"),
        ("on", "3/4/26", "found '3/4/26', expected a date such as 2026-03-20"),
        ("on", "2026-02-30", "found '2026-02-30', expected a day that exists"),
        ("on", "2026-W12-5", "expected a date such as 2026-03-20"),
        ("on", "0026-03-20", "found '0026-03-20', expected a year from 1900 to 2199"),
        ("on", "2026-03-20T00:00", "expected a whole day without an hour"),
        ("on", dt.datetime(2026, 3, 20, 1), "expected a whole day without an hour"),  # noqa: DTZ001
        ("at", "2026-03-20T24:00", "expected a date, or a date and hour such as 2026-03-20T14:05"),
        ("at", "2026-03-20T14:05Z", "a time with a zone; the county's own local time is meant"),
        ("at", "2026-03-20T14:05-08:00", "a time with a zone"),
        ("at", dt.datetime(2026, 3, 20, 14, 5, tzinfo=dt.UTC), "a time with a zone"),
        ("at", 46101, "found 46101, expected a date, or a date and hour"),
        ("long", "3 dayz", "every_type.long: expected a span like"),
        ("long", 3, "found 3, expected a length of time such as 3 business days"),
        ("who", "child", "found 'child', expected a list of texts"),
        ("who", ["child", ""], "every_type.who: found an empty text"),
        ("who", ["x"] * 201, "found 201 items, expected at most 200"),
        ("some", ["a", "c"], "found 'c', expected one of a, b"),
        ("whut", "x", "every_type has no field 'whut'; it has what, pick, "),
        ("whut", "x", "; did you mean what?"),
    ],
)
def test_a_wrong_value_says_what_was_found_and_expected(field: str, outside: object, words: str) -> None:
    with pytest.raises(EventError) as error:
        EVERY.check({field: outside})
    assert words in str(error.value)


def test_a_message_shows_only_the_start_of_a_long_value() -> None:
    with pytest.raises(EventError) as error:
        EVERY.check({"on": "9" * 1_000_000})
    assert len(str(error.value)) < 200


def test_a_missing_field_is_named_with_what_it_is() -> None:
    with pytest.raises(EventError, match=r"hearing_set: the field hearing_id is missing; .*\(which hearing\)"):
        STANDARD["hearing_set"].check({"date": "2026-03-20"})


def test_none_is_no_value() -> None:
    assert EVERY.check({"what": None, "sure": False}) == {"sure": False}
    with pytest.raises(EventError, match="hearing_id is missing"):
        STANDARD["hearing_set"].check({"hearing_id": None, "date": "2026-03-20"})


def test_values_come_in_the_order_of_the_fields() -> None:
    assert list(EVERY.check({"sure": True, "what": "x", "at": "2026-03-20"})) == ["what", "sure", "at"]


def test_only_a_mapping_holds_values() -> None:
    with pytest.raises(EventError, match=r"a mapping of fields to values is expected, found \[\]"):
        EVERY.check([])  # type: ignore[arg-type]


def test_a_pack_may_add_fields_and_options() -> None:
    kind = STANDARD["screening_completed"]
    wider = kind.widened([Field("room", "text"), Field("result", "text", options=("positive", "unclear"))])
    assert wider.check({"room": "4", "result": "unclear"}) == {"result": "unclear", "room": "4"}
    assert wider.fields["result"].options == ("positive", "negative", "unclear")
    assert wider.fields["result"].doc == kind.fields["result"].doc
    assert "room" not in kind.fields


@pytest.mark.parametrize(
    "field", [Field("tool", "number"), Field("tool", "text", options=("a",)), Field("result", "text")]
)
def test_a_pack_may_not_change_a_field(field: Field) -> None:
    with pytest.raises(ValueError, match="already; a pack may add options to a field that has some, and nothing else"):
        STANDARD["screening_completed"].widened([field])


@given(kind=KINDS, data=st.data())
def test_every_kind_reads_what_it_writes(kind: EventKind, data: st.DataObject) -> None:
    internal = kind.check(data.draw(values(kind)))
    payload = kind.payload(internal)
    travelled = json.loads(json.dumps(payload))
    assert travelled == payload
    assert kind.internal(travelled) == internal
    assert kind.check(travelled) == internal


@given(kind=KINDS, data=st.data())
def test_whatever_comes_from_outside_only_an_event_error_is_raised(kind: EventKind, data: st.DataObject) -> None:
    names = st.one_of(st.sampled_from([*kind.fields, "occurred"]), st.text(max_size=5), st.integers())
    outside: Any = data.draw(st.one_of(st.dictionaries(names, JUNK, max_size=4), JUNK))
    told = ""
    try:
        internal = kind.check(outside)
    except EventError as error:
        told = str(error)
    else:
        assert kind.internal(kind.payload(internal)) == internal
    assert not told or told.startswith(kind.name)
    assert len(told) < 1_000
