from __future__ import annotations

import attrs

from icpm_engine.calendars import parse_day
from icpm_engine.history import Entry, compile_pack, fold
from icpm_engine.rules.loading import load_texts
from icpm_engine.rules.model import Settlement

PACK = """
about: A bar that a choice decides.
zone: America/Los_Angeles
roles: {worker: Worker}
sources: {memo: {title: A memo, seen: seen}}
choices: {notice: {label: Is notice needed, options: [needed, not_needed], authority: memo}}
bars:
  sudden_move:
    label: No move without notice
    owner: worker
    authority: memo
    forbids: {on: placement_ended, when: {notice: needed}}
"""
SETTLED = {"notice": (Settlement("notice", "needed", parse_day("2026-02-01"), "memo"),)}


def _findings(day: str, settles: dict[str, tuple[Settlement, ...]]) -> list[tuple[str, tuple[str, ...]]]:
    rules = compile_pack(attrs.evolve(load_texts({"moves.yaml": PACK}), settles=settles))
    entry = Entry(kind="placement_ended", day=parse_day(day), minute=-1, values={"placement_id": "P"}, entry=1)
    return [(finding.kind, finding.missing) for finding in fold(rules, [entry]).findings]


def test_a_bar_that_hangs_on_an_open_choice_is_listed_as_undetermined() -> None:
    assert _findings("2026-03-01", {}) == [("bar_undetermined", ("notice",))]


def test_a_choice_settled_from_a_day_counts_for_events_from_that_day_on() -> None:
    assert _findings("2026-02-01", SETTLED) == [("barred", ())]
    assert _findings("2026-01-31", SETTLED) == [("bar_undetermined", ("notice",))]
