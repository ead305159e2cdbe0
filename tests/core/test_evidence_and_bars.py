"""Which events count: lines with and without bounds side by side, open choices in bounds, rules not yet in force."""

from __future__ import annotations

from collections.abc import Iterable

from icpm_engine.calendars import parse_day
from icpm_engine.history import CompiledRules, Entry, ObligationRow, Outcome, compile_pack, fold
from icpm_engine.history.answers import day_end, obligation_of, rows_at
from icpm_engine.history.proofs import proof_of
from icpm_engine.rules.loading import load_texts

HEAD = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker}
defaults: {owner: worker, authority: letter}
"""


def pack(text: str, **settles: object) -> CompiledRules:
    return compile_pack(load_texts({"rules.yaml": HEAD + text}, settles=settles))


def entries(*told: tuple[str, str], **values: object) -> list[Entry]:
    return [
        Entry(kind=kind, day=parse_day(day), minute=-1, values=dict(values), entry=number)
        for number, (kind, day) in enumerate(told, start=1)
    ]


def runs(rules: CompiledRules, told: Iterable[Entry], day: str) -> list[ObligationRow]:
    return rows_at(fold(rules, told).rows, day_end(rules.zone, parse_day(day)))


YEARLY = """
lifecycles:
  case:
    label: Case
    initial: none
    states: {none: {label: None}, open: {label: Open}, closed: {label: Closed}}
    transitions: [{on: case_opened, from: none, to: open}, {on: case_closed, from: open, to: closed}]
choices:
  counted_from: {label: From when, options: [intake, last], authority: letter}
  window: {label: How early, type: span, authority: letter}
duties:
  yearly:
    label: Screen again
    starts: {on: screening_completed, when: case.open}
    again: ignored
    while: case.open
    due: {within: 12 months}
    repeats: from met
    met:
      - {on: screening_completed, when: {counted_from: last}}
      - {on: screening_completed, when: {counted_from: intake}, since: window before due}
"""


def test_a_line_without_a_lower_bound_does_not_look_back_because_another_one_does() -> None:
    rules = pack(YEARLY, counted_from="last")
    told = entries(("case_opened", "2025-01-06"), ("screening_completed", "2025-01-13"), ("case_closed", "2025-12-01"))
    first, second = runs(rules, told, "2026-01-14")  # the screen of a year ago is no evidence for the second year
    assert [first.state, second.state] == [Outcome.NOT_OWED, Outcome.NOT_OWED]


def test_a_bound_that_hangs_on_an_open_choice_names_the_choice() -> None:
    rules = pack(YEARLY, counted_from="intake")
    told = entries(
        ("case_opened", "2025-01-06"), ("screening_completed", "2025-01-13"), ("screening_completed", "2025-11-03")
    )
    (row,) = runs(rules, told, "2025-11-03")
    found = obligation_of(row, rules, "C1", day_end(rules.zone, parse_day("2025-11-03")))
    assert (found.state, found.waits_for) == ("undetermined", ("window",))


def test_a_bound_that_hangs_on_an_hour_names_the_hour() -> None:
    rules = pack("""
duties:
  tell: {label: Tell, starts: case_opened, due: {within: 3 days}, met: {on: caregivers_told, before: start.move_at}}
events: {case_opened: {move_at: moment}}
""")
    told = entries(
        ("case_opened", "2026-03-02"), ("caregivers_told", "2026-03-03"), move_at=(parse_day("2026-03-03"), 600)
    )
    (row,) = runs(rules, told, "2026-03-03")
    found = obligation_of(row, rules, "C1", day_end(rules.zone, parse_day("2026-03-03")))
    assert (found.state, found.waits_for) == ("undetermined", ("the hour of caregivers_told",))


def test_a_bar_forbids_nothing_before_it_is_in_force_and_after() -> None:
    rules = pack("""
bars:
  no_meeting: {label: No meeting, forbids: cft_held, in_force: {from: 2022-05-06, until: 2023-05-05}}
""")
    days = ("2022-05-05", "2022-05-06", "2023-05-05", "2023-05-06")
    found = fold(rules, entries(*(("cft_held", day) for day in days))).findings
    assert [(finding.kind, finding.entry) for finding in found] == [("barred", 2), ("barred", 3)]


def test_the_proof_of_an_open_date_says_the_source_s_own_word() -> None:
    rules = pack("""
duties:
  form: {label: Form the team, starts: case_opened, due: {open: when the child enters}, met: team_formed}
  tell: {label: Tell, starts: case_opened, due: open, met: caregivers_told}
""")
    form, tell = runs(rules, entries(("case_opened", "2026-03-02")), "2026-03-02")
    assert "- no number stated (when the child enters)." in str(proof_of(form, rules))
    assert "- no number stated." in str(proof_of(tell, rules))
