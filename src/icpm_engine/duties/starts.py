"""Whether a line starts a run, and by which entry a moment that starts one was told."""

from __future__ import annotations

from icpm_engine.conditions import Cond
from icpm_engine.duties.texts import Opener
from icpm_engine.working import UNSURE, Case, Entry, Run


def applies(case: Case, run: Run, openers: tuple[Opener, ...], ev: Entry | None) -> bool:
    """Whether one of the lines applies; one that may keeps the start too, and the run says what would tell."""
    unsure: list[str] = []
    for opener in openers:
        at = opener.begins(case, run, ev)
        held, names = opener.applies(case, run, ev, at)
        if held is not False and at is not None:
            run.start = run.origin = at
        if held:
            return True
        unsure += names
    if unsure:
        run.pins = {UNSURE: tuple(dict.fromkeys(unsure))}
    return bool(unsure)


def unsure_of(run: Run) -> tuple[str, ...]:
    """What would tell whether the run started at all; nothing where it surely did."""
    found: tuple[str, ...] = () if run.pins is None else run.pins.get(UNSURE, ())
    return found


def teller(case: Case, turn: Cond | None, instance: str | None) -> int:
    """The root of the entry from which a time edge was reckoned (50): of those that it rests on, the last recorded."""
    found = [0]
    for key in sorted(turn.reads) if turn is not None else ():
        what, _, name = key.partition(".")
        if what == "fact":
            found.append(case.told_by.get((name, instance), case.told_by.get(name, 0)))
        elif what == "event":
            found += [entry.root for entry in case.log.get(name, ())]
        elif what == "duty":
            runs = (run for listed in case.runs.values() for run in listed if run.duty.duty.name == name)
            found += [run.start_root for run in runs if instance is None or run.instance in (None, instance)]
        elif what == "state":
            held = case.states.get(name)
            each = instance if isinstance(held, dict) else None
            at = case.since.get((name, each, str(held.get(instance) if isinstance(held, dict) else held)))
            found.append(0 if at is None else at.entry or at.told)
    return max(found)
