"""An answer once given stays: whatever is recorded later, who asks as of then is told the same.

Each answer is kept for the instant of the commit that it was given after, and all are asked for again at the end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from icpm_engine import Engine
from icpm_engine.calendars import format_day, format_moment
from icpm_engine.errors import NotFound, PastHorizon
from icpm_engine.history import ObligationRow
from icpm_engine.history.answers import rows_at
from icpm_engine.interop import parse_mapping
from icpm_engine.interop.importing import import_extract
from icpm_engine.store import settled
from icpm_engine.vocabulary import make
from tests.stateful.effort import effort
from tests.stateful.test_engine_against_fold import CASES, CLOCK, FIRST, LAST, PACK, RULES, County

DAY = 86_400
PERSONS = ("P-1", "P-2")
COLUMNS = ("ROW", "CODE", "CASE", "CHILD", "DAY", "ENTERED", "RESULT", "BORN")
MAPPING = """
system: cms
zone: America/Los_Angeles
dates: {forms: ["%Y-%m-%d", "%Y-%m-%d %H:%M"]}
row_key: ROW
subjects: {case: CASE, person: CHILD}
event: CODE
occurred: DAY
recorded: {column: ENTERED, believed_from: 2025-01-01}
events:
  OPN: {kind: case_opened}
  SCR: {kind: screening_completed, fixed: {tool: PSC-35}, fields: {result: RESULT}}
  CLS: {kind: case_closed}
  LNK: {kind: person_linked, fields: {person: CHILD}}
  UNL: {kind: person_unlinked, fields: {person: CHILD}}
  BRN: {kind: birth_date_told, fields: {born: BORN}}
"""
ROWS = st.tuples(
    st.sampled_from(["OPN", "SCR", "SCR", "CLS", "LNK", "LNK", "UNL", "BRN"]),
    st.sampled_from(CASES),
    st.sampled_from(PERSONS),
    st.integers(FIRST, LAST),
    st.sampled_from([None, 60, 3_600, 3_660, DAY, 20 * DAY, 40 * DAY]),
)
Question = Callable[..., object]
ASKED: dict[str, Question] = {
    "due": lambda engine, **known: engine.due(LAST, limit=4, **known),
    "due then": lambda engine, **known: engine.due(_end(FIRST + 40), **known),
    "due of a worker": lambda engine, **known: engine.due(CLOCK, assigned_to="w:1", **known),
    "due of a case": lambda engine, **known: engine.due(CLOCK, case="C-1", **known),
    "overdue": lambda engine, **known: engine.overdue(CLOCK + 200 * DAY, limit=4, **known),
    "overdue of a worker": lambda engine, **known: engine.overdue_count(CLOCK + 90 * DAY, assigned_to="w:2", **known),
    "unknown": lambda engine, **known: engine.unknown(CLOCK, **known),
    "unknown then, of a worker": lambda engine, **known: engine.unknown(_end(FIRST + 40), assigned_to="w:1", **known),
    "escalations": lambda engine, **known: engine.escalations(CLOCK + 90 * DAY, limit=6, **known),
    "counts": lambda engine, **known: (engine.due_count(CLOCK, **known), engine.overdue_count(CLOCK, **known)),
    **{
        f"{question} {case}": lambda engine, case=case, question=question, **known: getattr(engine, question)(
            case, **known
        )
        for case in CASES
        for question in ("case", "ledger", "next_steps", "timeline", "plan_versions")
    },
    **{
        f"{question} of {case}": lambda engine, case=case, question=question, **known: getattr(engine, question)(
            case, on=CLOCK, **known
        )
        for case in CASES
        for question in ("not_started", "plan")
    },
    "days": lambda engine, **known: engine.county_ledger(CLOCK, since=_end(FIRST + 20), **known),
    "persons": lambda engine, **known: [_person(engine, person, **known) for person in PERSONS],
    "proofs": lambda engine, **known: [engine.explain(row.id, on=CLOCK, **known) for row in engine.due(CLOCK, **known)],
}


def _person(engine: Engine, person: str, **known: Any) -> object:  # noqa: ANN401 - an instant, or nothing
    try:
        return engine.person(person, on=CLOCK, **known)
    except NotFound:
        return None


def _end(day: int) -> int:
    return RULES.zone.midnight[day + 1] - 1


def _on(rows: list[ObligationRow], day: int) -> list[tuple[Any, ...]]:
    """What stands on a day, without until when."""
    return [(*row[:4], row.state, row.due_at, row.overdue_after, row.marks) for row in rows_at(rows, _end(day))]


class Remembering(County):
    """The same two cases, whose answers are kept and asked for again; some time passes between the records."""

    @initialize()
    def begin(self) -> None:
        self.now = CLOCK
        self.engine = Engine("sqlite://", PACK, clock=lambda: self.now)
        self.entries: list[tuple[str, int]] = []
        self.linked = True
        self.told: list[tuple[int, str, object]] = []
        self.rows: list[str] = []
        self.mapping = parse_mapping(MAPPING, "map.yaml", PACK.events)

    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        self.now += days * DAY

    @rule(
        case=st.sampled_from(CASES),
        day=st.integers(FIRST, LAST),
        kind=st.sampled_from(["person_linked", "person_linked", "person_unlinked"]),
        person=st.sampled_from(PERSONS),
    )
    def link_or_unlink_a_child(self, case: str, day: int, kind: str, person: str) -> None:
        event = make(PACK.events[kind], case, format_day(day), {"person": person})
        self.entries += [(case, entry) for entry in self.engine.record(event, by="worker:1").entries]

    @rule(
        case=st.sampled_from(CASES),
        day=st.integers(FIRST, LAST),
        kind=st.sampled_from(["team_linked", "team_unlinked"]),
    )
    def link_or_unlink_a_team(self, case: str, day: int, kind: str) -> None:
        event = make(PACK.events[kind], case, format_day(day), {"team": "T-1"})
        self.entries += [(case, entry) for entry in self.engine.record(event, by="worker:1").entries]

    @rule(told=st.lists(ROWS, min_size=1, max_size=5), earlier=st.booleans())
    def take_an_extract(self, told: list[tuple[Any, ...]], earlier: bool) -> None:
        """Rows that were entered in the last weeks, some before the county's last commit, some that came before."""
        new = [self._row(len(self.rows) + place, *one) for place, one in enumerate(told)]
        data = "\n".join((",".join(COLUMNS), *(self.rows if earlier else ()), *new)) + "\n"
        made = import_extract(self.engine, self.mapping, data.encode(), by="test")
        assert made.set_aside == 0
        assert made.known == (len(self.rows) if earlier else 0)
        self.rows += new

    def _row(self, number: int, code: str, case: str, person: str, day: int, ago: int | None) -> str:
        at = self.now if ago is None else max(self.now - ago, RULES.zone.midnight[day + 1])
        entered = "" if ago is None else format_moment(*RULES.zone.local(at)).replace("T", " ")
        told = {"ROW": str(number), "CODE": code, "CASE": case, "CHILD": person, "BORN": format_day(day - 2000)}
        cells = told | {"DAY": format_day(day), "ENTERED": entered, "RESULT": "positive" if ago else "negative"}
        return ",".join(cells[name] for name in COLUMNS)

    @rule(case=st.sampled_from(CASES), worker=st.sampled_from(["w:1", "w:2"]), day=st.integers(FIRST, LAST))
    def assign(self, case: str, worker: str, day: int) -> None:
        values = {"worker": worker, "role": "child_welfare"}
        event = make(PACK.events["person_in_charge_assigned"], case, format_day(day), values)
        self.entries += [(case, entry) for entry in self.engine.record(event, by="worker:1").entries]

    @invariant()
    def the_projection_is_what_a_fresh_fold_gives(self) -> None:
        """On days within the horizon of whatever was written last: time has passed between the records."""
        for case in CASES if hasattr(self, "engine") else ():
            stored, fresh = self._rows(case)
            for day in (FIRST, FIRST + 30, FIRST + 60, LAST, LAST + 300):
                assert _on(stored, day) == _on(fresh, day)

    @invariant()
    def keep_the_answers(self) -> None:
        if not hasattr(self, "engine"):
            return
        with self.engine.store.reading() as reading:
            known = settled(reading)
        self.told += [(known, question, self._answer(question)) for question in ASKED]
        self.now += 1  # what is recorded next is known a second later

    def _answer(self, question: str, **known: Any) -> object:  # noqa: ANN401 - an instant, or nothing
        try:
            return ASKED[question](self.engine, **known)
        except NotFound:
            return "not known"
        except PastHorizon as refused:
            return str(refused)

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            for now, question, answer in self.told:
                assert self._answer(question, known_at=now) == answer, (question, now)
        super().teardown()


TestRemembering = pytest.mark.slow(Remembering.TestCase)
TestRemembering.settings = effort(15, 12)
