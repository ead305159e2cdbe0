"""What a rule pack says, as frozen values: the result of loading, the input of compiling.

Every name in here has been resolved and checked by the loader, and every value typed by its place. The classes follow
the grammar of the rule language one to one (docs/language): spans, moments, tests, conditions, lines and rows, and the
four kinds of rule built from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal, TypeAlias

import attrs

from icpm_engine.calendars import Calendar, Span, Window
from icpm_engine.errors import Mark
from icpm_engine.vocabulary.kinds import EventKind

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
    """An event name, or `{on: EVENT, where: ...}`.

    The last one (after, since) or the first one from the start on (before, by).
    """

    kind: str
    where: WherePart | None = None


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


# text, yes_no (bool), number (int or Decimal as written), date (ordinal), Span
Value: TypeAlias = "str | bool | int | Decimal | Span"

CheckOp: TypeAlias = Literal[
    "is",  # value: tuple of Values, one of which it must equal
    "same",  # value: FactValue | FieldValue
    "not",  # value: Test
    "at_least",  # value: Value (number or span); the same for over, at_most, under
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


# --- facts, choices, decisions, lifecycles ----------------------------------------------------------------------------

ValueType: TypeAlias = Literal["text", "number", "yes_no", "date", "moment", "span", "list"]


@attrs.frozen
class Told:
    """A line that tells a fact, and what it takes from the event."""

    line: Line
    take: str | Moment  # name of a field; "event" = the event's date; "none" = known to be absent; or a moment


@attrs.frozen
class Fact:
    """A named value of a subject, told by events. Unknown until told, unless it has an initial value."""

    name: str
    type: ValueType
    told: tuple[Told, ...]
    per: str | None = None
    initial: object = None  # None: no initial value; the text "none": known to be absent
    options: tuple[str, ...] = ()
    subject: str = "case"
    area: str = ""
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class Choice:
    """A point that the source leaves open and a county settles."""

    name: str
    label: str
    authority: str
    options: tuple[str, ...] = ()
    type: ValueType = "text"
    unread: bool = False
    area: str = ""
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class Settlement:
    """A choice made by a county: the value (text, Span, ordinal ...), from which day on, and by what authority."""

    choice: str
    value: object
    from_day: int | None = None
    authority: str | None = None
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class DecisionRow:
    """One row of a decision made by rows."""

    value: object
    when: Condition | None = None


@attrs.frozen
class Decision:
    """A named condition, or a value looked up by rows (exactly one of the two is set)."""

    name: str
    label: str
    authority: str
    condition: Condition | None = None
    rows: tuple[DecisionRow, ...] = ()
    subject: str = "case"
    area: str = ""
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class State:
    """One state of a lifecycle."""

    name: str
    label: str
    holder: str | None = None
    final: bool = False
    at_rest: str | None = None


@attrs.frozen
class Transition:
    """A line that moves a lifecycle from one of some states to another."""

    line: Line
    sources: tuple[str, ...]
    target: str
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class Lifecycle:
    """A state machine for one matter of a subject (one machine for each value of `per`)."""

    name: str
    label: str
    initial: str
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    per: str | None = None
    strict: bool = False
    subject: str = "case"
    area: str = ""
    mark: Mark | None = attrs.field(default=None, eq=False)


# --- duties and bars --------------------------------------------------------------------------------------------------


@attrs.frozen
class DueLeg:
    """One way to say by when. Exactly one of within, by, before is set.

    It is a tuple with one value, or with one for each run of a series (the last one for all later runs).
    """

    within: tuple[SpanLike, ...] = ()
    by: tuple[Moment, ...] = ()
    before: tuple[Moment, ...] = ()
    first_day_counted: bool = False
    rolls: Literal["next", "previous"] | None = None
    rolls_on: str | None = None  # the calendar of a roll; "" means plain Monday to Friday
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class DueOpen:
    """The source states no number; `word` is what it says instead. Never overdue."""

    word: str | None = None
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class DuePick:
    """The earliest or the latest of several legs."""

    which: Literal["earliest", "latest"]
    legs: tuple[Due, ...]
    rolls: Literal["next", "previous"] | None = None
    rolls_on: str | None = None
    mark: Mark | None = attrs.field(default=None, eq=False)


Due: TypeAlias = DueLeg | DueOpen | DuePick


@attrs.frozen
class Escalation:
    """Whom to tell when the clock comes to a moment (the moment may rest on `due`)."""

    at: Moment
    tell: str


@attrs.frozen
class InForce:
    """From when until when a rule starts anything; fixed dates and choices only."""

    from_: Moment | None = None
    until: Moment | None = None


@attrs.frozen
class DutyText:
    """What a duty says in one version. `from_day` is None for the text that holds from the beginning."""

    label: str
    owner: Rows
    authority: str
    starts: tuple[AnyLine, ...]
    met: AnyLine | None
    due: Rows | None
    from_day: int | None = None
    force: Rows = Rows((Row("must"),))
    again: Rows = Rows((Row("opens"),))
    repeats: Rows = Rows((Row(None),))
    while_: Condition | None = None
    substitute: AnyLine | None = None
    excused: AnyLine | None = None
    cancelled: AnyLine | None = None
    paused_while: Condition | None = None
    escalates: tuple[Escalation, ...] = ()
    in_force: InForce = InForce()
    mark: Mark | None = attrs.field(default=None, eq=False)


Crossover: TypeAlias = Literal["keep", "from_start", "from_effective_day", "earliest"]


@attrs.frozen
class Duty:
    """Who owes what, from when, by when, and what meets it. `texts` are its versions, oldest first, at least one."""

    name: str
    texts: tuple[DutyText, ...]
    per: str | None = None
    subject: str = "case"
    encodes: tuple[int, ...] = ()
    crossover: Crossover = "keep"
    floor: bool = False
    off: str | None = None
    area: str = ""
    protocol: str | None = None
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class Bar:
    """What must not happen, or not in that way. Judged when the event happens, on the case just before it."""

    name: str
    label: str
    owner: Rows
    authority: str
    forbids: AnyLine
    per: str | None = None
    while_: Condition | None = None
    excused: AnyLine | None = None
    force: Rows = Rows((Row("must"),))
    in_force: InForce = InForce()
    subject: str = "case"
    encodes: tuple[int, ...] = ()
    floor: bool = False
    off: str | None = None
    area: str = ""
    protocol: str | None = None
    mark: Mark | None = attrs.field(default=None, eq=False)


# --- the pack ---------------------------------------------------------------------------------------------------------


@attrs.frozen
class Source:
    """What a rule rests on.

    `seen`: the passage was read (seen), read in somebody else's words (secondary), or not checked (background).
    """

    name: str
    title: str
    link: str | None = None
    checked: str | None = None  # ISO date of the last check
    seen: Literal["seen", "secondary", "background"] = "background"
    mark: Mark | None = attrs.field(default=None, eq=False)


@attrs.frozen
class RulePack:
    """A loaded, merged and checked set of rules for one county (or for a state without any county's choices).

    `version` is the hash of everything in it, calendars included; a derivation names it.
    """

    name: str
    version: str
    zone: str
    about: str = ""
    county: str | None = None
    horizon_months: int = 24
    roles: Mapping[str, str] = attrs.Factory(dict)
    sources: Mapping[str, Source] = attrs.Factory(dict)
    calendars: Mapping[str, Calendar] = attrs.Factory(dict)  # by the adjective that spans use
    windows: Mapping[str, Window] = attrs.Factory(dict)  # opening hours and seasons, for `open:`
    events: Mapping[str, EventKind] = attrs.Factory(dict)  # the registry: standard vocabulary and the pack's own
    facts: Mapping[str, Fact] = attrs.Factory(dict)
    choices: Mapping[str, Choice] = attrs.Factory(dict)
    settles: Mapping[str, tuple[Settlement, ...]] = attrs.Factory(dict)  # by choice, oldest first
    decisions: Mapping[str, Decision] = attrs.Factory(dict)
    lifecycles: Mapping[str, Lifecycle] = attrs.Factory(dict)
    duties: Mapping[str, Duty] = attrs.Factory(dict)
    bars: Mapping[str, Bar] = attrs.Factory(dict)
    files: tuple[str, ...] = ()
    body: bytes = attrs.field(default=b"", repr=False, eq=False)  # all that it was made from (rules/bodies.py)

    @classmethod
    def load(
        cls,
        name: str | Path,
        county: str | Path | None = None,
        *,
        settles: Mapping[str, object] | None = None,
        root: Path | str | None = None,
    ) -> RulePack:
        """The rules of a state with a county's overlay, each by name or folder; see `loading.load_pack`."""
        from icpm_engine.rules.loading import load_pack  # noqa: PLC0415 - reading files needs the model, not the reverse

        return load_pack(name, county, settles=settles, root=root)
