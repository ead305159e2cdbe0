"""Engine: what a host program calls. Each method says what is asked; the modules beside this one answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Engine as SqlEngine
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from icpm_engine.engine import (
    adoptions,
    days,
    lists,
    meetings,
    plans,
    records,
    rehearsing,
    reports,
    subjects,
    teams,
)
from icpm_engine.engine.adoptions import Adoption, Progress
from icpm_engine.engine.county import County, InForce
from icpm_engine.engine.lists import Page
from icpm_engine.engine.meetings import MeetingAnswer
from icpm_engine.engine.plans import PlanAnswer
from icpm_engine.engine.records import Outcome
from icpm_engine.engine.subjects import About
from icpm_engine.engine.teams import TeamAnswer
from icpm_engine.engine.times import When
from icpm_engine.history import CompiledRules
from icpm_engine.history.answers import CaseAnswer, NoLimit
from icpm_engine.history.declined import NotStarted
from icpm_engine.history.ledger import DaysHeld, Held
from icpm_engine.history.proofs import Proof
from icpm_engine.history.steps import NextStep
from icpm_engine.history.timeline import TimelineLine
from icpm_engine.history.unknowns import Unknown
from icpm_engine.plan import Version
from icpm_engine.recording import Recorder, Rules
from icpm_engine.rehearsal.answers import Rehearsal
from icpm_engine.reports import Hearing, Owing, Status
from icpm_engine.rules.model import RulePack
from icpm_engine.store import Anchor, Audit, Position, Store, Writing
from icpm_engine.vocabulary.events import Event


class Engine:
    """Records a county's events and answers what is due, when, why, and for whom.

    `where` is a database URL or the host's own SQLAlchemy engine; `rules` a pack loaded with RulePack.load. `clock`
    gives the instant of recording (UTC seconds); a host or a test may pass its own. `create=False` leaves the database
    as it is, for questions to one that may not be written.
    """

    def __init__(
        self,
        where: str | URL | SqlEngine,
        rules: RulePack,
        *,
        clock: Callable[[], int] | None = None,
        create: bool = True,
    ) -> None:
        self.county = rules.county or rules.name
        own = Rules(rules)
        self.store = Store(where, self.county, rules.events, across=own.across)
        if create:
            self.store.create()
        self._county = County(self.store, InForce(own, own), self.county, clock or (lambda: int(time.time())))
        if create:
            self._county.look()

    def close(self) -> None:
        """Close the database's connections that are not in use."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pack(self) -> RulePack:
        """The rules that the county goes by; those that the engine was opened with where nothing is recorded yet."""
        return self._county.pack

    @property
    def rules(self) -> CompiledRules:
        """The same compiled for cases."""
        return self._county.rules.of("case")

    @contextmanager
    def inside(self, session: Session | SqlConnection) -> Iterator[Engine]:
        """Take part in the host's own transaction: what is recorded stands or falls with it."""
        inner = object.__new__(Engine)
        inner.__dict__.update(self.__dict__)
        inner._county = self._county.inside(session)
        yield inner

    def now(self) -> int:
        """The instant of recording, as the engine's clock tells it."""
        return self._county.clock()

    def instant(self, when: When) -> int:
        """An asked-for moment as an instant: a day means its end. Raises EventError."""
        return self._county.instant(when)

    # --- recording ----------------------------------------------------------------------------------------------------

    def record(
        self,
        *events: Event,
        by: str,
        corrects: int | None = None,
        note: str = "",
        accept_anomalies: bool = False,
    ) -> Outcome:
        """Record one or several events, for one or several children, in one transaction.

        `corrects` names the journal entry that the one event replaces. Raises EventError, RefusedEvent, NotFound; then
        nothing of it is kept.
        """
        return records.record(self._county, events, by, corrects, note, accept_anomalies=accept_anomalies)

    def retract(self, entry: int, *, by: str, note: str = "", accept_anomalies: bool = False) -> Outcome:
        """Withdraw a journal entry that should not have been made. It stays in the journal; nothing follows from it."""
        return records.retract(self._county, entry, by, note, accept_anomalies=accept_anomalies)

    def preview(self, *events: Event) -> Outcome:
        """What recording these events would open, meet and move, and what must come first.

        Writes nothing; raises as `record` would.
        """
        return records.preview(self._county, events)

    # --- rules --------------------------------------------------------------------------------------------------------

    def rehearse(
        self,
        rules: RulePack | None = None,
        *,
        on: When,
        examples: int = 3,
        fold: bool = False,
        progress: Progress | None = None,
    ) -> Rehearsal:
        """What other rules or calendars would change on a day: which clocks move, appear and vanish, and are late.

        Writes nothing. Rules are those that the engine was opened with unless others are given; `examples` of each duty
        and change come with their proofs before and after. Where only numbers are other, dates are reckoned anew from
        what is kept, unless `fold` asks for all to be folded. Raises PackError (another county's rules), PastHorizon.
        """
        return rehearsing.rehearse(self._county, rules, on, examples=examples, fold=fold, progress=progress)

    def adopt(
        self, rules: RulePack | None = None, *, author: str, note: str = "", progress: Progress | None = None
    ) -> Adoption:
        """Take rules: from now on the county goes by them, and every subject passes over to them, in several commits.

        Those that the engine was opened with unless others are given. Broken off, it goes on when the same are adopted
        again; meanwhile each subject is answered by the rules it stands by. Raises PackError, NotAdopted.
        """
        return adoptions.adopt(self._county, rules, author, note, progress)

    def remarks(self, rules: RulePack | None = None) -> tuple[str, ...]:
        """What is to be said of adopting rules today, beside what a rehearsal counts: dates of clocks that have ended.

        Those that the engine was opened with unless others are given.
        """
        return rehearsing.remarks_today(self._county, rules)

    def adoptions(self) -> tuple[Adoption, ...]:
        """The rules that the county took, the oldest first: who took them, when, and who still stands by others."""
        return adoptions.adoptions(self._county)

    def not_adopted(self) -> str | None:
        """What to do about it, if the engine was opened with rules that the county does not go by."""
        with self._county.reading() as reading:
            return self._county.not_adopted(reading)

    def audit(self, *kept: str) -> Audit:
        """Whether the county's whole journal still is what was recorded: every hash is computed anew and compared.

        `kept` are anchors of earlier audits (`Audit.anchor`) that were kept elsewhere: the journal must still come to
        them. Reads the journal once, some 100,000 entries a second, and writes nothing. Raises EventError for a text
        that is no anchor.
        """
        anchors = [Anchor.parse(written) for written in kept]
        with self._county.reading() as reading:
            return reading.audit(anchors)

    @contextmanager
    def importing(self, *, by: str, at: int, note: str, entries: int) -> Iterator[tuple[Writing, Recorder]]:
        """One commit for a whole import: what it touches is not kept decoded."""
        with self._county.writing(by, at, note, entries, keep=False) as writing:
            yield writing, Recorder(writing, self._county.rules)

    # --- lists --------------------------------------------------------------------------------------------------------

    def due(
        self,
        on: When,
        *,
        within: str | None = None,
        known_at: When | None = None,
        after: Position | None = None,
        limit: int = 50,
        **only: str | None,
    ) -> Page:
        """What runs on a day, oldest due first, undated last; `within` ("10 days") leaves out what is due later.

        `known_at` asks what was known at the end of that day, or at that moment; now unless given.

        Filters: about (case, person, team, county), area, duty, owner (a role), case, assigned_to (a worker), role; the
        list of a case or a worker holds what is owed for the cases' persons and teams, too. Raises PastHorizon.
        """
        return lists.due(self._county, on, within, known_at, after=after, limit=limit, only=only)

    def due_count(
        self, on: When, *, within: str | None = None, known_at: When | None = None, **only: str | None
    ) -> int:
        """How many obligations `due` lists in all. Raises PastHorizon."""
        return lists.due_count(self._county, on, within, known_at, only)

    def overdue(
        self,
        on: When,
        *,
        known_at: When | None = None,
        after: Position | None = None,
        limit: int = 50,
        **only: str | None,
    ) -> Page:
        """What is overdue on a day, the longest overdue first; `known_at`, filters as for `due`. Raises PastHorizon."""
        return lists.overdue(self._county, on, known_at, after=after, limit=limit, only=only)

    def overdue_count(self, on: When, *, known_at: When | None = None, **only: str | None) -> int:
        """How many obligations are overdue on a day; `known_at`, filters as for `due`. Raises PastHorizon."""
        return lists.overdue_count(self._county, on, known_at, only)

    def unknown(self, on: When, *, known_at: When | None = None, **only: str | None) -> tuple[Unknown, ...]:
        """What nobody has told or settled, by how many open obligations wait for it; filters as for `due`.

        Raises PastHorizon.
        """
        return lists.unknown(self._county, on, known_at, only)

    def escalations(
        self,
        on: When,
        *,
        known_at: When | None = None,
        tell: str | None = None,
        after: Position | None = None,
        limit: int = 50,
        **only: str | None,
    ) -> Page:
        """What is open on a day of which somebody (or the role `tell`) is to be told by then; filters as for `due`.

        Rule by rule, in each what is due first; each obligation says who is to be told, since when. Raises PastHorizon.
        """
        return lists.escalations(self._county, on, known_at, tell, after=after, limit=limit, only=only)

    # --- one subject, as known now or at the end of the day `known_at`, or at that moment -----------------------------

    def case(self, case: str, *, on: When | None = None, known_at: When | None = None) -> CaseAnswer:
        """A case as it stands, with its person and teams: states, facts, obligations, findings. Raises NotFound."""
        return self.subject("case", case, on=on, known_at=known_at)

    def person(self, person: str, *, on: When | None = None, known_at: When | None = None) -> CaseAnswer:
        """A person as it stands, over all cases. Raises NotFound."""
        return self.subject("person", person, on=on, known_at=known_at)

    def team(self, team: str, *, on: When | None = None, known_at: When | None = None) -> CaseAnswer:
        """A team as it stands. Raises NotFound."""
        return self.subject("team", team, on=on, known_at=known_at)

    def whole_county(self, *, on: When | None = None, known_at: When | None = None) -> CaseAnswer:
        """What is to be said of the county itself. Raises NotFound."""
        return self.subject("county", self.county, on=on, known_at=known_at)

    def subject(self, about: str, subject: str, *, on: When | None = None, known_at: When | None = None) -> CaseAnswer:
        """Whoever is meant by a kind of subject and an id. Raises NotFound."""
        return subjects.answer(self._county, About(about, subject, on, known_at))

    def explain(self, obligation: str, *, on: When | None = None, known_at: When | None = None) -> Proof:
        """The proof of an obligation's date as it stands on a day, now unless asked otherwise. Raises NotFound."""
        return subjects.explain(self._county, obligation, on, known_at)

    def next_steps(
        self, subject: str, *, about: str = "case", on: When | None = None, known_at: When | None = None
    ) -> tuple[NextStep, ...]:
        """What may come next in each lifecycle, and what would meet each open obligation; `about` says whose."""
        return subjects.steps(self._county, About(about, subject, on, known_at))

    def not_started(
        self, subject: str, *, about: str = "case", on: When | None = None, known_at: When | None = None
    ) -> tuple[NotStarted, ...]:
        """Starts that did not apply, and why not: why there is no clock. Raises NotFound."""
        return subjects.declined(self._county, About(about, subject, on, known_at))

    def no_verified_limit(
        self, subject: str, *, about: str = "case", on: When | None = None, known_at: When | None = None
    ) -> tuple[NoLimit, ...]:
        """What is open by rules that ship switched off, since nobody has verified their limit: owed, without a date.

        They stand in no list, move nothing and are never overdue. Raises NotFound.
        """
        return subjects.no_limits(self._county, About(about, subject, on, known_at))

    def plan(
        self, case: str, *, on: When | None = None, known_at: When | None = None, reader: str | None = None
    ) -> PlanAnswer:
        """The one plan of a case, and what is found in it; for a reader, only what that reader may read.

        `reader` is family, youth, caregiver, social_worker, clinician or judge: the lines of their own side and the
        shared ones. Raises NotFound; EventError for another reader.
        """
        return plans.the_plan(self._county, case, on, known_at, reader)

    def plan_versions(
        self, case: str, *, known_at: When | None = None, reader: str | None = None
    ) -> tuple[Version, ...]:
        """Every version of a case's plan, and what changed with it; for a reader, only what that reader may read.

        Raises NotFound; EventError for a reader that nobody is.
        """
        return plans.history(self._county, case, known_at, reader)

    def team_of(
        self, case: str, *, on: When | None = None, known_at: When | None = None, reader: str | None = None
    ) -> TeamAnswer:
        """The team of a case, its meetings and what came of them; for a reader, only what that reader may read.

        `reader` is one of the plan's readers or a member's id. Somebody from whom another is kept safe learns of no
        meeting where that other may be, whatever day is asked about. Raises NotFound; EventError for another reader.
        """
        return teams.the_team(self._county, case, on, known_at, reader)

    def meeting(
        self, case: str, *, on: When | None = None, known_at: When | None = None, reader: str | None = None
    ) -> MeetingAnswer:
        """What the next meeting of a case's team is prepared from; for a reader, only what that reader may read.

        Who asked for it, when and where, who is to come and who must not, what there is to talk about and to decide,
        what comes back from the meeting before. `reader` as for `plan`. Raises NotFound; EventError as there.
        """
        return meetings.the_meeting(self._county, case, on, known_at, reader)

    def owing(
        self, case: str, *, on: When | None = None, known_at: When | None = None, reader: str | None = None
    ) -> Owing:
        """What is owed in a case, by whom, and what of it has no verified limit; for a reader, what they may read.

        Rules whose source nobody has read are among the latter, and those that wait for a choice of the county. Raises
        NotFound; EventError for a reader that nobody is.
        """
        return reports.owing(self._county, case, on, known_at, reader)

    def status(
        self, case: str, *, on: When | None = None, known_at: When | None = None, reader: str | None = None
    ) -> Status:
        """Where the help for a child is: each need, referral, assessment and service in its step.

        Who has it, until when, whom to call, what comes next and who owes it; for a reader, only what they may read.
        Raises NotFound; EventError for a reader that nobody is.
        """
        return reports.status(self._county, case, on, known_at, reader)

    def hearing(
        self,
        case: str,
        date: When,
        *,
        on: When | None = None,
        known_at: When | None = None,
        reader: str | None = None,
    ) -> Hearing:
        """What a hearing is to look at: what was due since the one before, done when, why that day, known when.

        As it stands at the end of the hearing's day, or now if that is ahead; for a reader, only what they may read.
        Raises NotFound; EventError for a reader that nobody is.
        """
        return reports.hearing(self._county, case, date, on, known_at, reader)

    def ledger(
        self,
        subject: str,
        *,
        about: str = "case",
        since: When | None = None,
        on: When | None = None,
        known_at: When | None = None,
    ) -> tuple[Held, ...]:
        """Whose turn it was, and for how many days: from the first one, or from the day `since`."""
        return subjects.ledger(self._county, About(about, subject, on, known_at), since)

    def county_ledger(
        self, on: When, *, since: When | None = None, known_at: When | None = None
    ) -> tuple[DaysHeld, ...]:
        """Where the days went: over all subjects of the county, how many each holder had in each state.

        From the day `since` (left out: from each one's first event) to the end of `on`, by the rules in force. The days
        of each lifecycle add up to those of its subjects; a paused obligation's belong to its owner or to the pause.
        """
        return days.county_ledger(self._county, on, since, known_at)

    def timeline(self, subject: str, *, about: str = "case", known_at: When | None = None) -> tuple[TimelineLine, ...]:
        """Everything that happened and what it brought about, in order; of a case also for its person and teams."""
        return subjects.timeline(self._county, About(about, subject, known_at=known_at))
