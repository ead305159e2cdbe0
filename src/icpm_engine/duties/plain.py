"""The commonest operations of plain duties, in as few steps as they can be done.

A duty is plain if it has one text, nothing of which but its date hangs on rows, if its clock never stands still, and if
its evidence is single events without windows. Mostly an event opens a run of it or meets one; that is done here in one
step each, and whatever else comes up is left to `runs`. Both come to the same: a test folds invented stories with and
without this module.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from icpm_engine.checks import EventTest
from icpm_engine.duties.clock import lateness, schedule
from icpm_engine.duties.runs import CompiledDuty
from icpm_engine.duties.texts import (
    CANCELLED,
    MET,
    RUNNING,
    CompiledText,
    End,
    Opener,
)
from icpm_engine.working import At, Case, Entry, Run, concerns

Operation: TypeAlias = Callable[[Case, Entry], None]


def opening(duty: CompiledDuty, kind: str) -> Operation:
    """What an event of a kind may open of a duty."""
    text = _plain_text(duty)
    openers = text.starting.get(kind, ()) if text is not None else ()
    if text is None or len(openers) != 1 or text.again == "ignored" or not openers[0].plain:
        return duty.open_on
    return _Opening(_Plain(duty, text), openers[0]).on


def closing(duty: CompiledDuty, kind: str) -> Operation:
    """What an event of a kind may end of a duty."""
    text = _plain_text(duty)
    ends = text.closing.get(kind, ()) if text is not None else ()
    if text is None or len(ends) != 1:
        return duty.close_on
    return _Closing(_Plain(duty, text), ends[0], kind).on


def _plain_text(duty: CompiledDuty) -> CompiledText | None:
    text = duty.texts[0] if len(duty.texts) == 1 else None
    if text is None or text.ends_at_due is not False or text.bounded or text.looks or text.picks or text.turned:
        return None
    if text.pause is not None or text.escalates:
        return None
    return text if all(end[0].simple for end in text.ends) else None


class _Plain:
    """A plain duty: what its operations need of it."""

    __slots__ = (
        *("due", "duty", "first_day", "force", "key", "kinds", "last_day", "must", "number", "owner", "per"),
        *("population", "restarts", "series", "steady", "text"),
    )

    def __init__(self, duty: CompiledDuty, text: CompiledText) -> None:
        self.duty = duty
        self.text = text
        self.key, self.per = duty.key, duty.per
        self.first_day, self.last_day = text.from_day, text.until_day
        self.population = text.population.test if text.population is not None else None
        self.due = text.due.of
        self.number = text.number
        self.owner, self.force = text.owner, str(text.force)
        self.must = text.force == "must"
        self.restarts = text.again == "restarts"
        self.series = text.repeats is not None
        self.steady = text.steady
        # kinds of which one may be there already when a run opens
        self.kinds = tuple(sorted({kind for end in text.ends if end[1] != CANCELLED for kind in end[0].kinds}))

    def begin(self, case: Case, run: Run) -> None:
        """Judge a run that has been put among the open ones."""
        if not self._begun(case, run):
            following = self.duty.begin(case, run)
            if following is not None:
                self.duty.enter(case, following)

    def _begun(self, case: Case, run: Run) -> bool:
        """Whether it simply runs from now on."""
        population = self.population
        if run.pins is not None or (population is not None and population(case, run, run.start_event) is not True):
            return False
        log, day, own = case.log, run.start.day, run.start.entry
        for kind in self.kinds:
            entries = log.get(kind)
            if not entries or entries[-1].day < day:
                continue
            if entries[-1].root != own or (len(entries) > 1 and entries[-2].day >= day):
                return False
        due = self.due(case, run)
        at, latest, trace, missing, _, possible = due
        now, force = case.now, self.force
        if missing:
            return False
        run.opened, run.due, run.force = now, due, force
        detail = (self.number, trace, (), (), (), possible)
        run.periods.append((now, RUNNING, at, latest if self.must else None, 0, self.owner, force, detail))
        if self.duty.watched:
            self.duty.tell(case)
        if not self.steady:
            schedule(case, run)
        return True

    def meet(self, case: Case, run: Run, at: At, root: int, mark: int) -> None:
        """An event has met a run."""
        due_at, _, trace, _, _, possible = run.due
        if due_at is None or at.hi > due_at:
            mark |= lateness(at, run.due)
        run.met, run.evidence = at, (root,)
        run.outcome, run.ended = MET, True
        run.marks = marks = run.marks | mark
        case.open[self.key].remove(run)
        now, periods = case.now, run.periods
        detail = (self.number, trace, (), (), run.evidence, possible)
        period = (now, MET, due_at, None, marks, self.owner, self.force, detail)
        if periods[-1][0] == now:
            periods[-1] = period
        else:
            periods.append(period)
        if self.duty.watched:
            self.duty.tell(case)
        if self.series:
            following = self.duty.following(case, run)
            if following is not None:
                self.duty.put(case, following)
                self.begin(case, following)


class _Opening:
    """A line that starts a plain duty."""

    __slots__ = ("opener", "plain", "when", "where")

    def __init__(self, plain: _Plain, opener: Opener) -> None:
        self.plain = plain
        self.where: EventTest | None = opener.where
        self.when = opener.when.test if opener.when is not None else None

    def on(self, case: Case, ev: Entry) -> None:
        """An event that may start a run."""
        plain = self.plain
        if not plain.first_day <= ev.day <= plain.last_day:
            return
        held = True if self.where is None else self.where(ev, case, None)
        if held is False:
            return
        per = plain.per
        instance = ev.values.get(per) if per is not None else None
        if held is None or (instance is None and per is not None):
            plain.duty.open_on(case, ev)
            return
        run = Run(plain.duty, plain.text, ev.at, ev, ev.root, ev.at)
        if per is not None:
            run.instance, run.instance_root = instance, case.instances[per][str(instance)]
        if self.when is not None:
            held = self.when(case, run, ev)
            if held is False:
                return
            if held is None:
                plain.duty.open_on(case, ev)
                return
        if plain.restarts:
            for other in tuple(case.open.get(plain.key, ())):
                if other.instance == instance:
                    plain.duty.make_room(case, other, run)
        plain.duty.put(case, run)
        plain.begin(case, run)


class _Closing:
    """A line that ends a plain duty."""

    __slots__ = ("any_date", "mark", "outcome", "plain", "test")

    def __init__(self, plain: _Plain, end: End, kind: str) -> None:
        evidence, self.outcome, self.mark = end
        self.plain = plain
        self.test: EventTest | None = (evidence.simple or {})[kind]
        self.any_date = evidence.any_date

    def on(self, case: Case, ev: Entry) -> None:
        """An event that may end a run."""
        plain = self.plain
        runs = case.open.get(plain.key)
        if not runs:
            return
        run = runs[0]
        if len(runs) > 1 or plain.per is not None:
            meant = runs if plain.per is None else [one for one in runs if concerns(ev, plain.per, one.instance)]
            if len(meant) != 1:
                if meant:
                    plain.duty.close_on(case, ev)
                return
            run = meant[0]
        at = ev.at
        if at.hi < run.start.lo and not self.any_date:
            return
        held = True if self.test is None else self.test(ev, case, run)
        if held is None or run.progress is not None:
            plain.duty.close_on(case, ev)
        elif held:
            if self.outcome == MET:
                plain.meet(case, run, at, ev.root, self.mark)
            else:
                plain.duty.finish(case, run, self.outcome, at, (ev.root,), self.mark)
