"""What a pack tells a family of its team: when it meets, who is asked, who answers, whom to call, and on what it rests.

Nothing comes from elsewhere: a statement is there if the pack has the source that makes it, a limit if a rule of the
pack says so, a person to call if the county has named one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.rules import model
from icpm_engine.rules.deciding import settled_value
from icpm_engine.rules.walking import lines_in
from icpm_engine.rules.wording import words_of_condition, words_of_due

STATEMENTS: Final[Mapping[str, str]] = {
    "what": "icpm-overview",
    "lasts": "icpm-overview",
    "belongs": "wic-16501-a-members",
    "first_meeting": "icpm-overview",
    "bring": "icpm-overview",
    "place": "icpm-overview",
    "hears": "icpm-overview",
    "changes": "icpm-overview",
    "when_needed": "icpm-overview",
    "ask_any_time": "wic-16501-a-4",
    "disagree": "icpm-overview-4",
}
"""What may be said to a family, and the source that says so."""
CONTACTS: Final = ("point_people", "after_hours_response")
"""The choices of a county that say whom to call."""
_ANSWERS: Final = frozenset({"family_answered", "disagreement_answered", "plan_disagreement_answered"})

WhyNone: TypeAlias = Literal["undecided", "unverified", "no_number"]
"""Why no limit is said: the county has not decided, nobody has verified the rule, or its source states none."""


@attrs.frozen
class Way:
    """One way in which a rule says by when: a span, before something (a fact of the rules), or a span before it.

    `why_none` says why there is no span; `words` has whatever has no other form, in the words of the rules.
    """

    span: str | None = None
    before: str | None = None
    why_none: WhyNone | None = None
    words: str | None = None


@attrs.frozen
class Limit:
    """By when something is to be done; `only` is for whom (the fact that must be true, or the words of the rules)."""

    ways: tuple[Way, ...]
    which: Literal["earliest", "latest"] | None = None
    only: str | None = None


@attrs.frozen
class Promise:
    """Something that is owed to a family: by when, counted from which events, whether it comes again, on what source.

    `unverified`: the rule is switched off, since nobody has verified its limit; then no limit is said.
    """

    duty: str
    label: str
    force: str
    limits: tuple[Limit, ...]
    counted_from: tuple[str, ...]
    again: bool
    unverified: bool
    authority: str


@attrs.frozen
class Invited:
    """Somebody who must be asked to each meeting; `sometimes`: only where the rules say so."""

    who: str
    sometimes: bool


@attrs.frozen
class ContactPoint:
    """Whom to call, by the choice of the county that says it; None while it has not."""

    choice: str
    value: str | None


@attrs.frozen
class Rests:
    """A source on which something in a leaflet rests, and how it was seen."""

    name: str
    title: str
    link: str | None
    seen: str


@attrs.frozen(kw_only=True)
class Leaflet:
    """What a family is told of its team in a county, on a day; `county` is None for a state without one."""

    pack: str
    county: str | None
    pack_version: str
    on: str
    statements: tuple[str, ...]
    invited: tuple[Invited, ...]
    meetings: tuple[Promise, ...]
    told: tuple[Promise, ...]
    asked_for: tuple[Promise, ...]
    answers: tuple[Promise, ...]
    contacts: tuple[ContactPoint, ...]
    sources: tuple[Rests, ...]


def leaflet(pack: model.RulePack, day: int) -> Leaflet:
    """The leaflet of a county's rules as they are on a day (an ordinal)."""
    statements = tuple(name for name, source in STATEMENTS.items() if source in pack.sources)
    duties = sorted(pack.duties.values(), key=lambda duty: duty.area != "team")  # what is said of every team goes first
    owed = [(_text(duty, day), duty) for duty in duties if duty.off in {None, "unverified"}]
    texts = [(text, duty) for text, duty in owed if text is not None]
    groups = {
        "meetings": [one for one in texts if _kinds(one[0].met) == {"cft_held"}],
        "told": [one for one in texts if "cft_notice_given" in _kinds(one[0].met)],
        "asked_for": [one for one in texts if "cft_requested" in _kinds(*one[0].starts)],
        "answers": [one for one in texts if _answers(one[0])],
    }
    promises = {name: tuple(_promise(pack, *one, day) for one in found) for name, found in groups.items()}
    inviting = [text for text, _ in texts if "cft_invitation_sent" in _kinds(text.met)]
    rests = [STATEMENTS[name] for name in statements] + [text.authority for text in inviting]
    rests += [promise.authority for group in promises.values() for promise in group]
    return Leaflet(
        pack=pack.name,
        county=pack.county,
        pack_version=pack.version,
        on=format_day(day),
        statements=statements,
        invited=tuple(dict.fromkeys(_invited(inviting))),
        contacts=tuple(_contact(pack, name, day) for name in CONTACTS if name in pack.choices),
        sources=tuple(_rests(pack.sources[name]) for name in dict.fromkeys(rests)),
        **promises,
    )


# --- rules ------------------------------------------------------------------------------------------------------------


def _text(duty: model.Duty, day: int) -> model.DutyText | None:
    """What a duty says on a day; None where it starts nothing any more, or not yet."""
    texts = [text for text in duty.texts if text.from_day is None or text.from_day <= day]
    if not texts:
        return None
    first, last = texts[-1].in_force.from_, texts[-1].in_force.until
    begun = not isinstance(first, model.DayMoment) or first.day <= day
    over = isinstance(last, model.DayMoment) and last.day < day
    return texts[-1] if begun and not over else None


def _kinds(*lines: model.AnyLine | None) -> set[str]:
    """The kinds of event that some lines name."""
    return {kind for line in lines if line is not None for one in lines_in(line) for kind in one.on}


def _answers(text: model.DutyText) -> bool:
    """Whether any answer to what the family said meets it; that it is settled as well is the agencies' own matter."""
    lines = () if text.met is None else tuple(lines_in(text.met))
    kinds = {kind for line in lines for kind in line.on}
    return bool(kinds) and kinds <= _ANSWERS and all(line.where is None for line in lines)


def _invited(texts: Iterable[model.DutyText]) -> Iterator[Invited]:
    for text in texts:
        for line in () if text.met is None else lines_in(text.met):
            for one in () if line.each is None else line.each.values:
                yield Invited(one.value, one.when is not None)


def _promise(pack: model.RulePack, text: model.DutyText, duty: model.Duty, day: int) -> Promise:
    rows = () if text.due is None else text.due.rows
    return Promise(
        duty=duty.name,
        label=text.label,
        force=str(text.force.rows[-1].value),
        limits=() if duty.off is not None else tuple(_limit(pack, row, day) for row in rows),
        counted_from=tuple(sorted(_kinds(*text.starts))),
        again=any(row.value is not None for row in text.repeats.rows),
        unverified=duty.off is not None,
        authority=text.authority,
    )


# --- by when ----------------------------------------------------------------------------------------------------------


def _limit(pack: model.RulePack, row: model.Row, day: int) -> Limit:
    due, condition = row.value, row.when or row.while_
    only = None if condition is None else _only(condition)
    if isinstance(due, model.DuePick):
        ways = tuple(way for leg in due.legs for way in _ways(pack, leg, day))
        return Limit(ways, due.which, only)
    return Limit(tuple(_ways(pack, due, day)), None, only)


def _only(condition: model.Condition) -> str:
    """A fact that must be true by its name, anything else in words."""
    if isinstance(condition, model.FactTest):
        checks = condition.test.checks
        if len(checks) == 1 and checks[0].op == "is" and checks[0].value in (True, (True,)):
            return condition.name
    return words_of_condition(condition)


def _ways(pack: model.RulePack, due: object, day: int) -> Iterator[Way]:
    """A leg in its parts; of a series the first run's."""
    if isinstance(due, model.DueLeg):
        if due.within:
            yield _span(pack, due.within[0], None, day)
            return
        if due.before and isinstance(due.before[0], model.FactMoment):
            yield Way(before=due.before[0].name)
            return
        by = due.by[0] if due.by else None
        if isinstance(by, model.Offset) and by.side == "before" and isinstance(by.moment, model.FactMoment):
            yield _span(pack, by.span, by.moment.name, day)
            return
    if isinstance(due, model.DueOpen):
        yield Way(why_none="no_number")
    elif isinstance(due, model.DueLeg | model.DuePick):
        yield Way(words=words_of_due(due))


def _span(pack: model.RulePack, span: model.SpanLike, before: str | None, day: int) -> Way:
    if not isinstance(span, model.NamedSpan):
        return Way(str(span), before)
    value = _settled(pack, span.name, day)
    return Way(value, before, None if value is not None else "undecided")


def _settled(pack: model.RulePack, choice: str, day: int) -> str | None:
    """What a county has settled by a day, in words."""
    told = [one for one in pack.settles.get(choice, ()) if one.from_day is None or one.from_day <= day]
    return settled_value(told[-1].value) if told else None


def _contact(pack: model.RulePack, choice: str, day: int) -> ContactPoint:
    return ContactPoint(choice, _settled(pack, choice, day))


def _rests(source: model.Source) -> Rests:
    return Rests(source.name, source.title, source.link, source.seen)
