"""The order of a subject's events: by day; birth dates and opening kinds first, closing kinds last; else by the hour.

An event without an hour takes the place that the order of recording gives it among that day's events (semantics 1).
Corrections and retractions are applied before: what stands is ordered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import itemgetter

from icpm_engine.calendars import Zone
from icpm_engine.history.results import Entry
from icpm_engine.working import at_moment

_PLACE = itemgetter(0, 1, 2)


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that stand: each original in its last corrected text, without those that were retracted.

    A correction keeps the root of what it corrects. Retracting an original withdraws its corrections with it;
    retracting a correction restores the text before it.
    """
    listed = list(entries)
    changed = [entry for entry in listed if entry.corrects is not None or entry.retracts is not None]
    if not changed:
        for entry in listed:
            entry.root, entry.entered = entry.entry, entry.recorded
        return listed
    by_number = {entry.entry: entry for entry in listed}
    dead: set[int] = set()
    for entry in sorted(changed, key=_number, reverse=True):
        if entry.entry not in dead and entry.retracts is not None:
            dead.add(entry.retracts)
    texts: dict[int, Entry] = {}
    for entry in sorted(listed, key=_number):
        entry.root = _root_of(entry, by_number)
        entry.entered = by_number[entry.root].recorded
        if entry.retracts is None and entry.entry not in dead and entry.root not in dead:
            texts[entry.root] = entry
    return list(texts.values())


def _number(entry: Entry) -> int:
    return entry.entry


def _root_of(entry: Entry, by_number: Mapping[int, Entry]) -> int:
    while entry.corrects is not None and entry.corrects in by_number and entry.corrects < entry.entry:
        entry = by_number[entry.corrects]
    return entry.entry


def arrange(entries: Iterable[Entry], zone: Zone, rank: Mapping[str, int]) -> list[Entry]:
    """Standing entries in the order of the fold, each with its instant `t`.

    `rank` gives -1 for birth dates, 0 for opening kinds and 2 for closing kinds; all others are 1. An entry that had
    another place before is copied.
    """
    placed = [(entry.day, rank.get(entry.kind, 1), entry.root, entry) for entry in standing(entries)]
    placed.sort(key=_PLACE)
    ordered = [entry for _, _, _, entry in placed]
    begin, group = 0, (0, 0)
    for end, (day, ranked, _, _) in enumerate([*placed, (0, 0, 0, None)]):
        if (day, ranked) != group:
            if end - begin > 1:
                ordered[begin:end] = _one_day(ordered[begin:end], zone)
            begin, group = end, (day, ranked)
    last = 0
    for place, listed in enumerate(ordered):
        at = at_moment(zone, listed.day, listed.minute, listed.root)
        last = max(at.lo, last)
        entry = listed
        if entry.t and entry.t != last:  # it has another place in another fold, which must not change under it
            entry = ordered[place] = listed.copy()
        entry.at, entry.t = at, last
    return ordered


def _one_day(entries: list[Entry], zone: Zone) -> list[Entry]:
    """Within one day and rank: timed entries by their hour, then each untimed one after those recorded before it."""
    placed = [entry for entry in entries if entry.minute >= 0]
    if not placed:
        return entries
    placed.sort(key=lambda entry: (zone.instant(entry.day, entry.minute), entry.root))
    for entry in entries:  # by root: in the order of recording
        if entry.minute < 0:
            before = [place for place, other in enumerate(placed) if other.root < entry.root]
            placed.insert(before[-1] + 1 if before else 0, entry)
    return placed
