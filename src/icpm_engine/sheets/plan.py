"""The plan as a sheet for its reader: what is going well first, then needs, goals, and who does what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from icpm_engine.plan.findings import Found
from icpm_engine.plan.model import Line, Plan, Signature
from icpm_engine.reports import Owing
from icpm_engine.rules.wording import plain
from icpm_engine.sheets.catalogue import RECORDED, Catalogue
from icpm_engine.sheets.facts import facts, notes
from icpm_engine.sheets.model import Detail, Entry, Said, Section, Sheet, Table
from icpm_engine.sheets.owing import limit_section
from icpm_engine.sheets.saying import Saying

PROFESSIONALS: Final = frozenset({"social_worker", "clinician"})
"""The readers who are shown what is found in the plan: it is the agencies that answer for it, not the family."""

_DETAILS: Final = {"type": "service", "state": "state", "what": "assessed", "kind": "flag", "event": "fixed"}
"""Details of findings that are names of a closed set, by the group of the catalogue that has their words."""
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


def plan_sheet(
    plan: Plan,
    findings: Iterable[Found],
    reader: str,
    words: Catalogue,
    *,
    owing: Owing | None = None,
    known_at: str | None = None,
    recorded: str = RECORDED,
) -> Sheet:
    """The sheet of a plan that holds what a reader may read (`Plan.for_reader`), in the language of the catalogue.

    With `owing` it says what is owed without a verified limit. `recorded` is the language in which professionals write.
    Raises KeyError for a reader that nobody is.
    """
    say = Saying.of(words, recorded, plan)
    sections = [
        _lines(say, "strengths", plan.strengths),
        _lines(say, "needs", plan.needs),
        _lines(say, "goals", plan.goals),
        _work(say),
        limit_section(say, owing) if owing is not None else None,
        _lines(say, "parts", plan.parts),
        _lines(say, "disagreements", plan.disagreements),
        _ended(say),
        _people(say),
        findings_section(say, findings, reader),
    ]
    return Sheet(
        language=words.language,
        title=words("title", reader),
        facts=tuple(_facts(say, known_at)),
        notes=notes(words, reader),
        sections=tuple(one for one in sections if one is not None),
        closing=(words("page", "ask"),),
    )


def _facts(say: Saying, known_at: str | None) -> Iterator[Detail]:
    """Which plan this is: of which case, on which day, which version, made from which plans."""
    words, plan = say.words, say.plan
    yield from facts(say, plan.case, plan.on, known_at)
    yield Detail(words("page", "version"), (Said(str(plan.version)),))
    titled = [one for one in plan.agency_plans if one.title or one.side]
    if titled:
        said = tuple(say.written(one.title) if one.title else say.name(one.side or "") for one in titled)
        yield Detail(words("page", "plans"), said)


def _intro(say: Saying, key: str, *, empty: bool) -> str | None:
    return say.words.named("empty" if empty else "intro", key)


def _lines(say: Saying, key: str, lines: Iterable[Line]) -> Section | None:
    """A section of lines; None where it is empty and nothing is to be said of that."""
    entries = tuple(map(say.entry, lines))
    intro = _intro(say, key, empty=not entries)
    return Section(key, say.words("section", key), intro, entries) if entries or intro else None


def _work(say: Saying) -> Section:
    plan, words = say.plan, say.words
    kinds: tuple[tuple[str, tuple[Line, ...]], ...] = (
        ("services", plan.services),
        ("tasks", plan.tasks),
        ("visits", plan.visits),
    )
    parts = tuple(
        Section(key, words("section", key), None, tuple(map(say.entry, lines))) for key, lines in kinds if lines
    )
    intro = _intro(say, "work", empty=not parts) or ""
    if plan.capacity is not None:
        intro = f"{intro} {words('capacity', 'week', count=f'{plan.capacity.appointments_a_week:g}')}"
    return Section("work", words("section", "work"), intro, parts=parts)


def _ended(say: Saying) -> Section | None:
    """What has ended, each with the name of its kind."""
    if not say.plan.ended:
        return None
    entries = []
    for line in say.plan.ended:
        entry = say.entry(line)
        kind = Detail(say.words("detail", "type"), (Said(say.words("kind", line.kind)),))
        entries.append(Entry(entry.said, (kind, *entry.details), entry.table, entry.anchor))
    return Section("ended", say.words("section", "ended"), say.words("intro", "ended"), tuple(entries))


def _people(say: Saying) -> Section:
    """Who took part, who signed, who did not and why, who was given a copy, who took no part."""
    taking = (Signature(one.who, "took part", one.on) for one in say.plan.participants)
    people = (*taking, *say.plan.signatures, *say.plan.absences)
    heading = say.words("section", "people")
    if not people:
        return Section("people", heading, say.words("empty", "people"))
    heads = tuple(say.words("table", key) for key in ("who", "what", "on", "reason"))
    table = Table(heading, heads, tuple(_person(say, one) for one in people))
    return Section("people", heading, say.words("intro", "people"), table=table)


def _person(say: Saying, one: Signature) -> tuple[Said | None, ...]:
    """Why somebody did not sign is said by themselves; why somebody took no part is not."""
    reason = None
    if one.reason is not None:
        reason = say.own(one.reason) if one.what == "not signed" else say.written(one.reason)
    who = say.words.named("signer", one.who)
    return (
        Said(who) if who is not None else say.name(one.who),
        say.option("signed", one.what),
        say.day(one.on),
        reason,
    )


# --- to look at together ----------------------------------------------------------------------------------------------


def findings_section(say: Saying, findings: Iterable[Found], reader: str) -> Section | None:
    """What is found in a plan, for the readers who answer for it."""
    entries = tuple(_found(say, one) for one in findings) if reader in PROFESSIONALS else ()
    if not entries:
        return None
    return Section("findings", say.words("section", "findings"), say.words("intro", "findings"), entries)


def _found(say: Saying, found: Found) -> Entry:
    details = [*say.detail("lines", *say.links(found.lines))]
    details += say.detail("missing", *(say.option("missing", name) for name in found.missing))
    if found.answer is not None:
        by = () if found.answer.side is None else (say.name(found.answer.side),)
        details += say.detail("answered", say.own(found.answer.words), say.day(found.answer.on), *by)
    return Entry(Said(_question(say, found)), tuple(details))


def _question(say: Saying, found: Found) -> str:
    """A finding in words; one that no catalogue knows is named as it is."""
    if say.words.named("finding", found.rule) is None:
        return say.words("finding", "other", rule=plain(found.rule))
    told = {name: _told(say, name, value) for name, value in found.details.items()}
    return say.words("finding", found.rule, **told)


def _told(say: Saying, name: str, value: str) -> str:
    if _DAY.fullmatch(value):
        return say.words.date(value)
    return say.option(_DETAILS[name], value).text if name in _DETAILS else say.name(value).text
