"""What every recording and every answer goes through: the rules, the store, the clock, the host's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs
from sqlalchemy import Connection as SqlConnection
from sqlalchemy.orm import Session

from icpm_engine.calendars import Zone, format_day
from icpm_engine.engine.times import When, instant_of
from icpm_engine.errors import NotAdopted
from icpm_engine.history import CompiledRules
from icpm_engine.recording import Rules
from icpm_engine.rules.loading import pack_from_body
from icpm_engine.rules.model import RulePack
from icpm_engine.store import KnownReading, Reading, Standing, Store, StoredRow, Writing


@attrs.define
class InForce:
    """The rules that the engine was opened with, and those that the county goes by, as far as the engine has seen."""

    given: Rules
    rules: Rules
    number: int = 0
    """Of the latter, in the store; 0 until it has been looked up."""
    what_if: bool = False
    """The county has never gone by those given: nothing is recorded by them; what is asked with them is a what-if."""


@attrs.frozen
class County:
    """One county's store with its rules; `session` is the host's own transaction, if there is one."""

    store: Store
    in_force: InForce
    name: str
    clock: Callable[[], int]
    session: Session | SqlConnection | None = None
    older: dict[int, Rules] = attrs.field(factory=dict)
    """Rules that stored rows were made with, by their number in the store."""
    _of_rows: dict[tuple[int, str], CompiledRules] = attrs.field(factory=dict)

    def inside(self, session: Session | SqlConnection) -> County:
        """The same in a host's transaction; what is adopted in there is nobody else's before it is committed."""
        return attrs.evolve(self, session=session, in_force=attrs.evolve(self.in_force), older=dict(self.older))

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self.in_force.rules

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
        """One commit, by the rules in force; `keep`: whether what it touches is kept decoded. Raises NotAdopted."""
        with self.store.writing(by, at, note=note, entries=entries, keep=keep, session=self.session) as writing:
            self.follow(writing)
            if self.in_force.what_if:
                raise NotAdopted(f"nothing is recorded by rules that nobody has adopted: {self.not_adopted(writing)}")
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

    # --- which rules --------------------------------------------------------------------------------------------------

    def follow(self, reading: Reading) -> None:
        """Go by the rules that the county goes by: since the engine was opened, others may have been adopted."""
        held, number = self.in_force, reading.in_force()
        if number in (0, held.number):
            return
        before, held.rules, held.number = held.rules, self.numbered(reading, number), number
        held.what_if = held.rules is not held.given and self._is_new(reading, held.given.pack)
        if held.rules is not before:
            kinds, across = held.rules.pack.events, held.rules.across
            self.store.read_by(kinds, across)
            reading.kinds, reading.across, reading.kept = kinds, across, None

    def look(self) -> None:
        """Go by the rules that the county goes by now."""
        with self.reading() as reading:
            self.follow(reading)

    def rules_in(self, reading: Reading) -> Rules:
        """The rules in force, or those that were at a look's moment of the past."""
        if not isinstance(reading, KnownReading):
            self.follow(reading)
            return self.rules
        number = reading.in_force()
        return self.numbered(reading, number) if number else self.rules

    def rules_of(self, reading: Reading, row: StoredRow) -> CompiledRules:
        """The rules that a row was made with; older ones come from the database."""
        key = (row.pack, row.subject_kind)
        found = self._of_rows.get(key)
        if found is None:
            found = self._of_rows[key] = self.numbered(reading, row.pack).of(row.subject_kind)
        return found

    def numbered(self, reading: Reading, number: int) -> Rules:
        """The rules that the store has under a number."""
        found = self.older.get(number)
        if found is None:
            version, body = reading.pack(number)
            known = (self.in_force.given, self.in_force.rules)
            same = (rules for rules in known if rules.pack.version == version)
            found = self.older[number] = next(same, None) or Rules(pack_from_body(body))
        return found

    def stood_by(self, reading: Reading) -> list[Rules]:
        """All rules that some subject may still stand by: those in force, and others while not all have passed over."""
        adoptions = reading.adoptions()
        through = max((place for place, one in enumerate(adoptions) if one.finished is not None), default=0)
        return [self.numbered(reading, one.pack) for one in adoptions[through:]] or [self.rules]

    def made_with(self, reading: Reading, standing: Standing) -> tuple[Rules, Standing]:
        """The rules that a subject stands by, or those of a what-if, and the subject as they read its entries."""
        rules = self.rules_in(reading)
        if self.in_force.what_if and not isinstance(reading, KnownReading):
            rules = self.in_force.given
        elif standing.pack:
            rules = self.numbered(reading, standing.pack)
        if rules is not self.rules and rules.pack.version != self.pack.version:
            standing = reading.read_by(rules.pack.events, rules.across).standing(*standing.key)
        return rules, standing

    def not_adopted(self, reading: Reading) -> str | None:
        """What to do about the rules that the engine was opened with, if the county goes by others."""
        given, adoptions = self.in_force.given.pack, reading.adoptions()
        if not adoptions or adoptions[-1].version == given.version:
            return None
        last = adoptions[-1]
        goes_by = self.numbered(reading, last.pack).pack
        since = f"since {format_day(self.zone.day_of(last.at))} (by {last.author})"
        return (
            f"{self.name} goes by the rules {named(goes_by)} {since}; found {named(given)}. See what these would "
            "change with 'icpm rehearse' (Engine.rehearse), and take them with 'icpm adopt' (Engine.adopt)"
        )

    def _is_new(self, reading: Reading, pack: RulePack) -> bool:
        """Whether the county has never gone by some rules: an engine opened with older ones goes on with the newer."""
        return all(one.version != pack.version for one in reading.adoptions())


def named(pack: RulePack) -> str:
    """A pack in a few words: its name, its county, the beginning of its version."""
    return f"{pack.name}{f', {pack.county} county' if pack.county else ''} ({pack.version[:12]})"
