"""The one plan of a case, asked of an engine: as of a day, as known then, for a reader."""

from __future__ import annotations

import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.errors import EventError, NotFound
from icpm_engine.plan import SIDES
from icpm_engine.vocabulary import (
    AppointmentPlanned,
    CaseOpened,
    NeedNamed,
    SafetyFlagEnded,
    SafetyFlagRaised,
    VisitsPlanned,
)
from tests.engine.clock import Clock

PACK = RulePack.load("california", county="shasta")


@pytest.fixture
def engine(clock: Clock) -> Engine:
    engine = Engine("sqlite://", PACK, clock=clock)
    engine.record(CaseOpened(case="C-1", occurred="2026-03-01"), by="w")
    engine.record(
        NeedNamed(case="C-1", occurred="2026-03-02", line_id="n1", text="Sleep", by="family", shared=True),
        NeedNamed(case="C-1", occurred="2026-03-03", line_id="n2", text="Talk", by="mental_health"),
        by="w",
    )
    return engine


def test_it_is_asked_for_a_day_and_for_a_reader(engine: Engine) -> None:
    whole = engine.plan("C-1")
    assert [line.id for line in whole.plan.needs] == ["n1", "n2"]
    assert [one.id for one in whole.findings] == ["need_without_goal:n1", "need_without_goal:n2"]
    assert [line.id for line in engine.plan("C-1", on="2026-03-02").plan.needs] == ["n1"]
    family = engine.plan("C-1", reader="family")
    assert [line.id for line in family.plan.needs] == ["n1"]
    assert [one.id for one in family.findings] == ["need_without_goal:n1"]
    assert [line.id for line in engine.plan("C-1", reader="clinician").plan.needs] == ["n1", "n2"]


def test_what_is_learned_later_was_not_known_before(engine: Engine, clock: Clock) -> None:
    before = engine.plan("C-1", on="2026-03-30", known_at="2026-03-30")
    clock.now += 5 * 86_400
    engine.record(NeedNamed(case="C-1", occurred="2026-03-04", line_id="n3", text="Eat"), by="w")
    assert [line.id for line in engine.plan("C-1", on="2026-03-30").plan.needs] == ["n1", "n2", "n3"]
    assert engine.plan("C-1", on="2026-03-30", known_at="2026-03-30") == before


def test_that_somebody_is_kept_safe_is_shown_to_the_agencies_alone(engine: Engine) -> None:
    engine.record(
        VisitsPlanned(
            case="C-1",
            occurred="2026-03-05",
            line_id="v1",
            text="Sundays",
            with_whom="father",
            owner="aunt",
            shared=True,
        ),
        SafetyFlagRaised(
            case="C-1", occurred="2026-03-06", flag_id="F1", kind="safety", protects="child", from_whom="father"
        ),
        by="w",
    )
    told = [
        reader
        for reader in SIDES
        if "visits_against_safety" in {one.rule for one in engine.plan("C-1", reader=reader).findings}
    ]
    assert told == ["social_worker", "clinician"]


def test_each_version_says_what_changed(engine: Engine) -> None:
    assert [(one.number, one.on) for one in engine.plan_versions("C-1")] == [(1, "2026-03-02"), (2, "2026-03-03")]


def test_a_reader_and_a_case_that_nobody_knows_are_named(engine: Engine) -> None:
    with pytest.raises(EventError, match="found 'grandma', expected one of family, youth"):
        engine.plan("C-1", reader="grandma")
    with pytest.raises(NotFound, match="there is no case C-9"):
        engine.plan("C-9")


def test_while_somebody_is_kept_safe_appointments_are_for_the_agencies_alone(engine: Engine, clock: Clock) -> None:
    visit = AppointmentPlanned(
        case="C-1", occurred="2026-03-20", appointment_id="a1", date="2026-04-10T10:00", who=["mother", "child"]
    )
    engine.record(visit, by="w")

    def seen(reader: str, **when: str) -> list[str]:
        return [one.id for one in engine.plan("C-1", reader=reader, **when).plan.appointments]

    assert seen("family") == ["a1"]
    clock.now += 5 * 86_400
    flag = {"flag_id": "f1", "kind": "no_contact_order", "protects": "mother", "from_whom": "father"}
    engine.record(SafetyFlagRaised(case="C-1", occurred="2026-04-01", until="2026-04-02", **flag), by="w")
    for when in ({}, {"on": "2026-03-25"}, {"known_at": "2026-03-30"}, {"on": "2026-04-09"}):
        assert seen("family", **when) == seen("judge", **when) == [], when
        assert seen("social_worker", **when) == seen("clinician", **when) == ["a1"], when
    engine.record(SafetyFlagEnded(case="C-1", occurred="2026-04-03", flag_id="f1"), by="w")
    assert seen("family") == ["a1"]


def test_whoever_may_be_the_one_from_whom_reads_of_no_visits_of_the_other(engine: Engine, clock: Clock) -> None:
    lines = {"v1": "father", "v2": "mother", "v3": "grandmother"}
    engine.record(
        *(
            VisitsPlanned(
                case="C-1", occurred="2026-03-20", line_id=line, text=f"with {who}", with_whom=who, shared=True
            )
            for line, who in lines.items()
        ),
        by="w",
    )

    def seen(reader: str, **when: str) -> list[str]:
        return [one.id for one in engine.plan("C-1", reader=reader, **when).plan.visits]

    assert seen("family") == [*lines]
    clock.now += 5 * 86_400
    flag = {"flag_id": "f1", "kind": "no_contact_order", "protects": "mother", "from_whom": "father"}
    engine.record(SafetyFlagRaised(case="C-1", occurred="2026-04-01", **flag), by="w")
    for when in ({}, {"on": "2026-03-25"}, {"known_at": "2026-03-30"}):
        assert seen("family", **when) == ["v1", "v3"], when
        assert seen("caregiver", **when) == seen("social_worker", **when) == [*lines], when
    told = engine.plan_versions("C-1", known_at="2026-03-30", reader="family")
    assert "with mother" not in {change.after for version in told for change in version.changes}
