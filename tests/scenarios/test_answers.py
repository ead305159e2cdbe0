"""Every key of an expectation: it passes when it should, and fails with expected, got and the proof."""

from __future__ import annotations

import pytest

from icpm_engine.history import compile_pack
from icpm_engine.rules.loading import load_texts
from icpm_engine.scenarios import parse_scenario, run_scenario
from icpm_engine.scenarios.story import KEYS
from tests.scenarios.stories import story, told

EVENTS = """
on: 2026-03-02, id: opening, case_opened: {}
on: 2026-03-06, id: screen, screening_completed: {result: positive}
on: 2026-03-09T10:00, crisis_responded: {}
on: 2026-03-10, letter_sent: {to: court}
on: 2026-03-13, referral_sent: {referral_id: R1, urgency: urgent}
on: 2026-03-14, referral_sent: {referral_id: R2}
on: 2026-03-16, id: visit, contact_made: {alone: yes}
on: 2026-03-17, cft_held: {meeting_id: M1, present: [child, parents]}
on: 2026-03-18, hearing_set: {hearing_id: H1, date: 2026-04-01T09:30}
on: 2026-03-19, hearing_held: {hearing_id: H0}
on: 2026-03-20, caregivers_told: {transfer_id: T1}
on: 2026-03-23, referral_accepted: {referral_id: R1}
on: 2026-03-23, id: again, referral_accepted: {referral_id: R1}
on: 2026-03-24, id: second, case_opened: {}
on: 2027-03-06, screening_completed: {result: negative}
on: 2027-04-01, case_closed: {}
"""
LIMIT = {"referral_limit": "5 business days"}

# (on, what holds on that day, what does not, what the report then says it got)
CASES = [
    ("2026-03-06", "states: {case: open}", "states: {case: closed}", "open"),
    ("2026-03-01", "states: {case: none, 'referral[R1]': none}", "states: {case: open}", "none"),
    ("2026-03-23", "states: {'referral[R1]': accepted}", "states: {'referral[R2]': accepted}", "sent"),
    ("2026-03-02", "holders: {case: worker, referral: none}", "holders: {case: clinic}", "worker (in state open)"),
    ("2026-03-06", "facts: {screen_result: positive}", "facts: {screen_result: negative}", "positive"),
    ("2026-03-02", "facts: {screen_result: none, last_screen: unknown}", "facts: {last_screen: none}", "unknown"),
    ("2026-03-06", "facts: {last_screen: 2026-03-06}", "facts: {last_screen: 2026-03-07}", "2026-03-06"),
    ("2026-03-17", "facts: {present: [child, parents]}", "facts: {present: [child]}", "child, parents"),
    ("2026-03-18", "facts: {hearing_at: 2026-04-01T09:30}", "facts: {hearing_at: none}", "2026-04-01T09:30"),
    ("2026-03-13", "facts: {'referral_urgency[R1]': urgent}", "facts: {referral_urgency: routine}", "urgent"),
    ("2026-03-06", "decisions: {positive: true, plan: county_plan}", "decisions: {positive: no}", "true"),
    ("2026-03-06", "decisions: {grown: unknown}", "decisions: {grown: false}", "unknown (for want of born)"),
    ("2027-03-06", "decisions: {plan: other_plan}", "decisions: {plan: county_plan}", "other_plan"),
    ("2026-03-06", "due: {send_referral: 2026-03-13}", "due: {send_referral: 2026-03-12}", "running, due 2026-03-13"),
    ("2026-03-09", "due: {crisis: 2026-03-10T10:00}", "due: {crisis: 2026-03-10}", "running, due 2026-03-10T10:00"),
    ("2026-03-13", "due: {'accept[R1]': 2026-03-20}", "due: {'accept[R1]': 2026-03-21}", "running, due 2026-03-20"),
    ("2026-03-02", "open: [form_team]", "open: [write]", "running, due 2026-03-12"),
    ("2026-03-02", "running: [form_team, write]", "running: [send_referral]", "no such obligation"),
    ("2026-03-13", "overdue: [write, crisis]", "overdue: [write]", "crisis, write"),
    ("2026-03-02", "overdue: []", "overdue: [write]", "nothing (write is running, due 2026-03-12)"),
    ("2026-03-21", "overdue: ['accept[R1]', 'accept[R2]', write]", "overdue: [write]", "accept[R1], accept[R2], write"),
    ("2026-03-13", "met: [send_referral]", "met: [write]", "running, due 2026-03-12, overdue, incomplete, wanting"),
    ("2026-03-23", "late: ['accept[R1]']", "late: [send_referral]", "met, due 2026-03-13"),
    ("2026-03-20", "out_of_sequence: [tell_family]", "out_of_sequence: [write]", "running"),
    ("2027-04-01", "cancelled: []", "cancelled: [send_referral]", "met"),
    ("2026-03-10", "missed: [object]", "missed: [write]", "running"),
    ("2026-03-09", "missed: []", "missed: [object]", "running, due 2026-03-09"),
    ("2026-03-20", "excused: []", "excused: ['accept[R1]']", "running, due 2026-03-20"),
    ("2026-03-05", "absent: [send_referral, rescreen]", "absent: [write]", "running, due 2026-03-12"),
    ("2026-03-13", "absent: ['accept[R2]']", "absent: ['accept[R1]']", "running"),
    ("2026-03-06", "undetermined: {assess: counted_from}", "undetermined: {rescreen: born}", "running, due 2027-03-06"),
    ("2026-03-06", "possible: {assess: [2026-03-16, 2026-03-26]}", "possible: {assess: 2026-03-17}", "possibly 2026"),
    ("2026-03-10", "incomplete: {write: to is family}", "incomplete: {write: [to is court]}", "wanting to is family"),
    ("2026-03-16", "barred: [not_alone]", "barred: [not_while_positive]", "contact_made on 2026-03-16 (visit)"),
    ("2026-03-15", "barred: []", "barred: [not_alone]", "none"),
    ("2026-03-17", "bar_excused: []", "bar_excused: [not_alone]", "none"),
    ("2026-03-17", "bar_undetermined: {not_while_positive: born}", "bar_undetermined: {not_alone: born}", "not_while"),
    ("2026-03-23", "out_of_place: [again]", "out_of_place: [visit]", "referral: referral_accepted on 2026-03-23"),
    ("2026-03-22", "out_of_place: []", "out_of_place: [again]", "none"),
    ("2026-03-24", "anomalies: [second]", "anomalies: [opening]", "case: case_opened on 2026-03-24 (second)"),
    ("2026-03-06", "because: {send_referral: [Business Days, referral_limit]}", "because: {write: [court]}", ": court"),
]  # fmt: skip


@pytest.mark.parametrize(("on", "right", "wrong", "got"), CASES, ids=[case[1] for case in CASES])
def test_a_key_passes_and_fails(on: str, right: str, wrong: str, got: str) -> None:
    assert told(story(EVENTS, f"on: {on}, {right}"), **LIMIT) == []
    (failure,) = told(story(EVENTS, f"on: {on}, {wrong}"), **LIMIT)
    assert got in failure.got
    assert failure.when == f"on {on}"
    assert f"story.yaml:{failure.mark.line}:{failure.mark.column}: on {on}: " in str(failure)


def test_every_key_is_tried_above() -> None:
    tried = [{case[place].split(":")[0] for case in CASES} for place in (1, 2)]
    apart = {"not_owed", "paused", "not_started", "to_be_told"}  # which have tests of their own
    assert tried == [set(KEYS) - apart] * 2


NOT_OWED = """
on: 2026-03-02, case_opened: {}
on: 2026-03-06, screening_completed: {result: positive}
on: 2026-03-09, case_closed: {}
"""


def test_not_owed_and_none_not_owed() -> None:
    assert told(story(NOT_OWED, "on: 2026-03-09, not_owed: [send_referral]"), **LIMIT) == []
    assert told(story(NOT_OWED, "on: 2026-03-08, not_owed: []"), **LIMIT) == []
    (failure,) = told(story(NOT_OWED, "on: 2026-03-08, not_owed: [send_referral]"), **LIMIT)
    assert failure.got == "running, due 2026-03-13"
    (failure,) = told(story(NOT_OWED, "on: 2026-03-09, not_owed: []"), **LIMIT)
    assert failure.got == "send_referral"


def test_a_start_that_did_not_apply_says_why() -> None:
    born = "on: 2026-03-01, birth_date_told: {born: 2020-04-02}"
    story_of = f"{born}\n{NOT_OWED.strip()}"
    words = "[case opened on 2026-03-02, 'grown: false']"
    assert told(story(story_of, f"on: 2026-03-02, not_started: {{of_ten: {words}}}, absent: [of_ten]"), **LIMIT) == []
    (failure,) = told(story(story_of, "on: 2026-03-02, not_started: {of_ten: too young}"), **LIMIT)
    assert failure.got.startswith("Talk with a child of ten: case opened on 2026-03-02 (entry 2) started nothing.")
    (failure,) = told(story(story_of, "on: 2026-03-01, not_started: {of_ten: grown}"), **LIMIT)
    assert failure.got == "none"
    (failure,) = told(story(story_of, "on: 2026-03-02, not_started: {send_referral: grown}"), **LIMIT)
    assert failure.got == "none"


PAUSED = """
on: 2026-03-02, letter_sent: {to: clinic}
on: 2026-03-06, screening_completed: {result: positive}
on: 2026-03-20, screening_completed: {result: negative}
"""


def test_paused_and_none_paused() -> None:
    assert told(story(PAUSED, "on: 2026-03-19, paused: [answer], overdue: []"), **LIMIT) == []
    assert told(story(PAUSED, "on: 2026-03-20, paused: [], due: {answer: 2026-03-26}"), **LIMIT) == []
    (failure,) = told(story(PAUSED, "on: 2026-03-20, paused: [answer]"), **LIMIT)
    assert failure.got == "running, due 2026-03-26"
    (failure,) = told(story(PAUSED, "on: 2026-03-19, due: {answer: 2026-03-12}"), **LIMIT)
    assert failure.got == "paused, due 2026-03-12, while Positive"


ENDED = """
on: 2026-03-02, case_opened: {}
on: 2026-03-06, screening_completed: {result: positive}
on: 2026-03-09, referral_closed: {referral_id: R1, reason: moved}
on: 2026-03-10, referral_sent: {referral_id: R2}
on: 2026-03-11, referral_declined: {referral_id: R2}
"""


def test_cancelled_and_excused() -> None:
    expect = "on: 2026-03-11, cancelled: [send_referral], excused: ['accept[R2]', accept]"
    assert told(story(ENDED, expect), **LIMIT) == []


def test_a_failure_shows_the_proof_of_the_date() -> None:
    (failure,) = told(story(EVENTS, "on: 2026-03-06, due: {send_referral: 2026-03-12}"), **LIMIT)
    report = str(failure).splitlines()
    assert report[0] == "story.yaml:21:28: on 2026-03-06: due send_referral"
    assert report[1:4] == [
        "  expected: open and due 2026-03-12",
        "  got:      running, due 2026-03-13",
        "  proof:",
    ]
    assert (
        "    - referral limit after the start: 5 business days counted from 2026-03-06 comes to 2026-03-13." in report
    )
    assert "      left out: 2026-03-07 to 2026-03-08 (weekend)" in report


def test_a_failed_decision_shows_its_reasons() -> None:
    (failure,) = told(story(EVENTS, "on: 2026-03-06, decisions: {positive: false}"), **LIMIT)
    assert "screen_result is positive: true" in failure.proof


def test_what_is_missing_is_named_when_a_date_is_not_sure() -> None:
    unsettled = story(EVENTS, "on: 2026-03-06, undetermined: {send_referral: [referral_limit]}")
    assert told(unsettled) == []
    (failure,) = told(story(EVENTS, "on: 2026-03-06, due: {assess: 2026-03-16}"))
    assert failure.got == "undetermined, due 2026-03-16, waits for counted_from, possibly 2026-03-16, 2026-03-26"


SERIES = """
on: 2024-03-02, screening_completed: {}
on: 2025-03-03, screening_completed: {}
on: 2026-03-03, screening_completed: {}
"""


@pytest.mark.parametrize(
    "expect",
    [
        "due: {rescreen: 2027-03-03}",  # the latest open run
        "due: {rescreen#3: 2027-03-03}",
        "met: [rescreen]",  # any run
        "met: [rescreen#1, rescreen#2]",
        "late: [rescreen#1, rescreen]",
        "absent: [rescreen#4]",
        "because: {rescreen#2: [2026-03-03]}",
    ],
)
def test_runs_of_a_series_are_numbered(expect: str) -> None:
    assert told(story(SERIES, f"on: 2026-03-03, {expect}")) == []


def test_a_numbered_run_is_that_run_and_the_report_lists_the_others() -> None:
    (failure,) = told(story(SERIES, "on: 2026-03-03, late: [rescreen#2]"))
    assert failure.got == (
        "rescreen#2: met, due 2026-03-03 (of rescreen#1: met, due 2025-03-02, late; rescreen#2: met, due 2026-03-03; "
        "rescreen#3: running, due 2027-03-03)"
    )
    (failure,) = told(story(SERIES, "on: 2026-03-03, due: {rescreen#4: 2028-03-03}"))
    assert failure.got.startswith("no such obligation; there is rescreen#1: met")


TWICE = """
on: 2026-03-02, case_opened: {}
on: 2026-03-06, screening_completed: {result: positive}
on: 2026-03-09, screening_completed: {result: positive}
"""


def test_two_overdue_runs_of_one_duty_are_named_twice() -> None:
    limit = {"referral_limit": "2 days"}
    assert told(story(TWICE, "on: 2026-03-12, overdue: [send_referral#1, send_referral#2]"), **limit) == []
    assert told(story(TWICE, "on: 2026-03-12, overdue: [send_referral, send_referral#1]"), **limit) == []
    (failure,) = told(story(TWICE, "on: 2026-03-12, overdue: [send_referral]"), **limit)
    assert failure.got == "send_referral#1, send_referral#2"


def test_an_hour_may_be_asked() -> None:
    crisis = "on: 2026-03-09T10:00, crisis_responded: {}"
    assert told(story(crisis, "on: 2026-03-10T10:00, overdue: []")) == []
    assert told(story(crisis, "on: 2026-03-10T10:01, overdue: [crisis]")) == []


def test_a_day_past_the_horizon_is_reckoned_to() -> None:
    assert told(story("on: 2026-03-02, case_opened: {}", "on: 2039-01-01, missed: [object], overdue: [write]")) == []


TOLD = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker, boss: Supervisor}
duties:
  call:
    label: Call
    owner: worker
    authority: letter
    starts: case_opened
    due: {within: 5 days}
    met: contact_made
    escalates: {at: due, tell: boss}
"""


def test_who_is_to_be_told() -> None:
    rules = compile_pack(load_texts({"rules.yaml": TOLD}))
    for on, expected, got in (
        ("2026-03-07", "{call: [boss]}", None),
        ("2026-03-06", "{call: none}", None),
        ("2026-03-06", "{call: [boss]}", "running, due 2026-03-07"),
        ("2026-03-07", "{call: none}", "running, due 2026-03-07, to be told boss"),
    ):
        written = parse_scenario(
            "name: Told\nevents: [{on: 2026-03-02, case_opened: {}}]\n"
            f"expect: [{{on: {on}, to_be_told: {expected}}}]\n",
            "story.yaml",
        )
        found = [failure.got for failure in run_scenario(written, rules_of=lambda *_: rules)]
        assert found == ([] if got is None else [got])
