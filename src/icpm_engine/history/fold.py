"""The fold: a subject's events under compiled rules come to states, obligations, facts and findings.

A pure function. Time edges (birthdays, limits that end a run, moments that start one) are stops like events, and are
carried forward to the pack's horizon after the last event.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import attrs

from icpm_engine.calendars import add_months
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.order import arrange, arranged_with
from icpm_engine.history.readings import obligation_rows, open_rows
from icpm_engine.history.results import FOREVER, Entry, FindingRow, Folding, ObligationRow, StateRow
from icpm_engine.history.walking import begun, opened, walk_of
from icpm_engine.working import Case, News, Run

NOTHING: Final = Folding([], [], [], {}, 0, FOREVER)
"""What no entries come to."""
MARKED_EVERY: Final = 100
"""After so many events it is noted how a kept case stood, so that what comes late is not folded from the beginning."""
MOST_MARKS: Final = 8
"""Of more of them, every second one goes."""


def fold(rules: CompiledRules, entries: Iterable[Entry], until: int = 0, *, no_further: bool = False) -> Folding:
    """Fold a subject's journal entries, in any order, corrections and retractions among them. Raises PackError.

    Time edges are carried forward to the pack's horizon after the last event, and at least up to the instant `until`;
    where none is left then, the horizon is FOREVER. With `no_further` they are carried forward to `until` alone.
    """
    events = arrange(entries, rules.zone, rules.rank)
    if not events:
        return NOTHING
    case = begun(rules, events)
    horizon = until if no_further else max(horizon_after(rules, events[-1].day), until)
    return _carried(Walked(rules, case, len(events), events, []), case, horizon)


def fold_on(
    rules: CompiledRules,
    entries: Sequence[Entry],
    until: int,
    walked: Walked | None,
    added: Sequence[Entry],
    *,
    no_further: bool = False,
) -> tuple[Folding, Walked | None]:
    """The same; where it can, it goes on from a case as it stood before the entries that were `added`.

    It can, and walks through these alone, if they all come after what was there and change nothing of it; else it goes
    on from the last mark before what has changed. Gives how the case stands now, too. `walked` is used up: whoever
    calls has it alone, and keeps what comes back instead. With `no_further` time edges are carried forward to `until`
    alone.
    """
    if walked is None or not walked.goes_on(rules, entries, added):
        walked = _walked(rules, entries, walked, added)
    elif added:
        walked = walked.further(arrange(added, rules.zone, rules.rank))
    if walked is None:
        return NOTHING, None
    horizon = until if no_further else max(horizon_after(rules, walked.last.day), until)
    return _carried(walked, walked.case.copy(), horizon), walked


def open_at(rules: CompiledRules, entries: Iterable[Entry], at: int) -> list[ObligationRow]:
    """The obligations that are open at an instant, each as it stands then: of what `fold` gives, that alone.

    What other rules would change is counted by it, for which nothing else need be made: no edge later than the instant
    is gone to, and no row but these is put into words.
    """
    events = arrange(entries, rules.zone, rules.rank)
    if not events:
        return []
    case = begun(rules, events)
    walk_of(rules, case).edges(at)
    return open_rows(rules, case, at)


class Mark(NamedTuple):
    """How a case stood after so many of its events; nobody walks on in it, only in a copy."""

    place: int
    case: Case


@attrs.frozen(eq=False)
class Walked:
    """A case as it stands after its last event, with no time edge carried forward yet."""

    rules: CompiledRules
    case: Case
    number: int
    """How many entries it was made from."""
    events: list[Entry]
    """These in their order, without what was corrected or retracted."""
    marks: list[Mark]

    @property
    def first(self) -> int:
        """The instant of the first event."""
        return self.events[0].t

    @property
    def last(self) -> Entry:
        """The last event."""
        return self.events[-1]

    def goes_on(self, rules: CompiledRules, entries: Sequence[Entry], added: Sequence[Entry]) -> bool:
        """Whether entries are those that it was made from, and then the added ones."""
        if not self.is_of(rules, entries, added):
            return False
        return all(e.corrects is None and e.retracts is None and self._is_before(e) for e in added)

    def is_of(self, rules: CompiledRules, entries: Sequence[Entry], added: Sequence[Entry]) -> bool:
        """Whether it was made by these rules, from all of the entries but the added ones."""
        return rules is self.rules and len(entries) == self.number + len(added)

    def _is_before(self, entry: Entry) -> bool:
        """Whether an entry that is recorded now comes after all others (semantics 1)."""
        last = self.last
        if entry.day != last.day:
            return entry.day > last.day
        rank, of_last = (self.rules.rank.get(kind, 1) for kind in (entry.kind, last.kind))
        if rank != of_last:
            return rank > of_last
        return entry.minute < 0 or self.rules.zone.instant(entry.day, entry.minute) >= last.t

    def further(self, events: Sequence[Entry]) -> Walked:
        """The same after further events, in their order; it goes on in its own case, and is used up by it."""
        since = self.last.t
        for entry in events:
            entry.t = since = max(entry.t, since)
        begin = len(self.events)
        self.events.extend(events)
        _walk_on(self.rules, self.case, self.events, begin, self.marks)
        return Walked(self.rules, self.case, self.number + len(events), self.events, self.marks)

    def unchanged(self, rules: CompiledRules, events: Sequence[Entry]) -> list[Mark]:
        """The marks up to which the events are still the same."""
        if rules is not self.rules:
            return []
        return [mark for mark in self.marks if events[: mark.place] == self.events[: mark.place]]


def _walked(
    rules: CompiledRules, entries: Sequence[Entry], before: Walked | None, added: Sequence[Entry]
) -> Walked | None:
    """A case walked through anew, from the last mark on up to which nothing has changed."""
    events = None
    if before is not None and before.is_of(rules, entries, added):
        events = arranged_with(before.events, added, rules.zone, rules.rank)
    if events is None:
        events = arrange(entries, rules.zone, rules.rank)
    if not events:
        return None
    marks = [] if before is None else before.unchanged(rules, events)
    place, case = (marks[-1].place, marks[-1].case.copy()) if marks else (0, opened(rules, events[0]))
    _walk_on(rules, case, events, place, marks)
    return Walked(rules, case, len(entries), events, marks)


def _walk_on(rules: CompiledRules, case: Case, events: Sequence[Entry], begin: int, marks: list[Mark]) -> None:
    """Walk through the events from a place on, and mark how the case stood on the way."""
    walk = walk_of(rules, case)
    while begin < len(events):
        if begin % MARKED_EVERY == 0 and begin > (marks[-1].place if marks else 0):
            marks.append(Mark(begin, case.copy()))
            if len(marks) > MOST_MARKS:
                del marks[1::2]
        end = min(begin - begin % MARKED_EVERY + MARKED_EVERY, len(events))
        walk.through(events[begin:end])
        begin = end


def _carried(walked: Walked, case: Case, horizon: int) -> Folding:
    """What a case comes to when its time edges have been carried forward to the horizon."""
    rules, last = walked.rules, walked.last
    walk_of(rules, case).edges(horizon)
    return Folding(
        obligation_rows(rules, case),
        _state_rows(rules, case, walked.first),
        [FindingRow(*finding) for finding in case.findings if finding[1] not in rules.borrowed],
        _facts(case),
        last.t,
        horizon if _waits(case) else FOREVER,
    )


def _waits(case: Case) -> bool:
    """Whether time alone will change something: what an ended or a put-off run once asked for is nothing."""
    running = any(case.open.values())
    return any(
        running
        if isinstance(what, News)
        else not isinstance(what, Run) or (what.next_edge == instant and not what.ended)
        for instant, _, what in case.heap
    )


def horizon_after(rules: CompiledRules, day: int) -> int:
    """The instant up to which edges are carried forward from a day: the pack's months later."""
    return rules.zone.midnight[add_months(day, rules.pack.horizon_months) + 1] - 1


def _state_rows(rules: CompiledRules, case: Case, first: int) -> list[StateRow]:
    """Each lifecycle as periods: from the first event on, and of an instance from its first move on."""
    rows: list[StateRow] = []
    logs: dict[tuple[str, str | None], list[tuple[int, str, int]]] = {}
    for name, instance, state, instant, at in case.state_log:
        logs.setdefault((name, instance), []).append((instant, state, at.entry))
    for compiled in rules.lifecycles:
        lifecycle = compiled.lifecycle
        if lifecycle.name in rules.borrowed:
            continue
        instances = [None] if lifecycle.per is None else list(case.states.get(lifecycle.name, ()))
        for instance in instances:
            initial = [(first, lifecycle.initial, 0)] if instance is None else []
            log = [*initial, *logs.get((lifecycle.name, instance), ())]
            for (at, state, entry), (end, *_) in pairwise((*log, (FOREVER, "", 0))):
                if at < end:
                    holder = lifecycle.states[state].holder
                    rows.append(StateRow(lifecycle.name, instance or "", state, at, end, holder, entry))
    return rows


def _facts(case: Case) -> dict[str, list[tuple[int, object, int]]]:
    facts: dict[str, list[tuple[int, object, int]]] = {}
    for name, instance, at, value, (_, entry, _) in case.fact_log:
        facts.setdefault(name if instance is None else f"{name}[{instance}]", []).append((at, value, entry))
    return facts
