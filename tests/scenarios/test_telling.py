"""How a story becomes journal entries: order of recording, corrections, the child's facts, several children, rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from icpm_engine.calendars import Zone, parse_day
from icpm_engine.errors import PackError, ScenarioError
from icpm_engine.history import Entry, Folding, compile_pack, fold
from icpm_engine.history.answers import day_end, rows_at
from icpm_engine.history.order import arrange
from icpm_engine.rules.loading import load_pack, load_texts
from icpm_engine.scenarios import (
    Scenario,
    coverage,
    load_scenario,
    parse_scenario,
    run_file,
    run_scenario,
    scenario_files,
)
from icpm_engine.scenarios.binding import Journal, journal_of
from icpm_engine.scenarios.runner import rules_for
from tests.scenarios.stories import RULES, rules, story, told

ROOT = Path(__file__).parents[2]
STORIES = [load_scenario(path) for path in scenario_files(ROOT / "scenarios")]
OVERDUE = "on: 2026-03-02, overdue: []"


def journal(events: str, more: str = "") -> Journal:
    found = parse_scenario(story(events, OVERDUE, more))
    return journal_of(found.children[0], rules().pack, rules().zone)


def test_entries_stand_in_the_order_of_recording() -> None:
    found = journal("""
        on: 2026-03-20, id: late, recorded: 2026-04-02, screening_completed: {result: positive}
        on: 2026-03-02, id: opening, case_opened: {}
        on: 2026-03-02, id: closing, case_closed: {}
    """)
    assert [sorted(found.ids[entry.entry]) for entry in found.entries] == [["opening"], ["closing"], ["late"]]
    assert [entry.entry for entry in found.entries] == [1, 2, 3]


def test_when_an_entry_was_recorded() -> None:
    found = journal("""
        on: 2026-03-02, case_opened: {}
        on: 2026-03-02T14:00, crisis_responded: {}
        on: 2026-03-02T15:00, recorded: 2026-03-02T16:00, contact_made: {}
        on: 2026-03-02T15:00, recorded: 2026-03-03, contact_made: {}
    """)
    zone = Zone("America/Los_Angeles")
    hours = [zone.local(entry.recorded) for entry in found.entries]
    day = parse_day("2026-03-02")
    assert hours == [(day, 0), (day, 14 * 60), (day, 16 * 60), (day + 1, 0)]
    assert len(found.known(zone.instant(day, 15 * 60))) == 2


def test_a_correction_is_recorded_no_earlier_than_what_it_corrects() -> None:
    found = journal("""
        on: 2026-03-20, id: screen, screening_completed: {result: positive}
        on: 2026-03-09, id: mended, corrects: screen, screening_completed: {result: negative}
        on: 2026-03-10, retracts: mended
    """)
    first, second, third = found.entries
    assert (second.corrects, third.retracts) == (first.entry, second.entry)
    assert first.recorded == second.recorded == third.recorded
    assert found.ids[third.entry] == {"screen", "mended"}
    assert third.kind == "screening_completed"


CORRECTED = """
on: 2026-03-02, case_opened: {}
on: 2026-03-20, id: screen, screening_completed: {result: positive}
on: 2026-03-18, recorded: 2026-03-25, corrects: screen, screening_completed: {result: positive}
on: 2026-03-30, retracts: screen
"""


@pytest.mark.parametrize(
    "expect",
    [
        "on: 2026-03-21, known_at: 2026-03-24, due: {send_referral: 2026-03-25}",
        "on: 2026-03-21, known_at: 2026-03-25, due: {send_referral: 2026-03-23}",
        "on: 2026-03-21, known_at: 2026-03-30, absent: [send_referral]",
        "on: 2026-03-21, absent: [send_referral]",
        "on: 2026-03-21, known_at: 2026-03-01, absent: [write], states: {case: none}",
    ],
)
def test_what_was_known_on_a_day(expect: str) -> None:
    assert told(story(CORRECTED, expect), referral_limit="3 business days") == []


TRIBE = """
defaults: {owner: worker, authority: letter}
duties:
  tell_tribe:
    label: Tell the tribe
    starts: {on: case_opened, when: {indian_child: yes}}
    due: {within: 5 days}
    met: letter_sent
"""


def test_what_is_known_of_a_child_is_known_when_its_case_opens() -> None:
    found = compile_pack(load_texts({"rules.yaml": RULES, "tribe.yaml": TRIBE}))
    text = story("on: 2026-03-02, case_opened: {}", "on: 2026-03-02, due: {tell_tribe: 2026-03-07}", "child: {CHILD}")
    for child, failures in (
        ("indian_child: yes", 0),
        ("indian_child: no", 1),
        ("born: 2026-03-02, indian_child: yes", 0),
    ):
        scenario = parse_scenario(text.replace("CHILD", child))
        assert len(run_scenario(scenario, rules_of=lambda _story, _child: found)) == failures


def test_the_child_s_facts_are_told_before_the_first_event() -> None:
    expect = "facts: {born: 2008-03-10, indian_child: yes}, decisions: {grown: false}"
    child = "child: {born: 2008-03-10, indian_child: yes}"
    text = story(
        "on: 2026-03-09, crisis_responded: {}\non: 2026-03-02, case_opened: {}", f"on: 2026-03-02, {expect}", child
    )
    assert told(text) == []
    assert told(text.replace("on: 2026-03-02, facts", "on: 2026-03-10, facts").replace("false", "true")) == []


CHILDREN = """
name: Two children
children:
  ann: {born: 2016-04-02, events: [{on: 2026-03-02, case_opened: {}}]}
  bob: {born: 2018-01-10}
events:
  - {on: 2026-03-05, child: bob, case_opened: {}}
  - {on: 2026-03-06, child: ann, letter_sent: {to: family}}
expect:
  - {on: 2026-03-13, child: ann, met: [write]}
  - {on: 2026-03-13, child: bob, due: {write: 2026-03-15}, facts: {born: 2018-01-10}}
  - {on: 2026-03-04, child: bob, states: {case: open}}
"""


def test_several_children_are_told_apart() -> None:
    (failure,) = told(CHILDREN)
    assert (failure.when, failure.got) == ("bob, on 2026-03-04", "none")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("child: bob, case", "case"), "'child' is missing (whom it is about; this story has several children)"),
        (("child: bob, due", "child: bop, due"), "expected a child: one of ann, bob, found 'bop'; did you mean 'bob'?"),
        (("  - {on: 2026-03-05, child: bob, case_opened: {}}\n", ""), "nothing happens to the child 'bob'"),
        (("born: 2018-01-10}\nevents", "age: 8}\nevents"), "unknown key 'age' in a child; known are born"),
        (("{born: 2018-01-10}", "x"), "expected a child ({county, born, events}), found 'x'"),
    ],
)
def test_wrong_stories_of_several_children(change: tuple[str, str], message: str) -> None:
    assert change[0] in CHILDREN
    with pytest.raises(ScenarioError) as caught:
        told(CHILDREN.replace(*change))
    assert message in str(caught.value)


def test_children_are_counted() -> None:
    with pytest.raises(ScenarioError, match=r"story.yaml:2:11: expected 1 to 50 children, found 0"):
        told(f"name: None\nchildren: {{}}\nexpect: [{{{OVERDUE}}}]")


# --- rules loaded by name ---------------------------------------------------------------------------------------------

SHASTA = """
name: A positive screen
pack: california
county: shasta
settles: {referral_limit: 3 business days}
calendars: {business: us-federal}
events:
  - {on: 2026-03-02, case_opened: {}}
  - {on: 2026-10-08, screening_completed: {result: positive}}
expect:
  - {on: 2026-10-08, due: {send_referral: 2026-10-14}}
"""


def test_a_story_binds_other_open_days() -> None:
    assert run_scenario(parse_scenario(SHASTA)) == []
    (failure,) = run_scenario(parse_scenario(SHASTA.replace("calendars: {business: us-federal}\n", "")))
    assert failure.got == "running, due 2026-10-13"  # 12 October is a federal holiday, and the county's none


def test_other_open_days_are_another_version_of_the_rules() -> None:
    bound = parse_scenario(SHASTA)
    plain = parse_scenario(SHASTA.replace("calendars: {business: us-federal}\n", ""))
    assert version(bound) != version(plain)
    assert version(bound) == version(parse_scenario(SHASTA))


def version(found: Scenario) -> str:
    return rules_for(found, found.children[0]).version


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("referral_limit: 3", "referral_limt: 3"),
            "story.yaml:5:26: settles referral_limt: expected the name of a choice",
        ),
        (("3 business days", "3 busy days"), "story.yaml:5:27: settles referral_limit: "),
        (("business: us", "busines: us"), "story.yaml:6:22: no rule of this pack counts 'busines' days; did you mean"),
        (
            ("us-federal", "us-fedral"),
            "story.yaml:6:23: no calendar file is named 'us-fedral'; did you mean 'us-federal'?",
        ),
        (("county: shasta", "county: shata"), "story.yaml:2:1: there is no county of california named 'shata'"),
        (("pack: california", "pack: californa"), "there is no rule pack named 'californa'"),
    ],
)
def test_rules_that_cannot_be_had(change: tuple[str, str], message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        run_scenario(parse_scenario(SHASTA.replace(*change)))
    assert message in str(caught.value)


def test_packs_of_one_s_own(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    rule = (
        "zone: America/Denver\nroles: {w: W}\nsources: {s: {title: S}}\nduties: {d: {label: D, owner: w, authority: s, "
    )
    (tmp_path / "own" / "a.yaml").write_text(f"{rule}starts: case_opened, due: open, met: team_formed}}}}")
    file = tmp_path / "a.yaml"
    file.write_text(story("on: 2026-03-02, case_opened: {}", "on: 2026-03-02, open: [d]", "pack: own"))
    assert run_file(file, root=tmp_path) == []
    (tmp_path / "own" / "a.yaml").write_text("zone: [")
    with pytest.raises(PackError, match=r"own/a.yaml:2:1: YAML syntax"):
        run_file(file, root=tmp_path / "." / "own" / "..")  # spelled otherwise: not the rules kept from before


# --- the stories of this repository -----------------------------------------------------------------------------------


def test_a_rule_that_no_story_names_is_found() -> None:
    pack = load_pack("california")
    kept = [one for one in STORIES if "send_referral" not in str(one.expect)]
    assert coverage(pack, kept) == ["send_referral"]
    absent = parse_scenario(story("on: 2026-03-02, case_opened: {}", "on: 2026-03-02, absent: [send_referral]"))
    assert coverage(pack, [*kept, absent]) == ["send_referral"]
    other_county = parse_scenario(
        story("on: 2026-03-02, case_opened: {}", "on: 2026-03-02, missed: [send_referral]", "county: orange")
    )
    assert coverage(pack, [*kept, other_county]) == []
    assert coverage(load_pack("california", "shasta"), [*kept, other_county]) == ["send_referral"]
    assert coverage(pack, []) != []


@pytest.mark.parametrize("found", STORIES, ids=[found.file.rpartition("scenarios/")[2] for found in STORIES])
def test_what_comes_later_changes_no_day_before(found: Scenario) -> None:
    """The fold of all events and that of the events up to a day say the same of that day."""
    for child in found.children:
        compiled = rules_for(found, child)
        standing = arrange(journal_of(child, compiled.pack, compiled.zone).entries, compiled.zone, compiled.rank)
        entries = [standing_alone(entry) for entry in standing]
        whole = fold(compiled, entries)
        for question in found.expect:
            at = day_end(compiled.zone, question.on[0])
            cut = fold(compiled, [entry for entry in entries if entry.t <= at], at)
            assert as_it_stood(cut, at) == as_it_stood(whole, at)


def standing_alone(entry: Entry) -> Entry:
    """What stands of an entry after corrections, as an entry of its own."""
    return Entry(kind=entry.kind, day=entry.day, minute=entry.minute, values=entry.values, entry=entry.root)


def as_it_stood(folding: Folding, at: int) -> tuple[object, ...]:
    """States and obligations of an instant, without their ends, which lie ahead."""
    states = [row[:4] for row in folding.states if row.valid_from <= at < row.valid_until]
    return states, [(*row[:5], *row[6:]) for row in rows_at(folding.rows, at)]


# --- a child with several cases ---------------------------------------------------------------------------------------

CASES = """
name: Two cases
pack: connecticut
events:
  - {on: 2025-02-03, case: first, case_opened: {}}
  - {on: 2025-02-04, id: entry, case: first, custody_entered: {custody_id: U1, how: commitment}}
  - {on: 2025-03-03, case: second, case_opened: {}}
  - {on: 2025-02-05, recorded: 2025-03-04, corrects: entry, custody_entered: {custody_id: U1, how: commitment}}
expect:
  - {on: 2025-03-05, case: second, due: {multidisciplinary_examination: 2025-03-07}}
"""


def test_a_correction_stays_in_its_case_and_the_person_has_all() -> None:
    assert run_scenario(parse_scenario(CASES)) == []
    assert run_scenario(parse_scenario(CASES.replace("case: second, due", "due"))) == []  # the child's, whichever case


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("case: second, case_opened", "case_opened"), "story.yaml:7:5: the child has cases with names; say in which"),
        (("case: second, due", "case: third, due"), "story.yaml:10:5: the child has no case named 'third'"),
        (
            ("case: second, due: {multidisciplinary_examination: 2025-03-07}", "overdue: []"),
            "say which one is asked about",
        ),
        (
            ("case: second, case_opened: {}", "case: second, earlier_care_told: {}"),
            "earlier_care_told is about a person, not about one of the child's cases; leave case out",
        ),
    ],
)
def test_wrong_stories_of_several_cases(change: tuple[str, str], message: str) -> None:
    assert change[0] in CASES
    with pytest.raises(ScenarioError) as caught:
        run_scenario(parse_scenario(CASES.replace(*change)))
    assert message in str(caught.value)
