"""Lifecycles: defined as machines of `transitions`, compiled once to plain tables that the fold runs on.

One machine for each lifecycle of a pack, never one for each case. The machine is what the diagram is drawn from and
what the tests walk beside the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias, cast

import attrs
from transitions import EventData, Machine, State
from transitions.extensions import GraphMachine

from icpm_engine.checks import EventTest
from icpm_engine.conditions import Cond, combine, compile_condition, compile_turn, probe_of
from icpm_engine.conditions.searching import compile_meant, reads_of_bounds
from icpm_engine.moments import Scope, Within, compile_bounds
from icpm_engine.rules import model
from icpm_engine.rules.wording import words_of_line
from icpm_engine.working import At, Case, Entry, Run, at_instant, instances_of

Move: TypeAlias = tuple["CompiledLifecycle", "str | None", str]
TURN = "~"
"""Triggers that are no events begin with this: the number of a transition that a condition or a moment makes."""


class Guard:
    """What must hold for a transition beside the event's kind; callable in the form that `transitions` asks for."""

    def __init__(self, where: EventTest | None, when: Cond | None, within: Within | None = None) -> None:
        """Tests of the event, a condition on the case before it, and the window of what is no event."""
        self.where = where
        self.when = when
        self.within = within

    def meant(self, ev: Entry, case: Case, run: Run | None) -> bool:
        """Whether the transition speaks of such an event at all."""
        return self.where is None or self.where(ev, case, run) is True

    def holds(self, ev: Entry, case: Case, run: Run | None) -> bool | None:
        """Whether the case allows it, as it stood just before the event."""
        return True if self.when is None else self.when.test(case, run, ev)

    def __call__(self, data: EventData) -> bool:
        """Whether the machine may take this transition."""
        ev, case, run = data.kwargs["ev"], data.kwargs["case"], data.kwargs.get("run")
        return self.meant(ev, case, run) and self.holds(ev, case, run) is True


@attrs.define(eq=False)
class CompiledLifecycle:
    """One lifecycle: its machine, and the table made from it: trigger -> state -> guards and where they lead.

    `followed` says whether some rule is asked again when it moves.
    """

    lifecycle: model.Lifecycle
    machine: Machine
    table: dict[str, dict[str, tuple[tuple[Guard, str], ...]]]
    turns: tuple[tuple[str, Cond, bool], ...]
    reads: frozenset[str]
    followed: bool = True
    key: str = attrs.field(init=False)
    name: str = attrs.field(init=False)
    initial: str = attrs.field(init=False)
    per: str | None = attrs.field(init=False)
    guarded: bool = attrs.field(init=False)

    @key.default
    def _key(self) -> str:
        return f"state.{self.lifecycle.name}"

    @name.default
    def _name(self) -> str:
        return self.lifecycle.name

    @initial.default
    def _initial(self) -> str:
        return self.lifecycle.initial

    @per.default
    def _per(self) -> str | None:
        return self.lifecycle.per

    @guarded.default
    def _guarded(self) -> bool:
        guards = (guard for by_state in self.table.values() for rows in by_state.values() for guard, _ in rows)
        return any(guard.where is not None or guard.when is not None for guard in guards)

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of event that it mentions."""
        return frozenset(trigger for trigger in self.table if not trigger.startswith(TURN))

    def state_of(self, case: Case, instance: str | None) -> str:
        """The present state of the lifecycle, or of one instance of it."""
        held = case.states.get(self.name)
        if held is None:
            return self.initial
        state: str = held if self.per is None else held.get(instance, self.initial)
        return state

    def moves(self, case: Case, ev: Entry, probe: Callable[[Case, str | None], Run], out: list[Move]) -> None:
        """Where an event moves it: judged on the case just before the event; nothing is changed yet."""
        per = self.per
        if per is None:
            self._move(case, ev, None, None, out)
            return
        for instance in instances_of(case, ev, per):
            self._move(case, ev, instance, probe(case, instance) if self.guarded else None, out)

    def _move(self, case: Case, ev: Entry, instance: str | None, run: Run | None, out: list[Move]) -> None:
        by_state, per = self.table[ev.kind], self.per
        guarded = False
        for guard, target in by_state.get(self.state_of(case, instance), ()):
            if guard.where is not None and not guard.meant(ev, case, run):
                continue
            held = True if guard.when is None else guard.holds(ev, case, run)
            if held:
                out.append((self, instance, target))
                return
            guarded = True
            if held is None and guard.when is not None:
                missing = tuple(sorted(guard.when.missing(case, run, ev)))
                case.findings.append(("undetermined", self.name, ev.entry, case.now, missing))
        if not guarded and (per is None or per in ev.values):
            self._out_of_place(case, ev, run)

    def _out_of_place(self, case: Case, ev: Entry, run: Run | None) -> None:
        """The lifecycle mentions such an event and has no transition for it here: it is kept, and marked (19)."""
        if any(guard.meant(ev, case, run) for rows in self.table[ev.kind].values() for guard, _ in rows):
            kind = "anomaly" if self.lifecycle.strict else "out_of_place"
            case.findings.append((kind, self.name, ev.entry, case.now, ()))

    def apply(self, case: Case, instance: str | None, target: str, at: At) -> None:
        """Come into a state."""
        name = self.name
        if self.state_of(case, instance) != target:  # else it stays in it, since it last came into it
            case.state_log.append((name, instance, target, case.now, at))
            case.since[name, None, target] = at
            if instance is not None:
                case.since[name, instance, target] = at
        if self.per is None:
            case.states[name] = target
        else:
            case.states.setdefault(name, {})[instance] = target
        if self.followed:
            case.dirty.append((self.key, instance))

    def turned(self, trigger: str, case: Case, instance: str | None) -> None:
        """A condition or moment of one of its transitions has turned."""
        rows = self.table[trigger].get(self.state_of(case, instance), ())
        if not rows:
            return
        guard, target = rows[0]
        probe = probe_of(case, instance)
        if guard.when is not None and guard.when.test(case, probe, case.cause) is not True:
            return
        at = case.cause.at if case.cause is not None else at_instant(case.zone, case.now)
        moment = next(cond.moment for name, cond, _ in self.turns if name == trigger)
        reached = moment(case, probe, None) if moment is not None else None
        if isinstance(reached, At):
            at = reached
        if guard.within is None or guard.within(case, probe, case.cause, at):
            self.apply(case, instance, target, at)


def compile_lifecycle(lifecycle: model.Lifecycle, scope: Scope) -> CompiledLifecycle:
    """Define the machine with `transitions`, then read the table off it. Raises PackError for what cannot run."""
    own = attrs.evolve(scope, per=lifecycle.per)
    machine = Machine(
        model=None,
        states=list(lifecycle.states),
        initial=lifecycle.initial,
        auto_transitions=False,
        send_event=True,
        ignore_invalid_triggers=True,
        before_state_change=None,
    )
    turns: list[tuple[str, Cond, bool]] = []
    reads: set[str] = set()
    for number, transition in enumerate(lifecycle.transitions):
        line = transition.line
        when = compile_condition(line.when, own) if line.when is not None else None
        if line.on:
            guard = Guard(compile_meant(line, own, reads), when)
        else:
            guard = Guard(None, when, compile_bounds(line.bounds, own))
            reads_of_bounds(line.bounds, reads, own)
        turn = compile_turn(line, own)
        if turn is not None:
            cond, to = turn
            if cond.moment is not None:  # time moves it whenever the moment is over while it is in that state
                here = (cond, _in_states(lifecycle, transition, own), *(() if when is None else (when,)))
                cond = attrs.evolve(combine("all", here), moment=cond.moment)
            turns.append((f"{TURN}{number}", cond, to))
        reads |= (when.reads if when is not None else frozenset()) | (
            turn[0].reads if turn is not None else frozenset()
        )
        for trigger in line.on or (f"{TURN}{number}",):
            machine.add_transition(trigger, list(transition.sources), transition.target, conditions=[guard])
    return CompiledLifecycle(lifecycle, machine, table_of(machine), tuple(turns), frozenset(reads))


def _in_states(lifecycle: model.Lifecycle, transition: model.Transition, scope: Scope) -> Cond:
    states = tuple(model.StateIs(lifecycle.name, source) for source in transition.sources)
    return compile_condition(model.Combined("any", states), scope)


def table_of(machine: Machine) -> dict[str, dict[str, tuple[tuple[Guard, str], ...]]]:
    """The plain table of a machine: trigger -> state -> (guard, target) in the order in which they were added."""
    return {
        trigger: {
            source: tuple((cast("Guard", step.conditions[0].func), str(step.dest)) for step in steps)
            for source, steps in event.transitions.items()
        }
        for trigger, event in machine.events.items()
    }


class _Labelled(State):
    """A state that is drawn with words for people."""

    def __init__(self, name: str, *, label: str, final: bool, **given: Any) -> None:
        super().__init__(name, final=final, **given)
        self.label = label


class _Drawing(GraphMachine):
    state_cls = _Labelled


def diagram(lifecycle: model.Lifecycle) -> str:
    """The lifecycle as a Mermaid state diagram."""
    drawn = _Drawing(
        states=[
            {"name": state.name, "label": _for_mermaid(state.label), "final": state.final}
            for state in lifecycle.states.values()
        ],
        initial=lifecycle.initial,
        auto_transitions=False,
        graph_engine="mermaid",
        title=f"title: {json.dumps(lifecycle.label, ensure_ascii=False)}",
    )
    for transition in lifecycle.transitions:
        words = _for_mermaid(transition.line.label or words_of_line(transition.line))
        drawn.add_transition(words, list(transition.sources), transition.target, label=words)
    ends = [f"\n  {state.name} --> [*]" for state in lifecycle.states.values() if state.final]
    return str(drawn.get_graph().draw(None)) + "".join(ends)


def _for_mermaid(words: str) -> str:
    """Words of a rule, without what would end a text in Mermaid."""
    return " ".join(words.split()).replace(";", "#59;").replace('"', "#quot;")
