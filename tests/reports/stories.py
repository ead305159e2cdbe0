"""One child's way through the helps of a county, told to an engine; made once, since it is only read."""

from __future__ import annotations

import itertools
from functools import cache

import attrs

from icpm_engine import Engine, RulePack
from icpm_engine.vocabulary import (
    AppointmentOffered,
    CaseOpened,
    CftHeld,
    CoverAssigned,
    CustodyEntered,
    Event,
    GoalSet,
    HearingHeld,
    HearingSet,
    NeedNamed,
    PersonInChargeAssigned,
    PersonLinked,
    ReferralReceived,
    ReferralSent,
    ScreeningCompleted,
    ServiceOffered,
    ServicePlanned,
    ServiceStarted,
    UnitAssigned,
    VisitsPlanned,
    WorkerCovered,
)
from tests.engine.clock import Clock

DAY = 86_400
CASE = "C-1"
PACK = RulePack.load("california", county="shasta")


@cache
def kept() -> Engine:
    """An engine in which the story stands as it is, beside those that go on otherwise; its clock stands still."""
    engine = Engine("sqlite://", PACK, clock=Clock())
    engine.record(*story(), by="w")
    return engine


def told(*more: Event) -> str:
    """The case of another child with the same story, and more events at its end; all recorded on 30 March."""
    number = next(_NUMBERS)
    events = [*story(), *more]
    kept().record(*(_of(event, f"C-{number}", f"P-{number}") for event in events), by="w")
    return f"C-{number}"


_NUMBERS = itertools.count(2)


def _of(event: Event, case: str, person: str) -> Event:
    """The same event of another child."""
    whose = {"case": case, "person": person}
    return attrs.evolve(event, **{field: whose[field] for field in attrs.fields_dict(type(event)) if field in whose})


def apart(*more: Event) -> tuple[Engine, Clock]:
    """An engine of its own with the story, for what is learned as days pass."""
    clock = Clock()
    engine = Engine("sqlite://", PACK, clock=clock)
    engine.record(*story(), *more, by="w")
    return engine, clock


def story() -> list[Event]:
    """From entry into care to an appointment, with a plan of a need that has a goal, and one that has none."""
    c, n1 = {"case": CASE}, {"line_id": "n1", "text": "To sleep through the night"}
    return [
        CaseOpened(occurred="2026-03-01", **c),
        CustodyEntered(occurred="2026-03-02", custody_id="k1", out_of_home=True, **c),
        PersonLinked(occurred="2026-03-02", person="P-1", **c),
        PersonInChargeAssigned(occurred="2026-03-02", role="child_welfare", worker="Ana Ruiz", unit="Unit 4", **c),
        UnitAssigned(occurred="2026-03-02", role="mental_health", unit="Bay Clinic", **c),
        HearingHeld(occurred="2026-03-05", hearing_id="H0", kind="detention", **c),
        ScreeningCompleted(occurred="2026-03-09", tool="PSC-35", result="positive", **c),
        ReferralSent(occurred="2026-03-12", referral_id="F1", urgency="routine", **c),
        ReferralReceived(occurred="2026-03-13", referral_id="F1", **c),
        AppointmentOffered(occurred="2026-03-16", appointment_id="A1", referral_id="F1", date="2026-03-25T10:00", **c),
        NeedNamed(occurred="2026-03-16", by="family", words_of="the mother", shared=True, **n1, **c),
        NeedNamed(occurred="2026-03-16", line_id="n2", text="To see her brother", by="child_welfare", **c),
        GoalSet(occurred="2026-03-17", line_id="g1", text="Six hours of sleep", needs=["n1"], shared=True, **c),
        ServicePlanned(
            occurred="2026-03-17",
            line_id="s1",
            text="Help at home",
            service_id="S1",
            goals=["g1"],
            type="ihbs",
            owner="the aunt",
            shared=True,
            **c,
        ),
        VisitsPlanned(occurred="2026-03-17", line_id="v1", text="Saturdays", with_whom="brother", shared=True, **c),
        ServicePlanned(
            occurred="2026-03-17", line_id="s2", text="Talks about before", by="mental_health", type="therapy", **c
        ),
        ServiceOffered(occurred="2026-03-18", service_id="S1", type="ihbs", **c),
        ServiceStarted(occurred="2026-03-20", service_id="S1", type="ihbs", **c),
        HearingSet(occurred="2026-03-20", hearing_id="H1", kind="review_6_month", date="2026-05-20", **c),
        CftHeld(occurred="2026-03-27", meeting_id="M1", **c),
    ]


def cover(by: str) -> Event:
    """Somebody covers for child welfare's worker in this case."""
    return CoverAssigned(case=CASE, occurred="2026-03-28", role="child_welfare", worker=by, until="2026-04-03")


def in_charge(worker: str) -> Event:
    """Somebody else is in charge at child welfare."""
    return PersonInChargeAssigned(case=CASE, occurred="2026-03-20", role="child_welfare", worker=worker)


def away(worker: str, by: str) -> Event:
    """A worker is away, and somebody covers for all of their cases."""
    return WorkerCovered(county="shasta", occurred="2026-03-28", worker=worker, by=by, until="2026-04-03")
