"""What a rehearsal answers."""

from __future__ import annotations

from typing import Literal

import attrs

from icpm_engine.history.proofs import Proof

Way = Literal["re-dated", "folded"]


@attrs.frozen
class Counted:
    """Clocks that run (or stand still, or are undetermined) on the day, by what becomes of them under the new rules.

    `moves` are those whose date becomes another, `earlier` and `later` among them where there was and is one; `appears`
    and `vanishes` those that start or stop running; `changes` those that stand otherwise with the same date. `overdue`
    is how many would be overdue on the day, `newly_overdue` those that are not so now.
    """

    before: int
    after: int
    moves: int
    earlier: int
    later: int
    appears: int
    vanishes: int
    changes: int
    overdue_before: int
    overdue: int
    newly_overdue: int


@attrs.frozen
class Group:
    """The same for one owner and duty of a county; only duties of which something changes."""

    county: str
    owner: str
    duty: str
    label: str
    counts: Counted


@attrs.frozen
class Side:
    """A clock as it stands under some rules, and why."""

    state: str
    due: str | None
    overdue: bool
    owner: str
    proof: Proof


@attrs.frozen
class Example:
    """One clock that the new rules would change: `before` is None if it appears, `after` if it vanishes.

    `why` says so where a version comes in or a closed day becomes known; else the two proofs say what is other.
    """

    what: str
    id: str
    about: str
    subject: str
    duty: str
    label: str
    before: Side | None
    after: Side | None
    why: str | None = None


@attrs.frozen
class Rehearsal:
    """What other rules would change on a day; nothing of it is written.

    `way`: *re-dated* if only numbers of due dates are other, and dates were reckoned from what is kept with each clock;
    *folded* if cases were read and folded anew. `why` says what decided that; `folded` is how many subjects were.
    """

    county: str
    on: str
    goes_by: str
    goes_by_version: str
    pack: str
    pack_version: str
    way: Way
    why: str
    subjects: int
    folded: int
    counts: Counted
    groups: tuple[Group, ...]
    examples: tuple[Example, ...]
    remarks: tuple[str, ...] = ()
    """What would change beside the clocks that run."""
