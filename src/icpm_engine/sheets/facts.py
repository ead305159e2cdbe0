"""What stands at the head of every sheet: which case, on which day, as known when, and for whom it was made."""

from __future__ import annotations

from collections.abc import Iterator

from icpm_engine.sheets.catalogue import Catalogue
from icpm_engine.sheets.model import Detail, Said
from icpm_engine.sheets.voice import Voice


def facts(voice: Voice, case: str, on: str, known_at: str | None) -> Iterator[Detail]:
    """Which case, and on which day it stands so."""
    yield Detail(voice.words("page", "case"), (Said(case),))
    yield Detail(voice.words("page", "day"), (Said(voice.words.date(on)),))
    if known_at is not None:
        yield Detail(voice.words("page", "known_at"), (Said(voice.words.date(known_at)),))


def notes(words: Catalogue, reader: str) -> tuple[str, ...]:
    """For whom a sheet of the plan was made, and that it shows what is shared with them. Raises KeyError."""
    name = words("reader", reader)
    return (words("page", "made_for", reader=name), words("page", "made_for_some", reader=name))


def told_for(words: Catalogue, reader: str) -> tuple[str, ...]:
    """For whom a sheet was made, and that it shows what they may see. Raises KeyError."""
    name = words("reader", reader)
    return (words("page", "made_for", reader=name), words("team_said", "some", reader=name))
