"""docs/county-decisions.md: its files load, its commands say what the page says, its table names every choice."""

from __future__ import annotations

import re

from icpm_engine.rules.loading import load_pack
from tests.docs.consoles import Console
from tests.docs.pages import ROOT

PATH = ROOT / "docs" / "county-decisions.md"
PAGE = PATH.read_text("utf-8")


def test_the_page_runs(console: Console) -> None:
    wrong = console.do(PATH)
    assert not wrong, wrong


def test_the_table_names_choices_of_the_pack_and_none_of_the_agencies_is_left_out() -> None:
    table = PAGE.partition("## What is open")[0]
    pack = load_pack("california")
    wanted = {name for name, choice in pack.choices.items() if choice.arrangement or choice.area == "county_decisions"}
    named = {name for row in table.splitlines() if row.startswith("|") for name in re.findall(r"`(\w+)`", row)}
    assert wanted <= named <= set(pack.choices)


def test_the_table_says_what_a_rule_waits_for() -> None:
    choices = load_pack("california").choices
    for names, waits in re.findall(r"^\|[^|]+\| ([^|]+) \| (yes|no) \|$", PAGE, re.MULTILINE):
        assert {choices[name].arrangement for name in re.findall(r"`(\w+)`", names)} == {waits == "no"}
