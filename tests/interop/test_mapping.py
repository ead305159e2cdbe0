"""A mapping is checked before the first row is read; each error says where, what was found and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine.errors import MappingError
from icpm_engine.interop import ImportMapping, load_mapping, parse_mapping
from icpm_engine.vocabulary import STANDARD, EventKind, Field
from tests.interop.mappings import COLUMNS, MAPPING, day


def parsed(source: str = MAPPING) -> ImportMapping:
    return parse_mapping(source, "map.yaml", STANDARD)


def test_what_a_mapping_says() -> None:
    mapping = parsed()
    assert (mapping.system, mapping.format, mapping.delimiter, mapping.encoding) == ("cms", "csv", ",", "utf-8")
    assert (mapping.as_of, mapping.believed_from) == (day("2026-06-30"), day("2026-01-01"))
    assert {column.name for column in mapping.columns} == set(COLUMNS)
    screening = mapping.rules["SCR"]
    assert screening.fixed == {"tool": "PSC-35"}
    assert screening.fields["acute"].codes == {"Y": True, "N": False}
    assert str(screening.fields["result"].mark) == "map.yaml:18:22"
    ends = mapping.rules["PLC"].ends
    assert ends is not None
    assert (ends.kind.name, ends.occurred.name) == ("placement_ended", "END")


def test_the_documented_mapping_is_one() -> None:
    page = Path(__file__).parents[2] / "docs" / "mapping.md"
    source = page.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    mapping = parsed(source)
    assert mapping.rules.keys() == {"SCRN", "PLCE", "CFTM"}
    assert mapping.fallback == "windows-1252"


def test_a_mapping_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    assert load_mapping(path, STANDARD).rules.keys() == parsed().rules.keys()
    with pytest.raises(MappingError, match=r"none\.yaml:1:1: this file cannot be read"):
        load_mapping(tmp_path / "none.yaml", STANDARD)


def test_kinds_of_a_pack_can_be_mapped() -> None:
    kind = EventKind("county_form_sent", fields={"form": Field("form", "text", ("a", "b"), required=True)})
    source = MAPPING + "  FRM: {kind: county_form_sent, fixed: {form: a}}\n"
    assert parse_mapping(source, "map.yaml", {**STANDARD, kind.name: kind}).rules["FRM"].kind is kind


def test_a_row_may_be_about_the_team_that_siblings_share() -> None:
    source = MAPPING.replace("{case: CASE, person: CHILD}", "{case: CASE, person: CHILD, team: TEAM}")
    rule = "  SIB: {kind: cft_held, about: team, fields: {meeting_id: ROW}}\n"
    about = parsed(source + rule).rules["SIB"]
    assert (about.kind.subject, str(getattr(about.subject, "name", ""))) == ("team", "TEAM")
    with pytest.raises(MappingError, match="cft_held: found about: 'person', expected case or team"):
        parsed(source + rule.replace("about: team", "about: person"))


@pytest.mark.parametrize(
    ("found", "instead", "place", "words"),
    [
        ("event: CODE", "evnt: CODE", "8:1", "unknown key 'evnt' in a mapping; did you mean 'event'?"),
        ("system: cms\n", "", "1:1", "'system' is missing (the name of the source system)"),
        ("system: cms", "system: Our CMS", "2:9", "expected a short name of the source system"),
        ("zone: America/Los_Angeles", "zone: America/Los_Angles", "3:7", "did you mean 'America/Los_Angeles'"),
        (", two_digit_years_from: 1950", "", "4:17", "'%m/%d/%y' has a year of two digits"),
        ('"%m/%d/%y %H:%M"', '"%d/%m/%y"', "4:16", "a text such as 3/4/26 could be '%m/%d/%y' or '%d/%m/%y'; keep one"),
        ('"%m/%d/%y %H:%M"', '"%q"', "4:29", "%q is not known"),
        ("as_of: 2026-06-30", "as_of: 6/30/26", "5:8", "expected a date like 2026-03-20, found '6/30/26'"),
        ("row_key: ROW", "row_key: []", "6:10", "expected at least one entry, found an empty list"),
        ("{case: CASE, ", "{cases: CASE, ", "7:12", "unknown key 'cases' in subjects; did you mean 'case'?"),
        ("{case: CASE, person: CHILD}", "{case: CASE}", "25:8", "birth_date_told is about a person: say in subjects"),
        ("occurred: DATE\n", "", "1:1", "'occurred' is missing (the column of the day it happened)"),
        (
            "occurred: DATE",
            "occurred: {column: DATE, hours: no}",
            "9:33",
            "expected hours: one of kept, dropped, unless_midnight",
        ),
        (
            "kind: case_opened",
            "kind: case_open",
            "14:15",
            "no kind of event is called 'case_open'; did you mean 'case_opened'?",
        ),
        (
            "result: {column",
            "reslt: {column",
            "18:14",
            "screening_completed has no field 'reslt'; did you mean 'result'?",
        ),
        ("codes: results", "codes: result", "18:46", "no list of codes is called 'result'; did you mean 'results'?"),
        ("P: positive", "P: postive", "12:16", "did you mean positive?"),
        ("tool: PSC-35", 'tool: ""', "17:19", "expected a value for tool, found nothing"),
        (
            "fixed: {tool: PSC-35}",
            "fixed: {tool: PSC-35, acute: maybe}",
            "17:34",
            "acute: found 'maybe', expected yes or no",
        ),
        (
            "fixed: {tool: PSC-35}",
            "fixed: {tool: PSC-35, score: 3}",
            "16:5",
            "screening_completed.score stands in fixed and in fields",
        ),
        ("placement_id: REF, type", "type", "20:5", "placement_started needs 'placement_id' (which placement)"),
        ("other_codes: left_out", "other_codes: maybe", "21:99", "expected other_codes: one of set_aside, left_out"),
        (
            "score: SCORE",
            "score: {column: SCORE, dates: x}",
            "18:79",
            "unknown key 'dates' for a column of type number",
        ),
        ('split: ";", ', "", "24:60", "'present' is a list: say what parts its items"),
        ("{on: END, ", "{", "22:11", "'on' is missing"),
        ("events:\n", "every_row: {kind: case_opened}\nevents:\n", "13:1", "found beside 'event'"),
        ("event: CODE\n", "", "12:1", "the codes need 'event', the column they stand in"),
        ("event: CODE", "event: CODE\nencoding: latin-1", "9:11", "expected encoding: one of utf-8, windows-1252"),
        (
            "event: CODE",
            "event: CODE\nencoding: windows-1252\nfallback: windows-1252",
            "10:11",
            "a fallback is for lines",
        ),
        ("event: CODE", "event: CODE\ndelimiter: ','", "9:12", "expected delimiter: one of comma, semicolon, tab, bar"),
        (
            "OPN: {kind: case_opened}",
            "OPN: case_opened",
            "14:8",
            "expected kind: ..., fields: ..., found 'case_opened'",
        ),
        (
            "OPN: {kind: case_opened}",
            "OPN: {kind: case_opened, subject: {fixed: a, column: b}}",
            "14:37",
            "expected fixed: ID",
        ),
        ("  OPN:", "  SCR:", "15:3", "'SCR' stands here twice; first in line 14"),
        ("about: Invented data.", "about: Invented data.\nempty: [[x]]", "2:9", "expected a text that says nothing"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(found: str, instead: str, place: str, words: str) -> None:
    assert found in MAPPING
    with pytest.raises(MappingError) as caught:
        parsed(MAPPING.replace(found, instead, 1))
    message = str(caught.value)
    assert words in message
    assert message.startswith(f"map.yaml:{place}: "), message
