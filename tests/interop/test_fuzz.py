"""Whatever stands in an extract or a mapping, nothing but the errors that are promised comes out, and counts add up."""

from __future__ import annotations

import contextlib

from hypothesis import example, given
from hypothesis import strategies as st

from icpm_engine.errors import MappingError
from icpm_engine.interop import Taken, parse_mapping
from icpm_engine.vocabulary import STANDARD
from tests.interop.mappings import COLUMNS, MAPPING, csv, extract, read, row

JSONL = MAPPING.replace("system: cms", "system: cms\nformat: jsonl").replace('split: ";", ', "")
FALLBACK = MAPPING.replace("system: cms", "system: cms\nfallback: windows-1252")

scraps = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b'"', b",", b"\n", b"\r", b"\r\n", b"\0", b'""', b"\x92", b"\xef\xbb\xbf", b"\xc3", b"NA", b"[{", b"}"]
    ),
    st.sampled_from([row().encode() + b"\n", row(ROW="2", CODE="PLC", REF="P", END="5/1/26").encode() + b"\n"]),
    st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
messes = st.lists(scraps, max_size=12).map(b"".join)


def cells() -> st.SearchStrategy[str]:
    """Cells that are often nearly right."""
    near = [
        "1",
        "C-104",
        "NA",
        "SCR",
        "PLC",
        "CFT",
        "HRG",
        "BRN",
        "3/4/26",
        "2/30/26",
        "3/4/26 9:00",
        "P",
        "31.5",
        "CH;PA",
        "2016-04-02",
    ]
    return st.one_of(st.sampled_from(near), st.just(""), st.text(max_size=8))


@given(messes)
@example(b'"')
@example(b"\xef\xbb\xbf")
def test_bytes_after_a_good_header_never_raise(mess: bytes) -> None:
    for mapping in (MAPPING, FALLBACK):
        read(csv(row(ROW="first")) + mess, mapping)


@given(messes)
def test_bytes_as_json_lines_never_raise(mess: bytes) -> None:
    with contextlib.suppress(MappingError):  # the mark of UTF-16
        read(mess, JSONL)


@given(messes)
def test_bytes_alone_raise_nothing_but_a_mapping_error(mess: bytes) -> None:
    with contextlib.suppress(MappingError):
        read(mess)


@given(st.lists(st.lists(cells(), min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=6))
def test_what_is_taken_fits_the_vocabulary(rows: list[list[str]]) -> None:
    quoted = [
        ",".join('"' + cell.replace('"', '""') + '"' for cell in cells).encode("utf-8", "surrogatepass")
        for cells in rows
    ]
    taken, _, _ = read(csv() + b"".join(line + b"\n" for line in quoted))
    for event in taken:
        kind = STANDARD[event.kind]
        assert kind.check(kind.payload(event.values)) == event.values
        assert event.subject_id.isprintable()
        assert kind.internal(kind.payload(event.values)) == event.values


@given(st.lists(st.sampled_from([row(), row(ROW="2"), row(ROW="3", DATE="x"), "rubbish", row(SCORE="5")]), max_size=12))
def test_the_same_extract_twice_gives_the_same(rows: list[str]) -> None:
    data = csv(*rows)
    assert list(extract(data)) == list(extract(data))
    once, _, _ = read(data)
    first = {event.key for event in once}
    assert len(first) == len(once)


@given(st.binary(max_size=200))
def test_any_bytes_as_a_mapping_raise_nothing_but_a_mapping_error(mess: bytes) -> None:
    with contextlib.suppress(MappingError):
        parse_mapping(mess, "map.yaml", STANDARD)


@given(st.data())
def test_a_mapping_with_a_word_changed_raises_nothing_but_a_mapping_error(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(MAPPING) - 1))
    length = data.draw(st.integers(0, 6))
    mess = data.draw(st.sampled_from(["", "[", "{", "}", ": ", "x", "\n", "'", "[a, b]", "{a: b}", "null", "%y", "-"]))
    changed = MAPPING[:at] + mess + MAPPING[at + length :]
    with contextlib.suppress(MappingError):
        for found in extract(csv(row()), changed):
            assert isinstance(found, Taken) or found.reason
