"""A pack compiled for folding: one plan for each kind of event, so that a rule that does not listen costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import partial
from typing import Final, TypeAlias

import attrs

from icpm_engine.calendars import Zone
from icpm_engine.conditions import Cond, compile_condition
from icpm_engine.duties.bars import CompiledBar, build_bars
from icpm_engine.duties.build import LAST_DAY, build_duties, reading_keys, settled_by_day, settled_on
from icpm_engine.duties.crossing import CrossingDuty
from icpm_engine.duties.plain import closing, opening
from icpm_engine.duties.runs import CompiledDuty
from icpm_engine.duties.texts import CANCELLED, CompiledText, Opener
from icpm_engine.errors import PackError
from icpm_engine.history.telling import Teller, TurnTeller, reads_of_facts, tellers, turn_tellers
from icpm_engine.lifecycles import CompiledLifecycle, compile_lifecycle
from icpm_engine.moments import ReadingKeys, Remembered, Scope
from icpm_engine.rules import model
from icpm_engine.rules.subjects import seen_by
from icpm_engine.rules.walking import walk
from icpm_engine.working import Case, Entry, News

Turned: TypeAlias = Callable[[Case, str | None], None]
Dependent: TypeAlias = tuple[CompiledDuty, bool]
"""A duty that reads something, and whether it reads that of its own instance alone."""


@attrs.frozen(eq=False)
class Watch:
    """A condition whose turning does something: starts a duty, moves a lifecycle."""

    number: int
    cond: Cond
    to: bool
    per: str | None
    action: Turned
    gate: Callable[[Case], bool] | None = None
    held: Hashable = None
    """The key under which it is noted how it stands, where nothing else happens."""


@attrs.frozen(eq=False)
class Plan:
    """What one kind of event does, in the order in which it is done."""

    fields: tuple[tuple[str, str | None, tuple[str, ...]], ...]
    """Instance fields that the kind carries, with what is marked when a new instance comes up, and the rules kept by
    it that read the kind."""
    bars: tuple[CompiledBar, ...]
    moves: tuple[CompiledLifecycle, ...]
    judged: tuple[Teller, ...]  # facts that it tells only in some cases
    told: tuple[Teller, ...]  # facts that it always tells
    keep: bool
    marks: tuple[tuple[str, str | None], ...]
    """What is marked as changed; with a field where duties are asked again for the event's own instance alone."""
    closers: tuple[Callable[[Case, Entry], None], ...]
    together: tuple[CompiledDuty, ...]
    """Duties that it may end of which one looks at another: instead of closers."""
    openers: tuple[Callable[[Case, Entry], None], ...]

    @property
    def idle(self) -> bool:
        """Whether nothing is done, so that nobody need hear of the event."""
        return not any(attrs.astuple(self, recurse=False))


@attrs.frozen(eq=False)
class CompiledRules:
    """A rule pack compiled for the subjects of one kind. `pack` holds the rules that they see (rules.subjects)."""

    pack: model.RulePack
    subject: str
    zone: Zone
    plans: Mapping[str, Plan]
    rank: Mapping[str, int]
    duties: tuple[CompiledDuty, ...]
    lifecycles: tuple[CompiledLifecycle, ...]
    bars: tuple[CompiledBar, ...]
    dependents: Mapping[str, tuple[Dependent, ...]]
    movers: Mapping[str, tuple[Watch, ...]]  # by what they read: conditions that move lifecycles
    starters: Mapping[str, tuple[Watch, ...]]  # by what they read: conditions that start duties
    watches: tuple[Watch, ...]
    keys: ReadingKeys
    whole: model.RulePack
    """The pack with all its rules, whomever they are about."""
    far: Mapping[str, str]
    """For a case: what only rules about its person and team see of other cases, under the name that it has here."""
    reads: frozenset[str]
    """For a person: the kinds of event of its cases that its rules name."""
    borrowed: frozenset[str] = attrs.field(init=False)
    """The lifecycles and bars about somebody else that are followed here because a rule asks about them."""
    remembered: Remembered
    """What is kept of a case's past beside its logs, since some rule asks for it."""
    news: tuple[News, ...]
    """What comes in on a day of its own, the earliest first: versions that take runs over, closures learned late."""
    heard: Mapping[str, Plan] = attrs.field(init=False)
    """The plans of the kinds of event of which something is done."""
    readings: tuple[tuple[str, tuple[CompiledDuty, ...]], ...] = attrs.field(init=False)
    """Each duty about these subjects with its readings, by name."""
    said: dict[tuple[str, int], tuple[str, str, str | None, str]] = attrs.field(init=False, factory=dict)
    """Words of texts, by duty and number, and of `owners`: made when they are first asked for."""
    owners: dict[str, str] = attrs.field(init=False, factory=dict)

    @borrowed.default
    def _borrowed(self) -> frozenset[str]:
        lifecycles = (one.lifecycle for one in self.lifecycles)
        followed: tuple[model.Lifecycle | model.Bar, ...] = (*lifecycles, *(one.bar for one in self.bars))
        return frozenset(rule.name for rule in followed if rule.subject != self.subject)

    @heard.default
    def _heard(self) -> Mapping[str, Plan]:
        return {kind: plan for kind, plan in self.plans.items() if not plan.idle}

    @readings.default
    def _readings(self) -> tuple[tuple[str, tuple[CompiledDuty, ...]], ...]:
        by_name: dict[str, list[CompiledDuty]] = {}
        for duty in (duty for duty in self.duties if duty.duty.subject == self.subject):
            by_name.setdefault(duty.duty.name, []).append(duty)
        return tuple((name, tuple(by_name[name])) for name in sorted(by_name))

    def about(self, subject: str) -> CompiledRules:
        """The same pack compiled for subjects of a kind. Raises PackError."""
        return compile_pack(self.whole, subject)

    @property
    def version(self) -> str:
        """The hash of the pack."""
        return self.pack.version


def _ranks(pack: model.RulePack) -> dict[str, int]:
    """Where kinds stand among the events of a day: birth dates before opening kinds, those before others, closing last.

    A child has its age from the beginning of the day on which anybody tells it, the opening of its case included.
    """
    born = pack.facts.get("born")
    ranks = {name: 0 if kind.sorts == "first" else 2 for name, kind in pack.events.items() if kind.sorts}
    return ranks | {kind: -1 for told in (born.told if born else ()) for kind in told.line.on}


def compile_pack(pack: model.RulePack, subject: str = "case") -> CompiledRules:
    """A pack compiled for subjects of one kind, once for all. Raises PackError for a construct that cannot be run."""
    return pack.once(f"compiled for {subject}", partial(_compiled, subject=subject))


def _compiled(pack: model.RulePack, subject: str) -> CompiledRules:
    whole, view = pack, seen_by(pack, subject)
    pack, zone = view.pack, Zone(pack.zone)
    keys = reading_keys(pack)
    remembered = Remembered()
    scope = Scope(pack, zone, settled_on(pack, LAST_DAY, {}), None, keys, remembered=remembered)
    startless = attrs.evolve(scope, settles=settled_by_day(pack))
    lifecycles = tuple(compile_lifecycle(lifecycle, startless) for lifecycle in pack.lifecycles.values())
    duties = tuple(
        compiled for duty in pack.duties.values() if not duty.off for compiled in build_duties(duty, pack, scope)
    )
    bars = tuple(compiled for bar in pack.bars.values() if not bar.off for compiled in build_bars(bar, pack, scope))
    telling = turn_tellers(pack, startless)
    of_decisions = _of_decisions(pack, scope)
    moving, starting = (*_holders(remembered), *_movers(lifecycles, telling)), _starters(duties)
    watches = (*moving, *starting)
    dependents = _dependents(duties, pack)
    asked = {*dependents, *(key for watch in watches for key in watch.cond.reads)}
    read = asked.union(*(text.reads for duty in duties for text in duty.texts), *(bar.reads for bar in bars))
    read = read.union(*(one.reads for one in lifecycles), reads_of_facts(pack, startless), of_decisions)
    read = read.union(*(one.reads for one in telling))
    for duty in duties:
        duty.watched = f"duty.{duty.duty.name}" in asked
    for lifecycle in lifecycles:
        lifecycle.followed = lifecycle.key in asked
    told, names_far = tellers(pack, startless, asked), frozenset(view.far.values())
    planner = _Planner(pack, lifecycles, duties, bars, frozenset(read), frozenset(asked))
    return CompiledRules(
        pack,
        subject,
        zone,
        {kind: planner.plan(kind, told.get(kind, []), far=kind in names_far) for kind in pack.events},
        _ranks(pack),
        duties,
        lifecycles,
        bars,
        {key: tuple(found) for key, found in dependents.items()},
        _by_key(moving),
        _by_key(starting),
        watches,
        keys,
        whole,
        view.far,
        view.reads,
        remembered,
        _news(duties, pack, zone, read | asked),
    )


def _news(
    duties: tuple[CompiledDuty, ...], pack: model.RulePack, zone: Zone, read: AbstractSet[str]
) -> tuple[News, ...]:
    """What comes in on each day: closed days of calendars that some rule reads, versions that take runs over."""
    coming: dict[int, tuple[list[str], list[CompiledDuty]]] = {}
    for name, calendar in pack.calendars.items():
        for day in calendar.news if f"calendar.{name}" in read else ():
            coming.setdefault(day, ([], []))[0].append(f"calendar.{name}")
    for duty in duties:
        for day in duty.news_days if isinstance(duty, CrossingDuty) else ():
            coming.setdefault(day, ([], []))[1].append(duty)
    days = sorted(coming.items())
    return tuple(News(day, zone.midnight[day], tuple(marks), tuple(taking)) for day, (marks, taking) in days)


def _dependents(duties: tuple[CompiledDuty, ...], pack: model.RulePack) -> dict[str, list[Dependent]]:
    """Which duties must look at their open runs again when something changes."""
    found: dict[str, list[Dependent]] = {}
    for duty in duties:
        alone = duty.per is not None and not _sees_other_instances(duty.duty, pack)
        own = _kept_per(duty.per, pack) if alone and duty.per is not None else {}
        for key in sorted({key for text in duty.texts for key in text.wakes}):
            found.setdefault(own.get(key, key), []).append((duty, key in own))
    return found


def _kept_per(field: str, pack: model.RulePack) -> dict[str, str]:
    """Facts, lifecycles and events that are told apart by a field, and what is marked when one instance's change."""
    facts = {f"fact.{fact.name}" for fact in pack.facts.values() if fact.per == field}
    states = {f"state.{lifecycle.name}" for lifecycle in pack.lifecycles.values() if lifecycle.per == field}
    events = {
        f"event.{kind}": _of_instance(kind, field) for kind, declared in pack.events.items() if field in declared.fields
    }
    return {**{key: key for key in facts | states}, **events}


def _of_instance(kind: str, field: str) -> str:
    return f"event.{kind} of {field}"


def _sees_other_instances(rule: object, pack: model.RulePack) -> bool:
    """Whether a rule asks about some instance, whichever it is, by itself or in a decision that it names."""
    parts = list(walk(rule))
    named = {part.name for part in parts if isinstance(part, (model.DecisionHolds, model.FactTest))}
    decisions = [pack.decisions[name] for name in named if name in pack.decisions]
    some = any(isinstance(part, model.SomeInstance) for part in parts)
    return some or any(_sees_other_instances(decision, pack) for decision in decisions)


def _of_decisions(pack: model.RulePack, scope: Scope) -> set[str]:
    """What decisions read, so that each can be asked of a case; one that cannot run is refused where it is asked."""
    reads: set[str] = set()
    for decision in pack.decisions.values():
        for condition in (decision.condition, *(row.when for row in decision.rows)):
            with suppress(PackError):
                reads |= compile_condition(condition, scope).reads if condition is not None else frozenset()
    return reads


def _by_key(watches: tuple[Watch, ...]) -> dict[str, tuple[Watch, ...]]:
    keys = dict.fromkeys(key for watch in watches for key in sorted(watch.cond.reads))
    return {key: tuple(watch for watch in watches if key in watch.cond.reads) for key in keys}


def _movers(lifecycles: tuple[CompiledLifecycle, ...], telling: list[TurnTeller]) -> tuple[Watch, ...]:
    """What moves lifecycles, and tells facts, when it turns."""
    turns: list[tuple[Cond, bool, str | None, Turned]] = [
        (cond, to, lifecycle.lifecycle.per, partial(lifecycle.turned, trigger))
        for lifecycle in lifecycles
        for trigger, cond, to in lifecycle.turns
    ]
    turns += [(one.cond, one.to, one.fact.per, one.turned) for one in telling]
    return tuple(Watch(number, *turn) for number, turn in enumerate(turns))


def _holders(remembered: Remembered) -> tuple[Watch, ...]:
    """Conditions of which it is noted how they stand, before anything else is asked; numbered after all movers."""
    return tuple(
        Watch(_HOLDERS + number, cond, to=True, per=per, action=_nothing, held=key)
        for number, (key, (cond, per)) in enumerate(remembered.held.items())
    )


_HOLDERS: Final = 10**6


def _nothing(case: Case, instance: str | None) -> None:
    pass


def _starters(duties: tuple[CompiledDuty, ...]) -> tuple[Watch, ...]:
    """Numbered from -1 down, so that their numbers are not those of movers."""
    watches: list[Watch] = []
    for duty in duties:
        for text in duty.texts:
            for opener in text.openers:
                if opener.turn is not None:
                    action, gate = partial(start_run, duty, opener), partial(_is_in_force, duty, text)
                    watches.append(Watch(-1 - len(watches), opener.turn, opener.to, duty.per, action, gate))
    return tuple(watches)


def start_run(duty: CompiledDuty, opener: Opener, case: Case, instance: str | None) -> None:
    """What a starting condition does when it turns."""
    duty.start_by_turn(case, instance, opener)


def _is_in_force(duty: CompiledDuty, text: CompiledText, case: Case) -> bool:
    return duty.text_at(case.day) is text


_Rule: TypeAlias = model.Duty | model.Lifecycle | model.Fact | model.Bar


@attrs.frozen
class _Planner:
    """What the plans of all kinds of event are made from: the compiled rules, and what they read or ask again for."""

    pack: model.RulePack
    lifecycles: tuple[CompiledLifecycle, ...]
    duties: tuple[CompiledDuty, ...]
    bars: tuple[CompiledBar, ...]
    read: frozenset[str]
    asked: frozenset[str]

    def plan(self, kind: str, telling: list[Teller], *, far: bool) -> Plan:
        """What an event of a kind does. `far`: it has happened in another case."""
        closed = tuple(duty for duty in self.duties if any(kind in text.closing for text in duty.texts))
        named = (duty for duty in self.duties if any(kind in text.opening for text in duty.texts))
        openers = tuple(duty for duty in self.duties if any(kind in text.starting for text in duty.texts))
        moved = tuple(lifecycle for lifecycle in self.lifecycles if kind in lifecycle.kinds)
        forbidding = tuple(bar for bar in self.bars if kind in bar.kinds)
        rules: list[_Rule] = [
            *dict.fromkeys(duty.duty for duty in (*named, *closed)),
            *(lifecycle.lifecycle for lifecycle in moved),
            *(bar.bar for bar in forbidding),
            *(teller.fact for teller in telling),
        ]
        together = _look_at_one_another(kind, closed)
        return Plan(
            fields=self._fields(kind, rules, far=far),
            bars=forbidding,
            moves=moved,
            judged=tuple(teller for teller in telling if teller.plain is None),
            told=tuple(teller for teller in telling if teller.plain is not None),
            keep=f"event.{kind}" in self.read or self._is_looked_back_at(kind),
            marks=self._marks(kind),
            closers=() if together else tuple(closing(duty, kind) for duty in closed),
            together=closed if together else (),
            openers=tuple(opening(duty, kind) for duty in openers),
        )

    def _fields(
        self, kind: str, rules: list[_Rule], *, far: bool
    ) -> tuple[tuple[str, str | None, tuple[str, ...]], ...]:
        """The fields of instances that it bears: what is marked when a value is new, and the rules that need one."""
        fields = self._instance_fields(far=far) & set(self.pack.events[kind].fields)
        marks = {field: f"instances.{field}" for field in fields}
        return tuple(
            (
                field,
                marks[field] if marks[field] in self.asked else None,
                tuple(dict.fromkeys(rule.name for rule in rules if rule.per == field)),
            )
            for field in sorted(fields)
        )

    def _instance_fields(self, *, far: bool) -> set[str]:
        """The fields for each value of which some rule is kept; of what comes from afar, a rule that sees it."""
        pack = self.pack
        sections: tuple[Mapping[str, _Rule], ...] = (pack.duties, pack.lifecycles, pack.facts, pack.bars)
        rules = (rule for section in sections for rule in section.values())
        return {rule.per for rule in rules if rule.per and not (far and rule.subject == "case")}

    def _is_looked_back_at(self, kind: str) -> bool:
        """Whether a run may be met by one that has happened already."""
        ends = (end for duty in self.duties for text in duty.texts for end in text.ends)
        return any(kind in end[0].kinds for end in ends if end[1] != CANCELLED)

    def _marks(self, kind: str) -> tuple[tuple[str, str | None], ...]:
        """What has changed when it has happened, as far as somebody asks for it."""
        fields = ((_of_instance(kind, field), field) for field in self.pack.events[kind].fields)
        marks: tuple[tuple[str, str | None], ...] = ((f"event.{kind}", None), *fields)
        return tuple(mark for mark in marks if mark[0] in self.asked)


def _look_at_one_another(kind: str, closed: Iterable[CompiledDuty]) -> bool:
    """Whether what an event may end of one duty hangs on how another stands."""
    ends = (end[0] for duty in closed for text in duty.texts for end in text.ends if kind in end[0].kinds)
    return any(key.startswith("duty.") for evidence in ends for key in evidence.reads)
