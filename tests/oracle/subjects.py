"""Whose events a subject is told of, and about whom the rules are that read each of them (semantics 48)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from tests.oracle.pack import standing_entries

Raw: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[str, str]  # ("case", "C-1"): a kind of subject, and which one

LINKED = {"person_linked": True, "person_unlinked": False, "team_linked": True, "team_unlinked": False}


def told_about(events: Iterable[Raw], about: Key, *, implied: bool = False) -> list[dict[str, Any]]:
    """The events that a subject is told of, each with `seen_by`. Every event says whose it is: `of`, a kind and an id.

    A case reads its own events, its person's and, on the days on which they serve it, its teams'. Rules about its
    person also read what happens in the person's other cases, rules about a team all that the team does. `implied`:
    cases that say nothing of links are about the one person "" and always served by the one team "", as in a story.
    """
    listed = list(events)
    cases = [of for of in dict.fromkeys(one["of"] for one in listed) if of[0] == "case"]
    kind, which = about
    if kind == "person":
        mine = {about, *(case for case in cases if person_of(listed, case, implied=implied) == which)}
        return [{**one, "seen_by": ["person"]} for one in listed if one["of"] in mine]
    if kind != "case":
        return [{**one, "seen_by": [kind]} for one in listed if one["of"] == about]
    person = person_of(listed, about, implied=implied)
    readers = {}
    for one in listed:
        of, readers_of = one["of"], list[str]()
        if of == about or (person is not None and of == ("person", person)):
            readers_of = ["case", "person"]
        elif of[0] == "case" and person is not None and person_of(listed, of, implied=implied) == person:
            readers_of = ["person"]
        elif of[0] == "team" and (implied or serves_ever(listed, about, of[1])):
            near = serves(listed, about, of[1], day_of(listed, one), implied=implied)
            readers_of = ["case", "team"] if near else ["team"]
        readers[one["entry"]] = readers_of
    return [{**one, "seen_by": readers[one["entry"]]} for one in listed if readers[one["entry"]]]


def links(events: Iterable[Raw], case: Key, field: str) -> list[Raw]:
    """What a case says of its links to persons or teams, as corrected, in the order of days."""
    own = standing_entries(one for one in events if one["of"] == case)
    said = [one for one in own if one.raw["kind"] in LINKED and field in (one.raw.get("values") or {})]
    return [one.raw for one in sorted(said, key=lambda one: (one.raw["day"], one.recording))]


def person_of(events: Iterable[Raw], case: Key, *, implied: bool) -> str | None:
    """The person whom a case is about: the one linked last, however late, unless that was a mistake."""
    events = list(events)
    person: str | None = None
    for one in links(events, case, "person"):
        told = one["values"]["person"]
        if LINKED[one["kind"]]:
            person = told
        elif person == told:
            person = None
    if not implied:
        return person
    speaks = any(one["of"] == case and one["kind"] in ("person_linked", "person_unlinked") for one in events)
    return "" if person is not None or not speaks else None


def serves(events: Iterable[Raw], case: Key, team: str, day: Any, *, implied: bool) -> bool:  # noqa: ANN401 (a day)
    """Whether a team serves a case on a day: it did the evening before, or it was linked on that very day."""
    events = list(events)
    said = [one for one in links(events, case, "team") if implied or one["values"]["team"] == team]
    if implied and not said:
        return not any(one["of"] == case and one["kind"] == "team_linked" for one in events)
    before = [LINKED[one["kind"]] for one in said if one["day"] < day]
    return any([*before[-1:], *(LINKED[one["kind"]] for one in said if one["day"] == day)])


def serves_ever(events: Iterable[Raw], case: Key, team: str) -> bool:
    """Whether a team ever served a case."""
    return any(LINKED[one["kind"]] and one["values"]["team"] == team for one in links(events, case, "team"))


def day_of(events: Iterable[Raw], one: Raw) -> Any:  # noqa: ANN401 (a day, as it is written)
    """The day of what stands of an event; its own where nothing does."""
    events = list(events)
    about = {event["entry"]: event.get("corrects") or event.get("retracts") for event in events}
    root = one["entry"]
    while about.get(root) in about:
        root = about[root]
    stands = {entry.root: entry.raw for entry in standing_entries(e for e in events if e["of"] == one["of"])}
    return stands[root]["day"] if root in stands else one["day"]
