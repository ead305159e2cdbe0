"""The oracle against the dated cases of four published protocols (every [T] and [C] case, each reading of an [A])."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.stories import ask, days, only_run, read_pack, story, with_birth_dates

SHASTA = with_birth_dates(read_pack("ca_shasta"))
CFT_FIRST = read_pack("ca_cft_first")
CANS_FLOOR = read_pack("ca_la_cans_floor")
ORANGE = read_pack("ca_orange_pt")


# --- CA-SHASTA --------------------------------------------------------------------------------------------------------


def shasta_child(born: str, *more: tuple[Any, ...]) -> list[dict[str, Any]]:
    """A child who enters on 3 March 2025 and is screened at entry on 20 March."""
    return story(
        ("2025-03-03", "birth_date_recorded", {"born": born}),
        ("2025-03-03", "case_opened"),
        ("2025-03-20", "mh_screened"),
        *more,
    )


def test_shasta_second_screen_is_due_90_days_after_entry() -> None:
    """[T] 3 March 2025 + 90 days; the screening of 20 March does not move it."""
    found = ask(SHASTA, shasta_child("2018-01-15"), "2025-03-21")
    assert only_run(found, "entry_screening").state == "met"
    rescreen = only_run(found, "rescreens")
    assert (rescreen.state, rescreen.due, rescreen.overdue) == ("running", days("2025-06-01"), False)


def test_shasta_second_screen_is_overdue_the_day_after_it_was_due() -> None:
    """Not overdue on the day itself."""
    child = shasta_child("2018-01-15")
    assert ask(SHASTA, child, "2025-06-01").overdue == ()
    assert ask(SHASTA, child, "2025-06-02").overdue == ("rescreens",)


def test_shasta_yearly_screen_is_undetermined_until_the_county_chooses() -> None:
    """[A] Rescreened 28 May 2025: the next is due by entry or by the last screen, and the oracle does not guess."""
    child = shasta_child("2018-01-15", ("2025-05-28", "mh_screened"))
    first, second = ask(SHASTA, child, "2025-06-02").of("rescreens")
    assert (first.state, first.met_on, first.marks) == ("met", *days("2025-05-28"), frozenset())
    assert (second.state, second.waits_for) == ("undetermined", ("annual_from",))
    assert second.due == days("2026-03-03", "2026-05-28")
    assert not ask(SHASTA, child, "2026-05-28").overdue
    assert ask(SHASTA, child, "2026-05-29").overdue == ("rescreens",)  # overdue under every reading


@pytest.mark.parametrize(("chosen", "due"), [("entry", "2026-03-03"), ("last_screen", "2026-05-28")])
def test_shasta_yearly_screen_by_each_reading(chosen: str, due: str) -> None:
    """[A] Each reading comes out when it is chosen."""
    child = shasta_child("2018-01-15", ("2025-05-28", "mh_screened"))
    second = ask(SHASTA, child, "2025-06-02", annual_from=chosen).of("rescreens")[1]
    assert (second.state, second.due, second.waits_for) == ("running", days(due), ())


def test_shasta_child_opened_to_mental_health_owes_no_second_screen() -> None:
    """[T] Opened to services on 1 May: on 1 June the screen is not owed, and that is not the same as met."""
    child = shasta_child("2018-01-15", ("2025-05-01", "mh_services_opened"))
    for day in ("2025-05-01", "2025-06-01", "2025-06-02"):
        found = ask(SHASTA, child, day)
        assert found.of("rescreens")[0].state == "not_owed"
        assert found.overdue == ()


def test_shasta_child_who_is_back_in_time_owes_it_again() -> None:
    """Semantics 21: open to services from 1 to 20 May only."""
    child = shasta_child("2018-01-15", ("2025-05-01", "mh_services_opened"), ("2025-05-20", "mh_services_closed"))
    assert only_run(ask(SHASTA, child, "2025-05-20"), "rescreens").state == "running"
    assert ask(SHASTA, child, "2025-06-02").overdue == ("rescreens",)


@pytest.mark.parametrize(("chosen", "due"), [("entry", "2026-03-03"), ("last_screen", "2026-06-01")])
def test_shasta_child_who_is_back_too_late_is_screened_in_the_next_year(chosen: str, due: str) -> None:
    """Semantics 21 and 22: open until 20 July; settled not owed for good, and the series goes on from the due date."""
    child = shasta_child("2018-01-15", ("2025-05-01", "mh_services_opened"), ("2025-07-20", "mh_services_closed"))
    first, second = ask(SHASTA, child, "2025-07-21", annual_from=chosen).of("rescreens")
    assert (first.state, second.state, second.due) == ("not_owed", "running", days(due))


FIVE = shasta_child("2019-09-10")


def test_shasta_five_year_old_takes_the_questionnaire_if_over_five_means_six() -> None:
    """[C] The child of five: the nurse's questionnaire and no second screen, until the sixth birthday."""
    before = ask(SHASTA, FIVE, "2025-09-09", over_five_means="turned_six")
    assert before.of("rescreens")[0].state == "not_owed"
    assert only_run(before, "developmental_screen").waits_for == ("young_child_interval",)
    after = ask(SHASTA, FIVE, "2025-09-10", over_five_means="turned_six", annual_from="entry")
    assert [run.state for run in after.of("rescreens")] == ["not_owed", "running"]
    assert after.of("rescreens")[1].due == days("2026-03-03")
    assert only_run(after, "developmental_screen").state == "not_owed"


def test_shasta_five_year_old_is_screened_from_the_start_if_over_five_means_past_five() -> None:
    """[C] The other reading: in the other branch from the start."""
    found = ask(SHASTA, FIVE, "2025-03-21", over_five_means="past_fifth_birthday")
    assert (only_run(found, "rescreens").state, only_run(found, "rescreens").due) == ("running", days("2025-06-01"))
    assert only_run(found, "developmental_screen").state == "not_owed"


def test_shasta_five_year_old_is_undetermined_without_the_choice() -> None:
    """[C] The boundary must be written: until then both branches wait for it."""
    found = ask(SHASTA, FIVE, "2025-03-21")
    assert only_run(found, "rescreens").state == "undetermined"
    assert only_run(found, "rescreens").waits_for == ("over_five_means",)
    assert "over_five_means" in only_run(found, "developmental_screen").waits_for
    assert ask(SHASTA, FIVE, "2025-06-02").overdue == ()  # not overdue under every reading


def test_shasta_services_are_added_together() -> None:
    """Rows 5 and 6: no number, so never overdue; both services must stand on the plan."""
    child = shasta_child(
        "2018-01-15",
        ("2025-04-01", "sub_class_found"),
        ("2025-04-08", "coordinator_found_eligible"),
        ("2025-04-20", "plan_holds", {"services": ["icc"]}),
    )
    found = ask(SHASTA, child, "2025-04-21")
    assert (only_run(found, "sub_class_referral").state, only_run(found, "sub_class_referral").due) == ("running", ())
    services = only_run(found, "intensive_services")
    assert (services.state, services.marks, services.missing) == ("running", {"incomplete"}, ("ihbs",))


# --- CA-CFT-FIRST -----------------------------------------------------------------------------------------------------

ENTRY = ("2025-03-03", "custody_entered", {"custody_id": "c1", "out_of_home": "yes"})
NOT_INDIAN = ("2025-03-03", "indian_child_status_found", {"status": "no"})


def hearing(day: str, of: str, kind: str = "hearing_set") -> tuple[str, str, dict[str, str]]:
    """A dispositional hearing, set or continued."""
    return (day, kind, {"hearing_id": "h1", "kind": "disposition", "date": of})


def test_cft_first_meeting_comes_before_the_hearing() -> None:
    """[C] Hearing on 22 April 2025: by 21 April, earlier than 60 days after entry."""
    found = ask(CFT_FIRST, story(ENTRY, NOT_INDIAN, hearing("2025-03-10", "2025-04-22")), "2025-03-10")
    run = only_run(found, "first_meeting")
    assert (run.state, run.due, run.instance) == ("running", days("2025-04-21"), "c1")


def test_cft_continued_hearing_moves_the_limit() -> None:
    """[T] Continued to 20 May 2025: now the 60 days govern."""
    events = story(
        ENTRY,
        NOT_INDIAN,
        hearing("2025-03-10", "2025-04-22"),
        hearing("2025-04-15", "2025-05-20", "hearing_continued"),
    )
    assert only_run(ask(CFT_FIRST, events, "2025-04-14"), "first_meeting").due == days("2025-04-21")
    assert only_run(ask(CFT_FIRST, events, "2025-04-15"), "first_meeting").due == days("2025-05-02")


def test_cft_vacated_hearing_opens_the_leg_again() -> None:
    """Semantics 31."""
    vacated = ("2025-04-15", "hearing_vacated", {"hearing_id": "h1", "kind": "disposition"})
    events = story(ENTRY, NOT_INDIAN, hearing("2025-03-10", "2025-04-22"), vacated)
    assert only_run(ask(CFT_FIRST, events, "2025-04-15"), "first_meeting").due == days("2025-05-02")


def test_cft_indian_child_has_thirty_days() -> None:
    """[T] 2 April 2025; found out on 10 April, the obligation is overdue on discovery."""
    found = ("2025-04-10", "indian_child_status_found", {"status": "yes"})
    events = story(ENTRY, hearing("2025-03-10", "2025-04-22"), found)
    before = only_run(ask(CFT_FIRST, events, "2025-04-09"), "first_meeting")
    assert (before.state, before.due, before.overdue) == ("undetermined", days("2025-04-02", "2025-04-21"), False)
    assert before.waits_for == ("indian_child",)
    after = only_run(ask(CFT_FIRST, events, "2025-04-10"), "first_meeting")
    assert (after.state, after.due, after.overdue) == ("running", days("2025-04-02"), True)


def test_cft_unknown_status_is_overdue_when_every_answer_is() -> None:
    """Semantics 27."""
    events = story(ENTRY, hearing("2025-03-10", "2025-04-22"))
    assert not only_run(ask(CFT_FIRST, events, "2025-04-21"), "first_meeting").overdue
    assert only_run(ask(CFT_FIRST, events, "2025-04-22"), "first_meeting").overdue


def test_cft_meeting_without_mental_health_breaks_the_bar() -> None:
    """[T] A treatment program is considered, mental health was invited and stayed away: the meeting took place."""
    events = story(
        ENTRY,
        NOT_INDIAN,
        ("2025-03-12", "placement_considered", {"type": "strtp"}),
        ("2025-03-15", "cft_scheduled", {"meeting_id": "m1", "date": "2025-04-01T10:00"}),
        ("2025-03-16", "cft_invitation_sent", {"meeting_id": "m1", "to": "mental_health"}),
        ("2025-04-01T10:00", "cft_held", {"meeting_id": "m1", "present": ["child", "parents"]}),
    )
    found = ask(CFT_FIRST, events, "2025-04-01")
    assert [(one.bar, one.root, one.state) for one in found.breaches] == [
        ("meeting_without_mental_health", "e5", "broken")
    ]
    assert only_run(found, "first_meeting").state == "met"
    invitations = only_run(found, "invitations")
    assert (invitations.state, invitations.marks, invitations.overdue) == ("running", {"incomplete"}, True)
    assert "mental_health" not in invitations.missing
    assert {"child", "caseworker", "ffa_representative"} <= set(invitations.missing)


def test_cft_bar_is_kept_when_mental_health_is_there() -> None:
    """The same meeting with mental health present."""
    events = story(
        ENTRY,
        ("2025-03-12", "placement_considered", {"type": "strtp"}),
        ("2025-04-01T10:00", "cft_held", {"meeting_id": "m1", "present": ["child", "mental_health"]}),
    )
    assert ask(CFT_FIRST, events, "2025-04-01").breaches == ()


# --- CA-LA-CANS-FLOOR -------------------------------------------------------------------------------------------------

OPENED = ("2024-02-29", "case_opened")
SCREENED = ("2024-02-29", "screening_completed", {"tool": "cans"})


def test_floor_a_year_from_a_leap_day() -> None:
    """[C] Screened on 29 February 2024: the next by 28 February 2025, by either reading."""
    found = ask(CANS_FLOOR, story(SCREENED, OPENED), "2024-03-01")
    assert only_run(found, "intake_screen").state == "met"
    run = only_run(found, "annual_screen")
    assert (run.state, run.due) == ("running", days("2025-02-28"))


@pytest.mark.parametrize(("chosen", "due"), [("last_screen", "2025-11-15"), ("intake", "2025-02-28")])
def test_floor_an_early_screen_by_each_reading(chosen: str, due: str) -> None:
    """[C] Screened again on 15 November 2024: chained from it, or pinned to the intake."""
    events = story(OPENED, SCREENED, ("2024-11-15", "screening_completed"))
    first, second = ask(CANS_FLOOR, events, "2024-11-15", annual_from=chosen).of("annual_screen")
    assert (first.state, second.state, second.due) == ("met", "running", days(due))


def test_floor_an_early_screen_is_undetermined_until_chosen() -> None:
    """[C] Without the choice both dates stand."""
    events = story(OPENED, SCREENED, ("2024-11-15", "screening_completed"))
    second = ask(CANS_FLOOR, events, "2024-11-15").of("annual_screen")[1]
    assert (second.state, second.waits_for) == ("undetermined", ("annual_from",))
    assert second.due == days("2025-02-28", "2025-11-15")


def test_floor_ends_with_the_case() -> None:
    """Row 2: it stops when the case closes."""
    found = ask(CANS_FLOOR, story(OPENED, SCREENED, ("2024-06-01", "case_closed")), "2025-03-01")
    assert found.of("annual_screen")[0].state == "not_owed"
    assert (found.states["case"], found.overdue) == ("closed", ())


# --- CA-ORANGE-PT -----------------------------------------------------------------------------------------------------


def transfer(day: str, *more: tuple[Any, ...]) -> list[dict[str, Any]]:
    """A presumptive transfer decided on a day."""
    return story((day, "transfer_decided", {"transfer_id": "t1"}), *more)


def test_orange_business_days_step_over_labor_day() -> None:
    """[T] Decided on Friday 29 August 2025: notice by 4 September, record by 3 September."""
    found = ask(ORANGE, transfer("2025-08-29"), "2025-08-29")
    assert only_run(found, "notify_receiving_plan").due == days("2025-09-04")
    assert only_run(found, "update_eligibility_record").due == days("2025-09-03")


@pytest.mark.parametrize(("closed", "due"), [((), "2025-12-02"), (("2025-11-28",), "2025-12-03")])
def test_orange_the_day_after_thanksgiving_is_the_countys_to_say(closed: tuple[str, ...], due: str) -> None:
    """[C] Decided on Wednesday 26 November 2025: the calendar is county data."""
    business = ORANGE["calendars"]["business"]
    pack = ORANGE | {"calendars": {"business": business | {"closed": [*business["closed"], *closed]}}}
    assert only_run(ask(pack, transfer("2025-11-26"), "2025-11-26"), "notify_receiving_plan").due == days(due)


def test_orange_past_the_calendar_nothing_is_guessed() -> None:
    """A date past the last covered year is undetermined and names the calendar."""
    run = only_run(ask(ORANGE, transfer("2025-12-30"), "2025-12-30"), "notify_receiving_plan")
    assert (run.state, run.due, run.waits_for) == ("undetermined", (), ("calendar business",))


FIVE_ITEMS = ["identity", "referring_contact", "release_signers", "consent_signers", "consents"]


def notice(day: str, items: list[str]) -> tuple[str, str, dict[str, Any]]:
    """A notice with some of its six items."""
    return (day, "transfer_notice_received", {"transfer_id": "t1", "items": items})


def test_orange_five_of_six_items_leave_the_notice_open() -> None:
    """[T] Sent on time without the records: still open, and the missing item is named."""
    run = only_run(ask(ORANGE, transfer("2025-08-29", notice("2025-09-02", FIVE_ITEMS)), "2025-09-04"), NOTIFY)
    assert (run.state, run.marks, run.missing) == ("running", {"incomplete"}, ("mental_health_records",))
    assert not run.overdue


def test_orange_the_last_item_dates_the_notice() -> None:
    """Semantics 43: the last missing item's date is the date met, here too late."""
    events = transfer("2025-08-29", notice("2025-09-02", FIVE_ITEMS), notice("2025-09-05", ["mental_health_records"]))
    run = only_run(ask(ORANGE, events, "2025-09-05"), NOTIFY)
    assert (run.state, run.met_on, run.marks) == ("met", *days("2025-09-05"), {"late"})


def test_orange_a_waiver_replaces_the_notice() -> None:
    """Row 4."""
    ground = ("2025-08-30", "waiver_ground_found", {"transfer_id": "t1"})
    decided = ("2025-09-02", "waiver_decided", {"transfer_id": "t1", "waived": "yes"})
    found = ask(ORANGE, transfer("2025-08-29", ground, decided), "2025-09-10")
    assert only_run(found, NOTIFY).state == "not_owed"
    assert only_run(found, "waiver").state == "met"


NOTIFY = "notify_receiving_plan"
