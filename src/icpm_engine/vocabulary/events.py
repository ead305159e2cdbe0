"""What happened to a child, as typed values: the base of every event class, and how a class becomes an EventKind.

A class of the vocabulary is declared like this; its annotations give the types, its docstring the meaning:

    @event("WIC 16501.1")
    class VisitMade(CaseEvent):
        \"\"\"The social worker visited the child.\"\"\"

        visit_id: str = needed("which visit")
        mode: Literal["in_person", "video"] | None = about("how they met")

A host application may declare classes of its own in the same way.
"""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar, dataclass_transform, get_args, get_origin

import attrs

from icpm_engine.calendars.spans import Span
from icpm_engine.errors import EventError
from icpm_engine.vocabulary import reading
from icpm_engine.vocabulary.kinds import EventKind, Field, FieldType, Sorts, Subject, Tell

Day: TypeAlias = Annotated[str | dt.date, "date"]
"""A whole day: "2026-03-20" or a date."""
Moment: TypeAlias = Annotated[str | dt.date, "moment"]
"""A day whose hour may be missing, in the county's local time: "2026-03-20", "2026-03-20T14:05", a date or datetime."""
Length: TypeAlias = Annotated[str | Span, "span"]
"""A length of time: "3 business days"."""
Number: TypeAlias = Annotated[int | float | Decimal, "number"]
"""A number below 1,000,000,000 with at most six decimal places."""
Texts: TypeAlias = Annotated[Sequence[str], "list"]
"""Up to 200 texts."""

_TYPES: Mapping[object, FieldType] = {str: "text", bool: "yes_no"}
_set = object.__setattr__

_E = TypeVar("_E", bound="Event")


def needed(doc: str, *, options: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - it stands for a value of any type
    """A field without which the event makes no sense, most often the id of what it is about."""
    return attrs.field(metadata={"doc": doc, "options": options})


def about(doc: str, *, options: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - it stands for a value of any type
    """A field that may stay untold: None is no value, it says that nobody told."""
    return attrs.field(default=None, metadata={"doc": doc, "options": options})


@dataclass_transform(
    kw_only_default=True, frozen_default=True, eq_default=False, field_specifiers=(needed, attrs.field)
)
def _frozen(cls: type[_E]) -> type[_E]:
    # Event itself makes, compares and prints, so that a wrong field is told gently and an import writes fewer methods.
    return attrs.frozen(cls, kw_only=True, init=False, eq=False, repr=False)


class _Signature:
    """What `help` and `inspect` say about making an event: the keywords that attrs found, not Event's own `**given`."""

    def __get__(self, made: object, cls: type[Event]) -> inspect.Signature:
        found = inspect.signature(cls.__attrs_init__)  # type: ignore[attr-defined]  # attrs writes it
        return found.replace(parameters=list(found.parameters.values())[1:])


@_frozen
class Event:
    """Something that happened and that somebody recorded. Never changed; only corrected or retracted by another.

    Made by keywords: the id of its subject under the subject's name, `occurred`, and the fields of its kind; raises
    EventError. Once made, it reads as it is written in the journal: dates as 2026-03-20, moments as 2026-03-20T14:05.
    """

    __signature__ = _Signature()
    event_kind: ClassVar[EventKind]

    occurred: str | dt.date

    def __init__(self, **given: object) -> None:
        kind = self.event_kind
        of = {name: given.pop(name) for name in kind.subjects if name in given}
        told = {name: found for name, found in of.items() if found is not None} or of
        if len(told) > 1:
            raise EventError(f"{kind.name}: found {' and '.join(told)}, expected one of them; record it for each")
        missing = " or ".join(kind.subjects) if not told else "" if "occurred" in given else "occurred"
        if missing:
            raise EventError(f"{kind.name}: {missing} is missing; every event of this kind has one")
        ((subject, found),) = told.items()
        _fill(self, subject, found, given.pop("occurred"), given)

    @property
    def subject_kind(self) -> Subject:
        """Whom it is about: case, person, team or county."""
        return self.event_kind.subject

    @property
    def subject_id(self) -> str:
        """The id of the case, person, team or county."""
        subject: str = getattr(self, self.event_kind.subject)
        return subject

    @property
    def day(self) -> int:
        """The day on which it happened, as an ordinal."""
        return reading.read_moment(str(self.occurred))[0]

    @property
    def minute(self) -> int:
        """The minute of that day in the county's local time; -1 when the hour is missing."""
        return reading.read_moment(str(self.occurred))[1]

    def payload(self) -> dict[str, Any]:
        """What it says, in the form that is written to the journal and to JSON; what nobody told has no key."""
        told = ((name, getattr(self, name)) for name in self.event_kind.fields)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in told if value is not None}

    def values(self) -> dict[str, Any]:
        """What it says, in internal values (icpm_engine.vocabulary.kinds); what nobody told has no key."""
        return self.event_kind.internal(self.payload())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Event):
            return NotImplemented
        return self._identity() == other._identity() and self.payload() == other.payload()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[str, str, str, object]:
        return self.event_kind.name, self.subject_kind, self.subject_id, self.occurred

    def __repr__(self) -> str:
        told = "".join(f", {name}={value!r}" for name, value in self.payload().items())
        return f"{type(self).__name__}({self.subject_kind}={self.subject_id!r}, occurred={self.occurred!r}{told})"


@_frozen
class CaseEvent(Event):
    """An event about one case; `case` is its id in the county."""

    case: str


@_frozen
class PersonEvent(Event):
    """An event about one child, across all the child's cases in the county; `person` is the child's id."""

    person: str


@_frozen
class TeamEvent(Event):
    """An event about one child and family team, which siblings may share; `team` is its id."""

    team: str


@_frozen
class CaseOrTeamEvent(Event):
    """An event about one case, or about a team that several cases share: `case` or `team` is given, never both."""

    case: str | None = None
    team: str | None = None

    @property
    def subject_kind(self) -> Subject:
        """Whom it is about: case or team."""
        return "case" if self.team is None else "team"

    @property
    def subject_id(self) -> str:
        """The id of the case or team."""
        return self.case or self.team or ""


@_frozen
class CountyEvent(Event):
    """An event about the county itself; `county` is its name."""

    county: str


@dataclass_transform(
    kw_only_default=True, frozen_default=True, eq_default=False, field_specifiers=(needed, attrs.field)
)
def common(cls: type[_E]) -> type[_E]:
    """A base with fields that several event classes of one area share, on one of the four above; no kind of event."""
    return _frozen(cls)


_SUBJECTS: Mapping[type[Event], Subject] = {
    CaseEvent: "case",
    PersonEvent: "person",
    TeamEvent: "team",
    CaseOrTeamEvent: "case",
    CountyEvent: "county",
}


@dataclass_transform(
    kw_only_default=True, frozen_default=True, eq_default=False, field_specifiers=(needed, attrs.field)
)
def event(
    source: str, *, sorts: Sorts | None = None, tells: Mapping[str, str] | None = None
) -> Callable[[type[_E]], type[_E]]:
    """Make a class an event class: frozen, slotted, made by keywords, with its EventKind in `event_kind`.

    `source` is where the practice it records is described; `tells` maps a standard fact to the field it takes.
    """

    def decorate(cls: type[_E]) -> type[_E]:
        doc = " ".join((cls.__doc__ or "").split())
        made = _frozen(cls)
        made.event_kind = _kind_of(made, doc, source, sorts, tells or {})
        made.__doc__ = f"{doc}\n\n    Source: {source}.\n    "
        return made

    return decorate


def kind_name(class_name: str) -> str:
    """The name of a class's kind: ScreeningCompleted gives screening_completed."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", class_name).lower()


def _kind_of(cls: type[Event], doc: str, source: str, sorts: Sorts | None, tells: Mapping[str, str]) -> EventKind:
    subject = next((_SUBJECTS[base] for base in cls.__mro__ if base in _SUBJECTS), None)
    if subject is None or hasattr(cls.__bases__[0], "event_kind"):
        bases = ", ".join(base.__name__ for base in _SUBJECTS)
        raise TypeError(f"{cls.__name__} is made on {cls.__bases__[0].__name__}, expected one of {bases}")
    own = [base for base in reversed(cls.__mro__) if issubclass(base, Event) and base not in (Event, *_SUBJECTS)]
    declared = {name: base.__module__ for base in own for name in inspect.get_annotations(base)}
    for name in declared:
        if hasattr(Event, name) or name in {subject, "subject", "sorts"}:
            raise TypeError(f"{cls.__name__}: no field may be called {name}; every event has that already")
    fields = {name: _field_of(cls, name, module) for name, module in declared.items()}
    return EventKind(
        name=kind_name(cls.__name__),
        subject=subject,
        also=("team",) if issubclass(cls, CaseOrTeamEvent) else (),
        sorts=sorts,
        fields=fields,
        doc=doc,
        source=source,
        area=cls.__module__.rpartition(".")[2],
        tells=tuple(Tell(fact, fields[take].type, take) for fact, take in tells.items()),
        cls=cls,
    )


def _field_of(cls: type[Event], name: str, module: str) -> Field:
    attribute = getattr(attrs.fields(cls), name)  # type: ignore[arg-type]
    field_type, options = _typed(module, attribute.type)
    return Field(
        name=name,
        type=field_type,
        options=options or attribute.metadata["options"],
        required=attribute.default is attrs.NOTHING,
        doc=attribute.metadata["doc"],
    )


@functools.cache
def _typed(module: str, annotation: Any) -> tuple[FieldType, tuple[str, ...]]:  # noqa: ANN401 - a type or its text
    """The type and options of a field, by its annotation; the module's own aliases may be used in it."""
    if isinstance(annotation, str):
        annotation = eval(annotation, vars(sys.modules[module]))  # noqa: S307 - the text of our own source
    if get_origin(annotation) in (typing.Union, types.UnionType):
        annotation = next(part for part in get_args(annotation) if part is not type(None))
    if get_origin(annotation) is Literal:
        return "text", get_args(annotation)
    if get_origin(annotation) is Annotated:
        return annotation.__metadata__[0], ()
    if annotation not in _TYPES:
        expected = "str, bool, Literal, Day, Moment, Length, Number or Texts"
        raise TypeError(f"{module}: a field has the type {annotation}, expected {expected}, or one of them | None")
    return _TYPES[annotation], ()


@attrs.frozen(kw_only=True, init=False, eq=False, repr=False)
class PackEvent(Event):
    """An event of a kind that a rule pack declares, or of a standard kind that a pack has widened."""

    __signature__ = None  # type: ignore[assignment]  # its own __init__ says how it is made
    event_kind: EventKind = attrs.field()  # type: ignore[misc]  # of the class elsewhere, of each event here
    _subject: str
    _told: Mapping[str, Any]

    def __init__(self, kind: EventKind, subject_id: str, occurred: str | dt.date, values: Mapping[str, object]) -> None:
        _set(self, "event_kind", kind)
        _set(self, "_told", kind.payload(kind.check(values)))
        _set_header(self, "_subject", subject_id, occurred)

    @property
    def subject_id(self) -> str:
        """The id of the case, person, team or county."""
        return self._subject

    def payload(self) -> dict[str, Any]:
        """What it says, in the form that is written to the journal and to JSON; what nobody told has no key."""
        return dict(self._told)


def make(kind: EventKind, subject_id: str, occurred: str | dt.date, values: Mapping[str, object]) -> Event:
    """An event of a kind: of its class, where it has one, else a PackEvent. Raises EventError."""
    if kind.cls is None or kind.cls.event_kind.about(kind.subject) is not kind:
        return PackEvent(kind, subject_id, occurred, values)
    made = kind.cls.__new__(kind.cls)
    _fill(made, kind.subject, subject_id, occurred, values)
    return made


def _fill(made: Event, subject: str, subject_id: object, occurred: object, values: Mapping[str, object]) -> None:
    kind = made.event_kind
    written = kind.payload(kind.check(values))
    for name in kind.fields:
        value = written.get(name)
        _set(made, name, tuple(value) if isinstance(value, list) else value)
    for name in kind.subjects:
        _set(made, name, None)
    _set_header(made, subject, subject_id, occurred)


def _set_header(made: Event, subject_name: str, subject_id: object, occurred: object) -> None:
    kind = made.event_kind
    try:
        _set(made, subject_name, reading.text(subject_id))
    except ValueError as error:
        named = subject_name if subject_name in kind.subjects else kind.subject
        raise EventError(f"{kind.name}.{named}: {error}") from None
    try:
        _set(made, "occurred", reading.write_moment(reading.moment(occurred)))
    except ValueError as error:
        raise EventError(f"{kind.name}.occurred: {error}") from None
