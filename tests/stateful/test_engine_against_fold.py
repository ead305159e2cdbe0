"""The engine on a real database, step by step, against a fresh fold of the whole journal."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from icpm_engine import Engine, RulePack
from icpm_engine.calendars import format_day, format_moment, parse_day
from icpm_engine.history import ObligationRow, compile_pack, fold
from icpm_engine.history.answers import is_overdue, obligation_id, rows_at
from icpm_engine.history.changes import OPEN_STATES
from icpm_engine.history.fold import horizon_after
from icpm_engine.history.sources import seen
from icpm_engine.vocabulary import make
from tests.stateful.effort import effort

PACK = RulePack.load("california", county="shasta", settles={"referral_limit": "5 business days"})
RULES = compile_pack(PACK)
FIRST, LAST = parse_day("2025-03-03"), parse_day("2025-06-30")
CLOCK = RULES.zone.midnight[LAST + 1]
CASES = ("C-1", "C-2")
KINDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "case_opened": {},
    "screening_completed": {"result": st.sampled_from(["positive", "negative"])},
    "referral_sent": {"referral_id": st.sampled_from(["R-1", "R-2"])},
    "referral_received": {"referral_id": st.sampled_from(["R-1", "R-2"])},
    "appointment_offered": {"referral_id": st.sampled_from(["R-1", "R-2"]), "appointment_id": st.just("A-1")},
    "mh_services_opened": {},
    "custody_entered": {"custody_id": st.just("U-1"), "out_of_home": st.booleans()},
    "cft_held": {"meeting_id": st.just("M-1"), "present": st.just(("child", "mental_health"))},
    "case_closed": {},
}
DAYS = st.integers(FIRST, LAST)
MINUTES = st.sampled_from([-1, -1, 9 * 60, 16 * 60])


class County(RuleBasedStateMachine):
    """Two cases of one child, recorded event by event, late, corrected and retracted."""

    @initialize()
    def begin(self) -> None:
        self.engine = Engine("sqlite://", PACK, clock=lambda: CLOCK)
        self.entries: list[tuple[str, int]] = []
        self.linked = False

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.close()

    @rule(case=st.sampled_from(CASES), data=st.data(), day=DAYS, minute=MINUTES)
    def record(self, case: str, data: st.DataObject, day: int, minute: int) -> None:
        event = self._event(case, data, day, minute)
        previewed = self.engine.preview(event)
        outcome = self.engine.record(event, by="worker:1")
        assert {_said(change) for change in previewed.changes} == {_said(change) for change in outcome.changes}
        self.entries += [(case, entry) for entry in outcome.entries]

    @rule(born=st.integers(FIRST - 4000, FIRST - 1500), day=DAYS)
    def tell_the_birth_date(self, born: int, day: int) -> None:
        told = {"born": format_day(born)}
        self.engine.record(make(PACK.events["birth_date_told"], "P-1", format_day(day), told), by="worker:1")

    @precondition(lambda self: not self.linked)
    @rule()
    def link_the_child(self) -> None:
        link = PACK.events["person_linked"]
        events = [make(link, case, format_day(FIRST), {"person": "P-1"}) for case in CASES]
        self.engine.record(*events, by="worker:1")
        self.linked = True

    @precondition(lambda self: self.entries)
    @rule(data=st.data(), day=DAYS, minute=MINUTES)
    def correct(self, data: st.DataObject, day: int, minute: int) -> None:
        case, entry = data.draw(st.sampled_from(self.entries))
        self.engine.record(self._event(case, data, day, minute), by="worker:1", corrects=entry)

    @precondition(lambda self: self.entries)
    @rule(data=st.data())
    def retract(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(self.entries) - 1))
        self.engine.retract(self.entries.pop(place)[1], by="worker:1")

    def _event(self, case: str, data: st.DataObject, day: int, minute: int) -> Any:  # noqa: ANN401 - Event or PackEvent
        kind = data.draw(st.sampled_from(sorted(KINDS)))
        values = {name: data.draw(strategy) for name, strategy in KINDS[kind].items()}
        return make(PACK.events[kind], case, format_moment(day, minute), values)

    @invariant()
    def the_projection_is_what_a_fresh_fold_gives(self) -> None:
        for case in CASES if hasattr(self, "engine") else ():
            stored, fresh = self._rows(case)
            assert stored == fresh

    @invariant()
    def the_lists_are_what_looking_at_everything_gives(self) -> None:
        if not hasattr(self, "engine"):
            return
        fresh = {case: self._rows(case)[1] for case in CASES}
        for day in (FIRST + 30, LAST, LAST + 200):
            at = RULES.zone.midnight[day + 1] - 1
            rows = [(case, row) for case in CASES for row in rows_at(fresh[case], at)]
            due = {obligation_id(case, row) for case, row in rows if row.state in OPEN_STATES}
            overdue = {obligation_id(case, row) for case, row in rows if is_overdue(row, at)}
            assert {row.id for row in self.engine.due(at, limit=1000)} == due
            assert {row.id for row in self.engine.overdue(at, limit=1000)} == overdue
            assert self.engine.overdue_count(at) == len(overdue)

    @invariant()
    def every_listed_date_has_a_proof_that_says_the_same_date(self) -> None:
        for row in self.engine.due(CLOCK, limit=5) if hasattr(self, "engine") else ():
            proof = self.engine.explain(row.id, on=CLOCK)
            assert (proof.due, proof.label, proof.state) == (row.due, row.label, row.state)

    def _rows(self, case: str) -> tuple[list[ObligationRow], list[ObligationRow]]:
        with self.engine.store.reading() as reading:
            standing = reading.standing("case", case)
            stored = [one.row for one in reading.rows("case", case)]
            rules = self.engine._county.numbered(reading, standing.pack).of("case") if standing.pack else RULES
        entries = seen(standing.journals, rules)
        return stored, fold(rules, entries, horizon_after(RULES, RULES.zone.day_of(CLOCK))).rows


def _said(change: Any) -> tuple[Any, ...]:  # noqa: ANN401 - history.changes.Change
    """A change without the number of its entry, which a preview does not know yet."""
    return change.what, change.duty, change.instance, change.before, change.after, change.due_before, change.due_after


TestCounty = pytest.mark.slow(County.TestCase)
TestCounty.settings = effort(40, steps=12)  # the same is looked at where answers are remembered and rules adopted
