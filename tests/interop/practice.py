"""An invented practice into which the tests of the import read extracts, and views of what then stands there.

Half of its rules hang on what the row's order or the child's other journal could spoil: a strict lifecycle, a placement
per id, a date from the birth date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from icpm_engine import Engine, RulePack
from icpm_engine.history import ObligationRow, fold
from icpm_engine.history.fold import horizon_after
from icpm_engine.history.proofs import detail_of
from icpm_engine.history.sources import seen
from icpm_engine.interop import ImportMapping, parse_mapping
from icpm_engine.interop.importing import ImportReport, import_extract
from icpm_engine.recording import Rules
from icpm_engine.rules.loading import load_texts
from icpm_engine.store import JournalRow
from icpm_engine.store.statements import Statement
from icpm_engine.store.tables import Base
from icpm_engine.vocabulary.kinds import SUBJECTS
from tests.interop.mappings import MAPPING, csv

NOW = 1_782_867_600  # 30 June 2026, 18:00 in California

RULES = """
zone: America/Los_Angeles
roles: {child_welfare: County child welfare}
calendars: {federal: us-federal}
sources: {manual: {title: The county's manual (invented)}}
defaults: {authority: manual, owner: child_welfare}
lifecycles:
  case:
    label: Case
    initial: none
    strict: yes
    states: {none: {label: No case}, open: {label: Open, holder: child_welfare}, closed: {label: Closed, final: yes}}
    transitions: [{on: case_opened, from: none, to: open}, {on: case_closed, from: open, to: closed}]
  placement:
    label: Placement
    per: placement_id
    initial: none
    states: {none: {label: None}, there: {label: There}, over: {label: Over}}
    transitions: [{on: placement_started, from: none, to: there}, {on: placement_ended, from: there, to: over}]
  need:
    label: Need
    initial: unknown
    states: {unknown: {label: Unknown}, found: {label: Found}, none_found: {label: None found}}
    transitions:
      - {on: screening_completed, where: {result: positive}, from: [unknown, found, none_found], to: found}
      - {on: screening_completed, where: {result: negative}, from: [unknown, found, none_found], to: none_found}
duties:
  first_screening:
    {label: Screen, starts: case_opened, while: case.open, due: {within: 30 days}, met: screening_completed}
  follow_up:
    label: Follow up
    starts: {on: screening_completed, where: {result: positive}}
    while: need.found
    due: {within: 5 federal days}
    met: cft_held
  young_child:
    label: Meet soon for a young child
    starts: case_opened
    while: {all: [case.open, {age: {under: 6 years}}]}
    due: {within: 10 days}
    met: cft_held
  visit:
    label: See the child where it lives
    per: placement_id
    starts: placement_started
    while: placement.there
    due: {within: 3 days}
    met: contact_made
"""

LINKED = MAPPING + "  LNK: {kind: person_linked, fields: {person: REF}}\n"
"""The mapping of the tests, with the case's link to the child."""


@cache
def practice() -> RulePack:
    """The rules of the practice."""
    return load_texts({"practice.yaml": RULES})


@cache
def shasta() -> RulePack:
    """California's rules in Shasta County; most choices are not settled."""
    return RulePack.load("california", county="shasta", settles={"referral_limit": "5 business days"})


@contextmanager
def opened(url: str, rules: RulePack | None = None, now: int = NOW) -> Iterator[Engine]:
    """An engine on a database, with the clock at one instant."""
    with Engine(url, rules or practice(), clock=lambda: now) as engine:
        yield engine


@contextmanager
def anew(rules: RulePack | None = None, now: int = NOW) -> Iterator[Engine]:
    """An engine on a database in memory."""
    with opened("sqlite://", rules, now) as engine:
        yield engine


def read(mapping: str, engine: Engine) -> ImportMapping:
    """A mapping for the rules of an engine."""
    return parse_mapping(mapping, "map.yaml", engine.pack.events)


def take(
    engine: Engine, *rows: str, mapping: str = LINKED, aside: Path | None = None, data: bytes | None = None
) -> ImportReport:
    """Import rows, or the bytes of an extract; the counts must add up."""
    made = import_extract(engine, read(mapping, engine), data or csv(*rows), by="test", set_aside=aside)
    assert made.rows == made.taken + made.known + made.duplicates + made.set_aside
    assert made.set_aside == sum(made.causes.values())
    assert (made.commit is None) == (made.entries == 0)
    return made


SALTED = ("salt", "digest", "link")


def tables(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that the database holds, but for what is salted: that is another one each time."""
    found = {}
    with engine.store.reading() as reading:
        for table in Base.metadata.sorted_tables:
            kept = [column for column in table.columns if column.name not in SALTED]
            every = Statement(lambda _, table=table, kept=kept: select(*kept).order_by(*table.primary_key))  # type: ignore[misc]
            found[table.name] = [tuple(row) for row in reading.access.rows(every)]
    return found


def journals(engine: Engine) -> list[JournalRow]:
    """Every entry, in the order of recording."""
    with engine.store.reading() as reading:
        keys = [(kind, subject) for kind in SUBJECTS for subject in reading.subjects(kind, limit=100_000)]
        rows = [row for key in keys for row in reading.journal(*key)]
    return sorted(rows, key=lambda row: row.entry)


def check(engine: Engine) -> None:
    """The store is whole: numbers without gaps, and each projection what its journals come to when folded anew."""
    entries = journals(engine)
    assert [row.entry for row in entries] == list(range(1, len(entries) + 1))
    assert engine.audit().faults == ()
    rules = Rules(engine.pack)
    with engine.store.reading() as reading:
        for kind in SUBJECTS:
            for subject in reading.subjects(kind, limit=100_000):
                standing = reading.standing(kind, subject)
                of_kind = rules.of(kind)
                until = horizon_after(of_kind, of_kind.zone.day_of(engine.now()))
                folding = fold(of_kind, seen(standing.journals, of_kind), until)
                assert [stored.row for stored in reading.rows(kind, subject)] == folding.rows
                assert list(reading.findings(kind, subject)) == folding.findings
                # Of the child's other cases only what its rules see makes a projection anew.
                made_from = max(entry.entry for entry in seen(standing.journals, of_kind))
                assert made_from <= standing.last_entry <= max(entry.entry for entry in standing.entries)


def answers(engine: Engine) -> dict[str, Any]:
    """Where every case stands on every day, in words that do not depend on the numbers of entries."""
    found = {}
    with engine.store.reading() as reading:
        for case in reading.subjects("case", limit=100_000):
            folding = fold(engine.rules, seen(reading.standing("case", case).journals, engine.rules))
            states = sorted((s.lifecycle, s.instance, s.state, s.valid_from, s.valid_until) for s in folding.states)
            facts = {name: [(at, value) for at, value, _ in told] for name, told in folding.facts.items()}
            findings = sorted((f.kind, f.rule, f.at, f.missing) for f in folding.findings)
            rows = sorted(map(_obligation, (stored.row for stored in reading.rows("case", case))))
            found[case] = (states, facts, findings, rows)
    return found


def _obligation(row: ObligationRow) -> tuple[Any, ...]:
    due = row.due_at or 0, row.overdue_after or 0
    return row.duty, detail_of(row).instance or "", row.valid_from, row.valid_until, row.state, *due, row.marks


def listed(text: Iterable[str]) -> list[list[str]]:
    """The lines of a set-aside file without its header, parsed."""
    import csv as reader  # noqa: PLC0415 - the name is taken by the rows of the tests

    header, *rows = reader.reader(text)
    assert header == ["row", "cause", "reason", "raw row"]
    return rows
