"""How a date was reckoned, read from the trace of a derivation: its legs, days left out, versions that took over."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import attrs

from icpm_engine.calendars import (
    ANY_CALENDAR,
    Calendar,
    Span,
    Zone,
    day_adder,
    format_day,
    format_instant,
    monday_to_friday,
    roll,
    skipped,
)
from icpm_engine.duties.legs import legs_of
from icpm_engine.errors import CalendarEnds
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.pauses import past_pauses
from icpm_engine.history.results import FOREVER
from icpm_engine.rules import model
from icpm_engine.rules.wording import words_of_due, words_of_leg


@attrs.frozen
class Skipped:
    """Days that a count left out, from first to last, and why."""

    first: str
    last: str
    why: str


@attrs.frozen
class Leg:
    """One way in which a date was reckoned: the rule's words, from which day, by which span, to which day.

    `moved_over`: the closed days from which it was rolled. `dated` is no where the source states no number, so that
    there is nothing to reckon. While the clock stands still, `counted_to` is the date at which it stood.
    """

    rule: str
    anchor_day: str | None
    anchor_entry: int | None
    span: str | None
    counted_to: str | None
    moved_to: str | None
    skipped: tuple[Skipped, ...] = ()
    waits_for: tuple[str, ...] = ()
    governs: bool = False
    convention: str | None = None
    dated: bool = True
    without_pauses: str | None = None
    """To which day or time it would have been counted without any pause."""
    moved_by: str | None = None
    """How far pauses have moved it."""
    left: str | None = None
    """How much of the span is left while the clock stands still."""
    moved_over: tuple[Skipped, ...] = ()


@attrs.frozen
class Calendars:
    """The calendars as they were known when a row began: on its day, and up to the midnight with which that began.

    What had ended with the day before was counted by what was known then; what was re-dated at midnight, by what became
    known on the day. Which of the two it was, the count itself tells.
    """

    zone: Zone
    known: tuple[Mapping[str, Calendar], ...]

    @classmethod
    def at(cls, rules: CompiledRules, instant: int) -> Calendars:
        """Those at an instant."""
        zone, calendars = rules.zone, rules.pack.calendars
        if not any(calendar.news for calendar in calendars.values()):
            return cls(zone, (calendars,))
        days = dict.fromkeys((zone.day_of(instant), zone.day_of(instant - 1)))
        return cls(zone, tuple({name: one.known_on(day) for name, one in calendars.items()} for day in days))

    def by_which(self, comes_there: Callable[[Mapping[str, Calendar]], bool]) -> Mapping[str, Calendar]:
        """Those by which a count comes to where it came."""
        for known in self.known[:-1]:
            with suppress(CalendarEnds):
                if comes_there(known):
                    return known
        return self.known[-1]


@attrs.frozen
class TakenOver:
    """How a version took a run over that was open when it came in.

    `version_before`: the day from which its text had held till then, None for the first; `due_before`: the date that it
    had then, if it had one.
    """

    day: str
    crossover: str
    version_before: str | None
    due_before: str | None

    def __str__(self) -> str:
        said = {
            "from_start": "reckoned by it from the start",
            "from_effective_day": "reckoned by it from that day",
            "earliest": "the earlier of the old text's date and the new one's",
        }
        before = f", due {self.due_before} until then" if self.due_before else ""
        text = "the first text" if self.version_before is None else f"the text from {self.version_before}"
        return f"The version from {self.day} came in and took it over from {text}{before}: {said[self.crossover]}."


@functools.lru_cache(maxsize=16_384)
def due_text(instant: int | None, zone: Zone) -> str | None:
    """A due moment: the day alone where it is the day's last second, else the local time."""
    if instant is None or instant >= FOREVER:
        return None
    day = zone.day_of(instant)
    return format_day(day) if instant == zone.midnight[day + 1] - 1 else format_instant(instant, zone)


def all_legs(text: model.DutyText) -> list[model.DueLeg]:
    """The legs of all rows of a text, in the order of their numbers."""
    return [leg for row in (text.due.rows if text.due is not None else ()) for leg in legs_of(row.value)]  # type: ignore[arg-type]


def legs_told(
    trace: Any,
    text: tuple[model.Duty, int],
    run: int,
    calendars: Calendars,
) -> tuple[str | None, tuple[Leg, ...]]:
    """The legs that a trace of a text of a duty names; which of several governs."""
    if not trace:
        return None, ()
    head = trace[0]
    if head == "crossed":
        return legs_told(trace[-1], text, run, calendars)
    if head == "text":
        return legs_told(trace[2], (text[0], trace[1]), run, calendars)
    if head == "rows":
        return "rows", tuple(leg for part in trace[1] for leg in legs_told(part, text, run, calendars)[1])
    if head == "open":
        return None, (Leg(words_of_due(model.DueOpen(trace[1] or None)), None, None, None, None, None, dated=False),)
    if head in ("earliest", "latest"):
        if trace[1] < 0:
            return head, tuple(leg for part in trace[2] for leg in legs_told(part, text, run, calendars)[1])
        chosen = trace[2][trace[1]]
        found: list[Leg] = []
        for part in trace[3]:
            inner = legs_told(part, text, run, calendars)[1]
            governs = part == chosen
            found.extend(attrs.evolve(leg, governs=governs and leg.governs) for leg in inner)
        return head, tuple(found)
    return None, (_leg(trace, all_legs(text[0].texts[text[1]]), run, calendars),)


def _leg(trace: Any, legs: list[model.DueLeg], run: int, calendars: Calendars) -> Leg:
    zone = calendars.zone
    leg = legs[trace[1]]
    words = words_of_leg(leg, run)
    if trace[0] == "pending":
        return Leg(words, None, None, None, None, None, waits_for=tuple(trace[2]))
    _, _, anchor, entry, span, counted, final, exact, *paused = trace
    if trace[0] == "within":
        end = format_instant(exact, zone) if exact else format_day(counted)
    else:  # a moment with its hour is said with it
        end = (None if span else due_text(exact, zone)) or format_day(counted)
    left_out = () if not span else _skipped(span, anchor, counted, leg, calendars, checked=not paused)
    word = Span.parse(span, ANY_CALENDAR).word if span else None
    convention = "counted as the start's own day: our convention, not the source's" if word == "immediately" else None
    return Leg(
        rule=words,
        anchor_day=format_day(anchor),
        anchor_entry=entry or None,
        span=span or None,
        counted_to=end,
        moved_to=format_day(final) if final != counted else None,
        skipped=left_out,
        governs=True,
        convention=convention,
        **(past_pauses(trace, zone) if paused else {}),
        moved_over=_moved_over(leg, counted, final, calendars) if final != counted else (),
    )


def _moved_over(leg: model.DueLeg, counted: int, final: int, calendars: Calendars) -> tuple[Skipped, ...]:
    """The closed days that a roll stepped over."""

    def rolls(known: Mapping[str, Calendar]) -> bool:
        return roll(counted, known[leg.rolls_on or ""], leg.rolls or "next") == final

    calendar = calendars.by_which(rolls)[leg.rolls_on] if leg.rolls_on else monday_to_friday()
    ranges = calendar.closed(counted, final) if final > counted else calendar.closed(final, counted)
    return tuple(Skipped(format_day(first), format_day(last), why) for first, last, why in ranges)


def _skipped(
    text: str, anchor: int, end: int, leg: model.DueLeg, calendars: Calendars, *, checked: bool
) -> tuple[Skipped, ...]:
    """The closed days that a count left out; `checked`: nothing else has moved its end."""
    span, counted = Span.parse(text, ANY_CALENDAR), leg.first_day_counted

    def comes_there(known: Mapping[str, Calendar]) -> bool:
        return day_adder(span, known, back=end < anchor, first_day_counted=counted)(anchor) == end

    known = calendars.by_which(comes_there) if checked and span.parts and not span.timed else calendars.known[0]
    try:
        ranges = skipped(span, known, anchor, end, first_day_counted=counted)
    except CalendarEnds:
        return ()
    return tuple(Skipped(format_day(first), format_day(last), why) for first, last, why in ranges)


def versions_told(trace: Any, duty: model.Duty, zone: Zone) -> Iterator[TakenOver]:
    """The versions that a trace names: the one that took the run over last, and those before it."""
    while trace and trace[0] == "crossed":
        _, day, number, due_at, trace = trace
        before = duty.texts[number].from_day
        yield TakenOver(format_day(day), duty.crossover, format_day(before) if before else None, due_text(due_at, zone))
        legs = trace[-1] if trace and trace[0] == "earliest" else ()
        trace = next((leg[2] for leg in legs if leg and leg[0] == "text"), ())
