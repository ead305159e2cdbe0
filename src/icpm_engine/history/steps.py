"""What may come next: the transitions open to each lifecycle, and what would meet each open obligation."""

from __future__ import annotations

import attrs

from icpm_engine.history.answers import obligation_of, rows_at
from icpm_engine.history.changes import OPEN_STATES
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.results import Folding
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
