"""The team as a sheet for its reader: who belongs to it, its meetings, and what is still to be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from icpm_engine.plan.model import Plan
from icpm_engine.safety import SafetyFlag
from icpm_engine.sheets.catalogue import RECORDED, Catalogue
from icpm_engine.sheets.facts import facts, told_for
from icpm_engine.sheets.model import Detail, Entry, Said, Section, Sheet
from icpm_engine.sheets.naming import Naming
from icpm_engine.team.asking import TeamAnswer
from icpm_engine.team.model import AgendaItem, Decision, Meeting, MeetingRequest, Member, Team
from icpm_engine.team.safety import Barred


def team_sheet(
    answer: TeamAnswer, reader: str, words: Catalogue, *, known_at: str | None = None, recorded: str = RECORDED
) -> Sheet:
    """The sheet of a team as a reader reads it, in the language of the catalogue."""
    team = answer.team
    plan = Plan(case=team.case, on=team.on, version=0, disagreements=team.disagreements)
    naming = Naming.of(words, recorded, plan, team.members)
    sections = (
        safety(naming, team.flags, answer.barred),
        _members(naming, team.present),
        naming.section("next_meeting", () if team.next is None else (meeting_entry(naming, team.next),)),
        naming.section("not_told", (meeting_entry(naming, one) for one in team.not_told)),
        naming.section("waiting", (request_entry(naming, one) for one in team.requests if one.meeting_id is None)),
        naming.section("meetings_held", (meeting_entry(naming, one) for one in reversed(team.held))),
        actions(naming, team.actions),
        agenda(naming, team.agenda),
        naming.disagreements(team.disagreements),
        naming.section("left", (_gone(naming, one) for one in team.members if one.left is not None)),
    )
    return Sheet(
        language=words.language,
        title=words("team_title", "team"),
        facts=(*facts(naming.say, team.case, team.on, known_at), *_formed(naming, team)),
        notes=told_for(naming.words, reader),
        sections=tuple(one for one in sections if one is not None),
        closing=(words("page", "ask"),),
    )


def _formed(naming: Naming, team: Team) -> Iterator[Detail]:
    """Since when there is a team, and whether the family was asked whom it wants on it."""
    yield from naming.detail("formed", None if team.formed is None else naming.say.day(team.formed))
    yield from naming.detail("ended", None if team.ended is None else naming.say.day(team.ended))
    yield from naming.detail("family_asked", naming.yes_no(team.family_asked, "plain"))
    yield from naming.detail("supports_asked", naming.yes_no(team.supports_asked, "plain"))


# --- people -----------------------------------------------------------------------------------------------------------


def _members(naming: Naming, members: Iterable[Member]) -> Section | None:
    heads = ("who", "role", "side", "joined", "chosen")
    return naming.section("members", table=naming.table("members", heads, (_member(naming, one) for one in members)))


def _member(naming: Naming, one: Member) -> tuple[Said | None, ...]:
    return (
        naming.say.name(one.id),
        None if one.role is None else naming.role(one.role),
        None if one.side is None else naming.say.name(one.side),
        naming.say.day(one.joined),
        _chosen(naming, one),
    )


def _chosen(naming: Naming, one: Member) -> Said | None:
    """Whose choice somebody is, where that is told."""
    by = "child" if one.chosen_by_child else "family" if one.chosen_by_family else None
    return None if by is None else naming.who(by)


def _gone(naming: Naming, one: Member) -> Entry:
    day = naming.say.day(one.left or one.joined)
    why = naming.detail("why", None if one.why is None else naming.say.written(one.why))
    return Entry(naming.who(one.id), (*naming.detail("left", day), *why))


def safety(naming: Naming, flags: Iterable[SafetyFlag], barred: Iterable[Barred]) -> Section | None:
    """Who must not meet, and which meetings would join them; nothing for a reader who gets no flags."""
    entries = [_barred(naming, one) for one in barred] + [_flag(naming, one) for one in flags]
    return naming.section("safety_first", entries) if entries else None


def _barred(naming: Naming, one: Barred) -> Entry:
    words = naming.words
    ways = (Said(words("way", way)) for way in one.ways)
    details = [*naming.people("people", one.who), *naming.people("not_sure", one.missing)]
    return Entry(
        Said(words("team_said", f"barred_{'held' if one.stage == 'held' else 'ahead'}")),
        (*details, *naming.detail("meeting", Said(one.meeting_id)), *naming.detail("ways", *ways)),
    )


def _flag(naming: Naming, one: SafetyFlag) -> Entry:
    details = (
        *naming.detail("protects", naming.who(one.protects)),
        *naming.detail("from_whom", naming.who(one.from_whom)),
        *naming.detail("since", naming.say.day(one.since)),
        *naming.detail("until", None if one.until is None else naming.say.day(one.until)),
    )
    return Entry(naming.say.option("flag", one.kind), details)


# --- meetings ---------------------------------------------------------------------------------------------------------


def meeting_entry(naming: Naming, meeting: Meeting) -> Entry:
    """A meeting: when, where, what for, who came, what was decided there."""
    say = naming.say
    told = meeting.held or meeting.date
    head = naming.moment(told) if told is not None else Said(naming.words("team_said", "no_date"))
    details = [*naming.detail("purpose", None if meeting.purpose is None else say.option("purpose", meeting.purpose))]
    if meeting.stage != "held":
        details += arranged(naming, meeting)
    details += naming.people("came", meeting.present)
    details += naming.people("did_not_come", meeting.declined)
    details += naming.detail("decided", *(say.written(one.what) for one in meeting.decisions))
    details += naming.detail("meets_again", None if meeting.next_date is None else naming.moment(meeting.next_date))
    return Entry(head, tuple(details))


def arranged(naming: Naming, meeting: Meeting) -> Iterator[Detail]:
    """Where a meeting is to be, how, and what is seen to."""
    say = naming.say
    yield from naming.detail("for_all", naming.yes_no(told=True, key="plain") if meeting.shared else None)
    yield from naming.detail("place", None if meeting.place is None else say.written(meeting.place))
    yield from naming.detail("how", None if meeting.mode is None else say.option("mode", meeting.mode))
    yield from naming.detail("place_asked", naming.yes_no(meeting.place_asked, "plain"))
    yield from naming.detail("place_chosen", naming.yes_no(meeting.place_chosen, "plain"))
    if meeting.guests_chosen is not None:
        yield from naming.detail("guests_chosen", naming.yes_no(meeting.guests_chosen, "plain"))
    yield from naming.detail("interpreter", naming.yes_no(meeting.interpreter, "arranged"))
    yield from naming.detail("transport", naming.yes_no(meeting.transport, "arranged"))


def request_entry(naming: Naming, one: MeetingRequest) -> Entry:
    """That somebody asked for a meeting."""
    purpose = None if one.purpose is None else naming.say.option("purpose", one.purpose)
    by = None if one.by is None else naming.who(one.by)
    details = (*naming.detail("asked_by", by), *naming.detail("asked_on", naming.say.day(one.on)))
    return Entry(purpose or Said(naming.words("team_said", "a_meeting")), details)


# --- what is still to be done -----------------------------------------------------------------------------------------


def actions(naming: Naming, decisions: Iterable[Decision]) -> Section | None:
    """What was decided and is still to be done, with who sees to it."""
    return naming.section("actions", (_action(naming, one) for one in decisions))


def _action(naming: Naming, one: Decision) -> Entry:
    owner = Said(naming.words("team_said", "nobody_yet")) if one.owner is None else naming.who(one.owner)
    details = (
        *naming.detail("owner", owner),
        *naming.detail("by_day", None if one.until is None else naming.say.day(one.until)),
        *naming.people("decided_by", one.decided_by),
        *naming.people("against", one.against),
        *naming.detail("decided_on", naming.say.day(one.on)),
    )
    return Entry(naming.say.written(one.what), details)


def agenda(naming: Naming, items: Iterable[AgendaItem]) -> Section | None:
    """What comes back at the next meeting, apart from what is said elsewhere: actions, findings of the plan."""
    return naming.section("agenda", (_item(naming, one) for one in items if one.kind not in {"action", "finding"}))


def _item(naming: Naming, one: AgendaItem) -> Entry:
    kind = Said(naming.words("agenda", one.kind))
    own = one.kind in {"request", "question"}
    what = None if one.what is None else naming.say.own(one.what) if own else naming.say.written(one.what)
    details = (
        *naming.detail("kind", None if what is None else kind),
        *naming.detail("owner", None if one.owner is None else naming.who(one.owner)),
        *naming.detail("step", None if one.step is None else naming.say.option("ladder", one.step)),
        *naming.detail("since", None if one.since is None else naming.say.day(one.since)),
    )
    return Entry(what or kind, details)
