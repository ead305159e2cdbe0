"""`rehearse_number`, `rehearse_any`: changed rules against the clocks of 200,000 cases of 50 events.

The cases are copies of invented ones under ids of their own, recorded as an import would. Every number that can be
changed alone is changed at once, so that as many clocks as possible have to be re-dated; then all is folded anew.
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
from icpm_engine.calendars import Span
from icpm_engine.engine import Engine
from icpm_engine.recording import Rules
from icpm_engine.rehearsal.answers import Rehearsal
from icpm_engine.rehearsal.numbers import NotNumbers, redated
from icpm_engine.rules import model
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.walking import exchanged
from icpm_engine.store import NewEntry, new_entry

CASES: Final = 200_000
LENGTH: Final = 50
SAMPLES: Final = 200
TOGETHER: Final = 200
NUMBER_SECONDS: Final = 20
ANY_SECONDS: Final = 160


def rehearse(bench: Bench) -> Iterator[Row]:
    """Both ways; what they count is the same."""
    cases = bench.size.of(CASES, 10)
    share = cases / CASES
    place = _made(bench, cases)
    changed = other_numbers(caseload.pack())
    with caseload.opened(place) as engine:
        taken, quick = _timed(engine, changed, fold=False)
        clocks = quick.counts.before
        words = f"{clocks:,} clocks that run over {cases:,} cases of {LENGTH} events; SQLite"
        found = f"{quick.counts.moves:,} of {words}, {quick.folded:,} cases folded for want of what is kept"
        limit = _read(place, _OPEN_ROWS)
        yield Row(
            "rehearse_number", taken, "s", limit, NUMBER_SECONDS * share, f"{found}; limit: reading the open rows"
        )
        taken, slow = _timed(engine, changed, fold=True)
        if slow.counts != quick.counts:
            raise AssertionError("both ways count the same clocks")
        limit = _read(place, _OPEN_ROWS) + _read(place, _JOURNAL, decoded=True)
        found = f"{words}, all folded anew; limit: reading the journal, decoded, and the open rows"
        yield Row("rehearse_any", taken, "s", limit, ANY_SECONDS * share, found)
    shutil.rmtree(place)


def _timed(engine: Engine, changed: RulePack, *, fold: bool) -> tuple[float, Rehearsal]:
    begin = time.process_time()
    found = engine.rehearse(changed, on=caseload.ON, fold=fold)
    return time.process_time() - begin, found


def other_numbers(pack: RulePack) -> RulePack:
    """The pack with every limit that can be changed alone made 45 days, those among them that the county settled."""
    before, found = Rules(pack), pack
    for name, duty in pack.duties.items():
        found = _if_alone(before, found, duties={**found.duties, name: exchanged(duty, _longer)})
    for name, settled in pack.settles.items():
        longer = tuple(attrs.evolve(one, value=LONGER) for one in settled if isinstance(one.value, Span))
        if longer:
            found = _if_alone(before, found, settles={**found.settles, name: longer})
    return found


def _if_alone(before: Rules, pack: RulePack, **other: Any) -> RulePack:  # noqa: ANN401 - a part of a pack
    changed = attrs.evolve(pack, **other, version=f"{pack.version[:12]}-longer")
    try:
        redated(before, Rules(changed))
    except NotNumbers:
        return pack
    return changed


def _longer(node: Any) -> Any:  # noqa: ANN401 - any value of the model
    if not isinstance(node, model.DueLeg):
        return node
    return attrs.evolve(node, within=tuple(LONGER if isinstance(span, Span) else span for span in node.within))


LONGER: Final = Span.parse("45 days")


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
