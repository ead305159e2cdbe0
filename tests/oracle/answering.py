"""Answers: one walk for each reading of the choices that a rule touches, then what they agree on (semantics 26)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import product, zip_longest
from math import prod
from typing import Any

from tests.oracle import answers as shown
from tests.oracle import conditions, dues, moments, pausing
from tests.oracle.case import Ask, Case, Due, Names, Run
from tests.oracle.dates import Zone, timed, whole_day
from tests.oracle.effects import owed
from tests.oracle.pack import ABSENT, Pack, UnsupportedError, Value, Yaml, as_list, ordered_events
from tests.oracle.walk import Walk

MOST_READINGS = 16

Reading = tuple[tuple[str, str], ...]
When = date | datetime  # a datetime is a local time
Key = tuple[str, str, str, int, int]
View = Callable[[Walk, Case, str, Yaml], object]


def answer(pack: Mapping[str, Any], events: list[dict[str, Any]], on: When, settles: Mapping[str, Any]) -> shown.Answer:
    """What holds at the end of a day, or at a local time, which it includes (semantics 9).

    `settles` maps a choice to its value, or to {is, from}, or to a list of those.
    """
    return answers(pack, events, [on], settles)[on]


def answers(
    pack: Mapping[str, Any], events: Iterable[Mapping[str, Any]], days: Iterable[When], settles: Mapping[str, Any]
) -> dict[When, shown.Answer]:
    """The same for several days, with the walks shared: what comes later never changes an earlier day."""
    read = Pack(pack, settles)
    instants = {day: instant_of(day, read.zone) for day in days}
    last = read.zone.day_of(max(instants.values()))
    walks = Walks(read, ordered_events(read, events), last)
    return {day: walks.answer(day, instant) for day, instant in instants.items()}


def instant_of(when: When, zone: Zone) -> datetime:
    """The instant that is asked for: the last second of a day, or the very minute."""
    if isinstance(when, datetime):
        return zone.instant(when.date(), when.hour * 60 + when.minute)
    return zone.end(when)


class Walks:
    """The walks that have been made, one for each reading."""

    def __init__(self, pack: Pack, events: tuple[Any, ...], last: date) -> None:
        self.pack, self.events, self.last = pack, events, last
        self.made: dict[Reading, Walk] = {}
        self.read: dict[int, list[Reading]] = {}
        open_choices = {name: options(one) for name, one in pack.choices.items() if not always_settled(pack, name)}
        self.open_choices = {name: found for name, found in open_choices.items() if found}

    def under(self, reading: Reading) -> Walk:
        """The walk under one reading. What a rule does not touch cannot matter to it: walks are shared where all the
        choices of the pack together have few readings."""
        if prod(len(one) for one in self.open_choices.values()) <= MOST_READINGS:
            reading = tuple(sorted(({name: one[0] for name, one in self.open_choices.items()} | dict(reading)).items()))
        if reading not in self.made:
            self.made[reading] = Walk(self.pack, dict(reading), self.events, self.last)
        return self.made[reading]

    def readings(self, rule: Yaml) -> list[Reading]:
        """Every reading of the choices that a rule touches, itself or through what it names."""
        if id(rule) in self.read:
            return self.read[id(rule)]
        touched = sorted(name for name in touches(rule, self.pack) if name in self.open_choices)
        several = product(*(self.open_choices[name] for name in touched))
        found = [tuple(zip(touched, one, strict=True)) for one in several]
        if len(found) > MOST_READINGS:
            raise UnsupportedError(f"{len(found)} readings of {touched}")
        self.read[id(rule)] = found
        return found

    def answer(self, on: When, at: datetime) -> shown.Answer:
        """The answer for one instant."""
        pack = self.pack
        states = {name: self.joint(at, name, rule, states_of) for name, rule in pack.lifecycles.items()}
        facts = {name: self.joint(at, name, rule, facts_of) for name, rule in pack.facts.items()}
        decisions = {name: self.joint(at, name, rule, decisions_of) for name, rule in pack.decisions.items()}
        runs = [run for name, rule in pack.duties.items() for run in self.runs(at, name, rule)]
        breaches = [one for name, rule in pack.bars.items() for one in self.breaches(at, name, rule)]
        plain = self.under(()).case_at(at)
        known = {name: value for name, value in facts.items() if value is not None}
        return shown.Answer(on, states, known, decisions, tuple(runs), tuple(breaches), plain.out_of_place)

    def joint(self, at: datetime, name: str, rule: Yaml, view: View) -> object:
        """One value if all readings agree, else the set of them."""
        found: list[object] = []
        for reading in self.readings(rule):
            walk = self.under(reading)
            value = view(walk, walk.case_at(at), name, rule)
            if value not in found:
                found.append(value)
        return found[0] if len(found) == 1 else frozenset(str(one) for one in found)

    def runs(self, at: datetime, name: str, rule: Yaml) -> list[shown.Run]:
        """The runs of a duty, joined over its readings."""
        readings = self.readings(rule)
        worlds = [
            {row_key(run): one_run(run, walk, case, at) for run in case.runs if run.duty == name}
            for walk, case in ((walk, walk.case_at(at)) for walk in map(self.under, readings))
        ]
        return [joined(readings, rows) for rows in matched(worlds)]

    def breaches(self, at: datetime, name: str, rule: Yaml) -> list[shown.Breach]:
        """The breaches of a bar, joined over its readings."""
        readings = self.readings(rule)
        worlds = []
        for reading in readings:
            found = self.under(reading).case_at(at).breaches
            worlds.append({root: broken for bar, root, broken in found if bar == name})
        answer = []
        for root in dict.fromkeys(root for world in worlds for root in world):
            verdicts = [world[root][0] if root in world else False for world in worlds]
            if len(set(verdicts)) == 1 and verdicts[0] is True:
                answer.append(shown.Breach(name, root, "broken"))
                continue
            if set(verdicts) == {False}:  # an approval has lifted it
                answer.append(shown.Breach(name, root, "excused"))
                continue
            waits: Names = frozenset().union(*(world[root][1] for world in worlds if root in world))
            waits |= differing(readings, verdicts)
            answer.append(shown.Breach(name, root, "undetermined", tuple(sorted(waits))))
        return answer


def always_settled(pack: Pack, name: str) -> bool:
    """Whether a choice is settled for every day."""
    return pack.settled(name, date.min) is not None


def options(choice: Mapping[str, Any]) -> list[str]:
    """The readings of a choice; none for one whose answers cannot be listed (a span, a number, an unread one)."""
    if "options" in choice:
        return [str(one) for one in choice["options"]]
    return ["yes", "no"] if choice.get("type") == "yes_no" else []


def touches(rule: Yaml, pack: Pack, seen: frozenset[str] = frozenset()) -> set[str]:
    """Choices named in a rule, or in a decision, fact, lifecycle, duty or bar that it names, and so on."""
    found: set[str] = set()
    for word in words(rule):
        if word in pack.choices:
            found.add(word)
        for section in (pack.decisions, pack.facts, pack.lifecycles, pack.duties, pack.bars):
            if word in section and word not in seen:
                found |= touches(section[word], pack, seen | {word})
    return found


def words(data: Yaml) -> set[str]:
    """Every word of a rule, keys included, split at blanks and dots."""
    if isinstance(data, Mapping):
        parts = [words(one) for pair in data.items() if pair[0] not in ("label", "authority") for one in pair]
    elif isinstance(data, list):
        parts = [words(one) for one in data]
    else:
        return set(str(data).replace(".", " ").split())
    return set().union(*parts)


def row_key(run: Run) -> Key:
    """What identifies a run over the readings; a false start is told apart from a run."""
    return (run.duty, run.start_root or "", run.instance_root or "", run.number, int(run.ended_by == "start"))


def matched(worlds: list[dict[Key, shown.Run]]) -> Iterator[list[shown.Run | None]]:
    """Which rows of the readings belong together: those of one identity; of what is left over, of each instance the
    first with the first, since a choice may decide which event starts a clock."""
    for key in [key for key in worlds[0] if all(key in world for world in worlds)]:
        yield [world.pop(key) for world in worlds]
    for place in dict.fromkeys((key[2], key[4]) for world in worlds for key in world):
        left = [[row for key, row in world.items() if (key[2], key[4]) == place] for world in worlds]
        yield from map(list, zip_longest(*left))


# --- one run ----------------------------------------------------------------------------------------------------------


def one_run(run: Run, walk: Walk, case: Case, at: datetime) -> shown.Run:
    """One run as it stands in one reading."""
    ask = walk.ask(run.start_event, replace(case, instant=at)).about(run)
    state, waits = state_of(run, ask)
    force = dues.plain_values(run, "force", "must", ask)
    # overdue: a `must`, running or undetermined, owed for sure, whose latest possible due moment is over (27)
    sure = run.doubt[0] is False and run.start_doubt is None
    going = pausing.stands_still(run, ask)[0] is False  # a pause hides overdue (36)
    late = run.live and owed(ask)[0] is True and sure and going and force == ("must",)
    ends = [due.possible for due in run.dues]
    return shown.Run(
        duty=run.duty,
        start_root=run.start_root,
        instance_root=run.instance_root,
        instance=run.instance[1] if run.instance else None,
        run=run.number,
        state=state,
        due=tuple(dict.fromkeys(one for due in run.dues for one in due_shown(due, walk.pack.zone))),
        overdue=late and dues.passed(run, ask)[0] is True,
        marks=run.marks | ({"incomplete"} if run.missing and run.live else set()),
        missing=run.missing if run.live else (),
        waits_for=tuple(sorted(waits)),
        met_on=run.met.day if run.met else None,
        owner=dues.plain_values(run, "owner", None, ask),
        force=force,
        start=run.start.day,
        opened=run.opened,
        overdue_after=None if not ends or None in ends or not going else max(end for end in ends if end is not None),
        false_start=run.ended_by == "start",
        told=escalated(run, ask) if run.live and owed(ask)[0] is True and sure and going else (),
    )


def escalated(run: Run, ask: Ask) -> tuple[int, ...]:
    """Which escalations have surely come: under every due date that is possible, at the latest."""
    found = []
    for place, one in enumerate(as_list(run.text.get("escalates", []))):
        worlds = [replace(ask, run=replace(run, dues=(surely_due(due, ask),))) for due in run.dues]
        if worlds and all(moments.reached(one["at"], world) is not None for world in worlds):
            found.append(place)
    return tuple(found)


def surely_due(due: Due, ask: Ask) -> Due:
    """A due date of which only an upper bound is known, as that bound."""
    if due.moment is not None or due.possible is None:
        return due
    day = ask.zone.day_of(due.possible)
    by_day = ask.zone.end(day) == due.possible
    return replace(due, moment=whole_day(ask.zone, day) if by_day else timed(ask.zone, due.possible))


def state_of(run: Run, ask: Ask) -> tuple[str, Names]:
    """The one state of an obligation (39), and what it waits for if it is undetermined."""
    if not run.live:
        return run.state, run.waits_for if run.state == "undetermined" else frozenset()
    whether = owed(ask)
    if whether[0] is False:
        return "not_owed", frozenset()
    names: Names = run.due_names.union(*(due.names for due in run.dues), dues.picked(run, "force", "must", ask)[1])
    force_known = len(dues.plain_values(run, "force", "must", ask)) == 1
    dated = force_known and len(run.dues) == 1 and run.dues[0].kind != "unsettled" and not run.dues[0].names
    still = pausing.stands_still(run, ask)
    unknown = None in (whether[0], run.doubt[0], still[0]) or run.start_doubt is not None
    if unknown or not dated:
        doubt = run.doubt[1] if run.doubt[0] is None else frozenset()
        return "undetermined", (whether[1] | doubt | names | still[1] | (run.start_doubt or frozenset()))
    return ("paused" if still[0] else "running"), frozenset()


def due_shown(due: Due, zone: Zone) -> list[Any]:
    """A due date as it is said: a day, a local time, or both ends of a range of hours."""
    if due.moment is None:
        return []
    shown: list[Any] = []
    for moment in (due.moment, *([due.other] if due.other else [])):
        ends = [moment.day] if moment.whole else [zone.local(instant) for instant in (moment.first, moment.last)]
        shown += [one for one in ends if one not in shown]
    return shown


def joined(readings: list[Reading], rows: list[shown.Run | None]) -> shown.Run:
    """Semantics 26: all readings agree = that answer; else undetermined, with each reading's answer."""
    there = [row for row in rows if row is not None]
    first = min(there, key=lambda row: row.opened)
    due = sorted({one for row in there for one in row.due}, key=str)
    waits: Names = frozenset().union(*(row.waits_for for row in there))
    told = tuple(zip(readings, rows, strict=True)) if any(row != first for row in rows) else ()
    if all(answer_of(row) == answer_of(first) for row in rows) or all(row.state == "not_owed" for row in there):
        return replace(first, due=tuple(due), waits_for=tuple(sorted(waits)), readings=told, told=told_in_all(rows))
    return replace(
        first,
        state="undetermined",
        due=tuple(due),
        overdue=len(there) == len(rows) and all(row.overdue for row in there),  # 27: under every reading
        marks=frozenset.intersection(*(frozenset(row.marks) for row in there)),
        missing=first.missing if all(row.missing == first.missing for row in there) else (),
        waits_for=tuple(sorted(waits | differing(readings, [answer_of(row) for row in rows]))),
        met_on=first.met_on if all(row.met_on == first.met_on for row in there) else None,
        overdue_after=latest_end(rows),
        readings=told,
        told=told_in_all(rows),
    )


def told_in_all(rows: list[shown.Run | None]) -> tuple[int, ...]:
    """Who is to be told under every reading."""
    every = [set(row.told) if row else set() for row in rows]
    return tuple(sorted(set.intersection(*every)))


CLEAR = ("met", "excused", "cancelled", "missed")  # states that no longer hang on a due date


def answer_of(row: shown.Run | None) -> object:
    """What a reading says, as far as another one may say otherwise: a date that is over is none any more."""
    if row is None or row.state == "not_owed":
        return row and row.state
    if row.state in CLEAR:
        return row.state, row.marks
    start = row.start_root if row.state == "undetermined" else None
    over = row.overdue_after if row.force == ("must",) else None
    return row.state, row.due, over, row.marks, row.owner, row.force, start


def latest_end(rows: list[shown.Run | None]) -> datetime | None:
    """The last instant that is in time under any reading."""
    ends = [row.overdue_after if row else None for row in rows]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def differing(readings: list[Reading], rows: list[Any]) -> Names:
    """The choices that make a difference: two readings that differ in one of them only have different answers."""
    found = set()
    for one, row in zip(readings, rows, strict=True):
        for other, other_row in zip(readings, rows, strict=True):
            apart = [a[0] for a, b in zip(one, other, strict=True) if a != b]
            if len(apart) == 1 and row != other_row:
                found.add(apart[0])
    return frozenset(found)


# --- states, facts, decisions -----------------------------------------------------------------------------------------


def by_instance(walk: Walk, case: Case, rule: Mapping[str, Any], value: Callable[[str | None], object]) -> object:
    """A value, or with `per` a dict from instance to value."""
    if not rule.get("per"):
        return value(None)
    return {one: value(one) for one in walk.ask(case=case).of(rule).instances(rule["per"])}


def states_of(walk: Walk, case: Case, name: str, rule: Mapping[str, Any]) -> object:
    """The state of a lifecycle."""
    return by_instance(walk, case, rule, lambda one: case.states.get((name, one), rule["initial"]))


def facts_of(walk: Walk, case: Case, name: str, rule: Mapping[str, Any]) -> object:
    """The value of a fact: plain, moments as a date or a local time."""

    def value(one: str | None) -> object:
        ask = replace(walk.ask(case=case).of(rule), instance=(rule["per"], one) if rule.get("per") and one else None)
        found = conditions.value_of(name, ask)
        return None if isinstance(found, conditions.Unknown) else plain(found, walk.pack.zone)

    return by_instance(walk, case, rule, value)


def decisions_of(walk: Walk, case: Case, name: str, rule: Mapping[str, Any]) -> object:
    """A decision: true, false or None; one made by rows: its value."""
    ask = walk.ask(case=case)
    if "rows" not in rule:
        return conditions.holds(name, ask)[0]
    found = conditions.value_of(name, ask)
    return None if isinstance(found, conditions.Unknown) else found


def plain(value: Value, zone: Zone) -> Value:
    """A value without the oracle's own types, where there is a plain one."""
    if hasattr(value, "exact"):
        return zone.local(value.first) if value.exact else value.day
    return ABSENT if value == ABSENT else value
