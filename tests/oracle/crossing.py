"""Versions of a rule, and how one takes over the runs that are open when it comes in (`crossover`)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tests.oracle import conditions, dues, pausing
from tests.oracle.case import NO, Run
from tests.oracle.dates import DAY
from tests.oracle.effects import in_force
from tests.oracle.pack import ABSENT, Yaml, as_list

if TYPE_CHECKING:
    from tests.oracle.walk import Walk

ENDS = ("met", "substitute", "excused", "cancelled")


def version(rule: Mapping[str, Yaml], day: date) -> Mapping[str, Yaml]:
    """The text of a duty for a start on a day: the rule's own, changed by each version that has begun, oldest first."""
    if "versions" not in rule:
        return rule
    text = {key: value for key, value in rule.items() if key != "versions"}
    begun = [one for one in rule.get("versions", []) if date.fromisoformat(one["from"]) <= day]
    for one in sorted(begun, key=lambda one: str(one["from"])):
        text |= {key: value for key, value in one.items() if key != "from"}
    return {key: value for key, value in text.items() if value != ABSENT}


def begins(walk: Walk, rule: Mapping[str, Yaml], day: date) -> bool:
    """Whether a version of a rule comes in on a day, or a settlement of a choice that it touches (semantics 29)."""
    from tests.oracle.answering import touches  # noqa: PLC0415 - it walks on this module

    days = [one["from"] for one in rule.get("versions", [])]
    for name in touches(rule, walk.pack):
        days += [
            one["from"]
            for one in as_list(walk.pack.settles.get(name, []))
            if isinstance(one, Mapping) and one.get("from")
        ]
    return day.isoformat() in [str(one) for one in days] and in_force(version(rule, day), day, walk.ask())


def come_in(walk: Walk) -> bool:
    """A day's versions come in: each takes over the runs of older ones that are open."""
    changed = False
    for name, rule in walk.pack.duties.items():
        if rule.get("crossover", "keep") == "keep" or not begins(walk, rule, walk.news):
            continue
        for run in walk.case.runs:
            if run.duty == name and run.live and (run.text_day or run.start.day) < walk.news:
                take_over(walk, run, walk.news)
                changed = True
    return changed


def come_in_since(walk: Walk, run: Run, day: date) -> list[date]:
    """The days after one on which versions have come in that take over what begins late, the oldest first."""
    rule, found = walk.pack.duties[run.duty], []
    while rule.get("crossover", "keep") != "keep" and day < walk.news:
        day += DAY
        found += [day] if begins(walk, rule, day) else []
    return found


def take_over(walk: Walk, run: Run, day: date) -> None:
    """The whole new text is the run's; its `when` is asked now, and what it counts by is the start or the day."""
    rule = walk.pack.duties[run.duty]
    was = copy(run)
    remember_pauses(walk, run)
    run.text, run.text_day = version(rule, day), day
    run.was = was if rule["crossover"] == "earliest" else None
    run.counts_from = day if rule["crossover"] == "from_effective_day" else None
    run.counted = {}
    changed = [key for key in ENDS if run.text.get(key) != was.text.get(key)]
    run.watched = {**run.watched, **dict.fromkeys(changed, walk.case.place)}
    ask = walk.ask(run.start_event).about(run)
    run.pins = dues.pin(run, ask)
    run.dues, run.due_names = dues.dues_of(run, ask)
    run.owed_before = conditions.holds(run.text["while"], replace(ask, event=None))[0] if "while" in run.text else True


def remember_pauses(walk: Walk, run: Run) -> None:
    """The days on which the clock stood still stay what they were under the old text."""
    if "paused_while" in run.text:
        pausing.stood(run, walk.ask().about(run))
    else:
        run.stood = {case.place: NO for case in walk.past if run.clock <= case.place}
