from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from icpm_engine.calendars import WEEKDAYS, Window, parse_day, parse_moment


def is_open(window: Window, text: str) -> bool | None:
    return window.is_open(*parse_moment(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("06:59", False), ("07:00", True), ("18:59", True), ("19:00", False), ("20:30", False), ("00:00", False)],
)
def test_hours_begin_with_their_first_minute_and_end_before_their_last(text: str, expected: bool) -> None:
    assert is_open(Window.from_parts("07:00-19:00"), f"2025-06-20T{text}") is expected


def test_a_missing_hour_leaves_it_open_only_where_the_day_does_not_decide() -> None:
    weekday_hours = Window.from_parts("07:00-19:00", range(5))
    assert is_open(weekday_hours, "2026-11-20") is None
    assert is_open(weekday_hours, "2026-11-21") is False
    assert is_open(Window.from_parts(weekdays=range(5)), "2026-11-20") is True
    assert is_open(Window.from_parts(season="06-01 to 08-31"), "2026-11-20") is False


def test_hours_that_cross_midnight_belong_to_the_day_they_begin_on() -> None:
    friday_night = Window.from_parts("22:00-06:00", [WEEKDAYS.index("friday")])
    assert is_open(friday_night, "2026-11-20T21:59") is False
    assert is_open(friday_night, "2026-11-20T22:00") is True
    assert is_open(friday_night, "2026-11-21T05:59") is True
    assert is_open(friday_night, "2026-11-21T06:00") is False
    assert is_open(friday_night, "2026-11-20T05:00") is False  # that night began on Thursday
    assert is_open(friday_night, "2026-11-21T23:00") is False
    assert [is_open(friday_night, f"2026-11-{day}") for day in (19, 20, 21, 22)] == [False, None, None, False]


@pytest.mark.parametrize("end", ["24:00", "00:00"])
def test_hours_until_midnight(end: str) -> None:
    evening = Window.from_parts(f"19:00-{end}")
    assert is_open(evening, "2026-11-20T23:59") is True
    assert is_open(evening, "2026-11-21T00:00") is False


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_hours_and_the_hours_between_them_fill_the_day(first: int, end: int, minute: int) -> None:
    assume(first != end)
    day, clocks = parse_day("2026-11-20"), [f"{at // 60:02}:{at % 60:02}" for at in (first, end)]
    inside, outside = Window.from_parts("-".join(clocks)), Window.from_parts("-".join(reversed(clocks)))
    assert inside.is_open(day, minute) is not outside.is_open(day, minute)


@pytest.mark.parametrize(
    ("season", "inside", "outside"),
    [
        ("06-01 to 08-31", ["2026-06-01", "2026-08-31"], ["2026-05-31", "2026-09-01"]),
        ("12-01 to 02-29", ["2026-12-01", "2026-02-28", "2028-02-29", "2026-01-15"], ["2026-03-01", "2026-11-30"]),
        ("07-04 to 07-04", ["2026-07-04"], ["2026-07-03", "2026-07-05"]),
    ],
)
def test_seasons(season: str, inside: list[str], outside: list[str]) -> None:
    window = Window.from_parts(season=season)
    assert {day: is_open(window, day) for day in inside} == dict.fromkeys(inside, True)
    assert {day: is_open(window, day) for day in outside} == dict.fromkeys(outside, False)


def test_all_parts_must_hold() -> None:
    window = Window.from_parts("08:00-15:00", range(5), "09-01 to 06-15")
    assert is_open(window, "2026-11-20T09:00") is True
    assert is_open(window, "2026-11-20T16:00") is False
    assert is_open(window, "2026-11-21T09:00") is False
    assert is_open(window, "2026-07-20T09:00") is False
    assert str(window) == "08:00-15:00; monday, tuesday, wednesday, thursday, friday; 09-01 to 06-15"
    assert str(Window.from_parts("19:00-24:00")) == "19:00-24:00"
    assert str(Window.from_parts(season="06-01 to 08-31")) == "06-01 to 08-31"


@pytest.mark.parametrize("hours", ["", "7-19", "07:00", "07:00-25:00", "24:00-07:00", "07:00 19:00", "7:00-19:00"])
def test_hours_in_any_other_form_are_refused(hours: str) -> None:
    with pytest.raises(ValueError, match="expected hours like '07:00-19:00'"):
        Window.from_parts(hours)


@pytest.mark.parametrize("hours", ["07:00-07:00", "00:00-24:00"])
def test_hours_of_a_whole_day_are_refused(hours: str) -> None:
    with pytest.raises(ValueError, match="leave them out for a whole day"):
        Window.from_parts(hours)


@pytest.mark.parametrize(
    "season", ["", "summer", "06-01", "6-1 to 8-31", "06-01 to 06-31", "06-01-08-31", "W10-1 to 06-01"]
)
def test_seasons_in_any_other_form_are_refused(season: str) -> None:
    with pytest.raises(ValueError, match="expected a season like '06-01 to 08-31'"):
        Window.from_parts(season=season)


@pytest.mark.parametrize(
    ("window", "moments"),
    [
        (Window.from_parts("07:00-19:00"), ["2026-11-20T07:00", "2026-11-20T19:00", "2026-11-21T07:00"]),
        (Window.from_parts("07:10-24:00", [4]), ["2026-11-20T07:10", "2026-11-21T00:00", "2026-11-27T07:10"]),
        (Window.from_parts("22:00-06:00", [4]), ["2026-11-20T22:00", "2026-11-21T06:00", "2026-11-27T22:00"]),
        (Window.from_parts(weekdays=range(5)), ["2026-11-21T00:00", "2026-11-23T00:00", "2026-11-28T00:00"]),
        (Window.from_parts(season="06-01 to 08-31"), ["2027-06-01T00:00", "2027-09-01T00:00", "2028-06-01T00:00"]),
    ],
)
def test_the_moments_at_which_a_window_opens_and_closes(window: Window, moments: list[str]) -> None:
    at: tuple[int, int] | None = parse_moment("2026-11-20T00:01")
    for moment in moments:
        assert at is not None
        at = window.next_change(*at)
        assert at == parse_moment(moment)


def test_a_change_may_be_years_away_or_never_come() -> None:
    leap_day = Window.from_parts(season="02-29 to 02-29")
    assert leap_day.next_change(*parse_moment("2096-03-01T00:00")) == parse_moment("2104-02-29T00:00")
    assert Window.from_parts(weekdays=range(7)).next_change(*parse_moment("2026-11-20T00:00")) is None


@settings(max_examples=30)
@given(st.integers(0, 1439), st.integers(0, 1439), st.sets(st.integers(0, 6), min_size=1), st.integers(0, 1439))
def test_the_next_change_against_walking_by_the_minute(first: int, end: int, weekdays: set[int], minute: int) -> None:
    assume(first != end)
    window = Window((first, end), tuple(sorted(weekdays)))
    day = parse_day("2026-11-20")
    now = window.is_open(day, minute)
    later = ((day + (minute + n) // 1440, (minute + n) % 1440) for n in range(1, 9 * 1440))
    assert window.next_change(day, minute) == next(at for at in later if window.is_open(*at) is not now)


def test_a_window_says_something() -> None:
    with pytest.raises(ValueError, match="names hours, weekdays or a season"):
        Window.from_parts()
    for weekdays in ([], [7], [-1]):
        with pytest.raises(ValueError, match="open on some weekday"):
            Window.from_parts(weekdays=weekdays)
