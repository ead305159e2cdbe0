"""Series whose dates surely do not advance (semantics 34). What only shows in a case is found by the fold."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

from icpm_engine.calendars import Span
from icpm_engine.errors import PackError
from icpm_engine.rules import model
from icpm_engine.rules.due_forms import plain_legs
from icpm_engine.rules.model import Due, Moment, Rows
from icpm_engine.rules.names import Names

_Course: TypeAlias = Literal["stays", "recedes", "on"]
"""How a moment stands from run to run: on one date, earlier each time, or later as far as the rule can tell."""

_MESSAGES = {
    "stays": "each run of this series would be due on one date; let the last moment rest on start or previous.due",
    "recedes": "each run of this series would be due earlier than the one before it; say after instead of before",
}


def check_series(due: Rows, repeats: Rows, names: Names) -> None:
    """Refuse a list of dates for run after run where nothing repeats, and a series whose dates cannot advance.

    A row that rests on facts may apply to one run and not to the next; one that rests on choices alone, or on nothing,
    applies to them all.
    """
    said = {row.value for row in repeats.rows}
    legs = [leg for row in due.rows for leg in plain_legs(cast("Due", row.value))]
    if said == {None}:
        _refuse_lists(legs)
        return
    grid = "from met" not in said
    courses = [_of_due(cast("Due", row.value), names, grid=grid) for row in due.rows]
    lasting = [_lasts(row, names) for row in due.rows]
    everywhere = all(course != "on" for course in courses)
    for row, course, lasts in zip(due.rows, courses, lasting, strict=True):
        if course != "on" and (lasts or everywhere):
            raise PackError(_MESSAGES[course], plain_legs(cast("Due", row.value))[0].mark)


def _refuse_lists(legs: list[model.DueLeg]) -> None:
    for leg in legs:
        if len(leg.within) > 1 or len(leg.by) > 1:
            message = "a list of dates is one for each run of a series; it needs repeats: from met or from due"
            raise PackError(message, leg.mark)


def _lasts(row: model.Row, names: Names) -> bool:
    """Whether a row that has applied once applies to each later run."""
    condition = row.when or row.while_
    return condition is None or (isinstance(condition, model.FactTest) and names.what[condition.name] == "choice")


def _of_due(due: Due, names: Names, *, grid: bool) -> _Course:
    if isinstance(due, model.DueOpen):
        return "on"
    if isinstance(due, model.DuePick):
        return _of_all([_of_due(leg, names, grid=grid) for leg in due.legs])
    if due.within:
        return "stays" if grid and _is_nothing(due.within[-1]) else "on"
    return _of_moment((due.by or due.before)[-1], names, grid=grid)


def _of_all(courses: list[_Course]) -> _Course:
    """Of several dates one governs; as long as one of them moves on, it may be that one."""
    if "on" in courses:
        return "on"
    return "recedes" if set(courses) == {"recedes"} else "stays"


def _of_moment(moment: Moment, names: Names, *, grid: bool) -> _Course:
    if isinstance(moment, model.Pick):
        return _of_all([_of_moment(one, names, grid=grid) for one in moment.moments])
    if isinstance(moment, model.Offset):
        return _of_offset(moment, names, grid=grid)
    return "stays" if _never_moves(moment, names) or _is_old_due(moment, grid=grid) else "on"


def _of_offset(moment: model.Offset, names: Names, *, grid: bool) -> _Course:
    """A way from the old due date back leads further back each time; from what never moves it leads to one date."""
    if _never_moves(moment, names):
        return "stays"
    at, sides = moment.moment, [moment.side]
    while isinstance(at, model.Offset):
        sides.append(at.side)
        at = at.moment
    return "recedes" if set(sides) == {"before"} and _is_old_due(at, grid=grid) else "on"


def _is_old_due(moment: Moment, *, grid: bool) -> bool:
    """Whether it is the due date of the run before; the start of a run is, where the series goes from due to due."""
    return moment == model.Anchor("previous.due") or (grid and moment == model.Anchor("start"))


def _is_nothing(span: model.SpanLike) -> bool:
    return isinstance(span, Span) and not any(part.count for part in span.parts)


def _never_moves(moment: Moment, names: Names) -> bool:
    """Whether a moment is the same for each run of a series: a date, a choice, the origin, the opening of the case."""
    if isinstance(moment, model.Pick):
        return all(_never_moves(one, names) for one in moment.moments)
    if isinstance(moment, model.Offset):
        return _never_moves(moment.moment, names)
    if isinstance(moment, model.EventMoment):
        return names.events[moment.kind].sorts == "first"
    if isinstance(moment, model.FieldMoment):
        return moment.of == "start"  # one event has started the whole series
    return moment in {model.Anchor("origin"), model.FactMoment("born")} or is_fixed(moment, names)


def is_fixed(moment: Moment, names: Names) -> bool:
    """Whether a moment rests on dates and choices only, so that it is known before any case."""
    if isinstance(moment, model.Pick):
        return all(is_fixed(one, names) for one in moment.moments)
    if isinstance(moment, model.Offset):
        span = moment.span
        return is_fixed(moment.moment, names) and (
            not isinstance(span, model.NamedSpan) or names.what[span.name] == "choice"
        )
    return isinstance(moment, model.DayMoment) or (
        isinstance(moment, model.FactMoment) and names.what.get(moment.name) == "choice"
    )
