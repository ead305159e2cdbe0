"""Other systems' data: importing extracts and writing outside formats."""

from __future__ import annotations

from icpm_engine.interop.extract import Counts, Extract, SeenRows, Taken
from icpm_engine.interop.mapping import ImportMapping, load_mapping, parse_mapping
from icpm_engine.interop.set_aside import Cause, SetAside, SetAsideFile

__all__ = [
    "Cause",
    "Counts",
    "Extract",
    "ImportMapping",
    "SeenRows",
    "SetAside",
    "SetAsideFile",
    "Taken",
    "load_mapping",
    "parse_mapping",
]
