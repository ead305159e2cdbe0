"""The leaflet of a county: what its rules say, in plain words; what they do not say is said to be unknown."""

from __future__ import annotations

import pytest

from icpm_engine.calendars import parse_day
from icpm_engine.rules.leaflets import CONTACTS, STATEMENTS, Leaflet, Promise, leaflet
from icpm_engine.sheets import as_text, catalogue, languages, leaflet_sheet
from tests.sheets.leaflets import EVERYWHERE, ON, rules, sheet, told

ENGLISH = catalogue("en")


def words(of: Leaflet, language: str = "en") -> str:
    return " ".join(as_text(leaflet_sheet(of, catalogue(language))).split())


def first(of: Leaflet) -> Promise | None:
    return next((one for one in of.meetings if one.duty == "first_team_meeting"), None)


def test_every_statement_and_contact_has_words() -> None:
    assert STATEMENTS.keys() <= ENGLISH.groups["leaflet_says"].keys()
    assert set(CONTACTS) == ENGLISH.groups["leaflet_contact"].keys()
    headings = ENGLISH.groups["leaflet_section"].keys()
    assert (ENGLISH.groups["leaflet_intro"].keys() | ENGLISH.groups["leaflet_unknown"].keys()) <= headings


@pytest.mark.parametrize(("pack", "county"), EVERYWHERE)
def test_every_county_has_one_in_every_language_that_rests_on_its_own_sources(pack: str, county: str) -> None:
    made = leaflet(rules(pack, county), parse_day(ON))
    assert made.county == county
    assert {STATEMENTS[name] for name in made.statements} <= {one.name for one in made.sources}
    assert {one.authority for one in (*made.meetings, *made.answers)} <= {one.name for one in made.sources}
    assert {one.name for one in made.sources} <= rules(pack, county).sources.keys()
    for language in languages():
        text = words(made, language)
        assert catalogue(language)("leaflet_unknown", "interpreter") in text
        assert (catalogue(language)("leaflet", "unknown") in text) == (pack != "california")


def test_all_that_california_says_is_said_in_spanish_but_the_names_of_texts() -> None:
    made = sheet("los-angeles", "es")
    left = {said.text for section in made.sections for said in section.said if said.untranslated}
    assert left == {one.title for one in told("los-angeles").sources}


# --- when the team meets ----------------------------------------------------------------------------------------------


def test_the_first_meeting_comes_first_and_says_by_when() -> None:
    made = told("shasta")
    assert made.meetings[0] == first(made)
    assert (
        "Meet as a team for the first time By when: for an Indian child: within 30 days; within 60 days or before the "
        "court date that decides what comes next, whichever comes first Counted from when: the child came into care"
    ) in words(made)


def test_it_goes_by_the_rules_of_its_day() -> None:
    older = words(told("shasta", "2020-01-01"))
    assert "Meet as a team for the first time By when: within 60 days Counted" in older
    assert first(told("shasta", "2016-10-06")) is None


def test_what_is_not_verified_has_no_number() -> None:
    made = told("shasta")
    assert {one.duty: one.limits for one in made.meetings if one.unverified} == {
        "team_meeting_intensive": (),
        "team_meeting_on_occasion": (),
        "team_meeting_regular": (),
    }
    assert "90 days" not in words(made)
    assert "No verified limit is known." in words(made)
    assert "the team meets when it is needed" in words(made)


def test_what_the_county_has_not_decided_is_said_and_what_it_has_is_said_instead() -> None:
    asked = "Set a time for the meeting that was asked for By when:"
    assert f"{asked} your county has not said how soon" in words(told("shasta"))
    settled = told("shasta", asked_meeting_limit="5 business days", team_before_hearing="10 days")
    assert f"{asked} within 5 days (work days only) Counted from" in words(settled)
    assert "Meet as a team before the court date By when: 10 days before the court date" in words(settled)


# --- whom to call -----------------------------------------------------------------------------------------------------


def test_whom_to_call_is_what_the_county_has_named() -> None:
    assert "If something stands in the way Who: The county has not named anyone yet." in words(told("shasta"))
    named = told("shasta", point_people=["Ines (child welfare)", "Lee (mental health)"])
    assert "If something stands in the way Who: Ines (child welfare), Lee (mental health)" in words(named)
    assert "Lee (mental health) (sin traducir)" in words(named, "es")
