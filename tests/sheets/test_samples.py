"""What holds of every sheet there is, in every language: as text, as page and on paper."""

from __future__ import annotations

from itertools import pairwise

import pytest

from icpm_engine import sheets
from icpm_engine.sheets import as_html, as_pdf, as_text, catalogue
from tests.sheets.pages import Element, parsed
from tests.sheets.papers import Paper
from tests.sheets.samples import NAMES, SAMPLES, sample

EVERY = pytest.mark.parametrize("name", NAMES)


def test_every_sheet_has_a_sample() -> None:
    assert [name for name in sheets.__all__ if name.endswith("_sheet")] == sorted(SAMPLES)


@EVERY
def test_the_paper_shows_what_the_text_shows_and_nothing_else(name: str) -> None:
    """The text has a row's heading beside each cell, the paper above them all; so words are compared, once each."""
    words = {word.strip(":;*") for word in as_text(sample(name)).split()}
    shown = {word.strip(":;") for page in Paper(as_pdf(sample(name))).pages for word in page.split()}
    numbered = {*catalogue(sample(name).language)("page", "numbered").split(), *map(str, range(1, 30))}
    assert shown - words <= {"•", "·", *numbered}
    assert {word for word in words - shown if len(set(word)) > 1} == set()  # the rest are lines under headings


@EVERY
def test_the_page_shows_what_the_text_shows(name: str) -> None:
    words = {word.strip(":;*") for word in as_text(sample(name)).split()}
    shown = " ".join(page(name).text.split())
    assert {word for word in words if len(set(word)) > 1 and word not in shown} == set()


@EVERY
def test_headings_go_down_one_step_at_a_time_and_names_are_there_once(name: str) -> None:
    made = page(name)
    levels = [int(heading.tag[1]) for heading in made.all("h1", "h2", "h3", "h4")]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [one.attributes["id"] for one in made.all() if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    pointed = {one.attributes["href"] for one in made.all("a")}
    assert pointed <= {f"#{one}" for one in ids}


def page(name: str) -> Element:
    return parsed(as_html(sample(name)))
