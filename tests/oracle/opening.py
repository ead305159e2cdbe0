"""How runs open: by their start lines, and one after the other in a series (semantics 14, 16, 20 to 23, 32, 33, 47 to
55)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.oracle import conditions, dues, lines, moments
from tests.oracle.case import NO, NOBODY, YES, Ask, Names, Run, Truth, all_of, unknown
from tests.oracle.closing import end
from tests.oracle.crossing import come_in_since, take_over, version
from tests.oracle.dates import Moment
from tests.oracle.effects import concerned, in_force, matches
from tests.oracle.pack import COUNTING, Event, Yaml, as_list

if TYPE_CHECKING:
    from tests.oracle.walk import Walk


@dataclass(frozen=True)
class Start:
    """One start of one duty for one instance: whether it applies, and what it is."""

    truth: Truth
    moment: Moment
    root: str | None
    event: Event | None


def open_runs(walk: Walk, event: Event | None, *, first: bool, baseline: bool = False) -> bool:
    """Open what starts now, then what follows in a series. Events are looked at in the first turn of a step only."""
    changed = False
    for name, rule in walk.pack.duties.items():
        if "off" in rule:
            continue
        # semantics 52: the version is chosen by the local date of the start
        text = version(rule, walk.case.now.day)
        started: dict[tuple[str, str] | None, Start] = {}
        for instance, start in starts(walk, name, text, event if first else None):
            best = started.get(instance)
            if best is None or rank(start) > rank(best):
                started[instance] = start
        for instance, start in started.items():
            if not baseline:
                changed |= begin(walk, name, text, instance, start)
    return changed if baseline else open_next(walk) or changed


def rank(start: Start) -> int:
    """A start that applies comes before one that may apply, that before one that does not."""
    return {True: 2, None: 1, False: 0}[start.truth[0]]


def starts(
    walk: Walk, name: str, text: Mapping[str, Yaml], event: Event | None
) -> Iterator[tuple[tuple[str, str] | None, Start]]:
    """Every start of a duty by the event in hand or by a condition that has just turned."""
    per = text.get("per")
    for number, line in enumerate(one_by_one(text.get("starts", []), [])):
        if "on" not in line:
            yield from by_turning(walk, (name, number), text, line)
        elif event is not None and event.kind in as_list(line["on"]):
            asked = walk.ask(event).of(text)
            for instance in concerned(per, event, asked) if asked.subject in event.seen_by else ():
                ask = replace(asked, instance=instance)
                meant = matches(line, event, ask)
                if meant[0] is not False:
                    yield instance, by_event(meant, line, event, ask)


def one_by_one(given: Yaml, whens: list[Yaml]) -> Iterator[dict[str, Any]]:
    """Each line that starts a run: of any, every one, with the bounds and the `when` of the list. What takes several
    events together (all of several lines, times, each, in_a_row, share) comes when the last of them has come: then it
    has become true that they all happened."""
    for one in as_list(given):
        line = lines.shape(one)
        own = [*whens, *([line["when"]] if "when" in line else [])]
        if "any" in line:
            yield from one_by_one([{**lines.shape(part), **lines.bounds_of(line)} for part in line["any"]], own)
            continue
        if "all" in line or set(line) & set(COUNTING):
            line = {"becomes": lines.without(line, ("when",))}
        yield lines.without(line, ("when",)) | ({"when": lines.all_so(own)} if own else {})


def by_event(meant: Truth, line: Mapping[str, Yaml], event: Event, ask: Ask) -> Start:
    """A start by an event: it counts from the date of it that the line names; without that date nobody knows."""
    found = lines.dated_moment(line.get("dated", "occurred"), event)
    truth = all_of([meant, when(line, ask)])
    if found is None:
        return Start(all_of([truth, unknown(f"{event.kind}.{line['dated']}")]), event.moment, event.root, event)
    return Start(truth, found, event.root, event)


def by_turning(
    walk: Walk, key: tuple[object, ...], text: Mapping[str, Yaml], line: Mapping[str, Yaml]
) -> Iterator[tuple[tuple[str, str] | None, Start]]:
    """Starts by a condition: becomes, ceases, at."""
    for instance in walk.instances(text):
        now = walk.case.now
        event = walk.case.history[int(now.event)] if now.event is not None else None
        ask = replace(walk.ask(event).of(text), instance=instance)
        moment = walk.turned(("start", *key), line, ask)
        if moment is None:
            continue
        # semantics 50: the cause is the event that turned it, or the one that a time edge is computed from
        root = event.root if event is not None else moment.root
        truth = all_of([when(line, ask), moments.within(lines.bounds_of(line), moment, ask)])
        if truth[0] is not False or not lines.bounds_of(line):
            yield instance, Start(truth, moment, root, event)


def when(line: Mapping[str, Yaml], ask: Ask) -> Truth:
    """Semantics 20: `when` asks once, at its own moment."""
    return conditions.holds(line["when"], ask) if "when" in line else YES


def begin(walk: Walk, name: str, text: Mapping[str, Yaml], instance: tuple[str, str] | None, start: Start) -> bool:
    """Open a run, or leave a row that says why not."""
    if not in_force(text, start.moment.day, walk.ask()):
        return False  # semantics 53: starts nothing, leaves nothing
    walk.series += 1
    same = [one for one in walk.case.runs if (one.duty, one.instance) == (name, instance) and one.ended_by != "start"]
    first = 1 + sum(one.start_root == start.root for one in same)
    run = Run(
        duty=name,
        text=text,
        instance=instance,
        instance_root=walk.ask().of(text).instances(instance[0])[instance[1]] if instance else None,
        start=start.moment,
        start_root=start.root,
        start_event=start.event,
        origin=start.moment,
        number=first,
        first=first,
        series=walk.series,
        opened=walk.case.place,
        clock=walk.case.place,
        clock_from_start=start.moment.last >= walk.case.now.first,
    )
    if start.truth[0] is False:  # semantics 23
        run.state, run.ended_by = "not_owed", "start"
        walk.case.runs.append(run)
        return True
    if start.truth[0] is None:
        run.start_doubt = start.truth[1]
    return admit(walk, run)


def admit(walk: Walk, run: Run) -> bool:
    """A start while one runs: another run, in place of the old one, or nothing for good (`again`)."""
    ask = walk.ask(run.start_event).about(run)
    run.pins = dues.pin(run, ask)
    again, names = dues.picked(run, "again", "opens", ask)
    same = [one for one in walk.case.runs if one.duty == run.duty and one.instance == run.instance]
    others = [one for one in same if one.ended_by != "start"]
    if names and others:  # what it does to others is not known: it may be no start at all
        run.start_doubt = names | (run.start_doubt or NOBODY)
    if run.start_doubt is not None:  # it may be none at all, so it changes nothing for others
        set_going(walk, run, ask)
        return True
    if again == "ignored" and any(one.start_doubt is None for one in others):
        return False  # semantics 55: only starts that applied use up the one chance
    if again == "restarts":
        for one in others:
            one.next_opened = True
            if one.live:
                over = dues.passed(one, walk.ask().about(one))[0] is True  # semantics 42
                end(one, "missed" if over else "cancelled", "restarted")
    set_going(walk, run, ask)
    return True


def set_going(walk: Walk, run: Run, ask: Ask) -> None:
    """Date a run and let it go."""
    run.dues, run.due_names = dues.dues_of(run, ask)
    run.owed_before = conditions.holds(run.text["while"], replace(ask, event=None))[0] if "while" in run.text else True
    walk.case.runs.append(run)


def open_next(walk: Walk) -> bool:
    """The next run of each series whose run has ended, or of a grid whose due day has passed."""
    changed = False
    for run in list(walk.case.runs):
        if run.next_opened or run.ended_by:
            continue  # cancelled and restarted series do not go on, false starts are none
        ask = walk.ask(run.start_event).about(run)
        repeats, names = dues.picked(run, "repeats", None, ask)
        start = next_start(run, repeats, ask)
        if start is not None:
            run.next_opened = True
            if rests(run, repeats, start):
                continue
            doubt = run.start_doubt
            if names:  # from where it repeats is not known, and so neither is what follows
                doubt = names | (doubt or NOBODY)
            changed |= follow(walk, run, start, doubt, grid=repeats == "from due")
    return changed


def rests(run: Run, repeats: str | None, start: Moment) -> bool:
    """Semantics 34: the one date that it has has served, so that the series rests until something starts it anew."""
    from_evidence = repeats == "from met" and run.state == "met"
    return run.number > run.first and not from_evidence and start.first <= run.start.first


def next_start(run: Run, repeats: str | None, ask: Ask) -> Moment | None:
    """Where the next run counts from, if it opens now."""
    ended = run.state in ("met", "missed", "excused", "not_owed")
    if repeats == "from met" and run.state == "met":
        return replace(run.met, event=None) if run.met else None  # semantics 33: the evidence's date
    if repeats == "from met" and ended:
        return dues.settled_due(run)  # semantics 22
    if repeats == "from due" and (ended or dues.passed(run, ask)[0] is True):
        return dues.settled_due(run)  # semantics 32
    return None


def follow(walk: Walk, run: Run, start: Moment, doubt: Names | None, *, grid: bool) -> bool:
    """Open the next run of a series; it chooses its version anew (semantics 52)."""
    text = version(walk.pack.duties[run.duty], start.day)
    if not in_force(text, start.day, walk.ask()):
        return False
    last_due = [due.moment for due in run.dues if due.moment is not None]
    following = replace(
        run,
        text=text,
        start=start,
        number=run.number + 1,
        opened=walk.case.place,
        previous_due=dues.settled_due(run),
        previous_met=run.met,
        start_doubt=doubt,
        grid=grid,
        before=run.counted if grid else {},
        counted={},
        evidence_after=max(last_due, key=lambda one: one.last) if grid and last_due else None,
        pins={},
        stood={},
        dues=(),
        due_names=NOBODY,
        owed_before=None,
        state="live",
        met=None,
        used=frozenset(),
        marks=NOBODY,
        missing=(),
        doubt=NO,
        waits_for=NOBODY,
        next_opened=False,
        text_day=None,
        counts_from=None,
        was=None,
        watched={},
    )
    ask = walk.ask(run.start_event).about(following)
    following.pins = dues.pin(following, ask)
    for day in come_in_since(walk, following, start.day):
        take_over(walk, following, day)
    set_going(walk, following, walk.ask(run.start_event).about(following))
    return True
