"""Where the events of an extract wait for their turn: a temporary table, so that memory does not grow with the extract.

SQLite keeps it in a file that has no name from its first moment on: nothing of it stays behind, whatever ends the
process.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Final, NamedTuple, Self

from icpm_engine.errors import StoreError
from icpm_engine.store.database import describe

PAGE: Final = 5_000
"""Events that are read back at once, in the order of the extract."""


class Staged(NamedTuple):
    """One event of the extract; `place` is its place there. Two events of one row have the same row number.

    `recorded` is the instant that goes to the journal, `turn` orders the events of a subject; `raw` is the row as it
    stands in the extract, if anybody wants it back.
    """

    place: int
    row_number: int
    key: str
    subject_kind: str
    subject_id: str
    kind: str
    day: int
    minute: int
    payload: bytes
    recorded: int
    turn: int
    raw: str | None


_COLUMNS: Final = ", ".join(Staged._fields[:-1]) + ", NULL"  # a row's text is read back by itself
_PLACES: Final = ", ".join(f"{name} INTEGER PRIMARY KEY" if name == "place" else name for name in Staged._fields)
_MARKS: Final = ", ".join("?" * len(Staged._fields))
_ORDER: Final = "subject_kind = 'case', subject_kind, subject_id, turn, place"
# Nothing but our own names goes into these texts.
_INSERT: Final = f"INSERT INTO staged VALUES ({_MARKS})"  # noqa: S608
_IN_ORDER: Final = f"SELECT {_COLUMNS} FROM staged WHERE place > ? ORDER BY place LIMIT {PAGE}"  # noqa: S608
_BY_SUBJECT: Final = f"SELECT {_COLUMNS} FROM staged ORDER BY {_ORDER}"  # noqa: S608
_OF_KIND: Final = "SELECT subject_id, payload FROM staged WHERE kind = ?"
_BELIEVED: Final = "turn > :settled AND turn < :now"
_KNOWN: Final = f"CASE WHEN {_BELIEVED} THEN turn ELSE :now END"
_INSTANTS: Final = f"SELECT DISTINCT turn FROM staged WHERE {_BELIEVED} ORDER BY turn"  # noqa: S608
_TOO_LATE: Final = "SELECT count(*) FROM staged WHERE turn <= :settled AND turn < :now"
_OWN_FAMILY: Final = "coalesce(family, subject_kind || ':' || subject_id)"
_VERSIONS: Final = (
    f"SELECT {_OWN_FAMILY}, {_KNOWN}, {_COLUMNS} FROM staged LEFT JOIN families USING (subject_kind, subject_id) "  # noqa: S608
    f"ORDER BY 1, 2, {_ORDER}"
)


class Stage:
    """Events of an extract: added in its order, read back in its order, or subject by subject. A context manager.

    Raises StoreError when the temporary file cannot be written.
    """

    def __enter__(self) -> Self:
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        with _told():
            # Nothing is ever rolled back here, and nothing has to outlive the process.
            for pragma in ("temp_store=FILE", "temp.journal_mode=OFF", "temp.synchronous=OFF"):
                self._db.execute(f"PRAGMA {pragma}")
            self._db.execute(f"CREATE TEMP TABLE staged ({_PLACES})")
            key = "PRIMARY KEY (subject_kind, subject_id)) WITHOUT ROWID"
            self._db.execute(f"CREATE TEMP TABLE families (subject_kind, subject_id, family, {key}")
            self._db.execute("BEGIN")
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, rows: Iterable[Staged]) -> None:
        """Stage events, in the order of the extract."""
        with _told():
            self._db.executemany(_INSERT, rows)

    def drop(self, places: Iterable[int]) -> None:
        """Let go of events that are not to be taken."""
        with _told():
            self._db.executemany("DELETE FROM staged WHERE place = ?", ((place,) for place in places))

    def raw(self, place: int) -> str:
        """The row that an event stands in, as it was in the extract."""
        with _told():
            (found,) = self._db.execute("SELECT raw FROM staged WHERE place = ?", (place,)).fetchone()
        return found or ""

    def rows(self) -> Iterator[list[Staged]]:
        """The events of one row after the other, in the order of the extract. What was read may be dropped."""
        for _, group in groupby(self._in_order(), key=attrgetter("row_number")):
            yield list(group)

    def _in_order(self) -> Iterator[Staged]:
        last = -1
        while True:
            with _told():
                page = list(map(Staged._make, self._db.execute(_IN_ORDER, (last,))))
            if not page:
                return
            yield from page
            last = page[-1].place

    def subjects(self) -> Iterator[list[Staged]]:
        """The events of one subject after the other: persons, teams and the county first, then cases."""
        with _told(), closing(self._db.execute(_BY_SUBJECT)) as cursor:
            events = map(Staged._make, cursor)
            for _, group in groupby(events, key=attrgetter("subject_kind", "subject_id")):
                yield list(group)

    # --- what became known one thing after the other

    def known(self, kind: str) -> Iterator[tuple[str, str]]:
        """The subjects of a kind of whom something is staged."""
        of_kind = "SELECT DISTINCT subject_kind, subject_id FROM staged WHERE subject_kind = ?"
        with _told(), closing(self._db.execute(of_kind, (kind,))) as cursor:
            yield from cursor

    def told(self, kinds: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Whose events of some kinds are staged, and what these say."""
        for kind in kinds:
            with _told(), closing(self._db.execute(_OF_KIND, (kind,))) as cursor:
                yield from cursor

    def join(self, families: Iterable[tuple[tuple[str, str], tuple[str, str]]]) -> None:
        """Have subjects read back together: each with the one after whom its family is named."""
        rows = ((*key, ":".join(head)) for key, head in families)
        with _told():
            self._db.executemany("INSERT INTO families VALUES (?, ?, ?)", rows)

    def instants(self, settled: int, now: int) -> list[int]:
        """The instants at which something became known, after one and before another, in order."""
        with _told():
            return [at for (at,) in self._db.execute(_INSTANTS, {"settled": settled, "now": now})]

    def too_late(self, settled: int, now: int) -> int:
        """How many events were entered at instants that are settled already."""
        with _told():
            (number,) = self._db.execute(_TOO_LATE, {"settled": settled, "now": now}).fetchone()
            return int(number)

    def versions(self, settled: int, now: int) -> Iterator[tuple[int, list[Staged], dict[tuple[str, str], int]]]:
        """What became known at an instant, family after family, in each in the order of the instants.

        With it comes when something about each subject of the family becomes known next. What was entered at an instant
        that is settled is known from now on, as is what bears no stamp.
        """
        with _told(), closing(self._db.execute(_VERSIONS, {"settled": settled, "now": now})) as cursor:
            for _, rows in groupby(cursor, key=itemgetter(0)):
                yield from _in_turn([(row[1], Staged._make(row[2:])) for row in rows])


def _in_turn(family: list[tuple[int, Staged]]) -> Iterator[tuple[int, list[Staged], dict[tuple[str, str], int]]]:
    """The events of a family, instant by instant, each with when the next of each subject comes."""
    coming: dict[tuple[str, str], list[int]] = {}
    for at, event in reversed(family):
        coming.setdefault((event.subject_kind, event.subject_id), []).append(at)
    for at, rows in groupby(family, key=itemgetter(0)):
        events = [event for _, event in rows]
        for key in {(event.subject_kind, event.subject_id) for event in events}:
            while coming[key] and coming[key][-1] <= at:
                coming[key].pop()
        yield at, events, {key: instants[-1] for key, instants in coming.items() if instants}


@contextmanager
def _told() -> Iterator[None]:
    failure = ""
    try:
        yield
    except sqlite3.Error as error:
        failure = describe(error)
    if failure:
        raise StoreError(f"the temporary file of the import cannot be used: {failure}")
