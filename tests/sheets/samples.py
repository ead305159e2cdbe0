"""Samples of every sheet there is, for what holds of all of them: page, text, PDF, and axe in a real browser.

A new function of `icpm_engine.sheets` that makes a sheet joins with a line here; a test asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from icpm_engine.sheets import Sheet, languages
from tests.sheets import leaflets, reports
from tests.sheets.plans import changes, sheet
from tests.sheets.teams import sheets as of_the_team

SAMPLES: Final[Mapping[str, tuple[Callable[[str], Sheet], ...]]] = {
    "changes_sheet": (lambda language: changes("clinician", language),),
    "hearing_sheet": (lambda language: reports.hearing("judge", language),),
    "leaflet_sheet": (lambda language: leaflets.sheet("shasta", language),),
    "meeting_sheet": (lambda language: of_the_team("social_worker", language, barred=True)[1],),
    "plan_sheet": (lambda language: sheet("clinician", language), lambda language: sheet("family", language)),
    "status_sheet": (lambda language: reports.status("family", language),),
    "team_sheet": (lambda language: of_the_team("social_worker", language, barred=True)[0],),
}
"""By the function that makes them: sheets in a language."""


NAMES: Final = tuple(
    f"{kind} {number} {language}"
    for kind, makers in SAMPLES.items()
    for number in range(1, len(makers) + 1)
    for language in languages()
)
"""Each of them in each language."""


@cache
def sample(name: str) -> Sheet:
    """The one that has this name."""
    kind, number, language = name.split()
    return SAMPLES[kind][int(number) - 1](language)
