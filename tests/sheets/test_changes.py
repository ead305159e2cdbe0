"""What changed in the plan, as a sheet: in the words of the plan's own sheet, and never more than that one shows."""

from __future__ import annotations

from typing import Any

import pytest

from icpm_engine.plan import SIDES
from icpm_engine.sheets import Sheet, as_text, catalogue, changes_sheet, languages
from icpm_engine.sheets.model import clean
from tests.plan.stories import goal, need, plan, service
from tests.sheets.plans import DAYS, changes, sheet

Told = tuple[str, str, dict[str, Any]]
SLEEP = need("n1", "Sleep", by="family", words_of="the mother", shared=True)


def told(*events: Told, reader: str = "family", language: str = "en") -> list[dict[str, list[str]]]:
    """Every version's lines with what is told of each."""
    days = sorted({day for day, _, _ in events})
    plans = [plan(day, *events).for_reader(reader) for day in days]
    made = changes_sheet("C-1", plans, reader, catalogue(language), on=days[-1])
    return [
        {
            entry.said.text: [f"{one.label}: {'; '.join(said.text for said in one.said)}" for one in entry.details]
            for entry in section.entries
        }
        for section in made.sections
    ]


def test_a_line_is_new_then_says_something_else_then_is_over_and_comes_back() -> None:
    anew = ("2026-03-09", "need_named", {**SLEEP[2], "text": "Sleep all night"})
    over = ("2026-03-12", "plan_line_ended", {"line_id": "n1", "reason": "reached", "words": "she sleeps"})
    back = ("2026-03-20", "need_named", {**SLEEP[2], "text": "Sleep all night"})
    assert told(SLEEP, anew, over, back) == [
        {"Sleep": ["Kind: Need", "What changed: new"]},
        {"Sleep all night": ["Kind: Need", "Before: Sleep"]},
        {"Sleep all night": ["Kind: Need", "Ended on: March 12, 2026", "Why: reached", "In their words: she sleeps"]},
        {"Sleep all night": ["Kind: Need", "What changed: on the plan again"]},
    ]


def test_what_there_is_to_say_of_a_line_is_told_as_it_is_and_as_it_was() -> None:
    first = goal("g1", "Six hours", needs=["n1"], owner="aunt", baseline="3", by="family", shared=True)
    later = {**first[2], "owner": "uncle", "target_date": "2026-05-01"}
    del later["baseline"]
    assert told(SLEEP, first, ("2026-03-09", "goal_set", later))[-1] == {
        "Six hours": [
            "Kind: Goal",
            "At the start: nothing any more",
            "At the start, before: 3",
            "Who keeps an eye on it: uncle",
            "Who keeps an eye on it, before: aunt",
            "By: May 1, 2026",
        ]
    }


def test_a_goal_is_not_told_again_because_its_need_says_something_else() -> None:
    aim = goal("g1", "Six hours", needs=["n1"], by="family", shared=True)
    anew = ("2026-03-09", "need_named", {**SLEEP[2], "text": "Sleep all night"})
    assert list(told(SLEEP, aim, anew)[-1]) == ["Sleep all night"]


def test_lines_that_become_one_are_told_with_the_one_that_stays() -> None:
    other = need("n2", "Rest", by="family", shared=True)
    woven = ("2026-03-10", "plan_lines_woven", {"line_id": "n1", "others": ["n2"]})
    assert told(SLEEP, other, woven)[-1] == {"Sleep": ["Kind: Need", "Now one with: Rest"]}


def test_a_line_becomes_known_to_a_reader_when_it_is_shared_and_only_then() -> None:
    own = need("n2", "Talk", by="mental_health")
    share = ("2026-03-10", "plan_line_shared", {"line_id": "n2", "shared": True})
    away = ("2026-03-12", "plan_line_shared", {"line_id": "n2", "shared": False})
    assert told(own, share, away) == [{"Talk": ["Kind: Need", "What changed: new"]}]
    assert told(own, share, away, reader="clinician")[1:] == [
        {"Talk": ["Kind: Need", "What changed: now shared with the team"]},
        {"Talk": ["Kind: Need", "What changed: no longer shared with the team"]},
    ]


def test_how_far_a_service_is_and_how_a_goal_goes_are_no_changes_of_the_plan() -> None:
    help_at_home = service("s1", "Help", service_id="S", shared=True)
    begun = ("2026-03-12", "service_started", {"service_id": "S"})
    assert len(told(help_at_home, begun)) == 1


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("reader", SIDES)
def test_no_more_is_told_than_the_plan_showed_on_one_of_the_days(reader: str, language: str) -> None:
    words = catalogue(language)
    own = {clean(text) for group in words.groups.values() for text in group.values()}
    shown = {said.text for day in DAYS for said in sheet(reader, language, on=day).said}
    made = changes(reader, language)
    assert {said.text for said in made.said} <= shown | own | {said.text for fact in made.facts for said in fact.said}


def test_it_is_told_in_the_language_of_the_reader() -> None:
    text = as_text(changes("family", "es"))
    for words in ("Cómo ha cambiado el plan", "1 de abril de 2026\n", "Qué cambió: nuevo"):
        assert words in text
    assert "Who" not in text


def test_a_plan_of_which_nothing_is_shared_has_not_changed() -> None:
    made: Sheet = changes_sheet("C-1", (), "judge", catalogue("en"), on="2026-05-01")
    assert (made.sections, made.notes[0]) == ((), "Nothing has changed yet.")
    assert "Case: C-1\nUp to: May 1, 2026" in as_text(made)
