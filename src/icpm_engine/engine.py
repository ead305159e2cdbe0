"""The public face: one Engine for one county's rules on one database."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Self

import attrs
import pendulum
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Engine as SqlEngine
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from icpm_engine.calendars import ANY_CALENDAR, Span, day_adder, format_day
from icpm_engine.errors import EventError, NotFound, PastHorizon
from icpm_engine.history import CompiledRules, Entry, Folding, fold
from icpm_engine.history.answers import (
    CaseAnswer,
    Obligation,
    case_at,
    day_end,
    joined,
    obligation_of,
)
from icpm_engine.history.changes import Change, Entered
from icpm_engine.history.declined import NotStarted, not_started
from icpm_engine.history.fold import fold_on
from icpm_engine.history.ledger import Held, ledger_of
from icpm_engine.history.proofs import Proof, proof_of
from icpm_engine.history.results import FindingRow
from icpm_engine.history.sources import SubjectKey, links_of, seen, sees_all
from icpm_engine.history.steps import NextStep, in_due_order, next_steps
from icpm_engine.history.timeline import TimelineLine, in_order, timeline_of
from icpm_engine.history.unknowns import Unknown, unknowns
from icpm_engine.previewing import NOT_YET, imagined_entry, previewed
from icpm_engine.recording import (
    RETRACTION,
    WALKED,
    Recorder,
    Rules,
    SubjectOutcome,
    check_dates,
    check_subject,
)
from icpm_engine.rules.loading import pack_from_body
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.words import hint
from icpm_engine.store import (
    Filter,
    KnownReading,
    Listed,
    NewEntry,
    Position,
    Reading,
    Standing,
    Store,
    StoredRow,
    Writing,
    canonical,
    new_entry,
)
from icpm_engine.vocabulary.events import Event
from icpm_engine.vocabulary.kinds import SUBJECTS

When = str | date | datetime | int
"""A day ("2026-04-01", a date), a local time ("2026-04-01T14:00", a datetime), or an instant (UTC seconds)."""

_AT_ONCE = 500
"""Open obligations of a rule that are looked through at a time for those of which somebody is to be told."""


@attrs.frozen
class Outcome:
    """What recording did: the entries it wrote, and for each subject what changed."""

    commit: int
    entries: tuple[int, ...]
    subjects: tuple[SubjectOutcome, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every obligation that stands otherwise than before."""
        return tuple(change for subject in self.subjects for change in subject.changes)

    @property
    def entered(self) -> tuple[Entered, ...]:
        """Every state that was entered."""
        return tuple(state for subject in self.subjects for state in subject.entered)

    @property
    def first(self) -> tuple[str, ...]:
        """For events out of place or forbidden: what must come first, in words."""
        return tuple(words for subject in self.subjects for words in subject.first)

    @property
    def findings(self) -> tuple[FindingRow, ...]:
        """Events out of place, bars broken, anomalies that came up."""
        return tuple(finding for subject in self.subjects for finding in subject.findings)


@attrs.frozen
class Page:
    """A page of a list; pass `next` as `after` for the one that follows; None on the last."""

    rows: tuple[Obligation, ...]
    next: Position | None

    def __iter__(self) -> Iterator[Obligation]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


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
        self.pack = rules
        self.county = rules.county or rules.name
        self._rules = Rules(rules)
        self.store = Store(where, self.county, rules.events, across=self._rules.across)
        if create:
            self.store.create()
        self._older: dict[int, Rules] = {}
        self._clock = clock or (lambda: int(time.time()))
        self._session: Session | SqlConnection | None = None

    def close(self) -> None:
        """Close the database's connections that are not in use."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def rules(self) -> CompiledRules:
        """The rules compiled for cases."""
        return self._rules.of("case")

    @contextmanager
    def inside(self, session: Session | SqlConnection) -> Iterator[Engine]:
        """Take part in the host's own transaction: what is recorded stands or falls with it."""
        inner = object.__new__(Engine)
        inner.__dict__.update(self.__dict__)
        inner._session = session
        yield inner

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
        if not events:
            raise EventError("record was called without an event; pass at least one")
        if corrects is not None and len(events) != 1:
            raise EventError(f"a correction replaces one entry by one event; found {len(events)} events")
        at = self._clock()
        with self._writing(by, at, note, len(events)) as writing:
            if corrects is not None:
                self._check_corrects(writing, corrects, events[0])
            recorder = self._recorder(writing)
            entries = [self._append(recorder, event, at, corrects) for event in events]
            subjects = recorder.derive(accept_anomalies=accept_anomalies)
        return Outcome(writing.commit_no, tuple(entry.entry for entry in entries), tuple(subjects))

    def retract(self, entry: int, *, by: str, note: str = "", accept_anomalies: bool = False) -> Outcome:
        """Withdraw a journal entry that should not have been made. It stays in the journal; nothing follows from it."""
        at = self._clock()
        with self._writing(by, at, note, 1) as writing:
            found = writing.entry(entry)
            day, minute = self.rules.zone.local(at)
            new = NewEntry(RETRACTION, day, minute, canonical({}), at, None, entry, None, None)
            recorder = self._recorder(writing)
            added = recorder.append(found.subject_kind, found.subject_id, new)
            subjects = recorder.derive(accept_anomalies=accept_anomalies)
        return Outcome(writing.commit_no, (added.entry,), tuple(subjects))

    def preview(self, *events: Event) -> Outcome:
        """What recording these events would open, meet and move, and what must come first.

        Writes nothing; raises as `record` would.
        """
        at = self._clock()
        added: dict[tuple[str, str], list[Entry]] = {}
        for number, event in enumerate(events, NOT_YET):
            self._check_event(event, at)
            added.setdefault((event.subject_kind, event.subject_id), []).append(imagined_entry(event, number, at))
        with self._reading() as reading:
            subjects = tuple(previewed(reading, added, self._rules))
        return Outcome(0, (), subjects)

    def _append(self, recorder: Recorder, event: Event, at: int, corrects: int | None) -> Entry:
        self._check_event(event, at)
        return recorder.append(event.subject_kind, event.subject_id, new_entry(event, at)._replace(corrects=corrects))

    def _check_event(self, event: Event, at: int) -> None:
        kind = event.event_kind.name
        if kind not in self.pack.events:
            raise EventError(f"{kind} is no kind of event of the rules {self.pack.name}")
        check_subject(event.subject_kind, event.subject_id, self.county)
        check_dates(event.day, at, self.rules, kind)

    def _check_corrects(self, writing: Writing, corrects: int, event: Event) -> None:
        found = writing.entry(corrects)
        if (found.subject_kind, found.subject_id) != (event.subject_kind, event.subject_id):
            raise EventError(
                f"entry {corrects} is about {found.subject_kind} {found.subject_id}, this event about "
                f"{event.subject_kind} {event.subject_id}; retract the one and record the other"
            )

    def now(self) -> int:
        """The instant of recording, as the engine's clock tells it."""
        return self._clock()

    @contextmanager
    def importing(self, *, by: str, at: int, note: str, entries: int) -> Iterator[tuple[Writing, Recorder]]:
        """One commit for a whole import: what it touches is not kept decoded."""
        with self.store.writing(by, at, note=note, entries=entries, keep=False, session=self._session) as writing:
            yield writing, self._recorder(writing)

    def _recorder(self, writing: Writing) -> Recorder:
        return Recorder(writing, self._rules)

    @contextmanager
    def _writing(self, by: str, at: int, note: str, entries: int) -> Iterator[Writing]:
        with self.store.writing(by, at, note=note, entries=entries, session=self._session) as writing:
            yield writing

    @contextmanager
    def _reading(self, known_at: When | None = None) -> Iterator[Reading]:
        with self.store.reading(self._session) as reading:
            yield self._as_known(reading, known_at)

    def _as_known(self, reading: Reading, known_at: When | None) -> Reading:
        if known_at is None:
            return reading
        return KnownReading(reading, reading.commit_at(self.instant(known_at)))

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
        at = self.instant(on)
        until = {} if within is None else {"until": self._until(at, within)}
        with self._asking(at, known_at) as reading:
            listed = reading.due(at, only=_filter(only), after=after, limit=limit + 1, **until)
            return self._page(reading, listed, at, limit)

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
        at = self.instant(on)
        with self._asking(at, known_at) as reading:
            return self._page(reading, reading.overdue(at, only=_filter(only), after=after, limit=limit + 1), at, limit)

    def overdue_count(self, on: When, *, known_at: When | None = None, **only: str | None) -> int:
        """How many obligations are overdue on a day; `known_at`, filters as for `due`. Raises PastHorizon."""
        at = self.instant(on)
        with self._asking(at, known_at) as reading:
            return reading.overdue_count(at, only=_filter(only))

    def due_count(
        self, on: When, *, within: str | None = None, known_at: When | None = None, **only: str | None
    ) -> int:
        """How many obligations `due` lists in all. Raises PastHorizon."""
        at = self.instant(on)
        until = {} if within is None else {"until": self._until(at, within)}
        with self._asking(at, known_at) as reading:
            return reading.due_count(at, only=_filter(only), **until)

    def unknown(self, on: When, **only: str | None) -> tuple[Unknown, ...]:
        """What nobody has told or settled, by how many open obligations wait for it; filters as for `due`.

        Raises PastHorizon.
        """
        at = self.instant(on)
        with self._asking(at) as reading:
            return unknowns(reading.waiting(at, only=_filter(only)), self.pack, self.rules.zone)

    def escalations(
        self, on: When, *, tell: str | None = None, after: Position | None = None, limit: int = 50, **only: str | None
    ) -> Page:
        """What is open on a day of which somebody (or the role `tell`) is to be told by then; filters as for `due`.

        Rule by rule, in each what is due first; each obligation says who is to be told, since when. Raises PastHorizon.
        """
        at, wanted = self.instant(on), _filter(only)
        duties = [name for name, duty in sorted(self.pack.duties.items()) if any(t.escalates for t in duty.texts)]
        shown: list[tuple[Obligation, Position]] = []
        with self._asking(at) as reading:
            for duty in duties:
                if wanted.duty in (None, duty) and (after is None or duty >= after.duty):
                    own = attrs.evolve(wanted, duty=duty)
                    position = after if after is not None and after.duty == duty else None
                    shown += self._escalated(reading, at, own, tell, position, limit + 1 - len(shown))
        page = shown[:limit]
        return Page(tuple(row for row, _ in page), page[-1][1] if len(shown) > limit else None)

    def _escalated(
        self, reading: Reading, at: int, only: Filter, tell: str | None, after: Position | None, wanted: int
    ) -> list[tuple[Obligation, Position]]:
        """The next obligations of one rule of which somebody is to be told."""
        found: list[tuple[Obligation, Position]] = []
        while len(found) < wanted:
            listed = reading.due(at, only=only, after=after, limit=_AT_ONCE)
            for one, row in zip(listed, self._page(reading, listed, at, _AT_ONCE), strict=True):
                if any(tell in (None, escalated.role) for escalated in row.escalations):
                    found.append((row, one.position))
            if len(listed) < _AT_ONCE:
                break
            after = listed[-1].position
        return found[:wanted]

    @contextmanager
    def _asking(self, at: int, known_at: When | None = None) -> Iterator[Reading]:
        one = self._session is None and known_at is None
        with self.store.asking() if one else self.store.reading(self._session) as reading:
            reading = self._as_known(reading, known_at)  # noqa: PLW2901
            horizon = reading.horizon()
            if at > horizon:
                day = format_day(self.rules.zone.day_of(horizon))
                raise PastHorizon(f"lists are complete up to {day}; ask for a day up to then, or for one case")
            yield reading

    def _page(self, reading: Reading, listed: Sequence[Listed], at: int, limit: int) -> Page:
        shown = listed[:limit]
        rows = tuple(
            obligation_of(one.row.row, self._rules_of(reading, one.row), one.row.subject_id, at) for one in shown
        )
        return Page(rows, shown[-1].position if len(listed) > limit else None)

    def _until(self, at: int, within: str) -> int:
        try:
            span = Span.parse(within, ANY_CALENDAR)
        except ValueError as error:
            raise EventError(f"within: {error}") from None
        zone = self.rules.zone
        if span.timed:
            raise EventError(f"within: found '{within}', expected days, weeks, months or years")
        for name in span.calendars:
            if name not in self.pack.calendars:
                raise EventError(
                    f"within: no calendar of these rules counts {name} days{hint(name, self.pack.calendars)}"
                )
        return day_end(zone, day_adder(span, self.pack.calendars)(zone.day_of(at)))

    def _rules_of(self, reading: Reading, row: StoredRow) -> CompiledRules:
        """The rules that a row was made with; older ones come from the database."""
        return self._pack(reading, row.pack).of(row.subject_kind)

    def _pack(self, reading: Reading, number: int) -> Rules:
        found = self._older.get(number)
        if found is None:
            version, body = reading.pack(number)
            found = self._rules if version == self.pack.version else Rules(pack_from_body(body))
            self._older[number] = found
        return found

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
        own, *others = self._folded(about, subject, on, known_at)
        return joined(case_at(*own), (case_at(*other) for other in others))

    def explain(self, obligation: str, *, on: When | None = None, known_at: When | None = None) -> Proof:
        """The proof of an obligation's date as it stands on a day, now unless asked otherwise. Raises NotFound."""
        subject, identity = _read_obligation_id(obligation)
        at = self._clock() if on is None else self.instant(on)
        duty = self.pack.duties.get(identity[0])
        kinds = dict.fromkeys((duty.subject if duty is not None else "case", *SUBJECTS))
        with self._reading(known_at) as reading:
            periods = next(filter(None, (reading.periods(kind, subject, identity) for kind in kinds)), None)
            if periods is None:
                raise NotFound(f"there is no obligation {obligation} in {self.county}; lists and cases show the ids")
            held = next((period for period in reversed(periods) if period.valid_from <= at), periods[0])
            return proof_of(held.row, self._rules_of(reading, held))

    def next_steps(
        self, subject: str, *, about: str = "case", on: When | None = None, known_at: When | None = None
    ) -> tuple[NextStep, ...]:
        """What may come next in each lifecycle, and what would meet each open obligation; `about` says whose."""
        return in_due_order(next_steps(*one) for one in self._folded(about, subject, on, known_at))

    def not_started(
        self, subject: str, *, about: str = "case", on: When | None = None, known_at: When | None = None
    ) -> tuple[NotStarted, ...]:
        """Starts that did not apply, and why not: why there is no clock. Raises NotFound."""
        at = self._clock() if on is None else self.instant(on)
        rules = self._rules.of(about)
        with self._reading(known_at) as reading:
            return not_started(rules, seen(self._standing(reading, about, subject).journals, rules), at)

    def ledger(
        self, subject: str, *, about: str = "case", on: When | None = None, known_at: When | None = None
    ) -> tuple[Held, ...]:
        """Whose turn it was, and for how many days."""
        folding, rules, _, at = self._folded(about, subject, on, known_at)[0]
        return ledger_of(folding, rules, at)

    def timeline(self, subject: str, *, about: str = "case", known_at: When | None = None) -> tuple[TimelineLine, ...]:
        """Everything that happened and what it brought about, in order; of a case also for its person and teams."""
        folded = self._folded(about, subject, None, known_at)
        with self._reading(known_at) as reading:
            journals = self._standing(reading, about, subject).journals
        known = (*self.pack.events, RETRACTION)
        entries = [entry for entry in seen(journals, folded[0][1]) if entry.kind in known]
        lines = [timeline_of(entries, *folded[0][:3]), *(timeline_of((), *other[:3]) for other in folded[1:])]
        return in_order(line for told in lines for line in told)

    def _folded(
        self, about: str, subject: str, on: When | None, known_at: When | None
    ) -> list[tuple[Folding, CompiledRules, str, int]]:
        """A subject folded by its rules, and for a case those beside it of whom there is more to say."""
        at = self.instant(on) if on is not None else 0
        with self._reading(known_at) as reading:
            standing = self._standing(reading, about, subject)
            pack = self._rules if known_at is None or not standing.pack else self._pack(reading, standing.pack)
            rules = pack.of(about)
            folding = self._fold(standing, rules, at)
            at = at or day_end(rules.zone, rules.zone.day_of(folding.last))
            folded = [(folding, rules, subject, at)]
            for kind, other in self._beside(standing, at) if pack.beside else ():
                rules = pack.of(kind)
                folded.append((self._fold(reading.standing(kind, other), rules, at), rules, other, at))
        return folded

    def _fold(self, standing: Standing, rules: CompiledRules, at: int) -> Folding:
        if not sees_all(standing.journals):
            return fold(rules, seen(standing.journals, rules), at)
        walked = standing.memo.pop(WALKED, None)  # nobody else goes on from it meanwhile
        folding, walked = fold_on(rules, standing.entries, at, walked, ())
        standing.memo[WALKED] = walked
        return folding

    def _beside(self, standing: Standing, at: int) -> Iterator[SubjectKey]:
        """The person of a case and the teams that serve it on a day, as far as rules are about them."""
        zone, own = self.rules.zone, standing.journals[standing.key]
        day = zone.day_of(at)
        for link in links_of(own, zone) if standing.key[0] == "case" else ():
            if link.kind in self._rules.beside and link.first_day <= day <= link.last_day:
                yield link.kind, link.other

    def _standing(self, reading: Reading, about: str, subject: str) -> Standing:
        standing = reading.standing(about, subject)
        if not standing.entries:
            raise NotFound(f"there is no {about} {subject} in {self.county}")
        return standing

    # --- time ---------------------------------------------------------------------------------------------------------

    def instant(self, when: When) -> int:
        """An asked-for moment as an instant: a day means its end. Raises EventError."""
        if isinstance(when, int):
            return when
        zone = self.rules.zone
        if isinstance(when, datetime):
            if when.tzinfo is not None:
                return int(when.timestamp())
            return zone.instant(when.toordinal(), when.hour * 60 + when.minute)
        if isinstance(when, date):
            return day_end(zone, when.toordinal())
        if not isinstance(when, str):
            raise EventError(f"found {when!r} as a day, expected one like 2026-04-01")
        return self.instant(_parsed(when, zone.name))


def _parsed(text: str, zone: str) -> date | datetime:
    """A day or a moment from text. Raises EventError."""
    try:
        # only what begins with a date: the parser would read "now" or "10:00" off a clock
        found = pendulum.parse(text, exact=True, tz=zone) if _DATED.match(text) else None
    except ValueError:
        found = None
    if not isinstance(found, date):
        raise EventError(f"found '{text}' as a day, expected one like 2026-04-01 or 2026-04-01T14:00")
    return found


_DATED = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _filter(only: Mapping[str, str | None]) -> Filter:
    given: dict[str, Any] = {name: value for name, value in only.items() if value is not None}
    known = {"about", "area", "duty", "owner", "case", "assigned_to", "role"}
    for name in given:
        if name not in known:
            raise EventError(f"there is no filter {name}; there are: {', '.join(sorted(known))}")
    if "assigned_to" in given:
        given["worker"] = given.pop("assigned_to")
    return Filter(**given)


def _read_obligation_id(text: str) -> tuple[str, tuple[str, int, int, int]]:
    try:
        subject, duty, place = text.rsplit("/", 2)
        start, run = place.rsplit("-", 1)
        root, _, instance = start.partition(".")
        return subject, (duty, int(root), int(instance or 0), int(run))
    except ValueError:
        raise NotFound(f"'{text}' is no id of an obligation; ids look like C-104/send_referral/17-0") from None
