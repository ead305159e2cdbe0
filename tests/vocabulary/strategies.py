"""What Hypothesis draws for the vocabulary: any kind, values that fit it, and values that fit nothing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from icpm_engine.vocabulary import STANDARD
from icpm_engine.vocabulary.kinds import EventKind, Field

KINDS = st.sampled_from([kind.about(subject) for kind in STANDARD.values() for subject in kind.subjects])

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
MOMENTS = st.one_of(
    DAYS,
    DAYS.map(str),
    st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2199, 12, 31)),  # noqa: DTZ001 - local time is meant
    st.builds("{}T{:02}:{:02}".format, DAYS, st.integers(0, 23), st.integers(0, 59)),
)
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).filter(str.strip)
NUMBERS = st.one_of(
    st.integers(-(10**9) + 1, 10**9 - 1),
    st.decimals(-(10**9) + 1, 10**9 - 1, places=6),
    st.decimals(-(10**9) + 1, 10**9 - 1, places=3).map(float),
    st.decimals(-(10**9) + 1, 10**9 - 1, places=2).map(str),
)
SPANS = st.builds(
    "{} {}".format,
    st.integers(0, 100),
    st.sampled_from(["days", "business days", "court hours", "months", "years"]),
)
BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "number": NUMBERS,
    "yes_no": st.one_of(st.booleans(), st.sampled_from(["yes", "no", "true", "false"])),
    "date": st.one_of(DAYS, DAYS.map(str)),
    "moment": MOMENTS,
    "span": SPANS,
    "list": st.lists(TEXTS, max_size=5),
}

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.builds(lambda: 10**5000),
    st.floats(),
    st.decimals(),
    st.sampled_from([Decimal("sNaN"), Decimal("1E+999999"), Decimal("1E-999999")]),
    st.text(),
    st.text(st.characters(), max_size=10),
    st.sampled_from(["3/4/26", "2026-02-30", "2026-W12-5", "20260320", "2026-03-20T25:00", "2026-03-20T10:00Z"]),
    st.binary(max_size=5),
    st.dates(),
    st.datetimes(timezones=st.just(dt.UTC)),
    st.builds(object),
)
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


def fitting(field: Field) -> st.SearchStrategy[Any]:
    """Outside values that a field takes."""
    if not field.options:
        return BY_TYPE[field.type]
    option = st.sampled_from(field.options)
    return st.lists(option, max_size=3) if field.type == "list" else option


def values(kind: EventKind) -> st.SearchStrategy[dict[str, Any]]:
    """Outside values that a kind takes, with some of the fields that may be left out."""
    return st.fixed_dictionaries(
        {name: fitting(field) for name, field in kind.fields.items() if field.required},
        optional={name: fitting(field) for name, field in kind.fields.items() if not field.required},
    )
