"""What one event does, seen from just before it (semantics 11, 12), and which lines mean it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from tests.oracle import conditions, lines, moments, series
from tests.oracle.case import NO, YES, Ask, Told, Truth, all_of, any_of, unknown
from tests.oracle.dates import Moment
from tests.oracle.pack import ABSENT, COUNTING, Event, Pack, UnsupportedError, Value, Yaml, as_list
from tests.oracle.seen import Window

Key = tuple[str, str | None]  # a fact or lifecycle, and the value of its instance
Moves = dict[Key, tuple[str, Moment]]  # to which state, and when it came there


def owed(ask: Ask) -> Truth:
    """Whether a run is for this child just now (`while`)."""
    assert ask.run is not None
    ask = replace(ask, event=None)  # always asked, so of now and of no event
    return conditions.holds(ask.run.text["while"], ask) if "while" in ask.run.text else YES


def applies(line: Mapping[str, Yaml], ask: Ask) -> bool | None:
    """A line's `when`, at the moment in hand."""
    return conditions.holds(line["when"], ask)[0] if "when" in line else True


def matches(line: Yaml, event: Event, ask: Ask) -> Truth:
    """Whether an event is what a line means: kind, `where`, `with`, bounds, and whether it makes up the number, the
    values, the row or the share that the line asks for. `when` is not asked."""
    line = lines.shape(line)
    if "any" in line:
        return any_of([matches(part, event, ask) for part in line["any"]])
    if "on" not in line:
        raise UnsupportedError(f"line {line}")
    if event.kind not in as_list(line["on"]) or not lines.same_instance(event, ask):
        return NO
    dated = lines.dated_moment(line.get("dated", "occurred"), event)
    if "with" in line and conditions.lacking(line["with"], event, ask):
        return NO
    bounds = lines.bounds_of(line)
    parts = [moments.within(bounds, dated, ask) if dated else YES]
    if bounds and dated is None:
        parts = [unknown(f"{event.kind}.{line['dated']}")]
    if "where" in line:
        parts.append(conditions.fits(line["where"], event, ask))
    if set(line) & set(COUNTING) and all_of(parts)[0] is not False:
        parts.append(completes(line, event, ask))
    return all_of(parts)


def completes(line: Mapping[str, Yaml], event: Event, ask: Ask) -> Truth:
    """Whether with this event, counted as the last, enough of them have happened."""
    if "each" in line:
        ((field, wanted),) = line["each"].items()
        values = [one["is"] if isinstance(one, Mapping) else one for one in as_list(wanted)]
        if not any(lines.bears(event, field, value) for value in values):
            return NO
    others = (one for one in ask.history if one.index != event.index)
    case = replace(ask.case, history=(*others, event))
    body, asked = lines.without(line, ("when",)), replace(ask, case=case, event=event)
    if series.is_series(body):
        return series.seen(body, asked, Window(), judged=True).truth
    return lines.seen(body, asked, Window()).truth


def with_when(line: Yaml, event: Event, ask: Ask) -> Truth:
    """Whether an event is what a line means and the line applies."""
    line = lines.shape(line)
    if "any" in line or "all" in line:
        one_by_one = [with_when(part, event, ask) for part in line.get("any", [])]
        inner = any_of(one_by_one if "any" in line else completing(line, event, ask))
        parts = [inner, moments.within(lines.bounds_of(line), event.moment, ask)]
    else:
        parts = [matches(line, event, ask)]
    if parts[0][0] is not False and "when" in line:
        parts.append(conditions.holds(line["when"], ask))
    return all_of(parts)


def completing(line: Mapping[str, Yaml], event: Event, ask: Ask) -> list[Truth]:
    """Of a list of all, for each part: whether the event is that part, and all others have happened before it."""
    found = []
    for number, part in enumerate(line["all"]):
        others = [one for place, one in enumerate(line["all"]) if place != number]
        there = lines.has_happened({"all": others, **lines.bounds_of(line)}, ask) if others else YES
        found.append(all_of([with_when(part, event, ask), there]))
    return found


def concerned(per: str | None, event: Event, ask: Ask) -> list[tuple[str, str] | None]:
    """Semantics 47: the instance that an event carries; every known one if its kind does not declare the field."""
    if per is None:
        return [None]
    if ask.pack.declares(event.kind, per):
        return [(per, str(event.values[per]))] if per in event.values else []
    return [(per, str(one)) for one in ask.instances(per)]


def taken(take: Yaml, event: Event | None, ask: Ask) -> Value:
    """What a told line takes: a field, `event` (its date), `none`, or a moment; None if the event does not say."""
    if take == "none":
        return ABSENT
    if take == "event" and event is not None:
        return replace(event.moment, event=None)
    if event is not None and isinstance(take, str) and ask.pack.declares(event.kind, take):
        return event.values.get(take)
    found = moments.moment(take, ask, ahead=False)
    return replace(found, event=None) if isinstance(found, Moment) else None


def asking(rules: Mapping[str, Yaml], event: Event, ask: Ask) -> Iterator[tuple[str, Yaml, Ask]]:
    """The rules that read an event, each with what it asks."""
    for name, rule in rules.items():
        if ask.of(rule).subject in event.seen_by:
            yield name, rule, ask.of(rule)


def facts_told(whole: Ask, event: Event) -> dict[Key, Told]:
    """The facts that an event tells; of several lines of one fact the first that applies."""
    told: dict[Key, Told] = {}
    for name, rule, ask in asking(whole.pack.facts, event, whole):
        for line in as_list(rule.get("told", [])):
            if "on" not in line or event.kind not in as_list(line["on"]):
                continue
            for instance in concerned(rule.get("per"), event, ask):
                asked = replace(ask, instance=instance)
                key = (name, instance[1] if instance else None)
                body = {k: v for k, v in line.items() if k != "take"}
                if key in told or with_when(body, event, asked)[0] is not True:
                    continue
                value = taken(line["take"], event, asked)
                if value is not None:
                    told[key] = Told(typed(rule["type"], value, event.root, ask.pack), event.root)
    return told


def typed(kind: str, value: Value, root: str | None, pack: Pack) -> Value:
    """A taken value as its fact's type: a date means the whole day, a date taken as a moment has no hour."""
    if isinstance(value, Moment) and kind in ("date", "moment"):
        return replace(pack.value(kind, value), root=root)
    return value


def moves(whole: Ask, event: Event) -> Moves:
    """The transitions that an event makes."""
    moved: Moves = {}
    for name, rule, ask in asking(whole.pack.lifecycles, event, whole):
        for instance in concerned(rule.get("per"), event, ask):
            key = (name, instance[1] if instance else None)
            state = ask.case.states.get(key, rule["initial"])
            for line in rule.get("transitions", []):
                if "on" in line and state in as_list(line["from"]) and key not in moved:
                    body = {k: v for k, v in line.items() if k not in ("from", "to")}
                    if with_when(body, event, replace(ask, instance=instance))[0] is True:
                        moved[key] = (line["to"], event.moment)
    return moved


def misplaced(whole: Ask, event: Event) -> Iterator[str]:
    """Semantics 19: lifecycles that mention an event and have no transition for it where they stand.

    A transition whose `when` does not hold is one for it all the same: it says that in this case nothing moves.
    """
    for name, rule, ask in asking(whole.pack.lifecycles, event, whole):
        per = rule.get("per")
        if per and not ask.pack.declares(event.kind, per):
            continue
        for instance in concerned(per, event, ask):
            asked = replace(ask, instance=instance)
            state = ask.case.states.get((name, instance[1] if instance else None), rule["initial"])
            sources = [
                as_list(line["from"])
                for line in rule.get("transitions", [])
                if "on" in line
                and matches({k: v for k, v in line.items() if k not in ("from", "to", "when")}, event, asked)[0] is True
            ]
            if sources and not any(state in one for one in sources):
                yield name


def judged_bars(whole: Ask, event: Event) -> Iterator[tuple[str, str, Truth]]:
    """Bars that an event breaks, or of which that cannot be said (semantics 46)."""
    for name, rule, ask in asking(whole.pack.bars, event, whole):
        if "off" in rule or not in_force(rule, event.moment.day, ask):
            continue
        for instance in concerned(rule.get("per"), event, ask):
            asked = replace(ask, instance=instance)
            broken = with_when(rule["forbids"], event, asked)
            if broken[0] is not False and "while" in rule:
                broken = all_of([broken, conditions.holds(rule["while"], asked)])
            if broken[0] is not False and "excused" in rule:
                lifted = lines.has_happened(rule["excused"], asked)
                if broken[0] and lifted[0]:
                    yield name, event.root, NO  # an approval has lifted it
                    continue
                broken = all_of([broken, (None, lifted[1]) if lifted[0] is None else (not lifted[0], lifted[1])])
            if broken[0] is not False:
                yield name, event.root, broken


def in_force(rule: Mapping[str, Yaml], day: date, ask: Ask) -> bool:
    """`in_force: {from, until}`: both days included; semantics 53."""
    limits = rule.get("in_force") or {}
    since = moments.moment(limits["from"], ask, ahead=False) if "from" in limits else None
    until = moments.moment(limits["until"], ask, ahead=False) if "until" in limits else None
    begun = since is None or (isinstance(since, Moment) and since.day <= day)
    return begun and not (isinstance(until, Moment) and until.day < day)
