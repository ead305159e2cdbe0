"""The catalogue: complete in every language, in plain words, without words that find fault."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from string import Formatter
from typing import get_args

import attrs
import pytest

from icpm_engine import RulePack
from icpm_engine.errors import EventError
from icpm_engine.plan import FINDINGS
from icpm_engine.plan.model import KINDS, SIDES
from icpm_engine.reports.model import NeedStep, WhyNoLimit
from icpm_engine.reports.readers import HELP, area_of
from icpm_engine.rules.model import Duty, Line
from icpm_engine.rules.walking import walk
from icpm_engine.sheets import Catalogue, as_html, catalogue, languages
from icpm_engine.vocabulary import STANDARD
from icpm_engine.vocabulary.court import HearingKind
from icpm_engine.vocabulary.plan import Domain, Part, Signer
from icpm_engine.vocabulary.service import ServiceType
from icpm_engine.vocabulary.team import Side
from tests.sheets.plans import sheet

ENGLISH = catalogue("en")
EVERY = [pytest.param(catalogue(code), id=code) for code in languages()]
GRADE = 6.0

FAULT = {
    "en": r"problem|deficit|deficien|failure|failed|refus|non-?complian|dysfunction|disorder|resist|weakness|bad\b",
    "es": r"problema|déficit|deficien|fracas|fall[oó]|rehus|incumpl|disfunc|trastorno|resisten|debilidad|\bmal[oa]\b",
}
"""What is never said of a child or family, or of what they do."""


def keys(words: Catalogue) -> dict[tuple[str, str], str]:
    return {(group, key): text for group, texts in words.groups.items() for key, text in texts.items()}


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("words", EVERY)
def test_every_language_has_every_key_with_the_same_places_for_values(words: Catalogue) -> None:
    assert keys(words).keys() == keys(ENGLISH).keys()
    assert {key: holes(text) for key, text in keys(words).items()} == {k: holes(t) for k, t in keys(ENGLISH).items()}
    assert [key for key, text in keys(words).items() if not text.strip()] == []


def test_every_name_that_the_vocabulary_and_the_plan_use_has_words() -> None:
    ended = STANDARD["plan_line_ended"].fields["reason"].options
    named = {"side": get_args(Side), "signer": get_args(Signer), "domain": get_args(Domain), "part": get_args(Part)}
    named |= {"service": get_args(ServiceType), "end": ended, "reader": tuple(SIDES), "title": tuple(SIDES)}
    named |= {"answer": STANDARD["goal_answered"].fields["answer"].options}
    named |= {"flag": STANDARD["safety_flag_raised"].fields["kind"].options}
    kinds = tuple(attrs.fields_dict(kind)["kind"].default for kind in KINDS.values())
    named |= {"kind": kinds, "section": tuple(KINDS)}
    assert {group: set(names) - ENGLISH.groups[group].keys() for group, names in named.items()} == {
        group: set() for group in named
    }


def test_every_finding_has_words() -> None:
    assert FINDINGS.keys() - ENGLISH.groups["finding"].keys() == set()


def test_what_becomes_of_services_and_signatures_has_words() -> None:
    from icpm_engine.plan import building  # noqa: PLC0415 - what it holds is looked at here alone

    assert set(building._SERVICES.values()) == ENGLISH.groups["state"].keys()
    assert {*building._SIGNED.values(), "took part", "took no part"} == ENGLISH.groups["signed"].keys()


PHRASES = ("duty", "event", "matter", "role", "step")
"""The groups of words for what rule packs name."""


def test_what_the_shipped_rules_of_california_name_has_words_in_every_language() -> None:
    packs = [RulePack.load("california", county=county) for county in (None, "los-angeles", "orange", "shasta")]
    named: dict[str, set[str]] = {group: set() for group in PHRASES}
    for pack in packs:
        duties = [duty for duty in pack.duties.values() if duty.subject != "county"]
        named["duty"] |= {duty.name for duty in duties}
        named["event"] |= {kind for duty in duties for kind in starting(duty)}
        named["role"] |= pack.roles.keys()
        helps = [one for one in pack.lifecycles.values() if area_of(one.transitions, pack) in HELP]
        named["matter"] |= {one.name for one in helps}
        named["step"] |= {f"{one.name}.{state}" for one in helps for state in one.states}
    for language in languages():
        assert {group: names - catalogue(language).groups[group].keys() for group, names in named.items()} == {
            group: set() for group in PHRASES
        }
    assert {group: ENGLISH.groups[group].keys() - names for group, names in named.items()} == {
        group: set() for group in PHRASES
    }


def starting(duty: Duty) -> set[str]:
    return {kind for text in duty.texts for line in walk(text.starts) if isinstance(line, Line) for kind in line.on}


def test_what_hearings_are_about_and_how_sure_a_rule_is_has_words() -> None:
    named = {"hearing_kind": get_args(HearingKind), "need_step": get_args(NeedStep), "limit": get_args(WhyNoLimit)}
    named |= {"sure": ("seen", "secondary", "background"), "hearing_title": tuple(SIDES), "status_title": tuple(SIDES)}
    assert {group: set(names) - ENGLISH.groups[group].keys() for group, names in named.items()} == {
        group: set() for group in named
    }


# --- plain words ------------------------------------------------------------------------------------------------------


def sentences(words: Catalogue) -> list[str]:
    """The catalogue's own sentences, with a short word in each place for a value."""
    texts = [re.sub(r"\{\w+\}", "one", text) for text in keys(words).values() if re.search(r"[.?]$", text)]
    return [sentence for text in texts for sentence in re.split(r"(?<=[.?])\s+", text)]


def english_syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", re.sub(r"(?<![aeiouyl])e$|(?<=[^aeiouytd])ed$|(?<=[a-z])es$", "", word)))
    return max(1, groups)


def spanish_syllables(word: str) -> int:
    """A strong vowel, or a weak one with an accent, is a syllable; weak ones beside it are not."""
    return max(1, len(re.findall(r"[aeoáéíóú]|(?<![aeoáéíóúiu])[iuüy](?![aeoáéíóú])", word)))


def grade(language: str, sentences: list[str]) -> float:
    """Of school: by Flesch and Kincaid for English, by Crawford (1985) for Spanish."""
    count = english_syllables if language == "en" else spanish_syllables
    found = [word for sentence in sentences for word in re.findall(r"[^\W\d_]+", sentence.lower().replace("'", ""))]
    syllables = sum(map(count, found))
    if language == "en":
        return 0.39 * len(found) / len(sentences) + 11.8 * syllables / len(found) - 15.59
    hundred = len(found) / 100
    return -0.205 * len(sentences) / hundred + 0.049 * syllables / hundred - 3.407


@pytest.mark.parametrize("words", EVERY)
def test_its_sentences_are_about_grade_six(words: Catalogue) -> None:
    told = sentences(words)
    assert len(told) > 40
    assert grade(words.language, told) <= GRADE
    assert [one for one in told if len(one.split()) > 20] == []
    assert [one for one in told if len(one.split()) > 5 and grade(words.language, [one]) > GRADE + 3] == []


@pytest.mark.parametrize("words", EVERY)
@pytest.mark.parametrize("group", PHRASES)
def test_words_for_rules_are_about_grade_six(words: Catalogue, group: str) -> None:
    told = [phrase for text in words.groups[group].values() for phrase in re.split(r"(?<=[.?])\s+", text)]
    assert grade(words.language, told) <= GRADE
    assert [one for one in told if len(one.split()) > 20] == []
    assert [one for one in told if len(one.split()) > 5 and grade(words.language, [one]) > GRADE + 3] == []


def test_the_measure_tells_plain_words_from_others() -> None:
    assert grade("en", ["The child may stay at home with her aunt."]) < 3
    assert grade("en", ["Interdisciplinary collaboration facilitates individualized therapeutic intervention."]) > 15
    assert grade("es", ["La niña va a la casa de su tía."]) < 3
    assert (
        grade("es", ["La colaboración interdisciplinaria facilita intervenciones terapéuticas individualizadas."]) > 6
    )


@pytest.mark.parametrize("words", EVERY)
def test_nothing_finds_fault_with_anybody(words: Catalogue) -> None:
    assert words.language in FAULT, "a new language names here what it never says"
    assert [text for text in keys(words).values() if re.search(FAULT[words.language], text, re.IGNORECASE)] == []


# --- asked for --------------------------------------------------------------------------------------------------------


def test_days_are_written_as_people_write_them() -> None:
    assert catalogue("en").date("2026-03-04") == "March 4, 2026"
    assert catalogue("es").date("2026-03-04") == "4 de marzo de 2026"


def test_a_language_without_words_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(EventError, match="language: found 'fr', expected one of en, es"):
        catalogue("fr")
    with pytest.raises(EventError, match="expected one of en, es"):
        catalogue("../../../etc/passwd")


def test_a_language_joins_with_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["icpm_engine.sheets.catalogue"]  # the package's name `catalogue` is the function
    for name in ("en.toml", "es.toml"):
        (tmp_path / name).write_bytes((module._FOLDER / name).read_bytes())
    new = (tmp_path / "en.toml").read_text("utf-8").replace('"What is going well"', '"Yam zoo"')
    (tmp_path / "hmn.toml").write_text(new, "utf-8")
    monkeypatch.setattr(module, "_FOLDER", tmp_path)
    try:
        assert languages() == ("en", "es", "hmn")
        made = sheet("family", "hmn")
        assert made.sections[0].heading == "Yam zoo"
        assert '<html lang="hmn">' in as_html(made)
    finally:
        catalogue.cache_clear()
