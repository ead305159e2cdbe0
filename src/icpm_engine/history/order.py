"""The order of a subject's events: by day; birth dates and opening kinds first, closing kinds last; else by the hour.

An event without an hour takes the place that the order of recording gives it among that day's events (semantics 1).
Corrections and retractions are applied before: what stands is ordered.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Final

from icpm_engine.calendars import Zone
from icpm_engine.history.results import Entry
from icpm_engine.working import at_moment

_RANKS: Final = 8  # more than there are ranks, -1 to 2
_place = itemgetter(0)
_root = attrgetter("root")
_day = attrgetter("day")


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
        root = _root_of(entry, by_number)
        if entry.root not in (0, root):  # it was put in order among others, which must not change under it
            entry = entry.copy()  # noqa: PLW2901
        entry.root, entry.entered = root, by_number[root].recorded
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
    listed = standing(entries)
    listed.sort(key=_root)
    of_kind = rank.get
    placed = [(entry.day * _RANKS + of_kind(entry.kind, 1), entry) for entry in listed]
    placed.sort(key=_place)
    ordered = [entry for _, entry in placed]
    begin, group = 0, 0
    for end, (place, _) in enumerate(placed):
        if place != group:
            if end - begin > 1:
                ordered[begin:end] = _one_day(ordered[begin:end], zone)
            begin, group = end, place
    if len(ordered) - begin > 1:
        ordered[begin:] = _one_day(ordered[begin:], zone)
    last = 0
    for number, entry in enumerate(ordered):
        at = at_moment(zone, entry.day, entry.minute, entry.root)
        last = max(last, at.lo)
        if entry.t and entry.t != last:  # it has another place in another fold, which must not change under it
            ordered[number] = again = entry.copy()
            again.at, again.t = at, last
        else:
            entry.at, entry.t = at, last
    return ordered


def arranged_of(entries: Iterable[Entry], kinds: Collection[str], zone: Zone) -> list[Entry]:
    """The standing entries of some kinds in their order, whatever they were before they were corrected.

    What corrects or withdraws anything is looked at in copies: without the others it may not find its root.
    """
    listed = list(entries)
    if not any(entry.kind in kinds for entry in listed):
        return []
    told = [
        entry.copy() if entry.corrects is not None or entry.retracts is not None else entry
        for entry in listed
        if entry.kind in kinds or entry.corrects is not None or entry.retracts is not None
    ]
    return [entry for entry in arrange(told, zone, {}) if entry.kind in kinds]


def arranged_with(
    ordered: Sequence[Entry], added: Iterable[Entry], zone: Zone, rank: Mapping[str, int]
) -> list[Entry] | None:
    """Entries in their order, and among them new ones that correct and withdraw nothing: only their days are arranged.

    None where all must be arranged: what stands on such a day is the text of a correction.
    """
    events = list(ordered)
    by_day: dict[int, list[Entry]] = {}
    for entry in added:
        by_day.setdefault(entry.day, []).append(entry)
    for day, new in by_day.items():
        begin, end = bisect_left(events, day, key=_day), bisect_right(events, day, key=_day)
        if any(entry.corrects is not None or entry.retracts is not None for entry in (*events[begin:end], *new)):
            return None
        events[begin:end] = arrange((*events[begin:end], *new), zone, rank)
    return events


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
