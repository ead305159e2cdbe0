"""Whose journals a subject is folded from, and what of them it sees (semantics 48).

A case is folded from its own journal and those of its person and its teams; a person from its own and, where a rule
about persons reads what happens in cases, from those of its cases. Pure: journals in, entries out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol, TypeAlias

from icpm_engine.calendars import Zone
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.order import arranged_of, standing
from icpm_engine.history.results import Entry

SubjectKey: TypeAlias = tuple[str, str]
"""Kind and id of a subject: ("case", "C-104")."""

Journals: TypeAlias = Mapping[SubjectKey, list[Entry]]
"""A subject's own journal first, then those of others."""

LINKS: Final = frozenset({"person_linked", "person_unlinked", "team_linked", "team_unlinked"})
"""Kinds of event, of a case, that say from whose journals it is folded."""

EVER: Final = 2**31
"""A day that never comes."""


class Link(NamedTuple):
    """A case has to do with a person or a team, on the days from the first to the last."""

    kind: str
    other: str
    first_day: int
    last_day: int


def links_of(entries: Iterable[Entry], zone: Zone) -> list[Link]:
    """To whom a case is linked, as its own entries now say.

    A case is about one person, the one linked last, and always was: the link says who the child is. It may be served by
    several teams, by each from the day on which it was linked until the day on which it was unlinked.
    """
    person: str | None = None
    served: dict[str, int] = {}
    links: list[Link] = []
    for entry in arranged_of(entries, LINKS, zone):
        values = entry.values
        if entry.kind == "person_linked":
            person = values["person"]
        elif entry.kind == "person_unlinked" and person == values["person"]:
            person = None
        elif entry.kind == "team_linked":
            served.setdefault(values["team"], entry.day)
        elif entry.kind == "team_unlinked" and values["team"] in served:
            links.append(Link("team", values["team"], served.pop(values["team"]), entry.day))
    links += [Link("team", team, day, EVER) for team, day in served.items()]
    return ([] if person is None else [Link("person", person, 0, EVER)]) + sorted(links)


class Linked(Protocol):
    """Whoever knows which cases have to do with whom."""

    def links(self, case: str) -> Sequence[SubjectKey]:
        """The person and the teams of a case."""
        ...

    def cases_of(self, kind: str, subject: str) -> list[str]:
        """The cases of a person or a team."""
        ...


def sources_of(key: SubjectKey, linked: Linked, across: Collection[str]) -> tuple[SubjectKey, ...]:
    """Whose journals a subject is folded from, its own first. `across`: the kinds of subject that read across cases."""
    kind, subject = key
    if kind == "case":
        others = linked.links(subject)
        return (key, *others, *(_siblings(key, others, linked) if kind in across else ()))
    return (key, *(("case", case) for case in linked.cases_of(*key))) if kind in across else (key,)


def _siblings(key: SubjectKey, others: Iterable[SubjectKey], linked: Linked) -> list[SubjectKey]:
    """The other cases of a case's person."""
    cases = (("case", case) for other in others if other[0] == "person" for case in linked.cases_of(*other))
    return [case for case in dict.fromkeys(cases) if case != key]


class Either:
    """The links as they are now, and those that there were before some cases were linked otherwise."""

    def __init__(self, now: Linked, before: Mapping[str, Sequence[SubjectKey]]) -> None:
        self._now = now
        self._before = before

    def links(self, case: str) -> list[SubjectKey]:
        """The persons and teams of a case."""
        return list(dict.fromkeys((*self._before.get(case, ()), *self._now.links(case))))

    def cases_of(self, kind: str, subject: str) -> list[str]:
        """The cases of a person or a team."""
        before = (case for case, links in self._before.items() if (kind, subject) in links)
        return list(dict.fromkeys((*self._now.cases_of(kind, subject), *before)))


def touched_by(
    added: Mapping[SubjectKey, list[Entry]],
    linked: Linked,
    rules: Callable[[str], CompiledRules],
    across: Collection[str],
) -> dict[SubjectKey, list[Entry]]:
    """Who must be folded anew because of new entries of some journals, each with those that it may see."""
    found: dict[SubjectKey, list[Entry]] = {key: list(entries) for key, entries in added.items()}
    for key, entries in added.items():
        if key[0] in ("person", "team"):
            others = [("case", case) for case in linked.cases_of(*key)]
        else:
            others = _beside(key, entries, linked, rules("person").reads, across) if across and key[0] == "case" else []
        for other in others:
            found.setdefault(other, []).extend(entries)
    return found


def _beside(
    key: SubjectKey, entries: list[Entry], linked: Linked, reads: frozenset[str], across: Collection[str]
) -> list[SubjectKey]:
    """The person of a case, and the person's other cases, where they see some of a case's new entries."""
    wanted = reads | LINKS
    if not any(one.kind in wanted or one.corrects is not None or one.retracts is not None for one in entries):
        return []
    persons = [other for other in linked.links(key[1]) if other[0] == "person"]
    return [*persons, *(_siblings(key, persons, linked) if "case" in across else ())]


# --- what a subject sees ----------------------------------------------------------------------------------------------


def sees_all(journals: Journals) -> bool:
    """Whether every entry of these journals is the subject's as it stands: nothing is left out or renamed."""
    (own, _), *others = journals.items()
    return all((own[0] == "case" and kind == "person") or not entries for (kind, _), entries in others)


def seen(journals: Journals, rules: CompiledRules) -> list[Entry]:
    """What a subject is folded from: its own entries and, of others, those that its rules see."""
    (own, entries), *others = journals.items()
    found = list(entries)
    spans = links_of(entries, rules.zone) if any(kind == "team" for (kind, _), _ in others) else []
    for (kind, subject), theirs in others:
        if own[0] == "person":
            found += _naming(theirs, rules.reads)
        elif kind == "person":
            found += theirs
        elif kind == "team":
            days = [(link.first_day, link.last_day) for link in spans if link.other == subject]
            found += _served(theirs, days, rules)
        else:
            found += _renamed(_naming(theirs, rules.far.keys()), rules.far)
    return found


def _naming(entries: list[Entry], kinds: Iterable[str]) -> list[Entry]:
    """The entries of some kinds, with all that they correct and that corrects or withdraws them."""
    wanted = frozenset(kinds)
    chains = _chains(entries)
    return [entry for chain in chains if any(one.kind in wanted for one in chain) for entry in chain]


def _chains(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Entries by the one that they are about in the end."""
    heads: dict[int, int] = {}
    chains: dict[int, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.entry):
        about = entry.corrects if entry.corrects is not None else entry.retracts
        head = heads[entry.entry] = entry.entry if about is None else heads.get(about, about)
        chains.setdefault(head, []).append(entry)
    return list(chains.values())


def told_to(journals: Journals, zone: Zone, lasting: Lasting) -> dict[SubjectKey, list[Entry]]:
    """What a case was told itself, and by each of its teams on the days on which it served the case.

    `lasting`: whether what a team told before the day of a link still holds on it.
    """
    (key, own), *others = journals.items()
    found = {key: own}
    links = links_of(own, zone) if any(kind == "team" for (kind, _), _ in others) else []
    for (kind, team), entries in others:
        days = [(link.first_day, link.last_day) for link in links if link.other == team]
        if kind == "team" and days:
            lasts = lasting(entries, days[0][0])
            near = (one for one in _chains(entries) if _is_near(one, days) or _is_before(one, days[0][0], lasts))
            found[kind, team] = [entry for chain in near for entry in chain]
    return found


Lasting: TypeAlias = Callable[[list[Entry], int], Callable[[Entry], bool]]
"""Of a team's entries and a day: which of those before that day still hold on it."""


def _is_before(chain: list[Entry], day: int, lasts: Callable[[Entry], bool]) -> bool:
    """Whether an entry, as it stands, lies before a day, and still holds on it."""
    return all(entry.day < day and lasts(entry) for entry in standing(chain))


def _is_near(chain: list[Entry], days: list[tuple[int, int]]) -> bool:
    """Whether an entry of a team, as it stands, lies on the days on which it served a case."""
    return all(any(first <= entry.day <= last for first, last in days) for entry in standing(chain))


def _served(entries: list[Entry], days: list[tuple[int, int]], rules: CompiledRules) -> list[Entry]:
    """A team's entries: those of the days on which it served the case, and the others from afar."""
    near: list[Entry] = []
    for chain in _chains(entries):
        if _is_near(chain, days):
            near += chain
        elif rules.far:
            near += _renamed(chain, rules.far)
    return near


def _renamed(entries: Iterable[Entry], names: Mapping[str, str]) -> list[Entry]:
    """Copies under the names that kinds have when they come from afar; of other kinds under one that nobody hears."""
    return [
        Entry(
            kind=names.get(one.kind, f"{one.kind}_unseen"),
            day=one.day,
            minute=one.minute,
            values=one.values,
            entry=one.entry,
            recorded=one.recorded,
            corrects=one.corrects,
            retracts=one.retracts,
            subject=one.subject,
        )
        for one in entries
    ]
