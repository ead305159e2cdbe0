"""What a rule's words mean while it is compiled, and the moments that are not there yet."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeAlias

import attrs

from icpm_engine.calendars import Calendar, Window, Zone
from icpm_engine.rules import model
from icpm_engine.working import NONE, UNKNOWN, At, Case, Entry, Run


class Pending:
    """No moment yet. `names`: facts and choices that would give it.

    `undetermined`: one of them is an open choice or span, so that what hangs on it is undetermined. `unknown`: that, or
    a fact that nobody told: no bound can be judged by it. Else it is known that there is none yet. `sure` and
    `last`: the last instants that surely and that perhaps lie before it, if they are known.
    """

    __slots__ = ("last", "names", "sure", "undetermined", "unknown")

    def __init__(
        self,
        names: tuple[str, ...] = (),
        *,
        undetermined: bool = False,
        untold: bool = False,
        sure: int | None = None,
        last: int | None = None,
    ) -> None:
        self.names = names
        self.sure = sure
        self.last = last
        self.undetermined = undetermined
        self.unknown = undetermined or untold


OPEN = Pending()
EVER = At(-(2**62), -(2**62), 1)

ReadingKeys: TypeAlias = Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]]
"""For each duty, the names under which its readings run, each with the value of every choice that is open."""

MomentOf: TypeAlias = Callable[[Case, Run | None, Entry | None], At | Pending]


class Remembered:
    """What the rules of a pack ask about a case's past: noted while they are compiled, kept while a case is folded.

    `held`: conditions that leave no log of their own, with the field of their instances. `marks`: rules look at a case
    as an event left it.
    """

    __slots__ = ("held", "marks")

    def __init__(self) -> None:
        self.held: dict[Any, tuple[Any, str | None]] = {}  # a conditions.Cond; named loosely, since it builds on this
        self.marks = False


@attrs.frozen
class Scope:
    """What a rule's words mean while it is compiled: the pack, one reading of the choices, its own instance field.

    `choices` holds the value of every choice that is settled, or fixed by this `reading`; a choice that it lacks is
    open. `settles` is for rules that have no start: (from day, value) of a choice, newest first. `keys` gives, for each
    duty, the names under which its readings run in the fold. `past`: it is asked how things stood, not how they stand.
    """

    pack: model.RulePack
    zone: Zone
    choices: Mapping[str, Any] = attrs.Factory(dict)
    per: str | None = None
    keys: ReadingKeys = attrs.Factory(dict)
    reading: Mapping[str, Any] = attrs.Factory(dict)
    settles: Mapping[str, tuple[tuple[int, Any], ...]] = attrs.Factory(dict)
    past: bool = False
    remembered: Remembered = attrs.field(factory=Remembered, eq=False)

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """Open-day calendars by the adjective that spans use."""
        return self.pack.calendars

    @property
    def learned_late(self) -> frozenset[str]:
        """The calendars of which some closed day became known only on a day of its own."""
        return frozenset(name for name, calendar in self.calendars.items() if calendar.news)

    def calendars_on(self, day: int) -> dict[str, Calendar]:
        """The calendars as they were known on a day."""
        return {name: calendar.known_on(day) for name, calendar in self.calendars.items()}

    def stage_of(self, case: Case) -> int:
        """How much of what is learned late a case has come to: a number that grows with it."""
        return bisect_right(self.news, case.news_day)

    @cached_property
    def news(self) -> list[int]:
        """The days on which a closed day of some calendar became known."""
        return sorted({day for calendar in self.calendars.values() for day in calendar.news})

    def reads_of_span(self, span: model.SpanLike) -> set[str]:
        """What a length of time depends on: whoever tells it, and calendars of which a closed day is learned late."""
        if isinstance(span, model.NamedSpan):
            return {f"fact.{span.name}", *(f"calendar.{name}" for name in self.learned_late)}
        return {f"calendar.{name}" for name in self.learned_late.intersection(span.calendars)}

    @property
    def windows(self) -> Mapping[str, Window]:
        """Opening hours and seasons by name."""
        return self.pack.windows

    def is_choice(self, name: str) -> bool:
        """Whether the name is a choice rather than a fact or a decision."""
        return name in self.pack.choices

    def shares_instance(self, per: str | None) -> bool:
        """Whether something kept per instance is reached through this rule's own instance."""
        return per is not None and per == self.per

    def duty_keys(self, duty: str) -> tuple[str, ...]:
        """The names under which those readings of a duty run that do not contradict this one."""
        found = self.keys.get(duty, ((duty, {}),))
        own = self.reading
        return tuple(key for key, other in found if all(own.get(name, value) == value for name, value in other.items()))

    def open_choices(self, duty: str) -> tuple[str, ...]:
        """The choices in which the readings of a duty differ."""
        return tuple(dict.fromkeys(name for _, reading in self.keys.get(duty, ()) for name in reading))


def fact_reader(name: str, scope: Scope) -> Callable[[Case, Run | None], Any]:
    """How the value of a fact is read: by the rule's own instance where both are kept per the same field."""
    fact = scope.pack.facts[name]
    initial = UNKNOWN if fact.initial is None else NONE if fact.initial == "none" else fact.initial
    if fact.per is None:
        return lambda case, run: case.facts.get(name, initial)
    if scope.shares_instance(fact.per):

        def of_instance(case: Case, run: Run | None) -> Any:
            told = case.facts.get(name)
            return initial if told is None or run is None else told.get(run.instance, initial)

        return of_instance

    def of_latest(case: Case, run: Run | None) -> Any:
        told = case.facts.get(name)
        return next(reversed(told.values()), initial) if told else initial

    return of_latest
