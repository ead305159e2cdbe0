"""The packs that ship, for both implementations: the engine's own loading, and the files merged a second time.

The second merging is as plain as the reference says it: an overlay changes rules name by name and field by field, and
the defaults of a file are given to its own rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeAlias

import attrs
import yaml

from icpm_engine.history import CompiledRules, Entry
from icpm_engine.history.sources import SubjectKey, seen
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.packs import packs_root
from icpm_engine.rules.subjects import speaks_of
from icpm_engine.scenarios import Scenario
from icpm_engine.scenarios.binding import Journal, case_asked, journal_of
from icpm_engine.scenarios.runner import rules_for
from icpm_engine.scenarios.story import Child, Question
from icpm_engine.vocabulary import STANDARD
from tests.oracle import subjects
from tests.oracle.pack import BAR_KEYS, DUTY_KEYS
from tests.stateful.both import Both, Standing, Told, When, open_days_of
from tests.stateful.subsets import RULES, cut

SECTIONS = ("events", "facts", "calendars", "choices", "decisions", "lifecycles", "duties", "bars", "settles")
KEYS = {"duties": DUTY_KEYS, "bars": BAR_KEYS}


@attrs.frozen(eq=False, repr=False, slots=False)
class Shipped(Both):
    """A pack that ships, with a county's overlay and the choices that a story settles.

    The engine has it whole. The oracle, which walks every reading of every choice, has the facts, the rules that are
    meant and those that they name; only these are compared.
    """

    given: CompiledRules = attrs.field(kw_only=True)
    merged: Mapping[str, Any] = attrs.field(kw_only=True)
    asked: SubjectKey = attrs.field(kw_only=True, default=("case", ""))

    def about(self, asked: SubjectKey) -> Shipped:
        """The same about another subject; the rules that it cannot reach are left out."""
        kind, data = asked[0], dict(self.merged)
        if kind != "case":
            for section in RULES:
                data[section] = {
                    name: one for name, one in data[section].items() if _subject(section, one) in (kind, "")
                }
        return attrs.evolve(self, given=self.given.about(kind), merged=data, asked=asked)

    @property
    def pack(self) -> RulePack:  # type: ignore[override] # what Both works out, this is given
        """The engine's."""
        return self.given.whole

    @property
    def rules(self) -> CompiledRules:  # type: ignore[override]
        """The engine's, compiled."""
        return self.given

    @cached_property
    def data(self) -> dict[str, Any]:
        """The oracle's."""
        days = {
            name: open_days_of(self.pack, name) | {"name": calendar.name}
            for name, calendar in self.pack.calendars.items()
        }
        return {**self.merged, "calendars": {**self.merged["calendars"], **days}}

    @cached_property
    def meant(self) -> frozenset[str]:
        """The names of the rules that are compared."""
        kind = self.asked[0]
        rules = ((name, _subject(section, one)) for section in RULES for name, one in self.merged[section].items())
        return frozenset(name for name, subject in rules if subject in (kind, ""))

    @property
    def judged(self) -> Iterable[str]:
        """The decisions that are meant."""
        return self.meant & set(self.rules.pack.decisions)

    def engine(self, told: Iterable[Told], when: Iterable[When]) -> dict[When, Standing]:
        """What the engine's fold says of the rules that are meant."""
        return {day: _of_these(self.meant, found) for day, found in super().engine(told, when).items()}

    def oracle(self, told: Sequence[Told], when: Iterable[When]) -> dict[When, Standing]:
        """What the oracle says of them."""
        told = subjects.told_about(told, self.asked, implied=True)
        return {day: _of_these(self.meant, found) for day, found in super().oracle(told, when).items()}

    def seen(self, told: Iterable[Told]) -> list[Entry]:
        """What the engine's fold sees of a story."""
        listed = list(told)
        entries = [self.entry(one) for one in listed]
        cases = {int(one["entry"]): one["of"][1] for one in listed if one["of"][0] == "case"}
        journal = Journal(tuple(entries), {}, cases)
        return seen(journal.sources(self.asked, journal.entries, self.rules.zone), self.rules)

    def entry(self, told: Told) -> Entry:
        """A journal entry as the fold reads it; the values of a story are in their inner form already."""
        return Entry(
            kind=told["kind"],
            day=told["day"],
            minute=-1 if told["minute"] is None else told["minute"],
            values=told["values"],
            entry=int(told["entry"]),
            recorded=told["recorded"],
            corrects=int(told["corrects"]) if "corrects" in told else None,
            retracts=int(told["retracts"]) if "retracts" in told else None,
            subject=told["of"][0],
        )


def _subject(section: str, rule: Any) -> str:  # noqa: ANN401 (rule files)
    """Whom a rule of a file is about; nobody in particular: a choice."""
    return "" if section == "choices" else str(rule.get("subject", "case"))


def _of_these(names: frozenset[str], found: Standing) -> Standing:
    """What it says of some rules."""
    return Standing(
        {key: state for key, state in found.states.items() if key[0] in names},
        {key: value for key, value in found.facts.items() if key[0] in names},
        {name: value for name, value in found.decisions.items() if name in names},
        {key: seen for key, seen in found.runs.items() if key[0] in names},
        found.owners,
        found.forces,
        frozenset(one for one in found.findings if one[1] in names),
    )


def told_of(entry: Entry) -> Told:
    """An entry in the form that the oracle reads."""
    told: Told = {
        "entry": str(entry.entry),
        "kind": entry.kind,
        "day": entry.day,
        "minute": None if entry.minute < 0 else entry.minute,
        "values": dict(entry.values),
        "recorded": entry.recorded,
    }
    if entry.corrects is not None:
        told["corrects"] = str(entry.corrects)
    if entry.retracts is not None:
        told["retracts"] = str(entry.retracts)
    return told


def journal_told(both: Both, child: Child) -> list[Told]:
    """What a story records of a child, in the order of recording, and whose entry each is."""
    journal = journal_of(child, both.rules.whole, both.rules.zone)
    return [told_of(entry) | {"of": (entry.subject, journal.cases.get(entry.entry, ""))} for entry in journal.entries]


Known: TypeAlias = tuple[int, int] | None  # the moment whose knowledge is asked for


def asked_together(
    both: Both, child: Child, questions: Iterable[Question]
) -> dict[tuple[SubjectKey, Known], list[When]]:
    """On which days a story asks about a child, by whom it is about and what was known: one fold and one walk for all.

    A question is about a case, and about those of whom there is something to say beside it.
    """
    pack, journal = both.rules.whole, journal_of(child, both.rules.whole, both.rules.zone)
    beside: list[SubjectKey] = [(kind, "") for kind in ("person", "team", "county") if speaks_of(pack, kind)]
    together: dict[tuple[SubjectKey, Known], list[When]] = {}
    for question in (one for one in questions if one.child == child.name):
        case = case_asked(question, pack, journal)
        for key in (*([] if case is None else [("case", case)]), *beside):
            together.setdefault((key, question.known_at), []).append(when(question.on))
    return together


def known_at(both: Both, told: list[Told], known: Known) -> list[Told]:
    """What was recorded by the moment whose knowledge is asked for."""
    if known is None:
        return told
    until = both.instant(when(known))
    return [one for one in told if one["recorded"] <= until]


def when(moment: tuple[int, int]) -> When:
    """The day or the local time of a story's item."""
    day, minute = moment
    return date.fromordinal(day) if minute < 0 else datetime.fromordinal(day) + timedelta(minutes=minute)


def shipped(story: Scenario, child: Child) -> Shipped:
    """The rules of a story, for both: those of which it expects something, and those of its protocol."""
    rules = rules_for(story, child)
    pack = rules.whole
    rules_of = (*pack.duties.values(), *pack.bars.values())
    protocol = {rule.name for rule in rules_of if rule.protocol is not None and rule.protocol == story.protocol}
    told = {ref.name for question in story.expect for expectation in question.expectations for ref in expectation.refs}
    settles = {one.name: [(None, _as_told(one.value))] for one in story.settles}
    data = as_if(merged(pack.name, pack.county), pack)
    return Shipped("", settles, given=rules, merged=cut(data, told | protocol | set(data["facts"])))


def as_if(data: dict[str, Any], pack: RulePack) -> dict[str, Any]:
    """The pack with those rules in force that a story takes for being so: what is off for the engine stays off."""
    off = {rule.name for rule in (*pack.duties.values(), *pack.bars.values()) if rule.off is not None}
    ruled = {
        section: {
            name: {key: value for key, value in rule.items() if key != "off" or name in off}
            for name, rule in data[section].items()
        }
        for section in ("duties", "bars")
    }
    return data | ruled


def _as_told(value: object) -> Any:  # noqa: ANN401 - a text, or a list of texts
    return list(value) if isinstance(value, tuple) else str(value)


# --- merging, a second time -------------------------------------------------------------------------------------------


@cache
def merged(name: str, county: str | None) -> dict[str, Any]:
    """The files of a pack and of a county's overlay as one mapping, with the standard vocabulary."""
    pack: dict[str, Any] = {section: {} for section in SECTIONS}
    pack["events"], pack["facts"] = standard()
    for file in files(name, county):
        pack["zone"] = file.get("zone", pack.get("zone"))
        for section in SECTIONS:
            for rule, given in (file.get(section) or {}).items():
                pack[section][rule] = changed(pack[section].get(rule), given, section, file.get("defaults") or {})
    return pack


def files(name: str, county: str | None) -> Iterator[dict[str, Any]]:
    """Every file as plain data, the state's before the county's."""
    folder = packs_root() / name
    for place in [folder, *([folder / "counties" / county] if county else [])]:
        for path in sorted(place.glob("*.yaml")):
            yield load(path)


@cache
def load(path: Path) -> dict[str, Any]:
    """A rule file, every scalar a text."""
    data: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (it makes only text)
    return data


def changed(before: Any, given: Any, section: str, defaults: Mapping[str, Any]) -> Any:  # noqa: ANN401 (rule files)
    """A rule as a later file leaves it: field by field; a rule that is new has the defaults of its file."""
    if not isinstance(given, dict):
        return before if given in ("", None) and before else given
    if before is None:
        keys = KEYS.get(section, frozenset())
        rule = {**{key: value for key, value in defaults.items() if key in keys}, **given}
    elif section == "decisions" and set(given) & {"any", "all", "not", "rows"}:
        rule = {**{key: value for key, value in before.items() if key in ("label", "authority")}, **given}
    else:
        rule = {**before, **given}
    return {key: value for key, value in rule.items() if key != "floor"}  # a floor changes no answer


def standard() -> tuple[dict[str, Any], dict[str, Any]]:
    """The standard events and the facts that they tell, declared like any others."""
    events: dict[str, Any] = {}
    facts: dict[str, Any] = {}
    for name, kind in STANDARD.items():
        events[name] = {field: list(one.options) if one.options else one.type for field, one in kind.fields.items()}
        if kind.sorts:
            events[name]["sorts"] = kind.sorts
        for tell in kind.tells:
            fact = {"type": kind.fields[tell.take].type, "told": [], "subject": kind.subject}
            told = facts.setdefault(tell.fact, fact)
            told["told"].append({"on": name, "take": tell.take})
    return events, facts
