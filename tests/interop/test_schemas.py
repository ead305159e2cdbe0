from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.calendars import parse_day
from icpm_engine.interop.schemas import answer_schema, as_json, schemas, write_schemas
from icpm_engine.rules.comparing import compare
from icpm_engine.rules.deciding import county_decisions
from icpm_engine.rules.leaflets import leaflet
from icpm_engine.vocabulary import CaseOpened, CftHeld, GoalSet, ScreeningCompleted

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.mark.parametrize("name", ["events", "answers", "rules"])
def test_the_published_schemas_are_those_of_this_code(name: str, tmp_path: Path) -> None:
    write_schemas(tmp_path)

    published = json.loads((PUBLISHED / f"{name}.json").read_text("utf-8"))

    assert published == json.loads((tmp_path / f"{name}.json").read_text("utf-8")), "run `make schemas`"


@pytest.mark.parametrize("name", ["events", "answers", "rules"])
def test_each_schema_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(json.dumps(schemas()[name])))


def test_what_an_engine_answers_fits_the_published_schema() -> None:
    with Engine("sqlite://", RulePack.load("california", county="shasta")) as engine:
        outcome = engine.record(
            CaseOpened(case="C-1", occurred="2026-03-02"),
            ScreeningCompleted(case="C-1", occurred="2026-03-20", tool="PSC-35", result="positive"),
            CftHeld(case="C-1", occurred="2026-03-20", meeting_id="m1"),
            GoalSet(case="C-1", occurred="2026-03-21", line_id="g1", text="Sleep through the night"),
            by="worker:1",
        )
        page = engine.due("2026-04-01")
        answers: dict[str, Any] = {
            "Outcome": outcome,
            "Page": page,
            "Obligation": page.rows[0],
            "CaseAnswer": engine.case("C-1"),
            "NoLimit": engine.no_verified_limit("C-1", on="2026-04-01")[0],
            "Proof": engine.explain(page.rows[0].id),
            "NextStep": engine.next_steps("C-1")[0],
            "Held": engine.ledger("C-1")[0],
            "DaysHeld": engine.county_ledger("2026-04-01")[0],
            "TimelineLine": engine.timeline("C-1")[0],
            "Unknown": engine.unknown("2026-04-01")[0],
            "Rehearsal": engine.rehearse(
                RulePack.load("california", county="shasta", settles={"referral_limit": "9 business days"}),
                on="2026-04-01",
            ),
            "Adoption": engine.adoptions()[0],
            "CountyDecisions": county_decisions(engine.pack),
            "PlanAnswer": engine.plan("C-1"),
            "Version": engine.plan_versions("C-1")[0],
            "Owing": engine.owing("C-1", on="2026-04-01"),
            "Status": engine.status("C-1", on="2026-04-01"),
            "Hearing": engine.hearing("C-1", "2026-04-01", reader="judge"),
            "TeamAnswer": engine.team_of("C-1"),
            "MeetingAnswer": engine.meeting("C-1"),
            "Leaflet": leaflet(engine.pack, parse_day("2026-04-01")),
            "Audit": engine.audit(),
            "Comparison": compare(RulePack.load("california"), engine.pack),
        }

    schema = json.loads(json.dumps(answer_schema()))
    assert set(answers) == {one["$ref"].rpartition("/")[2] for one in schema["anyOf"]}
    for name, answer in answers.items():
        whole = jsonschema.Draft202012Validator(schema | {"anyOf": [{"$ref": f"#/$defs/{name}"}]})
        whole.validate(json.loads(as_json(answer)))  # that the schema is one is looked at above, and takes long
