from __future__ import annotations

from typing import Any

from icpm_engine.calendars import Zone
from icpm_engine.history.assignments import (
    ASSIGNMENTS,
    COVERS,
    Cover,
    Linking,
    assignments_of,
    covers_of,
    linkings_of,
)
from icpm_engine.history.results import FOREVER, Entry
from icpm_engine.history.sources import LINKS
from icpm_engine.vocabulary import STANDARD

ZONE = Zone("America/Los_Angeles")
D = 738_000


def midnight(day: int) -> int:
    return ZONE.midnight[D + day]


def story(*told: tuple[int, str, dict[str, Any]]) -> list[Entry]:
    """Entries in the order of recording; days are counted from D, and until, corrects and retracts are as they are."""
    entries = []
    for number, (day, kind, values) in enumerate(told, start=1):
        about = {name: values.pop(name) for name in ("corrects", "retracts", "minute") if name in values}
        minute = about.pop("minute", -1)
        if "until" in values:
            values["until"] += D
        entries.append(Entry(kind=kind, day=D + day, minute=minute, values=values, entry=number, **about))
    return entries


def periods(*told: tuple[int, str, dict[str, Any]]) -> list[tuple[str, str, int, int]]:
    found = assignments_of("C-1", story(*told), ZONE)
    assert all(one.case_id == "C-1" for one in found)
    return [(one.worker, one.role, one.from_instant, one.until_instant) for one in found]


def test_the_kinds_are_those_of_the_standard_vocabulary() -> None:
    for kinds, subject in ((LINKS, "case"), (ASSIGNMENTS, "case"), (COVERS, "county")):
        assert {STANDARD[kind].subject for kind in kinds} == {subject}


def test_whoever_is_put_in_charge_relieves_whoever_was() -> None:
    assert periods(
        (0, "person_in_charge_assigned", {"role": "lead", "worker": "w:1"}),
        (9, "person_in_charge_assigned", {"role": "lead", "worker": "w:2"}),
        (3, "person_in_charge_assigned", {"role": "therapist", "worker": "w:1"}),
        (12, "person_in_charge_ended", {"role": "lead"}),
    ) == [
        ("w:1", "lead", midnight(0), midnight(9)),
        ("w:1", "therapist", midnight(3), FOREVER),
        ("w:2", "lead", midnight(9), midnight(12)),
    ]


def test_a_unit_fills_a_role_until_a_worker_takes_over() -> None:
    assert periods(
        (0, "unit_assigned", {"role": "lead", "unit": "u:1"}),
        (4, "person_in_charge_assigned", {"role": "lead", "worker": "w:1", "minute": 9 * 60}),
        (6, "unit_ended", {"role": "lead"}),
    ) == [
        ("u:1", "lead", midnight(0), ZONE.instant(D + 4, 540)),
        ("w:1", "lead", ZONE.instant(D + 4, 540), midnight(6)),
    ]


def test_a_cover_lasts_through_its_last_day_and_relieves_nobody() -> None:
    assert periods(
        (0, "person_in_charge_assigned", {"role": "lead", "worker": "w:1"}),
        (2, "cover_assigned", {"role": "lead", "worker": "w:2", "until": 5}),
        (8, "cover_assigned", {"role": "lead", "worker": "w:3"}),
        (9, "person_in_charge_assigned", {"role": "lead", "worker": "w:4"}),
    ) == [
        ("w:1", "lead", midnight(0), midnight(9)),
        ("w:2", "lead", midnight(2), midnight(6)),
        ("w:3", "lead", midnight(8), midnight(9)),
        ("w:4", "lead", midnight(9), FOREVER),
    ]


def test_corrections_and_retractions_count() -> None:
    assert periods(
        (0, "person_in_charge_assigned", {"role": "lead", "worker": "w:1"}),
        (5, "person_in_charge_assigned", {"role": "lead", "worker": "w:2"}),
        (1, "person_in_charge_assigned", {"role": "lead", "worker": "w:9", "corrects": 1}),
        (5, "person_in_charge_assigned", {"role": "lead", "worker": "w:2", "retracts": 2}),
        (7, "visit_made", {}),
        (8, "visit_made", {"corrects": 1}),
        (8, "visit_made", {"retracts": 6}),
    ) == [("w:9", "lead", midnight(1), FOREVER)]


def test_two_workers_put_in_charge_on_the_same_day_leave_no_empty_period() -> None:
    assert periods(
        (0, "person_in_charge_assigned", {"role": "lead", "worker": "w:1"}),
        (0, "person_in_charge_assigned", {"role": "lead", "worker": "w:2"}),
    ) == [("w:2", "lead", midnight(0), FOREVER)]


def test_a_case_is_about_the_person_linked_last_and_served_by_every_team_linked() -> None:
    entries = story(
        (0, "person_linked", {"person": "P-1"}),
        (1, "team_linked", {"team": "T-2"}),
        (1, "team_linked", {"team": "T-1"}),
        (2, "person_unlinked", {"person": "P-1"}),
        (2, "person_linked", {"person": "P-2"}),
        (3, "team_unlinked", {"team": "T-2"}),
        (4, "person_linked", {"person": "P-3"}),
        (4, "person_unlinked", {"person": "P-1"}),
    )
    assert linkings_of(entries[:1], ZONE) == [Linking("person", "P-1")]
    assert linkings_of(entries[:4], ZONE) == [
        Linking("team", "T-1", midnight(1)),
        Linking("team", "T-2", midnight(1)),
    ]
    assert linkings_of(entries, ZONE) == [
        Linking("person", "P-3"),
        Linking("team", "T-1", midnight(1)),
        Linking("team", "T-2", midnight(1), midnight(4)),
    ]


def test_covers_of_the_county() -> None:
    entries = story(
        (0, "worker_covered", {"worker": "w:1", "by": "w:2", "until": 3}),
        (9, "worker_covered", {"worker": "w:1", "by": "w:3"}),
        (9, "worker_covered", {"worker": "w:1", "by": "w:4", "until": 3}),
    )
    assert covers_of(entries, ZONE) == [
        Cover("w:2", "w:1", midnight(0), midnight(4)),
        Cover("w:3", "w:1", midnight(9), FOREVER),
    ]
