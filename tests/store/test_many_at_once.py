"""An import looks subjects up together; what it then writes is what one after the other would have written."""

from __future__ import annotations

import pytest

from icpm_engine.history.results import Entry
from icpm_engine.store import Store, Writing
from icpm_engine.store.database import Access
from tests.store.invented import AREAS, fold, instant, new, record

D = 739_000


def take_in(tx: Writing, case: str, person: str) -> list[Entry]:
    """A case of a person, with one question; gives all that it is folded from."""
    tx.append("case", case, new("asked", D + 2, "school"))
    tx.link(case, [("person", person)])
    tx.replace("case", case, fold(tx.events("case", case)), pack=tx.use_pack("v1", b"{}"), areas=AREAS)
    return tx.events("case", case)


def tell(tx: Writing, person: str) -> None:
    """An event of a person, and every case that it touches folded anew."""
    tx.append("person", person, new("told", D, born="2016-04-02"))
    pack = tx.use_pack("v1", b"{}")
    tx.replace("person", person, fold([]), pack=pack, areas={})
    for case in tx.cases_of("person", person):
        tx.replace("case", case, fold(tx.events("case", case)), pack=pack, areas=AREAS)


@pytest.mark.parametrize("together", [True, False])
def test_many_subjects_at_once_are_written_as_one_by_one(store: Store, *, together: bool) -> None:
    record(store, "C-1", new("asked", D, "home"))
    with store.writing("importer", instant(D + 9)) as tx:
        if together:
            tx.expect([("person", "P-1"), ("person", "P-2"), ("case", "C-1"), ("case", "C-2")])
        tell(tx, "P-1")
        tell(tx, "P-2")
        tx.flush()
        if together:
            tx.expect([("case", "C-1"), ("case", "C-2")])
            tx.read_ahead([("person", "P-1"), ("person", "P-2"), ("person", "P-3")])
        assert [entry.kind for entry in take_in(tx, "C-1", "P-1")] == ["asked", "asked", "told"]
        assert [entry.kind for entry in take_in(tx, "C-2", "P-2")] == ["asked", "told"]
        take_in(tx, "C-2", "P-3")
        assert tx.cases_of("person", "P-2") == []
        assert tx.cases_of("person", "P-3") == ["C-2"]
        tx.flush()
        tell(tx, "P-1")
    with store.reading() as read:
        assert read.cases_of("person", "P-1") == ["C-1"]
        assert [entry.kind for entry in read.standing("case", "C-1").entries] == ["asked", "asked", "told", "told"]
        assert {subject: read.standing("case", subject).version for subject in read.subjects("case")} == {
            "C-1": tx.commit_no,
            "C-2": tx.commit_no,
        }


def test_a_new_subject_that_was_expected_costs_no_statement(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    with store.writing("importer", instant(D + 9)) as tx:
        pack = tx.use_pack("v1", b"{}")
        tx.expect([("case", f"C-{number}") for number in range(50)])
        with monkeypatch.context() as patched:
            patched.setattr(Access, "rows", lambda *given, **_: asked.append(given))
            for number in range(50):
                tx.append("case", f"C-{number}", new("asked", D, "home"))
                events = tx.events("case", f"C-{number}")
                tx.replace("case", f"C-{number}", fold(events), pack=pack, areas=AREAS)
    assert asked == []
    with store.reading() as read:
        assert len(read.subjects("case")) == 50
