"""The status as a sheet: where the help for a child is, who has it, until when, whom to call, what comes next."""

from __future__ import annotations

from collections.abc import Iterable

from icpm_engine.plan.withholding import AGENCIES
from icpm_engine.reports import Matter, NeedStands, Owed, Status
from icpm_engine.sheets.catalogue import RECORDED, Catalogue
from icpm_engine.sheets.facts import facts, told_for
from icpm_engine.sheets.model import Detail, Entry, Said, Section, Sheet
from icpm_engine.sheets.owing import limit_section, owed_entry, when
from icpm_engine.sheets.voice import Voice


def status_sheet(
    status: Status, reader: str, words: Catalogue, *, known_at: str | None = None, recorded: str = RECORDED
) -> Sheet:
    """The sheet of a status that holds what a reader may read, in the language of the catalogue.

    `recorded` is the language in which professionals write. Raises KeyError for a reader that nobody is.
    """
    voice = Voice(words, recorded)
    numbered = reader in AGENCIES
    return Sheet(
        language=words.language,
        title=words("status_title", reader),
        facts=tuple(facts(voice, status.case, status.on, known_at)),
        notes=told_for(words, reader),
        sections=(
            _section(words, "needs", (_need(voice, one) for one in status.needs)),
            _section(words, "matters", (_matter(voice, one, numbered=numbered) for one in status.matters)),
            _section(words, "next", (owed_entry(voice, one) for one in status.next)),
            limit_section(voice, status.owing),
        ),
        closing=(words("page", "ask"),),
    )


def _section(words: Catalogue, key: str, entries: Iterable[Entry]) -> Section:
    told = tuple(entries)
    return Section(key, words("status", key), words("status", f"{key}_{'intro' if told else 'none'}"), told)


def _need(voice: Voice, need: NeedStands) -> Entry:
    words = voice.words
    owners = tuple(map(voice.name, need.owners)) or (Said(words("status", "no_owner")),)
    return Entry(
        voice.own(need.text) if need.words_of is not None else voice.written(need.text),
        (
            *voice.told("status", "step", Said(words("need_step", need.step))),
            *voice.told("detail", "reason", *map(voice.written, filter(None, [need.reason]))),
            *voice.told("status", "goal", *map(voice.written, need.goals)),
            *voice.told("status", "owner", *owners),
        ),
    )


def _matter(voice: Voice, one: Matter, *, numbered: bool) -> Entry:
    """Agencies are told the number of it, too; to a family it says nothing."""
    words, holder = voice.words, one.holder
    step = voice.of_rules("step", f"{one.lifecycle}.{one.state}", one.state_label)
    details: list[Detail] = [*voice.told("status", "step", step)]
    if one.type is not None:
        details += voice.told("status", "kind", voice.option("service", one.type))
    if one.date is not None:
        details += voice.told("status", "date", voice.day(one.date))
    details += voice.told("owed", "since", voice.day(one.since))
    details += voice.told(
        "status", "holder", *(voice.roles([holder]) if holder else (Said(words("status", "no_holder")),))
    )
    if holder is not None:
        details += voice.told("owed", "call", *voice.calls([holder]))
    for owed in one.next:
        details += _then(voice, owed)
    if numbered and one.instance is not None:
        details += voice.told("status", "number", Said(one.instance))
    return Entry(voice.of_rules("matter", one.lifecycle, one.label), tuple(details))


def _then(voice: Voice, one: Owed) -> Iterable[Detail]:
    """What comes next in a matter: what, who owes it, and by when."""
    what = voice.of_rules("duty", one.obligation.duty, one.obligation.label)
    said = when(voice, one)
    dated = one.obligation.due is not None and one.obligation.state == "running"
    by = Said(f"{voice.words('owed', 'when')}: {said}" if dated else said)
    return voice.told("status", "then", what, *voice.roles(one.owners), by)
