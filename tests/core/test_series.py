"""Series: what one run has used, and what the next one may still take."""

from __future__ import annotations

from icpm_engine.calendars import parse_day
from icpm_engine.history import Entry, Outcome, compile_pack, fold
from icpm_engine.rules.loading import load_texts

RULES = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker}
duties:
  yearly:
    label: Screen again
    owner: worker
    authority: letter
    starts: screening_completed
    again: ignored
    due: {within: 12 months}
    repeats: from met
    met: screening_completed
"""


def test_a_series_never_reaches_behind_the_evidence_of_the_run_before_on_its_own_day() -> None:
    """Three screens of one day: the first opens, the second meets, the third meets again; none is taken twice."""
    rules = compile_pack(load_texts({"rules.yaml": RULES}))
    day = parse_day("2026-03-02")
    told = [Entry(kind="screening_completed", day=day, minute=-1, values={}, entry=number) for number in (1, 2, 3)]
    rows = fold(rules, told).rows
    assert [(row.run, Outcome(row.state)) for row in rows] == [
        (0, Outcome.MET),
        (1, Outcome.MET),
        (2, Outcome.RUNNING),
    ]


def test_closing_an_overdue_case_is_a_miss_and_ends_the_series() -> None:
    """What ends a run after its due moment ends it as missed (42); the end is an end all the same."""
    rules = compile_pack(load_texts({"rules.yaml": RULES + "    cancelled: case_closed\n"}))
    told = [
        Entry(kind="screening_completed", day=parse_day("2024-03-02"), minute=-1, values={}, entry=1),
        Entry(kind="case_closed", day=parse_day("2025-06-01"), minute=-1, values={}, entry=2),
    ]
    folding = fold(rules, told)
    assert [(row.run, Outcome(row.state)) for row in folding.rows] == [(0, Outcome.RUNNING), (0, Outcome.MISSED)]
