"""Who reads what of a case: care that a child asked for alone, silent kinds, and whoever is kept safe come first."""

from __future__ import annotations

import pytest

from icpm_engine.plan import SIDES
from icpm_engine.vocabulary import (
    AppointmentKept,
    AppointmentOffered,
    CftRequested,
    CftScheduled,
    ConsentGiven,
    DisagreementStated,
    Event,
    FamilyAsked,
    MhServicesOpened,
    PlacementChangePlanned,
    PlacementStarted,
    PlanDisagreementStated,
    ReferralReceived,
    ReferralSent,
    SafetyFlagEnded,
    SafetyFlagRaised,
    ServiceOffered,
)
from tests.reports.stories import CASE, kept, told

ON = "2026-03-30"


def matters(case: str, reader: str, **when: str) -> set[str | None]:
    return {one.instance for one in kept().status(case, reader=reader, **{"on": ON, **when}).matters}


def owed(case: str, reader: str, **when: str) -> set[str]:
    owing = kept().owing(case, reader=reader, **{"on": ON, **when})
    return {one.obligation.name for one in owing.owed} | {one.duty for one in owing.without_limit}


def areas(reader: str) -> set[str]:
    return {one.area for one in kept().owing(CASE, on=ON, reader=reader).owed}


def test_lay_readers_read_of_help_and_of_what_they_take_part_in() -> None:
    assert "court" in areas("family")
    assert "court" in areas("youth")
    assert "court" not in areas("caregiver")
    assert areas("judge") == areas("social_worker")


def test_nobody_reads_of_what_is_not_there_at_all() -> None:
    whole = kept().owing(CASE, on=ON)
    for reader in SIDES:
        read = kept().owing(CASE, on=ON, reader=reader)
        assert {one.obligation.id for one in read.owed} <= {one.obligation.id for one in whole.owed}
        assert set(read.without_limit) <= set(whole.without_limit)


SILENT: list[Event] = [
    ServiceOffered(case=CASE, occurred="2026-03-26", service_id="S9", type="substance_use"),
    ReferralSent(case=CASE, occurred="2026-03-26", referral_id="F9", service="opioid_treatment"),
    ReferralReceived(case=CASE, occurred="2026-03-27", referral_id="F9"),
    AppointmentOffered(case=CASE, occurred="2026-03-28", appointment_id="A9", referral_id="F9"),
]


def test_a_service_whose_kind_is_silent_does_not_show() -> None:
    case = told(*SILENT)
    for reader in SIDES:
        seen = bool({"S9", "F9", "A9"} & matters(case, reader))
        told_of = any("[F9]" in name for name in owed(case, reader))
        assert (seen, told_of) == ((reader in {"youth", "clinician"},) * 2), reader
        assert {"S1", "F1", "A1"} <= matters(case, reader)


def test_care_that_the_child_alone_agreed_to_is_between_the_child_and_the_clinic() -> None:
    alone = ConsentGiven(person="P-1", occurred="2026-03-26", consent_id="K1", kind="treatment", by="child")
    case = told(alone)
    reads = {reader: matters(case, reader) for reader in SIDES}
    assert [reader for reader, seen in reads.items() if not seen] == ["family", "caregiver", "judge"]
    assert matters(case, "family", on="2026-03-20") == set()  # nobody gets round it by asking for the day before
    assert "parent_is_involved" not in owed(case, "family")
    assert "answer_referral" not in owed(case, "family")


def test_where_a_parent_has_agreed_too_nothing_is_kept_from_them() -> None:
    both = [
        ConsentGiven(person="P-1", occurred="2026-03-26", consent_id=f"K{by}", kind="treatment", by=by)
        for by in ("child", "parent")
    ]
    case = told(*both)
    assert matters(case, "family") == matters(case, "clinician")


def test_questions_conflicts_and_lines_are_owed_an_answer_before_those_alone_who_read_them() -> None:
    case = told(
        FamilyAsked(case=CASE, occurred="2026-03-26", request_id="Q1", by="family"),
        DisagreementStated(case=CASE, occurred="2026-03-26", dispute_id="D1", between="agency_and_family"),
        DisagreementStated(case=CASE, occurred="2026-03-26", dispute_id="D2", between="agencies"),
        PlanDisagreementStated(
            case=CASE, occurred="2026-03-26", line_id="L1", text="Not so", words_of="the youth", by="child"
        ),
    )
    read = {
        reader: {one for one in ("[Q1]", "[D1]", "[D2]", "[L1]") if any(one in name for name in owed(case, reader))}
        for reader in SIDES
    }
    agencies = {"[Q1]", "[D1]", "[D2]", "[L1]"}
    assert read == {
        "family": {"[Q1]", "[D1]"},
        "youth": {"[Q1]", "[D1]", "[L1]"},
        "caregiver": set(),
        "social_worker": agencies,
        "clinician": agencies,
        "judge": set(),
    }


FLAG = {"flag_id": "X", "kind": "no_contact_order", "protects": "mother", "from_whom": "father"}


@pytest.fixture(scope="module")
def flagged() -> str:
    """A meeting is set, and on the day after somebody is kept safe from somebody."""
    meeting = CftScheduled(case=CASE, occurred="2026-03-28", meeting_id="M2", date="2026-04-10T15:00", place="Hall 4")
    others = (
        PlacementStarted(case=CASE, occurred="2026-03-03", placement_id="p1", type="relative"),
        PlacementChangePlanned(case=CASE, occurred="2026-03-28", change_id="P", date="2026-04-20"),
        MhServicesOpened(case=CASE, occurred="2026-03-20"),
        AppointmentKept(case=CASE, occurred="2026-03-27", appointment_id="A7", service_id="S1"),
        AppointmentKept(case=CASE, occurred="2026-03-25", appointment_id="A1", physician=False),
        FamilyAsked(case=CASE, occurred="2026-03-26", request_id="Q1", by="family"),
        CftRequested(case=CASE, occurred="2026-03-26", request_id="R1"),
    )
    return told(meeting, *others, SafetyFlagRaised(case=CASE, occurred="2026-03-29", **FLAG))


def test_while_somebody_is_kept_safe_times_of_meetings_are_for_the_agencies(flagged: str) -> None:
    for reader in SIDES:
        agency = reader in {"social_worker", "clinician"}
        for on in (ON, "2026-03-28"):
            assert any("[M2]" in name for name in owed(flagged, reader, on=on)) == agency, (reader, on)
            assert ("A1" in matters(flagged, reader, on=on)) == agency
            assert "F1" in matters(flagged, reader, on=on)
        assert ("team_meeting_regular" in owed(flagged, reader)) == agency  # it is counted from the last meeting's day
        assert ("progress_note[S1]" in owed(flagged, reader)) == agency  # and this from the day of an appointment
        assert ("preservation_strategy[P]" in owed(flagged, reader)) == (agency or reader == "judge")
        assert ("meeting_asked_for[R1]" in owed(flagged, reader)) == agency  # else it told when a meeting gets its time
        assert ("follow_up_appointment" in owed(flagged, reader)) == agency
        assert ("answer_the_family[Q1]" in owed(flagged, reader)) == (agency or reader in {"family", "youth"})


def test_that_a_meeting_was_held_is_said_without_its_day(flagged: str) -> None:
    for reader, done in (("judge", None), ("social_worker", "2026-03-27")):
        hearing = kept().hearing(flagged, "2026-05-20", reader=reader)
        (first,) = [one for one in hearing.due if one.owed.obligation.duty == "first_team_meeting"]
        assert (first.owed.obligation.state, first.done) == ("met", done)
        assert [one.kind for one in first.known] == ["custody_entered", *(["cft_held"] if done else [])]


def test_when_nobody_is_kept_safe_any_more_all_is_said_again() -> None:
    raised = SafetyFlagRaised(case=CASE, occurred="2026-03-29", **FLAG)
    case = told(raised, SafetyFlagEnded(case=CASE, occurred="2026-03-30", flag_id="X"))
    assert matters(case, "family") == matters(CASE, "family")
