from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.calendars import ANY_CALENDAR, UNITS, WORDS, Span, SpanPart

KNOWN = {"business", "court", "Monday-to-Friday", "working"}

plain_parts = st.builds(SpanPart, st.integers(0, 150), st.sampled_from(UNITS))
open_parts = st.builds(SpanPart, st.integers(0, 150), st.sampled_from(["days", "hours", "minutes"]), st.just("court"))


def part_lists() -> st.SearchStrategy[list[SpanPart]]:
    several = st.lists(st.one_of(plain_parts, open_parts), min_size=1, max_size=5)
    return several.filter(lambda parts: len({(p.unit, p.calendar) for p in parts}) == len(parts)).filter(
        lambda parts: len({p.calendar for p in parts if p.unit in {"hours", "minutes"}}) < 2
    )


spans = st.one_of(st.builds(Span, part_lists().map(tuple)), st.sampled_from([Span((), word) for word in WORDS]))


@given(spans)
def test_a_span_goes_out_and_comes_back(span: Span) -> None:
    assert Span.parse(str(span), {"court"}) == span


@given(st.text(max_size=30))
def test_any_text_is_a_span_or_a_value_error(text: str) -> None:
    try:
        span = Span.parse(text, ANY_CALENDAR)
    except ValueError:
        return
    assert Span.parse(str(span), ANY_CALENDAR) == span


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("90 days", "90 days"),
        ("1 days", "1 day"),
        ("3 business day", "3 business days"),
        ("48 court hours", "48 court hours"),
        ("5 Monday-to-Friday days", "5 Monday-to-Friday days"),
        ("6 months 2 years", "2 years 6 months"),
        ("  2   years\n6 months ", "2 years 6 months"),
        ("1 month 2 weeks 3 days 4 court days 5 court hours", "1 month 2 weeks 3 days 4 court days 5 court hours"),
        ("007 days", "7 days"),
        ("0 days", "0 days"),
        ("same day", "same day"),
        ("immediately", "immediately"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    assert str(Span.parse(text, KNOWN)) == canonical


def test_what_a_span_says_of_itself() -> None:
    assert Span.parse("72 hours").timed
    assert Span.parse("1 day 30 minutes").timed
    assert not Span.parse("3 business days", KNOWN).timed
    assert not Span.parse("same day").timed
    assert Span.parse("3 business days", KNOWN).calendars == ("business",)
    assert Span.parse("2 court days 4 court hours", KNOWN).calendars == ("court",)
    assert Span.parse("3 days").calendars == ()
    assert Span.parse("immediately") == Span((), "immediately")
    assert Span.parse("3 days") == Span((SpanPart(3, "days"),))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "expected a span like '90 days', '3 business days' or '2 years 6 months', found ''"),
        ("ten days", "begins with a number in digits"),
        ("imediately", "did you mean 'immediately'?"),
        ("same days", "did you mean 'same day'?"),
        ("-3 days", "has no sign, say 'before' or 'after'"),
        ("1.5 hours", "say '90 minutes' and not '1.5 hours'"),
        ("3days", "put a space after the number"),
        ("3 dyas", "did you mean 'days'?"),
        ("3 business dyas", "did you mean 'days'?"),
        ("3 Days", "did you mean 'days'?"),
        ("3 fortnights", "units are minutes, hours, days, weeks, months, years"),
        ("3", "units are minutes"),
        ("3 days or so", "found 'or so' in the span '3 days or so'"),
        ("3 days, 2 hours", "found '3 days, 2 hours'"),
        ("\u0663 days", "begins with a number in digits"),
        ("3 bussiness days", "unknown calendar 'bussiness' in the span '3 bussiness days'; did you mean 'business'?"),
        ("3 school days", "known calendars are Monday-to-Friday, business, court, working"),
        ("3 calendar days", "calendar days are plain 'days'"),
        ("3 business weeks", "open time is counted in days, hours or minutes, found '3 business weeks'"),
        ("3 days 2 days", "a unit stands twice in the span '3 days 2 days'"),
        ("1 day 1 days", "a unit stands twice"),
        ("3 court days 2 business days", "a span counts by one calendar, found business and court"),
        ("3 court hours 30 minutes", "either all open time or all elapsed time"),
        ("151 years", "at most 150 years, found '151 years'"),
        ("99999999999999999999 minutes", "at most 150 years"),
    ],
)
def test_what_is_wrong_with_a_text(text: str, part: str) -> None:
    with pytest.raises(ValueError, match=r"span|open time|hours") as caught:
        Span.parse(text, KNOWN)
    assert part in str(caught.value)


def test_without_calendars_no_adjective_is_known() -> None:
    with pytest.raises(ValueError, match="none is bound to any word"):
        Span.parse("3 business days")
    assert Span.parse("3 business days", ANY_CALENDAR).calendars == ("business",)


@pytest.mark.parametrize(
    ("parts", "word"),
    [((), None), ((), "soon"), ((SpanPart(1, "days"),), "same day")],
)
def test_a_span_has_parts_or_a_word(parts: tuple[SpanPart, ...], word: str | None) -> None:
    with pytest.raises(ValueError, match="either parts or one of the words"):
        Span(parts, word)


def test_a_part_has_a_known_unit_and_no_negative_count() -> None:
    with pytest.raises(ValueError, match="found 'decades'"):
        SpanPart(1, "decades")
    with pytest.raises(ValueError, match="at least 0"):
        SpanPart(-1, "days")
