"""How a condition stood: `as_of`, `spent`, and when a decision last became true (grammar 1.2, 1.4)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from tests.oracle import conditions, moments
from tests.oracle.case import NO, YES, Ask, Case, Names, Told, Truth, all_of, any_of, opposite, truth, unknown
from tests.oracle.dates import Moment, Span, shift, timed
from tests.oracle.pack import BOUNDS, Value, Yaml

Births: TypeAlias = Mapping[tuple[str, str | None], Told]

COMBINED = frozenset({"all", "any", "not"})

# --- as of another moment ---------------------------------------------------------------------------------------------


def as_of(body: Mapping[str, Yaml], ask: Ask) -> Truth:
    """The same condition, judged at the end of a moment; while the moment lasts, as things stand by now.

    Of a moment to come ages are known, since time alone decides them, and nothing else.
    """
    rest = {key: value for key, value in body.items() if key not in ("as_of", "label")}
    return part_as_of(body["as_of"], rest, ask)


def part_as_of(when: Yaml, condition: Yaml, ask: Ask) -> Truth:
    """A condition as of a moment, taken apart down to what is asked."""
    if isinstance(condition, str) and "rows" not in ask.pack.decisions.get(condition, {"rows": ()}):
        rule = ask.pack.decisions[condition]
        condition = {key: value for key, value in rule.items() if key not in conditions.DECISION_MATTER}
    if isinstance(condition, Mapping) and set(condition) & COMBINED and not set(condition) & {*BOUNDS, "when"}:
        ((how, parts),) = [(key, value) for key, value in condition.items() if key != "label"]
        if how == "not":
            return opposite(part_as_of(when, parts, ask))
        answers = [part_as_of(when, part, ask) for part in parts]
        return all_of(answers) if how == "all" else any_of(answers)
    moment = moments.moment(when, ask, ahead=False)
    if not isinstance(moment, Moment):
        return unknown(*(moment.names or {named_in(when)}))
    if isinstance(condition, Mapping) and "age" in condition:
        return conditions.holds(condition, replace(ask, case=replace(ask.case, now=moment)))
    if moment.first > ask.case.instant:
        return unknown(f"{moment.day.isoformat()} (still to come)")
    return conditions.holds(condition, as_it_was(ask, min(moment.last, ask.case.instant)))


def named_in(when: Yaml) -> str:
    """What a moment hangs on, by its name."""
    if isinstance(when, Mapping):
        return str(when.get("on", when))
    return str(when).rsplit(" after ", 1)[-1].rsplit(" before ", 1)[-1]


def as_it_was(ask: Ask, instant: datetime) -> Ask:
    """The same question about the case as it was at an instant; a birth date holds for all time."""
    passed = steps(ask)
    then = at_step(next((case for case in reversed(passed) if case.instant <= instant), passed[0]), ask)
    past = [case for case in ask.past if case.instant <= instant]
    return replace(ask, past=past, case=replace(then, now=timed(ask.zone, instant), instant=instant))


def steps(ask: Ask) -> list[Case]:
    """The case before the first event, and as it stood after each step up to now."""
    return [case for case in (*ask.past, ask.case) if case.instant <= ask.case.instant]


def stood(condition: Yaml, ask: Ask) -> list[tuple[Moment, Truth]]:
    """How a condition stood at each instant, and since when at it: what is undone at the same instant never was."""
    return [(now, value) for now, _, value in stood_at(condition, ask)]


def stood_at(condition: Yaml, ask: Ask) -> list[tuple[Moment, datetime | None, Truth]]:
    """The same with the instant of each (none before the first event)."""
    found: list[tuple[Moment, datetime | None, Truth]] = []
    instants = [case.instant for case in ask.past]
    births = births_known(ask)
    for number, case in enumerate(steps(ask)):
        past = ask.past[: bisect_right(instants, case.instant)] if number else ()
        then = ask if case is ask.case else ask.but(past=past, case=with_births(case, births))
        value = conditions.holds(condition, then if number else then.but(past=()))
        instant, now = (case.instant, case.now) if number else (None, case.now)
        while found and instant is not None and found[-1][1] == instant:
            last = found.pop()
            now = last[0] if last[2] == value else now
        found.append((now, instant, value))
    return found


def at_step(case: Case, ask: Ask) -> Case:
    """The case of a step, with the birth date that is known now."""
    return with_births(case, births_known(ask))


def births_known(ask: Ask) -> Births:
    """The birth date that is known now."""
    return {key: told for key, told in ask.case.facts.items() if key[0] == "born"}


def with_births(case: Case, births: Births) -> Case:
    """The case of a step, with birth dates that were learned later."""
    if all(case.facts.get(key) == told for key, told in births.items()):
        return case
    return replace(case, facts={**case.facts, **births})


def last_became(condition: Yaml, ask: Ask) -> Moment | None:
    """When a condition last became true."""
    found = turnings(condition, True, ask)
    return found[-1][0] if found else None


def turnings(condition: Yaml, rising: bool, ask: Ask) -> list[tuple[Moment, datetime]]:
    """When a condition became true, or ceased after it had been; what held before the first event did not turn."""
    found: list[tuple[Moment, datetime]] = []
    known: bool | None = None
    for now, instant, (value, _) in stood_at(condition, ask):
        turned = value is True and known is not True if rising else value is False and known is True
        if turned and instant is not None:
            found.append((now, instant))
        known = known if value is None else value
    return found


# --- how long it has held ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stay:
    """A time in which a condition held, or may have held; `going` on until now."""

    begin: Moment
    end: Moment
    going: bool


def spent(body: Mapping[str, Yaml], ask: Ask) -> Truth:
    """How long a condition has held; unknown times make it as short and as long as it may have been."""
    how, known = body.get("how", "present"), stood(body["spent"], ask)
    sure = stays([(now, value is True) for now, (value, _) in known], ask.case.now)
    perhaps = stays([(now, value is not False) for now, (value, _) in known], ask.case.now)
    doubt = doubts(known, how)
    if "since" in body:
        since = moments.moment(body["since"], ask, ahead=False)
        if isinstance(since, Moment):
            sure, perhaps = clipped(sure, since), clipped(perhaps, since)
        elif since.why in ("unknown", "unsettled"):
            sure, doubt = [], doubt | since.names
        elif since.why != "ever":
            sure, perhaps = [], []
    answers = []
    for limit in ("at_least", "over", "at_most", "under"):
        if limit in body:
            span = conditions.span_now(body[limit], ask)
            if not isinstance(span, Span):
                answers.append(of_no_length(span, limit, how, perhaps))
                continue
            strictly = limit in ("over", "at_most")
            reached = verdict([long_enough(how, one, span, strictly, ask) for one in (sure, perhaps)], doubt)
            answers.append(opposite(reached) if limit in ("under", "at_most") else reached)
    return all_of(answers)


def of_no_length(span: Value, limit: str, how: str, perhaps: list[Stay]) -> Truth:
    """A limit that nobody told: where there is no time at all, it is not as long as that, whatever it is."""
    if not isinstance(span, conditions.Unknown):
        return NO
    some = any(one.going for one in perhaps) if how == "present" else bool(perhaps)
    return unknown(*span.names) if some else truth(limit in ("under", "at_most"))


def doubts(known: Sequence[tuple[Moment, Truth]], how: str) -> Names:
    """For want of what it is unknown how long it held: of the present stay only as far back as it may reach."""
    names: Names = frozenset()
    for _, (value, missing) in reversed(known):
        if value is False and how == "present":
            break
        names |= missing if value is None else frozenset()
    return names


def stays(held: Sequence[tuple[Moment, bool]], now: Moment) -> list[Stay]:
    """The times in which it held, one after another."""
    found: list[Stay] = []
    begin: Moment | None = None
    for moment, holding in held:
        if holding and begin is None:
            begin = moment
        if not holding and begin is not None:
            found.append(Stay(begin, moment, going=False))
            begin = None
    return found if begin is None else [*found, Stay(begin, now, going=True)]


def clipped(found: list[Stay], since: Moment) -> list[Stay]:
    """What lies from a moment on."""
    late = [replace(one, begin=since) if since.first > one.begin.first else one for one in found]
    return [one for one in late if one.begin.first < one.end.last or (one.going and one.begin.first <= one.end.last)]


def long_enough(how: str, found: list[Stay], span: Span, strictly: bool, ask: Ask) -> tuple[bool, bool]:
    """Whether the stays are long enough: surely, and perhaps."""
    if how == "total":
        return altogether(found, span, strictly, ask)
    asked = [one for one in found if one.going] if how == "present" else found
    answers = [lasts(one, span, strictly, ask) for one in asked]
    return any(sure for sure, _ in answers), any(perhaps for _, perhaps in answers)


def lasts(stay: Stay, span: Span, strictly: bool, ask: Ask) -> tuple[bool, bool]:
    """One stay. In days it is measured as an age is; in hours from instant to instant."""
    full = shift(stay.begin, span, 1, ask.pack.calendars, ask.zone)
    if not span.timed:
        reached = stay.end.day > full.day if strictly else stay.end.day >= full.day
        return reached, reached
    if strictly:
        return stay.end.first > full.last, stay.end.last > full.first
    return stay.end.first >= full.last, stay.end.last >= full.first


def altogether(found: list[Stay], span: Span, strictly: bool, ask: Ask) -> tuple[bool, bool]:
    """Several stays, laid end to end from where the first began."""
    if not found:
        return False, False
    begin = found[0].begin
    if not span.timed:
        days = sum(((one.end.day - one.begin.day) for one in found), timedelta())
        end = replace(begin, day=begin.day + days)
        return lasts(Stay(begin, end, going=False), span, strictly, ask)
    short = sum((max(one.end.first - one.begin.last, timedelta()) for one in found), timedelta())
    long = sum((one.end.last - one.begin.first for one in found), timedelta())
    end = replace(begin, first=begin.last + short, last=begin.first + long)
    return lasts(Stay(begin, end, going=False), span, strictly, ask)


def verdict(answers: Sequence[tuple[bool, bool]], doubt: Names) -> Truth:
    """True if the sure stays are surely long enough, false if even the possible ones are not."""
    (sure, _), (_, perhaps) = answers
    if sure:
        return YES
    return (None, doubt or frozenset({"hour"})) if perhaps else NO
