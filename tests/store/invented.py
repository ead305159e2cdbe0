"""An invented, very small practice: questions that must be answered in ten days, and contact every thirty days.

It stands in for the fold, so that the tests of the store rest on nothing but the store.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import msgspec
from sqlalchemy.orm import Session

from icpm_engine.history.order import standing
from icpm_engine.history.results import FOREVER, Entry, FindingRow, Folding, ObligationRow, Outcome
from icpm_engine.store import Diff, NewEntry, Store, StoredRow, canonical
from icpm_engine.vocabulary.kinds import EventKind, Field

DAY = 86_400
AREAS = {"answer": "questions", "contact": "contacts"}
TOPIC = {"topic": Field("topic", "text")}
KINDS = {
    kind.name: kind
    for kind in (
        EventKind("asked", fields=TOPIC),
        EventKind("answered", fields=TOPIC),
        EventKind("told", subject="person", fields={"born": Field("born", "date")}),
        EventKind("met", subject="team"),
    )
}
EPOCH_DAY = 719_163  # 1970-01-01


def chance(seed: int) -> random.Random:
    """Chance that is the same in every run."""
    return random.Random(seed)  # noqa: S311 - invented data, no secret


def instant(day: int) -> int:
    """Midnight of a day, in a county that lives in UTC."""
    return (day - EPOCH_DAY) * DAY


def new(kind: str, day: int, topic: str = "", **more: object) -> NewEntry:
    """An entry to be added; recorded on its own day unless something else is said."""
    payload = {"topic": topic} if topic else {}
    if "born" in more:
        payload["born"] = str(more.pop("born"))
    return NewEntry(kind, day, -1, canonical(payload), instant(day))._replace(**more)


def fold(entries: Iterable[Entry]) -> Folding:
    """Two obligations touched by each event: the question it asks or answers, and the contact it counts as."""
    events = sorted(standing(entries), key=lambda entry: (entry.day, entry.root))
    rows: list[ObligationRow] = []
    open_questions: dict[str, Entry] = {}
    contact: Entry | None = None
    findings = []
    for number, event in enumerate(events):
        now = instant(event.day)
        topic = event.values.get("topic", "")
        if event.kind == "asked" and topic not in open_questions:
            open_questions[topic] = event
        elif event.kind == "answered" and topic in open_questions:
            rows += _periods("answer", open_questions.pop(topic), 0, 10, now)
        elif event.kind in {"asked", "answered"}:
            findings.append(FindingRow("out_of_place", "question", event.entry, now, (topic,) if topic else ()))
        if contact is not None:
            rows += _periods("contact", contact, number, 30, now)
        contact = event
    for event in open_questions.values():
        rows += _periods("answer", event, 0, 10, FOREVER)
    if contact is not None:
        rows += _periods("contact", contact, len(events), 30, FOREVER)
    rows = sorted(row for row in rows if row.valid_from < row.valid_until)
    last = instant(events[-1].day) if events else 0
    return Folding(rows, [], findings, {}, last, last + 730 * DAY)


def _periods(duty: str, start: Entry, run: int, days: int, met: int) -> list[ObligationRow]:
    begin, due = instant(start.day), instant(start.day + days + 1) - 1
    owner = "child_welfare" if duty == "contact" else "child_welfare and mental_health"
    running = (int(Outcome.RUNNING), due, due, 0, owner, "must", f"{start.root}+{days}".encode())
    first = ObligationRow(duty, start.root, 0, run, begin, met, *running)
    if met == FOREVER:
        return [first]
    late = int(met > due)
    return [
        first,
        ObligationRow(duty, start.root, 0, run, met, FOREVER, int(Outcome.MET), due, None, late, owner, "must", b""),
    ]


def record(
    store: Store, case: str, *events: NewEntry, at: int | None = None, session: Session | None = None
) -> tuple[int, Diff]:
    """Record events of a case and fold it; gives the commit's number and what changed."""
    day = max(event.day for event in events)
    with store.writing("tester", instant(day) if at is None else at, session=session) as tx:
        for event in events:
            tx.append("case", case, event)
        diff = tx.replace("case", case, fold(tx.events("case", case)), pack=tx.use_pack("v1", b"{}"), areas=AREAS)
    return tx.commit_no, diff


def detail(number: int, *missing: str) -> bytes:
    """A row's derivation, as far as the store looks into it."""
    return msgspec.msgpack.encode(["began", 0, number, 0, None, 0, 0, [], missing, [], [], []])


def plain(rows: Iterable[StoredRow]) -> list[ObligationRow]:
    """Rows as the fold gave them."""
    return [row.row for row in rows]


def check(store: Store) -> int:
    """A store is whole: numbers without gaps, each projection what its journal comes to. Gives the last commit."""
    with store.reading() as read:
        last = read.commit_at(FOREVER)
        assert [read.commit(number).commit_no for number in range(1, last + 1)] == list(range(1, last + 1))
        numbers = []
        for case in read.subjects("case"):
            journal = read.journal("case", case)
            numbers += [row.entry for row in journal]
            standing = read.standing("case", case)
            folding = fold(standing.entries)
            assert plain(read.rows("case", case)) == plain(standing.rows) == folding.rows
            assert list(read.findings("case", case)) == list(standing.findings) == folding.findings
            assert standing.version <= last
            assert all(row.commit_no <= last for row in journal)
            for commit_no in {row.known_from for row in standing.rows}:
                assert commit_no <= last
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
        assert read.audit().faults == ()
    with store.writing("checker", 0) as tx:
        tx.append("case", "C-check", new("asked", 738_000, "last"))
        tx.replace("case", "C-check", fold(tx.events("case", "C-check")), pack=tx.use_pack("v1", b"{}"), areas=AREAS)
    assert tx.commit_no == last + 1
    with store.reading() as read:
        assert read.entries("case", "C-check")[-1].entry == len(numbers) + 1
    return last
