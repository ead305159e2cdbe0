"""Rules about a person, a team and the county, on a database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from icpm_engine import Engine, RulePack
from icpm_engine.errors import NotFound
from icpm_engine.rules.loading import load_texts
from icpm_engine.vocabulary import make

RULES = """
zone: America/Los_Angeles
roles: {worker: Social worker, team: Care team, county: County office}
sources: {s: {title: Practice}}
events:
  team_met: {subject: team}
  plan_filed: {subject: county, year: number}
  report_due_told: {subject: county}
lifecycles:
  case:
    label: Case
    initial: none
    states: {none: {label: No case}, open: {label: Open}, closed: {label: Closed}}
    transitions:
      - {on: case_opened, from: [none, closed], to: open}
      - {on: case_closed, from: open, to: closed}
  sub_class:
    label: Sub-class
    subject: person
    initial: never
    states: {never: {label: Never a member}, member: {label: Member}, past: {label: Was a member}}
    transitions:
      - {on: sub_class_entered, from: [never, past], to: member}
      - {on: sub_class_left, from: member, to: past}
decisions:
  many_moves:
    label: Three moves for behavior in 24 months
    authority: s
    subject: person
    on: placement_changed
    where: {reason: behavior}
    times: 3
    since: 24 months before now
defaults: {authority: s, owner: worker}
duties:
  first_exam:
    label: Examination at the first entry into care
    subject: person
    starts: {on: custody_entered, when: {not: {on: custody_entered, before: event}}}
    due: {within: 30 days}
    met: medical_exam_completed
  moves_reviewed:
    label: Review after three moves
    while: case.open
    starts: {becomes: many_moves}
    due: {within: 10 days}
    met: cft_held
  intensive_plan:
    label: Intensive services on the plan
    while: {all: [case.open, sub_class.member]}
    starts: case_opened
    due: {within: 60 days}
    met: plan_holds
  team_meets:
    label: The team meets
    starts: case_opened
    due: {within: 45 days}
    met: team_met
  team_reviews:
    label: The team looks back on its meeting
    subject: team
    owner: team
    starts: team_met
    due: {within: 5 days}
    met: team_met
  yearly_report:
    label: Yearly report
    subject: county
    owner: county
    starts: report_due_told
    due: {within: 30 days}
    met: plan_filed
"""
PACK = load_texts({"practice.yaml": RULES})


def told(kind: str, subject: str, day: str, **values: object) -> object:
    return make(PACK.events[kind], subject, day, values)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    with Engine(url, PACK, clock=lambda: 1_780_000_000) as found:  # 28 May 2026
        yield found


def states(engine: Engine, case: str, on: str) -> dict[str, str]:
    return {one.lifecycle: one.state for one in engine.case(case, on=on).states}


def open_ones(engine: Engine, on: str, **only: str) -> dict[str, tuple[str, str, str | None]]:
    return {f"{one.subject}/{one.duty}": (one.about, one.state, one.due) for one in engine.due(on, **only)}


def record(engine: Engine, *events: object) -> object:
    return engine.record(*events, by="worker:1")


def two_cases(engine: Engine) -> None:
    record(
        engine,
        told("person_linked", "C-1", "2024-03-01", person="P-1"),
        told("case_opened", "C-1", "2024-03-01"),
        told("custody_entered", "C-1", "2024-03-04", custody_id="U-1"),
        told("case_closed", "C-1", "2025-02-01"),
        told("case_opened", "C-2", "2026-03-02"),
        told("person_linked", "C-2", "2026-03-02", person="P-1"),
    )


def test_what_happens_first_in_a_life_happens_once_over_all_cases(engine: Engine) -> None:
    two_cases(engine)
    outcome = record(engine, told("custody_entered", "C-2", "2026-03-05", custody_id="U-2"))
    assert not [one for one in outcome.changes if one.duty == "first_exam"]
    assert [one.duty for one in engine.person("P-1", on="2026-03-06").obligations] == ["first_exam"]
    assert open_ones(engine, "2024-03-20", about="person") == {"P-1/first_exam": ("person", "running", "2024-04-03")}
    assert engine.overdue_count("2024-04-04", about="person") == 1


def test_the_exam_of_one_case_meets_what_the_person_owes(engine: Engine) -> None:
    two_cases(engine)
    event = told("medical_exam_completed", "C-1", "2024-03-20")
    previewed = {(one.subject, one.duty, one.after) for one in engine.preview(event).changes}
    changed = {(one.subject, one.duty, one.after) for one in record(engine, event).changes}
    assert ("P-1", "first_exam", "met") in changed
    assert changed == previewed


def test_moves_are_counted_over_the_cases_of_a_person(engine: Engine) -> None:
    two_cases(engine)
    for case, day in (("C-1", "2024-05-01"), ("C-1", "2024-09-01"), ("C-2", "2026-04-10")):
        record(engine, told("placement_changed", case, day, reason="behavior"))
    assert reviews(engine, "2026-04-11") == {"C-1": "not owed", "C-2": "running"}
    assert open_ones(engine, "2026-04-11")["C-2/moves_reviewed"] == ("case", "running", "2026-04-20")
    # what is told late of the closed case says that the third move was then
    record(engine, told("placement_changed", "C-1", "2024-11-01", reason="behavior"))
    assert reviews(engine, "2026-04-11") == {"C-1": "missed", "C-2": "not owed"}


def reviews(engine: Engine, on: str) -> dict[str, str]:
    cases = {case: engine.case(case, on=on).obligations for case in ("C-1", "C-2")}
    return {case: one.state for case, found in cases.items() for one in found if one.duty == "moves_reviewed"}


def test_unlinking_takes_away_what_was_another_childs(engine: Engine) -> None:
    two_cases(engine)
    for case, day in (("C-1", "2024-05-01"), ("C-1", "2024-09-01"), ("C-2", "2026-04-10")):
        record(engine, told("placement_changed", case, day, reason="behavior"))
    event = told("person_unlinked", "C-1", "2026-04-20", person="P-1", reason="wrong_match")
    previewed = {(one.subject, one.duty, one.what) for one in engine.preview(event).changes}
    changed = {(one.subject, one.duty, one.what) for one in record(engine, event).changes}
    reviewed = {(case, "moves_reviewed", "withdrawn") for case in ("C-1", "C-2")}
    assert changed == previewed == {*reviewed, ("P-1", "first_exam", "withdrawn")}
    assert engine.person("P-1", on="2026-04-20").obligations == ()
    again = record(engine, told("person_linked", "C-1", "2026-04-21", person="P-1"))
    assert {(one.subject, one.duty, one.what) for one in again.changes} >= {("P-1", "first_exam", "opened")}


def test_what_was_known_before_a_link_was_undone_stays_an_answer(url: str) -> None:
    days = iter(range(1_776_000_000, 1_796_000_000, 86_400))
    with Engine(url, PACK, clock=lambda: next(days)) as engine:
        two_cases(engine)
        for case, day in (("C-1", "2024-05-01"), ("C-1", "2024-09-01"), ("C-2", "2024-10-10")):
            last = record(engine, told("placement_changed", case, day, reason="behavior"))
        with engine.store.reading() as reading:
            then = reading.commit(last.commit).at
        record(engine, told("person_unlinked", "C-1", "2024-10-20", person="P-1"))
        assert engine.person("P-1", on="2024-10-30").obligations == ()
        assert [one.duty for one in engine.person("P-1", on="2024-10-30", known_at=then).obligations] == ["first_exam"]
        now, before = engine.case("C-2", on="2024-10-30"), engine.case("C-2", on="2024-10-30", known_at=then)
        assert "moves_reviewed" not in {one.duty for one in now.obligations}
        assert "moves_reviewed" in {one.duty for one in before.obligations}


def test_a_spell_of_membership_goes_on_in_the_next_case(engine: Engine) -> None:
    two_cases(engine)
    record(engine, told("sub_class_entered", "P-1", "2024-06-01", spell_id="S-1"))
    assert states(engine, "C-1", "2024-07-01")["sub_class"] == "member"
    assert states(engine, "C-2", "2026-03-03") == {"case": "open", "sub_class": "member"}
    assert open_ones(engine, "2026-03-03", duty="intensive_plan") == {
        "C-2/intensive_plan": ("case", "running", "2026-05-01")
    }
    record(engine, told("sub_class_left", "P-1", "2026-03-10", spell_id="S-1", reason="declined"))
    assert not open_ones(engine, "2026-03-11", duty="intensive_plan")
    record(engine, told("sub_class_entered", "P-1", "2026-03-20", spell_id="S-2"))
    assert open_ones(engine, "2026-03-21", duty="intensive_plan")


def siblings(engine: Engine) -> None:
    for case, day in (("C-1", "2026-01-05"), ("C-2", "2026-01-19"), ("C-3", "2026-02-02")):
        record(engine, told("case_opened", case, day), told("team_linked", case, day, team="T-1"))


def test_one_meeting_of_a_team_meets_what_each_sibling_is_owed(engine: Engine) -> None:
    siblings(engine)
    outcome = record(engine, told("team_met", "T-1", "2026-01-28"))
    met = {(one.subject, one.after) for one in outcome.changes if one.duty == "team_meets"}
    assert met == {("C-1", "met"), ("C-2", "met")}  # the third child had not come yet
    assert open_ones(engine, "2026-02-03", duty="team_meets") == {"C-3/team_meets": ("case", "running", "2026-03-19")}
    assert open_ones(engine, "2026-01-29", about="team") == {"T-1/team_reviews": ("team", "running", "2026-02-02")}


def test_what_a_team_did_while_it_served_a_child_stays_when_it_leaves(engine: Engine) -> None:
    siblings(engine)
    record(engine, told("team_met", "T-1", "2026-01-28"))
    record(engine, told("team_unlinked", "C-1", "2026-02-01", team="T-1"))
    record(engine, told("team_unlinked", "C-2", "2026-01-27", team="T-1"))
    assert not [one for one in engine.due("2026-02-02", duty="team_meets") if one.subject == "C-1"]
    assert [one.subject for one in engine.due("2026-02-02", duty="team_meets")] == ["C-2", "C-3"]


def test_the_county_owes_something_too(engine: Engine) -> None:
    county = engine.county
    record(engine, told("report_due_told", county, "2026-01-01"))
    assert open_ones(engine, "2026-01-02") == {f"{county}/yearly_report": ("county", "running", "2026-01-31")}
    assert [one.duty for one in engine.whole_county(on="2026-01-02").obligations] == ["yearly_report"]


def test_a_workers_list_holds_what_is_owed_for_the_child_and_the_team(engine: Engine) -> None:
    two_cases(engine)
    siblings_day = "2026-03-02"
    record(
        engine,
        told("team_linked", "C-2", siblings_day, team="T-1"),
        told("person_in_charge_assigned", "C-2", siblings_day, role="lead", worker="worker:7"),
        told("custody_entered", "C-2", "2026-03-05", custody_id="U-2"),
        told("team_met", "T-1", "2026-03-09"),
    )
    listed = open_ones(engine, "2026-03-10", assigned_to="worker:7")
    assert set(listed) == {"P-1/first_exam", "T-1/team_reviews"}
    record(engine, told("team_unlinked", "C-2", "2026-03-10", team="T-1"))
    assert "T-1/team_reviews" not in open_ones(engine, "2026-03-11", assigned_to="worker:7")


def test_every_listed_obligation_has_its_proof(engine: Engine) -> None:
    two_cases(engine)
    siblings(engine)
    record(engine, told("team_met", "T-1", "2026-01-28"), told("report_due_told", engine.county, "2026-01-01"))
    for row in engine.due("2026-01-29"):
        proof = engine.explain(row.id, on="2026-01-29")
        assert (proof.due, proof.label) == (row.due, row.label)


def test_the_timeline_of_a_case_tells_what_it_brought_about_for_its_person(engine: Engine) -> None:
    two_cases(engine)
    lines = [line.what for line in engine.timeline("C-1")]
    assert "Examination at the first entry into care: opened, due 2024-04-03" in lines
    assert not [line for line in engine.timeline("C-2") if "custody entered" in line.what]
    assert [line.what for line in engine.timeline("P-1", about="person") if line.kind == "event"] == [
        "custody entered: custody id U-1"
    ]


def test_next_steps_and_ledger_of_a_person(engine: Engine) -> None:
    two_cases(engine)
    assert [one.label for one in engine.next_steps("C-1", on="2024-03-10")][:1] == [
        "Examination at the first entry into care"
    ]
    record(engine, told("sub_class_entered", "P-1", "2024-06-01", spell_id="S-1"))
    held = engine.ledger("P-1", about="person", on="2024-06-10")
    assert [(one.state, one.days) for one in held] == [("never", 89), ("member", 10)]
    with pytest.raises(NotFound, match="there is no team T-9"):
        engine.team("T-9")


def test_a_pack_without_such_rules_looks_at_nobody_else() -> None:
    with Engine("sqlite://", RulePack.load("washington")) as engine:
        assert engine.store._form.across == frozenset()
