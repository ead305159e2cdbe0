"""Lengths of time, compiled: as written, or as a choice or a fact gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from icpm_engine.calendars import Calendar, Span, day_adder, instant_adder
from icpm_engine.moments.scope import Pending, Scope, fact_reader
from icpm_engine.rules import model
from icpm_engine.working import At, Case, Run, Unknown, at_day

SpanOf: TypeAlias = Callable[[Case, Run | None], Span | Pending]


def compile_span(span: model.SpanLike, scope: Scope) -> SpanOf:
    """A span as written, or the value of a choice or fact of type span."""
    if isinstance(span, Span):
        return lambda case, run: span
    name = span.name
    if scope.is_choice(name):
        value = scope.choices.get(name, Pending((name,), undetermined=True))
        return lambda case, run: value
    read = fact_reader(name, scope)
    pending = Pending((name,), undetermined=True)

    def told(case: Case, run: Run | None) -> Span | Pending:
        value = read(case, run)
        return pending if isinstance(value, Unknown) else value

    return told


class Adders:
    """Adders by span, made once: a span that a choice or a fact gives is known only while the fold runs."""

    def __init__(self, scope: Scope, *, back: bool = False, first_day_counted: bool = False) -> None:
        self.scope = scope
        self.back = back
        self.first_day_counted = first_day_counted
        self.calendars: Mapping[str, Calendar] = scope.calendars
        self.days: dict[Span, Callable[[int], int]] = {}
        self.instants: dict[Span, Callable[[int], int]] = {}

    def day(self, span: Span) -> Callable[[int], int]:
        """The adder of a span in whole days; a span of words ("same day") adds nothing."""
        adder = self.days.get(span)
        if adder is None:
            if span.word is not None:
                return _same
            adder = day_adder(span, self.calendars, back=self.back, first_day_counted=self.first_day_counted)
            self.days[span] = adder
        return adder

    def instant(self, span: Span) -> Callable[[int], int]:
        """The adder of a span in hours or minutes."""
        adder = self.instants.get(span)
        if adder is None:
            adder = instant_adder(span, self.calendars, self.scope.zone, back=self.back)
            self.instants[span] = adder
        return adder

    def known(self, case: Case) -> Adders:  # noqa: ARG002 - those of what is learned late look at it
        """The adders by what is known when a case is asked."""
        return self

    def shift(self, case: Case, span: Span, at: At) -> At:  # noqa: ARG002 - those of what is learned late look at it
        """A moment moved by a span: a whole day for spans in days, else as exact as the moment is."""
        if span.timed:
            move = self.instant(span)
            low = move(at.lo)
            high = low if at.hi == at.lo else move(at.hi)
            return At(low, high, self.scope.zone.day_of(low), told=at.entry or at.told)
        return at_day(self.scope.zone, self.day(span)(at.day), at.entry or at.told)


class AddersByNews(Adders):
    """The same where closed days are learned late: by what is known on the day to which a case has come."""

    def __init__(self, scope: Scope, *, back: bool = False, first_day_counted: bool = False) -> None:
        super().__init__(scope, back=back, first_day_counted=first_day_counted)
        self.stages: dict[int, Adders] = {}

    def known(self, case: Case) -> Adders:
        """The adders by what is known when a case is asked."""
        stage = self.scope.stage_of(case)
        found = self.stages.get(stage)
        if found is None:
            found = self.stages[stage] = Adders(self.scope, back=self.back, first_day_counted=self.first_day_counted)
            found.calendars = self.scope.calendars_on(case.news_day)
        return found

    def shift(self, case: Case, span: Span, at: At) -> At:
        """A moment moved by a span."""
        return self.known(case).shift(case, span, at)


def adders_of(scope: Scope, *, back: bool = False, first_day_counted: bool = False) -> Adders:
    """The adders of a rule; by what is known only where some closed day is learned late."""
    kind = AddersByNews if scope.learned_late else Adders
    return kind(scope, back=back, first_day_counted=first_day_counted)


def _same(day: int) -> int:
    return day
