"""Facts: which events tell them, and what they take; judged on the case before the event, told together (12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import attrs

from icpm_engine.checks import EventTest, compile_where, not_built
from icpm_engine.conditions import Cond, compile_condition, probe_of
from icpm_engine.moments import Pending, Scope, compile_moment, reads_of_moment
from icpm_engine.rules import model
from icpm_engine.working import NONE, At, Case, Entry, Run

Take: TypeAlias = Callable[[Case, Run | None, Entry], Any]
Tell: TypeAlias = Callable[[Case], None]


@attrs.frozen(eq=False)
class ToldBy:
    """One line that tells a fact, compiled."""

    where: EventTest | None
    when: Cond | None
    take: Take

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
            self._tell(case, ev, None, value)

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
        self._tell(case, ev, instance, value)

    def _tell(self, case: Case, ev: Entry, instance: str | None, value: Any) -> None:
        name = self.fact.name
        if instance is None:
            case.facts[name] = value
            case.told_by[name] = ev.root
        else:
            case.facts.setdefault(name, {})[instance] = value
            case.told_by[name, instance] = ev.root
        case.fact_log.append((name, instance, case.now, value, ev.entry))
        if self.key is not None:
            case.dirty.append((self.key, instance))


def instances_of(case: Case, ev: Entry, per: str) -> tuple[str, ...]:
    """The instances that an event concerns: the one it carries, or all that are known (semantics 47)."""
    value = ev.values.get(per)
    return (value,) if value is not None else tuple(case.instances.get(per, ()))


def tellers(pack: model.RulePack, scope: Scope, followed: Iterable[str]) -> dict[str, list[Teller]]:
    """What each kind of event tells. Raises PackError for lines that cannot run."""
    waited_for = set(followed)
    found: dict[str, list[Teller]] = {}
    for fact in pack.facts.values():
        own = attrs.evolve(scope, per=fact.per)
        by_kind: dict[str, list[model.Told]] = {}
        for told in fact.told:
            _check(told.line)
            for kind in told.line.on:
                by_kind.setdefault(kind, []).append(told)
        key = f"fact.{fact.name}"
        for kind, lines in by_kind.items():
            compiled = tuple(_told_by(fact, told, own) for told in lines)
            waited = key if key in waited_for else None
            found.setdefault(kind, []).append(Teller(fact, compiled, waited, _plain(fact, lines)))
    return found


def _check(line: model.Line) -> None:
    if not line.on:
        raise not_built("becomes, ceases or at in told", line.mark)
    if line.bounds or line.each or line.times or line.shows or line.of or line.in_a_row or line.dated != "occurred":
        raise not_built("bounds, each, times, with or dated in told", line.mark)


def _plain(fact: model.Fact, lines: list[model.Told]) -> str | None:
    told = lines[0]
    if fact.per is not None or len(lines) > 1 or told.line.where is not None or told.line.when is not None:
        return None
    return told.take if isinstance(told.take, str) and told.take not in ("none", "event") else None


def _told_by(fact: model.Fact, told: model.Told, scope: Scope) -> ToldBy:
    line = told.line
    return ToldBy(
        compile_where(line.where, scope) if line.where is not None else None,
        compile_condition(line.when, scope) if line.when is not None else None,
        _take(fact, told, scope),
    )


def _take(fact: model.Fact, told: model.Told, scope: Scope) -> Take:
    take = told.take
    if take == "none":
        return lambda case, run, ev: NONE
    if take == "event":
        if fact.type == "date":
            return lambda case, run, ev: ev.day
        return lambda case, run, ev: (ev.day, ev.minute)
    if isinstance(take, str):
        return lambda case, run, ev: ev.values.get(take)
    moment = compile_moment(take, scope, "back")
    whole = fact.type == "date"

    def reckoned(case: Case, run: Run | None, ev: Entry) -> Any:
        at = moment(case, run, ev)
        if isinstance(at, Pending):
            return None
        return at.day if whole else _day_and_minute(case, at)

    return reckoned


def _day_and_minute(case: Case, at: At) -> tuple[int, int]:
    return case.zone.local(at.lo) if at.lo == at.hi else (at.day, -1)


def reads_of_facts(pack: model.RulePack, scope: Scope) -> set[str]:
    """What the telling of facts reads."""
    reads: set[str] = set()
    for fact in pack.facts.values():
        own = attrs.evolve(scope, per=fact.per)
        for told in fact.told:
            if told.line.when is not None:
                reads |= compile_condition(told.line.when, own).reads
            if not isinstance(told.take, str):
                reads_of_moment(told.take, reads)
    return reads
