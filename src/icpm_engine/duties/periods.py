"""The periods of a run: how it stands, from when on. They are what a fold leaves behind."""

from __future__ import annotations

from typing import Any, TypeAlias

from icpm_engine.conditions.happened import come
from icpm_engine.duties.pausing import pauses_of
from icpm_engine.duties.starts import unsure_of
from icpm_engine.duties.texts import INCOMPLETE, NOT_OWED, PAUSED, RUNNING, UNDETERMINED
from icpm_engine.working import At, Case, Due, Run

Period: TypeAlias = tuple[Any, ...]
"""(from, state, due_at, overdue_after, marks, owner, force, detail)"""


def note(case: Case, run: Run) -> None:
    """Add a period if the run stands otherwise than before."""
    last, period = run.periods[-1], _period(case, run)
    if last[1] != period[1] or last[1:] != period[1:]:
        _put(case, run, period)


def add(case: Case, run: Run) -> None:
    """Add a period to a run that has just begun or ended."""
    _put(case, run, _period(case, run))


def _put(case: Case, run: Run, period: Period) -> None:
    periods = run.periods
    if periods and periods[-1][0] == period[0]:
        periods[-1] = period
        if len(periods) > 1 and periods[-2][1:] == period[1:]:
            periods.pop()  # at one instant it has turned and turned back
    else:
        periods.append(period)
    if run.duty.watched:
        run.duty.tell(case)


def _period(case: Case, run: Run) -> Period:
    """How the run stands now."""
    text = run.text
    if text.stated and run.owed is True and run.pins is None and not (run.ended or run.doubts or run.due.missing):
        return _running(case, run)
    force, owner = text.force, text.owner
    doubted: tuple[str, ...] = ()
    if not isinstance(force, str):
        doubted, force = force.missing(case, run), force.of(case, run)
    if not isinstance(owner, str):
        owner = owner.of(case, run)
    run.force = force
    at, latest, trace, missing, _, possible = run.due
    over, marks, sure = None, run.marks, False
    if run.ended or run.owed is False:
        state = run.outcome if run.ended else NOT_OWED
        missing = _missing(case, run, missing) if state == UNDETERMINED else ()
    else:
        paused = run.paused if run.pauses else False
        if run.owed is None or run.pins is not None or run.doubts or doubted or paused is None:
            missing = (*_missing(case, run, missing), *doubted)
        state = UNDETERMINED if missing else PAUSED if paused else RUNNING
        # overdue means overdue under every reading (27): not while it is unknown whether it is owed or met, or
        # whether its clock stands still, which hides it (36)
        sure = run.owed is True and paused is False and not (run.doubts or unsure_of(run))
        if sure and force == "must" and not doubted:
            over = latest
    if run.wanting:
        marks |= INCOMPLETE
    if run.pauses:
        trace = ("pauses", pauses_of(run), trace)
    detail: tuple[Any, ...] = (text.number, trace, missing, run.wanting, run.evidence, possible)
    if sure and text.escalates:
        detail = (*detail, (), _escalations(case, run))
    return (case.now, state, at, over, marks, owner, force, detail)


def _running(case: Case, run: Run) -> Period:
    """The same of one that simply runs, which is the commonest way to stand."""
    text, wanting = run.text, run.wanting
    run.force = force = text.force
    at, latest, trace, _, _, possible = run.due
    marks = run.marks | INCOMPLETE if wanting else run.marks
    detail = (text.number, trace, (), wanting, run.evidence, possible)
    return (case.now, RUNNING, at, latest if force == "must" else None, marks, text.owner, force, detail)


def _escalations(case: Case, run: Run) -> tuple[tuple[int, int], ...]:
    """Which of those whom the text names are to be told, and from which instant on at the latest."""
    due = run.due
    if due.at != due.latest:  # of several dates that are possible the last one counts (27)
        run.due = Due(due.latest, due.latest)
    moments = [(place, moment(case, run, run.start_event)) for place, moment in enumerate(run.text.escalates)]
    run.due = due
    return tuple((place, come(at)) for place, at in moments if isinstance(at, At))


def _missing(case: Case, run: Run, missing: tuple[str, ...]) -> tuple[str, ...]:
    if run.owed is None and run.text.population is not None:
        missing = (*missing, *sorted(run.text.population.missing(case, run)))
    if run.pauses and run.paused is None:
        missing = (*missing, *run.pauses[-1].why)
    missing = (*missing, *unsure_of(run))
    for names in (run.doubts or {}).values():
        missing = (*missing, *names)
    return tuple(dict.fromkeys(missing))
