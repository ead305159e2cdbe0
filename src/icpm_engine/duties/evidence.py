"""What meets, replaces, excuses or cancels a run: lines judged against events.

Most lines are simple (an event, perhaps with a test of its fields) and are judged in one step. The others keep on the
run what they have seen so far, and are asked again when something that they read changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from icpm_engine.checks import EventTest, compile_lacks, compile_where, untold
from icpm_engine.conditions import Cond, compile_condition, compile_turn
from icpm_engine.conditions.happened import NO_BOUNDS, both_conditions, merge_bounds
from icpm_engine.conditions.past import Past, Then
from icpm_engine.conditions.searching import reads_of_bounds
from icpm_engine.counting import is_series
from icpm_engine.duties.lines import Group, Leaf, Node, Untold, leaves
from icpm_engine.duties.series import SeriesLeaf
from icpm_engine.duties.standing import BY_EVENT, Standing
from icpm_engine.duties.turns import Turn
from icpm_engine.errors import PackError
from icpm_engine.moments import (
    Scope,
    bound_edges,
    compile_bounds,
    compile_moment,
    is_from_start,
)
from icpm_engine.rules import model
from icpm_engine.working import Case, Entry, Run, concerns

NOWHERE: Final = (-(2**62), 0)  # a place before every entry
START: Final = model.Anchor("start")


@attrs.frozen(eq=False)
class Evidence:
    """Lines compiled together: what one key of a duty (met, substitute, excused, cancelled) asks for."""

    number: int
    tree: Node
    kinds: frozenset[str]
    simple: dict[str, EventTest | None] | None
    reads: frozenset[str]
    wakes: frozenset[str]
    """What it must be asked again for when it changes, without an event of its own."""
    turns: tuple[Turn, ...]
    from_start: bool
    """The event that starts the run may count for some line."""
    looks_back: bool
    """Some lower bound may lie before the start."""
    dated: bool
    """Some line counts by another date than that of the event."""
    windowed: bool
    """Some line is judged when its window closes."""
    bounded: bool
    """Some line has an upper bound, so that there may be a moment after which nothing can count."""
    any_date: bool
    conditions: tuple[Cond, ...]
    """Conditions that are asked without an event of their own."""
    leaves: tuple[Leaf, ...] = attrs.field(init=False)
    """Its lines with an event at their head."""

    @leaves.default
    def _leaves(self) -> tuple[Leaf, ...]:
        return tuple(leaves(self.tree))

    def take(self, case: Case, run: Run, entry: Entry) -> Standing | None:
        """Show it an event; gives what it has come to if it is complete now."""
        simple = self.simple
        if simple is not None:
            if entry.root == run.start.entry:
                return None
            at = entry.at
            early = at.lo < run.start.lo or at.lo <= run.floor  # a run of a series may begin later than it is opened
            if early and not self.any_date and (at.lo <= run.floor or not is_from_start(at, run.start)):
                return None
            test = simple[entry.kind]
            held = True if test is None else test(entry, case, run)
            if held is not None:
                return BY_EVENT if held else None
        if run.progress is None:
            run.progress = {}
        offered = False
        for leaf in self.leaves:
            if leaf.offer(case, run, entry):
                offered = True
        if not offered:
            return None
        for turn in self.turns:  # the same event may have told a moment that is long past
            turn.look(case, run)
        return self._asked(case, run)

    def any_before(self, case: Case, run: Run) -> bool:
        """A cheap look before the dear one: is there such an event on the start's day or, if bounds allow, before."""
        if self.turns or self.any_date:
            return bool(self.turns)  # what cancels comes after the opening (semantics 25)
        log, day, previous = case.log, run.start.day, run.previous
        used = previous.evidence if previous is not None else ()
        for kind in self.kinds:
            entries = log.get(kind)
            if not entries:
                continue
            if self.looks_back or self.dated:
                return True
            last = entries[-1]
            if last.root == run.start.entry and not self.from_start:
                if len(entries) == 1:
                    continue
                last = entries[-2]
            if last.day >= day and last.root not in used:
                return True
        return False

    def look(self, case: Case, run: Run) -> Standing | None:
        """Ask again after the case has changed, without a new event."""
        if run.progress is None:
            run.progress = {}
        for turn in self.turns:
            turn.look(case, run)
        for leaf in self.leaves:
            leaf.look(case, run)
        return self._asked(case, run)

    def _asked(self, case: Case, run: Run) -> Standing | None:
        """What it has come to if it is complete; notes on the run what is wanting, and what would tell."""
        standing = self.tree.standing(case, run)
        if self.number == 0:
            run.wanting = standing.wanting or ()
        if standing.unsure and standing.truth is None:
            run.doubts = {**(run.doubts or {}), self.number: standing.unsure}
        elif run.doubts is not None:
            run.doubts.pop(self.number, None)
        return standing if standing.truth else None

    def before(self, case: Case, run: Run) -> Standing | None:
        """Evidence that was there when the run opened: on the start's own day, or in a window that reaches back."""
        behind = self._used(case, run.previous)
        entries = () if self.any_date else tuple(self._earlier(case, run, behind))
        if not entries and not self.turns:
            return None
        run.progress = run.progress or {}
        for entry in entries:
            for leaf in self.leaves:
                leaf.offer(case, run, entry)
        for turn in self.turns:
            if turn.number not in run.progress:  # a version that takes a run over keeps what was noted
                turn.seek(case, run, behind)
        return self._asked(case, run)

    def _earlier(self, case: Case, run: Run, behind: tuple[int, int]) -> Iterator[Entry]:
        first = None if self.looks_back or self.dated else run.start.day
        found = []
        for kind in self.kinds:
            for entry in reversed(case.log.get(kind, ())):
                if (first is not None and entry.day < first) or _place(entry) <= behind:
                    break
                found.append(entry)
        found.sort(key=_place)
        for entry in found:
            if run.duty.per is None or concerns(entry, run.duty.per, run.instance):
                yield entry

    def _used(self, case: Case, previous: Run | None) -> tuple[int, int]:
        """The place of the evidence of the runs before: a series never reaches behind it (semantics 17)."""
        while previous is not None and previous.met is None:
            previous = previous.previous
        if previous is None:
            return NOWHERE
        used = previous.evidence
        entries = (entry for kind in self.kinds for entry in reversed(case.log.get(kind, ())))
        return max((_place(entry) for entry in entries if entry.root in used), default=NOWHERE)

    def drop(self, case: Case, run: Run, used: tuple[int, ...]) -> None:
        """Forget events that another run of the series has used, and those behind the evidence of the runs before."""
        behind = NOWHERE if self.any_date else self._used(case, run.previous)
        for leaf in self.leaves:
            leaf.drop(run, used, behind)
        self._asked(case, run)

    def waits_until(self, case: Case, run: Run) -> int | None:
        """The next instant at which an event that is dated later comes in, or a window closes."""
        if not run.progress:
            return None
        found = [leaf.waits_until(case, run) for leaf in self.leaves]
        return min((instant for instant in found if instant is not None), default=None)


def _place(entry: Entry) -> tuple[int, int]:
    return entry.t, entry.root


class Builder:
    """Compiles the lines of one key of a duty. `number` tells the keys apart: 0 is what meets the duty.

    `default` are bounds for lines that have none; `any_date`: see `Leaf`.
    """

    def __init__(
        self, scope: Scope, number: int = 0, default: model.Bounds = NO_BOUNDS, *, any_date: bool = False
    ) -> None:
        self.scope = scope
        self.key = number
        self.default = default
        self.any_date = any_date
        self.reads: set[str] = set()
        self.wakes: set[str] = set()
        self.turns: list[Turn] = []
        self.conditions: list[Cond] = []
        self.bounds: list[model.Bounds] = []
        self.number = 1000 * number

    def build(self, line: model.AnyLine) -> Evidence:
        """The compiled lines with all that the fold must know of them."""
        tree = self._node(self._living(line), NO_BOUNDS, None)
        if isinstance(tree, Group) and tree.how == "any" and len(tree.parts) == 1:
            tree = tree.parts[0]
        all_leaves = list(leaves(tree))
        lower = [bound for bounds in self.bounds for bound in (bounds.since, bounds.after) if bound is not None]
        return Evidence(
            self.key,
            tree,
            frozenset(kind for leaf in all_leaves for kind in leaf.line.on),
            self._simple(tree),
            frozenset(self.reads),
            frozenset(self.wakes),
            tuple(self.turns),
            from_start=any(leaf.from_start for leaf in all_leaves),
            looks_back=any(bound != START for bound in lower),
            dated=any(leaf.line.dated != "occurred" for leaf in all_leaves),
            windowed=any(leaf.line.share is not None for leaf in all_leaves),
            bounded=any(leaf.ends for leaf in all_leaves) or any(turn.ends for turn in self.turns),
            any_date=self.any_date,
            conditions=tuple(self.conditions),
        )

    def _simple(self, tree: Node) -> dict[str, EventTest | None] | None:
        parts = [tree] if isinstance(tree, Leaf) else list(tree.parts) if isinstance(tree, Group) else []
        if isinstance(tree, Group) and tree.how == "all":
            return None
        simple: dict[str, EventTest | None] = {}
        for leaf in parts:
            if not isinstance(leaf, Leaf) or leaf.when or leaf.within or leaf.needed:
                return None
            if leaf.line.shows or leaf.line.times or leaf.line.dated != "occurred" or is_series(leaf.line):
                return None
            if any(kind in simple for kind in leaf.line.on):
                return None
            simple.update(dict.fromkeys(leaf.line.on, leaf.where))
        return simple or None

    def _node(
        self, line: model.AnyLine, bounds: model.Bounds, when: model.Condition | None, *, in_all: bool = False
    ) -> Node:
        """`in_all`: it is a part of a list of all, so that its `when` says whether it is needed."""
        need = self._woken(line.when) if in_all and line.when is not None else None
        own = when if need is not None else both_conditions(when, line.when)
        if isinstance(line, model.Lines):
            inner, is_all = merge_bounds(bounds, line.bounds, line.mark), line.how == "all"
            parts = tuple(self._node(part, inner, own, in_all=is_all) for part in line.parts)
            return Group(line.how, parts, line.label, need)
        merged = self._with_default(merge_bounds(bounds, line.bounds, line.mark))
        return self._leaf(line, merged, own, need) if line.on else self._turn(line, merged, own, need)

    def _living(self, line: model.AnyLine) -> model.AnyLine:
        """A list of any without the lines that never count: they hang on a choice that is settled otherwise.

        Only where such a line tells nothing else: it has no end, and the others are about the same events.
        """
        if isinstance(line, model.Line) or line.how != "any":
            return line
        living = tuple(part for part in line.parts if not self._is_dead(part, line.bounds))
        kinds = frozenset(kind for part in living if isinstance(part, model.Line) for kind in part.on)
        dead = (part for part in line.parts if isinstance(part, model.Line) and part not in living)
        return attrs.evolve(line, parts=living) if all(kinds.issuperset(part.on) for part in dead) else line

    def _is_dead(self, part: model.AnyLine, bounds: model.Bounds) -> bool:
        """Whether a line on events never counts."""
        if not isinstance(part, model.Line) or part.when is None or not part.on:
            return False
        ends = self._with_default(merge_bounds(bounds, part.bounds, part.mark))
        if ends.by is not None or ends.before is not None:
            return False
        return compile_condition(part.when, self.scope).constant is False

    def _with_default(self, bounds: model.Bounds) -> model.Bounds:
        """A default upper bound holds where the line says none."""
        if bounds.by is not None or bounds.before is not None:
            return bounds
        return attrs.evolve(bounds, by=self.default.by)

    def _woken(self, condition: model.Condition) -> Cond:
        """A condition that is asked again whenever what it reads changes."""
        cond = compile_condition(condition, self.scope)
        self.reads |= cond.reads
        self.wakes |= cond.reads
        self.conditions.append(cond)
        return cond

    def _turn(
        self, line: model.Line, bounds: model.Bounds, condition: model.Condition | None, need: Cond | None
    ) -> Turn:
        # and how the head stood before a run opened, after one event and after the next
        turn, before = compile_turn(line, self.scope), compile_turn(line, attrs.evolve(self.scope, past=True))
        if turn is None or before is None:
            raise PackError("a line needs one of on, becomes, ceases, at", line.mark)
        self.scope.remembered.marks = True
        cond, to = turn
        self.reads |= cond.reads
        self.wakes |= cond.reads
        self.conditions.append(cond)
        when = compile_condition(condition, self.scope) if condition is not None else None
        self.reads |= when.reads if when is not None else frozenset()
        self.bounds.append(bounds)
        reads_of_bounds(bounds, self.wakes, self.scope)
        self.reads |= self.wakes
        lower = [bound for bound in (bounds.since, bounds.after) if bound is not None]
        ends = [(by, node) for by, node in ((True, bounds.by), (False, bounds.before)) if node is not None]
        self.number += 1
        made = Turn(
            self.number,
            cond,
            to,
            when,
            Then(condition, self.scope) if condition is not None else None,
            need,
            Past(before[0]),
            compile_bounds(bounds, self.scope),
            tuple(edge for _, edge, _ in bound_edges(bounds, self.scope)),
            tuple((by, compile_moment(node, self.scope, "ahead")) for by, node in ends),
            line.times or 1,
            line.label or cond.words,
            self.any_date,
            lower=bool(lower),
            from_start=START in lower,
            looks_back=any(bound != START for bound in lower),
        )
        self.turns.append(made)
        return made

    def _leaf(
        self, line: model.Line, bounds: model.Bounds, condition: model.Condition | None, need: Cond | None
    ) -> Leaf:
        if line.share is not None and bounds.by is None and bounds.before is None:
            never = "a share is judged when its window closes, and this one never does"
            raise PackError(f"{never}; say until when it is open: by: due, or by or before another moment", line.mark)
        when = compile_condition(condition, self.scope) if condition is not None else None
        when = None if when is not None and when.constant else when
        self.reads |= when.reads if when is not None else frozenset()
        needed = tuple(
            (value.value, self._woken(value.when) if value.when is not None else None)
            for value in (line.each.values if line.each else ())
        )
        self.bounds.append(bounds)
        moving: set[str] = set()
        reads_of_bounds(bounds, moving, self.scope)
        self.wakes |= moving
        self.reads |= self.wakes
        ends = [(True, bounds.by), (False, bounds.before)]
        self.number += 1
        leaf: type[Leaf] = Leaf
        series: dict[str, Any] = {}
        if is_series(line):
            leaf, series = SeriesLeaf, self._series(line.of)
        return leaf(
            self.number,
            line,
            shows=tuple(compile_lacks(part, self.scope) for part in line.shows),
            where=compile_where(line.where, self.scope) if line.where is not None else None,
            untold=self._untold(line.where),
            when=when,
            then=Then(condition, self.scope) if condition is not None and when is not None and when.reads else None,
            need=need,
            within=compile_bounds(bounds, self.scope),
            edges=tuple(edge for _, edge, _ in bound_edges(bounds, self.scope)),
            ends=tuple((by, compile_moment(node, self.scope, "ahead")) for by, node in ends if node is not None),
            lower=bounds.since is not None or bounds.after is not None,
            from_start=START in (bounds.since, bounds.after),
            needed=needed,
            any_date=self.any_date,
            moves=bool(moving),
            **series,
        )

    def _series(self, of: model.WherePart | None) -> dict[str, Any]:
        """The wider series: all events of the line's kinds unless `of` says which."""
        return {"of": None if of is None else compile_where(of, self.scope), "untold_of": self._untold(of)}

    def _untold(self, where: model.WherePart | None) -> Untold:
        if where is None:
            return lambda ev, case, run: []
        scope = self.scope
        return lambda ev, case, run: untold(where, ev, case, run, scope)
