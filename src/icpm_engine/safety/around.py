"""Which cases are around one: those of the same child, and those that share a team with one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, Protocol

from icpm_engine.calendars import Zone
from icpm_engine.history.order import arrange
from icpm_engine.history.sources import EVER, Journals, Link, SubjectKey, told_to
from icpm_engine.safety.flags import Around, Other
from icpm_engine.working import Entry


class Cases(Protocol):
    """The cases of one county, and no other's."""

    def links(self, case: str) -> Sequence[Link]:
        """The person and the teams of a case, with the days."""
        ...

    def cases_of(self, kind: str, other: str) -> Sequence[str]:
        """The cases of a person, or those that a team has ever served."""
        ...

    def journals(self, case: str) -> Journals:
        """The journals that a case is folded from, its own first."""
        ...


_STANDING: Final = frozenset(
    ("team_formed", "member_joined", "member_left", "mh_joined", "safety_flag_raised", "safety_flag_ended")
)
"""What a team was told before it served a case, and what holds for that case, too."""
_OVER: Final = frozenset({"cft_held", "cft_cancelled"})


def told(case: str, cases: Cases, zone: Zone) -> Mapping[SubjectKey, list[Entry]]:
    """What a case was told by itself, and by each of its teams while it served the case.

    Of what a team did before, only who belongs to it counts, who is kept safe, and the meetings that were still ahead.
    """

    def lasting(entries: list[Entry], day: int) -> Callable[[Entry], bool]:
        before = [one for one in arrange(entries, zone, {}) if one.day < day and "meeting_id" in one.values]
        over = {one.values["meeting_id"] for one in before if one.kind in _OVER}
        ahead = {
            one.values["meeting_id"] for one in before if one.kind == "cft_scheduled" and one.values["date"][0] >= day
        }
        return lambda one: one.kind in _STANDING or one.values.get("meeting_id") in ahead - over

    return told_to(cases.journals(case), zone, lasting)


def around(case: str, cases: Cases, zone: Zone) -> Around:
    """A case with those around it. What a team tells that serves both is told once."""
    own = told(case, cases, zone)
    others = []
    for other, same_child, first, last in dict.fromkeys(_others(case, cases)):
        theirs = [one for key, entries in told(other, cases, zone).items() if key not in own for one in entries]
        others.append(Other(case=other, told=theirs, same_child=same_child, first_day=first, last_day=last))
    return Around(told=[one for entries in own.values() for one in entries], zone=zone, others=tuple(others))


def _others(case: str, cases: Cases) -> Iterator[tuple[str, bool, int, int]]:
    """Each case around one, whether it is the same child's, and on which days they have to do with one another."""
    mine = _of_child(case, cases)
    yield from ((other, True, 0, EVER) for other in mine if other != case)
    for one in mine:
        for link in cases.links(one):
            if link.kind == "team":
                yield from _served_too(link, mine, cases)


def _served_too(link: Link, mine: Sequence[str], cases: Cases) -> Iterator[tuple[str, bool, int, int]]:
    """The cases of other children whom a team serves, or has served, on days on which it serves this one."""
    for case in cases.cases_of("team", link.other):
        for theirs in cases.links(case) if case not in mine else ():
            first, last = max(link.first_day, theirs.first_day), min(link.last_day, theirs.last_day)
            if theirs[:2] == link[:2] and first <= last:
                yield from ((other, False, first, last) for other in _of_child(case, cases) if other not in mine)


def _of_child(case: str, cases: Cases) -> Sequence[str]:
    """All cases of the child whom a case is about, that one first."""
    persons = [link.other for link in cases.links(case) if link.kind == "person"]
    return list(dict.fromkeys([case, *(other for person in persons for other in cases.cases_of("person", person))]))
