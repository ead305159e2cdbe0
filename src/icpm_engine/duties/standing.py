"""What the lines of a run have come to."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeVar

from icpm_engine.conditions import Cond
from icpm_engine.counting import Truth
from icpm_engine.working import At, Case, Run


class Standing(NamedTuple):
    """What lines have come to: satisfied or not, when, by which entries; what is wanting, what would tell.

    `wanting` is None while nothing of it has been seen.
    """

    truth: Truth
    moment: At | None = None
    used: tuple[int, ...] = ()
    wanting: tuple[str, ...] | None = None
    unsure: tuple[str, ...] = ()


NOT_BEGUN: Final = Standing(truth=False)
BY_EVENT: Final = Standing(truth=True)
"""Satisfied by the event in hand alone, on its own date."""

_Seen = TypeVar("_Seen", bound=tuple[Any, ...])


def enough(seen: list[_Seen], times: int, run: Run) -> list[_Seen]:
    """Of what was seen, each with its moment first, what makes the number full: from the start on the earliest (17)."""
    if len(seen) == 1:
        return seen
    in_order = sorted(seen, key=_begin)
    ahead = [one for one in in_order if one[0].hi >= run.start.lo]  # else the latest before it
    return ahead[:times] if len(ahead) >= times else in_order[-times:]


def _begin(one: tuple[Any, ...]) -> int:
    return int(one[0].lo)


def needed(cond: Cond | None, case: Case, run: Run) -> tuple[Truth, tuple[str, ...]]:
    """Whether a part of a list of all is needed, and what would tell."""
    held = True if cond is None else cond.test(case, run, None)
    return held, () if held is not None or cond is None else tuple(sorted(cond.missing(case, run)))
