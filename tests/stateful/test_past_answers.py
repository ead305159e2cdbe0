"""An answer once given stays: whatever is recorded later, who asks as of then is told the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from icpm_engine import Engine
from icpm_engine.calendars import format_day
from icpm_engine.errors import NotFound
from icpm_engine.vocabulary import make
from tests.stateful.effort import effort
from tests.stateful.test_engine_against_fold import CASES, CLOCK, FIRST, LAST, PACK, RULES, County

DAY = 86_400
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
        for question in ("case", "ledger", "next_steps", "timeline")
    },
    "proofs": lambda engine, **known: [engine.explain(row.id, on=CLOCK, **known) for row in engine.due(CLOCK, **known)],
}


def _end(day: int) -> int:
    return RULES.zone.midnight[day + 1] - 1


class Remembering(County):
    """The same two cases, whose answers are kept and asked for again; some time passes between the records."""

    @initialize()
    def begin(self) -> None:
        self.now = CLOCK
        self.engine = Engine("sqlite://", PACK, clock=lambda: self.now)
        self.entries: list[tuple[str, int]] = []
        self.linked = False
        self.told: list[tuple[int, str, object]] = []

    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        self.now += days * DAY

    @precondition(lambda self: self.linked)
    @rule(case=st.sampled_from(CASES), day=st.integers(FIRST, LAST))
    def unlink_the_child(self, case: str, day: int) -> None:
        event = make(PACK.events["person_unlinked"], case, format_day(day), {"person": "P-1"})
        self.engine.record(event, by="worker:1")

    @rule(case=st.sampled_from(CASES), worker=st.sampled_from(["w:1", "w:2"]), day=st.integers(FIRST, LAST))
    def assign(self, case: str, worker: str, day: int) -> None:
        values = {"worker": worker, "role": "child_welfare"}
        event = make(PACK.events["person_in_charge_assigned"], case, format_day(day), values)
        self.entries += [(case, entry) for entry in self.engine.record(event, by="worker:1").entries]

    @invariant()
    def keep_the_answers(self) -> None:
        if not hasattr(self, "engine"):
            return
        self.told += [(self.now, question, self._answer(question)) for question in ASKED]
        self.now += 1  # what is recorded next is known a second later

    def _answer(self, question: str, **known: Any) -> object:  # noqa: ANN401 - an instant, or nothing
        try:
            return ASKED[question](self.engine, **known)
        except NotFound:
            return "not known"

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            for now, question, answer in self.told:
                assert self._answer(question, known_at=now) == answer, (question, now)
        super().teardown()


TestRemembering = pytest.mark.slow(Remembering.TestCase)
TestRemembering.settings = effort(15, 12)
