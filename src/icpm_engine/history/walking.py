"""The walk of a case through its events and its time edges: what each event moves, opens, meets and ends.

Bars and moves see the case just before an event, duties just after; what has changed is settled until nothing changes.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from typing import Final

from icpm_engine.conditions import probe_of
from icpm_engine.duties.runs import CompiledDuty, Ended
from icpm_engine.errors import PackError
from icpm_engine.history.compiled import CompiledRules, Plan, Watch
from icpm_engine.history.results import Entry
from icpm_engine.lifecycles import Move
from icpm_engine.working import At, Case, Memory, News, Run

MOST_ROUNDS: Final = 200
"""Rounds of 'until nothing changes' at one instant; a pack that needs more goes round in circles."""
LAST: Final = 2**62
"""The order of what comes after everything else at one instant."""


def walk(rules: CompiledRules, events: Sequence[Entry], until: int) -> Case:
    """The case after arranged events, one at least, and the time edges up to an instant. Raises PackError."""
    case = begun(rules, events)
    walk_of(rules, case).edges(until)
    return case


def begun(rules: CompiledRules, events: Sequence[Entry]) -> Case:
    """The case after arranged events, one at least. Raises PackError."""
    case = opened(rules, events[0])
    walk_of(rules, case).through(events)
    return case


def opened(rules: CompiledRules, first: Entry) -> Case:
    """A case just before its first event."""
    case = Case(rules.zone)
    walk_of(rules, case).begin(first)
    return case


class Walk:
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
        case, plans = self.case, self.rules.heard
        memory = case.memory if self.rules.remembered.marks else None
        for entry in events:
            if case.heap and case.heap[0][0] <= entry.t:
                self.edges(entry.t)
            plan = plans.get(entry.kind)
            if plan is not None:
                if memory is not None:
                    memory.mark(case, entry)
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
        case, starters = self.case, self.starters
        for _ in range(MOST_ROUNDS):
            if self.movers:
                self.move()
            changed = dict.fromkeys(case.dirty)
            case.dirty.clear()
            for duty, only in self._turning(changed).items():
                duty.turn_all(case, only)
            if starters:
                for watch in dict.fromkeys([watch for key, _ in changed for watch in starters.get(key, ())]):
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


class _Remembering(Walk):
    """The same for a pack whose rules ask how things stood beyond what the logs tell: it keeps that as it goes."""

    def begin(self, first: Entry) -> None:
        self.case.memory = Memory()
        super().begin(first)

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


def walk_of(rules: CompiledRules, case: Case) -> Walk:
    """The walk that these rules need: one that remembers only where they ask for the past."""
    kept = rules.remembered
    return _Remembering(rules, case) if kept.held or kept.marks else Walk(rules, case)
