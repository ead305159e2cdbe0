"""Whether two lines say the same, in English and Spanish, and whether one of them says no."""

from __future__ import annotations

import pytest

from icpm_engine.plan.wording import alike, denies


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Sleep through the night", "Sleeping through the nights", True),
        ("To sleep through the night", "sleep through night", True),
        ("Sleep through the night", "Sleep in a quiet room", False),
        ("Six hours of sleep", "Seven hours of sleep", False),
        ("Dormir toda la noche", "Que duerma toda la noche", False),
        ("Dormir toda la noche", "Para dormir toda la noche", True),
        ("Visits with father", "No visits with father", True),
        ("A school bus", "A school class", False),
        ("her", "his", False),
        ("", "", False),
    ],
)
def test_lines_are_alike_by_the_words_that_they_share(one: str, other: str, *, same: bool) -> None:
    assert alike(one, other) is same
    assert alike(other, one) is same


@pytest.mark.parametrize(
    ("text", "no"),
    [
        ("She doesn't want to", True),
        ("She doesn\u2019t", True),
        ("Sin visitas", True),
        ("Never alone", True),
        ("Nobody else", False),
        ("Notes", False),
    ],
)
def test_a_line_may_say_no(text: str, *, no: bool) -> None:
    assert denies(text) is no
