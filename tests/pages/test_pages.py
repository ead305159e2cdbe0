"""Every pack that ships, in words: nothing of it is left out, every citation leads somewhere, no table is broken."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from icpm_engine.lifecycles import diagram
from icpm_engine.pages import book_of, pages_of, write
from icpm_engine.pages.markdown import said, table
from icpm_engine.rules.comparing import compare
from icpm_engine.rules.deciding import county_decisions
from icpm_engine.rules.loading import load_pack, load_texts
from icpm_engine.rules.packs import county_names, pack_names
from icpm_engine.rules.wording import words_of_version
from tests.rules.rulefiles import BASE, duty

PACKS = [(name, county) for name in pack_names() for county in (None, *county_names(name))]
LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")
CELL = re.compile(r"(?<!\\)\|")
every_pack = pytest.mark.parametrize(("name", "county"), PACKS)


@functools.cache
def pages(name: str, county: str | None) -> Mapping[str, str]:
    return pages_of(load_pack(name, county), load_pack(name) if county else None)


def small(text: str = "") -> Mapping[str, str]:
    """The pages of a small pack with a rule of our own in it."""
    return pages_of(load_texts({"base.yaml": BASE, "rule.yaml": text or "{}"}, standard=False))


def rows(page: str) -> list[list[str]]:
    """The rows of all tables of a page, cell by cell."""
    lines = (line for line in page.splitlines() if line.startswith("| "))
    return [[cell.strip() for cell in CELL.split(line)[1:-1]] for line in lines]


def rows_about(rule: str, page: str) -> list[list[str]]:
    return [row for row in rows(page) if f"`{rule}`" in row[0]]


# --- nothing is left out ----------------------------------------------------------------------------------------------


@every_pack
def test_every_version_of_every_duty_stands_with_its_authority(name: str, county: str | None) -> None:
    page = pages(name, county)["duties.md"]
    for one in load_pack(name, county).duties.values():
        found = rows_about(one.name, page)
        assert len(found) == len(one.texts), one.name
        for text, row in zip(one.texts, found, strict=True):
            assert said(text.label) in row[0]
            assert f"(sources.md#{text.authority})" in row[6], one.name
            assert row[7].startswith(words_of_version(text.from_day))
            assert all(row[1:5]), one.name
            assert bool(one.off) == ("no verified limit known" in row[3]) == ("switched off" in row[7])


@every_pack
def test_every_bar_stands_with_its_authority(name: str, county: str | None) -> None:
    page = pages(name, county)["duties.md"]
    for bar in load_pack(name, county).bars.values():
        [row] = rows_about(bar.name, page)
        assert said(bar.label) in row[0]
        assert f"(sources.md#{bar.authority})" in row[5]


@every_pack
def test_every_decision_stands_with_its_authority(name: str, county: str | None) -> None:
    page = pages(name, county)["decisions.md"]
    for decision in load_pack(name, county).decisions.values():
        assert f"\n### {said(decision.label)}\n" in page
        [line] = [line for line in page.splitlines() if f'<a id="{decision.name}"></a>' in line]
        assert f"(sources.md#{decision.authority})" in line


@every_pack
def test_every_choice_stands_open_or_settled_with_its_authority(name: str, county: str | None) -> None:
    pack, page = load_pack(name, county), pages(name, county)["choices.md"]
    still_open, settled = page.split("\n## Settled\n")
    for choice in pack.choices.values():
        settlements = pack.settles.get(choice.name, ())
        found = rows_about(choice.name, settled if settlements else still_open)
        assert len(found) == max(1, len(settlements)), choice.name
        assert f"(sources.md#{choice.authority})" in found[0][-1]
        for row, settlement in zip(found, settlements, strict=False):
            assert f"(sources.md#{settlement.authority})" in row[3]


@every_pack
def test_every_lifecycle_is_drawn_and_its_states_are_named(name: str, county: str | None) -> None:
    pack, page = load_pack(name, county), pages(name, county)["lifecycles.md"]
    for lifecycle in pack.lifecycles.values():
        assert f"`{lifecycle.name}`" in page
        assert f"```mermaid\n{diagram(lifecycle).rstrip()}\n```" in page
        assert all(said(state.label) in page for state in lifecycle.states.values())


@every_pack
def test_what_is_not_covered_is_said(name: str, county: str | None) -> None:
    pack, page = load_pack(name, county), pages(name, county)["limits.md"]
    off = [rule.name for rule in (*pack.duties.values(), *pack.bars.values()) if rule.off]
    unread = [source.name for source in pack.sources.values() if source.seen != "seen"]
    waiting = [row for row in county_decisions(pack).rows if row.open and not row.arrangement]
    assert all(rows_about(rule, page.split("\n## No number")[0]) for rule in off)
    assert all(f"(sources.md#{source})" in page.split("\n## Sources")[1] for source in unread)
    for choice in waiting:
        [row] = rows_about(choice.choice, page)
        assert all(said(rule.label) in row[2] for rule in choice.hangs)


@pytest.mark.parametrize(("name", "county"), [(name, county) for name, county in PACKS if county])
def test_every_difference_from_the_state_is_told(name: str, county: str) -> None:
    page = pages(name, county)["difference.md"]
    for row in compare(load_pack(name), load_pack(name, county)).rows:
        told = [cells for cells in rows_about(row.name, page) if cells[1] in {row.part, row.change}]
        assert any(said(row.after or "") == cells[3] for cells in told), row


def test_a_county_that_differs_in_nothing_says_so() -> None:
    pack = load_texts({"base.yaml": BASE}, standard=False)
    assert pages_of(pack, pack)["difference.md"].endswith("\nNothing: the county's rules are the state's.\n")


@every_pack
def test_every_source_is_in_the_register(name: str, county: str | None) -> None:
    page = pages(name, county)["sources.md"]
    assert [row[0].split("`")[1] for row in rows(page)[1:]] == sorted(load_pack(name, county).sources)


# --- what stands there can be read ------------------------------------------------------------------------------------


@every_pack
def test_every_link_leads_to_a_page_and_a_place_in_it(name: str, county: str | None) -> None:
    found = pages(name, county)
    broken = [
        (page, target, place)
        for page, text in found.items()
        for target, place in LINK.findall(text)
        if target not in found or (place and f'<a id="{place}"></a>' not in found[target])
    ]
    assert broken == []


@every_pack
def test_no_table_is_broken_and_no_word_of_the_code_shows(name: str, county: str | None) -> None:
    for text in pages(name, county).values():
        assert not re.search(r"=None\b|object at 0x|\w+\(\w+=", text)
        for table_rows in tables(text):
            assert len({len(row) for row in table_rows}) == 1, table_rows[0]


def tables(page: str) -> Iterator[list[list[str]]]:
    for block in page.split("\n\n"):
        if block.startswith("| "):
            yield rows(block)


def test_the_book_finds_every_pack_and_county() -> None:
    book = book_of((load_pack(name, county), load_pack(name) if county else None) for name, county in PACKS)
    linked = [target for target, _ in LINK.findall(book["README.md"])]
    assert set(linked) <= set(book)
    assert len(linked) == len(PACKS)


def test_the_same_rules_make_the_same_pages_in_another_process() -> None:
    code = (
        "from icpm_engine.pages import pages_of; from icpm_engine.rules.loading import load_pack; import sys;"
        "county, state = load_pack('california', 'los-angeles'), load_pack('california');"
        "sys.stdout.write(repr(sorted(pages_of(county, state).items())))"
    )
    ran = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert ran.stdout == repr(sorted(pages("california", "los-angeles").items()))


# --- words ------------------------------------------------------------------------------------------------------------


def cells(text: str) -> list[str]:
    [row] = rows_about("it", small(text)["duties.md"])
    return row


def test_rows_stand_one_below_the_other() -> None:
    row = cells(duty("", due="[{when: high, within: 5 days}, {within: 10 court days}]"))
    assert row[3] == "5 days after the start when high<br>else 10 court days after the start"


def test_what_else_there_is_to_say() -> None:
    row = cells(
        duty(
            "force: should\nper: hearing_id\nwhile: case.open\nagain: restarts\nrepeats: from met\npaused_while: high\n"
            "cancelled: closed\nexcused: plan_made\nfloor: yes\nin_force: {from: 2026-01-01}\n"
            "escalates: {at: 14 days after due, tell: boss}",
            starts="hearing_set",
        )
    )
    assert row[5].split("<br>") == [
        "should",
        "for each hearing id",
        "while case is open",
        "excused by plan made",
        "ended by closed",
        "the clock stands still while high",
        "comes again, counted from the day on which it was done",
        "another start ends the run and begins a new one",
        "to be told at 14 days after the due date: Supervisor",
        "in force from 2026-01-01",
        "a floor: a county may only be stricter",
    ]


def test_each_version_has_a_row_of_its_own() -> None:
    found = rows_about("it", small(duty("versions: [{from: 2026-01-01, owner: nurse}]"))["duties.md"])
    assert [(row[1], row[7]) for row in found] == [("Worker", "from the beginning"), ("Nurse", "from 2026-01-01")]


def test_a_decision_is_told_part_by_part() -> None:
    text = (
        "decisions:\n  it:\n    label: It\n    authority: law\n    all:\n      - case.open\n"
        "      - {any: [high, {acute: yes}], label: Somehow urgent}\n      - {not: {tool: asq}}\n"
    )
    page = small(text)["decisions.md"].split("### It\n")[1]
    assert page.split("\n\n")[1].splitlines()[:7] == [
        "- It holds when:",
        "  - all of these:",
        "    - case is open",
        "    - Somehow urgent: any of these:",
        "      - high",
        "      - acute is yes",
        "    - not (tool is asq)",
    ]


def test_a_decision_made_by_rows_is_told_row_by_row() -> None:
    page = small()["decisions.md"].split("### Which county\n")[1]
    assert page.split("\n\n")[1].splitlines() == ["- home, when:", "  - high", "- otherwise residence"]


def test_words_cannot_break_a_table() -> None:
    assert said("a | b <i> [c](d) *e*\nf") == "a \\| b &lt;i&gt; \\[c\\](d) \\*e\\* f"
    assert table(("A",), []) == ""


def test_pages_are_written_below_a_folder(tmp_path: Path) -> None:
    write({"a/b.md": "# B\n"}, tmp_path / "new")
    assert (tmp_path / "new" / "a" / "b.md").read_text("utf-8") == "# B\n"
