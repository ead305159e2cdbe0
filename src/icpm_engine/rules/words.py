"""What messages say about words (nearest names, quoted text) and how dates and hours are read from text."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable

SHOWN = 60  # characters of a person's text that a message repeats
COMPARED = 500  # names with which a wrong one is compared

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])\Z", re.ASCII)


def shown(text: str) -> str:
    """A person's text as a message repeats it: quoted, on one line, cut when long."""
    line = " ".join(text.split())
    return f"'{line if len(line) <= SHOWN else line[: SHOWN - 3] + '...'}'"


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that was most likely meant, or None when nothing is near."""
    known = list(names)
    bare = word.replace("-", "_").replace(" ", "_").lower()
    if bare != word and bare in known:
        return bare
    if len(known) > COMPARED:  # comparing costs much: of very many names only those that begin alike
        known = [name for name in known if name[:2] == word[:2]][:COMPARED]
    close = difflib.get_close_matches(word[:SHOWN], known, n=1, cutoff=0.6)
    return close[0] if close else None


def hint(word: str, names: Iterable[str], many: int = 12) -> str:
    """What to add to "unknown name": the nearest name, else the known ones if they are at most `many`."""
    known = sorted(names)
    close = nearest(word, known)
    if close is not None:
        return f"; did you mean '{close}'?"
    return f"; known are {', '.join(known)}" if 0 < len(known) <= many else ""


def parse_date(text: str) -> int | None:
    """The day ordinal of `2026-03-20`, or None if the text is not a date."""
    if not _DATE.match(text):
        return None
    try:
        return dt.date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def parse_clock(text: str) -> int | None:
    """The minute of the day of `14:05`, or None if the text is not a time of day."""
    found = _CLOCK.match(text)
    return int(found[1]) * 60 + int(found[2]) if found else None
