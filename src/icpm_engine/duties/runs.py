"""A duty while it runs: what opens, meets, re-dates and ends its runs.

A `CompiledDuty` is one duty in one reading of the choices that it touches. The fold calls it only for events and
changes that it reads. Every change of a run adds a period; periods are what a fold leaves behind.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs

from icpm_engine.duties.clock import closes_at, lapses, lateness, repetition, schedule
from icpm_engine.duties.periods import add, note
from icpm_engine.duties.starts import applies, teller, unsure_of
from icpm_engine.duties.texts import (
    CANCELLED,
    EXCUSED,
    LOOKED_BACK,
    MET,
    MISSED,
    NOT_OWED,
    SETTLED,
    UNDETERMINED,
    CompiledText,
    Opener,
    Pick,
)
from icpm_engine.moments import settled
from icpm_engine.rules import model
from icpm_engine.working import UNSURE, At, Case, Entry, Run, at_instant, concerns, instances_of

Ended: TypeAlias = tuple[Run, int, At, tuple[int, ...], int]
"""A run that an event ends, its outcome, when, by which entries, and the mark that this leaves."""

Series: TypeAlias = tuple[int, str | None, int]


@attrs.define(eq=False)
class CompiledDuty:
    """One duty in one reading: the operations that the fold calls."""

    key: str
    duty: model.Duty
    reading: dict[str, Any]
    texts: tuple[CompiledText, ...]
    watched: bool = False
    signal: tuple[str, str | None] = attrs.field(init=False)
    """What is marked when one of its runs changes, if anybody waits for that."""
    per: str | None = attrs.field(init=False)
    """The field that tells its instances apart."""

    @signal.default
    def _signal(self) -> tuple[str, str | None]:
        return f"duty.{self.duty.name}", None

    @per.default
    def _per(self) -> str | None:
        return self.duty.per

    def text_at(self, day: int) -> CompiledText | None:
        """The version in force on a day (semantics 52); None before the first and outside `in_force`."""
        for text in reversed(self.texts):
            if day >= text.from_day:
                return text if day <= text.until_day else None
        return None

    # --- opening ------------------------------------------------------------------------------------------------------

    def open_on(self, case: Case, ev: Entry) -> None:
        """An event that may start a run."""
        text = self.text_at(ev.day)
        if text is None:
            return
        plain = text.plain.get(ev.kind)
        if plain is not None:
            held = True if plain.where is None else plain.where(ev, case, None)
            if held is False:
                return
            run = Run(self, text, ev.at, ev, ev.root, ev.at)
            if held or applies(case, run, (plain,), ev):
                self.start(case, run)
            return
        openers = text.starting.get(ev.kind)
        if openers is None:
            return
        for instance in self.instances_of(case, ev):
            run = Run(self, text, ev.at, ev, ev.root, ev.at)
            run.instance = instance
            if applies(case, run, openers, ev):
                self.start(case, run)

    def instances_of(self, case: Case, ev: Entry) -> tuple[str | None, ...]:
        """The instances that an event concerns: the one it carries, or all that are known (semantics 47)."""
        return (None,) if self.per is None else instances_of(case, ev, self.per)

    def start_by_turn(self, case: Case, instance: str | None, opener: Opener) -> None:
        """A condition has turned, or a moment is reached: a run starts.

        Its cause is the event in hand, at an edge the one from which the edge was reckoned (semantics 50).
        """
        text = self.text_at(case.day)
        if text is None:
            return
        cause = case.cause
        at = at_instant(case.zone, case.now) if cause is None else cause.at
        run = Run(self, text, at, cause, 0, at)
        run.instance = instance
        moment = opener.turn.moment if opener.turn is not None else None
        reached = moment(case, run, None) if moment is not None else None
        if isinstance(reached, At):  # it counts from the moment, even if that is told after it has passed
            run.start = run.origin = At(reached.lo, reached.hi, reached.day, whole=reached.whole, told=reached.told)
        run.start_root = cause.root if cause is not None else run.start.told or teller(case, opener.turn, instance)
        if applies(case, run, (opener,), cause):
            self.start(case, run)

    def start(self, case: Case, run: Run) -> None:
        """A start that applies: what it does to runs that are open, and the new run."""
        text = run.text
        if self.per is not None:
            run.instance_root = case.instances.get(self.per, {}).get(run.instance or "", 0)
        if text.turned and self._is_there(case, run):
            return
        if text.grid:
            run.grid = {}
        again = text.again
        runs = case.runs.get(self.key, ()) if again != "opens" else ()
        others = [other for other in runs if other.instance == run.instance]
        if isinstance(again, Pick):
            names = again.missing(case, run) if others else ()  # the first of all opens under every answer
            if names:
                run.pins = {**(run.pins or {}), UNSURE: (*unsure_of(run), *names)}
            again = again.of(case, run)
        # a start that perhaps was none changes nothing for other runs
        if again != "opens" and not unsure_of(run):
            if again == "ignored" and any(not unsure_of(other) for other in others):
                return
            if again == "restarts":
                for other in others:
                    if not other.ended:
                        self.make_room(case, other, run)
        self.enter(case, run)

    def _is_there(self, case: Case, run: Run) -> bool:
        """Whether its cause has started a run just now in another way; a run that it started before is told apart."""
        root, runs = run.start_root, case.runs.get(self.key, ())
        same = [other for other in runs if other.start_root == root and other.instance == run.instance]
        run.number = run.first = len(same)
        return any(other.opened == case.now and other.previous is None for other in same)

    def make_room(self, case: Case, other: Run, run: Run) -> None:
        """End a run since another starts; one that the very same event has just opened never was."""
        previous = other.previous
        if previous is not None and run.start_root in previous.evidence:
            case.open[self.key].remove(other)
            case.runs[self.key].remove(other)
            other.ended = True
        else:
            self.finish(case, other, CANCELLED, run.start)

    def enter(self, case: Case, run: Run) -> None:
        """Put a run among the open ones, and after it those of its series that open at once."""
        following: Run | None = run
        while following is not None:
            self.put(case, following)
            following = self.begin(case, following)

    def put(self, case: Case, run: Run) -> None:
        """Put a run among the open ones."""
        runs = case.runs.get(self.key)
        if runs is None:
            case.runs[self.key], case.open[self.key] = [run], [run]
        else:
            runs.append(run)
            case.open[self.key].append(run)

    def begin(self, case: Case, run: Run) -> Run | None:
        """Judge a new run; gives the run that follows it at once."""
        run.opened = case.now
        if run.text.pause is not None:
            run.text.pause.begin(case, run)
        return self.take_up(case, run)

    def take_up(self, case: Case, run: Run) -> Run | None:
        """Judge a run under its text, and look at evidence that is already there; gives the run that follows."""
        text = run.text
        if text.population is not None:
            run.owed = text.population.test(case, run, None)
        run.due = text.due.of(case, run)
        for pick in text.picks:
            pick.of(case, run)
        for evidence, outcome, mark in text.ends:
            if not evidence.any_before(case, run):
                continue
            standing = evidence.before(case, run)
            if standing is not None and standing.moment is not None:
                return self._end(case, run, outcome, standing.moment, standing.used, mark)
        latest = run.due[1]
        ended, following = False, None
        if text.bounded or (latest is not None and case.now > latest):
            ended, following = self._clock(case, run, run.owed)
        if not ended:
            add(case, run)
            if not (text.steady and run.owed):
                schedule(case, run)
        return following

    # --- ending -------------------------------------------------------------------------------------------------------

    def close_on(self, case: Case, ev: Entry, ends: list[Ended] | None = None) -> None:
        """An event that may meet, replace, excuse or cancel open runs: ends them, or notes in `ends` which it does."""
        runs = case.open.get(self.key)
        if not runs:
            return
        per, kind = self.per, ev.kind
        taken: set[Series] | None = None  # an event meets only the oldest run of a series (15)
        for run in tuple(runs):
            if run.ended or (per is not None and not concerns(ev, per, run.instance)):
                continue
            for evidence, outcome, mark in run.text.closing.get(kind, ()):
                if taken is not None and outcome != CANCELLED and _series(run) in taken:
                    continue
                standing = evidence.take(case, run, ev)
                if standing is None:
                    continue
                if outcome != CANCELLED and run.text.repeats is not None:
                    taken = taken or set()
                    taken.add(_series(run))
                at, used = (ev.at, (ev.root,)) if standing.moment is None else (standing.moment, standing.used)
                if ends is None:
                    self.finish(case, run, outcome, at, used, mark)
                else:
                    ends.append((run, outcome, at, used, mark))
                break
            else:
                if run.progress is not None:
                    note(case, run)
                    schedule(case, run)

    def finish(
        self, case: Case, run: Run, outcome: int, at: At, evidence: tuple[int, ...] = (), marks: int = 0
    ) -> None:
        """End a run, and open the next of its series."""
        following = self._end(case, run, outcome, at, evidence, marks)
        if following is not None:
            self.enter(case, following)

    def _end(
        self, case: Case, run: Run, outcome: int, at: At, evidence: tuple[int, ...] = (), marks: int = 0
    ) -> Run | None:
        """End a run; gives the next of its series, to be entered."""
        due = run.due
        goes_on = outcome != CANCELLED
        if outcome == MET:
            run.met = at
            run.evidence = evidence
            marks |= lateness(at, due) | (LOOKED_BACK if at.hi < run.start.lo else 0)
            if run.text.repeats is not None:
                self._used(case, run, evidence)
        elif outcome == EXCUSED:
            run.evidence = evidence
        elif outcome == CANCELLED and due.latest is not None and case.now > due.latest and run.owed is not False:
            outcome = MISSED  # what ends a run after its due moment ends it as missed (semantics 42)
        if outcome == MISSED and (run.doubts or unsure_of(run)):
            outcome, goes_on = UNDETERMINED, False  # perhaps it was met, perhaps it never was
        run.outcome, run.ended, run.wanting = outcome, True, ()
        run.marks |= marks
        case.open[self.key].remove(run)
        add(case, run)
        return self.following(case, run) if goes_on and run.text.repeats is not None else None

    def _used(self, case: Case, run: Run, evidence: tuple[int, ...]) -> None:
        """What one run of a series has used is no evidence for the others (semantics 15)."""
        for other in case.open[self.key]:
            if other is not run and other.progress and _series(other) == _series(run):
                for end in other.text.ends:
                    end[0].drop(case, other, evidence)
                note(case, other)

    def following(self, case: Case, run: Run) -> Run | None:
        """The next run of a series: from the evidence, or from the due date of a run that ended otherwise (22)."""
        repeats, names = run.text.repeats, ()
        if isinstance(repeats, Pick):
            repeats, names = repeats.of(case, run), repeats.missing(case, run)
        if repeats is None or run.followed:
            return None
        due = run.due
        from_met = repeats == "from met" and run.met is not None
        previous_due = None if from_met else settled(case.zone, due)
        start = run.met if from_met else previous_due
        following = None if start is None else self.text_at(start.day)
        if start is None or following is None or (not from_met and _rests(run, start)):
            return None
        run.followed = True
        later = Run(self, following, start, run.start_event, run.start_root, run.origin)
        later.first, later.number, later.previous = run.first, run.number + 1, run
        later.instance, later.instance_root, later.previous_due = run.instance, run.instance_root, previous_due
        if repeats == "from due":
            later.grid, later.floor = {}, due.latest or start.hi
        unsure = (*unsure_of(run), *names)
        if unsure:
            later.pins = {UNSURE: unsure}
        return later

    # --- changing -----------------------------------------------------------------------------------------------------

    def turn_all(self, case: Case, only: set[str] | None = None) -> None:
        """Something that this duty reads has changed: ask about every open run again, or those of some instances."""
        for run in tuple(case.open.get(self.key, ())):
            if not run.ended and (only is None or run.instance in only):
                self.turn(case, run)

    def turn(self, case: Case, run: Run) -> None:
        """Judge one open run anew: is it owed, by when, is it over."""
        text = run.text
        owed, due = run.owed, run.due
        if text.population is not None:
            run.owed = text.population.test(case, run, None)
        if text.pause is not None:
            text.pause.ask(case, run)
        if not text.due.fixed:
            run.due = text.due.of(case, run)
        if text.settled and owed and run.owed and run.due == due:
            return
        for evidence, outcome, mark in text.looks:
            standing = evidence.look(case, run)
            if standing is not None and standing.moment is not None:
                self.finish(case, run, outcome, standing.moment, standing.used, mark)
                return
        ended, following = self._clock(case, run, owed)
        if not ended:
            note(case, run)
            schedule(case, run)
        if following is not None:
            self.enter(case, following)

    def _clock(self, case: Case, run: Run, owed: bool | None) -> tuple[bool, Run | None]:  # noqa: FBT001 - a truth
        """What ends because its due moment or its window is over: whether it has ended, and the run that follows.

        `owed`: whether it was owed until now.
        """
        due = run.due
        over = due.latest is not None and case.now > due.latest
        at = at_instant(case.zone, case.now)
        if over and (run.owed is False or owed is False):  # even if it is owed again at this very edge
            if owed is True:
                return True, self._end(case, run, MISSED, at)
            return True, self._end(case, run, NOT_OWED, at, (), SETTLED)
        if run.owed is True and not run.doubts and not unsure_of(run):
            closing = closes_at(case, run)
            if (over and lapses(case, run)) or (closing is not None and case.now > closing):
                return True, self._end(case, run, MISSED, at)
        return False, self.following(case, run) if over and repetition(case, run) == "from due" else None

    def at_edge(self, case: Case, run: Run, edge: int) -> None:
        """An instant has come at which a run asked to be called, if it was not put off since."""
        if not run.ended and run.next_edge == edge:
            run.next_edge = 0
            self.turn(case, run)

    def tell(self, case: Case) -> None:
        """Have those asked again who read how this duty stands."""
        case.dirty.append(self.signal)


def _series(run: Run) -> Series:
    """What the runs of one series have in common; a cause may start several (a condition that turned again)."""
    return run.start_root, run.instance, run.first


def _rests(run: Run, start: At) -> bool:
    """Whether the next run would begin no later than this one: its date has served, and no other has been told (34)."""
    return run.previous is not None and start.lo <= run.start.lo
