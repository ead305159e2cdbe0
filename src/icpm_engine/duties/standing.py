"""What the lines of a run have come to."""

from __future__ import annotations

from typing import Final, NamedTuple

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


def needed(cond: Cond | None, case: Case, run: Run) -> tuple[Truth, tuple[str, ...]]:
    """Whether a part of a list of all is needed, and what would tell."""
    held = True if cond is None else cond.test(case, run, None)
    return held, () if held is not None or cond is None else tuple(sorted(cond.missing(case, run)))
