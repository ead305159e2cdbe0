"""JSON Schemas for hosts that are not Python: every event, every answer, and the form of a rule file.

`python -m icpm_engine.interop.schemas FOLDER` writes them; they are published in docs/schemas/.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from icpm_engine.engine import Outcome, Page
from icpm_engine.engine.adoptions import Adoption
from icpm_engine.engine.meetings import MeetingAnswer
from icpm_engine.engine.plans import PlanAnswer
from icpm_engine.engine.teams import TeamAnswer
from icpm_engine.history.answers import CaseAnswer, NoLimit, Obligation
from icpm_engine.history.ledger import DaysHeld, Held
from icpm_engine.history.proofs import Proof
from icpm_engine.history.steps import NextStep
from icpm_engine.history.timeline import TimelineLine
from icpm_engine.history.unknowns import Unknown
from icpm_engine.plan import Version
from icpm_engine.rehearsal.answers import Rehearsal
from icpm_engine.reports import Hearing, Owing, Status
from icpm_engine.rules.comparing import Comparison
from icpm_engine.rules.deciding import CountyDecisions
from icpm_engine.rules.leaflets import Leaflet
from icpm_engine.rules.schema import pack_schema
from icpm_engine.store import Audit
from icpm_engine.vocabulary import STANDARD
from icpm_engine.vocabulary.schema import json_schema

ANSWERS: Final = (
    Page,
    Obligation,
    CaseAnswer,
    NoLimit,
    Proof,
    Outcome,
    NextStep,
    Held,
    DaysHeld,
    TimelineLine,
    Unknown,
    Rehearsal,
    Adoption,
    CountyDecisions,
    Comparison,
    PlanAnswer,
    Version,
    TeamAnswer,
    Audit,
    MeetingAnswer,
    Leaflet,
    Owing,
    Status,
    Hearing,
)
"""What the library answers with; in JSON each is an object with the fields of its class."""

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def answer_schema() -> dict[str, Any]:
    """The JSON Schema of every answer, each under its name in `$defs`."""
    _, components = msgspec.json.schema_components(ANSWERS, ref_template="#/$defs/{name}")
    return {
        "$schema": _DRAFT,
        "title": "Answers of icpm_engine",
        "anyOf": [{"$ref": f"#/$defs/{answer.__name__}"} for answer in ANSWERS],
        "$defs": components,
    }


def schemas() -> dict[str, dict[str, Any]]:
    """All schemas by the name of their file."""
    return {"events": json_schema(STANDARD), "answers": answer_schema(), "rules": pack_schema()}


def as_json(answer: object) -> bytes:
    """An answer of the engine as JSON, in the form that the schema of answers describes."""
    return msgspec.json.encode(answer)


def write_schemas(folder: Path) -> None:
    """Write every schema, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        text = msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2)
        (folder / f"{name}.json").write_bytes(text + b"\n")


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
