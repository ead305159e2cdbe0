"""What keeps one person safe from another, as a case knows it: by itself, its teams, and the cases around it.

A flag is about people, not about a file: what another case of the same child tells, or the case of a child whom the
same team serves, holds here as well. Nothing else of those cases is read but who is who.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs

from icpm_engine.calendars import Zone, format_day
from icpm_engine.history.order import arranged_of
from icpm_engine.history.sources import EVER
from icpm_engine.safety.people import People, Somebody, of_sibling, of_team
from icpm_engine.working import Entry

Read: TypeAlias = Callable[[str], str]
_FLAGS: Final = frozenset({"safety_flag_raised", "safety_flag_ended"})
_MEMBERS: Final = frozenset({"member_joined", "mh_joined"})


@attrs.frozen
class SafetyFlag:
    """That one person is kept safe from another, since when and until when, as far as that is known.

    What another case tells has that case in its id: C-2/f1. There, the child of that case is a sibling.
    """

    id: str
    kind: str
    protects: str
    from_whom: str
    since: str
    until: str | None = None


@attrs.frozen(kw_only=True)
class Other:
    """Another case around one: of the same child, or of a child whom the same team serves, on the days it does both."""

    case: str
    told: Sequence[Entry]
    same_child: bool
    first_day: int = 0
    last_day: int = EVER

    def reads(self, _: Entry) -> Read:
        """How the words of an entry of it read in the case that it is around."""
        return _as_told if self.same_child else of_sibling


@attrs.frozen(kw_only=True)
class Around:
    """What a case was told by itself and by its teams on the days on which they served it, and the cases around it."""

    told: Sequence[Entry]
    zone: Zone
    others: tuple[Other, ...] = ()

    def flags(self, day: int) -> tuple[SafetyFlag, ...]:
        """The flags in force at the end of a day."""
        return self._flags(day, day)

    def all_known(self, today: int) -> tuple[SafetyFlag, ...]:
        """Every flag that is told of, on whichever day it was raised, and that is not over today."""
        return self._flags(EVER, today)

    def unended(self) -> tuple[SafetyFlag, ...]:
        """Every flag that is told of and was not ended, be its last day over or not."""
        return self._flags(EVER, None)

    def keeps_safe(self) -> bool:
        """Whether somebody is kept safe from somebody by a flag that was not ended."""
        return bool(self.unended())

    def people(self, day: int = EVER) -> People:
        """Who is meant by the names that this case and those around it use, as told by the end of a day."""
        beside: list[Somebody] = []
        for other in self.others:
            beside += _members(other.told, self.zone, day, other.reads)
        return People(_members(self.told, self.zone, day, _reads), beside)

    def _flags(self, told_by: int, on: int | None) -> tuple[SafetyFlag, ...]:
        found = {}
        for entry in _in_force(self.told, self.zone, told_by, on):
            flag = _flag(entry, _reads(entry))
            found[flag.id] = flag
        for other in self.others:
            if other.first_day <= told_by:
                for entry in _in_force(other.told, self.zone, min(told_by, other.last_day), on):
                    flag = _flag(entry, other.reads(entry), f"{other.case}/")
                    found[flag.id] = flag
        return tuple(found.values())


def _as_told(name: str) -> str:
    return name


def _reads(entry: Entry) -> Read:
    """How the words of an entry of the case itself or of its team read in it."""
    return of_team if entry.subject == "team" else _as_told


def _in_force(entries: Iterable[Entry], zone: Zone, told_by: int, on: int | None) -> Iterable[Entry]:
    """What raised the flags that hold on a day (on some day for None): raised by one day, and not ended by the other.

    One that was raised again after it had ended is a new one.
    """
    raised: dict[str, Entry] = {}
    for entry in arranged_of(entries, _FLAGS, zone):
        if entry.kind == "safety_flag_raised" and entry.day <= told_by:
            raised[entry.values["flag_id"]] = entry
        elif entry.kind == "safety_flag_ended" and (on is None or entry.day <= on):
            raised.pop(entry.values["flag_id"], None)
    return [entry for entry in raised.values() if on is None or entry.values.get("until", on) >= on]


def _flag(entry: Entry, read: Read, of: str = "") -> SafetyFlag:
    values, until = entry.values, entry.values.get("until")
    return SafetyFlag(
        id=f"{of}{values['flag_id']}",
        kind=values["kind"],
        protects=read(values["protects"]),
        from_whom=read(values["from_whom"]),
        since=format_day(entry.day),
        until=None if until is None else format_day(until),
    )


def _members(entries: Iterable[Entry], zone: Zone, day: int, reading: Callable[[Entry], Read]) -> Iterator[Somebody]:
    """Everybody who was told of as a member by a day, each as told last."""
    held: dict[str, Somebody] = {}
    for entry in arranged_of(entries, _MEMBERS, zone):
        if entry.day > day:
            continue
        values = entry.values
        if entry.kind == "member_joined":
            held[values["member_id"]] = _member(values, reading(entry))
        else:
            name = values.get("clinician", "mental_health")
            held.setdefault(name, Somebody(name, "clinician", "mental_health"))
    yield from held.values()


def _member(values: Mapping[str, str], read: Read) -> Somebody:
    """A member; which child somebody is whose side is the child's hangs on whose words these are."""
    role, side = values.get("role"), values.get("side")
    if side == "child" and read("child") != "child":
        return Somebody(values["member_id"], read("child"))
    said = None if role is None else read(role)
    return Somebody(values["member_id"], said, side if said == role else None)
