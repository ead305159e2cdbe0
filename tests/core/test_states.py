from __future__ import annotations

import pytest

from icpm_engine.calendars import parse_day
from icpm_engine.history import CompiledRules, Entry, compile_pack, fold
from icpm_engine.rules.loading import load_texts

RULES = """
zone: America/Los_Angeles
lifecycles:
  case:
    label: Case
    initial: none
    states: {none: {label: None}, open: {label: Open}}
    transitions: [{on: case_opened, from: none, to: open}]
  referral:
    label: Referral
    per: referral_id
    initial: none
    states: {none: {label: None}, sent: {label: Sent}}
    transitions: [{on: referral_started, from: none, to: none}, {on: referral_sent, from: none, to: sent}]
"""


@pytest.fixture(scope="module")
def rules() -> CompiledRules:
    return compile_pack(load_texts({"rules.yaml": RULES}))


def entry(number: int, kind: str, day: str, **values: object) -> Entry:
    return Entry(kind=kind, day=parse_day(day), minute=-1, values=values, entry=number)


def test_an_instance_has_no_state_before_anybody_heard_of_it(rules: CompiledRules) -> None:
    told = [entry(1, "case_opened", "2026-03-02"), entry(2, "referral_sent", "2026-03-09", referral_id="R1")]
    begins = {(row.lifecycle, row.state): row.valid_from for row in fold(rules, told).states}
    sent = rules.zone.midnight[parse_day("2026-03-09")]
    assert begins == {("case", "open"): rules.zone.midnight[parse_day("2026-03-02")], ("referral", "sent"): sent}


def test_an_instance_that_stays_where_it_begins(rules: CompiledRules) -> None:
    assert [row[:3] for row in fold(rules, [entry(1, "referral_started", "2026-03-02", referral_id="R1")]).states] == [
        ("case", "", "none")
    ]
