from __future__ import annotations

import pytest

from icpm_engine.errors import EventError, NotFound, StoreError
from icpm_engine.history.results import FOREVER, Folding
from icpm_engine.store import Store
from tests.store.conftest import OpenStore
from tests.store.invented import AREAS, DAY, chance, check, fold, instant, new, plain, record

D = 738_000


def test_a_record_adds_to_the_journal_and_replaces_the_projection(store: Store) -> None:
    commit_no, diff = record(store, "C-1", new("asked", D, "school"))
    assert commit_no == 1
    assert [row.duty for row in diff.begun] == ["answer", "contact"]
    assert not diff.ended
    with store.reading() as read:
        (row,) = read.journal("case", "C-1")
        assert (row.entry, row.kind, row.day, row.minute, row.payload) == (1, "asked", D, -1, b'{"topic":"school"}')
        assert (row.commit_no, row.author, row.recorded) == (1, "tester", instant(D))
        assert read.entry(1) == row
        assert [stored.area for stored in read.rows("case", "C-1")] == ["questions", "contacts"]
        assert [stored.known_from for stored in read.rows("case", "C-1")] == [1, 1]
        assert read.commit(1)[1:4] == (instant(D), "tester", "")
        standing = read.standing("case", "C-1")
    assert (standing.version, standing.last_entry, standing.pack) == (1, 1, 1)
    check(store)


def test_only_what_changed_is_written_anew(store: Store) -> None:
    record(store, "C-1", new("asked", D, "school"))
    record(store, "C-1", new("asked", D + 1, "home"))
    _, diff = record(store, "C-1", new("answered", D + 2, "school"))
    assert sorted((row.duty, row.run, row.state) for row in diff.begun) == [
        ("answer", 0, 0),
        ("answer", 0, 3),
        ("contact", 2, 0),
        ("contact", 2, 3),
        ("contact", 3, 0),
    ]
    with store.reading() as read:
        known = {(row.duty, row.start_root, row.state): row.known_from for row in read.rows("case", "C-1")}
    assert known["answer", 2, 0] == 2
    assert known["answer", 1, 3] == 3


def test_what_was_known_after_each_commit_stays_the_answer(store: Store) -> None:
    dice = chance(7)
    answers = {}
    for number in range(1, 25):
        kind = dice.choice(["asked", "answered"])
        day = D + dice.randrange(60)  # late entries among them
        event = new(kind, day, dice.choice(["school", "home", "health"]))
        if number % 5 == 0:
            event = event._replace(corrects=number - 2)
        if number % 7 == 0:
            event = event._replace(retracts=number - 3)
        commit_no, diff = record(store, "C-1", event, at=instant(D + 60 + number))
        answers[commit_no] = plain(diff.rows)
    with store.reading() as read:
        for commit_no, rows in answers.items():
            assert plain(read.rows_known("case", "C-1", commit_no)) == rows
        assert read.rows_known("case", "C-1", 0) == []
    check(store)


def test_several_events_are_one_commit_and_only_its_end_is_known(store: Store) -> None:
    with store.writing("tester", instant(D), entries=3) as tx:
        pack = tx.use_pack("v1", b"{}")
        for number in range(3):
            tx.append("case", "C-1", new("asked" if number != 1 else "answered", D + number, "school"))
            tx.replace("case", "C-1", fold(tx.events("case", "C-1")), pack=pack, areas=AREAS)
            tx.flush()
    with store.reading() as read:
        assert {row.known_from for row in read.rows("case", "C-1")} == {1}
        assert read.rows_known("case", "C-1", 0) == []
        assert plain(read.rows_known("case", "C-1", 1)) == plain(read.rows("case", "C-1"))
    assert check(store) == 1


def test_flushing_in_the_middle_changes_nothing(open_store: OpenStore) -> None:
    stores = [open_store("often"), open_store("once")]
    for store in stores:
        with store.writing("import", instant(D + 100), entries=0, keep=False) as tx:
            pack = tx.use_pack("v1", b"{}")
            for number in range(240):
                case = f"C-{number % 7}"
                kind = "asked" if number % 3 else "answered"
                tx.append("case", case, new(kind, D + number % 50, f"t{number % 4}"))
                tx.replace("case", case, fold(tx.events("case", case)), pack=pack, areas=AREAS)
                if store.county == "often" and number % 90 == 89:
                    tx.flush()
    views = []
    for store in stores:
        with store.reading() as read:
            views.append([read.rows("case", f"C-{number}") for number in range(7)])
            views[-1].append([read.rows_known("case", f"C-{number}", 1) for number in range(7)])
    assert views[0] == views[1]
    for store in stores:
        check(store)


def _record_and_interrupt(store: Store) -> None:
    with store.writing("tester", instant(D + 1)) as tx:
        for case in ("C-1", "C-2"):
            tx.append("case", case, new("asked", D + 1, "home"))
            tx.replace("case", case, fold(tx.events("case", case)), pack=tx.use_pack("v2", b"{}"), areas=AREAS)
        tx.flush()
        raise KeyboardInterrupt


def test_whatever_is_raised_leaves_nothing_behind(store: Store) -> None:
    record(store, "C-1", new("asked", D, "school"))
    with pytest.raises(KeyboardInterrupt):
        _record_and_interrupt(store)
    with store.reading() as read:
        assert len(read.entries("case", "C-1")) == 1
        assert read.standing("case", "C-2").version == 0
        assert read.commit_at(FOREVER) == 1
        assert len(read.rows("case", "C-1")) == 2
    assert check(store) == 1
    with store.writing("tester", instant(D + 1)) as tx:
        assert tx.use_pack("v2", b"{}") == 2


def test_an_entry_without_its_folding_is_refused(store: Store) -> None:
    unfolded = pytest.raises(StoreError, match=r"1 subjects \(case\) have new entries and no new projection")
    with unfolded, store.writing("tester", instant(D)) as tx:
        tx.append("case", "C-1", new("asked", D, "school"))
    with store.reading() as read:
        assert read.entries("case", "C-1") == []


def test_a_person_s_entry_asks_for_a_new_folding_of_every_case(store: Store) -> None:
    for case in ("C-1", "C-2", "C-3"):
        record(store, case, new("asked", D, "school"))
    with store.writing("tester", instant(D)) as tx:
        for case in ("C-1", "C-2"):
            tx.link(case, [("person", "P-9"), ("team", "T-1")])
            tx.replace("case", case, fold(tx.events("case", case)), pack=1, areas=AREAS)
    told = new("told", D + 1, born="2015-04-02")
    unfolded = pytest.raises(StoreError, match=r"3 subjects \(case, person\)")
    with unfolded, store.writing("tester", instant(D + 1)) as tx:
        tx.append("person", "P-9", told)
    with store.writing("tester", instant(D + 1)) as tx:
        tx.append("person", "P-9", told)
        assert tx.cases_of("person", "P-9") == ["C-1", "C-2"]
        for key in (("person", "P-9"), ("case", "C-1"), ("case", "C-2")):
            assert [entry.kind for entry in tx.events(*key)][-1] == "told"
            tx.replace(*key, fold(tx.events(*key)), pack=1, areas=AREAS)
    with store.reading() as read:
        assert read.links("C-1") == (("person", "P-9"), ("team", "T-1"))
        assert [read.standing("case", f"C-{n}").version for n in (1, 2, 3)] == [tx.commit_no, tx.commit_no, 3]
        assert [entry.subject for entry in read.standing("case", "C-1").entries] == ["case", "person"]
        assert read.standing("case", "C-1").last_entry == 4
    with store.writing("tester", instant(D + 2)) as tx:
        tx.link("C-1", [])
        assert [entry.kind for entry in tx.events("case", "C-1")] == ["asked"]
        tx.replace("case", "C-1", fold(tx.events("case", "C-1")), pack=1, areas=AREAS)
    with store.reading() as read:
        assert read.cases_of("person", "P-9") == ["C-2"]


def test_what_is_kept_decoded_is_what_the_database_holds(open_store: OpenStore) -> None:
    warm, other = open_store(keep=3), open_store()
    dice = chance(3)
    for number in range(60):
        case = f"C-{dice.randrange(5)}"
        event = new(dice.choice(["asked", "answered"]), D + number, "school")
        record(other if dice.random() < 0.3 else warm, case, event)
        cold = open_store()
        for known in (warm, cold):
            with known.reading() as read:
                standing = read.standing("case", case)
                assert plain(standing.rows) == fold(standing.entries).rows
        with warm.reading() as a, cold.reading() as b:
            left, right = a.standing("case", case), b.standing("case", case)
            assert (left.rows, left.findings, left.version, left.horizon) == (
                right.rows,
                right.findings,
                right.version,
                right.horizon,
            )
        cold.close()
    check(warm)


def test_a_row_is_imported_once(store: Store) -> None:
    event = new("asked", D, "school", source_system="cms", source_key="row 7")
    record(store, "C-1", event)
    with pytest.raises(StoreError, match=r"UNIQUE|ix_icpm_entry_source"):
        record(store, "C-2", event)
    with store.reading() as read:
        found = read.sourced("cms", ["row 7", "row 8"])
        assert list(found) == ["row 7"]
        assert (found["row 7"].subject_id, found["row 7"].payload) == ("C-1", event.payload)
        assert read.sourced("other", ["row 7"]) == {}
    assert check(store) == 1


def test_a_pack_is_stored_once_and_can_always_be_read(open_store: OpenStore) -> None:
    store = open_store()
    with store.writing("tester", 0) as tx:
        assert [tx.use_pack(version, version.encode()) for version in ("a", "b", "a")] == [1, 2, 1]
    with open_store().writing("tester", 0) as tx:
        assert tx.use_pack("b", b"") == 2
    with store.reading() as read:
        assert read.pack(2) == ("b", b"b")
        with pytest.raises(NotFound):
            read.pack(3)
    with open_store("shasta").writing("tester", 0) as tx:
        assert tx.use_pack("b", b"") == 1


def test_findings_are_replaced_with_the_projection(store: Store) -> None:
    record(store, "C-1", new("answered", D, "school"), new("asked", D, "home"), new("asked", D, "home"))
    with store.reading() as read:
        assert [(f.kind, f.entry, f.missing) for f in read.findings("case", "C-1")] == [
            ("out_of_place", 1, ("school",)),
            ("out_of_place", 3, ("home",)),
        ]
        assert [found.finding.entry for found in read.findings_of("out_of_place")] == [1, 3]
        assert read.findings_of("barred") == []
    record(store, "C-1", new("answered", D, "school", retracts=1))
    with store.reading() as read:
        assert [found.finding.entry for found in read.findings_of("out_of_place")] == [3]
    check(store)


def test_commits_are_found_by_their_instant_even_if_the_clock_goes_back(store: Store) -> None:
    for day in (D, D + 10, D + 5):
        record(store, "C-1", new("asked", D, "school"), at=instant(day))
    with store.reading() as read:
        assert [read.commit(number).at for number in (1, 2, 3)] == [instant(D), instant(D + 10), instant(D + 10)]
        asked = [instant(D) - 1, instant(D), instant(D + 9), instant(D + 10)]
        assert [read.commit_at(at) for at in asked] == [0, 1, 1, 3]
        with pytest.raises(NotFound):
            read.commit(4)
        with pytest.raises(NotFound):
            read.entry(99)


def test_the_horizon_of_the_lists_is_the_nearest_of_all_subjects(store: Store) -> None:
    with store.reading() as read:
        assert read.horizon() == FOREVER
    for case, day in (("C-1", D), ("C-2", D + 300)):
        record(store, case, new("asked", day, "school"))
    with store.reading() as read:
        nearest = instant(D) + 730 * DAY
        assert nearest - 31 * DAY < read.horizon() <= nearest
    record(store, "C-1", new("answered", D + 290, "school"))
    with store.reading() as read:
        assert read.horizon() > nearest
    with store.writing("tester", instant(D + 301)) as tx:
        for case in ("C-1", "C-2"):
            tx.replace("case", case, Folding([], [], [], {}, 0, FOREVER), pack=1, areas=AREAS)
    with store.reading() as read:
        assert read.horizon() > instant(D + 100_000)


def test_counties_never_see_one_another(open_store: OpenStore) -> None:
    one, two = open_store("one"), open_store("two")
    record(one, "C-1", new("asked", D, "school", source_system="cms", source_key="1"))
    record(two, "C-1", new("asked", D, "home", source_system="cms", source_key="1"))
    record(two, "C-1", new("answered", D + 1, "home"))
    with one.reading() as read:
        assert len(read.entries("case", "C-1")) == 1
        assert read.commit_at(FOREVER) == 1
        assert [row.known_from for row in read.rows("case", "C-1")] == [1, 1]
        assert [listed.row.start_root for listed in read.due(instant(D + 3))] == [1, 1]
        assert read.overdue_count(instant(D + 300)) == 2
        assert read.sourced("cms", ["1"])["1"].payload == b'{"topic":"school"}'
    with two.reading() as read:
        assert read.overdue_count(instant(D + 300)) == 1
    check(one)
    check(two)


@pytest.mark.parametrize("subject", ["", "x" * 201, "C\0-1", "C-\ud800"])
def test_an_id_that_one_of_the_databases_cannot_keep_is_refused(store: Store, subject: str) -> None:
    with pytest.raises(EventError, match="found an id"):
        record(store, subject, new("asked", D, "school"))
    with pytest.raises(EventError, match="found an id"):
        record(store, "C-1", new("asked", D, "school", source_system="cms", source_key=subject))


def test_the_longest_ids_fit_into_every_index(store: Store) -> None:
    longest = "\U0001f9d2" * 200
    record(store, longest, new("asked", D, "school", source_system=longest, source_key=longest))
    with store.reading() as read:
        assert [listed.row.subject_id for listed in read.overdue(instant(D + 300))] == [longest, longest]
    check(store)


def test_an_event_of_a_kind_that_the_rules_no_longer_declare_keeps_its_payload(open_store: OpenStore, url: str) -> None:
    record(open_store(), "C-1", new("asked", D, "school"))
    later = Store(url, "los_angeles", {})
    with later.reading() as read:
        (entry,) = read.entries("case", "C-1")
    later.close()
    assert (entry.kind, entry.values) == ("asked", {"topic": "school"})
