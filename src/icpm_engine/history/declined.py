"""Why a child has no clock: starts of duties that did not apply (semantics 23). Found on demand, never stored.

The case is walked through once more with rules that note, before duties open, which of their starts are declined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.duties.runs import CompiledDuty
from icpm_engine.duties.texts import Opener
from icpm_engine.history.compiled import CompiledRules, Plan, Watch, start_run
from icpm_engine.history.order import arrange
from icpm_engine.history.walking import walk
from icpm_engine.rules.wording import plain
from icpm_engine.working import Case, Entry, Run, at_instant


@attrs.frozen
class NotStarted:
    """A start that did not apply: by an event of this kind, or by time; `why`: the condition and each of its parts."""

    duty: str
    label: str
    instance: str | None
    day: str
    event: str | None
    entry: int | None
    why: str

    def __str__(self) -> str:
        name = self.label if self.instance is None else f"{self.label} [{self.instance}]"
        what = f"{plain(self.event)} on {self.day} (entry {self.entry})" if self.event else self.day
        return f"{name}: {what} started nothing.\n{self.why}"


def not_started(rules: CompiledRules, entries: Iterable[Entry], at: int) -> tuple[NotStarted, ...]:
    """The starts up to an instant that did not apply, under whatever reading of open choices. Raises PackError."""
    events = [entry for entry in arrange(entries, rules.zone, rules.rank) if entry.t <= at]
    noting = _Noting(rules)
    if events:
        walk(noting.rules, events, at)
    readings = {name: len(duties) for name, duties in rules.readings}
    found: dict[tuple[str, str | None, int, int], list[NotStarted]] = {}
    for when, one in noting.noted:
        found.setdefault((one.duty, one.instance, when, one.entry or 0), []).append(one)
    return tuple(listed[0] for listed in found.values() if len(listed) == readings.get(listed[0].duty))


class _Noting:
    """The same rules, which note what starts nothing."""

    def __init__(self, rules: CompiledRules) -> None:
        self.noted: list[tuple[int, NotStarted]] = []
        own = {duty.key for _, duties in rules.readings for duty in duties}
        duties = tuple(duty for duty in rules.duties if duty.key in own)
        watches = {watch.number: self._watch(watch) for watch in rules.watches}
        self.rules = attrs.evolve(
            rules,
            plans={kind: self._plan(plan, kind, duties) for kind, plan in rules.plans.items()},
            watches=tuple(watches.values()),
            starters={key: tuple(watches[watch.number] for watch in found) for key, found in rules.starters.items()},
        )

    def _plan(self, plan: Plan, kind: str, duties: Iterable[CompiledDuty]) -> Plan:
        started = tuple(duty for duty in duties if any(kind in text.opening for text in duty.texts))
        return attrs.evolve(plan, openers=(partial(self._by_event, started), *plan.openers)) if started else plan

    def _by_event(self, duties: Iterable[CompiledDuty], case: Case, ev: Entry) -> None:
        for duty in duties:
            text = duty.text_at(ev.day)
            openers = text.opening.get(ev.kind, ()) if text is not None else ()
            for instance in duty.instances_of(case, ev) if text is not None and openers else ():
                run = Run(duty, text, ev.at, ev, ev.root, ev.at)
                run.instance = instance
                self._note(duty, openers, run, case, ev)

    def _watch(self, watch: Watch) -> Watch:
        if not isinstance(watch.action, partial) or watch.action.func is not start_run:
            return watch
        duty, opener = watch.action.args

        def noted(case: Case, instance: str | None) -> None:
            text = duty.text_at(case.day)
            if text is not None:
                at = at_instant(case.zone, case.now)
                run = Run(duty, text, at, case.cause, 0, at)
                run.instance = instance
                self._note(duty, (opener,), run, case, case.cause)
            watch.action(case, instance)

        return attrs.evolve(watch, action=noted)

    def _note(self, duty: CompiledDuty, openers: Iterable[Opener], run: Run, case: Case, ev: Entry | None) -> None:
        why = list(_declined(openers, run, case, ev))
        if why:
            kind, entry = (ev.kind, ev.root) if ev is not None else (None, None)
            name, label = duty.duty.name, run.text.text.label
            told = NotStarted(name, label, run.instance, format_day(case.day), kind, entry, "\n".join(why))
            self.noted.append((case.now, told))


def _declined(openers: Iterable[Opener], run: Run, case: Case, ev: Entry | None) -> Iterator[str]:
    """The conditions of lines that mean this event and do not apply; none where some line applies, or may."""
    listed = list(openers)
    if any(opener.applies(case, run, ev, opener.begins(case, run, ev))[0] is not False for opener in listed):
        return
    for opener in listed:
        if opener.when is None or opener.when.test(case, run, ev) is not False:
            continue
        regardless = attrs.evolve(opener, when=None)
        if regardless.applies(case, run, ev, opener.begins(case, run, ev))[0]:
            yield str(opener.when.trace(case, run, ev))
