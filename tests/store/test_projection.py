from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from icpm_engine.history.results import FOREVER, ObligationRow, Outcome
from icpm_engine.store.projection import OPEN, Filing, StoredRow, diff, list_keys
from tests.store.invented import detail, plain


def rows() -> st.SearchStrategy[list[ObligationRow]]:
    row = st.builds(
        ObligationRow,
        duty=st.sampled_from(["a", "b"]),
        start_root=st.integers(1, 2),
        instance_root=st.integers(0, 1),
        run=st.integers(1, 2),
        valid_from=st.integers(0, 4),
        valid_until=st.integers(5, 7) | st.just(FOREVER),
        state=st.sampled_from([int(state) for state in Outcome]),
        due_at=st.none() | st.integers(0, 9),
        overdue_after=st.none() | st.integers(0, 9),
        marks=st.integers(0, 1),
        owner=st.just("x"),
        force=st.just("must"),
        detail=st.sampled_from([detail(1), detail(2, "limit")]),
    )
    return st.lists(row, max_size=6, unique_by=lambda r: r[:5]).map(sorted_by_key)


def sorted_by_key(found: list[ObligationRow]) -> list[ObligationRow]:
    return sorted(found, key=lambda row: row[:5])


def filing(commit_no: int, at: int) -> Filing:
    return Filing("case", "C-1", 1, {"a": "area"}, commit_no, at)


@given(st.lists(rows(), min_size=1, max_size=4), st.integers(0, 8))
def test_applying_what_a_diff_says_to_the_old_rows_gives_the_new_ones(
    foldings: list[list[ObligationRow]], at: int
) -> None:
    table: dict[tuple[object, ...], StoredRow] = {}
    standing: list[StoredRow] = []
    for number, folding in enumerate(foldings, start=1):
        found = diff(standing, folding, filing(number, at + number))
        for key in found.gone:
            del table[key]
        for row in found.changed + found.refiled:
            assert row.key in table
            table[row.key] = row
        for row in found.added:
            assert row.key not in table
            table[row.key] = row
        assert [table[key] for key in sorted(table)] == found.rows
        assert plain(found.rows) == folding
        assert {row.known_from for row in found.begun} <= {number}
        assert all(row in standing for row in found.ended)
        assert {row.row for row in found.ended}.isdisjoint(folding)
        standing = found.rows


@given(rows(), st.integers(0, 8))
def test_the_same_folding_again_ends_and_begins_nothing(folding: list[ObligationRow], at: int) -> None:
    first = diff([], folding, filing(1, 0)).rows
    again = diff(first, folding, filing(2, at))
    assert [again.ended, again.begun, again.gone] == [[], [], []]
    assert all(row.known_from == 1 for row in again.rows)
    assert diff(again.rows, folding, filing(3, at)).refiled == []


@given(rows(), st.integers(0, 10), st.integers(0, 12))
def test_the_keys_of_the_lists_leave_out_nothing(folding: list[ObligationRow], written: int, at: int) -> None:
    for row in folding:
        due, overdue, past = list_keys(row, written)
        listed = row.state in OPEN and row.valid_from <= at < row.valid_until
        assert listed <= (due is not None or (past is not None and past > at))
        is_overdue = listed and row.overdue_after is not None and row.overdue_after < at
        assert is_overdue <= (overdue == row.overdue_after or past is not None)
        assert (past is None) or (due is None and overdue is None and past == row.valid_until <= written)
