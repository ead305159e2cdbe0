"""Rows of a messy extract: each is taken, is a duplicate, or is set aside with a reason."""

from __future__ import annotations

import csv as csv_module
import json
import re
from pathlib import Path

import pytest

from icpm_engine.calendars import Zone
from icpm_engine.errors import MappingError
from icpm_engine.interop import Cause, SeenRows, SetAsideFile
from tests.interop.mappings import COLUMNS, MAPPING, csv, day, extract, read, row

JSONL = MAPPING.replace("system: cms", "system: cms\nformat: jsonl").replace('split: ";", ', "")


def one_reason(data: bytes, mapping: str = MAPPING) -> tuple[Cause, str]:
    taken, aside, _ = read(data, mapping)
    assert not taken
    (row,) = aside
    return row.cause, row.reason


def test_a_good_row_becomes_an_event() -> None:
    (event,), aside, source = read(csv(row(RESULT="P", SCORE="31", ACUTE="N", ENTERED="3/5/26 14:05")))
    assert not aside
    assert event[:8] == (2, "1", 0, "screening_completed", "case", "C-104", day("2026-03-04"), -1)
    assert event.values == {"tool": "PSC-35", "result": "positive", "score": 31, "acute": False}
    assert event.recorded == Zone("America/Los_Angeles").instant(day("2026-03-05"), 14 * 60 + 5)
    assert source.mapping.believed_from == day("2026-01-01")


def test_a_case_may_be_called_na() -> None:
    (event,), _, _ = read(csv(row(CASE="NA")), MAPPING.replace("event: CODE", 'event: CODE\nempty: ["NA"]'))
    assert event.subject_id == "NA"


def test_texts_that_say_nothing_leave_a_field_out() -> None:
    (event,), _, _ = read(csv(row(SCORE="n/a")), MAPPING.replace("event: CODE", 'event: CODE\nempty: ["n/a"]'))
    assert "score" not in event.values


def test_a_person_has_an_id_of_its_own() -> None:
    (event,), _, _ = read(csv(row(CODE="BRN", WHEN="2016-04-02")))
    assert (event.subject_kind, event.subject_id) == ("person", "K-1")
    assert event.values == {"born": day("2016-04-02")}


def test_lists_and_moments() -> None:
    taken, _, _ = read(
        csv(row(CODE="CFT", REF="M1", WHO="CH; PA"), row(ROW="2", CODE="HRG", REF="H1", WHEN="4/1/26 9:30"))
    )
    assert taken[0].values == {"meeting_id": "M1", "present": ("child", "parents")}
    assert taken[1].values == {"hearing_id": "H1", "date": (day("2026-04-01"), 570)}


def test_a_placement_with_an_end_is_two_events() -> None:
    (start, end), _, source = read(csv(row(CODE="PLC", REF="P1", TYPE="R", END="5/1/26")))
    assert (start.kind, start.part, end.kind, end.part) == ("placement_started", 0, "placement_ended", 1)
    assert (start.key, end.key) == ("1", "1")
    assert (end.day, end.values, end.recorded) == (day("2026-05-01"), {"placement_id": "P1"}, None)
    assert (source.counts.rows, source.counts.events) == (1, 2)


def test_a_placement_that_goes_on_is_one_event() -> None:
    (start,), _, _ = read(csv(row(CODE="PLC", REF="P1", TYPE="unheard-of")))
    assert start.values == {"placement_id": "P1"}  # other_codes: left_out


@pytest.mark.parametrize(
    ("cells", "cause", "words"),
    [
        ({"CODE": "ZZZ"}, Cause.CODE, "CODE holds the code 'ZZZ', which the mapping does not know"),
        ({"CODE": "SCRN"}, Cause.CODE, "did you mean 'SCR'?"),
        ({"CODE": ""}, Cause.MISSING, "CODE is empty"),
        ({"RESULT": "X"}, Cause.CODE, "RESULT holds the unknown code 'X'; known are N, P"),
        ({"SCORE": "many"}, Cause.VALUE, "SCORE: found 'many', expected a number"),
        ({"CASE": ""}, Cause.MISSING, "CASE is empty; expected the id of a case"),
        ({"CASE": "  "}, Cause.MISSING, "CASE is empty"),
        ({"ROW": ""}, Cause.MISSING, "ROW is empty; expected the row's key"),
        ({"CASE": "C" * 121}, Cause.ID, "CASE has 121 characters; expected the id of a case, at most 120"),
        ({"CASE": "C\x07"}, Cause.ID, r"without control characters"),
        ({"DATE": ""}, Cause.MISSING, "DATE is empty; expected the day on which it happened"),
        ({"DATE": "2/30/26"}, Cause.DATE, "DATE is '2/30/26': there is no such day"),
        ({"DATE": "2026-03-04"}, Cause.DATE, "expected a date like 3/4/26 or 3/4/26 14:05"),
        ({"DATE": "3/6/26"}, Cause.ORDER, "DATE is 2026-03-06, after the row was entered on 2026-03-05"),
        ({"DATE": "3/5/26 15:00", "ENTERED": "3/5/26 14:59"}, Cause.ORDER, "after the row was entered"),
        ({"DATE": "3/4/49", "ENTERED": ""}, Cause.ORDER, "DATE is 2049-03-04, after 2026-06-30"),
        ({"DATE": "3/4/26", "ENTERED": "7/1/26"}, Cause.ORDER, "ENTERED is 2026-07-01, after 2026-06-30"),
        ({"DATE": "3/4/99"}, Cause.ORDER, "before 2000-01-01, the earliest day"),
        ({"ENTERED": "yesterday"}, Cause.DATE, "ENTERED is 'yesterday'"),
        (
            {"CODE": "PLC", "REF": "P1", "END": "3/3/26"},
            Cause.ORDER,
            "it ended on 2026-03-03, before it began on 2026-03-04",
        ),
        ({"CODE": "PLC", "REF": ""}, Cause.MISSING, "REF is empty; placement_started needs its placement_id"),
        ({"CODE": "PLC", "REF": "P1", "END": "1/1/27"}, Cause.ORDER, "END is 2027-01-01, after 2026-06-30"),
        ({"CODE": "CFT", "REF": "M1", "WHO": "CH;XX"}, Cause.CODE, "WHO holds the unknown code 'XX'"),
        ({"RESULT": "P,P"}, Cause.COLUMNS, "found 15 columns, expected 14"),
        ({"RESULT": '"P"x'}, Cause.BROKEN, "after a closing quotation mark"),
        ({"RESULT": "P\rN"}, Cause.BROKEN, r"a line end \(CR\)"),
        ({"CASE": "C-\x00104"}, Cause.BYTES, "CASE holds a NUL byte"),
    ],
)
def test_each_kind_of_mess_is_set_aside(cells: dict[str, str], cause: Cause, words: str) -> None:
    found, reason = one_reason(csv(row(**cells)))
    assert (found, bool(re.search(words, reason))) == (cause, True), reason


def test_the_same_row_twice_counts_once() -> None:
    taken, aside, source = read(csv(row(), row(), row(ROW="2"), row()))
    assert [event.key for event in taken] == ["1", "2"]
    assert not aside
    assert source.counts.duplicates == 2


def test_a_key_with_other_content_is_set_aside() -> None:
    taken, (aside,), _ = read(csv(row(), row(DATE="3/3/26")))
    assert (len(taken), aside.cause, aside.row_number) == (1, Cause.CONFLICT, 3)
    assert aside.reason == "the key '1' was on an earlier row that said something else"


def test_a_row_set_aside_leaves_its_key_free() -> None:
    taken, (aside,), _ = read(csv(row(DATE="soon"), row()))
    assert (taken[0].row_number, aside.row_number) == (3, 2)


def test_columns_that_the_mapping_does_not_name_do_not_matter() -> None:
    names = ",".join([*COLUMNS, "EXPORTED"]).encode()
    _, aside, source = read(names + b"\n" + f"{row()},6/1/26\n{row()},6/2/26\n".encode())
    assert not aside
    assert source.counts.duplicates == 1


def test_without_a_key_the_whole_row_is_the_key() -> None:
    taken, aside, source = read(csv(row(), row(), row(SCORE="3")), MAPPING.replace("row_key: ROW\n", ""))
    assert not aside
    assert source.counts.duplicates == 1
    assert len({event.key for event in taken}) == 2
    assert all(event.key.startswith("row:") for event in taken)


def test_several_columns_make_a_key_that_cannot_be_mistaken() -> None:
    mapping = MAPPING.replace("row_key: ROW", "row_key: [ROW, REF]")
    taken, _, _ = read(csv(row(ROW="a|b", REF="c"), row(ROW="a", REF="b|c"), row(ROW="a\\", REF="b")), mapping)
    assert [event.key for event in taken] == ["a\\|b|c", "a|b\\|c", "a\\\\|b"]


def test_duplicates_are_found_across_the_files_of_one_system() -> None:
    seen = SeenRows()
    assert read(csv(row()), seen=seen)[2].counts.taken == 1
    assert read(csv(row(), row(ROW="2")), seen=seen)[2].counts.duplicates == 1


def test_many_rows_are_remembered() -> None:
    rows = [row(ROW=str(number)) for number in range(9000)]
    _, aside, source = read(csv(*rows, *rows))
    assert not aside
    assert (source.counts.taken, source.counts.duplicates) == (9000, 9000)


# --- bytes ------------------------------------------------------------------------------------------------------------


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert len(read(b"\xef\xbb\xbf" + csv(row()))[0]) == 1


def test_a_byte_order_mark_that_comes_byte_by_byte() -> None:
    class Pipe:
        def __init__(self, data: bytes) -> None:
            self.rest = data

        def read(self, size: int) -> bytes:
            assert size > 0
            given, self.rest = self.rest[:1], self.rest[1:]
            return given

    taken, aside, _ = read(Pipe(b"\xef\xbb\xbf" + csv(row(), row(ROW="2"))))
    assert (len(taken), len(aside)) == (2, 0)


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_utf_16_is_named(mark: bytes) -> None:
    with pytest.raises(MappingError, match="UTF-16"):
        read(mark + csv(row()))


WINDOWS = csv(row(REF="Ages \u2019"), row(ROW="2")).decode().encode("cp1252")


def test_windows_bytes_in_a_utf_8_file_are_set_aside() -> None:
    taken, (aside,), _ = read(WINDOWS)
    assert [event.key for event in taken] == ["2"]
    assert aside.cause is Cause.BYTES
    assert aside.reason.startswith("REF holds the byte 0x92, which is not utf-8; in windows-1252 it is \u2019")


@pytest.mark.parametrize("line", ["encoding: windows-1252", "fallback: windows-1252"])
def test_windows_bytes_are_read_when_the_mapping_says_so(line: str) -> None:
    mapping = (
        MAPPING.replace("event: CODE", f"event: CODE\n{line}")
        .replace("score: SCORE", "tool: REF")
        .replace("    fixed: {tool: PSC-35}\n", "")
    )
    (event, _), aside, _ = read(WINDOWS, mapping)
    assert not aside
    assert event.values["tool"] == "Ages \u2019"


def test_a_fallback_leaves_utf_8_alone() -> None:
    mapping = MAPPING.replace("event: CODE", "event: CODE\nfallback: windows-1252")
    (event,), _, _ = read(csv(row(CASE="Ñ")), mapping)
    assert event.subject_id == "Ñ"


def test_bytes_that_windows_1252_does_not_know_are_set_aside() -> None:
    cause, reason = one_reason(
        csv(row(REF="x")).replace(b"x", b"\x81"), MAPPING.replace("event: CODE", "event: CODE\nencoding: windows-1252")
    )
    assert (cause, reason) == (Cause.BYTES, "REF holds the byte 0x81, which is not windows-1252")


def test_utf_8_with_its_mark_is_not_windows_1252() -> None:
    with pytest.raises(MappingError, match="the mapping says windows-1252"):
        read(b"\xef\xbb\xbf" + csv(row()), MAPPING.replace("event: CODE", "event: CODE\nencoding: windows-1252"))


# --- rows as rows -----------------------------------------------------------------------------------------------------


def test_a_text_may_run_over_lines() -> None:
    (event, after), _, _ = read(csv(row(CODE="HRG", REF='"H\n1"', WHEN="4/1/26"), row(ROW="2")))
    assert event.values["hearing_id"] == "H\n1"
    assert after.row_number == 3


@pytest.mark.parametrize(
    "rows",
    [
        [row(REF='"x'), row(ROW="2"), row(ROW="3")],  # never closed
        [row(REF='"x'), row(ROW="2"), row(ROW="3", REF='y"')],  # closed in a row far away
        [row(REF='"x'), row(ROW="2", REF='"y"'), row(ROW="3")],  # text after what looks like its closing
        [row(REF='"x'), row(ROW="2", REF='y"'), row(ROW="3")],  # closed in the next row
    ],
)
def test_an_unclosed_quotation_mark_costs_one_row(rows: list[str]) -> None:
    taken, (aside,), _ = read(csv(*rows))
    assert [event.key for event in taken] == ["2", "3"]
    assert (aside.row_number, aside.raw) == (2, rows[0])


def test_a_quotation_mark_that_swallows_megabytes_does_not_stop_the_rest() -> None:
    rows = [row(ROW="0", REF='"x'), *(row(ROW=str(number)) for number in range(1, 6000))]
    taken, (aside,), _ = read(csv(*rows))
    assert len(taken) == 5999
    assert aside.reason == "a quotation mark is opened and not closed"
    assert aside.raw == rows[0]


@pytest.mark.parametrize("cut", [row(ROW="2")[:12], row(ROW="2", REF='"abc')[:-5] + '"abc'])
def test_a_cut_last_line_is_set_aside(cut: str) -> None:
    taken, (aside,), _ = read(csv(row(), cut, end=""))
    assert len(taken) == 1
    assert aside.cause is Cause.CUT
    assert aside.raw == cut


def test_a_last_line_without_its_line_end_is_whole() -> None:
    assert len(read(csv(row(), row(ROW="2"), end=""))[0]) == 2


def test_a_character_cut_in_two_is_no_surprise() -> None:
    _, (aside,), _ = read(csv(row(REF="Ñ")).rstrip(b"\n,").removesuffix(b"\x91"))
    assert aside.cause is Cause.CUT
    assert aside.raw.endswith("\udcc3")


def test_line_ends_of_windows_and_blank_lines() -> None:
    data = csv(row(), "", row(ROW="2")).replace(b"\n", b"\r\n")
    taken, aside, source = read(data)
    assert ([event.row_number for event in taken], aside, source.counts.rows) == ([2, 4], [], 2)


def test_a_line_without_end_is_not_kept_in_memory() -> None:
    data = csv(row(), row(ROW="2", REF="x" * 3_000_000), row(ROW="3"))
    taken, (aside,), _ = read(data)
    assert [event.key for event in taken] == ["1", "3"]
    assert len(aside.raw) < 2_000_000


def test_other_delimiters() -> None:
    for name, character in (("tab", "\t"), ("semicolon", ";"), ("bar", "|")):
        data = csv(row()).replace(b",", character.encode())
        assert len(read(data, MAPPING.replace("event: CODE", f"event: CODE\ndelimiter: {name}"))[0]) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the extract is empty"),
        (b"\xef\xbb\xbf", "the extract is empty"),
        (
            csv(row()).replace(b"RESULT", b"RESLT"),
            r"map.yaml:18:22: the extract has no column 'RESULT'; did you mean 'RESLT'",
        ),
        (csv(row()).replace(b"RESULT", b"SCORE"), "no column 'RESULT'"),
        (csv(row()).replace(b"CHILD", b"CASE"), "two columns called 'CASE'"),
        (b'"ROW\n', "the first row, with the names of the columns, cannot be read"),
    ],
)
def test_an_extract_that_is_not_the_one_mapped(data: bytes, words: str) -> None:
    with pytest.raises(MappingError, match=words):
        read(data)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(MappingError, match="cannot be opened"):
            list(extract(str(path)))


def test_a_file_is_read_and_closed(tmp_path: Path) -> None:
    path = tmp_path / "extract.csv"
    path.write_bytes(csv(row()))
    assert len(read(path)[0]) == 1


# --- time -------------------------------------------------------------------------------------------------------------


def test_the_day_of_the_extract_can_be_given() -> None:
    assert not read(csv(row()), as_of=day("2026-03-05"))[1]
    assert read(csv(row()), as_of=day("2026-03-04"))[1][0].reason.startswith("ENTERED is 2026-03-05, after 2026-03-04")


def test_hours_of_another_zone_become_those_of_the_county() -> None:
    mapping = MAPPING.replace("America/Los_Angeles", "UTC")
    rows = csv(row(DATE="3/4/26 02:30", ENTERED="3/4/26 03:00"), row(ROW="2", DATE="3/4/26"))
    (timed, whole), _, _ = read(rows, mapping, county=Zone("America/Los_Angeles"))
    assert (timed.day, timed.minute) == (day("2026-03-03"), 18 * 60 + 30)
    assert (whole.day, whole.minute) == (day("2026-03-04"), -1)
    assert timed.recorded == Zone("UTC").instant(day("2026-03-04"), 180)


def test_an_offset_that_is_written_counts() -> None:
    mapping = MAPPING.replace('"%m/%d/%y %H:%M"', '"%Y-%m-%dT%H:%M%z"')
    (event,), _, _ = read(csv(row(DATE="2026-03-04T02:30Z")), mapping)
    assert (event.day, event.minute) == (day("2026-03-03"), 18 * 60 + 30)


@pytest.mark.parametrize(
    ("hours", "minutes"), [("kept", [0, 570]), ("dropped", [-1, -1]), ("unless_midnight", [-1, 570])]
)
def test_hours_that_mean_nothing(hours: str, minutes: list[int]) -> None:
    mapping = MAPPING.replace("occurred: DATE", f"occurred: {{column: DATE, hours: {hours}}}")
    taken, _, _ = read(csv(row(DATE="3/4/26 0:00"), row(ROW="2", DATE="3/4/26 9:30")), mapping)
    assert [event.minute for event in taken] == minutes


def test_a_stamp_without_hour_was_known_at_the_end_of_its_day() -> None:
    (event,), _, _ = read(csv(row()))
    assert event.recorded == Zone("America/Los_Angeles").midnight[day("2026-03-06")] - 1


def test_an_end_may_have_a_stamp_of_its_own() -> None:
    mapping = MAPPING.replace("ends: {on: END,", "ends: {on: END, recorded: WHEN,")
    (_, end), _, _ = read(csv(row(CODE="PLC", REF="P1", END="5/1/26", WHEN="5/2/26 9:00")), mapping)
    assert end.recorded == Zone("America/Los_Angeles").instant(day("2026-05-02"), 540)
    assert (
        "after the row was entered"
        in one_reason(csv(row(CODE="PLC", REF="P1", END="5/1/26", WHEN="4/2/26 9:00")), mapping)[1]
    )


# --- one kind of event in every row, and JSON Lines -------------------------------------------------------------------


def test_a_table_of_one_kind() -> None:
    head, tail = MAPPING.split("event: CODE\n")[0], MAPPING.split("events:\n")[0].split("event: CODE\n")[1]
    mapping = f"{head}{tail}every_row: {{kind: case_closed, subject: CHILD}}\n"
    (event,), _, _ = read(csv(row(CODE="whatever")), mapping)
    assert (event.kind, event.subject_id) == ("case_closed", "K-1")


def test_a_fixed_subject() -> None:
    mapping = MAPPING.replace("OPN: {kind: case_opened}", "OPN: {kind: case_opened, subject: {fixed: C-9}}")
    assert read(csv(row(CODE="OPN", CASE="")), mapping)[0][0].subject_id == "C-9"


def line(**values: object) -> str:
    good: dict[str, object] = {"ROW": 1, "CASE": 104, "CODE": "SCR", "DATE": "3/4/26", "ENTERED": None}
    return json.dumps(good | values)


def lines(*rows: str, end: str = "\n") -> bytes:
    return ("\n".join(rows) + end).encode()


def test_json_lines() -> None:
    mapping = JSONL.replace("{column: ACUTE, codes: {Y: yes, N: no}}", "ACUTE")
    rows = lines(
        line(SCORE=31.5, ACUTE=True, RESULT="P"),
        "",
        line(ROW=2, CODE="CFT", REF="M1", WHO=["CH", "PA"]),
        line(ROW=3, CODE="CFT", REF="M1", WHO=[]),
        line(ROW=3, CODE="CFT", REF="M1", WHO=[]),
    )
    taken, aside, source = read(rows, mapping)
    assert not aside
    assert (taken[0].subject_id, taken[0].key, taken[0].row_number) == ("104", "1", 1)
    assert str(taken[0].values["score"]) == "31.5"
    assert taken[0].values["acute"] is True
    assert [event.values["present"] for event in taken[1:]] == [("child", "parents"), ()]
    assert (taken[1].row_number, source.counts.rows, source.counts.duplicates) == (3, 4, 1)
    assert set(source.unknown_columns) == {"CHILD", "TYPE", "END", "WHEN"}


@pytest.mark.parametrize(
    ("data", "cause", "words"),
    [
        (lines("[1]"), Cause.BROKEN, "not one JSON object"),
        (lines("{not json}"), Cause.BROKEN, "not one JSON object"),
        (lines(line()[:-3], end=""), Cause.CUT, "the last line is cut"),
        (lines(line(CASE={"id": 1})), Cause.VALUE, "CASE holds an object in braces"),
        (lines(line(CASE="a\x1fb")), Cause.BYTES, "CASE holds a control character"),
        (lines(line(CASE="a\x00b")), Cause.BYTES, "CASE holds a control character"),
        (lines(line(CASE="abc")).replace(b"abc", b"a\x92c"), Cause.BYTES, "the row holds the byte 0x92"),
        (lines("[" * 100_000), Cause.BROKEN, "not one JSON object"),
    ],
)
def test_mess_in_json_lines(data: bytes, cause: Cause, words: str) -> None:
    found, reason = one_reason(data, JSONL)
    assert (found, words in reason) == (cause, True), reason


# --- the file of rows set aside ---------------------------------------------------------------------------------------


def test_rows_set_aside_are_handed_back(tmp_path: Path) -> None:
    path = tmp_path / "set-aside.csv"
    _, aside, _ = read(WINDOWS + row(ROW="3", CASE="C-\x001").encode())
    with SetAsideFile(path) as file:
        for found in aside:
            file.write(found)
    assert file.written == 2
    with path.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv_module.reader(stream)
    assert head == ["row", "cause", "reason", "raw row"]
    assert [(cells[0], cells[1]) for cells in rows] == [
        ("2", "bytes that are no text"),
        ("4", "bytes that are no text"),
    ]
    assert "Ages \\x92" in rows[0][3]
    assert "C-\\x001" in rows[1][3]
