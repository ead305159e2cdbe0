"""An extract about children with several cases, under rules that count over cases."""

from __future__ import annotations

import pytest

from icpm_engine import Engine
from icpm_engine.history import fold
from icpm_engine.history.fold import horizon_after
from icpm_engine.history.sources import seen
from icpm_engine.interop import importing
from icpm_engine.rules.loading import load_texts
from tests.interop.mappings import row
from tests.interop.practice import LINKED, NOW, take

RULES = load_texts(
    {
        "practice.yaml": """
zone: America/Los_Angeles
roles: {worker: Worker}
sources: {manual: {title: The county's manual (invented)}}
decisions:
  moved_twice: {label: Two placements, authority: manual, subject: person, on: placement_started, times: 2, since: ever}
defaults: {authority: manual, owner: worker}
duties:
  first_look:
    label: Look at a child that is placed for the first time
    subject: person
    starts: {on: placement_started, when: {not: {on: placement_started, before: event}}}
    due: {within: 6 days}
    met: screening_completed
  of_age:
    label: Tell the child
    subject: person
    starts: birth_date_told
    again: ignored
    due: {within: 10 days}
    met: screening_completed
  talk:
    label: Talk about the placements
    starts: {becomes: moved_twice}
    again: ignored
    due: {within: 5 days}
    met: cft_held
"""
    }
)


def entered(**cells: str) -> str:
    """A row that was entered in June."""
    return row(**({"ENTERED": "6/1/26"} | cells))


ROWS = [
    entered(ROW="1", CASE="C-1", CODE="OPN"),
    entered(ROW="2", CASE="C-1", CODE="LNK", REF="P-1"),
    entered(ROW="3", CASE="C-2", CODE="OPN", DATE="4/1/26"),
    entered(ROW="4", CASE="C-2", CODE="LNK", DATE="4/1/26", REF="P-1"),
    entered(ROW="5", CASE="C-1", CODE="PLC", DATE="3/6/26", REF="A", TYPE="R"),
    entered(ROW="6", CASE="C-2", CODE="PLC", DATE="4/8/26", REF="B", TYPE="R"),
    entered(ROW="7", CASE="", CHILD="P-1", CODE="BRN", DATE="3/9/26", WHEN="2015-02-01"),
    entered(ROW="8", CASE="C-2", CODE="SCR", DATE="4/9/26", RESULT="P"),
]
LATE = entered(ROW="9", CASE="C-1", CODE="SCR", DATE="3/8/26", RESULT="N")


def standing(engine: Engine) -> dict[str, list[tuple[str, str, str | None]]]:
    """How all obligations stand on the day of the import; each projection is what its journals come to."""
    found = {}
    with engine.store.reading() as reading:
        for kind in ("case", "person"):
            rules = engine.rules.about(kind)
            for subject in reading.subjects(kind):
                known = reading.standing(kind, subject)
                until = horizon_after(rules, rules.zone.day_of(NOW))
                folding = fold(rules, seen(known.journals, rules), until)
                assert [stored.row for stored in reading.rows(kind, subject)] == folding.rows
                answer = engine.subject(kind, subject, on="2026-06-30")
                found[subject] = sorted(
                    (one.duty, one.state, one.opened) for one in answer.obligations if one.about == kind
                )
    return found


@pytest.mark.parametrize("batch", [1, 5_000])
def test_an_extract_over_several_cases(url: str, batch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", batch)
    with Engine(url, RULES, clock=lambda: NOW) as engine:
        take(engine, *ROWS, mapping=LINKED)
        assert standing(engine) == {
            "C-1": [("talk", "running", "2026-04-08")],
            "C-2": [("talk", "running", "2026-04-08")],
            "P-1": [("first_look", "met", "2026-03-06"), ("of_age", "met", "2026-03-09")],
        }
        assert [one.marks for one in engine.person("P-1").obligations if one.duty == "first_look"] == [("late",)]
        assert take(engine, *ROWS, mapping=LINKED).entries == 0
        take(engine, *ROWS, LATE, mapping=LINKED)
        assert [one.marks for one in engine.person("P-1").obligations if one.duty == "first_look"] == [()]
        assert standing(engine)["P-1"] == [("first_look", "met", "2026-03-06"), ("of_age", "met", "2026-03-09")]


def test_the_order_of_the_rows_makes_no_difference() -> None:
    found = []
    for rows in (ROWS, ROWS[::-1]):
        with Engine("sqlite://", RULES, clock=lambda: NOW) as engine:
            take(engine, *rows, mapping=LINKED)
            found.append(standing(engine))
    assert found[0] == found[1]
