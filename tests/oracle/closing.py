"""How runs end, and how they are re-dated (semantics 13 to 18, 21, 35 to 44)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.oracle import conditions, dues, lines, moments
from tests.oracle.case import NO, NOBODY, YES, Ask, Run, Truth
from tests.oracle.pack import BOUNDS, Event
from tests.oracle.seen import Seen, Window

if TYPE_CHECKING:
    from tests.oracle.walk import Walk


def close_runs(walk: Walk, event: Event | None) -> bool:
    """End every run that ends now. All look at the same case, so that the order of rules does not matter; of one
    series the oldest looks first (semantics 15)."""
    changed = False
    if not any(run.live for run in walk.case.runs):
        return changed
    frozen = walk.case.copy()
    for run in sorted(walk.case.runs, key=lambda one: (one.series, one.number)):
        if run.live:
            mates = [one for one in walk.case.runs if one.series == run.series]
            changed |= end_if_over(run, mates, walk.ask(case=frozen).about(run), event)
    return changed


def window_of(run: Run, mates: list[Run]) -> Window:
    """Where evidence for a run may lie."""
    used = frozenset().union(*(mate.used for mate in mates))  # semantics 15: used once
    behind = max((place for mate in mates if mate.number < run.number for place in mate.used), default=-1)
    start = run.evidence_after or run.start
    cause = run.opened if run.number == run.first else None  # semantics 14
    return Window(start, run.evidence_after is not None, behind, used, cause, (), run.start)


def asked_for(run: Run, key: str, window: Window) -> Window:
    """The same window, for what the run has asked for since it opened, or since a version has changed it."""
    return replace(window, watched=run.watched.get(key, run.opened))


def end_if_over(run: Run, mates: list[Run], ask: Ask, event: Event | None) -> bool:
    """Met, then met by a substitute, excused, cancelled, and what the clock alone ends."""
    window = window_of(run, mates)
    met = lines.seen(run.text["met"], ask, asked_for(run, "met", window)) if "met" in run.text else Seen(NO)
    run.missing = met.missing if met.partial else ()
    run.doubt = met.truth if met.truth[0] is None else NO
    if met.truth[0] is True:
        return end_met(run, met, NOBODY)
    if "substitute" in run.text:
        other = lines.seen(run.text["substitute"], ask, asked_for(run, "substitute", window))
        if other.truth[0] is True:
            return end_met(run, other, frozenset({"substitute"}))
        run.doubt = other.truth if other.truth[0] is None else run.doubt
    if "excused" in run.text:
        excused = frozenset().union(*(mate.excuse for mate in mates))  # used once, like evidence (15)
        open_to = replace(asked_for(run, "excused", window), used=excused, bounds=excuse_bounds(run))
        excuse = lines.seen(run.text["excused"], ask, open_to)
        if excuse.truth[0] is True:
            run.excuse = excuse.used
            return end(run, "excused")
        run.doubt = excuse.truth if excuse.truth[0] is None else run.doubt
    if "cancelled" in run.text:
        # semantics 25: only what comes after the start, in the order of events
        since = run.watched.get("cancelled", run.opened)
        gone = lines.seen(run.text["cancelled"], ask, Window(behind=since, watched=since)).truth
        if gone[0] is True:
            over = dues.passed(run, ask)[0] is True  # semantics 42
            return end(run, "missed" if over else "cancelled", "cancelled")
        run.doubt = gone if gone[0] is None else run.doubt
    return end_by_clock(run, window, ask, event)


def excuse_bounds(run: Run) -> tuple[dict[str, str], ...]:
    """Semantics 44: an excuse is dated by the due moment unless the rule says otherwise."""
    given = lines.shape(run.text["excused"])
    return () if any(word in given for word in BOUNDS[2:]) else ({"by": "due"},)


def end_met(run: Run, met: Seen, marks: frozenset[str]) -> bool:
    """Met: judged by the due date that stood just before (semantics 18)."""
    assert met.moment is not None
    run.met, run.used, run.missing, run.doubt = met.moment, met.used, (), NO
    timely: Truth = moments.in_time(met.moment, run.dues, run.due_names)
    if lines.looked_back(met.moment, Window(latest_start=run.start)):
        marks |= {"looked_back"}
    # semantics 40: too late for a leg that names an event, or for one that names a date
    mark = "out_of_sequence" if run.dues and all(due.leg == "event" for due in run.dues) else "late"
    if timely[0] is False:
        marks |= {mark}
    elif timely[0] is None and all(due.kind == "dated" and due.possible is not None for due in run.dues):
        marks |= {"order_unknown"}  # whether in time cannot be said; where there is no limit yet, nobody asks
    run.marks = marks
    return end(run, "met")


def end(run: Run, state: str, by: str = "") -> bool:
    """End a run. What is missed only perhaps (evidence that cannot be judged, a start that perhaps was none) ends as
    undetermined; what is over in another way is over either way."""
    doubts = [*([run.doubt[1]] if run.doubt[0] is None else []), *([run.start_doubt] if run.start_doubt else [])]
    if doubts and state == "missed":
        run.waits_for, state = NOBODY.union(*doubts), "undetermined"
    run.state, run.ended_by = state, by
    return True


def end_by_clock(run: Run, window: Window, ask: Ask, event: Event | None) -> bool:
    """What ends because its due moment or its window is over."""
    owed = conditions.holds(run.text["while"], ask)[0] if "while" in run.text else YES[0]
    over = dues.passed(run, ask)[0] is True
    if over and owed is False:
        # semantics 42: leaving the population after the due moment ends it as missed; 21: if the due moment passed
        # while it was not owed, it is settled as not owed
        return end(run, "missed" if run.owed_before is True else "not_owed")
    if over and event is None and run.owed_before is False and owed is True:
        return end(run, "not_owed")  # it came back at the very edge
    if owed is not True or run.doubt[0] is None or run.start_doubt is not None:
        return False
    if over and dues.plain_values(run, "force", "must", ask) == ("may",):
        return end(run, "missed")  # semantics 41: a `may` always ends so
    closing = lines.closes(run.text["met"], ask, asked_for(run, "met", window)) if "met" in run.text else None
    if closing is not None and "substitute" in run.text:
        other = lines.closes(run.text["substitute"], ask, asked_for(run, "substitute", window))
        closing = None if other is None else max(closing, other)
    if closing is not None and ask.case.instant > closing:
        return end(run, "missed")  # semantics 41: no evidence can count any more
    return False


def redate_runs(walk: Walk) -> bool:
    """Ask again by when. Semantics 31: a moment told again moves the run, told as `none` it is open again."""
    changed = False
    if not any(run.live for run in walk.case.runs):
        return changed
    frozen = walk.case.copy()
    for run in walk.case.runs:
        if run.live:
            found, names = dues.dues_of(run, walk.ask(case=frozen).about(run))
            changed |= found != run.dues
            run.dues, run.due_names = found, names
    return changed
