"""What may come next, and what must come first: read off the transitions, the bars and the open obligations."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import attrs

from icpm_engine.history.answers import obligation_of, rows_at
from icpm_engine.history.changes import OPEN_STATES
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.results import Entry, FindingRow, Folding
from icpm_engine.lifecycles import CompiledLifecycle
from icpm_engine.rules.wording import plain, words_of_line


@attrs.frozen
class NextStep:
    """One thing that may come next.

    `what` is the event in words; `kinds` the kinds of event that do it. `leads_to` is a state (of `lifecycle`), or what
    it meets (`obligation`, with `due` and `owner`).
    """

    what: str
    kinds: tuple[str, ...]
    lifecycle: str | None = None
    leads_to: str | None = None
    obligation: str | None = None
    label: str | None = None
    due: str | None = None
    overdue: bool = False
    owner: str | None = None


def next_steps(folding: Folding, rules: CompiledRules, subject: str, at: int) -> tuple[NextStep, ...]:
    """Open obligations first, the earliest due first, then what each lifecycle allows."""
    owed = [row for row in rows_at(folding.rows, at) if row.state in OPEN_STATES]
    owed.sort(key=lambda row: (row.due_at is None, row.due_at or 0))
    steps = []
    for row in owed:
        obligation = obligation_of(row, rules, subject, at)
        steps.append(
            NextStep(
                what=obligation.met_by or "nothing that is recorded",
                kinds=_kinds_that_meet(rules, row.duty),
                obligation=obligation.id,
                label=obligation.label,
                due=obligation.due,
                overdue=obligation.overdue,
                owner=obligation.owner,
            )
        )
    return (*steps, *_moves(folding, rules, at))


def in_due_order(several: Iterable[tuple[NextStep, ...]]) -> tuple[NextStep, ...]:
    """The next steps of several subjects as one list: what is owed first, the earliest due first."""
    own, *others = several
    steps = [*own, *(step for other in others for step in other)]
    if others:
        steps.sort(key=lambda step: (step.obligation is None, step.due is None, step.due or ""))
    return tuple(steps)


def _kinds_that_meet(rules: CompiledRules, duty: str) -> tuple[str, ...]:
    found: set[str] = set()
    for compiled in rules.duties:
        if compiled.duty.name == duty:
            for text in compiled.texts:
                found |= text.met.kinds if text.met is not None else frozenset()
    return tuple(sorted(found))


def _moves(folding: Folding, rules: CompiledRules, at: int) -> list[NextStep]:
    steps = []
    for row in folding.states:
        if not row.valid_from <= at < row.valid_until:
            continue
        lifecycle = rules.pack.lifecycles[row.lifecycle]
        for transition in lifecycle.transitions:
            if row.state in transition.sources and transition.line.on:
                target = lifecycle.states[transition.target].label
                words = words_of_line(transition.line)
                name = row.lifecycle if not row.instance else f"{row.lifecycle}[{row.instance}]"
                steps.append(NextStep(plain(words), transition.line.on, name, target))
    return steps


# --- what must come first ---------------------------------------------------------------------------------------------


def must_come_first(
    folding: Folding, rules: CompiledRules, findings: Iterable[FindingRow], entries: Iterable[Entry]
) -> tuple[str, ...]:
    """For events that have no place yet, or that a bar forbids: what would have to come before them, in words."""
    by_number = {entry.entry: entry for entry in entries}
    said = []
    for finding in findings:
        entry = by_number.get(finding.entry)
        if entry is None:
            continue
        if finding.kind == "barred":
            bar = rules.pack.bars[finding.rule]
            said.append(f"{plain(entry.kind)} is forbidden: {bar.label}")
        elif finding.kind in ("out_of_place", "anomaly"):
            compiled = next(one for one in rules.lifecycles if one.lifecycle.name == finding.rule)
            said.append(_before(compiled, _state_at(folding, compiled, entry, finding.at), entry.kind))
    return tuple(said)


def _state_at(folding: Folding, compiled: CompiledLifecycle, entry: Entry, at: int) -> str:
    lifecycle = compiled.lifecycle
    instance = entry.values.get(lifecycle.per, "") if lifecycle.per is not None else ""
    held = [
        row.state
        for row in folding.states
        if row.lifecycle == lifecycle.name and row.instance == instance and row.valid_from <= at < row.valid_until
    ]
    return held[-1] if held else lifecycle.initial


def _before(compiled: CompiledLifecycle, state: str, kind: str) -> str:
    """The shortest way from a state to one in which an event of this kind has a place."""
    lifecycle = compiled.lifecycle
    now = f"{plain(kind)} has no place while {lifecycle.label} is '{lifecycle.states[state].label}'"
    way = _way(compiled, state, frozenset(compiled.table[kind]))
    if way is None:
        return f"{now}, and none will come"
    return f"{now}; first: " + ", then ".join(plain(step) for step in way)


def _way(compiled: CompiledLifecycle, state: str, wanted: frozenset[str]) -> list[str] | None:
    ways: deque[tuple[str, list[str]]] = deque([(state, [])])
    seen = {state}
    while ways:
        here, way = ways.popleft()
        if here in wanted and way:
            return way
        for trigger in sorted(compiled.kinds):
            for _, target in compiled.table[trigger].get(here, ()):
                if target not in seen:
                    seen.add(target)
                    ways.append((target, [*way, trigger]))
    return None
