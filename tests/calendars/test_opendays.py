"""Open days against NumPy's busday functions, against walking day by day, and at the edges of what is covered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from icpm_engine.calendars import Calendar, Citation, format_day, monday_to_friday, parse_day, roll
from icpm_engine.errors import CalendarEnds
from tests.calendars.files import NAMES, calendar

SOURCE = Citation("invented")
FIRST, LAST = parse_day("2026-01-01"), parse_day("2026-12-31")

Busdays = np.busdaycalendar
calendars = st.sampled_from(NAMES).map(calendar)


def numpy_day(day: int) -> np.datetime64:
    return np.datetime64(date.fromordinal(day))


def busdays(of: Calendar) -> Busdays:
    mask = [weekday in of.weekdays_open for weekday in range(7)]
    return np.busdaycalendar(mask, [numpy_day(day) for day in of.reasons])


@st.composite
def invented(draw: st.DrawFn) -> Calendar:
    length = draw(st.integers(1, 120))
    weekdays = draw(st.sets(st.integers(0, 6), min_size=1))
    closed = draw(st.sets(st.integers(FIRST, FIRST + length - 1)))
    return Calendar.from_parts("x", "x", SOURCE, weekdays, dict.fromkeys(closed, "why"), FIRST, FIRST + length - 1)


def walk(of: Calendar, day: int, n: int) -> int | None:
    """The n-th open day by looking at each day, or None past the covered ones; the start may lie just outside."""
    if not of.first_day - 1 <= day <= of.last_day + 1:
        return None
    step, left = (1, n) if n > 0 else (-1, -n)
    while left:
        day += step
        if not of.first_day <= day <= of.last_day:
            return None
        left -= (day - 1) % 7 in of.weekdays_open and day not in of.reasons
    return day


def answer(count: Callable[[], int]) -> int | None:
    try:
        return count()
    except CalendarEnds:
        return None


@given(calendars, st.data(), st.integers(1, 60))
def test_counting_ahead_against_numpy(of: Calendar, data: st.DataObject, n: int) -> None:
    day = data.draw(st.integers(of.first_day, of.last_day - 200))
    expected = np.busday_offset(numpy_day(day), n, roll="backward", busdaycal=busdays(of))
    assert numpy_day(of.add(day, n)) == expected
    assert of.adder(n)(day) == of.add(day, n)


@given(calendars, st.data(), st.integers(1, 60))
def test_counting_back_against_numpy(of: Calendar, data: st.DataObject, n: int) -> None:
    day = data.draw(st.integers(of.first_day + 200, of.last_day))
    expected = np.busday_offset(numpy_day(day), -n, roll="forward", busdaycal=busdays(of))
    assert numpy_day(of.add(day, -n)) == expected
    assert of.adder(-n)(day) == of.add(day, -n)


@given(calendars, st.data())
def test_the_running_count_against_numpy(of: Calendar, data: st.DataObject) -> None:
    first, last = sorted(data.draw(st.tuples(*[st.integers(of.first_day, of.last_day)] * 2)))
    counted = of.through[last] - of.through[first - 1]
    assert counted == np.busday_count(numpy_day(first), numpy_day(last + 1), busdaycal=busdays(of))
    assert counted == last - first + 1 - sum(b - a + 1 for a, b, _ in of.closed(first, last))


@given(calendars, st.data())
def test_rolling_against_numpy(of: Calendar, data: st.DataObject) -> None:
    day = data.draw(st.integers(of.first_day + 10, of.last_day - 10))
    ahead = np.busday_offset(numpy_day(day), 0, roll="forward", busdaycal=busdays(of))
    back = np.busday_offset(numpy_day(day), 0, roll="backward", busdaycal=busdays(of))
    assert numpy_day(roll(day, of, "next")) == ahead
    assert numpy_day(roll(day, of, "previous")) == back
    assert of.is_open(day) == bool(np.is_busday(numpy_day(day), busdaycal=busdays(of)))


@given(invented(), st.integers(-5, 130), st.integers(-130, 130))
def test_counting_against_walking_in_and_around_any_calendar(of: Calendar, offset: int, n: int) -> None:
    assume(n != 0)
    day = of.first_day + offset
    expected = walk(of, day, n)
    assert answer(lambda: of.add(day, n)) == expected
    assert answer(lambda: of.adder(n)(day)) == expected


@given(invented(), st.integers(-5, 130))
def test_next_and_previous_open_against_walking(of: Calendar, offset: int) -> None:
    day = of.first_day + offset
    assert answer(lambda: of.next_open(day)) == walk(of, day - 1, 1)
    assert answer(lambda: of.previous_open(day)) == walk(of, day + 1, -1)


def small(closed: dict[str, str] | None = None, name: str = "small", **changes: str) -> Calendar:
    days = {parse_day(day): why for day, why in (closed or {"2026-01-19": "A holiday"}).items()}
    citation = Citation(changes.get("source", "invented"))
    return Calendar.from_parts(name, changes.get("title", "Small"), citation, range(5), days, FIRST, LAST)


def test_nothing_to_count_leaves_the_day_as_it_is() -> None:
    sunday = parse_day("2026-01-18")
    assert small().add(sunday, 0) == small().adder(0)(sunday) == sunday


@pytest.mark.parametrize(
    ("day", "n", "message"),
    [
        ("2026-12-28", 4, "the calendar small is known up to 2026-12-31; a later date"),
        ("2027-01-02", 1, "known up to 2026-12-31"),
        ("2027-01-02", -1, "known up to 2026-12-31"),
        ("2026-01-05", -3, "the calendar small is known from 2026-01-01 on; an earlier date"),
        ("2025-12-30", -1, "known from 2026-01-01 on"),
        ("2025-12-30", 1, "known from 2026-01-01 on"),
    ],
)
def test_leaving_the_covered_days_is_an_error_that_names_the_edge(day: str, n: int, message: str) -> None:
    for count in (small().adder(n), lambda start: small().add(start, n)):
        with pytest.raises(CalendarEnds, match=message):
            count(parse_day(day))


def test_the_error_names_calendar_and_edges() -> None:
    with pytest.raises(CalendarEnds) as caught:
        small().is_open(parse_day("2027-01-01"))
    assert (caught.value.calendar, caught.value.last_day, caught.value.first_day) == ("small", "2026-12-31", None)
    with pytest.raises(CalendarEnds) as caught:
        small().closed(parse_day("2025-12-31"), parse_day("2026-01-01"))
    assert (caught.value.last_day, caught.value.first_day) == ("2026-12-31", "2026-01-01")


def test_a_count_may_start_on_the_day_beside_the_covered_ones_but_not_ask_for_it() -> None:
    assert format_day(small().add(parse_day("2025-12-31"), 1)) == "2026-01-01"
    assert format_day(small().add(parse_day("2027-01-01"), -1)) == "2026-12-31"
    for day in ("2025-12-31", "2027-01-01"):
        with pytest.raises(CalendarEnds):
            small().is_open(parse_day(day))


def test_closed_ranges_join_days_of_one_reason() -> None:
    days = {"2026-01-15": "Storm", "2026-01-16": "Storm", "2026-01-19": "A holiday"}
    ranges = small(days).closed(parse_day("2026-01-12"), parse_day("2026-01-20"))
    assert [(format_day(first), format_day(last), why) for first, last, why in ranges] == [
        ("2026-01-15", "2026-01-16", "Storm"),
        ("2026-01-17", "2026-01-18", "weekend"),
        ("2026-01-19", "2026-01-19", "A holiday"),
    ]
    assert small().closed(parse_day("2026-01-20"), parse_day("2026-01-12")) == []


def test_a_weekday_that_is_never_open_is_named() -> None:
    six_days = Calendar.from_parts("six", "Six days", SOURCE, range(6), {}, FIRST, LAST)
    assert six_days.why_closed(parse_day("2026-01-18")) == "Sunday"
    four_days = Calendar.from_parts("four", "Four days", SOURCE, range(4), {}, FIRST, LAST)
    assert four_days.why_closed(parse_day("2026-01-16")) == "Friday"
    assert four_days.why_closed(parse_day("2026-01-17")) == "weekend"


def test_the_digest_hangs_on_content_and_on_nothing_else() -> None:
    assert small().digest == "4d749db0996ba42b2a065b8f1dc8b847870ac7d1e68934c185e079ed853d0ce6"
    changed = [
        small({"2026-01-19": "Another name"}),
        small({"2026-01-20": "A holiday"}),
        small(name="other"),
        small(title="Other"),
        small(source="other"),
    ]
    assert len({small().digest, *(other.digest for other in changed)}) == 6


def test_the_order_of_closed_days_does_not_matter() -> None:
    days = {"2026-01-19": "A holiday", "2026-05-25": "Another"}
    assert small(days) == small(dict(reversed(days.items())))
    assert hash(small(days)) == hash(small(dict(reversed(days.items()))))
    assert small(days) != small()
    assert small() != "small"
    assert repr(small()) == "Calendar('small', 2026-01-01..2026-12-31)"


@pytest.mark.parametrize(
    ("weekdays", "closed", "first", "last", "message"),
    [
        ([], {}, FIRST, LAST, "open on some weekday"),
        ([7], {}, FIRST, LAST, r"from 0 \(Monday\) to 6"),
        ([0], {}, LAST, FIRST, "covers no day: 2026-12-31 to 2026-01-01"),
        ([0], {LAST + 1: "New Year's Day"}, FIRST, LAST, "covers 2026-01-01 to 2026-12-31, but closes 2027-01-01"),
        ([0], {FIRST: " "}, FIRST, LAST, "does not say why 2026-01-01 is closed"),
    ],
)
def test_parts_that_contradict_each_other(
    weekdays: list[int], closed: dict[int, str], first: int, last: int, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Calendar.from_parts("bad", "Bad", SOURCE, weekdays, closed, first, last)


def test_monday_to_friday_has_no_holidays() -> None:
    plain = monday_to_friday()
    assert format_day(plain.add(parse_day("2026-12-24"), 1)) == "2026-12-25"
    assert format_day(roll(parse_day("2026-07-04"), plain, "next")) == "2026-07-06"
    assert format_day(roll(parse_day("2026-07-04"), plain, "previous")) == "2026-07-03"
    assert plain is monday_to_friday()


def test_a_roll_has_a_direction() -> None:
    with pytest.raises(ValueError, match="found 'sideways'"):
        roll(FIRST, small(), "sideways")
