"""What other rules would change, counted clock by clock: which move, appear and vanish, and which are late at once."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import attrs

from icpm_engine.history.answers import is_overdue
from icpm_engine.history.proofs import detail_of
from icpm_engine.history.results import ObligationRow
from icpm_engine.history.sources import SubjectKey
from icpm_engine.store.projection import StoredRow

Place: TypeAlias = tuple[Any, ...]
"""Where an example stands among others: the key of its subject, then the identity of its clock."""


class Found(NamedTuple):
    """A clock that other rules would change, whose it is, what it is now and would be."""

    place: Place
    what: str
    subject: SubjectKey
    before: StoredRow | None
    after: ObligationRow | None


@attrs.define
class Counts:
    """How many clocks of one owner and duty; what each number says is told by answers.Counted."""

    before: int = 0
    after: int = 0
    moves: int = 0
    earlier: int = 0
    later: int = 0
    appears: int = 0
    vanishes: int = 0
    changes: int = 0
    overdue_before: int = 0
    overdue: int = 0
    newly_overdue: int = 0

    def add(self, other: Counts) -> None:
        """Count those of others in."""
        for name in _COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def changed(self) -> bool:
        """Whether anything becomes of any of them."""
        return bool(self.moves or self.appears or self.vanishes or self.changes)


_COUNTED = tuple(field.name for field in attrs.fields(Counts))


class Tally:
    """Compares, at an instant, what stands with what other rules would make of it, and counts."""

    def __init__(self, at: int, examples: int) -> None:
        self.at = at
        self.counts: dict[tuple[str, str], Counts] = {}
        """By owner and duty."""
        self._wanted = examples
        self._examples: dict[tuple[str, str], list[tuple[Place, Found]]] = {}

    def subject(self, key: SubjectKey, before: Sequence[StoredRow], after: Iterable[ObligationRow]) -> None:
        """One subject: its clocks that are open at the instant, and those that would be."""
        comes = {row[:4]: row for row in after}
        gone = []
        for was in before:
            row = comes.pop(was[2:6], None)
            if row is None:
                gone.append(was)
            else:
                self.clock(key, was, row)
        pairs = _first_with_first(gone, comes) if gone and comes else {}
        for was in gone:
            row = pairs.get(was[2:6])
            self.clock(key, was, None if row is None else comes.pop(row[:4]))
        for row in comes.values():
            self.clock(key, None, row)

    def clock(self, key: SubjectKey, was: StoredRow | None, row: ObligationRow | None) -> None:
        """One clock, as it is and as it would be."""
        at = self.at
        counts = self._of(row.owner, row.duty) if row is not None else self._of(was.owner, was.duty)  # type: ignore[union-attr]
        late_before = late_after = False
        if was is not None:
            before = counts if row is None or row.owner == was.owner else self._of(was.owner, was.duty)
            before.before += 1
            late_before = was.overdue_after is not None and at > was.overdue_after
            before.overdue_before += late_before
        if row is not None:
            counts.after += 1
            late_after = is_overdue(row, at)
            counts.overdue += late_after
        counts.newly_overdue += late_after and not late_before
        what = _what(was, row)
        if what is not None:
            setattr(counts, what, getattr(counts, what) + 1)
            if what == "moves":
                _count_way(counts, was.due_at, row.due_at)  # type: ignore[union-attr]
            identity = row[:4] if row is not None else was[2:6]  # type: ignore[index]
            self._show(Found((*key, *identity), what, key, was, row))

    def unchanged(self, owner: str, duty: str, clocks: int, late: int) -> None:
        """So many clocks to which nothing happens."""
        counts = self._of(owner, duty)
        counts.before += clocks
        counts.after += clocks
        counts.overdue_before += late
        counts.overdue += late

    @property
    def examples(self) -> list[Found]:
        """A few of each duty and of what becomes of them."""
        return [found for _, listed in sorted(self._examples.items()) for _, found in listed]

    def _of(self, owner: str, duty: str) -> Counts:
        found = self.counts.get((owner, duty))
        if found is None:
            found = self.counts[owner, duty] = Counts()
        return found

    def _show(self, found: Found) -> None:
        """Keep it as an example, if it stands before those that are kept: in whatever order it is counted."""
        duty = found.after.duty if found.after is not None else found.before.duty  # type: ignore[union-attr]
        kept = self._examples.setdefault((duty, found.what), [])
        if len(kept) < self._wanted or found.place < kept[-1][0]:
            insort(kept, (found.place, found), key=lambda one: one[0])
            del kept[self._wanted :]


def _what(was: StoredRow | None, row: ObligationRow | None) -> str | None:
    if was is None or row is None:
        return "appears" if was is None else "vanishes"
    if was.due_at != row.due_at:
        return "moves"
    same = (was.state, was.overdue_after, was.owner, was.force) == (row.state, row.overdue_after, row.owner, row.force)
    return None if same else "changes"


def _count_way(counts: Counts, before: int | None, after: int | None) -> None:
    if before is not None and after is not None:
        counts.earlier += after < before
        counts.later += after > before


def _first_with_first(
    gone: Sequence[StoredRow], comes: dict[tuple[Any, ...], ObligationRow]
) -> dict[tuple[Any, ...], ObligationRow]:
    """One clock that the rules start from another event: of each duty and instance the first goes with the first."""
    waiting: dict[tuple[str, str | None], list[ObligationRow]] = {}
    for row in sorted(comes.values(), key=_order):
        waiting.setdefault((row.duty, detail_of(row).instance), []).append(row)
    found = {}
    for was in sorted(gone, key=_order):
        rows = waiting.get((was.duty, detail_of(was.row).instance))
        if rows:
            found[was[2:6]] = rows.pop(0)
    return found


_order: Callable[[Any], tuple[Any, ...]] = lambda row: (row.valid_from, row.start_root, row.run)  # noqa: E731 - a key
