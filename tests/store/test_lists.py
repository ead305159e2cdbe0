from __future__ import annotations

import functools
import random
from collections.abc import Callable
from itertools import pairwise

import pytest

from icpm_engine.history.proofs import detail_of
from icpm_engine.history.results import FOREVER, Folding, ObligationRow, Outcome
from icpm_engine.store import Assignment, Cover, Filter, Listed, Position, Store, Waiting, epochs
from icpm_engine.store.known import KnownReading
from icpm_engine.store.projection import OPEN
from tests.store import invented
from tests.store.conftest import OpenStore

DUTIES = {"refer": "referral", "screen": "screening", "meet": "team"}
OWNERS = ("child_welfare", "mental_health", "child_welfare and mental_health")
CASES = [f"C-{number}" for number in range(6)]
LAST = 120
NAMES = ("limit", "counted_from", "indian_child")
"""Instants run from 0 to here."""

World = dict[tuple[str, str], list[ObligationRow]]
Keep = Callable[[str, str, ObligationRow], bool]


def invent(chance: random.Random, at: int) -> list[ObligationRow]:
    """Some obligations, each in one to three periods, as of an instant (some of them begin or lapse later)."""
    rows = []
    for start in range(1, 7):
        edges = [*sorted(chance.sample(range(LAST), chance.randrange(1, 4))), FOREVER]
        duty, owner = chance.choice(list(DUTIES)), chance.choice(OWNERS)
        for begin, end in pairwise(edges):
            state = chance.choice([0, 0, 0, 1, 2, 3, 6])
            due = chance.choice([None, begin + chance.randrange(-20, 40)])
            overdue = chance.choice([None, due]) if due is not None else chance.choice([None, begin + 5])
            if state not in {0, 2}:
                overdue = None
            missing = chance.sample(NAMES, chance.randrange(1, 3)) if state == Outcome.UNDETERMINED else ()
            detail = invented.detail(start, *missing)
            rows.append(ObligationRow(duty, start, 0, at, begin, end, state, due, overdue, 0, owner, "must", detail))
    return sorted(rows)


def write(store: Store, world: World, at: int) -> None:
    with store.writing("tester", at, entries=0) as tx:
        for (kind, subject), rows in world.items():
            folding = Folding(rows, [], [], {}, 0, 10_000)
            tx.replace(kind, subject, folding, pack=tx.use_pack("v1", b""), areas=DUTIES)


def naive(world: World, which: str, at: int, until: int, keep: Keep) -> list[tuple[Position, ObligationRow]]:
    """The list, by looking at everything."""
    found = []
    for (kind, subject), rows in world.items():
        for row in rows:
            instant = row.due_at if row.due_at is not None else row.overdue_after
            if which == "overdue":
                instant = row.overdue_after
            instant = FOREVER if instant is None else instant
            listed = row.valid_from <= at < row.valid_until and row.state in OPEN and instant <= until
            if listed and (which == "due" or instant < at) and keep(kind, subject, row):
                period = (row.valid_from, row.valid_until)
                found.append((Position(instant, *period, subject, kind, *row[:4]), row))
    return sorted(found)


Counts = dict[tuple[tuple[str, ...], str], list[int | None]]


def waited_for(world: World, at: int, keep: Keep) -> Counts:
    """What is missing, by looking at everything: obligations, of these overdue perhaps, undated, the earliest date."""
    found: Counts = {}
    for (kind, subject), rows in world.items():
        for row in rows:
            undetermined = row.state == Outcome.UNDETERMINED and row.valid_from <= at < row.valid_until
            if undetermined and keep(kind, subject, row):
                counts = found.setdefault((detail_of(row).missing, row.duty), [0, 0, 0, None])
                passed = row.due_at is not None and row.due_at < at
                add(counts, [1, int(passed), int(row.due_at is None), row.due_at])
    return found


def counted(rows: list[Waiting]) -> Counts:
    """What the store gives, the two parts of an answer put together."""
    found: Counts = {}
    for row in rows:
        add(found.setdefault((row.names, row.duty), [0, 0, 0, None]), [*row[2:]])
    return found


def add(counts: list[int | None], more: list[int | None]) -> None:
    *numbers, earliest = counts
    counts[:3] = [(number or 0) + (new or 0) for number, new in zip(numbers, more, strict=False)]
    counts[3] = min((one for one in (earliest, more[3]) if one is not None), default=None)


@pytest.fixture(params=[1, 2, 3])
def worlds(request: pytest.FixtureRequest, store: Store) -> tuple[Store, World]:
    """A county in which every subject was folded several times, at instants among those that are asked for."""
    chance = invented.chance(request.param)
    world: World = {}
    for at in (5, 40, 60):
        changed = {("case", case): invent(chance, at) for case in CASES if chance.random() < 0.7}
        changed |= {("person", "P-1"): invent(chance, at), ("case", "C-0"): invent(chance, at)}
        write(store, changed, at)
        world |= changed
    return store, world


def pages(ask: Callable[..., list[Listed]], limit: int) -> list[tuple[Position, ObligationRow]]:
    found, after = [], None
    while page := ask(after=after, limit=limit):
        assert len(page) <= limit
        found += [(listed.position, listed.row.row) for listed in page]
        after = page[-1].position
    return found


FILTERS = [
    (Filter(), lambda _, __, ___: True),
    (Filter(duty="refer"), lambda _, __, row: row.duty == "refer"),
    (Filter(area="team"), lambda _, __, row: row.duty == "meet"),
    (Filter(owner="child_welfare"), lambda _, __, row: "child_welfare" in row.owner),
    (Filter(owner="health"), lambda *_: False),
    (Filter(case="C-0"), lambda _, subject, __: subject in {"C-0", "P-1"}),
    (Filter(case="C-1", duty="meet"), lambda _, subject, row: subject == "C-1" and row.duty == "meet"),
    (Filter(worker="w:1"), lambda _, subject, __: subject in {"C-0", "C-2", "P-1"}),
    (Filter(worker="w:1", role="lead"), lambda _, subject, __: subject == "C-2"),
    (Filter(worker="w:1", case="C-2"), lambda _, subject, __: subject == "C-2"),
    (Filter(worker="w:2"), lambda *_: False),
    (Filter(worker="w:3", owner="mental_health"), lambda _, s, row: s == "C-3" and "mental" in row.owner),
]


@pytest.mark.parametrize(("only", "keep"), FILTERS, ids=[str(only) for only, _ in FILTERS])
def test_lists_and_counts_are_what_looking_at_everything_gives(
    worlds: tuple[Store, World], only: Filter, keep: Keep
) -> None:
    store, world = worlds
    with store.writing("tester", 61) as tx:
        tx.link("C-0", [("person", "P-1")])
        tx.replace("case", "C-0", Folding(world["case", "C-0"], [], [], {}, 0, 10_000), pack=1, areas=DUTIES)
        tx.assign("C-0", [Assignment("w:1", "C-0", "worker", 0, FOREVER)])
        tx.assign("C-2", [Assignment("w:1", "C-2", "worker", 0, FOREVER), Assignment("w:1", "C-2", "lead", 0, FOREVER)])
        tx.assign("C-3", [Assignment("w:3", "C-3", "worker", -50, -10), Assignment("w:3", "C-3", "lead", 0, FOREVER)])
    with store.reading() as read:
        for at in range(-1, LAST + 5, 7):
            assert counted(read.waiting(at, only=only)) == waited_for(world, at, keep)
            for limit in (1, 3, 50):
                expected = naive(world, "overdue", at, FOREVER, keep)
                assert pages(lambda at=at, **more: read.overdue(at, only=only, **more), limit) == expected
            assert read.overdue_count(at, only=only) == len(expected)
            for until in (at + 15, FOREVER):
                expected = naive(world, "due", at, until, keep)
                assert (
                    pages(lambda at=at, until=until, **more: read.due(at, until=until, only=only, **more), 4)
                    == expected
                )
                assert read.due_count(at, until=until, only=only) == len(expected)


@pytest.mark.parametrize(("only", "keep"), FILTERS[:7], ids=[str(only) for only, _ in FILTERS[:7]])
@pytest.mark.parametrize("length", [1, 30, 1000])
def test_lists_as_once_known_are_what_was_answered_then(
    store: Store, monkeypatch: pytest.MonkeyPatch, only: Filter, keep: Keep, length: int
) -> None:
    monkeypatch.setattr(epochs, "LENGTH", length)  # so that rows are known in one epoch, in some, in many
    chance = invented.chance(length)
    with store.writing("tester", 1) as tx:
        tx.link("C-0", [("person", "P-1")])
        tx.replace("case", "C-0", Folding([], [], [], {}, 0, 10_000), pack=tx.use_pack("v1", b""), areas=DUTIES)
    worlds: dict[int, World] = {0: {}, 1: {}}
    for known, at in enumerate((5, 9, 40, 60, 61, 100), 2):
        changed = {("case", case): invent(chance, at) for case in CASES if chance.random() < 0.5}
        changed |= {("person", "P-1"): invent(chance, at), ("case", "C-0"): invent(chance, at)}
        write(store, changed, at)
        worlds[known] = worlds[known - 1] | changed

    with store.reading() as read:
        for known, world in worlds.items():
            then = KnownReading(read, known)
            for at in range(-1, LAST + 5, 13):
                assert counted(then.waiting(at, only=only)) == waited_for(world, at, keep)
                now = functools.partial(then.overdue, at, only=only)
                expected = naive(world, "overdue", at, FOREVER, keep)
                assert pages(now, 1) == pages(now, 50) == expected
                assert then.overdue_count(at, only=only) == len(expected)
                soon = functools.partial(then.due, at, until=at + 20, only=only)
                expected = naive(world, "due", at, at + 20, keep)
                assert pages(soon, 4) == expected
                assert then.due_count(at, until=at + 20, only=only) == len(expected)


def test_who_had_a_case_is_as_it_was_known(store: Store) -> None:
    row = ObligationRow("meet", 1, 0, 1, 0, FOREVER, 0, 50, 50, 0, "x", "must", b"")
    write(store, {("case", "C-1"): [row], ("person", "P-1"): [row]}, 1)
    links = [[("person", "P-1")], [], [("person", "P-1")]]
    holders: list[list[Assignment]] = [
        [Assignment("w:1", "C-1", "lead", 10, FOREVER)],
        [Assignment("w:1", "C-1", "lead", 10, 20), Assignment("w:2", "C-1", "lead", 20, FOREVER)],
        [Assignment("w:2", "C-1", "lead", 10, FOREVER)],
    ]
    covers = [[], [Cover("w:3", "w:1", 0, FOREVER)], [Cover("w:3", "w:2", 30, FOREVER)]]
    for link, assigned, cover in zip(links, holders, covers, strict=True):
        with store.writing("tester", 2) as tx:
            tx.link("C-1", link)
            tx.replace("case", "C-1", Folding([row], [], [], {}, 0, 10_000), pack=1, areas=DUTIES)
            tx.assign("C-1", assigned)
            tx.cover(cover)

    def theirs(worker: str, known: int | None) -> list[list[str]]:
        with store.reading() as read:
            then = read if known is None else KnownReading(read, known)
            found = [then.due(at, only=Filter(worker=worker)) for at in (15, 25, 35)]
        return [[one.row.subject_id for one in page] for page in found]

    both = ["C-1", "P-1"]
    assert theirs("w:1", 1) == [[], [], []]
    assert theirs("w:1", 2) == [both, both, both]
    assert theirs("w:1", 3) == [["C-1"], [], []]
    assert theirs("w:2", 3) == [[], ["C-1"], ["C-1"]]
    assert theirs("w:3", 3) == [["C-1"], [], []]
    for now in (None, 4):
        assert [theirs("w:1", now), theirs("w:2", now)] == [[[], [], []], [both, both, both]]
        assert theirs("w:3", now) == [[], [], both]


def test_a_worker_s_list_follows_the_assignments_of_the_day_asked_for(store: Store) -> None:
    row = ObligationRow("meet", 1, 0, 1, 0, FOREVER, 0, 50, 50, 0, "x", "must", b"")
    write(store, {("case", "C-1"): [row], ("case", "C-2"): [row]}, 1)
    with store.writing("tester", 1) as tx:
        tx.assign("C-1", [Assignment("w:1", "C-1", "worker", 10, 20), Assignment("w:2", "C-1", "worker", 20, FOREVER)])
        tx.assign("C-2", [Assignment("w:2", "C-2", "worker", 5, FOREVER)])
        tx.cover([Cover("w:3", "w:2", 12, 30)])

    def cases(worker: str, at: int) -> list[str]:
        with store.reading() as read:
            return [listed.row.subject_id for listed in read.due(at, only=Filter(worker=worker))]

    assert [cases("w:1", at) for at in (9, 10, 19, 20)] == [[], ["C-1"], ["C-1"], []]
    assert [cases("w:2", at) for at in (4, 5, 20)] == [[], ["C-2"], ["C-1", "C-2"]]
    assert [cases("w:3", at) for at in (11, 12, 20, 30)] == [[], ["C-2"], ["C-1", "C-2"], []]
    with store.writing("tester", 2) as tx:
        tx.assign("C-1", [])
        tx.cover([])
    assert [cases("w:1", 10), cases("w:2", 20), cases("w:3", 20)] == [[], ["C-2"], []]


def test_a_list_is_the_same_whichever_way_the_question_is_asked(
    worlds: tuple[Store, World], open_store: OpenStore
) -> None:
    store, _ = worlds
    other = open_store()
    with store.reading() as snapshot, other.asking() as single:
        for at in (10, 50, 90):
            assert snapshot.due(at) == single.due(at)
            assert snapshot.overdue_count(at) == single.overdue_count(at)
