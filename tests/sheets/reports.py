"""Sheets of the status and of a hearing: one child's, made once for each reader and language."""

from __future__ import annotations

from functools import cache

from icpm_engine.sheets import Sheet, catalogue, hearing_sheet, plan_sheet, status_sheet
from tests.reports.stories import CASE, kept

ON = "2026-03-30"
DATE = "2026-05-20"


@cache
def status(reader: str = "family", language: str = "en") -> Sheet:
    """Where the help is."""
    return status_sheet(kept().status(CASE, on=ON, reader=reader), reader, catalogue(language))


@cache
def hearing(reader: str = "judge", language: str = "en") -> Sheet:
    """For the hearing."""
    return hearing_sheet(kept().hearing(CASE, DATE, reader=reader), reader, catalogue(language))


@cache
def plan(reader: str = "family", language: str = "en") -> Sheet:
    """The plan, with what has no verified limit."""
    answer, owing = kept().plan(CASE, on=ON, reader=reader), kept().owing(CASE, on=ON, reader=reader)
    return plan_sheet(answer.plan, answer.findings, reader, catalogue(language), owing=owing)
