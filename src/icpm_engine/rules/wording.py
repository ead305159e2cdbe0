"""Rules in words: one plain sentence fragment for each construct, made from the data and used everywhere.

Proofs, lists, documents and traces all say a rule with these, so that a rule reads the same wherever it is met.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
        return "is " + " or ".join(_word(each) for each in value)
    if check.op == "not":
        return f"is not ({words_of_test(value)})"
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
    return f"is {check.op.replace('_', ' ')} {_word(value)}"


def _word(value: object) -> str:
    if isinstance(value, model.NamedSpan):
        return f"the {plain(value.name)}"
    if isinstance(value, bool):
        return "yes" if value else "no"
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


def words_of_rows(rows: model.Rows | None, words: Any) -> str:  # noqa: ANN401 - a function of the rows' own value type
    """A value that may depend: each row with its condition."""
    if rows is None:
        return "no date"
    parts = []
    for row in rows.rows:
        condition = row.when or row.while_
        suffix = ""
        if condition is not None:
            suffix = f" {'when' if row.when is not None else 'while'} {words_of_condition(condition)}"
        parts.append(f"{words(row.value)}{suffix}")
    return "; else ".join(parts)


def words_of_owner(value: tuple[str, ...], roles: Mapping[str, str]) -> str:
    """Who owes it, by the labels of their roles."""
    return " and ".join(roles.get(role, plain(role)) for role in value)
