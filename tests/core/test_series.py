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
