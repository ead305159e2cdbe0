"""The PDF: tagged, in its language, its letters inside, the same bytes each time, and what is typed stays text."""

from __future__ import annotations

import re
import sys
from functools import cache
from itertools import pairwise
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from icpm_engine.errors import SheetError
from icpm_engine.sheets import as_pdf, catalogue, languages, plan_sheet
from icpm_engine.sheets import paper as paper_module
from icpm_engine.sheets.model import Detail, Entry, Said, Section, Sheet, clean
from tests.plan.stories import need, plan
from tests.sheets.papers import Paper, in_line
from tests.sheets.plans import sheet

HOSTILE = '*_`$ x $`_* #let a = 1 #panic("no") <label> @label [b] {c} \\ // /* = + - ~ -- ... "q" http://a.b'
LAID_OUT = {"/Span", "/Strong", "/L"}
"""Tags that a text may have once more where it is broken over lines or pages."""
LARGE = pytest.mark.parametrize("large_print", [False, True])


@cache
def paper(reader: str = "clinician", language: str = "es", *, large_print: bool = False) -> Paper:
    return Paper(as_pdf(sheet(reader, language), large_print=large_print))


def one_line(text: str, language: str = "en", *, large_print: bool = False) -> Paper:
    """A sheet whose texts are all this one."""
    said = Said(text)
    entry = Entry(said, (Detail("What", (said, Said(text, "und", quoted=True))),))
    made = Sheet(language, "The plan", (), (), (Section("needs", "What is needed", None, (entry,)),), ())
    return Paper(as_pdf(made, large_print=large_print))


# --- it says what the text says ---------------------------------------------------------------------------------------


@LARGE
def test_no_letter_is_lost_at_the_edge_however_long_a_word_is(large_print: bool) -> None:
    long = "donaudampfschifffahrtsgesellschaftskapitänsmützenknopf" * 5
    made = one_line(long, large_print=large_print)
    assert made.text.count(in_line(long)) == 3
    wide = one_line("W" * 24 + "W" * 100, large_print=large_print)
    assert all(
        len(line) * 0.9 * (18 if large_print else 12) < 612 - 72 for line in wide.pages[0].split("\n") if "WW" in line
    )


def test_every_page_has_its_number_and_says_whose_it_is_and_of_which_day() -> None:
    pages = paper("clinician", "es").pages
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert page.endswith(
            f"El plan · Caso: C-1 · Cómo está el día: 1 de mayo de 2026 Página {number} de {len(pages)}"
        )


# --- everybody can read it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_it_is_marked_as_accessible_with_title_and_language(language: str) -> None:
    made = paper("clinician", language)
    assert made.root["/Lang"] == language
    assert made.root["/MarkInfo"]["/Marked"]
    assert made.root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert made.reader.metadata is not None
    assert made.reader.metadata.title == sheet("clinician", language).title
    assert "<pdfuaid:part>1</pdfuaid:part>" in made.root["/Metadata"].get_object().get_data().decode()


def test_headings_are_tagged_and_go_down_one_step_at_a_time() -> None:
    made = paper()
    levels = [int(tag["/S"][2:]) for tag in made.tags() if tag["/S"] in {"/H1", "/H2", "/H3", "/H4"}]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after <= before + 1 for before, after in pairwise(levels))
    of = sheet("clinician", "es")
    headings = [of.title, *(one.heading for section in of.sections for one in (section, *section.parts))]
    assert [tag["/T"] for tag in made.tags() if tag["/S"][:2] == "/H"] == headings


def test_lists_and_tables_are_tagged() -> None:
    made = paper()
    tables = made.named("/Table")
    assert len(tables) == len(made.named("/Caption")) == 2
    assert len(made.named("/TH")) == 3 + 4
    assert {tag["/A"][0]["/Scope"] for tag in made.named("/TH")} == {"/Column"}
    assert {"/L", "/LI", "/LBody", "/Link"} <= {tag["/S"] for tag in made.tags()}


def test_words_in_another_language_say_so() -> None:
    streams = [page.get_contents() for page in paper("clinician", "es").reader.pages]
    told = [re.findall(rb"/Lang\((\w+)\)", stream.get_data()) for stream in streams if stream is not None]
    assert {language for page in told for language in page} == {b"en", b"es", b"und"}
    assert "Sixhoursofsleep(sintraducir)" in paper("clinician", "es").text


def test_its_letters_are_inside_accents_and_all() -> None:
    made = one_line("¿Qué? ¡Niño, pingüino, ÁÉÍÓÚÑ! Nguyễn Şahin Łódź")
    assert made.text.count("¿Qué?¡Niño,pingüino,ÁÉÍÓÚÑ!NguyễnŞahinŁódź") == 3
    assert all("/FontFile3" in font or "/FontFile2" in font for font in made.fonts())


def test_large_print_is_the_same_in_eighteen_points_and_nothing_smaller() -> None:
    small, large = paper(), paper(large_print=True)
    assert large.text == small.text
    assert len(large.pages) > len(small.pages)
    assert min(sizes(large)) == 18


def sizes(made: Paper) -> set[float]:
    """The sizes of its letters, in points."""
    found: set[float] = set()
    for page in made.reader.pages:
        page.extract_text(
            visitor_text=lambda text, _, __, ___, size: found.add(round(size, 1)) if text.strip() else None
        )
    return found


# --- nothing is read as markup ----------------------------------------------------------------------------------------


def test_what_is_typed_stays_text() -> None:
    made = Paper(as_pdf(sheet("family", "en", HOSTILE)))
    assert made.text.count(in_line("Draws" + HOSTILE)) == 1
    tags = [tag["/S"] for tag in paper("family", "en").tags() if tag["/S"] not in LAID_OUT]
    assert [tag["/S"] for tag in made.tags() if tag["/S"] not in LAID_OUT] == tags


@given(st.text(st.characters(codec="latin-1") | st.sampled_from("#$*_`@<>[]{}\\/~=+-\"'"), min_size=1, max_size=60))
@example("-\xad")
@example("\xad")
@settings(max_examples=25, deadline=None)
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    made = one_line(text)
    shown = in_line(clean(text))
    assert made.text == in_line("The plan What is needed {0} What: {0} • “{0}”").replace("{0}", shown)


def test_a_sign_that_no_font_has_is_told_with_what_to_do() -> None:
    with pytest.raises(SheetError, match=r"no font on this machine has \(.*378.*\); install a font.*--format html"):
        one_line("a\u0378b")


def test_letters_that_the_own_fonts_lack_are_looked_for_on_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(typst: ModuleType, told: str, *, fonts_of_machine: bool) -> bytes:
        if not fonts_of_machine:
            raise typst.TypstError("a sign is missing")
        return b"with more fonts" if "中文" in told else b""

    monkeypatch.setattr(paper_module, "_compiled", compiled)
    assert as_pdf(Sheet("en", "中文", (), (), (), ())) == b"with more fonts"


def test_without_the_package_it_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(SheetError, match=r"pip install 'icpm-engine\[pdf\]'"):
        as_pdf(sheet())


# --- the same again ---------------------------------------------------------------------------------------------------


def test_the_same_sheet_makes_the_same_bytes_and_holds_no_time() -> None:
    made = as_pdf(sheet("family", "es"))
    assert made == as_pdf(sheet("family", "es"))
    assert b"CreationDate" not in made
    assert b"CreateDate" not in made


def test_a_name_written_from_the_right_moves_nothing_that_stands_beside_it() -> None:
    who = Detail("Who", (Said("ליאור"), Said("42"), Said("aunt")))
    made = Paper(as_pdf(Sheet("en", "The plan", (who,), (), (), ())))
    at: dict[str, float] = {}
    made.reader.pages[0].extract_text(visitor_text=lambda text, to, by, *_: at.setdefault(text.strip(), by[4] + to[4]))
    assert at["ליאור"] < at["42 • aunt"]


def test_a_pointer_to_nothing_is_no_link() -> None:
    said = Said("Sleep", to="nowhere")
    twice = Entry(said, anchor="twice")
    made = Sheet("en", "The plan", (), (), (Section("s", "S", None, (twice, twice, Entry(Said("x", to="twice")))),), ())
    assert Paper(as_pdf(made)).named("/Link") == []


def test_an_empty_plan_is_a_page() -> None:
    made = plan_sheet(
        plan("2026-03-20", need("n1", "Talk", by="mental_health")).for_reader("judge"), (), "judge", catalogue("en")
    )
    assert "Nothingissharedhereyet." in Paper(as_pdf(made)).text
