"""How a sheet says what is owed: by whom, by when and counted from which day; and what has no verified limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from icpm_engine.reports import Owed, Owing, WithoutLimit
from icpm_engine.sheets.model import Detail, Entry, Said, Section
from icpm_engine.sheets.voice import Voice

_LAY: Final = frozenset({"family", "youth", "caregiver"})


def owed_entry(voice: Voice, one: Owed) -> Entry:
    """Something that is owed, with who owes it, by when, and whom to call."""
    obligation = one.obligation
    return Entry(
        voice.of_rules("duty", obligation.duty, obligation.label),
        (
            *voice.told("owed", "who", *voice.roles(one.owners)),
            *firmness(voice, one),
            *by_when(voice, one),
            *voice.told("owed", "call", *voice.calls(one.owners)),
        ),
    )


def firmness(voice: Voice, one: Owed) -> Iterator[Detail]:
    """That something is advised, and not asked for by a rule that must be kept."""
    if one.obligation.force == "should":
        yield from voice.told("owed", "firm", Said(voice.words("owed", "should")))


def by_when(voice: Voice, one: Owed) -> Iterator[Detail]:
    """By when it is owed, from which day that was counted, and whether that day has passed."""
    yield from voice.told("owed", "when", Said(when(voice, one)))
    yield from counted(voice, one)
    if one.obligation.overdue:
        yield Detail(voice.words("owed", "passed"), (voice.day(one.obligation.due or one.obligation.opened),))


def counted(voice: Voice, one: Owed) -> Iterator[Detail]:
    """From which day the date was counted, and how long."""
    due, since = one.obligation.due, one.counted_from
    if due is None or since is None or one.span is None:
        return
    yield from voice.told("owed", "counted_back" if since > due[:10] else "counted", voice.day(since))
    yield from voice.told("owed", "span", Said(voice.span(one.span)))


def when(voice: Voice, one: Owed) -> str:
    """By when something is owed, in words; why there is no day, where there is none."""
    words, obligation = voice.words, one.obligation
    if one.no_limit is not None:
        return no_limit(voice, obligation.possible)
    if obligation.state == "paused" and obligation.due is not None:
        return words("owed", "stands_still", day=voice.moment(obligation.due))
    if obligation.state == "undetermined":
        days = _days(voice, obligation.possible)
        return words("owed", "maybe", days=days) if days else words("owed", "unknown")
    return voice.moment(obligation.due) if obligation.due is not None else words("owed", "right")


def no_limit(voice: Voice, possible: Iterable[str]) -> str:
    """That no verified limit is known, with the days that it may come to."""
    days = _days(voice, possible)
    return voice.words("owed", "no_limit_maybe", days=days) if days else voice.words("owed", "no_limit")


def _days(voice: Voice, possible: Iterable[str]) -> str:
    return voice.words("owed", "or").join(dict.fromkeys(map(voice.moment, possible)))


def limit_section(voice: Voice, owing: Owing) -> Section:
    """What is owed without a verified limit; that there is none, or that nothing is owed at all, in a sentence.

    Sources and open choices are named to those whose work they are, in the words of the rules.
    """
    words = voice.words
    key = "intro" if owing.without_limit else "none" if owing.owed else "nothing"
    lay = owing.reader in _LAY
    entries = tuple(_without(voice, one, lay=lay) for one in owing.without_limit)
    return Section("limit", words("limit", "heading"), words("limit", key), entries)


def _without(voice: Voice, one: WithoutLimit, *, lay: bool) -> Entry:
    words = voice.words
    details = (
        *voice.told("owed", "who", *voice.roles(one.owners)),
        *voice.told("owed", "when", Said(no_limit(voice, one.possible))),
        *voice.told("owed", "why", Said(words("limit", one.why)), *map(voice.written, () if lay else one.waits_for)),
        *voice.told("owed", "since", voice.day(one.since)),
        *voice.told("owed", "call", *voice.calls(one.owners)),
        *voice.told("owed", "source", None if lay else voice.written(one.authority)),
    )
    return Entry(voice.of_rules("duty", one.duty, one.label), details)
