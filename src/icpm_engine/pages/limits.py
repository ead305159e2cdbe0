"""What a pack does not cover, said plainly: rules that are off, limits that nobody states, texts that were not read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from icpm_engine.calendars import format_day
from icpm_engine.pages.choices import hanging
from icpm_engine.pages.citing import NO_LIMIT, SOURCES, cited, named
from icpm_engine.pages.markdown import lines, link, said, section, table
from icpm_engine.rules import model
from icpm_engine.rules.deciding import CountyChoice, county_decisions
from icpm_engine.rules.register import citations
from icpm_engine.rules.walking import walk
from icpm_engine.rules.wording import words_of_due, words_of_seen

DUTIES = "duties.md"
NONE = "There are none."

_OFF = (
    "Written down, checked and tested, and never in force: nothing is owed under them. Of what they are about there is"
    f" {NO_LIMIT}."
)
_UNSTATED = (
    "The source asks for these and states no number. They are listed in their order while they are open, and are never"
    " overdue."
)
_UNDETERMINED = (
    "While a choice is open, what hangs on it is undetermined: it is listed with what it waits for, as neither running"
    " nor absent."
)
_UNREAD = "Nobody has read the passage itself. What rests on these sources may be otherwise."
_DAYS = "A date past the last day that a calendar covers is undetermined, and says so."


def limits_of(pack: model.RulePack) -> Iterator[str]:
    """The sections of the page."""
    yield section("Rules that are switched off", *_said(_OFF, _switched_off(pack)), nothing=NONE)
    yield section("No number is stated", *_said(_UNSTATED, _unstated(pack)), nothing=NONE)
    yield section("Undetermined until the county decides", *_said(_UNDETERMINED, _waiting(pack)), nothing=NONE)
    yield section("Sources that were not read", *_said(_UNREAD, _unread(pack)), nothing=NONE)
    yield section("Calendars and their last days", *_said(_DAYS, _calendars(pack)), nothing="It counts in no calendar.")


def rules_of(pack: model.RulePack) -> Iterator[model.Duty | model.Bar]:
    """Duties and bars."""
    yield from pack.duties.values()
    yield from pack.bars.values()


def _said(words: str, listed: str) -> Sequence[str]:
    return (words, listed) if listed else ()


def _switched_off(pack: model.RulePack) -> str:
    rows = [
        (named(label_of(rule), rule.name, f"{DUTIES}#{rule.name}"), said(rule.off), cited(authority_of(rule), pack))
        for rule in rules_of(pack)
        if rule.off
    ]
    return table(("Rule", "Why", "Authority"), rows)


def _unstated(pack: model.RulePack) -> str:
    rows = [
        (named(text.label, duty.name, f"{DUTIES}#{duty.name}"), said(words_of_due(due)), cited(text.authority, pack))
        for duty in pack.duties.values()
        for text in duty.texts[-1:]
        for due in _open_dues(text)
        if not duty.off
    ]
    return table(("Duty", "By when", "Authority"), rows)


def _open_dues(text: model.DutyText) -> Iterator[model.DueOpen]:
    yield from dict.fromkeys(part for part in walk(text.due) if isinstance(part, model.DueOpen))


def _waiting(pack: model.RulePack) -> str:
    rows = [
        (named(row.label, row.choice, f"choices.md#{row.choice}"), _since(row), lines(map(hanging, row.hangs)))
        for row in county_decisions(pack).rows
        if (row.open or row.open_before) and not row.arrangement
    ]
    return table(("Choice", "Open", "What is undetermined until then"), rows)


def _since(row: CountyChoice) -> str:
    return f"for what started before {row.open_before}" if row.open_before else "yes"


def label_of(rule: model.Duty | model.Bar) -> str:
    """What a rule is called, a duty by its newest text."""
    return rule.texts[-1].label if isinstance(rule, model.Duty) else rule.label


def authority_of(rule: model.Duty | model.Bar) -> str:
    """What a rule rests on, a duty by its newest text."""
    return rule.texts[-1].authority if isinstance(rule, model.Duty) else rule.authority


def _unread(pack: model.RulePack) -> str:
    cites = citations(pack)
    rows = [
        (link(source.title, f"{SOURCES}#{name}"), words_of_seen(source.seen), said(", ".join(cites.get(name, ()))))
        for name, source in sorted(pack.sources.items())
        if source.seen != "seen"
    ]
    return table(("Source", "", "What rests on it"), rows)


def _calendars(pack: model.RulePack) -> str:
    rows = [
        (f"`{name}`", said(calendar.title), format_day(calendar.first_day), format_day(calendar.last_day))
        for name, calendar in sorted(pack.calendars.items())
    ]
    return table(("In spans", "Calendar", "First day", "Last day"), rows)
