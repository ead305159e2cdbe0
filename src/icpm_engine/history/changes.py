"""What a new entry changed: two foldings of one subject compared, obligation by obligation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from icpm_engine.history.answers import obligation_id
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.proofs import detail_of, due_text, state_words
from icpm_engine.history.results import ObligationRow, Outcome, StateRow

OPEN_STATES = frozenset({Outcome.RUNNING, Outcome.PAUSED, Outcome.UNDETERMINED})


@attrs.frozen
class Change:
    """One obligation that stands otherwise than before.

    `what` is opened, met, excused, cancelled, missed, not owed, moved (its date), reopened, withdrawn (its start is
    gone) or changed. `before` and `after` are its state, `due_before` and `due_after` its date.
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

    def __str__(self) -> str:
        name = self.label + (f" [{self.instance}]" if self.instance else "")
        if self.what == "moved":
            return f"{name}: moved from {self.due_before or 'no date'} to {self.due_after or 'no date'}"
        due = f", due {self.due_after}" if self.due_after and self.after in ("running", "undetermined") else ""
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
    found = []
    for identity, row in after.items():
        what = _what(before.get(identity), row)
        if what is not None:
            found.append(_change(what, before.get(identity), row, rules, subject))
    found.extend(
        _change("withdrawn", row, None, rules, subject) for identity, row in before.items() if identity not in after
    )
    return found


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
    detail = detail_of(row)
    zone = rules.zone
    return Change(
        what=what,
        id=obligation_id(subject, row),
        subject=subject,
        duty=row.duty,
        label=rules.pack.duties[row.duty].texts[detail.text].label,
        instance=detail.instance,
        before=state_words(before.state) if before is not None else None,
        after=state_words(after.state) if after is not None else None,
        due_before=due_text(before.due_at, zone) if before is not None else None,
        due_after=due_text(after.due_at, zone) if after is not None else None,
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
