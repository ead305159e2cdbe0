"""What a sheet of the plan says, and in which order."""

from __future__ import annotations

import pytest

from icpm_engine.plan import SIDES, Plan
from icpm_engine.plan.findings import Found
from icpm_engine.sheets import as_text, catalogue, plan_sheet
from icpm_engine.sheets.model import Entry, Sheet
from tests.plan.stories import need, plan
from tests.sheets.plans import found, shared, sheet

ORDER = ["strengths", "needs", "goals", "work", "parts", "disagreements", "ended", "people"]


def entries(of: Sheet, anchor: str) -> tuple[Entry, ...]:
    section = next(one for one in of.sections if one.anchor == anchor)
    return (*section.entries, *(entry for part in section.parts for entry in part.entries))


def told(entry: Entry) -> dict[str, str]:
    return {detail.label: "; ".join(said.text for said in detail.said) for detail in entry.details}


def test_strengths_come_first_and_what_is_found_last() -> None:
    assert [section.anchor for section in sheet("clinician").sections] == [*ORDER, "findings"]


@pytest.mark.parametrize("reader", SIDES)
def test_only_the_agencies_are_shown_what_is_found(reader: str) -> None:
    shown = [section.anchor for section in sheet(reader).sections]
    assert ("findings" in shown) == (reader in {"social_worker", "clinician"})


def test_a_goal_says_what_it_helps_with_how_it_goes_and_what_the_family_says() -> None:
    (goal,) = entries(sheet(), "goals")
    assert goal.said.text == "Six hours of sleep"
    said = told(goal)
    assert said["Helps with"] == "Sleep through the night"
    assert (said["At the start"], said["What we hope for"], said["By"]) == ("3", "6", "April 1, 2026")
    assert said["What the family says"] == "Yes to this goal; March 6, 2026; ok; mum"
    assert (said["Choices"], said["Chosen"]) == ("A; B", "A")
    assert goal.table is not None
    assert [[cell.text if cell else None for cell in row] for row in goal.table.rows] == [
        ["March 5, 2026", "4 hours", "the family"]
    ]


def test_who_does_what_is_told_of_services_steps_and_visits() -> None:
    service, task, visits = entries(sheet(), "work")
    assert told(service)["Kind"] == "help at home (IHBS)"
    assert told(service)["How far it is"] == "has begun"
    assert told(service)["Not agreed"] == "I want nobody at home"
    assert (told(task)["Who sees to it"], told(task)["How often"]) == ("mum", "once a week")
    assert told(visits)["With whom"] == "brother"


def test_a_woven_line_shows_what_the_other_side_said_and_in_which_plan() -> None:
    need, other = entries(sheet(), "needs")
    assert told(need)["Also said as"] == "Better sleep hygiene; Treatment plan"
    assert told(other)["Why it waits"] == "After the summer"


def test_a_disagreement_stands_in_its_own_words_and_names_the_line() -> None:
    (one,) = entries(sheet(), "disagreements")
    assert (one.said.text, one.said.quoted) == ("I want nobody at home", True)
    assert told(one)["About this line"] == "Help at home"


def test_what_has_ended_stays_to_be_read() -> None:
    (one,) = entries(sheet(), "ended")
    assert told(one)["Kind"] == "Step"
    assert (told(one)["Ended on"], told(one)["Why"], told(one)["In their words"]) == (
        "March 20, 2026",
        "done",
        "all fine",
    )


def test_who_signed_who_did_not_and_who_took_no_part() -> None:
    for reader, why in (("family", "too much at once"), ("social_worker", None)):
        (people,) = [section for section in sheet(reader).sections if section.anchor == "people"]
        assert people.table is not None
        rows = [[cell.text if cell else None for cell in row] for row in people.table.rows]
        assert rows == [
            ["child or youth", "Signed", "March 9, 2026", None],
            ["parent", "Read it and did not sign", "March 9, 2026", why],
            ["uncle", "Took no part", "March 9, 2026", None],
        ]


def test_what_is_missing_is_said_with_what_is_found() -> None:
    asked = {entry.said.text: told(entry) for entry in entries(sheet(), "findings")}
    consent = asked["Has the family agreed to this service? No consent is on file."]
    assert consent == {"Lines": "Help at home", "Not known yet": "whether there is a consent to treatment"}


def test_a_finding_that_no_catalogue_knows_is_named_as_it_is() -> None:
    odd = Found("odd_one:t1", "odd_one", ("t1", "x"), {})
    made = plan_sheet(shared(), [odd], "clinician", catalogue("en"))
    (entry,) = entries(made, "findings")
    assert (entry.said.text, told(entry)) == ("The team should look at this: odd one.", {"Lines": "Quiet hour"})


def test_an_empty_plan_asks_what_is_going_well() -> None:
    made = plan_sheet(Plan(case="C-1", on="2026-05-01", version=0), (), "youth", catalogue("en"))
    assert [section.anchor for section in made.sections] == ["strengths", "needs", "goals", "work", "people"]
    assert "What is going well?" in as_text(made)


def test_what_a_reader_may_not_read_is_not_said_to_be_missing() -> None:
    read = plan("2026-05-01", need("n1", "Talk about what happened", by="mental_health")).for_reader("judge")
    text = as_text(plan_sheet(read, (), "judge", catalogue("en")))
    assert "Nothing is shared here yet." in text
    assert "written down" not in text


def test_a_professionals_words_are_marked_in_another_language_and_a_persons_own_never() -> None:
    made = sheet(language="es")
    (goal,) = entries(made, "goals")
    (strength,) = entries(made, "strengths")
    assert (goal.said.language, goal.said.untranslated) == ("en", True)
    assert (strength.said.language, strength.said.quoted, strength.said.untranslated) == ("und", True, False)
    assert made.untranslated
    assert not sheet(language="en").untranslated
    text = as_text(made)
    for words in ("Lo que va bien", "* Six hours of sleep (sin traducir)", "* «Draws»", "8 de marzo de 2026"):
        assert words in text


def test_words_written_in_the_language_of_the_sheet_are_not_marked() -> None:
    read = shared()
    assert not plan_sheet(read, found(read), "clinician", catalogue("es"), recorded="es").untranslated


def test_a_text_in_the_plan_cannot_steer_a_terminal() -> None:
    text = as_text(sheet(hostile="\x1b[2J\u202e\x07"))
    assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert "Draws\N{REPLACEMENT CHARACTER}[2J" in text


def test_as_it_was_known_then_is_said() -> None:
    made = plan_sheet(shared(), (), "judge", catalogue("en"), known_at="2026-04-02")
    assert "As it was known on: April 2, 2026" in as_text(made)
