"""Rules in words: one plain sentence fragment for each construct, made from the data and used everywhere.

Proofs, lists, documents and traces all say a rule with these, so that a rule reads the same wherever it is met.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from icpm_engine.calendars import format_day
from icpm_engine.rules import model


def plain(name: str) -> str:
    """A name of the pack as words: `screening_completed` is 'screening completed'."""
    return name.replace("_", " ")


def words_of_span(span: model.SpanLike) -> str:
    """A span as written, or the name of what gives it."""
    return plain(span.name) if isinstance(span, model.NamedSpan) else str(span)


_ANCHORS = {
    "start": "the start",
    "origin": "the first start",
    "due": "the due date",
    "now": "now",
    "event": "the event",
    "ever": "ever",
    "previous.due": "the previous due date",
    "previous.met": "the previous completion",
}


def words_of_moment(node: model.Moment) -> str:  # noqa: PLR0911 - one answer for each form of a moment
    """A moment in words."""
    if isinstance(node, model.Anchor):
        return _ANCHORS[node.word]
    if isinstance(node, model.FieldMoment):
        return f"the {plain(node.field)} of the {node.of}"
    if isinstance(node, model.DayMoment):
        return format_day(node.day)
    if isinstance(node, model.FactMoment | model.DecisionMoment):
        return f"the {plain(node.name)}"
    if isinstance(node, model.EventMoment):
        where = f" where {words_of_where(node.where)}" if node.where is not None else ""
        when = f" when {words_of_condition(node.when)}" if node.when is not None else ""
        return f"'{plain(node.kind)}'{where}{when}"
    if isinstance(node, model.StateMoment):
        return f"{plain(node.lifecycle)} became {plain(node.state)}"
    if isinstance(node, model.DutyMoment):
        return f"'{plain(node.duty)}' was {node.what}"
    if isinstance(node, model.Offset):
        return f"{words_of_span(node.span)} {node.side} {words_of_moment(node.moment)}"
    if isinstance(node, model.EndOf):
        return f"the end of the {'next ' if node.next else ''}{node.unit}"
    return f"the {node.which} of " + ", ".join(words_of_moment(part) for part in node.moments)


def words_of_bounds(bounds: model.Bounds) -> str:
    """A window in words; empty where there is none."""
    words = [
        f"{word} {words_of_moment(getattr(bounds, word))}"
        for word in ("since", "after", "by", "before")
        if getattr(bounds, word) is not None
    ]
    return " and ".join(words)


# --- tests ------------------------------------------------------------------------------------------------------------


def words_of_test(test: model.Test) -> str:
    """A test of a value in words."""
    return " and ".join(_words_of_check(check) for check in test.checks)


def _words_of_check(check: model.Check) -> str:
    value: Any = check.value
    if check.op == "is":
        return "is " + " or ".join(words_of_value(each) for each in value)
    if check.op == "not":
        words = words_of_test(value)
        return f"is not {words[3:]}" if _simple(value) and words.startswith("is ") else f"is not ({words})"
    if check.op == "known":
        return "is known" if value else "is not known"
    if check.op in ("includes", "lacks"):
        return f"{check.op} " + ", ".join(plain(each) for each in value)
    if check.op == "weekday":
        days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        return "falls on " + " or ".join(days[day] for day in value)
    if check.op == "same":
        return (
            f"is the {plain(value.name) if isinstance(value, model.FactValue) else f'{value.field} of the {value.of}'}"
        )
    if check.op in ("since", "after", "by", "before"):
        return f"is {check.op} {words_of_moment(value)}"
    return f"is {check.op.replace('_', ' ')} {words_of_value(value)}"


def _simple(test: model.Test) -> bool:
    """Whether a test says one thing, so that its words need no brackets."""
    values = test.checks[0].value
    return len(test.checks) == 1 and not (isinstance(values, tuple) and len(values) > 1)


def words_of_value(value: object) -> str:
    """A value that a rule compares with, or that was chosen."""
    if isinstance(value, model.NamedSpan):
        return f"the {plain(value.name)}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(words_of_value, value))
    return plain(value) if isinstance(value, str) else str(value)


def words_of_where(node: model.WherePart) -> str:
    """Tests of an event's fields in words."""
    if isinstance(node, model.FieldTest):
        if node.field == "barred" and node.label is None:
            return "barred" if words_of_test(node.test) == "is yes" else "not barred"
        return node.label or f"{plain(node.field)} {words_of_test(node.test)}"
    joined = f" {'and' if node.how == 'all' else 'or'} ".join(words_of_where(part) for part in node.parts)
    return node.label or (f"not ({joined})" if node.how == "not" else joined)


# --- conditions -------------------------------------------------------------------------------------------------------


def words_of_condition(node: model.Condition) -> str:  # noqa: PLR0911 - one answer for each form
    """A condition in words."""
    label = getattr(node, "label", None)
    if label:
        return str(label)
    if isinstance(node, model.DecisionHolds):
        return plain(node.name)
    if isinstance(node, model.StateIs):
        return f"{plain(node.lifecycle)} is {plain(node.state)}"
    if isinstance(node, model.DutyIs):
        return f"'{plain(node.duty)}' is {node.outcome}"
    if isinstance(node, model.BarBroken):
        return f"'{plain(node.bar)}' is broken"
    if isinstance(node, model.Combined):
        if node.how == "not":
            return f"not ({words_of_condition(node.parts[0])})"
        return f" {'and' if node.how == 'all' else 'or'} ".join(_bracketed(part, node.how) for part in node.parts)
    if isinstance(node, model.FactTest):
        return f"{plain(node.name)} {words_of_test(node.test)}"
    if isinstance(node, model.FieldIs):
        return f"the {plain(node.field)} of the {node.of} {words_of_test(node.test)}"
    if isinstance(node, model.AgeIs):
        return f"age {words_of_test(node.test)}"
    if isinstance(node, model.Happened):
        return f"{words_of_line(node.line)} has happened"
    if isinstance(node, model.SomeInstance):
        where = "".join(f" with {words_of_condition(test)}" for test in node.where)
        return f"some {plain(node.lifecycle)} is {plain(node.state)}{where}"
    if isinstance(node, model.Spent):
        how = {"present": "has held", "longest": "has at some time held", "total": "has altogether held"}[node.how]
        since = f" since {words_of_moment(node.since)}" if node.since is not None else ""
        return f"{words_of_condition(node.condition)} {how}{since} for a time that {words_of_test(node.test)}"
    if isinstance(node, model.IsOpen):
        return f"{plain(node.calendar)} is open"
    return f"as of {words_of_moment(node.moment)}: {words_of_condition(node.condition)}"


_TOGETHER = {"all": "all of these:", "any": "any of these:", "not": "none of these:"}


def outline_of_condition(node: model.Condition, depth: int = 0) -> Iterator[tuple[int, str]]:
    """A condition line by line, with how deep each stands: what a part is made of comes below it, labels or not."""
    label = getattr(node, "label", None)
    bare: Any = node
    if label:
        bare = attrs.evolve(bare, label=None)
    head = f"{label}: " if label else ""
    if not isinstance(bare, model.Combined) or (bare.how == "not" and not isinstance(bare.parts[0], model.Combined)):
        yield depth, head + words_of_condition(bare)
        return
    yield depth, head + _TOGETHER[bare.how]
    for part in bare.parts:
        yield from outline_of_condition(part, depth + 1)


def _bracketed(node: model.Condition, how: str) -> str:
    words = words_of_condition(node)
    nested = isinstance(node, model.Combined) and not node.label and node.how not in ("not", how)
    return f"({words})" if nested else words


# --- lines ------------------------------------------------------------------------------------------------------------


def words_of_line(line: model.AnyLine) -> str:
    """Something that happens, in words."""
    if line.label:
        return line.label
    if isinstance(line, model.Lines):
        joined = f" {'and' if line.how == 'all' else 'or'} ".join(words_of_line(part) for part in line.parts)
        return " ".join(filter(None, (joined, words_of_bounds(line.bounds))))
    return " ".join(filter(None, (_head(line), _details(line), words_of_bounds(line.bounds))))


def _head(line: model.Line) -> str:
    if line.on:
        return " or ".join(plain(kind) for kind in line.on)
    if line.becomes is not None:
        return f"{words_of_condition(line.becomes)} becomes true"
    if line.ceases is not None:
        return f"{words_of_condition(line.ceases)} ceases"
    return words_of_moment(line.at) if line.at is not None else ""


def _details(line: model.Line) -> str:
    words = []
    if line.where is not None:
        words.append(f"where {words_of_where(line.where)}")
    if line.shows:
        words.append("with " + ", ".join(words_of_where(part) for part in line.shows))
    if line.each is not None:
        words.append(f"for each {plain(line.each.field)}: " + ", ".join(plain(v.value) for v in line.each.values))
    if line.times:
        words.append(f"{line.times} times")
    if line.in_a_row is not None:
        words.append(f"{line.in_a_row} in a row{_of_series(line.of)}")
    if line.share is not None:
        words.append(f"at least {(line.share * 100).normalize():f} percent{_of_series(line.of) or ' of all'}")
    if line.when is not None:
        words.append(f"when {words_of_condition(line.when)}")
    return " ".join(words)


def _of_series(of: model.WherePart | None) -> str:
    if of is None or (isinstance(of, model.Where) and not of.parts):
        return ""
    return f" of those where {words_of_where(of)}"


# --- due dates --------------------------------------------------------------------------------------------------------


def words_of_leg(leg: model.DueLeg, run: int = 0) -> str:
    """One leg of a due date, for a run of a series (the first is 0)."""
    place = min(run, len(leg.within or leg.by or leg.before) - 1)
    if leg.within:
        span = leg.within[place]
        word = span.word if not isinstance(span, model.NamedSpan) else None
        words = f"{word}, counted as the start's own day" if word else f"{words_of_span(span)} after the start"
    elif leg.by:
        words = f"by {words_of_moment(leg.by[place])}"
    else:
        words = f"before {words_of_moment(leg.before[place])}"
    if leg.first_day_counted:
        words += ", the first day counted"
    if leg.rolls and leg.rolls_on:
        words += f", moved to the {leg.rolls} open day ({leg.rolls_on})"
    return words


def words_of_due(due: model.Due) -> str:
    """A due date without rows, in words."""
    if isinstance(due, model.DueOpen):
        return f"no number stated ({due.word})" if due.word else "no number stated"
    if isinstance(due, model.DuePick):
        return f"the {due.which} of: " + "; ".join(words_of_due(leg) for leg in due.legs)
    count = len(due.within or due.by or due.before)
    return ", then ".join(words_of_leg(due, run) for run in range(count))


def words_of_each_row(rows: model.Rows, words: Any) -> Iterator[str]:  # noqa: ANN401 - a function of the rows' own value type
    """Each row of a value that may depend, with its condition."""
    for row in rows.rows:
        condition = row.when or row.while_
        suffix = ""
        if condition is not None:
            suffix = f" {'when' if row.when is not None else 'while'} {words_of_condition(condition)}"
        yield f"{words(row.value)}{suffix}"


def words_of_rows(rows: model.Rows | None, words: Any) -> str:  # noqa: ANN401 - as above
    """A value that may depend, in one piece."""
    return "no date" if rows is None else "; else ".join(words_of_each_row(rows, words))


def words_of_owner(value: tuple[str, ...], roles: Mapping[str, str]) -> str:
    """Who owes it, by the labels of their roles."""
    return " and ".join(roles.get(role, plain(role)) for role in value)


# --- duties and bars --------------------------------------------------------------------------------------------------

_AGAIN = {
    "opens": "another start opens a run beside it",
    "restarts": "another start ends the run and begins a new one",
    "ignored": "another start changes nothing",
}
_REPEATS = {
    None: "does not come again",
    "from met": "comes again, counted from the day on which it was done",
    "from due": "comes again, counted from the day on which it was due",
}
_CROSSOVER = {
    "keep": "runs that are open when a version comes in keep the old one",
    "from_start": "runs that are open when a version comes in are counted by it from their start",
    "from_effective_day": "runs that are open when a version comes in are counted by it from that day",
    "earliest": "runs that are open when a version comes in keep the earlier of both dates",
}
_SEEN = {"seen": "read", "secondary": "known from somebody else's words", "background": "not checked"}


def words_of_seen(seen: str) -> str:
    """How surely a source is known."""
    return _SEEN[seen]


def words_of_term(source: model.Source) -> str:
    """From when until when an agreement runs; empty where it does not say."""
    edges = (("from", source.first_day), ("until", source.last_day))
    return " ".join(f"{word} {format_day(day)}" for word, day in edges if day is not None)


def words_of_review(source: model.Source) -> str:
    """By when an agreement is to be looked at again, and which duty sees to it; empty where nothing is said."""
    by = f"by {format_day(source.review.by)}" if source.review.by is not None else ""
    duty = f"seen to by '{plain(source.review.duty)}'" if source.review.duty else ""
    return ", ".join(filter(None, (by, duty)))


def words_of_starts(starts: tuple[model.AnyLine, ...]) -> str:
    """What opens a run."""
    return " or ".join(words_of_line(line) for line in starts)


def words_of_version(from_day: int | None) -> str:
    """From when on a text holds."""
    return "from the beginning" if from_day is None else f"from {format_day(from_day)}"


def words_of_in_force(in_force: model.InForce) -> str:
    """When a rule starts anything; empty where it always does."""
    edges = (("from", in_force.from_), ("until", in_force.until))
    return " ".join(f"{word} {words_of_moment(moment)}" for word, moment in edges if moment is not None)


def more_of_duty(duty: model.Duty, text: model.DutyText, roles: Mapping[str, str]) -> Iterator[str]:
    """What there is to say of a duty beside who, from when, by when and what meets it."""
    if text.force != model.MUST:
        yield words_of_rows(text.force, str)
    yield from _for_whom(duty.subject, duty.per, text.while_)
    yield from _ways_to_end(text)
    if text.repeats != model.NEVER:
        yield words_of_rows(text.repeats, _REPEATS.__getitem__)
    if text.again != model.OPENS:
        yield words_of_rows(text.again, _AGAIN.__getitem__)
    for escalation in text.escalates:
        yield f"to be told at {words_of_moment(escalation.at)}: {words_of_owner((escalation.tell,), roles)}"
    yield from _limits(text.in_force, floor=duty.floor)
    if len(duty.texts) > 1:
        yield _CROSSOVER[duty.crossover]


def more_of_bar(bar: model.Bar) -> Iterator[str]:
    """What there is to say of a bar beside who, what it forbids and what lifts it."""
    if bar.force != model.MUST:
        yield words_of_rows(bar.force, str)
    yield from _for_whom(bar.subject, bar.per, bar.while_)
    yield from _limits(bar.in_force, floor=bar.floor)


def _for_whom(subject: str, per: str | None, while_: model.Condition | None) -> Iterator[str]:
    if subject != "case":
        yield f"about the {subject}"
    if per is not None:
        yield f"for each {plain(per)}"
    if while_ is not None:
        yield f"while {words_of_condition(while_)}"


def _ways_to_end(text: model.DutyText) -> Iterator[str]:
    lines = (("met otherwise by", text.substitute), ("excused by", text.excused), ("ended by", text.cancelled))
    yield from (f"{words} {words_of_line(line)}" for words, line in lines if line is not None)
    if text.paused_while is not None:
        yield f"the clock stands still while {words_of_condition(text.paused_while)}"


def _limits(in_force: model.InForce, *, floor: bool) -> Iterator[str]:
    if in_force != model.InForce():
        yield f"in force {words_of_in_force(in_force)}"
    if floor:
        yield "a floor: a county may only be stricter"
