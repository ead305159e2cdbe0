"""A county's store, opened: where its reading and writing begin."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import attrs
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Engine
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from icpm_engine.store.database import Access, Database
from icpm_engine.store.epochs import Epochs
from icpm_engine.store.journal import read_id
from icpm_engine.store.reading import KEPT_SUBJECTS, Kept, Reading
from icpm_engine.store.tables import SCHEMA
from icpm_engine.store.writing import INSERT_COUNTY, Writing, take
from icpm_engine.vocabulary.kinds import EventKind


class Store:
    """One county in a database: its journal and its projections. Several counties may share a database.

    `where` is a URL or the host's own SQLAlchemy engine; `kinds` is the registry that entries are read with
    (RulePack.events). `across`: the kinds of subject whose rules read what happens in several cases
    of a person (rules.subjects.across). Every error of the database comes as a StoreError that carries no data.
    """

    def __init__(
        self,
        where: str | URL | Engine,
        county: str,
        kinds: Mapping[str, EventKind],
        *,
        keep: int = KEPT_SUBJECTS,
        across: Collection[str] = (),
    ) -> None:
        self.county = read_id(county)
        self.database = Database(where)
        self._size = keep
        self._epochs = Epochs()
        self._packs: dict[str, int] = {}
        self.read_by(kinds, across)

    def read_by(self, kinds: Mapping[str, EventKind], across: Collection[str]) -> None:
        """From now on entries are read as other rules declare them; what is kept decoded was read otherwise."""
        self._form = _Form(kinds, across, Kept(self._size))

    def create(self) -> None:
        """Make the tables that are missing, and the county in them."""
        self.database.create()
        with self.database.writing() as access:
            numbers = {"next_commit": 1, "next_entry": 1, "last_at": 0, "pack": 0}
            access.run(INSERT_COUNTY, county=self.county, schema_version=SCHEMA, **numbers)

    def close(self) -> None:
        """Close the database's connections that are not in use."""
        self.database.close()

    @contextmanager
    def reading(self, session: Session | SqlConnection | None = None) -> Iterator[Reading]:
        """Questions that all see the same snapshot; in a host's session, whatever that transaction sees."""
        with self.database.reading(session) as access:
            yield self._reading(access, *self._shared(session))

    @contextmanager
    def asking(self) -> Iterator[Reading]:
        """One question: a list, a count. Cheaper than `reading`, and each question has a snapshot of its own."""
        with self.database.asking() as access:
            yield self._reading(access, self._form, self._epochs)

    @contextmanager
    def writing(
        self,
        by: str,
        at: int,
        *,
        note: str = "",
        entries: int = 1,
        keep: bool = True,
        session: Session | SqlConnection | None = None,
    ) -> Iterator[Writing]:
        """One commit of the county, `by` an author, at a wall instant. When anything is raised, nothing of it stays.

        `entries` is how many are expected (any number may come); an import says keep=False, and what it touches is not
        kept decoded. In a host's session it is part of the host's transaction.
        """
        form, epochs = self._shared(session)
        form = form if keep else attrs.evolve(form, kept=None)
        with self.database.writing(session) as access:
            taken = take(access, self.county, by, at, entries)
            writing = Writing(self._reading(access, form, epochs), taken, self._packs)
            yield writing
            writing.finish(note)
        if session is None:
            self._packs.update(writing.packs)
        if writing.kept is not None:
            writing.kept.put(writing.fresh.values())

    def _reading(self, access: Access, form: _Form, epochs: Epochs) -> Reading:
        return Reading(access, self.county, form.kinds, form.kept, epochs, form.across)

    def _shared(self, session: Session | SqlConnection | None) -> tuple[_Form, Epochs]:
        """What is kept from one transaction to the next; nothing of it in a host's, which may yet be rolled back."""
        return (self._form, self._epochs) if session is None else (attrs.evolve(self._form, kept=None), Epochs())


@attrs.frozen
class _Form:
    """How entries are read, and what is kept of subjects whose entries were read so: one value, for many threads."""

    kinds: Mapping[str, EventKind]
    across: Collection[str]
    kept: Kept | None
