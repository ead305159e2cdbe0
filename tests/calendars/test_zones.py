from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.calendars import Zone, format_instant, parse_day

# Samoa left out a whole day in 2011; Santiago and Beirut change their clocks at midnight, Lord Howe by half an hour.
ZONES = {
    name: Zone(name)
    for name in ["America/Los_Angeles", "America/Chicago", "America/Phoenix", "UTC", "Pacific/Apia", "America/Santiago",
                 "Asia/Beirut", "Australia/Lord_Howe", "Asia/Kolkata", "America/Havana"]
}  # fmt: skip
LOS_ANGELES = ZONES["America/Los_Angeles"]
instants = st.integers(
    int(datetime(1970, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2099, 12, 31, tzinfo=UTC).timestamp())
)
zones = st.sampled_from(sorted(ZONES)).map(ZONES.__getitem__)


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@given(zones, instants)
def test_local_time_against_zoneinfo(zone: Zone, instant: int) -> None:
    clock = datetime.fromtimestamp(instant, ZoneInfo(zone.name))
    assert zone.day_of(instant) == clock.date().toordinal()
    assert zone.local(instant) == (clock.date().toordinal(), clock.hour * 60 + clock.minute)


@given(zones, st.dates(date(1970, 1, 2), date(2099, 12, 30)), st.integers(0, 1439))
def test_instants_against_zoneinfo(zone: Zone, day: date, minute: int) -> None:
    clock = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZoneInfo(zone.name))
    assert zone.instant(day.toordinal(), minute) == int(clock.timestamp())


@given(zones, st.dates(date(1970, 1, 2), date(2099, 12, 30)))
def test_midnight_begins_the_day(zone: Zone, day: date) -> None:
    ordinal = day.toordinal()
    start, end = zone.midnight[ordinal], zone.midnight[ordinal + 1]
    assert zone.day_of(start - 1) < ordinal <= zone.day_of(start)
    assert start == end or (zone.day_of(start), zone.day_of(end - 1)) == (ordinal, ordinal)


def test_the_days_of_2026_on_which_clocks_change() -> None:
    lengths = {
        date.fromordinal(day).isoformat(): (LOS_ANGELES.midnight[day + 1] - LOS_ANGELES.midnight[day]) / 3600
        for day in range(parse_day("2026-01-01"), parse_day("2027-01-01"))
    }
    assert {day: hours for day, hours in lengths.items() if hours != 24} == {"2026-03-08": 23, "2026-11-01": 25}


def test_a_minute_that_spring_leaves_out_is_moved_forward() -> None:
    day = parse_day("2026-03-08")
    assert LOS_ANGELES.instant(day, 1 * 60 + 59) == utc("2026-03-08T09:59")
    assert LOS_ANGELES.instant(day, 2 * 60 + 30) == utc("2026-03-08T10:30")
    assert LOS_ANGELES.local(utc("2026-03-08T10:30")) == (day, 3 * 60 + 30)
    assert LOS_ANGELES.instant(day, 3 * 60) == utc("2026-03-08T10:00")


def test_of_a_minute_that_comes_twice_in_autumn_the_first_is_meant() -> None:
    day = parse_day("2026-11-01")
    assert LOS_ANGELES.instant(day, 90) == utc("2026-11-01T08:30")
    assert LOS_ANGELES.local(utc("2026-11-01T08:30")) == LOS_ANGELES.local(utc("2026-11-01T09:30")) == (day, 90)


def test_a_day_without_its_hour_is_no_instant() -> None:
    with pytest.raises(ValueError, match="2026-03-08 has no hour"):
        LOS_ANGELES.instant(parse_day("2026-03-08"), -1)


def test_the_last_day_of_all_has_an_end() -> None:
    last = date.max.toordinal()
    assert LOS_ANGELES.midnight[last + 1] - LOS_ANGELES.midnight[last] == timedelta(days=1).total_seconds()


def test_format_instant() -> None:
    assert format_instant(utc("2026-03-20T21:05"), LOS_ANGELES) == "2026-03-20T14:05"
    assert format_instant(LOS_ANGELES.midnight[parse_day("2026-03-21")] - 1, LOS_ANGELES) == "2026-03-20T23:59"


@pytest.mark.parametrize(
    ("name", "advice"),
    [("America/Los Angeles", "America/Los_Angeles"), ("", "expected a time zone"), ("../../etc/passwd", "expected"),
     ("America", "expected"), ("Pacific time", "expected")],
)  # fmt: skip
def test_an_unknown_zone(name: str, advice: str) -> None:
    with pytest.raises(ValueError, match="expected a time zone like 'America/Los_Angeles'") as caught:
        Zone(name)
    assert advice in str(caught.value)


def test_zones_of_one_name_are_equal() -> None:
    assert Zone("UTC") == ZONES["UTC"] != LOS_ANGELES
    assert len({Zone("UTC"), ZONES["UTC"]}) == 1
    assert Zone("UTC") != "UTC"
    assert repr(LOS_ANGELES) == "Zone('America/Los_Angeles')"
