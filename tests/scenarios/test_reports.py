"""What a story expects of status and hearing: a wrong expectation says what it got, a wrong key is refused."""

from __future__ import annotations

import pytest

from icpm_engine.errors import PackError, ScenarioError
from icpm_engine.scenarios import parse_scenario, run_scenario

STORY = """
name: A referral and a hearing
county: shasta
events:
  - {{on: 2026-03-02, case_opened: {{}}}}
  - {{on: 2026-03-02, custody_entered: {{custody_id: K, out_of_home: yes}}}}
  - {{on: 2026-03-02, person_in_charge_assigned: {{role: child_welfare, worker: Ana Ruiz}}}}
  - {{on: 2026-03-09, screening_completed: {{tool: PSC-35, result: positive}}}}
  - {{on: 2026-03-12, recorded: 2026-03-14, referral_sent: {{referral_id: F}}}}
  - {{on: 2026-03-12, need_named: {{line_id: n1, text: Sleep, shared: yes}}}}
  - {{on: 2026-03-12, task_agreed: {{line_id: t1, text: Call, owner: the aunt, shared: yes}}}}
  - {{on: 2026-03-20, hearing_set: {{hearing_id: H, kind: review, date: 2026-05-20}}}}
expect:
  - {{on: 2026-05-05, {expected}}}
"""

STATUS = [
    ("matters: []", "referral[F], screening"),
    ("steps: {screening: negative}", "positive"),
    ("steps: {service: started}", "not there"),
    ("needs: {n1: goal}", "named"),
    ("needs: {n9: goal}", "not there"),
    ("next: {'referral[F]': [close_the_loop]}", "close_the_loop, mh_assessment, offer_appointment"),
    ("next: {'referral[X]': []}", "not there"),
    ("owed: {case_plan: none}", "2026-05-01"),
    ("owed: {form_team: not owed}", "none"),
    ("owed: {send_referral: 2026-03-20}", "not owed"),
    ("counted_from: {case_plan: 2026-03-03}", "2026-03-02"),
    ("counted_from: {form_team: 2026-03-02}", "none"),
    ("counted_from: {send_referral: 2026-03-02}", "not owed"),
    ("call: {child_welfare: nobody}", "Ana Ruiz"),
    ("call: {mental_health: Bo Lind}", "nobody"),
    ("call: {directors: nobody}", "not asked"),
]
HEARING = [
    ("date: 2026-05-20, since: 2026-03-01", "2026-03-02"),
    ("date: 2026-05-20, kind: disposition", "review"),
    ("date: 2026-05-21, kind: review", "none"),
    ("date: 2026-05-20, done: {send_referral: 2026-03-13}", "2026-03-12"),
    ("date: 2026-05-20, done: {case_plan: 2026-03-13}", "none"),
    ("date: 2026-05-20, done: {half_yearly_report: 2026-03-13}", "not there"),
    ("date: 2026-05-20, known: {send_referral: [2026-03-09]}", "2026-03-09, 2026-03-14"),
    ("date: 2026-05-20, missing: {'ip_cans[K]': [born]}", "indian child"),
    ("date: 2026-05-20, plan: [t2]", "t1"),
    ("date: 2026-05-20, open: []", "close_the_loop[F], form_team"),
]


def run(expected: str) -> list[str]:
    return [str(one) for one in run_scenario(parse_scenario(STORY.format(expected=expected)))]


@pytest.mark.parametrize(("expected", "got"), STATUS)
def test_a_wrong_expectation_of_a_status_says_what_it_got(expected: str, got: str) -> None:
    (told,) = run(f"reader: family, status: {{{expected}}}")
    assert f": status {expected.partition(':')[0]}" in told
    assert told.endswith(f"got:      {got}")


@pytest.mark.parametrize(("expected", "got"), HEARING)
def test_a_wrong_expectation_before_a_hearing_says_what_it_got(expected: str, got: str) -> None:
    (told,) = run(f"reader: judge, hearing: {{{expected}}}")
    assert told.endswith(f"got:      {got}")


def test_lists_say_what_is_there() -> None:
    late, unknown, limits = run(
        "hearing: {date: 2026-05-20, late: [], unknown: []}, status: {no_limit: []}, known_at: 2026-05-01"
    )
    assert "status no_limit" in late  # the status is asked first
    assert "team_meeting" not in late
    assert "mental_health_joins" in late
    assert "late" in unknown
    assert "case_plan" in unknown
    assert "petition[K]" in limits


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("status: {}", "nothing is expected of the status; name at least one of matters, no_limit"),
        ("status: {step: {a: b}}", "unknown key 'step' in what is expected of the status; did you mean 'steps'?"),
        ("hearing: {late: []}", "date"),
        ("hearing: {date: 2026-05-20, later: []}", "unknown key 'later' in what is expected of a hearing"),
        ("hearing: {date: soon}", "soon"),
        (
            "status: {owed: {case_plans: none}}",
            "no rule of this pack has the name 'case_plans'; did you mean",
        ),
        ("status: {matters: [screning]}", "no rule of this pack has the name 'screning'; did you mean 'screening'?"),
        ("status: {call: {judge: nobody}}", "no rule of this pack has the name 'judge'"),
        ("reader: grandma, status: {no_limit: []}", "grandma"),
        ("reader: family, overdue: []", "a reader reads plan or team"),
    ],
)
def test_what_nobody_can_expect_is_refused(expected: str, said: str) -> None:
    with pytest.raises((PackError, ScenarioError), match=said):
        run(expected)
