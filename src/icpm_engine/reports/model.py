"""What a reader is told of a case, as values: what is owed, where each help stands, what a hearing is to look at."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from icpm_engine.history.answers import Obligation
from icpm_engine.history.proofs import Proof
from icpm_engine.plan.model import Plan

WhyNoLimit: TypeAlias = Literal["unverified", "open_choice"]
"""The rule ships switched off, since its source was not read; or a choice of the county is open that it counts by."""

Group: TypeAlias = Literal["done", "late", "open", "unknown"]
"""How what was due stands before a hearing: done, past its day, in time still, or not to be judged."""

Since: TypeAlias = Literal["hearing", "entry", "beginning"]
"""What a hearing looks back to: the hearing before it, the entry into care, or the first thing on record."""

NeedStep: TypeAlias = Literal["named", "goal", "work", "service"]
"""How far a need has come: it was named, it has a goal, somebody does something for it, or a service does."""


@attrs.frozen
class Contact:
    """Whom to call about something: who fills a role that day. `label` is the role as the rules write it.

    `who` is None where nobody is named for it; `unit` is theirs, where it is told; `stands_in_for` is whoever they
    cover for.
    """

    role: str
    label: str
    who: str | None = None
    unit: str | None = None
    stands_in_for: str | None = None


@attrs.frozen(kw_only=True)
class Owed:
    """Something that is owed, who owes it, and from which day its date was counted.

    `area` is the area of the vocabulary that it is about. `counted_from` and `span` are those of the leg that governs;
    None where the date was not counted, or is not known. `no_limit` says why no limit is known.
    """

    obligation: Obligation
    area: str
    owners: tuple[Contact, ...]
    counted_from: str | None = None
    span: str | None = None
    no_limit: WhyNoLimit | None = None


@attrs.frozen(kw_only=True)
class WithoutLimit:
    """Something that is owed without a verified limit: by whom, since when, and why none is known.

    `waits_for` are the open choices in the words of the rules, `possible` the days that it may come to. `authority` is
    the source that is said to hold a limit, or that leaves it to the county.
    """

    duty: str
    label: str
    instance: str | None
    owners: tuple[Contact, ...]
    since: str
    why: WhyNoLimit
    waits_for: tuple[str, ...]
    possible: tuple[str, ...]
    authority: str


@attrs.frozen
class Owing:
    """What is owed in a case on a day, as far as a reader may read it; `reader`: for whom, None for all of it."""

    case: str
    on: str
    owed: tuple[Owed, ...]
    without_limit: tuple[WithoutLimit, ...]
    reader: str | None = None


@attrs.frozen(kw_only=True)
class NeedStands:
    """A need of the plan, and how far it has come; `owners` see to what is done for it."""

    line_id: str
    text: str
    words_of: str | None
    step: NeedStep
    reason: str | None = None
    goals: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Matter:
    """A screening, referral, assessment, appointment or service: its step, who has it, and what comes next in it.

    `type` is the kind of service, `date` the time of an appointment, where they are told.
    """

    about: str
    lifecycle: str
    label: str
    instance: str | None
    state: str
    state_label: str
    since: str
    holder: Contact | None
    next: tuple[Owed, ...] = ()
    type: str | None = None
    date: str | None = None


@attrs.frozen(kw_only=True)
class Status:
    """Where the help for a child is on a day: who has it, until when, whom to call, what comes next.

    `next` is what is owed beside the matters; `owing` holds all of it, and what is owed without a verified limit.
    """

    case: str
    on: str
    reader: str | None
    needs: tuple[NeedStands, ...]
    matters: tuple[Matter, ...]
    next: tuple[Owed, ...]
    owing: Owing


@attrs.frozen
class Known:
    """An entry that something rests on: what happened, when, and when it was written down, `late` by how many days."""

    entry: int
    kind: str
    happened: str
    entered: str
    late: int


@attrs.frozen(kw_only=True)
class Due:
    """Something that was, or is, due: whether and when it was done, why that day, and when it was known.

    `state` is that of the obligation on the asked-for day; `done` the day on which it was met, `days_late` how many
    days that was, or is, after the due day; None where it is in time, or nobody can say. `start` is the kind of event
    that started the clock; "" where it was no event. `missing` is what must be found out, in the words of the rules.
    """

    owed: Owed
    proof: Proof
    start: str
    done: str | None = None
    days_late: int | None = None
    missing: tuple[str, ...] = ()
    known: tuple[Known, ...] = ()

    @property
    def group(self) -> Group:
        """How it stands."""
        obligation = self.owed.obligation
        if obligation.state in {"met", "excused"}:
            return "done"
        if obligation.state == "missed" or obligation.overdue or self.days_late is not None:
            return "late"
        return "unknown" if obligation.state == "undetermined" else "open"


@attrs.frozen(kw_only=True)
class Hearing:
    """What a hearing is to look at: what was due since the one before, done when, why that day, known when.

    `hearing_id` and `kind` are those of a hearing that is on record for that day. `plan` is what the reader may read of
    the one plan; `since` the first day that is looked at, and `since_what` says what was on it.
    """

    case: str
    date: str
    on: str
    reader: str | None
    hearing_id: str | None
    kind: str | None
    since: str
    since_what: Since
    due: tuple[Due, ...]
    owing: Owing
    plan: Plan
