"""Lists over a county's subjects: what is due, overdue, unknown, and of whom somebody is to be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import attrs

from icpm_engine.calendars import ANY_CALENDAR, Span, day_adder, format_day
from icpm_engine.engine.county import County
from icpm_engine.engine.times import When
from icpm_engine.errors import EventError, PastHorizon
from icpm_engine.history.answers import Obligation, day_end, obligation_of
from icpm_engine.history.unknowns import Unknown, unknowns
from icpm_engine.rules.words import hint
from icpm_engine.store import Filter, Listed, Position, Reading

_AT_ONCE = 500
"""Open obligations of a rule that are looked through at a time for those of which somebody is to be told."""

Only = Mapping[str, str | None]
"""Filters as the caller named them."""


@attrs.frozen
class Page:
    """A page of a list; pass `next` as `after` for the one that follows; None on the last."""

    rows: tuple[Obligation, ...]
    next: Position | None

    def __iter__(self) -> Iterator[Obligation]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@contextmanager
def asking(county: County, at: int, known_at: When | None = None) -> Iterator[Reading]:
    """One look at the store for a list on a day. Raises PastHorizon."""
    one = county.session is None and known_at is None
    with county.store.asking() if one else county.store.reading(county.session) as reading:
        reading = county.as_known(reading, known_at)  # noqa: PLW2901
        horizon = reading.horizon()
        if at > horizon:
            day = format_day(county.zone.day_of(horizon))
            raise PastHorizon(f"lists are complete up to {day}; ask for a day up to then, or for one case")
        yield reading


def due(
    county: County,
    on: When,
    within: str | None,
    known_at: When | None,
    *,
    after: Position | None,
    limit: int,
    only: Only,
) -> Page:
    """What runs on a day."""
    at = county.instant(on)
    until = _until(county, at, within)
    with asking(county, at, known_at) as reading:
        listed = reading.due(at, only=_filter(only), after=after, limit=limit + 1, **until)
        return _page(county, reading, listed, at, limit)


def due_count(county: County, on: When, within: str | None, known_at: When | None, only: Only) -> int:
    """How many obligations `due` lists."""
    at = county.instant(on)
    until = _until(county, at, within)
    with asking(county, at, known_at) as reading:
        return reading.due_count(at, only=_filter(only), **until)


def overdue(county: County, on: When, known_at: When | None, *, after: Position | None, limit: int, only: Only) -> Page:
    """What is overdue on a day."""
    at = county.instant(on)
    with asking(county, at, known_at) as reading:
        listed = reading.overdue(at, only=_filter(only), after=after, limit=limit + 1)
        return _page(county, reading, listed, at, limit)


def overdue_count(county: County, on: When, known_at: When | None, only: Only) -> int:
    """How many obligations `overdue` lists."""
    at = county.instant(on)
    with asking(county, at, known_at) as reading:
        return reading.overdue_count(at, only=_filter(only))


def unknown(county: County, on: When, known_at: When | None, only: Only) -> tuple[Unknown, ...]:
    """What open obligations wait for."""
    at = county.instant(on)
    with asking(county, at, known_at) as reading:
        return unknowns(reading.waiting(at, only=_filter(only)), county.rules_in(reading).pack, county.zone)


def escalations(
    county: County,
    on: When,
    known_at: When | None,
    tell: str | None,
    *,
    after: Position | None,
    limit: int,
    only: Only,
) -> Page:
    """What is open on a day of which somebody is to be told, rule by rule."""
    at, wanted = county.instant(on), _filter(only)
    shown: list[tuple[Obligation, Position]] = []
    with asking(county, at, known_at) as reading:
        for duty in _escalating(county, reading):
            if wanted.duty in (None, duty) and (after is None or duty >= after.duty):
                own = attrs.evolve(wanted, duty=duty)
                position = after if after is not None and after.duty == duty else None
                shown += _escalated(county, reading, at, own, tell, position, limit + 1 - len(shown))
    page = shown[:limit]
    return Page(tuple(row for row, _ in page), page[-1][1] if len(shown) > limit else None)


def _escalating(county: County, reading: Reading) -> list[str]:
    """The duties of which somebody may be to be told, by the rules of any subject."""
    duties = [duty for rules in county.stood_by(reading) for duty in rules.pack.duties.values()]
    return sorted({duty.name for duty in duties if any(text.escalates for text in duty.texts)})


def _escalated(
    county: County, reading: Reading, at: int, only: Filter, tell: str | None, after: Position | None, wanted: int
) -> list[tuple[Obligation, Position]]:
    """The next obligations of one rule of which somebody is to be told."""
    found: list[tuple[Obligation, Position]] = []
    while len(found) < wanted:
        listed = reading.due(at, only=only, after=after, limit=_AT_ONCE)
        for one, row in zip(listed, _page(county, reading, listed, at, _AT_ONCE), strict=True):
            if any(tell in (None, escalated.role) for escalated in row.escalations):
                found.append((row, one.position))
        if len(listed) < _AT_ONCE:
            break
        after = listed[-1].position
    return found[:wanted]


def _page(county: County, reading: Reading, listed: Sequence[Listed], at: int, limit: int) -> Page:
    shown = listed[:limit]
    rows = tuple(obligation_of(one.row.row, county.rules_of(reading, one.row), one.row.subject_id, at) for one in shown)
    return Page(rows, shown[-1].position if len(listed) > limit else None)


def _until(county: County, at: int, within: str | None) -> dict[str, int]:
    """The last instant at which what is listed may be due, if `within` names one. Raises EventError."""
    if within is None:
        return {}
    try:
        span = Span.parse(within, ANY_CALENDAR)
    except ValueError as error:
        raise EventError(f"within: {error}") from None
    if span.timed:
        raise EventError(f"within: found '{within}', expected days, weeks, months or years")
    calendars = county.pack.calendars
    for name in span.calendars:
        if name not in calendars:
            raise EventError(f"within: no calendar of these rules counts {name} days{hint(name, calendars)}")
    zone, day = county.zone, county.zone.day_of(at)
    known = {name: calendars[name].known_on(day) for name in span.calendars}
    return {"until": day_end(zone, day_adder(span, known)(day))}


def _filter(only: Only) -> Filter:
    given: dict[str, Any] = {name: value for name, value in only.items() if value is not None}
    known = {"about", "area", "duty", "owner", "case", "assigned_to", "role"}
    for name in given:
        if name not in known:
            raise EventError(f"there is no filter {name}; there are: {', '.join(sorted(known))}")
    if "assigned_to" in given:
        given["worker"] = given.pop("assigned_to")
    return Filter(**given)
