"""How the databases find what is asked for: each list by its index alone, whatever the size of the county.

The plans are asked of a store with some thousands of rows, before and after the database has counted them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from icpm_engine.history.results import FOREVER, Folding, ObligationRow
from icpm_engine.store import Assignment, Store, journal, projection, queries, reading, waiting
from icpm_engine.store.database import Access
from icpm_engine.store.queries import Form
from icpm_engine.store.statements import Prepared, Statement
from tests.store.invented import KINDS, chance, detail

NOW = 1_000_000


def fill(store: Store, cases: int) -> None:
    """Cases of thirty obligations, of which a third run; one worker with ten cases."""
    dice = chance(5)
    with store.writing("tester", NOW, keep=False, entries=0) as tx:
        pack = tx.use_pack("v1", b"")
        for number in range(cases):
            rows = []
            for start in range(30):
                begin, due = dice.randrange(NOW), NOW + dice.randrange(-NOW // 2, NOW)
                over = FOREVER if start % 3 == 0 else begin + dice.randrange(1, NOW)
                first = ObligationRow("duty", start, 0, 1, begin, over, 0, due, due, 0, "x", "must", b"12345")
                if start % 5 == 0:  # undetermined
                    first = first._replace(state=2, detail=detail(start, "limit"))
                rows.append(first)
                if over != FOREVER:
                    rows.append(first._replace(valid_from=over, valid_until=FOREVER, state=3, overdue_after=None))
            tx.replace("case", f"C-{number}", Folding(sorted(rows), [], [], {}, 0, NOW), pack=pack, areas={})
            tx.assign(f"C-{number}", [Assignment(f"w:{number // 10}", "", "lead", 0, FOREVER)])
            tx.link(f"C-{number}", [("person", f"P-{number}")])
            tx.replace("case", f"C-{number}", Folding(sorted(rows), [], [], {}, 0, NOW), pack=pack, areas={})


@pytest.fixture(scope="module", params=["not counted", "counted"])
def sqlite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with closing(Store(f"sqlite:///{tmp_path_factory.mktemp('plans')}/store.db", "los_angeles", KINDS)) as store:
        store.create()
        fill(store, 100)
        if request.param == "counted":
            with store.database.asking() as access:
                access.say("ANALYZE")
        yield store


@pytest.fixture(scope="module")
def postgresql_store(postgresql: str) -> Iterator[Store]:
    with closing(Store(postgresql, "plans", KINDS)) as store:
        store.create()
        fill(store, 400)
        with store.database.asking() as access:
            access.say("VACUUM ANALYZE")
        yield store


def explained(access: Access, statement: Statement, **given: object) -> str:
    """The database's plan for a statement."""
    prepared: Prepared = statement.on(access.dialect)
    words = "EXPLAIN QUERY PLAN " if access.dialect == "sqlite" else "EXPLAIN "
    found = access.driver.execute(words + prepared.text, prepared.parameters(given)).fetchall()
    return "\n".join(str(row[-1]) for row in found)


def plan(store: Store, statement: Statement, **more: object) -> str:
    given = {"county": store.county, "at": NOW, "until": FOREVER, "limit": 1, "worker": "w:3", "case": "C-3"}
    given |= {
        "commit": 1,
        "epoch": 0,
        "owner": "x",
        "area": "",
        "duty": "duty",
        "subject_kind": "case",
        "subject_id": "C-3",
    }
    given |= dict.fromkeys(queries._AFTER, 0) | {"after_id": "", "after_kind": "", "after_duty": ""}
    with store.database.asking() as access:
        return explained(access, statement, **(given | more))


LISTS = [(which, used) for which in ("due", "overdue") for used in ((), ("owner",), ("owner", "area", "duty"))]


@pytest.mark.parametrize(("which", "used"), LISTS)
def test_a_county_s_count_reads_its_index_alone(sqlite: Store, which: str, used: tuple[str, ...]) -> None:
    found = plan(sqlite, queries._count(Form(which, frozenset(used)))).splitlines()
    assert (
        f"SEARCH icpm_obligation USING COVERING INDEX ix_icpm_obligation_{which} (county=? AND {which}_key<?)" in found
    )
    (past,) = [line for line in found if "ix_icpm_obligation_past" in line]
    assert past.endswith("USING COVERING INDEX ix_icpm_obligation_past (county=? AND past_key>?)")
    assert not [line for line in found if line.startswith("SCAN") and "CONSTANT" not in line]


@pytest.mark.parametrize("following", [False, True])
@pytest.mark.parametrize(("which", "used"), LISTS)
def test_a_county_s_page_takes_its_keys_in_the_order_of_an_index(
    sqlite: Store, which: str, used: tuple[str, ...], following: bool
) -> None:
    found = plan(sqlite, queries._page(Form(which, frozenset(used)), following=following, limit=50))
    current, past = found.split("ix_icpm_obligation_past")
    start = (
        f"({which}_key,valid_from,valid_until,subject_id,subject_kind,duty,start_root,instance_root,run)>"
        if following
        else f"{which}_key<?"
    )
    assert f"SEARCH icpm_obligation USING COVERING INDEX ix_icpm_obligation_{which} (county=? AND {start}" in current
    # Where the duty is given, what is due at one instant is still sorted, but not what is due at several.
    assert "TEMP B-TREE FOR ORDER BY" not in current
    assert current.endswith("COVERING INDEX ")
    assert past.startswith(" (county=? AND past_key>?)")
    table = "SEARCH icpm_obligation USING PRIMARY KEY (county=? AND subject_kind=? AND subject_id=? AND duty=? AND "
    assert table + "start_root=? AND instance_root=? AND run=? AND valid_from=?)" in past


@pytest.mark.parametrize("which", ["due", "overdue"])
@pytest.mark.parametrize("used", ["worker", "case"])
def test_a_worker_s_and_a_case_s_list_begin_at_the_case(sqlite: Store, which: str, used: str) -> None:
    found = plan(sqlite, queries._page(Form(which, frozenset({used})), following=False, limit=50))
    subject = "COVERING INDEX ix_icpm_obligation_subject (county=? AND subject_kind=? AND subject_id=?"
    assert f"SEARCH icpm_obligation USING {subject}" in found
    assert "INDEX ix_icpm_obligation_past (" not in found
    if used == "worker":
        assert "SEARCH icpm_assignment USING PRIMARY KEY (county=? AND worker=?)" in found
    assert not [line for line in found.splitlines() if line.startswith("SCAN icpm")]


@pytest.mark.parametrize(("which", "used"), LISTS)
@pytest.mark.parametrize("following", [False, True])
def test_a_page_as_once_known_takes_its_keys_in_the_order_of_two_indexes(
    sqlite: Store, which: str, used: tuple[str, ...], following: bool
) -> None:
    found = plan(sqlite, queries._page(Form(which, frozenset(used), past=True), following=following, limit=50))
    assert f"SEARCH icpm_obligation USING COVERING INDEX ix_icpm_obligation_{which} (county=? AND " in found
    ended = "USING PRIMARY KEY" if which == "due" else "USING COVERING INDEX ix_icpm_obligation_past_overdue"
    assert f"SEARCH icpm_obligation_past_listed {ended} (county=? AND epoch=? AND " in found
    key = "(county=? AND subject_kind=? AND subject_id=? AND duty=? AND start_root=? AND instance_root=? AND run=? "
    assert f"SEARCH icpm_obligation_past USING PRIMARY KEY {key}AND valid_from=? AND known_from=?)" in found
    assert not [line for line in found.splitlines() if line.startswith("SCAN icpm")]


@pytest.mark.parametrize("which", ["due", "overdue"])
@pytest.mark.parametrize("used", ["worker", "case"])
def test_a_worker_s_list_as_once_known_begins_at_the_case(sqlite: Store, which: str, used: str) -> None:
    found = plan(sqlite, queries._page(Form(which, frozenset({used}), past=True), following=False, limit=50))
    assert "SEARCH icpm_obligation_past USING PRIMARY KEY (county=? AND subject_kind=? AND subject_id=?)" in found
    assert not [line for line in found.splitlines() if line.startswith("SCAN icpm")]


@pytest.mark.parametrize("used", [(), ("owner", "area", "duty")])
def test_what_is_unknown_is_counted_from_its_index_alone(sqlite: Store, used: tuple[str, ...]) -> None:
    current, past = plan(sqlite, waiting._waiting(Form("due", frozenset(used)))).split("UNION ALL")
    index = "SEARCH icpm_obligation USING COVERING INDEX ix_icpm_obligation_waits"
    assert f"{index} (county=? AND past_key=? AND waits>?)" in current
    assert "TEMP B-TREE" not in current
    assert f"{index} (county=? AND past_key>?)" in past
    *_, then = plan(sqlite, waiting._waiting(Form("due", frozenset(used), past=True))).split("UNION ALL")
    filed = "SEARCH icpm_obligation_past_listed USING COVERING INDEX ix_icpm_obligation_past_waits"
    assert f"{filed} (county=? AND epoch=? AND waits>?)" in then
    worker = plan(sqlite, waiting._waiting(Form("due", frozenset({"worker"}))))
    assert "SEARCH icpm_obligation USING PRIMARY KEY (county=? AND subject_kind=? AND subject_id=?)" in worker


def test_a_subject_is_read_by_its_key(sqlite: Store) -> None:
    key = "USING PRIMARY KEY (county=? AND subject_kind=? AND subject_id=?)"
    for statement in (projection._ROWS, projection._FINDINGS, journal._FOR_FOLD, journal._JOURNAL, reading._SUBJECT):
        found = plan(sqlite, statement)
        assert key in found
        assert "TEMP B-TREE" not in found
    assert "COVERING INDEX ix_icpm_link_other" in plan(sqlite, reading._CASES_OF, other_kind="person", other_id="P-1")
    assert "INDEX ix_icpm_entry_number" in plan(sqlite, journal._NUMBERED, entry=1)
    assert "INDEX ix_icpm_entry_source" in plan(sqlite, journal._SOURCED, source_system="x", keys='["1", "2"]')
    assert "COVERING INDEX ix_icpm_commit_at" in plan(sqlite, journal._COMMIT_AT)
    assert "COVERING INDEX ix_icpm_subject_horizon" in plan(sqlite, queries._HORIZON)
    assert "INDEX ix_icpm_finding_kind" in plan(sqlite, reading._FINDINGS_OF, kind="barred")


@pytest.mark.parametrize("which", ["due", "overdue"])
def test_postgresql_uses_the_same_indexes(postgresql_store: Store, which: str) -> None:
    def found(statement: Statement) -> str:
        return plan(postgresql_store, statement, at=NOW * 6 // 10, until=NOW * 6 // 10)

    assert "Index Only Scan using ix_icpm_obligation_waits " in found(waiting._waiting(Form(which)))
    count = found(queries._count(Form(which)))
    assert f"Index Only Scan using ix_icpm_obligation_{which} " in count
    page = found(queries._page(Form(which), following=False, limit=50))
    assert f"Index Only Scan using ix_icpm_obligation_{which} " in page
    assert "using icpm_obligation_pkey" in page
    assert "Seq Scan on icpm_obligation" not in count + page
    worker = found(queries._page(Form(which, frozenset({"worker"})), following=False, limit=50))
    assert "Index Only Scan using ix_icpm_obligation_subject" in worker
    assert "Seq Scan on icpm_obligation" not in worker
