"""Invented caseloads: the same for the same seed, with the published shares, and with mess that the import finds."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections import Counter
from pathlib import Path

import pytest

from icpm_engine.interop import Extract, SetAside, Taken, load_mapping, parse_mapping
from icpm_engine.interop.set_aside import Cause
from icpm_engine.simulate import INVENTED, Caseload, Shares, Simulated, simulate, unequal
from icpm_engine.simulate.extracts import LAYOUT, codes
from icpm_engine.simulate.stories import FOUR_MONTHS
from icpm_engine.vocabulary import STANDARD

LAST = dt.date(2026, 6, 30).toordinal()
CAUSES = {
    "same key, other content": Cause.CONFLICT,
    "unknown code": Cause.CODE,
    "impossible date": Cause.DATE,
    "missing id": Cause.MISSING,
    "end before start": Cause.ORDER,
    "entered before it happened": Cause.ORDER,
    "wrong century": Cause.ORDER,
    "Windows-1252": Cause.BYTES,
    "comma in a text": Cause.COLUMNS,
    "unclosed quotation mark": Cause.BROKEN,
    "no number": Cause.VALUE,
    "cut last line": Cause.CUT,
}


@pytest.fixture(scope="module")
def stories() -> list[list[Simulated]]:
    return list(Caseload(events=60_000, seed=7).stories())


def first(story: list[Simulated], kind: str) -> Simulated | None:
    return next((event for event in story if event.kind == kind), None)


def told(story: list[Simulated], kind: str) -> Simulated:
    event = first(story, kind)
    assert event is not None
    return event


def test_the_same_seed_tells_the_same() -> None:
    assert list(Caseload(events=2000, seed=3).events()) == list(Caseload(events=2000, seed=3).events())
    assert list(simulate(events=2000, seed=3)) == list(simulate(events=2000, seed=3))
    assert list(simulate(events=2000, seed=3)) != list(simulate(events=2000, seed=4))


def test_a_larger_caseload_begins_like_a_smaller_one() -> None:
    small = list(Caseload(events=1000).stories())
    assert list(itertools.islice(Caseload(events=5000).stories(), len(small))) == small


def test_a_seed_tells_the_same_on_every_machine() -> None:
    story = next(Caseload(seed=1).stories())
    assert story[0].subject_id in {"NA", "K-1000"}
    # Renewed by hand whenever the stories are meant to change.
    assert hashlib.sha256(repr([tuple(event) for event in story]).encode()).hexdigest()[:16] == "b2263eff3190eaf1"


def test_every_event_fits_the_vocabulary(stories: list[list[Simulated]]) -> None:
    for event in itertools.chain.from_iterable(stories[:150]):
        kind = STANDARD[event.kind]
        assert kind.check(kind.payload(event.values)) == event.values
        assert event.subject_kind == kind.subject
        assert (event.day, event.minute) <= (event.entered_day, event.entered_minute)
        assert event.entered_day <= LAST


def test_each_kind_has_its_place_in_the_extract(stories: list[list[Simulated]]) -> None:
    kinds = {event.kind for event in itertools.chain.from_iterable(stories)}
    assert kinds == LAYOUT.keys() | {"placement_ended"}


def test_shares_are_the_published_ones(stories: list[list[Simulated]]) -> None:
    shares = Shares()
    followed = [
        story for story in stories if told(story, "case_opened").day < LAST - 240 and story[-1].day - story[0].day > 240
    ]
    screened = [screen for story in followed if (screen := first(story, "screening_completed"))]
    assert len(screened) / len(followed) == pytest.approx(shares.screened, abs=0.03)
    served: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for story in followed:
        if screen := first(story, "screening_completed"):
            started = first(story, "service_started")
            result = screen.values["result"]
            found[result] += 1
            served[result] += started is not None and started.day - screen.day <= FOUR_MONTHS
    assert found["positive"] / found.total() == pytest.approx(shares.positive, abs=0.05)
    assert served["positive"] / found["positive"] == pytest.approx(shares.served_of_positive, abs=0.06)
    assert served["negative"] / found["negative"] == pytest.approx(shares.served_of_negative, abs=0.07)
    late = [
        told(story, "screening_completed").day - story[0].day > 30
        for story in followed
        if first(story, "screening_completed")
    ]
    assert sum(late) / len(late) == pytest.approx(shares.first_screen_late, abs=0.05)


def away(county: str | None) -> float:
    events = Caseload(events=40_000, county=county).events()
    placed = [event.values["out_of_county"] for event in events if event.kind == "placement_started"]
    return placed.count(True) / len(placed)


def test_the_share_placed_elsewhere_is_that_of_the_state_or_county() -> None:
    assert away(None) == pytest.approx(0.215, abs=0.05)
    assert away("san-francisco") == pytest.approx(0.538, abs=0.06)
    assert away("san-diego") == pytest.approx(0.096, abs=0.04)


def test_a_notice_is_of_a_placement_elsewhere_and_tells_the_plan_that_is_responsible(
    stories: list[list[Simulated]],
) -> None:
    plans = set()
    for story in stories:
        homes = {event.values["placement_id"]: event for event in story if event.kind == "placement_started"}
        for sent in (event for event in story if event.kind == "transfer_notice_sent"):
            home = homes[sent.values["placement_id"]]
            assert home.values["out_of_county"]
            kept = home.values["type"] == "strtp" and home.day >= dt.date(2024, 7, 1).toordinal()
            assert sent.values["plan"] == ("of_jurisdiction" if kept else "of_residence")
            plans.add(sent.values["plan"])
    assert len(plans) == 2


@pytest.mark.parametrize("per_case", [50, 200])
def test_cases_have_about_as_many_events_as_asked_for(per_case: int) -> None:
    made = list(Caseload(events=20_000, per_case=per_case).stories())
    assert sum(map(len, made)) / len(made) == pytest.approx(per_case, rel=0.15)


def test_cases_are_spread_over_the_years_and_some_have_closed(stories: list[list[Simulated]]) -> None:
    years = Counter(dt.date.fromordinal(told(story, "case_opened").day).year for story in stories)
    assert set(years) == {2024, 2025, 2026}
    closed = sum(first(story, "case_closed") is not None for story in stories)
    assert 0.15 < closed / len(stories) < 0.6
    assert all(event.day <= LAST for story in stories for event in story)
    assert any(story[0].subject_id.endswith("-2") for story in stories)


@pytest.mark.parametrize("days", [0, 1, 40])
def test_a_short_while_is_long_enough(days: int) -> None:
    caseload = Caseload(events=500, first=dt.date(2026, 6, 1), last=dt.date(2026, 6, 1) + dt.timedelta(days))
    assert sum(1 for _ in caseload.events()) >= 500


def test_counties_are_unequal() -> None:
    sizes = unequal(100_000)
    assert (len(sizes), sum(sizes)) == (58, 100_000)
    assert sizes[0] == pytest.approx(35_000, abs=60)
    assert sizes == sorted(sizes, reverse=True)
    assert unequal(10, 1) == [10]


# --- the extract ------------------------------------------------------------------------------------------------------


def test_codes_can_be_told_apart() -> None:
    for kind in STANDARD.values():
        for field in kind.fields.values():
            assert len(set(codes(field.options).values())) == len(field.options)


def test_invented_data_stands_on_everything(tmp_path: Path) -> None:
    written = Caseload(events=1000, mess=0).write(tmp_path)
    header, *rows = written.extract.read_text(encoding="utf-8").splitlines()
    assert header.startswith("DATA_NOTE,")
    assert all(row.startswith(f"{INVENTED},") for row in rows)
    assert written.mapping.read_text(encoding="utf-8").startswith("# Invented data")
    assert load_mapping(written.mapping, STANDARD).about.startswith("Invented data")


def test_a_tidy_extract_is_taken_as_it_was_told(tmp_path: Path) -> None:
    caseload = Caseload(events=3000, mess=0)
    written = caseload.write(tmp_path)
    extract = Extract(load_mapping(written.mapping, STANDARD), written.extract)
    taken = [found for found in extract if isinstance(found, Taken)]
    assert (extract.counts.set_aside, extract.counts.duplicates) == (0, 0)
    assert extract.counts.events == written.events == sum(1 for _ in caseload.events())

    def said(event: Taken | Simulated) -> tuple[object, ...]:
        return event.kind, event.subject_id, event.day, event.minute, tuple(sorted(event.values.items()))

    assert Counter(map(said, taken)) == Counter(map(said, caseload.events()))


def test_every_mess_is_found_for_what_it_is(tmp_path: Path) -> None:
    written = Caseload(events=20_000, mess=0.05).write(tmp_path)
    assert written.made.keys() == CAUSES.keys() | {"duplicate"}
    assert written.extract.read_bytes().startswith(b"\xef\xbb\xbf")
    extract = Extract(load_mapping(written.mapping, STANDARD), written.extract)
    aside = [found for found in extract if isinstance(found, SetAside)]
    counts = extract.counts
    expected: Counter[Cause] = Counter()
    for name, number in written.made.items():
        if name != "duplicate":
            expected[CAUSES[name]] += number
    assert counts.causes == expected
    assert counts.duplicates == written.made["duplicate"]
    assert (counts.rows, counts.events, counts.set_aside) == (written.rows, written.events, len(aside))


def test_windows_bytes_are_taken_when_the_mapping_says_so() -> None:
    caseload = Caseload(events=5000, mess=0.05)
    mapping = caseload.mapping().replace("encoding: utf-8", "encoding: utf-8\nfallback: windows-1252")
    extract = Extract(parse_mapping(mapping, "map.yaml", STANDARD), b"".join(caseload.lines()))
    list(extract)
    assert extract.counts.causes[Cause.BYTES] == 0
