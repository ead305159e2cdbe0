"""The one plan as of a day: lines as they were last said, woven, shared, ended."""

from __future__ import annotations

from icpm_engine.calendars import parse_day
from icpm_engine.plan import plan_of, versions
from tests.plan.stories import ZONE, goal, need, plan, service, told

SLEEP = need("n1", "Sleep through the night", domain="health", by="family", words_of="the mother", shared=True)


def test_a_line_stands_from_the_day_on_which_it_is_said() -> None:
    assert plan("2026-03-01", SLEEP).needs == ()
    (line,) = plan("2026-03-02", SLEEP).needs
    assert (line.text, line.domain, line.words_of, line.since) == (
        "Sleep through the night",
        "health",
        "the mother",
        "2026-03-02",
    )


def test_a_line_said_anew_keeps_what_was_added_to_it() -> None:
    found = plan(
        "2026-04-01",
        goal("g1", "Six hours of sleep", needs=["n1"], target="6 hours"),
        ("2026-03-05", "goal_measured", {"line_id": "g1", "reading": "4 hours"}),
        ("2026-03-06", "goal_answered", {"line_id": "g1", "answer": "accepts", "words": "we can try"}),
        ("2026-03-20", "goal_set", {"line_id": "g1", "text": "Seven hours of sleep", "needs": ["n1"]}),
    )
    (line,) = found.goals
    assert (line.text, line.target, line.since, line.said) == ("Seven hours of sleep", None, "2026-03-03", "2026-03-20")
    assert [one.reading for one in line.readings] == ["4 hours"]
    assert [(one.answer, one.words) for one in line.answers] == [("accepts", "we can try")]


def test_what_is_ended_stands_apart_and_comes_back_when_it_is_said_again() -> None:
    story = [SLEEP, ("2026-03-10", "plan_line_ended", {"line_id": "n1", "reason": "reached"})]
    ended = plan("2026-03-10", *story)
    assert ended.needs == ()
    assert [(line.id, line.ended.reason if line.ended else None) for line in ended.ended] == [("n1", "reached")]
    back = plan("2026-03-30", *story, ("2026-03-20", "need_named", {"line_id": "n1", "text": "Sleep again"}))
    assert [line.id for line in back.needs] == ["n1"]
    assert back.ended == ()


def test_woven_lines_keep_their_origin_and_text() -> None:
    found = plan(
        "2026-03-20",
        SLEEP,
        need("n2", "Improve sleep hygiene", by="mental_health", plan_id="mh"),
        need("n3", "Rest", by="child"),
        ("2026-03-10", "plan_lines_woven", {"line_id": "n2", "others": ["n3", "n9"]}),
        ("2026-03-11", "plan_lines_woven", {"line_id": "n1", "others": ["n2", "n1"]}),
        ("2026-03-12", "plan_lines_woven", {"line_id": "n3", "others": ["n1"]}),
    )
    (line,) = found.needs
    assert line.id == "n1"
    (clinic,) = line.woven
    assert (clinic.text, clinic.plan_id, [one.id for one in clinic.woven]) == ("Improve sleep hygiene", "mh", ["n3"])


def test_a_service_says_how_far_it_has_come() -> None:
    story = [
        service("s1", "Help at home", service_id="S-9", type="ihbs"),
        ("2026-03-09", "service_authorized", {"service_id": "S-9", "until": "2026-06-30"}),
        ("2026-03-12", "service_started", {"service_id": "S-9"}),
    ]
    (line,) = plan("2026-03-11", *story).services
    assert (line.state, line.authorized_until) == ("authorized", "2026-06-30")
    (line,) = plan("2026-03-12", *story).services
    assert (line.state, line.authorized_by) == ("started", "the plan")


def test_what_is_said_of_a_line_that_nobody_stated_changes_nothing() -> None:
    assert plan(
        "2026-03-20",
        ("2026-03-05", "goal_measured", {"line_id": "g9", "reading": "4"}),
        ("2026-03-06", "plan_line_shared", {"line_id": "g9", "shared": True}),
        SLEEP,
        ("2026-03-07", "goal_answered", {"line_id": "n1", "answer": "accepts"}),
    ) == plan("2026-03-20", *plan_events_of_sleep())


def plan_events_of_sleep() -> list[tuple[str, str, dict[str, object]]]:
    """The need alone, told fourth as in the story above, on days that make as many versions."""
    return [
        ("2026-03-05", "goal_measured", {"line_id": "g9", "reading": "4"}),
        ("2026-03-06", "plan_line_shared", {"line_id": "g9", "shared": True}),
        SLEEP,
        ("2026-03-07", "plan_line_reasoned", {"line_id": "g9", "reason": "-"}),
    ]


def test_a_reader_gets_the_lines_of_their_side_and_the_shared_ones() -> None:
    whole = plan(
        "2026-03-20",
        SLEEP,
        need("n2", "Talk about what happened", by="mental_health"),
        goal("g1", "Sleep", needs=["n1", "n2"], by="child_welfare", shared=True),
        ("2026-03-10", "plan_lines_woven", {"line_id": "n1", "others": ["n2"]}),
        ("2026-03-11", "family_capacity_told", {"appointments_a_week": 2, "words": "more is too much"}),
        ("2026-03-12", "plan_absence_explained", {"who": "father", "reason": "an order of the court"}),
    )
    family, clinician = whole.for_reader("family"), whole.for_reader("clinician")
    assert [(line.id, [other.id for other in line.woven]) for line in family.needs] == [("n1", [])]
    assert [[other.id for other in line.woven] for line in clinician.needs] == [["n2"]]
    assert family.goals[0].needs == ("n1",)
    assert family.capacity is not None
    assert family.capacity.words == "more is too much"
    assert clinician.capacity is not None
    assert clinician.capacity.words is None
    assert [one.reason for one in family.absences] == [None]


def test_every_day_of_change_is_a_version_with_its_changes_in_words() -> None:
    journal = told(
        SLEEP,
        goal("g1", "Six hours of sleep", target="6 hours"),
        ("2026-03-20", "goal_set", {"line_id": "g1", "text": "Six hours of sleep", "target": "7 hours"}),
        ("2026-03-21", "goal_measured", {"line_id": "g1", "reading": "5"}),
        ("2026-03-22", "plan_line_ended", {"line_id": "n1", "reason": "reached"}),
    )
    found = versions("C-1", journal, ZONE)
    assert [(one.number, one.on, [str(change) for change in one.changes]) for one in found] == [
        (1, "2026-03-02", ["need n1: new (Sleep through the night)"]),
        (2, "2026-03-03", ["goal g1: new (Six hours of sleep)"]),
        (3, "2026-03-20", ["goal g1: target from 6 hours to 7 hours"]),
        (4, "2026-03-22", ["need n1: ended (reached)"]),
    ]
    assert plan_of("C-1", journal, ZONE, parse_day("2026-03-21")).version == 3


def test_a_line_stays_with_its_side_in_the_place_of_one_that_the_side_does_not_read() -> None:
    story = [
        need("n1", "Talk about what happened", by="mental_health"),
        need("n2", "Somebody to talk to", by="family"),
        goal("g1", "An hour a week", needs=["n1"], by="family"),
        ("2026-03-10", "plan_lines_woven", {"line_id": "n1", "others": ["n2"]}),
        ("2026-03-11", "appointment_planned", {"appointment_id": "A1", "date": "2026-03-20", "line_id": "n1"}),
    ]
    family = plan("2026-03-12", *story).for_reader("family")
    assert [line.id for line in family.needs] == ["n2"]
    assert family.goals[0].needs == ()
    assert family.appointments == ()
    over = plan("2026-03-13", *story, ("2026-03-13", "plan_line_ended", {"line_id": "n1", "reason": "reached"}))
    assert over.for_reader("family").needs == ()
    assert [(line.id, line.ended.reason if line.ended else None) for line in over.for_reader("family").ended] == [
        ("n2", "reached")
    ]


def test_what_is_said_of_a_line_that_is_not_read_is_said_of_the_one_that_it_is_in() -> None:
    family = plan(
        "2026-03-12",
        SLEEP,
        need("n2", "Improve sleep hygiene", by="mental_health"),
        goal("g1", "Six hours", needs=["n2"], by="mental_health", shared=True),
        ("2026-03-10", "plan_lines_woven", {"line_id": "n1", "others": ["n2"]}),
    ).for_reader("family")
    assert family.goals[0].needs == ("n1",)


def test_why_somebody_did_not_sign_is_for_their_own_side() -> None:
    whole = plan("2026-03-12", ("2026-03-09", "case_plan_signature_declined", {"by": "parent", "reason": "too much"}))
    assert [one.reason for one in whole.for_reader("family").signatures] == ["too much"]
    assert [one.reason for one in whole.for_reader("social_worker").signatures] == [None]


def test_an_appointment_that_nobody_planned_can_neither_be_moved_nor_kept() -> None:
    found = plan(
        "2026-03-12",
        ("2026-03-09", "appointment_moved", {"appointment_id": "A1", "date": "2026-03-20"}),
        ("2026-03-10", "appointment_kept", {"appointment_id": "A2"}),
    )
    assert (found.appointments, found.kept) == ((), ())


def test_lines_of_two_kinds_are_not_woven_into_one_another() -> None:
    found = plan(
        "2026-03-12",
        SLEEP,
        goal("g1", "Sleep"),
        ("2026-03-10", "plan_lines_woven", {"line_id": "n1", "others": ["g1"]}),
    )
    assert ([line.id for line in found.goals], found.needs[0].woven) == (["g1"], ())
