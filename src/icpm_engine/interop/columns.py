"""From the text of a cell to an internal value: one converter for each column, made once, which remembers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from icpm_engine.calendars import Zone
from icpm_engine.interop.dates import Stamp
from icpm_engine.interop.lines import LIST_MARK
from icpm_engine.interop.mapping import Column
from icpm_engine.interop.memo import remembering
from icpm_engine.interop.set_aside import Cause, Misfit
from icpm_engine.rules.words import hint, shown
from icpm_engine.vocabulary.kinds import Field

ID_LIMIT = 120
"""Characters of an id of a case, person or row."""
_EPOCH = 719_163  # date(1970, 1, 1).toordinal()

Converter: TypeAlias = Callable[[str], Any]
"""A text to an internal value, None for nothing told; raises Misfit."""


def id_reader(column: Column, what: str) -> Callable[[str], str]:
    """Ids: printable, of bounded length; a missing one is a Misfit."""

    def read(text: str) -> str:
        found = text.strip()
        if found in column.empty:
            raise Misfit(Cause.MISSING, f"{column.name} is empty; expected {what}")
        if len(found) > ID_LIMIT:
            raise Misfit(Cause.ID, f"{column.name} has {len(found):,} characters; expected {what}, at most {ID_LIMIT}")
        if not found.isprintable():
            raise Misfit(Cause.ID, f"{column.name} holds {found!a}; expected {what} without control characters")
        return found

    return read


class Clock:
    """Turns the stamps of an extract, written in its own zone or with an offset, into the county's local time."""

    def __init__(self, extract: Zone, county: Zone) -> None:
        self._extract = extract
        self._county = county
        self._same = extract.name == county.name

    def local(self, stamp: Stamp) -> tuple[int, int]:
        """Day and minute in the county; a day without an hour stays that day."""
        if stamp.minute < 0 or (self._same and stamp.offset is None):
            return stamp.day, stamp.minute
        return self._county.local(self.instant(stamp))

    def instant(self, stamp: Stamp) -> int:
        """The instant; of a day without an hour its last second, when it was certainly known."""
        if stamp.minute < 0:
            return self._extract.midnight[stamp.day + 1] - 1
        if stamp.offset is not None:
            return (stamp.day - _EPOCH) * 86_400 + stamp.minute * 60 + stamp.second - stamp.offset
        return self._extract.instant(stamp.day, stamp.minute) + stamp.second


def stamp_reader(column: Column) -> Callable[[str], Stamp | None]:
    """Dates in the forms of the column, with or without their hours."""
    forms = column.dates
    if forms is None:
        raise AssertionError(f"{column.name} is read as a date without forms")

    def read(text: str) -> Stamp | None:
        found = text.strip()
        if found in column.empty:
            return None
        try:
            stamp = forms.read(found)
        except ValueError as error:
            raise Misfit(Cause.DATE, f"{column.name} is {shown(found)}: {error}") from None
        if column.hours == "dropped" or (column.hours == "unless_midnight" and stamp.minute == stamp.second == 0):
            return Stamp(stamp.day, -1)
        return stamp

    return read


def moment_reader(column: Column, clock: Clock) -> Callable[[str], tuple[int, int] | None]:
    """Day and minute in the county."""
    read = stamp_reader(column)

    def moment(text: str) -> tuple[int, int] | None:
        stamp = read(text)
        return None if stamp is None else clock.local(stamp)

    return moment


def field_reader(column: Column, field: Field, clock: Clock) -> Converter:
    """The converter of a field's column."""
    if field.type == "moment":
        return remembering(moment_reader(column, clock))
    if field.type == "date":
        return remembering(_day_reader(column))
    if field.type == "list":
        return remembering(_list_reader(column, field))
    one = _coded(column) if column.codes is not None else _read_by(column, field)
    if field.type == "text" and not field.options and column.codes is None:
        return one  # free text does not come twice
    return remembering(one)


def _day_reader(column: Column) -> Converter:
    read = stamp_reader(column)

    def day(text: str) -> int | None:
        stamp = read(text)
        return None if stamp is None else stamp.day

    return day


def _read_by(column: Column, field: Field) -> Converter:
    """By the vocabulary's own reader, so that nothing is taken that the journal would refuse."""

    def read(text: str) -> Any:  # noqa: ANN401 - an internal value of the field's type
        found = text.strip()
        if found in column.empty:
            return None
        try:
            return field.read(found)
        except ValueError as error:
            raise Misfit(Cause.VALUE, f"{column.name}: {error}") from None

    return read


def _coded(column: Column) -> Converter:
    codes = column.codes or {}

    def read(text: str) -> Any:  # noqa: ANN401 - an internal value of the field's type
        found = text.strip()
        if found in codes:
            return codes[found]
        if found in column.empty or column.lenient:
            return None
        raise Misfit(Cause.CODE, f"{column.name} holds the unknown code {shown(found)}{hint(found, codes)}")

    return read


def _list_reader(column: Column, field: Field) -> Converter:
    one: Converter = _coded(column) if column.codes is not None else str.strip

    def read(text: str) -> Any:  # noqa: ANN401 - a tuple, or None
        if text.strip(" ") in column.empty:
            return None
        parts = text.replace(column.split, LIST_MARK) if column.split else text
        items = [one(part) for part in parts.split(LIST_MARK) if part.strip()]
        try:
            return field.read([item for item in items if item is not None])
        except ValueError as error:
            raise Misfit(Cause.VALUE, f"{column.name}: {error}") from None

    return read
