"""Sheets for people to read: the plan in plain words, in their language, as text or as a page for phone and paper."""

from __future__ import annotations

from icpm_engine.sheets.catalogue import RECORDED, Catalogue, catalogue, languages
from icpm_engine.sheets.changes import changes_sheet
from icpm_engine.sheets.hearing import hearing_sheet
from icpm_engine.sheets.leaflet import leaflet_sheet
from icpm_engine.sheets.meeting import meeting_sheet
from icpm_engine.sheets.model import Sheet
from icpm_engine.sheets.page import as_html
from icpm_engine.sheets.paper import as_pdf
from icpm_engine.sheets.plan import PROFESSIONALS, plan_sheet
from icpm_engine.sheets.prose import as_text
from icpm_engine.sheets.status import status_sheet
from icpm_engine.sheets.team import team_sheet

__all__ = [
    "PROFESSIONALS",
    "RECORDED",
    "Catalogue",
    "Sheet",
    "as_html",
    "as_pdf",
    "as_text",
    "catalogue",
    "changes_sheet",
    "hearing_sheet",
    "languages",
    "leaflet_sheet",
    "meeting_sheet",
    "plan_sheet",
    "status_sheet",
    "team_sheet",
]
