"""What a caller sees: frozen answers about one subject, on one instant, made from rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from icpm_engine.calendars import Zone, format_day, format_moment
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.escalations import Escalated, escalated
from icpm_engine.history.pauses import words_of_pause
from icpm_engine.history.proofs import Detail, detail_of, mark_words, state_words
from icpm_engine.history.reckoned import due_text
from icpm_engine.history.results import Folding, ObligationRow, Outcome, StateRow
from icpm_engine.rules.wording import words_of_line, words_of_owner
from icpm_engine.working import NONE


@attrs.frozen
class Obligation:
    """One obligation as it stands at the asked-for instant.

    `about` is the kind of its subject: case, person, team or county. `due` is a day (2026-03-27) or a local time
    (2026-03-27T16:00); None while no date is known. `waits_for` names what an undetermined one lacks, `wanting` what an
    incomplete one lacks; `met_by` says what would meet it. While it is paused, `paused_while` says why, and `due` is
    the date at which its clock stood. `escalations` are those who are to be told by then that it is still open.
    """

    id: str
    about: str
    subject: str
    duty: str
    label: str
    area: str
    instance: str | None
    state: str
    due: str | None
    overdue: bool
    owner: str
    force: str
    marks: tuple[str, ...]
    met_by: str | None
    waits_for: tuple[str, ...]
    wanting: tuple[str, ...]
    possible: tuple[str, ...]
    opened: str
    run: int
    paused_while: str | None = None
    escalations: tuple[Escalated, ...] = ()

    @property
    def name(self) -> str:
        """The duty, with its instance in brackets where it has one."""
        return self.duty if self.instance is None else f"{self.duty}[{self.instance}]"


@attrs.frozen
class StateAnswer:
    """Where one lifecycle stands; `about` is the kind of subject that it is about."""

    about: str
    lifecycle: str
    label: str
    instance: str | None
    state: str
    state_label: str
    holder: str | None
    since: str


@attrs.frozen
class Finding:
    """Something to look at: an event out of place, a broken bar, a bar that could not be judged, an anomaly."""

    about: str
    kind: str
    rule: str
    entry: int
    day: str
    missing: tuple[str, ...]


@attrs.frozen
class NoLimit:
    """Something that is open by a rule whose limit nobody has verified: that it is owed, but no date.

    `authority` is the source that is said to hold a limit; the rule is switched off until it has been read. `waits_for`
    names what would tell whether it is owed at all, where that is not known either.
    """

    about: str
    subject: str
    duty: str
    label: str
    area: str
    instance: str | None
    owner: str
    since: str
    authority: str
    waits_for: tuple[str, ...]


@attrs.frozen
class CaseAnswer:
    """A subject as it stands on the asked-for day; a case with what is to be said of its person and its teams."""

    about: str
    subject: str
    on: str
    states: tuple[StateAnswer, ...]
    facts: Mapping[str, str]
    obligations: tuple[Obligation, ...]
    findings: tuple[Finding, ...]

    def state(self, lifecycle: str) -> str | None:
        """The state of a lifecycle without instances, by its name."""
        return next((s.state for s in self.states if s.lifecycle == lifecycle and s.instance is None), None)


def obligation_id(subject: str, row: ObligationRow) -> str:
    """The name by which an obligation is asked for; stable through corrections."""
    instance = f".{row.instance_root}" if row.instance_root else ""
    return f"{subject}/{row.duty}/{row.start_root}{instance}-{row.run}"


def is_overdue(row: ObligationRow, at: int) -> bool:
    """Whether it is overdue at an instant: asked, never stored."""
    return row.overdue_after is not None and at > row.overdue_after


def obligation_of(row: ObligationRow, rules: CompiledRules, subject: str, at: int) -> Obligation:
    """A row as a caller sees it at an instant."""
    detail: Detail = detail_of(row)
    zone = rules.zone
    label, area, met_by, pause = rules.said.get((row.duty, detail.text)) or _words(row.duty, detail.text, rules)
    return Obligation(
        id=obligation_id(subject, row),
        about=rules.subject,
        subject=subject,
        duty=row.duty,
        label=label,
        area=area,
        instance=detail.instance,
        state=state_words(row.state),
        due=due_text(row.due_at, zone),
        overdue=is_overdue(row, at),
        owner=rules.owners.get(row.owner) or _owner(row.owner, rules),
        force=row.force,
        marks=mark_words(row.marks),
        met_by=met_by,
        waits_for=detail.missing,
        wanting=detail.wanting,
        possible=tuple([due_text(one, zone) or "" for one in detail.possible]) if detail.possible else (),
        opened=format_day(zone.day_of(detail.opened)),
        run=row.run,
        paused_while=pause if row.state == Outcome.PAUSED else None,
        escalations=_escalated(row, detail, rules, at) if detail.escalations else (),
    )


def no_limit_of(row: ObligationRow, rules: CompiledRules, subject: str) -> NoLimit:
    """A row of a rule that is not verified, without its date."""
    detail: Detail = detail_of(row)
    label, area, _, _ = rules.said.get((row.duty, detail.text)) or _words(row.duty, detail.text, rules)
    text = rules.pack.duties[row.duty].texts[detail.text]
    return NoLimit(
        about=rules.subject,
        subject=subject,
        duty=row.duty,
        label=label,
        area=area,
        instance=detail.instance,
        owner=rules.owners.get(row.owner) or _owner(row.owner, rules),
        since=format_day(rules.zone.day_of(detail.opened)),
        authority=rules.pack.sources[text.authority].title,
        waits_for=detail.missing,
    )


def _escalated(row: ObligationRow, detail: Detail, rules: CompiledRules, at: int) -> tuple[Escalated, ...]:
    return escalated(detail.escalations, rules.pack.duties[row.duty].texts[detail.text], rules, at)


def _words(duty: str, number: int, rules: CompiledRules) -> tuple[str, str, str | None, str]:
    """A text's label, its area, what meets and what pauses it, made once for a set of rules: lists say them often."""
    rule = rules.pack.duties[duty]
    text = rule.texts[number]
    met_by = None if text.met is None else words_of_line(text.met)
    made = rules.said[duty, number] = (text.label, rule.area, met_by, words_of_pause(text, rules))
    return made


def _owner(owner: str, rules: CompiledRules) -> str:
    made = rules.owners[owner] = words_of_owner(tuple(owner.split(" and ")), rules.pack.roles)
    return made


def rows_at(rows: Iterable[ObligationRow], at: int) -> list[ObligationRow]:
    """The rows that are valid at an instant."""
    return [row for row in rows if row.valid_from <= at < row.valid_until]


def case_at(folding: Folding, rules: CompiledRules, subject: str, at: int) -> CaseAnswer:
    """All that a folding says of an instant."""
    zone = rules.zone
    return CaseAnswer(
        about=rules.subject,
        subject=subject,
        on=format_day(zone.day_of(at)),
        states=tuple(_state(row, rules) for row in folding.states if row.valid_from <= at < row.valid_until),
        facts=_facts(folding, rules, at),
        obligations=tuple(obligation_of(row, rules, subject, at) for row in rows_at(folding.rows, at)),
        findings=tuple(
            Finding(rules.subject, f.kind, f.rule, f.entry, format_day(zone.day_of(f.at)), f.missing)
            for f in folding.findings
            if f.at <= at
        ),
    )


def joined(own: CaseAnswer, others: Iterable[CaseAnswer]) -> CaseAnswer:
    """A subject with what is to be said of others beside it."""
    for other in others:
        own = attrs.evolve(
            own,
            states=own.states + other.states,
            facts={**other.facts, **own.facts},
            obligations=own.obligations + other.obligations,
            findings=own.findings + other.findings,
        )
    return own


def _state(row: StateRow, rules: CompiledRules) -> StateAnswer:
    lifecycle = rules.pack.lifecycles[row.lifecycle]
    holder = rules.pack.roles.get(row.holder, row.holder) if row.holder else None
    since = format_day(rules.zone.day_of(row.valid_from))
    label = lifecycle.states[row.state].label
    instance = row.instance or None
    return StateAnswer(rules.subject, row.lifecycle, lifecycle.label, instance, row.state, label, holder, since)


def _facts(folding: Folding, rules: CompiledRules, at: int) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, log in folding.facts.items():
        values = [value for since, value, _ in log if since <= at]
        if values:
            told[name] = value_text(values[-1], rules.pack.facts[name.partition("[")[0]].type)
    return told


def value_text(value: Any, kind: str) -> str:
    """A fact's value as text."""
    if value is NONE:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind == "date":
        return format_day(value)
    if kind == "moment":
        return format_moment(*value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def day_end(zone: Zone, day: int) -> int:
    """`on=` a day means its end (semantics 9)."""
    return int(zone.midnight[day + 1]) - 1
