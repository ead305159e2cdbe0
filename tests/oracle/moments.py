"""Moments and bounds, read straight from the YAML each time they are asked (grammar 1.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tests.oracle import conditions, lines, past
from tests.oracle.case import NOBODY, Ask, Due, Names, Truth, all_of, opposite, truth, unknown
from tests.oracle.dates import SECOND, CalendarEndsError, Moment, Span, earlier, end_of, read_span, shift, whole_day
from tests.oracle.pack import ABSENT, BOUNDS, UnsupportedError, Yaml
from tests.oracle.seen import Window

END_OF = re.compile(r"end of (next )?(day|week|month|quarter|year)")
ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class NoMoment:
    """`unknown`: not told; `unsettled`: a span or calendar is missing; `absent`: known to be none; `not_yet`: it has
    not happened (semantics 24: closed world for events); `ever`: no edge at all."""

    why: str
    names: Names = NOBODY


NOT_YET = NoMoment("not_yet")


def moment(text: Yaml, ask: Ask, *, ahead: bool) -> Moment | NoMoment:
    """A moment; an event's name looks ahead (the first one from the start on) or back (the last one)."""
    if isinstance(text, Mapping):
        return of_mapping(text, ask, ahead)
    for word, sign in ((" after ", 1), (" before ", -1)):
        head, found, rest = str(text).partition(word)
        if found and not {"after", "before"} & {*head.split()}:
            # what lies after an event is counted from one that has happened
            return offset(head, sign, moment(rest, ask, ahead=ahead and sign < 0), ask)
    if match := END_OF.fullmatch(str(text)):
        return whole_day(ask.zone, end_of(base_day(ask), match[2], match[1] is not None))
    if ISO.match(str(text)):
        return ask.pack.moment(text)
    return anchor(str(text), ask, ahead)


def of_mapping(body: Mapping[str, Yaml], ask: Ask, ahead: bool) -> Moment | NoMoment:
    """{on: EVENT}, {earliest: [..]}, {latest: [..]}."""
    if "on" in body:
        return happening(body, ask, ahead)
    ((which, several),) = body.items()
    found = [moment(one, ask, ahead=ahead) for one in several]
    known = [one for one in found if isinstance(one, Moment)]
    if which == "earliest" and known:  # semantics 30: leaves out what is not known
        return min(known, key=lambda one: one.first)
    missing = [one for one in found if isinstance(one, NoMoment)]
    return missing[0] if missing else max(known, key=lambda one: one.first)


def base_day(ask: Ask) -> date:
    """The day whose month, week ... is meant. Semantics 32: a grid's run begins the day after the old due date."""
    if ask.run is None:
        return ask.event.moment.day if ask.event else ask.case.now.day
    if ask.run.evidence_after is not None:
        return ask.zone.day_of(ask.run.evidence_after.last + SECOND)
    return ask.run.start.day


def span_of(text: str, ask: Ask) -> Span | NoMoment:
    """A span, or the choice or fact of that name."""
    if span := read_span(text):
        return span
    value = conditions.value_of(text, ask)
    if isinstance(value, Span):
        return value
    return NoMoment("absent") if value == ABSENT else NoMoment("unsettled", frozenset({text}))


def offset(text: str, sign: int, from_moment: Moment | NoMoment, ask: Ask) -> Moment | NoMoment:
    """SPAN after M, SPAN before M."""
    span = span_of(text, ask)
    if isinstance(from_moment, NoMoment):
        return from_moment
    if isinstance(span, NoMoment):
        return span
    try:
        return shift(from_moment, span, sign, ask.pack.calendars, ask.zone)
    except CalendarEndsError as error:
        return NoMoment("unsettled", frozenset({f"calendar {error.name}"}))


def anchor(name: str, ask: Ask, ahead: bool) -> Moment | NoMoment:
    """start, origin, due, now, event, ever, previous.due, previous.met, and everything that has a name."""
    run = ask.run
    if name == "ever":
        return NoMoment("ever")
    if name == "now":
        return ask.case.now
    if name == "event" and ask.event is not None:
        return ask.event.moment
    if run is not None and name in ("start", "origin", "previous.due", "previous.met"):
        found = {"start": run.start, "origin": run.origin}
        return found.get(name) or (run.previous_due if name == "previous.due" else run.previous_met) or NOT_YET
    if run is not None and name == "due":
        return due_moment(run.dues)
    return named_moment(name, ask, ahead)


def due_moment(dues: tuple[Due, ...]) -> Moment | NoMoment:
    """The due moment, if there is one answer."""
    if len(dues) == 1 and dues[0].kind == "standing":
        return NOT_YET  # while the clock stands still nobody knows
    if len(dues) == 1 and dues[0].moment is not None:
        return dues[0].moment
    return NOT_YET if all(due.kind in ("open", "waiting") for due in dues) else NoMoment("unknown", frozenset({"due"}))


def named_moment(name: str, ask: Ask, ahead: bool) -> Moment | NoMoment:
    """An event, LIFECYCLE.STATE, DUTY.met, DUTY.due, a decision, or a value of type date or moment."""
    owner, _, what = name.partition(".")
    pack = ask.pack
    if name in pack.events:
        return happening({"on": name}, ask, ahead)
    if owner in pack.lifecycles and what:
        one = ask.instance_of(pack.lifecycles[owner].get("per"))
        return ask.case.entered.get((owner, one, what), NOT_YET)
    if owner in pack.duties and what in ("met", "due"):
        return of_duty(owner, what, ask)
    if name in pack.decisions and "rows" not in pack.decisions[name]:
        return past.last_became(name, ask) or NOT_YET
    value = conditions.value_of(name, ask)
    if isinstance(value, conditions.Unknown):
        return NoMoment("unknown", frozenset(value.names))
    if value == ABSENT:
        return NoMoment("absent")
    if isinstance(value, Moment):
        return value
    raise UnsupportedError(f"moment {name!r}")


def happening(line: Mapping[str, Yaml], ask: Ask, ahead: bool) -> Moment | NoMoment:
    """An event: back, the last one; ahead, the first one from the start on, the start itself left out. Where it is
    unknown whether it is that one, it is unknown which it is."""
    found = lines.occurrences(lines.shape(line), ask, Window())
    if ahead and ask.run is not None:
        start = ask.run.start
        found = [one for one in found if one.moment.day >= start.day and earlier(one.moment, start) is not True]
        found = [one for one in found if start.event is None or one.moment.event != start.event]
    for one in found if ahead else reversed(found):
        return one.moment if one.truth[0] else NoMoment("unknown", one.truth[1])
    return NOT_YET


def of_duty(duty: str, what: str, ask: Ask) -> Moment | NoMoment:
    """DUTY.met: when it was last met. DUTY.due: the due moment of its latest run."""
    runs = conditions.runs_of(duty, ask)
    if what == "met":
        met = [run.met for run in runs if run.state == "met" and run.met is not None]
        return max(met, key=lambda one: (one.first, one.event or 0)) if met else NOT_YET
    dated = [run for run in runs if run.dues]
    return due_moment(dated[-1].dues) if dated else NOT_YET


# --- bounds -----------------------------------------------------------------------------------------------------------


def within(bounds: Mapping[str, Yaml], at: Moment, ask: Ask) -> Truth:
    """Whether a moment lies within since, after, by, before."""
    return all_of([edge(word, bounds[word], at, ask) for word in BOUNDS if word in bounds])


def edge(word: str, limit: Yaml, at: Moment, ask: Ask) -> Truth:
    """One edge. What has not happened, or is known to be absent, begins nothing and ends nothing."""
    if limit == "due" and ask.run is not None and word == "by":
        return in_time(at, ask.run.dues, ask.run.due_names)
    if limit == "start" and ask.run is not None and word == "since":
        return truth(lines.from_start(at, Window(ask.run.start)))  # as without a bound (semantics 5)
    found = moment(limit, ask, ahead=word in ("by", "before"))
    if isinstance(found, NoMoment):
        if found.why in ("unknown", "unsettled"):
            return unknown(*found.names)
        return truth(found.why == "ever" or word in ("by", "before"))
    hour = f"hour of {limit}" if isinstance(limit, str) else "hour"
    before, after = truth(earlier(at, found), hour), truth(earlier(found, at), hour)
    return {"since": opposite(before), "after": after, "by": opposite(after), "before": before}[word]


def in_time(at: Moment, dues: tuple[Due, ...], names: Names) -> Truth:
    """Whether a moment is in time under every possible due date (semantics 27, 38)."""
    answers = {one_in_time(at, due) for due in dues}
    waits = names.union(*(due.names for due in dues)) or frozenset({"hour"})
    return (answers.pop(), NOBODY) if len(answers) == 1 and None not in answers else (None, waits)


def one_in_time(at: Moment, due: Due) -> bool | None:
    """Whether a moment is in time for one due date."""
    if due.kind in ("open", "waiting", "standing"):
        return True
    if due.sure is not None and at.last <= due.sure:
        return True
    return False if due.possible is not None and at.first > due.possible else None


def last_instant(word: str, limit: Yaml, ask: Ask) -> datetime | None:
    """The last instant that can lie within `by` or `before` a moment; None if there is no end to be seen."""
    if limit == "due" and ask.run is not None and word == "by":
        ends = [due.possible for due in ask.run.dues]
        return None if not ends or None in ends else max(end for end in ends if end is not None)
    found = moment(limit, ask, ahead=True)
    if isinstance(found, NoMoment):
        return None
    return found.last if word == "by" else (found.first if found.whole else found.last) - SECOND


def reached(text: Yaml, ask: Ask) -> Moment | None:
    """The moment, if it is known and has surely come."""
    found = moment(text, ask, ahead=False)
    if isinstance(found, NoMoment):
        return None
    come = found.first if found.whole else found.last
    return found if come <= ask.case.instant else None
