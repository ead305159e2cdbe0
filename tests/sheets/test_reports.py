"""What the sheets of the status and of a hearing say, and that each of them says what has no verified limit."""

from __future__ import annotations

import attrs
import pytest

from icpm_engine.history.chosen import Chosen
from icpm_engine.plan import SIDES
from icpm_engine.reports import Contact, Owing
from icpm_engine.sheets import as_text, catalogue, hearing_sheet, plan_sheet, status_sheet
from icpm_engine.sheets.model import Entry, Sheet
from icpm_engine.sheets.voice import Voice
from tests.reports.stories import CASE, kept, told
from tests.sheets.reports import DATE, ON, hearing, plan, status

VOICE = Voice(catalogue("en"), "en")


def entries(of: Sheet, anchor: str) -> dict[str, Entry]:
    section = next(one for one in of.sections if one.anchor == anchor)
    return {entry.said.text: entry for entry in section.entries}


def told_of(entry: Entry) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for detail in entry.details:
        found.setdefault(detail.label, []).append("; ".join(said.text for said in detail.said))
    return found


# --- status -----------------------------------------------------------------------------------------------------------


def test_each_help_says_where_it_is_who_has_it_and_whom_to_call() -> None:
    referral = told_of(entries(status(), "matters")["Asking mental health for help"])
    assert referral["Where it is"] == ["A time to meet was offered."]
    assert (referral["Who has it"], referral["Whom to call"]) == (["mental health"], ["Bay Clinic"])
    assert "Answer the request for help; mental health; no verified limit known" in referral["What comes next"]
    screening = told_of(entries(status(), "matters")["A first look at feelings and stress"])
    assert screening["Whom to call"] == ["Ana Ruiz (Unit 4)"]
    assert told_of(entries(status(), "matters")["A service"])["Kind"] == ["help at home (IHBS)"]
    assert told_of(entries(status(), "matters")["An appointment"])["When"] == ["March 25, 2026, 10:00 a.m."]


def test_the_number_of_a_matter_is_for_the_agencies() -> None:
    for reader in SIDES:
        referral = told_of(entries(status(reader), "matters")["Asking mental health for help"])
        assert ("Number" in referral) == (reader in {"social_worker", "clinician"}), reader


def test_what_comes_next_says_by_when_and_from_which_day_that_was_counted() -> None:
    plan = told_of(entries(status(), "next")["Make the case plan"])
    assert plan["By when"] == ["May 1, 2026"]
    assert (plan["Counted from"], plan["How long"]) == (["March 2, 2026"], ["60 days"])
    cans = told_of(entries(status(), "next")["Talk over strengths and needs (CANS) after the child comes into care"])
    assert cans["By when"] == ["not sure yet, maybe April 1, 2026 or May 1, 2026"]
    assert cans["Whom to call"] == ["no one is named yet"]


def test_a_need_says_how_far_it_has_come() -> None:
    need = entries(status(), "needs")["To sleep through the night"]
    assert need.said.quoted
    assert told_of(need)["Where it is"] == ["A service for it has begun."]
    assert told_of(need)["Who sees to it"] == ["the aunt"]


def test_where_there_is_nothing_it_says_so() -> None:
    empty = attrs.evolve(
        kept().status(CASE, on=ON, reader="family"), needs=(), matters=(), next=(), owing=Owing(CASE, ON, (), ())
    )
    text = as_text(status_sheet(empty, "family", catalogue("en"), known_at="2026-04-01"))
    for words in (
        "No need is shared here yet.",
        "No help on its way is shared here yet. You can ask the team about it.",
        "Nothing more comes next that this page may show.",
        "Nothing is owed now that this page may show.",
        "As it was known on: April 1, 2026",
    ):
        assert words in text


# --- hearing ----------------------------------------------------------------------------------------------------------


def test_a_hearing_says_what_it_is_about_and_what_it_looks_back_to() -> None:
    facts = {fact.label: [said.text for said in fact.said] for fact in hearing().facts}
    assert facts["What it is about"] == ["how things go, at six months"]
    assert facts["Looks back to"] == ["March 5, 2026", "the court date before"]
    counts = [len(entries(hearing(), group)) for group in ("done", "open", "late", "unknown")]
    assert "Done: {}. Still time: {}. Late: {}. Not known: {}.".format(*counts) in hearing().notes
    other = hearing_sheet(kept().hearing(CASE, "2026-05-21", reader="judge"), "judge", catalogue("en"))
    assert "No court date is on record for this day." in other.notes


def test_what_was_done_says_when_why_that_day_and_when_it_was_known() -> None:
    done = told_of(entries(hearing(), "done")["Meet as a team for the first time"])
    assert (done["By when"], done["Done"]) == (["April 1, 2026"], ["March 27, 2026, on time"])
    assert done["Why that day"] == ["the child came into care on March 2, 2026"]
    assert done["How sure"] == ["we read about the rule, not the rule"]
    assert done["When it was written down that it was done"] == [
        "late: it took place on March 27, 2026 and was written down on March 30, 2026, 3 days after"
    ]


def test_what_the_county_has_set_is_said_with_the_rule() -> None:
    told = kept().hearing(CASE, DATE, reader="judge")
    (sent,) = [one for one in told.due if one.owed.obligation.duty == "send_referral"]
    set_ = (
        Chosen("referral_limit", "5 business days", "2026-01-01", "A county letter"),
        Chosen("how", "by_fax", None, None),
    )
    sent = attrs.evolve(sent, proof=attrs.evolve(sent.proof, settled=set_))
    made = hearing_sheet(attrs.evolve(told, due=(sent,)), "judge", catalogue("es"))
    said = told_of(entries(made, "done")["Pedir ayuda a salud mental"])["Lo que puso el condado"]
    assert said == ["referral limit; 5 días (solo días de trabajo); A county letter", "how; by fax"]


def test_what_is_late_what_has_time_and_what_is_not_known_stand_apart() -> None:
    later = hearing_sheet(kept().hearing(CASE, DATE, on="2026-05-09", reader="judge"), "judge", catalogue("en"))
    late = told_of(entries(later, "late")["Make the case plan"])
    assert late["Done"] == ["not done; 8 days past its day"]
    assert late["This day has passed"] == ["May 1, 2026"]
    assert "Make the case plan" in entries(hearing(), "open")
    unknown = entries(hearing(), "unknown")
    assert told_of(unknown["Hand the report to the court"])["What must be found out"] == [
        "What becomes of a last day that is counted back from a hearing and falls on a day on which the court is closed"
    ]
    sections = {one.anchor: one.intro for one in hearing().sections}
    assert sections["late"] == "No day has passed without the thing being done."


def test_the_plan_is_cut_to_what_this_reader_may_read() -> None:
    for reader, services in (("judge", ["Help at home"]), ("clinician", ["Help at home", "Talks about before"])):
        assert list(entries(hearing(reader), "services")) == services
        assert list(entries(hearing(reader), "visits")) == ["Saturdays"]
        assert list(entries(hearing(reader), "tasks")) == []
    (goal,) = [one for one in entries(hearing(), "services")["Help at home"].details if one.label == "For"]
    assert goal.said[0].to is None  # the goal does not stand on this sheet


# --- no verified limit ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("reader", ["family", "youth", "caregiver", "judge"])
def test_every_sheet_says_what_has_no_verified_limit(reader: str, language: str) -> None:
    words = catalogue(language)
    for made in (plan(reader, language), status(reader, language), hearing(reader, language)):
        limits = entries(made, "limit")
        assert {words("duty", "team_meeting_regular"), words("duty", "answer_referral")} <= limits.keys()
        for entry in limits.values():
            (when,) = told_of(entry)[words("owed", "when")]
            assert when.startswith(words("owed", "no_limit"))
            assert told_of(entry)[words("owed", "who")]


def test_families_are_told_in_plain_words_alone_why_there_is_none_and_the_bench_by_which_source() -> None:
    for reader, more in (("family", []), ("judge", ["How soon mental health answers or assigns a referral"])):
        answer = told_of(entries(plan(reader), "limit")["Answer the request for help"])
        first, *others = answer["Why"][0].split("; ")
        assert first == "the county has not set a day yet"
        assert [one[:50] for one in others] == [one[:50] for one in more]
        assert ("The rule that was named" in answer) == bool(more)


def test_without_any_a_sentence_says_so_instead_of_an_empty_list() -> None:
    case = told()
    owing = kept().owing(case, on=ON, reader="family")
    for left, words in (
        (attrs.evolve(owing, without_limit=()), "We know of nothing here that is owed without a verified limit."),
        (attrs.evolve(owing, without_limit=(), owed=()), "Nothing is owed now that this page may show."),
    ):
        answer = kept().plan(case, on=ON, reader="family")
        made = plan_sheet(answer.plan, (), "family", catalogue("en"), owing=left)
        assert [one.intro for one in made.sections if one.anchor == "limit"] == [words]


# --- words ------------------------------------------------------------------------------------------------------------


def test_in_spanish_only_what_people_and_rules_wrote_is_left_untranslated() -> None:
    for made in (status("family", "es"), plan("family", "es")):
        left = {said.text for said in made.said if said.untranslated}
        assert left <= {"Six hours of sleep", "Help at home", "Saturdays"}, left
    for entry in (one for section in hearing("judge", "es").sections[:5] for one in section.entries):
        assert not entry.said.untranslated
        allowed = {"Regla", "La regla que se nombró", "Por qué", "Lo que hay que saber"}
        assert {one.label for one in entry.details if any(said.untranslated for said in one.said)} <= allowed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 day", "1 day"),
        ("48 hours", "48 hours"),
        ("3 business days", "3 days (work days only)"),
        ("48 court hours", "48 hours (court days only)"),
        ("2 school days", "2 days (school days only)"),
        ("2 years 6 months", "2 years and 6 months"),
        ("same day", "the same day"),
    ],
)
def test_lengths_of_time_are_said_in_words(text: str, said: str) -> None:
    assert VOICE.span(text) == said


def test_what_no_catalogue_knows_is_said_as_the_rules_say_it() -> None:
    spanish = Voice(catalogue("es"), "en")
    own = spanish.of_rules("duty", "odd_duty", "Odd duty of a county")
    assert (own.text, own.language, own.untranslated) == ("Odd duty of a county", "en", True)
    assert [one.text for one in VOICE.roles([Contact("odd", "Odd office"), Contact("court", "Court")])] == [
        "Odd office",
        "the court",
    ]


def test_whoever_stands_in_is_named_with_whom_they_stand_in_for() -> None:
    covered = Contact("court", "Court", "Bo Lind", stands_in_for="Ana Ruiz")
    assert [one.text for one in VOICE.calls([covered, Contact("parents", "Parents")])] == [
        "Bo Lind, in place of Ana Ruiz"
    ]
