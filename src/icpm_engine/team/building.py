"""How a team is made: a case's events, in their order, to the team as of a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.history.order import arrange
from icpm_engine.safety import Around, SafetyFlag
from icpm_engine.team.model import (
    Barrier,
    Conflict,
    Decision,
    Feedback,
    Guest,
    Meeting,
    MeetingRequest,
    Member,
    Question,
    Team,
)
from icpm_engine.vocabulary.reading import write_moment
from icpm_engine.working import Entry


def team_of(case: str, told: Around, day: int) -> Team:
    """The team of a case at the end of a day."""
    making = _Making()
    for entry in arrange(told.told, told.zone, {}):
        if entry.day > day:
            break
        making.take(entry)
    return making.team(case, day, told.flags(day))


def all_known(case: str, told: Around, today: int) -> Team:
    """All that is told of a team, whatever its day, with every flag that is not over today.

    This is what a reader's page is held against: nobody gets round a flag by asking for the day before it was raised,
    or for a day after it runs out.
    """
    making = _Making()
    last = today
    for entry in arrange(told.told, told.zone, {}):
        making.take(entry)
        last = max(last, entry.day)
    return making.team(case, last, told.all_known(today))


class _Making:
    """A team on the way."""

    def __init__(self) -> None:
        self.about: dict[str, Any] = {}
        self.members: dict[str, Member] = {}
        self.meetings: dict[str, Meeting] = {}
        self.guests: dict[str, dict[str, Guest]] = {}
        self.named: dict[str, dict[str, None]] = {}
        self.decisions: dict[str, Decision] = {}
        self.requests: dict[str, MeetingRequest] = {}
        self.barriers: dict[str, Barrier] = {}
        self.questions: dict[str, Question] = {}
        self.conflicts: dict[str, Conflict] = {}
        self.served: set[str] = set()

    def take(self, entry: Entry) -> None:
        """One event."""
        take = _TAKES.get(entry.kind)
        if take is not None:
            take(self, format_day(entry.day), {**_plain(entry.values), _SHARED: entry.subject == "team"})

    def team(self, case: str, day: int, flags: tuple[SafetyFlag, ...]) -> Team:
        """What has come of it."""
        met = tuple(self._whole(meeting) for meeting in self.meetings.values())
        answered = {one.request_id: one.id for one in met if one.request_id is not None and one.stage != "cancelled"}
        apart = tuple(one for one in self.decisions.values() if one.meeting_id not in self.meetings)
        return Team(
            case=case,
            on=format_day(day),
            members=tuple(self.members.values()),
            meetings=met,
            decisions=apart,
            requests=tuple(attrs.evolve(one, meeting_id=answered.get(one.id)) for one in self.requests.values()),
            barriers=tuple(self.barriers.values()),
            questions=tuple(self.questions.values()),
            conflicts=tuple(self.conflicts.values()),
            flags=flags,
            **self.about,
        )

    def _whole(self, meeting: Meeting) -> Meeting:
        guests = tuple(self.guests.get(meeting.id, {}).values())
        decided = tuple(one for one in self.decisions.values() if one.meeting_id == meeting.id)
        return attrs.evolve(meeting, guests=guests, decisions=decided, named=tuple(self.named.get(meeting.id, ())))

    def meeting(self, values: Mapping[str, Any], **changes: Any) -> None:  # noqa: ANN401 - fields of a meeting
        """Change a meeting, or begin it: whatever is told of one first says that there is one."""
        name = values["meeting_id"]
        held = self.meetings.get(name) or Meeting(id=name)
        self.meetings[name] = attrs.evolve(held, shared=held.shared or values[_SHARED], **changes)

    def guest(self, meeting_id: str, who: str, **changes: Any) -> None:  # noqa: ANN401 - fields of a guest
        """Change a guest of a meeting, or add them."""
        held = self.guests.setdefault(meeting_id, {})
        held[who] = attrs.evolve(held.get(who) or Guest(who), **changes)
        self.name(meeting_id, who)

    def name(self, meeting_id: str, *who: str) -> None:
        """Somebody is named for a meeting, which stays so."""
        self.named.setdefault(meeting_id, {}).update(dict.fromkeys(who))


_Take = Callable[[_Making, str, Mapping[str, Any]], None]


def _form(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    making.about = {"formed": on, **_some(values, "family_asked", "supports_asked")}


def _ask_whom(making: _Making, _: str, values: Mapping[str, Any]) -> None:
    """What the family was asked since the team was formed."""
    for field, told in (("family_asked", "members"), ("supports_asked", "supports")):
        if told in values:
            making.about[field] = values[told]


def _link(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    """A team that siblings share serves the case from now on."""
    making.served.add(values["team"])
    making.about = {"formed": on, **making.about, "ended": None}


def _unlink(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    making.served.discard(values["team"])
    if not making.served:
        making.about["ended"] = on


def _disband(making: _Making, on: str, _: Mapping[str, Any]) -> None:
    making.about["ended"] = on


def _join(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    told = _some(values, "role", "side", "licensed", "chosen_by_family", "chosen_by_child")
    making.members[values["member_id"]] = Member(id=values["member_id"], joined=on, **told)


def _mental_health(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    """The clinician who joined, unless they are told of as a member already."""
    name = values.get("clinician", "mental_health")
    if name not in making.members:
        told = _some(values, "licensed")
        making.members[name] = Member(id=name, joined=on, role="clinician", side="mental_health", **told)


def _leave(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    if (member := making.members.get(values["member_id"])) is not None:
        making.members[member.id] = attrs.evolve(member, left=on, why=values.get("reason"))


def _request(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    name = values["request_id"]
    making.requests[name] = MeetingRequest(name, on, values.get("by"), values.get("purpose"))


def _schedule(making: _Making, _: str, values: Mapping[str, Any]) -> None:
    """A time is given, or moved: what was arranged before stays, what the family was asked of it does not."""
    anew: dict[str, Any] = {"place_asked": None, "place_chosen": None, "stage": "scheduled", "reason": None}
    making.meeting(values, **anew | _some(values, *_SCHEDULED))
    if "invite" in values:
        meeting_id = values["meeting_id"]
        for who in {**making.guests.get(meeting_id, {}), **dict.fromkeys(values["invite"])}:
            making.guest(meeting_id, who, must=who in values["invite"])


def _tell(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    making.meeting(values)
    making.guest(values["meeting_id"], values["to"], told=on)


def _invite(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    making.meeting(values)
    making.guest(values["meeting_id"], values["to"], invited=on)


def _answer(making: _Making, _: str, values: Mapping[str, Any]) -> None:
    making.meeting(values)
    making.guest(values["meeting_id"], values["by"], coming=values["coming"])


def _hold(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    making.meeting(values, stage="held", held=on, **_some(values, *_HELD))
    making.name(values["meeting_id"], *values.get("present", ()), *values.get("declined", ()))


def _cancel(making: _Making, _: str, values: Mapping[str, Any]) -> None:
    making.meeting(values, stage="cancelled", reason=values.get("reason"))


def _decide(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    told = _some(values, "what", "decided_by", "against", "meeting_id", "owner", "until")
    making.decisions[values["decision_id"]] = Decision(id=values["decision_id"], on=on, **told)


def _end_action(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    if (held := making.decisions.get(values["decision_id"])) is not None:
        making.decisions[held.id] = attrs.evolve(held, ended=on, **_some(values, "outcome"))


def _write(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    making.meeting(values, action_plan=on)


def _file(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    held = making.meetings.get(values["meeting_id"])
    making.meeting(values, filed=(*(held.filed if held else ()), values.get("hearing_id", on)))


def _feed_back(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    heard, understood, helped = (values.get(name) for name in ("heard", "understood", "helped"))
    said = Feedback(on, values.get("by"), heard, understood, helped, values.get("words"), values[_SHARED])
    held = making.meetings.get(values["meeting_id"])
    making.meeting(values, feedback=(*(held.feedback if held else ()), said))


def _raise_barrier(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    """A barrier is named, or said anew: while it stands, it is where it was, since when it was."""
    told = _some(values, "kind", "what", "owner")
    held = making.barriers.get(values["barrier_id"])
    if held is None or held.removed is not None:
        held = Barrier(id=values["barrier_id"], since=on, step_since=on)
    making.barriers[held.id] = attrs.evolve(held, **told)


def _escalate(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    if (held := making.barriers.get(values["barrier_id"])) is not None:
        step = values.get("step", values["to"])
        making.barriers[held.id] = attrs.evolve(held, owner=values["to"], step=step, step_since=on)


def _take_up(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    if (held := making.barriers.get(values["barrier_id"])) is not None:
        making.barriers[held.id] = attrs.evolve(held, taken_up=on)


def _remove(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    if (held := making.barriers.get(values["barrier_id"])) is not None:
        making.barriers[held.id] = attrs.evolve(held, removed=on, how=values.get("how"))


def _ask(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    """Something is asked, or asked once more: without an answer it waits since it was asked first."""
    held = making.questions.get(values["request_id"])
    if held is None or held.over:
        held = Question(values["request_id"], on, None, None, shared=values[_SHARED])
    making.questions[held.id] = attrs.evolve(held, **_some(values, "by", "what", "kind"))


def _reply(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    if (held := making.questions.get(values["request_id"])) is not None:
        told = _some(values, "answer", "declined")
        making.questions[held.id] = attrs.evolve(held, answered=on, answered_by=values.get("by"), **told)


def _withdraw(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    if (held := making.questions.get(values["request_id"])) is not None:
        making.questions[held.id] = attrs.evolve(held, withdrawn=on)


def _disagree(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    told = _some(values, "by", "between", "matter")
    making.conflicts[values["dispute_id"]] = Conflict(id=values["dispute_id"], since=on, step_since=on, **told)


def _take_higher(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    _settle(making, values, step=values["to"], step_since=on)


def _answer_conflict(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    _settle(making, values, answered=on, settled=on if values.get("settled") else None, **_some(values, "answer"))


def _let_rest(making: _Making, on: str, values: Mapping[str, Any]) -> None:
    _settle(making, values, withdrawn=on)


def _settle(making: _Making, values: Mapping[str, Any], **changes: Any) -> None:  # noqa: ANN401 - fields of a conflict
    """Change a conflict that was stated; what is told of any other says nothing."""
    if (held := making.conflicts.get(values["dispute_id"])) is not None:
        making.conflicts[held.id] = attrs.evolve(held, **changes)


def _some(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The fields of these names that were told."""
    return {name: values[name] for name in names if name in values}


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of an event as a team holds them: days and moments in words, lists as tuples."""
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    if "until" in plain:
        plain["until"] = format_day(plain["until"])
    for name in ("date", "next_date"):
        if name in plain:
            plain[name] = write_moment(plain[name])
    return plain


_SHARED: Final = "shared"
"""Beside what an event says: whether it is about the team that siblings share, and not about the case."""
_SCHEDULED: Final = (
    *("date", "purpose", "request_id", "place", "place_asked", "place_chosen", "mode", "interpreter", "transport"),
    *("guests_chosen", "kept_apart"),
)
_HELD: Final = ("present", "declined", "purpose", "mode", "strengths", "needs", "concerns", "next_date")
_TAKES: Final[Mapping[str, _Take]] = {
    "team_formed": _form,
    "team_wishes_asked": _ask_whom,
    "team_linked": _link,
    "team_unlinked": _unlink,
    "team_ended": _disband,
    "member_joined": _join,
    "member_left": _leave,
    "mh_joined": _mental_health,
    "cft_requested": _request,
    "cft_scheduled": _schedule,
    "cft_notice_given": _tell,
    "cft_invitation_sent": _invite,
    "cft_invitation_answered": _answer,
    "cft_held": _hold,
    "cft_cancelled": _cancel,
    "team_decided": _decide,
    "action_ended": _end_action,
    "action_plan_written": _write,
    "action_plan_filed": _file,
    "meeting_feedback_given": _feed_back,
    "barrier_raised": _raise_barrier,
    "barrier_escalated": _escalate,
    "barrier_taken_up": _take_up,
    "barrier_removed": _remove,
    "family_asked": _ask,
    "family_answered": _reply,
    "family_request_withdrawn": _withdraw,
    "disagreement_stated": _disagree,
    "disagreement_escalated": _take_higher,
    "disagreement_answered": _answer_conflict,
    "disagreement_withdrawn": _let_rest,
}
