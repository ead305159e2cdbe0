"""The timeline: everything that happened, in the order of the fold, and what it brought about."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from icpm_engine.calendars import format_day, format_moment
from icpm_engine.history.answers import obligation_of, value_text
from icpm_engine.history.changes import OPEN_STATES
from icpm_engine.history.compiled import CompiledRules
from icpm_engine.history.order import arrange
from icpm_engine.history.proofs import state_words
from icpm_engine.history.reasons import why_moved
from icpm_engine.history.results import Entry, Folding, ObligationRow, Outcome
from icpm_engine.rules.wording import plain
from icpm_engine.working import UNKNOWN


@attrs.frozen
class TimelineLine:
    """One line: when, what kind (event, state, obligation, finding), what in words, the entry it comes from."""

    at: int
    day: str
    kind: str
    what: str
    entry: int | None = None


def timeline_of(
    entries: Iterable[Entry], folding: Folding, rules: CompiledRules, subject: str
) -> tuple[TimelineLine, ...]:
    """Events, states entered, obligations opened and ended, findings, up to the last event."""
    lines = [(line.at, 0, line) for line in _events(entries, rules)]
    lines += [(line.at, 1, line) for line in _states(folding, rules)]
    lines += [(line.at, 2, line) for line in _obligations(folding, rules, subject)]
    for finding in folding.findings:
        missing = f" (missing: {', '.join(finding.missing)})" if finding.missing else ""
        what = f"{plain(finding.kind)}: {plain(finding.rule)}{missing}"
        lines.append((finding.at, 3, _line(rules, finding.at, "finding", what, finding.entry)))
    lines.sort(key=lambda item: item[:2])
    return tuple(line for _, _, line in lines)


def in_order(lines: Iterable[TimelineLine]) -> tuple[TimelineLine, ...]:
    """Lines of several timelines as one."""
    return tuple(sorted(lines, key=lambda line: (line.at, _ORDER.index(line.kind))))


_ORDER = ("event", "state", "obligation", "finding")


def _line(rules: CompiledRules, at: int, kind: str, what: str, entry: int | None = None) -> TimelineLine:
    return TimelineLine(at, format_day(rules.zone.day_of(at)), kind, what, entry or None)


def _events(entries: Iterable[Entry], rules: CompiledRules) -> list[TimelineLine]:
    lines = []
    for entry in arrange(entries, rules.zone, rules.rank):
        kind = rules.pack.events.get(entry.kind)
        told = []
        for name, value in entry.values.items():
            field = kind.fields.get(name) if kind is not None else None
            text = value_text(value, field.type) if field is not None and value is not UNKNOWN else str(value)
            told.append(f"{plain(name)} {text}")
        what = plain(entry.kind) + (f": {', '.join(told)}" if told else "")
        lines.append(TimelineLine(entry.t, format_moment(entry.day, entry.minute), "event", what, entry.entry))
    return lines


def _states(folding: Folding, rules: CompiledRules) -> list[TimelineLine]:
    """States entered by an event or by time; not the one in which a lifecycle begins."""
    lines = []
    known: set[str] = set()
    for row in folding.states:
        begins = row.entry == 0 and not row.instance and row.lifecycle not in known
        known.add(row.lifecycle)
        if begins or row.valid_from > folding.last:
            continue
        lifecycle = rules.pack.lifecycles[row.lifecycle]
        name = lifecycle.label + (f" [{row.instance}]" if row.instance else "")
        what = f"{name}: {lifecycle.states[row.state].label}"
        lines.append(_line(rules, row.valid_from, "state", what, row.entry))
    return lines


def _obligations(folding: Folding, rules: CompiledRules, subject: str) -> list[TimelineLine]:
    lines = []
    before: ObligationRow | None = None
    for row in folding.rows:
        fresh = before is None or before.identity != row.identity
        if row.valid_from <= folding.last:
            lines.append(_obligation_line(row, before if not fresh else None, rules, subject))
        before = row
    return lines


def _obligation_line(
    row: ObligationRow, before: ObligationRow | None, rules: CompiledRules, subject: str
) -> TimelineLine:
    obligation = obligation_of(row, rules, subject, row.valid_from)
    name = obligation.label + (f" [{obligation.instance}]" if obligation.instance else "")
    due = f", due {obligation.due}" if obligation.due else ", no date"
    if row.state not in OPEN_STATES:
        marks = f" ({', '.join(obligation.marks)})" if obligation.marks else ""
        what = f"{name}: {state_words(row.state)}{marks}"
    elif before is None:
        waits = f", waits for {', '.join(plain(w) for w in obligation.waits_for)}" if obligation.waits_for else ""
        what = f"{name}: opened{due}{waits}"
    elif row.state == Outcome.PAUSED != before.state:
        what = f"{name}: paused while {obligation.paused_while}"
    elif before.state == Outcome.PAUSED and row.state == Outcome.RUNNING:
        what = f"{name}: resumed{due}"
    elif before.due_at != row.due_at:
        why = why_moved(before, row, rules)
        what = f"{name}: moved{due}" + (f", since {why}" if why else "")
    else:
        what = f"{name}: {obligation.state}{due}"
    return _line(rules, row.valid_from, "obligation", what)
