"""The sheet for a court hearing: what was due, done when, why that day, known when, and the plan as it may be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

import attrs

from icpm_engine.calendars import parse_day
from icpm_engine.plan.model import Plan
from icpm_engine.reports import Due, Hearing, Known
from icpm_engine.reports.making import governing
from icpm_engine.reports.model import Group
from icpm_engine.rules.wording import plain
from icpm_engine.sheets.catalogue import RECORDED, Catalogue
from icpm_engine.sheets.facts import facts, told_for
from icpm_engine.sheets.model import Detail, Entry, Said, Section, Sheet
from icpm_engine.sheets.owing import by_when, counted, firmness, limit_section
from icpm_engine.sheets.saying import Saying


def hearing_sheet(
    hearing: Hearing, reader: str, words: Catalogue, *, known_at: str | None = None, recorded: str = RECORDED
) -> Sheet:
    """The sheet for a hearing that holds what a reader may read, in the language of the catalogue.

    `recorded` is the language in which professionals write. Raises KeyError for a reader that nobody is.
    """
    say = _saying(words, recorded, hearing.plan)
    grouped: dict[Group, list[Due]] = {key: [] for key in get_args(Group)}
    for one in hearing.due:
        if one.owed.no_limit is None or one.owed.obligation.possible:
            grouped[one.group].append(one)
    counts = {key: len(held) for key, held in grouped.items()}
    not_set = () if hearing.hearing_id is not None else (words("hearing", "not_set"),)
    return Sheet(
        language=words.language,
        title=words("hearing_title", reader),
        facts=(*_facts(say, hearing), *facts(say, hearing.case, hearing.on, known_at)),
        notes=(*not_set, *told_for(words, reader), words("hearing", "counts", **counts)),
        sections=(
            *(_section(say, key, held) for key, held in grouped.items()),
            limit_section(say, hearing.owing),
            *_plan(say),
        ),
        closing=(words("page", "ask"),),
    )


def _saying(words: Catalogue, recorded: str, plan: Plan) -> Saying:
    """The plan's words; nothing points to a line that does not stand on this sheet."""
    say = Saying.of(words, recorded, plan)
    shown = {line.id for line in plan.work}
    return attrs.evolve(say, anchors={name: anchor for name, anchor in say.anchors.items() if name in shown})


def _facts(say: Saying, hearing: Hearing) -> Iterator[Detail]:
    words = say.words
    yield from say.told("hearing", "date", say.day(hearing.date))
    if hearing.kind is not None:
        yield from say.told("hearing", "kind", say.option("hearing_kind", hearing.kind))
    what = Said(words("hearing", f"since_{hearing.since_what}"))
    yield from say.told("hearing", "since", say.day(hearing.since), what)


def _section(say: Saying, key: str, held: Iterable[Due]) -> Section:
    entries = tuple(_entry(say, one) for one in held)
    words = say.words
    return Section(key, words("hearing", key), words("hearing", f"{key}_{'intro' if entries else 'none'}"), entries)


def _entry(say: Saying, one: Due) -> Entry:
    obligation = one.owed.obligation
    is_open = obligation.state not in {"met", "excused", "missed"}
    details = [
        *say.told("owed", "who", *say.roles(one.owed.owners)),
        *firmness(say, one.owed),
        *(by_when(say, one.owed) if is_open else _was_due(say, one)),
        *(() if is_open and one.days_late is None else say.told("hearing", "when_done", _done(say, one))),
        *_missing(say, one),
        *_why(say, one),
        *_known(say, one),
    ]
    if is_open:
        details += say.told("owed", "call", *say.calls(one.owed.owners))
    return Entry(say.of_rules("duty", obligation.duty, obligation.label), tuple(details))


def _was_due(say: Saying, one: Due) -> Iterator[Detail]:
    due = one.owed.obligation.due
    if due is not None:
        yield from say.told("owed", "when", say.day(due))
        yield from counted(say, one.owed)


def _done(say: Saying, one: Due) -> Said:
    """When it was done, and how that compares with its day."""
    words, state = say.words, one.owed.obligation.state
    if state == "excused":
        return Said(words("hearing", "excused"))
    if one.done is None:
        if state == "met":
            return Said(words("hearing", "somewhen"))
        late = "" if one.days_late is None else f"; {_days(words, 'days_over', one.days_late)}"
        return Said(words("hearing", "not_done") + late)
    day = say.moment(one.done)
    if one.days_late is not None:
        return Said(_days(words, "after", one.days_late, day=day))
    return Said(day if one.owed.obligation.due is None else words("hearing", "in_time", day=day))


def _days(words: Catalogue, key: str, count: int, **values: str) -> str:
    return words("hearing", f"{key}_one" if count == 1 else key, count=count, **values)


def _missing(say: Saying, one: Due) -> Iterator[Detail]:
    return say.told("hearing", "missing", *map(say.written, one.missing))


def _why(say: Saying, one: Due) -> Iterator[Detail]:
    """A proof in few words: what started the clock, which days were left out, by which rule, and how sure that is."""
    words, proof = say.words, one.proof
    said: list[Said] = []
    if one.start:
        event = say.option("event", one.start)
        said.append(Said(words("hearing", "start", event=event.text, day=say.moment(proof.start_day)), event.language))
    leg = governing(proof) if one.owed.counted_from is not None else None
    if leg is not None and leg.skipped:
        count = sum(parse_day(gap.last) - parse_day(gap.first) + 1 for gap in leg.skipped)
        said.append(Said(_days(words, "left_out", count)))
    if leg is not None and leg.moved_to is not None:
        said.append(Said(words("hearing", "moved", day=say.moment(leg.moved_to))))
    yield from say.told("hearing", "why", *said)
    yield from say.told("hearing", "rule", say.written(proof.authority.title))
    yield from say.told("hearing", "sure", say.option("sure", proof.authority.seen))
    for chosen in proof.settled:
        authority = None if chosen.authority is None else say.written(chosen.authority)
        value = say.span_or(chosen.value)
        yield from say.told("hearing", "settled", say.written(plain(chosen.choice)), value, authority)


def _known(say: Saying, one: Due) -> Iterator[Detail]:
    """When the start, and what met it, were written down."""
    started = [known for known in one.known if known.entry == one.proof.start_entry]
    done = [known for known in one.known if known.entry != one.proof.start_entry]
    yield from say.told("hearing", "known_start", *(_entered(say, known) for known in started))
    yield from say.told("hearing", "known_done", *(_entered(say, known) for known in done))


def _entered(say: Saying, known: Known) -> Said:
    day = say.moment(known.entered)
    if known.late == 0:
        return Said(say.words("hearing", "known_at_once", day=day))
    return Said(_days(say.words, "known_late", known.late, happened=say.moment(known.happened), day=day))


def _plan(say: Saying) -> Iterator[Section]:
    """Services, steps and visits of the plan, and what is going well: what of the action plan may be read here."""
    plan, words = say.plan, say.words
    for key, lines in (("services", plan.services), ("tasks", plan.tasks), ("visits", plan.visits)):
        entries = tuple(map(say.entry, lines))
        heading = words("hearing", "plan", part=words("section", key))
        intro = words("hearing", "plan_intro" if entries else "plan_none")
        yield Section(key, heading, intro, entries)
