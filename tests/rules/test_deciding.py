"""What is settled and what is open, what hangs on it, and how rules read under each option."""

from __future__ import annotations

import functools
from pathlib import Path

import attrs
import pytest

from icpm_engine.history import CompiledRules, compile_pack
from icpm_engine.rules.deciding import CountyChoice, county_decisions
from icpm_engine.rules.fixing import as_settled
from icpm_engine.rules.loading import load_pack, load_texts
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.packs import county_names, pack_names
from icpm_engine.rules.readings import choices_touched, open_options
from icpm_engine.rules.subjects import rules_in
from icpm_engine.rules.walking import NamedRule, names_of
from icpm_engine.scenarios import Scenario, load_scenario, run_scenario, scenario_files
from tests.rules.rulefiles import BASE

ROOT = Path(__file__).parents[2]
PACKS = [(name, county) for name in pack_names() for county in (None, *county_names(name))]

RULES = """\
decisions:
  early: {label: Early, authority: law, from_where: entry}
duties:
  soon: {label: Soon, owner: worker, authority: law, starts: opened, due: {within: limit}, met: screened}
  after_soon:
    {label: After, owner: worker, authority: law, starts: {becomes: soon.met}, due: {within: 5 days}, met: closed}
  chased: {label: Chased, owner: worker, authority: law, starts: {becomes: soon.overdue}, due: open, met: closed}
  either:
    label: Either
    owner: worker
    authority: law
    starts: [{on: opened, when: {from_where: entry}}, {on: screened, when: {all: [{from_where: screen}, high]}}]
    again: ignored
    while: {not: {from_where: screen}}
    due: [{when: {from_where: entry}, within: 5 days}, {within: 9 days}]
    met: closed
  decided: {label: Decided, owner: worker, authority: law, starts: {on: opened, when: early}, due: open, met: closed}
  resting: {label: Off, off: draft, owner: worker, authority: law, starts: opened, due: {within: limit}, met: closed}
"""


def pack(**settles: object) -> RulePack:
    return load_texts({"base.yaml": BASE, "rules.yaml": RULES}, standard=False, settles=settles)


def of(pack: RulePack, choice: str) -> CountyChoice:
    return next(row for row in county_decisions(pack).rows if row.choice == choice)


def hanging(choice: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    return {one.rule: (one.parts, one.through) for one in of(pack(), choice).hangs}


def test_a_rule_hangs_on_a_choice_by_the_parts_that_name_it() -> None:
    assert hanging("limit")["soon"] == (("due",), ())
    assert hanging("from_where")["either"] == (("starts", "while", "due"), ())


def test_it_hangs_through_decisions_and_through_what_asks_about_the_date() -> None:
    assert hanging("from_where")["decided"] == (("starts",), ("early",))
    assert hanging("limit")["chased"] == (("starts",), ("soon",))


def test_whether_a_duty_was_met_does_not_hang_on_its_date() -> None:
    assert "after_soon" not in hanging("limit")


def test_what_is_off_hangs_on_nothing() -> None:
    assert "resting" not in hanging("limit")


def test_each_option_is_read() -> None:
    (either,) = (one for one in of(pack(), "from_where").hangs if one.rule == "either")
    assert either.readings == {
        "entry": "starts: opened; while: always; due: 5 days after the start",
        "screen": "starts: screened when high; while: never; due: 9 days after the start",
    }


def test_a_span_has_no_readings_to_list() -> None:
    assert [one.readings for one in of(pack(), "limit").hangs] == [{}, {}]


def test_what_is_settled_says_as_what_and_by_whom() -> None:
    found = county_decisions(pack(limit="5 days"))
    limit = next(row for row in found.rows if row.choice == "limit")
    assert (found.settled, found.open) == (1, 2)
    assert (limit.open, limit.open_before, limit.type) == (False, None, "span")
    assert [(one.value, one.since, one.place) for one in limit.settled] == [("5 days", None, None)]


def test_a_county_settles_from_a_day_on_and_cites() -> None:
    packet = of(load_pack("california", "los-angeles"), "packet_items")
    assert (packet.open, packet.open_before) == (False, "2025-10-06")
    (settled,) = packet.settled
    assert settled.value == "cover_sheet, consent"
    assert "0070-516.15" in settled.authority
    assert settled.place is not None
    assert settled.place.startswith("rules/california/counties/los-angeles/overlay.yaml:")


def test_an_arrangement_holds_nothing_up() -> None:
    rows = county_decisions(load_pack("california")).rows
    assert [row.choice for row in rows if row.arrangement and row.hangs] == []
    assert [row.choice for row in rows if not row.arrangement and not row.hangs] == []


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_every_rule_that_the_engine_runs_in_readings_is_told_of(name: str, county: str | None) -> None:
    pack = load_pack(name, county)
    hanging = {(row.choice, one.rule) for row in county_decisions(pack).rows for one in row.hangs}
    running = [duty for duty in pack.duties.values() if not duty.off]
    wanted = {(choice, duty.name) for duty in running for choice in open_options(duty, pack)}
    assert wanted <= hanging


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_a_settled_rule_asks_about_the_choice_no_more(name: str, county: str | None) -> None:
    pack = load_pack(name, county)
    for _, rule in rules_in(pack):
        for choice in choices_touched(rule, pack):
            for option in pack.choices[choice].options:
                assert ("value", choice) not in set(names_of(as_settled(rule, choice, option)))


# --- rules as they read under one option ------------------------------------------------------------------------------


@functools.cache
def fixed(name: str, county: str | None, settled: tuple[tuple[str, str | tuple[str, ...]], ...]) -> CompiledRules:
    """A pack with every rule as it reads under the options that are settled for all time."""
    pack = load_pack(name, county, settles=dict(settled))
    held = {name: told[-1].value for name, told in pack.settles.items() if [one.from_day for one in told] == [None]}
    options = {name: str(value) for name, value in held.items() if pack.choices[name].options}
    sections: dict[str, dict[str, NamedRule]] = {}
    for section, rule in rules_in(pack):
        for choice, option in options.items():
            rule = as_settled(rule, choice, option)  # noqa: PLW2901 - settled by one choice after the other
        sections.setdefault(section, {})[rule.name] = rule
    return compile_pack(attrs.evolve(pack, **sections))


def of_a_settled_option() -> list[Scenario]:
    """Every story of California in which a choice with options is settled, by the story or by its county."""
    options = {choice.name for choice in load_pack("california").choices.values() if choice.options}
    stories = [load_scenario(path) for path in scenario_files(ROOT / "scenarios" / "california")]
    settled = [story for story in stories if options & {one.name for one in story.settles}]
    return [story for story in settled if not (story.calendars or story.what_if)]


@pytest.mark.parametrize("story", of_a_settled_option(), ids=lambda story: story.name)
def test_a_rule_that_reads_as_settled_runs_as_the_settled_rule(story: Scenario) -> None:
    settled = tuple((one.name, one.value) for one in story.settles)
    failures = run_scenario(
        story, rules_of=lambda story, child: fixed(story.pack, child.county or story.county, settled)
    )
    assert [str(failure) for failure in failures] == []
