"""The mapping of an extract: which column is which field, which codes mean what, how its dates and bytes are written.

A mapping is a YAML file that somebody at the county writes once for each extract. Reading it is strict: every column
option, code, kind of event, field and value is checked against the registry of kinds before the first row is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import attrs

from icpm_engine.calendars import Zone
from icpm_engine.errors import MappingError, Mark, PackError
from icpm_engine.interop.dates import DateForm, DateForms
from icpm_engine.rules import profile
from icpm_engine.rules.nodes import ListNode, MapNode, Node, TextNode
from icpm_engine.rules.words import hint, shown
from icpm_engine.vocabulary.kinds import EventKind, Field

Format: TypeAlias = Literal["csv", "jsonl"]
Hours: TypeAlias = Literal["kept", "dropped", "unless_midnight"]

FORMATS: tuple[Format, ...] = ("csv", "jsonl")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
ENCODINGS = ("utf-8", "windows-1252")
HOURS: tuple[Hours, ...] = ("kept", "dropped", "unless_midnight")

_KEYS = (
    "about",
    "system",
    "format",
    "delimiter",
    "encoding",
    "fallback",
    "zone",
    "dates",
    "as_of",
    "empty",
    "row_key",
    "subjects",
    "occurred",
    "recorded",
    "event",
    "codes",
    "events",
    "every_row",
)
_RULE_KEYS = ("kind", "about", "subject", "occurred", "fixed", "fields", "ends")
_END_KEYS = ("on", "recorded", "kind", "about", "subject", "fixed", "fields")
_DATED = ("date", "moment")


@attrs.frozen
class Column:
    """One column as the mapping uses it.

    `empty` are the texts that say nothing; `codes` gives the internal value of each code (None: the texts themselves
    are meant); an unknown code sets the row aside, or leaves the field out if `lenient`. `dates`, `hours` are for
    columns that hold dates; `split` parts the items of a list.
    """

    name: str
    mark: Mark
    empty: frozenset[str] = frozenset({""})
    codes: Mapping[str, Any] | None = None
    lenient: bool = False
    dates: DateForms | None = None
    hours: Hours = "kept"
    split: str | None = None


@attrs.frozen
class EventRule:
    """What one row comes to: a kind of event, whose it is (a column, or one fixed id), when, and its values.

    `recorded` is the column of its entry stamp. `ends` is a second event that the row also tells when the column of its
    day is filled; it has a stamp only if it names a column of its own, since an end is entered after the beginning.
    """

    kind: EventKind
    subject: Column | str
    occurred: Column
    recorded: Column | None
    fields: Mapping[str, Column]
    fixed: Mapping[str, Any]
    ends: EventRule | None = None

    def columns(self) -> Iterator[Column]:
        """Every column that it reads."""
        if isinstance(self.subject, Column):
            yield self.subject
        yield self.occurred
        if self.recorded:
            yield self.recorded
        yield from self.fields.values()
        if self.ends:
            yield from self.ends.columns()


@attrs.frozen
class ImportMapping:
    """A checked mapping.

    `system` names the source system; `believed_from` is the first day whose entry stamps count as the time at which
    something became known (None: none of them do).
    """

    file: str
    about: str
    system: str
    format: Format
    delimiter: str
    encoding: str
    fallback: str | None
    zone: str
    as_of: int | None
    earliest: int | None
    row_key: tuple[Column, ...]
    believed_from: int | None
    event: Column | None
    rules: Mapping[str, EventRule]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column that it names, each once."""
        named = [*self.row_key, *([self.event] if self.event else [])]
        for rule in self.rules.values():
            named.extend(rule.columns())
        return tuple({column.name: column for column in reversed(named)}.values())[::-1]


def load_mapping(path: str | Path, kinds: Mapping[str, EventKind]) -> ImportMapping:
    """The mapping in a file, checked against a registry of kinds. Raises MappingError with file, line and column."""
    try:
        return parse_mapping(profile.read(Path(path)), str(path), kinds)
    except PackError as error:
        raise MappingError(str(error)) from None


def parse_mapping(source: str | bytes, file: str, kinds: Mapping[str, EventKind]) -> ImportMapping:
    """The same from text; `file` is the name that messages use."""
    try:
        return _Reader(profile.parse_map(source, file), kinds).mapping()
    except PackError as error:
        raise MappingError(str(error)) from None


class _Reader:
    """Reads one mapping file; PackErrors carry the place."""

    def __init__(self, root: MapNode, kinds: Mapping[str, EventKind]) -> None:
        root.refuse_unknown(_KEYS, "in a mapping")
        self.root = root
        self.kinds = kinds
        self.century: int | None = None
        self.earliest: int | None = None
        self.recorded: Column | None = None
        self._common: dict[tuple[int, str], Column] = {}
        self.dates = self._default_dates(root.need("dates", "how dates are written").map())
        self.empty = _empties(root.take("empty"), frozenset({""}))
        self.code_lists = _code_lists(root.take("codes"))
        self.format = _choice(root, "format", FORMATS, "csv")

    def mapping(self) -> ImportMapping:
        root = self.root
        self.recorded, believed_from = self._recorded(root.take("recorded"))
        delimiter = _choice(root, "delimiter", tuple(DELIMITERS), "comma")
        as_of = root.take("as_of")
        about = root.take("about")
        return ImportMapping(
            file=root.file,
            about=about.text() if about else "",
            system=root.need("system", "the name of the source system").slug("a short name of the source system"),
            format=self.format,
            delimiter=DELIMITERS[delimiter],
            encoding=_choice(root, "encoding", ENCODINGS, "utf-8"),
            fallback=self._fallback(),
            zone=_zone(root.need("zone", "the time zone of its hours, such as America/Los_Angeles")),
            as_of=as_of.day() if as_of else None,
            earliest=self.earliest,
            row_key=self._row_key(root.take("row_key")),
            believed_from=believed_from,
            event=self._event(),
            rules=self._rules(),
        )

    def _fallback(self) -> str | None:
        node = self.root.take("fallback")
        if node is None:
            return None
        if _choice(self.root, "encoding", ENCODINGS, "utf-8") != "utf-8":
            raise node.error("a fallback is for lines of a UTF-8 extract that are not UTF-8; leave it out here")
        return node.one_of(["windows-1252"], "a fallback encoding")

    # --- dates

    def _default_dates(self, node: MapNode) -> DateForms:
        node.refuse_unknown(("forms", "two_digit_years_from", "earliest"), "in dates")
        earliest = node.take("earliest")
        self.earliest = earliest.day() if earliest else None
        self.century = _century(node)
        return _forms(node.need("forms", "a list such as ['%m/%d/%Y']"), self.century)

    def _own_dates(self, node: Node) -> DateForms:
        if not isinstance(node, MapNode):
            return _forms(node, self.century)
        node.refuse_unknown(("forms", "two_digit_years_from"), "in a column's dates")
        return _forms(node.need("forms", "a list such as ['%m/%d/%Y']"), _century(node) or self.century)

    def _date_column(self, node: Node, what: str, extra: tuple[str, ...] = ()) -> Column:
        """A column that holds a day of the row itself: occurred, recorded, the day of an end."""
        if not isinstance(node, MapNode):
            return Column(node.text(what), node.mark, empty=self.empty, dates=self.dates)
        node.refuse_unknown(("column", "empty", "dates", "hours", *extra), f"for {what}")
        dates = node.take("dates")
        return Column(
            node.need("column", what).text(),
            node.mark,
            empty=_empties(node.take("empty"), self.empty),
            dates=self._own_dates(dates) if dates else self.dates,
            hours=_choice(node, "hours", HOURS, "kept"),
        )

    def _recorded(self, node: Node | None) -> tuple[Column | None, int | None]:
        if node is None:
            return None, None
        column = self._date_column(node, "the column of the entry stamp", ("believed_from",))
        believed = node.take("believed_from") if isinstance(node, MapNode) else None
        return column, believed.day() if believed else None

    # --- ids and codes of events

    def _id_column(self, node: Node, what: str) -> Column:
        """A column of ids. Only its own `empty` counts, never the general one: a case may be called NA."""
        if not isinstance(node, MapNode):
            return Column(node.text(what), node.mark)
        node.refuse_unknown(("column", "empty"), f"for {what}")
        return Column(node.need("column", what).text(), node.mark, empty=_empties(node.take("empty"), frozenset({""})))

    def _row_key(self, node: Node | None) -> tuple[Column, ...]:
        if node is None:
            return ()
        return tuple(self._id_column(part, "the column of a row's key") for part in node.one_or_more())

    def _event(self) -> Column | None:
        node = self.root.take("event")
        if node is None:
            return None
        if "every_row" in self.root:
            raise self.root.key_error("every_row", "found beside 'event'; a mapping has event and events, or every_row")
        return self._id_column(node, "the column of the event's code")

    # --- what the rows come to

    def _rules(self) -> dict[str, EventRule]:
        if "event" not in self.root:
            if "events" in self.root:
                raise self.root.key_error("events", "the codes need 'event', the column they stand in")
            return {"": self._rule(self.root.need("every_row", "or event and events").map())}
        events = self.root.need("events", "what each code means").map("a mapping of codes to kinds of event")
        return {code: self._rule(node.map("kind: ..., fields: ...")) for code, node in events.pairs()}

    def _rule(self, node: MapNode) -> EventRule:
        node.refuse_unknown(_RULE_KEYS, "for an event")
        occurred = node.take("occurred") or self.root.need("occurred", "the column of the day it happened")
        when = self._once(occurred, self._date_column, "the column of the day it happened")
        ends = node.take("ends")
        return self._made(node, when, self.recorded, self._end(ends) if ends else None)

    def _made(self, node: MapNode, occurred: Column, recorded: Column | None, ends: EventRule | None) -> EventRule:
        kind = self._about(node.take("about"), self._kind(node.need("kind", "the kind of event")))
        fixed = self._fixed(node.take("fixed"), kind)
        fields = self._fields(node.take("fields"), kind)
        for name in fixed.keys() & fields.keys():
            raise node.error(f"{kind.name}.{name} stands in fixed and in fields; keep one")
        for name, field in kind.fields.items():
            if field.required and name not in fixed and name not in fields:
                raise node.error(f"{kind.name} needs '{name}' ({field.doc}): give it in fields or in fixed")
        return EventRule(kind, self._subject(node, kind), occurred, recorded, fields, fixed, ends)

    def _end(self, node: Node) -> EventRule:
        end = node.map("on: COLUMN, kind: ...")
        end.refuse_unknown(_END_KEYS, "in ends")
        on = self._date_column(end.need("on", "the column of the day it ended"), "the column of the day it ended")
        stamp = end.take("recorded")
        recorded = self._date_column(stamp, "the column of the end's entry stamp") if stamp else None
        return self._made(end, on, recorded, None)

    def _kind(self, node: Node) -> EventKind:
        name = node.text("a kind of event")
        kind = self.kinds.get(name)
        if kind is None:
            raise node.error(f"no kind of event is called {shown(name)}{hint(name, self.kinds)}")
        return kind

    def _about(self, node: Node | None, kind: EventKind) -> EventKind:
        """The kind as it is about whom the mapping says, where it may be about others, too."""
        if node is None:
            return kind
        subject = node.text("whom it is about")
        if subject not in kind.subjects:
            expected = " or ".join(kind.subjects)
            raise node.error(f"{kind.name}: found about: {shown(subject)}, expected {expected}")
        return kind.about(subject)

    def _subject(self, node: MapNode, kind: EventKind) -> Column | str:
        own = node.take("subject")
        if own is None:
            subjects = self.root.need("subjects", "the column of the case's id: {case: COLUMN}").map()
            subjects.refuse_unknown(("case", "person", "team", "county"), "in subjects")
            own = subjects.take(kind.subject)
            if own is None:
                raise node.error(f"{kind.name} is about a {kind.subject}: say in subjects which column holds its id")
        if isinstance(own, MapNode) and "fixed" in own:
            return own.only("fixed: ID, and nothing else")[1].text("an id")
        return self._once(own, self._id_column, f"the column of the {kind.subject}'s id")

    def _once(self, node: Node, make: Callable[[Node, str], Column], what: str) -> Column:
        """One Column for all rules that rest on the same place in the file, so that they share what it has read."""
        key = (id(node), what)
        if key not in self._common:
            self._common[key] = make(node, what)
        return self._common[key]

    def _field(self, node: MapNode, name: str, kind: EventKind) -> Field:
        field = kind.fields.get(name)
        if field is None:
            raise node.key_error(name, f"{kind.name} has no field {shown(name)}{hint(name, kind.fields, 40)}")
        return field

    def _fixed(self, node: Node | None, kind: EventKind) -> dict[str, Any]:
        if node is None:
            return {}
        given = node.map("a mapping of fields to values")
        return {name: _value(value, self._field(given, name, kind)) for name, value in given.pairs()}

    def _fields(self, node: Node | None, kind: EventKind) -> dict[str, Column]:
        if node is None:
            return {}
        given = node.map("a mapping of fields to columns")
        return {name: self._column(spec, self._field(given, name, kind)) for name, spec in given.pairs()}

    def _column(self, node: Node, field: Field) -> Column:
        spec = node if isinstance(node, MapNode) else None
        if spec:
            spec.refuse_unknown(_options(field), f"for a column of type {field.type}")
        name = (spec.need("column") if spec else node).text("the name of a column")
        take: Callable[[str], Node | None] = spec.take if spec else lambda _: None
        codes, split, dates = take("codes"), take("split"), take("dates")
        if field.type == "list" and split is None and self.format == "csv":
            raise node.error(f"'{field.name}' is a list: say what parts its items, {{column: {name}, split: ';'}}")
        return Column(
            name,
            node.mark,
            empty=_empties(take("empty"), self.empty),
            codes=self._codes(codes, field) if codes else None,
            lenient=spec is not None
            and _choice(spec, "other_codes", ("set_aside", "left_out"), "set_aside") == "left_out",
            dates=(self._own_dates(dates) if dates else self.dates) if field.type in _DATED else None,
            hours=_choice(spec, "hours", HOURS, "kept") if spec else "kept",
            split=_separator(split) if split else None,
        )

    def _codes(self, node: Node, field: Field) -> dict[str, Any]:
        if isinstance(node, TextNode):
            name = node.text("a list of codes")
            if name not in self.code_lists:
                raise node.error(f"no list of codes is called {shown(name)}{hint(name, self.code_lists)}")
            node = self.code_lists[name]
        pairs = node.map("a mapping of codes to values, or the name of one under codes").pairs()
        return {code: _value(value, _one(field)) for code, value in pairs}


# --- single values ----------------------------------------------------------------------------------------------------


def _one(field: Field) -> Field:
    """The type of one code's value: of a list, one item."""
    return attrs.evolve(field, type="text") if field.type == "list" else field


def _value(node: Node, field: Field) -> Any:  # noqa: ANN401 - an internal value of the field's type
    if isinstance(node, ListNode):
        given: object = [item.text() for item in node]
    else:
        given = node.text(f"a value for {field.name}")
    try:
        return field.read(given)
    except ValueError as error:
        raise node.error(f"{field.name}: {error}") from None


def _options(field: Field) -> tuple[str, ...]:
    general = ("column", "empty")
    if field.type in _DATED:
        return (*general, "dates", "hours") if field.type == "moment" else (*general, "dates")
    coded = (*general, "codes", "other_codes")
    return (*coded, "split") if field.type == "list" else coded


def _choice(node: MapNode, key: str, allowed: tuple[Any, ...], default: str) -> Any:  # noqa: ANN401 - one of the allowed
    found = node.take(key)
    return found.one_of(allowed, key) if found else default


def _separator(node: Node) -> str:
    text = node.text("what parts the items, such as ';'") if not isinstance(node, TextNode) else node.value
    if not text or not text.isprintable():
        raise node.expected("what parts the items, such as ';'")
    return text


def _empties(node: Node | None, default: frozenset[str]) -> frozenset[str]:
    """The texts that say nothing; nothing at all is always one of them."""
    if node is None:
        return default
    texts = {""}
    for item in node.one_or_more():
        if not isinstance(item, TextNode):
            raise item.expected("a text that says nothing, such as '' or n/a")
        texts.add(item.value.strip())
    return frozenset(texts)


def _code_lists(node: Node | None) -> dict[str, Node]:
    if node is None:
        return {}
    lists = node.map("a mapping of names to lists of codes")
    return {name: codes.map("a mapping of codes to values") for name, codes in lists.pairs()}


def _century(node: MapNode) -> int | None:
    found = node.take("two_digit_years_from")
    return found.whole("the first of the hundred years, such as 1950", 1900, 2100) if found else None


def _forms(node: Node, century: int | None) -> DateForms:
    forms = []
    for item in node.one_or_more():
        try:
            forms.append(DateForm(item.text("a form such as %m/%d/%Y"), century))
        except ValueError as error:
            raise item.error(str(error)) from None
    try:
        return DateForms(forms)
    except ValueError as error:
        raise node.error(str(error)) from None


def _zone(node: Node) -> str:
    try:
        return Zone(node.text("a time zone such as America/Los_Angeles")).name
    except ValueError as error:
        raise node.error(str(error)) from None
