"""What must hold of the oracle whatever happens, on invented histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle import Answer, answer, answers
from tests.oracle.stories import read_pack, with_birth_dates
from tests.stateful.effort import effort

SHASTA = with_birth_dates(read_pack("ca_shasta"))
CFT_FIRST = read_pack("ca_cft_first")
pytestmark = pytest.mark.slow
FIRST = date(2025, 3, 3)
DAYS = st.integers(0, 120).map(lambda number: FIRST + timedelta(days=number))
MINUTES = st.one_of(st.none(), st.sampled_from([540, 600, 660]))
IDS = st.sampled_from(["x", "y"])
YES_NO = st.booleans()


def event(kind: str, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """One event of a kind, on some day, at some hour or none."""
    values = st.fixed_dictionaries(fields)
    return st.fixed_dictionaries({"kind": st.just(kind), "day": DAYS, "minute": MINUTES, "values": values})


MOMENTS = st.tuples(DAYS, st.booleans()).map(lambda pair: f"{pair[0]}T10:00" if pair[1] else str(pair[0]))
KINDS = st.sampled_from(["disposition", "review"])
TYPES = st.sampled_from(["relative", "strtp", "ffa"])
SHASTA_EVENTS = st.one_of(
    event("case_opened"),
    event("case_closed"),
    event("mh_screened"),
    event("mh_services_opened"),
    event("mh_services_closed"),
    event("developmental_screened", tool=st.sampled_from(["asq", "other"])),
    event("birth_date_recorded", born=st.sampled_from(["2018-01-15", "2019-05-01", "2021-06-01"])),
)
CFT_EVENTS = st.one_of(
    event("custody_entered", custody_id=IDS, out_of_home=YES_NO),
    event("custody_left", custody_id=IDS),
    event("indian_child_status_found", status=YES_NO),
    event("hearing_set", hearing_id=IDS, kind=KINDS, date=MOMENTS),
    event("hearing_vacated", hearing_id=IDS, kind=KINDS),
    event("placement_started", placement_id=IDS, type=TYPES),
    event("cft_scheduled", meeting_id=IDS, date=MOMENTS),
    event("cft_invitation_sent", meeting_id=IDS, to=st.sampled_from(["child", "parents"])),
    event("cft_held", meeting_id=IDS, present=st.sampled_from([["child"], ["child", "mental_health"]])),
)
HISTORIES = st.one_of(
    st.tuples(st.just("shasta"), st.lists(SHASTA_EVENTS, min_size=1, max_size=7)),
    st.tuples(st.just("cft"), st.lists(CFT_EVENTS, min_size=1, max_size=7)),
)
PACKS = {"shasta": SHASTA, "cft": CFT_FIRST}


def numbered(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The events with their entry ids, in the order of recording."""
    return [one | {"entry": f"e{number}"} for number, one in enumerate(told)]


def without_readings(found: Answer) -> Answer:
    """An answer to compare with one for other events."""
    return replace(found, runs=tuple(replace(run, readings=()) for run in found.runs))


@effort(20)
@given(HISTORIES, DAYS)
def test_what_happens_later_never_changes_an_earlier_day(history: tuple[str, list[dict[str, Any]]], on: date) -> None:
    pack, events = PACKS[history[0]], numbered(history[1])
    until_then = [one for one in events if one["day"] <= on]
    whole = answers(pack, events, [on, FIRST + timedelta(days=150)], {})[on]
    assert without_readings(whole) == without_readings(answer(pack, until_then, on, {})) or not until_then


@effort(20)
@given(HISTORIES, st.data())
def test_a_corrected_history_is_the_right_one_told_at_once(
    history: tuple[str, list[dict[str, Any]]], data: st.DataObject
) -> None:
    """Told wrongly and corrected, or told and retracted: the same as if it had been told rightly."""
    pack, events = PACKS[history[0]], numbered(history[1])
    place = data.draw(st.integers(0, len(events) - 1))
    right, wrong_day = events[place], data.draw(DAYS)
    wrong = right | {"day": wrong_day}
    corrected = [*events[:place], wrong, *events[place + 1 :], right | {"entry": "c", "corrects": right["entry"]}]
    on = FIRST + timedelta(days=130)
    rightly = without_readings(answer(pack, events, on, {}))
    assert without_readings(answer(pack, corrected, on, {})) == rightly
    extra = [*events, wrong | {"entry": "r"}, {"entry": "q", "retracts": "r"}]
    assert without_readings(answer(pack, extra, on, {})) == rightly


@effort(20)
@given(HISTORIES)
def test_an_obligation_is_one_thing(history: tuple[str, list[dict[str, Any]]]) -> None:
    """Keys are unique; only what is running or undetermined is overdue; nothing is missing without being marked."""
    found = answer(PACKS[history[0]], numbered(history[1]), FIRST + timedelta(days=200), {})
    keys = [(run.key, run.false_start) for run in found.runs]
    assert len(keys) == len(set(keys))
    for run in found.runs:
        assert not run.overdue or (run.state in ("running", "undetermined") and run.due)
        assert bool(run.missing) == ("incomplete" in run.marks)
        assert (run.state == "undetermined") <= bool(run.waits_for)
