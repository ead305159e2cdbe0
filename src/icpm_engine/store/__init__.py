"""The journal and its projections in a database: tables, recording, queries."""

from __future__ import annotations

from icpm_engine.history.assignments import Assignment, Cover
from icpm_engine.store.auditing import Audit, Fault
from icpm_engine.store.chain import Anchor
from icpm_engine.store.journal import Commit, JournalRow, NewEntry, canonical, new_entry
from icpm_engine.store.known import KnownReading
from icpm_engine.store.opened import Store
from icpm_engine.store.projection import Diff, StoredRow
from icpm_engine.store.queries import Filter, Listed, Position
from icpm_engine.store.reading import Finding, Reading, Standing
from icpm_engine.store.versions import Versions, settled
from icpm_engine.store.waiting import Waiting
from icpm_engine.store.writing import Writing

__all__ = [
    "Anchor",
    "Assignment",
    "Audit",
    "Commit",
    "Cover",
    "Diff",
    "Fault",
    "Filter",
    "Finding",
    "JournalRow",
    "KnownReading",
    "Listed",
    "NewEntry",
    "Position",
    "Reading",
    "Standing",
    "Store",
    "StoredRow",
    "Versions",
    "Waiting",
    "Writing",
    "canonical",
    "new_entry",
    "settled",
]
