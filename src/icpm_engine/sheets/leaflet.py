"""The leaflet that tells a family what a child and family team is, and when it meets in their county."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from icpm_engine.rules.leaflets import ContactPoint, Leaflet, Limit, Promise, Rests, Way
from icpm_engine.rules.wording import plain
from icpm_engine.sheets.catalogue import RECORDED, Catalogue
from icpm_engine.sheets.model import Detail, Entry, Said, Section, Sheet
from icpm_engine.sheets.voice import Voice

_ABOUT: Final = ("what", "lasts")
_CHOICE: Final = ("first_meeting", "bring", "place", "hears", "changes")


def leaflet_sheet(told: Leaflet, words: Catalogue, *, recorded: str = RECORDED) -> Sheet:
    """The leaflet of a county, in the language of the catalogue. What no rule or source says is said to be unknown."""
    voice = Voice(words, recorded)
    sections = (
        _section(voice, "what", _statements(voice, told, *_ABOUT)),
        _section(voice, "who", _who(voice, told)),
        _section(voice, "choose", _statements(voice, told, *_CHOICE)),
        _section(voice, "when", (*_promises(voice, told.meetings), *_statements(voice, told, "when_needed"))),
        _section(voice, "ask", (*_statements(voice, told, "ask_any_time"), *_promises(voice, told.asked_for))),
        _section(voice, "told", _promises(voice, told.told)),
        _section(voice, "interpreter", ()),
        _section(voice, "disagree", (*_statements(voice, told, "disagree"), *_promises(voice, told.answers))),
        _section(voice, "call", (_contact(voice, one) for one in told.contacts)),
        _section(voice, "sources", (_source(voice, one) for one in told.sources)),
    )
    return Sheet(
        language=words.language,
        title=words("leaflet", "title"),
        facts=tuple(_facts(voice, told)),
        notes=(words("leaflet", "note"),),
        sections=sections,
        closing=(words("leaflet", "closing"),),
    )


def _facts(voice: Voice, told: Leaflet) -> Iterator[Detail]:
    """For which county, by the rules of which day."""
    words, name = voice.words, plain((told.county or told.pack).replace("-", " ")).title()
    yield Detail(words("leaflet", "county" if told.county else "state"), (Said(name),))
    yield Detail(words("leaflet", "rules_of"), (Said(words.date(told.on)),))


def _section(voice: Voice, key: str, entries: Iterable[Entry]) -> Section:
    """A section; where nothing is known it says so."""
    told, words = tuple(entries), voice.words
    intro = words.named("leaflet_intro" if told else "leaflet_unknown", key)
    if intro is None and not told:
        intro = words("leaflet", "unknown")
    return Section(key, words("leaflet_section", key), intro, told)


def _statements(voice: Voice, told: Leaflet, *names: str) -> Iterator[Entry]:
    """What the sources of the county's rules say."""
    return (Entry(Said(voice.words("leaflet_says", name))) for name in names if name in told.statements)


def _who(voice: Voice, told: Leaflet) -> Iterator[Entry]:
    """Who may belong to the team, and who must be asked to its meetings."""
    words = voice.words
    if "belongs" in told.statements:
        people = tuple(map(Said, words.groups["leaflet_people"].values()))
        yield Entry(Said(words("leaflet_says", "belongs")), tuple(voice.told("leaflet_detail", "people", *people)))
    always = [_invited(voice, one.who) for one in told.invited if not one.sometimes]
    at_times = [_invited(voice, one.who) for one in told.invited if one.sometimes]
    if always:
        details = voice.told("leaflet_detail", "people", *always), voice.told("leaflet_detail", "at_times", *at_times)
        yield Entry(Said(words("leaflet_says", "invited")), tuple(one for group in details for one in group))


def _invited(voice: Voice, who: str) -> Said:
    word = who if voice.words.named("person", who) is not None else who.removesuffix("s")
    return voice.of_rules("person", word, plain(who))


# --- by when ----------------------------------------------------------------------------------------------------------


def _promises(voice: Voice, promises: Iterable[Promise]) -> Iterator[Entry]:
    for one in promises:
        named = voice.words.named("leaflet_duty", one.duty)
        said = Said(named) if named is not None else voice.of_rules("duty", one.duty, one.label)
        yield Entry(said, tuple(_details(voice, one)))


def _details(voice: Voice, one: Promise) -> Iterator[Detail]:
    """By when, counted from what; and whether that is only what ought to be."""
    words = voice.words
    if one.unverified:
        yield from voice.told("leaflet_detail", "when", Said(words("leaflet_when", "unverified")))
        return
    yield from voice.told("leaflet_detail", "when", *(_limit(voice, limit) for limit in one.limits))
    if any(way.span is not None and way.before is None for limit in one.limits for way in limit.ways):
        events = (voice.of_rules("event", kind, plain(kind)) for kind in one.counted_from)
        yield from voice.told("leaflet_detail", "counted_from", *events)
    if one.force == "should":
        yield from voice.told("leaflet_detail", "force", Said(words("leaflet_when", "should")))


def _limit(voice: Voice, limit: Limit) -> Said:
    """A limit in words; one that has no other form in those of the rules."""
    words = voice.words
    other = next((way.words for way in limit.ways if way.words is not None), None)
    if other is not None:
        return voice.written(other)
    ways = [_way(voice, way) for way in limit.ways]
    text = words("leaflet_when", "or").join(ways)
    if limit.which is not None:
        text = words("leaflet_when", limit.which, ways=text)
    if limit.only is None:
        return Said(text)
    only = words.named("leaflet_only", limit.only)
    return voice.written(f"{text} ({limit.only})") if only is None else Said(f"{only}: {text}")


def _way(voice: Voice, way: Way) -> str:
    words = voice.words
    what = "" if way.before is None else words.named("leaflet_moment", way.before) or plain(way.before)
    if way.why_none is not None:
        return words("leaflet_when", way.why_none if way.before is None else f"{way.why_none}_before", what=what)
    if way.span is None:
        return words("leaflet_when", "before", what=what)
    span = voice.span(way.span)
    if way.before is not None:
        return words("leaflet_when", "span_before", span=span, what=what)
    return span if way.span in {"immediately", "same day"} else words("leaflet_when", "within", span=span)


# --- whom to call, and on what it rests -------------------------------------------------------------------------------


def _contact(voice: Voice, one: ContactPoint) -> Entry:
    value = Said(voice.words("leaflet", "not_named")) if one.value is None else voice.written(one.value)
    label = voice.of_rules("leaflet_contact", one.choice, plain(one.choice))
    return Entry(label, tuple(voice.told("leaflet_detail", "who", value)))


def _source(voice: Voice, one: Rests) -> Entry:
    """A text by its title; where it stands is for those who ask for the data."""
    seen = Said(voice.words("leaflet_seen", one.seen))
    return Entry(voice.written(one.title), tuple(voice.told("leaflet_detail", "seen", seen)))
