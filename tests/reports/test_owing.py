"""What is owed without a verified limit is said, never left out: rules that nobody verified, choices that are open."""

from __future__ import annotations

import pytest

from icpm_engine import Engine
from icpm_engine.reports import Owing
from icpm_engine.rules.loading import load_texts
from icpm_engine.vocabulary import CaseOpened, CftHeld
from tests.reports.stories import CASE, kept

ON = "2026-03-30"
RULES = """
zone: America/Los_Angeles
roles: {worker: Social worker}
sources: {letter: {title: A letter that nobody has read, kind: letter, seen: background}}
defaults: {owner: worker, authority: letter}
duties:
  next_meeting:
    label: Next meeting
    starts: cft_held
    again: restarts
    due: {within: 6 months}
    met: cft_held
    cancelled: case_closed
    %s
"""


def owing(off: str, held: bool) -> Owing:
    with Engine("sqlite://", load_texts({"r.yaml": RULES % off}), clock=lambda: 1_775_000_000) as engine:
        engine.record(CaseOpened(case=CASE, occurred="2026-03-01"), by="w")
        if held:
            engine.record(CftHeld(case=CASE, occurred="2026-03-10", meeting_id="m1"), by="w")
        return engine.owing(CASE, on=ON, reader="family")


def test_unverified_rules_and_open_choices_are_said_with_who_owes_it() -> None:
    without = {one.duty: one for one in kept().owing(CASE, on=ON, reader="family").without_limit}
    regular, answer = without["team_meeting_regular"], without["answer_referral"]
    assert (regular.why, regular.since, regular.waits_for) == ("unverified", "2026-03-27", ())
    assert (answer.why, answer.since, [one.who for one in answer.owners]) == (
        "open_choice",
        "2026-03-13",
        ["Bay Clinic"],
    )
    assert answer.waits_for == ("How soon mental health answers or assigns a referral that it has received",)


def test_an_open_choice_says_which_days_it_may_come_to() -> None:
    without = {one.duty: one for one in kept().owing(CASE, on=ON).without_limit}
    assert without["review_report_filed"].possible == ("2026-05-08", "2026-05-10", "2026-05-11")


@pytest.mark.parametrize("reader", ["family", "youth", "caregiver", "judge"])
def test_each_of_those_whom_it_concerns_is_told(reader: str) -> None:
    told = {one.why for one in kept().owing(CASE, on=ON, reader=reader).without_limit}
    assert told == {"unverified", "open_choice"}


def test_nothing_is_owed_what_is_owed_has_a_limit_or_it_has_none() -> None:
    assert (owing("", held=False).owed, owing("off: unverified", held=False).without_limit) == ((), ())
    verified, unverified = owing("", held=True), owing("off: unverified", held=True)
    assert ([one.obligation.due for one in verified.owed], verified.without_limit) == (["2026-09-10"], ())
    assert (unverified.owed, [one.duty for one in unverified.without_limit]) == ((), ["next_meeting"])
