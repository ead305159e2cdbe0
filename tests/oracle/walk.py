"""The walk through one case's time: every midnight, every event, every hour that a rule could turn on.

At each stop everything is asked again, from the YAML and the events so far; nothing is remembered but the case itself.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import cache

from tests.oracle import conditions, moments
from tests.oracle.case import Ask, Case, Told
from tests.oracle.causes import cause_of
from tests.oracle.closing import close_runs, redate_runs
from tests.oracle.crossing import come_in
from tests.oracle.dates import DAY, PART, SECOND, CalendarEndsError, Moment, Span, read_span, shift, timed, whole_day
from tests.oracle.effects import Key, Moves, applies, facts_told, judged_bars, misplaced, moves, owed, taken, typed
from tests.oracle.opening import open_runs
from tests.oracle.pack import Event, Pack, UnsupportedError, Yaml, as_list
from tests.oracle.windows import Window

PATIENCE = 500  # turns of one step before a pack is said never to settle


class Walk:
    """One case under one reading of the choices. `past` is the case as it stood after each step."""

    def __init__(self, pack: Pack, reading: Mapping[str, str], events: tuple[Event, ...], last: date) -> None:
        first = min([event.moment.day for event in events], default=last)
        self.pack, self.reading, self.events = pack.known_on(first), reading, events
        # what may turn at any step: the lines of facts and lifecycles that name no event
        self.telling = [
            (name, number, rule, line)
            for name, rule in pack.facts.items()
            for number, line in enumerate(as_list(rule.get("told", [])))
            if not isinstance(line, str) and "on" not in line
        ]
        self.moving = [
            (name, number, rule, line)
            for name, rule in pack.lifecycles.items()
            for number, line in enumerate(rule.get("transitions", []))
            if "on" not in line
        ]
        start = whole_day(pack.zone, first)
        self.case = Case(now=start, instant=start.first)
        self.at_event: dict[int, Case] = {}
        # last known answer of each condition that a line waits to see turn
        self.known: dict[tuple[object, ...], object] = {}
        self.series = 0
        self.news = first  # the day up to which versions have come in
        self.past: list[Case] = []
        self.turn(baseline=True)
        open_runs(self, None, first=False, baseline=True)
        self.past.append(self.case.copy())
        self.walk(first, last)

    # --- stops ---

    def walk(self, first: date, last: date) -> None:
        """From the first event's day to the end of the last day asked for."""
        zone = self.pack.zone
        instant, end = zone.midnight(first), zone.end(last)
        fixed = {stop for stop in self.hours() if stop <= end}
        waiting = [event for event in self.events if event.step <= end]
        fixed |= {event.step for event in waiting}
        while instant <= end:
            self.edge(instant)  # semantics 7: at one instant edges come first, then events
            while waiting and waiting[0].step == instant:
                self.step(waiting.pop(0))
            ahead = {zone.midnight(zone.day_of(instant) + DAY), *fixed, *self.due_edges(), *self.openings(instant)}
            instant = min(stop for stop in ahead if stop > instant)

    def openings(self, instant: datetime) -> Iterator[datetime]:
        """Semantics 6: the hours at which a day's opening hours begin and end."""
        day = self.pack.zone.day_of(instant)
        for calendar in self.pack.calendars.values():
            if isinstance(calendar, Window) and calendar.hours is not None:
                yield from (self.pack.zone.instant(day, minute % (24 * 60)) for minute in calendar.hours)

    def due_edges(self) -> Iterator[datetime]:
        """Semantics 7: overdue begins after the due moment."""
        for run in self.case.runs:
            if run.live:
                yield from (due.possible + SECOND for due in run.dues if due.possible is not None)

    def hours(self) -> Iterator[datetime]:
        """Semantics 6: every hour known from the events, and every span of hours in the pack before and after it."""
        spans = list(dict.fromkeys(timed_spans([self.pack.data, self.pack.settles])))
        for event in self.events:
            for moment in (event.moment, event.recorded, *event.values.values()):
                if isinstance(moment, Moment):
                    yield from around(moment, spans, self.pack)

    def case_at(self, instant: datetime) -> Case:
        """The case as the last stop up to an instant left it."""
        return self.past[max(bisect_right([case.instant for case in self.past], instant) - 1, 0)]

    # --- one step ---

    def ask(self, event: Event | None = None, case: Case | None = None) -> Ask:
        """A question about the case as it stands now, or as it stood at the end of some step."""
        pack = self.pack if case is None or case.instant == self.case.instant else self.known_then(case)
        return Ask(pack, self.reading, case or self.case, self.past, self.at_event, event)

    def known_then(self, case: Case) -> Pack:
        """The pack with what was known when a case stood so."""
        return self.pack.known_on(self.pack.zone.day_of(case.instant))

    def edge(self, instant: datetime) -> None:
        """A stop without an event: only time has passed."""
        self.case.now = timed(self.pack.zone, instant)
        self.case.instant = instant
        self.pass_on()
        self.settle(None)
        day = self.pack.zone.day_of(instant)
        if day > self.news:  # after everything else that its midnight brings, a version comes in, a closure is known
            self.news = day
            before, self.pack = self.pack.calendars, self.pack.known_on(day)
            self.pass_on()
            if come_in(self) or before != self.pack.calendars:
                self.settle(None)

    def pass_on(self) -> None:
        """The next place between two events."""
        after = self.case.place % 1  # 1/2, 2/3, 3/4 ... of the way from one event to the next
        self.case.place = len(self.case.history) - 1 + 1 / (2 - after)

    def step(self, event: Event) -> None:
        """One event."""
        case = self.case
        case.now, case.instant, case.place = event.moment, event.step, event.index
        before = case.copy()
        ask = self.ask(event, before)
        case.breaches += tuple(judged_bars(ask, event))  # semantics 11: bars and transitions look just before
        told, moved = facts_told(ask, event), moves(ask, event)
        case.out_of_place += tuple((name, event.root) for name in misplaced(ask, event))
        self.apply(told, moved)  # semantics 12: all together, from the state before the event
        case.history += (event,)
        self.settle(event)

    def apply(self, told: dict[Key, Told], moved: Moves) -> bool:
        """Tell the facts and enter the states."""
        changed = any(self.case.facts.get(key) != one for key, one in told.items())
        self.case.facts.update(told)
        for (name, instance), (state, moment) in moved.items():
            if self.case.states.get((name, instance), self.pack.lifecycles[name]["initial"]) != state:
                self.case.entered[(name, instance, state)] = moment
                changed = True
            self.case.states[(name, instance)] = state
        return changed

    def settle(self, event: Event | None) -> None:
        """Semantics 13: until nothing changes, bounded: conditions turn, runs close, are re-dated, open."""
        for turn in range(PATIENCE):
            changed = False
            for _ in range(PATIENCE):
                if not self.turn():
                    break
                changed = True
            if event is not None and turn == 0:
                self.at_event[event.index] = self.case.copy()
            changed |= close_runs(self, event)
            changed |= redate_runs(self)
            changed |= open_runs(self, event, first=turn == 0)
            if not changed:
                break
        else:
            raise UnsupportedError("the pack does not settle: a series stands still, or conditions chase each other")
        for run in self.case.runs:
            if run.live:
                run.owed_before = owed(self.ask().about(run))[0]
        self.past.append(self.case.copy())

    # --- conditions that turn ---

    def turned(self, key: tuple[object, ...], line: Mapping[str, Yaml], ask: Ask) -> Moment | None:
        """When the line's condition turned, or its moment was reached, just now; None if it did not."""
        key = (*key, ask.instance)
        if "at" in line:
            found = moments.reached(line["at"], ask)
            if found is None or self.known.get(key) == found.first:
                return None
            self.known[key] = found.first
            return replace(found, event=None)
        rising = "becomes" in line
        now = conditions.holds(line["becomes" if rising else "ceases"], ask)[0]
        last = self.known.get(key)
        if now is not None:
            self.known[key] = now
        fired = now is True and last is not True if rising else now is False and last is True
        if not fired:
            return None
        moment = self.case.now
        if moment.root is None:  # semantics 50: a time edge goes back to the event it is computed from
            moment = replace(moment, root=cause_of(line["becomes" if rising else "ceases"], ask))
        return moment

    def instances(self, rule: Mapping[str, Yaml]) -> list[tuple[str, str] | None]:
        """Every instance of a rule that is known by now."""
        per = rule.get("per")
        return [None if per is None else (per, str(one)) for one in self.ask().of(rule).instances(per)]

    def turn(self, *, baseline: bool = False) -> bool:
        """Facts told and lifecycles moved by conditions that turned, all together."""
        told: dict[Key, Told] = {}
        moved: Moves = {}
        for telling in self.telling:
            self.tell_by_turning(*telling, told)
        for moving in self.moving:
            self.move_by_turning(*moving, moved)
        return False if baseline else self.apply(told, moved)

    def tell_by_turning(self, name: str, number: int, rule: Yaml, line: Yaml, told: dict[Key, Told]) -> None:
        """One line of one fact."""
        for instance in self.instances(rule):
            ask = replace(self.ask().of(rule), instance=instance)
            moment = self.turned(("fact", name, number), line, ask)
            if moment is not None and applies(line, ask) is True:
                value = moment if line["take"] == "event" else taken(line["take"], None, ask)
                if value is not None:
                    value = typed(rule["type"], value, moment.root, self.pack)
                    told[(name, instance[1] if instance else None)] = Told(value, moment.root)

    def move_by_turning(self, name: str, number: int, rule: Yaml, line: Yaml, moved: Moves) -> None:
        """One transition of one lifecycle. `at` moves it whenever the moment is over while it is in that state."""
        for instance in self.instances(rule):
            ask = replace(self.ask().of(rule), instance=instance)
            key = (name, instance[1] if instance else None)
            state = self.case.states.get(key, rule["initial"])
            come = moments.reached(line["at"], ask) if "at" in line else self.turned(("move", name, number), line, ask)
            if come and key not in moved and state in as_list(line["from"]) and applies(line, ask) is True:
                moved[key] = (line["to"], come)


def timed_spans(data: Yaml) -> Iterator[Span]:
    """Every span of hours or minutes that a pack writes down."""
    if isinstance(data, Mapping):
        data = [*data.keys(), *data.values()]
    if isinstance(data, list):
        for one in data:
            yield from timed_spans(one)
    elif isinstance(data, str):
        yield from timed_in(data)


@cache
def timed_in(text: str) -> tuple[Span, ...]:
    """Every span of hours or minutes in a text."""
    spans = (read_span(match[0].strip()) for match in PART.finditer(text))
    return tuple(span for span in spans if span is not None and span.timed)


def around(moment: Moment, spans: list[Span], pack: Pack) -> Iterator[datetime]:
    """An instant, the second after it, and the same a span of hours before and after."""
    ends = [moment]
    for span in spans:
        for sign in (1, -1):
            with suppress(CalendarEndsError):  # where the calendar ends no rule can turn
                ends.append(shift(moment, span, sign, pack.calendars, pack.zone))
    for end in ends:
        yield from (end.first, end.first + SECOND, end.last, end.last + SECOND)
