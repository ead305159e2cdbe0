"""Dates as extracts write them."""

from __future__ import annotations

import contextlib
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.interop.dates import DateForm, DateForms, Stamp


def day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("form", "text", "stamp"),
    [
        ("%m/%d/%y", "3/4/26", Stamp(day("2026-03-04"), -1)),
        ("%m/%d/%y", "03/04/49", Stamp(day("2049-03-04"), -1)),
        ("%m/%d/%y", "03/04/50", Stamp(day("1950-03-04"), -1)),
        ("%d.%m.%Y", "4.3.2026", Stamp(day("2026-03-04"), -1)),
        ("%Y%m%d", "20260304", Stamp(day("2026-03-04"), -1)),
        ("%d-%b-%Y", "04-MAR-2026", Stamp(day("2026-03-04"), -1)),
        ("%Y-%m-%d %H:%M", "2026-03-04 0:05", Stamp(day("2026-03-04"), 5)),
        ("%m/%d/%Y %I:%M:%S %p", "3/4/2026 12:05:09 am", Stamp(day("2026-03-04"), 5, 9)),
        ("%m/%d/%Y %I:%M %p", "3/4/2026 12:05 PM", Stamp(day("2026-03-04"), 725)),
        ("%Y-%m-%dT%H:%M:%S.%f", "2026-03-04T14:05:09.123", Stamp(day("2026-03-04"), 845, 9)),
        ("%Y-%m-%dT%H:%M:%S%z", "2026-03-04T14:05:09Z", Stamp(day("2026-03-04"), 845, 9, 0)),
        ("%Y-%m-%dT%H:%M%z", "2026-03-04T14:05-0730", Stamp(day("2026-03-04"), 845, 0, -27_000)),
    ],
)
def test_forms_that_fit(form: str, text: str, stamp: Stamp) -> None:
    assert DateForm(form, 1950).read(text) == stamp


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%m/%d/%y", "3/4/2026"),
        ("%m/%d/%y", " 3/4/26"),
        ("%m/%d/%y", "3/4/٢٦"),
        ("%Y-%m-%d", "2026-3-4x"),
        ("%Y%m%d", "2026304"),
        ("%Y-%m-%d %H:%M", "2026-03-04 14:75"),
    ],
)
def test_texts_of_another_form_are_nobodys(form: str, text: str) -> None:
    assert DateForm(form, 1950).read(text) is None
    with pytest.raises(ValueError, match=r"expected a date like .*4"):
        DateForms([DateForm(form, 1950)]).read(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2/30/26", "there is no such day"),
        ("13/4/26", "there is no such day"),
        ("2/3/26 24:00", "there is no such day or hour"),
    ],
)
def test_days_that_do_not_exist(text: str, words: str) -> None:
    forms = DateForms([DateForm("%m/%d/%y", 1950), DateForm("%m/%d/%y %H:%M", 1950)])
    with pytest.raises(ValueError, match=words):
        forms.read(text)


def test_years_out_of_all_reason_are_refused() -> None:
    with pytest.raises(ValueError, match="a year from 1900 to 2199"):
        DateForms([DateForm("%Y-%m-%d")]).read("0206-03-04")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("%m/%d/%y", "which hundred years"),
        ("%m/%d", "a year"),
        ("%Y-%d", "a month"),
        ("%Y-%m-%b-%d", "a month"),
        ("%Y-%m-%d-%m", "twice"),
        ("%Y-%m-%q", "not known"),
        ("%Y-%m-%d %I:%M", "go together"),
        ("%Y-%m-%d :%M", "no hour"),
        ("%Y-%m-%d %H %I %p", "two hours"),
        ("%Y-%m-%d%", "not known"),
    ],
)
def test_forms_that_name_no_day(form: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        DateForm(form)


@pytest.mark.parametrize(
    ("one", "other"),
    [("%m/%d/%Y", "%d/%m/%Y"), ("%Y%m%d", "%d%m%Y"), ("%m/%d/%y", "%y/%m/%d"), ("%Y-%m-%d", "%Y-%m-%d")],
)
def test_two_forms_that_could_be_meant_are_refused(one: str, other: str) -> None:
    with pytest.raises(ValueError, match="keep one"):
        DateForms([DateForm(one, 1950), DateForm(other, 1950)])


@given(st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31)), st.times())
def test_what_is_written_is_read_back(date: dt.date, time: dt.time) -> None:
    when = dt.datetime.combine(date, time)
    minute = time.hour * 60 + time.minute
    for form in ("%m/%d/%y %H:%M", "%d-%b-%Y %I:%M:%S %p", "%Y%m%dT%H%M%S"):
        tried = DateForm(form, 1950)
        read = tried.read(tried.write(when))
        assert read is not None
        assert (read.day, read.minute) == (date.toordinal(), minute)


@given(st.text(max_size=30))
def test_no_text_surprises_a_form(text: str) -> None:
    forms = DateForms([DateForm("%m/%d/%y", 1950), DateForm("%Y-%m-%dT%H:%M:%S%z")])
    with contextlib.suppress(ValueError):
        assert forms.read(text).day > 0
