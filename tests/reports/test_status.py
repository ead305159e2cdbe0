"""Where the help for a child is: its steps, who has it, whom to call, what comes next and who owes it."""

from __future__ import annotations

import pytest

from icpm_engine.errors import EventError, NotFound
from icpm_engine.reports import Contact, Matter, Status
from icpm_engine.vocabulary import PersonInChargeEnded
from tests.reports.stories import CASE, apart, away, cover, in_charge, kept, told

ON = "2026-03-30"


@pytest.fixture(scope="module")
def family() -> Status:
    return kept().status(CASE, on=ON, reader="family")


def matter(status: Status, lifecycle: str) -> Matter:
    return next(one for one in status.matters if one.lifecycle == lifecycle)


def test_each_help_stands_in_its_step_with_who_has_it(family: Status) -> None:
    steps = {one.lifecycle: (one.state, one.since) for one in family.matters}
    assert steps == {
        "screening": ("positive", "2026-03-09"),
        "referral": ("offered", "2026-03-16"),
        "appointment": ("offered", "2026-03-16"),
        "service": ("started", "2026-03-20"),
    }
    assert matter(family, "service").type == "ihbs"
    assert matter(family, "appointment").date == "2026-03-25T10:00"


def test_as_of_an_earlier_day_only_what_had_happened_is_there() -> None:
    status = kept().status(CASE, on="2026-03-11", reader="family")
    assert [one.lifecycle for one in status.matters] == ["screening"]
    assert [one.obligation.duty for one in status.next if one.obligation.duty == "send_referral"] == ["send_referral"]


def test_what_comes_next_hangs_on_its_matter_and_names_who_owes_it(family: Status) -> None:
    referral = matter(family, "referral")
    assert {one.obligation.duty for one in referral.next} == {
        *("answer_referral", "close_the_loop", "mh_assessment", "offer_appointment", "tell_the_sender_of_receipt"),
    }
    assert {one.who for owed in referral.next for one in owed.owners} == {"Bay Clinic"}
    assert "answer_referral" not in {one.obligation.duty for one in family.next}


def test_until_when_and_from_which_day_it_was_counted(family: Status) -> None:
    (plan,) = [one for one in family.next if one.obligation.duty == "case_plan"]
    assert (plan.obligation.due, plan.counted_from, plan.span) == ("2026-05-01", "2026-03-02", "60 days")


def test_a_need_says_how_far_it_has_come(family: Status) -> None:
    (need,) = family.needs
    assert (need.line_id, need.step, need.owners, need.goals) == (
        "n1",
        "service",
        ("the aunt",),
        ("Six hours of sleep",),
    )
    before = kept().status(CASE, on="2026-03-16", reader="social_worker").needs
    assert [(one.line_id, one.step) for one in before] == [("n1", "named"), ("n2", "named")]
    planned = kept().status(CASE, on="2026-03-17", reader="family").needs
    assert [one.step for one in planned] == ["work"]


# --- whom to call -----------------------------------------------------------------------------------------------------


def holders(status: Status) -> dict[str, Contact | None]:
    return {one.lifecycle: one.holder for one in status.matters}


def test_whom_to_call_is_the_person_or_the_office_that_has_it(family: Status) -> None:
    screening, referral = holders(family)["screening"], holders(family)["referral"]
    assert screening is not None
    assert referral is not None
    assert (screening.role, screening.who, screening.unit) == ("child_welfare", "Ana Ruiz", "Unit 4")
    assert (referral.role, referral.who, referral.unit) == ("mental_health", "Bay Clinic", None)


def test_whoever_stands_in_is_to_be_called_while_they_do() -> None:
    case = told(cover("Bo Lind"))
    held = kept().status(case, on=ON, reader="family").next
    (rights,) = [one for one in held if one.obligation.duty == "case_plan"]
    assert [one.who for one in rights.owners] == ["Bo Lind", "Ana Ruiz"]
    after = kept().status(case, on="2026-04-04", reader="family").next
    assert [one.who for owed in after if owed.obligation.duty == "case_plan" for one in owed.owners] == ["Ana Ruiz"]


def test_whoever_covers_for_all_cases_of_a_worker_is_to_be_called() -> None:
    case = told(in_charge("Di Moss"), away("Di Moss", "Cy Ash"))
    screening = holders(kept().status(case, on=ON, reader="family"))["screening"]
    assert screening is not None
    assert (screening.who, screening.stands_in_for, screening.unit) == ("Cy Ash", "Di Moss", None)


def test_where_nobody_is_named_it_says_so() -> None:
    case = told(PersonInChargeEnded(case=CASE, occurred="2026-03-25", role="child_welfare"))
    screening = holders(kept().status(case, on=ON, reader="family"))["screening"]
    assert screening is not None
    assert (screening.role, screening.who) == ("child_welfare", None)


# --- asked for --------------------------------------------------------------------------------------------------------


def test_what_was_recorded_later_was_not_known_before() -> None:
    engine, clock = apart()
    clock.now += 10 * 86_400
    engine.record(PersonInChargeEnded(case=CASE, occurred="2026-03-20", role="child_welfare"), by="w")
    then, now = (
        engine.status(CASE, on=ON, known_at="2026-03-31", reader="family"),
        engine.status(CASE, on=ON, reader="family"),
    )
    assert [one.who for status in (then, now) if (one := holders(status)["screening"])] == ["Ana Ruiz", None]


def test_a_reader_and_a_case_that_nobody_knows_are_named() -> None:
    with pytest.raises(EventError, match="found 'grandma', expected one of family, youth"):
        kept().status(CASE, reader="grandma")
    with pytest.raises(NotFound, match="there is no case C-none"):
        kept().hearing("C-none", "2026-05-20")
