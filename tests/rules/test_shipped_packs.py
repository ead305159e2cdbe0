"""Every pack that ships: it loads, it runs, its rules are cited, owned and told of, its protocols are counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest

from icpm_engine.history import compile_pack
from icpm_engine.rules.loading import check_pack, load_pack
from icpm_engine.rules.model import Bar, Duty, RulePack
from icpm_engine.rules.packs import county_names, pack_names, packs_root
from icpm_engine.scenarios import Scenario, coverage, load_scenario, scenario_files, untold

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "language" / "protocols.md"
STORIES = [load_scenario(path) for path in scenario_files(ROOT / "scenarios")]
PACKS = [(name, county) for name in pack_names() for county in (None, *county_names(name))]
COUNTED = re.compile(r"^\| \[([A-Z0-9-]+)\]\(([^)]+)\) \| (\d+) of (\d+) \| (.*?) ?\|$", re.MULTILINE)


@attrs.frozen
class Counted:
    """A line of the page: where a protocol stands, how many of its rows, and which are left out."""

    file: str
    rows: int
    of: int
    left_out: tuple[int, ...]


def counted() -> Mapping[str, Counted]:
    """The table of the page."""
    found = COUNTED.findall(PAGE.read_text("utf-8"))
    return {
        name: Counted(link.removeprefix("../../"), int(rows), int(of), tuple(map(int, re.findall(r"row (\d+)", left))))
        for name, link, rows, of, left in found
    }


def rules_of(pack: RulePack) -> list[Duty | Bar]:
    """Its duties and bars."""
    return [*pack.duties.values(), *pack.bars.values()]


def encoded() -> dict[str, dict[int, list[tuple[str, Duty | Bar]]]]:
    """For each protocol and row, the rules that say it, with their pack."""
    found: dict[str, dict[int, list[tuple[str, Duty | Bar]]]] = {}
    for name, county in PACKS:
        for rule in rules_of(load_pack(name, county)):
            for row in rule.encodes if rule.protocol else ():
                found.setdefault(rule.protocol or "", {}).setdefault(row, []).append((name, rule))
    return found


def protocol_files() -> dict[str, str]:
    """The protocols that rule files name, and the file of each."""
    said = {path: re.findall(r"^protocol: (\S+)", path.read_text("utf-8"), re.MULTILINE) for path in rule_files()}
    return {name: path.relative_to(ROOT).as_posix() for path, names in said.items() for name in names}


def rule_files() -> list[Path]:
    """Every rule file of the library."""
    return [path for path in sorted(packs_root().rglob("*.yaml")) if path.parent.name != "calendars"]


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_a_pack_has_no_errors_and_no_remarks(name: str, county: str | None) -> None:
    report = check_pack(name, county)
    assert (report.errors, report.remarks) == ((), ())
    assert report.pack is not None
    assert report.pack is RulePack.load(name, county)
    compile_pack(report.pack)


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_a_rule_is_labelled_owned_and_cited(name: str, county: str | None) -> None:
    pack = load_pack(name, county)
    for rule in rules_of(pack):
        for text in rule.texts if isinstance(rule, Duty) else (rule,):
            assert text.label, rule.name
            assert text.owner.rows, rule.name
            assert text.authority in pack.sources, rule.name
    for named in (*pack.decisions.values(), *pack.choices.values()):
        assert named.label, named.name
        assert named.authority in pack.sources, named.name
    for lifecycle in pack.lifecycles.values():
        assert lifecycle.label, lifecycle.name
        assert all(state.label for state in lifecycle.states.values()), lifecycle.name


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_what_nobody_has_read_is_off_and_the_rest_is_not(name: str, county: str | None) -> None:
    """What is known from background only ships switched off; what was read is on, but for drafts."""
    pack = load_pack(name, county)
    for rule in rules_of(pack):
        for text in rule.texts if isinstance(rule, Duty) else (rule,):
            unread = pack.sources[text.authority].seen == "background"
            assert rule.off in (("unverified",) if unread else (None, "draft")), rule.name
    read = (*pack.decisions.values(), *pack.choices.values())
    assert [one.name for one in read if pack.sources[one.authority].seen == "background"] == []


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_a_source_that_was_seen_says_where_and_when(name: str, county: str | None) -> None:
    for source in load_pack(name, county).sources.values():
        assert source.title, source.name
        assert source.seen, source.name
        assert source.seen == "background" or source.checked, source.name


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_every_rule_is_told_of_in_some_story(name: str, county: str | None) -> None:
    assert coverage(load_pack(name, county), STORIES) == []


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_both_sides_of_every_date_of_a_rule_are_told_of(name: str, county: str | None) -> None:
    assert untold(load_pack(name, county), STORIES) == []


@pytest.mark.parametrize("name", pack_names())
def test_every_choice_is_settled_in_some_story(name: str) -> None:
    """And so in a county's overlay; what moves no date needs none."""
    packs = [load_pack(name, county) for county in (None, *county_names(name))]
    settled = {told.name for story in STORIES if story.pack == name for told in story.settles}
    settled |= {choice for pack in packs for choice in pack.settles}
    moving = {choice.name for pack in packs for choice in pack.choices.values() if not choice.arrangement}
    assert moving - settled == set()


# --- published protocols ----------------------------------------------------------------------------------------------


def test_the_page_counts_every_protocol() -> None:
    """A protocol that comes to the rules is given a line in docs/language/protocols.md."""
    assert {name: line.file for name, line in counted().items()} == protocol_files()


@pytest.mark.parametrize("protocol", protocol_files())
def test_the_page_counts_rightly(protocol: str) -> None:
    line, rows = counted()[protocol], encoded()[protocol]
    assert sorted({*rows, *line.left_out}) == list(range(1, line.of + 1))
    assert (len(rows), set(rows) & set(line.left_out)) == (line.rows, set())


@pytest.mark.parametrize("protocol", protocol_files())
def test_a_row_that_is_left_out_has_its_reason_in_the_file(protocol: str) -> None:
    line = counted()[protocol]
    head = "".join(one for one in (ROOT / line.file).read_text("utf-8").splitlines(keepends=True) if one[0] in "#a")
    assert [row for row in line.left_out if not re.search(rf"\brows? [^.]*\b{row}\b", head, re.IGNORECASE)] == []


@pytest.mark.parametrize("protocol", protocol_files())
def test_every_row_is_told_of_in_a_story_of_the_protocol(protocol: str) -> None:
    stories = [story for story in STORIES if story.protocol == protocol]
    untold = {
        row: [rule.name for _, rule in rules]
        for row, rules in encoded()[protocol].items()
        if not any(told_of(pack, rule, stories) for pack, rule in rules)
    }
    assert untold == {}
    assert {"T", "C", "A"} & {story.case_tag for story in stories}


def told_of(pack: str, rule: Duty | Bar, stories: list[Scenario]) -> bool:
    """Whether some story of the pack expects something of a rule; one that is off can be told nothing of."""
    return bool(rule.off) or any(
        ref.name == rule.name
        for story in stories
        if story.pack == pack
        for question in story.expect
        for expectation in question.expectations
        for ref in expectation.refs
    )
