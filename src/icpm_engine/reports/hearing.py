"""What a hearing is to look at: what was due since the one before, done when, why that day, known when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from icpm_engine.calendars import format_day
from icpm_engine.history.changes import OPEN_STATES
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.order import arrange
from icpm_engine.history.proofs import Detail, detail_of, proof_of
from icpm_engine.history.results import ObligationRow, Outcome
from icpm_engine.plan.model import Plan
from icpm_engine.reports.making import Told, owed_of, owing_of
from icpm_engine.reports.model import Due, Hearing, Known, Since
from icpm_engine.rules.model import RulePack
from icpm_engine.rules.wording import plain
from icpm_engine.working import Entry

_ENDED = frozenset({Outcome.MET, Outcome.MISSED, Outcome.EXCUSED})


def hearing_of(told: Told, plan: Plan, date: int) -> Hearing:
    """What a hearing on a day is to look at, for a reader, with what they read of the plan."""
    events = [entry for entry in arrange(told.entries, told.zone, {}) if entry.day <= told.day]
    since, what = _since(events, date)
    hearing_id, kind = _on_record(events, date)
    due = [one for row in told.rows() for one in _due(told, *row, since=since, date=date)]
    due.sort(key=lambda one: (one.owed.obligation.due is None, one.owed.obligation.due or "", one.owed.obligation.id))
    return Hearing(
        case=told.case,
        date=format_day(date),
        on=format_day(told.day),
        reader=told.reads.reader,
        hearing_id=hearing_id,
        kind=kind,
        since=format_day(since),
        since_what=what,
        due=tuple(due),
        owing=owing_of(told),
        plan=plan,
    )


def _since(events: list[Entry], date: int) -> tuple[int, Since]:
    """The day of the hearing before, else of the entry into care, else of the first thing on record."""
    held = [entry.day for entry in events if entry.kind == "hearing_held" and entry.day < date]
    if held:
        return max(held), "hearing"
    entered = [entry.day for entry in events if entry.kind == "custody_entered" and entry.day <= date]
    if entered:
        return max(entered), "entry"
    return min((entry.day for entry in events), default=date), "beginning"


def _on_record(events: list[Entry], date: int) -> tuple[str | None, str | None]:
    """The hearing that is set for a day, or was held on it, and what it is for."""
    days: dict[str, int | None] = {}
    kinds: dict[str, str | None] = {}
    for entry in events:
        name = entry.values.get("hearing_id", "")
        if entry.kind in {"hearing_set", "hearing_continued"}:
            days[name] = entry.values["date"][0]
        elif entry.kind == "hearing_held":
            days[name] = entry.day
        elif entry.kind == "hearing_vacated":
            days[name] = None
        else:
            continue
        kinds[name] = entry.values.get("kind") or kinds.get(name)
    found = next((name for name, day in days.items() if day == date), None)
    return (None, None) if found is None else (found, kinds[found])


def _due(told: Told, row: ObligationRow, rules: CompiledRules, subject: str, *, since: int, date: int) -> Iterator[Due]:
    """A row, if what it says was due or done from one day up to another, or is open without a date."""
    detail = detail_of(row)
    done = _day_done(told, row, detail) if row.state == Outcome.MET else None
    if row.force == "may" or not _falls_into(told, row, done, since, date):
        return
    proof = proof_of(row, rules)
    started = told.standing.get(detail.start_entry or row.start_root) if not row.run else None
    evidence = [told.standing[root] for root in detail.evidence if root in told.standing]
    shown = told.reads.day_of(evidence, rules.pack)
    yield Due(
        owed=owed_of(told, row, rules, subject, proof),
        proof=proof,
        start=started.kind if started is not None else "",
        done=None if done is None or not shown else format_day(done),
        days_late=_days_late(told, row, done) if shown else None,
        missing=tuple(_said(name, rules.pack) for name in detail.missing),
        known=tuple(_known(told, (*([started.root] if started else []), *(detail.evidence if shown else ())))),
    )


def _falls_into(told: Told, row: ObligationRow, done: int | None, since: int, date: int) -> bool:
    """Whether it was due or done after one day and up to another, is overdue, or is open and nobody knows when."""
    due = None if row.due_at is None else told.zone.day_of(row.due_at)
    if row.state in OPEN_STATES:
        return due is None or due <= date
    if row.state not in _ENDED:
        return False
    day = done if done is not None else told.zone.day_of(row.valid_from)
    return since < day <= date or (due is not None and since < due <= date)


def _day_done(told: Told, row: ObligationRow, detail: Detail) -> int:
    """The day of the last of what met it; where nothing is named, that on which it came to be met."""
    days = [told.standing[root].day for root in detail.evidence if root in told.standing]
    return max(days, default=told.zone.day_of(row.valid_from))


def _days_late(told: Told, row: ObligationRow, done: int | None) -> int | None:
    """How many days after its due day it was done, or how many it is overdue by now."""
    if row.due_at is None or row.state not in {Outcome.RUNNING, Outcome.MET, Outcome.MISSED}:
        return None
    late = (told.day if done is None else done) - told.zone.day_of(row.due_at)
    return late if late > 0 else None


def _said(name: str, pack: RulePack) -> str:
    """What is missing, in the words of the rules: a choice by its question, a field with its event."""
    bare = name.partition("[")[0]
    return pack.choices[bare].label if bare in pack.choices else ", its ".join(map(plain, bare.split(".")))


def _known(told: Told, roots: Iterable[int]) -> Iterator[Known]:
    """When each of some entries happened, and when it was written down."""
    for root in dict.fromkeys(roots):
        entry = told.standing.get(root)
        if entry is not None:
            entered = told.zone.day_of(entry.entered)
            yield Known(root, entry.kind, format_day(entry.day), format_day(entered), max(0, entered - entry.day))
