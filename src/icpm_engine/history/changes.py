"""What a new entry changed: two foldings of one subject compared, obligation by obligation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import attrs

from icpm_engine.conditions.searching import counts_several
from icpm_engine.history.answers import obligation_id
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.proofs import detail_of, state_words
from icpm_engine.history.reasons import why_moved
from icpm_engine.history.reckoned import due_text
from icpm_engine.history.results import ObligationRow, Outcome, StateRow
from icpm_engine.rules.model import AnyLine, DutyText, Lines
from icpm_engine.rules.wording import plain

Identity: TypeAlias = tuple[str, int, int, int]

OPEN_STATES = frozenset({Outcome.RUNNING, Outcome.PAUSED, Outcome.UNDETERMINED})


@attrs.frozen
class Change:
    """One obligation that stands otherwise than before.

    `what` is opened, met, excused, cancelled, missed, not owed, paused (its clock stands still), resumed (it goes on),
    moved (its date), reopened, withdrawn (its start is gone) or changed. `before` and `after` are its state,
    `due_before` and `due_after` its date. `id_before` is given where another event has become what its id is made of.
    """

    what: str
    id: str
    subject: str
    duty: str
    label: str
    instance: str | None
    before: str | None
    after: str | None
    due_before: str | None
    due_after: str | None
    id_before: str | None = None
    why: str | None = None
    """Why its date is another though no event has moved it: a version came in, a closed day became known."""

    def __str__(self) -> str:
        name = self.label + (f" [{self.instance}]" if self.instance else "")
        moved = f"moved from {self.due_before or 'no date'} to {self.due_after or 'no date'}"
        moved += f" ({self.why})" if self.why else ""
        if self.what == "moved":
            return f"{name}: {moved}"
        if self.what == "resumed" and self.due_before != self.due_after:
            return f"{name}: resumed, {moved}"
        is_open = self.after in ("running", "paused", "undetermined")
        due = f", due {self.due_after}" if self.due_after and is_open else ""
        return f"{name}: {self.what}{due}"


@attrs.frozen
class Entered:
    """A lifecycle that came into a state."""

    subject: str
    lifecycle: str
    instance: str | None
    state: str
    label: str


def changes(
    old: Iterable[ObligationRow], new: Iterable[ObligationRow], rules: CompiledRules, subject: str, at: int
) -> list[Change]:
    """The obligations that stand otherwise at an instant, in the order of the new rows; withdrawn ones last."""
    before = {row.identity: row for row in old if row.valid_from <= at < row.valid_until}
    after = {row.identity: row for row in new if row.valid_from <= at < row.valid_until}
    gone = [row for identity, row in before.items() if identity not in after]
    come = [row for identity, row in after.items() if identity not in before]
    same = _one_clock(gone, come, rules) if gone and come else {}
    found = []
    for identity, row in after.items():
        was = before.get(identity) or same.get(identity)
        what = _what(was, row) or ("changed" if identity in same else None)
        if what is not None:
            found.append(_change(what, was, row, rules, subject))
    moved = {row.identity for row in same.values()}
    found.extend(_change("withdrawn", row, None, rules, subject) for row in gone if row.identity not in moved)
    return found


def _one_clock(
    gone: Sequence[ObligationRow], come: Sequence[ObligationRow], rules: CompiledRules
) -> dict[Identity, ObligationRow]:
    """Those that are the same clock under another identity, by the new one.

    Another event has turned the condition that starts it, or was the first to carry the instance (semantics 50).
    """
    waiting: dict[tuple[object, ...], list[ObligationRow]] = {}
    for row in gone:
        waiting.setdefault(_clock(row, rules), []).append(row)
    found = {}
    for row in come:
        rows = waiting.get(_clock(row, rules))
        if rows:
            found[row.identity] = rows.pop(0)
    return found


def _clock(row: ObligationRow, rules: CompiledRules) -> tuple[object, ...]:
    text, detail = _text(row, rules), detail_of(row)
    turned = text is not None and any(_turns(line) for line in text.starts)
    return row.duty, detail.instance, row.run, None if turned else row.start_root


def _turns(line: AnyLine) -> bool:
    """Whether a start is the turning of a condition: that several things have happened is one."""
    if isinstance(line, Lines):
        return line.how == "all" or any(_turns(part) for part in line.parts)
    return not line.on or counts_several(line)


def _text(row: ObligationRow, rules: CompiledRules) -> DutyText | None:
    """The text of a row's duty, if these rules still have it."""
    duty, number = rules.pack.duties.get(row.duty), detail_of(row).text
    return duty.texts[number] if duty is not None and number < len(duty.texts) else None


def _what(before: ObligationRow | None, after: ObligationRow) -> str | None:
    is_open = after.state in OPEN_STATES
    if before is None:
        return "opened" if is_open else state_words(after.state)
    was_open = before.state in OPEN_STATES
    if was_open and not is_open:
        return state_words(after.state)
    if is_open and not was_open:
        return "reopened"
    if not is_open and before.state != after.state:
        return state_words(after.state)
    if after.state == Outcome.PAUSED != before.state:
        return "paused"
    if before.state == Outcome.PAUSED and after.state == Outcome.RUNNING:
        return "resumed"
    if before.due_at != after.due_at:
        return "moved"
    same = (before.state, before.marks, before.overdue_after) == (after.state, after.marks, after.overdue_after)
    return None if same else "changed"


def _change(
    what: str, before: ObligationRow | None, after: ObligationRow | None, rules: CompiledRules, subject: str
) -> Change:
    row = after or before
    if row is None:
        raise ValueError("a change has a row before or after it")
    text, zone = _text(row, rules), rules.zone
    another = before is not None and after is not None and before.identity != after.identity
    return Change(
        what=what,
        id=obligation_id(subject, row),
        subject=subject,
        duty=row.duty,
        label=text.label if text is not None else plain(row.duty),
        instance=detail_of(row).instance,
        before=state_words(before.state) if before is not None else None,
        after=state_words(after.state) if after is not None else None,
        due_before=due_text(before.due_at, zone) if before is not None else None,
        due_after=due_text(after.due_at, zone) if after is not None else None,
        id_before=obligation_id(subject, before) if before is not None and another else None,
        why=why_moved(before, after, rules) if before is not None and after is not None and text is not None else None,
    )


def entered(states: Sequence[StateRow], roots: frozenset[int], rules: CompiledRules, subject: str) -> list[Entered]:
    """The states that some entries brought about."""
    return [
        Entered(
            subject,
            row.lifecycle,
            row.instance or None,
            row.state,
            rules.pack.lifecycles[row.lifecycle].states[row.state].label,
        )
        for row in states
        if row.entry in roots
    ]
