"""The small things that rules are built from, as frozen values: spans, moments, tests, conditions, lines and rows.

They follow the grammar of the rule language one to one; rules/model.py builds the rules from them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal, TypeAlias

import attrs

from icpm_engine.calendars import Span, format_day
from icpm_engine.errors import Mark

# --- spans and moments ------------------------------------------------------------------------------------------------


@attrs.frozen
class NamedSpan:
    """A choice or a fact of type span, by name; undetermined while nobody has settled or told it."""

    name: str


SpanLike: TypeAlias = Span | NamedSpan

AnchorWord: TypeAlias = Literal["start", "origin", "due", "now", "event", "ever", "previous.due", "previous.met"]


@attrs.frozen
class Anchor:
    """A moment known from the run or the event in hand: start, origin, due, now, event, ever, previous.due/.met."""

    word: AnchorWord


@attrs.frozen
class FieldMoment:
    """`start.FIELD` or `event.FIELD`, a field of type date or moment."""

    of: Literal["start", "event"]
    field: str


@attrs.frozen
class DayMoment:
    """A date written in the rule, as a day ordinal."""

    day: int


@attrs.frozen
class FactMoment:
    """A fact or choice of type date or moment."""

    name: str


@attrs.frozen
class EventMoment:
    """An event name, or `{on: EVENT, where: ..., when: ...}`.

    The last one (after, since) or the first one from the start on (before, by). `when` is judged as that event left the
    case.
    """

    kind: str
    where: WherePart | None = None
    when: Condition | None = None
    far: str | None = None  # the same kind where it comes from another case (rules/subjects.py)


@attrs.frozen
class StateMoment:
    """`LIFECYCLE.STATE`: when the lifecycle last came into the state."""

    lifecycle: str
    state: str


@attrs.frozen
class DecisionMoment:
    """A decision: when it last became true."""

    name: str


@attrs.frozen
class DutyMoment:
    """`DUTY.met` or `DUTY.due` as a moment."""

    duty: str
    what: Literal["met", "due"]


@attrs.frozen
class Offset:
    """`SPAN after M` or `SPAN before M`."""

    span: SpanLike
    side: Literal["after", "before"]
    moment: Moment


EndUnit: TypeAlias = Literal["day", "week", "month", "quarter", "year"]


@attrs.frozen
class EndOf:
    """`end of [next] day|week|month|quarter|year`, of the run's start (or of the old due date in a grid)."""

    unit: EndUnit
    next: bool = False


@attrs.frozen
class Pick:
    """`{earliest: [...]}` or `{latest: [...]}` of several moments."""

    which: Literal["earliest", "latest"]
    moments: tuple[Moment, ...]


Moment: TypeAlias = (
    Anchor
    | FieldMoment
    | DayMoment
    | FactMoment
    | EventMoment
    | StateMoment
    | DecisionMoment
    | DutyMoment
    | Offset
    | EndOf
    | Pick
)


@attrs.frozen
class Bounds:
    """The four edges of a window, each optional: from M on, later than M, up to and with M, earlier than M."""

    since: Moment | None = None
    after: Moment | None = None
    by: Moment | None = None
    before: Moment | None = None

    def __bool__(self) -> bool:
        return not (self.since is self.after is self.by is self.before is None)


# --- tests of one value -----------------------------------------------------------------------------------------------


@attrs.frozen
class FactValue:
    """`{fact: NAME}` inside a test: the value of a fact or choice."""

    name: str


@attrs.frozen
class FieldValue:
    """`{fact: start.FIELD}` or `{fact: event.FIELD}` inside a test."""

    of: Literal["start", "event"]
    field: str


class Day(int):
    """A date that a rule compares with: its ordinal, which says itself as a date."""

    def __str__(self) -> str:
        return format_day(self)


# text, yes_no (bool), number (int or Decimal as written), date (Day), Span; `none` is what is known to be absent
Value: TypeAlias = "str | bool | int | Decimal | Span"

CheckOp: TypeAlias = Literal[
    "is",  # value: tuple of Values, one of which it must equal
    "same",  # value: FactValue | FieldValue
    "not",  # value: Test
    "at_least",  # value: a number or a SpanLike; the same for over, at_most, under
    "over",
    "at_most",
    "under",
    "since",  # value: Moment; the same for after, by, before
    "after",
    "by",
    "before",
    "includes",  # value: tuple of str
    "lacks",  # value: tuple of str
    "known",  # value: bool
    "weekday",  # value: tuple of int, Monday is 0
]


@attrs.frozen
class Check:
    """One comparison of a test."""

    op: CheckOp
    value: object


@attrs.frozen
class Test:
    """A test of one value: every check must hold."""

    __test__ = False  # not a pytest class

    checks: tuple[Check, ...]


@attrs.frozen
class FieldTest:
    """A test of one field of the event that a line looks at."""

    field: str
    test: Test
    label: str | None = None
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class Where:
    """all, any or not over tests of an event's fields (`not` has exactly one part)."""

    how: Literal["all", "any", "not"]
    parts: tuple[WherePart, ...]
    label: str | None = None


WherePart: TypeAlias = FieldTest | Where


# --- conditions on the case -------------------------------------------------------------------------------------------


@attrs.frozen
class DecisionHolds:
    """A decision by name; one made by rows holds when its value is yes."""

    name: str


@attrs.frozen
class StateIs:
    """`LIFECYCLE.STATE`. For a lifecycle with `per`: the rule's own instance, or some instance if the rule has none."""

    lifecycle: str
    state: str


DutyOutcome: TypeAlias = Literal["met", "running", "overdue", "missed", "excused"]


@attrs.frozen
class DutyIs:
    """`DUTY.met`, `.running`, `.overdue`, `.missed`, `.excused`."""

    duty: str
    outcome: DutyOutcome


@attrs.frozen
class BarBroken:
    """`BAR.broken`: an event has broken the bar."""

    bar: str


@attrs.frozen
class Combined:
    """all, any or not over conditions (`not` has exactly one part)."""

    how: Literal["all", "any", "not"]
    parts: tuple[Condition, ...]
    label: str | None = None


@attrs.frozen
class FactTest:
    """`{FACT: test}`; a choice is a fact, a decision made by rows is a value too."""

    name: str
    test: Test
    label: str | None = None


@attrs.frozen
class FieldIs:
    """`{event.FIELD: test}` or `{start.FIELD: test}`."""

    of: Literal["event", "start"]
    field: str
    test: Test
    label: str | None = None


@attrs.frozen
class AgeIs:
    """`{age: test}`: a test on the child's age, made of spans; rests on the fact `born`."""

    test: Test
    label: str | None = None


@attrs.frozen
class Happened:
    """A line as a condition: it has happened within its bounds."""

    line: AnyLine
    label: str | None = None


@attrs.frozen
class SomeInstance:
    """`{some: LIFECYCLE.STATE, where: {FACT: test}}`."""

    lifecycle: str
    state: str
    where: tuple[FactTest, ...] = ()
    label: str | None = None


SpentHow: TypeAlias = Literal["present", "longest", "total"]


@attrs.frozen
class Spent:
    """`{spent: C, at_least: SPAN, how: present|longest|total, since: M}`: how long a condition has held."""

    condition: Condition
    test: Test
    how: SpentHow = "present"
    since: Moment | None = None
    label: str | None = None


@attrs.frozen
class IsOpen:
    """`{open: CALENDAR}`: the moment in hand falls in the calendar's hours or season."""

    calendar: str
    label: str | None = None


@attrs.frozen
class AsOf:
    """`{as_of: M, ...}`: the same condition judged on another day."""

    moment: Moment
    condition: Condition
    label: str | None = None


Condition: TypeAlias = (
    DecisionHolds
    | StateIs
    | DutyIs
    | BarBroken
    | Combined
    | FactTest
    | FieldIs
    | AgeIs
    | Happened
    | SomeInstance
    | Spent
    | IsOpen
    | AsOf
)


# --- lines ------------------------------------------------------------------------------------------------------------


@attrs.frozen
class EachValue:
    """One value that must be seen; `when` makes it needed only in some cases."""

    value: str
    when: Condition | None = None


@attrs.frozen
class Each:
    """`each: {FIELD: [values]}`: all of them, together over any number of events."""

    field: str
    values: tuple[EachValue, ...]


@attrs.frozen
class Line:
    """Something that happens. Exactly one head is set: on, becomes, ceases or at."""

    on: tuple[str, ...] = ()
    becomes: Condition | None = None
    ceases: Condition | None = None
    at: Moment | None = None
    where: WherePart | None = None
    when: Condition | None = None
    bounds: Bounds = Bounds()
    shows: tuple[WherePart, ...] = ()  # `with`
    each: Each | None = None
    times: int | None = None  # at least so many
    of: WherePart | None = None  # the wider series that in_a_row and share look at; an empty Where: all of `on`
    in_a_row: int | None = None  # the last N of the wider series are such
    share: Decimal | None = None  # at least this part of the series is such (0 < share <= 1) when the window closes
    dated: str = "occurred"  # occurred, recorded, or a field of type date or moment
    label: str | None = None
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class Lines:
    """any or all of several lines; bounds and `when` of the composite hold for each of its parts."""

    how: Literal["any", "all"]
    parts: tuple[AnyLine, ...]
    bounds: Bounds = Bounds()
    when: Condition | None = None
    label: str | None = None
    mark: Mark | None = attrs.field(default=None, eq=False)


AnyLine: TypeAlias = Line | Lines


# --- rows -------------------------------------------------------------------------------------------------------------


@attrs.frozen
class Row:
    """One row of a value that depends: `when` is asked at the start of the run, `while` always; at most one is set."""

    value: object
    when: Condition | None = None
    while_: Condition | None = None
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class Rows:
    """First row that applies. A plain value is one row without a condition.

    `value` is typed by the place. owner: tuple of roles; force: must, should, may; again: opens, restarts, ignored;
    repeats: "from met", "from due", None; due: Due.
    """

    rows: tuple[Row, ...]
