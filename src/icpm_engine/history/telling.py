"""Facts: which events tell them, and what they take; judged on the case before the event, told together (12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from icpm_engine.checks import EventTest
from icpm_engine.conditions import Cond, compile_condition, compile_turn, probe_of
from icpm_engine.conditions.searching import compile_meant, counts_several, reads_of_bounds
from icpm_engine.moments import MomentOf, Pending, Scope, Within, compile_bounds, compile_moment, reads_of_moment
from icpm_engine.rules import model
from icpm_engine.vocabulary import Field
from icpm_engine.working import NONE, At, Case, Entry, Run, at_instant, instances_of

Take: TypeAlias = Callable[[Case, Run | None, Entry], Any]
By: TypeAlias = tuple[int, int, At | None]
Tell: TypeAlias = Callable[[Case], None]


@attrs.frozen(eq=False)
class ToldBy:
    """One line that tells a fact, compiled."""

    where: EventTest | None
    when: Cond | None
    take: Take
    reads: frozenset[str]

    def value(self, case: Case, run: Run | None, ev: Entry) -> Any:
        """What it takes from an event; None where the event is not meant or does not say."""
        if self.where is not None and self.where(ev, case, run) is not True:
            return None
        if self.when is not None and self.when.test(case, run, ev) is not True:
            return None
        return self.take(case, run, ev)


@attrs.frozen(eq=False)
class Teller:
    """All that one kind of event tells of one fact: of several lines the first that applies."""

    fact: model.Fact
    lines: tuple[ToldBy, ...]
    key: str | None  # what is marked when the fact is told; None where nobody waits for it
    plain: str | None  # the field that is simply taken, where there is no more to it

    def tell(self, case: Case, ev: Entry) -> None:
        """Take the field of a fact that is told in the plainest way."""
        value = ev.values.get(self.plain)  # type: ignore[arg-type]
        if value is not None:
            _tell(case, self.fact, None, value, (ev.root, ev.entry, ev.at), self.key)

    def judge(self, case: Case, ev: Entry) -> Iterator[tuple[Teller, str | None, Any]]:
        """What an event tells, seen from just before it."""
        per = self.fact.per
        for instance in (None,) if per is None else instances_of(case, ev, per):
            probe = None if per is None else probe_of(case, instance)
            for line in self.lines:
                value = line.value(case, probe, ev)
                if value is not None:
                    yield self, instance, value
                    break

    def apply(self, case: Case, ev: Entry, instance: str | None, value: Any) -> None:
        """Tell what was judged."""
        _tell(case, self.fact, instance, value, (ev.root, ev.entry, ev.at), self.key)


def _tell(case: Case, fact: model.Fact, instance: str | None, value: Any, by: By, key: str | None) -> None:
    """Note a fact's value; `by` are the root, the number and the moment of the entry that tells it."""
    name = fact.name
    if instance is None:
        case.facts[name] = value
        case.told_by[name] = by[0]
    else:
        case.facts.setdefault(name, {})[instance] = value
        case.told_by[name, instance] = by[0]
    case.fact_log.append((name, instance, case.now, value, by))
    if key is not None:
        case.dirty.append((key, instance))


def tellers(pack: model.RulePack, scope: Scope, followed: Iterable[str]) -> dict[str, list[Teller]]:
    """What each kind of event tells. Raises PackError for lines that cannot run."""
    waited_for = set(followed)
    found: dict[str, list[Teller]] = {}
    for fact in pack.facts.values():
        own = attrs.evolve(scope, per=fact.per)
        by_kind: dict[str, list[model.Told]] = {}
        for told in fact.told:
            for kind in told.line.on:
                by_kind.setdefault(kind, []).append(told)
        key = f"fact.{fact.name}"
        for kind, lines in by_kind.items():
            fields = pack.events[kind].fields
            compiled = tuple(_told_by(fact, told, own, fields) for told in lines)
            waited = key if key in waited_for else None
            found.setdefault(kind, []).append(Teller(fact, compiled, waited, _plain(fact, lines, fields)))
    return found


def _plain(fact: model.Fact, lines: list[model.Told], fields: Mapping[str, Field]) -> str | None:
    line, take = lines[0].line, lines[0].take
    if fact.per is not None or len(lines) > 1 or line.where is not None or line.when is not None:
        return None
    if line.bounds or line.shows or counts_several(line):
        return None
    return take if isinstance(take, str) and take in fields and fields[take].type == fact.type else None


def _told_by(fact: model.Fact, told: model.Told, scope: Scope, fields: Mapping[str, Field]) -> ToldBy:
    line, reads = told.line, set[str]()
    where = compile_meant(line, scope, reads)
    when = compile_condition(line.when, scope) if line.when is not None else None
    if when is not None:
        reads |= when.reads
    if not isinstance(told.take, str):
        reads_of_moment(told.take, reads, scope)
    return ToldBy(where, when, _take(fact, told, scope, fields), frozenset(reads))


@attrs.frozen(eq=False)
class TurnTeller:
    """A fact that a condition tells when it turns, or a moment when it is reached."""

    fact: model.Fact
    cond: Cond
    to: bool
    when: Cond | None
    within: Within | None
    take: str | MomentOf
    key: str | None
    reads: frozenset[str]

    def turned(self, case: Case, instance: str | None) -> None:
        """The condition has turned: the fact is told, by the event in hand or by none."""
        probe, cause = probe_of(case, instance), case.cause
        if self.when is not None and self.when.test(case, probe, cause) is not True:
            return
        at: At | Pending = cause.at if cause is not None else at_instant(case.zone, case.now)
        reached = self.cond.moment(case, probe, None) if self.cond.moment is not None else None
        at = reached if isinstance(reached, At) else at
        if self.within is not None and isinstance(at, At) and self.within(case, probe, cause, at) is not True:
            return
        if not isinstance(self.take, str):
            at = self.take(case, probe, cause)
        told = at.told if isinstance(at, At) else 0
        by = (told, told, None) if cause is None else (cause.root, cause.entry, cause.at)
        if self.take == "none":
            _tell(case, self.fact, instance, NONE, by, self.key)
        elif isinstance(at, At):
            value = at.day if self.fact.type == "date" else _day_and_minute(case, at)
            _tell(case, self.fact, instance, value, by, self.key)


def turn_tellers(pack: model.RulePack, scope: Scope) -> list[TurnTeller]:
    """The facts that conditions tell."""
    found = []
    for fact in pack.facts.values():
        own = attrs.evolve(scope, per=fact.per)
        for told in fact.told:
            turn = compile_turn(told.line, own)
            if turn is None:
                continue
            when = compile_condition(told.line.when, own) if told.line.when is not None else None
            reads = set(turn[0].reads) | (set() if when is None else set(when.reads))
            reads_of_bounds(told.line.bounds, reads, own)
            if not isinstance(told.take, str):
                reads_of_moment(told.take, reads, own)
            take = told.take if isinstance(told.take, str) else compile_moment(told.take, own, "back")
            within = compile_bounds(told.line.bounds, own)
            found.append(TurnTeller(fact, *turn, when, within, take, f"fact.{fact.name}", frozenset(reads)))
    return found


def _take(fact: model.Fact, told: model.Told, scope: Scope, fields: Mapping[str, Field]) -> Take:
    take = told.take
    if take == "none":
        return lambda case, run, ev: NONE
    if take == "event":
        if fact.type == "date":
            return lambda case, run, ev: ev.day
        return lambda case, run, ev: (ev.day, ev.minute)
    if isinstance(take, str):
        return _field(take, fields[take].type, fact.type)
    moment = compile_moment(take, scope, "back")
    whole = fact.type == "date"

    def reckoned(case: Case, run: Run | None, ev: Entry) -> Any:
        at = moment(case, run, ev)
        if isinstance(at, Pending):
            return None
        return at.day if whole else _day_and_minute(case, at)

    return reckoned


def _field(name: str, given: str, wanted: str) -> Take:
    """A field of the event; a moment that tells a date gives its day, a date that tells a moment has no hour."""
    if given == "moment" and wanted == "date":
        return lambda case, run, ev: ev.values[name][0] if name in ev.values else None
    if given == "date" and wanted == "moment":
        return lambda case, run, ev: (ev.values[name], -1) if name in ev.values else None
    return lambda case, run, ev: ev.values.get(name)


def _day_and_minute(case: Case, at: At) -> tuple[int, int]:
    return case.zone.local(at.lo) if at.lo == at.hi else (at.day, -1)


def reads_of_facts(pack: model.RulePack, scope: Scope) -> set[str]:
    """What the telling of facts reads."""
    scopes = {fact.name: attrs.evolve(scope, per=fact.per) for fact in pack.facts.values()}
    lines = [
        (fact, told, pack.events[told.line.on[0]].fields)
        for fact in pack.facts.values()
        for told in fact.told
        if told.line.on
    ]
    return set().union(*(_told_by(fact, told, scopes[fact.name], fields).reads for fact, told, fields in lines))
