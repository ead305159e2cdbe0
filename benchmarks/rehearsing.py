"""`rehearse_number`, `rehearse_any`, `rehearse_all`: changed rules against the clocks of 200,000 cases of 50 events.

The cases are copies of 200 invented ones under ids of their own, recorded as by an import. First a limit is another
number, then one duty another rule (the dearest to fold of all), then all rules are folded.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final

import attrs
import msgspec

from benchmarks import caseload, database
from benchmarks.measuring import Bench, Row
from icpm_engine.engine import Engine
from icpm_engine.rehearsal.answers import Rehearsal
from icpm_engine.rules import model
from icpm_engine.rules.model import RulePack
from icpm_engine.store import NewEntry, new_entry

CASES: Final = 200_000
LENGTH: Final = 50
SAMPLES: Final = 200
TOGETHER: Final = 200
NUMBER_SECONDS: Final = 20
ANY_SECONDS: Final = 160


def rehearse(bench: Bench) -> Iterator[Row]:
    """A number, a rule, all rules; whatever is folded counts what re-dating counts."""
    cases = bench.size.of(CASES, 10)
    share = cases / CASES
    place = _made(bench, cases)
    number, rule = other_number(), other_rule()
    with caseload.opened(place) as engine:
        taken, found = _timed(engine, number)
        words = (
            f"{found.counts.before:,} clocks that run over {cases:,} cases of {LENGTH} events; SQLite; processor time"
        )
        open_rows = _read(place, _OPEN_ROWS)
        said = f"one limit, {found.counts.moves:,} of {words}; limit: reading the open rows"
        yield Row("rehearse_number", taken, "s", open_rows, NUMBER_SECONDS * share, said)
        both = open_rows + _read(place, _JOURNAL, decoded=True)
        taken, other = _timed(engine, rule)
        said = f"one duty ({other.counts.changes:,} change) of {words}; limit: reading journal, decoded, and open rows"
        yield Row("rehearse_any", taken, "s", both, ANY_SECONDS * share, said)
        taken, folded = _timed(engine, number, fold=True)
        if folded.counts != found.counts:
            raise AssertionError("both ways count the same clocks")
        said = f"all {len(number.duties)} duties folded, {words}; limit: as before"
        yield Row("rehearse_all", taken, "s", both, ANY_SECONDS * share, said)
    shutil.rmtree(place)


def _timed(engine: Engine, changed: RulePack, *, fold: bool = False) -> tuple[float, Rehearsal]:
    begin = time.process_time()
    found = engine.rehearse(changed, on=caseload.ON, fold=fold)
    return time.process_time() - begin, found


def other_number() -> RulePack:
    """The pack with another limit for the assessment."""
    settled = caseload.SETTLED | {"assessment_limit": "45 days"}
    return RulePack.load(caseload.RULES / "california", county="shasta", settles=settled)


def other_rule() -> RulePack:
    """The pack in which one duty is no longer a must."""
    pack = caseload.pack()
    duty = pack.duties["meeting_invitations"]
    texts = tuple(attrs.evolve(text, force=model.Rows((model.Row("should"),))) for text in duty.texts)
    duties = {**pack.duties, duty.name: attrs.evolve(duty, texts=texts)}
    return attrs.evolve(pack, duties=duties, version=f"{pack.version[:12]}-other")


# --- making them ------------------------------------------------------------------------------------------------------


def _made(bench: Bench, cases: int) -> Path:
    """A county of so many cases."""
    place = bench.place("rehearsal")
    samples = [_Sample(*story) for story in caseload.stories(LENGTH, bench.size.of(SAMPLES, 5))]
    numbered = enumerate(islice(cycle(samples), cases))
    with caseload.opened(place) as engine:
        while together := list(islice(numbered, TOGETHER)):
            given: dict[str, Any] = {"by": "import", "at": caseload.NOW, "note": "copies"}
            with engine.importing(**given, entries=LENGTH * len(together)) as (_, recorder):
                for number, sample in together:
                    for kind, subject, entry in sample.under(number):
                        recorder.append(kind, subject, entry)
                recorder.derive(accept_anomalies=True, compare=False)
    return place


class _Sample:
    """A case whose events can be told under other ids."""

    def __init__(self, case: str, events: list[Any]) -> None:
        self.case = case
        self._events = [(one.subject_kind, one.subject_id, new_entry(one, caseload.NOW)) for one in events]
        self._ids = {subject for _, subject, _ in self._events}

    def under(self, number: int) -> Iterator[tuple[str, str, NewEntry]]:
        """The same events of another child."""
        for kind, subject, entry in self._events:
            payload = entry.payload
            for known in self._ids:
                payload = payload.replace(f'"{known}"'.encode(), f'"{known}-{number}"'.encode())
            yield kind, f"{subject}-{number}", entry._replace(payload=payload)


# --- the limits -------------------------------------------------------------------------------------------------------

_OPEN_ROWS: Final = "SELECT * FROM icpm_obligation WHERE state IN (0, 1, 2)"
_JOURNAL: Final = "SELECT payload, entry, kind, day, minute, recorded FROM icpm_entry"


def _read(place: Path, text: str, *, decoded: bool = False) -> float:
    """How long the driver alone takes to read some rows."""
    connection: sqlite3.Connection = database.connect(place / "county.db")
    begin = time.process_time()
    for row in connection.execute(text):
        if decoded:
            msgspec.json.decode(row[0])
    taken = time.process_time() - begin
    connection.close()
    return taken
