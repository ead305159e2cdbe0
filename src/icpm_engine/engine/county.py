"""What every recording and every answer goes through: the rules, the store, the clock, the host's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs
from sqlalchemy import Connection as SqlConnection
from sqlalchemy.orm import Session

from icpm_engine.calendars import Zone
from icpm_engine.engine.times import When, instant_of
from icpm_engine.history import CompiledRules
from icpm_engine.recording import Rules
from icpm_engine.rules.loading import pack_from_body
from icpm_engine.rules.model import RulePack
from icpm_engine.store import KnownReading, Reading, Store, StoredRow, Writing


@attrs.frozen
class County:
    """One county's store with its rules; `session` is the host's own transaction, if there is one."""

    store: Store
    rules: Rules
    name: str
    clock: Callable[[], int]
    session: Session | SqlConnection | None = None
    older: dict[int, Rules] = attrs.field(factory=dict)
    """Rules that stored rows were made with, by their number in the store."""

    @property
    def pack(self) -> RulePack:
        """The rules in force, as written."""
        return self.rules.pack

    @property
    def zone(self) -> Zone:
        """The county's time."""
        return self.rules.of("case").zone

    def instant(self, when: When) -> int:
        """An asked-for moment as an instant: a day means its end. Raises EventError."""
        return instant_of(when, self.zone)

    @contextmanager
    def writing(self, by: str, at: int, note: str, entries: int, *, keep: bool = True) -> Iterator[Writing]:
        """One commit; `keep`: whether what it touches is kept decoded."""
        with self.store.writing(by, at, note=note, entries=entries, keep=keep, session=self.session) as writing:
            yield writing

    @contextmanager
    def reading(self, known_at: When | None = None) -> Iterator[Reading]:
        """One look at the store, as known now or at the end of the day `known_at`, or at that moment."""
        with self.store.reading(self.session) as reading:
            yield self.as_known(reading, known_at)

    def as_known(self, reading: Reading, known_at: When | None) -> Reading:
        """A look at the store as it would have been at a moment of the past, now unless one is given."""
        if known_at is None:
            return reading
        return KnownReading(reading, reading.commit_at(self.instant(known_at)))

    def rules_in(self, reading: Reading) -> Rules:
        """The rules in force, or those that were at a look's moment of the past."""
        number = reading.rules if isinstance(reading, KnownReading) else 0
        return self.numbered(reading, number) if number else self.rules

    def rules_of(self, reading: Reading, row: StoredRow) -> CompiledRules:
        """The rules that a row was made with; older ones come from the database."""
        return self.numbered(reading, row.pack).of(row.subject_kind)

    def numbered(self, reading: Reading, number: int) -> Rules:
        """The rules that the store has under a number."""
        found = self.older.get(number)
        if found is None:
            version, body = reading.pack(number)
            found = self.rules if version == self.pack.version else Rules(pack_from_body(body))
            self.older[number] = found
        return found
