"""Where the days of a county went: its cases' ledgers added up, over both times and over a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from icpm_engine import Engine, RulePack
from icpm_engine.history.ledger import DaysHeld
from icpm_engine.interop import parse_mapping
from icpm_engine.interop.importing import import_extract
from icpm_engine.rules.loading import load_texts
from icpm_engine.simulate import Caseload
from icpm_engine.vocabulary import CaseClosed, CaseOpened, ReferralSent, make

NOW = 1_782_867_600  # 30 June 2026, 18:00 in California
RULES = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Child welfare, clinician: Mental health}
defaults: {owner: clinician, authority: letter}
facts: {away: {type: yes_no, told: {on: whereabouts_told, take: away}}}
events:
  whereabouts_told: {away: yes_no}
lifecycles:
  case:
    label: Case
    initial: none
    states: {none: {label: No case}, open: {label: Open, holder: worker}, closed: {label: Closed, final: yes}}
    transitions: [{on: case_opened, from: none, to: open}, {on: case_closed, from: open, to: closed}]
duties:
  see:
    label: See the child
    starts: referral_sent
    paused_while: {away: yes}
    due: {within: 20 days}
    met: case_closed
  unrelated: {label: Something else, starts: case_opened, due: {within: 1 day}, met: case_closed}
"""


@pytest.fixture(scope="module")
def county() -> Iterator[Engine]:
    """A county of some twenty cases under California's rules, imported as it was entered."""
    pack = RulePack.load("california", county="shasta")
    with Engine("sqlite://", pack, clock=lambda: NOW) as engine:
        mapping = parse_mapping(Caseload().mapping(), "map.yaml", pack.events)
        import_extract(engine, mapping, b"".join(Caseload(events=700, seed=3, mess=0).lines()), by="test")
        yield engine


Sums = Counter[tuple[str, str, str, str | None]]


def one_by_one(engine: Engine, **asked: str | None) -> tuple[Sums, Sums]:
    """Days, and subjects, from the ledger of each subject."""
    days, subjects = Sums(), Sums()
    for kind in ("case", "person", "team"):
        with engine.store.reading() as reading:
            found = reading.subjects(kind)
        for subject in found:
            try:
                ledger = engine.ledger(subject, about=kind, **asked)
            except LookupError:
                continue
            keys = [(kind, one.lifecycle, one.state, one.holder) for one in ledger]
            days.update(dict.fromkeys(keys, 0))
            for key, one in zip(keys, ledger, strict=True):
                days[key] += one.days
            subjects.update(set(keys))
    return days, subjects


def added_up(rows: tuple[DaysHeld, ...]) -> tuple[Sums, Sums]:
    keys = [(row.about, row.lifecycle, row.state, row.holder) for row in rows]
    assert len(set(keys)) == len(keys)
    days, subjects = ([row.days for row in rows], [row.subjects for row in rows])
    return Sums(dict(zip(keys, days, strict=True))), Sums(dict(zip(keys, subjects, strict=True)))


@pytest.mark.parametrize("known_at", [None, "2025-03-01"])
@pytest.mark.parametrize("since", [None, "2025-01-01"])
def test_the_county_s_days_are_those_of_its_cases(county: Engine, since: str | None, known_at: str | None) -> None:
    asked = {"since": since, "on": "2025-06-30", "known_at": known_at}
    rows = county.county_ledger("2025-06-30", since=since, known_at=known_at)
    assert len({row.lifecycle for row in rows}) > 3
    assert added_up(rows) == one_by_one(county, **asked)


DAY = date(2024, 1, 1)


@settings(max_examples=12)
@given(st.lists(st.integers(0, 900), min_size=2, max_size=2, unique=True).map(sorted), st.sampled_from([None, NOW]))
def test_the_days_of_neighbouring_periods_add_up(county: Engine, cuts: list[int], known_at: int | None) -> None:
    """Every day of every lifecycle is in one step of one period."""
    first, last = (DAY + timedelta(days=cut) for cut in cuts)
    whole = days_by_step(county.county_ledger(last, known_at=known_at))
    early = days_by_step(county.county_ledger(first, known_at=known_at))
    late = days_by_step(county.county_ledger(last, since=first + timedelta(days=1), known_at=known_at))
    assert early + late == whole
    lengths = {name: sum(days for (of, _), days in whole.items() if of == name) for name in ("case", "screening")}
    assert lengths["case"] == lengths["screening"]  # of each case both have every day


def days_by_step(rows: tuple[DaysHeld, ...]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        found[row.lifecycle, row.state + (row.holder or "")] += row.days
    return found


@pytest.fixture
def small(url: str) -> Iterator[Engine]:
    """Two cases; one child is away for a week, which is learned a month later."""
    pack = load_texts({"rules.yaml": RULES})
    clock = iter(range(NOW - 100 * 86_400, NOW, 86_400))
    with Engine(url, pack, clock=lambda: next(clock)) as engine:
        engine.record(CaseOpened(case="C-1", occurred="2026-03-02"), by="w:1")
        engine.record(make(pack.events["whereabouts_told"], "C-1", "2026-03-02", {"away": False}), by="w:1")
        engine.record(ReferralSent(case="C-1", occurred="2026-03-04", referral_id="R-1"), by="w:1")
        engine.record(CaseOpened(case="C-2", occurred="2026-03-09"), by="w:1")
        engine.record(CaseClosed(case="C-2", occurred="2026-03-19"), by="w:1")
        for away, day in ((True, "2026-03-05"), (False, "2026-03-12")):
            engine.record(make(pack.events["whereabouts_told"], "C-1", day, {"away": away}), by="w:1")
        yield engine


def told(rows: tuple[DaysHeld, ...]) -> list[tuple[str, str, str | None, int, int]]:
    return [(row.lifecycle, row.state, row.holder, row.days, row.subjects) for row in rows]


def test_a_paused_day_belongs_to_the_pause(small: Engine) -> None:
    assert told(small.county_ledger("2026-03-31")) == [
        ("case", "open", "Child welfare", 30 + 10, 2),
        ("case", "closed", None, 13, 1),
        ("see", "running", "Mental health", 1 + 20, 1),
        ("see", "paused", "away is yes", 7, 1),
    ]


def test_it_is_asked_for_a_period_and_as_known_then(small: Engine) -> None:
    with small.store.reading() as reading:
        before = reading.commit(5).at
    period = small.county_ledger("2026-03-10", since="2026-03-04")
    assert told(period) == [
        ("case", "open", "Child welfare", 7 + 2, 2),
        ("see", "paused", "away is yes", 6, 1),
        ("see", "running", "Mental health", 1, 1),
    ]
    assert told(small.county_ledger("2026-03-10", since="2026-03-04", known_at=before)) == told(period)[:1]
    assert small.county_ledger("2026-03-01") == ()
