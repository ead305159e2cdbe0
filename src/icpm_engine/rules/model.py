"""What a rule pack says, as frozen values: the result of loading, the input of compiling.

Every name in here has been resolved and checked by the loader, and every value typed by its place. The classes follow
the grammar of the rule language one to one (docs/language): spans, moments, tests, conditions, lines and rows, and the
four kinds of rule built from them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, TypeVar

import attrs

from icpm_engine.calendars import Calendar, Window
from icpm_engine.errors import Mark
from icpm_engine.rules.grammar import (
    AgeIs,
    Anchor,
    AnchorWord,
    AnyLine,
    AsOf,
    BarBroken,
    Bounds,
    Check,
    CheckOp,
    Combined,
    Condition,
    Day,
    DayMoment,
    DecisionHolds,
    DecisionMoment,
    DutyIs,
    DutyMoment,
    DutyOutcome,
    Each,
    EachValue,
    EndOf,
    EndUnit,
    EventMoment,
    FactMoment,
    FactTest,
    FactValue,
    FieldIs,
    FieldMoment,
    FieldTest,
    FieldValue,
    Happened,
    IsOpen,
    Line,
    Lines,
    Moment,
    NamedSpan,
    Offset,
    Pick,
    Row,
    Rows,
    SomeInstance,
    SpanLike,
    Spent,
    SpentHow,
    StateIs,
    StateMoment,
    Test,
    Value,
    Where,
    WherePart,
)
from icpm_engine.vocabulary.kinds import EventKind

__all__ = [
    "AgeIs",
    "Anchor",
    "AnchorWord",
    "AnyLine",
    "AsOf",
    "Bar",
    "BarBroken",
    "Bounds",
    "Check",
    "CheckOp",
    "Choice",
    "Combined",
    "Condition",
    "Crossover",
    "Day",
    "DayMoment",
    "Decision",
    "DecisionHolds",
    "DecisionMoment",
    "DecisionRow",
    "Due",
    "DueLeg",
    "DueOpen",
    "DuePick",
    "Duty",
    "DutyIs",
    "DutyMoment",
    "DutyOutcome",
    "DutyText",
    "Each",
    "EachValue",
    "EndOf",
    "EndUnit",
    "Escalation",
    "EventMoment",
    "Fact",
    "FactMoment",
    "FactTest",
    "FactValue",
    "FieldIs",
    "FieldMoment",
    "FieldTest",
    "FieldValue",
    "Happened",
    "InForce",
    "IsOpen",
    "Lifecycle",
    "Line",
    "Lines",
    "Moment",
    "NamedSpan",
    "Offset",
    "Pick",
    "Review",
    "Row",
    "Rows",
    "RulePack",
    "Settlement",
    "SomeInstance",
    "Source",
    "SourceKind",
    "SpanLike",
    "Spent",
    "SpentHow",
    "State",
    "StateIs",
    "StateMoment",
    "Test",
    "Told",
    "Transition",
    "Value",
    "ValueType",
    "Where",
    "WherePart",
]

# --- facts, choices, decisions, lifecycles ----------------------------------------------------------------------------

T = TypeVar("T")

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
    """A point that the source leaves open and a county settles.

    An `arrangement` (who sends, in what form) moves no date: it is settled to be seen, and no rule asks for it.
    """

    name: str
    label: str
    authority: str
    options: tuple[str, ...] = ()
    type: ValueType = "text"
    unread: bool = False
    arrangement: bool = False
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
    mark: Mark | None = attrs.field(default=None, eq=False)


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

MUST: Final = Rows((Row("must"),))
OPENS: Final = Rows((Row("opens"),))
NEVER: Final = Rows((Row(None),))


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
    force: Rows = MUST
    again: Rows = OPENS
    repeats: Rows = NEVER
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
    force: Rows = MUST
    in_force: InForce = InForce()
    subject: str = "case"
    encodes: tuple[int, ...] = ()
    floor: bool = False
    off: str | None = None
    area: str = ""
    protocol: str | None = None
    mark: Mark | None = attrs.field(default=None, eq=False)


# --- the pack ---------------------------------------------------------------------------------------------------------


SourceKind: TypeAlias = Literal[
    "statute",
    "regulation",
    "court_rule",
    "bill",
    "letter",  # of a state agency to the counties; notices too
    "policy",  # an agency's own policy, manual or memo
    "agreement",  # memoranda of understanding, protocols that several agencies have agreed on
    "joint_directive",  # what two agencies have told their staff together
    "publication",  # a guide, a page, an article, slides
    "practice",  # what is done; no text is known
]


@attrs.frozen
class Review:
    """By when an agreement is to be looked at again, and which duty of the county sees to it; one may be missing."""

    by: int | None = None
    duty: str | None = None


@attrs.frozen
class Source:
    """What a rule rests on.

    `seen`: the passage was read (seen), read in somebody else's words (secondary), or not checked (background). Only an
    agreement or a joint directive has parties, a term (its first and last day) and a review.
    """

    name: str
    title: str
    link: str | None = None
    checked: str | None = None  # ISO date of the last check
    seen: Literal["seen", "secondary", "background"] = "background"
    kind: SourceKind | None = None
    section: str | None = None
    parties: tuple[str, ...] = ()
    first_day: int | None = None
    last_day: int | None = None
    review: Review = Review()
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
    _made: dict[str, Any] = attrs.field(init=False, factory=dict, repr=False, eq=False)

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

    def once(self, what: str, make: Callable[[RulePack], T]) -> T:
        """What is made of these rules: made when it is first asked for, and kept with them for whoever asks again."""
        if what not in self._made:
            self._made[what] = make(self)
        found: T = self._made[what]
        return found
