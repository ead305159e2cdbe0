"""The difference of two packs: what is added, removed and changed, and from which words to which."""

from __future__ import annotations

import attrs
import pytest

from icpm_engine.calendars import format_day, parse_day
from icpm_engine.rules.comparing import Comparison, compare, on_day
from icpm_engine.rules.loading import load_pack, load_texts
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.packs import county_names, pack_names
from tests.rules.rulefiles import BASE

PACKS = [(name, county) for name in pack_names() for county in (None, *county_names(name))]

RULE = """\
duties:
  answer:
    label: Answer
    owner: worker
    authority: law
    starts: opened
    while: case.open
    due: {within: 30 days}
    met: screened
    escalates: [{at: 3 days after due, tell: boss}]
    versions: [{from: 2026-01-01, due: {within: 20 days}}]
"""


def pack(rules: str = RULE, base: str = BASE) -> RulePack:
    return load_texts({"base.yaml": base, "rules.yaml": rules}, standard=False)


def changed(before: str, after: str) -> list[tuple[str, str | None, str | None, str | None]]:
    found = compare(pack(), pack(RULE.replace(before, after)))
    return [(row.name, row.part, row.before, row.after) for row in found.rows]


@pytest.mark.parametrize(
    ("before", "after", "part", "was", "now"),
    [
        ("within: 30 days", "within: 45 days", "due", "30 days after the start", "45 days after the start"),
        ("owner: worker", "owner: [worker, nurse]", "owner", "Worker", "Worker and Nurse"),
        ("starts: opened", "starts: hearing_set", "starts", "opened", "hearing set"),
        ("met: screened", "met: plan_made", "met", "screened", "plan made"),
        ("met: screened", "met: screened\n    force: should", "force", "must", "should"),
        ("met: screened", "met: screened\n    excused: plan_made", "excused", None, "plan made"),
        ("while: case.open", "while: high", "while", "case is open", "high"),
        ("tell: boss", "tell: nurse", "escalates", "Supervisor from 3 days", "Nurse from 3 days"),
        ("label: Answer", "label: An answer", "label", "Answer", "An answer"),
        ("20 days", "10 days", "due from 2026-01-01", "20 days after the start", "10 days after the start"),
        (
            "from: 2026-01-01, due: {within: 20 days}",
            "from: 2026-02-01, due: {within: 20 days}",
            "due from",
            None,
            "20",
        ),
    ],
)
def test_a_part_that_changed_is_said(before: str, after: str, part: str, was: str | None, now: str | None) -> None:
    rows = [row for row in changed(before, after) if row[1] is not None and row[1].startswith(part)]
    assert any(name == "answer" and _says(old, was) and _says(new, now) for name, _, old, new in rows), changed(
        before, after
    )


def _says(told: str | None, wanted: str | None) -> bool:
    return told is None if wanted is None else told is not None and told.startswith(wanted)


def test_only_what_changed_is_said() -> None:
    assert [part for _, part, _, _ in changed("owner: worker", "owner: nurse")] == ["owner"]


def test_a_label_that_stands_for_a_condition_hides_nothing() -> None:
    labelled = "while: {all: [case.open, high], label: in question}"
    other = "while: {any: [case.open, high], label: in question}"
    found = compare(pack(RULE.replace("while: case.open", labelled)), pack(RULE.replace("while: case.open", other)))
    (row,) = found.rows
    assert (row.part, row.before, row.after) == ("while", "case is open and high", "case is open or high")


def test_rules_that_are_new_or_gone() -> None:
    both = RULE + "  more: {label: More, owner: nurse, authority: law, starts: opened, due: open, met: closed}\n"
    (added,) = compare(pack(), pack(both)).rows
    assert str(added) == "duty more is added: More"
    assert added.after == "owner: Nurse; starts: opened; due: no number stated; met: closed"
    found = compare(pack(both), pack())
    assert [str(row) for row in found.rows] == ["duty more is removed: More"]
    assert (found.added, found.removed, found.changed) == (0, 1, 0)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("options: [entry, screen]", "options: [entry, screen, none_of_it]", "choice from_where: options from"),
        ("{at_least: 30}", "{at_least: 40}", "decision high: condition from"),
        ("ended: {label: Ended, final: yes}", "ended: {label: Over, final: yes}", "lifecycle case: state ended from"),
        ("{on: hearing_held, from: set", "{on: closed, from: set", "lifecycle hearing: into held from"),
        ("take: score", "take: score}, initial: 3, x: {", "fact score: initial gains 3"),
        ("forbids: {on: screened", "forbids: {on: hearing_set", "bar too_late: forbids from"),
        ("note: text}", "note: text, more: text}", "event screened: field more gains text"),
        ("nurse: Nurse", "nurse: A nurse", "role nurse: label from Nurse to A nurse"),
        ("hours: 07:00-19:00", "hours: 08:00-19:00", "calendar day_hours: open from 07:00-19:00 to 08:00-19:00"),
        ("The law, section 1", "The law, section 2", "source law: title from"),
        ("America/Los_Angeles", "America/Denver", "pack pack: zone from America/Los_Angeles to America/Denver"),
    ],
)
def test_whatever_else_changed_is_said(before: str, after: str, told: str) -> None:
    assert before in BASE
    if before == "take: score":
        before, after = "told: {on: screened, take: score}", "initial: 3, told: {on: screened, take: score}"
    found = compare(pack(), pack(base=BASE.replace(before, after, 1)))
    assert any(str(row).startswith(told) for row in found.rows), [str(row) for row in found.rows]


def test_what_was_settled_otherwise() -> None:
    shasta, angeles = load_pack("california", "shasta"), load_pack("california", "los-angeles")
    rows = {row.name: row for row in compare(shasta, angeles).rows if row.kind == "settlement"}
    assert rows["access_clock_from"].before == "open"
    assert (rows["access_clock_from"].after or "").startswith("client_agreement (Los Angeles County Department")
    assert "over_five_means" not in rows  # a choice of Shasta's own, open there


def test_calendars_are_compared_by_their_days() -> None:
    other = BASE.replace("court: california-courts", "court: us-federal")
    rows = [row for row in compare(pack(), pack(base=other)).rows if row.kind == "calendar"]
    assert ("closed for Cesar Chavez Day", None) in {(row.part, row.after) for row in rows} or len(rows) > 2


def test_a_closed_day_that_was_known_from_another_day_on_is_another_day() -> None:
    one = pack()
    court, day = one.calendars["court"], next(iter(one.calendars["court"].reasons))
    late = attrs.evolve(one, calendars={**one.calendars, "court": attrs.evolve(court, known={day: day + 1})})
    (row,) = compare(one, late).rows
    assert f"(known since {format_day(day + 1)})" in str(row.after)


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_a_pack_says_the_same_as_itself(name: str, county: str | None) -> None:
    one = load_pack(name, county)
    assert compare(one, attrs.evolve(one, version="another")).rows == ()


@pytest.mark.parametrize(("name", "county"), PACKS)
def test_no_rule_that_changes_goes_unsaid(name: str, county: str | None) -> None:
    """Every duty and bar, one after the other, made to be about somebody else, is the one rule that has changed."""
    one = load_pack(name, county)
    for section in ("duties", "bars"):
        for rule in getattr(one, section).values():
            other = "team" if rule.subject == "county" else "county"
            rules = {**getattr(one, section), rule.name: attrs.evolve(rule, subject=other)}
            found = compare(one, attrs.evolve(one, **{section: rules}))
            assert [(row.name, row.part, row.after) for row in found.rows] == [(rule.name, "subject", other)]


# --- as it holds on a day ---------------------------------------------------------------------------------------------


def on(pack: RulePack, first: str, second: str) -> Comparison:
    return compare(on_day(pack, parse_day(first)), on_day(pack, parse_day(second)))


def test_two_days_of_one_pack() -> None:
    assert [str(row) for row in on(pack(), "2025-12-31", "2026-01-01").rows] == [
        "duty answer: due from 30 days after the start to 20 days after the start"
    ]
    assert on(pack(), "2025-01-01", "2025-12-31").rows == ()


def test_a_rule_that_comes_into_force_is_added_and_one_that_ends_is_removed() -> None:
    california = load_pack("california")
    assert "duty ip_cans is added" in {
        str(row).partition(":")[0] for row in on(california, "2025-12-31", "2026-01-01").rows
    }
    gone = {row.name for row in on(california, "2028-12-31", "2029-01-01").rows if row.change == "removed"}
    assert "offer_appointment" in gone


def test_what_is_settled_from_a_day_on() -> None:
    rows = on(load_pack("california", "los-angeles"), "2025-10-05", "2025-10-06").rows
    packet = next(row for row in rows if row.name == "packet_items")
    assert (packet.before, (packet.after or "").partition(" (")[0]) == ("open", "cover_sheet, consent from 2025-10-06")
