"""What meets, replaces, excuses or cancels a run: lines judged against events.

Most lines are simple (an event, perhaps with a test of its fields) and are judged in one step. The others keep what
they have accepted so far on the run: values still wanted, events counted, parts of a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import attrs

from icpm_engine.checks import EventTest, compile_where, lacking, not_built
from icpm_engine.conditions import Cond, compile_condition
from icpm_engine.errors import PackError
from icpm_engine.moments import (
    MomentOf,
    Pending,
    Scope,
    Within,
    bound_edges,
    compile_bounds,
    entry_at,
    reads_of_moment,
    value_at,
)
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Entry, Run, at_instant

Truth: TypeAlias = bool | None
NO_BOUNDS: Final = model.Bounds()
NOWHERE: Final = (-(2**62), 0)  # a place before every entry
UNSURE: Final = -1  # key in a run's progress: what would tell of some events whether they count (an hour, a choice)


def dated(case: Case, entry: Entry, how: str) -> At | None:
    """The date of an event that counts: when it occurred, when it was recorded, or one of its fields."""
    if how == "occurred":
        return entry_at(case, entry)
    if how == "recorded":
        return at_instant(case.zone, entry.recorded, entry.root) if entry.recorded else entry_at(case, entry)
    value = entry.values.get(how)
    if value is None:
        return None
    return value_at(case.zone, value, "date" if isinstance(value, int) else "moment", entry.root)


@attrs.frozen(eq=False)
class Leaf:
    """One line with an event at its head, compiled."""

    number: int
    line: model.Line
    scope: Scope
    where: EventTest | None
    when: Cond | None
    within: Within | None
    edges: tuple[MomentOf, ...]
    looks_back: bool  # it has a lower bound of its own; without one it counts from the start on
    needed: tuple[tuple[str, Cond | None], ...]

    def takes(self, case: Case, run: Run, entry: Entry) -> Truth:
        """Whether an event counts for this line: kind, fields, the case at that moment, its place in time."""
        if entry.kind not in self.line.on:
            return False
        if self.where is not None and self.where(entry, case, run) is not True:
            return False
        if self.when is not None and self.when.test(case, run, entry) is not True:
            return False
        if self.within is None:
            return True
        at = dated(case, entry, self.line.dated)
        return False if at is None else self.within(case, run, entry, at)

    def unsure_for(self, case: Case, run: Run, entry: Entry) -> tuple[str, ...]:
        """What would tell whether an event lies within the bounds: facts and choices of the bounds, else its hour."""
        edges = [edge(case, run, entry) for edge in self.edges]
        names = [name for edge in edges if isinstance(edge, Pending) and edge.undetermined for name in edge.names]
        return tuple(dict.fromkeys(names)) or (f"the hour of {entry.kind}",)

    def wanting(self, case: Case, run: Run) -> list[str] | None:
        """What is still missing; None while nothing of it has been seen; an empty list: complete."""
        seen = run.progress.get(self.number, ())
        if self.needed:
            return self._values_wanted(case, run, seen)
        lacks = [self._lacking(case, run, entry) for entry in seen]
        complete = sum(not names for names in lacks)
        if complete >= (self.line.times or 1):
            return []
        if self.line.times and seen:
            return [f"{self.line.times - complete} more of {self.line.label or ' or '.join(self.line.on)}"]
        return min(lacks, key=len) if lacks else None

    def _lacking(self, case: Case, run: Run, entry: Entry) -> list[str]:
        return [name for part in self.line.shows for name in lacking(part, entry, case, run, self.scope)]

    def _values_wanted(self, case: Case, run: Run, seen: Any) -> list[str] | None:
        field = self.line.each.field if self.line.each else ""
        have: set[str] = set()
        for entry in seen:
            if not self._lacking(case, run, entry):
                value = entry.values.get(field, ())
                have.update(value if isinstance(value, tuple) else (value,))
        wanted = [
            value
            for value, when in self.needed
            if value not in have and (when is None or when.test(case, run, None) is not False)
        ]
        return wanted if have or not wanted else None

    def applies(self, case: Case, run: Run) -> bool:
        """In a list of all, a line whose `when` does not hold is not needed."""
        return self.when is None or self.when.test(case, run, None) is not False


@attrs.frozen(eq=False)
class Group:
    """any or all of several lines."""

    how: str
    parts: tuple[Leaf | Turn | Group, ...]
    label: str | None = None

    def wanting(self, case: Case, run: Run) -> list[str] | None:
        """What is still missing; None while nothing has been seen; an empty list: complete."""
        found = [(part, part.wanting(case, run)) for part in self.parts if self.how == "any" or part.applies(case, run)]
        if self.how == "any":
            begun = [names for _, names in found if names is not None]
            return min(begun, key=len) if begun else None
        if all(names is None for _, names in found):
            return None if found else []
        return [name for part, names in found for name in (_name_of(part) if names is None else names)]

    def applies(self, case: Case, run: Run) -> bool:
        """A group is needed if any of its parts is."""
        return any(part.applies(case, run) for part in self.parts)


@attrs.frozen(eq=False)
class Turn:
    """A line whose head is a condition: met when it turns (becomes true, or ceases to be)."""

    number: int
    cond: Cond
    to: bool

    def wanting(self, case: Case, run: Run) -> list[str] | None:  # noqa: ARG002 - as the other parts are asked
        """Complete once the condition has turned since the run opened."""
        return [] if run.progress.get(self.number) == "turned" else None

    def applies(self, case: Case, run: Run) -> bool:  # noqa: ARG002 - as the other parts are asked
        """Always needed."""
        return True

    def look(self, case: Case, run: Run) -> None:
        """Note how the condition stands; a change to the wanted side since the last look is the turn."""
        before = run.progress.get(self.number)
        if before == "turned":
            return
        now = self.cond.test(case, run, None)
        turned = before is not None and before != "side" and now is self.to
        run.progress[self.number] = "turned" if turned else "side" if now is self.to else "other"


def _name_of(part: Leaf | Turn | Group) -> list[str]:
    if isinstance(part, Group):
        return [part.label] if part.label else [name for inner in part.parts for name in _name_of(inner)]
    if isinstance(part, Turn):
        return [part.cond.words]
    return [part.line.label or " or ".join(part.line.on)]


@attrs.frozen(eq=False)
class Evidence:
    """Lines compiled together: what one key of a duty (met, substitute, excused, cancelled) asks for."""

    tree: Leaf | Turn | Group
    kinds: frozenset[str]
    simple: dict[str, EventTest | None] | None
    reads: frozenset[str]
    conditions: tuple[Cond, ...]
    turns: tuple[Turn, ...]
    from_start: bool  # the event that starts the run may count (since: start)
    looks_back: bool  # a lower bound may lie before the start
    closes_at_due: bool  # nothing counts after the due moment

    def take(self, case: Case, run: Run, entry: Entry) -> bool:
        """Let an event count, and say whether the lines are complete now."""
        if not self.from_start and entry.root == run.start.entry:
            return False
        simple = self.simple
        if simple is not None:
            test = simple[entry.kind]
            return test is None or test(entry, case, run) is True
        if run.progress is None:
            run.progress = {}
        taken = False
        early = self.looks_back and entry_at(case, entry).hi < run.start.lo
        for leaf in leaves(self.tree):
            if early and not leaf.looks_back:
                continue
            counts = leaf.takes(case, run, entry)
            if counts:
                run.progress[leaf.number] = (*run.progress.get(leaf.number, ()), entry)
                taken = True
            elif counts is None:
                names = leaf.unsure_for(case, run, entry)
                run.progress[UNSURE] = tuple(dict.fromkeys((*run.progress.get(UNSURE, ()), *names)))
        return taken and self.complete(case, run)

    def complete(self, case: Case, run: Run) -> bool:
        """Whether nothing is wanting any more; notes on the run what is."""
        wanting = self.tree.wanting(case, run)
        run.wanting = tuple(wanting or ())
        return wanting == []

    def look(self, case: Case, run: Run) -> bool:
        """Ask again after the case has changed, without a new event."""
        if self.simple is not None:
            return False
        if run.progress is None:
            run.progress = {}
        for turn in self.turns:
            turn.look(case, run)
        return bool(run.progress) and self.complete(case, run)

    def before(self, case: Case, run: Run) -> Any:
        """Evidence that was there when the run opened: on the start's own day, or in a window that reaches back."""
        entries = list(self._earlier(case, run))
        if not entries:
            return None
        if isinstance(self.tree, Leaf) and not self.tree.needed and not self.tree.line.times:
            entries.reverse()  # looking back takes the latest (semantics 17)
        for entry in entries:
            if self.take(case, run, entry):
                return entry
        return None

    def _earlier(self, case: Case, run: Run) -> Iterator[Entry]:
        start, previous = run.start, run.previous
        floor = previous.met if previous is not None else None
        behind = self._used(case, previous)
        found = []
        for kind in self.kinds:
            for entry in reversed(case.log.get(kind, ())):
                if (not self.looks_back and entry.day < start.day) or _place(entry) <= behind:
                    break
                at = entry_at(case, entry)
                if (
                    at.lo > run.floor
                    and (self.looks_back or at.hi >= start.lo)
                    and (floor is None or at.lo >= floor.lo)
                ):
                    found.append(entry)
        found.sort(key=_place)
        for entry in found:
            if run.duty.per is None or entry.values.get(run.duty.per, run.instance) == run.instance:
                yield entry

    def _used(self, case: Case, previous: Run | None) -> tuple[int, int]:
        """The place of the evidence of the run before: a series never reaches behind it (semantics 17)."""
        used = previous.evidence if previous is not None else ()
        if not used:
            return NOWHERE
        entries = (entry for kind in self.kinds for entry in reversed(case.log.get(kind, ())))
        return next((_place(entry) for entry in entries if entry.root in used), NOWHERE)


def _place(entry: Entry) -> tuple[int, int]:
    return entry.t, entry.root


def leaves(node: Leaf | Turn | Group) -> Iterator[Leaf]:
    """Every line with an event at its head."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Group):
        for part in node.parts:
            yield from leaves(part)


class Builder:
    """Compiles the lines of one key of a duty."""

    def __init__(self, scope: Scope, default: model.Bounds = NO_BOUNDS) -> None:
        self.scope = scope
        self.default = default
        self.reads: set[str] = set()
        self.conditions: list[Cond] = []
        self.turns: list[Turn] = []
        self.bounds: list[model.Bounds] = []
        self.number = 0

    def build(self, line: model.AnyLine) -> Evidence:
        """The compiled lines with all that the fold must know of them."""
        tree = self._node(line, NO_BOUNDS, None)
        kinds = frozenset(kind for leaf in leaves(tree) for kind in leaf.line.on)
        lower = [bound for bounds in self.bounds for bound in (bounds.since, bounds.after) if bound is not None]
        by_due = [bounds for bounds in self.bounds if model.Anchor("due") in (bounds.by, bounds.before)]
        return Evidence(
            tree,
            kinds,
            self._simple(tree),
            frozenset(self.reads),
            tuple(self.conditions),
            tuple(self.turns),
            from_start=model.Anchor("start") in lower,
            looks_back=any(bound != model.Anchor("start") for bound in lower),
            closes_at_due=bool(by_due) and len(by_due) == len(list(leaves(tree))),
        )

    def _simple(self, tree: Leaf | Turn | Group) -> dict[str, EventTest | None] | None:
        parts = [tree] if isinstance(tree, Leaf) else list(tree.parts) if isinstance(tree, Group) else []
        if isinstance(tree, Group) and tree.how == "all":
            return None
        simple: dict[str, EventTest | None] = {}
        for leaf in parts:
            if (
                not isinstance(leaf, Leaf)
                or leaf.when
                or leaf.within
                or leaf.needed
                or leaf.line.shows
                or leaf.line.times
            ):
                return None
            if leaf.line.dated != "occurred" or any(kind in simple for kind in leaf.line.on):
                return None
            simple.update(dict.fromkeys(leaf.line.on, leaf.where))
        return simple or None

    def _node(self, line: model.AnyLine, bounds: model.Bounds, when: model.Condition | None) -> Leaf | Turn | Group:
        if isinstance(line, model.Lines):
            inner = merge_bounds(bounds, line.bounds)
            both = both_conditions(when, line.when)
            return Group(line.how, tuple(self._node(part, inner, both) for part in line.parts), line.label)
        if line.becomes is not None or line.ceases is not None:
            return self._turn(line)
        if line.at is not None:
            raise not_built("a line of the form `at` as evidence", line.mark)
        if line.of or line.in_a_row or line.share is not None:
            raise not_built("of, in_a_row or share", line.mark)
        return self._leaf(line, merge_bounds(bounds, line.bounds) or self.default, both_conditions(when, line.when))

    def _turn(self, line: model.Line) -> Turn:
        condition = line.becomes or line.ceases
        if condition is None or line.bounds or line.when is not None:
            raise not_built("bounds or when on becomes or ceases as evidence", line.mark)
        cond = compile_condition(condition, self.scope)
        self.number += 1
        turn = Turn(self.number, cond, line.becomes is not None)
        self.turns.append(turn)
        self.conditions.append(cond)
        self.reads |= cond.reads
        return turn

    def _leaf(self, line: model.Line, bounds: model.Bounds, condition: model.Condition | None) -> Leaf:
        when = compile_condition(condition, self.scope) if condition is not None else None
        needed: list[tuple[str, Cond | None]] = []
        for value in line.each.values if line.each else ():
            only = compile_condition(value.when, self.scope) if value.when is not None else None
            needed.append((value.value, only))
            if only is not None:
                self.reads |= only.reads
                self.conditions.append(only)
        if when is not None:
            self.reads |= when.reads
        self.bounds.append(bounds)
        for bound in (bounds.since, bounds.after, bounds.by, bounds.before):
            if bound is not None:
                reads_of_moment(bound, self.reads)
        where = compile_where(line.where, self.scope) if line.where is not None else None
        self.number += 1
        within = compile_bounds(bounds, self.scope)
        edges = tuple(edge for _, edge, _ in bound_edges(bounds, self.scope))
        lower = [bound for bound in (bounds.since, bounds.after) if bound is not None]
        looks_back = any(bound != model.Anchor("start") for bound in lower)
        return Leaf(self.number, line, self.scope, where, when, within, edges, looks_back, tuple(needed))


def both_conditions(one: model.Condition | None, other: model.Condition | None) -> model.Condition | None:
    """Both conditions, where both are there."""
    return one or other if one is None or other is None else model.Combined("all", (one, other))


def merge_bounds(outer: model.Bounds, inner: model.Bounds) -> model.Bounds:
    """Bounds on a composite hold for each of its lines. Raises PackError where a line sets the same edge again."""
    for word in ("since", "after", "by", "before"):
        if getattr(outer, word) is not None and getattr(inner, word) is not None:
            raise PackError(f"both the list and a line in it say `{word}`; say it in one place")
    return model.Bounds(
        outer.since or inner.since, outer.after or inner.after, outer.by or inner.by, outer.before or inner.before
    )
