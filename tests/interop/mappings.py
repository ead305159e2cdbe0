"""A mapping that the tests of the import share, and helpers around it. The data are invented."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TypeAlias

from icpm_engine.calendars import Zone
from icpm_engine.interop import Extract, SeenRows, SetAside, Taken, parse_mapping
from icpm_engine.interop.lines import ByteStream
from icpm_engine.vocabulary import STANDARD

Source: TypeAlias = str | Path | bytes | ByteStream

MAPPING = """\
about: Invented data.
system: cms
zone: America/Los_Angeles
dates: {forms: ["%m/%d/%y", "%m/%d/%y %H:%M"], two_digit_years_from: 1950, earliest: 2000-01-01}
as_of: 2026-06-30
row_key: ROW
subjects: {case: CASE, person: CHILD}
event: CODE
occurred: DATE
recorded: {column: ENTERED, believed_from: 2026-01-01}
codes:
  results: {P: positive, N: negative}
events:
  OPN: {kind: case_opened}
  SCR:
    kind: screening_completed
    fixed: {tool: PSC-35}
    fields: {result: {column: RESULT, codes: results}, score: SCORE, acute: {column: ACUTE, codes: {Y: yes, N: no}}}
  PLC:
    kind: placement_started
    fields: {placement_id: REF, type: {column: TYPE, codes: {R: relative, S: strtp}, other_codes: left_out}}
    ends: {on: END, kind: placement_ended, fields: {placement_id: REF}}
  HRG: {kind: hearing_set, fields: {hearing_id: REF, date: WHEN}}
  CFT: {kind: cft_held, fields: {meeting_id: REF, present: {column: WHO, split: ";", codes: {CH: child, PA: parents}}}}
  BRN: {kind: birth_date_told, fields: {born: {column: WHEN, dates: "%Y-%m-%d"}}}
"""
COLUMNS = [
    *("ROW", "CASE", "CHILD", "CODE", "DATE", "ENTERED"),
    *("RESULT", "SCORE", "ACUTE", "REF", "TYPE", "END", "WHEN", "WHO"),
]


def row(**cells: str) -> str:
    """A CSV row: a good screening, but for what is given."""
    given = {"ROW": "1", "CASE": "C-104", "CHILD": "K-1", "CODE": "SCR", "DATE": "3/4/26", "ENTERED": "3/5/26"} | cells
    return ",".join(given.get(name, "") for name in COLUMNS)


# A case is opened, a child screened, placed, born, linked to the person.
OPN = row(ROW="1", CODE="OPN", DATE="3/2/26")
SCR = row(ROW="2", RESULT="P", SCORE="30")
PLC = row(ROW="3", CODE="PLC", REF="P-1", TYPE="R", DATE="3/5/26", ENTERED="3/6/26")
BRN = row(ROW="4", CODE="BRN", WHEN="2021-09-10", DATE="3/9/26", ENTERED="3/9/26")
LNK = row(ROW="5", CODE="LNK", REF="K-1", DATE="3/3/26")


def csv(*rows: str, end: str = "\n") -> bytes:
    """A CSV extract of these rows."""
    return ("\n".join((",".join(COLUMNS), *rows)) + end).encode()


def extract(
    data: Source,
    mapping: str = MAPPING,
    *,
    county: Zone | None = None,
    as_of: int | None = None,
    seen: SeenRows | None = None,
) -> Extract:
    """The extract in these bytes, not yet read."""
    parsed = parse_mapping(mapping, "map.yaml", STANDARD)
    return Extract(parsed, data, county=county, as_of=as_of, seen=seen)


def read(
    data: Source,
    mapping: str = MAPPING,
    *,
    county: Zone | None = None,
    as_of: int | None = None,
    seen: SeenRows | None = None,
) -> tuple[list[Taken], list[SetAside], Extract]:
    """What an extract gives; its counts must add up."""
    source = extract(data, mapping, county=county, as_of=as_of, seen=seen)
    taken: list[Taken] = []
    aside: list[SetAside] = []
    for found in source:
        if isinstance(found, Taken):
            taken.append(found)
        else:
            aside.append(found)
    counts = source.counts
    assert counts.rows == counts.taken + counts.duplicates + counts.set_aside
    assert (counts.events, counts.set_aside) == (len(taken), len(aside))
    assert counts.set_aside == sum(counts.causes.values())
    return taken, aside, source


def day(text: str) -> int:
    """The ordinal of an ISO date."""
    return dt.date.fromisoformat(text).toordinal()
