from __future__ import annotations

import pytest
from hypothesis import given
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
    if first == end:
        return
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


def test_a_window_says_something() -> None:
    with pytest.raises(ValueError, match="names hours, weekdays or a season"):
        Window.from_parts()
    for weekdays in ([], [7], [-1]):
        with pytest.raises(ValueError, match="open on some weekday"):
            Window.from_parts(weekdays=weekdays)
