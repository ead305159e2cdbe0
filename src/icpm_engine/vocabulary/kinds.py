"""What a kind of event is: its fields, how outside values are read into internal ones, and how they are written out.

Internal values are what the fold computes with: a date is a day number (`datetime.date.toordinal`), a moment a pair of
day and minute (minute -1: the hour is missing), a list a tuple. A payload holds the same values in the form that is
written to the journal, to JSON and to CSV. A value that nobody told has no key, in either form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

import attrs

from icpm_engine.errors import EventError
from icpm_engine.vocabulary import reading

if TYPE_CHECKING:
    from icpm_engine.vocabulary.events import Event

FieldType: TypeAlias = Literal["text", "number", "yes_no", "date", "moment", "span", "list"]
FIELD_TYPES: tuple[FieldType, ...] = get_args(FieldType)

Subject: TypeAlias = Literal["case", "person", "team", "county"]
SUBJECTS: tuple[Subject, ...] = get_args(Subject)

Sorts: TypeAlias = Literal["first", "last"]


@attrs.frozen
class Field:
    """One typed value that a kind of event carries; `options`, where given, are the only texts allowed."""

    name: str
    type: FieldType
    options: tuple[str, ...] = ()
    required: bool = False
    doc: str = ""

    def read(self, value: object) -> Any:  # noqa: ANN401 - each type has its own internal form
        """The internal form of an outside value; ValueError says what was found and what was expected."""
        internal = reading.READERS[self.type](value)
        if self.options:
            for option in internal if self.type == "list" else (internal,):
                reading.one_of(option, self.options)
        return internal


@attrs.frozen
class Tell:
    """A standard fact that a kind tells: `take` is the field it takes, or "event" for the event's own date."""

    fact: str
    type: FieldType
    take: str


@attrs.frozen
class EventKind:
    """A kind of event: whom it is about, which fields it carries, and where the practice it records comes from.

    `also` are others whom it may be about instead: a meeting of one child's team, or of one that siblings share.
    `sorts` puts an opening kind first and a closing kind last among the events of one day.
    """

    name: str
    subject: Subject = "case"
    also: tuple[Subject, ...] = attrs.field(default=(), kw_only=True)
    sorts: Sorts | None = None
    fields: Mapping[str, Field] = attrs.field(factory=dict, hash=False)
    doc: str = ""
    source: str = ""
    area: str = ""
    tells: tuple[Tell, ...] = ()
    cls: type[Event] | None = attrs.field(default=None, eq=False, repr=False)
    _of: Mapping[str, EventKind] = attrs.field(init=False, eq=False, repr=False)
    _required: tuple[str, ...] = attrs.field(init=False, eq=False, repr=False)
    _from_payload: tuple[tuple[str, Callable[[Any], Any]], ...] = attrs.field(init=False, eq=False, repr=False)
    _to_payload: tuple[tuple[str, Callable[[Any], Any]], ...] = attrs.field(init=False, eq=False, repr=False)

    @_of.default
    def _list_of(self) -> Mapping[str, EventKind]:
        return {subject: attrs.evolve(self, subject=subject, also=()) for subject in self.also}

    @_required.default
    def _list_required(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields.values() if field.required)

    @_from_payload.default
    def _list_from_payload(self) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        return tuple(
            (f.name, reading.FROM_PAYLOAD[f.type]) for f in self.fields.values() if f.type in reading.FROM_PAYLOAD
        )

    @_to_payload.default
    def _list_to_payload(self) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
        return tuple((f.name, reading.TO_PAYLOAD[f.type]) for f in self.fields.values() if f.type in reading.TO_PAYLOAD)

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """Whom an event of this kind may be about."""
        return (self.subject, *self.also)

    def about(self, subject: str) -> EventKind:
        """The same kind as events of one of its subjects have it. Raises KeyError for whom none is about."""
        return self if subject == self.subject else self._of[subject]

    def check(self, values: Mapping[str, object]) -> dict[str, Any]:
        """Internal values of what came from outside, in the order the fields are declared; None counts as not told.

        Raises EventError naming the field, what was found and what was expected.
        """
        if not isinstance(values, Mapping):
            raise EventError(f"{self.name}: a mapping of fields to values is expected, found {reading.shown(values)}")
        for name in values:
            if name not in self.fields:
                raise EventError(self._unknown_field(name))
        internal = {}
        for name, field in self.fields.items():
            value = values.get(name)
            if value is None:
                continue
            try:
                internal[name] = field.read(value)
            except ValueError as error:
                raise EventError(f"{self.name}.{name}: {error}") from None
        for name in self._required:
            if name not in internal:
                raise EventError(
                    f"{self.name}: the field {name} is missing; it must be given ({self.fields[name].doc})"
                )
        return internal

    def payload(self, internal: Mapping[str, Any]) -> dict[str, Any]:
        """The values as they are written to the journal and to JSON: ISO dates, texts, numbers, lists."""
        written = dict(internal)
        for name, write in self._to_payload:
            if name in written:
                written[name] = write(written[name])
        return written

    def internal(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The internal values of a payload that `payload` wrote; nothing is checked again."""
        return self.taken(dict(payload))

    def taken(self, values: dict[str, Any]) -> dict[str, Any]:
        """The same of a payload that nobody else holds: it becomes the internal values."""
        for name, read in self._from_payload:
            if name in values:
                values[name] = read(values[name])
        return values

    def widened(self, fields: Iterable[Field]) -> EventKind:
        """This kind with further fields, or with further options for fields that have options; ValueError otherwise."""
        wider = dict(self.fields)
        for field in fields:
            known = wider.get(field.name)
            wider[field.name] = field if known is None else self._with_options(known, field)
        return attrs.evolve(self, fields=wider)

    def _with_options(self, known: Field, field: Field) -> Field:
        if field.type != known.type or not (known.options and field.options):
            raise ValueError(
                f"{self.name} has a field {known.name} of type {known.type} already; "
                f"a pack may add options to a field that has some, and nothing else"
            )
        return attrs.evolve(known, options=tuple(dict.fromkeys((*known.options, *field.options))))

    def _unknown_field(self, name: object) -> str:
        if not self.fields:
            return f"{self.name} has no fields, found {reading.shown(name)}"
        near = reading.nearest(name, self.fields) if isinstance(name, str) else ""
        return f"{self.name} has no field {reading.shown(name)}; it has {', '.join(self.fields)}{near}"
