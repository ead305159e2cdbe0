"""Lifecycles: the table that the fold runs on walks as the machine it is made of; what has no place is marked."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.calendars import format_day
from icpm_engine.conditions import probe_of
from icpm_engine.errors import PackError
from icpm_engine.history import CompiledRules, Entry
from icpm_engine.history.order import arrange
from icpm_engine.history.walking import walk
from icpm_engine.lifecycles import CompiledLifecycle, diagram
from icpm_engine.rules import model
from icpm_engine.rules.model import RulePack
from tests.core.told import FACTS, Told, day, pack

STATES = ("a", "b", "c", "d")
KINDS = ("referred", "answered", "withdrawn")
GUARDS = (
    "",
    ", where: {urgent: yes}",
    ", when: {eligible: yes}",
    ", where: {urgent: no}, when: {not: {eligible: yes}}",
)


def lifecycle(*transitions: str, more: str = "", states: str = "", per: str = "") -> CompiledRules:
    """A pack with one lifecycle, "it", of the states that its transitions name."""
    named = sorted({name for text in transitions for name in re.findall(r"\b[abcd]\b", text)})
    states = states or ", ".join(f"{name}: {{label: State {name.upper()}}}" for name in named)
    body = f"{{label: It, initial: a, {per}states: {{{states}}}, transitions: [{', '.join(transitions)}]}}"
    return pack(f"lifecycles: {{it: {body}}}", FACTS, more)


def states(story: Told, name: str = "it") -> list[tuple[str, str]]:
    """The states of a lifecycle with the days on which they began."""
    zone = story.rules.zone
    rows = [row for row in story.folding.states if name == row.lifecycle + (f"[{row.instance}]" * bool(row.instance))]
    return [(format_day(zone.day_of(row.valid_from)), row.state) for row in rows]


# --- the table and the machine ----------------------------------------------------------------------------------------


class Walker:
    """What the machine moves: it has a state and nothing else."""

    def __init__(self, state: str) -> None:
        self.state = state


transitions = st.tuples(
    st.sampled_from(KINDS),
    st.sets(st.sampled_from(STATES), min_size=1),
    st.sampled_from(STATES),
    st.sampled_from(GUARDS),
)
events = st.tuples(
    st.integers(1, 6),
    st.sampled_from((*KINDS, "status_told")),
    st.sampled_from([None, True, False]),
    st.sampled_from(["R1", "R2"]),
)


def written(given: list[tuple[str, set[str], str, str]]) -> list[str]:
    """Transitions as rules say them, guards where the event has the field; and a way to every state."""
    found = [
        f"{{on: {kind}, from: [{', '.join(sorted(sources))}], to: {target}{guard if kind == 'referred' else ''}}}"
        for kind, sources, target, guard in given
    ]
    return [*found, *(f"{{on: hearing_vacated, from: {one}, to: {two}}}" for one, two in pairwise(STATES))]


def happened(rules: CompiledRules, given: list[tuple[int, str, bool | None, str]]) -> list[Entry]:
    """Events in the order of the fold; before them one that moves nothing, so that there is a case."""
    made = []
    for number, (offset, kind, truth, instance) in enumerate([(0, "moved", None, "R1"), *given], 1):
        field = "eligible" if kind == "status_told" else "urgent"
        values: dict[str, Any] = {} if truth is None or kind not in ("status_told", "referred") else {field: truth}
        if kind != "status_told":
            values["referral_id"] = instance
        made.append(Entry(kind=kind, day=day("2026-03-01") + offset, minute=-1, values=values, entry=number))
    return arrange(made, rules.zone, rules.rank)


def stepped(compiled: CompiledLifecycle, rules: CompiledRules, ordered: list[Entry], instance: str | None) -> list[str]:
    """The states through which the machine of `transitions` goes, asked before each event."""
    walker, gone = Walker(compiled.lifecycle.initial), []
    for number, entry in enumerate(ordered):
        concerned = compiled.lifecycle.per is None or entry.values.get(compiled.lifecycle.per, instance) == instance
        if entry.kind in compiled.machine.events and concerned:
            before = walk(rules, ordered[:number], entry.t)
            run = probe_of(before, instance) if instance is not None else None
            compiled.machine.events[entry.kind].trigger(walker, ev=entry, case=before, run=run)
        gone.append(walker.state)
    return gone


@given(st.lists(transitions, min_size=1, max_size=6), st.lists(events, min_size=1, max_size=7))
def test_the_table_steps_as_the_machine_of_transitions_does(
    given: list[tuple[str, set[str], str, str]], told: list[tuple[int, str, bool | None, str]]
) -> None:
    rules = lifecycle(*written(given))
    (compiled,) = rules.lifecycles
    ordered = happened(rules, told)
    machine = stepped(compiled, rules, ordered, None)
    table = [
        compiled.state_of(walk(rules, ordered[: number + 1], ordered[number].t), None) for number in range(len(ordered))
    ]
    assert table == machine


@given(st.lists(transitions, min_size=1, max_size=6), st.lists(events, min_size=1, max_size=7))
def test_the_table_of_each_instance_steps_as_a_machine_of_its_own(
    given: list[tuple[str, set[str], str, str]], told: list[tuple[int, str, bool | None, str]]
) -> None:
    rules = lifecycle(*written(given), per="per: referral_id, ")
    (compiled,) = rules.lifecycles
    ordered = happened(rules, told)
    for instance in ("R1", "R2"):
        machine = stepped(compiled, rules, ordered, instance)
        table = [
            compiled.state_of(walk(rules, ordered[: number + 1], ordered[number].t), instance)
            for number in range(len(ordered))
        ]
        assert table == machine


# --- steps ------------------------------------------------------------------------------------------------------------


def test_of_several_transitions_the_first_whose_guard_holds_is_taken() -> None:
    rules = lifecycle(
        "{on: referred, from: a, to: b, where: {urgent: yes}}",
        "{on: referred, from: a, to: c, when: {eligible: yes}}",
        "{on: referred, from: a, to: d}",
    )
    urgent = Told(rules, ("2026-03-02", "referred", {"urgent": True}))
    calm = Told(rules, ("2026-03-02", "referred", {"urgent": False}))
    eligible = Told(rules, ("2026-03-01", "status_told", {"eligible": True}), ("2026-03-02", "referred"))
    assert [states(story)[-1][1] for story in (urgent, calm, eligible)] == ["b", "d", "c"]


def test_a_guard_looks_at_the_case_just_before_the_event() -> None:
    """Semantics 11, 12: two lifecycles that one event moves both look at the state before it."""
    both = "states: {a: {label: A}, b: {label: B}, c: {label: C}}, initial: a"
    moves = "{{on: referred, from: a, to: b, when: {other}.a}}, {{on: referred, from: a, to: c}}"
    one, two = (f"{{label: L, {both}, transitions: [{moves.format(other=other)}]}}" for other in ("two", "one"))
    text = f"lifecycles: {{one: {one}, two: {two}}}"
    story = Told(pack(text), ("2026-03-02", "referred"))
    assert {row.lifecycle: row.state for row in story.folding.states} == {"one": "b", "two": "b"}


def test_a_fact_that_the_event_itself_tells_is_not_seen_by_its_guard() -> None:
    told = "facts: {sent: {type: yes_no, initial: no, told: {on: referred, take: urgent}}}"
    rules = lifecycle("{on: referred, from: a, to: b, when: {sent: yes}}", more=told)
    urgent = {"urgent": True}
    story = Told(rules, ("2026-03-02", "referred", urgent), ("2026-03-03", "referred", urgent))
    assert states(story) == [("2026-03-02", "a"), ("2026-03-03", "b")]


def test_what_has_no_place_is_kept_and_marked() -> None:
    """Semantics 19."""
    rules = lifecycle("{on: referred, from: a, to: b}", "{on: answered, from: b, to: c}")
    story = Told(rules, ("2026-03-02", "answered"), ("2026-03-03", "referred"), ("2026-03-04", "referred"))
    assert story.findings() == [("out_of_place", "it", 1, ()), ("out_of_place", "it", 3, ())]
    assert states(story) == [("2026-03-02", "a"), ("2026-03-03", "b")]


def test_what_a_lifecycle_does_not_speak_of_is_not_out_of_place() -> None:
    """Nor is one whose fields are not meant, or whose guard does not let it through."""
    rules = lifecycle(
        "{on: referred, from: a, to: b, where: {urgent: yes}}", "{on: answered, from: a, to: c, when: {eligible: yes}}"
    )
    story = Told(
        rules,
        ("2026-03-01", "status_told", {"eligible": False}),
        ("2026-03-02", "referred", {"urgent": False}),
        ("2026-03-03", "answered"),
        ("2026-03-04", "moved"),
    )
    assert story.findings() == []


def test_a_guard_that_cannot_be_judged_moves_nothing_and_is_listed_with_what_is_missing() -> None:
    story = Told(lifecycle("{on: referred, from: a, to: b, when: {eligible: yes}}"), ("2026-03-02", "referred"))
    assert states(story) == [("2026-03-02", "a")]
    assert story.findings() == [("undetermined", "it", 1, ("eligible",))]


def test_a_lifecycle_of_instances_moves_each_one_alone() -> None:
    rules = lifecycle(
        "{on: referred, from: a, to: b}", "{on: case_closed, from: [a, b], to: d}", per="per: referral_id, "
    )
    story = Told(
        rules,
        ("2026-03-02", "referred", {"referral_id": "R1"}),
        ("2026-03-03", "referred", {"referral_id": "R2"}),
        ("2026-03-05", "case_closed"),
    )
    assert states(story, "it[R1]") == [("2026-03-02", "b"), ("2026-03-05", "d")]
    assert states(story, "it[R2]") == [("2026-03-03", "b"), ("2026-03-05", "d")]


def test_an_event_that_names_no_instance_is_never_out_of_place_for_one() -> None:
    """It concerns every instance that it can (semantics 47)."""
    rules = lifecycle("{on: referred, from: a, to: b}", "{on: case_closed, from: b, to: d}", per="per: referral_id, ")
    one = ("2026-03-02", "referred", {"referral_id": "R1"})
    story = Told(rules, one, ("2026-03-05", "case_closed"), ("2026-03-06", "case_closed"))
    assert story.findings() == []


# --- conditions and time ----------------------------------------------------------------------------------------------


def test_a_lifecycle_moves_when_a_condition_turns() -> None:
    rules = lifecycle("{becomes: {eligible: yes}, from: a, to: b}", "{ceases: {eligible: yes}, from: b, to: c}")
    story = Told(
        rules,
        ("2026-03-01", "moved"),
        ("2026-03-02", "status_told", {"eligible": True}),
        ("2026-03-05", "status_told", {"eligible": False}),
    )
    assert states(story) == [("2026-03-01", "a"), ("2026-03-02", "b"), ("2026-03-05", "c")]


def test_a_lifecycle_moves_by_time_alone() -> None:
    rules = lifecycle("{on: referred, from: [a, c], to: b}", "{at: 24 hours after it.b, from: b, to: c}")
    story = Told(rules, ("2026-03-02T10:00", "referred"))
    assert [one.state for on in ("2026-03-03T09:59", "2026-03-03T10:00") for one in story.on(on).states] == ["b", "c"]


def test_time_that_was_reckoned_for_a_state_that_was_left_moves_nothing() -> None:
    rules = lifecycle(
        "{on: referred, from: [a, b], to: b}",
        "{on: answered, from: b, to: a}",
        "{at: 3 days after it.b, from: b, to: c}",
    )
    story = Told(
        rules,
        ("2026-03-02", "referred"),
        ("2026-03-04", "answered"),
        ("2026-03-05", "referred"),
        ("2026-03-20", "moved"),
    )
    assert states(story) == [
        ("2026-03-02", "b"),
        ("2026-03-04", "a"),
        ("2026-03-05", "b"),
        ("2026-03-08", "c"),
    ]


def test_a_state_that_comes_by_time_comes_before_the_events_of_that_instant() -> None:
    """Semantics 7."""
    rules = lifecycle(
        "{on: referred, from: a, to: b}", "{at: 24 hours after it.b, from: b, to: c}", "{on: answered, from: c, to: d}"
    )
    story = Told(rules, ("2026-03-02T10:00", "referred"), ("2026-03-03T10:00", "answered"))
    assert states(story)[-1][1] == "d"


def test_lifecycles_that_move_one_another_without_end_are_an_error_of_the_pack() -> None:
    body = "initial: a, states: {a: {label: A}, b: {label: B}}"
    moves = [
        "{becomes: two.b, from: a, to: b}, {becomes: two.a, from: b, to: a}",
        "{on: referred, from: a, to: b}, {becomes: one.b, from: b, to: a}, {becomes: one.a, from: a, to: b}",
    ]
    one, two = (f"{{label: L, {body}, transitions: [{move}]}}" for move in moves)
    text = f"lifecycles: {{one: {one}, two: {two}}}"
    with pytest.raises(PackError, match="without end"):
        Told(pack(text), ("2026-03-01", "moved"), ("2026-03-02", "referred"))


# --- strict and drawn -------------------------------------------------------------------------------------------------


def test_what_has_no_place_in_a_strict_lifecycle_is_an_anomaly() -> None:
    rules = lifecycle("{on: referred, from: a, to: b}", per="strict: yes, ")
    story = Told(rules, ("2026-03-02", "referred"), ("2026-03-03", "referred"))
    assert story.findings() == [("anomaly", "it", 2, ())]


def drawn(rules: model.RulePack, name: str) -> tuple[set[str], set[tuple[str, str]], set[str]]:
    """What a diagram shows: states with their labels, ways between them, and where it begins and ends."""
    lines = [line.strip() for line in diagram(rules.lifecycles[name]).splitlines()]
    assert lines[0] == lines[2] == "---"
    assert lines[3] == "stateDiagram-v2"
    arrows = {tuple(line.partition(":")[0].strip().split(" --> ")) for line in lines if "-->" in line}
    inner = {(source, target) for source, target in arrows if "[*]" not in (source, target)}
    edges = {f"{source} {target}" for source, target in arrows if "[*]" in (source, target)}
    return {line for line in lines if line.startswith("state ")}, inner, edges


def test_a_diagram_shows_every_state_every_way_and_where_it_begins_and_ends() -> None:
    rules = RulePack.load("california", county="shasta")
    for name, one in rules.lifecycles.items():
        shown, ways, edges = drawn(rules, name)
        assert shown == {f'state "{state.label}" as {state.name}' for state in one.states.values()}
        assert ways == {(source, step.target) for step in one.transitions for source in step.sources}
        finals = {f"{state.name} [*]" for state in one.states.values() if state.final}
        assert edges == {f"[*] {one.initial}"} | finals


def test_a_diagram_says_in_words_what_moves_it() -> None:
    text = diagram(
        lifecycle(
            "{on: referred, from: a, to: b, where: {urgent: yes}}",
            "{becomes: {eligible: yes}, from: b, to: c}",
            "{at: 24 hours after it.b, from: b, to: d, label: 'Too late; a \"dead\" end'}",
            states="a: {label: 'None: \"yet\"'}, b: {label: Sent}, c: {label: Known}, d: {label: The end, final: yes}",
        ).pack.lifecycles["it"]
    )
    assert 'state "None: #quot;yet#quot;" as a' in text
    assert "a --> b: referred where urgent is yes" in text
    assert "b --> d: Too late#59; a #quot;dead#quot; end" in text
