"""An invented county extract: one table of a case-management system with its own codes, and the mapping that reads it.

One table says both how an event becomes a row and how the mapping reads the row again, so that they cannot disagree.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from icpm_engine.simulate.stories import Simulated
from icpm_engine.vocabulary import STANDARD

INVENTED = "invented data"
"""Stands in every row and at the top of every mapping."""

COLUMNS = (
    "DATA_NOTE",
    "ROW_ID",
    "CASE_ID",
    "CLIENT_ID",
    "EVT_CD",
    "EVT_DT",
    "END_DT",
    "ENTRY_TS",
    "REF_NO",
    "REF2_NO",
    "TOOL",
    "RESULT_CD",
    "SCORE",
    "TYPE_CD",
    "REASON_CD",
    "HOW_CD",
    "COUNTY",
    "WORKER",
    "UNIT",
    "PLAN_DT",
    "WHO",
    "FLAG1",
    "FLAG2",
    "FLAG3",
    "FLAG4",
    "END_TS",
    "END_RSN",
)
AT = {name: place for place, name in enumerate(COLUMNS)}

FLAGS = {"Y": "yes", "N": "no"}
RESULTS = {"P": "positive", "N": "negative"}

LAYOUT: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "case_opened": ("OPEN", {"kind": "TYPE_CD", "services": "REASON_CD"}),
    "case_closed": ("CLOS", {"reason": "REASON_CD"}),
    "person_linked": ("LINK", {"person": "REF_NO"}),
    "birth_date_told": ("BRTH", {"born": "PLAN_DT", "proof": "TYPE_CD"}),
    "medi_cal_status_found": ("MEDS", {"scope": "TYPE_CD"}),
    "indian_child_status_found": ("ICWA", {"status": "FLAG1", "finder": "TYPE_CD"}),
    "person_in_charge_assigned": ("ASGN", {"role": "TYPE_CD", "worker": "WORKER", "unit": "UNIT"}),
    "petition_filed": ("PETN", {"petition_id": "REF_NO", "kind": "TYPE_CD", "detained": "FLAG1"}),
    "hearing_set": ("HSET", {"hearing_id": "REF_NO", "kind": "TYPE_CD", "date": "PLAN_DT"}),
    "hearing_continued": ("HCON", {"hearing_id": "REF_NO", "kind": "TYPE_CD", "date": "PLAN_DT", "reason": "TOOL"}),
    "hearing_held": ("HELD", {"hearing_id": "REF_NO", "kind": "TYPE_CD"}),
    "custody_entered": ("CUST", {"custody_id": "REF_NO", "out_of_home": "FLAG1", "how": "HOW_CD"}),
    "placement_started": (
        "PLCE",
        {"placement_id": "REF_NO", "type": "TYPE_CD", "county": "COUNTY", "out_of_county": "FLAG1"},
    ),
    "transfer_decided": (
        "PTDC",
        {"transfer_id": "REF_NO", "placement_id": "REF2_NO", "to_county": "COUNTY", "expedited": "FLAG1"},
    ),
    "transfer_notice_sent": (
        "PTNO",
        {"transfer_id": "REF_NO", "placement_id": "REF2_NO", "to_county": "COUNTY", "plan": "TYPE_CD", "items": "WHO"},
    ),
    "screening_completed": (
        "SCRN",
        {"tool": "TOOL", "result": "RESULT_CD", "score": "SCORE", "acute": "FLAG1"},
    ),
    "screening_not_done": ("SCND", {"reason": "REASON_CD"}),
    "crisis_responded": ("CRIS", {"by": "HOW_CD", "outcome": "TYPE_CD"}),
    "referral_started": ("RFST", {"referral_id": "REF_NO", "ground": "REASON_CD", "urgency": "TYPE_CD"}),
    "packet_item_added": ("RFPK", {"referral_id": "REF_NO", "item": "TOOL"}),
    "referral_sent": ("RFSN", {"referral_id": "REF_NO", "to": "UNIT", "how": "HOW_CD", "items": "WHO"}),
    "referral_received": ("RFRC", {"referral_id": "REF_NO", "direct": "FLAG1"}),
    "referral_assigned": ("RFAS", {"referral_id": "REF_NO", "to": "WORKER"}),
    "referral_contact_attempted": ("RFCA", {"referral_id": "REF_NO", "reached": "FLAG1", "how": "HOW_CD"}),
    "client_agreed": ("RFAG", {"referral_id": "REF_NO"}),
    "referral_closed": ("RFCL", {"referral_id": "REF_NO", "reason": "REASON_CD"}),
    "sender_told": ("RFTL", {"referral_id": "REF_NO", "what": "TYPE_CD"}),
    "appointment_offered": (
        "APOF",
        {
            "appointment_id": "REF_NO",
            "referral_id": "REF2_NO",
            "service": "TYPE_CD",
            "date": "PLAN_DT",
            "first": "FLAG1",
        },
    ),
    "appointment_kept": ("APKT", {"appointment_id": "REF_NO", "referral_id": "REF2_NO"}),
    "appointment_missed": ("APMS", {"appointment_id": "REF_NO", "referral_id": "REF2_NO"}),
    "mh_assessment_started": ("ASST", {"assessment_id": "REF_NO", "referral_id": "REF2_NO"}),
    "mh_assessment_completed": (
        "ASCM",
        {
            "assessment_id": "REF_NO",
            "referral_id": "REF2_NO",
            "need": "FLAG1",
            "medical_necessity": "FLAG2",
            "intensive_need": "FLAG3",
            "trauma_screen": "FLAG4",
        },
    ),
    "mh_joined": ("MHJN", {"clinician": "WORKER", "licensed": "FLAG1"}),
    "service_started": ("SVST", {"service_id": "REF_NO", "type": "TYPE_CD", "provider": "UNIT"}),
    "service_ended": ("SVEN", {"service_id": "REF_NO", "reason": "REASON_CD"}),
    "mh_services_opened": ("MHOP", {"provider": "UNIT"}),
    "mh_services_closed": ("MHCL", {"reason": "REASON_CD"}),
    "team_formed": ("TMFM", {"family_asked": "FLAG1"}),
    "member_joined": ("TMJN", {"member_id": "REF_NO", "role": "TYPE_CD"}),
    "cft_scheduled": ("CFTS", {"meeting_id": "REF_NO", "purpose": "TYPE_CD", "date": "PLAN_DT"}),
    "cft_invitation_sent": ("CFTI", {"meeting_id": "REF_NO", "to": "WHO"}),
    "cft_held": ("CFTH", {"meeting_id": "REF_NO", "purpose": "TYPE_CD", "mode": "HOW_CD", "present": "WHO"}),
    "cft_cancelled": ("CFTX", {"meeting_id": "REF_NO", "reason": "TOOL"}),
    "ip_cans_completed": ("CANS", {"kind": "TYPE_CD", "cft_informed": "FLAG1", "entered": "FLAG2"}),
    "contact_made": (
        "CONT",
        {"contact_id": "REF_NO", "kind": "TYPE_CD", "mode": "HOW_CD", "who": "WHO", "alone": "FLAG1"},
    ),
}
"""By kind of event: its code in the system, and the column of each field."""

END = ("placement_ended", {"placement_id": "REF_NO", "reason": "END_RSN"})
"""A stay has one row; its end stands in that row."""


class Row(NamedTuple):
    """One row of the extract, and how many events it tells."""

    cells: list[str]
    events: int


class _Dates(dict[int, str]):
    def __missing__(self, day: int) -> str:
        date = dt.date.fromordinal(day)
        self[day] = text = f"{date.month}/{date.day}/{date.year % 100:02}"
        return text


_DATES = _Dates()


def written(day: int, minute: int = -1) -> str:
    """A date as the system writes it: 3/4/26, or 3/4/26 14:05."""
    return _DATES[day] if minute < 0 else f"{_DATES[day]} {minute // 60}:{minute % 60:02}"


@functools.cache
def codes(options: tuple[str, ...]) -> Mapping[str, str]:
    """By option of a field, the code that the system has for it: the beginnings of its parts, as long as needed."""
    for length in range(3, 20):
        made = {option: "".join(part[:length] for part in option.split("_")).upper() for option in options}
        if len(set(made.values())) == len(options):
            return made
    raise ValueError(f"no two of these may be the same: {', '.join(options)}")


def rows(story: Sequence[Simulated], number: int, person: str) -> Iterator[Row]:
    """The rows of one case; `number` is that of its first row."""
    ends = {event.values["placement_id"]: event for event in story if event.kind == END[0]}
    for event in story:
        if event.kind == END[0]:
            continue
        cells = _cells(event, number, person)
        number += 1
        end = ends.get(event.values.get("placement_id", "")) if event.kind == "placement_started" else None
        if end:
            cells[AT["END_DT"]] = written(end.day, end.minute)
            cells[AT["END_TS"]] = written(end.entered_day, end.entered_minute)
            cells[AT["END_RSN"]] = _text(STANDARD[END[0]].fields["reason"], end.values["reason"])
        yield Row(cells, 2 if end else 1)


def _cells(event: Simulated, number: int, person: str) -> list[str]:
    code, fields = LAYOUT[event.kind]
    kinds = STANDARD[event.kind].fields
    cells = [""] * len(COLUMNS)
    cells[:8] = (
        INVENTED,
        str(number),
        event.subject_id if event.subject_kind == "case" else "",
        person,
        code,
        written(event.day, event.minute),
        "",
        written(event.entered_day, event.entered_minute),
    )
    for name, value in event.values.items():
        cells[AT[fields[name]]] = _text(kinds[name], value)
    return cells


def _text(field: Any, value: Any) -> str:  # noqa: ANN401 - any value of the vocabulary
    if field.type == "yes_no":
        return "Y" if value else "N"
    if field.type == "date":
        return written(value)
    if field.type == "moment":
        return written(*value)
    if field.type == "list":
        return ";".join(value)
    if field.name == "result":
        return str(value[0]).upper()
    return codes(field.options)[value] if field.options else str(value)


# --- the mapping ------------------------------------------------------------------------------------------------------


def mapping(as_of: int) -> str:
    """The mapping of the extract, as YAML."""
    day = dt.date.fromordinal(as_of).isoformat()
    events = "\n".join(_event(kind, code, fields) for kind, (code, fields) in LAYOUT.items())
    lists = "\n".join(f"  {name}: {_flow(pairs)}" for name, pairs in _code_lists().items())
    return f"""\
# {INVENTED.capitalize()}: no child, worker or county system stands behind any of it.
about: {INVENTED.capitalize()}. Events of child welfare cases, from a case-management system that does not exist.
system: invented-cms
format: csv
encoding: utf-8
zone: America/Los_Angeles
dates:
  forms: ["%m/%d/%y", "%m/%d/%y %H:%M"]
  two_digit_years_from: 1950        # 49 is 2049, 50 is 1950
  earliest: 1990-01-01
as_of: {day}
row_key: ROW_ID
subjects: {{case: CASE_ID, person: CLIENT_ID}}
event: EVT_CD
occurred: EVT_DT
recorded: {{column: ENTRY_TS, believed_from: 2024-01-01}}
codes:
{lists}
events:
{events}
"""


def _event(kind: str, code: str, fields: Mapping[str, str]) -> str:
    columns = _columns(kind, fields)
    if kind != "placement_started":
        return f"  {code}: {{kind: {kind}, fields: {{{columns}}}}}"
    end, end_fields = END
    return (
        f"  {code}:\n    kind: {kind}\n    fields: {{{columns}}}\n"
        f"    ends: {{on: END_DT, recorded: END_TS, kind: {end}, fields: {{{_columns(end, end_fields)}}}}}"
    )


def _columns(kind: str, fields: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {_column(kind, name, column)}" for name, column in fields.items())


def _column(kind: str, name: str, column: str) -> str:
    field = STANDARD[kind].fields[name]
    if field.type == "list":
        return f'{{column: {column}, split: ";"}}'
    named = _list_name(kind, name)
    return f"{{column: {column}, codes: {named}}}" if named else column


def _list_name(kind: str, name: str) -> str | None:
    """The list of codes of a field, None if its texts stand as they are."""
    field = STANDARD[kind].fields[name]
    if field.type == "yes_no":
        return "flags"
    if name == "result":
        return "results"
    return _list_names().get(field.options)


@functools.cache
def _list_names() -> Mapping[tuple[str, ...], str]:
    """A name for each list of options, after the first field that has it."""
    names: dict[tuple[str, ...], str] = {}
    for kind, fields in (*((kind, fields) for kind, (_, fields) in LAYOUT.items()), END):
        for name in fields:
            options = STANDARD[kind].fields[name].options
            if options and name != "result":
                names.setdefault(options, f"{kind}_{name}")
    return names


def _code_lists() -> Mapping[str, Mapping[str, str]]:
    named = {name: {code: option for option, code in codes(options).items()} for options, name in _list_names().items()}
    return {"flags": FLAGS, "results": RESULTS} | named


def _flow(pairs: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{code}: {value}" for code, value in pairs.items()) + "}"
