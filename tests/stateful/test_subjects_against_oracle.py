"""Cases, a person and a team on a database, linked and unlinked as days go by, held against the oracle.

The oracle is told whose every entry is; what each subject reads of it, it works out by itself (oracle/subjects.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from icpm_engine import Engine
from icpm_engine.engine import Outcome
from icpm_engine.history.answers import CaseAnswer
from icpm_engine.rules.loading import load_texts
from icpm_engine.vocabulary import make
from icpm_engine.vocabulary.events import Event
from tests import oracle
from tests.oracle import subjects
from tests.oracle.answers import Answer
from tests.stateful.both import OPEN, Told, never_owed
from tests.stateful.effort import effort

TEXT = (Path(__file__).parent / "packs" / "family.yaml").read_text("utf-8")
DATA: dict[str, Any] = yaml.load(TEXT, Loader=yaml.BaseLoader)  # noqa: S506 (it makes only text)
FIRST = date(2025, 3, 3)
SUBJECTS = [("case", "C-1"), ("case", "C-2"), ("case", "C-3"), ("person", "P-1"), ("team", "T-1")]
STANDARD_LINKS = ("person_linked", "person_unlinked", "team_linked", "team_unlinked")
EITHER = "cft_held"  # a standard kind, about a case or about the team that several share
VALUES = {
    "stay_id": ["S-1", "S-2"],
    "why": ["behavior", "behavior", "other", None],
    "about": ["x"],
    "meeting_id": ["M-1", "M-2"],
}


def pack_text() -> str:
    """The same for the engine, whose vocabulary has the links already."""
    links = [line for line in TEXT.splitlines() if line.strip().startswith((*STANDARD_LINKS, f"{EITHER}: "))]
    return "\n".join(line for line in TEXT.splitlines() if line not in links)


PACK = load_texts({"family.yaml": pack_text()})
KINDS = {
    subject: [kind for kind, fields in DATA["events"].items() if (fields or {}).get("subject", "case") == subject]
    for subject in ("case", "person", "team")
}
KINDS["team"].append(EITHER)
OWN = [kind for kind in KINDS["case"] if kind not in STANDARD_LINKS]
RULES = {
    subject: {
        name
        for section in ("lifecycles", "decisions", "duties", "bars")
        for name, one in DATA[section].items()
        if one.get("subject", "case") == subject
    }
    for subject in ("case", "person", "team")
}


class Family(RuleBasedStateMachine):
    """Three cases, perhaps of one person, perhaps served by one team, recorded bit by bit."""

    @initialize()
    def begin(self) -> None:
        self.today = FIRST + timedelta(days=4)
        self.engine = Engine("sqlite://", PACK, clock=self._now)
        self.journal: list[Told] = []

    def _now(self) -> int:
        zone = self.engine.rules.zone
        return zone.instant(self.today.toordinal(), 23 * 60 + 59)

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.close()

    # --- telling ---

    @rule(days=st.integers(1, 4))
    def let_days_go_by(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(data=st.data(), several=st.sampled_from([1, 1, 1, 2, 3]))
    def record(self, data: st.DataObject, several: int) -> None:
        self._record([self._draw(data, OWN) for _ in range(several)])

    @rule(data=st.data(), several=st.sampled_from([1, 1, 2]))
    def link(self, data: st.DataObject, several: int) -> None:
        wanted = ["person_linked", "person_linked", "team_linked", "team_linked", "person_unlinked", "team_unlinked"]
        self._record([self._draw(data, wanted, of="case") for _ in range(several)])

    @precondition(lambda self: self.journal)
    @rule(data=st.data())
    def correct(self, data: st.DataObject) -> None:
        wrong = data.draw(st.sampled_from([one for one in self.journal if "retracts" not in one]))
        kinds = [wrong["kind"]] if wrong["kind"] in STANDARD_LINKS else OWN
        told = {**self._draw(data, kinds, of=wrong["of"][0]), "of": wrong["of"], "corrects": wrong["entry"]}
        self._keep([told], self.engine.record(event_of(told), by="w", corrects=int(wrong["entry"])))

    @precondition(lambda self: self.journal)
    @rule(data=st.data())
    def retract(self, data: st.DataObject) -> None:
        wrong = data.draw(st.sampled_from(self.journal))
        told = {key: value for key, value in wrong.items() if key != "corrects"}
        told |= {"kind": "entry_retracted", "values": {}, "retracts": wrong["entry"]}
        self._keep([told], self.engine.retract(int(wrong["entry"]), by="w"))

    def _record(self, told: list[Told]) -> None:
        events = [event_of(one) for one in told]
        previewed = self.engine.preview(*events)
        outcome = self.engine.record(*events, by="w")
        assert said(previewed) == said(outcome)
        self._keep(told, outcome)

    def _draw(self, data: st.DataObject, own: list[str], of: str | None = None) -> Told:
        whom = data.draw(st.sampled_from([one for one in SUBJECTS if of in (None, one[0])]))
        kind = data.draw(st.sampled_from(own if whom[0] == "case" else KINDS[whom[0]]))
        values = (
            {"person": "P-1"} if kind.startswith("person_") else {"team": "T-1"} if kind.startswith("team_") else {}
        )
        for field in DATA["events"][kind] or {}:
            if field in VALUES and (value := data.draw(st.sampled_from(VALUES[field]))) is not None:
                values[field] = value
        ago = data.draw(st.sampled_from([0, 0, 0, 1, 2, 4]))
        day = max(FIRST, self.today - timedelta(days=ago)).isoformat()
        return {"kind": kind, "day": day, "minute": None, "values": values, "of": whom}

    def _keep(self, told: list[Told], outcome: Outcome) -> None:
        for one, entry in zip(told, outcome.entries, strict=True):
            self.journal.append({**one, "entry": str(entry)})

    # --- asking ---

    @precondition(lambda self: self.journal)
    @rule(data=st.data())
    def ask(self, data: st.DataObject) -> None:
        """Every subject, and the county's lists, on some day."""
        day = FIRST + timedelta(days=data.draw(st.integers(0, 25)))
        due = set()
        for subject in SUBJECTS:
            told = subjects.told_about(self.journal, subject)
            if not any(one["of"] == subject for one in told) and subject[0] != "person":
                continue
            found = oracle.answer(DATA, told, day, {})
            expected = dict(of_oracle(found, subject[0]))
            if told:
                got = dict(of_engine(self.engine.subject(*subject, on=day), subject, roots_of(told)))
                assert got == expected, f"{subject} on {day}:\n" + "\n".join(map(str, self.journal))
            due |= {(*subject, *key[1:]) for key, one in expected.items() if key[0] == "duty" and one[0] in OPEN}
        listed = self.engine.due(day, limit=500)
        assert {(one.about, one.subject, one.duty, *place_of(one.id)) for one in listed} == due
        for one in listed:
            assert self.engine.explain(one.id, on=day).due == one.due


def event_of(told: Told) -> Event:
    """The event that is told."""
    subject, which = told["of"]
    return make(PACK.events[told["kind"]].about(subject), which, told["day"], told["values"])


def said(outcome: Outcome) -> set[tuple[Any, ...]]:
    """What changed, without the numbers of entries, which a preview does not know yet."""
    return {
        (one.subject, one.what, one.duty, one.instance, one.before, one.after, one.due_before, one.due_after)
        for one in outcome.changes
    }


def roots_of(told: list[Told]) -> dict[str, str]:
    """The original entry behind every entry."""
    roots: dict[str, str] = {}
    for one in told:
        roots[one["entry"]] = roots[one["corrects"]] if "corrects" in one else one["entry"]
    return roots


def place_of(text: str) -> tuple[str, str, int]:
    """Start, instance and run that an obligation's id tells."""
    start, run = text.rsplit("/", 1)[1].rsplit("-", 1)
    root, _, instance = start.partition(".")
    return root, instance, int(run) + 1


def of_engine(
    answer: CaseAnswer, subject: tuple[str, str], roots: Mapping[str, str]
) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """What the engine says of one subject, without what it says of others beside it."""
    for state in answer.states:
        if state.about == subject[0] and state.state != PACK.lifecycles[state.lifecycle].initial:
            yield ("state", state.lifecycle, state.instance or ""), state.state
    for one in answer.obligations:
        if one.about == subject[0]:
            state = one.state.replace(" ", "_")
            due = one.due if state in OPEN else None
            yield ("duty", one.duty, *place_of(one.id)), (state, due, one.overdue)
    for finding in answer.findings:
        if finding.about == subject[0] and finding.kind in ("barred", "bar_undetermined"):
            yield ("bar", finding.rule, finding.kind, roots[str(finding.entry)]), True


def of_oracle(answer: Answer, kind: str) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The same of the oracle."""
    for name, found in answer.states.items():
        for instance, state in found.items() if isinstance(found, dict) else [("", found)]:
            if name in RULES[kind] and state != PACK.lifecycles[name].initial:
                yield ("state", name, instance or ""), state
    for run in answer.runs:
        if run.duty in RULES[kind] and not (run.false_start and never_owed(run)):
            due = run.due[0].isoformat() if run.due and run.state in OPEN else None
            yield (
                ("duty", run.duty, run.start_root or "", run.instance_root or "", run.run),
                (run.state, due, run.overdue),
            )
    for breach in answer.breaches:
        if breach.bar in RULES[kind]:
            yield ("bar", breach.bar, {"broken": "barred"}.get(breach.state, "bar_undetermined"), breach.root), True


TestFamily = pytest.mark.slow(Family.TestCase)
TestFamily.settings = effort(60, steps=20)
