"""The child and family team as a value: who belongs to it, its meetings, and what came of them."""

from __future__ import annotations

import attrs

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


@attrs.frozen
class Feedback:
    """What one side said of a meeting: whether they were heard, whether they understood, whether it helped."""

    on: str
    side: str | None
    heard: bool | None
    understood: bool | None
    helped: bool | None
    words: str | None


@attrs.frozen(kw_only=True)
class Meeting:
    """A meeting as it stands: scheduled, held or cancelled; `date` is when it is to be, `held` the day on which it was.

    `kept_apart` are those who are not to be there, since they must not meet somebody who is; `named` is everybody who
    was ever named for it, whatever was said since.
    """

    id: str
    stage: str = "scheduled"
    purpose: str | None = None
    request_id: str | None = None
    date: str | None = None
    place: str | None = None
    place_asked: bool | None = None
    place_chosen: bool | None = None
    mode: str | None = None
    interpreter: bool | None = None
    transport: bool | None = None
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
    removed: str | None = None
    how: str | None = None


@attrs.frozen
class Question:
    """What the family or youth asked, and what they were told."""

    id: str
    on: str
    by: str | None
    what: str | None
    answered: str | None = None
    answer: str | None = None
    answered_by: str | None = None


@attrs.frozen
class SafetyFlag:
    """That one person is kept safe from another, since when and until when, as far as that is known."""

    id: str
    kind: str
    protects: str
    from_whom: str
    since: str
    until: str | None = None


@attrs.frozen(kw_only=True)
class Team:
    """The team of a case at the end of a day. Members who left, held meetings and removed barriers stay in it."""

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
    flags: tuple[SafetyFlag, ...] = ()

    @property
    def agenda(self) -> tuple[str, ...]:
        """What comes back at the next meeting: barriers that stand and questions without answer, oldest first."""
        open_since = [(one.since, one.id) for one in self.barriers if one.removed is None]
        open_since += [(one.on, one.id) for one in self.questions if one.answered is None]
        return tuple(name for _, name in sorted(open_since))
