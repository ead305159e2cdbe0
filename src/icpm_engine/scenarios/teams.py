"""What a story expects of the team against the team itself: each comparison says what it got."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

import attrs

from icpm_engine.scenarios.comparing import Failure
from icpm_engine.scenarios.story import PlanExpectation, Question
from icpm_engine.team import Meeting, Team, TeamAnswer


@attrs.frozen
class AskedTeam:
    """The team as it was asked for, and the day in words."""

    answer: TeamAnswer
    when: str

    @property
    def team(self) -> Team:
        """The team itself."""
        return self.answer.team

    def meeting(self, name: str | None) -> Meeting | None:
        """A meeting by its id."""
        return next((one for one in self.team.meetings if one.id == name), None)


def compare_team(question: Question, asked: AskedTeam) -> Iterator[Failure]:
    """Every expectation of a team that does not come true."""
    for one in question.team:
        if one.key in _LISTS:
            expected, got = _listed(one.wanted), _listed(_LISTS[one.key](asked))
        else:
            expected, got = _listed(one.wanted), _NAMED[one.key](asked, one)
        if expected != got:
            about = " ".join(filter(None, ["team", one.key, one.name]))
            yield Failure(one.mark, asked.when, about, expected, got)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


_Names: TypeAlias = Callable[[AskedTeam], Iterable[str]]
_Of: TypeAlias = Callable[[AskedTeam, PlanExpectation], str]

_LISTS: Final[Mapping[str, _Names]] = {
    "members": lambda asked: (one.id for one in asked.team.present),
    "left": lambda asked: (one.id for one in asked.team.members if one.left is not None),
    "barred": lambda asked: (one.id.partition(":")[2] for one in asked.answer.barred),
    "flags": lambda asked: (one.id for one in asked.team.flags),
    "actions": lambda asked: (one.id for one in asked.team.actions),
    "barriers": lambda asked: (one.id for one in asked.team.barriers if one.removed is None),
    "questions": lambda asked: (one.id for one in asked.team.agenda if one.kind in {"request", "question"}),
    "agenda": lambda asked: (one.id for one in asked.team.agenda if one.kind != "finding"),
    "disagreements": lambda asked: (one.id for one in asked.team.disagreements),
    "next": lambda asked: () if asked.team.next is None else (asked.team.next.id,),
}
"""What names something of the whole team."""


def _of_meeting(asked: AskedTeam, one: PlanExpectation, say: Callable[[Meeting], str]) -> str:
    meeting = asked.meeting(one.name)
    return "no such meeting" if meeting is None else say(meeting)


def _stage(asked: AskedTeam, one: PlanExpectation) -> str:
    return _of_meeting(asked, one, lambda meeting: meeting.stage)


def _date(asked: AskedTeam, one: PlanExpectation) -> str:
    return _of_meeting(asked, one, lambda meeting: meeting.date or "none")


def _invited(asked: AskedTeam, one: PlanExpectation) -> str:
    return _of_meeting(
        asked, one, lambda meeting: _listed(guest.who for guest in meeting.guests if guest.invited is not None)
    )


def _came(asked: AskedTeam, one: PlanExpectation) -> str:
    return _of_meeting(asked, one, lambda meeting: _listed(meeting.present))


def _request(asked: AskedTeam, one: PlanExpectation) -> str:
    found = {request.id: request.meeting_id or "none" for request in asked.team.requests}
    return found.get(one.name or "", "no such request")


def _owner(asked: AskedTeam, one: PlanExpectation) -> str:
    owners = {held.id: held.owner or "none" for held in asked.team.actions}
    owners |= {held.id: held.owner or "none" for held in asked.team.barriers}
    return owners.get(one.name or "", "no such action or barrier")


def _conflict(asked: AskedTeam, one: PlanExpectation) -> str:
    found = next((conflict for conflict in asked.team.conflicts if conflict.id == one.name), None)
    if found is None:
        return "no such conflict"
    return "settled" if found.settled else "withdrawn" if found.withdrawn else found.step or "workers"


_NAMED: Final[Mapping[str, _Of]] = {
    "meetings": _stage,
    "dates": _date,
    "invited": _invited,
    "came": _came,
    "requests": _request,
    "owners": _owner,
    "conflicts": _conflict,
}
"""What says something of one meeting, request, action, barrier or conflict."""
