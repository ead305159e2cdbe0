"""How one value of each field type is read from outside, written to a payload and read back from it.

Reading is strict and bounded: a value that does not have the form is refused with a ValueError that says what was found
and what was expected. Nothing is guessed: a day such as 3/4/26 has to be turned into a date by whoever knows its order.
"""

from __future__ import annotations

import datetime as dt
import difflib
import functools
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from icpm_engine.calendars.spans import ANY_CALENDAR, Span

TEXT_LIMIT = 2_000  # characters
LIST_LIMIT = 200  # items
SHOWN_LIMIT = 60  # characters of a wrong value that a message shows
NUMBER_LIMIT = 10**9  # numbers are smaller than this and have at most six decimal places, so that JSON keeps them exact
FIRST_YEAR, LAST_YEAR = 1900, 2199  # of any date, so that a mistyped century is noticed

_STEP = Decimal("0.000001")
_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")
_CLOCK = "([01][0-9]|2[0-3]):([0-5][0-9])(?::[0-5][0-9](?:[.][0-9]{1,9})?)?"
_MOMENT = re.compile(f"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?:[T ]{_CLOCK})?")
_ZONED = re.compile("[0-9]:[0-9]{2}.*(?:Z|[+-][0-9]{2}:?[0-9]{2})\\s*$")
_WORDS = {"yes": True, "true": True, "no": False, "false": False}


def shown(value: object) -> str:
    """A value as an error message shows it: its own text, and no more than 60 characters of it."""
    if isinstance(value, str | bytes):
        value = value[: SHOWN_LIMIT + 1]
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - a foreign object may fail in any way while it describes itself
        return f"a value of type {type(value).__name__}"
    if not text.isprintable():
        text = ascii(text)[1:-1]
    return text if len(text) <= SHOWN_LIMIT else f"{text[: SHOWN_LIMIT - 3]}..."


def refused(value: object, expected: str) -> ValueError:
    """The error for a value of the wrong form."""
    return ValueError(f"found {shown(value)}, expected {expected}")


def one_of(value: str, options: Sequence[str]) -> None:
    """Refuse a text that is none of the options, naming the nearest one."""
    if value not in options:
        near = nearest(value.casefold().replace(" ", "_"), options)
        raise ValueError(f"found {shown(value)}, expected one of {', '.join(options)}{near}")


def nearest(value: str, names: Iterable[str]) -> str:
    """The end of a message that names what was likely meant; empty when nothing is near."""
    near = difflib.get_close_matches(value[:SHOWN_LIMIT], names, 1)
    return f"; did you mean {near[0]}?" if near else ""


# --- from outside -----------------------------------------------------------------------------------------------------


def text(value: object) -> str:
    """A text of 1 to 2,000 characters, in Unicode's composed form, without outer blanks and control characters."""
    if not isinstance(value, str):
        raise refused(value, "a text")
    stripped = value.strip()
    if not stripped:
        raise ValueError("found an empty text; leave the field out when nothing is known")
    if len(stripped) > TEXT_LIMIT:
        raise ValueError(f"found {len(stripped):,} characters, expected at most {TEXT_LIMIT:,}")
    if not stripped.isprintable() and any(_unwritable(character) for character in stripped):
        raise refused(value, "a text without control characters")
    return str(stripped) if stripped.isascii() else unicodedata.normalize("NFC", stripped)


def _unwritable(character: str) -> bool:
    """Control characters and halves of a surrogate pair, which a database or JSON cannot hold."""
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\r\t"


def number(value: object) -> int | Decimal:
    """A number below 1,000,000,000 with at most six decimal places; whole numbers become int."""
    expected = "a number below 1,000,000,000 with at most six decimal places"
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise refused(value, expected)
    if isinstance(value, int):
        if abs(value) >= NUMBER_LIMIT:
            raise refused(value, expected)
        return int(value)
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise refused(value, expected)
    if isinstance(value, float) and not math.isfinite(value):
        raise refused(value, expected)
    exact = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    if not exact.is_finite() or abs(exact) >= NUMBER_LIMIT or exact != exact.quantize(_STEP):
        raise refused(value, expected)
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()


def yes_no(value: object) -> bool:
    """True or False, or one of the words yes, no, true, false."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and (word := _WORDS.get(value.strip().casefold())) is not None:
        return word
    raise refused(value, "yes or no")


def date(value: object) -> int:
    """A whole day, as its ordinal: "2026-03-20", a date, or a datetime at midnight (some databases give that)."""
    day, minute = moment(value, expected="a date such as 2026-03-20")
    if minute > 0 or (minute == 0 and isinstance(value, str)):
        raise refused(value, "a whole day without an hour, such as 2026-03-20")
    return day


def moment(value: object, expected: str = "a date, or a date and hour such as 2026-03-20T14:05") -> tuple[int, int]:
    """A day and a minute of it, in the county's local time; minute -1 when no hour was given. Seconds are left out."""
    if isinstance(value, dt.datetime):
        if value.tzinfo is not None:
            raise _zoned(value)
        return _ordinal(value.date()), value.hour * 60 + value.minute
    if isinstance(value, dt.date):
        return _ordinal(value), -1
    if not isinstance(value, str):
        raise refused(value, expected)
    found = _MOMENT.fullmatch(value.strip())
    if found is None:
        raise _zoned(value) if _ZONED.search(value[:TEXT_LIMIT]) else refused(value, expected)
    written, hour, minute = found.groups()
    return _ordinal(_parsed(written)), -1 if hour is None else int(hour) * 60 + int(minute)


def _parsed(written: str) -> dt.date:
    try:
        return dt.date.fromisoformat(written)
    except ValueError:
        raise refused(written, "a day that exists, written year-month-day") from None


def _ordinal(day: dt.date) -> int:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise refused(day.isoformat()[:10], f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    return day.toordinal()


def _zoned(value: object) -> ValueError:
    return ValueError(
        f"found {shown(str(value))}, a time with a zone; the county's own local time is meant: "
        "convert it to that and leave the zone out"
    )


@functools.lru_cache(maxsize=1024)
def _span(written: str) -> Span:
    return Span.parse(written, ANY_CALENDAR)  # which calendars there are is a pack's matter


def span(value: object) -> Span:
    """A length of time such as `3 business days`, as a Span."""
    if isinstance(value, Span):
        return value
    if not isinstance(value, str):
        raise refused(value, "a length of time such as 3 business days")
    return _span(text(value))


def items(value: object) -> tuple[str, ...]:
    """Up to 200 texts, as a tuple in the order given."""
    if not isinstance(value, list | tuple):
        raise refused(value, "a list of texts")
    if len(value) > LIST_LIMIT:
        raise ValueError(f"found {len(value):,} items, expected at most {LIST_LIMIT}")
    return tuple(text(item) for item in value)


READERS: Mapping[str, Callable[[object], Any]] = {
    "text": text,
    "number": number,
    "yes_no": yes_no,
    "date": date,
    "moment": moment,
    "span": span,
    "list": items,
}


# --- to and from a payload --------------------------------------------------------------------------------------------


def write_date(day: int) -> str:
    """A day ordinal as 2026-03-20."""
    return dt.date.fromordinal(day).isoformat()


def write_moment(value: tuple[int, int]) -> str:
    """A day and minute as 2026-03-20T14:05, or the day alone when the hour is missing."""
    day, minute = value
    written = dt.date.fromordinal(day).isoformat()
    return written if minute < 0 else f"{written}T{minute // 60:02}:{minute % 60:02}"


def _read_date(written: str) -> int:
    return dt.date.fromisoformat(written).toordinal()


def read_moment(written: str) -> tuple[int, int]:
    """The day and minute of a moment that `write_moment` wrote; nothing is checked again."""
    day, _, clock = written.partition("T")
    return dt.date.fromisoformat(day).toordinal(), int(clock[:2]) * 60 + int(clock[3:]) if clock else -1


def _write_number(value: int | Decimal) -> int | float:
    return value if isinstance(value, int) else float(value)


def _read_number(value: float) -> int | Decimal:
    return value if isinstance(value, int) else Decimal(repr(value))


FROM_PAYLOAD: Mapping[str, Callable[[Any], Any]] = {
    "number": _read_number,
    "date": _read_date,
    "moment": read_moment,
    "span": _span,
    "list": tuple,
}

TO_PAYLOAD: Mapping[str, Callable[[Any], Any]] = {
    "number": _write_number,
    "date": write_date,
    "moment": write_moment,
    "span": str,
    "list": list,
}
