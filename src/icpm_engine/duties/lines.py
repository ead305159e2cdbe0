"""Lines and lists of lines as they stand for one run: what they have come to, by which evidence, what is missing.

A line keeps on the run the events that count for it and those of which that is not yet known (a field, an hour or a
choice is missing). Whether it is satisfied is asked anew from these each time, after Kleene: unknown only where the
unknown events would make the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias, TypeVar

import attrs

from icpm_engine.checks import EventTest, Lacks
from icpm_engine.conditions import Cond
from icpm_engine.conditions.past import Then
from icpm_engine.counting import Truth, dated, is_series
from icpm_engine.duties.standing import NOT_BEGUN, Standing, enough, needed
from icpm_engine.duties.turns import Turn
from icpm_engine.moments import MomentOf, Pending, Within, is_from_start
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Entry, Run

Node: TypeAlias = "Leaf | Turn | Group"
Dated: TypeAlias = tuple[At, Entry]
Untold: TypeAlias = Callable[[Entry, Case, Run | None], list[str]]


class Doubtful(NamedTuple):
    """An event of which it is not known whether it counts; `names` would tell for good, None: the bounds are asked."""

    entry: Entry
    at: At
    names: tuple[str, ...] | None


_Seen = TypeVar("_Seen", Dated, Doubtful)


@attrs.frozen(eq=False)
class Leaf:
    """One line with an event at its head, compiled."""

    number: int
    line: model.Line
    shows: tuple[Lacks, ...]
    """What an event must show to count: each says what it lacks of that."""
    where: EventTest | None
    untold: Untold
    """What would tell while `where` is unknown."""
    when: Cond | None
    then: Then | None
    """The same of an event that came before the run: as that event left the case. None where that is no difference."""
    need: Cond | None
    """Its `when` as a part of a list of all: it says whether the part is needed, not which events count."""
    within: Within | None
    edges: tuple[MomentOf, ...]
    ends: tuple[tuple[bool, MomentOf], ...]
    """Its upper bounds: whether the moment itself still counts (`by`), and the moment."""
    lower: bool
    """It has a lower bound; without one it counts from the start on."""
    from_start: bool
    """The event that starts the run counts too (`since: start`)."""
    needed: tuple[tuple[str, Cond | None], ...]
    any_date: bool
    """It takes what comes after the run has opened, in the order of events, whatever its date (semantics 25)."""
    moves: bool
    """An edge of its window may move (a hearing that is continued): what lies outside today may lie inside tomorrow."""
    values: frozenset[str] = attrs.field(init=False)
    """Of `each`: the values."""
    plain: bool = attrs.field(init=False)
    """Every event of its kinds counts, by the date on which it occurred."""

    @values.default
    def _values(self) -> frozenset[str]:
        return frozenset(value for value, _ in self.needed)

    @plain.default
    def _plain(self) -> bool:
        asks = self.where or self.when or self.within or self.moves or is_series(self.line)
        return not asks and self.line.dated == "occurred"

    def offer(self, case: Case, run: Run, entry: Entry) -> bool:
        """Show it an event; says whether anything has changed. An event that is dated later than now waits."""
        if entry.kind not in self.line.on or (entry.root == run.start.entry and not self.from_start):
            return False
        at = dated(case, entry, self.line.dated)
        if at is None:
            return False
        if not (self.lower or self.any_date) and (at.lo <= run.floor or not is_from_start(at, run.start)):
            return False
        if self.plain:
            run.progress[self.number] = (*run.progress.get(self.number, ()), (at, entry))
            return True
        held, names = self._meant(case, run, entry)
        if held is False:
            return False
        one = Doubtful(entry, at, names if held is None else None)
        if self.moves:
            run.progress[self._all] = (*run.progress.get(self._all, ()), one)
        self._keep(case, run, one)
        return True

    @property
    def _all(self) -> tuple[int, int]:
        """Where a line whose window may move keeps every event that was offered."""
        return self.number, 0

    def _meant(self, case: Case, run: Run, entry: Entry) -> tuple[Truth, tuple[str, ...]]:
        """Whether it speaks of such an event, and applies: asked once, when the event happens."""
        return self._asked(case, run, entry, self.where, self.untold)

    def _asked(
        self, case: Case, run: Run, entry: Entry, test: EventTest | None, untold: Untold
    ) -> tuple[Truth, tuple[str, ...]]:
        where: Truth = True if test is None else test(entry, case, run)
        then = self.then if entry is not case.cause else None
        when: Truth = True
        if self.when is not None and where is not False:
            when = self.when.test(case, run, entry) if then is None else then.left_by(case, run, entry)
        if where is False or when is False:
            return False, ()
        names = () if where else tuple(untold(entry, case, run))
        if when is None and self.when is not None:
            lacking = self.when.missing(case, run, entry) if then is None else then.names(case, run, entry)
            names = (*names, *sorted(lacking))
        return (None, names) if where is None or when is None else (True, ())

    def _keep(self, case: Case, run: Run, one: Doubtful) -> None:
        """Put an event among those that count, or that perhaps do."""
        inside: Truth = True
        if one.at.lo > case.now and self.line.dated != "occurred":
            inside = None
        elif self.within is not None:
            inside = self.within(case, run, one.entry, one.at)
        if inside is None or (inside and one.names is not None):
            key = -self.number
            run.progress[key] = (*run.progress.get(key, ()), one)
        elif inside:
            run.progress[self.number] = (*run.progress.get(self.number, ()), (one.at, one.entry))

    def look(self, case: Case, run: Run) -> None:
        """Ask again about the events of which it was not known whether they count; about all, if the window moves."""
        doubtful = run.progress.pop(-self.number, ())
        if self.moves:
            run.progress.pop(self.number, None)
            doubtful = run.progress.get(self._all, ())
        for one in doubtful:
            self._keep(case, run, one)

    def waits_until(self, case: Case, run: Run) -> int | None:
        """The next instant at which an event that is dated later comes in."""
        return min((one.at.lo for one in run.progress.get(-self.number, ()) if one.at.lo > case.now), default=None)

    def drop(self, run: Run, used: Iterable[int], behind: tuple[int, int]) -> None:
        """Forget events that another run of the series has used (15), and those up to a place (17)."""
        gone = frozenset(used)
        for key in (self.number, -self.number, self._all):
            if key in run.progress:
                seen = ((one, _entry(one)) for one in run.progress[key])
                kept = (one for one, entry in seen if entry.root not in gone and (entry.t, entry.root) > behind)
                run.progress[key] = tuple(kept)

    def _unsure_for(self, case: Case, run: Run, one: Doubtful) -> tuple[str, ...]:
        """What would tell whether an event counts: fields, facts and choices, else its hour."""
        names = list(one.names or ())
        if self.within is not None and self.within(case, run, one.entry, one.at) is None:
            edges = [edge(case, run, one.entry) for edge in self.edges]
            told = [name for edge in edges if isinstance(edge, Pending) and edge.unknown for name in edge.names]
            names += told or [f"the hour of {one.entry.kind}"]
        return tuple(dict.fromkeys(names))

    def standing(self, case: Case, run: Run) -> Standing:
        """What it has come to."""
        seen: tuple[Dated, ...] = run.progress.get(self.number, ())
        doubtful = run.progress.get(-self.number, ())
        if doubtful:
            doubtful = [one for one in doubtful if one.at.lo <= case.now]
        if not doubtful:
            if not seen:
                return NOT_BEGUN
            if self.needed and not self.shows and (short := self._wanting(case, run, seen)) is not None:
                return short
        lacks = [self._lacking(case, run, entry) for _, entry in seen]
        good = [one for one, names in zip(seen, lacks, strict=True) if not names]
        maybe = [one for one in doubtful if not self._lacking(case, run, one.entry)]
        if self.needed:
            return self._each(case, run, good, maybe)
        times = self.line.times or 1
        if len(good) >= times:
            chosen = enough(good, times, run)
            return Standing(truth=True, moment=chosen[-1][0], used=roots_of(chosen), wanting=())
        wanting = min(lacks, key=len, default=None)
        if self.line.times and seen:
            wanting = (f"{times - len(good)} more of {self.line.label or ' or '.join(self.line.on)}",)
        if len(good) + len(maybe) < times:
            return Standing(truth=False, wanting=wanting)
        return Standing(truth=None, wanting=wanting, unsure=self._names(case, run, maybe))

    def _names(self, case: Case, run: Run, maybe: Iterable[Doubtful]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for one in maybe for name in self._unsure_for(case, run, one)))

    def _lacking(self, case: Case, run: Run, entry: Entry) -> tuple[str, ...]:
        if not self.shows:
            return ()
        return tuple(name for lacks in self.shows for name in lacks(entry, case, run))

    def _wanting(self, case: Case, run: Run, seen: tuple[Dated, ...]) -> Standing | None:
        """What it has come to if some value is surely still wanting, and no event is in doubt: the commonest answer."""
        field = self.line.each.field if self.line.each else ""
        borne: set[Any] = set()
        for _, entry in seen:
            given: Any = entry.values.get(field)
            (borne.update if given.__class__ is tuple else borne.add)(given)
        wanting: list[str] = []
        surely = False
        for value, when in self.needed:
            if value in borne:
                continue
            held = True if when is None else when.test(case, run, None)
            if held is not False:
                wanting.append(value)
                surely = surely or held is True
        if not surely:
            return None
        begun = not borne.isdisjoint(self.values)
        return Standing(truth=False, wanting=tuple(wanting) if begun else None)

    def _each(self, case: Case, run: Run, good: list[Dated], maybe: list[Doubtful]) -> Standing:
        field = self.line.each.field if self.line.each else ""
        chosen: list[Dated] = []
        wanting: list[str] = []
        doubtful: list[Doubtful] = []
        unknown: list[Cond] = []
        truth: Truth = True
        begun = False
        by_value, maybe_by_value = _by_value(good, field), _by_value(maybe, field)
        for value, when in self.needed:
            bearing, perhaps = by_value.get(value), maybe_by_value.get(value)
            if bearing or perhaps:
                begun = True
            needed: Truth = True if when is None else when.test(case, run, None)
            if needed is False:
                continue
            if bearing:
                chosen += enough(bearing, 1, run)
                continue
            wanting.append(value)
            if needed and not perhaps:
                truth = False
            elif truth:
                truth = None
            if perhaps:
                doubtful += perhaps
            if needed is None and when is not None:
                unknown.append(when)
        if truth:
            return Standing(truth=True, moment=_latest(chosen, run), used=roots_of(chosen), wanting=())
        if truth is False:
            return Standing(truth=False, wanting=tuple(wanting) if begun else None)
        names = (*self._names(case, run, doubtful), *(name for when in unknown for name in when.missing(case, run)))
        return Standing(truth=None, wanting=tuple(wanting) if begun else None, unsure=tuple(dict.fromkeys(names)))

    def applies(self, case: Case, run: Run) -> tuple[Truth, tuple[str, ...]]:
        """In a list of all, a line whose `when` does not hold is not needed: whether it is, and what would tell."""
        return needed(self.need or self.when, case, run)

    def closes(self, case: Case, run: Run) -> int | None:
        """The last instant at which an event can count; None while no end is to be seen."""
        ends = [(by, end(case, run, None)) for by, end in self.ends]
        known = [at.hi if by else (at.lo if at.whole else at.hi) - 1 for by, at in ends if isinstance(at, At)]
        known += [at.last for _, at in ends if isinstance(at, Pending) and at.last is not None]
        return min(known, default=None)


def _entry(one: Dated | Doubtful) -> Entry:
    return one.entry if isinstance(one, Doubtful) else one[1]


def roots_of(chosen: Iterable[Dated]) -> tuple[int, ...]:
    """The roots of the entries that were chosen, each once."""
    return tuple(dict.fromkeys(entry.root for _, entry in chosen))


def _latest(chosen: list[Dated], run: Run) -> At:
    return max((at for at, _ in chosen), key=lambda at: at.lo, default=run.start)


def _by_value(seen: Iterable[_Seen], field: str) -> dict[Any, list[_Seen]]:
    """Events by each value of a field that they bear."""
    found: dict[Any, list[_Seen]] = {}
    for one in seen:
        given: Any = _entry(one).values.get(field)
        for value in given if isinstance(given, tuple) else (given,):
            found.setdefault(value, []).append(one)
    return found


@attrs.frozen(eq=False)
class Group:
    """any or all of several lines."""

    how: str
    parts: tuple[Leaf | Turn | Group, ...]
    label: str | None = None
    need: Cond | None = None

    def standing(self, case: Case, run: Run) -> Standing:
        """What the list has come to."""
        return self._any(case, run) if self.how == "any" else self._all(case, run)

    def _any(self, case: Case, run: Run) -> Standing:
        found = [part.standing(case, run) for part in self.parts]
        met = [one for one in found if one.truth and one.moment is not None]
        if met:
            ahead = [one for one in met if one.moment is not None and one.moment.hi >= run.start.lo]
            return min(ahead, key=_moment) if ahead else max(met, key=_moment)
        begun = [one.wanting for one in found if one.wanting is not None]
        truth = None if any(one.truth is None for one in found) else False
        unsure = tuple(dict.fromkeys(name for one in found for name in one.unsure))
        return Standing(truth=truth, wanting=min(begun, key=len, default=None), unsure=unsure)

    def _all(self, case: Case, run: Run) -> Standing:
        truth: Truth = True
        met: list[Standing] = []
        wanting: list[str] = []
        unsure: list[str] = []
        begun = False
        for part in self.parts:
            needed, names = part.applies(case, run)
            if needed is False:
                continue
            one = part.standing(case, run)
            begun = begun or one.wanting is not None
            if one.truth:
                met.append(one)
                continue
            wanting += _name_of(part) if one.wanting is None else one.wanting
            unsure += [*one.unsure, *names]
            if needed and one.truth is False:
                truth = False
            elif truth:
                truth = None
        if truth:
            moments = [one.moment for one in met if one.moment is not None]
            used = tuple(dict.fromkeys(root for one in met for root in one.used))
            moment = max(moments, key=lambda at: at.lo, default=run.start)  # the last missing item dates it (43)
            return Standing(truth=True, moment=moment, used=used, wanting=())
        names = () if truth is False else tuple(dict.fromkeys(unsure))
        return Standing(truth=truth, wanting=tuple(wanting) if begun else None, unsure=names)

    def applies(self, case: Case, run: Run) -> tuple[Truth, tuple[str, ...]]:
        """A list is needed if any of its parts is, and its own `when` holds."""
        if self.need is not None:
            return needed(self.need, case, run)
        found = [part.applies(case, run) for part in self.parts]
        truths = [truth for truth, _ in found]
        if True in truths:
            return True, ()
        return (None, tuple(name for _, names in found for name in names)) if None in truths else (False, ())

    def closes(self, case: Case, run: Run) -> int | None:
        """The last instant at which evidence can count: of any, the last of all parts; of all, the first that wants."""
        if self.how == "any":
            ends = [part.closes(case, run) for part in self.parts]
            return None if None in ends else max(end for end in ends if end is not None)
        waiting = [part for part in self.parts if part.standing(case, run).truth is not True]
        return min((end for part in waiting if (end := part.closes(case, run)) is not None), default=None)


def _moment(one: Standing) -> int:
    return one.moment.lo if one.moment is not None else 0


def _name_of(part: Node) -> list[str]:
    if isinstance(part, Group):
        return [part.label] if part.label else [" or ".join(name for inner in part.parts for name in _name_of(inner))]
    if isinstance(part, Turn):
        return [part.words]
    return [part.line.label or " or ".join(part.line.on)]


def leaves(node: Node) -> Iterator[Leaf]:
    """Every line with an event at its head."""
    if isinstance(node, Leaf):
        yield node
    elif isinstance(node, Group):
        for part in node.parts:
            yield from leaves(part)
