"""Whoever changes the journal is found out: by its links, by its anchors, by an anchor that was kept elsewhere."""

from __future__ import annotations

from hashlib import sha256

import pytest
from sqlalchemy import text

from icpm_engine.errors import EventError
from icpm_engine.store import Anchor, Audit, Store, chain
from icpm_engine.store.chain import FIRST, Anchoring, digest_of, link_of
from icpm_engine.store.tables import Base
from tests.store.conftest import OpenStore
from tests.store.invented import AREAS, check, fold, instant, new, record

D = 738_000
SALT = bytes(range(16))


def audit(store: Store, *kept: str) -> Audit:
    with store.reading() as read:
        return read.audit(map(Anchor.parse, kept))


def tamper(store: Store, statement: str, **given: object) -> None:
    """What somebody with the rights of the database does to it."""
    with store.database._engine.begin() as connection:
        assert connection.execute(text(statement), given).rowcount > 0


def found(audit: Audit) -> list[tuple[int, str]]:
    return [(fault.entry, fault.found) for fault in audit.faults]


@pytest.fixture
def journal(open_store: OpenStore, monkeypatch: pytest.MonkeyPatch) -> Store:
    """25 entries of three cases, in as many commits, with an anchor every ten."""
    monkeypatch.setattr(chain, "ANCHOR_EVERY", 10)
    store = open_store()
    for number in range(25):
        record(store, f"C-{number % 3}", new("asked" if number % 2 else "answered", D + number, "school"))
    return store


# --- the forms that must never change ---------------------------------------------------------------------------------


def test_the_forms_of_digest_link_and_anchor_are_those_of_every_journal_there_is() -> None:
    digest = digest_of(SALT, '{"result":"positivo","who":"José"}'.encode())
    assert digest.hex() == "b82f6ad6d859cfda064aa7d368539d7feb1be8b29ce93ed7df4c9c618018a36f"
    header = (
        "los_angeles",
        "case",
        "C-1\n",
        7,
        "screening_completed",
        D,
        -1,
        1_782_860_400,
        None,
        3,
        5,
        "Ann",
        "cws",
        None,
    )
    link = link_of(FIRST, digest, header, 1_782_860_401)
    assert link.hex() == "80087e29bf2c0dc19897a3dee0bb9bb3800b6b2c87c1aac9d04d160725f6ffa3"
    assert (
        link_of(link, digest, header, 1_782_860_401).hex()
        == "70128d623d50f4e2ef01e4eb6553aa849d47ea866ac816ff33720e336d01e853"
    )


def test_a_link_is_a_hash_that_anybody_can_compute() -> None:
    digest = sha256(SALT + b"{}").digest()
    header = ("shasta", "case", "C-1", 1, "asked", D, 600, 9, None, None, 1, "Ann", None, None)
    written = b'[1,"shasta","case","C-1",1,"asked",738000,600,9,null,null,1,"Ann",null,null,10]'
    assert link_of(FIRST, digest, header, 10) == sha256(bytes(32) + digest + written).digest()


def test_an_anchor_is_a_hash_that_anybody_can_compute(journal: Store) -> None:
    with journal.reading() as read:
        rows = read.access.rows(chain._LINKS, county="los_angeles", entry=0, until=3)
        made = Anchoring(Anchor(0, 0, FIRST))
        made.feed(link for (link,) in rows)
        horizon = read.commit(1).horizon
        anchor = made.through(read.access, "los_angeles", 2, 1)
    commit = f'[1,{instant(D)},"tester","",{horizon},1]'.encode()
    assert anchor.digest == sha256(bytes(32) + b"".join(link for (link,) in rows) + commit + b"[1,2,1]").digest()


# --- a journal that nobody touched ------------------------------------------------------------------------------------


def test_an_untouched_journal_is_what_was_recorded(journal: Store) -> None:
    first = audit(journal)
    assert (first.entries, first.subjects, first.commits, first.anchors, first.erased) == (25, 3, 25, 2, 0)
    assert first.faults == ()
    assert first.anchor.startswith("25.25.")
    check(journal)
    assert audit(journal, first.anchor).faults == ()
    assert audit(journal).anchor != first.anchor


def test_a_flush_goes_on_from_the_one_before_and_writes_its_own_anchor(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chain, "ANCHOR_EVERY", 10)
    store = open_store()
    record(store, "C-0", new("asked", D, "home"))
    with store.writing("import", instant(D + 9), entries=0, keep=False) as tx:
        for number in range(24):
            case = f"C-{number % 4}"
            tx.append("case", case, new("asked", D + number, "school"))
            tx.replace("case", case, fold(tx.events("case", case)), pack=tx.use_pack("v1", b"{}"), areas=AREAS)
            if number % 7 == 6:
                tx.flush()
    whole = audit(store)
    assert (whole.entries, whole.anchors, whole.faults) == (25, 2, ())


def test_counties_in_one_database_have_chains_of_their_own(open_store: OpenStore, journal: Store) -> None:
    other = open_store("shasta")
    record(other, "C-0", new("asked", D, "school"))
    assert (audit(other).entries, audit(other).faults) == (1, ())
    assert audit(journal).faults == ()


def test_the_same_content_has_another_digest_in_each_entry(journal: Store) -> None:
    with journal.reading() as read:
        rows = list(read.access.driver.execute("SELECT salt, digest FROM icpm_entry"))
    assert len({bytes(salt) for salt, _ in rows}) == len({bytes(digest) for _, digest in rows}) == 25


def test_what_was_erased_with_its_salt_is_counted_and_no_fault(journal: Store) -> None:
    before = audit(journal)
    tamper(journal, "UPDATE icpm_entry SET payload = :none, salt = :none WHERE entry = 12", none=b"")
    after = audit(journal, before.anchor)
    assert (after.erased, after.faults) == (1, ())


# --- one that somebody touched ----------------------------------------------------------------------------------------

NOT_FOLLOWING = "it does not follow from the one before it: one of the two was changed, or one taken out or put in"
HEADER = {
    "kind": "'answered'",
    "day": "day + 1",
    "minute": "1",
    "recorded": "recorded - 86400",
    "corrects": "3",
    "retracts": "3",
    "commit_no": "commit_no - 1",
    "author": "'somebody else'",
    "source_system": "'cws'",
    "source_key": "'17'",
}


@pytest.mark.parametrize("column", HEADER)
def test_a_changed_header_is_found_at_its_entry(journal: Store, column: str) -> None:
    tamper(journal, f"UPDATE icpm_entry SET {column} = {HEADER[column]} WHERE entry = 12")  # noqa: S608 - from above
    assert found(audit(journal)) == [(12, NOT_FOLLOWING)]


def test_changed_content_is_found_at_its_entry(journal: Store) -> None:
    tamper(journal, "UPDATE icpm_entry SET payload = :other WHERE entry = 12", other=b'{"topic":"home"}')
    whole = audit(journal)
    assert found(whole) == [(12, "what it says is not what was recorded")]
    assert (whole.faults[0].subject_kind, whole.faults[0].subject_id) == ("case", "C-2")


def test_a_commit_that_is_said_to_have_been_at_another_time_is_found(journal: Store) -> None:
    tamper(journal, "UPDATE icpm_commit SET at = at - 1 WHERE commit_no = 7")
    faults = found(audit(journal))
    assert (7, NOT_FOLLOWING) in faults
    assert (10, "the journal up to here does not come to its anchor") in faults


@pytest.mark.parametrize(
    ("column", "value"), [("author", "'nobody'"), ("note", "'x'"), ("pack", "9"), ("horizon", "9")]
)
def test_another_head_of_a_commit_is_found_by_the_anchor(journal: Store, column: str, value: str) -> None:
    tamper(journal, f"UPDATE icpm_commit SET {column} = {value} WHERE commit_no = 7")  # noqa: S608 - from above
    assert found(audit(journal)) == [(10, "the journal up to here does not come to its anchor")]


def test_an_entry_taken_out_is_missed_and_the_next_of_its_case_does_not_follow(journal: Store) -> None:
    tamper(journal, "DELETE FROM icpm_entry WHERE entry = 12")
    anchor = "the journal up to here does not come to its anchor"
    assert found(audit(journal)) == [(12, "it is missing"), (15, NOT_FOLLOWING), (20, anchor)]


def test_the_last_entries_taken_out_are_missed(journal: Store) -> None:
    tamper(journal, "DELETE FROM icpm_entry WHERE entry > 23")
    assert found(audit(journal)) == [(24, "it is missing, with all up to 25")]


def test_whoever_also_turns_back_the_numbers_is_found_out_by_an_anchor_kept_elsewhere(journal: Store) -> None:
    kept = audit(journal).anchor
    tamper(journal, "DELETE FROM icpm_entry WHERE entry > 23")
    tamper(journal, "DELETE FROM icpm_commit WHERE commit_no > 23")
    tamper(journal, "UPDATE icpm_county SET next_entry = 24, next_commit = 24")
    assert audit(journal).faults == ()
    assert found(audit(journal, kept)) == [
        (25, "the anchor that was kept goes up to an entry that the journal does not have")
    ]


def test_whoever_writes_all_hashes_anew_is_found_out_by_an_anchor_kept_elsewhere(
    open_store: OpenStore, journal: Store
) -> None:
    kept = audit(journal).anchor
    with journal.database._engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            connection.execute(table.delete())
    forged = open_store()
    for number in range(25):
        topic = "home" if number == 12 else "school"
        record(forged, f"C-{number % 3}", new("asked" if number % 2 else "answered", D + number, topic))
    assert audit(forged).faults == ()
    assert found(audit(forged, kept)) == [(25, "the journal up to here does not come to the anchor that was kept")]


def test_what_is_no_anchor_is_said_to_be_none() -> None:
    for wrong in ("", "12", "12.3.abc", "12.3." + "g" * 64, "-1.3." + "a" * 64, "1.2." + "a" * 64 + ".4"):
        with pytest.raises(EventError, match=r"expected ENTRY\.COMMIT\.DIGEST as an audit prints it"):
            Anchor.parse(wrong)
