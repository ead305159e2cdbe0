"""Safety first: no meeting joins two people of whom one is kept safe from the other, and no page tells where it is.

Wherever it is not told enough who somebody is, safety takes them for the one who must not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from icpm_engine.safety import People, SafetyFlag, joined
from icpm_engine.safety.joining import maybe
from icpm_engine.safety.people import of_team
from icpm_engine.team.model import AGENCIES, Feedback, Meeting, Team

LAWFUL: Final = ("separate_meetings", "ask_court_or_county_counsel")
"""What may be done instead. Whether a call or a video is contact is for the order to say: no source read allows it."""

_EACH: Final = frozenset({"child", "caregiver"})
"""The sides on which each child of a shared team has somebody else."""


@attrs.frozen
class Barred:
    """A meeting that would join (or has joined) two people against a flag, or somebody whom it says to keep apart.

    `flag_id` is None where the meeting alone says so. `who` are the two names: those under which both come, or the one
    kept apart and the guest; `missing` those of whom it is not told enough to be sure.
    """

    id: str
    meeting_id: str
    flag_id: str | None
    kind: str
    stage: str
    who: tuple[str, str]
    ways: tuple[str, ...] = LAWFUL
    missing: tuple[str, ...] = ()


def barred(team: Team, people: People | None = None) -> tuple[Barred, ...]:
    """The meetings of a team that are barred, in the order of its meetings; `people`: who is meant by their names."""
    meant = people or People(team.members)
    found: list[Barred] = []
    for meeting in team.meetings:
        if meeting.stage != "cancelled":
            bars = (_joins(meant, meeting, flag) for flag in team.flags)
            found += [*(one for one in bars if one is not None), *_comes_all_the_same(meant, meeting)]
    return tuple(found)


def _comes_all_the_same(people: People, meeting: Meeting) -> Iterator[Barred]:
    """Those who are to be kept apart from a meeting and are named for it."""
    for name in meeting.kept_apart:
        for guest, sure in maybe(people, meeting.people, name).items():
            found = f"kept_apart_comes:{meeting.id}+{name}+{guest}"
            missing = () if sure else (guest,)
            yield Barred(found, meeting.id, None, "kept_apart", meeting.stage, (name, guest), missing=missing)


def _joins(people: People, meeting: Meeting, flag: SafetyFlag) -> Barred | None:
    day = meeting.day
    if day is not None and not flag.since <= day <= (flag.until or day):
        return None
    told = {_meant(meeting, name): name for name in meeting.people}
    both = joined(people, told, flag)
    if both is None:
        return None
    one, two = both.who
    missing = tuple(told[name] for name in both.missing)
    found = f"joins_against_safety:{meeting.id}+{flag.id}"
    return Barred(found, meeting.id, flag.id, flag.kind, meeting.stage, (told[one], told[two]), missing=missing)


def _meant(meeting: Meeting, name: str) -> str:
    """A name as it is meant: the child of a meeting that is of several children may be any of them."""
    return of_team(name) if meeting.shared else name


def for_reader(team: Team, reader: str, known: Team, people: People) -> Team:
    """What a reader, a side or a member, gets of a team; `known` is all that is known by now (building.all_known).

    `people`: who is meant by the names that are used in it.

    Somebody from whom another is kept safe gets only the meetings from which that other is surely kept apart: any
    other one is left out altogether, with its decisions and the free words beside it. Their page is the same whether
    such a meeting is planned or not, so that asking day after day tells nothing either. A meeting that was kept apart
    must be so by all that is known by now, too.
    """
    side = people.side(reader)
    read = _by_side(team, side)
    flags = {flag.id: flag for flag in (*team.flags, *known.flags)}
    against = [flag for flag in flags.values() if people.same(reader, flag.from_whom) is not False]
    if not against:
        return read
    near = set(_not_apart(people, (*team.meetings, *known.meetings), against))
    return attrs.evolve(
        read,
        members=tuple(attrs.evolve(one, why=None) for one in read.members),
        meetings=tuple(attrs.evolve(one, next_date=None) for one in read.meetings if one.id not in near),
        decisions=(),
        requests=(),
        barriers=tuple(attrs.evolve(one, what=None, how=None) for one in read.barriers),
        questions=(),
        conflicts=(),
        flags=(),
    )


def _not_apart(people: People, meetings: Iterable[Meeting], against: Iterable[SafetyFlag]) -> Iterator[str]:
    """The meetings where somebody may be who is kept safe."""
    for meeting in meetings:
        for flag in against:
            apart = any(people.covers(_meant(meeting, name), flag.protects) for name in meeting.kept_apart)
            if not apart or maybe(people, [_meant(meeting, name) for name in meeting.named], flag.protects):
                yield meeting.id


def _by_side(team: Team, side: str | None) -> Team:
    """Until releases are built: the agencies read all; the family its questions; a side its own words.

    Of what siblings share, no child or caregiver reads what a child or caregiver said: it may be another one's.
    """
    if side in AGENCIES:
        return team
    own = side in {"family", "child"}
    return attrs.evolve(
        team,
        flags=(),
        questions=tuple(one for one in team.questions if own and not _of_another(one.by, side, shared=one.shared)),
        conflicts=tuple(one for one in team.conflicts if own and one.between == "agency_and_family"),
        meetings=tuple(
            attrs.evolve(
                meeting,
                kept_apart=(),
                feedback=tuple(_said(one, side) for one in meeting.feedback),
            )
            for meeting in team.meetings
        ),
    )


def _said(feedback: Feedback, side: str | None) -> Feedback:
    """What a side reads of what was said of a meeting: its own words alone."""
    own = feedback.side == side and not _of_another(feedback.side, side, shared=feedback.shared)
    return feedback if own else attrs.evolve(feedback, words=None)


def _of_another(by: str | None, side: str | None, *, shared: bool) -> bool:
    """Whether something that one side said may be another child's, or another caregiver's."""
    return shared and by == side and side in _EACH
