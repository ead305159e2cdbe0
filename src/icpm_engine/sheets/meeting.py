"""The preparation sheet for the next meeting of a child and family team, for its reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from icpm_engine.plan.model import Goal, Line
from icpm_engine.sheets.catalogue import RECORDED, Catalogue
from icpm_engine.sheets.facts import facts, told_for
from icpm_engine.sheets.model import Detail, Entry, Said, Section, Sheet
from icpm_engine.sheets.naming import Naming
from icpm_engine.sheets.owing import limit_section
from icpm_engine.sheets.plan import findings_section
from icpm_engine.sheets.team import actions, agenda, arranged, meeting_entry, request_entry, safety
from icpm_engine.team.model import Feedback, Meeting
from icpm_engine.team.preparing import Invitee, MeetingAnswer, NextDate

QUESTIONS: Final = ("heard", "understood", "helped")
"""What everybody is asked after a meeting."""


def meeting_sheet(
    answer: MeetingAnswer, reader: str, words: Catalogue, *, known_at: str | None = None, recorded: str = RECORDED
) -> Sheet:
    """The sheet from which a meeting is prepared, as a reader reads it, in the language of the catalogue."""
    plan = answer.plan
    shown = (*plan.strengths, *plan.needs, *plan.goals)
    naming = Naming.of(words, recorded, plan, answer.members, shown)
    sections = (
        safety(naming, answer.flags, answer.barred),
        naming.section("not_told", (meeting_entry(naming, one) for one in answer.not_told)),
        naming.section("waiting", (request_entry(naming, one) for one in answer.waiting)),
        _invitees(naming, answer.invitees),
        _not_asked(naming, answer.invitees),
        _strengths(naming, answer),
        _needs(naming, answer),
        naming.section("goals_now", (_goal(naming, goal) for goal in plan.goals)),
        actions(naming, answer.actions),
        agenda(naming, answer.agenda),
        naming.section("to_choose", (_options(naming, line) for line in answer.to_choose)),
        naming.disagreements(answer.disagreements),
        findings_section(naming.say, answer.findings, reader),
        naming.section("dates", (_date(naming, one) for one in answer.dates)),
        limit_section(naming.say, answer.owing),
        _feedback(naming, answer.last),
    )
    return Sheet(
        language=words.language,
        title=words("team_title", "meeting"),
        facts=(*facts(naming.say, answer.case, answer.on, known_at), *_when(naming, answer)),
        notes=told_for(naming.words, reader),
        sections=tuple(one for one in sections if one is not None),
        closing=(words("page", "ask"),),
    )


def _when(naming: Naming, answer: MeetingAnswer) -> Iterator[Detail]:
    """When and where the meeting is to be, what for, and who asked for it."""
    meeting, request = answer.meeting, answer.request
    if meeting is None:
        yield from naming.detail("when", Said(naming.words("team_said", "no_date")))
        return
    yield from naming.detail("when", None if meeting.date is None else naming.moment(meeting.date))
    purpose = meeting.purpose or (None if request is None else request.purpose)
    yield from naming.detail("purpose", None if purpose is None else naming.say.option("purpose", purpose))
    if request is not None and request.by is not None:
        yield from naming.detail("asked_by", naming.who(request.by))
    yield from arranged(naming, meeting)


# --- who comes --------------------------------------------------------------------------------------------------------


def _invitees(naming: Naming, invitees: Iterable[Invitee]) -> Section | None:
    heads = ("who", "must_come", "told_on", "invited_on", "coming")
    rows = (_invitee(naming, one) for one in invitees if one.asked)
    return naming.section("coming", table=naming.table("coming", heads, rows))


def _invitee(naming: Naming, one: Invitee) -> tuple[Said | None, ...]:
    return (
        naming.who(one.who),
        Said(naming.words("team_told", "plain_yes")) if one.must else None,
        None if one.told is None else naming.say.day(one.told),
        naming.say.day(one.invited) if one.invited else Said(naming.words("team_told", "plain_not_yet")),
        naming.yes_no(one.coming, "coming"),
    )


def _not_asked(naming: Naming, invitees: Iterable[Invitee]) -> Section | None:
    """Who belongs to the team and was not named for the meeting."""
    entries = [_member(naming, one) for one in invitees if not one.asked]
    return naming.section("not_asked", entries) if entries else None


def _member(naming: Naming, one: Invitee) -> Entry:
    check = Said(naming.words("team_said", "check_first")) if one.check else None
    return Entry(naming.who(one.who), tuple(naming.detail("safety", check)))


# --- what there is to talk about --------------------------------------------------------------------------------------


def _heard(naming: Naming, texts: Iterable[str], last: Meeting | None) -> Iterator[Entry]:
    """What was named at the meeting before, in the words used."""
    day = None if last is None or last.held is None else naming.say.day(last.held)
    for text in texts:
        yield Entry(naming.say.written(text), tuple(naming.detail("heard_on", day)))


def _strengths(naming: Naming, answer: MeetingAnswer) -> Section | None:
    heard = () if answer.last is None else answer.last.strengths
    entries = (*map(naming.say.entry, answer.plan.strengths), *_heard(naming, heard, answer.last))
    return naming.section("strengths_first", entries)


def _needs(naming: Naming, answer: MeetingAnswer) -> Section | None:
    last = answer.last
    heard = () if last is None else (*last.needs, *last.concerns)
    entries = (*map(naming.say.entry, answer.plan.needs), *_heard(naming, heard, last))
    return naming.section("needs_and_concerns", entries)


def _goal(naming: Naming, goal: Goal) -> Entry:
    """A goal with the latest reading alone: the sheet of the plan has all of them."""
    return naming.say.entry(attrs.evolve(goal, readings=goal.readings[-1:]))


def _options(naming: Naming, line: Line) -> Entry:
    options = (naming.say.written(one) for one in line.options)
    return Entry(naming.say.text(line), tuple(naming.detail("options", *options)))


def _date(naming: Naming, one: NextDate) -> Entry:
    words, say = naming.words, naming.say
    kind = words.named("date_of", one.what)
    details = (
        *naming.detail("day", naming.moment(one.on), Said(words("team_said", "overdue")) if one.overdue else None),
        *naming.detail("kind", None if kind is None else Said(kind)),
        *naming.detail("owner", None if one.owner is None else naming.who(one.owner), *say.roles(one.owners)),
        *naming.people("still_missing", one.wanting),
    )
    said = say.written(one.label) if one.obligation is None else say.of_rules("duty", one.what, one.label)
    return Entry(said, details)


# --- afterwards -------------------------------------------------------------------------------------------------------


def _feedback(naming: Naming, last: Meeting | None) -> Section | None:
    """The three questions that everybody is asked after a meeting, with what was said the last time."""
    told = () if last is None else last.feedback
    entries = [
        Entry(Said(naming.words("question", key)), tuple(naming.detail("last_time", *_said(naming, told, key))))
        for key in QUESTIONS
    ]
    return naming.section("afterwards", entries)


def _said(naming: Naming, told: Iterable[Feedback], key: str) -> Iterator[Said]:
    for one in told:
        answer = getattr(one, key)
        if answer is not None:
            side = naming.say.name(one.side or "other").text
            word = naming.words("team_told", f"plain_{'yes' if answer else 'no'}")
            yield Said(naming.words("team_said", "answer", who=side, said=word))
