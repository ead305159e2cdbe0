"""The fold: a subject's events under compiled rules come to states, obligations, facts and findings.

A pure function. Time edges (birthdays, limits that end a run, moments that start one) are stops like events, and are
carried forward to the pack's horizon after the last event.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import attrs

from icpm_engine.calendars import add_months
from icpm_engine.conditions import probe_of
from icpm_engine.duties.runs import CompiledDuty, Ended
from icpm_engine.errors import PackError
from icpm_engine.history.compiled import CompiledRules, Plan, Watch
from icpm_engine.history.order import arrange
from icpm_engine.history.readings import obligation_rows
from icpm_engine.history.results import FOREVER, Entry, FindingRow, Folding, StateRow
from icpm_engine.lifecycles import Move
from icpm_engine.working import At, Case, Memory, News, Run

NOTHING: Final = Folding([], [], [], {}, 0, FOREVER)
"""What no entries come to."""
MOST_ROUNDS: Final = 200
"""Rounds of 'until nothing changes' at one instant; a pack that needs more goes round in circles."""
MARKED_EVERY: Final = 100
"""After so many events it is noted how a kept case stood, so that what comes late is not folded from the beginning."""
MOST_MARKS: Final = 8
"""Of more of them, every second one goes."""
LAST: Final = 2**62
"""The order of what comes after everything else at one instant."""


def fold(rules: CompiledRules, entries: Iterable[Entry], until: int = 0, *, no_further: bool = False) -> Folding:
    """Fold a subject's journal entries, in any order, corrections and retractions among them. Raises PackError.

    Time edges are carried forward to the pack's horizon after the last event, and at least up to the instant `until`;
    where none is left then, the horizon is FOREVER. With `no_further` they are carried forward to `until` alone.
    """
    events = arrange(entries, rules.zone, rules.rank)
    if not events:
        return NOTHING
    case = _begun(rules, events)
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
        walked = _walked(rules, entries, walked)
    elif added:
        walked = walked.further(arrange(added, rules.zone, rules.rank))
    if walked is None:
        return NOTHING, None
    horizon = until if no_further else max(horizon_after(rules, walked.last.day), until)
    return _carried(walked, walked.case.copy(), horizon), walked


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
        if rules is not self.rules or len(entries) != self.number + len(added):
            return False
        return all(e.corrects is None and e.retracts is None and self._is_before(e) for e in added)

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


def _walked(rules: CompiledRules, entries: Sequence[Entry], before: Walked | None) -> Walked | None:
    """A case walked through anew, from the last mark on up to which nothing has changed."""
    events = arrange(entries, rules.zone, rules.rank)
    if not events:
        return None
    marks = [] if before is None else before.unchanged(rules, events)
    place, case = (marks[-1].place, marks[-1].case.copy()) if marks else (0, _opened(rules, events[0]))
    _walk_on(rules, case, events, place, marks)
    return Walked(rules, case, len(entries), events, marks)


def _walk_on(rules: CompiledRules, case: Case, events: Sequence[Entry], begin: int, marks: list[Mark]) -> None:
    """Walk through the events from a place on, and mark how the case stood on the way."""
    walk = _walk_of(rules, case)
    while begin < len(events):
        end = min(begin - begin % MARKED_EVERY + MARKED_EVERY, len(events))
        walk.through(events[begin:end])
        begin = end
        if begin % MARKED_EVERY == 0:
            marks.append(Mark(begin, case.copy()))
            if len(marks) > MOST_MARKS:
                del marks[1::2]


def _carried(walked: Walked, case: Case, horizon: int) -> Folding:
    """What a case comes to when its time edges have been carried forward to the horizon."""
    rules, last = walked.rules, walked.last
    _walk_of(rules, case).edges(horizon)
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


def walk(rules: CompiledRules, events: Sequence[Entry], until: int) -> Case:
    """The case after arranged events, one at least, and the time edges up to an instant. Raises PackError."""
    case = _begun(rules, events)
    _walk_of(rules, case).edges(until)
    return case


def _begun(rules: CompiledRules, events: Sequence[Entry]) -> Case:
    case = _opened(rules, events[0])
    _walk_of(rules, case).through(events)
    return case


def _opened(rules: CompiledRules, first: Entry) -> Case:
    """A case just before its first event."""
    case = Case(rules.zone)
    _walk_of(rules, case).begin(first)
    return case


class _Walk:
    """One walk of a case through its events."""

    def __init__(self, rules: CompiledRules, case: Case) -> None:
        self.rules = rules
        self.case = case
        self.dependents = rules.dependents
        self.movers = rules.movers
        self.starters = rules.starters

    def begin(self, first: Entry) -> None:
        """How watched conditions stand before the first event."""
        case = self.case
        case.first, case.now, case.day = first.t, first.t - 1, first.day
        if self.rules.news:
            self._await_news(case)
        self.greet(None, None)
        self.case.dirty.clear()

    def _await_news(self, case: Case) -> None:
        """What comes in after the first event does so on its day, after everything else that its midnight brings."""
        case.news_day = case.zone.day_of(case.now)
        for place, news in enumerate(self.rules.news):
            if news.instant > case.now:
                heapq.heappush(case.heap, (news.instant, LAST + place, news))

    def through(self, events: Iterable[Entry]) -> None:
        """Events in their order, and the time edges up to each."""
        case, plans = self.case, self.rules.plans
        for entry in events:
            if case.heap and case.heap[0][0] <= entry.t:
                self.edges(entry.t)
            plan = plans.get(entry.kind)
            if plan is not None:
                self.event(entry, plan)

    def greet(self, per: str | None, instance: str | None) -> None:
        """How watched conditions stand when they are asked for the first time."""
        for watch in self.rules.watches:
            if watch.per == per:
                probe = probe_of(self.case, instance) if per is not None else None
                self.case.watched[watch.number, instance] = self._now(watch, probe)
                self._edge_of(watch, instance, probe)

    def event(self, entry: Entry, plan: Plan) -> None:
        """One event: bars and moves see the case before it, duties after it."""
        case = self.case
        case.now, case.day, case.cause = entry.t, entry.day, entry
        if plan.fields:
            self._meet_instances(entry, plan)
        for bar in plan.bars:
            bar.judge(case, entry)
        moves: list[Move] = []
        for lifecycle in plan.moves:
            lifecycle.moves(case, entry, probe_of, moves)
        told = [one for teller in plan.judged for one in teller.judge(case, entry)] if plan.judged else ()
        if plan.keep:
            case.log.setdefault(entry.kind, []).append(entry)
        for teller in plan.told:
            teller.tell(case, entry)
        for teller, instance, value in told:
            teller.apply(case, entry, instance, value)
        for lifecycle, instance, target in moves:
            lifecycle.apply(case, instance, target, entry.at)
        for mark, field in plan.marks:
            case.dirty.append((mark, None if field is None else entry.values.get(field)))
        if self.movers and case.dirty:
            self.move()
        for close in plan.closers:
            close(case, entry)
        if plan.together:
            self._close_together(entry, plan)
        if case.dirty:
            self.settle()
        for opens in plan.openers:
            opens(case, entry)
        if case.dirty:
            self.settle()

    def _close_together(self, entry: Entry, plan: Plan) -> None:
        """All runs look at the same case, so that the order of rules makes no difference; then those that end do."""
        ends: list[Ended] = []
        for duty in plan.together:
            duty.close_on(self.case, entry, ends)
        for run, outcome, at, evidence, marks in ends:
            run.duty.finish(self.case, run, outcome, at, evidence, marks)

    def _meet_instances(self, entry: Entry, plan: Plan) -> None:
        case = self.case
        entry.nameless = ()
        for field, key, rules in plan.fields:
            value = entry.values.get(field)
            if value is None:
                entry.nameless += (field,)
                lacking = (f"{entry.kind}.{field}",)
                case.findings += [("undetermined", rule, entry.entry, case.now, lacking) for rule in rules]
                continue
            known = case.instances.setdefault(field, {})
            if value not in known:
                known[value] = entry.root
                if key is not None:
                    case.dirty.append((key, None))
                    case.met.append((field, value, case.now))
                self.greet(field, value)

    def edges(self, until: int) -> None:
        """Every time edge up to and with an instant, the earliest first."""
        case = self.case
        heap, zone = case.heap, case.zone
        case.cause = None
        while heap and heap[0][0] <= until:
            instant, _, what = heapq.heappop(heap)
            if instant > case.now:
                case.now, case.day = instant, zone.day_of(instant)
            if isinstance(what, Run):
                what.duty.at_edge(case, what, instant)
            elif isinstance(what, News):
                self._come_in(what)
            else:
                self._watch_one(*what)
            if case.dirty:
                self.settle()

    def _come_in(self, news: News) -> None:
        """Closures become known, and versions take over what is open."""
        case = self.case
        case.news_day = news.day
        case.dirty += ((mark, None) for mark in news.marks)
        for duty in news.duties:
            duty.come_in(case, news.day)

    def settle(self) -> None:
        """Ask whatever reads what has changed, until nothing changes: states, then open runs, then starts (13)."""
        case = self.case
        for _ in range(MOST_ROUNDS):
            self.move()
            changed = dict.fromkeys(case.dirty)
            case.dirty.clear()
            for duty, only in self._turning(changed).items():
                duty.turn_all(case, only)
            for watch in dict.fromkeys([watch for key, _ in changed for watch in self.starters.get(key, ())]):
                self.watch(watch)
            if not case.dirty:
                return
        raise PackError(
            f"these rules turn one another without end: {_named(changed)}; look at what each asks of the other"
        )

    def _turning(self, changed: Iterable[tuple[str, str | None]]) -> dict[CompiledDuty, set[str] | None]:
        """The duties that read what has changed, and of which instances the runs are asked again; None: of all."""
        runs = self.case.open
        turning: dict[CompiledDuty, set[str] | None] = {}
        for key, instance in changed:
            for duty, own in self.dependents.get(key, ()):
                if duty.key not in runs:
                    continue
                if not own or instance is None:
                    turning[duty] = None
                elif (only := turning.setdefault(duty, set())) is not None:
                    only.add(instance)
        return turning

    def move(self) -> None:
        """Lifecycles that a condition moves, until none moves any more; what has changed stays marked."""
        movers, case = self.movers, self.case
        if not movers:
            return
        asked = 0
        for _ in range(MOST_ROUNDS):
            changed = dict.fromkeys(case.dirty[asked:])
            asked = len(case.dirty)
            for watch in dict.fromkeys([watch for key, _ in changed for watch in movers.get(key, ())]):
                self.watch(watch)
            if len(case.dirty) == asked:
                return
        raise PackError(
            f"these lifecycles move one another without end: {_named(changed)}; look at becomes, ceases, at"
        )

    def watch(self, watch: Watch) -> None:
        """Ask a watched condition, for each instance where it has several, and act where it has turned."""
        for instance in (None,) if watch.per is None else tuple(self.case.instances.get(watch.per, ())):
            self._watch_one(watch, instance)

    def _watch_one(self, watch: Watch, instance: str | None) -> None:
        """What is unknown for a while has not turned: the last known answer stands."""
        case = self.case
        probe = probe_of(case, instance) if watch.per is not None else None
        key = (watch.number, instance)
        before, now = case.watched.get(key), self._now(watch, probe)
        if now is not None:
            case.watched[key] = now
        self._edge_of(watch, instance, probe)
        if watch.cond.moment is not None:
            turned = now is not None and now is not False and now != before  # a moment told again is reached again
        else:
            turned = now is True and before is not True if watch.to else now is False and before is True
        if turned and (watch.gate is None or watch.gate(case)):
            watch.action(case, instance)

    def _now(self, watch: Watch, probe: Run | None) -> object:
        """How a watched condition stands; of a moment that has been reached, which one it is."""
        held = watch.cond.test(self.case, probe, None)
        if held is not True or watch.cond.moment is None:
            return held
        at = watch.cond.moment(self.case, probe, None)
        return (at.lo, at.hi) if isinstance(at, At) else held

    def _edge_of(self, watch: Watch, instance: str | None, probe: Run | None) -> None:
        if watch.cond.edge is None:
            return
        case = self.case
        edge = watch.cond.edge(case, probe, None)
        if edge is not None and case.watched.get((watch.number, instance, "edge")) != edge:
            case.watched[watch.number, instance, "edge"] = edge
            case.at(edge, (watch, instance))


def _named(changed: Iterable[tuple[str, str | None]]) -> str:
    """The rules that have turned, in words."""
    kinds = {"state": "lifecycle"}
    parts = sorted({key.partition(".")[::2] for key, _ in changed if key.partition(".")[0] in {"state", "duty"}})
    return ", ".join(f"the {kinds.get(what, what)} {name}" for what, name in parts)


class _Remembering(_Walk):
    """The same for a pack whose rules ask how things stood beyond what the logs tell: it keeps that as it goes."""

    def begin(self, first: Entry) -> None:
        self.case.memory = Memory()
        super().begin(first)

    def event(self, entry: Entry, plan: Plan) -> None:
        case = self.case
        if case.memory is not None and self.rules.remembered.marks:
            case.memory.places[entry.root] = len(case.memory.marks)
            case.memory.marks.append((len(case.fact_log), len(case.state_log)))
        super().event(entry, plan)

    def _watch_one(self, watch: Watch, instance: str | None) -> None:
        case = self.case
        if watch.held is None or case.memory is None:
            super()._watch_one(watch, instance)
            return
        probe = probe_of(case, instance) if watch.per is not None else None
        truth = watch.cond.test(case, probe, None)
        truths = case.memory.held.setdefault((watch.held, instance), [(case.now, False, None)])
        if truths[-1][1] is not truth:
            truths.append((case.now, truth, None if case.cause is None else case.cause.at))
            case.dirty += ((key, None) for key in watch.cond.reads)  # so that who asks for the past is asked again
        self._edge_of(watch, instance, probe)


def _walk_of(rules: CompiledRules, case: Case) -> _Walk:
    kept = rules.remembered
    return _Remembering(rules, case) if kept.held or kept.marks else _Walk(rules, case)


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
