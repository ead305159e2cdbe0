"""A part of a pack: what its duties come to is what they come to by the whole of it."""

from __future__ import annotations

import attrs
import pytest

from benchmarks import caseload
from icpm_engine.history import Entry, compile_pack, fold
from icpm_engine.history.fold import horizon_after
from icpm_engine.rehearsal.narrowing import affected, narrowed
from icpm_engine.rules.loading import load_texts
from icpm_engine.rules.model import RulePack
from icpm_engine.store.journal import entry_of, new_entry

RULES = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker}
defaults: {owner: worker, authority: letter}
calendars: {business: us-federal, court: california-courts}
choices: {soon: {label: How soon, type: span, authority: letter}}
facts: {sort: {type: text, told: {on: asked, take: sort}}}
events: {asked: {sort: text}, done: {}, more: {}}
lifecycles:
  place:
    label: Place
    initial: here
    states: {here: {label: Here}, away: {label: Away}}
    transitions: [{on: done, from: here, to: away}]
decisions: {far: {label: Far, authority: letter, all: [place.away, {sort: far}]}}
duties:
  first: {label: First, starts: asked, due: {within: 5 days}, met: done}
  second: {label: Second, starts: asked, while: far, due: {within: soon}, met: done}
  third: {label: Third, starts: {on: asked, when: first.met}, due: {within: 9 days}, met: done}
  fifth: {label: Fifth, starts: asked, due: {within: 9 business days}, met: done}
  sixth: {label: Sixth, starts: asked, due: {within: 12 days, rolls: next business day}, met: done}
  seventh: {label: Seventh, starts: asked, due: {within: 9 court days}, met: done}
"""


def rules(*changes: tuple[str, str], soon: str = "3 days") -> RulePack:
    text = RULES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return load_texts({"rules.yaml": text}, standard=False, settles={"soon": soon})


def stories(number: int) -> list[list[Entry]]:
    """Invented cases, as a fold reads them."""
    told = []
    for _, events in caseload.stories(50, number):
        kinds = {one.event_kind.name: one.event_kind for one in events}
        new = [(one.subject_kind, new_entry(one, caseload.NOW)) for one in events]
        told.append([entry_of(kind, place, entry, kinds) for place, (kind, entry) in enumerate(new, 1)])
    return told


@pytest.mark.slow
@pytest.mark.parametrize("pack", [caseload.pack(), caseload.whole_pack()], ids=["five areas", "all areas"])
def test_each_duty_alone_comes_to_the_same(pack: RulePack) -> None:
    whole, told = compile_pack(pack), stories(12)
    until = horizon_after(whole, whole.zone.day_of(caseload.NOW))
    rows = [fold(whole, entries, until).rows for entries in told]
    for name, duty in pack.duties.items():
        if duty.subject == "case" and not duty.off:
            alone = compile_pack(narrowed(pack, [name]))
            for entries, expected in zip(told, rows, strict=True):
                found = [row for row in fold(alone, entries, until).rows if row.duty == name]
                assert found == [row for row in expected if row.duty == name]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (rules(), set()),
        (rules(("within: 9 days", "within: 8 days")), {"third"}),
        (rules(("within: 5 days", "within: 6 days")), {"first", "third"}),
        (rules(("[{on: done", "[{on: more")), {"second"}),
        (rules(("sort: far", "sort: near")), {"second"}),
        (rules(soon="4 days"), {"second"}),
        (rules(("more: {}", "more: {}, other: {}")), set()),
        (rules(("more: {}", "more: {}, other: {sorts: last}")), None),
        (rules(("asked: {sort: text}", "asked: {sort: text, id: text}")), None),
        (rules(("  third:", "  fourth:")), {"third", "fourth"}),
        (attrs.evolve(rules(), horizon_months=12), None),
        (rules(("us-federal", "us-federal-and-day-after-thanksgiving")), {"fifth", "sixth"}),
        (rules(soon="3 business days"), {"second"}),
    ],
)
def test_what_a_change_can_reach(after: RulePack, expected: set[str] | None) -> None:
    assert affected(rules(), after) == expected
