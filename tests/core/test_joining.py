"""What the readings of an open choice agree on."""

from __future__ import annotations

from tests.core.packs import asked, pack, story

CHOICE = """
choices: {from_where: {label: From where, options: [start, last], authority: letter}}
lifecycles:
  case:
    label: Case
    initial: none
    states: {none: {label: None}, open: {label: Open}, closed: {label: Closed}}
    transitions: [{on: opened, from: none, to: open}, {on: closed, from: open, to: closed}]
"""


def test_what_no_reading_owes_is_not_owed() -> None:
    """After the case has closed the readings settle their runs on different days, and one has a run more."""
    rules = pack(
        f"""{CHOICE}
duties:
  d:
    label: D
    starts: opened
    while: case.open
    due:
      - {{when: {{from_where: start}}, by: [5 days after origin, 9 days after origin, 7 days after previous.due]}}
      - {{when: {{from_where: last}}, by: [5 days after origin, 7 days after start]}}
    repeats: from met
    met: done
"""
    )
    told = story(("2026-03-02", "opened"), ("2026-03-02", "closed"))
    for day in ("2026-03-12", "2026-03-13", "2026-03-20", "2026-04-20"):
        assert {one.state for one in asked(rules, told, day)} == {"not owed"}


def test_a_mark_that_not_every_reading_gives_is_not_given() -> None:
    rules = pack(
        f"{CHOICE}\nduties: {{d: {{label: D, starts: began, met: done, "
        "while: {any: [{from_where: start}, case.open]}, due: {within: 5 days}}}"
    )
    (found,) = asked(rules, story(("2026-03-02", "began"), ("2026-03-20", "done")), "2026-03-20")
    assert (found.state, found.marks) == ("undetermined", ())
