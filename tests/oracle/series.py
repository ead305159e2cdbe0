"""Lines that look at a wider series: the last N of it in a row, a part of it when the window closes (grammar 1.5).

What is not known of an event is tried both ways: the answer is sure only if every way gives the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import Any

from tests.oracle import conditions, lines
from tests.oracle.case import NO, YES, Ask, Truth, unknown
from tests.oracle.dates import Moment, timed
from tests.oracle.pack import BOUNDS, Event, Yaml
from tests.oracle.seen import Occurrence, Seen, Window

SERIES_KEYS = ("of", "in_a_row", "share")


@dataclass(frozen=True)
class Member:
    """One event of the series: whether it belongs to it (then it has a date), and whether it is such."""

    occurrence: Occurrence
    such: Truth


def is_series(line: Mapping[str, Yaml]) -> bool:
    """Whether a line counts the events of a wider series."""
    return "in_a_row" in line or "share" in line


def members(line: Mapping[str, Yaml], ask: Ask, window: Window) -> list[Member]:
    """The events of the wider series that lie in the window, by their dates."""
    wide: dict[str, Any] = {key: value for key, value in line.items() if key not in ("where", "with", *SERIES_KEYS)}
    if line.get("of", "all") != "all":
        wide["where"] = line["of"]
    found = lines.occurrences(wide, ask, window)
    found.sort(key=lambda one: (one.moment.first, one.place))
    return [Member(one, such(line, one.event, ask, window)) for one in found if one.event]


def such(line: Mapping[str, Yaml], event: Event, ask: Ask, window: Window) -> Truth:
    """Whether an event of the series is such as the line asks for. What it does not show it is not."""
    if "with" in line and conditions.lacking(line["with"], event, ask):
        return NO
    if "where" not in line:
        return YES
    then = ask.at_event.get(event.index, ask.case) if window.evidence else ask.case
    return conditions.fits(line["where"], event, replace(ask, event=ask.event or event, case=then))


def counted(line: Mapping[str, Yaml], found: list[Member]) -> Truth:
    """Whether the last N are such, or a large enough part, whatever the unknown ones are."""
    answers = {one_way(line, way) for way in ways(found)}
    if len(answers) == 1:
        return YES if answers.pop() else NO
    return unknown(*(name for one in found for name in (*one.occurrence.truth[1], *one.such[1])))


def ways(found: list[Member]) -> Iterator[list[bool]]:
    """Every way in which it may be: of the events that belong to the series, in order, which are such."""
    choices: list[list[bool | None]] = []
    for one in found:
        verdicts: list[bool | None] = [True, False] if one.such[0] is None else [one.such[0]]
        choices.append([*verdicts, None] if one.occurrence.truth[0] is None else verdicts)
    for way in product(*choices):
        yield [one for one in way if one is not None]


def one_way(line: Mapping[str, Yaml], way: list[bool]) -> bool:
    """The answer if it is so."""
    if "in_a_row" in line:
        number = int(line["in_a_row"])
        return len(way) >= number and all(way[-number:])
    return bool(way) and sum(way) >= share_of(line) * len(way)


def share_of(line: Mapping[str, Yaml]) -> Decimal:
    """The part that is asked for, as a number."""
    text = str(line["share"])
    for word in ("percent", "%"):
        if text.endswith(word):
            return Decimal(text.removesuffix(word).strip()) / 100
    return Decimal(text)


def window_end(line: Mapping[str, Yaml], ask: Ask, window: Window) -> datetime | None:
    """When the window of a share closes; without an end, or with one that moves on with now, it is closed."""
    bounds = [{word: one[word] for word in BOUNDS if word in one} for one in (*window.bounds, line)]
    ends = [one[word] for one in bounds for word in ("by", "before") if word in one]
    if all(end in ("now", "event") for end in ends):
        return None
    never = datetime.max.replace(tzinfo=ask.case.instant.tzinfo)
    return lines.closes(lines.without(line, SERIES_KEYS), ask, window) or never


def seen(line: Mapping[str, Yaml], ask: Ask, window: Window, *, judged: bool = False) -> Seen:
    """What a series line has come to by now. `judged`: a share is judged now, whether its window has closed or not."""
    found = members(line, ask, window)
    missing = wanting(line, found)
    closed = window_end(line, ask, window) if "share" in line and not judged else None
    if closed is not None and ask.case.instant <= closed:
        return Seen(NO, missing=missing, partial=bool(missing))
    answer = counted(line, found)
    if answer[0] is not True:
        return Seen(answer, missing=missing, partial=bool(missing))
    good = [one for one in found if one.occurrence.truth[0] is True and one.such[0] is True]
    if "in_a_row" in line:
        good = good[-int(line["in_a_row"]) :]
    last: Moment = good[-1].occurrence.moment
    # a share is judged when its window closes, and that is its date
    dated = last if closed is None else timed(ask.zone, closed)
    return Seen(YES, dated, frozenset(one.occurrence.place for one in good))


def wanting(line: Mapping[str, Yaml], found: list[Member]) -> tuple[str, ...]:
    """What it still lacks, as far as it has begun."""
    sure = [one for one in found if one.occurrence.truth[0] is True]
    if not sure:
        return ()
    if "in_a_row" in line:
        row = 0
        for one in reversed(found):
            if one.occurrence.truth[0] is not True or one.such[0] is not True:
                break
            row += 1
        return (f"{int(line['in_a_row']) - row} more of {lines.name_of(line)} in a row",)
    return (f"{sum(one.such[0] is True for one in sure)} of {len(sure)} of {lines.name_of(line)} so far",)
