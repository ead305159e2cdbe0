"""Conditions and tests, read straight from the YAML each time they are asked (grammar 1.3 and 1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.oracle import dues, lines, moments, past, pausing
from tests.oracle.case import NO, YES, Ask, Run, Truth, all_of, any_of, opposite, truth, unknown
from tests.oracle.dates import WEEKDAYS, CalendarEndsError, Moment, Span, longer_by, read_span, shift
from tests.oracle.pack import ABSENT, BOUNDS, COUNTING, HEADS, Event, UnsupportedError, Value, Yaml, as_list, yes
from tests.oracle.windows import Window

OUTCOMES = ("met", "running", "overdue", "missed", "excused")
DECISION_MATTER = ("label", "authority", "subject")


class Unknown:
    """A value that nobody told; `names` says of what."""

    def __init__(self, *names: str) -> None:
        self.names = names


# --- conditions -------------------------------------------------------------------------------------------------------


def holds(condition: Yaml, ask: Ask) -> Truth:
    """Whether a condition holds: true, false or unknown."""
    if isinstance(condition, str):
        return named(condition, ask)
    body = {key: value for key, value in condition.items() if key != "label"}
    if set(body) & {*HEADS, *BOUNDS, *COUNTING} and not set(body) & {"as_of", "some", "spent", "open"}:
        return lines.has_happened(body, ask)
    if "as_of" in body:
        return past.as_of(body, ask)
    if "spent" in body:
        return past.spent(body, ask)
    if "some" in body:
        return some_instance(body, ask)
    if "all" in body or "any" in body or "not" in body:
        return combined(body, ask)
    if "open" in body:
        return is_open(body["open"], ask)
    return all_of([tested(name, test, ask) for name, test in body.items()])


def combined(body: Mapping[str, Yaml], ask: Ask) -> Truth:
    """all, any, not."""
    if len(body) != 1:
        raise UnsupportedError(f"condition with {sorted(body)}")
    ((how, parts),) = body.items()
    if how == "not":
        return opposite(holds(parts, ask))
    if how == "any":
        return any_of([holds(part, ask) for part in parts])
    return all_of([needed(part, ask) for part in parts])


def needed(part: Yaml, ask: Ask) -> Truth:
    """A part of an `all` list; a line that does not apply is not needed."""
    if not isinstance(part, Mapping) or "when" not in part or not set(part) & {*HEADS, "all", "any"}:
        return holds(part, ask)
    rest = holds({key: value for key, value in part.items() if key != "when"}, ask)
    return any_of([opposite(holds(part["when"], ask)), rest])


def tested(name: str, test: Yaml, ask: Ask) -> Truth:
    """{FACT: test}, {event.FIELD: test}, {start.FIELD: test}, {age: test}."""
    if name == "age":
        return age(test, ask)
    return passes(value_of(name, ask), test, ask)


def named(name: str, ask: Ask) -> Truth:
    """A bare name: a decision, LIFECYCLE.STATE, DUTY.outcome, BAR.broken, or a fact that says yes or no."""
    if name in ask.pack.decisions:
        return decided(name, ask)
    if name in ask.pack.events:
        return lines.has_happened(name, ask)
    owner, _, what = name.partition(".")
    if owner in ask.pack.lifecycles:
        return state_is(owner, what, ask)
    if owner in ask.pack.duties and what in OUTCOMES:
        return duty_is(owner, what, ask)
    if owner in ask.pack.bars and what == "broken":
        found = [broken for bar, _, broken in ask.case.breaches if bar == owner]
        return any_of([NO, *found])
    rule = ask.pack.facts.get(name) or ask.pack.choices.get(name) or {}
    if rule.get("type") == "yes_no":
        return passes(value_of(name, ask), "yes", ask)
    raise UnsupportedError(f"condition {name!r}")


def decided(name: str, ask: Ask) -> Truth:
    """A decision as a condition; one made by rows holds when its value is yes."""
    rule = ask.pack.decisions[name]
    ask = ask.of(rule)
    if "rows" not in rule:
        return holds({key: value for key, value in rule.items() if key not in DECISION_MATTER}, ask)
    value = value_of(name, ask)
    return unknown(*value.names) if isinstance(value, Unknown) else truth(yes(value))


def state_is(lifecycle: str, state: str, ask: Ask) -> Truth:
    """LIFECYCLE.STATE. Semantics 47: with another `per` than the rule's own, *some* instance is meant."""
    rule = ask.pack.lifecycles[lifecycle]
    per = rule.get("per")
    own = ask.instance[1] if per and ask.instance and ask.instance[0] == per else None
    values = [own] if per is None or own else list(ask.of(rule).instances(per))
    return truth(any(ask.case.states.get((lifecycle, one), rule["initial"]) == state for one in values))


def duty_is(duty: str, outcome: str, ask: Ask) -> Truth:
    """DUTY.outcome: some run of it has that outcome (some run of the same instance, where both rules have one)."""
    return any_of([NO, *(run_is(run, outcome, ask) for run in runs_of(duty, ask))])


def runs_of(duty: str, ask: Ask) -> list[Run]:
    """The runs of a duty that whoever asks can mean."""
    own = ask.instance
    return [
        run
        for run in ask.case.runs
        if run.duty == duty and (not own or not run.instance or run.instance[0] != own[0] or run.instance == own)
    ]


def run_is(run: Run, outcome: str, ask: Ask) -> Truth:
    """One run's outcome."""
    if outcome in ("met", "missed", "excused"):
        if run.live and outcome == "met":
            return unknown(*run.doubt[1]) if run.doubt[0] is None else NO
        if run.state == outcome and run.start_doubt is not None:
            return unknown(*run.start_doubt)  # what perhaps never started was perhaps never met
        doubtful = run.state == "undetermined"
        return unknown(*run.waits_for) if doubtful else truth(run.state == outcome)
    if not run.live:
        return NO
    whose = replace(ask, run=run, instance=run.instance)
    owed = holds(run.text["while"], whose) if "while" in run.text else YES
    if run.start_doubt is not None:
        owed = all_of([owed, unknown(*run.start_doubt)])
    still = pausing.stands_still(run, whose)
    owed = all_of([owed, opposite(still)])  # a paused run is not running, and a pause hides overdue (36)
    if outcome == "running":
        return owed
    must = dues.plain_values(run, "force", "must", whose) == ("must",)  # a `should` is never overdue
    unmet = unknown(*run.doubt[1]) if run.doubt[0] is None else YES
    return all_of([truth(must), owed, unmet, dues.passed(run, whose)])


def some_instance(body: Mapping[str, Yaml], ask: Ask) -> Truth:
    """{some: LIFECYCLE.STATE, where: {FACT: test}}."""
    lifecycle, _, state = body["some"].partition(".")
    rule = ask.pack.lifecycles[lifecycle]
    answers = [NO]
    for one in ask.of(rule).instances(rule["per"]):
        inner = replace(ask, instance=(rule["per"], str(one)))
        tests = [tested(name, test, inner) for name, test in (body.get("where") or {}).items()]
        answers.append(all_of([state_is(lifecycle, state, inner), *tests]))
    return any_of(answers)


def is_open(name: str, ask: Ask) -> Truth:
    """Whether the event in hand, or else now, falls in a calendar's hours, season or open days."""
    calendar, moment = ask.pack.calendars[name], ask.event.moment if ask.event is not None else None
    local = ask.zone.local(ask.case.instant if moment is None else moment.first)
    if not isinstance(calendar, Window):
        try:
            return truth(calendar.is_open(local.date()))
        except CalendarEndsError as error:
            return unknown(f"calendar {error.name}")
    minutes = range(24 * 60) if moment is not None and not moment.exact else [local.hour * 60 + local.minute]
    answers = {calendar.open_at(local.date(), minute) for minute in minutes}
    return truth(answers.pop()) if len(answers) == 1 else unknown("hour")


def age(test: Yaml, ask: Ask) -> Truth:
    """A test of the child's age, made of spans; it rests on the fact `born` (29 February: clamped like any month)."""
    born = value_of("born", ask)
    if not isinstance(born, Moment):
        return unknown("born")
    answers = []
    for how, text in test.items():
        if how == "not":
            answers.append(opposite(age(text, ask)))
            continue
        span = span_now(text, ask)
        if how not in ("at_least", "over", "at_most", "under"):
            raise UnsupportedError(f"age: {test}")
        if not isinstance(span, Span):
            answers.append(unknown(*span.names) if isinstance(span, Unknown) else NO)
            continue
        birthday, today = shift(born, span, 1, ask.pack.calendars, ask.zone).day, ask.case.now.day
        verdict = {"at_least": today >= birthday, "over": today > birthday}
        verdict |= {"under": today < birthday, "at_most": today <= birthday}
        answers.append(truth(verdict[how]))
    return all_of(answers)


def span_now(text: str, ask: Ask) -> Value:
    """A span as written, or what a choice or fact of type span says now."""
    return read_span(text) or value_of(text, ask)


# --- values -----------------------------------------------------------------------------------------------------------


def value_of(name: str, ask: Ask) -> Value:
    """The value of a fact, choice, decision made by rows, event.FIELD or start.FIELD; Unknown if nobody told it."""
    owner, _, what = name.partition(".")
    if owner == "event" and what:
        return field_of(ask.event, what, name)
    if owner == "start" and what:
        return field_of(ask.run.start_event if ask.run else None, what, name)
    if name in ask.pack.choices:
        return choice_value(name, ask)
    if name in ask.pack.facts:
        return fact_value(name, ask)
    if name in ask.pack.decisions:
        return row_value(ask.pack.decisions[name]["rows"], ask.of(ask.pack.decisions[name]))
    if name == "born":
        return Unknown("born")
    raise UnsupportedError(f"name {name!r}")


def field_of(event: Event | None, name: str, asked: str) -> Value:
    """A field of an event; unknown if the event does not bear it."""
    if event is None or name not in event.values:
        return Unknown(asked)
    return event.values[name]


def fact_value(name: str, ask: Ask) -> Value:
    """What was last told. Semantics 24: open world, what nobody told is unknown unless it has an `initial`."""
    rule = ask.pack.facts[name]
    told = ask.case.facts.get((name, ask.instance_of(rule.get("per"))))
    if told is not None:
        return told.value
    if "initial" not in rule:
        return Unknown(name)
    return ABSENT if rule["initial"] == "none" else ask.pack.value(rule["type"], rule["initial"])


def choice_value(name: str, ask: Ask) -> Value:
    """A choice is a fact that nobody has told yet: settled, or as this reading has it (26), or unknown."""
    rule = ask.pack.choices[name]
    # semantics 29 and 52: a settlement is a version, chosen by the run's start, else by the day in hand
    day = (ask.run.text_day or ask.run.start.day) if ask.run else ask.case.now.day
    settled = ask.pack.settled(name, day)
    value = settled if settled is not None else ask.reading.get(name)
    return Unknown(name) if value is None else ask.pack.value(rule.get("type", "text"), value)


def row_value(rows: list[Mapping[str, Yaml]], ask: Ask) -> Value:
    """First row that applies; with an unknown row before it the value is known only if both say the same."""
    possible: list[str] = []
    names: set[str] = set()
    for row in rows:
        value, waits = holds(row["when"], ask) if "when" in row else YES
        if value is not False:
            possible.append(row["is"])
            names |= waits
        if value is True:
            break
    else:
        names.add("rows")
    return possible[0] if possible and len(set(possible)) == 1 and "rows" not in names else Unknown(*names)


# --- tests of one value -----------------------------------------------------------------------------------------------


def passes(value: Yaml, test: Yaml, ask: Ask) -> Truth:
    """Whether a value passes a test: a literal, a list (one of), or a mapping, all of which must hold."""
    if isinstance(test, Mapping):
        return all_of([check(value, how, limit, ask) for how, limit in test.items() if how != "label"])
    if isinstance(value, Unknown):
        return unknown(*value.names)
    if isinstance(value, Span):
        return any_of([lengths_compared(value, "is", read_span(one)) for one in as_list(test) if one != ABSENT])
    return truth(any(equal(value, one) for one in as_list(test)))


def check(value: Yaml, how: str, limit: Yaml, ask: Ask) -> Truth:
    """One comparison."""
    if how == "known":
        return truth(isinstance(value, Unknown) != yes(limit))
    if isinstance(value, Unknown):
        return unknown(*value.names)
    if how == "not":
        return opposite(passes(value, limit, ask))
    if how == "fact":
        return same_as(value, value_of(limit, ask))
    if value == ABSENT and how != "lacks":
        return NO  # known to be absent: it is not at least, not after, includes nothing
    if how in ("includes", "lacks"):
        return truth((how == "lacks") == bool(not_included(value, limit)))
    if how in BOUNDS:
        return moments.within({how: limit}, value, ask)
    if how == "weekday":
        return truth(any(WEEKDAYS[value.day.weekday()].startswith(day.lower()[:3]) for day in as_list(limit)))
    return compared(value, how, limit, ask)


def same_as(value: Value, other: Value) -> Truth:
    """Whether two values are equal; spans are where they are as long."""
    if isinstance(other, Unknown):
        return unknown(*other.names)
    both = isinstance(value, Span) and isinstance(other, Span)
    return lengths_compared(value, "is", other) if both else truth(value == other)


def lengths_compared(value: Span, how: str, other: Value) -> Truth:
    """Spans by how long they are: unknown where the days between decide it; nothing is as long as what is absent."""
    if not isinstance(other, Span):
        return NO
    least, most = longer_by(value, other)
    signs = {"shorter"} if least < 0 else set()
    signs |= {"longer"} if most > 0 else set()
    signs |= {"same"} if least <= 0 <= most else set()
    wanted = {"at_least": {"longer", "same"}, "over": {"longer"}, "is": {"same"}}
    wanted |= {"at_most": {"shorter", "same"}, "under": {"shorter"}}
    if signs <= wanted[how]:
        return YES
    return unknown("how the lengths compare") if signs & wanted[how] else NO


def not_included(value: Yaml, wanted: Yaml) -> list[str]:
    """What a list lacks of what is wanted."""
    held = () if value == ABSENT else value if isinstance(value, tuple) else (value,)
    return [one for one in as_list(wanted) if one not in held]


def compared(value: Yaml, how: str, limit: Yaml, ask: Ask) -> Truth:
    """at_least, over, at_most, under: of numbers and spans."""
    if isinstance(value, Span):
        other = span_now(limit, ask)
        return unknown(*other.names) if isinstance(other, Unknown) else lengths_compared(value, how, other)
    if not isinstance(value, Decimal):
        raise UnsupportedError(f"{how} of {value!r}")
    bound = Decimal(limit)
    verdict = {"at_least": value >= bound, "over": value > bound, "at_most": value <= bound, "under": value < bound}
    return truth(verdict[how])


def equal(value: Yaml, literal: str) -> bool:
    """Whether a value is what a literal says, read by the value's own type."""
    if value == ABSENT or isinstance(value, str):
        return bool(value == literal)
    if literal == ABSENT:
        return False
    if isinstance(value, bool):
        return value == yes(literal)
    if isinstance(value, Decimal):
        return value == Decimal(literal)
    if isinstance(value, Span):
        return value == read_span(literal)
    if isinstance(value, Moment):
        return value.day == date.fromisoformat(literal)
    raise UnsupportedError(f"{value!r} compared with {literal!r}")


# --- where and with ---------------------------------------------------------------------------------------------------


def fits(where: Yaml, event: Event, ask: Ask) -> Truth:
    """`where`: tests of an event's fields, with all/any/not."""
    if isinstance(where, list):
        return all_of([fits(part, event, ask) for part in where])
    answers = []
    for key, value in where.items():
        if key in ("all", "any"):
            parts = [fits(part, event, ask) for part in value]
            answers.append(all_of(parts) if key == "all" else any_of(parts))
        elif key == "not":
            answers.append(opposite(fits(value, event, ask)))
        elif key != "label":
            answers.append(passes(event_field(event, key, ask), value, ask))
    return all_of(answers)


def event_field(event: Event, name: str, ask: Ask) -> Value:
    """A field, or `barred`: whether the event broke a bar (semantics 45)."""
    if name == "barred":
        return any(root == event.root and broken[0] for _, root, broken in ask.case.breaches)
    return field_of(event, name, f"{event.kind}.{name}")


def lacking(shows: Yaml, event: Event, ask: Ask) -> tuple[str, ...]:
    """`with`: names of what an event does not show. What the event does not say, it does not show."""
    names: list[str] = []
    for part in as_list(shows):
        if fits(part, event, ask)[0] is True:
            continue
        if "label" in part:
            names.append(part["label"])
            continue
        for key, test in part.items():
            if isinstance(test, Mapping) and "includes" in test:
                names.extend(not_included(event.values.get(key, ()), test["includes"]))
            elif key in ("all", "any", "not") or fits({key: test}, event, ask)[0] is not True:
                names.append(key)
    return tuple(names)


# --- how a condition turned -------------------------------------------------------------------------------------------


def turnings(condition: Yaml, rising: bool, ask: Ask) -> list[tuple[Moment, float]]:
    """When a condition turned true (or, falling, false after it had been true): moment and place among the events.

    What held before the first event did not turn; an unknown one keeps the last answer that was known.
    """
    found: list[tuple[Moment, float]] = []
    known: bool | None = None
    for number, case in enumerate((*ask.past, ask.case)):
        value = holds(condition, replace(ask, case=case, past=ask.past[:number]))[0]
        turned = value is True and known is not True if rising else value is False and known is True
        if turned and number:
            found.append((case.now, case.place))
        known = known if value is None else value
    return found
