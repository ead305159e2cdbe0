"""What a reader is told of a case: what is owed, where the help for a child is, what a hearing is to look at."""

from __future__ import annotations

from icpm_engine.reports.hearing import hearing_of
from icpm_engine.reports.making import Folded, Told, owing_of
from icpm_engine.reports.model import (
    Contact,
    Due,
    Hearing,
    Known,
    Matter,
    NeedStands,
    Owed,
    Owing,
    Status,
    WithoutLimit,
)
from icpm_engine.reports.readers import Reads, reads
from icpm_engine.reports.status import status_of

__all__ = [
    "Contact",
    "Due",
    "Folded",
    "Hearing",
    "Known",
    "Matter",
    "NeedStands",
    "Owed",
    "Owing",
    "Reads",
    "Status",
    "Told",
    "WithoutLimit",
    "hearing_of",
    "owing_of",
    "reads",
    "status_of",
]
