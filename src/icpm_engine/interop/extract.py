"""Reading an extract: each row becomes events that fit the vocabulary, or is set aside with a reason.

    extract = Extract(mapping, Path("extract.csv"))
    for found in extract:
        if type(found) is Taken: ...
    extract.counts                  # rows == taken + duplicates + set_aside

It is a stream: nothing is held but the hashes of the rows seen and a bounded memory of values.
"""

from __future__ import annotations

import io
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from hashlib import blake2b
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

import attrs

from icpm_engine.calendars import Zone, format_day, format_moment
from icpm_engine.errors import MappingError
from icpm_engine.interop.columns import Clock, field_reader, id_reader, moment_reader, stamp_reader
from icpm_engine.interop.lines import ByteStream, CsvRows, JsonRows
from icpm_engine.interop.mapping import Column, EventRule, ImportMapping
from icpm_engine.interop.memo import Memo, remembering
from icpm_engine.interop.set_aside import Cause, Misfit, SetAside
from icpm_engine.rules.words import hint, shown

_NO_DAY = 10_000_000
"""Later than every day."""


class Taken(NamedTuple):
    """An event that a row tells.

    `key` is the row's key in its system, `part` tells the events of one row apart (0, then 1 for its end). `day` and
    `minute` are when it happened, in the county's local time; `values` are internal values. `recorded` is the instant
    of the row's entry stamp, None if it has none; the mapping's `believed_from` says whether to believe it.
    """

    row_number: int
    key: str
    part: int
    kind: str
    subject_kind: str
    subject_id: str
    day: int
    minute: int
    values: dict[str, Any]
    recorded: int | None


@attrs.define
class Counts:
    """What became of the rows; `rows == taken + duplicates + set_aside`. A row may tell several `events`."""

    rows: int = 0
    taken: int = 0
    duplicates: int = 0
    set_aside: int = 0
    events: int = 0
    causes: Counter[Cause] = attrs.Factory(Counter)


class SeenRows:
    """The keys of rows already taken, each with a hash of what the row said; 16 to 32 bytes a row.

    Two arrays with open addressing instead of a dict, which would take 110 bytes a row.
    """

    def __init__(self) -> None:
        self._keys, self._contents = _zeros(4096), _zeros(4096)
        self._mask = 4095
        self._used = 0

    def place(self, key: int) -> int:
        """Where the key stands, or would stand."""
        keys, mask = self._keys, self._mask
        place = key & mask
        while (there := keys[place]) and there != key:
            place = (place + 1) & mask
        return place

    def content(self, place: int) -> int:
        """The hash of what the row at a place said; 0 where there is none."""
        return self._contents[place]

    def add(self, place: int, key: int, content: int) -> None:
        """Keeps a row at the place that `place` gave."""
        self._keys[place] = key
        self._contents[place] = content
        self._used += 1
        if self._used * 5 > self._mask * 3:
            self._grow()

    def _grow(self) -> None:
        old = zip(self._keys, self._contents, strict=True)
        size = (self._mask + 1) * 2
        self._keys, self._contents = _zeros(size), _zeros(size)
        self._mask = size - 1
        for key, content in old:
            if key:
                place = self.place(key)
                self._keys[place] = key
                self._contents[place] = content


def _zeros(size: int) -> array[int]:
    return array("q", [0]) * size


T = TypeVar("T")

Stamped: TypeAlias = tuple[int, int, int]
"""When a row was entered: day and minute in the county, and the instant."""

Make: TypeAlias = Callable[[Sequence[str], int, str], Taken]


class Extract:
    """One pass over an extract: gives `Taken` and `SetAside` in the order of the rows; duplicates are counted.

    `county` is the zone of the county whose days are meant, where it is not that of the extract. `as_of` is the day on
    which the extract was made (else the mapping's): nothing in it can have happened later. Give one `seen` to several
    extracts of one system to find duplicates among them. Raises MappingError if the mapping does not fit the extract.
    """

    def __init__(
        self,
        mapping: ImportMapping,
        source: str | Path | bytes | ByteStream,
        *,
        county: Zone | None = None,
        as_of: int | None = None,
        seen: SeenRows | None = None,
    ) -> None:
        self.mapping = mapping
        self.counts = Counts()
        self.unknown_columns: tuple[str, ...] = ()
        self._source = source
        self._rows: CsvRows | JsonRows | None = None
        self._as_of = mapping.as_of if as_of is None else as_of
        self._seen = SeenRows() if seen is None else seen
        zone = Zone(mapping.zone)
        self._clock = Clock(zone, county or zone)

    def __iter__(self) -> Iterator[Taken | SetAside]:
        with self._open() as stream:
            try:
                rows = (CsvRows if self.mapping.format == "csv" else JsonRows)(stream, self.mapping)
                self._rows = rows
                yield from self._read(rows)
            except OSError as error:
                raise MappingError(f"the extract cannot be read: {error.strerror}") from None

    @property
    def raw(self) -> str:
        """The row given last, as it stands in the extract."""
        return "" if self._rows is None else self._rows.raw

    def _open(self) -> Any:  # noqa: ANN401 - a context manager giving a stream
        if isinstance(self._source, bytes):
            return io.BytesIO(self._source)
        if not isinstance(self._source, str | Path):
            return nullcontext(self._source)
        try:
            return Path(self._source).open("rb")
        except OSError as error:
            raise MappingError(f"the extract {self._source} cannot be opened: {error.strerror}") from None

    def _read(self, rows: CsvRows | JsonRows) -> Iterator[Taken | SetAside]:
        counts = self.counts
        read = RowReader(self.mapping, rows.header, self._clock, self._as_of, self._seen).read
        for number, cells, misfit in rows:
            counts.rows += 1
            try:
                if misfit:
                    raise misfit
                made = read(number, cells)
            except Misfit as error:
                counts.set_aside += 1
                counts.causes[error.cause] += 1
                yield SetAside(number, error.reason, rows.raw, error.cause)
                continue
            if not made:
                counts.duplicates += 1
                continue
            counts.taken += 1
            counts.events += len(made)
            yield from made
        if isinstance(rows, JsonRows) and rows.seen:
            self.unknown_columns = tuple(name for name in rows.header if name not in rows.seen)


class RowReader:
    """The mapping bound to the columns of one extract."""

    def __init__(
        self, mapping: ImportMapping, header: Sequence[str], clock: Clock, as_of: int | None, seen: SeenRows
    ) -> None:
        self._clock = clock
        self._last_day = _NO_DAY if as_of is None else as_of
        self._earliest = mapping.earliest or 0
        self._seen = seen
        self._readers: dict[tuple[int, str], Callable[[str], Any]] = {}
        at = {column.name: _place(column, header) for column in mapping.columns}
        self._content = itemgetter(*at.values()) if len(at) > 1 else None
        self._keys = [(at[column.name], id_reader(column, "the row's key")) for column in mapping.row_key]
        self._code_at = at[mapping.event.name] if mapping.event else None
        self._makers = self._bind(mapping, at)

    def read(self, number: int, cells: Sequence[str]) -> tuple[Taken, ...]:
        """The events of a row; none if the same row was taken before. Raises Misfit."""
        content = self._content(cells) if self._content else tuple(cells)
        key = self._key(cells, content)
        key_hash, content_hash = hash(key) or 1, hash(content) or 1
        seen = self._seen
        place = seen.place(key_hash)
        if before := seen.content(place):
            if before == content_hash:
                return ()
            raise Misfit(Cause.CONFLICT, f"the key {shown(key)} was on an earlier row that said something else")
        makers = self._makers["" if self._code_at is None else cells[self._code_at]]
        if len(makers) == 1:
            made: tuple[Taken, ...] = (makers[0](cells, number, key),)
        else:
            made = self._with_end(makers, cells, number, key)
        seen.add(place, key_hash, content_hash)
        return made

    def _key(self, cells: Sequence[str], content: tuple[str, ...]) -> str:
        if len(self._keys) == 1:
            at, read = self._keys[0]
            return read(cells[at])
        if self._keys:
            parts = (read(cells[at]) for at, read in self._keys)
            return "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)
        said = "\x1f".join(content).encode("utf-8", "surrogatepass")
        return "row:" + blake2b(said, digest_size=16).hexdigest()

    def _with_end(self, makers: tuple[Make, ...], cells: Sequence[str], number: int, key: str) -> tuple[Taken, ...]:
        start_of, end_of = makers
        start = start_of(cells, number, key)
        try:
            end = end_of(cells, number, key)
        except _NotEnded:
            return (start,)
        if end.day < start.day or (end.day == start.day and -1 < end.minute < start.minute):
            begun, ended = (format_moment(event.day, event.minute) for event in (start, end))
            raise Misfit(Cause.ORDER, f"it ended on {ended}, before it began on {begun}")
        return (start, end)

    # --- binding, once for each extract

    def _bind(self, mapping: ImportMapping, at: Mapping[str, int]) -> Mapping[str, tuple[Make, ...]]:
        makers: dict[str, tuple[Make, ...]] = {}
        for code, rule in mapping.rules.items():
            start = self._maker(rule, at, 0)
            makers[code] = (start, self._maker(rule.ends, at, 1)) if rule.ends else (start,)
        event = mapping.event
        if event is None:
            return makers

        def find(text: str) -> tuple[Make, ...]:
            code = text.strip()
            if code in makers:
                return makers[code]
            if code in event.empty:
                raise Misfit(Cause.MISSING, f"{event.name} is empty; expected the code of an event")
            near = hint(code, makers)
            raise Misfit(
                Cause.CODE, f"{event.name} holds the code {shown(code)}, which the mapping does not know{near}"
            )

        return Memo(find)

    def _stamp(
        self, recorded: Column | None, at: Mapping[str, int]
    ) -> tuple[int | None, Callable[[str], Stamped | None]]:
        if recorded is None:
            return None, lambda _: None
        name, clock, last_day = recorded.name, self._clock, self._last_day
        read = stamp_reader(recorded)

        def make(text: str) -> Stamped | None:
            stamp = read(text)
            if stamp is None:
                return None
            day, minute = clock.local(stamp)
            if day > last_day:
                raise Misfit(Cause.ORDER, _later(name, day, minute, last_day))
            return day, minute, clock.instant(stamp)

        # Stamps with an hour hardly come twice.
        return at[name], make if recorded.dates and recorded.dates.timed else remembering(make)

    def _maker(self, rule: EventRule, at: Mapping[str, int], part: int) -> Make:
        """A function of a row's cells, with all that a rule says bound to it."""
        kind, subject_kind = rule.kind.name, rule.kind.subject
        subject_at, subject_of = self._subject(rule, at)
        name, occurred_at = rule.occurred.name, at[rule.occurred.name]
        when = self._shared(rule.occurred, "occurred", lambda column: moment_reader(column, self._clock))
        earliest, last_day = self._earliest, self._last_day
        values_of = self._values(rule, at)
        stamped_at, stamp_of = self._stamp(rule.recorded, at)
        new = tuple.__new__

        def make(cells: Sequence[str], number: int, key: str) -> Taken:
            moment = when(cells[occurred_at])
            if moment is None:
                if part:
                    raise _NotEnded
                raise Misfit(Cause.MISSING, f"{name} is empty; expected the day on which it happened")
            day, minute = moment
            if day > last_day or day < earliest:
                raise Misfit(Cause.ORDER, _outside(name, day, minute, earliest, last_day))
            recorded = None
            if stamped_at is not None and (stamped := stamp_of(cells[stamped_at])):
                entered, at_minute, recorded = stamped
                if day > entered or (day == entered and minute > at_minute > -1):
                    raise Misfit(Cause.ORDER, _recorded_before(name, moment, (entered, at_minute)))
            subject = subject_of(cells[subject_at])
            values = values_of(cells)
            return new(Taken, (number, key, part, kind, subject_kind, subject, day, minute, values, recorded))

        return make

    def _values(self, rule: EventRule, at: Mapping[str, int]) -> Callable[[Sequence[str]], dict[str, Any]]:
        kind, fixed = rule.kind, rule.fixed
        fields = [
            (name, at[column.name], field_reader(column, kind.fields[name], self._clock))
            for name, column in rule.fields.items()
        ]
        needed = [name for name in rule.fields if kind.fields[name].required]

        def values_of(cells: Sequence[str]) -> dict[str, Any]:
            values = dict(fixed)
            for name, place, read in fields:
                value = read(cells[place])
                if value is not None:
                    values[name] = value
            for name in needed:
                if name not in values:
                    raise Misfit(Cause.MISSING, f"{rule.fields[name].name} is empty; {kind.name} needs its {name}")
            return values

        return values_of

    def _subject(self, rule: EventRule, at: Mapping[str, int]) -> tuple[int, Callable[[str], str]]:
        subject = rule.subject
        if isinstance(subject, str):
            return 0, lambda _: subject
        what = f"the id of a {rule.kind.subject}"
        return at[subject.name], self._shared(subject, what, lambda column: id_reader(column, what))

    def _shared(self, column: Column, what: str, make: Callable[[Column], Callable[[str], T]]) -> Callable[[str], T]:
        """One remembering reader for all rules that read the same column for the same thing."""
        key = (id(column), what)
        if key not in self._readers:
            self._readers[key] = remembering(make(column))
        return self._readers[key]


class _NotEnded(Exception):
    """The column of an end is empty."""


def _place(column: Column, header: Sequence[str]) -> int:
    if column.name not in header:
        near = hint(column.name, header, 40)
        raise MappingError(f"{column.mark}: the extract has no column {shown(column.name)}{near}")
    if list(header).count(column.name) > 1:
        raise MappingError(f"{column.mark}: the extract has two columns called {shown(column.name)}; expected one")
    return list(header).index(column.name)


def _later(name: str, day: int, minute: int, last_day: int) -> str:
    return f"{name} is {format_moment(day, minute)}, after {format_day(last_day)}, the day of the extract"


def _outside(name: str, day: int, minute: int, earliest: int, last_day: int) -> str:
    if day > last_day:
        return _later(name, day, minute, last_day)
    return f"{name} is {format_day(day)}, before {format_day(earliest)}, the earliest day that the mapping allows"


def _recorded_before(name: str, moment: tuple[int, int], entered: tuple[int, int]) -> str:
    return f"{name} is {format_moment(*moment)}, after the row was entered on {format_moment(*entered)}"
