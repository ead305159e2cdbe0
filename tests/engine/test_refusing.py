"""`record` takes all that it is given, or nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from icpm_engine.errors import EventError, IcpmError, NotFound, RefusedEvent
from icpm_engine.rules.loading import load_texts
from icpm_engine.vocabulary import (
    BirthDateTold,
    CaseClosed,
    CaseOpened,
    Event,
    PersonLinked,
    ScreeningCompleted,
    WorkerCovered,
    make,
)
from tests.interop.practice import NOW, RULES, check, journals, opened, tables

OPENED = CaseOpened(case="C-1", occurred="2026-03-02")
SCREEN = ScreeningCompleted(case="C-1", occurred="2026-03-04", tool="PSC-35", result="positive")
OTHER = CaseOpened(case="C-2", occurred="2026-03-02")


def foreign() -> Event:
    """An event of a kind that only other rules declare."""
    pack = load_texts({"rules.yaml": RULES + "events: {tea_drunk: {}}\n"})
    return make(pack.events["tea_drunk"], "C-1", "2026-03-04", {})


WRONG: dict[str, tuple[Callable[[], Event], type[IcpmError], str]] = {
    "a kind that the rules do not know": (foreign, EventError, "tea_drunk is no kind of event"),
    "a day that has not come": (
        lambda: ScreeningCompleted(case="C-2", occurred="2026-07-01", tool="x"),
        EventError,
        "after it is recorded on 2026-06-30",
    ),
    "no place in a strict lifecycle": (
        lambda: CaseClosed(case="C-3", occurred="2026-03-04"),
        RefusedEvent,
        "case closed on 2026-03-04 has no place in Case; what could come then: case opened",
    ),
    "no place among what is recorded with it": (
        lambda: CaseOpened(case="C-2", occurred="2026-03-05"),
        RefusedEvent,
        "case opened on 2026-03-05 has no place in Case",
    ),
    "an id that no database keeps": (lambda: CaseOpened(case="C" * 201, occurred="2026-03-02"), EventError, "id"),
    "another county": (
        lambda: WorkerCovered(county="fresno", occurred="2026-03-02", worker="w:1", by="w:2"),
        EventError,
        "found an event about the county fresno; this is the journal of",
    ),
}


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
@pytest.mark.parametrize("which", WRONG)
def test_one_wrong_event_of_several_and_none_is_kept(url: str, which: str, warm: bool) -> None:
    make_wrong, error, words = WRONG[which]
    with opened(url) as engine:
        engine.record(OPENED, by="test")
    with opened(url) as engine:
        if warm:
            engine.case("C-1")
        before = tables(engine)
        for events in ((SCREEN, OTHER, make_wrong()), (make_wrong(), SCREEN, OTHER)):
            if which.startswith("no place among") and events[0] is not SCREEN:
                continue
            with pytest.raises(error, match=words):
                engine.record(*events, by="test")
            assert tables(engine) == before
        assert [change.duty for change in engine.record(SCREEN, OTHER, by="test").changes]
        assert [one.entry for one in journals(engine)] == [1, 2, 3]
        assert [one.commit_no for one in journals(engine)] == [1, 2, 2]
        check(engine)


def test_a_wrong_event_is_refused_by_preview_as_by_record(url: str) -> None:
    with opened(url) as engine:
        engine.record(OPENED, by="test")
        before = tables(engine)
        for which in ("a kind that the rules do not know", "a day that has not come", "another county"):
            make_wrong, error, words = WRONG[which]
            with pytest.raises(error, match=words):
                engine.preview(make_wrong())
        assert tables(engine) == before


def test_a_correction_that_names_nothing_keeps_nothing(url: str) -> None:
    with opened(url) as engine:
        engine.record(OPENED, OTHER, by="test")
        before = tables(engine)
        with pytest.raises(NotFound, match="no entry 9"):
            engine.record(SCREEN, by="test", corrects=9)
        with pytest.raises(EventError, match="entry 2 is about case C-2, this event about case C-1"):
            engine.record(SCREEN, by="test", corrects=2)
        with pytest.raises(EventError, match="found 2 events"):
            engine.record(SCREEN, OTHER, by="test", corrects=1)
        with pytest.raises(NotFound, match="no entry 9"):
            engine.retract(9, by="test")
        assert tables(engine) == before


def test_events_of_several_children_and_of_a_person_are_one_commit(url: str) -> None:
    linked = PersonLinked(case="C-1", occurred="2026-03-03", person="K-1")
    born = BirthDateTold(person="K-1", occurred="2026-03-03", born="2021-09-10")
    with opened(url, now=NOW) as engine:
        done = engine.record(born, OPENED, OTHER, linked, by="test")
        assert (done.commit, done.entries) == (1, (1, 2, 3, 4))
        assert engine.case("C-1").facts["born"] == "2021-09-10"
        assert "born" not in engine.case("C-2").facts
        check(engine)
        engine.record(born, by="test", corrects=1)
        check(engine)
