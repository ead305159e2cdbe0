"""What the names of a pack stand for, gathered from all files before any rule is read.

Events, facts, decisions, choices, lifecycles, duties and bars share one set of names, so that a bare name is never
ambiguous. A name that nothing declares raises `UnknownName` with the nearest one that would fit the place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, TypeAlias

import attrs

from icpm_engine.errors import PackError, UnknownName
from icpm_engine.rules.model import ValueType
from icpm_engine.rules.nodes import Node
from icpm_engine.rules.words import hint, shown
from icpm_engine.vocabulary.kinds import EventKind

What: TypeAlias = Literal["event", "fact", "choice", "decision", "lifecycle", "duty", "bar"]

OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "duty": ("met", "running", "overdue", "missed", "excused"),
    "bar": ("broken",),
}
MOMENTS: Mapping[str, tuple[str, ...]] = {"duty": ("met", "due")}  # what has a date of its own

# Words that conditions, moments and lines use; something that bore one of these names could not be told from them.
RESERVED = frozenset(
    {
        "after",
        "age",
        "all",
        "any",
        "as_of",
        "at",
        "becomes",
        "before",
        "by",
        "ceases",
        "dated",
        "due",
        "each",
        "earliest",
        "end",
        "event",
        "ever",
        "false",
        "from",
        "immediately",
        "in_a_row",
        "is",
        "label",
        "latest",
        "next",
        "no",
        "none",
        "not",
        "now",
        "of",
        "on",
        "open",
        "origin",
        "previous",
        "share",
        "since",
        "some",
        "spent",
        "start",
        "take",
        "times",
        "to",
        "true",
        "when",
        "where",
        "with",
        "within",
        "yes",
    }
)

# Names that an event's header, its declaration or a test of fields already uses.
RESERVED_FIELDS = frozenset(
    {
        "all",
        "any",
        "barred",
        "event",
        "label",
        "none",
        "not",
        "occurred",
        "recorded",
        "sorts",
        "subject",
    }
)

ARTICLES: Mapping[str, str] = {"event": "an event"}


def kind_of(what: str) -> str:
    """`an event`, `a fact`, ..."""
    return ARTICLES.get(what, f"a {what}")


class Consequence(PackError):
    """An error that another one has caused; not told beside it."""


@attrs.frozen
class ValueKind:
    """The type of a value that a rule may test: of a fact, a choice, a decision made by rows, or a field."""

    type: ValueType
    options: tuple[str, ...] = ()
    per: str | None = None


@attrs.frozen
class LifecycleNames:
    """What others may say about a lifecycle: its states, and the field it is kept for each value of."""

    states: tuple[str, ...]
    per: str | None = None


@attrs.define
class Names:
    """Every name of a pack with what it stands for. `used` collects those that some rule reads."""

    what: dict[str, What] = attrs.Factory(dict)
    events: dict[str, EventKind] = attrs.Factory(dict)
    values: dict[str, ValueKind] = attrs.Factory(dict)  # facts, choices, decisions made by rows
    lifecycles: dict[str, LifecycleNames] = attrs.Factory(dict)
    roles: Collection[str] = ()
    sources: Collection[str] = ()
    calendars: Collection[str] = ()
    windows: Collection[str] = ()
    used: set[str] = attrs.Factory(set)
    broken: set[str] = attrs.Factory(set)  # declared, but in a way that could not be read

    def put(self, name: str, kind: ValueKind | None) -> None:
        """Keep the type of a value, or that it could not be read."""
        if kind is None:
            self.broken.add(name)
        else:
            self.values[name] = kind

    def all_of(self, *whats: str) -> list[str]:
        """The names that stand for one of some things."""
        return [name for name, what in self.what.items() if what in whats]

    def unknown(self, word: str, node: Node, wanted: str, candidates: Iterable[str]) -> PackError:
        """The error for a name that does not fit: unknown, or known as something else."""
        found = self.what.get(word)
        if word in self.broken:
            return Consequence(f"'{word}' is declared, but not rightly", node.mark)
        if found is not None:
            return node.error(f"expected {wanted}, found '{word}', which is {kind_of(found)}")
        message = f"expected {wanted}, found {shown(word)}, which nothing declares{hint(word, candidates)}"
        return UnknownName(message, node.mark)

    def event(self, node: Node) -> str:
        """The name of an event."""
        word = node.text("the name of an event")
        if word not in self.events or word in self.broken:
            raise self.unknown(word, node, "the name of an event", self.events)
        self.used.add(word)
        return word

    def value(self, word: str, node: Node, wanted: str = "the name of a fact or choice") -> ValueKind:
        """The type of a fact, a choice or a decision made by rows."""
        kind = self.values.get(word)
        if kind is None:
            raise self.unknown(word, node, wanted, self.values)
        self.used.add(word)
        return kind

    def role(self, node: Node, what: str = "a role") -> str:
        """The name of a declared role."""
        return self._listed(node, f"{what} (declared under roles:)", self.roles, "role")

    def source(self, node: Node) -> str:
        """The name of a declared source."""
        return self._listed(node, "a source (declared under sources:)", self.sources, "source")

    def window(self, node: Node) -> str:
        """The name of opening hours, a season or an open-day calendar."""
        known = [*self.windows, *self.calendars]
        return self._listed(
            node, "opening hours, a season or a calendar (declared under calendars:)", known, "calendar"
        )

    def unknown_calendar(self, word: str, node: Node) -> PackError:
        """The error for an adjective that no calendar is bound to."""
        message = f"no calendar is bound to '{word}' (under calendars:){hint(word, self.calendars)}"
        return UnknownName(message, node.mark)

    def _listed(self, node: Node, wanted: str, known: Collection[str], what: str) -> str:
        word = node.text(wanted)
        if word not in known:
            message = f"expected {wanted}, found {shown(word)}, which nothing declares{hint(word, known)}"
            raise UnknownName(message, node.mark)
        self.used.add(f"{what} {word}")
        return word

    def dotted(
        self, text: str, node: Node, outcomes: Mapping[str, tuple[str, ...]] = OUTCOMES
    ) -> tuple[What, str, str]:
        """`LIFECYCLE.STATE`, `DUTY.outcome` or `BAR.broken`: what it is, its name, the word after the dot."""
        name, _, word = text.partition(".")
        what = self.what.get(name)
        if name in self.broken:
            raise self.unknown(name, node, "", ())
        if what is None or (what != "lifecycle" and what not in outcomes):
            wanted = " or ".join(kind_of(one) for one in ("lifecycle", *outcomes))
            if not name.isidentifier():
                raise node.error(f"expected {wanted} before the dot, found {shown(text)}")
            raise self.unknown(name, node, f"{wanted} before the dot", self.all_of("lifecycle", *outcomes))
        known = self.lifecycles[name].states if what == "lifecycle" else outcomes[what]
        if word not in known:
            wanted = f"a state of {name}" if what == "lifecycle" else f"what {kind_of(what)} can be"
            message = f"expected {wanted} after '{name}.', found {shown(word)}{hint(word, known)}"
            raise UnknownName(message, node.mark)
        self.used.add(name)
        return what, name, word

    def state(self, node: Node) -> tuple[str, str]:
        """`LIFECYCLE.STATE`."""
        text = node.text("LIFECYCLE.STATE")
        if "." not in text:
            states = [f"{name}.{state}" for name, known in self.lifecycles.items() for state in known.states]
            raise node.error(f"expected LIFECYCLE.STATE, found {shown(text)}{hint(text, states, 0)}")
        what, name, word = self.dotted(text, node)
        if what != "lifecycle":
            raise node.error(f"expected LIFECYCLE.STATE, found '{name}.{word}', which is about {kind_of(what)}")
        return name, word

    def field(self, kinds: Iterable[str] | None, field: str, node: Node, *, every: bool) -> ValueKind:
        """The type of a field of some kinds of event (None: any). `every`: all of the kinds must carry it.

        Where several kinds carry it, they must agree on its type; their options are taken together.
        """
        known = list(self.events if kinds is None else kinds)
        found = [self.events[kind].fields[field] for kind in known if field in self.events[kind].fields]
        if not found or (every and len(found) < len(known)):
            raise self._no_field(known if kinds is not None else [], field, node)
        types = sorted({one.type for one in found})
        if len(types) > 1:
            raise node.error(f"the field {field} has different types in these events: {', '.join(types)}")
        closed = all(one.options for one in found)
        return ValueKind(found[0].type, tuple(dict.fromkeys(o for one in found for o in one.options)) if closed else ())

    def _no_field(self, kinds: list[str], field: str, node: Node) -> PackError:
        lacking = [kind for kind in kinds if field not in self.events[kind].fields]
        fields = [name for kind in lacking for name in self.events[kind].fields]
        who = f"the event {lacking[0]}" if lacking else "no event"
        message = f"{who} has {'no' if lacking else 'a'} field {shown(field)}{hint(field, dict.fromkeys(fields))}"
        return UnknownName(message, node.mark)
