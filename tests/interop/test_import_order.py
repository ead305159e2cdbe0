"""The order of an extract's rows: what it may decide, and what it may not."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.interop.mappings import row
from tests.interop.practice import LINKED, anew, answers, check, take

MAPPING = (
    LINKED.replace("on: END,", "on: END, recorded: WHEN,").replace('column: WHEN, dates: "%Y-%m-%d"', "column: WHEN")
    + "  CLS: {kind: case_closed}\n  CON: {kind: contact_made}\n"
)

Told = tuple[str, str, str, int, int, int | None]
"""Code, case, reference, day of March, days until its end (0: none), and an hour of some."""

SAID: dict[str, dict[str, str]] = {
    "SCR": {"RESULT": "P"},
    "NEG": {"CODE": "SCR", "RESULT": "N"},
    "PLC": {"TYPE": "R"},
    "BRN": {"WHEN": "9/10/21"},
    "OLD": {"CODE": "BRN", "WHEN": "9/10/11"},
}

events = st.lists(
    st.tuples(
        st.sampled_from(["OPN", "CLS", "SCR", "NEG", "PLC", "CFT", "CON", "BRN", "OLD", "LNK"]),
        st.sampled_from(["C-1", "C-2"]),
        st.sampled_from(["K-1", "K-2"]),
        st.integers(2, 6),
        st.integers(0, 3),
        st.sampled_from([None, None, 9, 15]),
    ),
    min_size=2,
    max_size=14,
)


def written(number: int, told: Told, *, stamped: bool) -> str:
    """The row of an event. With stamps it was entered a minute after the row of the number before, and may tell an end.

    Without them an end stands where its row stands, which sorting by the day of the row would change.
    """
    code, case, reference, day, lasted, hour = told
    at = "" if hour is None else f" {hour}:00"
    cells = {"CODE": code, "CASE": case, "CHILD": reference, "REF": reference, "DATE": f"3/{day}/26{at}"}
    cells["ENTERED"] = f"6/1/26 9:{number:02}" if stamped else ""
    if code == "PLC" and lasted and stamped:
        cells |= {"END": f"3/{day + lasted}/26", "WHEN": f"6/2/26 9:{number:02}"}
    return row(ROW=str(number), **cells | SAID.get(code, {}))


def standing(rows: list[str]) -> dict[str, Any]:
    with anew() as engine:
        assert take(engine, *rows, mapping=MAPPING).set_aside == 0
        check(engine)
        return answers(engine)


@settings(max_examples=60)
@given(events, st.randoms(use_true_random=False))
@example([("OPN", "C-1", "K-1", 2, 0, None), ("CLS", "C-1", "K-1", 2, 0, None)], None)
def test_rows_in_any_order_stand_as_if_sorted_by_day(told: list[Told], chance: Any) -> None:  # noqa: ANN401
    """Events of one day that have no hour stand in the order of the extract, which sorting by day keeps."""
    shuffled = list(enumerate(told))
    if chance is None:
        shuffled.reverse()
    else:
        chance.shuffle(shuffled)
    by_day = sorted(shuffled, key=lambda one: one[1][3])
    rows = [[written(*one, stamped=False) for one in order] for order in (shuffled, by_day)]
    assert standing(rows[0]) == standing(rows[1])


@settings(max_examples=60)
@given(events, st.randoms(use_true_random=False))
@example([("SCR", "C-1", "K-1", 2, 0, None), ("NEG", "C-1", "K-1", 2, 0, None)], None)
def test_with_entry_stamps_the_order_of_the_rows_decides_nothing(told: list[Told], chance: Any) -> None:  # noqa: ANN401
    """Events of one day that have no hour stand in the order in which they were entered."""
    rows = [written(number, one, stamped=True) for number, one in enumerate(told)]
    expected = standing(rows)
    if chance is None:
        rows.reverse()
    else:
        chance.shuffle(rows)
    assert standing(rows) == expected


def test_what_begins_and_ends_on_one_day_begins_first() -> None:
    placed = row(ROW="1", CODE="PLC", REF="P-1", DATE="3/5/26", END="3/5/26", ENTERED="6/1/26", WHEN="3/6/26")
    states, *_ = standing([row(ROW="2", CODE="OPN", DATE="3/2/26"), placed])["C-104"]
    assert [state for name, _, state, *_ in states if name == "placement"] == ["over"]
