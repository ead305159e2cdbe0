"""The engine on a database held against the oracle: what was recorded, late, corrected or withdrawn, for two children.

The machine keeps the journal as it told it to the engine, and asks the oracle about that; it never looks into the
engine's tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs
import pytest
import yaml
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from icpm_engine import Engine, RulePack
from icpm_engine.engine import Outcome
from icpm_engine.history.answers import CaseAnswer, Obligation
from icpm_engine.rules.loading import load_texts
from icpm_engine.vocabulary import make
from icpm_engine.vocabulary.events import Event
from tests.oracle import pack as standing
from tests.stateful import stories
from tests.stateful.both import OPEN, Both, Key, Seen, Standing, Told, clinic, differences, plain_names, plain_wanting
from tests.stateful.effort import effort
from tests.stateful.subsets import cut, kinds_named

RULES = [
    *("intake", "elapsed_hours", "answer", "answer_any", "right_to_object", "before_visit", "soonest", "by_rows"),
    *("series_by_choice", "two_a_week", "looked_back", "several_things", "often", "of_age", "birthday"),
    *("missing_report", "after_intake", "intake_late", "two_versions", "no_phone", "alone", "tier"),
]
# What a lifecycle hangs on is settled: under an open choice it is not run once for each reading (docs/decisions.md).
SETTLED = {"answer_limit": "3 business days", "need_means": "by_level"}
LINKS = {"person_linked": {"person": "text"}, "person_unlinked": {"person": "text"}}
CASES = ("C-1", "C-2")
PERSON = "P-1"
TODAY = stories.FIRST + timedelta(days=5)


class Clinic(Both):
    """The rules with the standard vocabulary beside them, as the engine needs it to link a case and a person."""

    @cached_property
    def pack(self) -> RulePack:
        """The engine's."""
        return load_texts({"clinic.yaml": self.text}, settles=SETTLED)

    @cached_property
    def data(self) -> dict[str, Any]:
        """The oracle's."""
        data = super().data
        return {**data, "events": {**data["events"], **LINKS}}


DATA = cut(clinic(), RULES)
KINDS = [kind for kind in kinds_named(DATA) if kind != "birth_date_told"]
BOTH = Clinic(
    yaml.safe_dump(DATA, sort_keys=False, width=10_000), {name: [(None, value)] for name, value in SETTLED.items()}
)


class County(RuleBasedStateMachine):
    """Two cases, perhaps of one person, recorded bit by bit while the days go by."""

    @initialize()
    def begin(self) -> None:
        self.today = TODAY
        self.folder = TemporaryDirectory(prefix="icpm-")
        url = f"sqlite:///{Path(self.folder.name)}/county.db"
        zone = BOTH.rules.zone
        self.engine = Engine(url, BOTH.pack, clock=lambda: zone.instant(self.today.toordinal(), 23 * 60 + 59))
        self.journal: list[Told] = []  # of all subjects, in the order of recording; `of` says whose entry it is

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            assert self.engine.audit().faults == ()
            self.engine.close()
            self.folder.cleanup()

    # --- telling ---

    @rule(days=st.integers(1, 6))
    def let_days_go_by(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(data=st.data(), several=st.sampled_from([1, 1, 1, 2, 3]))
    def record(self, data: st.DataObject, several: int) -> None:
        told = [self._draw(data) for _ in range(several)]
        events = [self._event(one) for one in told]
        before = self._everything()
        previewed = self.engine.preview(*events)
        assert self._everything() == before
        outcome = self.engine.record(*events, by="worker:1")
        assert said(previewed) == said(outcome)
        self._keep(told, outcome)

    @rule(data=st.data(), link=st.sampled_from([*LINKS, "person_linked"]), case=st.sampled_from(CASES))
    def say_whose_case_it_is(self, data: st.DataObject, link: str, case: str) -> None:
        told = {"kind": link, "day": self._day(data), "minute": None, "values": {"person": PERSON}, "of": case}
        self._keep([told], self.engine.record(self._event(told), by="worker:1"))

    @precondition(lambda self: self.journal)
    @rule(data=st.data())
    def correct(self, data: st.DataObject) -> None:
        wrong = data.draw(st.sampled_from([one for one in self.journal if "retracts" not in one]))
        told = self._draw(data, wrong) | {"corrects": wrong["entry"]}
        outcome = self.engine.record(self._event(told), by="worker:1", corrects=int(wrong["entry"]))
        self._keep([told], outcome)

    @precondition(lambda self: self.journal)
    @rule(data=st.data())
    def retract(self, data: st.DataObject) -> None:
        wrong = data.draw(st.sampled_from(self.journal))
        told = {**wrong, "kind": "entry_retracted", "values": {}, "retracts": wrong["entry"]}
        told.pop("corrects", None)
        self._keep([told], self.engine.retract(int(wrong["entry"]), by="worker:1"))

    def _draw(self, data: st.DataObject, instead_of: Told | None = None) -> Told:
        of = instead_of["of"] if instead_of else data.draw(st.sampled_from([*CASES, *CASES, *CASES, PERSON]))
        kind = "birth_date_told" if of == PERSON else data.draw(st.sampled_from(KINDS))
        told: Told = data.draw(stories.one_event(stories.CLINIC, kind, 0, 0))
        return {**told, "day": self._day(data), "of": of}

    def _day(self, data: st.DataObject) -> str:
        """Today, or a day before it that is told late."""
        ago = data.draw(st.sampled_from([0, 0, 1, 2, 3, 5, 9]))
        return max(stories.FIRST, self.today - timedelta(days=ago)).isoformat()

    def _event(self, told: Told) -> Event:
        clock = "" if told["minute"] is None else f"T{told['minute'] // 60:02}:{told['minute'] % 60:02}"
        return make(BOTH.pack.events[told["kind"]], told["of"], f"{told['day']}{clock}", told["values"])

    def _keep(self, told: Sequence[Told], outcome: Outcome) -> None:
        for one, entry in zip(told, outcome.entries, strict=True):
            self.journal.append({**one, "entry": str(entry)})

    # --- asking ---

    def _journal_of(self, case: str) -> list[Told]:
        """What the oracle is told of a case: its own entries, and those of its person while it is linked to one."""
        own = [one for one in self.journal if one["of"] == case]
        links = [entry.raw for entry in by_day(own) if entry.raw["kind"] in LINKS]
        linked = bool(links) and links[-1]["kind"] == "person_linked"
        return [one for one in self.journal if one["of"] == case or (linked and one["of"] == PERSON)]

    @precondition(lambda self: self.journal)
    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        """The cases, the lists and the proofs on some day are what the oracle says of the journal."""
        day = stories.FIRST + timedelta(days=data.draw(st.integers(0, 40)))
        due, overdue = set(), set()
        for case in CASES:
            told = self._journal_of(case)
            if not any(one["of"] == case for one in told):
                continue
            answer = self.engine.case(case, on=day)
            happened = [date.fromisoformat(entry.raw["day"]) for entry in by_day(told)]
            if not happened or min(happened) > day:
                assert not answer.obligations
                continue
            oracle = attrs.evolve(BOTH.oracle(told, [day])[day], decisions={})
            found = differences(of_answer(answer, roots_of(told)), oracle)
            assert not found, f"{case} on {day}:\n" + "\n".join([*map(str, told), *found])
            due |= {(case, *key) for key, one in oracle.runs.items() if one.state in OPEN}
            overdue |= {(case, *key) for key, one in oracle.runs.items() if one.overdue}
            for one in answer.obligations:
                proof = self.engine.explain(one.id, on=day)
                assert (proof.due, proof.state) == (one.due, one.state)
                assert one.due is None or one.due in str(proof)
        if day <= self.today + timedelta(days=300):
            assert {(one.subject, *key_of(one)) for one in self.engine.due(day, limit=500)} == due
            assert {(one.subject, *key_of(one)) for one in self.engine.overdue(day, limit=500)} == overdue
            assert self.engine.overdue_count(day) == len(overdue)

    def _everything(self) -> list[Any]:
        """All that the engine says of every case, today."""
        told = {one["of"] for one in self.journal} & set(CASES)
        return [self.engine.case(case, on=self.today) for case in sorted(told)]


def said(outcome: Outcome) -> set[tuple[Any, ...]]:
    """What changed, without the numbers of entries, which a preview does not know yet."""
    return {
        (one.subject, one.what, one.duty, one.instance, one.before, one.after, one.due_before, one.due_after)
        for one in outcome.changes
    }


def by_day(told: Sequence[Told]) -> list[standing.Entry]:
    """What stands, by day and order of recording."""
    return sorted(standing.standing_entries(told), key=lambda entry: (entry.raw["day"], entry.recording))


def roots_of(told: Sequence[Told]) -> dict[str, str]:
    """The original entry behind every entry."""
    roots: dict[str, str] = {}
    for one in told:
        roots[one["entry"]] = roots[one["corrects"]] if "corrects" in one else one["entry"]
    return roots


def key_of(one: Obligation) -> Key:
    """The identity that an obligation's id tells."""
    start, run = one.id.rsplit("/", 1)[1].rsplit("-", 1)
    root, _, instance = start.partition(".")
    return one.duty, "" if root == "0" else root, instance, int(run) + 1


def of_answer(answer: CaseAnswer, roots: dict[str, str]) -> Standing:
    """The engine's public answer in the form in which answers are compared."""
    initial = {name: lifecycle.initial for name, lifecycle in BOTH.pack.lifecycles.items()}
    told = {fact.name: str(fact.initial) for fact in BOTH.pack.facts.values()}
    facts = {tuple(name.removesuffix("]").partition("[")[::2]): value for name, value in answer.facts.items()}
    findings = set()
    for one in answer.findings:
        kind = "out_of_place" if one.kind == "anomaly" else one.kind
        if kind != "undetermined":
            findings.add((kind, one.rule, roots[str(one.entry)], *sorted(plain_names(one.missing))))
    return Standing(
        {(s.lifecycle, s.instance or ""): s.state for s in answer.states if s.state != initial[s.lifecycle]},
        {key: value for key, value in facts.items() if value != told[key[0]]},  # type: ignore[index, misc]
        {},
        {key_of(one): seen_obligation(one) for one in answer.obligations},
        {},
        {},
        frozenset(findings),
    )


def seen_obligation(one: Obligation) -> Seen:
    """One obligation of the engine's public answer."""
    state = one.state.replace(" ", "_")
    shown = {one.due, *one.possible} - {None} if state in OPEN else set()
    return Seen(
        state,
        frozenset(str(due) for due in shown),
        one.overdue,
        frozenset(mark.replace(" ", "_") for mark in one.marks) - {"settled"},
        frozenset(plain_wanting(name) for name in one.wanting) if state in OPEN else frozenset(),
        plain_names(one.waits_for),
    )


TestCounty = pytest.mark.slow(County.TestCase)
TestCounty.settings = effort(40, steps=25)
