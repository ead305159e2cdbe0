"""A pack of a few lines for tests of one duty, and what the engine says of it on a day."""

from __future__ import annotations

from collections.abc import Iterable

from icpm_engine.calendars import parse_day, parse_moment
from icpm_engine.history import CompiledRules, Entry, compile_pack, fold
from icpm_engine.history.answers import CaseAnswer, Obligation, case_at, day_end
from icpm_engine.rules.loading import load_texts

HEAD = """
zone: America/Los_Angeles
sources: {letter: {title: A letter}}
roles: {worker: Worker, boss: Supervisor}
calendars: {business: us-federal}
defaults: {owner: worker, authority: letter}
events:
  opened: {sorts: first}
  closed: {sorts: last}
  began: {id: text, sort: text}
  done: {id: text, sort: text, by: text, shows: list, on_day: date}
  left: {id: text}
  allowed: {id: text}
  told: {sort: text, limit: span, day: date, moment: moment, flag: yes_no}
facts:
  sort_told: {type: text, told: {on: told, take: sort}}
  limit: {type: span, told: {on: told, take: limit}}
  day_told: {type: date, told: {on: told, take: day}}
  moment: {type: moment, told: {on: told, take: moment}}
  by_day: {type: date, told: {on: told, take: moment}}
  by_hour: {type: moment, told: {on: told, take: day}}
  flag: {type: yes_no, told: {on: told, take: flag}}
"""


def pack(text: str, **settles: object) -> CompiledRules:
    """A pack of the sections given, with the events and facts above."""
    return compile_pack(load_texts({"rules.yaml": HEAD + text}, standard=False, settles=settles))


def duty(text: str, rest: str = "") -> CompiledRules:
    """A pack with one duty `d`, and more if need be."""
    return pack(f"\nduties: {{d: {{label: D, {text}}}}}\n{rest}")


def story(*told: tuple[str, str] | tuple[str, str, dict[str, object]]) -> list[Entry]:
    """Entries told as (day or moment, kind) or (day or moment, kind, values), numbered from 1."""
    entries = []
    for number, (when, kind, *values) in enumerate(told, start=1):
        day, minute = parse_moment(when)
        entries.append(Entry(kind=kind, day=day, minute=minute, values=dict(*values), entry=number))
    return entries


def case(rules: CompiledRules, told: Iterable[Entry], day: str) -> CaseAnswer:
    """The whole answer at the end of a day."""
    return case_at(fold(rules, told), rules, "C1", day_end(rules.zone, parse_day(day)))


def asked(rules: CompiledRules, told: Iterable[Entry], day: str) -> list[Obligation]:
    """The obligations at the end of a day, in the order of their identity."""
    return list(case(rules, told, day).obligations)


def states(rules: CompiledRules, told: Iterable[Entry], day: str) -> list[str]:
    """Their states."""
    return [one.state for one in asked(rules, told, day)]
