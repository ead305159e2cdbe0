"""From runs to rows: periods of validity, with the readings of an open choice joined to one answer.

Where all readings agree, that is the answer; else it is undetermined, with each reading's answer beside it. What is
overdue under every reading is overdue (semantics 26, 27).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import zip_longest
from operator import and_, itemgetter
from typing import Any, TypeAlias

from msgspec import msgpack

from icpm_engine.duties.build import deciding
from icpm_engine.duties.runs import CompiledDuty
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.results import FOREVER, ObligationRow, Outcome
from icpm_engine.working import Case, Run

Identity: TypeAlias = tuple[int, int, int]
Period: TypeAlias = tuple[Any, ...]  # (from, state, due_at, overdue_after, marks, owner, force, detail)

_encode = msgpack.Encoder().encode
_ORDER = itemgetter(0, 1, 2, 3, 4)
_BEGIN = itemgetter(0)
_ROW = tuple.__new__  # makes an ObligationRow without a further call
ESCALATIONS = 6
"""So many parts has the detail of a period in which nobody is to be told."""
UNDETERMINED = int(Outcome.UNDETERMINED)
NOT_OWED = int(Outcome.NOT_OWED)
OPEN_STATES = (int(Outcome.RUNNING), int(Outcome.PAUSED), UNDETERMINED)


def obligation_rows(rules: CompiledRules, case: Case) -> list[ObligationRow]:
    """Every obligation of the case, one row for each period, in the order of identity and time."""
    rows: list[ObligationRow] = []
    for name, duties in rules.readings:
        if len(duties) == 1:
            for run in case.runs.get(duties[0].key, ()):
                rows += _rows_of(name, run, run.periods) if run.rows is None else run.rows
        else:
            for run, periods in _joined(duties, case):
                rows += _rows_of(name, run, periods)
    rows.sort(key=_ORDER)
    return rows


def open_rows(rules: CompiledRules, case: Case, at: int) -> list[ObligationRow]:
    """Those of them that are open at an instant."""
    rows: list[ObligationRow] = []
    for name, duties in rules.readings:
        if len(duties) == 1:
            found: Iterable[tuple[Run, list[Period]]] = ((run, run.periods) for run in case.runs.get(duties[0].key, ()))
        else:
            found = _joined(duties, case)
        for run, periods in found:
            place = len(periods) - 1
            if periods[place][0] > at:
                place = bisect_right(periods, at, key=_BEGIN) - 1
            if place >= 0 and periods[place][1] in OPEN_STATES:
                rows.append(_rows_of(name, run, periods)[place])
    rows.sort(key=_ORDER)
    return rows


def _rows_of(name: str, run: Run, periods: list[Period]) -> list[ObligationRow]:
    """The rows of a run; of one that has ended they are kept, since it changes no more."""
    rows: list[ObligationRow] = []
    head = (
        run.start_event.kind if run.start_event is not None else "",
        run.start.day,
        run.start.entry,
        run.start.lo if run.start.lo == run.start.hi else 0,
        run.instance,
        run.opened,
    )
    root, instance_root, number = run.start_root, run.instance_root, run.number
    last = len(periods) - 1
    for place, period in enumerate(periods):
        begin = period[0]
        end = periods[place + 1][0] if place < last else FOREVER
        _, state, due, over, marks, owner, force, detail = period
        derivation = _encode((*head, *detail))
        whole = (name, root, instance_root, number, begin, end, state, due, over, marks, owner, force, derivation)
        rows.append(_ROW(ObligationRow, whole))
    if run.ended and periods is run.periods:
        run.rows = rows
    return rows


def _joined(duties: tuple[CompiledDuty, ...], case: Case) -> Iterator[tuple[Run, list[Period]]]:
    """The runs of all readings, matched and joined period by period."""
    readings = [duty.reading for duty in duties]
    for each in _matched([case.runs.get(duty.key, []) for duty in duties]):
        first = min((run for run in each if run is not None), key=lambda run: (run.opened, run.start_root))
        yield first, list(_join(each, readings))


def _matched(runs: list[list[Run]]) -> Iterator[list[Run | None]]:
    """Runs of one identity belong together.

    Those that some reading lacks may be one clock that a choice starts from another event: of each instance the first
    goes with the first, the second with the second.
    """
    found: list[dict[Identity, Run]] = [
        {(run.start_root, run.instance_root, run.number): run for run in listed} for listed in runs
    ]
    for identity in dict.fromkeys(identity for by_identity in found for identity in by_identity):
        if all(identity in by_identity for by_identity in found):
            yield [by_identity.pop(identity) for by_identity in found]
    for instance in dict.fromkeys(identity[1] for by_identity in found for identity in by_identity):
        alone = [[run for run in by_identity.values() if run.instance_root == instance] for by_identity in found]
        for each in zip_longest(*alone):
            yield list(each)


def _join(each: list[Run | None], readings: list[dict[str, Any]]) -> Iterator[Period]:
    begins = sorted({period[0] for run in each if run is not None for period in run.periods})
    previous: Period | None = None
    for begin in begins:
        held = [_at(run, begin) for run in each]
        answers = [_answer(run, period) for run, period in zip(each, held, strict=True)]
        there = [one for one in held if one is not None]
        agreed = all(answer == answers[0] for answer in answers[1:])
        if agreed or all(one[1] == NOT_OWED for one in there):  # what no reading owes is not owed
            period: Period = _agreed(begin, there)
        else:
            period = _disagreed(begin, held, answers, readings)
        if previous is None or previous[1:] != period[1:]:
            yield period
        previous = period


def _at(run: Run | None, instant: int) -> Period | None:
    found = None
    for period in run.periods if run is not None else ():
        if period[0] <= instant:
            found = period
    return found


def _answer(run: Run | None, period: Period | None) -> tuple[Any, ...] | None:
    """What a reading says, as far as another may say otherwise; of what is over or not owed, no date and no owner."""
    if run is None or period is None:
        return None
    state = period[1]
    if state == UNDETERMINED:
        return (*period[1:7], run.start.entry)
    if state == NOT_OWED:
        return (state,)
    return period[1:7] if state in OPEN_STATES else (state, period[4])


def _agreed(begin: int, there: list[Period]) -> Period:
    """What all readings say; where they wait for different things, for all of them."""
    first = there[0]
    missing = {name for period in there for name in period[7][2]}
    escalations = _escalations(there)
    if len(missing) == len(first[7][2]) and not escalations:
        return (begin, *first[1:])
    detail = (*first[7][:2], tuple(sorted(missing)), *first[7][3:6], *(((), escalations) if escalations else ()))
    return (begin, *first[1:7], detail)


def _escalations(held: Sequence[Period | None]) -> tuple[tuple[int, int], ...]:
    """Who is to be told under every reading, and from when on at the latest."""
    told = [dict(period[7][7]) if period is not None and len(period[7]) > ESCALATIONS else {} for period in held]
    places = sorted(set(told[0]).intersection(*told[1:]))
    return tuple((place, max(one[place] for one in told)) for place in places)


def _disagreed(
    begin: int, held: list[Period | None], answers: list[tuple[Any, ...] | None], readings: list[dict[str, Any]]
) -> Period:
    """Undetermined: each reading's answer, and the choices that make the difference."""
    there = [period for period in held if period is not None]
    told = [
        (sorted(reading.items()), None if period is None else (period[1], period[2], period[5], period[6]))
        for reading, period in zip(readings, held, strict=True)
    ]
    open_ones = [period for period in there if period[1] in OPEN_STATES]
    dues = {due for period in open_ones for due in (period[2], *period[7][5]) if due is not None}
    over: list[int | None] = [period[3] if period is not None and period[1] in OPEN_STATES else None for period in held]
    after = None if None in over else max(instant for instant in over if instant is not None)
    first = there[0]
    text, trace, _, wanting, evidence, _ = first[7][:ESCALATIONS]
    if any(period[7][3] != wanting for period in there):
        wanting = ()
    marks = reduce(and_, (period[4] for period in there))
    names = {*(deciding(answers, readings) or readings[0]), *(name for period in there for name in period[7][2])}
    detail = (text, trace, tuple(sorted(names)), wanting, evidence, tuple(sorted(dues)), told, _escalations(held))
    return (begin, UNDETERMINED, min(dues, default=None), after, marks, first[5], first[6], detail)
