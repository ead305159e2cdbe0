"""What a story expects of status and hearing: a wrong expectation says what it got, a wrong key is refused."""

from __future__ import annotations

import pytest

from icpm_engine.errors import PackError, ScenarioError
from tests.scenarios.stories import story, told

EVENTS = """
    on: 2026-03-02, case_opened: {}
    on: 2026-03-02, custody_entered: {custody_id: K}
    on: 2026-03-02, person_in_charge_assigned: {role: worker, worker: Ana Ruiz}
    on: 2026-03-09, screening_completed: {result: positive}
    on: 2026-03-12, recorded: 2026-03-14, referral_sent: {referral_id: F}
    on: 2026-03-12, need_named: {line_id: n1, text: Sleep, shared: yes}
    on: 2026-03-12, task_agreed: {line_id: t1, text: Call, owner: the aunt, shared: yes}
    on: 2026-03-20, hearing_set: {hearing_id: H, kind: review, date: 2026-05-20}
"""

STATUS = [
    ("matters: []", "referral[F]"),
    ("steps: {'referral[F]': accepted}", "sent"),
    ("steps: {'referral[X]': sent}", "not there"),
    ("needs: {n1: goal}", "named"),
    ("needs: {n9: goal}", "not there"),
    ("next: {'referral[F]': []}", "accept"),
    ("next: {'referral[X]': []}", "not there"),
    ("owed: {'accept[F]': none}", "2026-03-19"),
    ("owed: {form_team: not owed}", "none"),
    ("owed: {send_referral: 2026-03-20}", "not owed"),
    ("counted_from: {'accept[F]': 2026-03-13}", "2026-03-12"),
    ("counted_from: {form_team: 2026-03-02}", "none"),
    ("counted_from: {send_referral: 2026-03-02}", "not owed"),
    ("call: {worker: nobody}", "Ana Ruiz"),
    ("call: {clinic: Bo Lind}", "nobody"),
    ("no_limit: []", "assess"),
]
HEARING = [
    ("since: 2026-03-01", "2026-03-02"),
    ("kind: disposition", "review"),
    ("done: {send_referral: 2026-03-13}", "2026-03-12"),
    ("done: {form_team: 2026-03-13}", "none"),
    ("done: {crisis: 2026-03-13}", "not there"),
    ("known: {send_referral: [2026-03-09]}", "2026-03-09, 2026-03-14"),
    ("missing: {assess: [none]}", "From when"),
    ("plan: [t2]", "t1"),
    ("late: []", "accept[F], assess, write"),
    ("open: []", "form_team, tell_family"),
    ("unknown: []", "of_ten"),
    ("no_limit: []", "assess"),
]


def run(expected: str) -> list[str]:
    return [str(one) for one in told(story(EVENTS, f"on: 2026-05-05, {expected}"))]


@pytest.mark.parametrize(("expected", "got"), STATUS)
def test_a_wrong_expectation_of_a_status_says_what_it_got(expected: str, got: str) -> None:
    (failure,) = run(f"reader: family, status: {{{expected}}}")
    assert f": status {expected.partition(':')[0]}" in failure
    assert failure.endswith(f"got:      {got}")


@pytest.mark.parametrize(("expected", "got"), HEARING)
def test_a_wrong_expectation_before_a_hearing_says_what_it_got(expected: str, got: str) -> None:
    (failure,) = run(f"reader: judge, hearing: {{date: 2026-05-20, {expected}}}")
    assert failure.endswith(f"got:      {got}")


def test_a_day_without_a_hearing_has_none() -> None:
    assert run("hearing: {date: 2026-05-21, kind: none}") == []


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("status: {}", "nothing is expected of the status; name at least one of matters, no_limit"),
        ("status: {step: {a: b}}", "unknown key 'step' in what is expected of the status; did you mean 'steps'?"),
        ("hearing: {late: []}", "date"),
        ("hearing: {date: 2026-05-20, later: []}", "unknown key 'later' in what is expected of a hearing"),
        ("hearing: {date: soon}", "soon"),
        (
            "status: {owed: {form_teams: none}}",
            "no rule of this pack has the name 'form_teams'; did you mean 'form_team'",
        ),
        ("status: {matters: [referal]}", "no rule of this pack has the name 'referal'; did you mean 'referral'?"),
        ("status: {call: {judge: nobody}}", "no rule of this pack has the name 'judge'"),
        ("reader: grandma, status: {no_limit: []}", "grandma"),
        ("reader: family, overdue: []", "a reader reads plan or team"),
    ],
)
def test_what_nobody_can_expect_is_refused(expected: str, said: str) -> None:
    with pytest.raises((PackError, ScenarioError), match=said):
        run(expected)
