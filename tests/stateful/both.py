"""One pack for both implementations, and their answers in one form.

The engine reads a pack with its loader, the oracle with PyYAML; neither sees what the other made of it. What an answer
holds is brought to one form here, and nowhere else: a difference in this form is a difference in meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import attrs
import yaml

from icpm_engine.calendars import Span, parse_day
from icpm_engine.history import CompiledRules, Entry, Folding, ObligationRow, compile_pack, fold
from icpm_engine.history.answers import day_end, is_overdue, rows_at, value_text
from icpm_engine.history.asking import judge
from icpm_engine.history.proofs import detail_of, mark_words
from icpm_engine.history.reckoned import due_text
from icpm_engine.history.results import Outcome
from icpm_engine.rules.loading import load_texts
from icpm_engine.rules.model import RulePack, Settlement
from tests import oracle
from tests.oracle.pack import standing_entries

PACKS = Path(__file__).parent / "packs"
ENCODINGS = Path(__file__).parents[1] / "rules" / "encodings"
Told: TypeAlias = dict[str, Any]  # one entry of a journal, in the form that the oracle reads
When: TypeAlias = date | datetime  # a day, which means its end, or a local time
OPEN = ("running", "paused", "undetermined")


class Seen(NamedTuple):
    """One obligation as either of the two sees it."""

    state: str
    due: frozenset[str]
    overdue: bool
    marks: frozenset[str]
    wanting: frozenset[str]
    waits_for: frozenset[str]
    told: frozenset[str] = frozenset()


Key: TypeAlias = tuple[str, str, str, int]  # duty, root of the start, root of the instance's first event, run from 1


@attrs.frozen
class Standing:
    """Everything that is compared, at one instant. `owners` and `forces` hold the values that are possible."""

    states: Mapping[tuple[str, str], str]
    facts: Mapping[tuple[str, str], str]
    decisions: Mapping[str, str]
    runs: Mapping[Key, Seen]
    owners: Mapping[Key, frozenset[str]]
    forces: Mapping[Key, frozenset[str]]
    findings: frozenset[tuple[str, ...]]


@attrs.frozen(eq=False, repr=False, slots=False)
class Both:
    """A pack as the engine and as the oracle read it. `settles`: choice -> [(from day or None, value)]."""

    text: str
    settles: Mapping[str, Sequence[tuple[str | None, str]]] = attrs.Factory(dict)

    def __repr__(self) -> str:
        return f"Both({dict(self.settles)})"

    @cached_property
    def pack(self) -> RulePack:
        """The engine's."""
        pack = load_texts({"rules.yaml": self.text}, standard=False)
        settles = {
            name: tuple(
                Settlement(name, _internal(pack, name, value), parse_day(day) if day else None, "manual")
                for day, value in settled
            )
            for name, settled in self.settles.items()
        }
        return attrs.evolve(pack, settles=settles, version=f"{pack.version}{sorted(self.settles.items())}")

    @cached_property
    def rules(self) -> CompiledRules:
        """The engine's, compiled."""
        return compile_pack(self.pack)

    @property
    def judged(self) -> Iterable[str]:
        """The decisions that are compared."""
        return self.rules.pack.decisions

    @cached_property
    def data(self) -> dict[str, Any]:
        """The oracle's."""
        data: dict[str, Any] = yaml.load(self.text, Loader=yaml.BaseLoader)  # noqa: S506 (it makes nothing but text)
        data["events"]["birth_date_told"] = {"born": "date"}
        data.setdefault("facts", {})["born"] = {"type": "date", "told": {"on": "birth_date_told", "take": "born"}}
        data["calendars"] = {
            name: given if name in self.pack.windows else open_days_of(self.pack, name)
            for name, given in data.get("calendars", {}).items()
        }
        return data

    def engine(self, told: Iterable[Told], when: Iterable[When]) -> dict[When, Standing]:
        """What the engine's fold says."""
        entries = self.seen(told)
        folding = fold(self.rules, entries)
        roots = {str(entry.entry): str(entry.root) for entry in entries}
        return {day: of_folding(self, folding, entries, roots, self.instant(day)) for day in when}

    def answers(self, told: Sequence[Told], when: Iterable[When]) -> dict[When, oracle.Answer]:
        """What the oracle says, in its own words."""
        settles = {
            name: [{"is": value} | ({"from": day} if day else {}) for day, value in settled]
            for name, settled in self.settles.items()
        }
        return oracle.answers(self.data, told, when, settles)

    def oracle(self, told: Sequence[Told], when: Iterable[When]) -> dict[When, Standing]:
        """What the oracle says."""
        return {day: of_answer(self, answer) for day, answer in self.answers(told, when).items()}

    def seen(self, told: Iterable[Told]) -> list[Entry]:
        """The journal that the engine folds."""
        return [self.entry(one) for one in told]

    def entry(self, told: Told) -> Entry:
        """A journal entry as the fold reads it."""
        kind = self.pack.events.get(told["kind"])
        values = kind.internal(kind.payload(kind.check(told["values"]))) if kind is not None else {}
        return Entry(
            kind=told["kind"],
            day=parse_day(told["day"]),
            minute=-1 if told["minute"] is None else told["minute"],
            values=values,
            entry=int(told["entry"]),
            recorded=told.get("recorded", 0),
            corrects=int(told["corrects"]) if "corrects" in told else None,
            retracts=int(told["retracts"]) if "retracts" in told else None,
        )

    def instant(self, when: When) -> int:
        """The instant that is asked for: the last second of a day, or the very minute."""
        if isinstance(when, datetime):
            return self.rules.zone.instant(when.toordinal(), when.hour * 60 + when.minute)
        return day_end(self.rules.zone, when.toordinal())


def _internal(pack: RulePack, name: str, value: str) -> object:
    kind = pack.choices[name].type
    return Span.parse(value, tuple(pack.calendars)) if kind == "span" else value


def open_days_of(pack: RulePack, name: str) -> dict[str, Any]:
    """An open-day calendar as the list of closed dates that the oracle takes."""
    calendar = pack.calendars[name]
    days = range(calendar.first_day, calendar.last_day + 1)
    closed = [date.fromordinal(day) for day in days if not calendar.is_open(day)]
    first, last = date.fromordinal(calendar.first_day), date.fromordinal(calendar.last_day)
    known = {date.fromordinal(day).isoformat(): date.fromordinal(at).isoformat() for day, at in calendar.known.items()}
    told = {"closed": [day.isoformat() for day in closed], "first": first.isoformat(), "last": last.isoformat()}
    return told | ({"known": known} if known else {})


@cache
def encoding(name: str) -> str:
    """The text of a published protocol's encoding."""
    return (ENCODINGS / f"{name}.yaml").read_text(encoding="utf-8")


@cache
def clinic() -> Mapping[str, Any]:
    """The invented pack as plain data, every scalar a text."""
    text = (PACKS / "clinic.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 (it makes nothing but text)
    return data


# --- names of what is missing -----------------------------------------------------------------------------------------


def plain_name(name: str) -> str:
    """Names that the two word differently: an hour is an hour, whoever's, and a calendar ends, whenever."""
    if name == "hour" or "hour of " in name or name == "the hour":
        return "an hour"
    if name.startswith("how ") and " compare" in name:
        return "how the lengths compare"
    return re.sub(r"^(calendar \S+) (?:after|before) .*", r"\1", name)


def plain_wanting(name: str) -> str:
    """What is wanting: the engine says the test in words (tool is asq), the oracle names the field."""
    return name.partition(" is ")[0].replace("_", " ")


def plain_names(names: Iterable[str]) -> frozenset[str]:
    """Several of them."""
    return frozenset(plain_name(name) for name in names)


# --- the engine's answer ----------------------------------------------------------------------------------------------


def of_folding(both: Both, folding: Folding, entries: list[Entry], roots: Mapping[str, str], at: int) -> Standing:
    """A folding at an instant."""
    rows = {_key(row): row for row in rows_at(folding.rows, at)}
    states = {
        (row.lifecycle, row.instance): row.state for row in folding.states if row.valid_from <= at < row.valid_until
    }
    findings = set()
    for one in folding.findings:
        if one.at <= at and one.kind != "undetermined":  # a guard that cannot be judged: the oracle has no such finding
            kind = "out_of_place" if one.kind == "anomaly" else one.kind
            findings.add((kind, one.rule, roots[str(one.entry)], *sorted(plain_names(one.missing))))
    decisions = {}
    for name in both.judged:
        value = judge(both.rules, entries, name, at).value
        decisions[name] = {True: "yes", False: "no", None: "unknown"}.get(value, value)
    return Standing(
        {key: state for key, state in states.items() if state != both.pack.lifecycles[key[0]].initial},
        _facts(both, folding, at),
        decisions,
        {key: seen_row(both, row, at) for key, row in rows.items()},
        {key: frozenset({row.owner}) for key, row in rows.items()},
        {key: frozenset({row.force}) for key, row in rows.items()},
        frozenset(findings),
    )


def _key(row: ObligationRow) -> Key:
    return row.duty, _root(row.start_root), _root(row.instance_root), row.run + 1


def _root(entry: int) -> str:
    return str(entry) if entry else ""


def seen_row(both: Both, row: ObligationRow, at: int) -> Seen:
    """One obligation of the engine."""
    detail = detail_of(row)
    state = Outcome(row.state).name.lower()
    dues = {row.due_at, *detail.possible} - {None}
    return Seen(
        state,
        frozenset(due_text(due, both.rules.zone) or "" for due in dues) if state in OPEN else frozenset(),
        is_overdue(row, at),
        frozenset(word.replace(" ", "_") for word in mark_words(row.marks)) - {"settled"},
        frozenset(plain_wanting(name) for name in detail.wanting) if state in OPEN else frozenset(),
        plain_names(detail.missing),
        frozenset(str(place) for place, instant in detail.escalations if instant <= at),
    )


def _facts(both: Both, folding: Folding, at: int) -> dict[tuple[str, str], str]:
    told = {}
    for name, log in folding.facts.items():
        values = [value for since, value, _ in log if since <= at]
        if values:
            fact, _, instance = name.removesuffix("]").partition("[")
            told[fact, instance] = value_text(values[-1], both.pack.facts[fact].type)
    return {key: value for key, value in told.items() if value != _initial(both, key[0])}


def _initial(both: Both, fact: str) -> str | None:
    """What a fact is before anything is told of it, as a text; neither of the two need say it."""
    found = both.pack.facts[fact]
    return found.initial if found.initial in (None, "none") else value_text(found.initial, found.type)


# --- the oracle's answer ----------------------------------------------------------------------------------------------


def of_answer(both: Both, answer: oracle.Answer) -> Standing:
    """The oracle's answer."""
    states = {
        (name, instance): str(state)
        for name, found in answer.states.items()
        for instance, state in _by_instance(found)
        if state != both.pack.lifecycles[name].initial
    }
    facts = {
        (name, instance): _plain(value)
        for name, found in answer.facts.items()
        for instance, value in _by_instance(found)
        if value is not None and _plain(value) != _initial(both, name)
    }
    # design: rows of false starts are made on demand, not stored
    runs = {run.key: run for run in answer.runs if not (run.false_start and never_owed(run))}
    findings: set[tuple[str, ...]] = {("out_of_place", name, root) for name, root in answer.out_of_place}
    for breach in answer.breaches:
        if breach.state == "broken":
            findings.add(("barred", breach.bar, breach.root))
        elif breach.state == "excused":
            findings.add(("bar_excused", breach.bar, breach.root))
        else:
            findings.add(("bar_undetermined", breach.bar, breach.root, *sorted(plain_names(breach.waits_for))))
    return Standing(
        states,
        facts,
        {name: _decision(value) for name, value in answer.decisions.items()},
        {key: seen_run(run) for key, run in runs.items()},
        {key: frozenset(run.owner) for key, run in runs.items()},
        {key: frozenset(run.force) for key, run in runs.items()},
        frozenset(findings),
    )


def never_owed(run: oracle.Run) -> bool:
    """Whether no reading owes it."""
    readings = [one for _, one in run.readings if one is not None] or [run]
    return all(one.state == "not_owed" for one in readings)


def seen_run(run: oracle.Run) -> Seen:
    """One obligation of the oracle."""
    shown = [one for _, one in run.readings if one is not None and one.state in OPEN] if run.readings else [run]
    dues = {_due_text(due) for one in shown for due in one.due}
    return Seen(
        run.state,
        frozenset(dues) if run.state in OPEN else frozenset(),
        run.overdue,
        frozenset(run.marks),
        frozenset(plain_wanting(name) for name in run.missing) if run.state in OPEN else frozenset(),
        plain_names(run.waits_for),
        frozenset(str(place) for place in run.told),
    )


def _due_text(due: When) -> str:
    """A day, or a local time to the minute; the last second of a day is that day."""
    if not isinstance(due, datetime):
        return due.isoformat()
    if due.time().isoformat() == "23:59:59":
        return due.date().isoformat()
    return (due - timedelta(seconds=due.second)).isoformat(timespec="minutes")


def _by_instance(found: object) -> list[tuple[str, Any]]:
    if isinstance(found, dict):
        return [(str(instance), value) for instance, value in found.items()]
    return [("", found)]


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return ", ".join(value)
    parts = getattr(value, "parts", None)
    if parts is not None:
        return " ".join(
            f"{count} {kind + ' ' if kind else ''}{unit}{'' if count == 1 else 's'}" for count, unit, kind in parts
        )
    return str(value)


def _decision(value: object) -> str:
    if value is None or isinstance(value, frozenset):
        return "unknown"
    return _plain(value)


# --- standing entries -------------------------------------------------------------------------------------------------


def days_standing(told: Sequence[Told]) -> list[date]:
    """The days on which something happened that stands after corrections and retractions, as the oracle has it."""
    return sorted({date.fromisoformat(entry.raw["day"]) for entry in standing_entries(told)})


def differences(engine: Standing, oracle_: Standing) -> list[str]:
    """Where the two differ, in words; empty if they do not."""
    found = []
    for name in ("states", "facts", "decisions", "runs"):
        mine, other = getattr(engine, name), getattr(oracle_, name)
        keys = [key for key in {**mine, **other} if mine.get(key) != other.get(key)]
        found += [f"{name} {key}:\n    engine {mine.get(key)}\n    oracle {other.get(key)}" for key in keys]
    for name in ("owners", "forces"):  # of what runs: a row that has ended keeps those that it had
        mine, other = getattr(engine, name), getattr(oracle_, name)
        running = [key for key in mine if key in other and engine.runs[key].state == "running"]
        differing = [key for key in running if not mine[key] <= other[key]]
        found += [f"{name} {key}: engine {set(mine[key])}, oracle {set(other[key])}" for key in differing]
    for one in engine.findings ^ oracle_.findings:
        whose = "engine" if one in engine.findings else "oracle"
        found.append(f"finding {one}: only the {whose}")
    return found
