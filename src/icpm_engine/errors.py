"""Every error that icpm_engine raises, in one tree (lowest layer).

    IcpmError
    ├── CalendarEnds (LookupError)      a count left the days that a calendar covers
    ├── PackError (ValueError)          a rule file is wrong; carries file, line, column
    │   └── UnknownName (LookupError)   a name in a rule file that nothing declares
    ├── EventError (ValueError)         an event, or a value in it, is wrong
    │   └── UnknownEvent (LookupError)  no such kind of event
    ├── RefusedEvent (ValueError)       a strict lifecycle has no place for the event
    ├── MappingError (ValueError)       an import mapping is wrong
    ├── ScenarioError (ValueError)      a scenario file is wrong
    ├── SheetError (ValueError)         a sheet cannot be made in the form asked for
    ├── NotFound (LookupError)          no such case, obligation or journal entry in this county
    ├── PastHorizon (LookupError)       a list was asked for a day past the projection's horizon
    ├── NotAdopted (RuntimeError)       the rules given are not those that the county goes by
    └── StoreError (RuntimeError)       the database said no; never carries parameters of a statement

A message says what was asked, what was found, what was expected and where to look.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Mark:
    """A place in a file that a person wrote: path as given, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class IcpmError(Exception):
    """Any error of this library; catch this to catch them all."""


class CalendarEnds(IcpmError, LookupError):
    """A count left the days that a calendar covers, so that the date cannot be known.

    `first_day` is set if it left them at their beginning, and None if at their end; `unrolled` is the day that was to
    roll on from there.
    """

    def __init__(self, calendar: str, last_day: str, *, first_day: str | None = None) -> None:
        edge = f"known up to {last_day}; a later" if first_day is None else f"known from {first_day} on; an earlier"
        super().__init__(f"the calendar {calendar} is {edge} date cannot be counted with it")
        self.calendar = calendar
        self.last_day = last_day
        self.first_day = first_day
        self.unrolled: int | None = None

    @property
    def lacking(self) -> str:
        """What would tell: the calendar, beyond the days that it knows."""
        return f"calendar {self.calendar} " + (
            f"after {self.last_day}" if self.first_day is None else f"before {self.first_day}"
        )


class PackError(IcpmError, ValueError):
    """A rule file cannot be used. `mark` says where; `str()` begins with it."""

    def __init__(self, message: str, mark: Mark | None = None) -> None:
        super().__init__(f"{mark}: {message}" if mark else message)
        self.message = message
        self.mark = mark


class UnknownName(PackError, LookupError):
    """A rule file names something that no file of the pack and no standard event declares."""


class EventError(IcpmError, ValueError):
    """An event, or one value in it, does not have the form that its kind asks for."""


class UnknownEvent(EventError, LookupError):
    """No kind of event has this name, neither in the standard vocabulary nor in the pack."""


class RefusedEvent(IcpmError, ValueError):
    """A lifecycle marked strict has no transition for this event; the message names what could come."""


class MappingError(IcpmError, ValueError):
    """The mapping file of an import is wrong: it names a column, code or kind that does not fit."""


class ScenarioError(IcpmError, ValueError):
    """A scenario file does not have the form that the format asks for."""


class SheetError(IcpmError, ValueError):
    """A sheet cannot be made in the form asked for: a package is missing, or a sign that no font has."""


class NotFound(IcpmError, LookupError):
    """This county has no such case, obligation or journal entry."""


class PastHorizon(IcpmError, LookupError):
    """A list was asked for a day past the horizon to which time edges were carried forward."""


class NotAdopted(IcpmError, RuntimeError):
    """Something was to be recorded by rules that the county has never adopted."""


class StoreError(IcpmError, RuntimeError):
    """The database refused. The message never carries a statement's parameters: they hold children's data."""
