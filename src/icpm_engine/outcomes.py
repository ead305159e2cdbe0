"""How a run of a duty stands, as a condition may ask it: met, running, overdue, missed, excused; after Kleene."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from icpm_engine.working import UNSURE, Case, Run

Truth: TypeAlias = bool | None

# by Outcome number: running 0, paused 1, undetermined 2, met 3, excused 4, cancelled 5, missed 6, not owed 7
_UNDETERMINED, _MET, _EXCUSED, _MISSED = 2, 3, 4, 6


def _is_unsure(run: Run) -> bool:
    """Whether it perhaps never started; then it has perhaps never been met either."""
    return run.pins is not None and UNSURE in run.pins


def _is_met(run: Run, case: Case) -> Truth:
    if run.outcome == _MET:
        return None if _is_unsure(run) else True
    return None if run.doubts or (run.ended and run.outcome == _UNDETERMINED) else False


def _has_ended(outcome: int) -> Callable[[Run, Case], Truth]:
    def ended(run: Run, case: Case) -> Truth:
        if run.outcome == outcome:
            return None if _is_unsure(run) else True
        return None if run.ended and run.outcome == _UNDETERMINED else False

    return ended


def _is_running(run: Run, case: Case) -> Truth:
    if run.ended or run.owed is False:
        return False
    if run.pauses and run.paused is not False:
        return None if run.paused is None else False
    return None if run.owed is None or _is_unsure(run) else True


def _is_overdue(run: Run, case: Case) -> Truth:
    due, running = run.due, _is_running(run, case)
    if run.force != "must" or running is False or due.at is None or case.now <= due.at:
        return False
    if due.latest is None or case.now <= due.latest:
        return None  # under one of the possible dates it is, under another it is not yet
    return None if running and run.doubts else running


RUN_TESTS: dict[str, Callable[[Run, Case], Truth]] = {
    "met": _is_met,
    "excused": _has_ended(_EXCUSED),
    "missed": _has_ended(_MISSED),
    "running": _is_running,
    "overdue": _is_overdue,
}


def doubts_of(run: Run, case: Case) -> list[str]:
    """What would tell how a run stands: whether it started, is owed, is met."""
    unsure: tuple[str, ...] = (run.pins or {}).get(UNSURE, ())
    if run.outcome in (_MET, _EXCUSED, _MISSED):
        return list(unsure)
    names = [*unsure, *(name for names in (run.doubts or {}).values() for name in names), *run.due.missing]
    names += run.pauses[-1].why if run.pauses and run.paused is None else ()
    if run.owed is None and run.text.population is not None:
        names += sorted(run.text.population.missing(case, run))
    return list(dict.fromkeys(names))
