"""Lines: something that happens (grammar 1.5). Every question walks the whole history again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.oracle import conditions, moments, past, series
from tests.oracle.case import NO, YES, Ask, Case, Names, Truth, all_of, any_of, unknown
from tests.oracle.dates import Moment, earlier
from tests.oracle.pack import BOUNDS, HEADS, LINE_KEYS, Event, Yaml, as_list, only
from tests.oracle.seen import Occurrence, Seen, Window


def shape(line: Yaml) -> dict[str, Any]:
    """A bare name is {on: NAME}, a plain list is {any: [..]}."""
    if isinstance(line, str):
        return {"on": line}
    if isinstance(line, list):
        return {"any": line}
    only("line", line, LINE_KEYS)
    return dict(line)


def without(line: Mapping[str, Yaml], keys: tuple[str, ...]) -> dict[str, Any]:
    """The line as if it did not have these keys."""
    return {key: value for key, value in line.items() if key not in keys}


def all_so(whens: list[Yaml]) -> Yaml:
    """Several `when` together: each asked by itself, since in a list of all a line with `when` may not be needed."""
    return {"all": [{"any": [when]} for when in whens]}


def bounds_of(line: Mapping[str, Yaml]) -> dict[str, Any]:
    """The four edges of a line, those that it has."""
    return {word: line[word] for word in BOUNDS if word in line}


def has_happened(line: Yaml, ask: Ask) -> Truth:
    """A line as a condition: it has happened within its bounds."""
    return seen(line, ask, Window()).truth


def seen(line: Yaml, ask: Ask, window: Window) -> Seen:
    """What a line, or a composite of lines, has come to by now."""
    line = shape(line)
    if not set(line) & {"any", "all"}:
        return single(line, ask, window)
    own = (line["when"],) if "when" in line else ()
    window = replace(window, bounds=(*window.bounds, bounds_of(line)), whens=(*window.whens, *own))
    return all_seen(line["all"], ask, window) if "all" in line else any_seen(line["any"], ask, window)


def any_seen(parts: list[Any], ask: Ask, window: Window) -> Seen:
    """Any of several lines."""
    found = [seen(part, ask, window) for part in parts]
    met = [one for one in found if one.truth[0] is True]
    if met:
        return chosen([(one.moment, one) for one in met if one.moment], window)
    tried = [one for one in found if one.partial]
    waiting = any_of([one.truth for one in found])
    best = min(tried, key=lambda one: len(one.missing), default=None)
    return Seen(waiting, missing=best.missing if best else (), partial=bool(tried))


def chosen(dated: list[tuple[Moment, Seen]], window: Window) -> Seen:
    """Semantics 17: forward evidence takes the earliest, look-back the latest."""
    ahead = [pair for pair in dated if not looked_back(pair[0], window)]
    if ahead:
        return min(ahead, key=lambda pair: pair[0].first)[1]
    return max(dated, key=lambda pair: pair[0].first)[1]


def looked_back(moment: Moment, window: Window) -> bool:
    """Whether evidence lies before the start."""
    return window.latest_start is not None and earlier(moment, window.latest_start) is True


def all_seen(parts: list[Any], ask: Ask, window: Window) -> Seen:
    """All of several lines; one that does not apply is not needed (its `when` is judged now)."""
    found = []
    for part in parts:
        line = shape(part)
        applies = conditions.holds(line["when"], ask) if "when" in line else YES
        if applies[0] is not False:
            answer = seen({key: value for key, value in line.items() if key != "when"}, ask, window)
            if applies[0] is None and answer.truth[0] is not True:
                answer = replace(answer, truth=unknown(*applies[1]))
            found.append((line, answer))
    answers = [answer for _, answer in found]
    # semantics 43: the last missing item's date is the date
    dates = [answer.moment for answer in answers if answer.moment and answer.truth[0] is True]
    used = frozenset().union(*(answer.used for answer in answers)) if answers else frozenset()
    missing: list[str] = []
    for line, answer in found:
        if answer.truth[0] is not True:
            missing.extend(answer.missing or (name_of(line),))
    partial = any(answer.partial or answer.truth[0] is True for answer in answers)
    latest = max(dates, key=lambda one: one.first) if dates else window.start
    return Seen(all_of([answer.truth for answer in answers]), latest, used, tuple(missing), partial)


def name_of(line: Mapping[str, Yaml]) -> str:
    """What a part of a composite is called when it is missing."""
    if "label" in line:
        return str(line["label"])
    if "any" in line or "all" in line:
        return " or ".join(name_of(shape(part)) for part in line.get("any") or line["all"])
    return " or ".join(str(one) for one in as_list(next(line[head] for head in HEADS if head in line)))


def single(line: Mapping[str, Yaml], ask: Ask, window: Window) -> Seen:
    """One line with its head, `with`, `each` and `times`."""
    if series.is_series(line):
        return series.seen(line, ask, window)
    good: list[Occurrence] = []
    missing: tuple[str, ...] = ()
    for one in occurrences(line, ask, window):
        lacks = conditions.lacking(line["with"], one.event, ask) if "with" in line and one.event else ()
        if not lacks:
            good.append(one)
        elif one.truth[0] is True:  # the best try says what is missing
            missing = min(missing or lacks, lacks, key=len)
    if "each" in line:
        return each_seen(line["each"], good, ask, window)
    wanted = int(line.get("times", 1))
    sure = [one for one in good if one.truth[0] is True]
    if len(sure) >= wanted:
        return enough(sure, wanted, window)
    if "times" in line and (sure or missing):
        missing = (f"{wanted - len(sure)} more of {name_of(line)}",)
    doubtful: Names = frozenset().union(*(one.truth[1] for one in good))
    short = (None, doubtful) if len(good) >= wanted else NO
    return Seen(short, missing=missing, partial=bool(missing))


def enough(sure: list[Occurrence], wanted: int, window: Window) -> Seen:
    """The evidence that makes the number full: forward the earliest, else the latest that was looked back at."""
    by_date = sorted(sure, key=lambda one: (one.moment.first, one.place))
    ahead = [one for one in by_date if not looked_back(one.moment, window)]
    taken = ahead[:wanted] if len(ahead) >= wanted else by_date[-wanted:]
    return Seen(YES, taken[-1].moment, frozenset(one.place for one in taken))


def each_seen(each: Mapping[str, Yaml], good: list[Occurrence], ask: Ask, window: Window) -> Seen:
    """`each`: several values of one field, together over any number of events."""
    ((name, wanted),) = each.items()
    if not good:
        return Seen(NO)  # even where it is not known whether any value is needed: nothing has shown one
    truths: list[Truth] = []
    dates: list[Moment | None] = []
    used: set[float] = set()
    missing: list[str] = []
    held_any = False
    for item in as_list(wanted):
        value, needed = item, YES
        if isinstance(item, Mapping):
            value, needed = item["is"], conditions.holds(item["when"], ask) if "when" in item else YES
        bearing = [one for one in good if one.event and bears(one.event, name, value)]
        held_any |= bool(bearing)
        if needed[0] is False:
            continue
        sure = [one for one in bearing if one.truth[0] is True]
        if sure:
            found = enough(sure, 1, window)
            dates.append(found.moment)
            used |= found.used
            continue
        missing.append(str(value))
        names = needed[1].union(*(one.truth[1] for one in bearing))
        truths.append((None, names) if bearing or needed[0] is None else NO)
    latest = max((one for one in dates if one), key=lambda one: one.first, default=window.start)
    return Seen(all_of(truths), latest, frozenset(used), tuple(missing) if held_any else (), held_any and bool(missing))


def bears(event: Event, name: str, value: str) -> bool:
    """Whether an event's field is, or holds, a value."""
    given = event.values.get(name)
    return value in given if isinstance(given, tuple) else given == value


# --- occurrences ------------------------------------------------------------------------------------------------------


def occurrences(line: Mapping[str, Yaml], ask: Ask, window: Window) -> list[Occurrence]:
    """Every time that a line's head has happened, in the order of events; those that surely do not count left out."""
    found = []
    if window.whens:
        line = {**line, "when": all_so([*window.whens, *([line["when"]] if "when" in line else [])])}
    for one in of_head(line, ask, window):
        counts = all_of([one.truth, in_window(line, one, ask, window)])
        if counts[0] is not False:
            found.append(replace(one, truth=counts))
    return found


def of_head(line: Mapping[str, Yaml], ask: Ask, window: Window) -> list[Occurrence]:
    """What the head says happened. Which event is meant is judged, for evidence, when it happens; else now."""
    evidence = window.evidence
    if "on" in line:
        kinds = as_list(line["on"])
        events = [event for event in ask.history if event.kind in kinds]
        found = [of_event(line, event, ask, evidence=evidence) for event in events if same_instance(event, ask)]
        return [one for one in found if one is not None]
    if evidence:
        return reached_for(line, ask, window.watched) if "at" in line else turned_for(line, ask, window.watched)
    if "at" in line:
        moment = moments.reached(line["at"], ask)
        if moment is None:
            return []
        come = moment.first if moment.whole else moment.last
        return [Occurrence(moment, come.timestamp(), so_then(line, come, ask))]
    rising = "becomes" in line
    stood = past.turnings(line["becomes" if rising else "ceases"], rising, ask)
    return [Occurrence(moment, instant.timestamp(), so_then(line, instant, ask)) for moment, instant in stood]


def turned_for(line: Mapping[str, Yaml], ask: Ask, since: float) -> list[Occurrence]:
    """Each time that a run's line turned: since the run has asked for it at each step, before as the past is read."""
    rising = "becomes" in line
    head = line["becomes" if rising else "ceases"]
    opening = as_watched(ask, since)
    found = []
    for moment, instant in past.turnings(head, rising, opening):
        step = next(case for case in past.steps(opening) if case.instant == instant and case.now == moment)
        late = instant < opening.case.instant
        found.append(
            Occurrence(moment, step.place, so_then(line, instant, opening) if late else applied(line, since, ask))
        )
    turned = conditions.turnings(head, rising, ask)
    return found + [Occurrence(moment, place, applied(line, place, ask)) for moment, place in turned if place > since]


def reached_for(line: Mapping[str, Yaml], ask: Ask, since: float) -> list[Occurrence]:
    """The moment of a run's line, if it has come; its `when` is judged then, also where it was told later."""
    moment = moments.reached(line["at"], ask)
    if moment is None:
        return []
    come = moment.first if moment.whole else moment.last
    # one that had come before the first event lies behind nothing
    place = max(next((case for case in ask.past if case.instant >= moment.first), ask.case).place, -0.5)
    opening = as_watched(ask, since)
    later = [case for case in (*ask.past, ask.case) if case.place > since]
    seen = next(
        then for then in (opening, *(as_of_step(ask, case) for case in later)) if is_reached(line, moment, then)
    )
    late = come < seen.case.instant
    return [Occurrence(moment, place, so_then(line, come, seen) if late else applied(line, seen.case.place, ask))]


def is_reached(line: Mapping[str, Yaml], moment: Moment, ask: Ask) -> bool:
    """Whether that moment has come."""
    found = moments.reached(line["at"], ask)
    return found is not None and (found.first, found.last) == (moment.first, moment.last)


def as_watched(ask: Ask, since: float) -> Ask:
    """The same question, asked as a run first asked for it."""
    return as_of_step(ask, [case for case in (*ask.past, ask.case) if case.place <= since][-1])


def as_of_step(ask: Ask, step: Case) -> Ask:
    """The same question, asked at a step."""
    return replace(ask, case=step, past=[case for case in ask.past if case.place < step.place])


def applied(line: Mapping[str, Yaml], place: float, ask: Ask) -> Truth:
    """A line's `when`, judged when its condition turned."""
    if "when" not in line:
        return YES
    then = next(case for case in (*ask.past, ask.case) if case.place == place)
    return conditions.holds(line["when"], replace(ask, case=then))


def so_then(line: Mapping[str, Yaml], instant: datetime, ask: Ask) -> Truth:
    """A line's `when`, judged after all that happened up to an instant."""
    if "when" not in line:
        return YES
    return conditions.holds(line["when"], replace(past.as_it_was(ask, instant), event=None))


def same_instance(event: Event, ask: Ask) -> bool:
    """Semantics 47: a kind that declares the instance's field must carry its value; one that does not concerns all."""
    if ask.instance is None or not ask.pack.declares(event.kind, ask.instance[0]):
        return True
    return str(event.values.get(ask.instance[0])) == ask.instance[1]


def of_event(line: Mapping[str, Yaml], event: Event, ask: Ask, *, evidence: bool) -> Occurrence | None:
    """One event as an occurrence of a line, if it fits."""
    dated = dated_moment(line.get("dated", "occurred"), event)
    if dated is None or dated.first > ask.case.instant:
        return None
    parts = [YES]
    then = ask.at_event.get(event.index, ask.case)  # judged when it happened, just after it (semantics 11)
    if "where" in line:
        about = replace(ask, event=ask.event or event, case=then if evidence else ask.case)
        parts.append(conditions.fits(line["where"], event, about))
    if "when" in line:
        before = [case for case in ask.past if case.place < event.index]
        left = then if evidence else past.at_step(then, ask)
        parts.append(conditions.holds(line["when"], replace(ask, case=left, past=before, event=event)))
    return Occurrence(dated, event.index, all_of(parts), event)


def dated_moment(dated: str, event: Event) -> Moment | None:
    """Which date of an event counts. Semantics 54: `recorded` is the first entry stamp."""
    if dated == "occurred":
        return event.moment
    found = event.recorded if dated == "recorded" else event.values.get(dated)
    return found if isinstance(found, Moment) else None


def in_window(line: Mapping[str, Yaml], one: Occurrence, ask: Ask, window: Window) -> Truth:
    """The line's bounds and those of its composites; without a lower one, from the start on."""
    own = bounds_of(line)
    every = [*window.bounds, own]
    if one.place in window.used or one.place <= window.behind:
        return NO
    if one.place == window.start_event and not any(bounds.get("since") == "start" for bounds in every):
        return NO  # semantics 14
    lower = any("since" in bounds or "after" in bounds for bounds in every)
    if window.start is not None and not lower and not from_start(one.moment, window):
        return NO
    return all_of([moments.within(bounds, one.moment, ask) for bounds in every])


def from_start(moment: Moment, window: Window) -> bool:
    """Semantics 5: from the start's own day on, whatever the order of recording, if either hour is missing."""
    start = window.start
    assert start is not None
    if window.strictly:
        return earlier(start, moment) is True
    if start.exact and moment.exact:
        return moment.first >= start.first
    return moment.day >= start.day


def closes(line: Yaml, ask: Ask, window: Window) -> datetime | None:
    """The last instant at which evidence for a line can still count; None while there is no end to be seen."""
    line = shape(line)
    if not set(line) & {"any", "all"}:
        every = [*window.bounds, bounds_of(line)]
        ends = [moments.last_instant(w, bounds[w], ask) for bounds in every for w in ("by", "before") if w in bounds]
        known = [end for end in ends if end is not None]
        return min(known) if known else None
    window = replace(window, bounds=(*window.bounds, bounds_of(line)))
    if "any" in line:
        ends = [closes(part, ask, window) for part in line["any"]]
        return None if None in ends else max(end for end in ends if end is not None)
    waiting = [part for part in line["all"] if seen(part, ask, window).truth[0] is not True]
    known = [end for part in waiting if (end := closes(part, ask, window)) is not None]
    return min(known) if known else None
