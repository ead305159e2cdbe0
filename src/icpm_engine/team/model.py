"""The child and family team as a value: who belongs to it, its meetings, and what came of them."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from icpm_engine.plan.found import Found
from icpm_engine.plan.model import Disagreement
from icpm_engine.safety import SafetyFlag

AGENCIES = frozenset({"child_welfare", "mental_health"})
"""The sides that plan the meetings: they read the safety flags and what is found against them."""


@attrs.frozen(kw_only=True)
class Member:
    """Somebody on the team; `left` and `why` once they are not."""

    id: str
    joined: str
    role: str | None = None
    side: str | None = None
    licensed: bool | None = None
    chosen_by_family: bool | None = None
    chosen_by_child: bool | None = None
    left: str | None = None
    why: str | None = None


@attrs.frozen
class Guest:
    """Somebody for whom a meeting is meant: must they be invited, were they told and invited, will they come."""

    who: str
    must: bool = False
    told: str | None = None
    invited: str | None = None
    coming: bool | None = None


@attrs.frozen(kw_only=True)
class Decision:
    """What was decided, and by whom."""

    id: str
    what: str
    on: str
    decided_by: tuple[str, ...]
    against: tuple[str, ...] = ()
    meeting_id: str | None = None
    owner: str | None = None
    until: str | None = None
    ended: str | None = None
    outcome: str | None = None

    @property
    def to_do(self) -> bool:
        """Whether somebody is still to do something: it has an owner or a day, and nobody said what became of it."""
        return self.ended is None and (self.owner is not None or self.until is not None)


@attrs.frozen
class Feedback:
    """What one side said of a meeting: whether they were heard, whether they understood, whether it helped.

    `shared`: it was told of the team that siblings share, so that the child who said it may be any of them.
    """

    on: str
    side: str | None
    heard: bool | None
    understood: bool | None
    helped: bool | None
    words: str | None
    shared: bool = False


@attrs.frozen(kw_only=True)
class Meeting:
    """A meeting as it stands: scheduled, held or cancelled; `date` is when it is to be, `held` the day on which it was.

    `kept_apart` are those who are not to be there, since they must not meet somebody who is; `named` is everybody who
    was ever named for it, whatever was said since. `shared`: it is of the team that siblings share, not of one child.
    """

    id: str
    stage: str = "scheduled"
    shared: bool = False
    purpose: str | None = None
    request_id: str | None = None
    date: str | None = None
    place: str | None = None
    place_asked: bool | None = None
    place_chosen: bool | None = None
    mode: str | None = None
    interpreter: bool | None = None
    transport: bool | None = None
    guests_chosen: bool | None = None
    guests: tuple[Guest, ...] = ()
    kept_apart: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    held: str | None = None
    present: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    concerns: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    next_date: str | None = None
    action_plan: str | None = None
    filed: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who was there; where that is not told, who is to be: named, and did not say that they will not."""
        if self.stage == "held" and self.present:
            return self.present
        expected = (guest.who for guest in self.guests if guest.coming is not False)
        return tuple(expected)

    @property
    def day(self) -> str | None:
        """The day on which it was held, or is to be."""
        return self.held or (None if self.date is None else self.date[:10])


@attrs.frozen
class MeetingRequest:
    """That somebody asked for a meeting; `meeting_id` is the one that they got."""

    id: str
    on: str
    by: str | None
    purpose: str | None
    meeting_id: str | None = None


@attrs.frozen(kw_only=True)
class Barrier:
    """What stands in the way of what was agreed, who owns it, and on which step since when; no person is to blame."""

    id: str
    since: str
    kind: str | None = None
    what: str | None = None
    owner: str | None = None
    step: str | None = None
    step_since: str
    taken_up: str | None = None
    removed: str | None = None
    how: str | None = None


@attrs.frozen
class Question:
    """What the family or youth asked for or asked, and what they were told; over when answered or withdrawn."""

    id: str
    on: str
    by: str | None
    what: str | None
    kind: str | None = None
    answered: str | None = None
    answer: str | None = None
    answered_by: str | None = None
    declined: bool | None = None
    withdrawn: str | None = None
    shared: bool = False

    @property
    def over(self) -> bool:
        """Whether nobody waits for an answer any more."""
        return self.answered is not None or self.withdrawn is not None


@attrs.frozen(kw_only=True)
class Conflict:
    """That two sides disagree: who said so, between whom, and on which step of the ladder it is since when."""

    id: str
    since: str
    by: str | None = None
    between: str | None = None
    matter: str | None = None
    step: str | None = None
    step_since: str
    answered: str | None = None
    answer: str | None = None
    settled: str | None = None
    withdrawn: str | None = None


@attrs.frozen(kw_only=True)
class AgendaItem:
    """What comes back at the next meeting: a barrier, an asking or a disagreement, an action, or a finding of the plan.

    `what` is it in the words that were used, `owner` who has it in hand. A finding has no day: it says its rule and its
    lines, and what must be known before it can be judged.
    """

    kind: str
    id: str
    since: str | None = None
    what: str | None = None
    owner: str | None = None
    step: str | None = None
    until: str | None = None
    rule: str | None = None
    lines: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Team:
    """The team of a case at the end of a day. Members who left, held meetings and removed barriers stay in it.

    `found` is what was found in the plan and nobody has answered, `disagreements` are those with the plan or a line of
    it, in the words of whoever does not agree; both where whoever asks for the team looked at the plan.
    """

    case: str
    on: str
    formed: str | None = None
    ended: str | None = None
    family_asked: bool | None = None
    supports_asked: bool | None = None
    members: tuple[Member, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    decisions: tuple[Decision, ...] = ()
    requests: tuple[MeetingRequest, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    questions: tuple[Question, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    flags: tuple[SafetyFlag, ...] = ()
    found: tuple[Found, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def present(self) -> tuple[Member, ...]:
        """Those who belong to it: who joined and has not left."""
        return tuple(one for one in self.members if one.left is None)

    @property
    def held(self) -> tuple[Meeting, ...]:
        """The meetings that took place, the oldest first."""
        return tuple(sorted((one for one in self.meetings if one.stage == "held"), key=lambda one: one.held or ""))

    @property
    def next(self) -> Meeting | None:
        """The meeting that comes next: the first that has a time and whose day is not over."""
        ahead = [one for one in self.meetings if one.stage == "scheduled" and (one.day or "") >= self.on]
        return min(ahead, key=lambda one: one.date or "", default=None)

    @property
    def not_told(self) -> tuple[Meeting, ...]:
        """Meetings whose day is over, and of which nobody has told whether they took place."""
        return tuple(one for one in self.meetings if one.stage == "scheduled" and one.day and one.day < self.on)

    @property
    def actions(self) -> tuple[Decision, ...]:
        """What was decided and is still to be done, the oldest first."""
        decided = (*self.decisions, *(one for meeting in self.meetings for one in meeting.decisions))
        return tuple(sorted((one for one in decided if one.to_do), key=lambda one: one.on))

    @property
    def agenda(self) -> tuple[AgendaItem, ...]:
        """What comes back at the next meeting: all that has no answer yet, oldest first; then what the plan holds."""
        told = [*self._barriers(), *self._asked(), *self._conflicts(), *self._actions()]
        found = (
            AgendaItem(kind="finding", id=one.id, rule=one.rule, lines=one.lines, missing=one.missing)
            for one in self.found
        )
        return (*sorted(told, key=lambda one: (one.since or "", one.id)), *found)

    def _barriers(self) -> Iterator[AgendaItem]:
        for one in self.barriers:
            if one.removed is None:
                yield AgendaItem(
                    kind="barrier", id=one.id, since=one.since, what=one.what, owner=one.owner, step=one.step
                )

    def _asked(self) -> Iterator[AgendaItem]:
        for one in self.questions:
            if not one.over:
                yield AgendaItem(kind=one.kind or "request", id=one.id, since=one.on, what=one.what)

    def _conflicts(self) -> Iterator[AgendaItem]:
        for one in self.conflicts:
            if one.settled is None and one.withdrawn is None:
                yield AgendaItem(kind="disagreement", id=one.id, since=one.since, what=one.matter, step=one.step)

    def _actions(self) -> Iterator[AgendaItem]:
        for one in self.actions:
            yield AgendaItem(kind="action", id=one.id, since=one.on, what=one.what, owner=one.owner, until=one.until)
