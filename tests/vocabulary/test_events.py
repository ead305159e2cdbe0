"""Events as a host makes them: by class, by kind, for kinds that only a pack declares."""

from __future__ import annotations

import copy
import datetime as dt
import inspect
import pickle
import subprocess
import sys
from decimal import Decimal
from typing import Any, Literal

import attrs
import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.errors import EventError
from icpm_engine.vocabulary import (
    STANDARD,
    BirthDateTold,
    CaseEvent,
    CaseOpened,
    CftHeld,
    Event,
    EventKind,
    Field,
    HearingSet,
    PackEvent,
    ScreeningCompleted,
    about,
    event,
    make,
    needed,
)
from icpm_engine.vocabulary.events import Number, Texts
from tests.vocabulary.strategies import JUNK, KINDS, MOMENTS, TEXTS, values

DAY = dt.date(2026, 3, 20).toordinal()
SCREENED = ScreeningCompleted(case="C-104", occurred="2026-03-20", tool="PSC-35", result="positive", score=31.5)


def test_an_event_says_what_happened_to_whom_and_when() -> None:
    assert (SCREENED.event_kind.name, SCREENED.subject_kind, SCREENED.subject_id) == (
        "screening_completed",
        "case",
        "C-104",
    )
    assert (SCREENED.occurred, SCREENED.day, SCREENED.minute) == ("2026-03-20", DAY, -1)
    assert (SCREENED.case, SCREENED.tool, SCREENED.acute) == ("C-104", "PSC-35", None)
    assert SCREENED.values() == {"tool": "PSC-35", "result": "positive", "score": Decimal("31.5")}
    assert SCREENED.payload() == {"tool": "PSC-35", "result": "positive", "score": 31.5}
    assert repr(SCREENED) == (
        "ScreeningCompleted(case='C-104', occurred='2026-03-20', tool='PSC-35', result='positive', score=31.5)"
    )


@pytest.mark.parametrize(
    ("occurred", "minute"),
    [
        ("2026-03-20", -1),
        ("2026-03-20T14:05", 845),
        (dt.date(2026, 3, 20), -1),
        (dt.datetime(2026, 3, 20, 14, 5), 845),  # noqa: DTZ001
        (pendulum.date(2026, 3, 20), -1),
        (pendulum.naive(2026, 3, 20, 14, 5, 30), 845),
    ],
)
def test_the_day_it_occurred_is_taken_in_every_form(occurred: str | dt.date, minute: int) -> None:
    made = CaseOpened(case="C-104", occurred=occurred)
    assert (made.day, made.minute) == (DAY, minute)
    assert made == CaseOpened(case="C-104", occurred=str(made.occurred))


def test_a_time_with_a_zone_is_not_guessed_at() -> None:
    with pytest.raises(EventError, match=r"case_opened\.occurred: found .*a time with a zone; the county's own local"):
        CaseOpened(case="C-104", occurred=pendulum.datetime(2026, 3, 20, 14))


def test_fields_read_as_they_are_written_in_the_journal() -> None:
    hearing = HearingSet(case="C", occurred="2026-03-01", hearing_id="H", date=dt.datetime(2026, 4, 22, 9))  # noqa: DTZ001
    assert (hearing.date, hearing.values()["date"][1]) == ("2026-04-22T09:00", 540)
    held = CftHeld(case="C", occurred="2026-03-01", meeting_id="M", present=["child", "caregiver"])
    assert held.present == ("child", "caregiver")
    assert held.payload()["present"] == ["child", "caregiver"]
    assert BirthDateTold(person="P", occurred="2026-03-01", born=dt.date(2016, 4, 2)).born == "2016-04-02"


def test_an_event_is_frozen_and_comparable() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        SCREENED.tool = "MHST"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        SCREENED.extra = 1  # type: ignore[attr-defined]
    assert attrs.evolve(SCREENED) == SCREENED
    assert attrs.evolve(SCREENED, result="negative") != SCREENED
    assert len({SCREENED, attrs.evolve(SCREENED), attrs.evolve(SCREENED, case="C-105")}) == 2
    assert SCREENED != "screening_completed"
    assert pickle.loads(pickle.dumps(SCREENED)) == copy.copy(SCREENED) == SCREENED  # noqa: S301 - our own bytes


def test_help_shows_the_keywords() -> None:
    keywords = inspect.signature(HearingSet).parameters
    assert list(keywords) == ["occurred", "case", "hearing_id", "kind", "date"]
    assert keywords["hearing_id"].default is inspect.Parameter.empty
    assert keywords["kind"].default is None
    assert list(inspect.signature(PackEvent).parameters) == ["kind", "subject_id", "occurred", "values"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"case": "C"}, "screening_completed: occurred is missing"),
        ({"occurred": "2026-03-20"}, "screening_completed: case is missing"),
        ({"case": " ", "occurred": "2026-03-20"}, "screening_completed.case: found an empty text"),
        ({"case": 104, "occurred": "2026-03-20"}, "screening_completed.case: found 104, expected a text"),
        ({"case": "C", "occurred": "20 March"}, "screening_completed.occurred: found '20 March', expected a date"),
        ({"case": "C", "occurred": "2026-03-20", "tol": "x"}, "no field 'tol'; .*did you mean tool?"),
        ({"case": "C", "occurred": "2026-03-20", "person": "P"}, "no field 'person'"),
    ],
)
def test_a_wrong_call_is_told_gently(given: dict[str, Any], words: str) -> None:
    with pytest.raises(EventError, match=words):
        ScreeningCompleted(**given)


def test_what_a_team_does_is_about_a_case_or_about_the_team_that_siblings_share() -> None:
    own, shared = (CftHeld(**{of: "X-1"}, occurred="2026-03-20", meeting_id="M") for of in ("case", "team"))
    assert (own.subject_kind, shared.subject_kind, shared.subject_id) == ("case", "team", "X-1")
    assert own != shared
    assert make(STANDARD["cft_held"].about("team"), "X-1", "2026-03-20", {"meeting_id": "M"}) == shared
    for of, words in (
        ({"case": "C", "team": "T"}, "found case and team, expected one of them"),
        ({}, "case or team is missing"),
        ({"team": " "}, r"cft_held\.team: found an empty text"),
    ):
        with pytest.raises(EventError, match=words):
            CftHeld(**of, occurred="2026-03-20", meeting_id="M")


def test_an_event_of_a_kind_with_a_class_is_of_that_class() -> None:
    made = make(STANDARD["screening_completed"], "C-104", "2026-03-20", SCREENED.payload())
    assert made == SCREENED
    assert type(made) is ScreeningCompleted
    with pytest.raises(EventError, match="no field 'case'"):
        make(STANDARD["screening_completed"], "C-104", "2026-03-20", {"case": "C-1"})


def test_an_event_of_a_kind_that_a_pack_declares() -> None:
    kind = EventKind(
        "mat_referred", subject="person", fields={"place": Field("place", "text"), "to": Field("to", "list")}
    )
    made = make(kind, "P-9", "2026-03-20T08:00", {"to": ["hub"], "place": None})
    assert type(made) is PackEvent
    assert (made.event_kind, made.subject_kind, made.subject_id) == (kind, "person", "P-9")
    assert (made.day, made.minute, made.values()) == (DAY, 480, {"to": ("hub",)})
    assert repr(made) == "PackEvent(person='P-9', occurred='2026-03-20T08:00', to=['hub'])"
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own bytes
    with pytest.raises(EventError, match=r"mat_referred\.person: found an empty text"):
        make(kind, "", "2026-03-20", {})


def test_a_widened_standard_kind_makes_pack_events_that_equal_the_classes() -> None:
    wider = STANDARD["screening_completed"].widened([Field("room", "text")])
    made = make(wider, "C-104", "2026-03-20", SCREENED.payload())
    assert type(made) is PackEvent
    assert made == SCREENED
    assert hash(made) == hash(SCREENED)
    assert make(wider, "C-104", "2026-03-20", {**SCREENED.payload(), "room": "4"}) != SCREENED


def test_a_host_declares_events_of_its_own() -> None:
    @event("Our handbook, chapter 4")
    class DogMet(CaseEvent):
        """The child met   the dog."""

        dog: str = needed("which dog")
        mood: Literal["wary", "glad"] | None = about("how it went")
        treats: Number | None = about("how many")
        tricks: Texts | None = about("which tricks", options=("sit", "roll"))

    kind = DogMet.event_kind
    assert (kind.name, kind.doc, kind.source) == ("dog_met", "The child met the dog.", "Our handbook, chapter 4")
    assert kind.fields["mood"].options == ("wary", "glad")
    assert kind.fields["tricks"].options == ("sit", "roll")
    assert (kind.fields["dog"].required, kind.fields["treats"].type) == (True, "number")
    assert DogMet(case="C", occurred="2026-03-20", dog="Rex", treats=2).values() == {"dog": "Rex", "treats": 2}


def declared(name: str, annotation: object, base: type[Event] = CaseEvent) -> type[Event]:
    body = {"__annotations__": {name: annotation}, "__module__": __name__, name: about("something")}
    return event("test")(type("Odd", (base,), body))


@pytest.mark.parametrize(
    ("name", "annotation", "base", "words"),
    [
        ("case", str, CaseEvent, "Odd: no field may be called case"),
        ("payload", str, CaseEvent, "Odd: no field may be called payload"),
        ("sorts", str, CaseEvent, "Odd: no field may be called sorts"),
        ("what", dict, CaseEvent, "a field has the type <class 'dict'>, expected str, bool, Literal"),
        ("what", str, Event, "Odd is made on Event, expected one of CaseEvent, PersonEvent"),
        ("what", str, HearingSet, "Odd is made on HearingSet, expected one of CaseEvent"),
    ],
)
def test_a_class_that_cannot_be_an_event_is_refused(
    name: str, annotation: object, base: type[Event], words: str
) -> None:
    with pytest.raises(TypeError, match=words):
        declared(name, annotation, base)


@given(kind=KINDS, subject=TEXTS, occurred=MOMENTS, data=st.data())
def test_every_event_can_be_made_again_from_what_it_says(
    kind: EventKind, subject: str, occurred: str | dt.date, data: st.DataObject
) -> None:
    made = make(kind, subject, occurred, data.draw(values(kind)))
    again = make(kind, made.subject_id, made.occurred, made.payload())
    assert again == made
    assert hash(again) == hash(made)
    assert kind.check(made.payload()) == made.values()
    assert kind.cls is not None
    assert kind.cls(**{kind.subject: subject, "occurred": occurred, **made.payload()}) == made


@given(kind=KINDS, given=st.tuples(JUNK, JUNK, JUNK))
def test_whatever_is_given_only_an_event_error_is_raised(kind: EventKind, given: tuple[Any, Any, Any]) -> None:
    try:
        made = make(kind, *given)
    except EventError:
        return
    assert made.day >= dt.date(1900, 1, 1).toordinal()


def test_importing_the_vocabulary_imports_no_area() -> None:
    lines = [
        "import sys",
        "import icpm_engine.vocabulary as v",
        "assert 'screening_completed' in v.STANDARD and len(v.STANDARD) > 100",
        "machinery = {v.__name__ + '.' + name for name in ('events', 'kinds', 'reading')}",
        "areas = lambda: {name for name in sys.modules if name.startswith(v.__name__ + '.')} - machinery",
        "assert not areas(), areas()",
        "v.CaseOpened",
        "assert areas() == {v.__name__ + '.intake'}, areas()",
    ]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)  # noqa: S603 - our own lines
