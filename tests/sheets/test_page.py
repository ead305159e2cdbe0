"""The page: nothing typed into a plan runs in it, and everybody can read it, on a phone, on paper, by ear."""

from __future__ import annotations

import re
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icpm_engine.plan import SIDES
from icpm_engine.sheets import as_html, catalogue, languages, plan_sheet
from tests.plan.stories import need, plan
from tests.sheets.pages import Element, parsed
from tests.sheets.plans import sheet

CSS = (resources.files("icpm_engine.sheets") / "layout" / "sheet.css").read_text("utf-8")
PAPER = (resources.files("icpm_engine.sheets") / "layout" / "sheet.typ").read_text("utf-8")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "&lt;b&gt; <!-- ",
    "]]></bdi></li></ul>",
)
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "nav", "main", "section"),
    *("footer", "p", "ul", "li", "dl", "div", "dt", "dd", "bdi", "small", "table", "caption", "thead", "tbody"),
    *("tr", "th", "td"),
}
READ = [(reader, language) for reader in SIDES for language in languages()]


def page(reader: str = "social_worker", language: str = "en", hostile: str = "") -> Element:
    return parsed(as_html(sheet(reader, language, hostile)))


# --- nothing runs -----------------------------------------------------------------------------------------------------


def test_the_page_reads_back_as_it_was_made() -> None:
    assert {element.tag for element in page("clinician", "es").all()} == TAGS


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_is_typed_into_a_plan_stays_text(hostile: str) -> None:
    made = page("clinician", "es", hostile)
    assert {element.tag for element in made.all()} == TAGS
    assert [element.tag for element in made.all()] == [element.tag for element in page("clinician", "es").all()]
    allowed = {"id", "class", "lang", "href", "scope", "aria-labelledby", "tabindex", "charset", "name", "content"}
    assert {name for element in made.all() for name in element.attributes} <= allowed | {"http-equiv"}
    assert f"Draws{hostile}" in made.text


@given(st.text(min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_no_text_changes_what_the_page_is_made_of(text: str) -> None:
    def made(text: str) -> list[str]:
        read = plan("2026-03-20", need("n1", text, shared=True, words_of=text))
        found = parsed(as_html(plan_sheet(read, (), "family", catalogue("en"))))
        return [element.tag for element in found.all()]

    assert made(text) == made("Sleep")


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    made = as_html(sheet("clinician"))
    assert re.findall(r"(?:src|srcset|action)\s*=|url\(|@import|https?:", made) == []
    policy = next(one for one in parsed(made).all("meta") if "http-equiv" in one.attributes).attributes["content"]
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")


# --- everybody can read it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reader", "language"), READ)
def test_headings_go_down_one_step_at_a_time(reader: str, language: str) -> None:
    levels = [int(heading.tag[1]) for heading in page(reader, language).all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize(("reader", "language"), READ)
def test_the_page_has_its_language_title_and_landmarks(reader: str, language: str) -> None:
    made = page(reader, language)
    (html,) = made.all("html")
    assert html.attributes["lang"] == language
    assert next(made.all("title")).text == next(made.all("h1")).text
    assert [sum(1 for _ in made.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    viewport = next(one for one in made.all("meta") if one.attributes.get("name") == "viewport")
    assert viewport.attributes["content"] == "width=device-width, initial-scale=1"  # it can be made larger


@pytest.mark.parametrize(("reader", "language"), READ)
def test_every_name_is_there_once_and_everything_pointed_to_is_there(reader: str, language: str) -> None:
    made = list(page(reader, language).all())
    ids = [one.attributes["id"] for one in made if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    pointed = [one.attributes["href"] for one in made if one.tag == "a"]
    pointed += [f"#{one.attributes['aria-labelledby']}" for one in made if "aria-labelledby" in one.attributes]
    assert {target for target in pointed if target not in {f"#{one}" for one in ids}} == set()
    first = next(one for one in made if one.tag == "a")
    assert (first.attributes["class"], first.attributes["href"]) == ("skip", "#plan")


def test_links_lists_and_terms_have_what_belongs_to_them() -> None:
    made = page("clinician")
    assert [link for link in made.all("a") if not link.text.strip()] == []
    for parent, allowed in (("ul", {"li"}), ("dl", {"div"}), ("tr", {"th", "td"})):
        for found in made.all(parent):
            inside = {child.tag for child in found.children if isinstance(child, Element)}
            assert inside
            assert inside <= allowed
    for group in made.all("div"):
        tags = [child.tag for child in group.children if isinstance(child, Element)]
        assert (tags[0], set(tags[1:])) == ("dt", {"dd"})


def test_tables_have_captions_and_every_column_and_row_a_heading() -> None:
    tables = list(page("clinician").all("table"))
    assert len(tables) == 2
    for table in tables:
        assert next(table.all("caption")).text
        head, *rows = table.all("tr")
        assert {cell.attributes.get("scope") for cell in head.all("th")} == {"col"}
        for row in rows:
            cells = list(row.all("th", "td"))
            assert cells[0].attributes.get("scope") == "row"
            assert len(cells) == len(list(head.all("th")))


def test_words_in_another_language_say_so() -> None:
    made = page("clinician", "es")
    languages = {one.text: one.attributes.get("lang") for one in made.all("bdi")}
    assert languages["Six hours of sleep"] == "en"
    assert languages["Draws"] == "und"
    assert languages["la salud"] is None
    assert "Six hours of sleep (sin traducir)" in made.text


def test_large_print_is_the_same_page_in_larger_letters() -> None:
    small, large = as_html(sheet()), as_html(sheet(), large_print=True)
    assert large == small.replace('<html lang="en">', '<html lang="en" class="large">')
    sizes = re.findall(r"html\.large \{ font-size: (\w+%?);", CSS)
    assert sizes == ["150%", "18pt"]  # of 16 pixels on a screen; the usual measure of large print on paper
    assert re.findall(r"(?<!-)font-size:[^;]*px", CSS) == []


# --- contrast ---------------------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_letters_stand_out_from_what_is_behind_them() -> None:
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", CSS))
    assert set(re.findall(r"#[0-9a-f]{3,8}\b", CSS)) == set(colours.values())  # no colour is named elsewhere
    assert set(re.findall(r"#[0-9a-f]{6}\b", PAPER)) == {colours[name] for name in ("ink", "quiet", "line")}
    letters = set(re.findall(r"(?<![-\w])color: var\(--(\w+)\)", CSS))
    behind = set(re.findall(r"background: var\(--(\w+)\)", CSS))
    assert (letters, behind) == ({"ink", "link", "quiet"}, {"paper", "panel"})
    for letter in letters:
        for back in behind:
            assert contrast(colours[letter], colours[back]) >= 7  # WCAG 2.2, level AAA
    assert contrast(colours["line"], colours["panel"]) >= 3


def test_contrast_is_measured_as_the_guidelines_say() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
