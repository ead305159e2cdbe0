"""What a team prepares its next meeting from: who is to come and who must not, and what there is to talk about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from icpm_engine.plan.asking import PlanAnswer
from icpm_engine.plan.found import Found
from icpm_engine.plan.model import Disagreement, Line, Plan
from icpm_engine.reports import Contact, Owed, Owing
from icpm_engine.safety import People, SafetyFlag
from icpm_engine.team.asking import TeamAnswer
from icpm_engine.team.model import AGENCIES, AgendaItem, Decision, Meeting, MeetingRequest, Member, Team
from icpm_engine.team.safety import Barred

_TO_TALK_OVER: Final = frozenset({"barrier", "request", "question", "disagreement"})


@attrs.frozen
class Invitee:
    """Somebody for whom a meeting is meant, or (`asked` is false) who belongs to the team and was not named for it.

    `check`: somebody may have to be kept safe from them, or they from somebody, so that nobody asks them unawares.
    """

    who: str
    must: bool = False
    told: str | None = None
    invited: str | None = None
    coming: bool | None = None
    asked: bool = True
    check: bool = False


@attrs.frozen
class NextDate:
    """A day that is ahead in the plan or owed by the rules: what falls on it, of which line or obligation, and whose.

    `what` names a date of a line (target_date, until, authorized_until), or is the duty; `owner` has the line in hand,
    `owners` owe what the rules ask for, and `wanting` is what is still missing of it.
    """

    on: str
    what: str
    label: str
    owner: str | None = None
    owners: tuple[Contact, ...] = ()
    line: str | None = None
    obligation: str | None = None
    overdue: bool = False
    wanting: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class MeetingAnswer:
    """What the next meeting of a team is prepared from, as of a day; `reader`: for whom, None for all of it.

    `meeting` is the next one (None while none has a time), `request` the one that it answers; `waiting` are requests
    that have no meeting yet. `flags` and `barred` are for the agencies. `not_told` are meetings whose day
    is over and of which nobody has told whether they were held. `last` is the meeting before; `plan` is what
    the reader reads of the plan, `to_choose` its lines whose options nobody chose from, `owing` what they read of what
    is owed by the rules.
    """

    case: str
    on: str
    meeting: Meeting | None
    request: MeetingRequest | None
    waiting: tuple[MeetingRequest, ...]
    invitees: tuple[Invitee, ...]
    flags: tuple[SafetyFlag, ...]
    barred: tuple[Barred, ...]
    owing: Owing
    not_told: tuple[Meeting, ...]
    last: Meeting | None
    plan: Plan
    actions: tuple[Decision, ...]
    agenda: tuple[AgendaItem, ...]
    to_choose: tuple[Line, ...]
    disagreements: tuple[Disagreement, ...]
    findings: tuple[Found, ...]
    dates: tuple[NextDate, ...]
    members: tuple[Member, ...]
    reader: str | None = None


def preparation(answer: TeamAnswer, plan: PlanAnswer, owing: Owing, side: str | None) -> MeetingAnswer:
    """The preparation of the next meeting, from team, plan and what is owed as a reader of a side reads them.

    `side` is None for somebody who reads all of it.
    """
    team, meeting = answer.team, answer.team.next
    agency = side is None or side in AGENCIES
    request = None if meeting is None else meeting.request_id
    return MeetingAnswer(
        case=team.case,
        on=team.on,
        meeting=meeting,
        request=next((one for one in team.requests if one.id == request), None),
        waiting=tuple(one for one in team.requests if one.meeting_id is None),
        invitees=tuple(_invitees(team, meeting, agency=agency)),
        flags=_in_force(team.flags, meeting) if agency else (),
        barred=tuple(one for one in answer.barred if agency and meeting is not None and one.meeting_id == meeting.id),
        owing=owing,
        not_told=team.not_told,
        last=team.held[-1] if team.held else None,
        plan=plan.plan,
        actions=team.actions,
        agenda=tuple(one for one in team.agenda if one.kind in _TO_TALK_OVER),
        to_choose=tuple(line for line in plan.plan.lines if line.options and line.chosen is None),
        disagreements=team.disagreements,
        findings=team.found,
        dates=_dates(plan.plan, owing),
        members=team.members,
        reader=answer.reader,
    )


def _invitees(team: Team, meeting: Meeting | None, *, agency: bool) -> Iterator[Invitee]:
    """Who was named for the meeting; for the agencies also who belongs to the team and was not."""
    people, guests = People(team.members), () if meeting is None else meeting.guests
    for guest in guests:
        yield Invitee(guest.who, guest.must, guest.told, guest.invited, guest.coming)
    if not agency:
        return
    apart = () if meeting is None else meeting.kept_apart
    named = (*(guest.who for guest in guests), *apart)
    for member in team.present:
        if not any(people.same(member.id, name) for name in named):
            yield Invitee(member.id, asked=False, check=_may_be_kept_safe(people, member.id, team.flags))


def _may_be_kept_safe(people: People, who: str, flags: Iterable[SafetyFlag]) -> bool:
    names = (name for flag in flags for name in (flag.protects, flag.from_whom))
    return any(people.same(who, name) is not False for name in names)


def _in_force(flags: Iterable[SafetyFlag], meeting: Meeting | None) -> tuple[SafetyFlag, ...]:
    """The flags that hold on the day of the meeting, or now while it has none."""
    day = None if meeting is None else meeting.day
    return tuple(one for one in flags if day is None or one.until is None or one.until >= day)


def _dates(plan: Plan, owing: Owing) -> tuple[NextDate, ...]:
    """What is ahead, or overdue, the earliest first."""
    found = [_owed(one, one.obligation.due) for one in owing.owed if one.obligation.due is not None]
    for line in plan.lines:
        for name in ("target_date", "until", "authorized_until"):
            day = getattr(line, name, None)
            if day is not None and day >= plan.on:
                found.append(NextDate(day, name, line.text, getattr(line, "owner", None), line=line.id))
    return tuple(sorted(found, key=lambda one: (one.on, one.what, one.line or one.obligation or "")))


def _owed(one: Owed, due: str) -> NextDate:
    owed = one.obligation
    return NextDate(
        due,
        owed.duty,
        owed.label,
        owners=one.owners,
        obligation=owed.id,
        overdue=owed.overdue,
        wanting=owed.wanting,
    )
