"""Reading a scenario file, strictly: an unknown key, a missing one or a wrong value is refused with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from icpm_engine.calendars import format_moment
from icpm_engine.errors import PackError, ScenarioError
from icpm_engine.plan import SIDES
from icpm_engine.rules.nodes import ListNode, MapNode, Node, TextNode
from icpm_engine.rules.profile import parse, read
from icpm_engine.rules.words import hint, shown
from icpm_engine.scenarios.plan_format import plan_expectations
from icpm_engine.scenarios.report_format import hearing_expectations, status_expectations
from icpm_engine.scenarios.story import (
    KEYS,
    MOST_CHILDREN,
    Child,
    Expectation,
    Happening,
    Moment,
    Question,
    Ref,
    Scenario,
    Told,
)
from icpm_engine.scenarios.team_format import team_expectations
from icpm_engine.vocabulary import reading

DEFAULT_PACK = "california"
TAGS = ("T", "C", "A")

TOP_KEYS = (
    "name",
    "about",
    "protocol",
    "case_tag",
    "pack",
    "county",
    "settles",
    "calendars",
    "what_if",
    "child",
    "children",
    "systems",
    "readers",
    "events",
    "expect",
)
EVENT_KEYS = ("on", "recorded", "id", "corrects", "retracts", "child", "case", "system")
READ = ("plan", "team", "status", "hearing")
"""What is read by somebody, each with keys of its own."""
EXPECT_KEYS = ("on", "known_at", "child", "case", "reader", *READ, *KEYS)

_REF = re.compile(r"([a-z][a-z0-9_]*)(?:\[([^\[\]]+?)(?:#([1-9][0-9]{0,3}))?\]|#([1-9][0-9]{0,3}))?\Z")


def load_scenario(path: str | Path, label: str | None = None) -> Scenario:
    """The scenario in a file, which messages call `label`. Raises ScenarioError with file, line and column."""
    file = label or str(path)
    try:
        return _scenario(parse(read(Path(path)), file))
    except PackError as error:
        raise ScenarioError(str(error)) from None


def parse_scenario(text: str | bytes, file: str = "story.yaml") -> Scenario:
    """The scenario in a text. Raises ScenarioError."""
    try:
        return _scenario(parse(text, file))
    except PackError as error:
        raise ScenarioError(str(error)) from None


def _scenario(root: Node) -> Scenario:
    top = root.map("a story (name: ..., events: [...], expect: [...])")
    top.refuse_unknown(TOP_KEYS, "in a scenario")
    systems = {name: _titled(node, "title") for name, node in _section(top, "systems")}
    readers = {name: _role(node) for name, node in _section(top, "readers")}
    children = _children(top, systems)
    return Scenario(
        file=top.file,
        name=top.need("name", "one sentence").text("the story in one sentence"),
        about=_text(top, "about", "a text") or "",
        protocol=_text(top, "protocol", "the id of a published protocol"),
        case_tag=top["case_tag"].one_of(TAGS, "a tag") if "case_tag" in top else None,
        pack=top["pack"].slug("the name of a rule pack") if "pack" in top else DEFAULT_PACK,
        county=_county(top),
        settles=tuple(_told(top, "settles", "{CHOICE: value}")),
        calendars=tuple(_told(top, "calendars", "{ADJECTIVE: calendar file}")),
        what_if=_text(top, "what_if", "why the rules are off that this story tries: draft"),
        children=children,
        systems=systems,
        readers=readers,
        expect=tuple(_expect(node, children, readers) for node in _listed(top, "expect")),
        mark=top.mark,
    )


# --- the parts that name and settle -----------------------------------------------------------------------------------


def _text(keys: MapNode, key: str, what: str) -> str | None:
    return keys[key].text(what) if key in keys else None


def _county(keys: MapNode) -> str | None:
    return keys["county"].slug("the name of a county") if "county" in keys else None


def _section(keys: MapNode, key: str) -> Iterator[tuple[str, Node]]:
    if key in keys:
        yield from keys[key].map(f"{key}: {{NAME: ...}}").pairs()


def _role(node: Node) -> str:
    keys = node.map("{role: ...}")
    keys.refuse_unknown(("role",), "here")
    return keys.need("role").one_of(SIDES, "the role of a reader")


def _titled(node: Node, key: str) -> str:
    keys = node.map(f"{{{key}: ...}}")
    keys.refuse_unknown((key,), "here")
    return keys.need(key).text(f"a {key}")


def _listed(top: MapNode, key: str) -> tuple[Node, ...]:
    nodes = top.need(key, "a list").items(f"a list of {'events' if key == 'events' else 'expected answers'}")
    if not nodes:
        raise top[key].error(f"expected at least one item under {key}, found an empty list")
    return nodes


def _told(keys: MapNode, key: str, what: str) -> Iterator[Told]:
    if key in keys:
        named = keys[key].map(what)
        for name, node in named.pairs():
            yield Told(name, _value(node), node.mark)


def _value(node: Node) -> str | tuple[str, ...]:
    if isinstance(node, TextNode):
        return node.value
    return tuple(part.text("a text") for part in node.items("a value or a list of texts"))


# --- children and what happened to them -------------------------------------------------------------------------------


def _children(top: MapNode, systems: Mapping[str, str]) -> tuple[Child, ...]:
    """The children with their events: `children:`, or else the one child of the story."""
    if "children" not in top:
        events = tuple(_happening(node, systems, {""})[1] for node in _listed(top, "events"))
        facts = tuple(_told(top, "child", "facts about the child, like {born: 2016-04-02}"))
        return (Child("", None, facts, events, top.mark),)
    if "child" in top:
        raise top.key_error("child", "a story has either `child:` or `children:`, found both")
    named = top["children"].map("children: {NAME: {born: ..., events: [...]}}")
    if not 0 < len(named) <= MOST_CHILDREN:
        raise named.error(f"expected 1 to {MOST_CHILDREN} children, found {len(named)}")
    shared: dict[str, list[Happening]] = {name: [] for name in named}
    for node in top["events"].items("a list of events") if "events" in top else ():
        child, happening = _happening(node, systems, set(named))
        for name in named if child is None else (child,):
            shared[name].append(happening)
    return tuple(_child(name, node, shared[name], systems) for name, node in named.pairs())


def _child(name: str, node: Node, shared: list[Happening], systems: Mapping[str, str]) -> Child:
    keys = node.map("a child ({county, born, events})")
    own = keys["events"].items("a list of events") if "events" in keys else ()
    events = (*(_happening(item, systems, {""})[1] for item in own), *shared)
    if not events:
        raise keys.error(f"nothing happens to the child {shown(name)}; give it events")
    rest = keys.but("county", "events")
    facts = tuple(Told(fact, _value(part), part.mark) for fact, part in rest.pairs())
    return Child(name, _county(keys), facts, events, keys.mark)


def _happening(node: Node, systems: Mapping[str, str], children: set[str]) -> tuple[str | None, Happening]:
    """One event and the name of its child; None for one that is told of all, as what a team does may be."""
    keys = node.map("an event ({on: DATE, KIND: {...}})")
    child = _child_of(keys, children) if "child" in keys or children == {""} else None
    kind = _kind(keys)
    retracts = _text(keys, "retracts", "the id of an event")
    if retracts is not None and "corrects" in keys:
        raise keys.key_error("corrects", "an event either corrects or retracts another one, found both")
    if kind is None and retracts is None:
        raise keys.error(f"what happened is missing, like screening_completed: {{...}}; found {keys.found}")
    fields = tuple(_fields(keys[kind])) if kind is not None else ()
    if retracts is not None and fields:
        raise keys.key_error(kind or "", "a retraction says nothing new; leave the fields out")
    return child, Happening(
        on=_moment(keys.need("on", "the date on which it happened")),
        recorded=_moment(keys["recorded"]) if "recorded" in keys else None,
        id=_text(keys, "id", "a name for this event"),
        corrects=_text(keys, "corrects", "the id of an event"),
        retracts=retracts,
        system=_system(keys, systems),
        kind=kind,
        fields=fields,
        mark=keys.mark,
        case=_case_of(keys),
        common=child is None,
    )


def _case_of(keys: MapNode) -> str | None:
    return _text(keys, "case", "the name of one of the child's cases")


def _child_of(keys: MapNode, children: set[str]) -> str:
    """The name of the child that an item is about: "" for the only one."""
    if children == {""}:
        if "child" in keys:
            raise keys.key_error(
                "child", "an item names its child only in the shared lists of a story with `children:`"
            )
        return ""
    return keys.need("child", "whom it is about; this story has several children").one_of(sorted(children), "a child")


def _system(keys: MapNode, systems: Mapping[str, str]) -> str | None:
    return keys["system"].one_of(systems, "a system declared under systems:") if "system" in keys else None


def _kind(keys: MapNode) -> str | None:
    kinds = [key for key in keys if key not in EVENT_KEYS]
    if len(kinds) > 1:
        wrong = next((key for key in kinds if not isinstance(keys[key], MapNode)), kinds[1])
        message = f"expected one kind of event, found {' and '.join(map(shown, kinds))}{hint(wrong, EVENT_KEYS, 0)}"
        raise keys.key_error(wrong, message)
    return kinds[0] if kinds else None


def _fields(node: Node) -> Iterator[Told]:
    for name, part in node.map("the event's fields ({} for none)").pairs():
        yield Told(name, _value(part), part.mark)


def _moment(node: Node) -> Moment:
    text = node.text("a date like 2026-03-20, or 2026-03-20T14:05")
    try:
        return reading.moment(text)
    except ValueError as error:
        raise node.error(str(error)) from None


# --- what is expected -------------------------------------------------------------------------------------------------


def _expect(node: Node, children: tuple[Child, ...], readers: Mapping[str, str]) -> Question:
    keys = node.map("expected answers ({on: DATE, due: {...}, overdue: [...]})")
    keys.refuse_unknown(EXPECT_KEYS, "in expected answers")
    expectations = tuple(one for key in keys if key in KEYS for one in _expectations(key, keys[key], keys))
    plan = tuple(plan_expectations(keys["plan"])) if "plan" in keys else ()
    team = tuple(team_expectations(keys["team"])) if "team" in keys else ()
    status = tuple(status_expectations(keys["status"])) if "status" in keys else ()
    hearing = tuple(hearing_expectations(keys["hearing"])) if "hearing" in keys else ()
    if not (expectations or plan or team or status or hearing):
        raise keys.error(f"nothing is expected here; name at least one of {', '.join((*KEYS, *READ))}")
    return Question(
        on=_moment(keys.need("on", "the day that is asked about")),
        known_at=_moment(keys["known_at"]) if "known_at" in keys else None,
        child=_child_of(keys, {child.name for child in children}),
        expectations=expectations,
        mark=keys.mark,
        case=_case_of(keys),
        reader=_reader(keys, readers) if "reader" in keys else None,
        plan=plan,
        team=team,
        status=status,
        hearing=hearing,
    )


def _reader(keys: MapNode, readers: Mapping[str, str]) -> str:
    """Who reads plan, team, status or hearing: the role of one of the story's readers, or a role itself."""
    if not any(key in keys for key in READ):
        raise keys.key_error("reader", "a reader reads plan or team; say what is expected of it: plan: {...}")
    node = keys["reader"]
    name = node.text("who reads")
    own = not any(key in keys for key in READ if key != "team")
    if name in SIDES or (name not in readers and own):  # a member of the team may read it, too
        return name
    return readers[node.one_of([*SIDES, *readers], "a reader")]


def _expectations(key: str, node: Node, keys: MapNode) -> Iterator[Expectation]:
    mark = keys.key_mark(key)
    if KEYS[key].values != "none":
        named = node.map(f"{key}: {{NAME: ...}}")
        if len(named) == 0:
            raise named.error(f"expected at least one name under {key}, found an empty mapping")
        for name, value in named.pairs():
            at = named.keys_at[name]
            yield Expectation(key, (_ref(key, name, at),), _wanted(key, value), at.mark)
        return
    refs = tuple(_ref(key, part.text("a name"), part) for part in node.items(f"a list of names, like {key}: [...]"))
    if key == "overdue" or not refs:
        if key == "absent":
            raise node.error("expected at least one name under absent, found an empty list")
        yield Expectation(key, refs, (), mark)
        return
    for ref in refs:
        yield Expectation(key, (ref,), (), ref.mark or mark)


def _ref(key: str, text: str, node: Node) -> Ref:
    if KEYS[key].names == "event":
        return Ref(text, mark=node.mark)
    found = _REF.match(text)
    if found is None:
        raise node.error(f"expected a name, NAME[instance] or NAME#2, found {shown(text)}")
    name, instance, of_instance, number = found.groups()
    counted = number or of_instance
    if KEYS[key].names != "duty" and counted is not None:
        raise node.error(f"only runs of a duty are counted (#{counted}); {key} takes NAME or NAME[instance]")
    return Ref(name, instance, int(counted) if counted else None, node.mark)


def _wanted(key: str, node: Node) -> tuple[str, ...]:
    values = KEYS[key].values
    if values in ("moment", "moments"):
        parts = node.one_or_more() if values == "moments" else (node,)
        return tuple(format_moment(*_moment(part)) for part in parts)
    if values == "text" or not isinstance(node, ListNode):
        return (node.text("a text"),)
    return tuple(part.text("a text") for part in node.one_or_more())
