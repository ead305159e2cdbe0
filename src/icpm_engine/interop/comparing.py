"""What the rows of an extract say, beside what the journal already holds of them.

A row is found again by its key. It is new, or known (it says what it said before), or it says something else than the
journal: only a person can put that right, and it is set aside whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from icpm_engine.calendars import format_moment
from icpm_engine.errors import EventError
from icpm_engine.history.order import standing
from icpm_engine.interop.mapping import ImportMapping
from icpm_engine.interop.set_aside import Cause, Misfit
from icpm_engine.interop.staging import Staged
from icpm_engine.recording import check_subject
from icpm_engine.rules.wording import plain
from icpm_engine.rules.words import shown
from icpm_engine.store import JournalRow, Writing
from icpm_engine.store.journal import read_id

_END: Final = "\tend"
"""Stands behind a row's key in the key of its second event; no key of a row has a tab."""


def key_of(row_key: str, part: int) -> str:
    """The key under which the journal holds an event of a row."""
    return row_key + _END if part else row_key


class Comparison:
    """Compares the rows of one source system with the journal, as a writing transaction sees it."""

    def __init__(self, mapping: ImportMapping, writing: Writing) -> None:
        self._writing = writing
        self._system = mapping.system
        self._ending = frozenset(rule.kind.name for rule in mapping.rules.values() if rule.ends)
        self._before: Mapping[str, JournalRow] = {}

    def look_up(self, rows: Iterable[Sequence[Staged]]) -> None:
        """Ask what the journal holds of these rows."""
        keys = []
        for row in rows:
            keys += [event.key for event in row]
            if self._without_end(row):
                keys.append(key_of(row[0].key, 1))
        self._before = self._writing.sourced(self._system, keys)

    def new_of(self, row: Sequence[Staged]) -> list[Staged]:
        """The events of a row, among those looked up, that are new. Raises Misfit when the row cannot be taken."""
        new = []
        for event in row:
            known = self._before.get(event.key)
            if known is None:
                self._check(event)
                new.append(event)
            elif _said(event) != _said(known):
                self._check_corrected(event, known)
        if self._without_end(row):
            self._check_never_ended(row[0].key)
        return new

    def _without_end(self, row: Sequence[Staged]) -> bool:
        return len(row) == 1 and row[0].kind in self._ending

    def _check(self, event: Staged) -> None:
        try:
            read_id(event.key)
            check_subject(event.subject_kind, event.subject_id, self._writing.county)
        except EventError as error:
            raise Misfit(Cause.REFUSED, str(error)) from None

    def _check_corrected(self, event: Staged, known: JournalRow) -> None:
        """Where a person has corrected the entry to what the row says now, the two agree again."""
        stands = self._standing(known)
        if stands is None:
            reason = f"which has been retracted, and now says something else: {_differences(known, event)}"
        elif _said(event) == _said(stands):
            return
        else:
            reason = f"and now says something else: {_differences(stands, event)}; if that is right, correct the entry"
        raise Misfit(Cause.CONFLICT, f"the row was taken before as entry {known.entry}, {reason}")

    def _check_never_ended(self, row_key: str) -> None:
        end = self._before.get(key_of(row_key, 1))
        if end is not None and (stands := self._standing(end)) is not None:
            what = f"{plain(stands.kind)} on {format_moment(stands.day, stands.minute)}"
            raise Misfit(
                Cause.CONFLICT,
                f"the row was taken before with its end as entry {end.entry} ({what}), and now has no end; "
                "if that is right, retract the entry",
            )

    def _standing(self, known: JournalRow) -> JournalRow | None:
        """The text in which an entry stands after corrections; None if it was retracted."""
        entries = standing(self._writing.entries(known.subject_kind, known.subject_id))
        text = next((entry.entry for entry in entries if entry.root == known.entry), None)
        return None if text is None else self._writing.entry(text)


def _said(of: Staged | JournalRow) -> tuple[object, ...]:
    return of.subject_kind, of.subject_id, of.kind, of.day, of.minute, of.payload


def _differences(before: JournalRow, now: Staged) -> str:
    was, said = _told(before), _told(now)
    names = [name for name in {**was, **said} if was.get(name) != said.get(name)]
    return ", ".join(f"{name} was {was.get(name, 'not told')}, is {said.get(name, 'not told')}" for name in names)


def _told(of: Staged | JournalRow) -> dict[str, str]:
    """What an event says, by name, as texts."""
    head = {"event": plain(of.kind), of.subject_kind: of.subject_id, "day": format_moment(of.day, of.minute)}
    fields = msgspec.json.decode(of.payload, type=dict[str, object])
    return head | {f"field {name}": shown(str(value)) for name, value in fields.items()}
