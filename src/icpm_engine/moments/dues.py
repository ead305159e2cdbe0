"""Due moments that other rules count from."""

from __future__ import annotations

from typing import Any

from icpm_engine.calendars import Zone
from icpm_engine.moments.scope import OPEN, Pending
from icpm_engine.working import At, Case, Due, Run, at_day


def due_moment(case: Case, run: Run) -> At | Pending:
    """The due moment of a run as a moment: the whole day where the limit is in days, a range where it may be either."""
    due = run.due
    if due.missing:
        return Pending(due.missing, undetermined=True, sure=due.at, last=due.latest)
    if due.at is None or due.latest is None:
        return OPEN
    day = case.zone.day_of(due.at)
    if due.at == due.latest == case.zone.midnight[day + 1] - 1:
        return at_day(case.zone, day)
    return At(due.at, due.latest, day)


def reached_before(case: Case, run: Run) -> At | Pending:
    """When the run before was due; of one that has been met it is reckoned only now, since few rules ask for it."""
    found = run.previous_due
    if found is None and run.previous is not None and run.previous.met is not None:
        found = run.previous_due = settled(case.zone, run.previous.due)
    return OPEN if found is None else found


def settled(zone: Zone, due: Due) -> At | None:
    """The due moment that the next run of a series counts from: the day, before it was rolled, or the instant (37).

    Of several possible dates it is the last. None while there is no date.
    """
    if due.at is None:
        return None
    if due.trace[0] == "within" and not due.trace[7]:  # whole days: most limits
        return at_day(zone, due.trace[5])
    trace = _inner(due.trace)
    rows = trace[0] == "rows"
    last = due.possible[-1] if rows else due.at
    day = zone.day_of(last)
    if last != zone.midnight[day + 1] - 1:
        return At(last, due.latest or last, day)
    traces = trace[1] if rows else (trace,)
    return at_day(zone, max((found for trace in traces if (found := _unrolled(zone, trace)) is not None), default=day))


def _inner(trace: Any) -> Any:
    """What a trace says of a date itself, whichever version took the run over (duties.crossing)."""
    return _inner(trace[-1]) if trace and trace[0] in ("crossed", "text") else trace


def _unrolled(zone: Zone, trace: Any) -> int | None:
    """The day that a trace came to, before it was rolled."""
    if trace is None:
        return None
    trace = _inner(trace)
    if trace[0] in ("earliest", "latest"):
        return _unrolled(zone, trace[2][trace[1]]) if trace[1] >= 0 else None
    if trace[0] == "within":
        return int(trace[5])
    if trace[0] in ("by", "before"):
        return zone.day_of(int(trace[7])) - int(trace[6] - trace[5])
    return None
