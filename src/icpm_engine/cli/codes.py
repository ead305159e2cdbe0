"""Exit codes: how a shell learns what came of a command."""

from __future__ import annotations

from enum import IntEnum

from icpm_engine.errors import (
    CalendarEnds,
    EventError,
    IcpmError,
    MappingError,
    NotAdopted,
    NotFound,
    PackError,
    PastHorizon,
    RefusedEvent,
    ScenarioError,
    SheetError,
    StoreError,
)


class Code(IntEnum):
    """What a command ended with."""

    FINE = 0
    FOUND = 1
    USAGE = 2
    RULES = 3
    REFUSED = 4
    NOT_FOUND = 5
    DATABASE = 6
    OUR_ERROR = 70
    INTERRUPTED = 130


MEANINGS = {
    Code.FINE: "fine",
    Code.FOUND: "something was found: a scenario failed, a strict check has remarks, a strict comparison a difference",
    Code.USAGE: "wrong use: an option, a value, a file that cannot be read or written",
    Code.RULES: "wrong rules: a pack, a mapping or a scenario file is wrong, or not adopted",
    Code.REFUSED: "data refused: a wrong day or event, or a strict import set rows aside",
    Code.NOT_FOUND: "not found: no such case, obligation or county, or a day past what is known",
    Code.DATABASE: "the database said no",
    Code.OUR_ERROR: "an error of ours; ICPM_TRACEBACK=1 shows where",
    Code.INTERRUPTED: "interrupted",
}

_BY_ERROR: tuple[tuple[tuple[type[IcpmError], ...], Code], ...] = (
    ((SheetError,), Code.USAGE),
    ((PackError, MappingError, ScenarioError, NotAdopted), Code.RULES),
    ((EventError, RefusedEvent), Code.REFUSED),
    ((NotFound, PastHorizon, CalendarEnds), Code.NOT_FOUND),
    ((StoreError,), Code.DATABASE),
)


def code_of(error: IcpmError) -> Code:
    """The exit code of an error of the library."""
    return next((code for kinds, code in _BY_ERROR if isinstance(error, kinds)), Code.OUR_ERROR)
