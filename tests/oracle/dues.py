"""By when: every possible answer of one run (grammar 1.8)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.oracle import conditions, moments, pausing
from tests.oracle.case import NO, NOBODY, YES, Ask, Due, Names, Run, Truth, truth
from tests.oracle.dates import (
    DAY,
    SECOND,
    CalendarEndsError,
    Moment,
    OpenDays,
    Span,
    Zone,
    roll,
    shift,
    whole_day,
)
from tests.oracle.moments import NoMoment
from tests.oracle.pack import UnsupportedError, Value, Yaml, as_list

ROLLS = re.compile(r"(next|previous) (?:(\S+) )?day")
NEITHER = ("when", "while", "is", "label")


def rows_of(text: Mapping[str, Yaml], key: str, plain: Value) -> list[Any]:
    """A value as rows: a list of mappings with `when` or `while`, or one row without a condition."""
    value = text.get(key, plain)
    if isinstance(value, list) and any(isinstance(row, Mapping) and {"when", "while"} & set(row) for row in value):
        return value
    return [value]


def pin(run: Run, ask: Ask) -> dict[str, Truth]:
    """Semantics 20: `when` is asked once, at the start of the run."""
    pins = {}
    for key in ("due", "owner", "force", "again", "repeats"):
        for number, row in enumerate(rows_of(run.text, key, None)):
            if isinstance(row, Mapping) and "when" in row:
                pins[f"{key} {number}"] = conditions.holds(row["when"], ask)
    return pins


def possible_rows(run: Run, key: str, plain: Value, ask: Ask) -> tuple[list[Any], Names]:
    """The rows that may be the first that applies, and what it would take to know."""
    found, names = [], NOBODY
    for number, row in enumerate(rows_of(run.text, key, plain)):
        answer = YES
        if isinstance(row, Mapping) and "when" in row:
            answer = run.pins[f"{key} {number}"]
        elif isinstance(row, Mapping) and "while" in row:
            answer = conditions.holds(row["while"], ask)  # `while` keeps asking
        if answer[0] is not False:
            found.append(row["is"] if isinstance(row, Mapping) and "is" in row else row)
            names |= answer[1]
        if answer[0] is True:
            break
    return found, names


def plain_values(run: Run, key: str, plain: str | None, ask: Ask) -> tuple[str, ...]:
    """Possible values of `owner`, `force`, `again` or `repeats`."""
    found, _ = possible_rows(run, key, plain, ask)
    return tuple(dict.fromkeys(" and ".join(as_list(one)) for one in found if one is not None))


def picked(run: Run, key: str, plain: str | None, ask: Ask) -> tuple[str | None, Names]:
    """The value of the first row that surely applies, and what it would take to know that no other does."""
    found, names = possible_rows(run, key, plain, ask)
    values = [None if one is None else " and ".join(as_list(one)) for one in found]
    return values[-1] if values else plain, names if len(set(values)) > 1 else NOBODY


def dues_of(run: Run, ask: Ask) -> tuple[tuple[Due, ...], Names]:
    """Every possible due date, and what it would take to know which (semantics 27)."""
    if run.was is not None:  # crossover: earliest
        return earlier_of(run, run.was, ask)
    if run.counts_from is not None:  # crossover: from_effective_day
        start = whole_day(ask.zone, run.counts_from)
        origin = start if run.number == run.first else run.origin
        run = replace(run, start=start, origin=origin, evidence_after=None, counts_from=None)
        ask = ask.about(run)
    rows, names = possible_rows(run, "due", "open", ask)
    found = {one_leg(row, run, ask, str(row)) for row in rows} or {Due("unsettled", names=names)}
    return tuple(sorted(found)), names if len(found) > 1 else NOBODY


def earlier_of(run: Run, was: Run, ask: Ask) -> tuple[tuple[Due, ...], Names]:
    """The earlier of the date that the old text gives and the one that the new text gives."""
    new, names = dues_of(replace(run, was=None), ask.about(replace(run, was=None)))
    old, others = dues_of(was, ask.about(was))
    if len(new) == len(old) == 1:
        return (earliest([*old, *new]),), NOBODY
    unsure = names | others
    bounds = [max(due.possible for due in dues) for dues in (old, new) if all(due.possible for due in dues)]
    known = unsure.union(*(due.names for due in (*old, *new)))
    return (Due("unsettled", possible=min(bounds, default=None), names=known),), NOBODY


def one_leg(row: Yaml, run: Run, ask: Ask, place: str) -> Due:
    """One leg, or the earliest or latest of several; rolling is last (semantics 37)."""
    if row == "open" or "open" in row:
        return Due("open")  # semantics 28
    if "earliest" in row:
        found = earliest([one_leg(leg, run, ask, f"{place}/{leg}") for leg in row["earliest"]])
    elif "latest" in row:
        found = latest([one_leg(leg, run, ask, f"{place}/{leg}") for leg in row["latest"]])
    else:
        found = limit(row, run, ask, place)
    return rolled(found, row["rolls"], ask) if "rolls" in row else found


def limit(row: Mapping[str, Yaml], run: Run, ask: Ask, place: str) -> Due:
    """within, by, before."""
    counted = {"first_day", "rolls", *NEITHER}
    ((word, value),) = ((key, value) for key, value in row.items() if key not in counted)
    if word == "within":
        return within(value, row, run, ask, place)
    if word not in ("by", "before"):
        raise UnsupportedError(f"due {word}")
    text = nth(value, run.number - run.first + 1)
    leg = "event" if names_event(text, ask) else "date"
    own = pausing.moving(text) if "paused_while" in run.text else None
    if own is not None:
        start, span = moments.moment(own[1], ask, ahead=True), moments.span_of(own[0], ask)
        if isinstance(start, Moment) and isinstance(span, Span):
            return past_pauses(start, span, word, row, run, ask)[0]
    due = until(text, word, leg, ask)
    stale = run.previous_due is not None and due.possible is not None and due.possible <= run.previous_due.last
    return Due("waiting") if stale and of_the_case(text) else due  # semantics 34


def of_the_case(text: Yaml) -> bool:
    """Whether a moment is the same for every run of a series, until it is told anew."""
    if isinstance(text, Mapping):
        return "on" in text or all(of_the_case(one) for several in text.values() for one in as_list(several))
    run_words = ("start", "origin", "due", "now", "previous.due", "previous.met")
    return "end of " not in text and str(text).split()[-1] not in run_words


def until(text: Yaml, word: str, leg: str, ask: Ask) -> Due:
    """Up to a moment, or before it."""
    found = moments.moment(text, ask, ahead=True)
    offset = isinstance(text, str) and (" after " in text or " before " in text)
    if isinstance(found, Moment) and not (found.exact or found.whole or offset or word == "before"):
        # semantics 4: by a moment whose hour is missing: sure up to the day before
        shown = replace(whole_day(ask.zone, found.day - DAY), root=found.root)
        return Due("dated", shown.last, found.last, shown, shown, leg)
    return dated(found, word, leg, ask.zone)


def nth(value: Yaml, number: int) -> Value:
    """First run, second run, ..., the last one for all later runs."""
    return value[min(number, len(value)) - 1] if isinstance(value, list) else value


def names_event(text: Yaml, ask: Ask) -> bool:
    """Whether a leg names an event that is to come (semantics 40); after an event means after one that has happened."""
    if isinstance(text, Mapping):
        return "on" in text or any(names_event(one, ask) for several in text.values() for one in as_list(several))
    *words, last = str(text).split()
    return last in ask.pack.events and "after" not in words


def dated(found: Moment | NoMoment, word: str, leg: str, zone: Zone) -> Due:
    """Up to and with a moment, or strictly earlier. Semantics 4: a date is a whole day; a moment without its hour
    makes the day before sure."""
    if isinstance(found, NoMoment):
        return Due("unsettled", names=found.names) if found.why == "unsettled" else Due("waiting")
    strict = word == "before"
    if found.whole:
        day = found.day - DAY if strict else found.day
        shown = replace(whole_day(zone, day), root=found.root)
        return Due("dated", shown.last, shown.last, shown, shown, leg)
    back = SECOND if strict else 0 * SECOND
    sure, possible = found.first - back, found.last - back
    if found.exact:
        shown = Moment(zone.day_of(sure), sure, sure, root=found.root)
    elif strict and sure == zone.end(zone.day_of(sure)):
        shown = replace(whole_day(zone, zone.day_of(sure)), root=found.root)
    else:
        shown = replace(found, day=zone.day_of(sure), first=sure, last=possible, event=None)
    return Due("dated", sure, possible, shown, shown, leg)


def past_pauses(
    start: Moment, span: Span, word: str, row: Mapping[str, Yaml], run: Run, ask: Ask
) -> tuple[Due, Moment | None]:
    """A span of the run's own clock, counted past its pauses (semantics 35); and the moment that it comes to."""
    try:
        found = pausing.count(start, span, run, ask, row.get("first_day") == "counted")
        sure = dated(found.sure, word, "date", ask.zone)
        last = dated(found.possible, word, "date", ask.zone) if found.possible is not None else None
        if "rolls" in row:
            sure, last = rolled(sure, row["rolls"], ask), last and rolled(last, row["rolls"], ask)
            past = sure.names | (last.names if last else NOBODY)
            if past:
                return replace(sure, possible=None, names=past), found.sure
    except CalendarEndsError as error:
        return Due("unsettled", names=frozenset({f"calendar {error.name}"})), None
    if found.standing:
        return replace(sure, kind="standing", possible=None), found.sure
    if last is None:
        return replace(sure, possible=None, names=found.names), found.sure
    unrolled = sure.unrolled
    if span.timed and sure.unrolled and last.unrolled:
        unrolled = replace(sure.unrolled, last=last.unrolled.last)
    other = last.moment if last.possible != sure.sure else None
    return replace(sure, possible=last.possible, names=found.names, other=other, unrolled=unrolled), found.sure


def within(value: Yaml, row: Mapping[str, Yaml], run: Run, ask: Ask, place: str) -> Due:
    """That long after the start; in a grid, all the intervals at once from where the counting began (semantics 32).

    The counting goes on with the run before if this very leg gave the old due date; else it begins anew there.
    """
    span = moments.span_of(nth(value, run.number - run.first + 1), ask)
    if isinstance(span, NoMoment):
        return dated(span, "by", "date", ask.zone)
    if span.word:  # semantics 10; in a grid, the day after the old due date
        day = moments.base_day(ask)
        return dated(whole_day(ask.zone, day), "by", "date", ask.zone)
    start, parts = run.start, span.parts
    if place in run.before and run.before[place][2].last == run.start.last:
        start, parts = run.before[place][0], summed((*run.before[place][1], *span.parts))
    if len({adjective for _, _, adjective in parts if adjective}) > 1:
        start, parts = run.start, span.parts  # different open days cannot be counted at once
    if "paused_while" in run.text:
        due, sure = past_pauses(start, Span(parts), "by", row, run, ask)
        if sure is not None:
            run.counted[place] = (start, parts, sure)
        return due
    try:
        end = shift(start, Span(parts), 1, ask.pack.calendars, ask.zone)
        if row.get("first_day") == "counted":
            end = counting_first_day(start, Span(parts), end, ask)
    except CalendarEndsError as error:
        return Due("unsettled", names=frozenset({f"calendar {error.name}"}))
    run.counted[place] = (start, parts, end)
    return dated(end, "by", "date", ask.zone)


def summed(parts: tuple[tuple[int, str, str], ...]) -> tuple[tuple[int, str, str], ...]:
    """Parts of one unit as one, so that months are counted at once."""
    total: dict[tuple[str, str], int] = {}
    for count, unit, adjective in parts:
        total[unit, adjective] = total.get((unit, adjective), 0) + count
    return tuple((count, unit, adjective) for (unit, adjective), count in total.items())


def counting_first_day(start: Moment, span: Span, end: Moment, ask: Ask) -> Moment:
    """`first_day: counted`: one day less; of open days the first one counts if it is open."""
    if any(unit in ("month", "year") for _, unit, _ in span.parts):
        return whole_day(ask.zone, end.day - DAY)
    return shift(whole_day(ask.zone, start.day - DAY), span, 1, ask.pack.calendars, ask.zone)


def rolled(due: Due, text: str, ask: Ask) -> Due:
    """`rolls: next court day`; chains count from the unrolled date."""
    match = ROLLS.fullmatch(text)
    if match is None or due.moment is None or not due.moment.whole or due.sure != due.possible:
        return due
    days = ask.pack.calendars[match[2]] if match[2] else OpenDays("Monday to Friday", frozenset())
    try:
        moved = whole_day(ask.zone, roll(due.moment.day, match[1] == "next", days))
    except CalendarEndsError as error:
        names = frozenset({f"calendar {error.name}"})
        past = match[1] == "next" and due.moment.day >= days.first
        return replace(due, possible=None, names=names) if past else Due("unsettled", names=names)
    return replace(due, sure=moved.last, possible=moved.last, moment=moved)


def earliest(legs: list[Due]) -> Due:
    """Semantics 30: leaves out legs that are not yet known; one that is not settled leaves an upper bound."""
    bounds = [leg.possible for leg in legs if leg.possible is not None]
    names: Names = frozenset().union(*(leg.names for leg in legs))
    if names or any(leg.kind == "unsettled" for leg in legs):
        return Due("unsettled", possible=min(bounds, default=None), names=names)
    known = sorted((leg for leg in legs if leg.kind == "dated"), key=lambda leg: (leg.sure, leg.possible))
    standing = [leg for leg in legs if leg.kind == "standing"]
    if not known and standing:  # those whose clock stands still are not known, and there is no other bound
        return min(standing, key=lambda leg: leg.sure)
    if not known:
        return Due("open" if all(leg.kind == "open" for leg in legs) else "waiting")
    return replace(known[0], possible=min(bounds))


def latest(legs: list[Due]) -> Due:
    """Semantics 30: open until all are known."""
    names: Names = frozenset().union(*(leg.names for leg in legs))
    if names or any(leg.kind == "unsettled" for leg in legs):
        return Due("unsettled", names=names)
    for kind in ("waiting", "open"):
        if any(leg.kind == kind for leg in legs):
            return Due(kind)
    if any(leg.kind == "standing" for leg in legs):
        return replace(max(legs, key=lambda leg: leg.sure), kind="standing", possible=None)
    last = max(legs, key=lambda leg: (leg.possible, leg.sure))
    return replace(last, sure=max(leg.sure for leg in legs if leg.sure))


# --- where a run stands to its due date -------------------------------------------------------------------------------


def passed(run: Run, ask: Ask) -> Truth:
    """Whether the due moment is over, under every possible answer. Semantics 7: only after the due moment."""
    answers = {one_passed(due, ask) for due in run.dues}
    if len(answers) == 1:
        return truth(answers.pop(), *run.due_names.union(*(due.names for due in run.dues)))
    return (None, run.due_names) if answers else NO


def one_passed(due: Due, ask: Ask) -> bool | None:
    """Whether one possible due moment is over."""
    if due.possible is not None and ask.case.instant > due.possible:
        return True
    if due.kind == "unsettled":
        return None
    if due.kind == "standing":
        return False
    return False if due.sure is None or ask.case.instant <= due.sure else None


def settled_due(run: Run) -> Moment | None:
    """The due day or instant that the next run counts from: unrolled, and the latest if there are several."""
    known = [due.unrolled for due in run.dues if due.unrolled is not None]
    return max(known, key=lambda one: one.last) if known else None
