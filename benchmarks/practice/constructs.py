"""One duty in every construct of the language (constructs.yaml), and cases that start and meet it again and again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks.practice import FIRST_DAY
from icpm_engine.history import CompiledRules, Entry, compile_pack
from icpm_engine.rules.loading import load_texts

HEAD = """\
about: One duty in one construct of the language.
zone: America/Los_Angeles
calendars: {court: california-courts}
roles: {child_welfare: Child welfare}
sources: {invented: {title: Invented for a benchmark, seen: background}}
facts:
  hearing: {type: moment, told: {on: hearing_set, take: date}}
  placed_in: {type: text, told: {on: placement_started, take: type}}
lifecycles:
  case:
    label: Case
    initial: none
    states: {none: {label: None}, open: {label: Open, holder: child_welfare}, closed: {label: Closed, final: yes}}
    transitions: [{on: case_opened, from: none, to: open}, {on: case_closed, from: open, to: closed}]
defaults: {owner: child_welfare, authority: invented}
"""
ROUND = ("contact_made", "placement_started", "hearing_set", "cft_held")


def packs() -> Iterator[tuple[str, CompiledRules]]:
    """Each construct, and the rules that hold it; first the rules without any duty, under the name of nothing."""
    yield "", compile_pack(load_texts({"head.yaml": HEAD}))
    for name, text in yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")).items():
        yield name, compile_pack(load_texts({f"{name}.yaml": HEAD + text}))


def case(length: int) -> list[Entry]:
    """A case of so many events, a week between them."""
    told = [
        Entry(kind="case_opened", day=FIRST_DAY, minute=-1, values={"kind": "court"}, entry=1),
        Entry(kind="birth_date_told", day=FIRST_DAY, minute=-1, values={"born": FIRST_DAY - 2000}, entry=2),
    ]
    for number in range(3, length + 1):
        day, kind = FIRST_DAY + 7 * number, ROUND[number % len(ROUND)]
        values = {
            "contact_id": f"C{number}",
            "placement_id": f"P{number}",
            "type": "strtp" if number % 8 < 4 else "relative",  # noqa: PLR2004 - every other placement
            "hearing_id": "H",
            "kind": "review",
            "date": (day + 30, 540),
            "meeting_id": f"M{number}",
            "present": ("child", "parents"),
        }
        told.append(Entry(kind=kind, day=day, minute=600, values=values, entry=number))
    return told
