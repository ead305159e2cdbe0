"""A pack compiled for folding: one plan for each kind of event, so that a rule that does not listen costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import attrs

from icpm_engine.calendars import Zone
from icpm_engine.checks import compile_where
from icpm_engine.conditions import Cond, compile_condition
from icpm_engine.duties.bars import CompiledBar, build_bars
from icpm_engine.duties.build import build_duties, reading_keys, settled_on, walk
from icpm_engine.duties.runs import CompiledDuty
from icpm_engine.lifecycles import CompiledLifecycle, compile_lifecycle
from icpm_engine.moments import Pending, Scope, compile_moment
from icpm_engine.rules import model
from icpm_engine.working import NONE, At, Case, Entry

Setter: TypeAlias = Callable[[Case, Entry], None]
Turned: TypeAlias = Callable[[Case, str | None], None]
Dependent: TypeAlias = tuple[CompiledDuty, bool]
"""A duty that is asked again, and whether only its runs of the instance that has changed are."""


class _Read(NamedTuple):
    """What rules read: `kept` at some time, `asked` so that they are asked again when it changes."""

    kept: set[str]
    asked: set[str]


@attrs.frozen(eq=False)
class Watch:
    """A condition whose turning does something: starts a duty, moves a lifecycle."""

    number: int
    cond: Cond
    to: bool
    per: str | None
    action: Turned
    gate: Callable[[Case], bool] | None = None


@attrs.frozen(eq=False)
class Plan:
    """What one kind of event does, in the order in which it is done."""

    fields: tuple[str, ...]  # instance fields that the kind carries
    bars: tuple[CompiledBar, ...]
    moves: tuple[CompiledLifecycle, ...]
    guarded: tuple[Callable[[Case, Entry], Setter | None], ...]
    setters: tuple[Setter, ...]
    keep: bool
    key: str | None
    closers: tuple[Callable[[Case, Entry], None], ...]
    openers: tuple[Callable[[Case, Entry], None], ...]


@attrs.frozen(eq=False)
class CompiledRules:
    """A rule pack compiled for the subjects of one kind."""

    pack: model.RulePack
    subject: str
    zone: Zone
    plans: Mapping[str, Plan]
    rank: Mapping[str, int]
    duties: tuple[CompiledDuty, ...]
    lifecycles: tuple[CompiledLifecycle, ...]
    bars: tuple[CompiledBar, ...]
    dependents: Mapping[str, tuple[Dependent, ...]]
    watchers: Mapping[str, tuple[Watch, ...]]
    watches: tuple[Watch, ...]
    keys: Mapping[str, tuple[str, ...]]
    readings: tuple[tuple[str, tuple[CompiledDuty, ...]], ...] = attrs.field(init=False)
    """Each duty of the pack with its readings, by name."""
    said: dict[tuple[str, int], tuple[str, str, str | None]] = attrs.field(init=False, factory=dict)
    """Words of texts, by duty and number, and of `owners`: made when they are first asked for."""
    owners: dict[str, str] = attrs.field(init=False, factory=dict)

    @readings.default
    def _readings(self) -> tuple[tuple[str, tuple[CompiledDuty, ...]], ...]:
        by_name: dict[str, list[CompiledDuty]] = {}
        for duty in self.duties:
            by_name.setdefault(duty.duty.name, []).append(duty)
        return tuple((name, tuple(by_name[name])) for name in sorted(by_name))

    @property
    def version(self) -> str:
        """The hash of the pack."""
        return self.pack.version


def compile_pack(pack: model.RulePack, subject: str = "case") -> CompiledRules:
    """Compile a pack for subjects of one kind. Raises PackError for a construct that this version cannot run."""
    zone = Zone(pack.zone)
    keys = reading_keys(pack)
    scope = Scope(pack, zone, settled_on(pack, 10**7, {}), None, keys)
    lifecycles = tuple(compile_lifecycle(lifecycle, scope) for lifecycle in pack.lifecycles.values())
    duties = tuple(
        compiled
        for duty in pack.duties.values()
        if not duty.off and duty.subject == subject
        for compiled in build_duties(duty, pack, scope)
    )
    bars = tuple(
        compiled
        for bar in pack.bars.values()
        if not bar.off and bar.subject == subject
        for compiled in build_bars(bar, pack, scope)
    )
    watches = _watches(duties, lifecycles)
    dependents = _dependents(duties, pack)
    watchers: dict[str, list[Watch]] = {}
    for watch in watches:
        for key in watch.cond.reads:
            watchers.setdefault(key, []).append(watch)
    asked = {*dependents, *watchers}
    kept = {*asked, *_read_by_lines(duties), *(key for bar in bars for key in bar.reads)}
    kept |= {key for lifecycle in lifecycles for key in lifecycle.reads}
    read = _Read(kept, asked)
    for duty in duties:
        duty.watched = f"duty.{duty.duty.name}" in asked
    for lifecycle in lifecycles:
        lifecycle.followed = lifecycle.key in asked
    telling = _told_by_kind(pack, scope)
    plans = {kind: _plan(kind, pack, lifecycles, duties, bars, telling.get(kind, []), read) for kind in pack.events}
    rank = {name: 0 if kind.sorts == "first" else 2 for name, kind in pack.events.items() if kind.sorts}
    return CompiledRules(
        pack,
        subject,
        zone,
        {kind: plan for kind, plan in plans.items() if plan is not None},
        rank,
        duties,
        lifecycles,
        bars,
        {key: tuple(found) for key, found in dependents.items()},
        {key: tuple(found) for key, found in watchers.items()},
        watches,
        keys,
    )


def _dependents(duties: tuple[CompiledDuty, ...], pack: model.RulePack) -> dict[str, list[Dependent]]:
    """Which duties must look at their open runs again when something changes."""
    found: dict[str, list[Dependent]] = {}
    for duty in duties:
        own = set() if duty.per is None or _sees_other_instances(duty.duty, pack) else _kept_per(duty.per, pack)
        for key in sorted({key for text in duty.texts for key in text.wakes}):
            found.setdefault(key, []).append((duty, key in own))
    return found


def _kept_per(field: str, pack: model.RulePack) -> set[str]:
    """The facts and lifecycles that are kept for each value of a field."""
    facts = {f"fact.{fact.name}" for fact in pack.facts.values() if fact.per == field}
    return facts | {f"state.{lifecycle.name}" for lifecycle in pack.lifecycles.values() if lifecycle.per == field}


def _sees_other_instances(rule: object, pack: model.RulePack) -> bool:
    """Whether a rule asks about some instance, whichever it is, by itself or in a decision that it names."""
    parts = list(walk(rule))
    named = {part.name for part in parts if isinstance(part, (model.DecisionHolds, model.FactTest))}
    decisions = [pack.decisions[name] for name in named if name in pack.decisions]
    some = any(isinstance(part, model.SomeInstance) for part in parts)
    return some or any(_sees_other_instances(decision, pack) for decision in decisions)


def _read_by_lines(duties: tuple[CompiledDuty, ...]) -> set[str]:
    """What lines of duties read without being asked again: their facts must be kept, their duties followed."""
    return {key for duty in duties for text in duty.texts for key in text.reads}


def _watches(duties: tuple[CompiledDuty, ...], lifecycles: tuple[CompiledLifecycle, ...]) -> tuple[Watch, ...]:
    watches: list[Watch] = []
    for duty in duties:
        for text in duty.texts:
            for opener in text.openers:
                if opener.turn is not None:
                    action = _starter(duty, opener.turn, opener.when)
                    gate = _gate(duty, text)
                    watches.append(Watch(len(watches), opener.turn, opener.to, duty.per, action, gate))
    for lifecycle in lifecycles:
        for trigger, cond, to in lifecycle.turns:
            per = lifecycle.lifecycle.per
            watches.append(Watch(len(watches), cond, to, per, _mover(lifecycle, trigger)))
    return tuple(watches)


def _gate(duty: CompiledDuty, text: Any) -> Callable[[Case], bool]:
    return lambda case: duty.text_at(case.day) is text


def _starter(duty: CompiledDuty, turn: Cond, when: Cond | None) -> Turned:
    return lambda case, instance: duty.start_by_turn(case, instance, turn, when)


def _mover(lifecycle: CompiledLifecycle, trigger: str) -> Turned:
    return lambda case, instance: lifecycle.turned(case, trigger, instance)


def _plan(
    kind: str,
    pack: model.RulePack,
    lifecycles: tuple[CompiledLifecycle, ...],
    duties: tuple[CompiledDuty, ...],
    bars: tuple[CompiledBar, ...],
    told: list[tuple[model.Fact, model.Told, Scope]],
    read: _Read,
) -> Plan | None:
    keyed: tuple[model.Duty | model.Lifecycle | model.Fact, ...] = (
        *pack.duties.values(),
        *pack.lifecycles.values(),
        *pack.facts.values(),
    )
    pers = {rule.per for rule in keyed if rule.per}
    closers = tuple(duty.close_on for duty in duties if any(kind in kinds for kinds in _closing(duty)))
    openers = tuple(
        duty.open_on for duty in duties if any(kind in o.kinds for text in duty.texts for o in text.openers)
    )
    looked_at = any(kind in (text.met.kinds if text.met else ()) for duty in duties for text in duty.texts)
    key = f"event.{kind}"
    plain = [t for t in told if t[1].line.when is None and t[1].line.where is None]
    return Plan(
        fields=tuple(sorted(pers & set(pack.events[kind].fields))),
        bars=tuple(bar for bar in bars if kind in bar.kinds),
        moves=tuple(lifecycle for lifecycle in lifecycles if kind in lifecycle.kinds),
        guarded=tuple(_guarded_setter(*t, asked=read.asked) for t in told if t not in plain),
        setters=tuple(_setter(*t, asked=read.asked) for t in plain),
        keep=looked_at or key in read.kept,
        key=key if key in read.asked else None,
        closers=closers,
        openers=openers,
    )


def _closing(duty: CompiledDuty) -> list[frozenset[str]]:
    return [
        evidence.kinds
        for text in duty.texts
        for evidence in (text.met, text.substitute, text.excused, text.cancelled)
        if evidence is not None
    ]


# --- facts ------------------------------------------------------------------------------------------------------------


def _told_by_kind(pack: model.RulePack, scope: Scope) -> dict[str, list[tuple[model.Fact, model.Told, Scope]]]:
    found: dict[str, list[tuple[model.Fact, model.Told, Scope]]] = {}
    for fact in pack.facts.values():
        for told in fact.told:
            for kind in told.line.on:
                found.setdefault(kind, []).append((fact, told, attrs.evolve(scope, per=fact.per)))
    return found


def _setter(fact: model.Fact, told: model.Told, scope: Scope, *, asked: set[str]) -> Setter:
    """A function that tells a fact from an event."""
    take = _taker(fact, told, scope)
    name, per, key = fact.name, fact.per, f"fact.{fact.name}"
    followed = key in asked

    def tell(case: Case, ev: Entry) -> None:
        value = take(case, ev)
        if value is None:
            return
        if per is None:
            case.facts[name] = value
            case.told_by[name] = ev.root
            case.fact_log.append((name, None, case.now, value, ev.entry))
        else:
            instance = ev.values.get(per)
            instances = case.facts.setdefault(name, {})
            for each in (instance,) if instance is not None else tuple(instances):
                instances[each] = value
                case.told_by[name, each] = ev.root
                case.fact_log.append((name, each, case.now, value, ev.entry))
            if followed:
                case.dirty.extend([(key, instance)] if instance is not None else [(key, each) for each in instances])
            return
        if followed:
            case.dirty.append((key, None))

    return tell


def _taker(fact: model.Fact, told: model.Told, scope: Scope) -> Callable[[Case, Entry], Any]:
    take = told.take
    if take == "none":
        return lambda case, ev: NONE
    if take == "event":
        if fact.type == "date":
            return lambda case, ev: ev.day
        return lambda case, ev: (ev.day, ev.minute)
    if isinstance(take, str):
        return lambda case, ev: ev.values.get(take)
    moment = compile_moment(take, scope, "back")
    whole = fact.type == "date"

    def reckoned(case: Case, ev: Entry) -> Any:
        at = moment(case, None, ev)
        if isinstance(at, Pending):
            return None
        return at.day if whole else _minute_of(case, at)

    return reckoned


def _minute_of(case: Case, at: At) -> tuple[int, int]:
    return case.zone.local(at.lo) if at.lo == at.hi else (at.day, -1)


def _guarded_setter(
    fact: model.Fact, told: model.Told, scope: Scope, *, asked: set[str]
) -> Callable[[Case, Entry], Setter | None]:
    """A fact told only by some events: judged on the case before the event, told with all the others (semantics 12)."""
    where = compile_where(told.line.where, scope) if told.line.where is not None else None
    when = compile_condition(told.line.when, scope) if told.line.when is not None else None
    tell = _setter(fact, told, scope, asked=asked)

    def judge(case: Case, ev: Entry) -> Setter | None:
        if where is not None and where(ev, case, None) is not True:
            return None
        if when is not None and when.test(case, None, ev) is not True:
            return None
        return tell

    return judge
