"""A pack as plain data, every scalar a text, and the events of one case as plain dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from tests.oracle.dates import Moment, OpenDays, Span, Zone, as_date, on_day, read_span, timed, whole_day
from tests.oracle.windows import read_window

Yaml: TypeAlias = Any  # what a place in a rule file holds: a text, a list or a mapping
Value: TypeAlias = Any  # text, Decimal, bool, Moment, Span, tuple of texts, or ABSENT

ABSENT = "none"  # a fact that is known to be absent
BOUNDS = ("since", "after", "by", "before")
HEADS = ("on", "becomes", "ceases", "at")
RULE_KEYS = ("label", "owner", "authority", "encodes", "force", "subject", "per", "while", "excused", "in_force", "off")
RUN_KEYS = ("starts", "again", "due", "repeats", "met", "substitute", "cancelled", "escalates", "versions")
DUTY_KEYS = frozenset((*RULE_KEYS, *RUN_KEYS, "paused_while", "crossover"))
BAR_KEYS = frozenset((*RULE_KEYS, "forbids"))
COUNTING = ("times", "each", "of", "in_a_row", "share")
LINE_KEYS = frozenset((*HEADS, *BOUNDS, *COUNTING, "where", "when", "with", "dated", "any", "all", "label"))


SUBJECTS = ("case", "person", "team", "county")


class UnsupportedError(Exception):
    """The rules use something that the oracle does not do. It says so rather than answer wrongly."""


def only(what: str, given: Mapping[str, Yaml], known: frozenset[str]) -> None:
    """Refuse keys that the oracle does not know."""
    if extra := set(given) - known:
        raise UnsupportedError(f"{what}: {sorted(extra)}")


def as_list(value: Yaml) -> list[Any]:
    """A list as it is, anything else as a list of one."""
    return value if isinstance(value, list) else [value]


def yes(text: Yaml) -> bool:
    """A yes_no value."""
    return text is True or str(text).lower() in ("yes", "true")


@dataclass(frozen=True)
class Event:
    """One event as it stands after corrections. `index` is its place in the order of events."""

    index: int
    root: str
    recording: int
    kind: str
    moment: Moment
    step: datetime  # when the walk comes to it
    values: dict[str, Any]
    recorded: Moment
    seen_by: frozenset[str] = frozenset(SUBJECTS)  # about whom the rules are that read it


@dataclass
class Entry:
    """One event before it has its place."""

    root: str
    recording: int
    raw: Mapping[str, Yaml]
    recorded: Any


@dataclass
class Pack:
    """A pack's sections, defaults given out, versions still folded in their duties."""

    data: Mapping[str, Yaml]
    settles: Mapping[str, Yaml]
    zone: Zone = field(init=False)
    calendars: dict[str, Any] = field(init=False)
    as_of_all_time: dict[str, Any] = field(init=False)  # the calendars as one who knows all would have them

    def __post_init__(self) -> None:
        self.zone = Zone(self.data["zone"])
        self.calendars = self.as_of_all_time = open_to_all(self)
        self.events: dict[str, dict[str, Any]] = {k: v or {} for k, v in self.section("events").items()}
        self.facts = self.section("facts")
        self.choices = self.section("choices")
        self.decisions = self.section("decisions")
        self.lifecycles = self.section("lifecycles")
        self.duties = {name: self.with_defaults(rule, DUTY_KEYS) for name, rule in self.section("duties").items()}
        self.bars = {name: self.with_defaults(rule, BAR_KEYS) for name, rule in self.section("bars").items()}
        for name, rule in self.duties.items():
            only(f"duty {name}", rule, DUTY_KEYS)
        for name, rule in self.bars.items():
            only(f"bar {name}", rule, BAR_KEYS)
        self.settles = {**self.section("settles"), **self.settles}

    def known_on(self, day: date) -> Pack:
        """The pack with its calendars as they were known on a day."""
        calendars = self.as_of_all_time
        if not any(isinstance(one, OpenDays) and one.known for one in calendars.values()):
            return self
        found = copy(self)
        found.calendars = {
            name: one.known_on(day) if isinstance(one, OpenDays) else one for name, one in calendars.items()
        }
        return found

    def section(self, name: str) -> dict[str, Any]:
        """A section of the pack; empty if it is left out."""
        return dict(self.data.get(name) or {})

    def with_defaults(self, rule: Mapping[str, Yaml], known: frozenset[str]) -> dict[str, Any]:
        """Grammar 1.1: `defaults` are given to every duty and bar that lacks them; `none` takes one away again."""
        given = {key: value for key, value in self.section("defaults").items() if key in known}
        return {key: value for key, value in {**given, **rule}.items() if value != "none"}

    def declares(self, kind: str, name: str) -> bool:
        """Whether an event kind has a field."""
        return name in self.events.get(kind, {})

    def settled(self, choice: str, day: date) -> Value:
        """A choice's value for a rule that starts on a day, or None. Semantics 29: it behaves like a version."""
        best = None
        for one in as_list(self.settles.get(choice, [])):
            entry = one if isinstance(one, Mapping) else {"is": one}
            start = date.fromisoformat(str(entry["from"])) if entry.get("from") else date.min
            if start <= day and (best is None or start >= best[0]):
                best = (start, entry["is"])
        return best[1] if best else None

    def value(self, kind: str, raw: Yaml) -> Value:
        """A raw value of a declared type: text, Decimal, bool, Moment, Span or tuple."""
        if kind == "number":
            return Decimal(str(raw))
        if kind == "yes_no":
            return yes(raw)
        if kind in ("date", "moment"):
            moment = self.moment(raw)
            return as_date(self.zone, moment) if kind == "date" else hourless(self.zone, moment)
        if kind == "span":
            return raw if isinstance(raw, Span) else read_span(str(raw))
        if kind == "list":
            return tuple(str(item) for item in raw)
        return str(raw)

    def moment(self, raw: Yaml) -> Moment:
        """A date or a local time, however it is written: ISO text, date, datetime, day number, (day, minute)."""
        if isinstance(raw, Moment):
            return raw
        if isinstance(raw, tuple):
            return on_day(self.zone, date.fromordinal(raw[0]), raw[1] if raw[1] >= 0 else None)
        if isinstance(raw, str):
            raw = datetime.fromisoformat(raw) if "T" in raw or ":" in raw else date.fromisoformat(raw)
        if isinstance(raw, datetime):
            if raw.tzinfo is not None:
                return timed(self.zone, raw.astimezone(UTC))
            return on_day(self.zone, raw.date(), raw.hour * 60 + raw.minute)
        return whole_day(self.zone, date.fromordinal(raw) if isinstance(raw, int) else raw)

    def field_type(self, kind: str, name: str) -> str:
        """Declared type of an event's field; a list of options is text."""
        if name not in self.events[kind]:
            raise UnsupportedError(f"event {kind} has no field {name}")
        declared = self.events[kind][name]
        if isinstance(declared, Mapping):
            declared = declared.get("type", "text")
        return declared if isinstance(declared, str) else "text"

    def values(self, kind: str, raw: Mapping[str, Yaml]) -> dict[str, Any]:
        """The values of an event, typed; a field without a value is left out."""
        if kind not in self.events:
            raise UnsupportedError(f"event {kind} is not declared in the pack that was given to the oracle")
        return {
            name: self.value(self.field_type(kind, name), value) for name, value in raw.items() if value is not None
        }


def open_to_all(pack: Pack) -> dict[str, Any]:
    """The calendars of a pack as one who knows all would have them."""
    return {
        name: read_window(given) if {"hours", "weekdays", "season"} & set(given) else open_days(name, given)
        for name, given in pack.section("calendars").items()
    }


def hourless(zone: Zone, moment: Moment) -> Moment:
    """A date where a moment is meant: its hour is missing."""
    return on_day(zone, moment.day, None, moment.root) if moment.whole else moment


def open_days(name: str, given: Yaml) -> OpenDays:
    """`{closed: [dates], known: {closed date: date}, first: date, last: date, weekends: open, name: ...}`; the oracle
    reads no calendar files."""
    if not isinstance(given, Mapping) or set(given) - {"closed", "first", "last", "weekends", "name", "known"}:
        raise UnsupportedError(f"calendar {name}: give its closed days")
    closed = frozenset(date.fromisoformat(str(day)) for day in given.get("closed", ()))
    first, last = given.get("first") or "0001-01-01", given.get("last") or "9999-12-31"
    weekends = given.get("weekends") == "open"
    known = tuple((date.fromisoformat(day), date.fromisoformat(since)) for day, since in given.get("known", {}).items())
    covers = date.fromisoformat(str(first)), date.fromisoformat(str(last))
    return OpenDays(str(given.get("name", name)), closed, *covers, weekends, known)


def standing_entries(raw_events: Iterable[Mapping[str, Yaml]]) -> list[Entry]:
    """Entries after corrections: a correction takes the root's id, place and first entry stamp; retracted ones go.

    Retracting an original takes its corrections with it (51), retracting a correction restores what it replaced, and
    retracting a retraction restores what that took away.
    """
    raws = list(raw_events)
    gone: set[str] = set()
    for raw in reversed(raws):
        if raw.get("retracts") and str(raw["entry"]) not in gone:
            gone.add(str(raw["retracts"]))
    entries: dict[str, Entry] = {}
    root_of: dict[str, str] = {}
    for recording, raw in enumerate(raws):
        entry = str(raw["entry"])
        root = root_of[entry] = root_of[str(raw["corrects"])] if raw.get("corrects") else entry
        if raw.get("retracts") or entry in gone or root in gone:
            continue
        if raw.get("corrects"):
            entries[root].raw = raw  # semantics 54: the first entry stamp stays
        else:
            entries[root] = Entry(root, recording, raw, raw.get("recorded"))
    return list(entries.values())


def minute_of(raw: Mapping[str, Yaml]) -> int | None:
    """Minute of the local day, or None (also written -1) where the hour is missing."""
    minute = raw.get("minute")
    return None if minute is None or minute < 0 else int(minute)


def place_of(pack: Pack, entries: list[Entry]) -> list[tuple[date, int, int, int, Entry]]:
    """Semantics 1: by day; opening kinds first, closing kinds last; between them by the hour, an event without an hour
    directly after those that were recorded before it."""
    placed = []
    latest: dict[tuple[date, int], int] = {}
    for entry in sorted(entries, key=lambda e: e.recording):
        day = pack.moment(entry.raw["day"]).day
        sorts = pack.events.get(entry.raw["kind"], {}).get("sorts")
        rank = -1 if tells_born(pack, entry.raw["kind"]) else {"first": 0, "last": 2}.get(sorts or "", 1)
        minute = minute_of(entry.raw)
        hour = latest.get((day, rank), -1) if minute is None else minute
        latest[(day, rank)] = max(hour, latest.get((day, rank), -1))
        placed.append((day, rank, hour, entry.recording, entry))
    return sorted(placed, key=lambda p: p[:4])


def tells_born(pack: Pack, kind: str) -> bool:
    """Whether a kind of event tells the birth date, which is known from the beginning of its day."""
    told = as_list(pack.facts.get("born", {}).get("told", []))
    return any(kind in as_list(line if isinstance(line, str) else line.get("on", [])) for line in told)


def ordered_events(pack: Pack, raw_events: Iterable[Mapping[str, Yaml]]) -> tuple[Event, ...]:
    """The standing events of a case, each in its place."""
    events: list[Event] = []
    for day, _, hour, recording, entry in place_of(pack, standing_entries(raw_events)):
        kind, index = entry.raw["kind"], len(events)
        moment = on_day(pack.zone, day, minute_of(entry.raw), entry.root)
        moment = Moment(moment.day, moment.first, moment.last, event=index, root=entry.root)
        step = pack.zone.instant(day, max(hour, 0))  # nothing is there before its hour, an opening included
        if events:
            step = max(step, events[-1].step)
        stamp = moment if entry.recorded is None else recorded_moment(pack, entry.recorded)
        values = pack.values(kind, entry.raw.get("values") or {})
        readers = frozenset(entry.raw.get("seen_by") or SUBJECTS)
        events.append(Event(index, entry.root, recording, kind, moment, step, values, stamp, readers))
    return tuple(events)


def recorded_moment(pack: Pack, raw: Yaml) -> Moment:
    """A first entry stamp: a date, a local time, or UTC seconds since 1970."""
    if isinstance(raw, int):
        return timed(pack.zone, datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=raw))
    return hourless(pack.zone, pack.moment(raw))
