"""A scenario against a rule pack: its events as journal entries, its names checked.

A name that the pack does not know is refused, not passed over: an expectation that something is absent would else hold
for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, NoReturn

import attrs

from icpm_engine.calendars import Zone, format_moment
from icpm_engine.errors import EventError, Mark, ScenarioError
from icpm_engine.history import Entry
from icpm_engine.history.sources import Journals, SubjectKey, links_of
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.names import kind_of
from icpm_engine.rules.words import hint, shown
from icpm_engine.scenarios.story import KEYS, Child, Expectation, Happening, Moment, Question, Ref
from icpm_engine.vocabulary import reading
from icpm_engine.vocabulary.kinds import EventKind

FACT_STATES = ("unknown", "none")
TRUTHS: Mapping[str, object] = {"true": True, "yes": True, "false": False, "no": False, "unknown": None}


@attrs.frozen
class Journal:
    """What a story records about one child, in the order of recording, and the ids under which it speaks of it."""

    entries: tuple[Entry, ...]
    ids: Mapping[int, frozenset[str]]
    cases: Mapping[int, str] = attrs.Factory(dict)  # by number of entry: in which of the child's cases

    def known(self, at: int | None) -> tuple[Entry, ...]:
        """What was recorded up to and with an instant; all of it for None."""
        return self.entries if at is None else tuple(entry for entry in self.entries if entry.recorded <= at)

    @property
    def case_names(self) -> tuple[str, ...]:
        """The child's cases, in the order in which they are first told of; one without a name for an only case."""
        return tuple(dict.fromkeys(self.cases.values())) or ("",)

    def sources(self, subject: SubjectKey, known: tuple[Entry, ...], zone: Zone) -> Journals:
        """The journals from which a subject of the story is folded, its own first.

        A case is the child's unless its own events say otherwise; a story has one team, which serves a case from the
        day on which it is linked to it, or all the time if nothing is said of that.
        """
        own = {name: [e for e in known if self.cases.get(e.entry) == name] for name in self.case_names}
        others = {kind: [e for e in known if e.subject == kind] for kind in ("person", "team", "county")}
        told = {name: links_of(entries, zone) for name, entries in own.items()}
        linking = {name: {entry.kind for entry in entries} for name, entries in own.items()}
        childs = [
            name
            for name in own
            if linking[name].isdisjoint({"person_linked", "person_unlinked"})
            or any(link.kind == "person" for link in told[name])
        ]
        cases = {("case", name): own[name] for name in childs}
        kind, case = subject
        if kind == "person":
            return {subject: others["person"], **cases}
        if kind != "case":
            return {subject: others[kind]}
        found = {subject: own[case]}
        teams = {link.other for link in told[case] if link.kind == "team"}
        if case in childs:
            found[ALWAYS] = others["person"]
        if not teams and "team_linked" not in linking[case]:
            found[ALWAYS] = sorted([*found.get(ALWAYS, ()), *others["team"]], key=attrgetter("entry"))
        found |= {("team", team): others["team"] for team in sorted(teams)}
        return found | ({key: one for key, one in cases.items() if key != subject} if case in childs else {})


ALWAYS: SubjectKey = ("person", "")
"""Whose entries every case of the child sees."""


def refuse(message: str, mark: Mark | None) -> NoReturn:
    """Raises ScenarioError for a place in the file."""
    raise ScenarioError(f"{mark}: {message}" if mark else message)


# --- events -----------------------------------------------------------------------------------------------------------


def journal_of(child: Child, pack: RulePack, zone: Zone) -> Journal:
    """The entries of a child. Raises ScenarioError where an event does not fit its kind, or an id nothing."""
    items = [*_facts(child, pack), *child.events]
    by_id = _by_id(items)
    recorded = _recorded(items, by_id)
    order = sorted(range(len(items)), key=lambda place: recorded[place][0])
    _refuse_hours_out_of_order(items, order)
    numbers = {place: number for number, place in enumerate(order, start=1)}
    entries: list[Entry] = []
    ids: dict[int, frozenset[str]] = {}
    cases: dict[int, str] = {}
    nameless: Happening | None = None
    for place in order:
        item, number = items[place], numbers[place]
        target = _target(item, by_id)
        other = numbers[target] if target is not None else None
        if other is not None and other >= number:
            refuse(f"what it changes ({item.corrects or item.retracts}) is recorded later than this", item.mark)
        ids[number] = frozenset([item.id] if item.id else []) | (ids[other] if other is not None else frozenset())
        entries.append(
            _entry(item, number, other, _instant(item, recorded[place], zone), _kind(target, items, by_id), pack)
        )
        if entries[-1].subject == "case":
            cases[number] = cases[other] if other is not None else item.case or ""
            nameless = nameless or (None if cases[number] else item)
        _check_place(item, entries[-1])
    names = [name for name in dict.fromkeys(cases.values()) if name]
    if names and nameless is not None:
        refuse(f"the child has cases with names; say in which this is: case: {' or '.join(names)}", nameless.mark)
    return Journal(tuple(entries), ids, cases)


def _check_place(item: Happening, entry: Entry) -> None:
    """Only what a case is told of has a case; only what a team or the county is told of is told of all children."""
    if item.case is not None and entry.subject != "case":
        refuse(
            f"{entry.kind} is about a {entry.subject}, not about one of the child's cases; leave case out", item.mark
        )
    if item.common and entry.subject in ("case", "person"):
        refuse("'child' is missing (whom it is about; this story has several children)", item.mark)


def _facts(child: Child, pack: RulePack) -> Iterator[Happening]:
    """What is known of the child, as the events that tell it, on the day before the first event: each `when` knows it.

    The birth date comes first on any day; nobody can tell it before the child is born.
    """
    first = min(event.on for event in child.events)[0]
    telling = {tell.fact: (kind, tell.take) for kind in pack.events.values() for tell in kind.tells}
    for told in child.facts:
        found = telling.get(told.name)
        if found is None:
            told_here = (
                f"known are {', '.join(telling)}, county and events"
                if child.name
                else f"known are {', '.join(telling)}"
            )
            refuse(f"unknown key {shown(told.name)} in a child; {told_here}", told.mark)
        kind, take = found
        day = first if told.name == "born" else first - 1
        yield Happening((day, -1), None, None, None, None, None, kind.name, (attrs.evolve(told, name=take),), told.mark)


def _by_id(items: list[Happening]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, item in enumerate(items):
        if item.id is not None and found.setdefault(item.id, place) != place:
            refuse(f"the id {shown(item.id)} stands here twice; first at {items[found[item.id]].mark}", item.mark)
    return found


def _target(item: Happening, by_id: Mapping[str, int]) -> int | None:
    name = item.corrects or item.retracts
    if name is None:
        return None
    if name not in by_id:
        refuse(f"no event of this child has the id {shown(name)}{hint(name, by_id)}", item.mark)
    return by_id[name]


def _recorded(items: list[Happening], by_id: Mapping[str, int]) -> list[Moment]:
    """When each item was recorded: as it says, else on its own day, and no earlier than what it changes."""
    found: dict[int, Moment] = {}

    def of(place: int, waiting: frozenset[int]) -> Moment:
        if place in waiting:
            refuse("these events correct or retract one another in a circle", items[place].mark)
        if place not in found:
            item, target = items[place], _target(items[place], by_id)
            told = item.recorded or item.on
            if target is not None and item.recorded is None:
                told = max(told, (of(target, waiting | {place})[0], -1))
            found[place] = told
        return found[place]

    for place, item in enumerate(items):
        day, minute = of(place, frozenset())
        if day < item.on[0] or (day == item.on[0] and 0 <= minute < item.on[1]):
            refuse(
                f"recorded {format_moment(day, minute)}, before it happened ({format_moment(*item.on)}); what is only "
                "planned is a field of the event that planned it",
                item.mark,
            )
    return [found[place] for place in range(len(items))]


def _refuse_hours_out_of_order(items: list[Happening], order: list[int]) -> None:
    """Items recorded on one day stand in the file in the order of recording; hours must not say otherwise."""
    last: Moment = (0, 0)
    for place in order:
        told = items[place].recorded
        if told is None or told[1] < 0:
            continue
        if told < last:
            refuse(
                f"recorded {format_moment(*told)}, earlier than an item above it; list them in that order",
                items[place].mark,
            )
        last = told


def _instant(item: Happening, recorded: Moment, zone: Zone) -> int:
    """The instant of recording. Without an hour it is that of the event on the same day, else the day's beginning."""
    day, minute = recorded
    if minute < 0 and day == item.on[0]:
        minute = item.on[1]
    return zone.instant(day, minute) if minute >= 0 else zone.midnight[day]


def _kind(place: int | None, items: list[Happening], by_id: Mapping[str, int]) -> str | None:
    """The kind of an item; of one that only retracts another, that of the other."""
    while place is not None and items[place].kind is None:
        place = _target(items[place], by_id)
    return items[place].kind if place is not None else None


def _entry(
    item: Happening,
    number: int,
    other: int | None,
    recorded: int,
    changed: str | None,
    pack: RulePack,
) -> Entry:
    """`changed`: the kind of what it corrects or retracts."""
    name = item.kind or changed or ""
    if item.retracts is not None and name != changed:
        refuse(f"it retracts {item.retracts}, which is {changed}, not {name}", item.mark)
    kind = pack.events.get(name)
    if kind is None:
        refuse(f"no kind of event is named {shown(name)}{hint(name, pack.events)}", item.mark)
    values = _checked(kind, item) if item.retracts is None else {}
    return Entry(
        kind=name,
        day=item.on[0],
        minute=item.on[1],
        values=values,
        entry=number,
        recorded=recorded,
        corrects=other if item.corrects else None,
        retracts=other if item.retracts else None,
        subject="team" if item.common and "team" in kind.also else kind.subject,
    )


def _checked(kind: EventKind, item: Happening) -> dict[str, object]:
    try:
        return kind.check({told.name: _outside(told.value) for told in item.fields})
    except EventError as error:
        words = str(error)
        mark = next(
            (told.mark for told in item.fields if f".{told.name}:" in words or f"'{told.name}'" in words), item.mark
        )
        refuse(words, mark)


def _outside(value: str | tuple[str, ...]) -> object:
    return list(value) if isinstance(value, tuple) else value


# --- names ------------------------------------------------------------------------------------------------------------


def check_names(question: Question, pack: RulePack, journal: Journal) -> None:
    """Refuse names that no answer could have: of rules, states, roles, instances, events. Raises ScenarioError."""
    for expectation in question.expectations:
        what = KEYS[expectation.key].names
        known = _known(what, pack, journal)
        for ref in expectation.refs:
            if ref.name not in known:
                refuse(
                    f"{expectation.key}: no {what} is named {shown(ref.name)}{_instead(ref.name, known, pack)}",
                    ref.mark,
                )
            if what == "duty" or ref.instance is not None:
                _check_instance(what, ref, pack, journal)
        wanted = expectation.wanted[0] if expectation.wanted else ""
        mark = expectation.refs[0].mark if expectation.refs else expectation.mark
        if expectation.key == "states":
            _one_of(wanted, pack.lifecycles[expectation.refs[0].name].states, "a state", mark)
        elif expectation.key == "holders":
            _one_of(wanted, [*pack.roles, "none"], "a role, or none", mark)
        elif expectation.key == "facts":
            fact_value(expectation.refs[0], expectation.wanted, pack)
        elif expectation.key == "decisions" and pack.decisions[expectation.refs[0].name].condition is not None:
            _one_of(wanted, TRUTHS, "true, false or unknown", mark)


def case_asked(question: Question, pack: RulePack, journal: Journal) -> str | None:
    """The case that a question is about; None for one about nobody but the child's person, team or county."""
    names = journal.case_names
    if question.case is not None:
        if question.case not in names:
            refuse(f"the child has no case named {shown(question.case)}{hint(question.case, names)}", question.mark)
        return question.case
    if len(names) == 1:
        return names[0]
    of_case = question.plan or question.team or question.status or question.hearing
    if not of_case and all(_subjects_of(one, pack).isdisjoint({"case"}) for one in question.expectations):
        return None
    refuse(f"the child has several cases; say which one is asked about: case: {' or '.join(names)}", question.mark)


def _subjects_of(expectation: Expectation, pack: RulePack) -> set[str]:
    """Whom the rules are about that an expectation names; the case, too, where it is about everything."""
    sections: Mapping[str, Mapping[str, Any]] = {
        "duty": pack.duties,
        "bar": pack.bars,
        "lifecycle": pack.lifecycles,
        "fact": pack.facts,
        "decision": pack.decisions,
    }
    rules = sections.get(KEYS[expectation.key].names, {})
    exact = expectation.key == "overdue" or not expectation.refs
    return {"case"} if exact or not rules else {rules[ref.name].subject for ref in expectation.refs}


def _known(what: str, pack: RulePack, journal: Journal) -> Collection[str]:
    if what == "event":
        return frozenset().union(*journal.ids.values())
    named: Mapping[str, Collection[str]] = {
        "duty": pack.duties,
        "bar": pack.bars,
        "lifecycle": pack.lifecycles,
        "fact": pack.facts,
        "decision": pack.decisions,
    }
    return named[what]


def _instead(name: str, known: Iterable[str], pack: RulePack) -> str:
    sorts = (("lifecycle", pack.lifecycles), ("duty", pack.duties), ("bar", pack.bars), ("fact", pack.facts))
    found = next((what for what, names in sorts if name in names), None)
    return f"; {name} is {kind_of(found)}" if found else hint(name, known)


def _check_instance(what: str, ref: Ref, pack: RulePack, journal: Journal) -> None:
    """An instance must be one that the story's events carry."""
    rules: Mapping[str, Mapping[str, object]] = {"duty": pack.duties, "lifecycle": pack.lifecycles, "fact": pack.facts}
    per = getattr(rules.get(what, {}).get(ref.name), "per", None)
    if ref.instance is None:
        return
    if per is None:
        refuse(f"{ref.name} has no instances; write {shown(attrs.evolve(ref, instance=None).__str__())}", ref.mark)
    seen = dict.fromkeys(str(entry.values[per]) for entry in journal.entries if per in entry.values)
    if ref.instance not in seen:
        refuse(f"no event of this child has {per}: {ref.instance}{hint(ref.instance, seen)}", ref.mark)


def _one_of(word: str, allowed: Collection[str], what: str, mark: Mark | None) -> None:
    if word not in allowed:
        refuse(f"expected {what}, one of {', '.join(allowed)}; found {shown(word)}{hint(word, allowed, 0)}", mark)


def fact_value(ref: Ref, wanted: tuple[str, ...], pack: RulePack) -> object:
    """An expected value of a fact in its internal form; "unknown" and "none" stay words. Raises ScenarioError."""
    if wanted[0] in FACT_STATES and len(wanted) == 1:
        return wanted[0]
    kind = pack.facts[ref.name].type
    try:
        return reading.READERS[kind](list(wanted) if kind == "list" else wanted[0])
    except ValueError as error:
        refuse(f"{ref.name}: {error}", ref.mark)
