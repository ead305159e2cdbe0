"""Short ways to tell a story to the core: a small pack as YAML, events as (day, kind, values), answers by day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from icpm_engine.calendars import parse_day, parse_moment
from icpm_engine.history import CompiledRules, Entry, Folding, ObligationRow, compile_pack, fold
from icpm_engine.history.answers import CaseAnswer, Obligation, case_at, day_end, rows_at
from icpm_engine.history.proofs import Proof, proof_of
from icpm_engine.rules.loading import load_texts

HEAD = """
zone: America/Los_Angeles
roles: {worker: Worker, nurse: Nurse, clinician: Clinician}
sources: {letter: {title: 'A letter, section 2', seen: seen}}
calendars: {court: california-courts, office_hours: {hours: 08:00-17:00}, summer: {season: 06-01 to 08-31}}
events:
  case_opened: {sorts: first}
  case_closed: {sorts: last}
  referred: {referral_id: text, urgent: yes_no, service: text}
  screened: {result: [positive, negative], tool: text, score: number, by: text}
  answered: {referral_id: text, items: list, in_writing: yes_no, to: text, signed_on: date, received: moment}
  withdrawn: {referral_id: text}
  hearing_set: {hearing_id: text, kind: [review, disposition], date: moment}
  hearing_vacated: {hearing_id: text}
  plan_made: {until: date, limit: span, people: list}
  status_told: {eligible: yes_no, level: text, score: number}
  moved: {}
"""

DEFAULTS = "defaults: {owner: worker, authority: letter}\n"

CASE = """
lifecycles:
  case:
    label: Case
    initial: none
    states: {none: {label: No case, holder: worker}, open: {label: Open, holder: nurse}, closed: {label: Closed}}
    transitions: [{on: case_opened, from: [none, closed], to: open}, {on: case_closed, from: open, to: closed}]
"""

FACTS = """
facts:
  eligible: {type: yes_no, told: {on: status_told, take: eligible}}
  level: {type: text, told: {on: status_told, take: level}}
  score: {type: number, told: {on: status_told, take: score}}
  hearing: {type: moment, told: [{on: hearing_set, take: date}, {on: hearing_vacated, take: none}]}
  plan_until: {type: date, told: {on: plan_made, take: until}}
  plan_made_on: {type: date, told: {on: plan_made, take: event}}
  limit: {type: span, told: {on: plan_made, take: limit}}
  people: {type: list, told: {on: plan_made, take: people}}
"""


def pack(*texts: str, head: str = HEAD, **settles: object) -> CompiledRules:
    """A pack of the head and further texts, each a file of its own."""
    files = {"head.yaml": head}
    files |= {f"rules{number}.yaml": DEFAULTS + text for number, text in enumerate(texts) if text}
    return compile_pack(load_texts(files, standard=False, settles=settles))


def duty(body: str, *more: str, name: str = "it", **settles: object) -> CompiledRules:
    """A pack with one duty in flow style, with the facts of this page."""
    return pack(f"duties: {{{name}: {{label: It, {body}}}}}", FACTS, *more, **settles)


def entry(rules: CompiledRules, number: int, when: str, kind: str, values: Mapping[str, Any] | None = None) -> Entry:
    """An entry, its values written as in a journal."""
    day, minute = parse_moment(when)
    internal = rules.pack.events[kind].internal(dict(values or {}))
    return Entry(kind=kind, day=day, minute=minute, values=internal, entry=number)


def entries(rules: CompiledRules, *events: tuple[Any, ...]) -> list[Entry]:
    """Events told as (when, kind) or (when, kind, values); numbered from 1 in the order of telling."""
    return [entry(rules, number, *event) for number, event in enumerate(events, 1)]


class Told:
    """A story under rules, folded once."""

    def __init__(self, rules: CompiledRules, *events: tuple[Any, ...]) -> None:
        self.rules = rules
        self.folding: Folding = fold(rules, entries(rules, *events))

    def instant(self, on: str) -> int:
        """A day means its end."""
        day, minute = parse_moment(on)
        zone = self.rules.zone
        return day_end(zone, day) if minute < 0 else zone.instant(day, minute)

    def on(self, on: str) -> CaseAnswer:
        """The whole case on a day."""
        return case_at(self.folding, self.rules, "C-1", self.instant(on))

    def all(self, on: str, name: str = "it") -> list[Obligation]:
        """The obligations of a duty (or of one instance of it) on a day, in the order of their starts."""
        return [one for one in self.on(on).obligations if name in (one.duty, one.name)]

    def one(self, on: str, name: str = "it") -> Obligation:
        """The only obligation of a duty."""
        (found,) = self.all(on, name)
        return found

    def states(self, on: str, name: str = "it") -> list[tuple[str, str | None]]:
        """State and date of every obligation of a duty."""
        return [(one.state, one.due) for one in self.all(on, name)]

    def row(self, on: str, name: str = "it") -> ObligationRow:
        """The only row of a duty on a day."""
        (found,) = [row for row in rows_at(self.folding.rows, self.instant(on)) if row.duty == name]
        return found

    def proof(self, on: str, name: str = "it") -> Proof:
        """The proof of the only obligation of a duty."""
        return proof_of(self.row(on, name), self.rules)

    def findings(self) -> list[tuple[str, str, int, tuple[str, ...]]]:
        """Kind, rule, entry and what is missing of every finding."""
        return [(found.kind, found.rule, found.entry, found.missing) for found in self.folding.findings]


def day(text: str) -> int:
    """A day as a number."""
    return parse_day(text)
