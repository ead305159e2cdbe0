"""By when: the due date of a run, with what it was reckoned from.

A compiled due date gives a `Due` tuple. Its trace is compact data (which leg, from which day, by which span, to which
day), enough to make the proof from later without the events.
"""

from __future__ import annotations

import attrs

from icpm_engine.conditions import Cond, Row, compile_condition, rows_left
from icpm_engine.duties.legs import DueOf, LegNumbers, compile_leg, guarded_due, reads_of_due
from icpm_engine.moments import Scope
from icpm_engine.rules import model
from icpm_engine.working import NO_DATE, Case, Due, Run


@attrs.frozen(eq=False)
class CompiledDue:
    """The due date of one text of a duty: a function, what it reads, and when time alone may change its rows."""

    of: DueOf
    reads: frozenset[str]
    pinned: frozenset[str]
    """What its rows read once, at the start of a run."""
    conditions: tuple[Cond, ...]
    fixed: bool  # computed once, at the start: nothing that it reads can change


def compile_due(rows: model.Rows | None, scope: Scope, *, pausing: bool = False) -> CompiledDue:
    """The rows of a due date as one function of the case and the run; `pausing`: its clock may stand still."""
    if rows is None:
        return CompiledDue(lambda case, run: NO_DATE, frozenset(), frozenset(), (), fixed=True)
    compiled: list[Row] = []
    numbering = LegNumbers(pausing=pausing)
    for row in rows.rows:
        condition = row.when or row.while_
        cond = compile_condition(condition, scope) if condition is not None else None
        compiled.append((row.when is not None, cond, (row.value, compile_leg(row.value, scope, numbering))))  # type: ignore[arg-type]
    left = rows_left(compiled)
    reads: set[str] = set()
    for pinned, cond, (value, _) in left:
        reads_of_due(value, reads, scope)
        if cond is not None and not pinned:
            reads |= cond.reads
    conditions = tuple(cond for pinned, cond, _ in left if cond is not None and not pinned)
    plain = len(left) == 1 and left[0][1] is None
    of: DueOf = left[0][2][1] if plain else _first_row(tuple((pinned, cond, of) for pinned, cond, (_, of) in left))
    reads = {key for key in reads if not key.startswith("fact.") or not scope.is_choice(key[5:])}
    guarded = plain and not isinstance(left[0][2][0], model.DuePick)
    return CompiledDue(
        of if guarded else guarded_due(of),
        frozenset(reads),
        frozenset().union(*(cond.reads for pinned, cond, _ in left if cond is not None and pinned)),
        conditions,
        fixed=not reads and not conditions and not pausing,
    )


def _first_row(rows: tuple[tuple[bool, Cond | None, DueOf], ...]) -> DueOf:
    pinned_rows = tuple(number for number, (pinned, _, _) in enumerate(rows) if pinned)

    def first(case: Case, run: Run) -> Due:
        if pinned_rows and (run.pins is None or pinned_rows[-1] not in run.pins):
            for number in pinned_rows:
                _ask(case, run, rows[number][1], number)  # type: ignore[arg-type]
        answers: list[Due] = []
        missing: set[str] = set()
        for number, (pinned, cond, of) in enumerate(rows):
            held = True if cond is None else _ask(case, run, cond, number if pinned else None)
            if held is False:
                continue
            answers.append(of(case, run))
            if held:
                break
            missing |= run.pins[number, "missing"] if pinned else cond.missing(case, run)  # type: ignore[index, union-attr]
        else:
            answers.append(NO_DATE)
        return _bounded(answers, tuple(sorted(missing))) if len(answers) > 1 else answers[0]

    return first


def _ask(case: Case, run: Run, cond: Cond, pin: int | None) -> bool | None:
    """A `when` row keeps the answer it had at the start of the run; a `while` row is asked again."""
    if pin is None:
        return cond.test(case, run, None)
    pins = run.pins
    if pins is None:
        pins = run.pins = {}
    if pin not in pins:
        pins[pin] = cond.test(case, run, run.start_event)
        if pins[pin] is None:
            pins[pin, "missing"] = cond.missing(case, run, run.start_event)
    held: bool | None = pins[pin]
    return held


def _bounded(answers: list[Due], missing: tuple[str, ...]) -> Due:
    """Several possible answers: all alike is an answer; else undetermined between the first and the last (27)."""
    first = answers[0]
    if all((due.at, due.latest, due.missing) == (first.at, first.latest, first.missing) for due in answers):
        return first
    dates = sorted({at for due in answers if due.at is not None for at in due.possible or (due.at,)})
    latest = [due.latest for due in answers]
    names = tuple(sorted({*missing, *(name for due in answers for name in due.missing)}))
    return Due(
        dates[0] if dates else None,
        None if None in latest else max(latest),  # type: ignore[type-var]
        ("rows", tuple(due.trace for due in answers)),
        names,
        all(due.sequence for due in answers),
        tuple(dates),
    )
