"""Calendar files, as the packs bind them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from icpm_engine.errors import PackError
from icpm_engine.rules.calendar_files import read_calendar
from icpm_engine.rules.packs import packs_root

FILE = """\
about: Days of ours.
name: ours
title: Our days
source: {title: The board, link: https://example.org/days, checked: 2026-01-01, seen: seen}
open: [monday, friday]
covers: {from: 2026-01-01, until: 2026-01-31}
closed:
  2026-01-05: A holiday
"""


def day(text: str) -> int:
    return dt.date.fromisoformat(text).toordinal()


def test_a_calendar() -> None:
    ours = read_calendar(FILE, "ours.yaml")
    assert (ours.name, ours.title, ours.source.title, ours.source.seen) == ("ours", "Our days", "The board", "seen")
    assert [ours.is_open(day(f"2026-01-{n:02}")) for n in (2, 5, 9, 10, 12)] == [True, False, True, False, True]
    assert ours.why_closed(day("2026-01-05")) == "A holiday"


@pytest.mark.parametrize("path", sorted((packs_root() / "calendars").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_calendars_of_the_library(path: Path) -> None:
    assert read_calendar(path.read_bytes(), path.name).name == path.stem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name:", "nam:", "ours.yaml:2:1: unknown key 'nam' in a calendar file; did you mean 'name'?"),
        ("title: Our days\n", "", "ours.yaml:1:1: 'title' is missing"),
        ("friday", "fryday", "ours.yaml:5:16: expected a weekday: one of monday"),
        ("2026-01-05:", "2026-01-32:", "ours.yaml:8:3: expected a date like 2026-03-20, found '2026-01-32'"),
        ("2026-01-05:", "2026-02-05:", "covers 2026-01-01 to 2026-01-31, but closes 2026-02-05"),
        ("A holiday", "", "ours.yaml:8:14: expected why it is closed, found nothing"),
        ("until: 2026-01-31", "until: 2025-01-31", "covers no day"),
        ("until: 2026-01-31", "until: 2226-01-31", "ours.yaml:6:9: a calendar covers at most 60 years"),
        ("https://example.org/days", "the web", "begins with https://"),
        ("seen: seen", "seen: yes", "expected seen: one of seen, secondary, background, found 'yes'"),
    ],
)
def test_wrong_calendars(old: str, new: str, said: str) -> None:
    with pytest.raises(PackError) as caught:
        read_calendar(FILE.replace(old, new), "ours.yaml")
    assert said in str(caught.value)
