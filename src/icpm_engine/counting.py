"""Several events counted together: the last N of a series in a row, a part of all; and by which date an event counts.

A series has members of which it may be unknown whether they belong to it, and whether they are such as is asked for.
The answer is true if it is so whatever the unknown ones are, false if it is so in no case, else unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from icpm_engine.moments import value_at
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Entry, at_instant

Truth: TypeAlias = bool | None


class Member(NamedTuple):
    """An event of a series: whether it surely belongs to it, and whether it is such as is asked for."""

    belongs: bool
    such: Truth


def is_series(line: model.Line) -> bool:
    """Whether a line counts the events of a wider series."""
    return line.in_a_row is not None or line.share is not None


def counted(line: model.Line, members: Sequence[Member]) -> Truth:
    """What a series line comes to, of members in the order of their dates; a share as if its window had closed."""
    if line.in_a_row is not None:
        return _in_a_row(members, line.in_a_row)
    return _share(members, line.share or Decimal(1))


def _in_a_row(members: Sequence[Member], number: int) -> Truth:
    sure = possible = 0
    open_ended = True  # no member has been met yet that may break the row
    for member in reversed(members):
        if member.such is not True:
            open_ended = False
        elif open_ended and member.belongs:
            sure += 1
            if sure >= number:
                return True
        if member.such is not False:
            possible += 1
        elif member.belongs:
            break
    return None if possible >= number else False


def _share(members: Sequence[Member], share: Decimal) -> Truth:
    good = sum(1 for one in members if one.belongs and one.such)
    perhaps = sum(1 for one in members if one.belongs and one.such is None)
    bad = sum(1 for one in members if one.belongs and one.such is False)
    may_help = sum(1 for one in members if not one.belongs and one.such is not False)
    may_hurt = sum(1 for one in members if not one.belongs and one.such is not True)
    if _reaches(good, good + perhaps + bad + may_hurt, share):
        return True
    most = good + perhaps + may_help
    return None if _reaches(most, most + bad, share) else False


def _reaches(such: int, number: int, share: Decimal) -> bool:
    """Of nothing no part is reached."""
    return number > 0 and such >= share * number


def wanting(line: model.Line, members: Sequence[Member]) -> tuple[str, ...] | None:
    """What a series still lacks, in words; None while nothing of it has been seen."""
    if not any(member.belongs for member in members):
        return None
    name = line.label or " or ".join(line.on)
    if line.in_a_row is not None:
        row = 0
        for member in reversed(members):
            if not (member.belongs and member.such):
                break
            row += 1
        return (f"{line.in_a_row - row} more of {name} in a row",)
    such = sum(1 for one in members if one.belongs and one.such)
    return (f"{such} of {sum(one.belongs for one in members)} of {name} so far",)


# --- dates ------------------------------------------------------------------------------------------------------------


def dated(case: Case, entry: Entry, how: str) -> At | None:
    """The date of an event that counts: when it occurred, when it was recorded, or one of its fields."""
    if how == "occurred":
        return entry.at
    if how == "recorded":
        return at_instant(case.zone, entry.entered, entry.root) if entry.entered else entry.at
    value = entry.values.get(how)
    if value is None:
        return None
    return value_at(case.zone, value, "date" if isinstance(value, int) else "moment", entry.root)
